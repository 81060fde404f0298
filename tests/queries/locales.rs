//! Text compares by code point wherever it comes from, also in a database that was made with the locale of a language.

use ormcore::prelude::*;
use ormcore::sql::{case, coalesce, count, func, greatest};
use ormcore_tests::{Server, ServerOptions};

#[derive(Model, Debug, Clone, PartialEq)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
}

#[derive(Row, Debug, Clone, PartialEq)]
struct Rank {
    person: i64,
    rank: String,
}

/// In English `apprentice` comes before `Member`, and before `Z`.
fn text_that_is_no_column_compares_by_code_point(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person,)>()?;
    Person::insert_all([Person::new("ann", 17), Person::new("bob", 40), Person::new("cy", 12)], db)?;
    let rank = || case().when(Person::AGE.lt(18), "apprentice").otherwise("Member");
    let ids = |query: Query<Person>| query.select(Person::ID).all(db);
    assert_eq!(ids(Person::query().order_by((rank(), Person::ID)))?, [2, 1, 3]);
    assert_eq!(ids(Person::query().filter(rank().lt("Z")))?, [2]);
    let ranks = Person::query().group_by(rank()).select((rank(), count())).order_by(rank());
    assert_eq!(ranks.all(db)?, [("Member".to_string(), 1), ("apprentice".to_string(), 2)]);
    assert_eq!(Person::query().select(rank().max()).one(db)?.as_deref(), Some("apprentice"));
    let rarely = case().when(Person::AGE.lt(18), "apprentice");
    assert_eq!(ids(Person::query().order_by((coalesce(rarely, "Member"), Person::ID)))?, [2, 1, 3]);
    assert_eq!(ids(Person::query().filter(greatest(rank(), "Z").eq("Z")))?, [2]);
    assert_eq!(ids(Person::query().order_by((rank().concat("!").trim(), Person::ID)))?, [2, 1, 3]);
    let last = || Person::query().select(rank().max()).scalar();
    assert_eq!(ids(Person::query().filter(last().lt("Z")))?, [] as [i64; 0]);
    assert_eq!(ids(Person::query().filter(last().gt("Z")).order_by(Person::ID))?, [1, 2, 3]);
    let derived = Person::query().select(Rank::columns(Person::ID, rank())).derived();
    let below = derived.clone().filter(Rank::RANK.lt("Z")).select(Rank::PERSON);
    assert_eq!(below.all(db)?, [2]);
    assert_eq!(derived.order_by((Rank::RANK, Rank::PERSON)).select(Rank::PERSON).all(db)?, [2, 1, 3]);
    let replaced = || func("replace", ("Apprentice", "A", "a")).returns::<String>();
    assert_eq!(Person::query().filter(replaced().lt("Z")).count(db)?, 0);
    assert_eq!(Person::query().filter(replaced().upper().lt("a")).count(db)?, 3);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct File {
    #[column(primary_key)]
    id: i64,
    hash: Vec<u8>,
}

/// A column that is no text says no collation.
fn text_that_is_made_of_other_columns_compares_by_code_point(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(File,)>()?;
    File::insert_all([b"h", b"\x04", b"l", b"\0"].map(|hash| File::new(hash.to_vec())), db)?;
    let hash = || func("encode", (File::HASH, "base64")).returns::<String>();
    assert_eq!(File::query().select(hash()).order_by(hash()).all(db)?, ["AA==", "BA==", "aA==", "bA=="]);
    assert_eq!(File::query().filter(hash().lt("a")).count(db)?, 2);
    let number = || func("replace", (File::ID.cast::<String>(), "1", "a")).returns::<String>();
    assert_eq!(File::query().select(number()).filter(File::ID.lt(3)).order_by(number()).all(db)?, ["2", "a"]);
    Ok(())
}

#[test]
fn a_text_column_says_how_what_is_made_of_it_compares() {
    let reversed = func("reverse", (Person::NAME, 1)).returns::<String>();
    let sql = Person::query().order_by(reversed).sql(&ormcore::sql::Postgres).unwrap().sql;
    assert!(!sql.contains("COLLATE"), "an index on the function is not made by another: {sql}");
}

#[test]
fn on_sqlite() {
    text_that_is_no_column_compares_by_code_point(&Database::connect("sqlite::memory:").unwrap()).unwrap();
}

#[test]
fn on_postgres_in_english() {
    let Some(server) = Server::start(ServerOptions::new()) else { return };
    let url = server.url();
    let create = "CREATE DATABASE english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'";
    if let Err(error) = Database::connect(&url).unwrap().execute(create, ()) {
        // Before PostgreSQL 15, and without ICU, there is none.
        println!("skipped: {error}");
        return;
    }
    let db = Database::connect(&url.replace("@/postgres?", "@/english?")).unwrap();
    assert!(db.query_as::<bool>("SELECT 'apprentice' < 'Member'", ()).unwrap()[0]);
    text_that_is_no_column_compares_by_code_point(&db).unwrap();
    text_that_is_made_of_other_columns_compares_by_code_point(&db).unwrap();
}
