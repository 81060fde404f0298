//! Rows that are locked are read as the database has them.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

use super::models::{Author, Book, Player, Team, count, create, session};

/// The author's age is 1 in the session, and 40 in the database.
fn stale(db: &Database) -> ormcore::Result<(Session, Handle<Author>)> {
    let mut session = session(db)?;
    let ursula = session.add(Author::new("Ursula").set(Author::AGE, 1));
    session.commit()?;
    Author::query().update(Author::AGE.set(40), db)?;
    Ok((session, ursula))
}

fn a_query_that_locks_gives_what_the_database_has(db: &Database) -> ormcore::Result<()> {
    let by_name = || Author::query().filter_by(Author::NAME, "Ursula");
    let (mut session, ursula) = stale(db)?;
    for round in 0..6 {
        Author::query().update(Author::AGE.set(40 + round), session.transaction()?)?;
        let before = session[ursula].age;
        assert_eq!(session.one(by_name())?, ursula);
        assert_eq!(session[ursula].age, before, "without a lock it stays as it is");
        let found = match round {
            0 => session.one(by_name().for_update())?,
            1 => session.first(by_name().for_share())?.expect("a row"),
            2 => session.one_or_none(by_name().skip_locked())?.expect("a row"),
            3 => session.all(by_name().nowait())?[0],
            4 => session.one(by_name().with(Author::BOOKS.joined()).for_update())?,
            _ => {
                session.lock(ursula)?;
                ursula
            }
        };
        assert_eq!((found, session[ursula].age), (ursula, 40 + round), "round {round}");
        assert!(!session.is_modified());
    }
    session[ursula].age += 1;
    session.commit()?;
    assert_eq!(by_name().one(db)?.age, 46);
    Ok(())
}

fn a_lock_takes_one_statement_and_a_flush_before_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    session[ursula].name = "Ursula K.".into();
    let statements = db.record();
    session.lock(ursula)?;
    assert_eq!((count(&statements, "UPDATE"), count(&statements, "SELECT")), (1, 1));
    assert_eq!((session[ursula].name.as_str(), session[ursula].age), ("Ursula K.", 40));
    // A new row is inserted first.
    let terry = session.add(Author::new("Terry"));
    session.lock(terry)?;
    assert_eq!(session.key(terry)?, Some(2));
    let locking = statements.texts().iter().filter(|sql| sql.contains("FOR UPDATE OF")).count();
    assert_eq!(locking, if is_sqlite(db) { 0 } else { 2 });
    Ok(())
}

fn without_a_flush_changes_stay_changes(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    Book::insert_all([Book::new("Tehanu", &Author::new("Ursula").insert(db)?)], db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let book = session.find::<Book>(1)?;
    session[book].title = "The Farthest Shore".into();
    Author::query().update(Author::AGE.set(7), session.transaction()?)?;
    Book::query().update(Book::VERSION.set(5), session.transaction()?)?;
    let terry = session.add(Author::new("Terry"));
    assert!(session.lock(terry).unwrap_err().to_string().contains("not in the database yet"));
    session.lock(book)?;
    assert_eq!((session[book].title.as_str(), session[book].version), ("The Farthest Shore", 5));
    // By the version that it has been given, the change is written.
    session.commit()?;
    assert_eq!((Book::query().one(db)?.title.as_str(), Book::query().one(db)?.version), ("The Farthest Shore", 6));
    Ok(())
}

fn a_locked_row_is_found_where_somebody_else_moved_it(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let players = session.add_all(["p", "q"].map(|name| Player::new(name).set(Player::TEAM_ID, red)));
    assert_eq!(session.related(red, Team::PLAYERS)?, players);
    assert_eq!(session.related(blue, Team::PLAYERS)?, []);
    let key = session.key(blue)?;
    Player::query().filter_by(Player::NAME, "p").update(Player::TEAM_ID.set(key), session.transaction()?)?;
    assert_eq!(session.all(Player::query().order_by(Player::ID).for_update())?, players);
    assert_eq!(session.related(players[0], Player::TEAM)?, Some(blue));
    assert_eq!(
        (session.related(red, Team::PLAYERS)?, session.related(blue, Team::PLAYERS)?),
        (vec![players[1]], vec![players[0]])
    );
    Player::query().filter_by(Player::NAME, "q").update(Player::TEAM_ID.set(None::<i64>), session.transaction()?)?;
    session.lock(players[1])?;
    assert_eq!(session.related(players[1], Player::TEAM)?, None);
    assert_eq!(session.related(red, Team::PLAYERS)?, []);
    session.rollback()?;
    Ok(())
}

fn a_row_that_is_gone_or_to_go_is_not_locked(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    Author::query().delete(session.transaction()?)?;
    let error = session.lock(ursula).unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("`id` = the integer 1"), "{error}");
    session.rollback()?;
    session.lock(ursula)?;
    session.delete(ursula)?;
    assert!(session.lock(ursula).is_err());
    Ok(())
}

fn nobody_else_locks_a_locked_row_before_the_end(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    if is_sqlite(db) {
        // Nobody else writes while the transaction is open.
        return Ok(());
    }
    session.lock(ursula)?;
    let other = Author::query().for_update().nowait();
    let refused = db.transaction(|tx| other.clone().all(tx)).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Busy { .. }), "{refused:?}");
    session.rollback()?;
    assert_eq!(db.transaction(|tx| other.all(tx))?.len(), 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lck_account")]
struct Account {
    #[column(primary_key)]
    id: i64,
    cents: i64,
    #[column(foreign_key = Account::ID)]
    parent_id: Option<i64>,
    #[relationship(foreign_key = Account::PARENT_ID, lazy = "joined", back_populates = "children")]
    parent: BelongsTo<Account>,
    #[relationship(foreign_key = Account::PARENT_ID, back_populates = "parent")]
    children: HasMany<Account>,
}

/// Writes to all accounts, and commits once somebody waits for it.
fn set_once_somebody_waits(cents: i64, db: &Database, written: &mpsc::Sender<()>) -> ormcore::Result<()> {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))";
    db.transaction(|tx| {
        Account::query().update(Account::CENTS.set(cents), tx)?;
        written.send(()).unwrap();
        for _ in 0..2000 {
            if tx.query_as::<i64>(waiting, ())? != [0] {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    })
}

fn what_is_locked_counts_and_no_older_copy_that_is_joined_to_it(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        // Nobody waits between what is read and what is locked.
        return Ok(());
    }
    db.create_tables::<Account>()?;
    let root = Account::new(100).insert(db)?;
    Account::new(100).set(Account::PARENT_ID, &root).insert(db)?;
    let locking = || Account::query().order_by(Account::ID).for_update();
    let queries = [locking(), locking().with(Account::CHILDREN.joined()), locking().with(Account::PARENT.joined())];
    let rounds = queries.into_iter().flat_map(|query| [(query.clone(), false), (query, true)]);
    for (round, (query, is_known)) in rounds.enumerate() {
        let (cents, mut session) = (round as i64, db.session()?);
        if is_known {
            session.all(Account::query())?;
        }
        let (written, is_written) = mpsc::channel();
        let rows = thread::scope(|scope| {
            let other = scope.spawn(move || set_once_somebody_waits(cents, db, &written));
            is_written.recv().unwrap();
            let rows = session.all(query);
            other.join().unwrap().and(rows)
        })?;
        assert_eq!(rows.iter().map(|row| session[*row].cents).collect::<Vec<_>>(), [cents; 2], "round {round}");
        assert_eq!(session.related(rows[1], Account::PARENT)?, Some(rows[0]));
        session[rows[0]].cents += 10;
        session.commit()?;
        assert_eq!(Account::find(1, db)?.cents, cents + 10);
    }
    Ok(())
}

/// Names that SQL has words for, a key of two columns, a scope, and what is loaded with each row.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "select", scope = || Order::GONE.eq(false))]
struct Order {
    #[column(primary_key)]
    r#where: String,
    #[column(primary_key)]
    group: i64,
    #[column(default = false)]
    gone: bool,
    #[column(default = 0)]
    total: i64,
    #[relationship(lazy = "joined", foreign_key = Line::GROUP)]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lck_line", foreign_key(columns(place, group), references(Order::WHERE, Order::GROUP)))]
struct Line {
    #[column(primary_key)]
    id: i64,
    place: String,
    group: i64,
    #[column(default = 0)]
    cents: i64,
}

fn a_row_is_locked_by_all_of_its_key_whatever_is_loaded_with_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order, Line)>()?;
    let mut session = db.session()?;
    let hostile = "'; DROP TABLE \"select\"; --";
    let orders = [1, 2].map(|group| session.add(Order::new(hostile, group)));
    let empty = session.add(Order::new("", 1));
    session.commit()?;
    for _ in 0..3 {
        session.add(Line::new(orders[1]));
    }
    session.commit()?;
    Order::query().filter(Order::GROUP.eq(2)).update((Order::TOTAL.set(9), Order::GONE.set(true)), db)?;
    let statements = db.record();
    session.lock(orders[1])?;
    assert_eq!(count(&statements, "SELECT"), 1);
    assert!(is_sqlite(db) || statements.texts().iter().any(|sql| sql.contains("FOR UPDATE OF")), "{statements:?}");
    assert_eq!((session[orders[1]].total, session[orders[1]].gone, session[orders[0]].total), (9, true, 0));
    let lines = session.related(orders[1], Order::LINES)?;
    assert_eq!(lines.len(), 3);
    session[lines[0]].cents = 5;
    session.lock(orders[1])?;
    session.lock(empty)?;
    session.lock(lines[0])?;
    assert_eq!(session[lines[0]].cents, 5);
    assert_eq!(session.related(orders[1], Order::LINES)?, lines);
    session.commit()?;
    assert_eq!(Line::query().filter(Line::CENTS.eq(5)).count(db)?, 1);
    Ok(())
}

fn what_was_read_under_a_lock_is_undone_with_its_savepoint(db: &Database) -> ormcore::Result<()> {
    let (mut session, ursula) = stale(db)?;
    session[ursula].name = "Ursula K.".into();
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        Author::query().update(Author::AGE.set(50), session.transaction()?)?;
        session.lock(ursula)?;
        assert_eq!(session[ursula].age, 50);
        session[ursula].age += 1;
        Err(Error::rollback("undone"))
    });
    assert!(undone.is_err());
    session.lock(ursula)?;
    assert_eq!((session[ursula].age, session[ursula].name.as_str()), (40, "Ursula K."));
    session.rollback()?;
    session.lock(ursula)?;
    assert_eq!((session[ursula].age, session[ursula].name.as_str()), (40, "Ursula"));
    Ok(())
}

fn a_row_whose_key_was_edited_is_locked_by_the_one_that_is_written(db: &Database) -> ormcore::Result<()> {
    let (session, _) = stale(db)?;
    drop(session);
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let ursula = session.find::<Author>(1)?;
    session[ursula].id = 9;
    session.lock(ursula)?;
    assert_eq!(session.all(Author::query().for_update())?, [ursula]);
    assert_eq!(session[ursula].id, 9);
    session[ursula].id = 1;
    assert!(!session.is_modified());
    session.commit()
}

fn what_is_edited_under_a_lock_is_told_from_what_the_lock_read(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    Author::new("Ursula").insert(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let ursula = session.find::<Author>(1)?;
    session[ursula].name = "Octavia".into();
    session[ursula].age = 40;
    Author::query().update(Author::AGE.set(40), session.transaction()?)?;
    session.lock(ursula)?;
    let changes = session.changes::<Author>();
    let columns: Vec<_> = changes[0].columns().iter().map(|change| change.name()).collect();
    assert_eq!(columns, ["name"], "the age is what the database has by now");
    session.lock(ursula)?;
    session[ursula].name = "Ursula".into();
    session.commit()?;
    assert_eq!((Author::query().one(db)?.age, Author::query().one(db)?.name.as_str()), (40, "Ursula"));
    Ok(())
}

fn a_row_whose_key_was_edited_as_a_value_leaves_where_it_was_by_a_lock(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let teams = session.add_all(["a", "b", "c"].map(Team::new));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, teams[0]));
    session.commit()?;
    assert_eq!(session.related(teams[0], Team::PLAYERS)?, [player]);
    assert_eq!(
        (session.related(teams[1], Team::PLAYERS)?, session.related(teams[2], Team::PLAYERS)?),
        (vec![], vec![])
    );
    session[player].team_id = Some(session[teams[2]].id);
    let tx = session.transaction()?;
    Player::query().update(Player::TEAM_ID.set(2), tx)?;
    session.lock(player)?;
    session.commit()?;
    assert_eq!(
        (session.related(teams[0], Team::PLAYERS)?, session.related(teams[1], Team::PLAYERS)?),
        (vec![], vec![])
    );
    assert_eq!(session.related(teams[2], Team::PLAYERS)?, [player]);
    Ok(())
}

on_every_backend!(
    a_row_whose_key_was_edited_as_a_value_leaves_where_it_was_by_a_lock,
    what_is_locked_counts_and_no_older_copy_that_is_joined_to_it,
    a_row_is_locked_by_all_of_its_key_whatever_is_loaded_with_it,
    what_was_read_under_a_lock_is_undone_with_its_savepoint,
    a_row_whose_key_was_edited_is_locked_by_the_one_that_is_written,
    what_is_edited_under_a_lock_is_told_from_what_the_lock_read,
    a_query_that_locks_gives_what_the_database_has,
    a_lock_takes_one_statement_and_a_flush_before_it,
    without_a_flush_changes_stay_changes,
    a_locked_row_is_found_where_somebody_else_moved_it,
    a_row_that_is_gone_or_to_go_is_not_locked,
    nobody_else_locks_a_locked_row_before_the_end,
);
