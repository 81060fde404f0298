//! The order in which a flush writes, and what it does not write at all.

use ormcore::prelude::*;
use serde_json::json;

use super::models::{Account, Author, Book, Currency, Genre, Item, Nation, Shelf, Staff, Town};
use super::rows::{author_with, film_with, names, shelf, shelf_with};
use super::{Scenarios, fails};

pub(super) fn scenarios(all: &mut Scenarios) {
    tables(all);
    circles(all);
    moves(all);
    keys(all);
    links(all);
    changes(all);
    leaving(all);
    versions(all);
}

fn tables(all: &mut Scenarios) {
    all.once("parents go in before children that were added before them", |s, t| {
        let item = s.add(Item::new("pen"));
        let shelf = shelf(s, "top");
        s.append(shelf, Shelf::ITEMS, item)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("children go before parents", |s, t| {
        let (author, _) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        s.delete(author)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("rows of one table are one statement, however many and in what order they came", |s, t| {
        for name in ["ann", "bob"] {
            let author = s.add(Author::new(name));
            s.add_all((0..3).map(|n| Book::new(format!("{name} {n}"), author)));
        }
        s.commit()?;
        Ok(json!(t.statements()))
    });
    all.once("rows of one table get their keys in the order in which they were added", |s, _| {
        s.add_all(["c", "a", "b"].map(Shelf::new));
        s.commit()?;
        let shelves = s.all(Shelf::query().order_by(Shelf::ID))?;
        Ok(json!(names(s, &shelves)))
    });
    all.once("a tree goes in from the root, whatever was added first", |s, t| {
        let [low, mid, top] = ["low", "mid", "top"].map(|name| s.add(Staff::new(name)));
        s.set(low, Staff::BOSS, Some(mid))?;
        s.set(mid, Staff::BOSS, Some(top))?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a tree goes from the leaves", |s, t| {
        let top = s.add(Staff::new("top"));
        let mid = s.add(Staff::new("mid").set(Staff::BOSS_ID, top));
        let low = s.add(Staff::new("low").set(Staff::BOSS_ID, mid));
        t.saved(s)?;
        [top, low, mid].into_iter().try_for_each(|row| s.delete(row))?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn circles(all: &mut Scenarios) {
    all.once("two tables that point to each other take an update", |s, t| {
        let nation = s.add(Nation::new("nl"));
        let town = s.add(Town::new("adam", nation));
        s.set(nation, Nation::CAPITAL, Some(town))?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("two rows that point to each other go after an update", |s, t| {
        let nation = s.add(Nation::new("nl"));
        let town = s.add(Town::new("adam", nation));
        s.set(nation, Nation::CAPITAL, Some(town))?;
        t.saved(s)?;
        s.delete(town)?;
        s.delete(nation)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("two rows of one table that point to each other", |s, t| {
        let [a, b] = ["a", "b"].map(|name| s.add(Staff::new(name)));
        s.set(a, Staff::BOSS, Some(b))?;
        s.set(b, Staff::BOSS, Some(a))?;
        Ok(json!([fails(s.commit()), t.writes()]))
    });
    all.once("a row that points to itself", |s, t| {
        let a = s.add(Staff::new("a"));
        s.set(a, Staff::BOSS, Some(a))?;
        Ok(json!([fails(s.commit()), t.writes()]))
    });
}

fn moves(all: &mut Scenarios) {
    all.once("a child that moved stays when its old parent goes", |s, t| {
        let (old, [pen]) = shelf_with(s, "old", ["pen"]);
        let new = shelf(s, "new");
        t.saved(s)?;
        s.append(new, Shelf::ITEMS, pen)?;
        s.delete(old)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a child that moved to a new parent stays when its old parent goes and takes its children", |s, t| {
        let (old, [a, _]) = author_with(s, "old", ["a", "b"]);
        t.saved(s)?;
        let new = s.add(Author::new("new"));
        s.append(new, Author::BOOKS, a)?;
        s.flush()?;
        s.delete(old)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a child that moved without a flush stays when its old parent goes and takes its children", |s, t| {
        let (old, [a, _]) = author_with(s, "old", ["a", "b"]);
        let new = s.add(Author::new("new"));
        t.saved(s)?;
        s.append(new, Author::BOOKS, a)?;
        s.delete(old)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn keys(all: &mut Scenarios) {
    all.once("a unique value goes and comes again in one flush", |s, t| {
        let genre = s.add(Genre::new("sf"));
        t.saved(s)?;
        s.delete(genre)?;
        s.add(Genre::new("sf"));
        Ok(json!([fails(s.commit()), t.writes()]))
    });
    all.once("a unique value comes again and then goes, in one flush", |s, t| {
        let genre = s.add(Genre::new("sf"));
        t.saved(s)?;
        s.add(Genre::new("sf"));
        Ok(json!([fails(s.delete(genre).and_then(|()| s.commit())), t.writes()]))
    });
    all.once("a key goes and comes again in one flush", |s, t| {
        let franc = s.add(Currency::new("FR", "franc"));
        t.saved(s)?;
        s.delete(franc)?;
        s.add(Currency::new("FR", "frank"));
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a unique value passes from one row to another in two flushes", |s, t| {
        let [a, b] = ["a", "b"].map(|name| s.add(Genre::new(name)));
        t.saved(s)?;
        s[a].name = "c".into();
        s.flush()?;
        s[b].name = "a".into();
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a unique value passes from one row to another in one flush", |s, t| {
        let (a, b) = (s.add(Genre::new("a")), s.add(Genre::new("b")));
        t.saved(s)?;
        s[a].name = "b".into();
        s[b].name = "c".into();
        let first = fails(s.flush());
        s[a].name = "a".into();
        s.commit()?;
        Ok(json!([first, t.writes()]))
    });
    all.once("two rows exchange their unique values in one flush", |s, t| {
        let (a, b) = (s.add(Genre::new("a")), s.add(Genre::new("b")));
        t.saved(s)?;
        s[a].name = "b".into();
        s[b].name = "a".into();
        let (ended, writes) = (fails(s.commit()), t.writes());
        Ok(json!([ended, writes, s[a].name, s[b].name]))
    });
    all.once("a unique value passes from a changed row to a new one", |s, t| {
        let a = s.add(Genre::new("a"));
        t.saved(s)?;
        s.add(Genre::new("a"));
        s[a].name = "b".into();
        Ok(json!([fails(s.commit()), t.writes()]))
    });
    all.once("a new row, a changed row and a deleted row of one table", |s, t| {
        let [a, b] = ["a", "b"].map(|name| shelf(s, name));
        t.saved(s)?;
        s[a].name = "changed".into();
        s.delete(b)?;
        shelf(s, "new");
        s.commit()?;
        Ok(json!(t.sorted_writes()))
    });
    all.once("an edited key", |s, t| {
        let franc = s.add(Currency::new("FR", "franc"));
        t.saved(s)?;
        s[franc].code = "CH".into();
        Ok(json!([fails(s.commit()), t.writes()]))
    });
}

fn links(all: &mut Scenarios) {
    all.once("links go in after both rows", |s, t| {
        film_with(s, ["sf", "poem"])?;
        s.commit()?;
        let writes = t.writes();
        let mut sorted = writes.clone();
        sorted.sort();
        Ok(json!([sorted, writes.last()]))
    });
    all.once("links go before a row", |s, t| {
        let (film, _) = film_with(s, ["sf"])?;
        t.saved(s)?;
        s.delete(film)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn changes(all: &mut Scenarios) {
    all.once("a flush of nothing writes nothing", |s, t| {
        shelf(s, "a");
        t.saved(s)?;
        s.flush()?;
        s.commit()?;
        Ok(json!(t.statements()))
    });
    all.once("the same value again writes nothing", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "a".into();
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a value that changed and changed back writes nothing", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s[shelf].name = "a".into();
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("only the changed columns are written", |s, t| {
        let (_, [book]) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        s[book].pages = 7;
        s.flush()?;
        let first = t.writes();
        s[book].name = "b".into();
        s[book].pages = 8;
        s.commit()?;
        Ok(json!([first, t.writes()]))
    });
    all.once("rows whose same columns changed are one statement", |s, t| {
        let shelves = ["a", "b", "c"].map(|name| shelf(s, name));
        t.saved(s)?;
        shelves.iter().for_each(|shelf| s[*shelf].name.push('!'));
        s.commit()?;
        Ok(json!(t.statements()))
    });
    all.once("rows of two tables are updated parents first", |s, t| {
        let (author, [book]) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        s[book].pages = 1;
        s[author].name = "anna".into();
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a row that was added and changed is inserted once", |s, t| {
        let shelf = shelf(s, "a");
        s[shelf].name = "b".into();
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn leaving(all: &mut Scenarios) {
    all.once("a row that was added and left is not inserted", |s, t| {
        let shelf = shelf(s, "a");
        let failed = fails(s.delete(shelf));
        s.commit()?;
        Ok(json!([failed, t.writes()]))
    });
    all.once("a row that was changed and deleted is only deleted", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s[shelf].name = "b".into();
        s.delete(shelf)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a row that is deleted twice is deleted once", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        s.delete(shelf)?;
        s.delete(shelf)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("an update of a row that is gone is refused", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        t.run("DELETE FROM shelf")?;
        s[shelf].name = "b".into();
        Ok(json!(fails(s.flush())))
    });
    all.once("a delete of a row that is gone is no error", |s, t| {
        let shelf = shelf(s, "a");
        t.saved(s)?;
        t.run("DELETE FROM shelf")?;
        s.delete(shelf)?;
        Ok(json!([fails(s.commit()), t.writes()]))
    });
}

fn versions(all: &mut Scenarios) {
    all.once("a version counts up with each update", |s, t| {
        let account = s.add(Account::new("a", 1));
        t.saved(s)?;
        let first = s[account].version;
        s[account].balance = 2;
        s.flush()?;
        let second = s[account].version;
        s[account].balance = 2;
        s.commit()?;
        Ok(json!([first, second, s[account].version, t.writes()]))
    });
    all.once("an update of a row that somebody else changed is refused", |s, t| {
        let account = s.add(Account::new("a", 1));
        t.saved(s)?;
        t.run("UPDATE account SET balance = 5, version = 9")?;
        s[account].balance = 2;
        Ok(json!(fails(s.flush())))
    });
    all.once("a row that was stale is written after a rollback and a refresh", |s, t| {
        let account = s.add(Account::new("a", 1));
        t.saved(s)?;
        t.run("UPDATE account SET balance = 5, version = 9")?;
        s[account].balance = 2;
        let failed = fails(s.flush());
        s.rollback()?;
        s.refresh(account)?;
        let read = s[account].balance;
        s[account].balance += 2;
        s.commit()?;
        Ok(json!([failed, read, s[account].balance, s[account].version]))
    });
    all.once("a delete of a row that somebody else changed is refused", |s, t| {
        let account = s.add(Account::new("a", 1));
        t.saved(s)?;
        t.run("UPDATE account SET balance = 5, version = 9")?;
        s.delete(account)?;
        Ok(json!(fails(s.flush())))
    });
}
