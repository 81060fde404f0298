//! What is asked for while links and keys wait for the flush.

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::{Author, Book, BookGenre, Genre, Player, Team, count, create};

/// Loaded with its labels, always.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "wai_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = PageLabel, lazy = "selectin")]
    labels: HasMany<Label>,
    #[relationship(lazy = "selectin", order_by = Note::ID)]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "wai_label")]
struct Label {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "wai_page_label")]
struct PageLabel {
    #[column(primary_key, foreign_key = Page::ID)]
    page_id: i64,
    #[column(primary_key, foreign_key = Label::ID)]
    label_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "wai_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Page::ID)]
    page_id: Option<i64>,
}

/// A session that asks without a flush before.
fn unflushed(db: &Database) -> ormcore::Result<Session> {
    create(db)?;
    db.session_with(SessionOptions::new().autoflush(false))
}

fn a_link_that_waits_is_among_what_is_read(db: &Database) -> ormcore::Result<()> {
    let mut session = unflushed(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    let genres = session.add_all(["x", "y"].map(Genre::new));
    session.commit()?;
    session.append(book, Book::GENRES, genres[0])?;
    assert_eq!(session.related(book, Book::GENRES)?, [genres[0]]);
    assert_eq!(session.related(genres[0], Genre::BOOKS)?, [book]);
    session.commit()?;
    assert_eq!(session.related(book, Book::GENRES)?, [genres[0]]);
    session.set(book, Book::GENRES, [])?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 0);
    // And one that is to go is not.
    session.append(book, Book::GENRES, genres[1])?;
    session.commit()?;
    session.expire(book)?;
    session.remove(book, Book::GENRES, genres[1])?;
    assert!(session.related(book, Book::GENRES)?.is_empty() && session.related(genres[1], Genre::BOOKS)?.is_empty());
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 0);
    Ok(())
}

fn a_link_that_was_there_already_can_be_removed(db: &Database) -> ormcore::Result<()> {
    let mut session = unflushed(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    let genre = session.add(Genre::new("x"));
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    session.expire_all();
    // Whether they are linked is not known here.
    session.append(book, Book::GENRES, genre)?;
    assert_eq!(session.related(book, Book::GENRES)?, [genre]);
    session.remove(book, Book::GENRES, genre)?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 0);
    session.expire_all();
    session.remove(book, Book::GENRES, genre)?;
    assert!(session.related(book, Book::GENRES)?.is_empty());
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 1);
    Ok(())
}

fn a_key_that_waits_is_among_what_is_read(db: &Database) -> ormcore::Result<()> {
    let mut session = unflushed(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let players = session.add_all(["a", "b"].map(|name| Player::new(name).set(Player::TEAM_ID, red)));
    session.commit()?;
    session.append(blue, Team::PLAYERS, players[0])?;
    session[players[1]].team_id = Some(session[blue].id);
    let new = session.add(Player::new("c").set(Player::TEAM_ID, blue));
    let statements = db.record();
    assert!(session.related(red, Team::PLAYERS)?.is_empty());
    let found = session.related(blue, Team::PLAYERS)?;
    assert!(found.len() == 3 && players.iter().chain([&new]).all(|player| found.contains(player)), "{found:?}");
    assert_eq!((count(&statements, "UPDATE"), count(&statements, "INSERT")), (0, 0));
    session.set(blue, Team::PLAYERS, [new])?;
    session.commit()?;
    assert_eq!(Player::query().filter(Player::TEAM_ID.is_null()).count(db)?, 2);
    assert_eq!(session.related(blue, Team::PLAYERS)?, [new]);
    Ok(())
}

fn an_orphan_that_is_given_away_leaves_who_was_read_with_it(db: &Database) -> ormcore::Result<()> {
    let mut session = unflushed(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let book = session.add(Book::new("a", ann));
    session.commit()?;
    session.remove(ann, Author::BOOKS, book)?;
    assert!(session.related(ann, Author::BOOKS)?.is_empty());
    session.append(bob, Author::BOOKS, book)?;
    assert!(session.related(ann, Author::BOOKS)?.is_empty());
    assert_eq!(session.related(bob, Author::BOOKS)?, [book]);
    session.remove(bob, Author::BOOKS, book)?;
    session.append(bob, Author::BOOKS, book)?;
    assert_eq!(session.related(bob, Author::BOOKS)?, [book]);
    session.commit()?;
    assert_eq!(Book::query().one(db)?.author_id, session[bob].id);
    Ok(())
}

fn what_waits_is_among_what_is_loaded_with_a_row(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Label, PageLabel, Note)>()?;
    let mut session = db.session()?;
    let (page, other) = (session.add(Page::new()), session.add(Page::new()));
    let label = session.add(Label::new());
    let note = session.add(Note::new().set(Note::PAGE_ID, other));
    session.commit()?;
    session.append(page, Page::LABELS, label)?;
    session.append(page, Page::NOTES, note)?;
    session.refresh(page)?;
    session.refresh(other)?;
    assert_eq!((session.related(page, Page::LABELS)?, session.related(page, Page::NOTES)?), (vec![label], vec![note]));
    assert!(session.related(other, Page::NOTES)?.is_empty());
    session.commit()?;
    assert_eq!((session.related(page, Page::LABELS)?, session.related(page, Page::NOTES)?), (vec![label], vec![note]));
    session.remove(page, Page::LABELS, label)?;
    session.commit()?;
    assert_eq!((PageLabel::query().count(db)?, Note::query().one(db)?.page_id), (0, Some(session[page].id)));
    Ok(())
}

/// Two teams, and a player of the first, in a session that asks without a flush before.
fn player(db: &Database) -> ormcore::Result<(Session, [Handle<Team>; 3], Handle<Player>)> {
    let mut session = unflushed(db)?;
    let teams = ["red", "blue", "green"].map(|name| session.add(Team::new(name)));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, teams[0]));
    session.commit()?;
    Ok((session, teams, player))
}

/// The players of the teams.
fn players(session: &mut Session, teams: [Handle<Team>; 3]) -> ormcore::Result<[Vec<Handle<Player>>; 3]> {
    let [red, blue, green] = teams.map(|team| session.related(team, Team::PLAYERS));
    Ok([red?, blue?, green?])
}

fn a_key_that_is_edited_again_is_followed_at_the_flush(db: &Database) -> ormcore::Result<()> {
    let (mut session, teams, player) = player(db)?;
    let keys = teams.map(|team| session[team].id);
    session[player].team_id = Some(keys[1]);
    session.related(teams[1], Team::PLAYERS)?;
    session[player].team_id = Some(keys[2]);
    session.flush()?;
    assert_eq!(players(&mut session, teams)?, [vec![], vec![], vec![player]]);
    // And one that was edited and is what it was: nothing is written.
    session.commit()?;
    session.expire_all();
    session[player].team_id = Some(keys[1]);
    players(&mut session, teams)?;
    session[player].team_id = Some(keys[2]);
    let statements = db.record();
    session.flush()?;
    assert_eq!(players(&mut session, teams)?, [vec![], vec![], vec![player]]);
    assert!(statements.is_empty());
    Ok(())
}

fn a_key_that_is_edited_after_it_was_appended_is_followed_at_the_flush(db: &Database) -> ormcore::Result<()> {
    let (mut session, teams, player) = player(db)?;
    let keys = teams.map(|team| session[team].id);
    assert_eq!(players(&mut session, teams)?, [vec![player], vec![], vec![]]);
    let new = session.add(Player::new("new").set(Player::TEAM_ID, teams[0]));
    session.append(teams[1], Team::PLAYERS, player)?;
    assert_eq!(players(&mut session, teams)?, [vec![new], vec![player], vec![]]);
    session[player].team_id = Some(keys[2]);
    session[new].team_id = Some(keys[2]);
    session.flush()?;
    assert_eq!(players(&mut session, teams)?, [vec![], vec![], vec![player, new]]);
    session.remove(teams[2], Team::PLAYERS, player)?;
    session[player].team_id = Some(keys[2]);
    session.flush()?;
    let [red, blue, green] = players(&mut session, teams)?;
    assert_eq!((red, blue, green.contains(&player)), (vec![], vec![], true));
    session.append(teams[1], Team::PLAYERS, player)?;
    session[player].team_id = Some(keys[0]);
    session.refresh(player)?;
    let [red, blue, green] = players(&mut session, teams)?;
    assert_eq!((red, blue, green.contains(&player)), (vec![], vec![], true));
    Ok(())
}

/// The notes come with their page, before the next flush.
fn a_key_that_is_edited_after_a_page_was_read_again_is_followed_at_the_flush(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Label, PageLabel, Note)>()?;
    let mut session = db.session()?;
    let pages = session.add_all([Page::new(), Page::new(), Page::new()]);
    let note = session.add(Note::new().set(Note::PAGE_ID, pages[0]));
    session.commit()?;
    let keys: Vec<i64> = pages.iter().map(|page| session[*page].id).collect();
    session[note].page_id = Some(keys[1]);
    session.refresh(pages[1])?;
    session[note].page_id = Some(keys[2]);
    session.commit()?;
    assert_eq!(session.related(pages[1], Page::NOTES)?, []);
    assert_eq!(session.related(pages[2], Page::NOTES)?, [note]);
    Ok(())
}

on_every_backend!(
    a_key_that_is_edited_again_is_followed_at_the_flush,
    a_key_that_is_edited_after_it_was_appended_is_followed_at_the_flush,
    a_key_that_is_edited_after_a_page_was_read_again_is_followed_at_the_flush,
    a_link_that_waits_is_among_what_is_read,
    a_link_that_was_there_already_can_be_removed,
    a_key_that_waits_is_among_what_is_read,
    an_orphan_that_is_given_away_leaves_who_was_read_with_it,
    what_waits_is_among_what_is_loaded_with_a_row,
);
