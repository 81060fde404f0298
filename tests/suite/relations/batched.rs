//! `batch`: the first access loads a relationship for all rows of its query.

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bat_team")]
pub(super) struct Team {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(batch, back_populates = "team")]
    pub(super) players: HasMany<Player>,
    #[relationship(batch)]
    mascot: HasOne<Mascot>,
    #[relationship(batch, secondary = "bat_team_sponsors")]
    sponsors: HasMany<Sponsor>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bat_player")]
pub(super) struct Player {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Team::ID)]
    team_id: Option<i64>,
    #[relationship(batch, back_populates = "players")]
    pub(super) team: BelongsTo<Team>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bat_mascot")]
struct Mascot {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bat_sponsor")]
struct Sponsor {
    #[column(primary_key)]
    id: i64,
    name: String,
}

/// Reds (1) with ann and bob, blues (2) with cid and dan, greens (3) with nobody; eve has no team.
///
/// Reds and greens have a mascot; reds are sponsored by x and y, blues by y.
pub(super) fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Player, Mascot, Sponsor)>()?;
    let teams = Team::insert_all(["reds", "blues", "greens"].map(Team::new), db)?;
    for (name, team) in [("ann", Some(0)), ("bob", Some(0)), ("cid", Some(1)), ("dan", Some(1)), ("eve", None)] {
        Player::new(name).set(Player::TEAM_ID, team.map(|team: usize| teams[team].id)).insert(db)?;
    }
    Mascot::insert_all([Mascot::new("fox", &teams[0]), Mascot::new("owl", &teams[2])], db)?;
    let sponsors = Sponsor::insert_all(["x", "y"].map(Sponsor::new), db)?;
    for (team, sponsor) in [(0, 0), (0, 1), (1, 1)] {
        Team::SPONSORS.link(&teams[team], &sponsors[sponsor], db)?;
    }
    Ok(())
}

fn teams(db: &Database) -> ormcore::Result<Vec<Team>> {
    Team::query().order_by(Team::ID).all(db)
}

fn players(db: &Database) -> ormcore::Result<Vec<Player>> {
    Player::query().order_by(Player::ID).all(db)
}

fn names(players: &[Player]) -> Vec<&str> {
    players.iter().map(|player| player.name.as_str()).collect()
}

fn team_of(player: &Player, db: &Database) -> Option<String> {
    player.team(db).unwrap().map(|team| team.name.clone())
}

fn the_first_access_loads_for_all_rows_and_the_others_ask_nothing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (teams, players) = (teams(db)?, players(db)?);
    let statements = db.record();
    assert_eq!(names(teams[1].players(db)?), ["cid", "dan"]);
    assert_eq!(statements.len(), 1);
    assert!(!teams[0].players.is_loaded(), "the others take theirs at their own access");
    assert_eq!((names(teams[0].players(db)?), names(teams[2].players(db)?)), (vec!["ann", "bob"], vec![]));
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    statements.clear();
    let mascots: Vec<_> = teams.iter().map(|team| team.mascot(db).unwrap().map(|mascot| &*mascot.name)).collect();
    assert_eq!((mascots, statements.len()), (vec![Some("fox"), None, Some("owl")], 1));
    let sponsors: Vec<Vec<&str>> = teams
        .iter()
        .map(|team| team.sponsors(db).unwrap().iter().map(|sponsor| sponsor.name.as_str()).collect())
        .collect();
    assert_eq!((sponsors, statements.len()), (vec![vec!["x", "y"], vec!["y"], vec![]], 2));
    statements.clear();
    let of: Vec<_> = players.iter().map(|player| team_of(player, db)).collect();
    let [reds, blues] = ["reds", "blues"].map(|name| Some(name.to_string()));
    assert_eq!(of, [reds.clone(), reds, blues.clone(), blues, None]);
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    assert!(
        std::ptr::eq(players[0].team(db)?.unwrap(), players[1].team(db)?.unwrap()),
        "rows share what they point to"
    );
    Ok(())
}

fn a_second_access_gives_the_same_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let teams = teams(db)?;
    let statements = db.record();
    assert!(std::ptr::eq(teams[0].players(db)?, teams[0].players(db)?));
    assert!(teams[2].players(db)?.is_empty() && teams[2].players.is_loaded());
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn a_prepared_query_and_a_chunk_have_batches_of_their_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let all = prepare(|id: Param<i64>| Team::query().filter(Team::ID.ge(id)).order_by(Team::ID));
    let mut chunk = Vec::new();
    Team::query().order_by(Team::ID).chunks(10, db, |teams| {
        chunk = teams;
        Ok(())
    })?;
    for teams in [all.all(1, db)?, chunk] {
        let statements = db.record();
        let found: Vec<usize> = teams.iter().map(|team| Ok(team.players(db)?.len())).collect::<ormcore::Result<_>>()?;
        assert_eq!((found, statements.len()), (vec![2, 2, 0], 1));
    }
    Ok(())
}

fn keys_that_are_null_ask_nothing_and_do_not_use_the_batch_up(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let found = players(db)?;
    let statements = db.record();
    assert_eq!(found[4].team(db)?, None);
    assert!(statements.is_empty());
    assert_eq!(team_of(&found[0], db).as_deref(), Some("reds"));
    assert_eq!(team_of(&found[3], db).as_deref(), Some("blues"));
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    Player::query().update(Player::TEAM_ID.set(None), db)?;
    let found = players(db)?;
    statements.clear();
    assert!(found.iter().all(|player| player.team(db).unwrap().is_none()));
    assert!(statements.is_empty());
    Ok(())
}

fn a_row_that_came_twice_finds_its_rows_twice(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = Team::query().join(Team::PLAYERS).order_by(Player::ID).all(db)?;
    let statements = db.record();
    let found: Vec<_> = joined.iter().map(|team| names(team.players(db).unwrap())).collect();
    assert_eq!(found, [["ann", "bob"], ["ann", "bob"], ["cid", "dan"], ["cid", "dan"]]);
    let mascots = joined.iter().filter(|team| team.mascot(db).unwrap().is_some()).count();
    assert_eq!(mascots, 2);
    assert_eq!(joined.iter().map(|team| team.sponsors(db).unwrap().len()).collect::<Vec<_>>(), [2, 2, 1, 1]);
    assert_eq!(statements.len(), 3, "one for each relationship: {:?}", statements.texts());
    let joined = Player::query().join(Player::TEAM).join(Team::SPONSORS).order_by(Player::ID).all(db)?;
    assert_eq!(joined.len(), 6);
    statements.clear();
    assert!(joined.iter().all(|player| player.team(db).unwrap().is_some()));
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn rows_of_other_queries_are_not_touched(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (one, other) = (teams(db)?, teams(db)?);
    let statements = db.record();
    one[0].players(db)?;
    Player::new("new").set(Player::TEAM_ID, 2).insert(db)?;
    statements.clear();
    assert_eq!(names(other[1].players(db)?), ["cid", "dan", "new"]);
    assert_eq!(statements.len(), 1);
    assert_eq!(names(one[1].players(db)?), ["cid", "dan"], "as old as the first access");
    assert_eq!(statements.len(), 1);
    let alone = Team::find(2, db)?;
    let new = Team::insert_all(["a", "b"].map(Team::new), db)?;
    statements.clear();
    assert_eq!(names(alone.players(db)?), ["cid", "dan", "new"]);
    assert!(new.iter().all(|team| team.players(db).unwrap().is_empty()));
    assert_eq!(statements.len(), 3, "a row that came alone, or from no query, loads for itself");
    Ok(())
}

fn children_of_a_load_are_rows_of_one_query_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Team::PLAYERS.joined(), Team::PLAYERS.subquery(), Team::PLAYERS.selectin()] {
        let teams = Team::query().with(load.clone()).order_by(Team::ID).all(db)?;
        let statements = db.record();
        for player in teams.iter().flat_map(|team| team.players(db).unwrap()) {
            assert!(player.team(db)?.is_some());
        }
        assert_eq!(statements.len(), 1, "{load:?}: {:?}", statements.texts());
    }
    let teams = teams(db)?;
    let statements = db.record();
    for player in teams.iter().flat_map(|team| team.players(db).unwrap()) {
        assert!(player.team(db)?.is_some());
    }
    assert_eq!(statements.len(), 2, "the players of all teams, the teams of all players: {:?}", statements.texts());
    let mut teams = Team::query().with(Team::PLAYERS.raise()).all(db)?;
    statements.clear();
    Team::PLAYERS.load(&mut teams, db)?;
    for player in teams.iter().flat_map(|team| team.players(db).unwrap()) {
        assert!(player.team(db)?.is_some());
    }
    assert_eq!(statements.len(), 2, "{:?}", statements.texts());
    Ok(())
}

fn what_a_query_says_of_the_load_holds_for_the_batch(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let load = Team::PLAYERS.select().filter(Player::NAME.ne("dan")).order_by(Player::NAME.desc()).limit(1);
    let teams = Team::query().with(load.then(Player::TEAM.joined())).order_by(Team::ID).all(db)?;
    let statements = db.record();
    let found: Vec<_> = teams.iter().map(|team| names(team.players(db).unwrap())).collect();
    assert_eq!(found, [vec!["bob"], vec!["cid"], vec![]]);
    assert!(teams[0].players(db)?[0].team.is_loaded());
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    let teams = Team::query().with(Team::PLAYERS.raise()).all(db)?;
    assert!(teams.iter().all(|team| team.players(db).is_err()), "`raise` is not answered by a batch");
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn more_keys_than_a_statement_lists_are_loaded_at_once_all_the_same(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let players = |number: i64| [Player::new(format!("{number}"))];
    let draft = |number: i64| Team::new("t").with_key(10 + 2 * number).with_children(Team::PLAYERS, players(number));
    Team::insert_all((0..1100).map(draft), db)?;
    let teams = Team::query().filter(Team::ID.gt(3)).order_by(Team::ID).all(db)?;
    let statements = db.record();
    for (number, team) in teams.iter().enumerate().rev() {
        assert_eq!(names(team.players(db)?), [number.to_string()]);
    }
    assert_eq!(statements.len(), 3, "500 keys in each");
    Ok(())
}

fn threads_that_access_at_once_all_find_their_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for _ in 0..20 {
        let (teams, players) = (teams(db)?, players(db)?);
        let statements = db.record();
        std::thread::scope(|scope| {
            for (team, expected) in teams.iter().zip([2, 2, 0]) {
                scope.spawn(move || assert_eq!(team.players(db).unwrap().len(), expected));
                scope.spawn(move || assert_eq!(team.players(db).unwrap().len(), expected));
            }
            for (player, expected) in players.iter().zip([true, true, true, true, false]) {
                scope.spawn(move || assert_eq!(player.team(db).unwrap().is_some(), expected));
            }
        });
        assert!((2..=10).contains(&statements.len()), "{:?}", statements.texts());
    }
    Ok(())
}

fn an_access_after_a_failed_one_works(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let teams = teams(db)?;
    db.execute("ALTER TABLE bat_mascot RENAME TO bat_hidden", ())?;
    assert!(teams[0].mascot(db).is_err());
    assert!(teams[1].mascot(db).is_err());
    db.execute("ALTER TABLE bat_hidden RENAME TO bat_mascot", ())?;
    let found: Vec<_> = teams.iter().map(|team| team.mascot(db).unwrap().map(|mascot| &*mascot.name)).collect();
    assert_eq!(found, [Some("fox"), None, Some("owl")]);
    Ok(())
}

fn a_batch_inside_a_transaction_sees_what_the_transaction_did(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        Player::new("new").set(Player::TEAM_ID, 3).insert(tx)?;
        let teams = Team::query().order_by(Team::ID).all(tx)?;
        let statements = db.record();
        assert_eq!(names(teams[0].players(tx)?), ["ann", "bob"]);
        assert_eq!(names(teams[2].players(tx)?), ["new"]);
        assert_eq!(statements.len(), 1);
        Err(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    Ok(())
}

fn a_key_that_was_changed_to_another_of_the_batch_is_answered_by_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut players = players(db)?;
    let statements = db.record();
    players[0].team_id = Some(2);
    assert_eq!(team_of(&players[0], db).as_deref(), Some("blues"));
    assert_eq!(team_of(&players[1], db).as_deref(), Some("reds"));
    players[1].team_id = Some(2);
    assert_eq!(team_of(&players[1], db).as_deref(), Some("blues"));
    players[4].team_id = Some(1);
    assert_eq!(team_of(&players[4], db).as_deref(), Some("reds"));
    players[4].team_id = None;
    assert_eq!(team_of(&players[4], db), None);
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    Ok(())
}

fn a_key_that_was_changed_to_one_outside_of_the_batch_is_asked_for(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    // Before the batch is loaded, and after.
    for others_first in [false, true] {
        let mut players = players(db)?;
        statements.clear();
        if others_first {
            assert_eq!(team_of(&players[1], db).as_deref(), Some("reds"));
        }
        players[0].team_id = Some(3);
        players[4].team_id = Some(3);
        assert_eq!(team_of(&players[0], db).as_deref(), Some("greens"), "others first: {others_first}");
        assert_eq!(team_of(&players[4], db).as_deref(), Some("greens"));
        assert_eq!(team_of(&players[1], db).as_deref(), Some("reds"));
        assert_eq!(team_of(&players[2], db).as_deref(), Some("blues"));
        assert_eq!(statements.len(), 3, "the batch, and each key that is not of it: {:?}", statements.texts());
    }
    Ok(())
}

fn a_field_that_was_reset_asks_the_database(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (mut teams, mut players) = (teams(db)?, players(db)?);
    let statements = db.record();
    assert_eq!(names(teams[0].players(db)?), ["ann", "bob"]);
    assert_eq!(team_of(&players[0], db).as_deref(), Some("reds"));
    Player::query().filter(Player::TEAM_ID.is_not_null()).update(Player::NAME.set("new"), db)?;
    Team::query().update(Team::NAME.set("renamed"), db)?;
    statements.clear();
    teams[0].players.reset();
    assert_eq!(names(teams[0].players(db)?), ["new", "new"]);
    assert_eq!(statements.len(), 1);
    players[0].team.reset();
    assert_eq!(team_of(&players[0], db).as_deref(), Some("renamed"));
    assert_eq!(statements.len(), 2);
    teams[1].players.reset();
    assert_eq!(names(teams[1].players(db)?), ["new", "new"], "reset before its first access");
    assert_eq!(statements.len(), 3);
    assert_eq!(team_of(&players[1], db).as_deref(), Some("reds"), "other rows stay as they were");
    assert_eq!(statements.len(), 3);
    Ok(())
}

fn a_field_that_was_set_by_hand_does_not_use_the_batch_up(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut teams = teams(db)?;
    teams[0].players.set_loaded(Vec::new());
    let statements = db.record();
    assert!(teams[0].players(db)?.is_empty());
    assert!(statements.is_empty());
    assert_eq!(names(teams[1].players(db)?), ["cid", "dan"]);
    assert!(teams[2].players(db)?.is_empty() && teams[0].players(db)?.is_empty());
    assert_eq!(statements.len(), 1);
    Ok(())
}

on_every_backend!(
    the_first_access_loads_for_all_rows_and_the_others_ask_nothing,
    a_second_access_gives_the_same_rows,
    a_prepared_query_and_a_chunk_have_batches_of_their_own,
    keys_that_are_null_ask_nothing_and_do_not_use_the_batch_up,
    a_row_that_came_twice_finds_its_rows_twice,
    rows_of_other_queries_are_not_touched,
    children_of_a_load_are_rows_of_one_query_too,
    what_a_query_says_of_the_load_holds_for_the_batch,
    more_keys_than_a_statement_lists_are_loaded_at_once_all_the_same,
    threads_that_access_at_once_all_find_their_rows,
    an_access_after_a_failed_one_works,
    a_batch_inside_a_transaction_sees_what_the_transaction_did,
    a_key_that_was_changed_to_another_of_the_batch_is_answered_by_it,
    a_key_that_was_changed_to_one_outside_of_the_batch_is_asked_for,
    a_field_that_was_reset_asks_the_database,
    a_field_that_was_set_by_hand_does_not_use_the_batch_up,
);
