//! Columns that are made anew, and what holds them: checks, foreign keys and computed columns are in the way of another type, or
//! go with what is dropped.

use super::keys::acts_as;
use super::{ActualColumn, ActualIndex, Pair, names};
use crate::schema::ddl::WantedCheck;
use crate::schema::{Column, Table, naming};
use crate::sql::writer::quoted;

/// A column that is added, dropped and added again, or gets another type.
///
/// A place is that of a column in the order in which they are told.
pub(super) struct Anew {
    column: &'static Column,
    position: usize,
    change: Change,
    /// Where what is there of it ends.
    from: usize,
    /// Where it is as it is to be.
    to: usize,
}

#[derive(PartialEq, Eq)]
enum Change {
    Added,
    Retyped,
    Computed,
}

/// What a place has beside the statements of its column: foreign keys of other tables too.
#[derive(Default)]
pub(super) struct HeldKeys {
    before: Vec<(usize, String)>,
    after: Vec<(usize, String)>,
    /// The names of those of the table that are dropped.
    pub(super) dropped: Vec<String>,
}

/// What is computed comes behind what it is computed from.
pub(super) fn in_order(table: &'static Table) -> impl Iterator<Item = (usize, &'static Column)> {
    let (computed, plain): (Vec<_>, Vec<_>) =
        table.columns.iter().enumerate().partition(|(_, column)| column.generated_as.is_some());
    plain.into_iter().chain(computed)
}

/// Foreign keys of columns that get another type are dropped before the first of them does, and added behind the last.
pub(super) fn hold_keys(pairs: &mut [Pair<'_>]) {
    for child in 0..pairs.len() {
        for key in 0..pairs[child].parts.foreign_keys.len() {
            let Some((first, last)) = places(pairs, child, key) else { continue };
            let pair = &mut pairs[child];
            let wanted = &pair.parts.foreign_keys[key];
            let found: Vec<_> =
                pair.actual.foreign_keys.iter().filter(|found| pair.is_same(found, &wanted.key)).collect();
            let is_kept = found.iter().any(|found| acts_as(found, &wanted.key));
            let add = pair.alter(&format!("ADD {}", wanted.constraint)).filter(|_| is_kept);
            let names: Vec<String> = found.iter().map(|found| found.key.clone()).collect();
            let drop = |name: &String| pair.alter(&format!("DROP CONSTRAINT {}", quoted(name)));
            let drops: Vec<String> = names.iter().filter_map(drop).collect();
            pair.held.dropped.extend(names);
            // Two models of a table have one key.
            if pairs.iter().any(|pair| pair.held.before.iter().any(|(_, told)| drops.contains(told))) {
                continue;
            }
            pairs[first.0].held.before.extend(drops.into_iter().map(|drop| (first.1, drop)));
            pairs[last.0].held.after.extend(add.map(|add| (last.1, add)));
        }
    }
}

/// The first and the last place, each with the number of its table before it, at which columns of a foreign key get another
/// type.
fn places(pairs: &[Pair<'_>], child: usize, key: usize) -> Option<((usize, usize), (usize, usize))> {
    let (table, key) = (pairs[child].table, &pairs[child].parts.foreign_keys[key].key);
    let of = |schema: Option<&str>, name: &str, column: &str| {
        let place = |pair: &Pair<'_>| (pair.is_of(schema, name)).then(|| pair.retyped(column)).flatten();
        pairs.iter().enumerate().find_map(|(number, pair)| Some((number, place(pair)?)))
    };
    let children = key.columns.iter().filter_map(|column| of(table.schema, table.name, column));
    let parents = key.references.iter().filter_map(|column| of(key.schema, key.table, column));
    let all: Vec<_> = children.chain(parents).collect();
    Some((*all.iter().min()?, *all.iter().max()?))
}

impl Pair<'_> {
    fn is_of(&self, schema: Option<&str>, name: &str) -> bool {
        let (names, dialect) = (&self.check.found.names, self.dialect());
        dialect.same_name(names.schema(schema), names.schema(self.table.schema))
            && dialect.same_name(name, self.table.name)
    }

    /// The place at which the column gets another type.
    fn retyped(&self, column: &str) -> Option<usize> {
        let is_it = |anew: &&Anew| anew.change == Change::Retyped && anew.column.name == column;
        self.anew.iter().find(is_it).map(|anew| anew.from)
    }

    /// The columns that statements can make anew.
    pub(super) fn find_anew(&self) -> Vec<Anew> {
        let mut all: Vec<Anew> = Vec::new();
        if !self.is_written() {
            return all;
        }
        for (place, (position, column)) in in_order(self.table).enumerate() {
            let (change, from, to) = match (self.actual_column(column.name), column.generated_as) {
                (None, _) => (Change::Added, place, place),
                (Some(actual), Some(of)) => {
                    let is_source = |anew: &&Anew| {
                        actual.computed && anew.change == Change::Retyped && names(of.sql, anew.column.name)
                    };
                    let sources: Vec<usize> = all.iter().filter(is_source).map(|anew| anew.to).collect();
                    let is_told = !actual.computed || !self.is_read(column, actual);
                    match (sources.first(), sources.last()) {
                        (Some(first), Some(last)) => (Change::Computed, *first, if is_told { place } else { *last }),
                        _ if is_told && self.can_be_dropped(position, column) => (Change::Computed, place, place),
                        _ => continue,
                    }
                }
                (Some(actual), None) if self.can_be_retyped(column, actual) => (Change::Retyped, place, place),
                _ => continue,
            };
            all.push(Anew { column, position, change, from, to });
        }
        all
    }

    fn can_be_retyped(&self, column: &Column, actual: &ActualColumn) -> bool {
        let has_type = actual.computed || self.is_read(column, actual);
        !has_type && self.alter("").is_some() && self.held_for_good(column).is_empty()
    }

    /// The columns computed from it that no statement drops.
    fn held_for_good(&self, column: &Column) -> Vec<&'static Column> {
        let is_held = |(position, other): &(usize, &'static Column)| {
            let is_computed = self.actual_column(other.name).is_some_and(|actual| actual.computed);
            let is_source = other.generated_as.is_some_and(|of| names(of.sql, column.name));
            is_computed && is_source && !self.can_be_dropped(*position, other)
        };
        self.table.columns.iter().enumerate().filter(is_held).map(|(_, other)| other).collect()
    }

    /// Whether statements can drop the column and add it again, without a loss of what only others know.
    fn can_be_dropped(&self, position: usize, column: &Column) -> bool {
        let is_it = |other: &str| self.dialect().same_name(other, column.name);
        let has_it = |index: &&ActualIndex| index.columns().any(is_it);
        let indexes: Vec<_> = self.actual.indexes.iter().filter(has_it).collect();
        let is_child = self.actual.foreign_keys.iter().any(|key| key.columns.iter().any(|(name, _)| is_it(name)));
        let is_named = is_child || !indexes.is_empty() || self.is_named(column);
        self.parts.columns[position].is_some()
            && self.dialect().catalog().drop_column(&self.parts.table, &quoted(column.name), is_named).is_some()
            && !indexes.iter().any(|index| index.primary)
            && self.others_checks(column).is_empty()
    }

    /// Whether the column has checks, or what the model says of others names it: the table may hold that too.
    fn is_named(&self, column: &Column) -> bool {
        let others = self.table.columns.iter().filter(|other| other.name != column.name);
        let others = others.flat_map(|other| other.check.into_iter().chain(other.generated_as.map(|of| of.sql)));
        let indexes = self.table.indexes.iter().flat_map(|index| {
            let expressions = index.parts.iter().filter(|part| part.is_expression);
            expressions.map(|part| part.text).chain(index.filter)
        });
        let mut texts = self.table.checks.iter().copied().chain(others).chain(indexes);
        self.parts.checks.iter().any(|check| check.column == Some(column.name))
            || texts.any(|sql| names(sql, column.name))
    }

    /// The checks that name the column and are none that the model has or had.
    fn others_checks(&self, column: &Column) -> Vec<&str> {
        let own = naming::checks(self.table.name, column.name);
        let is_others = |name: &&str| !own.iter().any(|own| own == name) && !self.is_wanted(name);
        self.checks_of(column.name).filter(is_others).collect()
    }

    fn checks_of(&self, column: &str) -> impl Iterator<Item = &str> {
        self.actual_column(column).into_iter().flat_map(|actual| actual.checks.iter().map(String::as_str))
    }

    fn is_wanted(&self, check: &str) -> bool {
        self.parts.checks.iter().any(|wanted| wanted.name == check)
    }

    /// Why no statement is told of a column that the database could change.
    pub(super) fn in_the_way(&self, column: &Column) -> String {
        if !self.is_written() {
            return String::new();
        }
        let own = self.table.columns.iter().filter(|other| other.name == column.name && other.generated_as.is_some());
        let dropped = self.held_for_good(column).into_iter().chain(own);
        let checks: Vec<String> =
            dropped.flat_map(|column| self.others_checks(column)).map(|check| format!("`{check}`")).collect();
        match checks.is_empty() {
            true => String::new(),
            false => format!(": what mends that drops checks which the model does not have ({})", checks.join(", ")),
        }
    }

    /// The checks that the model has or had, and that are dropped at a place.
    fn dropped_checks(&self, place: usize) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for anew in &self.anew {
            let own = naming::checks(self.table.name, anew.column.name);
            for check in self.checks_of(anew.column.name) {
                let is_models = self.is_wanted(check) || own.iter().any(|own| own == check);
                if is_models && self.ends(check) == Some(place) && !all.contains(&check) {
                    all.push(check);
                }
            }
        }
        all
    }

    /// The place of the first of the columns made anew that a check names which is there.
    fn ends(&self, check: &str) -> Option<usize> {
        let holds = |anew: &&Anew| self.checks_of(anew.column.name).any(|name| name == check);
        self.anew.iter().filter(holds).map(|anew| anew.from).min()
    }

    fn added_checks(&self, place: usize) -> impl Iterator<Item = &WantedCheck> {
        self.parts.checks.iter().filter(move |check| self.begins(check) == Some(place))
    }

    /// The place of the last of the columns made anew that a check names which is lacking then.
    fn begins(&self, check: &WantedCheck) -> Option<usize> {
        let is_own = |anew: &Anew| check.column == Some(anew.column.name);
        let is_there = self.actual.columns.iter().any(|column| column.checks.contains(&check.name));
        let is_lacking = match is_there {
            true => self.ends(&check.name).is_some(),
            false => self.anew.iter().any(is_own),
        };
        let has_it = |anew: &Anew| self.checks_of(anew.column.name).any(|name| name == check.name);
        let names_it = |anew: &&Anew| is_own(anew) || names(&check.condition, anew.column.name) || has_it(anew);
        self.anew.iter().filter(|_| is_lacking).filter(names_it).map(|anew| anew.to).max()
    }

    /// What a column holds is not changed into what is computed: it is dropped before.
    pub(super) fn add_column(&self, place: usize, column: &Column) -> Vec<String> {
        let Some(anew) = self.anew.iter().find(|anew| anew.column.name == column.name) else { return Vec::new() };
        let Some(definition) = &self.parts.columns[anew.position] else { return Vec::new() };
        let (table, name) = (&self.parts.table, quoted(column.name));
        let is_dropped = anew.change == Change::Computed && anew.from == place;
        let drop = is_dropped.then(|| self.dialect().catalog().drop_column(table, &name, false)).flatten();
        let mut add = format!("ALTER TABLE {table} ADD COLUMN {definition}");
        for check in self.added_checks(place) {
            add.push(' ');
            add.push_str(&check.constraint);
        }
        drop.into_iter().chain(self.enum_type(column)).chain([add]).collect()
    }

    /// The statement that creates the type of an enum that is not there.
    fn enum_type(&self, column: &Column) -> Option<String> {
        let name = column.sql_type.enum_name()?;
        if self.check.found.types.has_enum(name) { None } else { self.dialect().create_type(name, column.variants) }
    }

    /// A default of the old type is in the way too.
    pub(super) fn change_type(&self, place: usize, column: &Column, actual: &ActualColumn) -> Vec<String> {
        if self.retyped(column.name).is_none() {
            return Vec::new();
        }
        let name = quoted(column.name);
        let computed = |is_here: fn(&Anew, usize) -> bool| {
            let all = self.anew.iter().filter(|anew| anew.change == Change::Computed);
            all.filter(move |anew| is_here(anew, place))
        };
        let mut changes: Vec<String> =
            self.dropped_checks(place).iter().map(|check| format!("DROP CONSTRAINT {}", quoted(check))).collect();
        let dropped = computed(|anew, place| anew.from == place);
        changes.extend(dropped.map(|anew| format!("DROP COLUMN {}", quoted(anew.column.name))));
        let default = self.set_default(column);
        changes.extend(default.as_ref().map(|_| format!("ALTER COLUMN {name} DROP DEFAULT")));
        changes.push(self.dialect().catalog().change_type(&name, &actual.sql_type, column.sql_type));
        changes.extend(default);
        let added =
            computed(|anew, place| anew.to == place).filter_map(|anew| self.parts.columns[anew.position].as_ref());
        changes.extend(added.map(|definition| format!("ADD COLUMN {definition}")));
        changes.extend(self.added_checks(place).map(|check| format!("ADD {}", check.constraint)));
        let alter = self.enum_type(column).into_iter().chain(self.alter(&changes.join(", ")));
        let here = |(at, statement): &(usize, String)| (*at == place).then(|| statement.clone());
        let (before, after) = (self.held.before.iter().filter_map(here), self.held.after.iter().filter_map(here));
        before.chain(alter).chain(after).collect()
    }
}
