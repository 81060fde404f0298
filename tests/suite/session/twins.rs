//! Two models of one table in a session: one that only reads beside the one that writes, in either order.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_club")]
struct Club {
    #[column(primary_key)]
    id: i64,
    name: String,
}

/// The same table, to be read.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_club", read_only)]
struct ClubCard {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[column(foreign_key = Club::ID, on_delete = "cascade")]
    club_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_node")]
struct Node {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Node::ID)]
    parent_id: Option<i64>,
}

/// The same table, to be read.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_node", read_only)]
struct NodeCard {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Node::ID)]
    parent_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_left")]
struct Left {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twi_right")]
struct Right {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Left::ID)]
    left_id: i64,
}

/// The models of another database, whose tables have these names and lead the other way.
mod other {
    use ormcore::prelude::*;

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "twi_left")]
    pub(super) struct Left {
        #[column(primary_key)]
        pub(super) id: i64,
        #[column(foreign_key = Right::ID)]
        pub(super) right_id: i64,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "twi_right")]
    pub(super) struct Right {
        #[column(primary_key)]
        pub(super) id: i64,
    }
}

/// Two clubs, the first with a member, in a session that has read the cards of both clubs first.
fn clubs(db: &Database) -> ormcore::Result<(Session, [Handle<Club>; 2], Handle<Member>)> {
    db.create_tables::<(Club, Member)>()?;
    let club = Club::new("red").insert(db)?;
    Club::new("blue").insert(db)?;
    Member::new("ann", &club).insert(db)?;
    let mut session = db.session()?;
    assert_eq!(session.all(ClubCard::query())?.len(), 2);
    let clubs = session.all(Club::query().order_by(Club::ID))?;
    let member = session.one(Member::query())?;
    Ok((session, [clubs[0], clubs[1]], member))
}

fn rows_that_the_database_deletes_leave_the_session(db: &Database) -> ormcore::Result<()> {
    let (mut session, [red, _], member) = clubs(db)?;
    session.delete(red)?;
    session.flush()?;
    assert!(!session.contains(member));
    session.commit()?;
    assert_eq!((Club::query().count(db)?, Member::query().count(db)?), (1, 0));
    Ok(())
}

fn a_row_that_moves_away_is_not_deleted_with_the_one_that_it_leaves(db: &Database) -> ormcore::Result<()> {
    let (mut session, [red, _], member) = clubs(db)?;
    session[member].club_id = 2;
    session.delete(red)?;
    session.commit()?;
    assert!(session.contains(member));
    assert_eq!(Member::query().select((Member::ID, Member::CLUB_ID)).all(db)?, [(1, 2)]);
    Ok(())
}

/// The new club is one that the session has by one of the models only: its row is there, and the member is written at once.
fn a_row_that_points_to_one_of_the_two_is_written_before_others_come(db: &Database) -> ormcore::Result<()> {
    let (mut session, _, member) = clubs(db)?;
    let green = session.add(Club::new("green"));
    session.flush()?;
    (session[member].name, session[member].club_id) = ("anna".into(), session[green].id);
    let new = session.add(Member::new("ann", 1));
    let statements = db.record();
    session.commit()?;
    assert_eq!((count(&statements, "UPDATE"), count(&statements, "INSERT")), (1, 1));
    let stored = Member::query().order_by(Member::ID).select((Member::NAME, Member::CLUB_ID)).all(db)?;
    assert_eq!(stored, [("anna".to_string(), 3), ("ann".to_string(), 1)]);
    assert!(session.contains(new));
    Ok(())
}

fn rows_of_a_tree_are_deleted_children_first(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Node,)>()?;
    let root = Node::new().insert(db)?;
    Node::new().set(Node::PARENT_ID, &root).insert(db)?;
    let mut session = db.session()?;
    assert_eq!(session.all(NodeCard::query())?.len(), 2);
    let nodes = session.all(Node::query().order_by(Node::ID))?;
    session.delete(nodes[0])?;
    session.delete(nodes[1])?;
    session.commit()?;
    assert_eq!(Node::query().count(db)?, 0);
    Ok(())
}

/// Each database is emptied children first, whatever the tables of the other one lead to.
fn models_of_another_database_that_have_the_same_tables_change_no_order(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Left, Right)>()?;
    let mut session = db.session()?;
    let left = session.add(Left::new());
    let right = session.add(Right::new(left));
    session.commit()?;
    session.delete(left)?;
    session.delete(right)?;
    session.commit()?;
    drop(session);
    db.drop_tables::<(Left, Right)>()?;

    db.create_tables::<(other::Left, other::Right)>()?;
    let mut session = db.session()?;
    let right = session.add(other::Right::new());
    let left = session.add(other::Left::new(right));
    session.commit()?;
    session.delete(right)?;
    session.delete(left)?;
    session.commit()?;
    assert_eq!((other::Left::query().count(db)?, other::Right::query().count(db)?), (0, 0));
    Ok(())
}

on_every_backend!(
    models_of_another_database_that_have_the_same_tables_change_no_order,
    rows_that_the_database_deletes_leave_the_session,
    a_row_that_moves_away_is_not_deleted_with_the_one_that_it_leaves,
    a_row_that_points_to_one_of_the_two_is_written_before_others_come,
    rows_of_a_tree_are_deleted_children_first,
);
