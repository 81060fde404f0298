//! Models whose key is no integer: what numbers their rows outlives a VACUUM.

use ormcore::prelude::*;
use ormcore_tests::{Fixture, is_sqlite, on_every_backend};
use uuid::Uuid;

use super::index_table;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "letter", full_text(subject, text))]
struct Letter {
    #[column(primary_key, auto)]
    id: Uuid,
    subject: String,
    text: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "line", full_text(text))]
struct Line {
    #[column(primary_key)]
    poem: String,
    #[column(primary_key)]
    number: i64,
    text: String,
}

fn subjects(text: &str, db: &Database) -> ormcore::Result<Vec<String>> {
    let search = Letter::search(text);
    Letter::query().filter(search.matches()).order_by(search.rank().desc()).select(Letter::SUBJECT).all(db)
}

fn rows_are_found_by_a_uuid(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Letter,)>()?;
    let drafts =
        ["first", "second", "third"].map(|subject| Letter::new(subject).with(|row| row.text = Some("dear".into())));
    let mut letters = Letter::insert_all(drafts, db)?;
    assert_eq!(subjects("dear second", db)?, ["second"]);
    Letter::query().filter(Letter::ID.eq(letters[0].id)).delete(db)?;
    if is_sqlite(db) {
        db.execute("VACUUM", ())?;
    }
    assert_eq!(subjects("dear third", db)?, ["third"]);
    letters[1].text = None;
    letters[1].update(db)?;
    assert_eq!(subjects("dear", db)?, ["third"]);
    let search = Letter::search("third");
    let shown = Letter::query().filter(search.matches()).select((search.snippet(Letter::SUBJECT), search.rank()));
    let (subject, rank) = shown.one(db)?;
    assert!(subject == "<mark>third</mark>" && rank > 0.0);
    db.create_tables::<(Letter,)>()?;
    assert_eq!(subjects("third OR second", db)?.len(), 2);
    db.drop_tables::<(Letter,)>()?;
    assert_eq!(ormcore_tests::tables(db)?, Vec::<String>::new());
    Ok(())
}

fn rows_are_found_by_a_key_of_several_columns(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Line,)>()?;
    for (number, text) in [(1, "the woods are lovely"), (2, "dark and deep"), (3, "and miles to go")] {
        Line::new("stopping", number, text).insert(db)?;
    }
    let found = |text: &str| {
        let search = Line::search(text);
        Line::query()
            .filter(search.matches())
            .order_by(Line::NUMBER)
            .select((Line::NUMBER, search.snippet(Line::TEXT)))
            .all(db)
    };
    assert_eq!(found("and -dark")?, [(3, "<mark>and</mark> miles to go".to_string())]);
    db.execute("UPDATE line SET number = 30 WHERE number = 3", ())?;
    assert_eq!(found("miles")?, [(30, "and <mark>miles</mark> to go".to_string())]);
    db.execute("DELETE FROM line WHERE number = 30", ())?;
    assert_eq!(found("miles OR deep")?, [(2, "dark and <mark>deep</mark>".to_string())]);
    let rest = Line::query().filter(!Line::search("deep").matches()).count(db)?;
    assert_eq!(rest, 1);
    Ok(())
}

fn an_index_by_another_key_is_added_to_rows(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "letter")]
    struct Plain {
        #[column(primary_key, auto)]
        id: Uuid,
        subject: String,
        text: Option<String>,
    }
    db.create_tables::<(Plain,)>()?;
    Plain::insert_all(["first", "second"].map(Plain::new), db)?;
    db.create_tables::<(Letter,)>()?;
    assert_eq!(subjects("second", db)?, ["second"]);
    db.execute("DROP TABLE letter", ())?;
    db.create_tables::<(Letter,)>()?;
    assert_eq!(subjects("second", db)?, Vec::<String>::new());
    Letter::new("third").insert(db)?;
    assert_eq!(subjects("third", db)?, ["third"]);
    // A program without the index knows nothing of it.
    db.drop_tables::<(Plain,)>()?;
    db.create_tables::<(Plain,)>()?;
    Plain::new("fourth").insert(db)?;
    db.create_tables::<(Letter,)>()?;
    assert_eq!(subjects("fourth", db)?, ["fourth"]);
    assert_eq!(subjects("third", db)?, Vec::<String>::new());
    Ok(())
}

/// The rows are numbered in one table, and their words kept in another: both, or one of them.
#[test]
fn an_index_by_another_key_that_was_dropped_by_hand_is_filled_anew() -> ormcore::Result<()> {
    for dropped in [&["{}", "{}_keys"][..], &["{}"], &["{}_keys"]] {
        let Fixture { db, .. } = &Fixture::sqlite_memory();
        db.create_tables::<(Letter,)>()?;
        Letter::insert_all(["first", "second"].map(Letter::new), db)?;
        let index = index_table("ft_letter_%", db)?;
        for table in dropped {
            db.execute(format!("DROP TABLE \"{}\"", table.replace("{}", &index)), ())?;
        }
        db.create_tables::<(Letter,)>()?;
        assert_eq!(subjects("second", db)?, ["second"], "{dropped:?}");
        db.execute("UPDATE letter SET subject = 'third' WHERE subject = 'first'", ())?;
        assert_eq!((subjects("first", db)?.len(), subjects("third", db)?.len()), (0, 1), "{dropped:?}");
    }
    Ok(())
}

on_every_backend!(
    rows_are_found_by_a_uuid,
    rows_are_found_by_a_key_of_several_columns,
    an_index_by_another_key_is_added_to_rows,
);
