use std::time::{Duration, Instant};

use peers_protocol::{Operation, Place, Request, expected};

use crate::peers::child::Child;
use crate::peers::databases::Databases;
use crate::peers::results::{Cell, Row};
use crate::results::Quantiles;
use crate::sample::quantile;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Rounds that nobody counts.
const WARM_UP: usize = 2;

/// As many rounds there are even if time is over.
const LEAST: usize = 7;

/// The same where threads run beside each other: how they are dealt turns differs from round to round more than all else.
const LEAST_OF_THREADS: usize = 21;

/// What is to be compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The peers; the first is what the others are compared with.
    pub peers: Vec<&'static str>,
    /// How long an operation is measured, all peers together; none if they are only checked.
    pub time: Option<Duration>,
    /// Where the programs run, but those whose operation has threads.
    pub processor: Option<usize>,
}

/// A peer at work on an operation.
struct Contender {
    /// Its place among the peers.
    index: usize,
    child: Child,
    /// Nanoseconds of a repetition, round by round.
    samples: Vec<f64>,
    grown_kib: u64,
}

/// Checks what each peer gives for an operation, then measures them in turn. None where nobody is measured.
pub fn compare(operation: Operation, comparison: &Comparison, databases: &mut Databases) -> Result<Option<Row>> {
    let processor = comparison.processor.filter(|_| !operation.is_parallel());
    let mut contenders = Vec::new();
    let mut repeats = 1;
    for (index, name) in comparison.peers.iter().enumerate() {
        let place = databases.fresh(name)?;
        repeats = operation.repeats(&place);
        if let Some(child) = prepared(operation, name, &place, processor)? {
            databases.settle(&place)?;
            if let Some(processor) = processor {
                databases.pin(name, processor)?;
            }
            contenders.push(Contender { index, child, samples: Vec::new(), grown_kib: 0 });
        }
    }
    check(operation, &mut contenders)?;
    let Some(time) = comparison.time else { return Ok(None) };
    if contenders.first().is_none_or(|first| first.index != 0) {
        return Ok(None);
    }
    let least = if operation.is_parallel() { LEAST_OF_THREADS } else { LEAST };
    let deadline = Instant::now() + time;
    let mut round = 0;
    while round < WARM_UP + least || Instant::now() < deadline {
        // Each is first, and last, as often as the others, and not always after the same one.
        contenders.rotate_left(1);
        if round % 2 == 1 {
            contenders.reverse();
        }
        for contender in &mut contenders {
            contender.sample(operation, round, repeats)?;
        }
        round += 1;
    }
    contenders.sort_by_key(|contender| contender.index);
    Ok(Some(row(operation, comparison.peers.len(), &contenders)))
}

/// A peer whose tables are filled; none where the library has no such feature.
fn prepared(
    operation: Operation,
    name: &'static str,
    place: &Place,
    processor: Option<usize>,
) -> Result<Option<Child>> {
    let mut child = Child::start(name, place, processor)?;
    let answer = child.ask(Request::Prepare(operation))?;
    Ok((answer.first().is_some_and(|word| word == "ready")).then_some(child))
}

/// All must give what they must, before any is measured.
fn check(operation: Operation, contenders: &mut [Contender]) -> Result<()> {
    let expected = format!("{:016x}", expected(operation));
    let mut wrong = Vec::new();
    for Contender { child, .. } in contenders {
        match child.ask(Request::Check(operation)) {
            Ok(answer) if answer.get(1) == Some(&expected) => {}
            Ok(_) => wrong.push(format!("{} gives other rows, or leaves other rows in the tables", child.name())),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}: {}", operation.name(), wrong.join("; ")).into()) }
}

impl Contender {
    fn sample(&mut self, operation: Operation, round: usize, repeats: i64) -> Result<()> {
        let answer = self.child.ask(Request::Run(operation, round as i64 + 10, repeats))?;
        let [_, time, grown] = &answer[..] else {
            return Err(format!("{}: `{}` is no time", self.child.name(), answer.join(" ")).into());
        };
        if round >= WARM_UP {
            self.samples.push(time.parse::<f64>()? / repeats as f64);
            self.grown_kib = self.grown_kib.max(grown.parse()?);
        }
        Ok(())
    }
}

fn row(operation: Operation, peers: usize, contenders: &[Contender]) -> Row {
    let raw = &contenders[0].samples;
    let mut cells = vec![None; peers];
    for contender in contenders {
        let ratios: Vec<f64> = contender.samples.iter().zip(raw).map(|(peer, raw)| peer / raw).collect();
        cells[contender.index] = Some(Cell {
            ns: quantile(&contender.samples, 0.5),
            ratio: Quantiles {
                median: quantile(&ratios, 0.5),
                low: quantile(&ratios, 0.25),
                high: quantile(&ratios, 0.75),
            },
            grown_kib: (operation == Operation::Stream).then_some(contender.grown_kib),
        });
    }
    Row { operation: operation.name(), title: operation.title().to_string(), rounds: raw.len(), cells }
}
