//! The golden file, and the harness that runs the scenarios against it.

use std::collections::{BTreeMap, BTreeSet};

use ormcore::Result;
use ormcore::plan::Recording;
use ormcore::prelude::*;
use ormcore_tests::every_database;
use serde_json::Value;

use crate::models::seed;

/// How a scenario loads a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    Select,
    Joined,
    Subquery,
    Selectin,
    Raise,
}

use Strategy::{Joined, Raise, Select, Selectin, Subquery};

impl Strategy {
    fn name(self) -> &'static str {
        match self {
            Select => "select",
            Joined => "joined",
            Subquery => "subquery",
            Selectin => "selectin",
            Raise => "raise",
        }
    }
}

/// Those that load when they are asked, or with the parents.
pub(crate) const FOUR: [[Strategy; 1]; 4] = [[Select], [Joined], [Subquery], [Selectin]];

/// Those that load with the parents.
pub(crate) const EAGER: [[Strategy; 1]; 3] = [[Joined], [Subquery], [Selectin]];

/// Each of the first with each of the second.
pub(crate) fn pairs(outer: &[[Strategy; 1]], inner: &[[Strategy; 1]]) -> Vec<[Strategy; 2]> {
    outer.iter().flat_map(|[outer]| inner.iter().map(move |[inner]| [*outer, *inner])).collect()
}

/// The relationship, loaded by a strategy that is known when the program runs.
macro_rules! load {
    ($strategy:expr, $relation:expr) => {
        match $strategy {
            $crate::golden::Strategy::Select => $relation.select(),
            $crate::golden::Strategy::Joined => $relation.joined(),
            $crate::golden::Strategy::Subquery => $relation.subquery(),
            $crate::golden::Strategy::Selectin => $relation.selectin(),
            $crate::golden::Strategy::Raise => $relation.raise(),
        }
    };
}
pub(crate) use load;

/// The words for an access to what was not loaded.
pub(crate) fn not_loaded(access: Result<Value>) -> Result<Value> {
    match access {
        Err(error) if matches!(error.kind(), ErrorKind::NotLoaded { .. }) => Ok("not loaded".into()),
        other => other,
    }
}

type Prepare = fn(&Database) -> Result<()>;
type Run = dyn Fn(&Database) -> Result<Value>;

struct Scenario {
    name: String,
    prepare: Option<Prepare>,
    run: Box<Run>,
}

/// The scenarios of one topic.
#[derive(Default)]
pub(crate) struct Scenarios(Vec<Scenario>);

impl Scenarios {
    /// One scenario without strategies.
    pub(crate) fn once(&mut self, name: &str, run: fn(&Database) -> Result<Value>) {
        self.0.push(Scenario { name: name.to_string(), prepare: None, run: Box::new(run) });
    }

    /// One scenario a variant.
    pub(crate) fn each<const N: usize>(
        &mut self,
        name: &str,
        variants: impl IntoIterator<Item = [Strategy; N]>,
        run: fn([Strategy; N], &Database) -> Result<Value>,
    ) {
        self.add(name, variants, None, run);
    }

    /// One scenario a variant; the database is changed before statements are counted.
    pub(crate) fn prepared<const N: usize>(
        &mut self,
        name: &str,
        variants: impl IntoIterator<Item = [Strategy; N]>,
        prepare: Prepare,
        run: fn([Strategy; N], &Database) -> Result<Value>,
    ) {
        self.add(name, variants, Some(prepare), run);
    }

    fn add<const N: usize>(
        &mut self,
        name: &str,
        variants: impl IntoIterator<Item = [Strategy; N]>,
        prepare: Option<Prepare>,
        run: fn([Strategy; N], &Database) -> Result<Value>,
    ) {
        for variant in variants {
            let strategies = variant.map(Strategy::name).join(" > ");
            let run = Box::new(move |db: &Database| run(variant, db));
            self.0.push(Scenario { name: format!("{name}: {strategies}"), prepare, run });
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|scenario| scenario.name.as_str())
    }

    /// Runs all of them.
    ///
    /// # Panics
    /// If one gives other rows or takes another number of statements than the golden file says.
    pub(crate) fn check(&self) {
        let golden = Golden::read();
        let failures: Vec<String> = self.0.iter().filter_map(|scenario| golden.failure(scenario)).collect();
        assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), self.0.len(), failures.join("\n"));
    }
}

/// What each scenario is expected to give.
pub(crate) struct Golden(BTreeMap<String, Expected>);

struct Expected {
    rows: Value,
    statements: u64,
    /// How many there are where the database prefers ranges of keys to lists.
    with_ranges: u64,
}

impl Golden {
    pub(crate) fn read() -> Self {
        let file: Value = serde_json::from_str(include_str!("golden.json")).unwrap();
        let scenarios = file["scenarios"].as_array().unwrap();
        let of = |scenario: &Value| {
            // Where it differs on purpose, the file says what is expected here.
            let expected = scenario.get("ormcore").unwrap_or(scenario);
            let statements = expected["statements"].as_u64().unwrap();
            let with_ranges = expected["ranges"].as_u64().unwrap_or(statements);
            Expected { rows: expected["results"].clone(), statements, with_ranges }
        };
        Golden(scenarios.iter().map(|one| (one["name"].as_str().unwrap().to_string(), of(one))).collect())
    }

    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// What is wrong with a scenario, if anything.
    fn failure(&self, scenario: &Scenario) -> Option<String> {
        let name = &scenario.name;
        let Some(Expected { rows, statements, with_ranges }) = self.0.get(name) else {
            return Some(format!("{name}\n  is not in golden.json"));
        };
        every_database().find_map(|fixture| {
            let statements = if fixture.db.dialect().prefers_ranges() { with_ranges } else { statements };
            match run(scenario, &fixture.db) {
                Err(error) => Some(format!("{name}\n  expected {rows}\n  got the error {error} on {}", fixture.url())),
                Ok((found, recording)) if found != *rows || recording.len() as u64 != *statements => Some(format!(
                    "{name}\n  expected {statements} statements, {rows}\n  got {} statements, {found} on {}\n    {}",
                    recording.len(),
                    fixture.url(),
                    recording.texts().join("\n    "),
                )),
                Ok(_) => None,
            }
        })
    }
}

fn run(scenario: &Scenario, db: &Database) -> Result<(Value, Recording)> {
    seed(db)?;
    if let Some(prepare) = scenario.prepare {
        prepare(db)?;
    }
    let recording = db.record();
    let found = (scenario.run)(db)?;
    Ok((found, recording))
}
