//! Keys, which are known by their columns: others give them other names.

use super::{ActualForeignKey, ActualIndex, Pair, display};
use crate::error::DifferenceKind;
use crate::schema::ddl::WantedKey;
use crate::schema::table::OwnedForeignKey;
use crate::schema::{Action, Table};
use crate::sql::writer::quoted;

impl Pair<'_> {
    pub(super) fn keys(&mut self) {
        self.primary_key();
        self.indexes();
        self.foreign_keys();
    }

    /// What is unique and never NULL tells rows apart as a primary key does.
    fn primary_key(&mut self) {
        let table = self.table;
        let key: Vec<&str> = table.primary_key().map(|index| table.columns[index].name).collect();
        if key.is_empty() || self.actual.indexes.iter().any(|index| self.is_unique(index, &key)) {
            return;
        }
        let found = self.actual.indexes.iter().find(|index| index.primary);
        let (problem, statements) = match (found, self.parts.key.take()) {
            (Some(found), _) => {
                let columns: Vec<&str> = found.parts.iter().map(|part| part.column.as_str()).collect();
                (format!("is ({}), and the model's is ({})", columns.join(", "), key.join(", ")), None)
            }
            (None, constraint) => {
                let add = constraint.and_then(|constraint| self.alter(&format!("ADD {constraint}")));
                (format!("is missing: the model's is ({})", key.join(", ")), add)
            }
        };
        let problem = format!("the primary key of `{}` {problem}", self.display());
        self.tell(DifferenceKind::PrimaryKey, &key, problem, Vec::from_iter(statements));
    }

    pub(super) fn is_unique(&self, index: &ActualIndex, columns: &[&str]) -> bool {
        self.actual.is_unique(index, columns, self.dialect())
    }

    fn foreign_keys(&mut self) {
        for wanted in std::mem::take(&mut self.parts.foreign_keys) {
            let told = self.told.differences.len();
            self.foreign_key(&wanted);
            if wanted.waits {
                self.told.last.extend(self.told.differences.drain(told..));
            }
        }
    }

    fn foreign_key(&mut self, wanted: &WantedKey) {
        let WantedKey { key, constraint, .. } = wanted;
        if wanted.with_column && self.actual_column(key.columns[0]).is_none() {
            return;
        }
        let found: Vec<&ActualForeignKey> =
            self.actual.foreign_keys.iter().filter(|found| self.is_same(found, key)).collect();
        let add = self.alter(&format!("ADD {constraint}"));
        if found.is_empty() {
            self.tell(DifferenceKind::ForeignKey, &key.columns, missing_key(self.table, key), Vec::from_iter(add));
        } else if !found.iter().any(|found| acts_as(found, key)) {
            let said = |on: &str, action: Option<Action>| action.map(|action| format!(" ON {on} {}", action.sql()));
            let wanted = [said("DELETE", key.on_delete), said("UPDATE", key.on_update)];
            let problem = format!(
                "{} acts ON DELETE {} ON UPDATE {}, and the model's{}",
                named(self.table, key),
                found[0].on_delete,
                found[0].on_update,
                wanted.into_iter().flatten().collect::<String>()
            );
            let is_dropped = self.held.dropped.contains(&found[0].key);
            let drop = self.alter(&format!("DROP CONSTRAINT {}", quoted(&found[0].key))).filter(|_| !is_dropped);
            self.tell(DifferenceKind::ForeignKey, &key.columns, problem, drop.into_iter().chain(add).collect());
        }
    }

    /// Whether both lead from the same columns to the same ones.
    pub(super) fn is_same(&self, found: &ActualForeignKey, key: &OwnedForeignKey) -> bool {
        let same = |left: &str, right: &str| self.dialect().same_name(left, right);
        let has = |(column, parent): (&&str, &&str)| {
            let is = |(from, to): &(String, String)| same(from, column) && (to.is_empty() || same(to, parent));
            found.columns.iter().any(is)
        };
        same(&found.parent, key.table)
            && found.columns.len() == key.columns.len()
            && key.columns.iter().zip(&key.references).all(has)
    }
}

/// What is told of a foreign key that is not there.
pub(super) fn missing_key(table: &Table, key: &OwnedForeignKey) -> String {
    format!("{} to `{}` ({}) is missing", named(table, key), key.table, key.references.join(", "))
}

fn named(table: &Table, key: &OwnedForeignKey) -> String {
    format!("the foreign key of `{}` ({})", display(table), key.columns.join(", "))
}

/// Whether it does what the model says. Both refuse, at the end of the statement or before.
pub(super) fn acts_as(found: &ActualForeignKey, key: &OwnedForeignKey) -> bool {
    let refuses = |sql: &str| matches!(sql, "NO ACTION" | "RESTRICT");
    let acts = |found: &str, wanted: Option<Action>| {
        wanted.is_none_or(|action| found == action.sql() || refuses(found) && refuses(action.sql()))
    };
    acts(&found.on_delete, key.on_delete) && acts(&found.on_update, key.on_update)
}
