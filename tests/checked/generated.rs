//! Columns that only the database writes, beside what the database has.

use ormcore::DifferenceKind::{Generated, Index, MissingColumn, Type};
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

use super::{mend, one, told};

#[derive(Model, Debug)]
#[model(table = "line")]
struct Plain {
    #[column(primary_key)]
    id: i64,
    price: i64,
    total: i64,
}

#[derive(Model, Debug)]
#[model(table = "line")]
struct Computed {
    #[column(primary_key)]
    id: i64,
    #[column(generated = "price * 2")]
    total: i64,
    price: i64,
}

#[derive(Model, Debug)]
#[model(table = "line")]
struct ReadOnly {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(read_only)]
    total: Option<i32>,
}

/// The table of lines, with such a total.
fn lines(total: &str, db: &Database) -> ormcore::Result<()> {
    db.execute("DROP TABLE IF EXISTS line", ())?;
    let id = if is_sqlite(db) { "id INTEGER PRIMARY KEY" } else { "id bigserial PRIMARY KEY" };
    db.execute(format!("CREATE TABLE line ({id}, price bigint NOT NULL{total})"), ()).map(drop)
}

const COMPUTED: &str = ", total bigint GENERATED ALWAYS AS (price * 2) STORED";

fn who_writes_what_the_database_computes_is_told(db: &Database) -> ormcore::Result<()> {
    for total in [COMPUTED, ", total bigint NOT NULL GENERATED ALWAYS AS (2 * (price)) STORED"] {
        lines(total, db)?;
        assert_eq!(told::<Plain>(db), one(Generated, "line", "total"));
        assert!(Plain::new(1, 2).insert(db).is_err());
        let said = db.check_tables::<Plain>().unwrap_err().differences()[0].to_string();
        let expected = "`line.total` is written by the database alone, which refuses what a program writes: say \
                        `#[column(generated = \"..\")]` or `#[column(read_only)]` of its field";
        assert_eq!(said, expected);
        db.check_tables::<(Computed, ReadOnly)>()?;
        assert_eq!(Computed::new(4).insert(db)?.total, 8);
        assert_eq!(ReadOnly::new(4).insert(db)?.total, Some(8));
    }
    Ok(())
}

fn what_the_database_does_not_compute_is_told_and_mended(db: &Database) -> ormcore::Result<()> {
    for total in [", total bigint", ", total bigint NOT NULL DEFAULT 7", ", total varchar(9) DEFAULT ''"] {
        lines(total, db)?;
        db.execute("INSERT INTO line (price) VALUES (3)", ())?;
        assert_eq!(told::<Computed>(db), one(Generated, "line", "total"));
        mend::<Computed>(db)?;
        assert_eq!(Computed::new(4).insert(db)?.total, 8);
        assert_eq!(Computed::find(1, db)?.total, 6);
    }
    Ok(())
}

fn a_type_of_what_is_computed_is_changed_with_it(db: &Database) -> ormcore::Result<()> {
    lines(", total text GENERATED ALWAYS AS (CAST(price AS text)) STORED", db)?;
    db.execute("INSERT INTO line (price) VALUES (3)", ())?;
    assert_eq!(told::<Computed>(db), one(Type, "line", "total"));
    mend::<Computed>(db)?;
    assert_eq!(Computed::find(1, db)?.total, 6);
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "line", index(total, id))]
struct Sorted {
    #[column(primary_key)]
    id: i64,
    #[column(generated = "price * amount", check = "total >= 0", unique)]
    total: i64,
    #[column(generated = "price + 1")]
    next: Option<i64>,
    amount: i64,
    price: i64,
    #[column(read_only)]
    seen: i64,
    #[column(read_only)]
    by: Option<String>,
}

fn missing_columns_are_added_with_what_computes_them(db: &Database) -> ormcore::Result<()> {
    lines("", db)?;
    db.execute("INSERT INTO line (price) VALUES (3)", ())?;
    let missing = told::<Sorted>(db).into_iter().filter(|it| it.0 == MissingColumn).map(|it| it.2);
    assert_eq!(missing.collect::<Vec<_>>(), ["amount", "by", "next", "seen", "total"]);
    if is_sqlite(db) {
        let said = db.check_tables::<Sorted>().unwrap_err().to_string();
        let total = "`line.next` is missing, and sqlite adds none that is STORED to a table: VIRTUAL gives the same: run \
                     `ALTER TABLE \"line\" ADD COLUMN \"next\" INTEGER GENERATED ALWAYS AS (price + 1) VIRTUAL`";
        assert!(said.contains(total), "{said}");
    }
    mend::<Sorted>(db)?;
    let line = Sorted::find(1, db)?;
    assert_eq!((line.total, line.next, line.seen, line.by), (0, Some(4), 0, None));
    db.execute("UPDATE line SET amount = 2", ())?;
    assert_eq!(Sorted::find(1, db)?.total, 6);
    assert!(db.execute("INSERT INTO line (price, amount) VALUES (2, 3)", ()).is_err());
    Ok(())
}

fn an_indexed_column_is_computed_anew_where_the_database_does_that(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "line")]
    struct Found {
        #[column(primary_key)]
        id: i64,
        price: i64,
        #[column(generated = "price * 2", index)]
        total: i64,
    }

    lines(", total bigint", db)?;
    db.execute("CREATE INDEX by_total ON line (total)", ())?;
    assert_eq!(told::<Found>(db), one(Generated, "line", "total"));
    let said = db.check_tables::<Found>().unwrap_err().to_string();
    if is_sqlite(db) {
        assert!(said.ends_with("computes it as `price * 2`: sqlite changes that in a new table only"), "{said}");
        return Ok(());
    }
    for statement in db.check_tables::<Found>().unwrap_err().differences()[0].statements() {
        db.execute(statement, ())?;
    }
    assert_eq!(told::<Found>(db), one(Index, "line", "total"));
    mend::<Found>(db)
}

fn what_only_the_database_writes_needs_no_default(db: &Database) -> ormcore::Result<()> {
    for total in [", total bigint", ", total integer NOT NULL DEFAULT 3"] {
        lines(total, db)?;
        db.check_tables::<ReadOnly>()?;
    }
    Ok(())
}

on_every_backend!(
    who_writes_what_the_database_computes_is_told,
    what_the_database_does_not_compute_is_told_and_mended,
    a_type_of_what_is_computed_is_changed_with_it,
    missing_columns_are_added_with_what_computes_them,
    an_indexed_column_is_computed_anew_where_the_database_does_that,
    what_only_the_database_writes_needs_no_default,
);
