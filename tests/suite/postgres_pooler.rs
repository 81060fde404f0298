//! Behind pgbouncer, which gives each transaction another connection to the server.

use std::env;
use std::process::{Command, Stdio};
use std::thread;

use ormcore::prelude::*;
use ormcore_tests::{Pooler, Server, ServerOptions};

use crate::postgres_connect::{one, refused, says};

fn pooled() -> Option<(Server, Pooler)> {
    let server = Server::start(ServerOptions::new())?;
    let pooler = Pooler::start(&server)?;
    Some((server, pooler))
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pooled")]
struct Pooled {
    #[column(primary_key)]
    id: i64,
    name: String,
    at: Option<chrono::DateTime<chrono::Utc>>,
}

/// Ten thousand statements of a few texts, whose answers are known.
fn use_it(url: &str, seed: i64) {
    let db = Database::connect(url).unwrap();
    for number in (seed..).take(2000) {
        assert_eq!(db.query_as::<(i64,)>("SELECT $1::bigint + 1", (number,)).unwrap(), [(number + 1,)]);
        let (text, length) = (format!("t{number}"), number.to_string().len() as i32 + 1);
        let found = db.query_as::<(String, i32)>("SELECT $1::text, length($1)", (&text,)).unwrap();
        assert_eq!(found, [(text.clone(), length)]);
        let found = db.query_as::<(bool, f64)>("SELECT $1 > 5, $1::float8 / 2", (number,)).unwrap();
        assert_eq!(found, [(number > 5, number as f64 / 2.0)]);
        let found = db.transaction(|tx| {
            let row = Pooled::new(&text).insert(tx)?;
            Pooled::find(row.id, tx)
        });
        assert_eq!(found.unwrap().name, text);
    }
}

/// How the process that [`a_process_of_its_own`] is finds the pooler.
const URL: &str = "ORMCORE_TEST_POOLER";

#[test]
#[ignore = "a part of the test below, which runs it in a process of its own"]
fn a_process_of_its_own() {
    let Ok(url) = env::var(URL) else { return };
    use_it(&url, 1_000_000);
}

#[test]
fn two_processes_get_their_own_answers() {
    let Some((server, pooler)) = pooled() else { return };
    Database::connect(&server.url()).unwrap().create_tables::<Pooled>().unwrap();
    // It is found out: the number that the pooler gives is not the server's.
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "postgres_pooler::a_process_of_its_own", "--ignored"])
        .env(URL, pooler.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    thread::scope(|scope| {
        for number in 1..=6 {
            let url = format!("{}&pooler=transaction", pooler.url());
            scope.spawn(move || use_it(&url, number * 10_000));
        }
    });
    assert!(child.wait().unwrap().success());
    let db = Database::connect(&server.url()).unwrap();
    assert_eq!(Pooled::query().count(&db).unwrap(), 14_000);
    assert_eq!(one::<(i64,)>(&db, "SELECT max(id) FROM pooled").0, 14_000);
}

#[test]
fn a_pooler_is_found_out_and_nothing_is_named_there() {
    let Some((server, pooler)) = pooled() else { return };
    let named = "SELECT count(*) FROM pg_prepared_statements";
    let count = |url: &str| one::<(i64,)>(&Database::connect(url).unwrap(), named).0;
    assert_eq!((count(&pooler.url()), count(&server.url())), (0, 1));
    assert_eq!(count(&format!("{}&pooler=transaction", server.url())), 0);
    assert_eq!(count(&format!("{}&pooler=session", pooler.url())), 1);
}

#[test]
fn tables_that_change_behind_a_pooler_are_seen() {
    let Some((server, pooler)) = pooled() else { return };
    let (db, other) = (Database::connect(&pooler.url()).unwrap(), Database::connect(&server.url()).unwrap());
    other.execute("CREATE TABLE changing (n integer)", ()).unwrap();
    let find = |n: i64| db.query_as::<(i64,)>("SELECT count(*) FROM changing WHERE n = $1", (n,)).unwrap();
    assert_eq!((find(1), db.query_as::<(i32,)>("SELECT * FROM changing", ()).unwrap()), (vec![(0,)], vec![]));
    other.execute("ALTER TABLE changing ADD t text", ()).unwrap();
    assert!(db.query_as::<(i32, String)>("SELECT * FROM changing", ()).unwrap().is_empty());
    other.execute("ALTER TABLE changing ALTER n TYPE bigint, DROP t", ()).unwrap();
    other.execute("INSERT INTO changing VALUES (5000000000)", ()).unwrap();
    assert_eq!(db.query_as::<(i64,)>("SELECT * FROM changing", ()).unwrap(), [(5_000_000_000,)]);
    assert_eq!(find(5_000_000_000), [(1,)]);
    other.execute("ALTER TABLE changing ALTER n TYPE text", ()).unwrap();
    let found = db.query_as::<(i64,)>("SELECT count(*) FROM changing WHERE n = $1", ("5000000000",)).unwrap();
    assert_eq!(found, [(1,)]);
}

#[test]
fn what_a_pooler_cannot_keep_is_refused_in_words() {
    let Some((_server, pooler)) = pooled() else { return };
    for setting in ["options=-cwork_mem%3D5MB", "statement_timeout=1000"] {
        let error = refused(&format!("{}&{setting}", pooler.url()));
        says(&error, &["startup parameter", "ALTER ROLE", ".s.PGSQL."]);
    }
    Database::connect(&format!("{}&application_name=shop", pooler.url())).unwrap();
}

#[test]
fn errors_and_transactions_behind_a_pooler_are_as_everywhere() {
    let Some((server, pooler)) = pooled() else { return };
    let db = Database::connect(&pooler.url()).unwrap();
    Database::connect(&server.url()).unwrap().create_tables::<Pooled>().unwrap();
    let undone = db.transaction(|tx| {
        Pooled::new("a").insert(tx)?;
        tx.savepoint(|tx| tx.execute("SELECT 1 / 0", ())).unwrap_err();
        Pooled::new("b").insert(tx)?;
        Err::<(), _>(Error::rollback("enough"))
    });
    assert!(matches!(undone.unwrap_err().kind(), ErrorKind::Rollback { .. }));
    let drafts = (0..500).map(|number| Pooled::new(format!("{number}")));
    Pooled::insert_all(drafts, &db).unwrap();
    assert_eq!(Pooled::query().count(&db).unwrap(), 500);
    assert!(db.execute("SELECT wrong", ()).is_err());
    db.execute("BEGIN", ()).unwrap();
    assert_eq!(one::<(i32,)>(&db, "SELECT 1"), (1,));
    server.restart();
    let failed = (0..20).filter(|_| db.execute("SELECT 1", ()).is_err()).count();
    assert!(failed <= 8, "{failed}: one for each connection of the pooler, at most");
    assert_eq!(one::<(i32,)>(&db, "SELECT 1"), (1,));
}
