//! Books: one form that writes five tables; search, tags, pages; and two who write at once.

use std::thread;

use ormcore::prelude::*;

use crate::models::{Author, Book, BookAuthor, BookTag, Tag};
use crate::on_every_site;
use crate::site::Site;
use crate::visitor::{Visitor, encoded};

fn add(visitor: &Visitor, title: &str, authors: &str, tags: &str) -> String {
    let page = visitor.post("/books/new", &[("title", title), ("authors", authors), ("tags", tags)]);
    assert_eq!(page.status, 303, "{}", page.text);
    page.location().to_string()
}

/// The titles on the page of these words and this tag.
fn titles(visitor: &Visitor, words: &str, tag: &str) -> Vec<String> {
    let shown = words.replace('\'', "&#39;");
    let page = visitor.get(&format!("/books?q={}&tag={}&per_page=100", encoded(words), encoded(tag)));
    assert_eq!((page.status, page.value("q")), (200, Some(shown.as_str())), "{}", page.text);
    page.text.split("<li><a href=\"/books/").skip(1).map(|rest| between(rest, ">", "<")).collect()
}

fn between(text: &str, before: &str, after: &str) -> String {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0.to_string()
}

fn a_book_brings_its_authors_and_tags(site: &Site) {
    let (db, visitor) = (site.db(), Visitor::signed_up(site, "ann"));
    visitor.get("/books/new");
    let first =
        add(&visitor, "Principia", "Alfred Whitehead\r\nBertrand Russell\r\n\r\nBertrand Russell", "Logic, maths,,");
    add(&visitor, "Problems", "Bertrand Russell", "logic");
    assert_eq!((Author::query().count(db).unwrap(), Tag::query().count(db).unwrap()), (2, 2));
    let page = visitor.get(&first);
    assert!(page.has(">Alfred Whitehead</a>, <a href") && page.has(">logic</a> <a") && page.has("year unknown"));
    assert!(visitor.get("/authors").has("Bertrand Russell</a></td><td class=\"number\">2</td>"));
    let form = visitor.get(&format!("{first}/edit"));
    assert_eq!((form.value("title"), form.value("tags")), (Some("Principia"), Some("logic, maths")));
    let revision = form.between("name=\"revision\" value=\"", "\"").unwrap().to_string();
    let edited = [
        ("title", "Principia Mathematica"),
        ("year", "1910"),
        ("authors", "Bertrand Russell\nA. N. Whitehead"),
        ("tags", "maths, classic"),
        ("revision", &revision),
    ];
    assert_eq!(visitor.post(&format!("{first}/edit"), &edited).status, 303);
    let page = visitor.get(&first);
    assert!(page.has("<h1>Principia Mathematica</h1>") && page.has(">1910,") && !page.has(">logic</a>"));
    assert!(page.has(">A. N. Whitehead</a>, <a href") && !page.has("Alfred"));
    visitor.post(&format!("{first}/delete"), &[]);
    assert_eq!(visitor.get(&first).status, 404);
    let links = BookAuthor::query().count(db).unwrap() + BookTag::query().count(db).unwrap();
    assert_eq!((Book::query().count(db).unwrap(), links), (1, 2), "what belongs to the other book stays");
}

fn what_is_wrong_with_a_book_writes_nothing(site: &Site) {
    let (db, visitor) = (site.db(), Visitor::signed_up(site, "ann"));
    visitor.get("/books/new");
    let form = [("title", ""), ("year", "long ago"), ("authors", ""), ("tags", "a, b")];
    let page = visitor.post("/books/new", &form);
    assert_eq!((page.status, page.error("authors")), (422, Some("name one at least")));
    assert_eq!(page.error("year"), Some("is not a number"));
    assert!(page.error("title").is_some(), "{}", page.text);
    assert_eq!((page.value("year"), page.value("tags")), (Some("long ago"), Some("a, b")));
    let long = "x".repeat(130);
    let page = visitor.post("/books/new", &[("title", "t"), ("authors", &long), ("tags", &long)]);
    assert!(page.error("authors").is_some() || page.error("tags").is_some(), "{}", page.text);
    let page = visitor.post("/books/new", &[("title", "t"), ("authors", "a"), ("year", "3000")]);
    assert!(page.error("year").is_some(), "{}", page.text);
    let rows = Book::query().count(db).unwrap() + Author::query().count(db).unwrap() + Tag::query().count(db).unwrap();
    assert_eq!(rows, 0);
}

fn who_was_slower_is_told_so(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/books/new");
    let address = format!("{}/edit", add(&visitor, "Emma", "Jane Austen", ""));
    let old = visitor.get(&address);
    let revision = old.between("name=\"revision\" value=\"", "\"").unwrap();
    let with = |title: &'static str| [("title", title), ("authors", "Jane Austen"), ("revision", revision)];
    assert_eq!(visitor.post(&address, &with("Emma, first")).status, 303);
    let page = visitor.post(&address, &with("Emma, second"));
    assert_eq!(page.status, 422);
    assert!(page.error("title").is_some_and(|text| text.contains("changed by somebody else")), "{}", page.text);
    assert_eq!(Book::query().one(site.db()).unwrap().title, "Emma, first");
}

/// What is edited is rows of other tables alone: the links, the authors and the tags.
fn who_was_slower_than_an_edit_of_authors_or_tags_is_told_so(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/books/new");
    let book = add(&visitor, "Good Omens", "Terry Pratchett", "angels");
    let address = format!("{book}/edit");
    for (authors, tags) in
        [("Terry Pratchett\nNeil Gaiman", "angels"), ("Terry Pratchett\nNeil Gaiman", "angels, demons")]
    {
        let old = visitor.get(&address);
        let revision = old.between("name=\"revision\" value=\"", "\"").unwrap();
        let edited = [("title", "Good Omens"), ("authors", authors), ("tags", tags), ("revision", revision)];
        assert_eq!(visitor.post(&address, &edited).status, 303);
        let late = [("title", "Omens"), ("authors", "Terry Pratchett"), ("tags", "angels"), ("revision", revision)];
        let page = visitor.post(&address, &late);
        assert_eq!(page.status, 422);
        assert!(page.error("title").is_some_and(|text| text.contains("changed by somebody else")), "{}", page.text);
    }
    let page = visitor.get(&book);
    assert!(
        page.has("<h1>Good Omens</h1>") && page.has(">Neil Gaiman</a>") && page.has(">demons</a>"),
        "{}",
        page.text
    );
}

fn books_are_found_by_title_and_by_tag(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/books/new");
    for (title, tags) in [
        ("100% Wool", "craft"),
        ("1000 Wools", "craft, c&d"),
        ("Under_score", ""),
        ("Ünder Wasser", "c&d"),
        ("a\\b", ""),
    ] {
        add(&visitor, title, "Somebody", tags);
    }
    assert_eq!(titles(&visitor, "", "").len(), 5);
    assert_eq!(titles(&visitor, "wool", ""), ["100% Wool", "1000 Wools"]);
    assert_eq!(titles(&visitor, "100%", ""), ["100% Wool"], "a wildcard is a letter");
    assert_eq!(titles(&visitor, "r_s", ""), ["Under_score"]);
    assert_eq!(titles(&visitor, "A\\B", ""), ["a\\b"]);
    assert_eq!(titles(&visitor, "wool", "c&d"), ["1000 Wools"]);
    assert_eq!(titles(&visitor, "", "craft").len(), 2);
    assert!(titles(&visitor, "' OR 1=1 --", "").is_empty());
}

fn a_long_shelf_comes_in_pages(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    Book::insert_all((0..45).map(|number| Book::new(format!("book {number:02}"))), site.db()).unwrap();
    let page = visitor.get("/books?q=BOOK");
    assert!(page.has("<span id=\"total\">45</span> books") && page.has("page 1 of 3"), "{}", page.text);
    assert_eq!(page.statements(), 6, "one for who is signed in, five for the page");
    let next = page.between("<a rel=\"next\" href=\"", "\"").unwrap().replace("&#38;", "&");
    let page = visitor.get(&next);
    assert!(page.has(">book 20</a>") && page.has("page 2 of 3") && page.has("rel=\"prev\""));
    assert!(visitor.get("/books?page=77").has("No book is called so."));
}

/// The same new author and the same new tag, by eight at once: each form is taken, and each row is there once.
fn eight_who_write_at_once_lose_nothing(site: &Site) {
    let db = site.db();
    thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || {
                let visitor = Visitor::signed_up(site, &format!("user{number}"));
                visitor.get("/books/new");
                for round in 0..4 {
                    let author = format!("author {round}");
                    add(&visitor, &format!("book {number} {round}"), &author, &format!("tag {round}, shared"));
                }
            });
        }
    });
    assert_eq!(Book::query().count(db).unwrap(), 32);
    assert_eq!((Author::query().count(db).unwrap(), Tag::query().count(db).unwrap()), (4, 5));
    assert_eq!((BookAuthor::query().count(db).unwrap(), BookTag::query().count(db).unwrap()), (32, 64));
}

on_every_site!(
    a_book_brings_its_authors_and_tags,
    what_is_wrong_with_a_book_writes_nothing,
    who_was_slower_is_told_so,
    who_was_slower_than_an_edit_of_authors_or_tags_is_told_so,
    books_are_found_by_title_and_by_tag,
    a_long_shelf_comes_in_pages,
    eight_who_write_at_once_lose_nothing,
);
