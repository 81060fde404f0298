//! What a model has done with its rows when they are written by the methods of rows; sessions have theirs in
//! `session/events.rs`.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use ormcore::prelude::*;
use ormcore::{Violation, Violations};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "evt_user",
    constructor = false,
    before_insert = User::fill_in,
    before_update = User::fill_in,
    before_delete = User::keep_admins,
    validate = Self::check
)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    /// Made from the name.
    slug: String,
    #[column(server_default = "7")]
    stars: i32,
    #[column(on_write = 5)]
    writes: i32,
    #[column(version)]
    version: i32,
    #[relationship]
    notes: HasMany<Note>,
}

impl User {
    fn named(name: &str) -> Draft<User> {
        User::draft().set(User::NAME, name)
    }

    fn fill_in(&mut self) -> ormcore::Result<()> {
        self.slug = self.name.to_lowercase();
        if self.name == "star" {
            self.stars = 99;
        }
        if self.name == "key" {
            self.id += 1000;
        }
        Ok(())
    }

    fn keep_admins(&self) -> ormcore::Result<()> {
        if self.name == "admin" { Err(Error::other(Refusal)) } else { Ok(()) }
    }

    fn check(&self) -> ormcore::Result<()> {
        Violations::new()
            .require(User::NAME, !self.name.is_empty(), "is empty")
            .require(User::SLUG, !self.slug.contains(' '), "has a space")
            .require_row(self.writes == 5 && self.slug == self.name.to_lowercase(), "was not filled in")
            .into_result()
    }
}

#[derive(Debug)]
struct Refusal;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("admins stay")
    }
}

impl std::error::Error for Refusal {}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "evt_note", before_insert = with_parent, after_insert = is_short)]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
    text: String,
}

/// The parent's key is there by then.
fn with_parent(note: &mut Note) -> ormcore::Result<()> {
    note.text = format!("{} of {}", note.text, note.user_id);
    Ok(())
}

/// Its own key is there by then.
fn is_short(note: &Note) -> ormcore::Result<()> {
    assert!(note.id > 0);
    if note.text.len() > 20 { Err(Error::other("it is too long")) } else { Ok(()) }
}

fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(User, Note)>()
}

fn a_row_is_filled_in_before_it_is_inserted(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    // `slug` lacks a value, and `stars` is the database's, until the model gives them one.
    let ann = User::named("Ann").insert(db)?;
    assert_eq!((ann.slug.as_str(), ann.stars, ann.writes), ("ann", 7, 5));
    assert_eq!(User::find(ann.id, db)?, ann);
    let rows = User::insert_all(["A", "star", "C"].map(User::named), db)?;
    assert_eq!(
        rows.iter().map(|row| (row.slug.as_str(), row.stars)).collect::<Vec<_>>(),
        [("a", 7), ("star", 99), ("c", 7)]
    );
    assert_eq!(User::query().order_by(User::ID).all(db)?[1..], rows);
    Ok(())
}

fn what_is_invalid_is_not_inserted_and_every_message_has_its_column(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let statements = db.record();
    let error = User::named("a b").insert(db).unwrap_err();
    assert_eq!(error.to_string(), "`evt_user`: the draft is invalid: `slug` has a space");
    assert_eq!(error.violations(), [Violation::new("slug", "has a space")]);
    let error = User::insert_all(["A", "b c", "d e"].map(User::named), db).unwrap_err();
    assert_eq!(error.to_string(), "`evt_user`: draft 2 is invalid: `slug` has a space");
    assert!(statements.is_empty() && error.is_invalid());
    assert_eq!(User::query().count(db)?, 0);
    Ok(())
}

fn a_row_is_filled_in_and_checked_before_it_is_updated(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut ann = User::named("Ann").insert(db)?;
    ann.name = "Anna".into();
    ann.update(db)?;
    assert_eq!(User::find(ann.id, db)?.slug, "anna");
    // What the model changed is written with what was asked for.
    ann.name = "Bea".into();
    ann.stars = 3;
    ann.update_only((User::NAME,), db)?;
    let stored = User::find(ann.id, db)?;
    assert_eq!((stored.name.as_str(), stored.slug.as_str(), stored.stars, stored.version), ("Bea", "bea", 7, 3));
    let statements = db.record();
    ann.name = "x y".into();
    let error = ann.update_only((User::STARS,), db).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`evt_user`: the row with `id` = the integer {} is invalid: `slug` has a space", ann.id)
    );
    assert!(ann.update(db).is_err_and(|error| error.is_invalid()) && statements.is_empty());
    ann.name.clear();
    assert_eq!(ann.update(db).unwrap_err().violations(), [Violation::new("name", "is empty")]);
    assert_eq!(ann.version, 3);
    Ok(())
}

fn a_key_that_is_edited_before_the_update_is_an_error(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut ann = User::named("Ann").insert(db)?;
    ann.name = "key".into();
    let error = ann.update(db).unwrap_err();
    assert!(error.to_string().contains("edited the primary key"), "{error}");
    Ok(())
}

fn a_refused_delete_keeps_the_row_and_the_error_of_the_program(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let admin = User::named("admin").insert(db)?;
    let error = admin.delete(db).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`evt_user`: `before_delete` refused the row with `id` = the integer {}", admin.id)
    );
    assert!(matches!(error.kind(), ErrorKind::Refused { event, .. } if event == "before_delete"));
    assert!(error.downcast_ref::<Refusal>().is_some());
    assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("admins stay"));
    assert_eq!(User::query().count(db)?, 1);
    User::named("other").insert(db)?.delete(db)
}

fn an_error_after_the_insert_takes_it_back(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ann = User::named("Ann").insert(db)?;
    let note = Note::new(&ann, "a").insert(db)?;
    assert_eq!(note.text, format!("a of {}", ann.id));
    let error = Note::new(&ann, "far too long a text").insert(db).unwrap_err();
    assert!(error.to_string().starts_with("`evt_note`: `after_insert` refused the row with `id` = "), "{error}");
    let drafts = ["b", "another text too long", "c"].map(|text| Note::new(&ann, text));
    assert!(Note::insert_all(drafts, db).is_err());
    assert_eq!(Note::query().all(db)?, [note]);
    // In a transaction only the insert is taken back.
    db.transaction(|tx| {
        Note::new(&ann, "kept").insert(tx)?;
        assert!(Note::new(&ann, "far too long a text").insert(tx).is_err());
        Ok(())
    })?;
    assert_eq!(Note::query().count(db)?, 2);
    Ok(())
}

/// Where a row that is there stays as it is, what comes back was inserted.
fn what_an_upsert_inserts_is_seen_after_it(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ann = User::named("Ann").insert(db)?;
    let (fine, long) = (|| Note::new(&ann, "a"), || Note::new(&ann, "far too long a text"));
    let refused = |error: Error| assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error:?}");
    refused(long().with_key(1).on_conflict(Note::ID).do_nothing().insert(db).unwrap_err());
    refused(long().with_key(1).on_conflict(Note::ID).or_find().insert(db).unwrap_err());
    let both = || [fine().with_key(1), long().with_key(2)];
    refused(Note::on_any_conflict().do_nothing().insert_all(both(), db).unwrap_err());
    refused(Note::on_conflict(Note::ID).or_find().insert_all(both(), db).unwrap_err());
    assert_eq!(Note::query().count(db)?, 0);
    db.transaction(|tx| {
        refused(long().with_key(1).on_conflict(Note::ID).do_nothing().insert(tx).unwrap_err());
        refused(long().with_key(1).on_conflict(Note::ID).or_find().insert(tx).unwrap_err());
        assert!(fine().with_key(1).on_conflict(Note::ID).or_find().insert(tx)?.1);
        Ok(())
    })?;
    // What was there is not told of, nor is what was counted or may have been updated.
    let text = |id: i64, text: &str| Note::new(&ann, text).with_key(id);
    Note::query().update(Note::TEXT.set("far too long a text of somebody"), db)?;
    assert!(!text(1, "b").on_conflict(Note::ID).or_find().insert(db)?.1);
    assert_eq!(text(1, "b").on_conflict(Note::ID).do_nothing().insert(db)?, None);
    assert!(long().with_key(2).on_conflict(Note::ID).do_nothing().execute(db)?);
    assert_eq!(long().with_key(3).on_conflict(Note::ID).do_update_all().insert(db)?.id, 3);
    let mut session = db.session()?;
    refused(session.upsert(long().with_key(4).on_conflict(Note::ID).or_find()).unwrap_err());
    assert!(session.upsert(fine().with_key(4).on_conflict(Note::ID).or_find())?.1);
    session.commit()?;
    assert_eq!(Note::query().order_by(Note::ID).select(Note::ID).all(db)?, [1, 2, 3, 4]);
    Ok(())
}

fn nested_drafts_are_seen_when_their_parent_has_its_key(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let drafts = ["a", "b"].map(|text| Note::new(Parent, text));
    let ann = User::named("Ann").with_children(User::NOTES, drafts).insert(db)?;
    let texts: Vec<_> = ann.notes(db)?.iter().map(|note| note.text.clone()).collect();
    assert_eq!(texts, [format!("a of {}", ann.id), format!("b of {}", ann.id)]);
    let drafts = [Note::new(Parent, "far too long a text")];
    assert!(User::named("Bea").with_children(User::NOTES, drafts).insert(db).is_err());
    assert!(User::named("c d").with_children(User::NOTES, [Note::new(Parent, "c")]).insert(db).is_err());
    assert_eq!((User::query().count(db)?, Note::query().count(db)?), (1, 2));
    Ok(())
}

fn bulk_statements_ask_no_model(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let admin = User::named("admin").insert(db)?;
    User::query().update(User::NAME.set(""), db)?;
    assert_eq!(User::find(admin.id, db)?.slug, "admin");
    User::query().update(User::NAME.set("admin"), db)?;
    let columns = (User::NAME, User::SLUG);
    User::insert_from(columns, User::query().select((User::NAME, User::SLUG.concat(" 2"))), db)?;
    assert_eq!(User::query().select(User::SLUG).order_by(User::ID).all(db)?, ["admin", "admin 2"]);
    User::query().delete(db)?;
    assert_eq!(User::query().count(db)?, 0);
    Ok(())
}

#[derive(Model, Debug, garde::Validate)]
#[model(table = "evt_member", validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[garde(length(min = 3), ascii)]
    #[column(name = "full_name")]
    name: String,
    #[garde(inner(range(max = 9)))]
    ages: Vec<i32>,
    #[column(flatten)]
    #[garde(dive)]
    place: Place,
}

#[derive(Columns, Debug, Clone, PartialEq, garde::Validate)]
struct Place {
    #[garde(length(min = 1))]
    town: String,
}

fn what_garde_finds_is_beside_the_columns(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Member>()?;
    let place = |town: &str| Place { town: town.to_string() };
    let mut member = Member::new("ann", vec![1, 2], place("x")).insert(db)?;
    let error = Member::new("ü", vec![3, 10], place("")).insert(db).unwrap_err();
    let columns: Vec<_> = error.violations().iter().filter_map(Violation::column).collect();
    assert_eq!(columns, ["full_name", "full_name", "ages", "town"], "{error}");
    assert!(error.violations()[2].message().starts_with("[1]: "), "{error}");
    member.name = "b".into();
    assert!(member.update(db).is_err_and(|error| error.violations().len() == 1));
    Ok(())
}

/// Names that are there twice, as a field's and as a column's, and names that only Rust writes otherwise.
#[derive(Model, Debug, garde::Validate)]
#[model(table = "evt_firm", validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
#[allow(non_snake_case)]
struct Firm {
    #[column(primary_key)]
    id: i64,
    #[garde(length(min = 1))]
    name: String,
    #[garde(length(min = 1))]
    r#type: String,
    #[garde(length(min = 1))]
    x2Y: String,
    #[garde(length(min = 1))]
    HTTPServer: String,
    #[column(flatten)]
    #[garde(dive, custom(reachable))]
    contact: Contact,
}

#[derive(Columns, Debug, Clone, PartialEq, garde::Validate)]
struct Contact {
    #[column(name = "contact_name")]
    #[garde(length(min = 1))]
    name: String,
    #[column(name = "name of the street")]
    #[garde(length(min = 1))]
    r#where: String,
}

fn reachable(contact: &Contact, _: &()) -> garde::Result {
    if contact.name == "nobody" { Err(garde::Error::new("answers nothing")) } else { Ok(()) }
}

fn what_garde_finds_is_beside_the_columns_of_the_very_fields(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Firm>()?;
    let contact = |name: &str, r#where: &str| Contact { name: name.into(), r#where: r#where.into() };
    let columns_of = |draft: Draft<Firm>| {
        let error = draft.insert(db).unwrap_err();
        let columns =
            error.violations().iter().map(|one| (one.column().map(str::to_string), one.message().to_string()));
        columns.collect::<Vec<_>>()
    };
    let short = |column: &str| (Some(column.to_string()), "length is lower than 1".to_string());
    let found = columns_of(Firm::new("Acme", "ltd", "x", "y", contact("", "")));
    assert_eq!(found, [short("contact_name"), short("name of the street")]);
    let found = columns_of(Firm::new("", "", "", "", contact("ann", "here")));
    assert_eq!(found, [short("name"), short("type"), short("x2Y"), short("HTTPServer")]);
    let found = columns_of(Firm::new("Acme", "ltd", "x", "y", contact("nobody", "here")));
    assert_eq!(found, [(None, "contact: answers nothing".to_string())]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "evt_slot", validate = Self::check)]
struct Slot {
    #[column(primary_key)]
    id: i64,
    starts: DateTime<Utc>,
    ends: DateTime<Utc>,
    room: String,
}

impl Slot {
    fn check(&self) -> ormcore::Result<()> {
        if self.starts < self.ends { Ok(()) } else { Err(Slot::ENDS.invalid("is not after the start")) }
    }
}

/// To the microsecond, the end is the start.
fn what_is_cut_when_it_is_written_is_cut_when_it_is_checked(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Slot,)>()?;
    let start = DateTime::UNIX_EPOCH;
    let end = start + TimeDelta::nanoseconds(500);
    let is_invalid = |done: ormcore::Result<()>| matches!(done.unwrap_err().kind(), ErrorKind::Invalid { .. });
    assert!(is_invalid(Slot::new(start, end, "a").insert(db).map(drop)));
    let slot = Slot::new(start, start + TimeDelta::days(1), "a").insert(db)?;
    let edited = || Slot { ends: end, ..slot.clone() };
    assert!(is_invalid(edited().update(db)));
    assert!(is_invalid(edited().update_only((Slot::ENDS,), db)));
    let mut session = db.session()?;
    let handle = session.get::<Slot>(slot.id)?.unwrap();
    session[handle].ends = end;
    assert!(is_invalid(session.flush()));
    session.rollback()?;
    assert_eq!(Slot::find(slot.id, db)?, slot);
    // What is cut is not for that what the model changed.
    let mut slot = Slot { starts: start + TimeDelta::nanoseconds(500), room: "b".into(), ..slot };
    let statements = db.record();
    slot.update_only((Slot::ROOM,), db)?;
    assert!(!statements.texts()[0].contains("starts"), "{:?}", statements.texts());
    Ok(())
}

ormcore_tests::on_every_backend!(
    what_is_cut_when_it_is_written_is_cut_when_it_is_checked,
    a_row_is_filled_in_before_it_is_inserted,
    what_is_invalid_is_not_inserted_and_every_message_has_its_column,
    a_row_is_filled_in_and_checked_before_it_is_updated,
    a_key_that_is_edited_before_the_update_is_an_error,
    a_refused_delete_keeps_the_row_and_the_error_of_the_program,
    an_error_after_the_insert_takes_it_back,
    nested_drafts_are_seen_when_their_parent_has_its_key,
    what_an_upsert_inserts_is_seen_after_it,
    bulk_statements_ask_no_model,
    what_garde_finds_is_beside_the_columns,
    what_garde_finds_is_beside_the_columns_of_the_very_fields,
);
