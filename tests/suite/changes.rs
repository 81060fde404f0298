//! Structs of changes: what a request brings, applied to rows, drafts, sessions and many rows.

use std::borrow::Cow;

use ormcore::prelude::*;
use ormcore::query::Assignment;
use ormcore::{AnyColumn, Json, Violations, Written};
use ormcore_tests::on_every_backend;
use serde::{Deserialize, Serialize};

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mood {
    Calm,
    VeryCross,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Theme {
    dark: bool,
}

#[derive(Columns, Debug, Clone, PartialEq, Changes, Deserialize)]
#[changes(model = Address)]
struct Address {
    street: String,
    #[column(name = "Zip")]
    zip: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "changes_team")]
struct Team {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "changes_user", validate = User::check, before_update = User::tidy)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(name = "full name", length = 40)]
    name: String,
    bio: Option<String>,
    #[column(default = Mood::Calm)]
    mood: Mood,
    token: Option<Secret<String>>,
    theme: Option<Json<Theme>>,
    #[column(flatten, prefix = "home_")]
    home: Address,
    #[column(flatten, prefix = "work_")]
    work: Address,
    #[column(foreign_key = Team::ID)]
    team_id: Option<i64>,
    #[column(default = 0)]
    tidied: i32,
    #[column(version)]
    version: i64,
    r#type: Option<String>,
}

impl User {
    fn check(&self) -> ormcore::Result<()> {
        Violations::new().require(User::NAME, !self.name.is_empty(), "must not be empty").into_result()
    }

    fn tidy(&mut self) -> ormcore::Result<()> {
        self.tidied += 1;
        Ok(())
    }
}

#[derive(Changes, Deserialize)]
#[changes(model = User)]
struct NewUser<'a> {
    name: Cow<'a, str>,
    home: Address,
    work: Address,
    mood: Option<Mood>,
    token: Option<String>,
    theme: Option<Theme>,
}

#[derive(Changes, Deserialize, Default)]
#[changes(model = Address)]
struct AddressChanges {
    street: Option<String>,
    #[serde(default, deserialize_with = "ormcore::present")]
    zip: Option<Option<String>>,
}

#[derive(Changes, Default)]
#[changes(model = User)]
struct UserChanges {
    name: Option<String>,
    bio: Option<Option<String>>,
    mood: Option<Mood>,
    token: Option<Secret<String>>,
    theme: Option<Json<Theme>>,
    home: Option<AddressChanges>,
    #[changes(column = User::WORK.col(Address::ZIP))]
    work_zip: Option<String>,
    team_id: Option<i64>,
    #[changes(skip)]
    version: Option<i64>,
    r#type: Option<String>,
}

impl UserChanges {
    fn named(name: &str) -> Self {
        UserChanges { name: Some(name.into()), ..UserChanges::default() }
    }
}

fn address(street: &str) -> Address {
    Address { street: street.into(), zip: None }
}

fn new_user(name: &str) -> NewUser<'_> {
    let (home, work) = (address("a"), address("b"));
    NewUser { name: Cow::Borrowed(name), home, work, mood: None, token: None, theme: None }
}

fn ann(db: &Database) -> ormcore::Result<User> {
    db.create_tables::<(Team, User)>()?;
    Draft::from(new_user("ann")).insert(db)
}

fn a_draft_is_made_of_a_body(db: &Database) -> ormcore::Result<()> {
    let ann = ann(db)?;
    assert_eq!((ann.name.as_str(), ann.mood, ann.version, ann.token.is_none()), ("ann", Mood::Calm, 1, true));
    assert_eq!((&ann.home, &ann.work), (&address("a"), &address("b")));
    let body = NewUser {
        mood: Some(Mood::VeryCross),
        token: Some("secret".into()),
        theme: Some(Theme { dark: true }),
        ..new_user("bob")
    };
    let bob = User::new("x", address("x"), address("y")).apply(body).set(User::BIO, "hi").insert(db)?;
    assert_eq!(User::find(bob.id, db)?, bob);
    assert_eq!((bob.name.as_str(), bob.mood, bob.bio.as_deref()), ("bob", Mood::VeryCross, Some("hi")));
    assert_eq!(bob.token.map(|token| token.expose().clone()).as_deref(), Some("secret"));
    assert_eq!(bob.theme, Some(Json::new(Theme { dark: true })));
    let many = User::insert_all(["cid", "dan"].map(|name| Draft::from(new_user(name))), db)?;
    assert_eq!(many.len(), 2);
    Ok(())
}

fn what_a_body_lacks_is_told_at_the_insert(db: &Database) -> ormcore::Result<()> {
    ann(db)?;
    let error = Draft::from(UserChanges::named("bob")).insert(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::MissingColumn { .. }), "{error}");
    let error = Draft::from(new_user("")).insert(db).unwrap_err();
    assert_eq!(error.violations()[0].column(), Some("full name"));
    Ok(())
}

fn only_what_is_present_is_written_of_a_row_in_hand(db: &Database) -> ormcore::Result<()> {
    let mut ann = ann(db)?;
    // Of another request, meanwhile.
    User::query().update((User::BIO.set("kept"), User::VERSION.set(1)), db)?;
    let changed = ann.apply(UserChanges {
        home: Some(AddressChanges { zip: Some(Some("1".into())), ..AddressChanges::default() }),
        r#type: Some("x\"; --".into()),
        ..UserChanges::named("anna")
    });
    let expected: [AnyColumn<User>; 3] = [User::NAME.into(), User::HOME.col(Address::ZIP).into(), User::TYPE.into()];
    assert_eq!(changed, expected);
    assert_eq!(changed[1].name(), "home_Zip");
    let statements = db.record();
    ann.update_only(&changed, db)?;
    assert_eq!(statements.len(), 1);
    let text = &statements.texts()[0];
    assert!(text.contains(r#""home_Zip""#) && text.contains(r#""tidied""#), "{text}");
    assert!(!text.contains(r#""bio""#) && !text.contains(r#""home_street""#), "{text}");
    assert_eq!((ann.version, ann.tidied), (2, 1));
    ann.bio = Some("kept".into());
    assert_eq!(User::find(ann.id, db)?, ann);
    Ok(())
}

fn null_is_told_from_absent(db: &Database) -> ormcore::Result<()> {
    let mut ann = ann(db)?;
    let read = |body: &str| serde_json::from_str::<PlainChanges>(body).unwrap();
    for (body, bio) in [(r#"{"bio": "hi"}"#, Some("hi")), ("{}", Some("hi")), (r#"{"bio": null}"#, None)] {
        let changed = ann.apply(read(body));
        ann.update_only(changed, db)?;
        assert_eq!(User::find(ann.id, db)?.bio.as_deref(), bio, "{body}");
    }
    assert!(serde_json::from_str::<PlainChanges>(r#"{"name": null}"#).is_err());
    ann.bio = Some("hi".into());
    assert_eq!(ann.apply(Whole { bio: None, note: None }).len(), 1);
    assert_eq!(ann.bio, None);
    Ok(())
}

#[derive(Changes, Deserialize)]
#[changes(model = User)]
struct PlainChanges {
    #[serde(default, deserialize_with = "ormcore::present")]
    name: Option<String>,
    #[serde(default, deserialize_with = "ormcore::present")]
    bio: Option<Option<String>>,
    #[serde(default)]
    home: Option<AddressChanges>,
    mood: Option<Mood>,
}

/// A body that always has all of it.
#[derive(Changes)]
#[changes(model = User)]
struct Whole {
    #[changes(none_is_null)]
    bio: Option<String>,
    #[changes(column = User::TYPE)]
    note: Option<&'static str>,
}

fn what_is_not_valid_is_refused(db: &Database) -> ormcore::Result<()> {
    let mut ann = ann(db)?;
    let changed = ann.apply(UserChanges::named(""));
    let error = ann.update_only(changed, db).unwrap_err();
    assert_eq!(error.violations()[0].column(), Some("full name"));
    assert_eq!(User::find(ann.id, db)?.name, "ann");
    let team = UserChanges { team_id: Some(7), ..UserChanges::default() };
    let error = User::query().update(team, db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ForeignKeyViolation { .. }), "{error}");
    Ok(())
}

fn a_version_that_a_request_brings_is_compared(db: &Database) -> ormcore::Result<()> {
    let id = ann(db)?.id;
    let save = |body: UserChanges| {
        let mut user = User::find(id, db)?;
        user.version = body.version.unwrap_or(user.version);
        let changed = user.apply(body);
        user.update_only(changed, db)
    };
    save(UserChanges { version: Some(1), ..UserChanges::named("anna") })?;
    let stale = save(UserChanges { version: Some(1), ..UserChanges::named("anne") });
    assert!(stale.unwrap_err().is_stale_row());
    assert_eq!(User::find(id, db)?.name, "anna");
    Ok(())
}

fn a_session_writes_what_differs(db: &Database) -> ormcore::Result<()> {
    let id = ann(db)?.id;
    let statements = db.record();
    db.unit_of_work(|session| {
        let ann = session.find::<User>(id)?;
        let body = UserChanges { mood: Some(Mood::Calm), bio: Some(Some("hi".into())), ..UserChanges::named("ann") };
        assert_eq!(session[ann].apply(body).len(), 3);
        session.flush()?;
        assert_eq!((session[ann].version, session[ann].tidied), (2, 1));
        session[ann].apply(UserChanges { mood: Some(Mood::Calm), ..UserChanges::default() });
        Ok(())
    })?;
    let updates: Vec<_> = statements.texts().into_iter().filter(|text| text.starts_with("UPDATE")).collect();
    assert_eq!(updates.len(), 1, "{updates:?}");
    assert!(updates[0].contains(r#""bio""#) && !updates[0].contains(r#""mood""#), "{updates:?}");
    assert_eq!(User::find(id, db)?.bio.as_deref(), Some("hi"));
    Ok(())
}

fn many_rows_are_changed_by_one_statement(db: &Database) -> ormcore::Result<()> {
    ann(db)?;
    Draft::from(new_user("bob")).insert(db)?;
    let team = Team::new("red").insert(db)?;
    let statements = db.record();
    let body = UserChanges {
        mood: Some(Mood::VeryCross),
        token: Some(Secret::new("hunter2".into())),
        theme: Some(Json::new(Theme { dark: true })),
        home: Some(AddressChanges { street: Some("c".into()), zip: Some(None) }),
        work_zip: Some("2".into()),
        team_id: Some(team.id),
        ..UserChanges::default()
    };
    assert_eq!(User::query().update((body, User::BIO.set("together")), db)?, 2);
    assert_eq!(statements.len(), 1);
    assert!(!format!("{statements:?}").contains("hunter2"));
    for user in User::all(db)? {
        assert_eq!((user.mood, user.version, user.team_id), (Mood::VeryCross, 2, Some(team.id)));
        assert_eq!((user.home.street.as_str(), user.work.zip.as_deref()), ("c", Some("2")));
        assert_eq!((user.bio.as_deref(), user.theme), (Some("together"), Some(Json::new(Theme { dark: true }))));
        assert_eq!(user.token.map(|token| token.expose().clone()).as_deref(), Some("hunter2"));
    }
    let twice = User::query().update((UserChanges::named("x"), User::NAME.set("y")), db).unwrap_err();
    assert!(twice.to_string().contains("`changes_user.full name` twice"), "{twice}");
    let names = User::query().filter(User::NAME.eq("bob")).returning(User::NAME);
    assert_eq!(names.update(UserChanges::named("rob"), db)?, ["rob"]);
    Ok(())
}

fn where_nothing_is_present_nothing_is_written(db: &Database) -> ormcore::Result<()> {
    let mut ann = ann(db)?;
    db.create_tables::<Note>()?;
    let mut note = Note::new("a").insert(db)?;
    let none: [AnyColumn<Note>; 0] = [];
    let statements = db.record();
    assert_eq!(User::query().update(UserChanges::default(), db)?, 0);
    assert!(User::query().returning(User::ID).update(UserChanges::default(), db)?.is_empty());
    assert_eq!(User::query().update(Vec::<Assignment<User>>::new(), db)?, 0);
    let changed = ann.apply(UserChanges { home: Some(AddressChanges::default()), ..UserChanges::default() });
    assert!(changed.is_empty());
    ann.update_only(changed, db)?;
    User::update_all_only([&mut ann], Vec::<AnyColumn<User>>::new(), db)?;
    note.update_only(&none[..], db)?;
    assert!(statements.is_empty(), "{statements:?}");
    assert_eq!((ann.version, ann.tidied), (1, 0));
    Ok(())
}

/// Of a model that sees what was written.
#[derive(Model, Debug)]
#[model(table = "changes_note", after_update = Note::written)]
struct Note {
    #[column(primary_key)]
    id: i64,
    text: String,
    #[column(on_write = 7)]
    written: i32,
}

impl Note {
    fn written(&self, written: Written<'_, Note>) -> ormcore::Result<()> {
        if written.contains(Note::ID) { Err(Error::rollback("no")) } else { Ok(()) }
    }
}

#[derive(Changes)]
#[changes(model = Note)]
struct Text<'t> {
    text: Option<&'t str>,
}

#[derive(Changes, Clone, Copy)]
#[changes(model = Note)]
struct Stamp {
    written: i32,
}

fn what_every_write_of_a_row_sets_is_not_taken_of_a_body(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let body = Stamp { written: 9 };
    let mut note = Note::new("a").apply(body).insert(db)?;
    assert_eq!(note.written, 7);
    let changed = note.apply(body);
    note.update_only(changed, db)?;
    assert_eq!((note.written, Note::find(note.id, db)?.written), (7, 7));
    assert_eq!(Note::query().update(body, db)?, 1);
    assert_eq!(Note::find(note.id, db)?.written, 9);
    Ok(())
}

fn an_upsert_sets_what_is_present(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let note = Note::new("a").insert(db)?;
    let again = || Note::new("b").with_key(note.id);
    let written = again().on_conflict(Note::ID).do_update(Text { text: Some("c") }).insert(db)?;
    assert_eq!((written.id, written.text.as_str()), (note.id, "c"));
    let nothing = again().on_conflict(Note::ID).do_update(Text { text: None }).insert(db).unwrap_err();
    assert!(matches!(nothing.kind(), ErrorKind::Usage { .. }), "{nothing}");
    assert!(nothing.to_string().contains("`do_nothing`"), "{nothing}");
    let no_column = again().on_conflict(Vec::<AnyColumn<Note>>::new()).do_nothing().insert(db).unwrap_err();
    assert!(matches!(no_column.kind(), ErrorKind::Usage { .. }), "{no_column}");
    let all = again().on_conflict(Note::ID).do_update_all_but(vec![AnyColumn::from(Note::WRITTEN)]).insert(db)?;
    assert_eq!(all.text, "b");
    Ok(())
}

fn columns_are_listed_at_run_time(db: &Database) -> ormcore::Result<()> {
    let mut ann = ann(db)?;
    (ann.name, ann.bio, ann.r#type) = ("anna".into(), Some("hi".into()), Some("not written".into()));
    let columns = &[AnyColumn::from(User::NAME), User::BIO.into(), User::NAME.into()];
    ann.update_only(columns, db)?;
    ann.update_only(vec![User::BIO, User::TYPE].split_off(1), db)?;
    let stored = User::find(ann.id, db)?;
    assert_eq!((stored.name.as_str(), stored.r#type.as_deref(), stored.version), ("anna", Some("not written"), 3));
    let error = ann.update_only(vec![AnyColumn::from(User::ID)], db).unwrap_err();
    assert!(error.to_string().contains("part of the primary key"), "{error}");
    Ok(())
}

/// What a program that speaks JSON sends: names in camel case, and nothing that is not known.
#[derive(Changes, Deserialize, Default)]
#[changes(model = User)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Sent<'a> {
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
    team_id: Option<i64>,
    #[serde(deserialize_with = "ormcore::present")]
    theme: Option<Option<Json<Theme>>>,
    /// In a shape of its own.
    #[changes(column = User::HOME)]
    home_address: Option<AddressChanges>,
}

fn a_body_is_read_under_the_names_of_its_format(db: &Database) -> ormcore::Result<()> {
    let mut ann = ann(db)?;
    let team = Team::new("red").insert(db)?;
    let whole = r#"{"type": "a\"b", "teamId": 1, "theme": {"dark": true}, "homeAddress": {"street": "c"}}"#;
    for (body, theme) in [(whole, Some(Json::new(Theme { dark: true }))), (r#"{"theme": null}"#, None)] {
        let changed = ann.apply(serde_json::from_str::<Sent<'_>>(body).unwrap());
        ann.update_only(changed, db)?;
        assert_eq!(User::find(ann.id, db)?, ann);
        assert_eq!((ann.theme.as_ref(), ann.r#type.as_deref()), (theme.as_ref(), Some("a\"b")));
        assert_eq!((ann.team_id, ann.home.street.as_str()), (Some(team.id), "c"));
    }
    assert!(serde_json::from_str::<Sent<'_>>(r#"{"tidied": 9}"#).is_err());
    let null = Sent { theme: Some(None), ..Sent::default() };
    assert_eq!(User::query().filter(User::THEME.is_null()).limit(1).update(null, db)?, 1);
    Ok(())
}

fn a_draft_that_waits_for_a_row_takes_the_key_that_a_body_brings(db: &Database) -> ormcore::Result<()> {
    ann(db)?;
    let blue = Team::new("blue").insert(db)?;
    let id = db.unit_of_work(|session| {
        let red = session.add(Team::new("red"));
        let body = UserChanges { team_id: Some(blue.id), ..UserChanges::default() };
        let bob = session.add(Draft::from(new_user("bob")).set(User::TEAM_ID, red).apply(body));
        let cid = session.add(Draft::from(new_user("cid")).set(User::TEAM_ID, red));
        session[bob].apply(UserChanges::named("rob"));
        session.flush()?;
        session[cid].apply(UserChanges { team_id: Some(blue.id), ..UserChanges::named("cyd") });
        Ok(session[bob].id)
    })?;
    let users = User::query().filter(User::TEAM_ID.eq(blue.id)).order_by(User::ID).select(User::NAME).all(db)?;
    assert_eq!(users, ["rob", "cyd"]);
    assert_eq!(User::find(id, db)?.version, 1);
    Ok(())
}

fn chosen_rows_are_changed_and_no_others(db: &Database) -> ormcore::Result<()> {
    let red = {
        ann(db)?;
        Team::new("red").insert(db)?
    };
    for name in ["bob", "cid"] {
        Draft::from(new_user(name)).set(User::TEAM_ID, &red).insert(db)?;
    }
    let of_red = User::query().filter(User::TEAM_ID.is_in(Team::query().filter(Team::NAME.eq("red")).select(Team::ID)));
    let body = || UserChanges { bio: Some(Some("'; DROP TABLE changes_user; --".into())), ..UserChanges::default() };
    assert_eq!(of_red.clone().order_by(User::NAME.desc()).limit(1).update(body(), db)?, 1);
    assert_eq!(User::query().filter(User::BIO.is_null()).count(db)?, 2);
    assert_eq!(of_red.clone().filter(User::NAME.eq("nobody")).update(body(), db)?, 0);
    let undone = db.transaction(|tx| {
        of_red.clone().update(body(), tx)?;
        let mut ann = User::query().filter(User::NAME.eq("ann")).one(tx)?;
        let inner = tx.transaction(|tx| {
            let changed = ann.apply(UserChanges { team_id: Some(999), ..UserChanges::default() });
            ann.update_only(changed, tx)
        });
        assert!(matches!(inner.unwrap_err().kind(), ErrorKind::ForeignKeyViolation { .. }));
        let changed = ann.apply(UserChanges { team_id: Some(red.id), ..UserChanges::default() });
        ann.update_only(changed, tx)?;
        assert_eq!(ann.version, 2);
        assert_eq!(User::query().filter(User::TEAM_ID.eq(red.id)).count(tx)?, 3);
        Err::<(), _>(Error::rollback("no"))
    });
    assert!(undone.is_err());
    assert_eq!(User::query().filter(User::BIO.is_null()).count(db)?, 2);
    Ok(())
}

on_every_backend!(
    a_body_is_read_under_the_names_of_its_format,
    a_draft_that_waits_for_a_row_takes_the_key_that_a_body_brings,
    chosen_rows_are_changed_and_no_others,
    a_draft_is_made_of_a_body,
    what_a_body_lacks_is_told_at_the_insert,
    only_what_is_present_is_written_of_a_row_in_hand,
    null_is_told_from_absent,
    what_is_not_valid_is_refused,
    a_version_that_a_request_brings_is_compared,
    a_session_writes_what_differs,
    many_rows_are_changed_by_one_statement,
    where_nothing_is_present_nothing_is_written,
    what_every_write_of_a_row_sets_is_not_taken_of_a_body,
    an_upsert_sets_what_is_present,
    columns_are_listed_at_run_time,
);
