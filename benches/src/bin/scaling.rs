//! Measures what ormcore's cost a row grows with: rows, columns, children of a relationship, threads.
//!
//! `scaling [--seconds N] [--note TEXT]`: N seconds for each size (2). On SQLite, in memory; threads read a file. It writes
//! `results/scaling.json` and `scaling.svg`.

use std::error::Error;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use benches::results::{Machine, write, write_json};
use benches::{Author, NewUser, Orm, Place, Point, Post, Raw, Scaling, Series, Side, User};
use ormcore::prelude::*;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A model of so many integers, and the key.
macro_rules! columns {
    ($name:ident $table:literal: $($column:ident)+) => {
        #[derive(Model)]
        #[model(table = $table)]
        struct $name {
            #[column(primary_key)]
            id: i64,
            $($column: i64,)+
        }
    };
}

columns! { Columns2 "columns2":
    c1
}
columns! { Columns5 "columns5":
    c1 c2 c3 c4
}
columns! { Columns10 "columns10":
    c1 c2 c3 c4 c5 c6 c7 c8 c9
}
columns! { Columns20 "columns20":
    c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c16 c17 c18 c19
}
columns! { Columns50 "columns50":
    c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c16 c17 c18 c19 c20 c21 c22 c23 c24 c25 c26 c27 c28 c29 c30
    c31 c32 c33 c34 c35 c36 c37 c38 c39 c40 c41 c42 c43 c44 c45 c46 c47 c48 c49
}
columns! { Columns100 "columns100":
    c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c16 c17 c18 c19 c20 c21 c22 c23 c24 c25 c26 c27 c28 c29 c30
    c31 c32 c33 c34 c35 c36 c37 c38 c39 c40 c41 c42 c43 c44 c45 c46 c47 c48 c49 c50 c51 c52 c53 c54 c55 c56 c57 c58
    c59 c60 c61 c62 c63 c64 c65 c66 c67 c68 c69 c70 c71 c72 c73 c74 c75 c76 c77 c78 c79 c80 c81 c82 c83 c84 c85 c86
    c87 c88 c89 c90 c91 c92 c93 c94 c95 c96 c97 c98 c99
}

const WIDE_ROWS: u64 = 1000;
const CHILDREN: u64 = 10_000;
const GETS: u64 = 2000;

fn main() -> Result<()> {
    let (mut time, mut note) = (Duration::from_secs(2), String::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{argument}` wants a value"))?;
        match argument.as_str() {
            "--seconds" => time = Duration::try_from_secs_f64(value.parse()?)?,
            "--note" => note = value,
            other => return Err(format!("`{other}` is no option; there are `--seconds` and `--note`").into()),
        }
    }
    let series = vec![
        series("rows of 6 columns: all", "rows", "a row", [100, 1000, 10_000, 100_000, 1_000_000], |rows| {
            all(rows, time)
        })?,
        series("rows of 6 columns: insert_all", "rows", "a row", [100, 1000, 10_000, 100_000, 1_000_000], |rows| {
            insert_all(rows, time)
        })?,
        series("1000 rows of integers: all", "columns", "a column", [2, 5, 10, 20, 50, 100], |columns| {
            wide(columns, time)
        })?,
        series("10 000 children: selectin", "a parent", "a child", [1, 10, 100, 1000], |fan_out| {
            children(fan_out, time, |db| Author::query().with(Author::POSTS.selectin()).all(db))
        })?,
        series("10 000 children: joined", "a parent", "a child", [1, 10, 100, 1000], |fan_out| {
            children(fan_out, time, |db| Author::query().with(Author::POSTS.joined()).all(db))
        })?,
        series("get by key, a file", "threads", "a get, times the cores used", [1, 2, 4, 8], |threads| {
            gets(threads, 1, time)
        })?,
        series("the same, a Database each", "threads", "a get, times the cores used", [1, 2, 4, 8], |threads| {
            gets(threads, threads, time)
        })?,
    ];
    let scaling = Scaling { machine: Machine::here(), note, series };
    println!("{}", scaling.table());
    write_json("scaling.json", &scaling)?;
    write("scaling.svg", &scaling.chart())
}

fn series<const N: usize>(
    title: &str,
    of: &str,
    cost: &str,
    sizes: [u64; N],
    measure: impl Fn(u64) -> Result<Point>,
) -> Result<Series> {
    eprintln!("{title}");
    let points = sizes.into_iter().map(measure).collect::<Result<_>>()?;
    Ok(Series { title: title.to_string(), of: of.to_string(), cost: cost.to_string(), points })
}

/// The median of what `work` says it took, for as long as that is asked.
fn median(time: Duration, mut work: impl FnMut() -> Result<Duration>) -> Result<f64> {
    let deadline = Instant::now() + time;
    let mut samples = Vec::new();
    work()?;
    while samples.len() < 3 || Instant::now() < deadline {
        samples.push(work()?.as_nanos() as f64);
    }
    Ok(middle(samples))
}

fn middle(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn timed<T, E: Error + 'static>(work: impl FnOnce() -> std::result::Result<T, E>) -> Result<Duration> {
    let start = Instant::now();
    drop(black_box(work()?));
    Ok(start.elapsed())
}

fn new_users(rows: u64) -> Vec<NewUser> {
    (1..=rows.cast_signed()).map(NewUser::number).collect()
}

/// What the work takes for a row, and beside the same by hand, each in turn.
fn beside_by_hand(
    rows: u64,
    time: Duration,
    mut ormcore: impl FnMut() -> Result<Duration>,
    mut by_hand: impl FnMut() -> Result<Duration>,
) -> Result<Point> {
    let deadline = Instant::now() + time;
    let (mut samples, mut ratios) = (Vec::new(), Vec::new());
    ormcore()?;
    by_hand()?;
    while samples.len() < 3 || Instant::now() < deadline {
        let (one, other) = (ormcore()?.as_nanos() as f64, by_hand()?.as_nanos() as f64);
        samples.push(one);
        ratios.push(one / other);
    }
    Ok(Point { size: rows, ns: middle(samples) / rows as f64, bytes: None, by_hand: Some(middle(ratios)) })
}

fn all(rows: u64, time: Duration) -> Result<Point> {
    let (mut orm, mut raw) = sides()?;
    orm.insert_all(new_users(rows))?;
    raw.insert_all(new_users(rows))?;
    assert_eq!(orm.all()?, raw.all()?);
    let mut kept = Ok(Vec::new());
    let memory = allocation_counter::measure(|| kept = orm.all());
    assert_eq!(kept?.len() as u64, rows);
    let bytes = memory.bytes_current as f64 / rows as f64;
    let point = beside_by_hand(rows, time, || timed(|| orm.all()), || timed(|| raw.all()))?;
    Ok(Point { bytes: Some(bytes), ..point })
}

fn insert_all(rows: u64, time: Duration) -> Result<Point> {
    fn inserted<S: Side>(side: &mut S, rows: u64) -> Result<Duration> {
        let users = new_users(rows);
        let took = timed(|| side.insert_all(users))?;
        side.clear()?;
        Ok(took)
    }
    let (mut orm, mut raw) = sides()?;
    beside_by_hand(rows, time, || inserted(&mut orm, rows), || inserted(&mut raw, rows))
}

fn sides() -> Result<(Orm, Raw)> {
    Ok((Orm::open(&Place::Memory)?, Raw::open(&Place::Memory, true, &Raw::schema()?)?))
}

fn wide(columns: u64, time: Duration) -> Result<Point> {
    match columns {
        2 => wide_of::<Columns2>(columns, time),
        5 => wide_of::<Columns5>(columns, time),
        10 => wide_of::<Columns10>(columns, time),
        20 => wide_of::<Columns20>(columns, time),
        50 => wide_of::<Columns50>(columns, time),
        _ => wide_of::<Columns100>(columns, time),
    }
}

fn wide_of<M: Model>(columns: u64, time: Duration) -> Result<Point> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<M>()?;
    let values = vec!["n"; columns as usize].join(", ");
    let numbers =
        format!("WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {WIDE_ROWS})");
    db.execute(format!("{numbers} INSERT INTO \"columns{columns}\" SELECT {values} FROM numbers"), ())?;
    assert_eq!(M::all(&db)?.len() as u64, WIDE_ROWS);
    let ns = median(time, || timed(|| M::all(&db)))?;
    Ok(Point { size: columns, ns: ns / (WIDE_ROWS * columns) as f64, bytes: None, by_hand: None })
}

fn children(fan_out: u64, time: Duration, load: impl Fn(&Database) -> ormcore::Result<Vec<Author>>) -> Result<Point> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_all()?;
    let authors = (CHILDREN / fan_out).cast_signed();
    let author = |id: i64| Author::new(format!("author{id}"), "an@address", 50).with_key(id);
    Author::insert_all((1..=authors).map(author), &db)?;
    let post = |id: i64| Post::new((id - 1) % authors + 1, format!("the title of post {id}"), "what it says", 1);
    Post::insert_all((1..=CHILDREN.cast_signed()).map(post), &db)?;
    let loaded = load(&db)?;
    assert_eq!(
        loaded.iter().map(|author| author.posts(&db).map(<[Post]>::len)).sum::<ormcore::Result<usize>>()? as u64,
        CHILDREN
    );
    let ns = median(time, || timed(|| load(&db)))?;
    Ok(Point { size: fan_out, ns: ns / CHILDREN as f64, bytes: None, by_hand: None })
}

/// So many threads share so many handles, each with a pool of its own. Wall time of all gets, times as many cores as can have
/// been at it: where nothing is waited for, that stays as it is.
fn gets(threads: u64, handles: u64, time: Duration) -> Result<Point> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("users.db").display());
    let open = |_| Database::builder(&url).max_connections((threads / handles) as usize).connect();
    let all = (0..handles).map(open).collect::<ormcore::Result<Vec<Database>>>()?;
    let db = &all[0];
    db.create_tables::<User>()?;
    let draft = |user: NewUser| User::new(user.name, user.email, user.age, user.score).set(User::BIO, user.bio);
    User::insert_all(new_users(10_000).into_iter().map(draft), db)?;
    let cores = thread::available_parallelism()?.get() as u64;
    let ns = median(time, || {
        let start = Instant::now();
        let read = |thread: u64| {
            let db = &all[(thread % handles) as usize];
            move || {
                (0..GETS)
                    .try_for_each(|get| User::find(((thread * 31 + get * 7) % 10_000 + 1).cast_signed(), db).map(drop))
            }
        };
        let results: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(read(thread))).collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        let took = start.elapsed();
        for result in results {
            result.map_err(|_| "a thread panicked")??;
        }
        Ok(took)
    })?;
    Ok(Point {
        size: threads,
        ns: ns * threads.min(cores) as f64 / (threads * GETS) as f64,
        bytes: None,
        by_hand: None,
    })
}
