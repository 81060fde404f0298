//! The Rust source of models, from tables that are there.
//!
//! Nothing here asks a database: what it told is given, and what comes of it is text.

use crate::schema::check::Actual;
use crate::sql::Dialect;
use crate::sql::dialect::{Detail, DetailKind};

mod attributes;
mod enums;
mod fields;
mod keys;
mod names;
mod relations;
#[cfg(test)]
mod tests;
mod types;
mod write;

use enums::Enum;
use fields::Model;
use names::Given;

/// A table for which a model is written.
pub(crate) struct FoundTable {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// Whether the schema is the connection's own, which no model says.
    pub(crate) is_own: bool,
    pub(crate) actual: Actual,
    pub(crate) details: Vec<Detail>,
}

impl FoundTable {
    /// The first thing that is said of the part with this name.
    fn first(&self, kind: DetailKind, name: &str) -> Option<&str> {
        self.details.iter().find(|detail| detail.kind == kind && detail.name == name).map(|detail| detail.text.as_str())
    }

    /// The schema that the model says.
    fn said_schema(&self) -> Option<&str> {
        (!self.is_own).then_some(self.schema.as_str())
    }
}

/// The names that the source itself uses.
const RESERVED: [&str; 7] = ["BelongsTo", "HasMany", "HasOne", "Option", "Self", "String", "Vec"];

/// Writes a model for each of the tables.
pub(crate) fn source(tables: &[FoundTable], dialect: &dyn Dialect) -> String {
    let mut types = Given::of(RESERVED);
    let names = struct_names(tables, &mut types);
    let enums = Enum::all(tables, &mut types);
    let described = tables.iter().zip(names);
    let mut models: Vec<Model<'_>> = described.map(|(table, name)| Model::of(table, name, &enums, dialect)).collect();
    keys::find(&mut models, dialect);
    for model in &mut models {
        attributes::find(model, dialect);
    }
    relations::find(&mut models);
    write::source(&models, &enums)
}

/// A struct is one row: it has the singular, unless two tables would have one name then.
fn struct_names(tables: &[FoundTable], types: &mut Given) -> Vec<String> {
    let singular = |table: &FoundTable| names::camel(&names::singular(&names::snake(&table.name)), "T");
    let all: Vec<String> = tables.iter().map(singular).collect();
    let is_shared = |name: &String| all.iter().filter(|other| other.eq_ignore_ascii_case(name)).count() > 1;
    let mut name_of = |(table, name): (&FoundTable, &String)| {
        let name = if is_shared(name) { names::camel(&table.name, "T") } else { name.clone() };
        let is_reserved = RESERVED.contains(&name.as_str());
        types.give_type(&if is_reserved { format!("{name}Row") } else { name })
    };
    tables.iter().zip(&all).map(&mut name_of).collect()
}
