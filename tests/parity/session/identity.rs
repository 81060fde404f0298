//! One row, one handle: what is asked of the database, and which values are in hand.

use ormcore::prelude::*;
use ormcore::{Result, Session, SessionOptions};
use serde_json::{Value, json};

use super::models::{Author, Book, Film, Genre, Item, Shelf, Staff};
use super::rows::{all_names, author_with, books_of, film_with, items_of, names, shelf, shelf_of, shelf_with};
use super::{Scenarios, Trace, fails};

pub(super) fn scenarios(all: &mut Scenarios) {
    by_key(all);
    by_query(all);
    refreshing(all);
    expiring(all);
    to_one(all);
    collections(all);
    both_sides(all);
    foreign_keys(all);
    deleted(all);
    merging(all);
}

/// A shelf that is called `a` here and `b` in the database.
fn renamed_beside(s: &mut Session, t: &Trace) -> Result<Handle<Shelf>> {
    let shelf = shelf(s, "a");
    t.saved(s)?;
    t.run("UPDATE shelf SET name = 'b'")?;
    Ok(shelf)
}

fn by_key(all: &mut Scenarios) {
    all.once("a row that is got twice is the same and asked for once", |s, t| {
        let shelf = shelf(s, "a");
        let mut again = t.anew(s)?;
        let first = again.get::<Shelf>(s[shelf].id)?;
        Ok(json!([first == again.get::<Shelf>(s[shelf].id)?, t.reads()]))
    });
    all.once("a key that no row has", |s, t| {
        shelf(s, "a");
        t.saved(s)?;
        let found = [s.get::<Shelf>(77)?, s.get::<Shelf>(77)?];
        Ok(json!([found[0].map(|row| s[row].id), found[1].map(|row| s[row].id), t.reads()]))
    });
    all.once("a default before and after the flush", |s, _| {
        let (_, [book]) = author_with(s, "ann", ["a"]);
        let before = s[book].pages;
        s.flush()?;
        Ok(json!([before, s[book].pages]))
    });
    all.once("a row that was added has a key after the flush", |s, t| {
        let shelf = shelf(s, "a");
        let before = s.key(shelf)?;
        s.flush()?;
        let key = s.key(shelf)?;
        Ok(json!([before, key.is_some(), s.get::<Shelf>(s[shelf].id)? == Some(shelf), t.reads()]))
    });
}

fn by_query(all: &mut Scenarios) {
    all.once("a query gives the objects that are in hand", |s, t| {
        let [a, b] = ["a", "b"].map(|name| shelf(s, name));
        t.saved(s)?;
        let found = s.all(Shelf::query().order_by(Shelf::NAME.desc()))?;
        Ok(json!([found[0] == b, found[1] == a]))
    });
    all.once("two questions give one object", |s, t| {
        shelf(s, "a");
        let mut s = t.anew(s)?;
        let first = shelf_of(&mut s, "a")?;
        Ok(json!([first == s.first(Shelf::query())?, t.reads()]))
    });
    all.once("a query flushes first", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        let found = [shelf_of(s, "b")?, shelf_of(s, "a")?];
        Ok(json!([found[0] == Some(shelf), found[1].map(|row| s[row].id), t.writes()]))
    });
    all.once("a query finds a row that was added", |s, t| {
        let shelf = shelf(s, "a");
        Ok(json!([shelf_of(s, "a")? == Some(shelf), t.writes()]))
    });
    all.once("a query does not find a row that is to be deleted", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.delete(shelf)?;
        let found = shelf_of(s, "a")?;
        Ok(json!([found.map(|row| s[row].id), t.writes()]))
    });
    let no_autoflush = SessionOptions::new().autoflush(false);
    all.with(
        "without autoflush a query sees what the database has, and keeps what is in hand",
        no_autoflush,
        |s, t| {
            let shelf = shelf(s, "a");
            t.saved(s)?;
            s.add(Shelf::new("new"));
            s[shelf].name = "b".into();
            let (found, none) = (s.all(Shelf::query())?, shelf_of(s, "b")?);
            let name = s[shelf].name.clone();
            Ok(json!([found.len(), found[0] == shelf, name, none.map(|row| s[row].id), t.writes()]))
        },
    );
    all.once("a row that changed in the database is not read over the one in hand", |s, t| {
        let shelf = renamed_beside(s, t)?;
        let found = s.one(Shelf::query())?;
        Ok(json!([found == shelf, s[shelf].name]))
    });
    all.once("a query through a link table gives the objects in hand", |s, t| {
        let (film, _) = film_with(s, ["sf"])?;
        t.saved(s)?;
        Ok(json!(s.one(Film::query().join(Film::GENRES).filter(Genre::NAME.eq("sf")))? == film))
    });
}

fn refreshing(all: &mut Scenarios) {
    all.once("a refresh reads what the database has", |s, t| {
        let shelf = renamed_beside(s, t)?;
        s.refresh(shelf)?;
        Ok(json!([s[shelf].name, t.reads()]))
    });
    all.with("a refresh loses what was not flushed", SessionOptions::new().autoflush(false), |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.refresh(shelf)?;
        s.commit()?;
        Ok(json!([s[shelf].name, t.writes()]))
    });
    all.once("a refresh of a row that is gone is refused", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        t.run("DELETE FROM shelf")?;
        Ok(json!(fails(s.refresh(shelf))))
    });
}

fn expiring(all: &mut Scenarios) {
    all.once("an expired row shows", |s, t| {
        let shelf = renamed_beside(s, t)?;
        s.expire(shelf)?;
        Ok(json!([s[shelf].name, t.reads()]))
    });
    all.once("an expired row is read by get", |s, t| {
        let shelf = renamed_beside(s, t)?;
        s.expire(shelf)?;
        let same = s.get::<Shelf>(s[shelf].id)? == Some(shelf);
        Ok(json!([same, s[shelf].name, t.reads()]))
    });
    all.once("an expired row is read by a query", |s, t| {
        let shelf = renamed_beside(s, t)?;
        s.expire(shelf)?;
        let same = s.one(Shelf::query())? == shelf;
        Ok(json!([same, s[shelf].name, t.reads()]))
    });
    all.once("an expired row that is gone is not found by its key", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        t.run("DELETE FROM shelf")?;
        s.expire(shelf)?;
        let found = s.get::<Shelf>(s[shelf].id)?;
        Ok(json!(found.map(|row| s[row].id)))
    });
    all.once("expiring a row loses what was not flushed", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.expire(shelf)?;
        s.commit()?;
        s.refresh(shelf)?;
        Ok(json!([s[shelf].name, t.writes()]))
    });
}

fn to_one(all: &mut Scenarios) {
    all.once("a many-to-one whose row is in hand asks nothing", |s, t| {
        shelf_with(s, "a", ["pen", "ink"]);
        let mut s = t.anew(s)?;
        let shelf = s.one(Shelf::query())?;
        let items = s.all(Item::query())?;
        t.clear();
        let same = items.iter().map(|item| Ok(s.related(*item, Item::SHELF)? == Some(shelf)));
        Ok(json!([same.collect::<Result<Vec<bool>>>()?, t.reads()]))
    });
    all.once("a many-to-one that is NULL asks nothing", |s, t| {
        s.add(Item::new("pen"));
        let mut s = t.anew(s)?;
        let item = s.one(Item::query())?;
        t.clear();
        let shelf = s.related(item, Item::SHELF)?;
        Ok(json!([shelf.map(|shelf| s[shelf].id), t.reads()]))
    });
    all.once("a many-to-one is asked for once for all children", |s, t| {
        shelf_with(s, "a", ["pen", "ink"]);
        let mut s = t.anew(s)?;
        let items = s.all(Item::query())?;
        t.clear();
        Ok(json!([s.related(items[0], Item::SHELF)? == s.related(items[1], Item::SHELF)?, t.reads()]))
    });
}

fn collections(all: &mut Scenarios) {
    all.once("a collection is asked for once", |s, t| {
        author_with(s, "ann", ["b", "a"]);
        let mut s = t.anew(s)?;
        let author = s.one(Author::query())?;
        t.clear();
        let books = s.related(author, Author::BOOKS)?;
        let same = books.iter().map(|book| Ok(s.related(*book, Book::AUTHOR)? == Some(author)));
        let same = same.collect::<Result<Vec<bool>>>()?;
        Ok(json!([books_of(&mut s, author)?, same, t.reads()]))
    });
    all.once("a collection that is empty is asked for once", |s, t| {
        author_with(s, "ann", []);
        let mut s = t.anew(s)?;
        let author = s.one(Author::query())?;
        t.clear();
        let mut count = || Ok(s.related(author, Author::BOOKS)?.len());
        let counts: [Result<usize>; 2] = [count(), count()];
        let [first, second] = counts;
        Ok(json!([first?, second?, t.reads()]))
    });
    all.once("a collection is loaded with what was added and not flushed", |s, t| {
        let (author, _) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        s.expire(author)?;
        s.add(Book::new("b", s[author].id));
        Ok(json!([books_of(s, author)?, t.writes()]))
    });
    all.once("an eager load fills the collections of rows in hand", |s, t| {
        author_with(s, "ann", ["a"]);
        let mut s = t.anew(s)?;
        let author = s.one(Author::query())?;
        s.all(Author::query().with(Author::BOOKS.selectin()))?;
        t.clear();
        Ok(json!([books_of(&mut s, author)?, t.reads()]))
    });
}

fn both_sides(all: &mut Scenarios) {
    all.once("a collection that was loaded gets a child whose parent is set", |s, t| {
        let (shelf, _) = shelf_with(s, "a", ["ink"]);
        let pen = s.add(Item::new("pen"));
        t.saved(s)?;
        s.related(shelf, Shelf::ITEMS)?;
        s.set(pen, Item::SHELF, Some(shelf))?;
        t.clear();
        let mut items = items_of(s, shelf)?;
        items.sort();
        Ok(json!([items, t.reads()]))
    });
    all.once("a child whose parent is set leaves the collection that it was in", |s, t| {
        let (old, [pen, _]) = shelf_with(s, "old", ["pen", "ink"]);
        let new = shelf(s, "new");
        t.saved(s)?;
        s.related(old, Shelf::ITEMS)?;
        s.set(pen, Item::SHELF, Some(new))?;
        s.commit()?;
        Ok(json!([items_of(s, old)?, items_of(s, new)?]))
    });
    all.once("a reference that is set to nothing", |s, t| {
        let (shelf, [pen]) = shelf_with(s, "a", ["pen"]);
        t.saved(s)?;
        s.related(shelf, Shelf::ITEMS)?;
        s.set(pen, Item::SHELF, None)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, s[pen].shelf_id, s.related(shelf, Shelf::ITEMS)?.len()]))
    });
    all.once("both ends of a relationship of a table to itself", |s, _| {
        let [top, low] = ["top", "low"].map(|name| s.add(Staff::new(name)));
        s.append(top, Staff::REPORTS, low)?;
        s.commit()?;
        let (boss, none) = (s.related(low, Staff::BOSS)?, s.related(top, Staff::BOSS)?);
        let (reports, of_low) = (s.related(top, Staff::REPORTS)?, s.related(low, Staff::REPORTS)?);
        Ok(json!([boss == Some(top), none.map(|boss| s[boss].id), names(s, &reports), of_low.len()]))
    });
}

fn foreign_keys(all: &mut Scenarios) {
    fn shelf_name(s: &mut Session, item: Handle<Item>) -> Result<Value> {
        let shelf = s.related(item, Item::SHELF)?;
        Ok(json!(shelf.map(|shelf| s[shelf].name.clone())))
    }
    all.once("a foreign key that is edited leads to the new parent", |s, t| {
        let (_, [pen]) = shelf_with(s, "a", ["pen"]);
        let b = shelf(s, "b");
        t.saved(s)?;
        s[pen].shelf_id = Some(s[b].id);
        let edited = shelf_name(s, pen)?;
        s.flush()?;
        let flushed = shelf_name(s, pen)?;
        s.expire(pen)?;
        Ok(json!([edited, flushed, shelf_name(s, pen)?]))
    });
    all.once("a reference wins over an edited foreign key", |s, t| {
        let (_, [pen]) = shelf_with(s, "a", ["pen"]);
        let [b, c] = ["b", "c"].map(|name| shelf(s, name));
        t.saved(s)?;
        s[pen].shelf_id = Some(s[b].id);
        s.set(pen, Item::SHELF, Some(c))?;
        s.commit()?;
        shelf_name(s, pen)
    });
    all.once("a reference to a new row wins over an edited foreign key", |s, t| {
        let (_, [pen]) = shelf_with(s, "a", ["pen"]);
        let b = shelf(s, "b");
        t.saved(s)?;
        let c = shelf(s, "c");
        s.set(pen, Item::SHELF, Some(c))?;
        s[pen].shelf_id = Some(s[b].id);
        s.commit()?;
        shelf_name(s, pen)
    });
}

fn deleted(all: &mut Scenarios) {
    all.once("a deleted row is not found by its key", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        let key = s[shelf].id;
        s.delete(shelf)?;
        s.flush()?;
        let found = s.get::<Shelf>(key)?;
        Ok(json!([found.map(|row| s[row].id), s.contains(shelf)]))
    });
    all.once("a row that is to be deleted, by its key", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.delete(shelf)?;
        Ok(json!(s.get::<Shelf>(s[shelf].id)? == Some(shelf)))
    });
}

fn merging(all: &mut Scenarios) {
    all.once("a row that is merged gives its values to the one in hand", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        let mut row = s[shelf].clone();
        row.name = "b".into();
        let merged = s.merge(row)?;
        s.commit()?;
        Ok(json!([merged == shelf, s[shelf].name, t.writes()]))
    });
    all.once("a row that is merged and the same writes nothing", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.merge(s[shelf].clone())?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a row that leaves the session is not written", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        let row = s.take(shelf)?;
        s.commit()?;
        Ok(json!([row.name, t.writes()]))
    });
    all.once("a row that left the session is another one when it comes back", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.take(shelf)?;
        let back = s.one(Shelf::query())?;
        Ok(json!([back == shelf, s.contains(back), s.contains(shelf), s.try_get(back)?.name]))
    });
    all.once("a session knows whether there is something to write", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        let mut said = vec![s.is_modified()];
        s[shelf].name = "b".into();
        said.push(s.is_modified());
        s.flush()?;
        said.push(s.is_modified());
        assert_eq!(all_names::<Shelf>(s)?, ["b"]);
        Ok(json!(said))
    });
}
