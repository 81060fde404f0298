//! Indexes and unique constraints, which are known by what they are over: others give them other names.

use super::{ActualIndex, ActualPart, Pair};
use crate::error::DifferenceKind;
use crate::schema::ddl::Wanted;
use crate::schema::{B_TREE, IndexPart};
use crate::sql::writer::quoted;

impl Pair<'_> {
    pub(super) fn indexes(&mut self) {
        for (wanted, statement) in std::mem::take(&mut self.parts.indexes) {
            if !self.actual.indexes.iter().any(|index| self.serves(index, &wanted)) {
                self.missing_index(&wanted, statement);
            }
        }
        let full_text = std::mem::take(&mut self.parts.full_text);
        if !full_text.is_empty() {
            let problem = format!("the full-text index of `{}` is missing", self.display());
            self.tell(DifferenceKind::Index, &[], problem, full_text);
        }
    }

    fn missing_index(&mut self, wanted: &Wanted, statement: String) {
        let columns: Vec<&str> = wanted.parts.iter().filter_map(IndexPart::column).collect();
        let is_unique = |index: &ActualIndex| {
            wanted.filter.is_none() && columns.len() == wanted.parts.len() && self.is_unique(index, &columns)
        };
        let (kind, said) = match wanted.unique {
            true if !self.actual.indexes.iter().any(is_unique) => (DifferenceKind::Unique, "nothing makes unique"),
            true => (DifferenceKind::Index, "no such unique index is on"),
            false => (DifferenceKind::Index, "no index is on"),
        };
        let mut others = self.actual.indexes.iter().filter(|index| !index.primary);
        let other = others.find_map(|index| {
            let lack = self.is_over(index, wanted).then(|| self.lack(index, wanted)).flatten()?;
            Some(format!(": `{}` {lack}", index.name))
        });
        let problem = format!("{said} `{}` {}{}", self.display(), described(wanted), other.unwrap_or_default());
        let old = self.actual.indexes.iter().find(|index| self.dialect().same_name(&index.name, &wanted.name));
        let drop = old.map(|index| self.drop_index(&index.name));
        self.tell(kind, &columns, problem, drop.into_iter().chain([statement]).collect());
    }

    /// An index of the same name that does something else is in the way.
    fn drop_index(&self, name: &str) -> String {
        let schema = self.table.schema.map(|schema| format!("{}.", quoted(schema))).unwrap_or_default();
        format!("DROP INDEX {schema}{}", quoted(name))
    }

    /// Whether the index does what the wanted one would.
    fn serves(&self, index: &ActualIndex, wanted: &Wanted) -> bool {
        if wanted.unique
            && wanted.filter.is_none()
            && wanted.parts.iter().all(IndexPart::is_plain)
            && wanted.include.is_empty()
        {
            let columns: Vec<&str> = wanted.parts.iter().map(|part| part.text).collect();
            return self.is_unique(index, &columns);
        }
        self.is_over(index, wanted) && self.lack(index, wanted).is_none()
    }

    /// Whether the index is over the same, or begins with it. An expression is kept in a form of the database's own, and so is a
    /// condition: one is taken for any other.
    fn is_over(&self, index: &ActualIndex, wanted: &Wanted) -> bool {
        let same = |(found, part): (&ActualPart, &IndexPart)| match part.column() {
            Some(name) => self.dialect().same_name(&found.column, name),
            None => found.column.is_empty(),
        };
        let is_long_enough = match wanted.unique {
            true => index.unique && index.parts.len() == wanted.parts.len(),
            false => index.parts.len() >= wanted.parts.len(),
        };
        is_long_enough
            && !index.excludes
            && (!index.partial || wanted.filter.is_some())
            && (index.partial || !wanted.unique || wanted.filter.is_none())
            && index.parts.iter().zip(&wanted.parts).all(same)
    }

    /// Why an index over the same does not serve. It can be read from its end, so that all directions may be the other ones.
    /// Where it has NULLs makes no difference: those of others have them where their database puts them.
    fn lack(&self, index: &ActualIndex, wanted: &Wanted) -> Option<String> {
        let parts = || index.parts.iter().zip(&wanted.parts);
        let mut turned = parts().map(|(found, part)| found.descending != part.descending);
        let first = turned.next();
        let has_ops = |(found, part): (&ActualPart, &IndexPart)| match part.ops {
            Some(ops) => found.ops == class_name(ops),
            None => found.default_ops,
        };
        let has = |name: &&&str| index.columns().any(|found| self.dialect().same_name(found, name));
        if index.method != wanted.method {
            Some(format!("is by `{}`", index.method))
        } else if wanted.method == B_TREE && turned.any(|turned| Some(turned) != first) {
            Some("has other directions".to_string())
        } else if !parts().all(has_ops) {
            Some("has other operator classes".to_string())
        } else {
            wanted.include.iter().find(|name| !has(name)).map(|name| format!("does not include `{name}`"))
        }
    }
}

/// What the index is over, for messages.
fn described(wanted: &Wanted) -> String {
    let parts: Vec<String> = wanted.parts.iter().map(IndexPart::described).collect();
    let mut said = format!("({})", parts.join(", "));
    if !wanted.include.is_empty() {
        said.push_str(&format!(" including ({})", wanted.include.join(", ")));
    }
    if wanted.method != B_TREE {
        said.push_str(&format!(" by `{}`", wanted.method));
    }
    if let Some(filter) = wanted.filter {
        said.push_str(&format!(" where {filter}"));
    }
    said
}

/// The name of an operator class, without its schema and its parameters.
fn class_name(ops: &str) -> String {
    let name = ops.split('(').next().unwrap_or_default().trim();
    let name = name.rsplit('.').next().unwrap_or_default();
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_ascii_lowercase(),
    }
}
