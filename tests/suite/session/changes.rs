//! What a flush would write, and what one wrote: `changes` and `flushed`.

use ormcore::prelude::*;
use ormcore::{Change, Operation, Value};

use super::models::{Author, Book, count, session};

/// Each change in a line: what happens, to whose row, and the columns with both values.
fn lines<M>(changes: &[Change<M>]) -> Vec<String> {
    let text = |value: Option<&Value<'static>>| match value {
        None => "-".to_string(),
        Some(value) => value.to_text().map_or("NULL".to_string(), |text| text.into_owned()),
    };
    let line = |change: &Change<M>| {
        let columns = change.columns().iter();
        let columns = columns.map(|one| format!(" {} {}>{}", one.name(), text(one.before()), text(one.after())));
        format!("{}{}", change.operation(), columns.collect::<String>())
    };
    changes.iter().map(line).collect()
}

fn a_new_row_has_its_values_and_after_the_flush_its_key(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    let book = session.add(Book::new("Tehanu", ursula));
    assert_eq!(lines(&session.changes::<Author>()), ["insert name ->Ursula age ->0"]);
    // The parent's key is yet to come.
    assert!(!session.changes::<Book>()[0].contains(Book::AUTHOR_ID));
    session.flush()?;
    assert!(session.changes::<Author>().is_empty() && session.changes::<Book>().is_empty());
    let key = session[ursula].id;
    assert_eq!(lines(&session.flushed::<Author>()), [format!("insert id ->{key} name ->Ursula age ->0")]);
    let flushed = session.flushed::<Book>();
    assert_eq!((flushed[0].handle(), flushed[0].after(Book::AUTHOR_ID)), (book, Some(key)));
    session.commit()?;
    assert!(session.flushed::<Author>().is_empty());
    Ok(())
}

fn an_update_has_the_columns_that_differ(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    let book = session.add(Book::new("Tehanu", ursula));
    session.commit()?;
    session[ursula].age = 60;
    session[ursula].name = "Ursula K.".into();
    session[book].title = "Lavinia".into();
    session[book].title = "Tehanu".into();
    assert_eq!(lines(&session.changes::<Author>()), ["update name Ursula>Ursula K. age 0>60"]);
    assert!(session.changes::<Book>().is_empty());
    session[book].title = "Lavinia".into();
    let statements = db.record();
    let _ = session.changes::<Author>();
    assert!(statements.is_empty());
    session.flush()?;
    assert_eq!(lines(&session.flushed::<Author>()), ["update name Ursula>Ursula K. age 0>60"]);
    // The version is counted, and no change of its own.
    assert_eq!(lines(&session.flushed::<Book>()), ["update title Tehanu>Lavinia"]);
    // What is changed since is of the next flush.
    session[ursula].age = 61;
    assert_eq!(lines(&session.flushed::<Author>()), ["update name Ursula>Ursula K. age 0>60"]);
    assert_eq!(lines(&session.changes::<Author>()), ["update age 60>61"]);
    session.rollback()?;
    assert!(session.changes::<Author>().is_empty() && session.flushed::<Author>().is_empty());
    Ok(())
}

fn a_deleted_row_has_what_the_database_had(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    session.add(Book::new("Tehanu", ursula));
    session.commit()?;
    session[ursula].name = "nobody".into();
    session.delete(ursula)?;
    let key = session[ursula].id;
    let line = format!("delete id {key}>- name Ursula>- age 0>-");
    assert_eq!(lines(&session.changes::<Author>()), [line.as_str()]);
    // By the cascade.
    assert_eq!(session.changes::<Book>()[0].before(Book::TITLE).as_deref(), Some("Tehanu"));
    session.flush()?;
    assert_eq!(lines(&session.flushed::<Author>()), [line]);
    let books = session.flushed::<Book>();
    assert_eq!((books.len(), books[0].operation()), (1, Operation::Delete));
    assert_eq!(session[books[0].handle()].title, "Tehanu");
    Ok(())
}

fn an_orphan_is_deleted_and_a_new_one_nothing(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    let old = session.add(Book::new("Tehanu", ursula));
    session.commit()?;
    let new = session.add(Book::new("Lavinia", ursula));
    session.remove(ursula, Author::BOOKS, old)?;
    session.remove(ursula, Author::BOOKS, new)?;
    let operations = |changes: &[Change<Book>]| changes.iter().map(Change::operation).collect::<Vec<_>>();
    assert_eq!(operations(&session.changes::<Book>()), [Operation::Delete]);
    session.flush()?;
    assert_eq!(operations(&session.flushed::<Book>()), [Operation::Delete]);
    Ok(())
}

fn a_foreign_key_to_a_new_row_is_known_when_that_is_there(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    let book = session.add(Book::new("Tehanu", ursula));
    session.commit()?;
    let (old, le_guin) = (session[ursula].id, session.add(Author::new("Le Guin")));
    session.set(book, Book::AUTHOR, Some(le_guin))?;
    let changes = session.changes::<Book>();
    assert_eq!(lines(&changes), [format!("update author_id {old}>-")]);
    session.flush()?;
    assert_eq!(lines(&session.flushed::<Book>()), [format!("update author_id {old}>{}", session[le_guin].id)]);
    Ok(())
}

/// Rows that take each other's values are written in between.
fn what_a_row_has_for_a_while_is_no_change(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let authors = session.add_all(["a", "b"].map(Author::new));
    session.commit()?;
    session[authors[0]].name = "b".into();
    session[authors[1]].name = "a".into();
    let statements = db.record();
    session.flush()?;
    assert!(count(&statements, "UPDATE") > 1);
    let mut found = lines(&session.flushed::<Author>());
    found.sort();
    assert_eq!(found, ["update name a>b", "update name b>a"]);
    Ok(())
}

fn a_savepoint_that_fails_leaves_nothing_flushed(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    session.flush()?;
    let undone = session.savepoint(|session| {
        session[ursula].age = 7;
        session.flush()?;
        assert_eq!(session.flushed::<Author>().len(), 1);
        Err::<(), _>(Error::rollback("no"))
    });
    assert!(undone.is_err() && session.flushed::<Author>().is_empty());
    Ok(())
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Login {
    #[column(name = "the \"pass\"")]
    password: Secret<String>,
    pin: Option<Secret<i32>>,
}

#[derive(Model, Debug)]
#[model(table = "sch_user")]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(primary_key)]
    region: String,
    #[column(flatten)]
    login: Login,
    #[column(on_write = 5)]
    writes: i32,
    note: Option<String>,
}

fn secrets_are_shown_by_their_type_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<User>()?;
    let mut session = db.session()?;
    let login = |password: &str, pin| Login { password: Secret::new(password.into()), pin };
    let ann = session.add(User::new(7, "'; DROP TABLE \"x\" --", login("hunter2", None)));
    let shown = |changes: &[Change<User>]| format!("{changes:?} {:?}", lines(changes));
    let all = shown(&session.changes::<User>());
    assert!(!all.contains("hunter2") && all.contains("the \\\"pass\\\""), "{all}");
    session.flush()?;
    session[ann].login = login("swordfish", Some(Secret::new(4711)));
    let changes = session.changes::<User>();
    assert_eq!(lines(&changes), ["update the \"pass\" ***>*** pin NULL>***"]);
    session.flush()?;
    let flushed = session.flushed::<User>();
    for change in [&changes, &flushed] {
        let all = shown(change);
        assert!(!["hunter2", "swordfish", "4711"].iter().any(|secret| all.contains(secret)), "{all}");
        let (password, pin) = (User::LOGIN.col(Login::PASSWORD), User::LOGIN.col(Login::PIN));
        assert_eq!(change[0].before(password).map(Secret::into_exposed).as_deref(), Some("hunter2"));
        assert_eq!(change[0].after(pin).flatten().map(Secret::into_exposed), Some(4711));
    }
    Ok(())
}

fn what_the_flush_adds_is_in_what_was_flushed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<User>()?;
    let mut session = db.session()?;
    let login = Login { password: Secret::new("p".into()), pin: None };
    let ann = session.add(User::new(7, "x", login));
    session.flush()?;
    assert_eq!(session.flushed::<User>()[0].after(User::WRITES), Some(5));
    session.commit()?;
    db.execute("UPDATE sch_user SET writes = 4", ())?;
    session.refresh(ann)?;
    session[ann].note = Some("é\0".trim_end_matches('\0').into());
    assert_eq!(lines(&session.changes::<User>()), ["update note NULL>é"]);
    session.flush()?;
    assert_eq!(lines(&session.flushed::<User>()), ["update writes 4>5 note NULL>é"]);
    Ok(())
}

fn a_model_that_the_session_has_not_met_has_no_changes(db: &Database) -> ormcore::Result<()> {
    let mut session = db.session()?;
    assert!(session.changes::<User>().is_empty() && session.flushed::<User>().is_empty());
    session.flush()
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Mood {
    Sad,
    Fine,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Place {
    town: String,
}

#[derive(Model, Debug)]
#[model(table = "sch_day")]
struct Day {
    #[column(primary_key)]
    id: i64,
    mood: Option<Mood>,
    marks: Vec<i32>,
    #[column(flatten)]
    place: Place,
    price: i64,
    #[column(generated = "price * 2")]
    double: i64,
}

fn values_have_their_types_and_the_databases_own_are_told_afterwards(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Day>()?;
    let mut session = db.session()?;
    let day = session.add(Day::new(vec![1, 2], Place { town: "Rome".into() }, 5));
    session.commit()?;
    // What only the database writes is no change.
    session[day].double = 99;
    assert!(session.changes::<Day>().is_empty() && !session.is_modified());
    session.refresh(day)?;
    session[day].marks.push(3);
    session[day].place.town = "Oslo".into();
    session[day].mood = Some(Mood::Fine);
    session[day].price = 7;
    assert!(!session.changes::<Day>()[0].contains(Day::DOUBLE));
    session.flush()?;
    let change = &session.flushed::<Day>()[0];
    assert_eq!((change.before(Day::MOOD), change.after(Day::MOOD)), (Some(None), Some(Some(Mood::Fine))));
    assert_eq!((change.before(Day::MARKS), change.after(Day::MARKS)), (Some(vec![1, 2]), Some(vec![1, 2, 3])));
    assert_eq!(change.after(Day::PLACE.col(Place::TOWN)).as_deref(), Some("Oslo"));
    assert_eq!((change.before(Day::DOUBLE), change.after(Day::DOUBLE)), (Some(10), Some(14)));
    Ok(())
}

fn an_error_of_the_database_leaves_no_changes_once_it_is_rolled_back(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula"));
    session.commit()?;
    session[ursula].age = 7;
    session.add(Author::new("Ursula"));
    assert!(session.flush().unwrap_err().is_unique_violation());
    session.rollback()?;
    assert!(session.changes::<Author>().is_empty() && session.flushed::<Author>().is_empty());
    session[ursula].age = 8;
    session.commit()?;
    assert_eq!(Author::query().one(db)?.age, 8);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_new_row_has_its_values_and_after_the_flush_its_key,
    an_update_has_the_columns_that_differ,
    a_deleted_row_has_what_the_database_had,
    an_orphan_is_deleted_and_a_new_one_nothing,
    a_foreign_key_to_a_new_row_is_known_when_that_is_there,
    what_a_row_has_for_a_while_is_no_change,
    a_savepoint_that_fails_leaves_nothing_flushed,
    secrets_are_shown_by_their_type_alone,
    what_the_flush_adds_is_in_what_was_flushed,
    a_model_that_the_session_has_not_met_has_no_changes,
    values_have_their_types_and_the_databases_own_are_told_afterwards,
    an_error_of_the_database_leaves_no_changes_once_it_is_rolled_back,
);
