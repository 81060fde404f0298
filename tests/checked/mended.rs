//! All that one check tells, run in its order, mends all that differs.

use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

/// Runs all statements in one transaction, after which nothing differs; gives them.
fn mend_at_once<T: TableList>(db: &Database) -> ormcore::Result<Vec<String>> {
    let error = db.check_tables::<T>().unwrap_err();
    let statements: Vec<String> = error.differences().iter().flat_map(|it| it.statements()).cloned().collect();
    db.transaction(|tx| {
        if !is_sqlite(db) {
            tx.execute("SET LOCAL TIME ZONE 'Asia/Tokyo'", ())?;
        }
        statements.iter().try_for_each(|statement| tx.execute(statement, ()).map(drop))
    })?;
    db.check_tables::<T>()?;
    Ok(statements)
}

#[derive(Model, Debug)]
#[model(table = "it's a \"city\"")]
struct City {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn a_key_is_numbered_behind_the_rows_that_are_there(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    let table = "CREATE TABLE \"it's a \"\"city\"\"\" (id bigint PRIMARY KEY, name text NOT NULL)";
    db.execute(table, ())?;
    mend_at_once::<City>(db)?;
    assert_eq!(City::new("first").insert(db)?.id, 1);
    db.drop_tables::<City>()?;
    db.execute(table, ())?;
    db.execute("INSERT INTO \"it's a \"\"city\"\"\" SELECT n, 'old' FROM generate_series(1, 100) AS n", ())?;
    mend_at_once::<City>(db)?;
    assert_eq!(City::new("new").insert(db)?.id, 101);
    Ok(())
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
#[column_type(native = "mended_mood")]
enum Mood {
    Glad,
    Sad,
}

#[derive(Model, Debug)]
#[model(table = "feeling")]
struct Feeling {
    #[column(primary_key)]
    id: i64,
    first: Mood,
    second: Option<Mood>,
}

fn a_value_that_two_columns_lack_is_added_once(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.execute("CREATE TYPE mended_mood AS ENUM ('glad')", ())?;
    db.execute("CREATE TABLE feeling (id bigserial PRIMARY KEY, first mended_mood NOT NULL, second mended_mood)", ())?;
    mend_at_once::<Feeling>(db)?;
    Feeling::new(Mood::Sad).insert(db).map(drop)
}

on_every_backend!(
    a_key_is_numbered_behind_the_rows_that_are_there,
    a_value_that_two_columns_lack_is_added_once,
);
