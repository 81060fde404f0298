//! Default scopes that lead back to their own model: which others hold there.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore_tests::on_every_backend;

/// With whose rows no scope can be said.
const NOBODY: i64 = 0;

thread_local! {
    static TENANT: Cell<i64> = const { Cell::new(1) };
    static LAST_YEAR: RefCell<Option<Rc<dyn Fn() -> i64>>> = const { RefCell::new(None) };
}

/// Only the latest of several that replace each other is shown.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sw_page", scope(latest = || !Page::SUCCESSORS.exists(), tenant = Page::of_tenant))]
struct Page {
    #[column(primary_key)]
    id: i64,
    tenant_id: i64,
    #[column(foreign_key = Page::ID)]
    replaces_id: Option<i64>,
    #[relationship]
    replaces: BelongsTo<Page>,
    #[relationship(foreign_key = Page::REPLACES_ID, order_by = Page::ID)]
    successors: HasMany<Page>,
}

impl Page {
    fn of_tenant() -> Predicate<Page> {
        assert_ne!(TENANT.get(), NOBODY, "nobody works");
        Page::TENANT_ID.eq(TENANT.get())
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sw_shelf", scope(used = || Shelf::BOOKS.exists()))]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    books: HasMany<Book>,
}

/// Shown beside another one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sw_book", scope(beside = || Book::SHELF.has(Shelf::BOOKS.count().gt(1)), tenant = Book::of_tenant))]
struct Book {
    #[column(primary_key)]
    id: i64,
    tenant_id: i64,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
    #[relationship]
    shelf: BelongsTo<Shelf>,
}

impl Book {
    fn of_tenant() -> Predicate<Book> {
        Book::TENANT_ID.eq(TENANT.get())
    }
}

/// Both scopes lead back.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sw_link", scope(first = || Link::BEFORE.exists(), second = || Link::BEFORE.exists()))]
struct Link {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Link::ID)]
    before_id: Option<i64>,
    #[relationship]
    before: BelongsTo<Link>,
}

/// Those of the last year, which another database knows.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sw_entry", scope(recent = Entry::recent))]
struct Entry {
    #[column(primary_key)]
    id: i64,
    year: i64,
}

impl Entry {
    fn recent() -> Predicate<Entry> {
        let last_year = LAST_YEAR.with_borrow(Clone::clone);
        Entry::YEAR.ge(last_year.map_or(0, |last_year| last_year()))
    }
}

/// The second tenant replaces the page 1 of the first by 2, and this by 5; the first replaces 3 by 4.
fn fill(db: &Database) -> ormcore::Result<()> {
    TENANT.set(1);
    db.create_tables::<(Page,)>()?;
    for (tenant, replaces) in [(1, None), (2, Some(1)), (1, None), (1, Some(3)), (2, Some(2))] {
        Page::new(tenant).set(Page::REPLACES_ID, replaces).insert(db)?;
    }
    Ok(())
}

fn ids(query: Query<Page>, db: &Database) -> ormcore::Result<Vec<i64>> {
    query.order_by(Page::ID).select(Page::ID).all(db)
}

fn the_others_hold_within_a_scope(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(ids(Page::query(), db)?, [1, 4], "what another tenant has done hides no page of this one");
    assert!(Page::get(1, db)?.is_some() && Page::get(3, db)?.is_none());
    assert_eq!(Page::query().filter(Page::ID.eq(1)).update(Page::REPLACES_ID.set(None), db)?, 1);
    for load in [Page::REPLACES.joined(), Page::REPLACES.selectin(), Page::REPLACES.subquery(), Page::REPLACES.select()]
    {
        let page = Page::query().filter(Page::ID.eq(4)).with(load.clone()).one(db)?;
        assert_eq!(page.replaces(db)?, None);
        let page = Page::query().filter(Page::ID.eq(4)).with(load.without_scope(Page::SCOPE_LATEST)).one(db)?;
        assert_eq!(page.replaces(db)?.map(|page| page.id), Some(3));
    }
    assert_eq!(Page::query().filter(Page::REPLACES.exists()).count(db)?, 0);
    assert_eq!(db.session()?.all(Page::query())?.len(), 2);
    TENANT.set(2);
    assert_eq!(ids(Page::query(), db)?, [5]);
    let from_second = Page::query().filter(Page::ID.eq(2)).recursive(Page::SUCCESSORS);
    assert_eq!(ids(from_second.without_scope(Page::SCOPE_LATEST), db)?, [2, 5]);
    Ok(())
}

fn what_is_lifted_does_not_hold_within_the_others(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(ids(Page::query().without_scope(Page::SCOPE_TENANT), db)?, [4, 5], "the latest of all");
    assert_eq!(ids(Page::query().without_scope(Page::SCOPE_LATEST), db)?, [1, 3, 4]);
    let both = Page::query().without_scope(Page::SCOPE_LATEST).without_scope(Page::SCOPE_TENANT);
    assert_eq!(both.count(db)?, 5);
    let loads = [Page::SUCCESSORS.joined(), Page::SUCCESSORS.selectin(), Page::SUCCESSORS.subquery()];
    for load in loads {
        let found = |load: ormcore::Load<_, _>| -> ormcore::Result<Vec<i64>> {
            let page = Page::query().unscoped().filter(Page::ID.eq(2)).with(load).one(db)?;
            Ok(page.successors(db)?.iter().map(|page| page.id).collect())
        };
        assert_eq!(found(load.clone())?, [0; 0]);
        assert_eq!(found(load.without_scope(Page::SCOPE_TENANT))?, [5]);
    }
    let before = ormcore::alias!(Page);
    let joined = || Page::query().join(Page::REPLACES.to(before)).without_scope(before.scope(Page::SCOPE_LATEST));
    let pairs = |query: ormcore::query::Select<_, (i64, i64)>| query.all(db);
    let both = (Page::ID, before.col(Page::ID));
    assert_eq!(pairs(joined().select(both))?, [(4, 3)]);
    let all = joined().without_scope(Page::SCOPE_TENANT).without_scope(before.scope(Page::SCOPE_TENANT));
    assert_eq!(pairs(all.order_by(Page::ID).select(both))?, [(4, 3), (5, 2)]);
    Ok(())
}

fn they_hold_where_another_model_lies_between(db: &Database) -> ormcore::Result<()> {
    TENANT.set(1);
    db.create_tables::<(Shelf, Book)>()?;
    let shelves = Shelf::insert_all((0..3).map(|_| Shelf::new()), db)?;
    for (tenant, shelf) in [(1, 0), (2, 0), (1, 1), (1, 1), (2, 2)] {
        Book::new(tenant, &shelves[shelf]).insert(db)?;
    }
    let ids = |query: Query<Book>| query.order_by(Book::ID).select(Book::ID).all(db);
    assert_eq!(ids(Book::query())?, [3, 4], "the book beside the first is another tenant's");
    assert_eq!(ids(Book::query().without_scope(Book::SCOPE_TENANT))?, [1, 2, 3, 4]);
    assert_eq!(ids(Book::query().without_scope(Book::SCOPE_BESIDE))?, [1, 3, 4]);
    assert_eq!(Shelf::query().count(db)?, 1);
    Ok(())
}

fn scopes_that_all_lead_back_come_to_an_end(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Link,)>()?;
    for before in [None, Some(1), Some(2), Some(3)] {
        Link::new().set(Link::BEFORE_ID, before).insert(db)?;
    }
    let ids = |query: Query<Link>| query.order_by(Link::ID).select(Link::ID).all(db);
    assert_eq!(ids(Link::query())?, [3, 4]);
    assert_eq!(ids(Link::query().without_scope(Link::SCOPE_SECOND))?, [2, 3, 4]);
    assert_eq!(ids(Link::query().unscoped())?, [1, 2, 3, 4]);
    Ok(())
}

fn they_are_asked_for_at_each_run(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let pages = prepare(|most: Param<i64>| Page::query().filter(Page::ID.le(most)).order_by(Page::ID).select(Page::ID));
    for _ in 0..2 {
        TENANT.set(1);
        assert_eq!(pages.all(9, db)?, [1, 4]);
        TENANT.set(2);
        assert_eq!(pages.all(9, db)?, [5]);
        assert_eq!(pages.all(4, db)?, [0; 0]);
    }
    Ok(())
}

#[test]
fn a_text_that_was_written_within_a_scope_is_not_kept() -> ormcore::Result<()> {
    let (db, archive) = (Database::connect("sqlite::memory:")?, Database::connect("sqlite::memory:")?);
    for db in [&db, &archive] {
        db.create_tables::<(Entry,)>()?;
        Entry::insert_all([2020, 2021].map(Entry::new), db)?;
    }
    let until =
        Rc::new(prepare(|year: Param<i64>| Entry::query().filter(Entry::YEAR.le(year)).select(Entry::YEAR.max())));
    let asked = Rc::clone(&until);
    LAST_YEAR.set(Some(Rc::new(move || asked.one(9999, &archive).unwrap().unwrap())));
    assert_eq!(Entry::query().select(Entry::YEAR).all(&db)?, [2021]);
    assert_eq!((until.one(2020, &db)?, until.one(2021, &db)?), (None, Some(2021)));
    Ok(())
}

fn a_scope_that_panics_leaves_none_out_afterwards(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for query in [Page::query(), Page::query().without_scope(Page::SCOPE_LATEST)] {
        TENANT.set(NOBODY);
        let answer = catch_unwind(AssertUnwindSafe(|| db.transaction(|tx| query.count(tx))));
        assert!(answer.is_err());
        TENANT.set(1);
        assert_eq!(ids(Page::query(), db)?, [1, 4]);
    }
    Ok(())
}

on_every_backend!(
    the_others_hold_within_a_scope,
    what_is_lifted_does_not_hold_within_the_others,
    they_hold_where_another_model_lies_between,
    scopes_that_all_lead_back_come_to_an_end,
    they_are_asked_for_at_each_run,
    a_scope_that_panics_leaves_none_out_afterwards,
);
