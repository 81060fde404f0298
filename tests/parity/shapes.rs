//! Rows and what hangs on them as JSON, in the shapes of the golden file.

use ormcore::Result;
use ormcore::prelude::*;
use serde_json::{Value, json};

use crate::models::{Dataset, Node, Page, Person, Region};

/// An array of what each row gives.
pub(crate) fn list<T>(rows: &[T], of: impl Fn(&T) -> Result<Value>) -> Result<Value> {
    rows.iter().map(of).collect()
}

pub(crate) fn dataset_names(datasets: &[Dataset]) -> Vec<&str> {
    datasets.iter().map(|dataset| dataset.name.as_str()).collect()
}

pub(crate) fn node_names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.name.as_str()).collect()
}

/// People with the names of their datasets.
pub(crate) fn owned<'d>(people: &[Person], db: impl Into<Db<'d>>) -> Result<Value> {
    let db = db.into();
    list(people, |person| Ok(json!([person.name, dataset_names(person.datasets(db)?)])))
}

/// Datasets with the names of their owners.
pub(crate) fn owners<'d>(datasets: &[Dataset], db: impl Into<Db<'d>>) -> Result<Value> {
    let db = db.into();
    list(datasets, |dataset| Ok(json!([dataset.name, dataset.owner(db)?.map(|owner| &owner.name)])))
}

/// Pages with the labels of their tags.
pub(crate) fn tagged<'d>(pages: &[Page], db: impl Into<Db<'d>>) -> Result<Value> {
    let db = db.into();
    list(pages, |page| Ok(json!([page.title, page.tags(db)?.iter().map(|tag| tag.label.as_str()).collect::<Vec<_>>()])))
}

/// Regions with the names of their cities.
pub(crate) fn sited<'d>(regions: &[Region], db: impl Into<Db<'d>>) -> Result<Value> {
    let db = db.into();
    list(regions, |region| {
        Ok(json!([region.name, region.cities(db)?.iter().map(|city| city.name.as_str()).collect::<Vec<_>>()]))
    })
}

/// People with their datasets, each with the numbers of its versions.
pub(crate) fn nested<'d>(people: &[Person], db: impl Into<Db<'d>>) -> Result<Value> {
    let db = db.into();
    list(people, |person| {
        let datasets = list(person.datasets(db)?, |dataset| {
            let versions: Vec<i64> = dataset.versions(db)?.iter().map(|version| version.number).collect();
            Ok(json!([dataset.name, versions]))
        })?;
        Ok(json!([person.name, datasets]))
    })
}

/// Nodes with their children, each with the names of its own.
pub(crate) fn grown<'d>(nodes: &[Node], db: impl Into<Db<'d>>) -> Result<Value> {
    let db = db.into();
    list(nodes, |node| {
        let children = list(node.children(db)?, |child| Ok(json!([child.name, node_names(child.children(db)?)])))?;
        Ok(json!([node.name, children]))
    })
}
