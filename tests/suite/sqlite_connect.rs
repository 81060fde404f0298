//! SQLite's URLs and options, and what every connection is set to.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ormcore::backend::sqlite::{SqliteBackend, SqliteOptions, rusqlite};
use ormcore::plan::FromRow;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

/// A path in a folder that lives as long as the first value.
fn path(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    (folder, path)
}

fn ask<T: FromRow>(db: &Database, sql: &str) -> T {
    db.query_as::<T>(sql, ()).unwrap().remove(0)
}

/// Makes a table with one row in the file.
fn fill(path: &Path) {
    let db = Database::connect(&format!("sqlite:{}", path.display())).unwrap();
    db.execute("CREATE TABLE thing (name TEXT NOT NULL) STRICT", ()).unwrap();
    db.execute("INSERT INTO thing VALUES ('x')", ()).unwrap();
}

fn refused(url: &str) -> Error {
    let error = Database::connect(url).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connection { .. }), "{url}: {error:?}");
    error
}

/// Each connection of the pool would have a database of its own.
#[test]
fn a_uri_of_sqlites_own_is_refused_and_a_file_of_such_a_name_is_a_file() {
    for url in ["sqlite:file::memory:", "sqlite://file:app.db?mode=ro", "sqlite:file:/tmp/app.db"] {
        let message = refused(url).to_string();
        assert!(message.contains("write `sqlite:app.db` for a file, `sqlite::memory:` for"), "{message}");
    }
    let options = SqliteOptions::file("file:no-such-folder/app.db?mode=memory");
    let error = Database::with_backend(SqliteBackend::new(options)).unwrap_err();
    assert!(error.to_string().contains("does its folder exist"), "{error}");
    let message = refused("sqlite:./file:no-such-folder/app.db").to_string();
    assert!(message.contains("does its folder exist"), "{message}");
}

#[test]
fn every_form_of_url_names_its_file() {
    let (_folder, path) = path("app.db");
    let absolute = path.display();
    for url in [
        format!("sqlite:{absolute}"),
        format!("sqlite://{absolute}"),
        format!("SQLite:{absolute}"),
        format!("sqlite:{absolute}?mode=rwc"),
        format!("sqlite:{absolute}?"),
    ] {
        let db = Database::connect(&url).unwrap();
        db.execute("CREATE TABLE IF NOT EXISTS mark (n INTEGER)", ()).unwrap();
        db.execute("INSERT INTO mark VALUES (1)", ()).unwrap();
        assert_eq!(db.dialect().name(), "sqlite");
    }
    assert!(path.exists());
    assert_eq!(
        ask::<(i64,)>(&Database::connect(&format!("sqlite:{absolute}")).unwrap(), "SELECT count(*) FROM mark"),
        (5,)
    );
}

#[test]
fn memory_leaves_no_file() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite::memory:?busy_timeout=100"] {
        let db = Database::connect(url).unwrap();
        assert_eq!(ask::<(String,)>(&db, "SELECT file FROM pragma_database_list"), (String::new(),), "{url}");
    }
    assert!(!Path::new(":memory:").exists());
}

#[test]
fn a_relative_path_is_below_the_working_folder() {
    let name = format!("ormcore-test-{}.db", std::process::id());
    for url in [format!("sqlite:{name}?journal_mode=delete"), format!("sqlite://{name}?journal_mode=delete")] {
        let db = Database::connect(&url).unwrap();
        db.execute("CREATE TABLE IF NOT EXISTS mark (n INTEGER)", ()).unwrap();
    }
    assert!(Path::new(&name).exists());
    std::fs::remove_file(&name).unwrap();
}

#[test]
fn percent_signs_in_urls_are_decoded() {
    let (_folder, path) = path("my app?#%é.db");
    let encoded = format!("sqlite:{}/my%20app%3F%23%25%C3%A9.db", path.parent().unwrap().display());
    Database::connect(&encoded).unwrap().execute("CREATE TABLE mark (n INTEGER)", ()).unwrap();
    assert!(path.exists());
    let wrong = refused("sqlite:a%zz.db");
    assert!(wrong.to_string().contains("percent"), "{wrong}");
    refused("sqlite:a%00b.db");
}

#[test]
fn options_that_are_not_known_are_refused_by_name() {
    let error = refused("sqlite::memory:?mod=ro");
    assert!(error.to_string().contains("`mod`") && error.to_string().contains("`mode`"), "{error}");
    for (url, word) in [
        ("sqlite::memory:?mode=readonly", "ro, rw, rwc"),
        ("sqlite::memory:?synchronous=sometimes", "normal"),
        ("sqlite::memory:?journal_mode=x'; DROP TABLE a", "wal"),
        ("sqlite::memory:?busy_timeout=soon", "no number"),
        ("sqlite::memory:?busy_timeout=-1", "no number"),
        ("sqlite::memory:?busy_timeout=99999999999999999999", "no number"),
        ("sqlite::memory:?busy_timeout", "has no value"),
        ("sqlite:", "names no file"),
        ("sqlite://", "names no file"),
        ("mysql://localhost/app", "`mysql` is not known"),
        ("app.db", "no database URL"),
        ("", "no database URL"),
    ] {
        let error = refused(url);
        assert!(error.to_string().contains(word), "{url}: {error}");
    }
}

#[test]
fn options_of_the_url_are_set() {
    let (_folder, path) = path("app.db");
    let url = format!(
        "sqlite:{}?busy_timeout=1234&synchronous=NORMAL&journal_mode=truncate&statement_cache=0",
        path.display()
    );
    let db = Database::connect(&url).unwrap();
    assert_eq!(ask::<(i64,)>(&db, "PRAGMA busy_timeout"), (1234,));
    assert_eq!(ask::<(i64,)>(&db, "PRAGMA synchronous"), (1,));
    assert_eq!(ask::<(String,)>(&db, "PRAGMA journal_mode"), ("truncate".into(),));
}

#[test]
fn a_file_is_safe_and_strict_unless_told_otherwise() {
    let fixture = Fixture::sqlite_file();
    let db = &fixture.db;
    // Several connections: each is set up.
    let (_first, _second) = (db.test_transaction().unwrap(), ());
    assert_eq!(ask::<(String,)>(db, "PRAGMA journal_mode"), ("wal".into(),));
    assert_eq!(ask::<(i64,)>(db, "PRAGMA synchronous"), (2,), "FULL");
    assert_eq!(ask::<(i64,)>(db, "PRAGMA foreign_keys"), (1,));
    assert_eq!(ask::<(i64,)>(db, "PRAGMA busy_timeout"), (5000,));
    assert_eq!(ask::<(bool, bool)>(db, "SELECT 'a' LIKE 'A', 'a' LIKE 'a'"), (false, true));
}

#[test]
fn double_quotes_never_make_text() {
    for fixture in [Fixture::sqlite_memory(), Fixture::sqlite_file()] {
        let error = fixture.db.execute("SELECT \"no such column\"", ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        assert!(fixture.db.execute("CREATE TABLE t (a TEXT CHECK (a <> \"x\"))", ()).is_err());
        assert_eq!(ask::<(i64,)>(&fixture.db, "PRAGMA foreign_keys"), (1,));
        assert_eq!(ask::<(bool,)>(&fixture.db, "SELECT 'a' LIKE 'A'"), (false,));
    }
}

#[test]
fn the_plan_of_a_statement_does_not_depend_on_its_values() {
    use rusqlite::config::DbConfig;

    let db = Database::connect("sqlite::memory:").unwrap();
    let stable = db.with_driver(|connection: &mut rusqlite::Connection| {
        connection.db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG).unwrap()
    });
    assert!(stable.unwrap());
}

#[test]
fn a_missing_folder_is_named() {
    let error = refused("sqlite:/no/such/folder/app.db");
    assert!(error.to_string().contains("/no/such/folder/app.db") && error.to_string().contains("folder"), "{error}");
}

#[test]
fn a_folder_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused(&format!("sqlite:{}", folder.path().display()));
    assert!(error.to_string().contains(folder.path().to_str().unwrap()), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_found_out_when_it_is_opened() {
    let (_folder, path) = path("notes.txt");
    std::fs::write(&path, "these are notes, and no database at all. ".repeat(100)).unwrap();
    let before = std::fs::read(&path).unwrap();
    for options in ["", "?mode=ro", "?mode=rw", "?journal_mode=delete"] {
        let error = refused(&format!("sqlite:{}{options}", path.display()));
        assert!(error.to_string().contains("no SQLite database"), "{error}");
        assert!(error.to_string().contains("notes.txt"), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_in_memory_refuses_the_options_of_files() {
    for option in ["mode=ro", "synchronous=off", "journal_mode=delete"] {
        let error = refused(&format!("sqlite::memory:?{option}"));
        assert!(error.to_string().contains("is about a file"), "{error}");
    }
    Database::connect("sqlite::memory:?busy_timeout=1&statement_cache=8").unwrap();
}

#[test]
fn a_missing_file_is_made_by_rwc_alone() {
    let (_folder, path) = path("app.db");
    for mode in ["ro", "rw"] {
        refused(&format!("sqlite:{}?mode={mode}", path.display()));
        assert!(!path.exists());
    }
    Database::connect(&format!("sqlite:{}?mode=rwc", path.display())).unwrap();
    assert!(path.exists());
}

#[test]
fn read_only_reads_and_refuses_to_write() {
    let (_folder, path) = path("app.db");
    fill(&path);
    let db = Database::connect(&format!("sqlite:{}?mode=ro", path.display())).unwrap();
    assert_eq!(ask::<(String,)>(&db, "SELECT name FROM thing"), ("x".into(),));
    for error in [
        db.execute("INSERT INTO thing VALUES ('y')", ()).unwrap_err(),
        db.execute("CREATE TABLE other (n INTEGER)", ()).unwrap_err(),
        db.transaction(|tx| tx.execute("DELETE FROM thing", ())).unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}");
    }
    assert_eq!(ask::<(i64,)>(&db, "SELECT count(*) FROM thing"), (1,));
}

#[derive(Model, Debug)]
#[model(table = "ro_note", full_text(body))]
struct Note {
    #[column(primary_key)]
    id: i64,
    body: String,
}

#[derive(Model, Debug)]
#[model(table = "ro_letter", full_text(body))]
struct Letter {
    #[column(primary_key)]
    id: String,
    body: String,
}

#[test]
fn read_only_lacks_no_full_text_index_that_is_there() {
    let (_folder, path) = path("app.db");
    let url = format!("sqlite:{}", path.display());
    let db = Database::connect(&url).unwrap();
    db.create_tables::<(Note, Letter)>().unwrap();
    Note::new("a word").insert(&db).unwrap();
    Letter::new("a", "a word").insert(&db).unwrap();
    let read_only = Database::connect(&format!("{url}?mode=ro")).unwrap();
    read_only.create_tables::<(Note, Letter)>().unwrap();
    assert_eq!(Note::query().filter(Note::search("word").matches()).count(&read_only).unwrap(), 1);
    let trigger = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ft_ro_note%_insert'";
    let (trigger,) = ask::<(String,)>(&db, trigger);
    db.execute(format!("DROP TRIGGER \"{trigger}\""), ()).unwrap();
    let error = read_only.create_tables::<(Note, Letter)>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}");
    db.create_tables::<(Note, Letter)>().unwrap();
    Note::new("a second word").insert(&db).unwrap();
    assert_eq!(Note::query().filter(Note::search("word").matches()).count(&read_only).unwrap(), 2);
}

/// The permission binds every user but root, who runs containers; `?mode=ro` above holds for both.
#[test]
fn a_file_without_write_permission_is_read() {
    let (_folder, path) = path("app.db");
    fill(&path);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let may_write = std::fs::OpenOptions::new().append(true).open(&path).is_ok();
    let db = Database::connect(&format!("sqlite:{}", path.display())).unwrap();
    assert_eq!(ask::<(String,)>(&db, "SELECT name FROM thing"), ("x".into(),));
    match db.execute("INSERT INTO thing VALUES ('y')", ()) {
        Ok(_) => assert!(may_write),
        Err(error) => assert!(!may_write && matches!(error.kind(), ErrorKind::ReadOnly { .. }), "{error:?}"),
    }
}

#[test]
fn options_are_given_as_a_value_too() {
    let (_folder, path) = path("app.db");
    let db = Database::with_backend(SqliteBackend::new(SqliteOptions::file(&path))).unwrap();
    db.execute("CREATE TABLE mark (n INTEGER)", ()).unwrap();
    assert!(path.exists());
    let db = Database::with_backend(SqliteBackend::new(SqliteOptions::memory())).unwrap();
    assert_eq!(ask::<(String,)>(&db, "SELECT file FROM pragma_database_list"), (String::new(),));
    let db = Database::with_backend(SqliteBackend::new(SqliteOptions::file(":memory:"))).unwrap();
    db.transaction(|_| db.execute("SELECT 1", ()).map(drop)).unwrap_err();
}

#[test]
fn on_connect_runs_on_each_new_connection() {
    let (_folder, path) = path("app.db");
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let db = Database::builder(&format!("sqlite:{}", path.display()))
        .on_connect(|connection| connection.execute_script("PRAGMA cache_size = -1234; PRAGMA recursive_triggers = ON"))
        .on_connect(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .connect()
        .unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    db.transaction(|tx| {
        for executor in [Db::from(tx), Db::from(&db)] {
            assert_eq!(executor.query_as::<(i64,)>("PRAGMA cache_size", ())?, [(-1234,)]);
            assert_eq!(executor.query_as::<(i64,)>("PRAGMA recursive_triggers", ())?, [(1,)]);
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[test]
fn a_hook_that_fails_fails_the_connection_and_gives_its_place_back() {
    let (_folder, path) = path("app.db");
    let calls = AtomicUsize::new(0);
    let db = Database::builder(&format!("sqlite:{}", path.display()))
        .max_connections(2)
        .checkout_timeout(Duration::from_millis(50))
        .on_connect(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
            1 | 2 => Err(Error::other("not now")),
            _ => Ok(()),
        })
        .connect()
        .unwrap();
    db.transaction(|_| {
        for _ in 0..2 {
            let error = db.execute("SELECT 1", ()).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Other), "{error:?}");
        }
        db.execute("SELECT 1", ())
    })
    .unwrap();
    let refused = Database::builder("sqlite::memory:").on_connect(|_| Err(Error::other("never"))).connect();
    assert!(matches!(refused.unwrap_err().kind(), ErrorKind::Other));
}

#[test]
fn the_drivers_own_connection_is_lent() {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.execute("CREATE TABLE t (n INTEGER)", ()).unwrap();
    let count = db.with_driver(|connection: &mut rusqlite::Connection| {
        connection.execute("INSERT INTO t VALUES (1), (2)", []).unwrap();
        connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).unwrap()
    });
    assert_eq!(count.unwrap(), 2);
    assert_eq!(ask::<(i64,)>(&db, "SELECT count(*) FROM t"), (2,));
    let inside = db.transaction(|tx| {
        tx.execute("INSERT INTO t VALUES (3)", ())?;
        tx.with_driver(|connection: &mut rusqlite::Connection| {
            connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).unwrap()
        })
    });
    assert_eq!(inside.unwrap(), 3);
    let other = db.with_driver(|_: &mut String| ()).unwrap_err();
    assert!(matches!(other.kind(), ErrorKind::Usage { .. }), "{other:?}");
    assert!(other.to_string().contains("String"), "{other}");
}
