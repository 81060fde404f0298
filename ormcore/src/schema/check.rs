//! What tables are, beside what the models say.
//!
//! Told is what makes an operation on the model fail, or what the model declares and the database does not have. In doubt
//! there is no difference: of conditions, defaults and expressions only the database knows the form in which it keeps them.

use crate::error::{Difference, DifferenceKind};
use crate::schema::ddl::{self, Parts, quoted_name};
use crate::schema::found::Found;
use crate::schema::naming::IndexNames;
use crate::schema::{Column, Table};
use crate::sql::Dialect;
use crate::sql::writer::quoted;

mod actual;
mod anew;
mod indexes;
mod keys;

use anew::{Anew, HeldKeys};

pub(crate) use actual::{Actual, ActualColumn, ActualForeignKey, ActualIndex, ActualPart};

/// What tables are compared by.
pub(crate) struct Check<'a> {
    pub(crate) found: &'a Found,
    pub(crate) dialect: &'static dyn Dialect,
    /// Every table that the program describes: what one model does not have, another one may.
    pub(crate) described: &'a [&'static Table],
    /// The tables, parents before children, each with what is there of it.
    pub(crate) tables: &'a [&'static Table],
    pub(crate) actual: &'a [Option<Actual>],
}

/// One table, as it is to be and as it is.
struct Pair<'a> {
    check: &'a Check<'a>,
    table: &'static Table,
    actual: &'a Actual,
    parts: Parts,
    anew: Vec<Anew>,
    held: HeldKeys,
    told: Told,
}

/// Differences in the order in which their statements can run.
#[derive(Default)]
struct Told {
    differences: Vec<Difference>,
    /// What needs all the others to be mended.
    last: Vec<Difference>,
}

impl Check<'_> {
    /// In what the tables are not what the models say.
    pub(crate) fn differences(&self) -> Vec<Difference> {
        let mut names = IndexNames::new(&self.found.names, self.dialect);
        let (mut missing, mut pairs) = (Vec::new(), Vec::new());
        for (place, (table, actual)) in self.tables.iter().zip(self.actual).enumerate() {
            let later = &self.tables[place + 1..];
            names.forget(table);
            match actual {
                Some(actual) => pairs.push(self.pair(table, actual, later, &mut names)),
                None => missing.push((place, self.missing(table, later, &mut names))),
            }
        }
        anew::hold_keys(&mut pairs);
        let mut all = Told::default();
        let (mut missing, mut pairs) = (missing.into_iter().peekable(), pairs.into_iter());
        for place in 0..self.tables.len() {
            match missing.next_if(|(missing, _)| *missing == place) {
                Some((_, told)) => all.add(told),
                None => pairs.next().into_iter().for_each(|pair| all.add(pair.compare())),
            }
        }
        all.differences.append(&mut all.last);
        all.differences
    }

    fn pair<'a>(
        &'a self,
        table: &'static Table,
        actual: &'a Actual,
        later: &[&'static Table],
        names: &mut IndexNames<'_>,
    ) -> Pair<'a> {
        let is_unique =
            |columns: &[&str]| actual.indexes.iter().any(|index| actual.is_unique(index, columns, self.dialect));
        let parts = Parts::of(table, later, self.found, names, self.dialect, &|name| actual.has(name), &is_unique);
        let mut pair = Pair {
            check: self,
            table,
            actual,
            parts,
            anew: Vec::new(),
            held: HeldKeys::default(),
            told: Told::default(),
        };
        pair.anew = pair.find_anew();
        pair
    }

    fn missing(&self, table: &'static Table, later: &[&'static Table], names: &mut IndexNames<'_>) -> Told {
        let name = display(table);
        let tell = |problem: String| Difference::new(DifferenceKind::MissingTable, table.name, &[], problem);
        if table.read_only {
            let problem = format!("the table or view `{name}`, which the program only reads, is missing");
            return Told { differences: vec![tell(problem)], last: Vec::new() };
        }
        let (statements, keys) = ddl::create_one(table, later, self.found, names, self.dialect).unwrap_or_default();
        let waiting = keys.into_iter().filter(|key| key.waits).map(|wanted| {
            let statement = self.dialect.catalog().alter(&quoted_name(table), &format!("ADD {}", wanted.constraint));
            let (columns, problem) = (&wanted.key.columns, keys::missing_key(table, &wanted.key));
            Difference::new(DifferenceKind::ForeignKey, table.name, columns, problem).mended_by(statement)
        });
        let missing = tell(format!("the table `{name}` is missing")).mended_by(statements);
        Told { differences: vec![missing], last: waiting.collect() }
    }
}

impl Told {
    /// Several models may have one table: of what is missing, what the first of them says.
    fn add(&mut self, other: Told) {
        let is_told = |all: &[Difference], one: &Difference| all.iter().any(|told| told.message() == one.message());
        let is_missing = |one: &Difference| one.kind() == DifferenceKind::MissingTable;
        if other.differences.iter().any(|one| is_missing(one) && is_told(&self.differences, one)) {
            return;
        }
        for (all, more) in [(&mut self.differences, other.differences), (&mut self.last, other.last)] {
            for difference in more {
                if !is_told(all, &difference) {
                    all.push(difference);
                }
            }
        }
    }
}

impl Pair<'_> {
    fn compare(mut self) -> Told {
        self.columns();
        if self.is_written() {
            self.unknown_columns();
            self.keys();
        }
        self.told
    }

    fn columns(&mut self) {
        for (place, (_, column)) in anew::in_order(self.table).enumerate() {
            match self.actual_column(column.name) {
                Some(actual) => self.column(place, column, actual),
                None => self.missing_column(place, column),
            }
        }
    }

    fn missing_column(&mut self, place: usize, column: &'static Column) {
        // A key is made with its table.
        let is_made = column.primary_key && self.alter("").is_none();
        let statements = if is_made || !self.is_written() { Vec::new() } else { self.add_column(place, column) };
        let problem =
            format!("`{}.{}` is missing{}", self.display(), column.name, self.not_stored(column, &statements));
        self.tell(DifferenceKind::MissingColumn, &[column.name], problem, statements);
    }

    /// Whether the program writes the table.
    fn is_written(&self) -> bool {
        !self.table.read_only && !self.actual.is_view()
    }

    /// Why the statements add another column than a new table has.
    fn not_stored(&self, column: &Column, statements: &[String]) -> String {
        let is_stored = column.generated_as.is_some_and(|of| of.stored);
        if !is_stored || statements.is_empty() || self.dialect().catalog().adds_stored() {
            return String::new();
        }
        format!(", and {} adds none that is STORED to a table: VIRTUAL gives the same", self.dialect().name())
    }

    fn column(&mut self, place: usize, column: &'static Column, actual: &ActualColumn) {
        if self.is_written() && actual.computed && !column.read_only && !column.generated {
            self.refused(column);
        }
        if self.is_written() && !actual.computed && column.generated_as.is_some() {
            return self.not_computed(place, column);
        }
        let is_read = self.is_read(column, actual);
        if !is_read {
            self.other_type(place, column, actual);
        }
        // That of a key needs not be said.
        let has_it = |index: &ActualIndex| index.parts.iter().any(|part| part.column == actual.name);
        let is_key = self.actual.indexes.iter().any(|index| index.primary && has_it(index));
        if !is_key && !actual.computed && !self.actual.is_view() {
            self.nullability(column, actual);
        }
        if is_read
            && let Some(name) = column.sql_type.enum_name()
            && self.check.found.types.has_enum(name)
        {
            self.variants(name, column);
        }
        let is_null = column.server_default.is_some_and(|default| default.trim().eq_ignore_ascii_case("NULL"));
        let is_filled = actual.filled || is_null || !column.filled_by_definition();
        if !is_filled && self.is_written() {
            self.unfilled(column);
        }
    }

    fn refused(&mut self, column: &'static Column) {
        let said = match column.primary_key {
            true => "`#[column(auto)]`",
            false => "`#[column(generated = \"..\")]` or `#[column(read_only)]`",
        };
        let problem = format!(
            "`{}.{}` is written by the database alone, which refuses what a program writes: say {said} of its field",
            self.display(),
            column.name
        );
        let difference = Difference::new(DifferenceKind::Generated, self.table.name, &[column.name], problem);
        self.told.differences.push(difference);
    }

    fn not_computed(&mut self, place: usize, column: &'static Column) {
        let expression = column.generated_as.map(|of| of.sql).unwrap_or_default();
        let statements = self.add_column(place, column);
        let problem = format!(
            "`{}.{}` is not computed by the database, and the model computes it as `{expression}`{}{}",
            self.display(),
            column.name,
            self.not_stored(column, &statements),
            self.in_the_way(column)
        );
        self.tell(DifferenceKind::Generated, &[column.name], problem, statements);
    }

    /// What is no variant of an enum cannot be read, whatever integers the column may hold.
    fn is_read(&self, column: &Column, actual: &ActualColumn) -> bool {
        let only_read = !self.is_written() || column.read_only || actual.computed && !column.generated;
        let of_any_width = only_read || column.sql_type.is_integer() && !column.variants.is_empty();
        self.dialect().catalog().reads(&actual.sql_type, column.sql_type, of_any_width)
    }

    fn other_type(&mut self, place: usize, column: &'static Column, actual: &ActualColumn) {
        let wanted = self.dialect().column_type(column.sql_type);
        let problem = format!(
            "`{}.{}` has the type `{}`, and the model's is `{wanted}`{}",
            self.display(),
            column.name,
            actual.words,
            self.in_the_way(column)
        );
        let statements = match (column.generated_as, actual.computed) {
            (Some(_), _) => self.add_column(place, column),
            (None, _) => self.change_type(place, column, actual),
        };
        self.tell(DifferenceKind::Type, &[column.name], problem, statements);
    }

    /// What is never NULL fits what may be, for who only reads.
    fn nullability(&mut self, column: &'static Column, actual: &ActualColumn) {
        let name = quoted(column.name);
        let (problem, change) = match (column.nullable, actual.nullable) {
            (false, true) => ("may be NULL, and the field is no `Option`", "SET"),
            (true, false) if !self.table.read_only && !column.read_only => {
                ("may not be NULL, and the field is an `Option`", "DROP")
            }
            _ => return,
        };
        let problem = format!("`{}.{}` {problem}", self.display(), column.name);
        let statements = self.alter(&format!("ALTER COLUMN {name} {change} NOT NULL"));
        self.tell(DifferenceKind::Nullable, &[column.name], problem, Vec::from_iter(statements));
    }

    fn variants(&mut self, name: &str, column: &'static Column) {
        let statements = self.check.found.types.lacking(name, column.variants, self.dialect());
        if !statements.is_empty() {
            let problem = format!("the type `{name}` of `{}.{}` lacks values", self.display(), column.name);
            self.tell(DifferenceKind::Variants, &[column.name], problem, statements);
        }
    }

    /// What [`Pair::alter`] is given for the model's default, if it has one.
    fn set_default(&self, column: &Column) -> Option<String> {
        let value = self.dialect().default_value(column.sql_type, column.server_default?).ok()?;
        Some(format!("ALTER COLUMN {} SET DEFAULT ({value})", quoted(column.name)))
    }

    fn unfilled(&mut self, column: &'static Column) {
        let (problem, statements) = match column.server_default {
            Some(default) => {
                let change = self.set_default(column).and_then(|change| self.alter(&change));
                (format!("has no default, and the model's is `{default}`"), Vec::from_iter(change))
            }
            None => {
                let number = self.dialect().catalog().number(&self.parts.table, column.name);
                ("is not numbered by the database, and inserts leave it out".to_string(), number)
            }
        };
        let problem = format!("`{}.{}` {problem}", self.display(), column.name);
        self.tell(DifferenceKind::Default, &[column.name], problem, statements);
    }

    /// An insert leaves out what no model has.
    fn unknown_columns(&mut self) {
        let (names, dialect) = (&self.check.found.names, self.dialect());
        let same_schema =
            |other: &Table| dialect.same_name(names.schema(other.schema), names.schema(self.table.schema));
        let of_table = |other: &&&'static Table| dialect.same_name(other.name, self.table.name) && same_schema(other);
        let models = self.check.described.iter().filter(of_table).copied().chain([self.table]);
        let known: Vec<&str> = models.flat_map(|table| table.columns).map(|column| column.name).collect();
        let is_known = |name: &str| known.iter().any(|known| self.dialect().same_name(known, name));
        let unknown =
            self.actual.columns.iter().filter(|column| !column.nullable && !column.filled && !is_known(&column.name));
        for column in unknown.collect::<Vec<_>>() {
            let name = quoted(&column.name);
            let problem = format!(
                "`{}.{}`, which no model has, may not be NULL and has no default, so that every insert fails",
                self.display(),
                column.name
            );
            let statements = self.alter(&format!("ALTER COLUMN {name} DROP NOT NULL"));
            self.tell(DifferenceKind::UnknownColumn, &[&column.name], problem, Vec::from_iter(statements));
        }
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.check.dialect
    }

    /// The statement that changes the table, where there is one and the table is the program's.
    fn alter(&self, change: &str) -> Option<String> {
        if !self.is_written() {
            return None;
        }
        self.dialect().catalog().alter(&self.parts.table, change)
    }

    fn display(&self) -> String {
        display(self.table)
    }

    fn tell(&mut self, kind: DifferenceKind, columns: &[&str], mut problem: String, statements: Vec<String>) {
        let is_fixed = self.alter("").is_none() && self.is_written();
        if statements.is_empty() && is_fixed {
            problem.push_str(&format!(": {} changes that in a new table only", self.dialect().name()));
        }
        let difference = Difference::new(kind, self.table.name, columns, problem);
        self.told.differences.push(difference.mended_by(statements));
    }
}

impl<'a> Pair<'a> {
    fn actual_column(&self, name: &str) -> Option<&'a ActualColumn> {
        let (actual, dialect) = (self.actual, self.dialect());
        actual.columns.iter().find(|column| dialect.same_name(&column.name, name))
    }
}

/// The table with its schema, for messages.
fn display(table: &Table) -> String {
    table.schema.map_or_else(|| table.name.to_string(), |schema| format!("{schema}.{}", table.name))
}

/// Whether the SQL has the name as a word.
fn names(sql: &str, name: &str) -> bool {
    let (sql, name) = (sql.to_ascii_lowercase(), name.to_ascii_lowercase());
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    sql.match_indices(&name)
        .any(|(start, found)| !sql[..start].ends_with(is_part) && !sql[start + found.len()..].starts_with(is_part))
}
