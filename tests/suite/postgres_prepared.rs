//! Statements that a connection keeps prepared: what becomes of them when tables change, and how many there are.

use ormcore::Value;
use ormcore::backend::Statement;
use ormcore::backend::postgres::ServerError;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::postgres_connect::{one, says};
use crate::postgres_pipeline::Batch;

fn single(url: &str) -> Database {
    Database::builder(url).max_connections(1).connect().unwrap()
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_shape")]
struct Shape {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[test]
fn a_statement_whose_columns_changed_is_prepared_anew() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, other) = (single(fixture.url()), single(fixture.url()));
    db.create_tables::<Shape>().unwrap();
    Shape::new("a").insert(&db).unwrap();
    let all = |db: &Database| db.query_as::<(i64, String)>("SELECT * FROM pg_shape", ());
    assert_eq!(all(&db).unwrap(), [(1, "a".to_string())]);
    other.execute("ALTER TABLE pg_shape ADD COLUMN n integer", ()).unwrap();
    let three = || db.query_as::<(i64, String, Option<i32>)>("SELECT * FROM pg_shape", ());
    assert_eq!(three().unwrap(), [(1, "a".to_string(), None)], "at once");
    other.execute("ALTER TABLE pg_shape DROP COLUMN n", ()).unwrap();
    let mut runs = 0;
    let found = db.transaction_with(TransactionOptions::new().retry(1), |tx| {
        runs += 1;
        Shape::query().count(tx)?;
        tx.query_as::<(i64, String)>("SELECT * FROM pg_shape", ())
    });
    assert_eq!((found.unwrap().len(), runs), (1, 2));
    other.execute("ALTER TABLE pg_shape ADD COLUMN n integer", ()).unwrap();
    let behind_another = db.transaction(|tx| {
        Shape::query().count(tx)?;
        tx.query_as::<(i64, String)>("SELECT * FROM pg_shape", ())
    });
    let error = behind_another.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert!(format!("{error:?}").contains("cached plan"), "{error:?}");
    assert_eq!(three().unwrap().len(), 1);
}

#[test]
fn long_sql_of_the_program_is_not_kept_by_the_server() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.execute("CREATE TABLE pg_long (n bigint, t text)", ()).unwrap();
    let insert = |rows: i64| {
        let values: Vec<String> = (1..=rows).map(|n| format!("({n} + $1, 'row {n}')")).collect();
        db.execute(format!("INSERT INTO pg_long VALUES {}", values.join(", ")), (1000,)).unwrap()
    };
    assert_eq!((insert(2), insert(3000), insert(3000), insert(2)), (2, 3000, 3000, 2));
    assert_eq!(one::<(i64, i64)>(&db, "SELECT count(*), sum(n)::bigint FROM pg_long"), (6004, 6004 * 1000 + 9_003_006));
    let kept = "SELECT count(*), max(length(statement))::bigint FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO pg_long%'";
    let (statements, longest) = one::<(i64, i64)>(&db, kept);
    assert!(statements == 1 && longest < 100, "{statements} statements, {longest}");
}

#[test]
fn a_parameter_whose_type_changed_is_asked_for_anew() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, other) = (single(fixture.url()), single(fixture.url()));
    db.execute("CREATE TABLE pg_type_changes (n integer)", ()).unwrap();
    let find = |n: i64| db.query_as::<(i64,)>("SELECT count(*) FROM pg_type_changes WHERE n = $1", (n,)).unwrap();
    assert_eq!(find(1), [(0,)]);
    other.execute("ALTER TABLE pg_type_changes ALTER COLUMN n TYPE bigint", ()).unwrap();
    assert_eq!(find(1 << 40), [(0,)], "which did not fit before");
    other.execute("ALTER TABLE pg_type_changes ALTER COLUMN n TYPE text", ()).unwrap();
    let find = |n: &str| db.query_as::<(i64,)>("SELECT count(*) FROM pg_type_changes WHERE n = $1", (n,)).unwrap();
    assert_eq!(find("1"), [(0,)]);
}

#[test]
fn in_a_transaction_that_has_begun_a_parameter_whose_type_changed_is_a_conflict() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let other = single(fixture.url());
    let retype = |kind: &str| {
        let sql = format!("ALTER TABLE pg_conflicts ALTER COLUMN n TYPE {kind} USING n::{kind}");
        other.execute(sql, ()).map(drop).unwrap();
    };
    let count = "SELECT count(*) FROM pg_conflicts WHERE n = $1";
    let update = "UPDATE pg_conflicts SET n = n WHERE n = $1";
    for pooler in ["", "&pooler=transaction"] {
        let db = single(&format!("{}{pooler}", fixture.url()));
        other.execute("CREATE TABLE pg_conflicts (n integer)", ()).unwrap();
        db.query_as::<(i64,)>(count, (1,)).unwrap();
        db.execute(update, (1,)).unwrap();
        retype("text");
        let mut runs = 0;
        let found = db.transaction_with(TransactionOptions::new().retry(1), |tx| {
            runs += 1;
            tx.execute("SELECT 1", ())?;
            Ok::<_, Error>((tx.query_as::<(i64,)>(count, ("1",))?, tx.execute(update, ("1",))?))
        });
        assert_eq!((found.unwrap(), runs), ((vec![(0,)], 0), 2), "both are prepared anew at once");
        retype("integer");
        db.query_as::<(i64,)>(count, (1,)).unwrap();
        retype("text");
        let behind_another = db.transaction(|tx| {
            tx.execute("SELECT 1", ())?;
            tx.query_as::<(i64,)>(count, ("1",))
        });
        let error = behind_another.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Serialization), "{error:?}");
        assert_eq!(error.downcast_ref::<ServerError>().map(ServerError::code), Some("42883"));
        assert_eq!(error.statement(), Some(count));
        // What was prepared by the very transaction is no conflict.
        let wrong = "SELECT count(*) FROM pg_conflicts WHERE n = $1::integer";
        let error = db.transaction(|tx| tx.query_as::<(i64,)>(wrong, (1,))).unwrap_err();
        assert!(!error.is_retryable(), "{error:?}");
        other.execute("DROP TABLE pg_conflicts", ()).unwrap();
    }
}

#[test]
fn a_number_that_fits_by_now_is_sent_in_an_open_transaction_too() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, other) = (single(fixture.url()), single(fixture.url()));
    db.execute("CREATE TABLE pg_grows (n integer)", ()).unwrap();
    let insert = "INSERT INTO pg_grows VALUES ($1)";
    db.execute(insert, (1,)).unwrap();
    other.execute("ALTER TABLE pg_grows ALTER COLUMN n TYPE bigint", ()).unwrap();
    // BEGIN goes out with it.
    db.transaction(|tx| tx.execute(insert, (1_i64 << 40,))).unwrap();
    other.execute("TRUNCATE pg_grows", ()).unwrap();
    other.execute("ALTER TABLE pg_grows ALTER COLUMN n TYPE integer", ()).unwrap();
    let db = single(fixture.url());
    db.execute(insert, (1,)).unwrap();
    let ended = db.transaction(|tx| {
        tx.execute(insert, (2,))?;
        let error = tx.execute(insert, (1_i64 << 40,)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
        // Nothing of it was sent.
        tx.execute(insert, (3,))
    });
    assert_eq!(ended.unwrap(), 1);
    other.execute("ALTER TABLE pg_grows ALTER COLUMN n TYPE bigint", ()).unwrap();
    db.transaction(|tx| {
        tx.execute("SELECT 1", ())?;
        tx.execute(insert, (1_i64 << 40,))
    })
    .unwrap();
    assert_eq!(one::<(i64, i64)>(&other, "SELECT count(*), max(n) FROM pg_grows"), (4, 1 << 40));
}

#[test]
fn a_number_that_fits_by_now_is_sent_behind_other_statements_too() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, retype) = shelf(fixture.url());
    let large = 1_i64 << 40;
    let page = |views: i64| Book::query().filter(Book::VIEWS.eq(views)).order_by(Book::ID).paginate(1, 20, &db);
    let with = |views: i64| {
        let films = Shelf::FILMS.selectin().filter(Film::VIEWS.eq(views));
        Shelf::query().with(Shelf::BOOKS.selectin()).with(films).one(&db)
    };
    let add = |views: [i64; 3]| {
        let insert = Statement::count("INSERT INTO pg_film (shelf_id, views) VALUES (1, $1)").times(3);
        let count = Statement::rows("SELECT count(*) FROM pg_film");
        let batch = Batch::new(vec![count, insert], move |statement, execution| {
            if statement == 0 { Vec::new() } else { vec![Value::Int(views[execution])] }
        });
        db.transaction(|tx| tx.run(batch))
    };
    page(5).unwrap();
    with(7).unwrap();
    retype("pg_book", "views", "bigint");
    retype("pg_film", "views", "bigint");
    assert_eq!(page(large).unwrap().total, 0);
    assert_eq!(with(large).unwrap().films.loaded().map(<[_]>::len), Some(0));
    retype("pg_film", "views", "integer");
    add([1, 2, 3]).unwrap();
    retype("pg_film", "views", "bigint");
    add([1, 2, large]).unwrap();
    assert_eq!(Film::query().count(&db).unwrap(), 7, "each was written once");
}

#[test]
fn a_type_of_the_databases_own_that_was_replaced_is_asked_for_anew() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let other = single(fixture.url());
    let insert = "INSERT INTO pg_feels (mood) VALUES ($1)";
    let replace = || {
        for sql in [
            "ALTER TYPE pg_mood RENAME TO pg_mood_old",
            "CREATE TYPE pg_mood AS ENUM ('sad', 'glad')",
            "ALTER TABLE pg_feels ALTER mood TYPE pg_mood USING mood::text::pg_mood",
            "DROP TYPE pg_mood_old",
        ] {
            other.execute(sql, ()).unwrap();
        }
    };
    other.execute("CREATE TYPE pg_mood AS ENUM ('sad', 'glad')", ()).unwrap();
    other.execute("CREATE TABLE pg_feels (mood pg_mood)", ()).unwrap();
    for pooler in ["", "&pooler=transaction"] {
        let db = single(&format!("{}{pooler}", fixture.url()));
        db.execute(insert, ("sad",)).unwrap();
        replace();
        assert_eq!(db.execute(insert, ("glad",)).unwrap(), 1);
        replace();
        let mut runs = 0;
        let inserted = db.transaction_with(TransactionOptions::new().retry(1), |tx| {
            runs += 1;
            tx.execute("SELECT 1", ())?;
            tx.execute(insert, ("glad",))
        });
        assert_eq!((inserted.unwrap(), runs), (1, 2));
        let error = db.execute(insert, ("so so",)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Database { .. }) && !error.is_retryable(), "{error:?}");
    }
    assert_eq!(one::<(i64,)>(&other, "SELECT count(*) FROM pg_feels"), (6,));
}

#[test]
fn a_transaction_that_changes_a_table_sees_it_as_it_is_then() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.create_tables::<Shape>().unwrap();
    db.transaction(|tx| {
        tx.query_as::<(i64, String)>("SELECT * FROM pg_shape", ())?;
        tx.execute("ALTER TABLE pg_shape ADD COLUMN n integer", ())?;
        tx.query_as::<(i64, String, Option<i32>)>("SELECT * FROM pg_shape", ())
    })
    .unwrap();
    db.query_as::<(i64, String, Option<i32>)>("SELECT * FROM pg_shape", ()).unwrap();
}

#[test]
fn what_sql_of_ones_own_has_forgotten_is_prepared_anew() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    for forget in ["DEALLOCATE ALL", "DISCARD ALL", "DISCARD PLANS"] {
        assert_eq!(one::<(i32,)>(&db, "SELECT 1"), (1,));
        db.execute(forget, ()).unwrap();
        assert_eq!(one::<(i32,)>(&db, "SELECT 1"), (1,), "{forget}");
    }
    db.transaction(|tx| {
        tx.query_as::<(i32,)>("SELECT 1", ())?;
        tx.execute("DEALLOCATE ALL", ())?;
        tx.query_as::<(i32,)>("SELECT 1", ())
    })
    .unwrap();
    // Nobody sees this one.
    db.execute(
        "CREATE FUNCTION pg_forget() RETURNS integer LANGUAGE plpgsql AS \
         $$ BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN 1; END $$",
        (),
    )
    .unwrap();
    db.query_as::<(i32,)>("SELECT 2", ()).unwrap();
    db.execute("SELECT pg_forget()", ()).unwrap();
    assert_eq!(one::<(i32,)>(&db, "SELECT 2"), (2,));
    db.execute("SELECT pg_forget()", ()).unwrap();
    let behind_another = db.transaction(|tx| {
        tx.query_as::<(i32,)>("SELECT 3", ())?;
        tx.query_as::<(i32,)>("SELECT 2", ())
    });
    let error = behind_another.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { code, .. } if code.as_deref() == Some("26000")), "{error:?}");
    assert_eq!(one::<(i32,)>(&db, "SELECT 2"), (2,));
}

#[test]
fn a_statement_that_was_prepared_by_name_is_gone_for_the_next_user() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    for _ in 0..2 {
        db.execute("PREPARE mine AS SELECT 1", ()).unwrap();
        assert_eq!(one::<(i64,)>(&db, "SELECT count(*) FROM pg_prepared_statements WHERE name = 'mine'"), (0,));
    }
}

#[test]
fn no_more_statements_are_kept_than_that() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    for number in 0..1000 {
        assert_eq!(one::<(i32,)>(&db, &format!("SELECT {number}")), (number,));
    }
    let kept = || one::<(i64,)>(&db, "SELECT count(*) FROM pg_prepared_statements").0;
    assert!((200..=257).contains(&kept()), "{}", kept());
    // The last ones are still prepared: what was used last is kept.
    let is_kept = |number: i32| {
        let sql = "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1";
        db.query_as::<(i64,)>(sql, (format!("SELECT {number}"),)).unwrap() == [(1,)]
    };
    assert!(is_kept(999) && is_kept(900) && !is_kept(1) && !is_kept(600));
    for number in 0..50 {
        assert!(db.execute(format!("SELECT wrong_{number}"), ()).is_err());
    }
    assert!((200..=257).contains(&kept()));
}

#[test]
fn what_ran_before_it_failed_is_not_run_again() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.execute("CREATE TABLE pg_log (n integer)", ()).unwrap();
    let count = || one::<(i64,)>(&db, "SELECT count(*) FROM pg_log").0;
    // Of what is prepared these are the signs that it is so no more.
    let failures = [
        "PERFORM missing()",
        "PERFORM 1 = (SELECT 'a'::text)",
        "RAISE EXCEPTION 'x' USING ERRCODE = '26000'",
        "RAISE EXCEPTION 'x' USING ERRCODE = '42804'",
        "RAISE EXCEPTION 'x' USING ERRCODE = '42846'",
    ];
    for (number, failure) in (1..).zip(failures) {
        let sql = format!("DO $$ BEGIN INSERT INTO pg_log VALUES (1); COMMIT; {failure}; END $$");
        db.execute(&*sql, ()).unwrap_err();
        assert_eq!(count(), number, "{failure}");
    }
    // A sequence is not taken back with its transaction.
    db.execute("CREATE SEQUENCE pg_calls", ()).unwrap();
    db.execute(
        "CREATE FUNCTION pg_call() RETURNS integer LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM nextval('pg_calls'); PERFORM missing(); RETURN 1; END $$",
        (),
    )
    .unwrap();
    for calls in 1..=2 {
        db.query_as::<(i32,)>("SELECT pg_call()", ()).unwrap_err();
        assert_eq!(one::<(i64,)>(&db, "SELECT last_value FROM pg_calls"), (calls,));
    }
}

#[test]
fn a_column_whose_type_changed_is_not_read_in_the_form_of_the_old_one() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let other = single(fixture.url());
    // Where nothing is kept prepared, the statement itself is taken as it is.
    let db = single(&format!("{}&pooler=transaction", fixture.url()));
    other.execute("CREATE TABLE pg_retyped (n numeric)", ()).unwrap();
    other.execute("INSERT INTO pg_retyped VALUES (1234)", ()).unwrap();
    let sql = "SELECT n FROM pg_retyped";
    let retype = |kind: &str| {
        let ended = other.execute(format!("ALTER TABLE pg_retyped ALTER n TYPE {kind} USING n::{kind}"), ());
        ended.map(drop).unwrap();
    };
    let decimal = || db.query_as::<(rust_decimal::Decimal,)>(sql, ()).map(|rows| rows[0].0.to_string());
    assert_eq!(decimal().unwrap(), "1234");
    retype("integer");
    assert_eq!(one::<(Option<i32>,)>(&db, sql), (Some(1234),), "four characters are no binary integer");
    assert_eq!(one::<(i32,)>(&db, sql), (1234,));
    // Its binary form is no text, and the next time it is asked for as one.
    retype("numeric");
    says(&decimal().unwrap_err(), &["run the statement again"]);
    assert_eq!(decimal().unwrap(), "1234");
    retype("real");
    assert!(db.query_as::<(Option<f64>,)>(sql, ()).is_ok_and(|rows| rows == [(Some(1234.0),)]));
    retype("numeric");
    assert_eq!(decimal().unwrap(), "1234");
    retype("bigint");
    assert!(db.query_as::<(i64,)>(sql, ()).is_ok_and(|rows| rows == [(1234,)]));
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_lacking")]
struct Lacking {
    #[column(primary_key)]
    id: i64,
    missing: i32,
}

#[test]
fn what_was_prepared_beside_a_refused_statement_is_not_kept_for_ever() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.execute("CREATE TABLE pg_lacking (id bigint PRIMARY KEY)", ()).unwrap();
    for _ in 0..30 {
        let error = Lacking::query().paginate(1, 20, &db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    }
    let (kept,) = one::<(i64,)>(&db, "SELECT count(*) FROM pg_prepared_statements");
    assert!(kept < 10, "{kept}");
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_shelf")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    books: HasMany<Book>,
    #[relationship]
    films: HasMany<Film>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_book")]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
    views: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_film")]
struct Film {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
    views: i64,
}

/// A shelf with two books and a film, and what changes a column of a table, over a connection of its own.
fn shelf(url: &str) -> (Database, impl Fn(&str, &str, &str)) {
    let (db, other) = (single(url), single(url));
    db.create_tables::<(Shelf, Book, Film)>().unwrap();
    let retype = move |table: &str, column: &str, kind: &str| {
        other.execute(format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}"), ()).map(drop).unwrap();
    };
    retype("pg_book", "views", "integer");
    retype("pg_book", "id", "integer");
    retype("pg_film", "views", "integer");
    Shelf::new("a").insert(&db).unwrap();
    Book::insert_all([Book::new(1, 5), Book::new(1, 6)], &db).unwrap();
    Film::new(1, 7).insert(&db).unwrap();
    (db, retype)
}

#[test]
fn what_was_read_before_a_stale_statement_is_kept_and_the_rest_is_prepared_anew() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, retype) = shelf(fixture.url());
    let page = || Book::query().order_by(Book::ID).paginate(1, 20, &db).map(|page| (page.total, page.items.len()));
    assert_eq!(page().unwrap(), (2, 2));
    retype("pg_book", "views", "bigint");
    assert_eq!(page().unwrap(), (2, 2));
    let all = || Shelf::query().with(Shelf::BOOKS).with(Shelf::FILMS).one(&db);
    let counts = |shelf: Shelf| (shelf.books.loaded().unwrap().len(), shelf.films.loaded().unwrap().len());
    assert_eq!(counts(all().unwrap()), (2, 1));
    retype("pg_film", "views", "bigint");
    assert_eq!(counts(all().unwrap()), (2, 1));
    retype("pg_film", "views", "integer");
    retype("pg_book", "views", "integer");
    assert_eq!(counts(all().unwrap()), (2, 1));
}

#[test]
fn a_transaction_whose_first_statement_is_stale_begins_again() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, retype) = shelf(fixture.url());
    let some = || [Book::new(1, 8), Book::new(1, 9)];
    Book::insert_all(some(), &db).unwrap();
    retype("pg_book", "id", "bigint");
    Book::insert_all(some(), &db).unwrap();
    let isolation = |tx: &Transaction| tx.query_as::<(String,)>("SHOW transaction_isolation", ());
    for kind in ["integer", "bigint"] {
        retype("pg_book", "id", kind);
        let read = db.transaction_with(TransactionOptions::serializable(), |tx| {
            let books = tx.savepoint(|tx| Book::query().all(tx))?;
            Ok::<_, Error>((books.len(), isolation(tx)?))
        });
        assert_eq!(read.unwrap(), (6, vec![("serializable".to_string(),)]), "{kind}");
    }
    // Behind another statement it is a conflict: what that one read, or locked, is gone with the transaction.
    retype("pg_book", "id", "integer");
    let error = db.transaction(|tx| isolation(tx).and_then(|_| Book::query().all(tx))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Serialization), "{error:?}");
    Book::query().paginate(1, 20, &db).unwrap();
    retype("pg_book", "id", "bigint");
    let error = db.transaction(|tx| Book::query().paginate(1, 20, tx)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Serialization), "{error:?}");
    assert_eq!(Book::query().count(&db).unwrap(), 6);
}

#[test]
fn what_was_written_before_a_stale_statement_is_not_written_twice() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let (db, retype) = shelf(fixture.url());
    let run = || {
        let write = Statement::count("INSERT INTO pg_film (shelf_id, views) VALUES (1, 1)");
        let statements = vec![write, Statement::rows("SELECT * FROM pg_book")];
        db.run(Batch::new(statements, |_, _| Vec::<Value<'static>>::new()))
    };
    run().unwrap();
    retype("pg_book", "views", "bigint");
    let error = run().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Serialization), "{error:?}");
    assert_eq!(Film::query().count(&db).unwrap(), 2, "it was undone");
    run().unwrap();
}
