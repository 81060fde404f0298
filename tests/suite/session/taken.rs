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

fn what_was_changed_leaves_with_the_row(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let teams = session.add_all(["red", "blue"].map(Team::new));
    session.add(Player::new("p").set(Player::TEAM_ID, teams[0]));
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    let genre = session.add(Genre::new("x"));
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    for round in 0..4 {
        let player = session.one(Player::query())?;
        assert_eq!(session.related(teams[0], Team::PLAYERS)?, [player]);
        assert_eq!(session.related(teams[1], Team::PLAYERS)?, []);
        match round {
            0 => session.remove(teams[0], Team::PLAYERS, player)?,
            1 => session.append(teams[1], Team::PLAYERS, player)?,
            2 => session.set(player, Player::TEAM, None)?,
            _ => session[player].team_id = session[teams[1]].id.into(),
        }
        session.take(player)?;
        let again = session.one(Player::query())?;
        assert_eq!(session.related(again, Player::TEAM)?, Some(teams[0]));
        assert_eq!(session.related(teams[0], Team::PLAYERS)?, [again], "{round}");
        assert_eq!(session.related(teams[1], Team::PLAYERS)?, []);
    }
    // An orphan, and a link that was to go.
    let (book, genre) = (session.one(Book::query())?, session.one(Genre::query())?);
    assert_eq!((session.related(ann, Author::BOOKS)?, session.related(book, Book::GENRES)?), (vec![book], vec![genre]));
    session.remove(book, Book::GENRES, genre)?;
    session.take(genre)?;
    let genre = session.one(Genre::query())?;
    assert_eq!(session.related(book, Book::GENRES)?, [genre]);
    session.remove(ann, Author::BOOKS, book)?;
    session.take(book)?;
    let book = session.one(Book::query())?;
    assert_eq!(session.related(ann, Author::BOOKS)?, [book]);
    session.commit()
}

on_every_backend!(
    what_was_changed_leaves_with_the_row,
    a_row_that_comes_back_is_among_the_children_of_its_parent,
    a_row_that_is_merged_again_is_among_the_children_of_its_parent,
    a_row_that_comes_back_is_linked_as_it_was,
    a_row_that_comes_back_is_found_where_its_link_is_removed,
    rows_that_are_taken_one_by_one_leave_what_is_known_of_others,
);
