//! Parity of the session with SQLAlchemy's: what a flush writes and in which order, which handles are the same, the
//! values in hand, the kinds of errors, and the rows that are there in the end.
//!
//! `session_scenarios.py` writes `session.json`. Every scenario there has one of the same name here.

mod cascades;
mod identity;
mod models;
mod order;
mod rows;
mod transactions;

use std::collections::BTreeSet;

use ormcore::plan::Recording;
use ormcore::prelude::*;
use ormcore::{Error, Result, Session, SessionOptions};
use ormcore_tests::every_database;
use serde_json::{Map, Value, json};

type Run = fn(&mut Session, &Trace) -> Result<Value>;

struct Scenario {
    name: &'static str,
    options: SessionOptions,
    run: Run,
}

/// The scenarios of one topic.
#[derive(Default)]
struct Scenarios(Vec<Scenario>);

impl Scenarios {
    fn once(&mut self, name: &'static str, run: Run) {
        self.with(name, SessionOptions::new(), run);
    }

    fn with(&mut self, name: &'static str, options: SessionOptions, run: Run) {
        self.0.push(Scenario { name, options, run });
    }
}

/// What ran since it was last looked at.
struct Trace {
    db: Database,
    seen: Recording,
}

impl Trace {
    fn clear(&self) {
        self.seen.clear();
    }

    /// Commits what a scenario begins with; what it took is not looked at.
    fn saved(&self, session: &mut Session) -> Result<()> {
        session.commit()?;
        self.clear();
        Ok(())
    }

    /// Commits, and gives a session that knows no row.
    fn anew(&self, session: &mut Session) -> Result<Session> {
        self.saved(session)?;
        self.db.session()
    }

    /// Runs SQL beside the session, which is in no transaction then.
    fn run(&self, sql: &str) -> Result<()> {
        self.db.execute(sql, ())?;
        self.clear();
        Ok(())
    }

    fn take(&self) -> Vec<String> {
        let texts = self.seen.texts();
        self.clear();
        texts
    }

    /// How many SELECTs ran.
    fn reads(&self) -> usize {
        self.take().iter().filter(|text| text.starts_with("SELECT")).count()
    }

    /// How many statements ran.
    fn statements(&self) -> usize {
        self.take().len()
    }

    /// The kinds of statements that wrote, in order, those of one kind once.
    fn writes(&self) -> Vec<String> {
        let mut kinds: Vec<String> =
            self.take().iter().filter(|text| !text.starts_with("SELECT")).map(|text| kind(text)).collect();
        kinds.dedup();
        kinds
    }

    /// The kinds of statements that wrote, sorted.
    fn sorted_writes(&self) -> Vec<String> {
        let mut kinds = self.writes();
        kinds.sort();
        kinds
    }
}

/// `UPDATE book (name, pages)`.
fn kind(text: &str) -> String {
    let verb = text.split(' ').next().unwrap();
    let table = text.split('"').nth(1).unwrap();
    if verb != "UPDATE" {
        return format!("{verb} {table}");
    }
    let assigned = text.split(" SET ").nth(1).unwrap().split(" WHERE ").next().unwrap().split(" FROM ").next().unwrap();
    let sides: Vec<&str> = assigned.split(" = ").collect();
    let columns = sides[..sides.len() - 1].iter().map(|side| side.rsplit('"').nth(1).unwrap());
    let columns: BTreeSet<&str> = columns.collect();
    format!("UPDATE {table} ({})", columns.into_iter().collect::<Vec<_>>().join(", "))
}

/// The kind of the error, in the golden file's words.
fn fails<T>(ended: Result<T>) -> &'static str {
    match ended.as_ref().map_err(Error::kind) {
        Ok(_) => "nothing",
        Err(ErrorKind::UniqueViolation { .. }) => "unique",
        Err(ErrorKind::ForeignKeyViolation { .. }) => "foreign key",
        Err(ErrorKind::NotNullViolation { .. }) => "not null",
        Err(ErrorKind::StaleRow { .. }) => "stale",
        Err(ErrorKind::NotFound { .. }) => "gone",
        Err(ErrorKind::Usage { .. }) => "refused",
        Err(_) => "another error",
    }
}

/// Makes a test of each topic, and the list of them.
macro_rules! topics {
    ($($topic:ident),* $(,)?) => {
        const TOPICS: &[fn(&mut Scenarios)] = &[$($topic::scenarios),*];

        $(#[test]
        fn $topic() {
            check($topic::scenarios);
        })*
    };
}

topics!(cascades, identity, order, transactions);

fn golden() -> Value {
    serde_json::from_str(include_str!("session.json")).unwrap()
}

#[test]
fn both_sides_have_the_same_scenarios() {
    let mut scenarios = Scenarios::default();
    TOPICS.iter().for_each(|topic| topic(&mut scenarios));
    let names: BTreeSet<&str> = scenarios.0.iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), scenarios.0.len(), "a name is used twice");
    let golden = golden();
    let there: BTreeSet<&str> =
        golden["scenarios"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let only_here: Vec<_> = names.difference(&there).collect();
    let only_there: Vec<_> = there.difference(&names).collect();
    assert!(only_here.is_empty() && only_there.is_empty(), "only here: {only_here:?}\nonly there: {only_there:?}");
}

/// Runs the scenarios of a topic on every database.
///
/// # Panics
/// If one gives something else than the golden file says.
fn check(topic: fn(&mut Scenarios)) {
    let (golden, mut scenarios) = (golden(), Scenarios::default());
    topic(&mut scenarios);
    let failures: Vec<String> = scenarios.0.iter().filter_map(|scenario| failure(&golden, scenario)).collect();
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), scenarios.0.len(), failures.join("\n"));
}

/// What is wrong with a scenario, if anything.
fn failure(golden: &Value, scenario: &Scenario) -> Option<String> {
    let name = scenario.name;
    let said = golden["scenarios"].as_array().unwrap().iter().find(|one| one["name"] == name);
    let Some(said) = said else { return Some(format!("{name}\n  is not in session.json")) };
    // Where it differs on purpose, the file says what is expected here.
    let said = said.get("ormcore").unwrap_or(said);
    let expected = json!([said["results"], said["rows"]]);
    every_database().find_map(|fixture| match run(golden, scenario, &fixture.db) {
        Ok(found) if found == expected => None,
        Ok(found) => Some(format!("{name}\n  expected {expected}\n  got      {found} on {}", fixture.url())),
        Err(error) => Some(format!("{name}\n  expected {expected}\n  got the error {error} on {}", fixture.url())),
    })
}

fn run(golden: &Value, scenario: &Scenario, db: &Database) -> Result<Value> {
    models::create(db)?;
    let trace = Trace { db: db.clone(), seen: db.record() };
    let mut session = db.session_with(scenario.options)?;
    let results = (scenario.run)(&mut session, &trace)?;
    drop(session);
    let mut rows = Map::new();
    for (table, sql) in golden["shown"].as_object().unwrap() {
        let mut shown: Vec<String> =
            db.query_as::<(String,)>(sql.as_str().unwrap(), ())?.into_iter().map(|(row,)| row).collect();
        shown.sort();
        if !shown.is_empty() {
            rows.insert(table.clone(), shown.into());
        }
    }
    Ok(json!([results, rows]))
}
