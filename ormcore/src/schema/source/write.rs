//! The text.

use super::attributes;
use super::enums::Enum;
use super::fields::{Field, Model};
use super::keys::{Key, Target, constant};
use super::names;
use super::relations::Relation;

const HEAD: &str = "\
// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;
";

pub(super) fn source(models: &[Model<'_>], enums: &[Enum]) -> String {
    let mut text = HEAD.to_string();
    for of in enums {
        text.push_str(&enumeration(of));
    }
    for model in models {
        text.push_str(&structure(model, models));
    }
    text
}

fn enumeration(of: &Enum) -> String {
    let mut text = format!(
        "\n#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]\n#[column_type(native = {:?})]\npub enum {} {{\n",
        of.native, of.name
    );
    for (variant, said) in &of.variants {
        if !names::is_of_derive(said) || *variant != names::camel(said, "") {
            text.push_str(&format!("    #[column_type(rename = {said:?})]\n"));
        }
        text.push_str(&format!("    {variant},\n"));
    }
    text.push_str("}\n");
    text
}

fn structure(model: &Model<'_>, models: &[Model<'_>]) -> String {
    let mut text = "\n".to_string();
    if model.fields.is_empty() {
        note(&mut text, "", &format!("The table `{}` has no column that a field could read.", model.table.name));
        return text;
    }
    model.notes.iter().for_each(|said| note(&mut text, "", said));
    text.push_str("#[derive(Model, Debug, Clone)]\n");
    let table = &model.table.name;
    let is_default = names::is_of_derive(table) && model.name == names::camel(table, "");
    let name = (!is_default).then(|| format!("table = {table:?}"));
    let schema = model.table.said_schema().map(|schema| format!("schema = {schema:?}"));
    let keys = model.keys.iter().filter(|key| key.columns.len() > 1).map(|key| composite(key, model, models));
    let says: Vec<String> = name.into_iter().chain(schema).chain(model.says.iter().cloned()).chain(keys).collect();
    if ["index(", "unique(", "foreign_key("].iter().any(|kind| count(&says, kind) > 1) {
        // Clippy takes the columns in them for attributes.
        text.push_str("#[allow(clippy::duplicated_attributes)]\n");
    }
    attribute(&mut text, "", "model", &says);
    text.push_str(&format!("pub struct {} {{\n", model.name));
    for (at, of) in model.fields.iter().enumerate() {
        text.push_str(&field(model, at, of, models));
    }
    model.relations.iter().for_each(|relation| text.push_str(&relationship(relation)));
    text.push_str("}\n");
    text
}

fn count(says: &[String], kind: &str) -> usize {
    says.iter().filter(|said| said.starts_with(kind)).count()
}

fn field(model: &Model<'_>, at: usize, of: &Field<'_>, models: &[Model<'_>]) -> String {
    let mut text = String::new();
    of.notes.iter().for_each(|said| note(&mut text, INDENT, said));
    let name = (of.name != of.column.name).then(|| format!("name = {:?}", of.column.name));
    let mut says: Vec<String> = name.into_iter().chain(of.says.iter().cloned()).collect();
    if let Some(key) = model.keys.iter().find(|key| key.columns == [at]) {
        says.push(format!("foreign_key = {}", targets(key, models)));
        says.extend(how(key, model));
    }
    attribute(&mut text, INDENT, "column", &says);
    let of_rust = &of.field_type.rust;
    let listed = if of.field_type.is_list { format!("Vec<{of_rust}>") } else { of_rust.clone() };
    let whole = if of.column.nullable && !of.is_key { format!("Option<{listed}>") } else { listed };
    text.push_str(&format!("{INDENT}pub {}: {whole},\n", names::raw(&of.name)));
    text
}

fn relationship(relation: &Relation) -> String {
    let mut text = String::new();
    match relation.says.is_empty() {
        true => text.push_str("    #[relationship]\n"),
        false => attribute(&mut text, INDENT, "relationship", &relation.says),
    }
    text.push_str(&format!("{INDENT}pub {}: {}<{}>,\n", names::raw(&relation.name), relation.side, relation.target));
    text
}

/// A foreign key of several columns.
fn composite(key: &Key, model: &Model<'_>, models: &[Model<'_>]) -> String {
    let columns = format!("columns({})", attributes::fields(model, &key.columns));
    let mut parts = vec![columns, format!("references({})", targets(key, models))];
    parts.extend(how(key, model));
    format!("foreign_key({})", parts.join(", "))
}

fn targets(key: &Key, models: &[Model<'_>]) -> String {
    let all: Vec<String> = match &key.target {
        Target::Model(parent, fields) => fields.iter().map(|field| constant(&models[*parent], *field)).collect(),
        Target::Columns(columns) => columns.iter().map(|column| format!("{column:?}")).collect(),
    };
    all.join(", ")
}

/// What the database does for the key. A foreign key has an index, unless it says that it has none.
fn how(key: &Key, model: &Model<'_>) -> Vec<String> {
    if model.read_only {
        return Vec::new();
    }
    let acts = |name: &str, action: Option<&str>| action.map(|action| format!("{name} = {action:?}"));
    let acts = [acts("on_delete", key.on_delete), acts("on_update", key.on_update)];
    let index = (!key.has_index).then(|| "index = false".to_string());
    acts.into_iter().flatten().chain(index).collect()
}

const INDENT: &str = "    ";

/// As many columns as a line has.
const WIDTH: usize = 100;

/// An attribute, on one line if there is room.
fn attribute(text: &mut String, indent: &str, name: &str, says: &[String]) {
    if says.is_empty() {
        return;
    }
    let line = format!("{indent}#[{name}({})]\n", says.join(", "));
    if line.trim_end().chars().count() <= WIDTH {
        text.push_str(&line);
        return;
    }
    text.push_str(&format!("{indent}#[{name}(\n"));
    says.iter().for_each(|said| text.push_str(&format!("{indent}{INDENT}{said},\n")));
    text.push_str(&format!("{indent})]\n"));
}

/// A comment, whatever the names in it: the compiler refuses what turns the direction of a line.
fn note(text: &mut String, indent: &str, said: &str) {
    let is_shown = |letter: char| matches!(letter, '"' | '\'' | '\\') || letter.escape_debug().len() == 1;
    let plain: String = said.chars().map(|letter| if is_shown(letter) { letter } else { ' ' }).collect();
    text.push_str(&format!("{indent}// {plain}\n"));
}
