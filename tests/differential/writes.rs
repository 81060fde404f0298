//! Writes as data, of which some break a constraint, and how they end.

use ormcore::prelude::*;
use proptest::option::of;
use proptest::prelude::*;

use crate::conditions::{Test, condition, tests};
use crate::models::{Cell, Shelf};
use crate::queries::said;
use crate::rows::{cell, draft};
use crate::samples;

#[derive(Debug, Clone)]
pub(crate) enum Write {
    Insert(Box<Cell>),
    InsertMany(Vec<Cell>),
    /// The row takes the place of that with its key.
    Put(Box<Cell>),
    Delete(i64),
    Update(Box<Test>, Change),
    DeleteWhere(Box<Test>),
    DeleteShelf(i64),
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Code(Option<i64>),
    Size(i64),
    Shelf(Option<i64>),
    Text(Option<String>),
    /// Computed from the row.
    Add(i64),
    Divide(i64),
    Copy,
    /// To a number that no row has: whether one that another row is about to lose is free depends on the order in which
    /// the database comes to the rows.
    Key(i64),
}

/// Of several constraints that a row breaks, databases name one or the other: a row breaks one at most.
fn any_cell() -> impl Strategy<Value = Cell> {
    let broken = prop_oneof![
        4 => Just((None, 0, None)),
        2 => (0..3_i64).prop_map(|code| (Some(code), 0, None)),
        1 => (0..9_i64).prop_map(|size| (None, size, None)),
        1 => (0..9_i64).prop_map(|shelf| (None, 0, Some(shelf))),
    ];
    (cell(), 1..40_i64, broken).prop_map(|(cell, id, (code, size, shelf_id))| match (code, size, shelf_id) {
        (None, 0, None) => Cell { id, ..cell },
        // A key that no other row has.
        _ => Cell { id: id + 100, code, size, shelf_id, ..cell },
    })
}

pub(crate) fn writes() -> impl Strategy<Value = Write> {
    let test = || tests().prop_map(Box::new);
    let change = prop_oneof![
        of(0..3_i64).prop_map(Change::Code),
        (0..9_i64).prop_map(Change::Size),
        of(0..6_i64).prop_map(Change::Shelf),
        of(samples::text()).prop_map(Change::Text),
        (-3..4_i64).prop_map(Change::Add),
        (-3..4_i64).prop_map(Change::Divide),
        Just(Change::Copy),
        (1..20_i64).prop_map(Change::Key),
    ];
    prop_oneof![
        2 => any_cell().prop_map(|cell| Write::Insert(Box::new(cell))),
        1 => proptest::collection::vec(any_cell(), 0..4).prop_map(Write::InsertMany),
        2 => any_cell().prop_map(|cell| Write::Put(Box::new(Cell { id: cell.id % 100, ..cell }))),
        1 => (1..10_i64).prop_map(Write::Delete),
        4 => (test(), change).prop_map(|(test, change)| Write::Update(test, change)),
        1 => test().prop_map(Write::DeleteWhere),
        1 => (1..5_i64).prop_map(Write::DeleteShelf),
    ]
}

/// How the write ends.
pub(crate) fn run(write: &Write, db: &Database) -> String {
    match write {
        Write::Insert(cell) => said(draft(cell).insert(db)),
        Write::InsertMany(cells) => said(Cell::insert_all(cells.iter().map(draft), db)),
        Write::Put(cell) => {
            let mut cell = cell.as_ref().clone();
            said(cell.update(db).map(|()| cell))
        }
        Write::Delete(id) => match Cell::get(*id, db).unwrap() {
            Some(cell) => said(cell.delete(db)),
            None => "no such cell".to_string(),
        },
        Write::Update(test, change) => said(update(Cell::query().filter(condition(test)), change, db)),
        Write::DeleteWhere(test) => said(Cell::query().filter(condition(test)).delete(db)),
        Write::DeleteShelf(id) => said(Shelf::query().filter(Shelf::ID.eq(*id)).delete(db)),
    }
}

fn update(query: Query<Cell>, change: &Change, db: &Database) -> ormcore::Result<u64> {
    match change {
        Change::Code(code) => query.update(Cell::CODE.set(*code), db),
        Change::Size(size) => query.update(Cell::SIZE.set(*size), db),
        Change::Shelf(shelf) => query.update(Cell::SHELF_ID.set(*shelf), db),
        Change::Text(text) => query.update(Cell::O_TEXT.set(text.clone()), db),
        Change::Add(number) => query.update(Cell::SIZE.set(Cell::SIZE + *number), db),
        Change::Divide(number) => query.update(Cell::P_SMALL.set(Cell::P_SMALL / *number), db),
        Change::Copy => query.update(Cell::O_DECIMAL.set(Cell::A_DECIMAL), db),
        Change::Key(id) => query.update(Cell::CODE.set(Cell::ID - *id * 1000), db),
    }
}
