//! What a session costs beside plain rows: adding, loading, naming and keeping rows.
//!
//! `session` prints ratios of medians over interleaved rounds. `session run WHAT REPEATS` does one of them and nothing
//! else, for callgrind: `add`, `insert_all`, `load`, `all`, `index`.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::{NewUser, User};
use ormcore::prelude::*;

const ROWS: i64 = 10_000;
const ROUNDS: usize = 31;
const NAMED: usize = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run", what, repeats] => run(what, repeats.parse()?),
        _ => compare(),
    }
}

fn open() -> ormcore::Result<Database> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<User>()?;
    Ok(db)
}

fn drafts() -> Vec<Draft<User>> {
    let draft = |new: NewUser| User::new(new.name, new.email, new.age, new.score).set(User::BIO, new.bio);
    (1..=ROWS).map(|number| draft(NewUser::number(number))).collect()
}

/// Adds rows to a session and commits.
fn add(db: &Database, drafts: Vec<Draft<User>>) -> ormcore::Result<Duration> {
    let start = Instant::now();
    let mut session = db.session()?;
    let handles = session.add_all(drafts);
    session.commit()?;
    let time = start.elapsed();
    assert_eq!(session[handles[handles.len() - 1]].age, (ROWS % 90) as i32);
    Ok(time)
}

/// Inserts the same rows without one.
fn insert_all(db: &Database, drafts: Vec<Draft<User>>) -> ormcore::Result<Duration> {
    let start = Instant::now();
    let users = db.transaction(|tx| User::insert_all(drafts, tx))?;
    let time = start.elapsed();
    assert_eq!(users.len(), ROWS as usize);
    Ok(time)
}

/// Loads rows into a session.
fn load(db: &Database) -> ormcore::Result<Duration> {
    let start = Instant::now();
    let mut session = db.session_read_only()?;
    let handles = session.all(User::query())?;
    let time = start.elapsed();
    assert_eq!(handles.len(), ROWS as usize);
    Ok(time)
}

/// Loads the same rows without one.
fn all(db: &Database) -> ormcore::Result<Duration> {
    let start = Instant::now();
    let users = User::query().all(db)?;
    let time = start.elapsed();
    assert_eq!(users.len(), ROWS as usize);
    Ok(time)
}

#[inline(never)]
fn index(session: &Session, handles: &[Handle<User>], times: usize) -> i64 {
    let mut sum = 0;
    for handle in handles.iter().cycle().take(times) {
        sum += session[*black_box(handle)].id;
    }
    sum
}

#[inline(never)]
fn index_of_plain(users: &[User], places: &[usize], times: usize) -> i64 {
    let mut sum = 0;
    for place in places.iter().cycle().take(times) {
        sum += users[*black_box(place)].id;
    }
    sum
}

/// Both, in turn, some rounds long; gives the median of each.
fn medians(
    mut one: impl FnMut() -> ormcore::Result<Duration>,
    mut other: impl FnMut() -> ormcore::Result<Duration>,
) -> ormcore::Result<(f64, f64)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ones.push(one()?.as_secs_f64());
        others.push(other()?.as_secs_f64());
    }
    Ok((median(ones), median(others)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn report(title: &str, (session, plain): (f64, f64)) {
    let ns = 1e9 / ROWS as f64;
    println!("{title}: {:.0} ns a row, without {:.0}: {:.2}", session * ns, plain * ns, session / plain);
}

fn compare() -> Result<(), Box<dyn Error>> {
    let emptied = || {
        let db = open()?;
        Ok::<_, ormcore::Error>((db, drafts()))
    };
    let added = medians(
        || emptied().and_then(|(db, drafts)| add(&db, drafts)),
        || emptied().and_then(|(db, drafts)| insert_all(&db, drafts)),
    )?;
    report("add and commit", added);

    let db = open()?;
    insert_all(&db, drafts())?;
    report("load", medians(|| load(&db), || all(&db))?);

    let mut session = db.session_read_only()?;
    let handles = session.all(User::query())?;
    session.commit()?;
    let (users, places) = (User::all(&db)?, (0..ROWS as usize).collect::<Vec<_>>());
    let time = |work: &dyn Fn() -> i64| {
        let start = Instant::now();
        black_box(work());
        Ok(start.elapsed())
    };
    let (named, plain) =
        medians(|| time(&|| index(&session, &handles, NAMED)), || time(&|| index_of_plain(&users, &places, NAMED)))?;
    let ns = 1e9 / NAMED as f64;
    println!("session[handle]: {:.2} ns, an index of a Vec {:.2} ns", named * ns, plain * ns);

    let bytes = |work: &dyn Fn() -> ormcore::Result<()>| -> ormcore::Result<f64> {
        let mut result = Ok(());
        let used = allocation_counter::measure(|| result = work());
        result?;
        Ok(used.bytes_current as f64 / ROWS as f64)
    };
    let kept = bytes(&|| {
        let mut session = db.session_read_only()?;
        session.all(User::query())?;
        session.commit()?;
        std::mem::forget(session);
        Ok(())
    })?;
    let plain = bytes(&|| {
        std::mem::forget(User::all(&db)?.into_boxed_slice());
        Ok(())
    })?;
    println!("memory: {kept:.0} bytes a tracked row, {plain:.0} a plain one, texts included");
    let mut touching = db.session()?;
    let handles = touching.all(User::query())?;
    let touched = allocation_counter::measure(|| handles.iter().for_each(|handle| touching[*handle].age += 1));
    println!("        {:.0} more while it is changed", touched.bytes_current as f64 / ROWS as f64);
    Ok(())
}

/// What callgrind looks at.
#[inline(never)]
fn measure(work: impl FnOnce() -> ormcore::Result<()>) -> ormcore::Result<()> {
    work()
}

fn run(what: &str, repeats: usize) -> Result<(), Box<dyn Error>> {
    let db = open()?;
    match what {
        "add" | "insert_all" => {
            let mut given: Vec<_> = (0..repeats).map(|_| drafts()).collect();
            let work = if what == "add" { add } else { insert_all };
            measure(|| given.drain(..).try_for_each(|drafts| work(&db, drafts).map(drop)))?;
        }
        "load" | "all" => {
            insert_all(&db, drafts())?;
            let work = if what == "load" { load } else { all };
            measure(|| (0..repeats).try_for_each(|_| work(&db).map(drop)))?;
        }
        "index" => {
            insert_all(&db, drafts())?;
            let mut session = db.session_read_only()?;
            let handles = session.all(User::query())?;
            measure(|| {
                black_box(index(&session, &handles, repeats));
                Ok(())
            })?;
        }
        other => return Err(format!("`{other}` is none of add, insert_all, load, all, index").into()),
    }
    Ok(())
}
