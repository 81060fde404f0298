//! Generated columns of many types and places, and where what they are computed from is unique.

use std::cell::RefCell;

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore_tests::is_sqlite;

thread_local! {
    /// The slugs of teams that were deleted.
    static GONE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_team", after_delete = Team::gone)]
struct Team {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(generated = "lower(code)")]
    slug: String,
}

impl Team {
    fn gone(&self) -> ormcore::Result<()> {
        GONE.with_borrow_mut(|gone| gone.push(self.slug.clone()));
        Ok(())
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
}

/// A member must have a team: the old one goes last, and has another code meanwhile.
fn a_row_that_is_replaced_keeps_what_was_computed_of_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member)>()?;
    let mut session = db.session()?;
    let old = session.add(Team::new("OPS"));
    session.flush()?;
    let member = session.add(Member::new(session[old].id));
    session.commit()?;
    GONE.take();
    let new = session.add(Team::new("OPS").with_key(9));
    session[member].team_id = 9;
    session.delete(old)?;
    session.flush()?;
    assert_eq!(
        (GONE.take(), session[old].slug.as_str(), session[new].slug.as_str()),
        (vec!["ops".into()], "ops", "ops")
    );
    session.commit()?;
    assert_eq!(Team::query().select(Team::SLUG).all(db)?, ["ops"]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_numbered")]
struct Numbered {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    number: i64,
    #[column(generated = "number * 2")]
    twice: i64,
    #[column(unique)]
    name: String,
    #[column(generated = "upper(name)")]
    loud: String,
}

fn what_is_unique_and_computed_with_is_exchanged_or_the_flush_says_what_to_do(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Numbered>()?;
    let mut session = db.session()?;
    let [one, other] = [(1, "a"), (2, "b")].map(|(number, name)| session.add(Numbered::new(number, name)));
    session.commit()?;
    (session[one].name, session[other].name) = ("b".into(), "a".into());
    session.commit()?;
    assert_eq!([one, other].map(|row| session[row].loud.clone()), ["B", "A"]);
    (session[one].number, session[other].number) = (2, 1);
    let error = session.flush().unwrap_err().to_string();
    assert!(error.contains("exchange what is unique (`number`)"), "{error}");
    session.rollback()?;
    assert_eq!(Numbered::query().order_by(Numbered::ID).select(Numbered::TWICE).all(db)?, [2, 4]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_chained")]
struct Chained {
    #[column(primary_key)]
    id: i64,
    label: String,
    note: Option<String>,
    #[column(generated = "lower(label)")]
    low: String,
    #[column(generated = "'/' || low", unique)]
    path: String,
}

fn what_is_unique_by_a_column_that_is_computed_from_another_passes_on(db: &Database) -> ormcore::Result<()> {
    if !is_sqlite(db) {
        // There a generated column is not computed from another one.
        return Ok(());
    }
    db.create_tables::<Chained>()?;
    let mut session = db.session()?;
    let rows = ["a", "b", "c"].map(|label| session.add(Chained::new(label)));
    session.commit()?;
    // Rows with the same changes are else written together, whoever was changed before them.
    session[rows[2]].label = "d".into();
    session[rows[1]].label = "C".into();
    session[rows[1]].note = Some("moved".into());
    session[rows[0]].label = "B".into();
    session.commit()?;
    assert_eq!(rows.map(|row| session[row].path.clone()), ["/b", "/c", "/d"]);
    Ok(())
}

fn what_is_unique_by_it_passes_from_a_deleted_row_to_a_new_one(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<super::Line>()?;
    let mut session = db.session()?;
    let line = |label: &'static str| super::Line::new(1, 1).set(super::Line::LABEL, label);
    let [a, b] = ["a", "b"].map(|label| session.add(line(label)));
    session.commit()?;
    session.add(line("A"));
    session.delete(a)?;
    session.commit()?;
    session[b].label = Some("c".into());
    session.add(line("B"));
    session.commit()?;
    let slugs = super::Line::query().order_by(super::Line::SLUG).select(super::Line::SLUG).all(db)?;
    assert_eq!(slugs, ["a", "b", "c"].map(|slug| Some(slug.to_string())));
    Ok(())
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Size {
    Small,
    Large,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_of_types", scope = || Typed::HIDDEN.eq(false))]
struct Typed {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    code: String,
    amount: Option<i64>,
    hidden_at: Option<i64>,
    #[column(generated = "CASE WHEN amount > 9 THEN 'large' ELSE 'small' END")]
    size: Size,
    #[column(generated = "100 / amount")]
    share: Option<i64>,
    #[column(generated = "hidden_at IS NOT NULL", index)]
    hidden: bool,
    #[column(generated = "code || ':' || amount", name = "select")]
    pin: Option<Secret<String>>,
    #[column(on_write = 3)]
    touched: i64,
    #[column(version)]
    version: i64,
}

fn typed(tenant: i64, code: &str, amount: i64) -> Draft<Typed> {
    Typed::new(tenant, code).set(Typed::AMOUNT, amount)
}

fn it_is_of_any_type_in_a_table_with_a_composite_key_and_a_scope(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Typed>()?;
    let mut row = typed(1, "it's", 20).insert(db)?;
    let pin = row.pin.as_ref().map(|pin| pin.expose().as_str());
    assert_eq!((row.size, row.share, row.hidden, pin), (Size::Large, Some(5), false, Some("it's:20")));
    assert!(!format!("{row:?}").contains("it's:20"));
    row.amount = None;
    row.update(db)?;
    assert_eq!((row.size, row.share, row.pin.is_none(), row.version), (Size::Small, None, true, 2));
    row.hidden_at = Some(8);
    row.update(db)?;
    assert!(row.hidden && Typed::query().all(db)?.is_empty());
    assert_eq!(Typed::query().unscoped().all(db)?, [row.clone()]);
    assert!(Typed::get((1, "it's"), db)?.is_none());
    let mut rows = Typed::insert_all((0..40).map(|number| typed(2, &format!("{number:02}"), number + 1)), db)?;
    rows.iter_mut().for_each(|row| row.amount = row.amount.filter(|amount| amount % 2 == 0));
    Typed::update_all(&mut rows, db)?;
    assert!(rows.iter().all(|row| row.share == row.amount.map(|amount| 100 / amount)));
    let mut session = db.session()?;
    let kept = session.get::<Typed>((2, "01"))?.unwrap();
    session[kept].hidden_at = Some(1);
    session.commit()?;
    assert!(session[kept].hidden);
    assert_eq!(Typed::query().count(db)?, 39);
    Ok(())
}

fn what_cannot_be_computed_is_the_databases_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Typed>()?;
    let mut row = typed(1, "a", 4).insert(db)?;
    if is_sqlite(db) {
        return Ok(());
    }
    row.amount = Some(0);
    let before = row.clone();
    let error = row.update(db).unwrap_err();
    assert!(error.to_string().contains("division by zero") && row == before, "{error}");
    assert!(Typed::insert_all([typed(1, "b", 1), typed(1, "c", 0)], db).is_err());
    let mut session = db.session()?;
    let kept = session.get::<Typed>((1, "a"))?.unwrap();
    session[kept].amount = Some(0);
    assert!(session.flush().is_err());
    session.rollback()?;
    let kept = session.get::<Typed>((1, "a"))?.unwrap();
    assert_eq!((session[kept].share, Typed::query().count(db)?), (Some(25), 1));
    Ok(())
}

fn pages_prepared_queries_and_streams_go_by_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Typed>()?;
    Typed::insert_all(
        [4, 50, 5, 100, 7, 0].map(|amount| {
            let draft = Typed::new(1, format!("n{amount}"));
            if amount == 0 { draft } else { draft.set(Typed::AMOUNT, amount) }
        }),
        db,
    )?;
    let query = Typed::query().order_by((Typed::SHARE.desc(), Typed::CODE));
    let whole = query.clone().all(db)?;
    let (mut paged, mut next) = (Vec::new(), None);
    loop {
        let page = query.clone().page_after(next.as_ref(), 1, db)?;
        paged.extend(page.items);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((paged.len(), &paged), (6, &whole));
    let prepared = prepare(|least: Param<i64>| Typed::query().filter(Typed::SHARE.ge(least)));
    assert_eq!((prepared.all(20, db)?.len(), prepared.all(25, db)?.len()), (2, 1));
    let mut streamed = Vec::new();
    query.each(db, |row| {
        streamed.push(row);
        Ok(())
    })?;
    assert_eq!(streamed, whole);
    let changed = Typed::query().filter(Typed::SHARE.eq(25)).returning(Typed::SHARE);
    assert_eq!(changed.update(Typed::AMOUNT.set(10), db)?, [Some(10)]);
    Ok(())
}

fn a_table_with_it_is_there_already_and_is_created_again(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Typed, Numbered)>()?;
    typed(1, "a", 4).insert(db)?;
    db.create_tables::<(Typed, Numbered)>()?;
    db.check_tables::<(Typed, Numbered)>()?;
    assert_eq!(Typed::query().count(db)?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_parent")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[relationship]
    things: HasMany<Thing>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "generated_thing")]
struct Thing {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Owner::CODE, on_update = "cascade")]
    owner: String,
    #[column(generated = "upper(owner)")]
    sign: String,
    #[relationship]
    of: BelongsTo<Owner>,
}

fn what_the_database_writes_because_of_another_row_is_computed_anew(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Thing)>()?;
    let mut session = db.session()?;
    let owner = session.add(Owner::new("a"));
    let thing = session.add(Thing::new(owner));
    session.flush()?;
    assert_eq!(session[thing].sign, "A");
    session[owner].code = "b".into();
    session.flush()?;
    let thing = session.get::<Thing>(1)?.unwrap();
    assert_eq!((session[thing].owner.as_str(), session[thing].sign.as_str()), ("b", "B"));
    session.commit()?;
    let owners = Owner::query().with(Owner::THINGS.joined()).all(db)?;
    assert_eq!(owners[0].things(db)?[0].sign, "B");
    Ok(())
}

ormcore_tests::on_every_backend!(
    what_the_database_writes_because_of_another_row_is_computed_anew,
    what_is_unique_and_computed_with_is_exchanged_or_the_flush_says_what_to_do,
    a_row_that_is_replaced_keeps_what_was_computed_of_it,
    what_is_unique_by_a_column_that_is_computed_from_another_passes_on,
    what_is_unique_by_it_passes_from_a_deleted_row_to_a_new_one,
    it_is_of_any_type_in_a_table_with_a_composite_key_and_a_scope,
    what_cannot_be_computed_is_the_databases_error,
    pages_prepared_queries_and_streams_go_by_it,
    a_table_with_it_is_there_already_and_is_created_again,
);
