//! What an upsert finds rows by: values of all types, and where a draft agrees with a row in more than that.

use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use ormcore::prelude::*;
use ormcore_tests::{Fixture, on_every_backend};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::refused;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "or_find_mood")]
enum Mood {
    Sad,
    #[column_type(rename = "it's \"fine\"")]
    Fine,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Nickname(String);

/// A model with a unique column of each type.
macro_rules! every_type {
    ($($field:ident $constant:ident: $ty:ty = $value:expr, $same:expr;)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = "or_find_every")]
        struct Every {
            #[column(primary_key)]
            id: i64,
            $(
                #[column(unique)]
                $field: Option<$ty>,
            )*
        }

        fn values_of_all_types_are_looked_for_as_they_are_stored(db: &Database) -> ormcore::Result<()> {
            db.create_tables::<Every>()?;
            $({
                let find = |value: $ty| Every::new().set(Every::$constant, Some(value)).on_conflict(Every::$constant).or_find();
                let (first, is_new) = find($value).insert(db)?;
                assert!(is_new, "{}", stringify!($field));
                let statements = db.record();
                assert_eq!(find($same).insert(db)?, (first.clone(), false), "{}", stringify!($field));
                assert_eq!(statements.len(), 1, "{}", stringify!($field));
                // Nothing is equal to NULL.
                assert!(Every::new().on_conflict(Every::$constant).or_find().insert(db)?.1);
            })*
            Ok(())
        }
    };
}

fn nanos(nanos: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, nanos).unwrap()
}

every_type! {
    a_bool A_BOOL: bool = true, true;
    a_i8 A_I8: i8 = -3, -3;
    a_i64 A_I64: i64 = i64::MIN, i64::MIN;
    a_u16 A_U16: u16 = 65_535, 65_535;
    a_f32 A_F32: f32 = 0.1, 0.1;
    a_f64 A_F64: f64 = 0.1 + 0.2, 0.1 + 0.2;
    zero ZERO: f64 = 0.0, -0.0;
    text TEXT: String = "'; -- \u{1F980} \\ ?".into(), "'; -- \u{1F980} \\ ?".into();
    nick NICK: Nickname = Nickname("n".into()), Nickname("n".into());
    bytes BYTES: Vec<u8> = vec![0, 255], vec![0, 255];
    mood MOOD: Mood = Mood::Fine, Mood::Fine;
    decimal DECIMAL: Decimal = Decimal::new(100, 2), Decimal::new(10, 1);
    uuid UUID: Uuid = Uuid::from_u128(7), Uuid::from_u128(7);
    at AT: DateTime<Utc> = nanos(123_456_789), nanos(123_456_001);
    local LOCAL: NaiveDateTime = nanos(123_456_789).naive_utc(), nanos(123_456_001).naive_utc();
    day DAY: NaiveDate = nanos(0).date_naive(), nanos(0).date_naive();
    time TIME: NaiveTime = nanos(123_456_789).time(), nanos(123_456_001).time();
    texts TEXTS: Vec<String> = vec!["a".into(), "\"".into()], vec!["a".into(), "\"".into()];
    decimals DECIMALS: Vec<Decimal> = vec![Decimal::new(10, 1)], vec![Decimal::new(1, 0)];
    ats ATS: Vec<DateTime<Utc>> = vec![nanos(123_456_789)], vec![nanos(123_456_001)];
    json JSON: Json<Vec<i64>> = Json::new(vec![1, 2]), Json::new(vec![1, 2]);
    secret SECRET: Secret<String> = Secret::new("s".into()), Secret::new("s".into());
}

/// The labels of the rows that were told of.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "or_find_told", after_insert = Told::tell)]
struct Told {
    #[column(primary_key, server_default = "41")]
    id: i64,
    #[column(unique)]
    label: String,
    #[column(unique, generated = "lower(label)")]
    slug: String,
    #[relationship(lazy = "selectin")]
    parts: HasMany<Part>,
    #[relationship(lazy = "raise", foreign_key = Part::TOLD_ID)]
    raised: HasMany<Part>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "or_find_part")]
struct Part {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Told::ID)]
    told_id: i64,
}

impl Told {
    fn tell(&self) -> ormcore::Result<()> {
        TOLD.lock().unwrap().push(self.label.clone());
        if self.label.ends_with("bad") { Err(Error::other("not this one")) } else { Ok(()) }
    }

    fn told(prefix: &str) -> Vec<String> {
        let mut told = TOLD.lock().unwrap().clone();
        told.retain(|label| label.starts_with(prefix));
        told
    }
}

fn each_that_is_inserted_is_told_once(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Told, Part)>()?;
    let prefix = Uuid::now_v7().to_string();
    let drafts = |names: &[&str]| {
        let draft = |(at, name): (usize, &&str)| Told::new(format!("{prefix} {name}")).with_key(at as i64 + 1);
        names.iter().enumerate().map(draft).collect::<Vec<_>>()
    };
    let all = || Told::on_conflict(Told::LABEL).or_find();
    let told =
        || Told::told(&prefix).into_iter().map(|label| label[prefix.len() + 1..].to_string()).collect::<Vec<_>>();
    let given = all().insert_all(drafts(&["a", "b", "a", "c"]), db)?;
    assert_eq!(given.iter().map(|(_, is_new)| *is_new).collect::<Vec<_>>(), [true, true, false, true]);
    assert_eq!(told(), ["a", "b", "c"]);
    all().insert_all(drafts(&["a", "b"]), db)?;
    assert_eq!(told().len(), 3);
    db.transaction(|tx| {
        let mut more = drafts(&["0", "1", "2", "3", "d", "bad", "e"]).split_off(4);
        let error = all().insert_all(more.clone(), tx).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error:?}");
        drop(more.remove(1));
        all().insert_all(more, tx).map(drop)
    })?;
    assert_eq!(told(), ["a", "b", "c", "d", "bad", "d", "e"]);
    assert_eq!(Told::query().count(db)?, 5);
    // The database's own key, once.
    let (own, is_new) = Told::new("own").on_conflict(Told::LABEL).or_find().insert(db)?;
    assert!(is_new && own.id == 41 && own.slug == "own");
    let error = Told::new("other").on_conflict(Told::LABEL).or_find().insert(db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    Ok(())
}

fn what_is_found_has_relationships_as_every_row_has(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Told, Part)>()?;
    let told = Told::new("a").insert(db)?;
    Part::new(&told).insert(db)?;
    let (found, _) = Told::new("a").on_conflict(Told::LABEL).or_find().insert(db)?;
    assert_eq!(found.parts(db)?.len(), 1);
    assert!(found.raised(db).is_err());
    let (new, _) = Told::new("b").with_key(1).on_conflict(Told::LABEL).or_find().insert(db)?;
    assert_eq!(new.parts(db)?.len(), 0);
    Ok(())
}

fn what_only_reads_finds_what_is_there(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Told, Part)>()?;
    let there = Told::new("a").insert(db)?;
    let find = |label: &str| Told::new(label).on_conflict(Told::LABEL).or_find();
    let read_only = TransactionOptions::new().read_only();
    let found = db.transaction_with(read_only, |tx| find("a").insert(tx))?;
    assert_eq!(found, (there, false));
    let error = db.transaction_with(read_only, |tx| find("b").insert(tx)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}");
    let mut session = db.session_read_only()?;
    assert!(!session.upsert(find("a"))?.1);
    let error = session.upsert(find("b")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}");
    Ok(())
}

fn mistakes_say_what_to_do(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Told, Part)>()?;
    let other = "give `on_conflict` the columns of another unique constraint";
    let told = |message: String, words: &str| assert!(message.ends_with(words), "{message}");
    let by_slug = refused(Told::new("a").on_conflict(Told::SLUG).or_find().insert(db));
    told(by_slug, &format!("`Told::SLUG`, and that is left to the database: {other}"));
    let by_key = refused(Told::new("a").on_conflict(Told::ID).or_find().insert(db));
    told(by_key, &format!("left to the database: give the draft a value for it, or {other}"));
    let nested = || Told::new("n").with_children(Told::PARTS, [Part::new(Parent)]);
    let message = refused(nested().on_conflict(Told::LABEL).or_find().insert(db));
    told(message, "insert it without them, and then each of them with the key of the row that is given");
    let draft = {
        let mut session = db.session()?;
        Part::new(session.add(Told::new("x"))).with_key(1)
    };
    let message = refused(draft.on_conflict(Part::ID).or_find().insert(db));
    told(message, "give it to the session, by `add` or `upsert`");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "or_find_account", unique(first, last))]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    email: String,
    #[column(unique)]
    name: String,
    first: i64,
    last: i64,
}

fn account(number: i64) -> Draft<Account> {
    Account::new(format!("e{number}"), format!("n{number}"), number, number).with_key(number)
}

fn drafts_may_agree_in_more_than_one_constraint(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    macro_rules! by {
        ($($target:expr),*) => {$({
            let number = Account::query().count(db)? as i64 + 1;
            let drafts = [account(number), account(number)];
            let given = Account::on_conflict($target).or_find().insert_all(drafts, db)?;
            assert_eq!((given[0].1, given[1].1), (true, false), "{}", stringify!($target));
            assert_eq!(given[0].0, given[1].0);
        })*};
    }
    by!(Account::EMAIL, Account::NAME, Account::ID, (Account::FIRST, Account::LAST));
    Ok(())
}

fn what_breaks_another_constraint_is_told(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    account(1).insert(db)?;
    let broken = || account(2).set(Account::NAME, "n1");
    let statements = db.record();
    let columns = |error: Error| match error.kind() {
        ErrorKind::UniqueViolation { columns, .. } => columns.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(columns(broken().on_conflict(Account::EMAIL).or_find().insert(db).unwrap_err()), ["name"]);
    assert_eq!(statements.len(), 4);
    let all = || Account::on_conflict(Account::EMAIL).or_find();
    assert_eq!(columns(all().insert_all([account(3), broken(), account(4)], db).unwrap_err()), ["name"]);
    db.transaction(|tx| {
        let twins = [account(3), account(4).set(Account::NAME, "n3")];
        assert_eq!(columns(all().insert_all(twins, tx).unwrap_err()), ["name"]);
        // Nothing of that is left, and the transaction goes on.
        assert!(account(3).on_conflict(Account::EMAIL).or_find().insert(tx)?.1);
        Ok(())
    })?;
    assert_eq!(Account::query().order_by(Account::ID).select(Account::ID).all(db)?, [1, 3]);
    Ok(())
}

/// In orders that lock each other out, and where none sees what others commit meanwhile.
fn transactions_that_are_tried_again_agree_in_what_is_new(db: &Database) -> ormcore::Result<()> {
    const THREADS: i64 = 4;
    const ROWS: i64 = 12;
    db.create_tables::<Account>()?;
    let (start, new) = (Barrier::new(THREADS as usize), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (db, start, new) = (db.clone(), &start, &new);
            scope.spawn(move || {
                for round in 0..6 {
                    let options = match (number + round) % 3 {
                        0 => TransactionOptions::serializable(),
                        1 => TransactionOptions::repeatable_read(),
                        _ => TransactionOptions::new(),
                    };
                    let drafts = || {
                        let turned = |at| round * ROWS + if number % 2 == 0 { at } else { ROWS - 1 - at };
                        (0..ROWS).map(turned).map(account)
                    };
                    start.wait();
                    let given = db.transaction_with(options.retry(30), |tx| {
                        Account::on_conflict(Account::NAME).or_find().insert_all(drafts(), tx)
                    });
                    let given = given.unwrap();
                    assert!(
                        given.iter().zip(drafts()).all(|((row, _), draft)| format!("{draft:?}").contains(&row.name))
                    );
                    new.lock().unwrap().extend(given.into_iter().filter(|(_, is_new)| *is_new).map(|(row, _)| row.id));
                }
            });
        }
    });
    let mut new = new.into_inner().unwrap();
    new.sort_unstable();
    assert_eq!(new, Account::query().order_by(Account::ID).select(Account::ID).all(db)?);
    assert_eq!(new.len() as i64, 6 * ROWS);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "or_find_foreign")]
struct Foreign {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    label: Option<String>,
    #[column(unique)]
    code: Option<String>,
    #[column(unique)]
    ratio: Option<f64>,
    #[column(unique)]
    price: Option<Decimal>,
}

/// What is equal, the database says.
#[test]
fn types_of_tables_that_something_else_made_decide_what_is_equal() {
    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    let create = "CREATE COLLATION or_find_ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";
    if let Err(error) = db.execute(create, ()) {
        // Without ICU there is none.
        println!("skipped: {error}");
        return;
    }
    db.execute_script(
        "CREATE DOMAIN or_find_code AS varchar(8);
         CREATE TABLE or_find_foreign (id bigserial PRIMARY KEY, label text COLLATE or_find_ci UNIQUE,
             code or_find_code UNIQUE, ratio real UNIQUE, price numeric(10, 2) UNIQUE)",
    )
    .unwrap();
    let drafts = ["Ann", "aNN"].map(|label| Foreign::new().set(Foreign::LABEL, label));
    let given = Foreign::on_conflict(Foreign::LABEL).or_find().insert_all(drafts, db).unwrap();
    assert_eq!((given[0].1, given[1].1, &given[0].0), (true, false, &given[1].0));
    for is_first in [true, false] {
        let by_code = Foreign::new().set(Foreign::CODE, "x").on_conflict(Foreign::CODE).or_find().insert(db);
        let by_ratio = Foreign::new().set(Foreign::RATIO, 0.1).on_conflict(Foreign::RATIO).or_find().insert(db);
        assert_eq!((by_code.unwrap().1, by_ratio.unwrap().1), (is_first, is_first));
    }
    // Stored with less than it was looked for by.
    let by_price = || {
        let draft = Foreign::new().set(Foreign::PRICE, Decimal::new(1005, 3));
        draft.on_conflict(Foreign::PRICE).or_find().insert(db)
    };
    assert!(by_price().unwrap().1);
    let message = refused(by_price());
    assert!(message.contains("the type of a column changes what it is found by"), "{message}");
}

/// An index whose function takes its time holds a draft up, after it was checked that it meets nothing.
#[test]
fn another_was_faster_with_a_row_that_agrees_in_two_constraints() {
    let Some(fixture) = Fixture::postgres() else { return };
    let db = &fixture.db;
    db.execute_script(
        "CREATE TABLE or_find_account (id bigserial PRIMARY KEY, email text NOT NULL, name text NOT NULL, first bigint NOT NULL, last bigint NOT NULL);
         CREATE FUNCTION or_find_slow(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
             IF current_setting('ormcore.is_slow', true) = 'yes' THEN PERFORM pg_sleep(0.4); END IF; RETURN $1; END $$;
         CREATE INDEX ON or_find_account (or_find_slow(first));
         CREATE UNIQUE INDEX ON or_find_account (email);
         CREATE UNIQUE INDEX ON or_find_account (name)",
    )
    .unwrap();
    let draft = || Account::new("e", "n", 1, 1);
    let (start, other) = (Barrier::new(2), db.clone());
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            start.wait();
            thread::sleep(Duration::from_millis(150));
            draft().insert(&other).unwrap()
        });
        let found = db.transaction(|tx| {
            tx.execute("SET LOCAL ormcore.is_slow = 'yes'", ())?;
            start.wait();
            draft().on_conflict(Account::EMAIL).or_find().insert(tx)
        });
        let other = other.join().unwrap();
        assert_eq!(found.unwrap(), (other, false));
    });
}

on_every_backend!(
    values_of_all_types_are_looked_for_as_they_are_stored,
    each_that_is_inserted_is_told_once,
    what_is_found_has_relationships_as_every_row_has,
    what_only_reads_finds_what_is_there,
    mistakes_say_what_to_do,
    drafts_may_agree_in_more_than_one_constraint,
    what_breaks_another_constraint_is_told,
    transactions_that_are_tried_again_agree_in_what_is_new,
);
