//! Errors as a program sees them: their kinds, what they name, and what they never show.

use std::error::Error as _;

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Team {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(first, last), check = "shirt > 0")]
struct Player {
    #[column(primary_key)]
    id: i64,
    first: String,
    last: String,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
    shirt: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Match {
    #[column(primary_key, foreign_key = Team::ID)]
    home_id: i64,
    #[column(primary_key, foreign_key = Team::ID)]
    away_id: i64,
    #[column(length = 5)]
    score: Option<String>,
}

/// What a test binds and no message may show.
const HIDDEN: &str = "Hidd3n";

fn teams(db: &Database) -> ormcore::Result<Team> {
    db.create_tables::<(Team, Player, Match)>()?;
    Team::new(HIDDEN).insert(db)
}

/// The message, after a look at all that a log would hold.
fn told(error: &Error) -> String {
    let (message, debug) = (error.to_string(), format!("{error:?}"));
    assert!(!message.contains(HIDDEN) && !debug.contains(HIDDEN), "{debug}");
    let mut cause = error.source();
    let mut before = message.clone();
    while let Some(error) = cause {
        let next = error.to_string();
        assert!(
            !before.contains(next.split(" in ").next().unwrap()) && !next.contains(&before),
            "{next:?} repeats {before:?}"
        );
        assert!(!next.contains(HIDDEN), "{next}");
        (before, cause) = (next, error.source());
    }
    message
}

fn a_unique_violation_names_table_and_columns(db: &Database) -> ormcore::Result<()> {
    let team = teams(db)?;
    let error = Team::new(HIDDEN).insert(db).unwrap_err();
    assert!(error.is_unique_violation() && !error.is_retryable());
    match error.kind() {
        ErrorKind::UniqueViolation { table, columns, .. } => {
            assert_eq!((table.as_str(), columns), ("team", &vec!["name".into()]))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(told(&error), "a row of `team` with the same `name` exists already");
    assert!(error.statement().unwrap().starts_with("INSERT INTO"));

    Player::new("a", HIDDEN, team.id, 1).insert(db)?;
    let error = Player::new("a", HIDDEN, team.id, 2).insert(db).unwrap_err();
    match error.kind() {
        ErrorKind::UniqueViolation { table, columns, .. } => {
            assert_eq!((table.as_str(), columns), ("player", &vec!["first".into(), "last".into()]));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(told(&error), "a row of `player` with the same `first`, `last` exists already");
    Ok(())
}

fn a_primary_key_violation_is_a_unique_violation(db: &Database) -> ormcore::Result<()> {
    let team = teams(db)?;
    let error = Team::new("other").with_key(team.id).insert(db).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::UniqueViolation { table, columns, .. } if table == "team" && columns == &["id"]),
        "{error:?}"
    );
    let other = Team::new("other").insert(db)?;
    Match::new(team.id, other.id).insert(db)?;
    Match::new(other.id, team.id).insert(db)?;
    let error = Match::new(team.id, other.id).insert(db).unwrap_err();
    match error.kind() {
        ErrorKind::UniqueViolation { table, columns, .. } => {
            assert_eq!((table.as_str(), columns), ("match", &vec!["home_id".into(), "away_id".into()]));
        }
        other => panic!("{other:?}"),
    }
    told(&error);
    Ok(())
}

fn a_missing_parent_is_a_foreign_key_violation(db: &Database) -> ormcore::Result<()> {
    teams(db)?;
    let error = Player::new("a", HIDDEN, 4711, 1).insert(db).unwrap_err();
    assert!(error.is_foreign_key_violation());
    match error.kind() {
        ErrorKind::ForeignKeyViolation { table, columns, .. } => {
            assert_eq!((table.as_str(), columns), ("player", &vec!["team_id".into()]));
        }
        other => panic!("{other:?}"),
    }
    let message = told(&error);
    assert!(message.contains("`player`") && message.contains("team_id") && !message.contains("4711"), "{message}");
    Ok(())
}

fn a_parent_with_children_is_a_foreign_key_violation(db: &Database) -> ormcore::Result<()> {
    let team = teams(db)?;
    let mut player = Player::new("a", "b", &team, 1).insert(db)?;
    for error in [team.clone().delete(db).unwrap_err(), Team::query().delete(db).unwrap_err()] {
        assert!(error.is_foreign_key_violation(), "{error:?}");
        assert!(told(&error).contains("rows still point to"), "{error}");
    }
    player.team_id = 99;
    assert!(player.update(db).unwrap_err().is_foreign_key_violation());
    assert_eq!(Team::query().count(db)?, 1);
    Ok(())
}

fn sql_of_ones_own_is_told_by_the_table_that_it_writes(db: &Database) -> ormcore::Result<()> {
    let team = teams(db)?;
    Player::new("a", "b", &team, 1).insert(db)?;
    for (sql, table_is, columns_are) in [
        (
            "INSERT INTO player (\"first\", \"last\", \"team_id\", \"shirt\") VALUES ('c', 'd', 99, 1)",
            "player",
            ["team_id"].as_slice(),
        ),
        ("update player set \"team_id\" = 99", "player", &["team_id"]),
        ("DELETE FROM team WHERE \"id\" > 0", "team", &[]),
        ("DELETE FROM \"team\"", "team", &[]),
    ] {
        match db.execute(sql, ()).unwrap_err().into_kind() {
            ErrorKind::ForeignKeyViolation { table, columns, .. } => {
                assert_eq!(table, table_is, "{sql}");
                assert_eq!(columns, columns_are, "{sql}");
            }
            other => panic!("{other:?}"),
        }
    }
    for sql in ["UPDATE player SET \"shirt\" = -1", "UPDATE \"player\" SET shirt = -1"] {
        let error = db.execute(sql, ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::CheckViolation { table, .. } if table == "player"), "{error:?}");
    }
    Ok(())
}

fn a_not_null_violation_names_the_column(db: &Database) -> ormcore::Result<()> {
    teams(db)?;
    for sql in [
        "INSERT INTO team (id, name) VALUES (5, NULL)",
        "INSERT INTO team (id) VALUES (5)",
        "UPDATE team SET name = NULL",
    ] {
        let error = db.execute(sql, ()).unwrap_err();
        assert!(error.is_not_null_violation(), "{error:?}");
        assert!(
            matches!(error.kind(), ErrorKind::NotNullViolation { table, columns, .. } if table == "team" && columns == &["name"]),
            "{error:?}"
        );
        assert_eq!(told(&error), "column `team.name` may not be NULL");
    }
    Ok(())
}

fn a_check_violation_names_the_constraint(db: &Database) -> ormcore::Result<()> {
    let team = teams(db)?;
    let error = Player::new("a", HIDDEN, team.id, -1).insert(db).unwrap_err();
    assert!(error.is_check_violation());
    match error.kind() {
        ErrorKind::CheckViolation { table, constraint, .. } => {
            assert_eq!(table, "player");
            assert!(constraint.as_deref().unwrap().starts_with("ck_player"), "{constraint:?}");
        }
        other => panic!("{other:?}"),
    }
    assert!(told(&error).starts_with("a row of `player` breaks the check `ck_player"), "{error}");
    let other = Team::new("other").insert(db)?;
    let long = Match::new(team.id, other.id).set(Match::SCORE, HIDDEN).insert(db).unwrap_err();
    assert!(long.is_check_violation(), "{long:?}");
    told(&long);
    Ok(())
}

fn what_is_not_there_is_not_found(db: &Database) -> ormcore::Result<()> {
    teams(db)?;
    let error = Team::find(999, db).unwrap_err();
    assert!(error.is_not_found());
    assert!(matches!(error.kind(), ErrorKind::NotFound { table, .. } if table == "team"));
    assert_eq!(told(&error), "no row of `team` has `id` = the integer 999");
    let error = Match::find((1, 2), db).unwrap_err();
    assert_eq!(told(&error), "no row of `match` has `home_id` = the integer 1 and `away_id` = the integer 2");
    let error = Team::query().filter_by(Team::NAME, "x").one(db).unwrap_err();
    assert!(error.is_not_found());
    Team::new("x").insert(db)?;
    let error = Team::query().one(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::MultipleFound { table } if table == "team"));
    told(&error);
    Ok(())
}

fn a_missing_table_is_a_schema_error_that_says_what_to_do(db: &Database) -> ormcore::Result<()> {
    for error in [
        Team::all(db).unwrap_err(),
        Team::new(HIDDEN).insert(db).unwrap_err(),
        Team::query().filter_by(Team::NAME, HIDDEN).delete(db).unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        let message = told(&error);
        assert!(message.contains("team") && message.contains("create_all"), "{message}");
        assert!(error.statement().unwrap().contains("\"team\""));
    }
    Ok(())
}

fn a_missing_column_is_a_schema_error(db: &Database) -> ormcore::Result<()> {
    db.execute("CREATE TABLE team (id INTEGER PRIMARY KEY)", ())?;
    for error in [
        Team::all(db).unwrap_err(),
        Team::get(1, db).unwrap_err(),
        Team::new(HIDDEN).insert(db).unwrap_err(),
        Team::query().update(Team::NAME.set(HIDDEN), db).unwrap_err(),
        Team::query().filter(Team::NAME.eq(HIDDEN)).count(db).unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        assert!(told(&error).contains("name"), "{error}");
    }
    Ok(())
}

fn what_is_no_sql_is_an_error_of_the_database(db: &Database) -> ormcore::Result<()> {
    let error = db.execute("SELEKT 1", ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
    assert!(told(&error).starts_with("the database refused the statement: "), "{error}");
    Ok(())
}

fn an_error_is_one_word_wide_and_travels(_: &Database) -> ormcore::Result<()> {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<ormcore::Result<()>>(), size_of::<usize>());
    Ok(())
}

on_every_backend!(
    a_unique_violation_names_table_and_columns,
    a_primary_key_violation_is_a_unique_violation,
    a_missing_parent_is_a_foreign_key_violation,
    sql_of_ones_own_is_told_by_the_table_that_it_writes,
    a_parent_with_children_is_a_foreign_key_violation,
    a_not_null_violation_names_the_column,
    a_check_violation_names_the_constraint,
    what_is_not_there_is_not_found,
    a_missing_table_is_a_schema_error_that_says_what_to_do,
    a_missing_column_is_a_schema_error,
    what_is_no_sql_is_an_error_of_the_database,
    an_error_is_one_word_wide_and_travels,
);
