//! Samples of the sides, interleaved: what makes the machine slow for a while makes all sides slow.

use std::error::Error;
use std::time::{Duration, Instant};

use crate::operation::{Operation, Work};
use crate::results::Figures;
use crate::side::{Orm, Place, Raw, Side};

/// The sides of one operation, each with a database of its own.
struct Sides {
    orm: Orm,
    raw: Raw,
    raw_qpsg: Raw,
}

const SIDES: usize = 3;
const ORM: usize = 0;
const RAW: usize = 1;
const RAW_QPSG: usize = 2;

/// Every order of the sides, so that none has always the same one before it.
const ORDERS: [[usize; SIDES]; 6] = [
    [ORM, RAW, RAW_QPSG],
    [RAW_QPSG, RAW, ORM],
    [RAW, ORM, RAW_QPSG],
    [RAW_QPSG, ORM, RAW],
    [RAW, RAW_QPSG, ORM],
    [ORM, RAW_QPSG, RAW],
];

impl Sides {
    fn open(operation: Operation, place: &Place) -> Result<Self, Box<dyn Error>> {
        let schema = Raw::schema()?;
        let place = |name: &str| match place {
            Place::Memory => Place::Memory,
            Place::File(folder) => Place::File(folder.join(format!("{}-{name}.db", operation.name()))),
        };
        let mut sides = Sides {
            orm: Orm::open(&place("orm"))?,
            raw: Raw::open(&place("raw"), false, &schema)?,
            raw_qpsg: Raw::open(&place("raw-qpsg"), true, &schema)?,
        };
        operation.fill(&mut sides.orm)?;
        operation.fill(&mut sides.raw)?;
        operation.fill(&mut sides.raw_qpsg)?;
        Ok(sides)
    }

    fn sample(&mut self, side: usize, work: Work) -> Result<Duration, Box<dyn Error>> {
        Ok(match side {
            ORM => sample(&mut self.orm, work)?,
            RAW => sample(&mut self.raw, work)?,
            _ => sample(&mut self.raw_qpsg, work)?,
        })
    }
}

fn sample<S: Side>(side: &mut S, work: Work) -> Result<Duration, S::Error> {
    let inserts = work.inserts();
    let start = Instant::now();
    drop(measure(side, work)?);
    let elapsed = start.elapsed();
    if inserts {
        side.clear()?;
    }
    Ok(elapsed)
}

/// Does the work: the function that the clock is around, and whose instructions are counted.
#[inline(never)]
pub fn measure<S: Side>(side: &mut S, work: Work) -> Result<crate::Rows, S::Error> {
    work.run(side)
}

/// Asserts that the sides give the same rows and leave the same tables.
fn assert_equal(operation: Operation, sides: &mut Sides) -> Result<(), Box<dyn Error>> {
    for seed in 0..20 {
        let work = operation.work(seed, 2);
        let inserts = work.inserts();
        let rows = work.clone().run(&mut sides.orm)?.plain();
        assert_eq!(rows, work.clone().run(&mut sides.raw)?.plain(), "{operation:?}");
        assert_eq!(rows, work.run(&mut sides.raw_qpsg)?.plain(), "{operation:?}");
        let users = sides.orm.all()?;
        assert_eq!(users, sides.raw.all()?, "the table after {operation:?}");
        assert_eq!(users, sides.raw_qpsg.all()?, "the table after {operation:?}");
        if inserts {
            sides.orm.clear()?;
            sides.raw.clear()?;
            sides.raw_qpsg.clear()?;
        }
    }
    Ok(())
}

/// Measures an operation on all sides, round by round, for at least a time.
pub fn compare(operation: Operation, place: &Place, time: Duration) -> Result<Figures, Box<dyn Error>> {
    let mut sides = Sides::open(operation, place)?;
    assert_equal(operation, &mut sides)?;
    let repeats = operation.repeats(place);
    let mut samples: [Vec<f64>; SIDES] = Default::default();
    let start = Instant::now();
    let mut round = 0;
    while start.elapsed() < time || round < 4 * ORDERS.len() || round % ORDERS.len() != 0 {
        for side in ORDERS[round % ORDERS.len()] {
            let work = operation.work(round as i64, repeats);
            samples[side].push(sides.sample(side, work)?.as_nanos() as f64 / repeats as f64);
        }
        round += 1;
    }
    Ok(figures(operation, &samples))
}

fn figures(operation: Operation, samples: &[Vec<f64>; SIDES]) -> Figures {
    let median = |side: usize| quantile(&samples[side], 0.5);
    let better = if median(RAW) < median(RAW_QPSG) { RAW } else { RAW_QPSG };
    let ratios: Vec<f64> = samples[ORM].iter().zip(&samples[better]).map(|(orm, raw)| orm / raw).collect();
    Figures {
        operation: operation.name(),
        title: operation.title().to_string(),
        rounds: ratios.len(),
        ormcore_ns: median(ORM),
        raw_ns: median(RAW),
        raw_qpsg_ns: median(RAW_QPSG),
        ratio: quantile(&ratios, 0.5),
        ratio_low: quantile(&ratios, 0.25),
        ratio_high: quantile(&ratios, 0.75),
        ratio_of_minima: quantile(&samples[ORM], 0.0) / quantile(&samples[better], 0.0),
    }
}

/// The value below which a share of the values lies.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
