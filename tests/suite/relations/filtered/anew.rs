//! What a condition says is asked for each time, and where a value of it cannot be sent nothing is given.

use std::cell::{Cell, RefCell};

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore_tests::on_every_backend;

/// No database has so large a number.
const NOBODY: u64 = u64::MAX;

thread_local! {
    static OWNER: Cell<u64> = const { Cell::new(1) };
    static LABEL: RefCell<String> = const { RefCell::new(String::new()) };
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_shelf")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[relationship(filter = Item::OWNER.eq(OWNER.get()))]
    own: HasMany<Item>,
    #[relationship(filter = Item::OWNER.eq(OWNER.get()), lazy = "dynamic")]
    refined: HasMany<Item>,
    #[relationship(filter = if OWNER.get() == 1 { Item::NOTE.is_null() } else { Item::NOTE.is_not_null() })]
    noted: HasMany<Item>,
    #[relationship(filter = Item::LABEL.eq(Secret::new(LABEL.with_borrow(Clone::clone))))]
    labelled: HasMany<Item>,
    #[column(foreign_key = Room::ID)]
    room_id: Option<i64>,
    #[relationship]
    tickets: HasMany<Ticket>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_room")]
struct Room {
    #[column(primary_key)]
    id: i64,
    #[relationship(order_by = Shelf::TICKETS.count().desc())]
    busiest: HasOne<Shelf>,
    #[relationship(order_by = Shelf::NOTED.count().desc())]
    shelves: HasMany<Shelf>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_ticket", scope = of_owner)]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    closed: Option<String>,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
}

/// As a text that holds no value.
fn of_owner() -> Predicate<Ticket> {
    if OWNER.get() == 1 { Ticket::CLOSED.is_null() } else { Ticket::CLOSED.is_not_null() }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    owner: u64,
    note: Option<String>,
    label: Secret<String>,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
    #[relationship]
    shelf: BelongsTo<Shelf>,
}

/// Item 1 is of owner 1, and items 2 and 3 of owner 2, who has noted something on 3.
fn fill(db: &Database) -> ormcore::Result<Shelf> {
    db.create_tables::<(Room, Shelf, Item, Ticket)>()?;
    OWNER.set(1);
    let shelf = Shelf::new().insert(db)?;
    for (owner, note, label) in [(1, None, "a'b"), (2, None, "%_\\"), (2, Some("n"), "x")] {
        Item::new(owner, Secret::new(label.to_owned()), &shelf)
            .with(|item| item.note = note.map(str::to_owned))
            .insert(db)?;
    }
    Ok(shelf)
}

fn ids(items: &[Item]) -> Vec<i64> {
    items.iter().map(|item| item.id).collect()
}

fn it_is_asked_for_each_time(db: &Database) -> ormcore::Result<()> {
    let shelf = fill(db)?;
    let prepared = prepare(|id: Param<i64>| {
        Item::query().join(Item::SHELF).filter(Shelf::ID.eq(id)).filter(Item::SHELF.has(Shelf::OWN.exists()))
    });
    for (owner, own, noted) in [(1, vec![1], vec![1, 2]), (2, vec![2, 3], vec![3]), (1, vec![1], vec![1, 2])] {
        OWNER.set(owner);
        let row = shelf.clone();
        assert_eq!(ids(row.own(db)?), own);
        assert_eq!(ids(row.noted(db)?), noted);
        assert_eq!(prepared.all(shelf.id, db)?.len(), 3);
    }
    OWNER.set(3);
    assert!(prepared.all(shelf.id, db)?.is_empty());
    Ok(())
}

/// What is asked there holds no value, so that the text alone differs.
fn an_order_by_what_others_lead_to_is_asked_for_each_time(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let room = Room::new().insert(db)?;
    for (note, closed) in [(None, None), (Some("n"), Some("c"))] {
        let shelf = Shelf::new().set(Shelf::ROOM_ID, &room).insert(db)?;
        let item = Item::new(1_u64, Secret::new(String::new()), &shelf);
        item.with(|item| item.note = note.map(str::to_owned)).insert(db)?;
        Ticket::new(&shelf).with(|ticket| ticket.closed = closed.map(str::to_owned)).insert(db)?;
    }
    for (owner, order) in [(1, [2, 3]), (2, [3, 2]), (1, [2, 3])] {
        OWNER.set(owner);
        let room = room.clone();
        assert_eq!(room.busiest(db)?.map(|shelf| shelf.id), Some(order[0]));
        assert_eq!(room.shelves(db)?.iter().map(|shelf| shelf.id).collect::<Vec<_>>(), order);
    }
    Ok(())
}

fn secrets_and_hostile_texts_are_values(db: &Database) -> ormcore::Result<()> {
    let shelf = fill(db)?;
    for (label, found) in [("a'b", vec![1]), ("%_\\", vec![2]), ("%", vec![]), ("' OR 1=1 --", vec![])] {
        LABEL.set(label.to_owned());
        let statements = db.record();
        assert_eq!(ids(shelf.clone().labelled(db)?), found);
        assert!(!format!("{:?}", statements.texts()).contains(label));
        assert!(!format!("{:?}", Shelf::query().filter(Shelf::LABELLED.exists())).contains(label));
    }
    Ok(())
}

fn of_session(shelf: &Shelf, db: &Database) -> ormcore::Result<()> {
    let mut session = db.session()?;
    let handle = session.find::<Shelf>(shelf.id)?;
    session.related(handle, Shelf::OWN).map(drop)
}

fn nothing_is_given_where_a_value_cannot_be_sent(db: &Database) -> ormcore::Result<()> {
    let shelf = fill(db)?;
    OWNER.set(NOBODY);
    let mut rows = vec![shelf.clone()];
    let alias = ormcore::alias!(Item);
    let outcomes = [
        shelf.own(db).map(drop),
        shelf.refined().all(db).map(drop),
        Shelf::OWN.load(&mut rows, db),
        Shelf::query().with(Shelf::OWN.selectin()).all(db).map(drop),
        Shelf::query().with(Shelf::OWN.subquery()).all(db).map(drop),
        Shelf::query().with(Shelf::OWN.joined()).all(db).map(drop),
        Shelf::query().filter(Shelf::OWN.none()).all(db).map(drop),
        Shelf::query().order_by(Shelf::OWN.count()).all(db).map(drop),
        Shelf::query().join(Shelf::OWN).all(db).map(drop),
        Shelf::query().left_join(Shelf::OWN.to(alias)).all(db).map(drop),
        of_session(&shelf, db),
    ];
    for (place, outcome) in outcomes.into_iter().enumerate() {
        let error = outcome.expect_err(&format!("the way {place}")).to_string();
        assert!(error.contains("18446744073709551615") || error.contains("out of range"), "{place}: {error}");
    }
    OWNER.set(1);
    assert_eq!(ids(shelf.own(db)?), [1]);
    Ok(())
}

on_every_backend!(
    it_is_asked_for_each_time,
    an_order_by_what_others_lead_to_is_asked_for_each_time,
    secrets_and_hostile_texts_are_values,
    nothing_is_given_where_a_value_cannot_be_sent,
);
