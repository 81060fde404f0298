//! Tables that point to each other in a circle.
#![allow(clippy::unwrap_used)]

use ormcore::prelude::*;
use ormcore_tests::{every_backend, tables};

#[derive(Model, Debug, Clone, PartialEq)]
struct Team {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Player::ID)]
    captain_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Player {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
    #[column(foreign_key = Player::ID)]
    mentor_id: Option<i64>,
}

/// Outside of the circle, and points into it.
#[derive(Model, Debug, Clone, PartialEq)]
struct Award {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Player::ID)]
    player_id: i64,
}

fn on_every_database(test: impl Fn(&Database) -> ormcore::Result<()>) {
    for fixture in every_backend() {
        test(&fixture.db).unwrap();
    }
}

fn fill(db: &Database) -> ormcore::Result<()> {
    let mut team = Team::new().insert(db)?;
    let mentor = Player::new(&team).insert(db)?;
    let captain = Player::new(&team).set(Player::MENTOR_ID, mentor.id).insert(db)?;
    team.captain_id = Some(captain.id);
    team.update(db)?;
    Award::new(&captain).insert(db)?;
    assert!(Player::new(99).insert(db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

#[test]
fn tables_in_a_circle_are_created_again_and_again() {
    on_every_database(|db| {
        db.create_all()?;
        fill(db)?;
        db.create_all()?;
        db.check_all()
    });
}

#[test]
fn full_tables_in_a_circle_are_dropped() {
    on_every_database(|db| {
        for _ in 0..2 {
            db.create_all()?;
            fill(db)?;
            db.drop_all()?;
        }
        assert!(tables(db)?.is_empty());
        Ok(())
    });
}

#[test]
fn foreign_keys_are_checked_again_after_the_drop() {
    on_every_database(|db| {
        db.create_all()?;
        fill(db)?;
        db.drop_all()?;
        db.create_all()?;
        fill(db)
    });
}

#[test]
fn one_table_of_a_circle_cannot_be_created_or_dropped_alone() {
    on_every_database(|db| {
        let error = db.create_tables::<(Team,)>().unwrap_err().to_string();
        assert!(error.contains("`team.captain_id`") && error.contains("`player`"), "{error}");
        db.create_tables::<(Team, Player)>()?;
        let error = db.drop_tables::<(Team,)>().unwrap_err().to_string();
        assert!(error.contains("`team`") && error.contains("`player`"), "{error}");
        db.drop_tables::<(Team, Player)>()
    });
}
