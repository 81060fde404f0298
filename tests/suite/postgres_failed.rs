//! A transaction in which a statement failed, and what errors say and hide.

use ormcore::Value;
use ormcore::backend::Statement;
use ormcore::backend::postgres::ServerError;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::postgres_connect::{one, says};
use crate::postgres_pipeline::Batch;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_login")]
struct Login {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    password: Secret<String>,
    #[column(server_default = "1")]
    stars: i32,
}

fn fill(db: &Database) {
    db.create_tables::<Login>().unwrap();
    Login::new("hunter2").insert(db).unwrap();
}

#[test]
fn what_follows_an_error_says_what_to_do() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    fill(db);
    let error = db
        .transaction(|tx| {
            assert!(Login::new("hunter2").insert(tx).unwrap_err().is_unique_violation());
            let followed = [
                Login::query().count(tx).map(drop).unwrap_err(),
                tx.execute("SELECT 1", ()).unwrap_err(),
                Login::new("other").insert(tx).unwrap_err(),
            ];
            for error in followed {
                assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
                says(&error, &["earlier statement", "tx.savepoint"]);
            }
            Ok(())
        })
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    says(&error, &["nothing of it is kept", "tx.savepoint"]);
    assert_eq!(Login::query().count(db).unwrap(), 1);
}

#[test]
fn a_savepoint_saves_the_transaction() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    fill(db);
    db.transaction(|tx| {
        Login::new("before").insert(tx)?;
        let failed = tx.savepoint(|tx| {
            Login::new("lost").insert(tx)?;
            Login::new("hunter2").insert(tx)
        });
        assert!(failed.unwrap_err().is_unique_violation());
        // Who takes an error for none inside of it is told at its end.
        let hidden = tx.savepoint(|tx| {
            assert!(Login::new("hunter2").insert(tx).is_err());
            Ok::<_, Error>(())
        });
        assert!(hidden.is_err());
        tx.savepoint(|tx| {
            let inner = tx.savepoint(|tx| tx.execute("SELECT 1 / 0", ()));
            assert!(inner.is_err());
            Login::new("inside").insert(tx)
        })?;
        Login::new("after").insert(tx)
    })
    .unwrap();
    assert_eq!(Login::query().count(db).unwrap(), 4);
}

#[test]
fn no_error_shows_a_secret_value() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    fill(db);
    db.execute("CREATE TABLE strict (n integer CHECK (n < 10), at date, tags integer[], kind text NOT NULL)", ())
        .unwrap();
    let secret = || Secret::new("hunter2".to_string());
    let statements = [
        "INSERT INTO pg_login (password) VALUES ($1)",
        "SELECT $1::text::integer",
        "SELECT $1::text::date",
        "SELECT $1::text::json",
        "SELECT $1::text::integer[]",
        "SELECT $1::text::uuid",
        "SELECT $1::integer",
        "SELECT $1::bytea",
        "SELECT to_timestamp($1, 'YYYY')",
        "INSERT INTO strict (n, kind) VALUES (length($1) + 5, $1)",
        "INSERT INTO strict (n, at) VALUES (1, $1::text::date)",
        "INSERT INTO strict (n, kind) VALUES (length($1), NULL)",
        "SELECT set_config('work_mem', $1, false)",
        "SELECT to_tsvector($1) @@ to_tsquery($1 || ' ' || $1)",
        "SELECT ($1::text)::regclass",
        "SELECT ($1::text || '.x')::regclass",
        "SELECT ($1::text)::regtype",
        "SELECT ($1::text || '()')::regprocedure",
        "SELECT nextval($1::text)",
        "SELECT query_to_xml($1, true, true, '')",
        "DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'plain', DETAIL = 'hunter2'; END $$",
    ];
    for sql in statements {
        let ended = if sql.contains("$1") { db.execute(sql, (secret(),)) } else { db.execute(sql, ()) };
        let Err(error) = ended else { continue };
        let mut shown = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            shown += &format!(" {cause} {cause:?}");
            source = cause.source();
        }
        let shown = shown.replace(sql, "");
        assert!(!shown.contains("hunter2"), "{sql}: {shown}");
    }
    let error = Login::new("hunter2").insert(db).unwrap_err();
    let said = error.downcast_ref::<ServerError>().unwrap();
    assert!(said.detail().unwrap().contains("hunter2"), "who asks for it has it");
    assert!(
        matches!(error.kind(), ErrorKind::UniqueViolation { columns, .. } if columns == &["password"]),
        "{error:?}"
    );
}

#[test]
fn a_name_that_is_a_value_is_no_matter_of_the_schema() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    let error = db.query_as::<i64>("SELECT ($1::text)::regclass::oid::bigint", ("hunter2",)).unwrap_err();
    let ErrorKind::Database { code: Some(code), message } = error.kind() else { panic!("{error:?}") };
    assert_eq!(
        (code.as_str(), message.contains("(the value is not shown): relation ..")),
        ("42P01", true),
        "{message}"
    );
    assert!(error.downcast_ref::<ServerError>().unwrap().message().contains("hunter2"), "who asks for it has it");
    let error = db.execute("DELETE FROM nowhere WHERE id = $1", (1,)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    says(&error, &["relation \"nowhere\" does not exist", "`create_all`"]);
    says(&db.execute("DROP TABLE nowhere", ()).unwrap_err(), &["\"nowhere\"", "`create_all`"]);
}

#[test]
fn what_a_function_raises_is_shown_in_its_words() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    let body = "BEGIN RAISE EXCEPTION 'the \"text\": empty' USING ERRCODE = code; END";
    db.execute(format!("CREATE FUNCTION fail(code text) RETURNS integer LANGUAGE plpgsql AS $${body}$$"), ()).unwrap();
    for code in ["P0001", "45000", "23514", "42501"] {
        let error = db.execute("SELECT fail($1)", (code,)).unwrap_err();
        assert!(
            error.downcast_ref::<ServerError>().unwrap().to_string().starts_with("the \"text\": empty"),
            "{error:?}"
        );
    }
}

/// `ServerError`'s words for the error of a statement.
fn words(error: &Error) -> String {
    error.downcast_ref::<ServerError>().unwrap().to_string()
}

#[test]
fn names_are_shown_also_where_values_are_bound() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = &fixture.db;
    for sql in [
        "CREATE TABLE named (id integer PRIMARY KEY, name text, total integer GENERATED ALWAYS AS (id * 2) STORED)",
        "CREATE INDEX named_name ON named (name)",
        "CREATE VIEW few_named AS SELECT * FROM named WHERE id < 10 WITH CHECK OPTION",
        "CREATE TABLE guarded (id integer)",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE gone (id integer)",
        "CREATE TABLE watched (id integer)",
        "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO gone VALUES (NEW.id); RETURN NEW; END $$",
        "CREATE TRIGGER watches BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION watch()",
        "DROP TABLE gone",
    ] {
        db.execute(sql, ()).unwrap();
    }
    for (sql, value, name) in [
        ("UPDATE named SET total = $1", Value::Int(1), "column \"total\""),
        ("INSERT INTO few_named VALUES ($1)", Value::Int(11), "view \"few_named\""),
        (
            "INSERT INTO named SELECT 1, string_agg(md5(n::text), '') FROM generate_series(1, $1) AS n",
            Value::Int(120),
            "index \"named_name\"",
        ),
        ("INSERT INTO watched VALUES ($1)", Value::Int(1), "relation \"gone\""),
    ] {
        let error = db.execute(sql, (value,)).expect_err(sql);
        assert!(words(&error).contains(name), "{error:?}");
        assert_eq!(matches!(error.kind(), ErrorKind::Schema { .. }), name.contains("gone"), "{error:?}");
    }
    let error = db
        .transaction(|tx| {
            tx.execute("CREATE ROLE named_visitor", ())?;
            let schema = tx.query_as::<String>("SELECT current_schema()::text", ())?;
            tx.execute(format!("GRANT USAGE ON SCHEMA {} TO named_visitor", schema[0]), ())?;
            tx.execute("GRANT INSERT ON guarded TO named_visitor", ())?;
            tx.execute("SET LOCAL ROLE named_visitor", ())?;
            tx.execute("INSERT INTO guarded VALUES ($1)", (1,))
        })
        .unwrap_err();
    assert!(words(&error).contains("table \"guarded\""), "{error:?}");
    db.execute("INSERT INTO guarded VALUES (1)", ()).unwrap();
    let error = db
        .transaction(|tx| {
            tx.execute("DELETE FROM guarded", ())?;
            let other = Database::connect(fixture.url())?;
            other.query_as::<i32>("SELECT id FROM guarded WHERE id = $1 FOR UPDATE NOWAIT", (1,))
        })
        .unwrap_err();
    assert!(words(&error).contains("relation \"guarded\""), "{error:?}");
    assert!(matches!(error.kind(), ErrorKind::Busy { .. }), "{error:?}");
}

#[test]
fn no_value_is_shown_of_what_is_checked_at_the_end_or_made_a_statement() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    let function = |name: &str, body: &str| {
        let sql =
            format!("CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NEW; END $$");
        db.execute(sql, ()).unwrap();
    };
    db.execute("CREATE TABLE late (name text)", ()).unwrap();
    function("look_up", "PERFORM NEW.name::regclass");
    db.execute(
        "CREATE CONSTRAINT TRIGGER looks_up AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION look_up()",
        (),
    )
    .unwrap();
    db.execute("CREATE TABLE run (name text)", ()).unwrap();
    function("run_it", "EXECUTE 'SELECT ' || NEW.name");
    db.execute("CREATE TRIGGER runs BEFORE INSERT ON run FOR EACH ROW EXECUTE FUNCTION run_it()", ()).unwrap();
    let insert = "INSERT INTO late VALUES ($1)";
    let two = || {
        let statements = vec![Statement::count(insert), Statement::count(insert)];
        db.run(Batch::new(statements, |_, _| vec![Value::Text("hunter2".into())])).map(drop)
    };
    for error in [
        db.execute(insert, ("hunter2",)).unwrap_err(),
        two().unwrap_err(),
        db.transaction(|tx| tx.execute(insert, ("hunter2",))).unwrap_err(),
        db.execute("INSERT INTO run VALUES ($1)", ("hunter2",)).unwrap_err(),
        db.query_as::<bool>("SELECT $1::text::tsquery IS NULL", ("hunter2".repeat(1000),)).unwrap_err(),
    ] {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && shown.contains("(the value is not shown)"), "{shown}");
        assert!(error.downcast_ref::<ServerError>().unwrap().message().contains("hunter2"), "{shown}");
    }
}

#[test]
fn the_statements_that_are_no_one_statement() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    assert_eq!(db.execute("", ()).unwrap(), 0);
    assert_eq!(db.execute("-- nothing", ()).unwrap(), 0);
    assert_eq!(db.execute("/* nothing */ ;", ()).unwrap(), 0);
    assert!(db.query_as::<(i32,)>("-- nothing", ()).unwrap().is_empty());
    let error = db.execute("SELECT 1; SELECT 2", ()).unwrap_err();
    says(&error, &["multiple commands", "one call runs one statement"]);
    let error = db.execute("SELECT 1\0", ()).unwrap_err();
    says(&error, &["NUL"]);
    let error = db.execute("SELECT $1", (1, 2)).unwrap_err();
    says(&error, &["1 placeholders", "2 values"]);
    let error = db.execute("SELECT $2::int", (1,)).unwrap_err();
    assert!(!error.to_string().is_empty());
    assert_eq!(db.execute("SELECT", ()).unwrap(), 0);
    let error = db.query_as::<(i32,)>("SELECT", ()).unwrap_err();
    says(&error, &["0 columns"]);
    assert_eq!(one::<(i32,)>(db, "SELECT 1;"), (1,));
}
