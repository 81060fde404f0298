//! What follows a row that is added, deleted, or taken out of a relationship.

use ormcore::prelude::*;
use serde_json::json;

use super::models::{
    Author, Book, Branch, Card, Desk, Film, Folder, Genre, Item, Paper, Reader, Room, Shelf, Staff, Studio,
};
use super::rows::{author_with, books_of, branch, film_with, items_of, names, shelf, shelf_with};
use super::{Scenarios, fails};

pub(super) fn scenarios(all: &mut Scenarios) {
    appending(all);
    orphans(all);
    deleting(all);
    trees(all);
    releasing(all);
    replacing(all);
    only_children(all);
    links(all);
    far_links(all);
}

fn appending(all: &mut Scenarios) {
    all.once("children come with their parent", |s, t| {
        let author = s.add(Author::new("ann"));
        s.add_all(["a", "b"].map(|book| Book::new(book, author)));
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a row that is appended gets its foreign key", |s, t| {
        let shelf = shelf(s, "top");
        t.saved(s)?;
        let pen = s.add(Item::new("pen"));
        s.append(shelf, Shelf::ITEMS, pen)?;
        s.flush()?;
        let writes = t.writes();
        Ok(json!([writes, s[pen].shelf_id == Some(s[shelf].id), s.related(pen, Item::SHELF)? == Some(shelf)]))
    });
    all.once("a row that is taken out of a relationship stays without a parent", |s, t| {
        let (shelf, [pen, _]) = shelf_with(s, "top", ["pen", "ink"]);
        t.saved(s)?;
        s.remove(shelf, Shelf::ITEMS, pen)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, s.related(pen, Item::SHELF)?.is_none(), s[pen].shelf_id, items_of(s, shelf)?]))
    });
    all.once("a child that is taken out and given back is not written", |s, t| {
        let (shelf, [pen]) = shelf_with(s, "top", ["pen"]);
        t.saved(s)?;
        s.remove(shelf, Shelf::ITEMS, pen)?;
        s.append(shelf, Shelf::ITEMS, pen)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, items_of(s, shelf)?]))
    });
    all.once("a row moves to a parent that is new", |s, t| {
        let (_, [pen]) = shelf_with(s, "old", ["pen"]);
        t.saved(s)?;
        let new = shelf(s, "new");
        s.append(new, Shelf::ITEMS, pen)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a child that moves to another parent is no orphan", |s, t| {
        let (old, [book]) = author_with(s, "old", ["a"]);
        let new = s.add(Author::new("new"));
        t.saved(s)?;
        let before = s.related(old, Author::BOOKS)?.len();
        s.append(new, Author::BOOKS, book)?;
        s.commit()?;
        let (writes, author) = (t.writes(), s.related(book, Book::AUTHOR)?);
        assert_eq!(before, 1);
        Ok(json!([
            writes,
            s.related(old, Author::BOOKS)?.len(),
            s.related(new, Author::BOOKS)?.len(),
            author == Some(new)
        ]))
    });
}

fn orphans(all: &mut Scenarios) {
    all.once("an orphan is deleted", |s, t| {
        let (author, [a, _]) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        s.related(author, Author::BOOKS)?;
        s.remove(author, Author::BOOKS, a)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, books_of(s, author)?]))
    });
    all.once("an orphan of a relationship that was not loaded is deleted", |s, t| {
        let (author, [a, _]) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        s.remove(author, Author::BOOKS, a)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("an orphan that was not flushed is not inserted", |s, t| {
        let (author, []) = author_with(s, "ann", []);
        t.saved(s)?;
        let book = s.add(Book::new("a", author));
        s.remove(author, Author::BOOKS, book)?;
        s.commit()?;
        Ok(json!([t.writes(), s.contains(book)]))
    });
    all.once("an orphan that is given back is not written", |s, t| {
        let (author, [book]) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        s.related(author, Author::BOOKS)?;
        s.remove(author, Author::BOOKS, book)?;
        s.append(author, Author::BOOKS, book)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, books_of(s, author)?]))
    });
    all.once("an orphan that is given to another parent stays", |s, t| {
        let (old, [book]) = author_with(s, "old", ["a"]);
        let new = s.add(Author::new("new"));
        t.saved(s)?;
        s.related(new, Author::BOOKS)?;
        s.remove(old, Author::BOOKS, book)?;
        s.append(new, Author::BOOKS, book)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, books_of(s, new)?]))
    });
    all.once("an orphan takes its own children", |s, t| {
        let root = branch(s, "root", None);
        let limb = branch(s, "limb", Some(root));
        branch(s, "leaf", Some(limb));
        t.saved(s)?;
        s.set(root, Branch::TWIGS, [])?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("an orphan takes its links", |s, t| {
        let (film, _) = film_with(s, ["sf"])?;
        let studio = s.add(Studio::new("ann"));
        s.append(studio, Studio::FILMS, film)?;
        t.saved(s)?;
        s.set(studio, Studio::FILMS, [])?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn deleting(all: &mut Scenarios) {
    all.once("a delete takes children that are loaded", |s, t| {
        let (author, books) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        s.delete(author)?;
        s.flush()?;
        Ok(json!([t.writes(), books.map(|book| s.contains(book))]))
    });
    all.once("a delete takes children that are not loaded", |s, t| {
        author_with(s, "ann", ["a", "b"]);
        author_with(s, "bob", ["c"]);
        let mut s = t.anew(s)?;
        let ann = s.one(Author::query().filter_by(Author::NAME, "ann"))?;
        s.delete(ann)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a delete takes a child that was not flushed", |s, t| {
        let (author, _) = author_with(s, "ann", ["a"]);
        t.saved(s)?;
        s.add(Book::new("new", author));
        s.delete(author)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a delete of a parent and its children, without cascade", |s, t| {
        let room = s.add(Room::new("blue"));
        let desk = s.add(Desk::new("oak", room));
        t.saved(s)?;
        s.delete(room)?;
        s.delete(desk)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a delete leaves to the database what it cascades", |s, t| {
        let folder = s.add(Folder::new("f"));
        s.add_all(["a", "b"].map(|name| Paper::new(name, folder)));
        let mut s = t.anew(s)?;
        let folder = s.one(Folder::query())?;
        s.delete(folder)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a deleted child in its parent's collection", |s, t| {
        let (author, [a, _]) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        s.related(author, Author::BOOKS)?;
        s.delete(a)?;
        s.flush()?;
        let flushed = books_of(s, author)?;
        s.expire(author)?;
        Ok(json!([flushed, books_of(s, author)?]))
    });
}

fn trees(all: &mut Scenarios) {
    all.once("a delete takes a whole tree", |s, t| {
        let root = branch(s, "root", None);
        let a = branch(s, "a", Some(root));
        branch(s, "b", Some(a));
        branch(s, "c", Some(a));
        branch(s, "d", Some(root));
        branch(s, "other", None);
        let mut s = t.anew(s)?;
        let root = s.one(Branch::query().filter_by(Branch::NAME, "root"))?;
        s.delete(root)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a delete of the middle of a tree leaves its parent", |s, t| {
        let root = branch(s, "root", None);
        let a = branch(s, "a", Some(root));
        branch(s, "b", Some(a));
        branch(s, "c", Some(root));
        t.saved(s)?;
        s.delete(a)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn releasing(all: &mut Scenarios) {
    all.once("a delete without cascade leaves children without a parent", |s, t| {
        let (shelf, [pen, _]) = shelf_with(s, "top", ["pen", "ink"]);
        t.saved(s)?;
        s.delete(shelf)?;
        s.commit()?;
        Ok(json!([t.writes(), s[pen].shelf_id]))
    });
    all.once("a delete without cascade leaves children without a parent that were not loaded", |s, t| {
        shelf_with(s, "top", ["pen", "ink"]);
        let mut s = t.anew(s)?;
        let shelf = s.one(Shelf::query())?;
        s.delete(shelf)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a delete without cascade of a row whose children need it", |s, t| {
        let room = s.add(Room::new("blue"));
        s.add(Desk::new("oak", room));
        t.saved(s)?;
        s.delete(room)?;
        Ok(json!([fails(s.flush()), t.writes()]))
    });
    all.once("a delete without cascade in a table that points to itself", |s, t| {
        let top = s.add(Staff::new("top"));
        s.add_all(["a", "b"].map(|name| Staff::new(name).set(Staff::BOSS_ID, top)));
        t.saved(s)?;
        s.delete(top)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn replacing(all: &mut Scenarios) {
    all.once("a new list replaces a collection", |s, t| {
        let (author, [_, b]) = author_with(s, "ann", ["a", "b"]);
        t.saved(s)?;
        let c = s.add(Book::new("c", author));
        s.set(author, Author::BOOKS, [b, c])?;
        s.commit()?;
        Ok(json!([t.sorted_writes(), books_of(s, author)?]))
    });
    all.once("a new list replaces a collection whose rows stay", |s, t| {
        let (shelf, _) = shelf_with(s, "top", ["ink"]);
        let pen = s.add(Item::new("pen"));
        t.saved(s)?;
        s.set(shelf, Shelf::ITEMS, [pen])?;
        s.commit()?;
        Ok(json!([t.writes(), items_of(s, shelf)?]))
    });
}

fn only_children(all: &mut Scenarios) {
    all.once("the only child is replaced", |s, t| {
        let reader = s.add(Reader::new("ann"));
        s.add(Card::new("1", reader));
        t.saved(s)?;
        // What it replaces is asked for before the new one is there.
        s.related(reader, Reader::CARD)?;
        let new = s.add(Card::new("2", reader));
        s.set(reader, Reader::CARD, Some(new))?;
        Ok(json!([fails(s.commit()), t.writes()]))
    });
    all.once("the only child is taken away", |s, t| {
        let reader = s.add(Reader::new("ann"));
        s.add(Card::new("1", reader));
        t.saved(s)?;
        s.set(reader, Reader::CARD, None)?;
        s.commit()?;
        let writes = t.writes();
        Ok(json!([writes, s.related(reader, Reader::CARD)?.map(|card| s[card].name.clone())]))
    });
    all.once("the only child goes with its parent", |s, t| {
        let reader = s.add(Reader::new("ann"));
        s.add(Card::new("1", reader));
        t.saved(s)?;
        s.delete(reader)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
}

fn links(all: &mut Scenarios) {
    all.once("a link that is taken away", |s, t| {
        let (film, [sf, _]) = film_with(s, ["sf", "poem"])?;
        t.saved(s)?;
        s.remove(film, Film::GENRES, sf)?;
        s.commit()?;
        let (writes, genres) = (t.writes(), s.related(film, Film::GENRES)?);
        Ok(json!([writes, names(s, &genres)]))
    });
    all.once("a link that is made and taken away is not written", |s, t| {
        let (film, []) = film_with(s, [])?;
        let sf = s.add(Genre::new("sf"));
        t.saved(s)?;
        s.related(film, Film::GENRES)?;
        s.append(film, Film::GENRES, sf)?;
        s.remove(film, Film::GENRES, sf)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a link that is taken away and made again is not written", |s, t| {
        let (film, [sf]) = film_with(s, ["sf"])?;
        t.saved(s)?;
        s.related(film, Film::GENRES)?;
        s.remove(film, Film::GENRES, sf)?;
        s.append(film, Film::GENRES, sf)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a list of links is replaced", |s, t| {
        let (film, [_, poem]) = film_with(s, ["sf", "poem"])?;
        let play = s.add(Genre::new("play"));
        t.saved(s)?;
        s.set(film, Film::GENRES, [poem, play])?;
        s.commit()?;
        let (writes, genres) = (t.sorted_writes(), s.related(film, Film::GENRES)?);
        let mut genres = names(s, &genres);
        genres.sort();
        Ok(json!([writes, genres]))
    });
}

fn far_links(all: &mut Scenarios) {
    all.once("a link from both sides is written once", |s, t| {
        let (film, []) = film_with(s, [])?;
        let sf = s.add(Genre::new("sf"));
        t.saved(s)?;
        s.append(film, Film::GENRES, sf)?;
        s.append(sf, Genre::FILMS, film)?;
        s.commit()?;
        let (writes, genres, films) = (t.writes(), s.related(film, Film::GENRES)?, s.related(sf, Genre::FILMS)?);
        Ok(json!([writes, names(s, &genres), names(s, &films)]))
    });
    all.once("a link that somebody else took away", |s, t| {
        let (film, [sf]) = film_with(s, ["sf"])?;
        t.saved(s)?;
        t.run("DELETE FROM film_genre")?;
        s.remove(film, Film::GENRES, sf)?;
        Ok(json!([fails(s.flush()), t.writes()]))
    });
    all.once("a link is seen from the other side", |s, t| {
        let (film, []) = film_with(s, [])?;
        let sf = s.add(Genre::new("sf"));
        t.saved(s)?;
        let before = s.related(sf, Genre::FILMS)?.len();
        s.append(film, Film::GENRES, sf)?;
        let after = s.related(sf, Genre::FILMS)?.len();
        s.remove(film, Film::GENRES, sf)?;
        Ok(json!([before, after, s.related(sf, Genre::FILMS)?.len()]))
    });
    all.once("the far row of a link goes with its links", |s, t| {
        let (_, [sf]) = film_with(s, ["sf"])?;
        t.saved(s)?;
        s.delete(sf)?;
        s.commit()?;
        Ok(json!(t.writes()))
    });
    all.once("a link between new rows", |s, t| {
        let (film, []) = film_with(s, [])?;
        let sf = s.add(Genre::new("sf"));
        s.append(sf, Genre::FILMS, film)?;
        s.commit()?;
        Ok(json!(t.writes().last()))
    });
}
