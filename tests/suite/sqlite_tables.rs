//! Tables on SQLite that other programs made, and rows that they wrote.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use ormcore::prelude::*;

fn memory(script: &str) -> ormcore::Result<Database> {
    let db = Database::connect("sqlite::memory:")?;
    for statement in script.split(';') {
        db.execute(statement.to_string(), ())?;
    }
    Ok(db)
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Price {
    #[column(primary_key)]
    id: i64,
    amount: f64,
    discount: Option<f32>,
}

#[test]
fn what_a_numeric_column_keeps_as_an_integer_is_read_as_a_floating_point_number() -> ormcore::Result<()> {
    let db = memory("CREATE TABLE price (id INTEGER PRIMARY KEY, amount DECIMAL(10, 2) NOT NULL, discount NUMERIC)")?;
    let price = Price::new(20.0).with(|row| row.discount = Some(-5.0)).insert(&db)?;
    assert_eq!(Price::find(price.id, &db)?, price);
    assert_eq!(Price::query().select((Price::AMOUNT, Price::DISCOUNT)).one(&db)?, (20.0, Some(-5.0)));
    assert_eq!(db.query_as::<f64>("SELECT coalesce(sum(amount), 0) FROM price WHERE id = 7", ())?, [0.0]);
    for (integer, read) in
        [("9007199254740992", Some(9_007_199_254_740_992.0)), ("-9223372036854775808", Some(i64::MIN as f64))]
    {
        assert_eq!(db.query_as::<Option<f64>>(format!("SELECT {integer}"), ())?, [read]);
    }
    for integer in ["9007199254740993", "9223372036854775807"] {
        let error = db.query_as::<f64>(format!("SELECT {integer}"), ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && error.to_string().contains(integer), "{error}");
        let error = db.query_as::<f32>(format!("SELECT {integer}"), ()).unwrap_err();
        assert!(error.to_string().contains(integer), "{error}");
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[test]
fn a_key_that_the_database_does_not_generate_is_told_of() -> ormcore::Result<()> {
    let refused = |error: Error| {
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        let text = error.to_string();
        for part in ["`shelf.id`", "`BIGINT`", "`INTEGER PRIMARY KEY`", "give new rows their keys"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    };
    let db = memory("CREATE TABLE shelf (id BIGINT PRIMARY KEY, name TEXT)")?;
    refused(Shelf::new("a").insert(&db).unwrap_err());
    refused(Shelf::insert_all([Shelf::new("a"), Shelf::new("b")], &db).unwrap_err());
    refused(db.transaction(|tx| Shelf::new("a").insert(tx)).unwrap_err());
    {
        let mut session = db.session()?;
        session.add(Shelf::new("a"));
        refused(session.commit().unwrap_err());
    }
    assert_eq!(Shelf::new("a").with(|row| row.id = 7).insert(&db)?.id, 7);
    db.execute("INSERT INTO shelf (name) VALUES (?)", ("b",))?;
    assert_eq!(Shelf::query().count(&db)?, 2);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelf")]
struct Dated {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[column(server_default = "CURRENT_TIMESTAMP")]
    made_at: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Label {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(secondary = Pasted)]
    pasted: HasMany<Tape>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelf")]
struct Pasted {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Label::ID)]
    label_id: i64,
    #[column(foreign_key = Tape::ID)]
    tape_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Tape {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelf")]
struct Translated {
    #[column(primary_key, auto)]
    id: i64,
    #[column(primary_key)]
    name: String,
}

fn is_refused<T: std::fmt::Debug>(what: &str, written: ormcore::Result<T>, db: &Database) {
    let error = written.expect_err(what);
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{what}: {error:?}");
    assert!(error.to_string().contains("generates no key for `shelf.id`"), "{what}: {error}");
    assert_eq!(db.query_as::<i64>("SELECT count(*) FROM shelf", ()).unwrap(), [0], "{what}");
}

#[test]
fn no_insert_leaves_a_key_out_that_the_database_does_not_generate() -> ormcore::Result<()> {
    let db = memory(
        "CREATE TABLE shelf (id BIGINT PRIMARY KEY, name TEXT UNIQUE, made_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
         CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO label (name) VALUES ('a')",
    )?;
    let upsert = || Dated::on_conflict(Dated::NAME).do_nothing();
    let draft = || Dated::new("a");
    is_refused("insert", draft().insert(&db), &db);
    is_refused("insert_all", Dated::insert_all([draft(), Dated::new("b")], &db), &db);
    is_refused("upsert", draft().on_conflict(Dated::NAME).do_nothing().insert(&db), &db);
    is_refused("execute", draft().on_conflict(Dated::NAME).do_nothing().execute(&db), &db);
    is_refused("execute_all", upsert().execute_all([draft(), Dated::new("b")], &db), &db);
    is_refused("execute_all of many", upsert().execute_all((0..500).map(|n| Dated::new(n.to_string())), &db), &db);
    let names = Label::query().select(Label::NAME);
    is_refused("insert_from", Dated::insert_from(Dated::NAME, names, &db), &db);
    assert_eq!(draft().with(|row| row.id = 7).insert(&db)?.id, 7);
    Ok(())
}

#[test]
fn a_link_of_two_rows_has_a_key_that_the_database_generates() -> ormcore::Result<()> {
    let db = memory(
        "CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT);
         CREATE TABLE tape (id INTEGER PRIMARY KEY);
         CREATE TABLE shelf (id BIGINT PRIMARY KEY, label_id INTEGER, tape_id INTEGER)",
    )?;
    let (label, tape) = (Label::new("a").insert(&db)?, Tape::new().insert(&db)?);
    is_refused("link", Label::PASTED.link(&label, &tape, &db), &db);
    Ok(())
}

#[test]
fn a_key_that_is_no_rowid_is_not_generated() -> ormcore::Result<()> {
    for script in [
        "CREATE TABLE shelf (id INTEGER, name TEXT, PRIMARY KEY (id, name))",
        "CREATE TABLE shelf (id INTEGER PRIMARY KEY DESC, name TEXT)",
        "CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT) WITHOUT ROWID",
    ] {
        let db = memory(script)?;
        is_refused(script, Shelf::new("a").insert(&db), &db);
        is_refused(script, Translated::new("a").insert(&db), &db);
    }
    Ok(())
}

#[test]
fn a_key_that_the_database_does_generate_is_taken() -> ormcore::Result<()> {
    for script in [
        "CREATE TABLE shelf (id integer PRIMARY KEY AUTOINCREMENT, name TEXT)",
        "CREATE TABLE shelf (name TEXT, id INTEGER, PRIMARY KEY (id)) STRICT",
        "CREATE TEMP TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE SHELF (ID INTEGER PRIMARY KEY, NAME TEXT)",
        "CREATE TABLE other (id BIGINT PRIMARY KEY); CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE shelf (id BIGINT PRIMARY KEY, name TEXT); CREATE TEMP TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)",
    ] {
        let db = memory(script)?;
        assert_eq!(Shelf::new("a").insert(&db)?.id, 1, "{script}");
        assert_eq!(Shelf::insert_all([Shelf::new("b"), Shelf::new("c")], &db)?[1].id, 3, "{script}");
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Meeting {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(server_default = "(datetime('now', '-1 hour'))")]
    made_at: NaiveDateTime,
    #[column(server_default = "datetime('2024-05-06 07:08:09.5')")]
    begins: NaiveDateTime,
    #[column(server_default = "time('07:08:09')")]
    ends: NaiveTime,
    #[column(server_default = "datetime('2024-05-06 07:08:09')")]
    day: NaiveDate,
    #[column(server_default = "NULL")]
    canceled: Option<NaiveDateTime>,
}

#[test]
fn a_default_of_dates_and_times_gives_them_as_the_program_writes_them() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Meeting,)>()?;
    let rows = Meeting::insert_all(["a", "b", "c"].map(Meeting::new), &db)?;
    let row = rows[0].clone();
    assert_eq!((row.begins.to_string().as_str(), row.canceled), ("2024-05-06 07:08:09", None));
    let found = Meeting::query().filter_by(Meeting::MADE_AT, row.made_at).filter_by(Meeting::BEGINS, row.begins);
    assert!(found.filter_by(Meeting::ENDS, row.ends).filter_by(Meeting::DAY, row.day).count(&db)? > 0);
    let latest = Meeting::query().order_by(Meeting::MADE_AT.desc());
    let (mut cursor, mut ids) = (None, Vec::new());
    for _ in 0..3 {
        let page = latest.clone().page_after(cursor.as_ref(), 1, &db)?;
        ids.extend(page.items.iter().map(|row| row.id));
        cursor = page.next;
    }
    assert_eq!((ids.len(), cursor), (3, None));
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[column(primary_key)]
    id: i64,
    written: NaiveDateTime,
}

#[test]
fn a_page_that_begins_with_the_row_before_it_is_an_error() -> ormcore::Result<()> {
    let db = memory("CREATE TABLE note (id INTEGER PRIMARY KEY, written TEXT NOT NULL)")?;
    db.execute("INSERT INTO note (written) VALUES ('2024-05-06 07:08:09'), ('2024-05-06 07:08:10')", ())?;
    let latest = Note::query().order_by(Note::WRITTEN.desc());
    for rows in [1, 2] {
        let first = latest.clone().page_after(None, 1, &db)?;
        let error = latest.clone().page_after(first.next.as_ref(), rows, &db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        let text = error.to_string();
        for part in ["`note.written`", "in another form", "UPDATE"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    db.execute("UPDATE note SET written = strftime('%Y-%m-%d %H:%M:%f000', written)", ())?;
    let first = latest.clone().page_after(None, 1, &db)?;
    let second = latest.page_after(first.next.as_ref(), 1, &db)?;
    assert_eq!((second.items[0].id, second.next), (1, None));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shown_shelf")]
struct ShownShelf {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[test]
fn an_insert_into_a_view_that_needs_the_key_is_refused() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Shelf,)>()?;
    db.execute("CREATE VIEW shown_shelf AS SELECT id, name FROM shelf", ())?;
    let insert = "INSERT INTO shelf VALUES (new.id, new.name)";
    db.execute(format!("CREATE TRIGGER made INSTEAD OF INSERT ON shown_shelf BEGIN {insert}; END"), ())?;
    let error = ShownShelf::new("a").insert(&db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    assert!(error.to_string().contains("`shown_shelf.id`"), "{error}");
    assert_eq!(Shelf::query().count(&db)?, 0);
    ShownShelf::new("a").with(|row| row.id = 9).insert(&db)?;
    assert_eq!(Shelf::find(9, &db)?.name, "a");
    Ok(())
}
