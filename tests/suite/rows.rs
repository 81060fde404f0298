//! One row: insert, get, find, update, refresh, delete, and how many statements each takes.

use chrono::{DateTime, TimeZone, Utc};
use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(unique)]
    email: String,
    age: Option<i32>,
    #[column(default = DateTime::UNIX_EPOCH)]
    born: DateTime<Utc>,
}

fn people(db: &Database) -> ormcore::Result<(Person, Person)> {
    db.create_tables::<(Person,)>()?;
    let ann = Person::new("ann", "ann@example.org").set(Person::AGE, 30).insert(db)?;
    let bob = Person::new("bob", "bob@example.org").insert(db)?;
    Ok((ann, bob))
}

fn each_operation_on_a_row_is_one_statement(db: &Database) -> ormcore::Result<()> {
    let (mut ann, _) = people(db)?;
    let statements = db.record();
    let cid = Person::new("cid", "c@example.org").insert(db)?;
    assert_eq!(statements.len(), 1);
    Person::get(ann.id, db)?;
    Person::find(ann.id, db)?;
    assert_eq!(statements.len(), 3);
    ann.update(db)?;
    ann.update_only((Person::NAME,), db)?;
    assert_eq!(statements.len(), 5);
    ann.refresh(db)?;
    cid.delete(db)?;
    assert_eq!(statements.len(), 7);
    assert!(statements.entries().iter().all(|entry| entry.executions == 1 && entry.rows == 1), "{statements:?}");
    Ok(())
}

fn get_gives_none_and_find_an_error_for_a_row_that_is_not_there(db: &Database) -> ormcore::Result<()> {
    let (ann, bob) = people(db)?;
    assert_eq!(Person::get(ann.id, db)?, Some(ann.clone()));
    let key = &bob.id;
    assert_eq!(Person::find(key, db)?, bob);
    assert_eq!(Person::get(999, db)?, None);
    let error = Person::find(999, db).unwrap_err();
    assert!(
        error.is_not_found() && error.to_string().contains("`person`") && error.to_string().contains("999"),
        "{error}"
    );
    Ok(())
}

fn update_writes_every_column_of_this_row_alone(db: &Database) -> ormcore::Result<()> {
    let (mut ann, bob) = people(db)?;
    ann.name = "Ann".into();
    ann.email = "ann@example.com".into();
    ann.age = None;
    ann.born = Utc.timestamp_opt(86_400, 0).unwrap();
    ann.update(db)?;
    assert_eq!(Person::find(ann.id, db)?, ann);
    assert_eq!(Person::find(bob.id, db)?, bob);
    Ok(())
}

fn update_only_writes_no_other_column(db: &Database) -> ormcore::Result<()> {
    let (mut ann, _) = people(db)?;
    ann.name = "Ann".into();
    ann.age = Some(31);
    ann.email = "not written".into();
    ann.update_only((Person::NAME, Person::AGE), db)?;
    assert_eq!(ann.email, "not written", "the row in hand keeps what it holds");
    let stored = Person::find(ann.id, db)?;
    assert_eq!((stored.name.as_str(), stored.age, stored.email.as_str()), ("Ann", Some(31), "ann@example.org"));
    ann.update_only(Person::EMAIL, db)?;
    ann.update_only((Person::EMAIL, Person::EMAIL), db)?;
    assert_eq!(Person::find(ann.id, db)?, ann);
    Ok(())
}

fn update_only_refuses_the_key(db: &Database) -> ormcore::Result<()> {
    let (mut ann, _) = people(db)?;
    let statements = db.record();
    let error = ann.update_only((Person::ID, Person::NAME), db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }) && error.to_string().contains("`person.id`"), "{error}");
    assert!(statements.is_empty());
    Ok(())
}

fn refresh_reads_the_row_again(db: &Database) -> ormcore::Result<()> {
    let (mut ann, _) = people(db)?;
    let before = ann.clone();
    ann.name = "unsaved".into();
    Person::query().filter_by(Person::ID, ann.id).update(Person::AGE.set(77), db)?;
    ann.refresh(db)?;
    assert_eq!(ann, Person { age: Some(77), ..before });
    Ok(())
}

fn a_row_that_is_gone_is_an_error_and_never_silence(db: &Database) -> ormcore::Result<()> {
    let (mut ann, bob) = people(db)?;
    ann.delete(db)?;
    let kept = ann.clone();
    assert!(ann.update(db).unwrap_err().is_not_found());
    assert!(ann.update_only((Person::NAME,), db).unwrap_err().is_not_found());
    assert!(ann.refresh(db).unwrap_err().is_not_found());
    let error = ann.delete(db).unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains(&ann.id.to_string()), "{error}");
    assert_eq!(ann, kept);
    assert_eq!(Person::all(db)?, [bob]);
    Ok(())
}

fn an_update_to_the_same_values_still_finds_its_row(db: &Database) -> ormcore::Result<()> {
    let (mut ann, _) = people(db)?;
    ann.update(db)?;
    ann.update(db)?;
    assert_eq!(Person::find(ann.id, db)?, ann);
    Ok(())
}

fn a_refused_update_changes_nothing(db: &Database) -> ormcore::Result<()> {
    let (mut ann, bob) = people(db)?;
    let before = ann.clone();
    ann.name = "Ann".into();
    ann.email = bob.email;
    assert!(ann.update(db).unwrap_err().is_unique_violation());
    assert_eq!(Person::find(ann.id, db)?, before);
    Ok(())
}

fn what_is_finer_than_the_database_keeps_is_cut_before_it_is_sent(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person,)>()?;
    let fine = Utc.timestamp_opt(1_700_000_000, 123_456_789).unwrap();
    let cut = Utc.timestamp_opt(1_700_000_000, 123_456_000).unwrap();
    let mut row = Person::new("a", "a").set(Person::BORN, fine).insert(db)?;
    assert_eq!(row.born, cut);
    assert_eq!(Person::find(row.id, db)?, row);
    let rows = Person::insert_all([Person::new("b", "b").set(Person::BORN, fine)], db)?;
    assert_eq!(rows[0].born, cut);
    row.born = fine;
    row.update(db)?;
    assert_eq!(row.born, cut);
    assert_eq!(Person::find(row.id, db)?, row);
    row.born = fine;
    row.update_only((Person::BORN,), db)?;
    assert_eq!(row.born, cut);
    Ok(())
}

fn a_helper_takes_a_database_or_a_transaction(db: &Database) -> ormcore::Result<()> {
    fn rename<'d>(id: i64, name: &str, db: impl Into<Db<'d>>) -> ormcore::Result<Person> {
        let db = db.into();
        let mut person = Person::find(id, db)?;
        person.name = name.into();
        person.update(db)?;
        Ok(person)
    }
    let (ann, _) = people(db)?;
    rename(ann.id, "one", db)?;
    let inside = db.transaction(|tx| rename(ann.id, "two", tx))?;
    assert_eq!(Person::find(ann.id, db)?, inside);
    Ok(())
}

fn rows_are_written_in_a_transaction_or_not_at_all(db: &Database) -> ormcore::Result<()> {
    let (mut ann, bob) = people(db)?;
    let failed: ormcore::Result<()> = db.transaction(|tx| {
        ann.name = "Ann".into();
        ann.update(tx)?;
        bob.delete(tx)?;
        Person::new("cid", "c").insert(tx)?;
        assert_eq!(Person::query().count(tx)?, 2);
        Person::find(999, tx).map(drop)
    });
    assert!(failed.unwrap_err().is_not_found());
    ann.refresh(db)?;
    assert_eq!((ann.name.as_str(), Person::query().count(db)?), ("ann", 2));
    Ok(())
}

ormcore_tests::on_every_backend!(
    each_operation_on_a_row_is_one_statement,
    get_gives_none_and_find_an_error_for_a_row_that_is_not_there,
    update_writes_every_column_of_this_row_alone,
    update_only_writes_no_other_column,
    update_only_refuses_the_key,
    refresh_reads_the_row_again,
    a_row_that_is_gone_is_an_error_and_never_silence,
    an_update_to_the_same_values_still_finds_its_row,
    a_refused_update_changes_nothing,
    what_is_finer_than_the_database_keeps_is_cut_before_it_is_sent,
    a_helper_takes_a_database_or_a_transaction,
    rows_are_written_in_a_transaction_or_not_at_all,
);
