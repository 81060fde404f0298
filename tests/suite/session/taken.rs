//! Rows that the program takes out of the session, and that come back.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::{Author, Book, BookGenre, Genre, Player, Team, count, session};

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

fn a_row_that_comes_back_is_found_where_its_link_is_removed(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    let genres = session.add_all(["x", "y"].map(Genre::new));
    session.set(book, Book::GENRES, genres.clone())?;
    session.commit()?;
    assert_eq!(session.related(book, Book::GENRES)?, genres);
    let key = session.take(genres[0])?.id;
    let again = session.get::<Genre>(key)?.unwrap();
    session.remove(book, Book::GENRES, again)?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 1);
    assert_eq!(session.related(book, Book::GENRES)?, [genres[1]]);
    Ok(())
}

fn rows_that_are_taken_one_by_one_leave_what_is_known_of_others(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let teams = session.add_all((0..200).map(|n| Team::new(format!("{n}"))));
    let player = |(n, team): (usize, &Handle<Team>)| Player::new(format!("{n}")).set(Player::TEAM_ID, *team);
    let players: Vec<_> = teams.iter().enumerate().map(|at| session.add(player(at))).collect();
    session.commit()?;
    for (team, player) in teams.iter().zip(&players) {
        assert_eq!(session.related(*team, Team::PLAYERS)?, [*player]);
    }
    let statements = db.record();
    for (at, player) in players.iter().enumerate().filter(|(at, _)| at % 2 == 0) {
        session.take(*player)?;
        assert_eq!(session.related(teams[at + 1], Team::PLAYERS)?, [players[at + 1]]);
        session.take(teams[at])?;
    }
    assert_eq!(count(&statements, "SELECT"), 0);
    assert_eq!(session.related(teams[1], Team::PLAYERS)?, [players[1]]);
    Ok(())
}

on_every_backend!(
    a_row_that_comes_back_is_among_the_children_of_its_parent,
    a_row_that_is_merged_again_is_among_the_children_of_its_parent,
    a_row_that_comes_back_is_linked_as_it_was,
    a_row_that_comes_back_is_found_where_its_link_is_removed,
    rows_that_are_taken_one_by_one_leave_what_is_known_of_others,
);
