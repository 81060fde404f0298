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
