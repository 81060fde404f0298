//! Rows in hand that a session takes in, with those that they lead to.

use std::sync::Arc;

use ormcore::SessionOptions;
use ormcore::prelude::*;

use super::models::{Author, Badge, Book, BookGenre, Genre, Node, Player, Team, count, create};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mer_shop")]
struct Shop {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(cascade = "none", back_populates = "shop")]
    clerks: HasMany<Clerk>,
    #[relationship(cascade = "merge")]
    totals: HasMany<Total>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mer_clerk")]
struct Clerk {
    #[column(primary_key)]
    id: i64,
    name: String,
    hours: u64,
    #[column(foreign_key = Shop::ID)]
    shop_id: i64,
    #[relationship(back_populates = "clerks")]
    shop: BelongsTo<Shop>,
    #[relationship]
    shifts: HasMany<Shift>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mer_shift")]
struct Shift {
    #[column(primary_key)]
    id: i64,
    hours: u64,
    #[column(foreign_key = Clerk::ID)]
    clerk_id: i64,
}

/// The clerks, as a view would show them.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mer_clerk", read_only)]
struct Total {
    #[column(primary_key)]
    id: i64,
    hours: i64,
    #[column(foreign_key = Shop::ID)]
    shop_id: i64,
}

fn library(db: &Database) -> ormcore::Result<(Author, Vec<Book>)> {
    create(db)?;
    let ann = Author::new("ann").insert(db)?;
    let books = Book::insert_all(["a", "b"].map(|title| Book::new(title, &ann)), db)?;
    Ok((ann, books))
}

fn titles(db: &Database) -> ormcore::Result<Vec<String>> {
    Book::query().order_by(Book::ID).select(Book::TITLE).all(db)
}

fn the_rows_of_a_collection_are_merged(db: &Database) -> ormcore::Result<()> {
    let (ann, books) = library(db)?;
    let mut ann = Author::query().with(Author::BOOKS).filter(Author::ID.eq(ann.id)).one(db)?;
    ann.books.loaded_mut().unwrap()[0].title = "new".into();
    let mut session = db.session()?;
    let merged = session.merge(ann)?;
    let kept = session.get::<Book>(books[0].id)?.unwrap();
    assert_eq!(session[kept].title, "new");
    assert!(!session[merged].books.is_loaded());
    let statements = db.record();
    session.commit()?;
    assert_eq!((count(&statements, "UPDATE"), titles(db)?), (1, vec!["new".to_string(), "b".to_string()]));
    Ok(())
}

/// What a collection lacks is not taken out of it, and a foreign key is a value as any other.
fn a_collection_is_what_the_foreign_keys_say(db: &Database) -> ormcore::Result<()> {
    let (ann, books) = library(db)?;
    let bob = Author::new("bob").insert(db)?;
    let mut ann = Author::query().with(Author::BOOKS).filter(Author::ID.eq(ann.id)).one(db)?;
    ann.books.loaded_mut().unwrap().remove(0);
    ann.books.loaded_mut().unwrap()[0].author_id = bob.id;
    let mut session = db.session()?;
    let ann = session.merge(ann)?;
    session.commit()?;
    let kept =
        books.iter().map(|book| Ok(session.get::<Book>(book.id)?.unwrap())).collect::<ormcore::Result<Vec<_>>>()?;
    let bob = session.get::<Author>(bob.id)?.unwrap();
    assert_eq!(session.related(ann, Author::BOOKS)?, [kept[0]]);
    assert_eq!(session.related(bob, Author::BOOKS)?, [kept[1]]);
    Ok(())
}

fn the_row_of_a_to_one_is_merged_whoever_shares_it(db: &Database) -> ormcore::Result<()> {
    let (mut ann, mut books) = library(db)?;
    ann.age = 9;
    let ann = Arc::new(ann);
    books.iter_mut().for_each(|book| book.author.set_loaded(Arc::clone(&ann)));
    books[0].title = "new".into();
    let mut session = db.session()?;
    let statements = db.record();
    session.merge(books[0].clone())?;
    assert_eq!(count(&statements, "SELECT"), 2);
    session.commit()?;
    assert_eq!((Author::find(ann.id, db)?.age, titles(db)?), (9, vec!["new".to_string(), "b".to_string()]));

    let mut red = Team::new("red").insert(db)?;
    let mut badge = Badge::new().set(Badge::TEAM_ID, &red).insert(db)?;
    badge.team_id = None;
    red.badge.set_loaded(Some(badge.clone()));
    session.merge(red)?;
    session.commit()?;
    badge.refresh(db)?;
    assert_eq!(badge.team_id, None);
    Ok(())
}

fn linked_rows_are_merged_and_links_stay(db: &Database) -> ormcore::Result<()> {
    let (_, books) = library(db)?;
    let genres = Genre::insert_all(["sf", "poem"].map(Genre::new), db)?;
    books.iter().try_for_each(|book| Book::GENRES.link(book, &genres[0], db))?;
    let mut book = Book::query().with(Book::GENRES).filter(Book::ID.eq(books[0].id)).one(db)?;
    let linked = book.genres.loaded_mut().unwrap();
    linked[0].label = "science fiction".into();
    linked.push(genres[1].clone());
    let mut session = db.session()?;
    session.merge(book)?;
    session.commit()?;
    assert_eq!(Genre::find(genres[0].id, db)?.label, "science fiction");
    assert_eq!(BookGenre::query().filter(BookGenre::GENRE_ID.eq(genres[1].id)).count(db)?, 0);
    Ok(())
}

/// Rows that lead back to the row are copies of it: what was changed in one of them counts, wherever it is.
fn a_row_that_comes_several_times_has_the_changes_of_all_copies(db: &Database) -> ormcore::Result<()> {
    let (ann, books) = library(db)?;
    let genre = Genre::new("sf").insert(db)?;
    books.iter().try_for_each(|book| Book::GENRES.link(book, &genre, db))?;
    let load = Author::BOOKS.selectin().then(Book::AUTHOR.selectin()).then(Book::GENRES.selectin());
    let read = || Author::query().with(load.clone()).filter(Author::ID.eq(ann.id)).one(db);
    // The author's copies are stale, one of the genre's is.
    let mut row = read()?;
    row.name = "anna".into();
    row.books.loaded_mut().unwrap()[1].genres.loaded_mut().unwrap()[0].label = "poem".into();
    let mut session = db.session()?;
    let statements = db.record();
    session.merge(row)?;
    assert_eq!(count(&statements, "SELECT"), 3); // the author, her books, their genre
    session.commit()?;
    assert_eq!(Author::find(ann.id, db)?.name, "anna");
    assert_eq!(Genre::find(genre.id, db)?.label, "poem");
    // And one of the copies is the author's only change.
    let mut row = read()?;
    let mut copy = ann.clone();
    (copy.name, copy.age) = ("anna".into(), 7);
    row.books.loaded_mut().unwrap()[1].author.set_loaded(copy);
    session.merge(row)?;
    session.commit()?;
    assert_eq!((Author::find(ann.id, db)?.age, Author::find(ann.id, db)?.name), (7, "anna".to_string()));
    Ok(())
}

fn a_tree_is_merged_down_to_what_is_loaded(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let root = Node::new("root").insert(db)?;
    let twig = Node::new("twig").set(Node::PARENT_ID, &root).insert(db)?;
    Node::new("leaf").set(Node::PARENT_ID, &twig).insert(db)?;
    let mut root = Node::query().filter(Node::ID.eq(root.id)).with(Node::CHILDREN.selectin().depth(2)).one(db)?;
    let twig = &mut root.children.loaded_mut().unwrap()[0];
    twig.children.loaded_mut().unwrap()[0].name = "bud".into();
    let mut session = db.session()?;
    session.merge(root)?;
    session.commit()?;
    assert_eq!(Node::query().order_by(Node::ID).select(Node::NAME).all(db)?, ["root", "twig", "bud"]);
    Ok(())
}

fn only_what_says_merge_and_can_be_written_is_merged(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shop, Clerk, Shift)>()?;
    let shop = Shop::new("corner").insert(db)?;
    Clerk::new("ann", 8, &shop).insert(db)?;
    let mut shop = Shop::query().with(Shop::CLERKS).with(Shop::TOTALS).one(db)?;
    shop.name = "market".into();
    shop.clerks.loaded_mut().unwrap()[0].name = "bob".into();
    shop.totals.loaded_mut().unwrap()[0].hours = 9;
    let mut session = db.session()?;
    let statements = db.record();
    session.merge(shop)?;
    assert_eq!(count(&statements, "SELECT"), 1);
    session.commit()?;
    assert_eq!((Shop::query().one(db)?.name.as_str(), Clerk::query().one(db)?.name.as_str()), ("market", "ann"));
    assert_eq!(Clerk::query().one(db)?.hours, 8);
    Ok(())
}

/// All rows are found before the first is changed.
fn a_merge_that_fails_changes_nothing(db: &Database) -> ormcore::Result<()> {
    let (ann, books) = library(db)?;
    let mut row = ann.clone();
    row.name = "anna".into();
    let mut changed = books[0].clone();
    changed.title = "new".into();
    let mut session = db.session()?;
    let own = session.get::<Author>(ann.id)?.unwrap();

    let mut missing = books[1].clone();
    missing.id = 99;
    row.books.set_loaded(vec![changed.clone(), missing]);
    assert!(session.merge(row.clone()).unwrap_err().is_not_found());

    let mut stale = books[1].clone();
    stale.version += 1;
    row.books.set_loaded(vec![changed.clone(), stale]);
    assert!(session.merge(row.clone()).unwrap_err().is_stale_row());

    assert!(session[own].name == "ann" && !session.is_modified());
    session.rollback()?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let gone = session.get::<Book>(books[1].id)?.unwrap();
    session.delete(gone)?;
    row.books.set_loaded(vec![changed, books[1].clone()]);
    assert!(session.merge(row).unwrap_err().to_string().contains("deleted"));
    session.commit()?;
    assert_eq!((Author::query().one(db)?.name.as_str(), titles(db)?), ("ann", vec!["a".to_string()]));
    Ok(())
}

fn what_no_database_holds_in_a_related_row_is_told_at_once(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shop, Clerk, Shift)>()?;
    let shop = Shop::new("corner").insert(db)?;
    let mut clerk = Clerk::new("ann", 8, &shop).insert(db)?;
    let mut shift = Shift::new(4, &clerk).insert(db)?;
    (clerk.name, shift.hours) = ("anna".into(), u64::MAX);
    clerk.shifts.set_loaded(vec![shift]);
    let mut session = db.session()?;
    let error = session.merge(clerk).unwrap_err();
    assert!(error.to_string().contains("hours"), "{error}");
    assert!(!session.is_modified());
    Ok(())
}

/// A row that the session has with changes of its own gets the values of the copy.
fn a_related_row_that_the_session_has_gets_the_values(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let red = Team::new("red").insert(db)?;
    let player = Player::new("p").set(Player::TEAM_ID, &red).insert(db)?;
    let mut row = Team::query().with(Team::PLAYERS).one(db)?;
    row.players.loaded_mut().unwrap()[0].team_id = None;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let own = session.get::<Player>(player.id)?.unwrap();
    session[own].name = "mine".into();
    session.merge(row)?;
    assert_eq!((session[own].name.as_str(), session[own].team_id), ("p", None));
    session.commit()?;
    assert_eq!(Player::query().one(db)?, session[own]);
    Ok(())
}

/// What the merge has read may have moved since it was known.
fn who_leads_to_a_row_that_is_merged_is_as_it_is_by_now(db: &Database) -> ormcore::Result<()> {
    let (ann, mut books) = library(db)?;
    let bob = Author::new("bob").insert(db)?;
    let mut session = db.session()?;
    let (a, b) = (session.get::<Author>(ann.id)?.unwrap(), session.get::<Author>(bob.id)?.unwrap());
    assert_eq!((session.related(a, Author::BOOKS)?.len(), session.related(b, Author::BOOKS)?.len()), (2, 0));
    session.commit()?;
    books[0].author_id = bob.id;
    books[0].update(db)?;
    let moved = session.merge(books[0].clone())?;
    assert_eq!((session.related(a, Author::BOOKS)?.len(), session.related(b, Author::BOOKS)?), (1, vec![moved]));
    Ok(())
}

ormcore_tests::on_every_backend!(
    who_leads_to_a_row_that_is_merged_is_as_it_is_by_now,
    the_rows_of_a_collection_are_merged,
    a_collection_is_what_the_foreign_keys_say,
    the_row_of_a_to_one_is_merged_whoever_shares_it,
    linked_rows_are_merged_and_links_stay,
    a_row_that_comes_several_times_has_the_changes_of_all_copies,
    a_tree_is_merged_down_to_what_is_loaded,
    only_what_says_merge_and_can_be_written_is_merged,
    a_merge_that_fails_changes_nothing,
    what_no_database_holds_in_a_related_row_is_told_at_once,
    a_related_row_that_the_session_has_gets_the_values,
);
