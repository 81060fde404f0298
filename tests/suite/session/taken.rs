//! Rows that the program takes out of the session, and that come back.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::{Author, Book, BookGenre, Genre, Player, Team, session};

fn a_row_that_comes_back_is_among_the_children_of_its_parent(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let team = session.add(Team::new("red"));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, team));
    session.commit()?;
    assert_eq!(session.related(team, Team::PLAYERS)?, [player]);
    let key = session.take(player)?.id;
    let again = session.get::<Player>(key)?.unwrap();
    assert_eq!(session.related(again, Player::TEAM)?, Some(team));
    assert_eq!(session.related(team, Team::PLAYERS)?, [again]);
    session.set(team, Team::PLAYERS, [])?;
    session.commit()?;
    assert_eq!(Player::find(key, db)?.team_id, None);
    Ok(())
}

fn a_row_that_is_merged_again_is_among_the_children_of_its_parent(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let team = session.add(Team::new("red"));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, team));
    session.commit()?;
    assert_eq!(session.related(team, Team::PLAYERS)?, [player]);
    let row = session.take(player)?;
    let again = session.merge(row)?;
    assert_eq!(session.related(team, Team::PLAYERS)?, [again]);
    session.commit()
}

fn a_row_that_comes_back_is_linked_as_it_was(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    let genres = session.add_all(["x", "y"].map(Genre::new));
    session.set(book, Book::GENRES, genres.clone())?;
    session.commit()?;
    assert_eq!(session.related(book, Book::GENRES)?, genres);
    session.take(genres[0])?;
    let all = session.all(Genre::query().order_by(Genre::LABEL))?;
    assert_eq!(all[1], genres[1]);
    assert_eq!(session.related(book, Book::GENRES)?, all);
    session.set(book, Book::GENRES, [])?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 0);
    Ok(())
}

on_every_backend!(
    a_row_that_comes_back_is_among_the_children_of_its_parent,
    a_row_that_is_merged_again_is_among_the_children_of_its_parent,
    a_row_that_comes_back_is_linked_as_it_was,
);
