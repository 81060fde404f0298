//! What a model is told of its rows after they were updated and deleted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ormcore::Written;
use ormcore::prelude::*;

/// What is in what a model was told by its own functions; each row's are those with its mark.
static SEEN: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// What was seen of the rows with the mark since it was asked.
fn seen(mark: &str) -> Vec<String> {
    let mut all = SEEN.lock().unwrap();
    let (of_mark, others) = std::mem::take(&mut *all).into_iter().partition(|(other, _)| other == mark);
    *all = others;
    let of_mark: Vec<(String, String)> = of_mark;
    of_mark.into_iter().map(|(_, seen)| seen).collect()
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "evt_page", after_update = Page::updated, after_delete = Page::deleted)]
struct Page {
    #[column(primary_key)]
    id: i64,
    mark: String,
    #[column(name = "the text")]
    text: String,
    #[column(version)]
    version: i32,
}

impl Page {
    fn updated(&self, written: Written<'_, Page>) -> ormcore::Result<()> {
        if self.text == "refused" {
            return Err(Error::other("not this"));
        }
        let what = if written.contains(Page::MARK) { "all" } else { "the text" };
        assert!(written.contains(Page::TEXT) && !written.contains(Page::ID));
        self.note(format!("{what} {:?} {}", self.text, self.version))
    }

    fn deleted(&self) -> ormcore::Result<()> {
        if self.text == "kept" { Err(Error::other("it stays")) } else { self.note(format!("deleted {}", self.text)) }
    }

    fn note(&self, seen: String) -> ormcore::Result<()> {
        SEEN.lock().unwrap().push((self.mark.clone(), seen));
        Ok(())
    }
}

/// Each backend's rows have a mark of their own.
fn mark(db: &Database) -> ormcore::Result<String> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    db.create_tables::<Page>()?;
    Ok(format!("mark {}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn a_row_is_seen_after_it_is_updated_and_deleted(db: &Database) -> ormcore::Result<()> {
    let mark = mark(db)?;
    let mut pages = Page::insert_all(["a", "b"].map(|text| Page::new(mark.as_str(), text)), db)?;
    pages[0].text = "c".into();
    pages[0].update(db)?;
    pages[0].update_only((Page::TEXT,), db)?;
    assert_eq!(seen(&mark), ["all \"c\" 2", "the text \"c\" 3"]);
    Page::update_all(&mut pages, db)?;
    Page::update_all_only(&mut pages, (Page::TEXT,), db)?;
    assert_eq!(seen(&mark), ["all \"c\" 4", "all \"b\" 2", "the text \"c\" 5", "the text \"b\" 3"]);
    assert_eq!((pages[0].version, &Page::find(pages[0].id, db)?), (5, &pages[0]));
    Page::update_all([], db)?;
    pages[0].delete(db)?;
    Page::delete_all(&pages[1..], db)?;
    assert_eq!(seen(&mark), ["deleted c", "deleted b"]);
    // What is not there was not written.
    assert!(pages[0].update(db).is_err() && pages[0].delete(db).is_err());
    assert!(seen(&mark).is_empty());
    Ok(())
}

#[derive(Model)]
#[model(table = "evt_counted", before_update = Counted::count, after_update = Counted::updated)]
struct Counted {
    #[column(primary_key)]
    id: i64,
    name: String,
    note: String,
    #[column(default = 0)]
    edits: i32,
    #[column(on_write = 5)]
    writes: i32,
    #[column(version)]
    version: i32,
}

impl Counted {
    fn count(&mut self) -> ormcore::Result<()> {
        self.edits += 1;
        Ok(())
    }

    fn updated(&self, written: Written<'_, Counted>) -> ormcore::Result<()> {
        assert!(written.contains(Counted::NAME) && !written.contains(Counted::NOTE));
        assert!(written.contains(Counted::EDITS), "before_update changed it");
        assert!(written.contains(Counted::WRITES) && written.contains(Counted::VERSION));
        Ok(())
    }
}

fn what_is_written_beside_the_columns_that_were_given_is_told(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Counted>()?;
    let mut counted = Counted::new("a", "kept").insert(db)?;
    (counted.name, counted.note) = ("b".into(), "lost".into());
    counted.update_only((Counted::NAME,), db)?;
    let read = Counted::find(counted.id, db)?;
    assert_eq!((read.name.as_str(), read.note.as_str(), read.edits, read.version), ("b", "kept", 1, 2));
    Ok(())
}

fn an_error_after_an_update_or_a_delete_takes_it_back(db: &Database) -> ormcore::Result<()> {
    let mark = mark(db)?;
    let mut pages = Page::insert_all(["a", "b"].map(|text| Page::new(mark.as_str(), text)), db)?;
    pages[1].text = "refused".into();
    let error = pages[1].update(db).unwrap_err();
    assert!(error.to_string().starts_with("`evt_page`: `after_update` refused the row with `id` = "), "{error}");
    pages[0].text = "c".into();
    assert!(Page::update_all(&mut pages, db).is_err());
    assert_eq!(pages.iter().map(|page| page.version).collect::<Vec<_>>(), [1, 1]);
    let texts = || Page::query().select(Page::TEXT).order_by(Page::ID).all(db);
    assert_eq!(texts()?, ["a", "b"]);
    let kept = Page { text: "kept".into(), ..pages[1].clone() };
    let error = kept.delete(db).unwrap_err();
    assert!(error.to_string().starts_with("`evt_page`: `after_delete` refused the row with `id` = "), "{error}");
    // In a transaction only that is taken back.
    db.transaction(|tx| {
        pages[0].update(tx)?;
        assert!(pages[1].update(tx).is_err() && kept.delete(tx).is_err());
        Ok(())
    })?;
    assert_eq!(texts()?, ["c", "b"]);
    Ok(())
}

fn a_session_tells_what_it_updated_and_deleted(db: &Database) -> ormcore::Result<()> {
    let mark = mark(db)?;
    let mut session = db.session()?;
    let pages = session.add_all(["a", "b", "c"].map(|text| Page::new(mark.as_str(), text)));
    session.commit()?;
    assert!(seen(&mark).is_empty());
    session[pages[0]].text = "d".into();
    session[pages[1]].text = "e".into();
    session[pages[1]].text = "b".into();
    session.delete(pages[2])?;
    session.commit()?;
    let mut found = seen(&mark);
    found.sort();
    assert_eq!(found, ["deleted c", "the text \"d\" 2"]);
    session[pages[0]].text = "refused".into();
    let error = session.flush().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused { event, .. } if event == "after_update"), "{error}");
    session.rollback()?;
    assert_eq!((session[pages[0]].text.as_str(), session[pages[0]].version), ("d", 2));
    session[pages[0]].text = "kept".into();
    session.flush()?;
    session.delete(pages[0])?;
    let error = session.flush().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused { event, .. } if event == "after_delete"), "{error}");
    session.rollback()?;
    assert_eq!(Page::query().select(Page::TEXT).order_by(Page::ID).all(db)?, ["d", "b"]);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_row_is_seen_after_it_is_updated_and_deleted,
    what_is_written_beside_the_columns_that_were_given_is_told,
    an_error_after_an_update_or_a_delete_takes_it_back,
    a_session_tells_what_it_updated_and_deleted,
);
