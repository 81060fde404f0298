//! SQL of the user's own: parameters, rows, and what does not fit.

use std::borrow::Cow;

use ormcore::Value;
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[column(primary_key)]
    id: i64,
    text: String,
    stars: Option<i64>,
}

fn notes(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    Note::insert_all([Note::new("a").with(|note| note.stars = Some(1)), Note::new("b")], db)?;
    Ok(())
}

fn execute_gives_the_number_of_rows_changed(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    assert_eq!(db.execute("INSERT INTO note (text) VALUES ($1), ($2), ($3)", ("c", "d", "e"))?, 3);
    assert_eq!(db.execute("UPDATE note SET stars = 5", ())?, 5);
    assert_eq!(db.execute("UPDATE note SET stars = 5 WHERE id = 999", ())?, 0);
    assert_eq!(db.execute("CREATE TABLE other (id INTEGER)", ())?, 0);
    assert_eq!(db.execute("SELECT * FROM note", ())?, 0);
    assert_eq!(db.execute("DELETE FROM note WHERE id > $1", [3])?, 2);
    assert_eq!(db.execute("DROP TABLE other", ())?, 0);
    Ok(())
}

fn parameters_are_of_every_kind(db: &Database) -> ormcore::Result<()> {
    type Row = (i64, f64, String, Vec<u8>, Option<i64>, bool, u8, Option<String>);
    let owned = String::from("é'");
    // A SELECT alone does not tell a server what its parameters are.
    let sql = if is_sqlite(db) {
        "SELECT $1, $2, $3, $4, $5, $6, $7, $8"
    } else {
        "SELECT $1::bigint, $2::float8, $3, $4::bytea, $5::bigint, $6::boolean, $7::smallint, $8"
    };
    let rows = db.query_as::<Row>(
        sql,
        (i64::MIN, 0.5, &owned, [1_u8, 0, 255].as_slice(), None::<i64>, true, 200_u8, Some("x")),
    )?;
    assert_eq!(rows, [(i64::MIN, 0.5, owned, vec![1, 0, 255], None, true, 200, Some("x".into()))]);
    let list = vec!["a", "b"];
    let expected = [("a".to_string(), "b".to_string())];
    assert_eq!(db.query_as::<(String, String)>("SELECT $1, $2", list.clone())?, expected);
    assert_eq!(db.query_as::<(String, String)>("SELECT $1, $2", list.as_slice())?, expected);
    assert_eq!(db.query_as::<(String, String)>("SELECT $1, $2", ["a", "b"])?, expected);
    let mixed = vec![Value::Text(Cow::Borrowed("a")), Value::Int(2), Value::Null];
    assert_eq!(
        db.query_as::<(String, i64, Option<i64>)>("SELECT $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT)", mixed)?,
        [("a".to_string(), 2, None)]
    );
    let hidden = Secret::new("s".to_string());
    assert_eq!(db.query_as::<(Secret<String>,)>("SELECT $1", (&hidden,))?, [(hidden,)]);
    Ok(())
}

fn rows_are_read_as_tuples_models_and_values(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let sql = "SELECT id, text, stars FROM note ORDER BY id";
    assert_eq!(db.query_as::<Note>(sql, ())?, Note::query().order_by(Note::ID).all(db)?);
    let tuples = db.query_as::<(i64, String, Option<i64>)>(sql, ())?;
    assert_eq!(tuples, [(1, "a".into(), Some(1)), (2, "b".into(), None)]);
    let values = db.query_as::<(Value<'static>, Value<'static>)>("SELECT text, stars FROM note ORDER BY id", ())?;
    assert_eq!(values[1], (Value::Text("b".into()), Value::Null));
    assert_eq!(db.query_as::<Note>("SELECT * FROM note WHERE id > $1", [5])?, []);
    Ok(())
}

fn a_wrong_number_of_parameters_is_an_error(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let check = |error: Error, wanted: usize, given: usize| {
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
        let text = format!("the statement has {wanted} placeholders and was given {given} values");
        assert_eq!(error.to_string(), text);
    };
    check(db.execute("DELETE FROM note WHERE id = $1", ()).unwrap_err(), 1, 0);
    check(db.execute("DELETE FROM note", ("a", "b")).unwrap_err(), 0, 2);
    check(db.query_as::<(i64,)>("SELECT 1 WHERE $1 = $2", ["a"]).unwrap_err(), 2, 1);
    assert_eq!(Note::query().count(db)?, 2);
    Ok(())
}

fn a_wrong_number_of_columns_is_an_error(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let error = db.query_as::<(i64,)>("SELECT id, text FROM note", ()).unwrap_err();
    assert_eq!(error.to_string(), "the rows have 2 columns and are read as 1");
    let error = db.query_as::<(i64, i64)>("SELECT id FROM note", ()).unwrap_err();
    assert_eq!(error.to_string(), "the rows have 1 columns and are read as 2");
    let error = db.query_as::<Note>("SELECT id, text FROM note", ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    Ok(())
}

fn a_wrong_type_is_a_decode_error_that_names_the_column(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let error = db.query_as::<(i64,)>("SELECT text AS label FROM note WHERE id = 1", ()).unwrap_err();
    match error.kind() {
        ErrorKind::Decode { column, expected, found, .. } => {
            assert_eq!((column.as_str(), found.as_str()), ("label", "the text \"a\""));
            assert!(expected.contains("an integer"), "{expected}");
        }
        other => panic!("{other:?}"),
    }
    let null = db.query_as::<(i64,)>("SELECT stars FROM note WHERE id = 2", ()).unwrap_err();
    assert!(matches!(null.kind(), ErrorKind::Decode { found, .. } if found == "NULL"), "{null:?}");
    let error = db.query_as::<Note>("SELECT text, id, stars FROM note", ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Decode { table, .. } if table == "note"), "{error:?}");
    Ok(())
}

fn a_value_that_cannot_be_sent_is_an_error_before_anything_runs(db: &Database) -> ormcore::Result<()> {
    let statements = db.record();
    let error = db.query_as::<(f64,)>("SELECT $1", [f64::NAN]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    let error = db.execute("SELECT $1", (u64::MAX,)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    assert!(statements.is_empty());
    Ok(())
}

fn several_statements_in_one_text_are_refused_and_none_runs(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    for sql in ["DELETE FROM note WHERE id = 1; DELETE FROM note", "DELETE FROM note; garbage"] {
        let error = db.execute(sql, ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Database { .. } | ErrorKind::Usage { .. }), "{error:?}");
    }
    assert!(db.query_as::<(i64,)>("SELECT 1; SELECT 2", ()).is_err());
    assert_eq!(Note::query().count(db)?, 2);
    assert_eq!(db.query_as::<(i64,)>("SELECT 1;  ", ())?, [(1,)], "a semicolon at the end is no second statement");
    assert_eq!(db.query_as::<(i64,)>("SELECT 1 -- one", ())?, [(1,)]);
    Ok(())
}

fn text_that_is_no_sql_is_an_error_with_the_statement(db: &Database) -> ormcore::Result<()> {
    let error = db.execute("SELEKT 1", ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
    assert_eq!(error.statement(), Some("SELEKT 1"));
    for sql in ["SELECT 1\0", "DELETE FROM note\0 WHERE id = 1"] {
        let error = db.execute(sql, ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "what follows a NUL would be ignored: {error:?}");
    }
    for sql in ["", "   ", "-- nothing", ";"] {
        match db.query_as::<(i64,)>(sql, ()) {
            Ok(rows) => assert!(rows.is_empty(), "{sql:?}"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    assert_eq!(db.query_as::<(i64,)>("SELECT 1", ())?, [(1,)]);
    Ok(())
}

fn raw_sql_runs_in_transactions_and_helpers(db: &Database) -> ormcore::Result<()> {
    fn count<'d>(db: impl Into<Db<'d>>) -> ormcore::Result<i64> {
        let db = db.into();
        db.execute("INSERT INTO note (text) VALUES ('c')", ())?;
        Ok(db.query_as::<(i64,)>("SELECT count(*) FROM note", ())?[0].0)
    }

    notes(db)?;
    assert_eq!(count(db)?, 3);
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        assert_eq!(count(tx)?, 4);
        assert_eq!(tx.query_as::<(i64,)>("SELECT count(*) FROM note", ())?, [(4,)]);
        tx.transaction(|inner| count(inner).map(|found| assert_eq!(found, 5)))?;
        Err(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    assert_eq!(Note::query().count(db)?, 3);
    Ok(())
}

const SCRIPT: &str = "CREATE TABLE part (text TEXT NOT NULL); -- one; line
    INSERT INTO part (text) VALUES ('a;b'), ('?');
    UPDATE note SET stars = 7;";

fn parts<'d>(db: impl Into<Db<'d>>) -> ormcore::Result<Vec<String>> {
    db.into().query_as("SELECT text FROM part ORDER BY text DESC", ())
}

fn a_script_runs_all_its_statements(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let statements = db.record();
    db.execute_script(SCRIPT)?;
    assert_eq!(statements.texts(), [SCRIPT]);
    assert_eq!(parts(db)?, ["a;b", "?"]);
    assert_eq!(Note::query().filter(Note::STARS.eq(7)).count(db)?, 2);
    for empty in ["", "  ;", "-- nothing", "SELECT text FROM part; SELECT 1"] {
        db.execute_script(empty)?;
    }
    Db::from(db).execute_script("ALTER TABLE part ADD COLUMN more INTEGER")?;
    assert_eq!(
        db.query_as::<(String, Option<i64>)>("SELECT * FROM part WHERE text = $1", ("?",))?,
        [("?".into(), None)]
    );
    Ok(())
}

fn a_script_is_all_or_nothing(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let bad = format!("{SCRIPT} INSERT INTO nowhere VALUES (1)");
    let error = db.execute_script(&*bad).unwrap_err();
    assert_eq!(error.statement(), Some(&*bad));
    assert!(parts(db).is_err());
    assert_eq!(Note::query().filter(Note::STARS.eq(7)).count(db)?, 0);
    db.transaction(|tx| {
        tx.execute_script("INSERT INTO note (text) VALUES ('kept')")?;
        assert!(tx.execute_script(&*bad).is_err());
        assert_eq!(Note::query().count(tx)?, 3);
        tx.execute_script(SCRIPT)
    })?;
    assert_eq!((Note::query().count(db)?, parts(db)?.len()), (3, 2));
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        tx.execute_script("DELETE FROM part; DELETE FROM note")?;
        Err(Error::rollback("no"))
    });
    assert!(undone.is_err());
    assert_eq!((Note::query().count(db)?, parts(db)?.len()), (3, 2));
    assert!(db.execute_script("DELETE FROM note\0").is_err());
    Ok(())
}

fn a_script_that_begins_or_ends_a_transaction_is_refused_before_it_runs(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let insert = "INSERT INTO note (text) VALUES ('c')";
    let statements = db.record();
    for script in [
        format!("{insert}; COMMIT"),
        format!("{insert}; ROLLBACK"),
        format!("{insert}; COMMIT; BEGIN; {insert}"),
        format!("BEGIN; {insert}; COMMIT;"),
        format!("-- a file\n begin/* */transaction; {insert}; end;"),
        format!("{insert};rollback transaction;{insert}"),
    ] {
        let refused = |error: ormcore::Error| {
            assert!(error.to_string().contains("leave BEGIN, COMMIT and ROLLBACK out"), "{error}");
        };
        refused(db.execute_script(&*script).unwrap_err());
        db.transaction(|tx| {
            refused(tx.execute_script(&*script).unwrap_err());
            assert_eq!(Note::query().count(tx)?, 2, "the transaction goes on");
            Ok(())
        })?;
    }
    assert!(statements.texts().iter().all(|sql| sql.starts_with("SELECT")), "{statements:?}");
    assert_eq!(Note::query().count(db)?, 2);
    Ok(())
}

fn a_script_may_hold_savepoints_and_bodies(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    db.execute_script(
        "SAVEPOINT mine; DELETE FROM note; ROLLBACK TO mine; RELEASE mine;
         SAVEPOINT mine; DELETE FROM note; ROLLBACK TRANSACTION TO SAVEPOINT mine",
    )?;
    db.execute_script(if is_sqlite(db) {
        "CREATE TRIGGER counted AFTER INSERT ON note BEGIN
             UPDATE note SET stars = CASE WHEN stars IS NULL THEN 7 ELSE stars END;
         END;
         INSERT INTO note (text) VALUES ('; COMMIT')"
    } else {
        "CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             UPDATE note SET stars = 7 WHERE stars IS NULL; RETURN NULL;
         END; $$;
         CREATE TRIGGER counted AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION count_it();
         INSERT INTO note (text) VALUES (E'\\'; COMMIT')"
    })?;
    assert_eq!(Note::query().filter(Note::STARS.eq(7)).count(db)?, 2);
    Ok(())
}

// The first row can be computed, and the second cannot.
fn a_script_runs_each_statement_to_its_end(db: &Database) -> ormcore::Result<()> {
    notes(db)?;
    let script = "DELETE FROM note WHERE stars IS NULL;
                  INSERT INTO note (text, stars) VALUES ('none', 0), ('one', 1);
                  SELECT abs(CAST(-9223372036854775807 AS bigint) - stars) FROM note WHERE text <> 'a'";
    assert!(db.execute_script(script).is_err());
    assert_eq!(Note::query().filter(Note::STARS.is_null()).count(db)?, 1, "nothing of it is kept");
    Ok(())
}

on_every_backend!(
    a_script_runs_all_its_statements,
    a_script_is_all_or_nothing,
    a_script_that_begins_or_ends_a_transaction_is_refused_before_it_runs,
    a_script_may_hold_savepoints_and_bodies,
    a_script_runs_each_statement_to_its_end,
    execute_gives_the_number_of_rows_changed,
    parameters_are_of_every_kind,
    rows_are_read_as_tuples_models_and_values,
    a_wrong_number_of_parameters_is_an_error,
    a_wrong_number_of_columns_is_an_error,
    a_wrong_type_is_a_decode_error_that_names_the_column,
    a_value_that_cannot_be_sent_is_an_error_before_anything_runs,
    several_statements_in_one_text_are_refused_and_none_runs,
    text_that_is_no_sql_is_an_error_with_the_statement,
    raw_sql_runs_in_transactions_and_helpers,
);
