//! Upserts that give the row that is there, or else the new one.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use ormcore::prelude::*;
use ormcore_tests::{Fixture, is_sqlite, on_every_backend};

use crate::refused;

const HOSTILE: [&str; 4] = ["'; DROP TABLE \"tag\"; --", "\"quoted\" ? $1 {}", "back\\slash \u{1F980}", ""];

#[derive(Model, Debug, Clone, PartialEq)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    label: String,
    #[column(default = 1)]
    uses: i32,
    #[column(on_write = stamp())]
    written: i64,
    #[column(version)]
    version: i32,
}

/// Later at each call.
fn stamp() -> i64 {
    static CLOCK: AtomicI64 = AtomicI64::new(0);
    CLOCK.fetch_add(1, Ordering::Relaxed)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(shop, code), unique(cents, filter = "featured"))]
struct Offer {
    #[column(primary_key)]
    id: i64,
    shop: i64,
    code: Option<String>,
    cents: i64,
    #[column(default = false)]
    featured: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "odd \"table\" ?", scope = || Odd::COUNT.eq(1), before_insert = Odd::lower)]
struct Odd {
    #[column(primary_key, auto, name = "key'?")]
    key: uuid::Uuid,
    #[column(unique, name = "a \"name\" $1 {}")]
    name: String,
    #[column(name = "excluded")]
    count: Option<i64>,
    #[column(unique)]
    secret: Secret<String>,
    #[column(unique, on_write = stamp())]
    number: i64,
    #[column(unique, server_default = "7")]
    rank: i64,
}

impl Odd {
    fn lower(&mut self) -> ormcore::Result<()> {
        self.name = self.name.to_lowercase();
        Ok(())
    }

    fn named(name: &str) -> Draft<Odd> {
        Odd::new(name, Secret::new(name.to_string())).set(Odd::RANK, stamp())
    }
}

fn tag(label: &str) -> ormcore::query::Upsert<Tag, Draft<Tag>, (Tag, bool)> {
    Tag::new(label).on_conflict(Tag::LABEL).or_find()
}

fn a_row_is_inserted_once_and_then_found_as_it_is(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tag>()?;
    for label in HOSTILE {
        let statements = db.record();
        let (first, is_new) = Tag::new(label).set(Tag::USES, 5).on_conflict(Tag::LABEL).or_find().insert(db)?;
        assert!(is_new);
        assert_eq!((first.label.as_str(), first.uses), (label, 5));
        let texts = statements.texts();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].starts_with("SELECT") && texts[1].contains("DO NOTHING"), "{texts:?}");

        statements.clear();
        assert_eq!(tag(label).insert(db)?, (first.clone(), false));
        let texts = statements.texts();
        assert!(texts.len() == 1 && texts[0].starts_with("SELECT"), "{texts:?}");
        assert_eq!(Tag::find(first.id, db)?, first);
    }
    // No number was spent on what was there.
    assert_eq!(tag("next").insert(db)?.0.id, 5);
    assert!(!tag("next").execute(db)?);
    Ok(())
}

fn many_are_found_or_inserted_in_order(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tag>()?;
    Tag::insert_all(["a", "b"].map(Tag::new), db)?;
    let statements = db.record();
    let all = |labels: &[&str], db: &Database| {
        let drafts = labels.iter().enumerate().map(|(index, label)| {
            // Drafts that bring other columns are other statements.
            if index % 3 == 2 { Tag::new(*label).with_key(70 + index as i64) } else { Tag::new(*label) }
        });
        Tag::on_conflict(Tag::LABEL).or_find().insert_all(drafts, db)
    };
    let given = all(&["x", "b", "y", "x", "a", HOSTILE[0], "y"], db)?;
    let seen: Vec<_> = given.iter().map(|(tag, is_new)| (tag.label.as_str(), *is_new)).collect();
    let expected =
        [("x", true), ("b", false), ("y", true), ("x", false), ("a", false), (HOSTILE[0], true), ("y", false)];
    assert_eq!(seen, expected);
    assert_eq!((given[1].0.id, given[2].0.id, given[4].0.id), (2, 72, 1));
    assert_eq!((&given[0].0, &given[2].0), (&given[3].0, &given[6].0));
    assert_eq!(Tag::query().count(db)?, 5);

    // What is there takes no transaction.
    statements.clear();
    let again = all(&["y", "a", "x"], db)?;
    assert!(again.iter().all(|(_, is_new)| !is_new));
    assert_eq!(again[0].0, given[2].0);
    assert!(statements.texts().iter().all(|sql| sql.starts_with("SELECT")), "{:?}", statements.texts());
    statements.clear();
    assert_eq!(all(&[], db)?, []);
    assert!(statements.is_empty());

    let labels: Vec<String> = (0..1200).map(|number| format!("t{}", number % 1100)).collect();
    let some: Vec<_> = labels.iter().step_by(7).map(Tag::new).collect();
    Tag::on_conflict(Tag::LABEL).do_nothing().insert_all(some, db)?;
    let before = Tag::query().count(db)?;
    let given = Tag::on_conflict(Tag::LABEL).or_find().insert_all(labels.iter().map(Tag::new), db)?;
    assert!(given.iter().zip(&labels).all(|((tag, _), label)| tag.label == *label));
    assert_eq!(before + given.iter().filter(|(_, is_new)| *is_new).count() as u64, Tag::query().count(db)?);
    assert_eq!(Tag::query().count(db)?, 1105);
    Ok(())
}

fn many_are_all_or_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tag>()?;
    Tag::new("a").with_key(70).insert(db)?;
    let drafts = || [Tag::new("b"), Tag::new("a"), Tag::new("c").with_key(70)];
    let error = Tag::on_conflict(Tag::LABEL).or_find().insert_all(drafts(), db).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Tag::query().count(db)?, 1);
    db.transaction(|tx| {
        let (tag, is_new) = tag("d").insert(tx)?;
        assert!(is_new);
        let error = Tag::on_conflict(Tag::LABEL).or_find().insert_all(drafts(), tx).unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        let given = Tag::on_conflict(Tag::LABEL).or_find().insert_all(["d", "e"].map(Tag::new), tx)?;
        assert_eq!((&given[0], given[1].1), (&(tag, false), true));
        Ok(())
    })?;
    let labels = Tag::query().order_by(Tag::LABEL).select(Tag::LABEL).all(db)?;
    assert_eq!(labels, ["a", "d", "e"]);
    Ok(())
}

fn the_constraint_decides_what_is_met(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Offer>()?;
    let by_code = |code: Option<&str>| {
        let draft = Offer::new(1, 5).set(Offer::CODE, code.map(String::from));
        draft.on_conflict((Offer::CODE, Offer::SHOP)).or_find().insert(db)
    };
    let (first, _) = by_code(Some("x"))?;
    assert_eq!(by_code(Some("x"))?, (first, false));
    assert!(by_code(None)?.1 && by_code(None)?.1, "NULLs are not equal");

    // Not in the index, and so neither met nor meeting.
    let by_cents =
        |featured: bool| Offer::new(2, 9).set(Offer::FEATURED, featured).on_conflict(Offer::CENTS).or_find().insert(db);
    assert!(by_cents(false)?.1);
    let (featured, is_new) = by_cents(true)?;
    assert!(is_new);
    assert!(by_cents(false)?.1);
    let statements = db.record();
    assert_eq!(by_cents(true)?, (featured.clone(), false));
    assert_eq!(statements.len(), 2);
    let drafts = [true, false].map(|featured| Offer::new(3, 9).set(Offer::FEATURED, featured));
    let both = Offer::on_conflict(Offer::CENTS).or_find().insert_all(drafts, db)?;
    assert_eq!((&both[0], both[1].1), (&(featured, false), true));
    Ok(())
}

fn odd_names_and_rows_out_of_the_scope_are_found(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Odd>()?;
    let by_name = |name: &str| Odd::named(name).on_conflict(Odd::NAME).or_find().insert(db);
    let (hidden, is_new) = by_name("Ann")?;
    assert!(is_new && hidden.name == "ann");
    assert_eq!(Odd::query().count(db)?, 0);
    // As the model's function has made it, it is looked for.
    assert_eq!(by_name("aNN")?, (hidden.clone(), false));
    let (found, is_new) = Odd::named("Ann").on_conflict(Odd::SECRET).or_find().insert(db)?;
    assert_eq!((found.key, is_new), (hidden.key, false));
    let by_key = Odd::named("other").with_key(hidden.key).on_conflict(Odd::KEY).or_find().insert(db)?;
    assert_eq!(by_key, (hidden, false));
    // What is made at each write is looked for as it would be inserted.
    assert!(Odd::named("bob").on_conflict(Odd::NUMBER).or_find().insert(db)?.1);
    Ok(())
}

fn mistakes_are_told_before_anything_is_sent(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tag, Odd)>()?;
    let statements = db.record();
    let told = |words: &str, message: String| assert!(message.contains(words), "{message}");
    told("`Tag::ID` or `Tag::LABEL`", refused(Tag::new("a").on_conflict(Tag::USES).or_find().insert(db)));
    told("give the draft a value for it", refused(Tag::new("a").on_conflict(Tag::ID).or_find().insert(db)));
    let odd = Odd::new("a", Secret::new("a".to_string()));
    told("`Odd::RANK`", refused(Odd::on_conflict(Odd::RANK).or_find().insert_all([Odd::named("b"), odd], db)));
    assert_eq!(statements.texts(), Vec::<String>::new());
    Ok(())
}

/// Has the database ignore so many inserts into `tag`.
fn ignore_inserts(times: u32, db: &Database) -> ormcore::Result<()> {
    db.execute("CREATE TABLE ignored (times INTEGER NOT NULL)", ())?;
    db.execute(format!("INSERT INTO ignored VALUES ({times})"), ())?;
    let update = "UPDATE ignored SET times = times - 1";
    if is_sqlite(db) {
        let when = "WHEN (SELECT times FROM ignored) > 0";
        let body = format!("{update}; SELECT RAISE(IGNORE);");
        return db
            .execute(format!("CREATE TRIGGER ignoring BEFORE INSERT ON tag {when} BEGIN {body} END"), ())
            .map(drop);
    }
    let body = format!("BEGIN {update} WHERE times > 0; IF FOUND THEN RETURN NULL; END IF; RETURN NEW; END");
    db.execute(format!("CREATE FUNCTION ignoring() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"), ())?;
    db.execute("CREATE TRIGGER ignoring BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION ignoring()", ()).map(drop)
}

/// As if others had the row, and deleted it before it was read.
fn a_row_that_is_gone_is_tried_again_some_times(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Tag>()?;
    ignore_inserts(3, db)?;
    let statements = db.record();
    assert!(tag("a").insert(db)?.1);
    assert_eq!(statements.len(), 8);

    db.execute("UPDATE ignored SET times = 6", ())?;
    let given = Tag::on_conflict(Tag::LABEL).or_find().insert_all(["b", "a", "c"].map(Tag::new), db)?;
    let seen: Vec<_> = given.iter().map(|(tag, is_new)| (tag.label.as_str(), *is_new)).collect();
    assert_eq!(seen, [("b", true), ("a", false), ("c", true)]);

    db.execute("UPDATE ignored SET times = 1000", ())?;
    statements.clear();
    let message = refused(tag("d").insert(db));
    assert!(message.contains("`Tag::LABEL` was not found, 5 times"), "{message}");
    assert_eq!(statements.len(), 11);
    db.execute("UPDATE ignored SET times = 1000 WHERE times < 0", ())?;
    refused(Tag::on_conflict(Tag::LABEL).or_find().insert_all(["d", "a", "e"].map(Tag::new), db));
    assert_eq!(Tag::query().count(db)?, 3);
    Ok(())
}

fn each_row_has_one_that_inserted_it(db: &Database) -> ormcore::Result<()> {
    const THREADS: usize = 6;
    const ROWS: usize = 25;
    db.create_tables::<Tag>()?;
    let (start, new) = (Barrier::new(THREADS), AtomicUsize::new(0));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (db, start, new) = (db.clone(), &start, &new);
            scope.spawn(move || {
                for row in 0..ROWS {
                    start.wait();
                    let label = format!("t{row}");
                    let (tag, is_new) = match number % 2 {
                        0 => tag(&label).insert(&db).unwrap(),
                        _ => db.transaction(|tx| tag(&label).insert(tx)).unwrap(),
                    };
                    assert_eq!(tag.label, label);
                    new.fetch_add(usize::from(is_new), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(new.into_inner(), ROWS);
    assert_eq!(Tag::query().count(db)?, ROWS as u64);
    Ok(())
}

/// A row that others have inserted and not yet committed is waited for, and seen by a statement after that.
#[test]
fn a_row_that_was_not_to_be_seen_when_it_was_met_is_found() {
    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    db.create_tables::<Tag>().unwrap();
    for (label, is_kept) in [("kept", true), ("undone", false)] {
        let inserted = Barrier::new(2);
        thread::scope(|scope| {
            let other = scope.spawn(|| {
                let ended = db.transaction(|tx| {
                    let tag = Tag::new(label).insert(tx)?;
                    inserted.wait();
                    thread::sleep(Duration::from_millis(200));
                    if is_kept { Ok(tag) } else { Err(Error::rollback("not this one")) }
                });
                ended.ok()
            });
            inserted.wait();
            let (found, is_new) = db.transaction(|tx| tag(label).insert(tx)).unwrap();
            let other = other.join().unwrap();
            assert_eq!(other.is_none(), is_new);
            assert!(other.is_none_or(|other| other == found));
        });
    }
}

#[test]
fn a_transaction_that_cannot_see_the_row_is_to_be_tried_again() {
    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    db.create_tables::<Tag>().unwrap();
    let late = |tx: &Transaction| {
        Tag::query().count(tx)?;
        let other = db.clone();
        thread::spawn(move || tag("a").insert(&other)).join().unwrap()?;
        tag("a").insert(tx)
    };
    let error = db.transaction_with(TransactionOptions::repeatable_read(), late).unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    let options = TransactionOptions::repeatable_read().retry(3);
    assert!(!db.transaction_with(options, late).unwrap().1);
}

on_every_backend!(
    a_row_is_inserted_once_and_then_found_as_it_is,
    many_are_found_or_inserted_in_order,
    many_are_all_or_nothing,
    the_constraint_decides_what_is_met,
    odd_names_and_rows_out_of_the_scope_are_found,
    mistakes_are_told_before_anything_is_sent,
    a_row_that_is_gone_is_tried_again_some_times,
    each_row_has_one_that_inserted_it,
);
