//! Parity with SQLAlchemy: the same models, the same rows, the same scenarios, the same results and as many statements.
//!
//! `scenarios.py` writes `golden.json`, which says what SQLAlchemy does and where ormcore differs on purpose. Every
//! scenario there has one of the same name here.
#![allow(clippy::unwrap_used)]

mod collections;
mod dynamic;
mod filters;
mod golden;
mod keys;
mod links;
mod models;
mod nested;
mod nodes;
mod one_to_many;
mod session;
mod shapes;
mod to_one;
mod writing;

use std::collections::BTreeSet;

use golden::{Golden, Scenarios};

/// Makes a test of each topic, and the list of them.
macro_rules! topics {
    ($($topic:ident),* $(,)?) => {
        const TOPICS: &[fn(&mut Scenarios)] = &[$($topic::scenarios),*];

        $(#[test]
        fn $topic() {
            let mut scenarios = Scenarios::default();
            $topic::scenarios(&mut scenarios);
            scenarios.check();
        })*
    };
}

topics!(collections, dynamic, filters, keys, links, nested, nodes, one_to_many, to_one, writing);

#[test]
fn both_sides_have_the_same_scenarios() {
    let mut scenarios = Scenarios::default();
    TOPICS.iter().for_each(|topic| topic(&mut scenarios));
    let names: BTreeSet<&str> = scenarios.names().collect();
    assert_eq!(names.len(), scenarios.names().count(), "a name is used twice");
    let golden = Golden::read();
    let only_here: Vec<_> = names.difference(&golden.names()).copied().collect();
    let only_there: Vec<_> = golden.names().difference(&names).copied().collect();
    assert!(only_here.is_empty() && only_there.is_empty(), "only here: {only_here:?}\nonly there: {only_there:?}");
}
