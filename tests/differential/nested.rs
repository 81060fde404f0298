//! Queries in queries in queries, as data: both databases take their SQL and find the same rows.

use ormcore::prelude::*;
use ormcore::query::{Scope, Select};
use ormcore::sql::{case, count, exists, of, row_number};
use proptest::prelude::*;

use crate::conditions::{Test, condition, tests};
use crate::models::{Cell, Mark, Shelf};
use crate::queries::said;

/// A condition on cells.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    Test(Box<Test>),
    Not(Box<Asked>),
    Both(Box<Asked>, Box<Asked>),
    Either(Box<Asked>, Box<Asked>),
    Among(Box<Keys>),
    OutOf(Box<Keys>),
    Equal(Box<Keys>),
    More(Box<Asked>),
    Exists(Box<Keys>),
    OnShelf(Box<Asked>),
    Marked(Box<Asked>),
    Case(Box<Asked>, Box<Asked>),
    /// By a subquery that joins another occurrence of cells.
    Neighbour(Box<Asked>),
}

/// Keys of cells.
#[derive(Debug, Clone)]
pub(crate) enum Keys {
    Where(Box<Asked>, Option<u64>, bool),
    Combined(Box<Keys>, u8, Box<Keys>, Option<u64>),
    Largest(Box<Asked>, i64),
    Ranked(Box<Asked>),
}

pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let leaf = tests().prop_map(|test| Asked::Test(Box::new(test)));
    leaf.prop_recursive(4, 24, 3, |inner| {
        let one = || inner.clone().prop_map(Box::new);
        let limit = || proptest::option::of(0..4_u64);
        let keys = prop_oneof![
            3 => (one(), limit(), any::<bool>()).prop_map(|(asked, limit, distinct)| Keys::Where(asked, limit, distinct)),
            1 => (one(), 0..3_i64).prop_map(|(asked, least)| Keys::Largest(asked, least)),
            1 => one().prop_map(Keys::Ranked),
        ];
        let keys = keys.prop_recursive(3, 8, 2, move |inner| {
            (inner.clone(), 0..4_u8, inner, limit())
                .prop_map(|(left, operator, right, limit)| Keys::Combined(Box::new(left), operator, Box::new(right), limit))
        });
        let keys = || keys.clone().prop_map(Box::new);
        prop_oneof![
            one().prop_map(Asked::Not),
            (one(), one()).prop_map(|(left, right)| Asked::Both(left, right)),
            (one(), one()).prop_map(|(left, right)| Asked::Either(left, right)),
            keys().prop_map(Asked::Among),
            keys().prop_map(Asked::OutOf),
            keys().prop_map(Asked::Equal),
            one().prop_map(Asked::More),
            keys().prop_map(Asked::Exists),
            one().prop_map(Asked::OnShelf),
            one().prop_map(Asked::Marked),
            (one(), one()).prop_map(|(left, right)| Asked::Case(left, right)),
            one().prop_map(Asked::Neighbour),
        ]
    })
}

fn predicate(asked: &Asked) -> Predicate<Cell> {
    match asked {
        Asked::Test(test) => condition(test),
        Asked::Not(inner) => !predicate(inner),
        Asked::Both(left, right) => predicate(left) & predicate(right),
        Asked::Either(left, right) => predicate(left) | predicate(right),
        Asked::Among(list) => Cell::ID.is_in(keys(list)),
        Asked::OutOf(list) => Cell::ID.not_in(keys(list)),
        Asked::Equal(list) => Cell::ID.eq(keys(list).order_by(Cell::ID).scalar()),
        Asked::More(inner) => {
            let average = Cell::query().filter(predicate(inner)).select(Cell::C_SMALL.sum());
            Cell::C_SMALL.gt(average.scalar())
        }
        Asked::Exists(list) => Cell::ID.is_in(Cell::query().filter(exists(keys(list))).select(Cell::ID)),
        Asked::OnShelf(inner) => {
            let inside = Shelf::CELLS.any(predicate(inner));
            let shelf = Shelf::query().correlated::<Cell>().filter(Shelf::ID.eq(of(Cell::SHELF_ID))).filter(inside);
            exists(shelf)
        }
        Asked::Marked(inner) => {
            let marks = Mark::query().filter(Mark::CELLS.any(predicate(inner))).select(Mark::ID);
            Cell::MARKS.any(Mark::ID.is_in(marks))
        }
        Asked::Case(left, right) => {
            let case = case().when(predicate(left), 1_i64).when(predicate(right), 2).otherwise(3);
            Cell::ID.is_in(Cell::query().filter(case.gt(1)).select(Cell::ID))
        }
        Asked::Neighbour(inner) => {
            let other = ormcore::alias!(Cell);
            let on = other.col(Cell::SHELF_ID).eq(of(Cell::SHELF_ID));
            let query = Cell::query().join(other.on(on)).filter(predicate(inner));
            Cell::ID.is_in(query.select(other.col(Cell::ID)))
        }
    }
}

fn keys(keys_of: &Keys) -> Select<Scope<Cell, ()>, i64> {
    match keys_of {
        Keys::Where(inner, limit, distinct) => {
            let query = Cell::query().filter(predicate(inner)).select(Cell::ID);
            let query = if *distinct { query.distinct() } else { query };
            limit.iter().fold(query, |query, limit| query.order_by(Cell::ID.desc()).limit(*limit))
        }
        Keys::Combined(left, operator, right, limit) => {
            let (left, right) = (keys(left), keys(right));
            let all = match operator {
                0 => left.union(right),
                1 => left.union_all(right),
                2 => left.intersect(right),
                _ => left.except(right),
            };
            limit.iter().fold(all, |query, limit| query.order_by(Cell::ID).limit(*limit))
        }
        Keys::Largest(inner, least) => {
            let marked = Cell::query().filter(predicate(inner)).left_join(Cell::MARKS).group_by(Cell::ID);
            let ids = marked.select(Cell::ID).having(Mark::ID.count().ge(*least));
            Cell::query().filter(Cell::ID.is_in(ids)).select(Cell::ID)
        }
        Keys::Ranked(inner) => {
            let query = Cell::query().filter(predicate(inner)).select(Cell::ID);
            query.order_by((row_number().partition_by(Cell::A_BOOL).order_by(Cell::ID), Cell::ID)).limit(2)
        }
    }
}

/// What the database answers to it, in the query and in a row that is selected.
pub(crate) fn answers(asked: &Asked, db: &Database) -> Vec<String> {
    let query = Cell::query().filter(predicate(asked)).order_by(Cell::ID);
    let selected = Cell::query().select((Cell::ID, predicate(asked).nullable(), count().over()));
    let grouped = Cell::query().group_by(predicate(asked)).select((predicate(asked).nullable(), count()));
    vec![
        said(query.clone().select(Cell::ID).all(db)),
        said(query.count(db)),
        said(selected.order_by((predicate(asked).desc(), Cell::ID)).all(db)),
        said(grouped.order_by(predicate(asked)).all(db)),
    ]
}
