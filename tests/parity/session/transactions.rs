//! Commit, rollback, savepoints, and what a flush that failed leaves.

use ormcore::SessionOptions;
use ormcore::prelude::*;
use serde_json::json;

use super::models::{Account, Author, Book, Film, Genre, Item, Shelf};
use super::rows::{all_names, author_with, books_of, film_with, kept, names, shelf, shelf_with, undone};
use super::{Scenarios, fails};

pub(super) fn scenarios(all: &mut Scenarios) {
    values(all);
    rows(all);
    relationships(all);
    endings(all);
    committing(all);
    failing(all);
    savepoints(all);
    rows_in_savepoints(all);
    nested(all);
}

fn values(all: &mut Scenarios) {
    all.once("a rollback restores values that were not flushed", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.rollback()?;
        Ok(json!([s[shelf].name, t.writes()]))
    });
    all.once("a rollback restores values that were flushed", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.flush()?;
        s[shelf].name = "c".into();
        s.flush()?;
        s.rollback()?;
        Ok(json!([s[shelf].name.clone(), all_names::<Shelf>(s)?]))
    });
    all.once("a rollback restores the row, not a copy of it", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.flush()?;
        s.rollback()?;
        let same = s.get::<Shelf>(s[shelf].id)? == Some(shelf);
        let found = s.all(Shelf::query())?;
        Ok(json!([same, s[shelf].name, found.iter().map(|one| *one == shelf).collect::<Vec<_>>()]))
    });
    all.once("a version is as it was after a rollback", |s, t| {
        let account = s.add(Account::new("a", 1));
        t.saved(s)?;
        s[account].balance = 2;
        s.flush()?;
        s.rollback()?;
        s[account].balance = 3;
        s.commit()?;
        Ok(json!([s[account].balance, s[account].version]))
    });
}

fn rows(all: &mut Scenarios) {
    all.once("a row that was added leaves with a rollback", |s, _| {
        let flushed = shelf(s, "a");
        s.flush()?;
        let pending = shelf(s, "b");
        s.rollback()?;
        Ok(json!([s.contains(flushed), s.contains(pending), all_names::<Shelf>(s)?]))
    });
    all.once("a row that was deleted is back after a rollback", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        let key = s[shelf].id;
        s.delete(shelf)?;
        s.flush()?;
        let gone = s.get::<Shelf>(key)?.is_some().then_some("found");
        s.rollback()?;
        Ok(json!([gone, s.contains(shelf), s.get::<Shelf>(key)? == Some(shelf), s[shelf].name]))
    });
    all.once("a row that was to be deleted stays after a rollback", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.delete(shelf)?;
        s.rollback()?;
        s.commit()?;
        Ok(json!([s.contains(shelf), all_names::<Shelf>(s)?]))
    });
    all.once("a key is free again after a rollback", |s, _| {
        s.add(Genre::new("sf"));
        s.flush()?;
        s.rollback()?;
        s.add(Genre::new("sf"));
        s.commit()?;
        Ok(json!(all_names::<Genre>(s)?))
    });
    all.once("rows that were read are read again after a rollback", |s, t| {
        shelf(s, "a");
        let mut s = t.anew(s)?;
        let shelf = s.one(Shelf::query())?;
        s.rollback()?;
        t.run("UPDATE shelf SET name = 'b'")?;
        let same = s.get::<Shelf>(s[shelf].id)? == Some(shelf);
        Ok(json!([same, s[shelf].name]))
    });
}

fn relationships(all: &mut Scenarios) {
    all.once("a cascade is taken back by a rollback", |s, t| {
        let (author, books) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        s.delete(author)?;
        s.flush()?;
        s.rollback()?;
        let back = books.map(|book| s.contains(book));
        Ok(json!([back, books_of(s, author)?, s.related(books[0], Book::AUTHOR)? == Some(author)]))
    });
    all.once("a collection is as it was after a rollback", |s, t| {
        let (old, [pen]) = shelf_with(s, "old", ["pen"]);
        let new = shelf(s, "new");
        t.saved(s)?;
        s.related(old, Shelf::ITEMS)?;
        s.append(new, Shelf::ITEMS, pen)?;
        let ink = s.add(Item::new("ink"));
        s.append(new, Shelf::ITEMS, ink)?;
        s.flush()?;
        s.rollback()?;
        let items: Vec<bool> = s.related(old, Shelf::ITEMS)?.into_iter().map(|item| item == pen).collect();
        Ok(json!([items, s.related(new, Shelf::ITEMS)?.len(), s.related(pen, Item::SHELF)? == Some(old)]))
    });
    all.once("a link is taken back by a rollback", |s, t| {
        let (film, []) = film_with(s, [])?;
        let sf = s.add(Genre::new("sf"));
        t.saved(s)?;
        s.append(film, Film::GENRES, sf)?;
        s.flush()?;
        s.rollback()?;
        Ok(json!([s.related(film, Film::GENRES)?.len(), s.related(sf, Genre::FILMS)?.len()]))
    });
}

fn endings(all: &mut Scenarios) {
    all.once("a rollback of nothing, and a second one", |s, t| {
        s.rollback()?;
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.rollback()?;
        s.rollback()?;
        Ok(json!([s.contains(shelf), s[shelf].name]))
    });
    all.once("a session that is closed without a commit writes nothing", |s, t| {
        shelf(s, "a");
        t.saved(s)?;
        shelf(s, "b");
        s.flush()?;
        Ok(json!(all_names::<Shelf>(s)?))
    });
    all.once("a session goes on after a commit", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.commit()?;
        s[shelf].name = "c".into();
        s.rollback()?;
        Ok(json!(s[shelf].name))
    });
}

fn committing(all: &mut Scenarios) {
    all.once("a commit leaves the rows as they are in hand", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        t.run("UPDATE shelf SET name = 'b'")?;
        Ok(json!([s.get::<Shelf>(s[shelf].id)? == Some(shelf), s[shelf].name, t.reads()]))
    });
    let expiring = SessionOptions::new().expire_on_commit(true);
    all.with("a commit that expires has rows read again", expiring, |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        t.run("UPDATE shelf SET name = 'b'")?;
        let same = s.get::<Shelf>(s[shelf].id)? == Some(shelf);
        Ok(json!([same, s[shelf].name, t.reads()]))
    });
    all.with("a commit that expires has collections read again", expiring, |s, t| {
        let (author, _) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        let before = books_of(s, author)?;
        s.commit()?;
        t.run("DELETE FROM book")?;
        Ok(json!([before, books_of(s, author)?]))
    });
}

fn failing(all: &mut Scenarios) {
    all.once("a flush that failed stops the session until a rollback", |s, t| {
        s.add(Genre::new("sf"));
        t.saved(s)?;
        s.add(Genre::new("sf"));
        let failed = fails(s.flush());
        let refused = fails(s.all(Genre::query()));
        s.rollback()?;
        Ok(json!([failed, refused, s.all(Genre::query())?.len()]))
    });
    all.once("a session works after a failed flush and a rollback", |s, t| {
        let genre = s.add(Genre::new("sf"));
        t.saved(s)?;
        let twin = s.add(Genre::new("sf"));
        let failed = fails(s.flush());
        s.rollback()?;
        s.add(Genre::new("poem"));
        s.commit()?;
        Ok(json!([failed, s.contains(twin), s.contains(genre), all_names::<Genre>(s)?]))
    });
    all.once("a failed flush takes back what was written before it failed", |s, t| {
        let shelf = shelf(s, "a");
        s.add(Genre::new("sf"));
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.flush()?;
        s.add(Genre::new("sf"));
        let failed = fails(s.commit());
        s.rollback()?;
        Ok(json!([failed, s[shelf].name.clone(), all_names::<Shelf>(s)?]))
    });
    all.once("a flush that fails in a savepoint leaves what was before it", |s, t| {
        let shelf = shelf(s, "a");
        s.add(Genre::new("sf"));
        t.saved(s)?;
        s[shelf].name = "b".into();
        kept(s, |s| {
            s.add(Genre::new("sf"));
            s.flush()
        })?;
        let seen = json!([s[shelf].name.clone(), all_names::<Genre>(s)?]);
        s.commit()?;
        Ok(seen)
    });
}

fn savepoints(all: &mut Scenarios) {
    all.once("a savepoint is taken back alone", |s, t| {
        let a = shelf(s, "a");
        t.saved(s)?;
        s[a].name = "b".into();
        undone(s, |s| {
            s[a].name = "c".into();
            shelf(s, "new");
            s.flush()
        })?;
        let inside = json!([s[a].name.clone(), all_names::<Shelf>(s)?]);
        s.commit()?;
        Ok(inside)
    });
    all.once("a savepoint flushes what was changed before it", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        let mut seen = Vec::new();
        kept(s, |_| {
            seen = t.writes();
            Ok(())
        })?;
        Ok(json!(seen))
    });
    all.once("what was not flushed in a savepoint is taken back with it", |s, t| {
        let a = shelf(s, "a");
        t.saved(s)?;
        undone(s, |s| {
            s[a].name = "c".into();
            shelf(s, "new");
            Ok(())
        })?;
        s.commit()?;
        Ok(json!([s[a].name.clone(), all_names::<Shelf>(s)?]))
    });
    all.once("a savepoint that is kept goes with the transaction", |s, t| {
        let a = shelf(s, "a");
        t.saved(s)?;
        kept(s, |s| {
            s[a].name = "b".into();
            shelf(s, "new");
            Ok(())
        })?;
        let inside = all_names::<Shelf>(s)?;
        s.rollback()?;
        Ok(json!([inside, s[a].name.clone(), all_names::<Shelf>(s)?]))
    });
}

fn rows_in_savepoints(all: &mut Scenarios) {
    all.once("a row that was added in a savepoint leaves with it, one before it stays", |s, _| {
        let (before, mut inside) = (shelf(s, "before"), None);
        undone(s, |s| {
            inside = Some(shelf(s, "inside"));
            s.flush()
        })?;
        s.commit()?;
        Ok(json!([s.contains(before), inside.is_some_and(|inside| s.contains(inside))]))
    });
    all.once("a row that was deleted in a savepoint is back after it", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        let key = s[shelf].id;
        undone(s, |s| {
            s.delete(shelf)?;
            s.flush()
        })?;
        Ok(json!([s.contains(shelf), s.get::<Shelf>(key)? == Some(shelf), all_names::<Shelf>(s)?]))
    });
    all.once("a row that was added before a savepoint and changed in it", |s, _| {
        let shelf = shelf(s, "a");
        undone(s, |s| {
            s[shelf].name = "b".into();
            s.flush()
        })?;
        let seen = s[shelf].name.clone();
        s.commit()?;
        Ok(json!(seen))
    });
    all.once("a link is taken back by a savepoint", |s, t| {
        let (film, []) = film_with(s, [])?;
        let [sf, poem] = ["sf", "poem"].map(|name| s.add(Genre::new(name)));
        t.saved(s)?;
        s.append(film, Film::GENRES, sf)?;
        undone(s, |s| {
            s.append(film, Film::GENRES, poem)?;
            s.flush()
        })?;
        let genres = s.related(film, Film::GENRES)?;
        let seen = json!(names(s, &genres));
        s.commit()?;
        Ok(seen)
    });
    all.once("a cascade is taken back by a savepoint", |s, t| {
        let (author, [book]) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        undone(s, |s| {
            s.delete(author)?;
            s.flush()
        })?;
        let books: Vec<bool> = s.related(author, Author::BOOKS)?.into_iter().map(|one| one == book).collect();
        let seen = json!([s.contains(author), s.contains(book), books]);
        s[book].pages = 5;
        s.commit()?;
        Ok(seen)
    });
}

fn nested(all: &mut Scenarios) {
    all.once("a savepoint in a savepoint", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        let inner = |s: &mut ormcore::Session| {
            s[shelf].name = "inner".into();
            s.flush()
        };
        let mut seen = Vec::new();
        undone(s, |s| {
            s[shelf].name = "outer".into();
            undone(s, inner)?;
            seen.push(s[shelf].name.clone());
            kept(s, inner)?;
            seen.push(s[shelf].name.clone());
            Ok(())
        })?;
        seen.push(s[shelf].name.clone());
        s.commit()?;
        Ok(json!(seen))
    });
}
