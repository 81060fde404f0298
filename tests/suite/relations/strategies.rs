//! Random graphs, queries and loads: every strategy gives what a plain nested loop of queries gives.

mod shown;

use super::models::{Dataset, Licence, Node, Person, Tag, Version, create};
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shown::Shown;

/// How a relationship is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Select,
    Joined,
    Subquery,
    Selectin,
}

const HOW: [How; 4] = [How::Select, How::Joined, How::Subquery, How::Selectin];

#[derive(Debug, Clone, Copy)]
pub(super) enum Sorted {
    AsDeclared,
    Up,
    Down,
}

/// A relationship, by its number within its model, and what is said of its load.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) relation: u8,
    pub(super) how: How,
    pub(super) at_least: Option<i64>,
    pub(super) sorted: Sorted,
    pub(super) limit: Option<u64>,
    pub(super) then: Vec<Asked>,
}

/// A query of the roots.
#[derive(Debug, Clone)]
struct Root {
    at_least: Option<i64>,
    sorted: Sorted,
    limit: Option<u64>,
    offset: Option<u64>,
    distinct: bool,
}

/// Rows, by their positions where they point to each other.
#[derive(Debug, Clone)]
struct Graph {
    people: Vec<i64>,
    licences: Vec<(usize, i64)>,
    datasets: Vec<(i64, Option<usize>, Option<usize>)>,
    versions: Vec<(usize, i64)>,
    tags: Vec<i64>,
    links: Vec<(usize, usize)>,
    nodes: Vec<(i64, Option<usize>)>,
}

fn graphs() -> impl Strategy<Value = Graph> {
    use proptest::collection::vec;
    use proptest::option::of;
    let small = || 0..4_i64;
    let place = || 0..100_usize;
    (
        vec(small(), 0..6),
        vec((place(), small()), 0..5),
        vec((small(), of(place()), of(place())), 0..8),
        vec((place(), small()), 0..8),
        vec(small(), 0..5),
        vec((place(), place()), 0..10),
        vec((small(), of(place())), 0..8),
    )
        .prop_map(|(people, licences, datasets, versions, tags, links, nodes)| Graph {
            people,
            licences,
            datasets,
            versions,
            tags,
            links,
            nodes,
        })
}

/// Puts the rows of a graph in the place of those of the last one.
fn store(graph: &Graph, db: &Database) -> ormcore::Result<()> {
    db.execute("DELETE FROM rel_dataset_tags", ())?;
    db.execute("UPDATE rel_node SET parent_id = NULL", ())?;
    Version::query().delete(db)?;
    Licence::query().delete(db)?;
    Dataset::query().delete(db)?;
    Tag::query().delete(db)?;
    Node::query().delete(db)?;
    Person::query().delete(db)?;
    let named = |(index, age): (usize, &i64)| Person::new(format!("p{}", index % 3)).set(Person::AGE, *age);
    let people = Person::insert_all(graph.people.iter().enumerate().map(named), db)?;
    let nobody = people.is_empty();
    let key = |place: Option<usize>| place.filter(|_| !nobody).map(|place| people[place % people.len()].id);
    for (person, number) in graph.licences.iter().filter(|_| !nobody) {
        Licence::new(*number, &people[person % people.len()]).insert(db)?;
    }
    let draft = |(size, owner, reviewer): &(i64, Option<usize>, Option<usize>)| {
        let draft = Dataset::new(format!("d{size}")).set(Dataset::SIZE, *size);
        draft.set(Dataset::OWNER_ID, key(*owner)).set(Dataset::REVIEWER_ID, key(*reviewer))
    };
    let datasets = Dataset::insert_all(graph.datasets.iter().map(draft), db)?;
    for (dataset, number) in graph.versions.iter().filter(|_| !datasets.is_empty()) {
        Version::new(*number, &datasets[dataset % datasets.len()]).insert(db)?;
    }
    let tags = Tag::insert_all(graph.tags.iter().map(|weight| Tag::new("t").set(Tag::WEIGHT, *weight)), db)?;
    let mut linked = Vec::new();
    for (dataset, tag) in graph.links.iter().filter(|_| !datasets.is_empty() && !tags.is_empty()) {
        let link = (dataset % datasets.len(), tag % tags.len());
        if !linked.contains(&link) {
            Dataset::TAGS.link(&datasets[link.0], &tags[link.1], db)?;
            linked.push(link);
        }
    }
    let mut nodes: Vec<Node> = Vec::new();
    for (rank, parent) in &graph.nodes {
        let mut draft = Node::new(format!("n{rank}")).set(Node::RANK, *rank);
        if let Some(parent) = parent.filter(|_| !nodes.is_empty()) {
            draft = draft.set(Node::PARENT_ID, nodes[parent % nodes.len()].id);
        }
        nodes.push(draft.insert(db)?);
    }
    Ok(())
}

fn asked(how: &'static [How]) -> impl Strategy<Value = Vec<Asked>> {
    let said = move || {
        (
            any::<u8>(),
            proptest::sample::select(how),
            proptest::option::weighted(0.3, 0..4_i64),
            prop_oneof![3 => Just(Sorted::AsDeclared), 1 => Just(Sorted::Up), 1 => Just(Sorted::Down)],
            proptest::option::weighted(0.3, 0..3_u64),
        )
    };
    let leaf = said().prop_map(|(relation, how, at_least, sorted, limit)| Asked {
        relation,
        how,
        at_least,
        sorted,
        limit,
        then: Vec::new(),
    });
    let tree = leaf.prop_recursive(3, 8, 3, move |inner| {
        (said(), proptest::collection::vec(inner, 0..3)).prop_map(|((relation, how, at_least, sorted, limit), then)| {
            Asked { relation, how, at_least, sorted, limit, then }
        })
    });
    proptest::collection::vec(tree, 0..4)
}

fn roots() -> impl Strategy<Value = Root> {
    (
        proptest::option::weighted(0.3, 0..4_i64),
        prop_oneof![Just(Sorted::AsDeclared), Just(Sorted::Up), Just(Sorted::Down)],
        proptest::option::of(0..4_u64),
        proptest::option::weighted(0.3, 0..3_u64),
        any::<bool>(),
    )
        .prop_map(|(at_least, sorted, limit, offset, distinct)| Root { at_least, sorted, limit, offset, distinct })
}

fn rooted<T: Shown>(root: &Root, db: &Database) -> Query<T> {
    let mut query = T::query();
    if let Some(least) = root.at_least {
        query = query.filter(T::NUMBER.ge(least));
    }
    query = match root.sorted {
        Sorted::AsDeclared => query,
        Sorted::Up => query.order_by(T::NUMBER),
        Sorted::Down => query.order_by(T::NUMBER.desc()),
    };
    // Only SQLite gives rows that nobody has ordered in the order of their keys.
    if root.limit.is_some() || root.offset.is_some() || !is_sqlite(db) {
        query = query.order_by(T::KEY);
    }
    if root.distinct {
        query = query.distinct();
    }
    query = root.limit.into_iter().fold(query, Query::limit);
    root.offset.into_iter().fold(query, Query::offset)
}

fn runner() -> TestRunner {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() })
}

/// The same loads, all by one strategy.
fn all_by(how: How, asked: &[Asked]) -> Vec<Asked> {
    asked.iter().map(|asked| Asked { how, then: all_by(how, &asked.then), ..asked.clone() }).collect()
}

fn is_eager(asked: &[Asked]) -> bool {
    asked.iter().all(|asked| asked.how != How::Select && is_eager(&asked.then))
}

/// The rows of a query with their loads; what was loaded eagerly asks nothing afterwards.
fn shown<T: Shown>(root: &Root, asked: &[Asked], db: &Database) -> Vec<String> {
    let rows = T::load(rooted::<T>(root, db), asked).all(db).unwrap();
    let statements = db.record();
    let shown = rows.iter().map(|row| row.show(asked, db)).collect();
    assert!(!is_eager(asked) || statements.is_empty(), "{:?}", statements.texts());
    shown
}

/// Compares what the loads give with plain queries, as they are mixed and with each strategy for all.
fn agree<T: Shown>(root: &Root, asked: &[Asked], db: &Database) -> Result<(), TestCaseError> {
    let rows = rooted::<T>(root, db).all(db).unwrap();
    let expected: Vec<String> = rows.iter().map(|row| row.expect(asked, db)).collect();
    prop_assert_eq!(&shown::<T>(root, asked, db), &expected, "as asked for");
    for how in HOW {
        prop_assert_eq!(&shown::<T>(root, &all_by(how, asked), db), &expected, "all by {:?}", how);
    }
    Ok(())
}

fn every_strategy_gives_what_a_nested_loop_of_queries_gives(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let same = runner().run(&(graphs(), roots(), asked(&HOW), 0..4_u8), |(graph, root, asked, model)| {
        store(&graph, db).unwrap();
        match model {
            0 => agree::<Person>(&root, &asked, db),
            1 => agree::<Dataset>(&root, &asked, db),
            2 => agree::<Tag>(&root, &asked, db),
            _ => agree::<Node>(&root, &asked, db),
        }
    });
    same.unwrap();
    Ok(())
}

on_every_backend!(every_strategy_gives_what_a_nested_loop_of_queries_gives);
