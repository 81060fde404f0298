//! Samples of the sides, interleaved: what makes the machine slow for a while makes all sides slow.

use std::error::Error;
use std::time::{Duration, Instant};

use crate::models::User;
use crate::operation::{Operation, Plain, Work};
use crate::results::{Figures, Quantiles, ServerFigures};
use crate::server::Server;
use crate::side::{Fill, Orm, Place, Postgres, Raw, Side, TokioPostgres};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A side, whichever library it is of.
trait Contender {
    /// What the work gives.
    fn plain(&mut self, work: Work) -> Result<Plain>;

    /// How long the work takes.
    fn time(&mut self, work: Work) -> Result<Duration>;

    /// All users, in the order of their keys.
    fn users(&mut self) -> Result<Vec<User>>;

    fn clear_users(&mut self) -> Result<()>;
}

impl<S: Side> Contender for S {
    fn plain(&mut self, work: Work) -> Result<Plain> {
        Ok(work.run(self)?.plain())
    }

    fn time(&mut self, work: Work) -> Result<Duration> {
        let inserts = work.inserts();
        let start = Instant::now();
        drop(measure(self, work)?);
        let elapsed = start.elapsed();
        if inserts {
            self.clear()?;
        }
        Ok(elapsed)
    }

    fn users(&mut self) -> Result<Vec<User>> {
        let mut users = self.all()?;
        users.sort_by_key(|user| user.id);
        Ok(users)
    }

    fn clear_users(&mut self) -> Result<()> {
        Ok(self.clear()?)
    }
}

/// Does the work: the function that the clock is around, and whose instructions are counted.
#[inline(never)]
pub fn measure<S: Side>(side: &mut S, work: Work) -> std::result::Result<crate::Rows, S::Error> {
    work.run(side)
}

/// The sides of one operation, each with tables of its own; ormcore is the first.
type Sides = [Box<dyn Contender>; SIDES];

/// Nanoseconds of each side, round by round.
type Samples = [Vec<f64>; SIDES];

const SIDES: usize = 3;
const ORM: usize = 0;

/// Every order of the sides, so that none has always the same one before it.
const ORDERS: [[usize; SIDES]; 6] = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]];

/// Asserts that the sides give the same rows and leave the same tables.
fn assert_equal(operation: Operation, sides: &mut Sides) -> Result<()> {
    let [orm, others @ ..] = sides;
    // The long ones would take minutes.
    let long = matches!(operation, Operation::Insert100000 | Operation::Copy100000);
    for seed in 0..if long { 2 } else { 20 } {
        let work = operation.work(seed, 2);
        let rows = orm.plain(work.clone())?;
        let users = orm.users()?;
        for other in others.iter_mut() {
            assert_eq!(rows, other.plain(work.clone())?, "{operation:?}");
            assert_eq!(users, other.users()?, "the table after {operation:?}");
        }
        if work.inserts() {
            orm.clear_users()?;
            others.iter_mut().try_for_each(|other| other.clear_users())?;
        }
    }
    Ok(())
}

/// Measures an operation on all sides, round by round, for at least a time.
fn samples(operation: Operation, sides: &mut Sides, repeats: i64, time: Duration) -> Result<Samples> {
    assert_equal(operation, sides)?;
    let mut samples = Samples::default();
    let start = Instant::now();
    let mut round = 0;
    while start.elapsed() < time || round < 4 * ORDERS.len() || round % ORDERS.len() != 0 {
        for side in ORDERS[round % ORDERS.len()] {
            let work = operation.work(round as i64, repeats);
            samples[side].push(sides[side].time(work)?.as_nanos() as f64 / repeats as f64);
        }
        round += 1;
    }
    Ok(samples)
}

/// Measures an operation on SQLite: beside rusqlite, and beside rusqlite that plans as ormcore has SQLite plan.
pub fn compare(operation: Operation, place: &Place, time: Duration) -> Result<Figures> {
    fn filled<S: Fill + 'static>(operation: Operation, mut side: S) -> Result<Box<dyn Contender>> {
        operation.fill(&mut side)?;
        Ok(Box::new(side))
    }
    let schema = Raw::schema()?;
    let place_of = |name: &str| match place {
        Place::Memory => Place::Memory,
        Place::File(folder) => Place::File(folder.join(format!("{}-{name}.db", operation.name()))),
    };
    let mut sides = [
        filled(operation, Orm::open(&place_of("orm"))?)?,
        filled(operation, Raw::open(&place_of("raw"), false, &schema)?)?,
        filled(operation, Raw::open(&place_of("raw-qpsg"), true, &schema)?)?,
    ];
    let samples = samples(operation, &mut sides, operation.repeats(place), time)?;
    let median = |side: usize| quantile(&samples[side], 0.5);
    let better = if median(1) < median(2) { 1 } else { 2 };
    let ratios = ratios(&samples, better);
    Ok(Figures {
        operation: operation.name(),
        title: operation.title().to_string(),
        rounds: samples[ORM].len(),
        ormcore_ns: median(ORM),
        raw_ns: median(1),
        raw_qpsg_ns: median(2),
        ratio: ratios.median,
        ratio_low: ratios.low,
        ratio_high: ratios.high,
        ratio_of_minima: quantile(&samples[ORM], 0.0) / quantile(&samples[better], 0.0),
    })
}

/// Measures an operation on PostgreSQL: beside `postgres`, and beside `tokio-postgres`.
pub fn compare_on_server(operation: Operation, server: &mut Server, time: Duration) -> Result<ServerFigures> {
    let urls = ["orm", "postgres", "tokio_postgres"].map(|name| server.filled_schema(name, operation));
    let [orm, postgres, tokio_postgres] = urls;
    let mut sides: Sides = [
        Box::new(Orm::connect(&orm?)?),
        Box::new(Postgres::connect(&postgres?)?),
        Box::new(TokioPostgres::connect(&tokio_postgres?)?),
    ];
    let samples = samples(operation, &mut sides, operation.repeats_on_server(), time)?;
    Ok(ServerFigures {
        operation: operation.name(),
        title: operation.title().to_string(),
        rounds: samples[ORM].len(),
        ormcore_ns: quantile(&samples[ORM], 0.5),
        postgres_ns: quantile(&samples[1], 0.5),
        tokio_postgres_ns: quantile(&samples[2], 0.5),
        to_postgres: ratios(&samples, 1),
        to_tokio_postgres: ratios(&samples, 2),
    })
}

/// The rounds' ratios of ormcore to another side.
fn ratios(samples: &Samples, other: usize) -> Quantiles {
    let ratios: Vec<f64> = samples[ORM].iter().zip(&samples[other]).map(|(orm, other)| orm / other).collect();
    Quantiles { median: quantile(&ratios, 0.5), low: quantile(&ratios, 0.25), high: quantile(&ratios, 0.75) }
}

/// The value below which a share of the values lies.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
