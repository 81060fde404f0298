//! What SQLAlchemy's users know to be delicate, and what happens here. Scenarios that can be told in both are in the parity
//! test; here is what needs models of its own, or is different by design.

use ormcore::Json;
use ormcore::prelude::*;

use super::models::{Author, Book, BookGenre, Genre, Node, Player, Team, count, session};

/// There is no weak map: a row that nobody holds a handle of stays, and is not asked for again.
fn a_row_stays_though_nobody_holds_its_handle(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let key = session.add(Author::new("ann"));
    session.commit()?;
    let key = session[key].id;
    let mut session = db.session()?;
    session.all(Author::query())?;
    let statements = db.record();
    assert!(session.get::<Author>(key)?.is_some() && statements.is_empty());
    Ok(())
}

/// The side of an outer join that found nothing is no row of NULLs.
fn an_outer_join_without_a_match_gives_no_row(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    session.add(Team::new("red"));
    session.add(Player::new("p"));
    session.commit()?;
    let mut session = db.session()?;
    let teams = session.all(Team::query().with(Team::PLAYERS.joined()).with(Team::BADGE.joined()))?;
    let players = session.all(Player::query().with(Player::TEAM.joined()))?;
    let statements = db.record();
    assert_eq!((session.related(teams[0], Team::PLAYERS)?, session.related(teams[0], Team::BADGE)?), (vec![], None));
    assert_eq!((session.related(players[0], Player::TEAM)?, statements.texts().len()), (None, 0));
    Ok(())
}

/// A tree that is loaded to a depth ends there; a row that comes twice is one.
fn a_tree_is_loaded_to_its_depth_and_each_row_once(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let root = session.add(Node::new("root"));
    let twig = session.add(Node::new("twig").set(Node::PARENT_ID, root));
    let leaf = session.add(Node::new("leaf").set(Node::PARENT_ID, twig));
    session.set(root, Node::PARENT, Some(leaf))?;
    session.commit()?;
    let mut session = db.session()?;
    let load = Node::CHILDREN.selectin().then(Node::CHILDREN.selectin().then(Node::CHILDREN.selectin()));
    let roots = session.all(Node::query().filter_by(Node::NAME, "root").with(load))?;
    let statements = db.record();
    let twigs = session.related(roots[0], Node::CHILDREN)?;
    let leaves = session.related(twigs[0], Node::CHILDREN)?;
    assert_eq!((session.related(leaves[0], Node::CHILDREN)?, statements.texts().len()), (roots, 0));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sem_room")]
struct Room {
    #[column(primary_key)]
    house: i64,
    #[column(primary_key)]
    number: i64,
}

#[allow(clippy::duplicated_attributes)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "sem_door",
    foreign_key(columns(house, from), references(Room::HOUSE, Room::NUMBER)),
    foreign_key(columns(house, to), references(Room::HOUSE, Room::NUMBER))
)]
struct Door {
    #[column(primary_key)]
    id: i64,
    house: i64,
    from: i64,
    to: i64,
}

/// Two foreign keys that share a column: what was set last has it, and the database sees whether both fit.
fn foreign_keys_that_share_a_column_are_filled_in_the_order_of_the_calls(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Room, Door)>()?;
    let mut session = db.session()?;
    let rooms = [(1, 1), (1, 2), (2, 1)].map(|(house, number)| session.add(Room::new(house, number)));
    let door = session.add(Door::new(7, 7, 7).set(Door::FROM, rooms[0]).set(Door::TO, rooms[1]));
    session.commit()?;
    assert_eq!((session[door].house, session[door].from, session[door].to), (1, 1, 2));
    session.add(Door::new(7, 7, 7).set(Door::FROM, rooms[1]).set(Door::TO, rooms[2]));
    assert!(session.flush().unwrap_err().is_foreign_key_violation());
    Ok(())
}

/// A link table that is also a model: the link and the row are one row of the table, whoever wrote it.
fn a_link_and_a_row_of_the_link_table_are_one(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, genre) = (session.add(Author::new("ann")), session.add(Genre::new("sf")));
    let book = session.add(Book::new("a", ann));
    session.append(book, Book::GENRES, genre)?;
    let row = session.add(BookGenre::new(book, genre));
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 1);
    session.remove(book, Book::GENRES, genre)?;
    session.delete(row)?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 0);
    Ok(())
}

/// A cascade follows who is in the relationship now, and not who was taken out of it.
fn a_child_that_was_taken_out_is_not_deleted_with_the_parent(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let root = session.add(Node::new("root"));
    let nodes: Vec<_> = ["a", "b"].map(|name| session.add(Node::new(name).set(Node::PARENT_ID, root))).to_vec();
    session.commit()?;
    session.remove(root, Node::CHILDREN, nodes[0])?;
    session.delete(root)?;
    session.commit()?;
    assert_eq!((session.contains(nodes[0]), session.contains(nodes[1])), (true, false));
    assert_eq!(Node::query().one(db)?, session[nodes[0]]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sem_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    tags: Json<Vec<String>>,
    numbers: Vec<i64>,
}

/// What changes inside of a value is seen: rows are compared, and nobody has to say it.
fn a_change_inside_of_a_value_is_written(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Note>()?;
    let mut session = db.session()?;
    let note = session.add(Note::new(Json::new(vec!["a".to_string()]), vec![1]));
    session.commit()?;
    let statements = db.record();
    session[note].tags.push("b".into());
    assert!(session.is_modified());
    session.commit()?;
    session[note].numbers.push(2);
    session.commit()?;
    assert_eq!(count(&statements, "UPDATE"), 2);
    assert_eq!(Note::find(session[note].id, db)?, session[note]);
    Ok(())
}

/// A bulk statement beside the session changes no row in hand, and calls for a `refresh`; here the row that is in hand stays
/// as it was read, and what is written afterwards is only what was changed in it.
fn a_bulk_statement_changes_no_row_in_hand(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    session.commit()?;
    Author::query().update(Author::AGE.set(7), db)?;
    session[ann].name = "anna".into();
    session.commit()?;
    assert_eq!((session[ann].age, Author::find(session[ann].id, db)?.age), (0, 7));
    session.expire_all();
    assert_eq!((session.all(Author::query())?.len(), session[ann].age, session[bob].age), (2, 7, 7));
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_row_stays_though_nobody_holds_its_handle,
    an_outer_join_without_a_match_gives_no_row,
    a_tree_is_loaded_to_its_depth_and_each_row_once,
    foreign_keys_that_share_a_column_are_filled_in_the_order_of_the_calls,
    a_link_and_a_row_of_the_link_table_are_one,
    a_child_that_was_taken_out_is_not_deleted_with_the_parent,
    a_change_inside_of_a_value_is_written,
    a_bulk_statement_changes_no_row_in_hand,
);
