//! Conditions beside what else there is: rows that a session reads anew, streams, kept texts, keys of two columns.

use std::cell::Cell;

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore::sql::{all_of, of};
use ormcore_tests::on_every_backend;

thread_local! {
    static LEAST: Cell<i64> = const { Cell::new(2) };
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_team")]
struct Team {
    #[column(primary_key)]
    firm: i64,
    #[column(primary_key)]
    number: i64,
    #[relationship(back_populates = "team", cascade = "all, delete-orphan", order_by = Task::ID)]
    tasks: HasMany<Task>,
    #[relationship(filter = Task::WEIGHT.ge(LEAST.get()), order_by = Task::ID, lazy = "joined")]
    heavy: HasMany<Task>,
    #[relationship(filter = Task::WEIGHT.ge(LEAST.get()), order_by = Task::WEIGHT.desc(), lazy = "selectin")]
    heaviest: HasOne<Task>,
    #[relationship(filter = Task::PARTS.any(Task::WEIGHT.ge(1)), order_by = Task::ID)]
    split: HasMany<Task>,
    #[relationship(secondary = Use)]
    tools: HasMany<Tool>,
    #[relationship(
        secondary = Use,
        filter = all_of((Use::TIMES.gt(of(Tool::SPARED)), Tool::USES.any(Use::TIMES.ge(9)))),
        order_by = Use::TIMES
    )]
    worn: HasMany<Tool>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil task", foreign_key(columns(firm, number), references(Team::FIRM, Team::NUMBER)))]
struct Task {
    #[column(primary_key)]
    id: i64,
    #[column(name = "the \"weight\"")]
    weight: i64,
    firm: Option<i64>,
    number: Option<i64>,
    #[column(foreign_key = Task::ID)]
    whole_id: Option<i64>,
    #[relationship(back_populates = "tasks")]
    team: BelongsTo<Team>,
    #[relationship(foreign_key = Task::WHOLE_ID, order_by = Task::ID)]
    parts: HasMany<Task>,
    #[relationship(foreign_key = Task::WHOLE_ID, filter = Task::PARTS.any(Task::WEIGHT.ge(1)), order_by = Task::ID)]
    split_parts: HasMany<Task>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_tool")]
struct Tool {
    #[column(primary_key)]
    id: i64,
    spared: i64,
    #[relationship]
    uses: HasMany<Use>,
}

/// A link that may be there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_use", foreign_key(columns(firm, number), references(Team::FIRM, Team::NUMBER)))]
struct Use {
    #[column(primary_key)]
    id: i64,
    times: i64,
    firm: i64,
    number: i64,
    #[column(foreign_key = Tool::ID)]
    tool_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_host")]
struct Host {
    #[column(primary_key)]
    id: i64,
    #[relationship(filter = Guest::WELCOME.eq(true))]
    welcome: HasOne<Guest>,
    #[relationship(filter = Guest::HOST.has(Host::MET.exists()))]
    liked: HasMany<Guest>,
    #[relationship(filter = Guest::HOST.has(Host::LIKED.exists()))]
    met: HasMany<Guest>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_guest")]
struct Guest {
    #[column(primary_key)]
    id: i64,
    welcome: bool,
    #[column(foreign_key = Host::ID, unique)]
    host_id: i64,
    #[relationship]
    host: BelongsTo<Host>,
}

/// The team (1, 1) has the tasks 1 to 4 of these weights: 2 has the part 5, which has the part 6, and 4 has the part 7 of no
/// weight. It has used tool 1 ten and two times, tool 2 once and tool 3 three times. The team (1, 2) has the task 8, and has
/// used tool 3 nine times.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Task, Tool, Use)>()?;
    LEAST.set(2);
    let teams = Team::insert_all([Team::new(1, 1), Team::new(1, 2)], db)?;
    let task = |(weight, number, whole): (i64, Option<i64>, Option<i64>)| {
        Task::new(weight).with(move |task| (task.firm, task.number, task.whole_id) = (number.map(|_| 1), number, whole))
    };
    let one = Some(1);
    let tasks = [(1, one, None), (2, one, None), (3, one, None), (4, one, None)];
    let others = [(1, None, Some(2)), (1, None, Some(5)), (0, None, Some(4)), (5, Some(2), None)];
    for all in tasks.into_iter().chain(others) {
        task(all).insert(db)?;
    }
    for spared in [5, 0, 1] {
        Tool::new(spared).insert(db)?;
    }
    for (times, team, tool) in [(10, 0, 1), (2, 0, 1), (1, 0, 2), (3, 0, 3), (9, 1, 3)] {
        Use::new(times, &teams[team], tool).insert(db)?;
    }
    Ok(())
}

fn ids(tasks: &[Task]) -> Vec<i64> {
    tasks.iter().map(|task| task.id).collect()
}

fn teams() -> Query<Team> {
    Team::query().order_by(Team::NUMBER)
}

fn declared_loads_ask_for_it_each_time(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let prepared = prepare(|number: Param<i64>| teams().filter(Team::NUMBER.eq(number)).select(Team::HEAVY.count()));
    for (least, heavy) in [(2, vec![2, 3, 4]), (4, vec![4]), (9, vec![]), (1, vec![1, 2, 3, 4])] {
        let heaviest = heavy.last().copied();
        LEAST.set(least);
        let mut refreshed = Team::find((1, 1), db)?;
        refreshed.refresh(db)?;
        let mut found = vec![Team::find((1, 1), db)?, teams().first(db)?.unwrap(), refreshed];
        assert_eq!(prepared.one(1, db)?, heavy.len() as i64);
        teams().each(db, |team| {
            found.extend((team.number == 1).then_some(team));
            Ok(())
        })?;
        for team in &found {
            assert_eq!(ids(team.heavy(db)?), heavy);
            assert_eq!(team.heaviest(db)?.map(|task| task.id), heaviest);
            assert_eq!(ids(team.split(db)?), [2]);
        }
        let mut session = db.session()?;
        let team = session.find::<Team>((1, 1))?;
        assert_eq!(session.related(team, Team::HEAVY)?.len(), heavy.len());
        assert_eq!(session.related(team, Team::HEAVIEST)?.map(|task| session[task].id), heaviest);
    }
    Ok(())
}

fn all_and_some_are_loaded_in_one_statement_with_a_limit(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loads = |limit: Option<u64>| {
        let heavy = Team::HEAVY.joined().then(Task::PARTS.joined()).then(Task::SPLIT_PARTS.joined());
        let heavy = limit.map_or(heavy.clone(), |limit| heavy.limit(limit));
        let query = teams().with(Team::TASKS.joined()).with(heavy).with(Team::HEAVIEST.joined());
        query.with(Team::WORN.joined()).with(Team::TOOLS.joined()).limit(1)
    };
    for limit in [None, Some(2)] {
        let statements = db.record();
        let found = loads(limit).all(db)?;
        assert_eq!((found.len(), statements.len()), (1, 1));
        let team = &found[0];
        assert_eq!(ids(team.tasks.loaded().unwrap()), [1, 2, 3, 4]);
        let heavy = team.heavy.loaded().unwrap();
        assert_eq!(ids(heavy), [2, 3, 4][..limit.map_or(3, |_| 2)]);
        assert_eq!(ids(heavy[0].parts.loaded().unwrap()), [5]);
        assert_eq!(ids(heavy[0].split_parts.loaded().unwrap()), [5]);
        assert_eq!(team.heaviest.loaded().unwrap().map(|task| task.id), Some(4));
        let tools = |tools: &[Tool]| tools.iter().map(|tool| tool.id).collect::<Vec<_>>();
        assert_eq!(tools(team.worn.loaded().unwrap()), [3, 1]);
        assert_eq!(tools(team.tools.loaded().unwrap()).len(), 3);
    }
    let mut batches = loads(None).limit(5).batches(1);
    for count in [3, 1] {
        assert_eq!(batches.next(db)?.unwrap()[0].heavy.loaded().unwrap().len(), count);
    }
    Ok(())
}

fn a_condition_about_link_and_target_holds_however_it_is_followed(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let tools = |tools: &[Tool]| tools.iter().map(|tool| tool.id).collect::<Vec<_>>();
    let team = Team::find((1, 1), db)?;
    assert_eq!(tools(team.worn(db)?), [3, 1]);
    for load in [Team::WORN.selectin(), Team::WORN.subquery(), Team::WORN.joined(), Team::WORN.select()] {
        for limit in [None, Some(3)] {
            let load = limit.map_or(load.clone(), |limit| load.clone().limit(limit));
            let found = teams().with(load).all(db)?;
            assert_eq!(
                found.iter().map(|team| Ok(tools(team.worn(db)?))).collect::<ormcore::Result<Vec<_>>>()?,
                [vec![3, 1], vec![3]]
            );
        }
    }
    let counts = |condition| teams().filter(condition).count(db);
    assert_eq!(counts(Team::WORN.count().eq(2))?, 1);
    assert_eq!(counts(Team::WORN.any(Tool::ID.eq(1)))?, 1);
    assert_eq!(counts(Team::WORN.any(Tool::USES.any(Use::TIMES.eq(1))))?, 0);
    assert_eq!(counts(Team::WORN.contains(&Tool::find(3, db)?))?, 2);
    assert_eq!(counts(Team::WORN.aggregate(Tool::SPARED.sum()).eq(6))?, 1);
    assert_eq!(counts(Team::WORN.aggregate(Tool::USES.count().sum()).eq(4))?, 1);
    assert_eq!(teams().join(Team::WORN).count(db)?, 3);
    let mut session = db.session()?;
    let team = session.find::<Team>((1, 1))?;
    let found = session.related(team, Team::WORN)?;
    assert_eq!(found.iter().map(|tool| session[*tool].id).collect::<Vec<_>>(), [3, 1]);
    Ok(())
}

fn a_condition_about_rows_of_the_same_model_keeps_its_tables_apart(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let top = || Task::query().filter(Task::ID.eq(2));
    for load in [Task::SPLIT_PARTS.selectin(), Task::SPLIT_PARTS.subquery(), Task::SPLIT_PARTS.joined()] {
        let task = top().with(load.depth(3)).one(db)?;
        let parts = task.split_parts.loaded().unwrap();
        assert_eq!(ids(parts), [5]);
        assert!(parts[0].split_parts.loaded().unwrap().is_empty());
    }
    assert_eq!(ids(&top().recursive(Task::SPLIT_PARTS).order_by(Task::ID).all(db)?), [2, 5]);
    let found = |condition| -> ormcore::Result<Vec<i64>> {
        Ok(ids(&Task::query().filter(condition).order_by(Task::ID).all(db)?))
    };
    assert_eq!(found(Task::SPLIT_PARTS.exists())?, [2]);
    assert_eq!(found(Task::SPLIT_PARTS.any(Task::PARTS.any(Task::ID.eq(6))))?, [2]);
    assert_eq!(found(Task::PARTS.any(Task::SPLIT_PARTS.none()))?, [2, 4, 5]);
    assert_eq!(found(Task::SPLIT_PARTS.count_of(Task::PARTS.count().eq(1)).eq(1))?, [2]);
    let (part, further) = (ormcore::alias!(Task), ormcore::alias!(Task));
    let joined = Task::query().join(Task::SPLIT_PARTS.to(part)).left_join(part.along(Task::PARTS).to(further));
    let keys = joined.select((Task::ID, part.col(Task::ID), further.col(Task::ID).nullable())).all(db)?;
    assert_eq!(keys, [(2, 5, Some(6))]);
    Ok(())
}

fn writes_by_query_heed_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(Task::query().filter(Task::SPLIT_PARTS.exists()).update(Task::WEIGHT.set(7), db)?, 1);
    assert_eq!(Task::find(2, db)?.weight, 7);
    assert_eq!(Task::query().filter(Task::TEAM.has(Team::SPLIT.none())).delete(db)?, 1);
    assert_eq!(Task::query().filter(Task::ID.eq(8)).count(db)?, 0);
    Ok(())
}

fn what_a_session_reads_anew_may_meet_it_by_now(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let team = session.find::<Team>((1, 1))?;
    let tasks = session.related(team, Team::TASKS)?;
    let heavy = [tasks[1], tasks[2], tasks[3]];
    let write = |weight: i64, session: &mut Session| {
        let tx = session.transaction()?;
        Task::query().filter(Task::ID.eq(1)).update(Task::WEIGHT.set(weight), tx).map(drop)
    };
    for way in 0..5 {
        write(1, &mut session)?;
        session.expire_all();
        assert_eq!(session.related(team, Team::HEAVY)?, heavy, "the way {way}");
        write(9, &mut session)?;
        match way {
            0 => session.refresh(tasks[0])?,
            1 => session.lock(tasks[0])?,
            2 => session.expire(tasks[0])?,
            3 => drop(session.all(Task::query().for_update())?),
            _ => session.expire_all(),
        }
        assert_eq!(session.related(team, Team::HEAVY)?.len(), 4, "the way {way}");
        assert_eq!(session.related(team, Team::HEAVIEST)?, Some(tasks[0]), "the way {way}");
    }
    Ok(())
}

fn what_a_lock_has_loaded_is_known(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let team = session.find::<Team>((1, 1))?;
    assert_eq!(session.related(team, Team::SPLIT)?.len(), 1);
    let parted = Task::query().filter(Task::ID.eq(5));
    parted.update(Task::WHOLE_ID.set(Some(3)), session.transaction()?)?;
    session.lock(team)?;
    let tasks = session.related(team, Team::TASKS)?;
    assert_eq!(session.related(team, Team::SPLIT)?, [tasks[2]]);
    Task::query().filter(Task::ID.eq(6)).update(Task::WHOLE_ID.set(Some(1)), session.transaction()?)?;
    session.all(teams().for_update().with(Team::SPLIT))?;
    let statements = db.record();
    assert_eq!(session.related(team, Team::SPLIT)?, [tasks[0], tasks[2]]);
    assert!(statements.is_empty(), "{:?}", statements.texts());
    Ok(())
}

fn a_savepoint_that_is_undone_takes_back_who_meets_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let team = session.find::<Team>((1, 1))?;
    let tasks = session.related(team, Team::TASKS)?;
    assert_eq!(session.related(team, Team::HEAVY)?.len(), 3);
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        session[tasks[0]].weight = 9;
        let new = session.add(Task::new(8));
        session.append(team, Team::TASKS, new)?;
        assert_eq!(session.related(team, Team::HEAVY)?, [tasks[0], tasks[1], tasks[2], tasks[3], new]);
        session.remove(team, Team::TASKS, tasks[3])?;
        assert_eq!(session.related(team, Team::HEAVIEST)?, Some(tasks[0]));
        Err(Error::other("undo"))
    });
    assert!(undone.is_err());
    assert_eq!(session.related(team, Team::HEAVY)?, tasks[1..]);
    assert_eq!(session.related(team, Team::HEAVIEST)?, Some(tasks[3]));
    // A flush that fails is undone, too.
    session[tasks[0]].whole_id = Some(99);
    session[tasks[1]].weight = 0;
    assert!(session.related(team, Team::HEAVY).is_err());
    session.rollback()?;
    assert_eq!(session.related(team, Team::HEAVY)?, tasks[1..]);
    Ok(())
}

fn without_flushes_of_its_own_a_session_gives_what_is_written(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let team = session.find::<Team>((1, 1))?;
    let tasks = session.related(team, Team::TASKS)?;
    assert_eq!(session.related(team, Team::HEAVIEST)?, Some(tasks[3]));
    session.delete(tasks[3])?;
    assert_eq!(session.related(team, Team::HEAVY)?, [tasks[1], tasks[2]]);
    assert_eq!(session.related(team, Team::HEAVIEST)?, Some(tasks[2]));
    Ok(())
}

fn a_merge_leaves_what_it_has_loaded_alone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let team = Team::find((1, 1), db)?;
    assert_eq!(team.heavy(db)?.len(), 3);
    Task::query().filter(Task::ID.eq(2)).update(Task::WEIGHT.set(0), db)?;
    let mut session = db.session()?;
    let merged = session.merge(team)?;
    assert!(!session.is_modified());
    assert_eq!(session.related(merged, Team::HEAVY)?.len(), 2);
    // Rows go along the relationship to all of them, by its cascade.
    Use::query().delete(session.transaction()?)?;
    Task::query().filter(Task::WHOLE_ID.is_not_null()).update(Task::WHOLE_ID.set(None), session.transaction()?)?;
    session.delete(merged)?;
    session.commit()?;
    assert_eq!(Task::query().filter(Task::FIRM.is_not_null()).count(db)?, 1);
    Ok(())
}

fn drafts_are_nested_under_the_whole(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let tasks = [1, 5].map(Task::new);
    let team = Team::new(2, 1).with_children(Team::TASKS, tasks).insert(db)?;
    assert_eq!(team.tasks(db)?.len(), 2);
    assert_eq!(team.heavy(db)?.iter().map(|task| task.weight).collect::<Vec<_>>(), [5]);
    Ok(())
}

fn a_row_of_one_that_does_not_meet_it_is_no_whole(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Host, Guest)>()?;
    let host = Host::new().insert(db)?;
    Guest::new(false, &host).insert(db)?;
    let mut session = db.session()?;
    let query = || Host::query().join(Guest::on(Guest::HOST_ID.eq(of(Host::ID)))).with_from_join(Host::WELCOME);
    let host = session.all(query())?[0];
    assert_eq!(session.related(host, Host::WELCOME)?, None);
    drop(session);
    assert_eq!(Host::query().with(Host::WELCOME.joined()).one(db)?.welcome.loaded(), Some(None));
    assert_eq!(
        Host::query().left_join(Host::WELCOME).with_from_join(Host::WELCOME).one(db)?.welcome.loaded(),
        Some(None)
    );
    Ok(())
}

fn two_that_ask_about_each_other_are_an_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Host, Guest)>()?;
    Host::new().insert(db)?;
    for outcome in [
        Host::query().filter(Host::LIKED.exists()).all(db).map(drop),
        Host::query().with(Host::LIKED).all(db).map(drop),
        Host::query().join(Host::LIKED).delete(db).map(drop),
        Host::query().filter(Host::LIKED.none()).delete(db).map(drop),
        Host::query().filter(Host::LIKED.count().eq(0)).update(Host::ID.set(5), db).map(drop),
        Host::query().filter(Host::ID.is_in(Host::query().join(Host::LIKED).select(Host::ID))).delete(db).map(drop),
        Host::query().order_by(Host::LIKED.count()).exists(db).map(drop),
        Host::query().left_join(Host::LIKED).count(db).map(drop),
    ] {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("one that asks about `Host::liked` itself"), "{error}");
    }
    assert_eq!(Host::query().count(db)?, 1);
    Ok(())
}

fn writes_along_joins_heed_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let part = ormcore::alias!(Task);
    assert_eq!(Task::query().join(Task::SPLIT_PARTS.to(part)).update(Task::WEIGHT.set(6), db)?, 1);
    assert_eq!(Task::find(2, db)?.weight, 6);
    let wanted = Team::HEAVY.selectin().filter(Task::SPLIT_PARTS.none()).order_by(Task::PARTS.count().desc()).limit(1);
    let found = teams().with(wanted).all(db)?;
    assert_eq!(ids(found[0].heavy.loaded().unwrap()), [4]);
    // The first is given, and asked is whether any is such.
    assert_eq!(teams().filter(Team::HEAVIEST.has(Task::WEIGHT.eq(3))).count(db)?, 1);
    assert_eq!(teams().join(Team::HEAVIEST).count(db)?, 4);
    let found = teams().join(Team::HEAVIEST).with_from_join(Team::HEAVIEST).all(db)?;
    let heaviest = found.iter().map(|team| team.heaviest.loaded().unwrap().map(|task| task.id));
    assert_eq!(heaviest.collect::<Vec<_>>(), [Some(2), Some(8)]);
    let last = Team::HEAVIEST.joined().order_by(Task::WEIGHT).then(Task::SPLIT_PARTS.joined());
    let found = teams().with(last).all(db)?;
    assert_eq!(found[0].heaviest.loaded().unwrap().map(|task| task.id), Some(3));
    Ok(())
}

fn a_joined_row_that_does_not_meet_it_is_no_whole(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let on = all_of((Task::FIRM.eq(of(Team::FIRM.nullable())), Task::NUMBER.eq(of(Team::NUMBER.nullable()))));
    let mut session = db.session()?;
    let query = teams().join(Task::on(on)).with_from_join(Team::HEAVY).with_from_join(Team::HEAVIEST);
    let team = session.all(query)?[0];
    assert_eq!(session.related(team, Team::HEAVY)?.len(), 3);
    Ok(())
}

on_every_backend!(
    declared_loads_ask_for_it_each_time,
    all_and_some_are_loaded_in_one_statement_with_a_limit,
    a_condition_about_link_and_target_holds_however_it_is_followed,
    a_condition_about_rows_of_the_same_model_keeps_its_tables_apart,
    writes_by_query_heed_it,
    what_a_session_reads_anew_may_meet_it_by_now,
    what_a_lock_has_loaded_is_known,
    a_savepoint_that_is_undone_takes_back_who_meets_it,
    without_flushes_of_its_own_a_session_gives_what_is_written,
    a_merge_leaves_what_it_has_loaded_alone,
    drafts_are_nested_under_the_whole,
    a_joined_row_that_does_not_meet_it_is_no_whole,
    a_row_of_one_that_does_not_meet_it_is_no_whole,
    two_that_ask_about_each_other_are_an_error,
    writes_along_joins_heed_it,
);
