//! Events for `tracing`, a test binary of its own: nothing else runs statements beside it.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use logins::{Login, logins, use_secrets};
use ormcore::prelude::*;
use ormcore_tests::every_backend;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[path = "../suite/logins.rs"]
mod logins;
mod notices;

/// An event: its name and fields, as text.
type Seen = Vec<(String, String)>;

/// Keeps ormcore's events of one target.
#[derive(Clone)]
struct Events {
    target: &'static str,
    seen: Arc<Mutex<Vec<Seen>>>,
}

struct Fields(Seen);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name().to_string(), format!("{value:?}")));
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == self.target
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Vec::new());
        event.record(&mut fields);
        self.seen.lock().unwrap().push(fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// One test at a time: `tracing` may miss a listener that comes while another thread meets an event for the first time.
static ALONE: Mutex<()> = Mutex::new(());

/// The events about statements of what runs in this thread.
fn events(work: impl FnOnce()) -> Vec<Seen> {
    events_of("ormcore::statement", work)
}

fn events_of(target: &'static str, work: impl FnOnce()) -> Vec<Seen> {
    let _alone = ALONE.lock();
    let events = Events { target, seen: Arc::default() };
    tracing::subscriber::with_default(events.clone(), work);
    let seen = events.seen.lock().unwrap();
    seen.clone()
}

fn field<'e>(event: &'e Seen, name: &str) -> Option<&'e str> {
    event.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

#[test]
fn each_statement_is_one_event() {
    every_backend().for_each(|fixture| each_is_one_event(&fixture.db));
}

fn each_is_one_event(db: &Database) {
    let statements = db.record();
    let events = events(|| {
        logins(db);
        use_secrets(db);
        db.transaction(|tx| tx.transaction(|inner| Login::all(inner))).unwrap();
        assert!(db.execute("SELEKT", ()).is_err());
    });
    let texts: Vec<_> = events.iter().map(|event| field(event, "sql").unwrap().to_string()).collect();
    let expected: Vec<_> = statements.texts().iter().map(|sql| format!("{sql:?}")).collect();
    assert_eq!(texts, expected);
    for (event, entry) in events.iter().zip(statements.entries()) {
        assert_eq!(field(event, "rows"), Some(entry.rows.to_string().as_str()));
        assert_eq!(field(event, "executions"), Some(entry.executions.to_string().as_str()));
        let elapsed: u128 = field(event, "elapsed_us").unwrap().parse().unwrap();
        assert_eq!(elapsed, entry.elapsed.as_micros());
        assert_eq!(field(event, "parameters"), None, "values are off");
    }
}

#[test]
fn events_hold_values_where_asked_for_and_secrets_never() {
    for fixture in every_backend() {
        secrets_are_left_out(&Database::builder(fixture.url()).log_values().connect().unwrap());
    }
}

fn secrets_are_left_out(db: &Database) {
    let events = events(|| {
        logins(db);
        use_secrets(db);
    });
    let shown = format!("{events:?}");
    assert!(shown.contains("ann") && shown.contains("***"), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("4711"), "{shown}");
}
