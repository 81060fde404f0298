use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::schema::{RegisteredLink, Table};

/// A model that is linked into the program; the derive submits one for each.
#[derive(Debug)]
pub struct Registered(pub &'static Table);

inventory::collect!(Registered);

/// Every table that any model of the program describes.
pub(crate) fn described() -> impl Iterator<Item = &'static Table> {
    let links = inventory::iter::<RegisteredLink>.into_iter().map(|link| (link.0)());
    inventory::iter::<Registered>.into_iter().map(|registered| registered.0).chain(links)
}

/// Every table that any model of the program describes, each once, by name.
pub(crate) fn all() -> Vec<&'static Table> {
    let mut tables: Vec<&'static Table> = described().collect();
    tables.sort_by_key(|table| key(table));
    tables.dedup_by_key(|table| key(table));
    tables
}

/// What tells the descriptions of tables apart.
fn key(table: &'static Table) -> (Option<&'static str>, &'static str, &'static str, &'static str) {
    (table.schema, table.name, table.module, table.model)
}

/// Every table that the program declares, by name, link tables without a model among them; those of read-only models, such as views, are others' to create.
///
/// # Errors
/// If two models have the same table: which of them would describe it?
pub(crate) fn tables() -> Result<Vec<&'static Table>> {
    let linked = inventory::iter::<Registered>.into_iter().map(|registered| registered.0);
    let mut tables: Vec<&'static Table> = linked.filter(|table| !table.read_only).collect();
    tables.sort_by_key(|table| key(table));
    for pair in tables.windows(2) {
        if (pair[0].schema, pair[0].name) == (pair[1].schema, pair[1].name) {
            return Err(twins(pair[0], pair[1]));
        }
    }
    with_links(tables)
}

/// The error of two models that have the same table.
fn twins(one: &Table, other: &Table) -> Error {
    Error::schema(format!(
        "the models `{}` and `{}` both have the table `{}`: give one of them another with `#[model(table = \"..\")]`, \
         or create tables one by one with `create_tables`",
        one.model_path(),
        other.model_path(),
        other.name,
    ))
}

/// Of the tables those that are the program's to create, as [`with_links`].
///
/// # Errors
/// As [`with_links`].
pub(crate) fn created(named: Vec<&'static Table>) -> Result<Vec<&'static Table>> {
    with_links(named.into_iter().filter(|table| !table.read_only).collect())
}

/// The tables, each once however often it is named, and the link tables without a model that lie between them.
///
/// # Errors
/// If a link table has the name of another table, or two relationships describe it differently.
pub(crate) fn with_links(named: Vec<&'static Table>) -> Result<Vec<&'static Table>> {
    let mut seen = HashSet::new();
    let is_new = |table: &&'static Table| seen.insert(key(table));
    let mut tables: Vec<&'static Table> = named.into_iter().filter(is_new).collect();
    let models = tables.len();
    let known = |tables: &[&'static Table], schema: Option<&str>, name: &str| {
        tables.iter().any(|table| (table.schema, table.name) == (schema, name))
    };
    let mut links: Vec<&'static Table> = inventory::iter::<RegisteredLink>.into_iter().map(|link| (link.0)()).collect();
    links.sort_by_key(|link| (link.schema, link.name));
    for link in links {
        if !link.all_foreign_keys().all(|key| known(&tables[..models], key.schema, key.table)) {
            continue;
        }
        if known(&tables[..models], link.schema, link.name) {
            return Err(Error::schema(format!(
                "a relationship has the bare link table `{}`, and there is a model of this table: name the model with \
                 `secondary = Model`",
                link.name
            )));
        }
        match tables[models..].iter().find(|other| (other.schema, other.name) == (link.schema, link.name)) {
            None => tables.push(link),
            Some(other) if names(other).eq(names(link)) => {}
            Some(_) => {
                return Err(Error::schema(format!(
                    "two relationships have the bare link table `{}` between different models: give one of them another",
                    link.name
                )));
            }
        }
    }
    Ok(tables)
}

fn names(table: &'static Table) -> impl Iterator<Item = &'static str> {
    table.columns.iter().map(|column| column.name)
}
