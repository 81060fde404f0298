//! What a database tells of its statements: values where they were asked for, and slow ones.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ormcore::Value;
use ormcore::plan::Recorded;
use ormcore::prelude::*;

use crate::logins::{logins, use_secrets};

#[test]
fn values_are_recorded_where_asked_for_and_secrets_never() {
    let db = Database::builder("sqlite::memory:").log_values().connect().unwrap();
    let statements = db.record();
    logins(&db);
    use_secrets(&db);
    let entries = statements.entries();
    let insert = entries.iter().find(|entry| entry.sql.starts_with("INSERT")).unwrap();
    let parameters = insert.parameters.as_ref().unwrap();
    assert_eq!(parameters[0].value, Value::Text("ann".into()));
    assert_eq!(format!("{:?}", &parameters[1..]), "[***, ***]");
    let shown = format!("{statements:?} {entries:?}");
    assert!(shown.contains("ann") && !shown.contains("hunter2") && !shown.contains("4711"), "{shown}");
    assert!(
        entries.iter().flat_map(|entry| entry.parameters.iter().flatten()).all(|parameter| {
            parameter.value != Value::Text("hunter2".into()) && parameter.value != Value::Int(4711)
        })
    );
}

#[test]
fn values_are_not_recorded_by_default() {
    let db = Database::connect("sqlite::memory:").unwrap();
    let statements = db.record();
    logins(&db);
    assert!(statements.entries().iter().all(|entry| entry.parameters.is_none()));
    assert!(!format!("{statements:?}").contains("ann"));
}

const SLOW: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(*) FROM n";

/// A database that reports what takes as long as this.
fn reporting(threshold: Duration) -> (Database, Arc<Mutex<Vec<Recorded>>>) {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&reports);
    let db = Database::builder("sqlite::memory:")
        .on_slow_statement(threshold, move |statement| kept.lock().unwrap().push(statement.clone()))
        .connect()
        .unwrap();
    (db, reports)
}

#[test]
fn slow_statements_are_reported_and_quick_ones_are_not() {
    let (db, reports) = reporting(Duration::from_millis(5));
    logins(&db);
    reports.lock().unwrap().clear();
    db.query_as::<(i64,)>("SELECT 1", ()).unwrap();
    db.query_as::<(i64,)>(SLOW, ()).unwrap();
    db.transaction(|tx| tx.query_as::<(i64,)>(SLOW, ())).unwrap();
    let reports = reports.lock().unwrap();
    let slow: Vec<_> = reports.iter().filter(|report| report.sql == SLOW).collect();
    assert_eq!(slow.len(), 2);
    assert!(slow.iter().all(|report| report.elapsed >= Duration::from_millis(5) && report.rows == 1));
}

#[test]
fn a_threshold_of_nothing_reports_every_statement() {
    let (db, reports) = reporting(Duration::ZERO);
    logins(&db);
    reports.lock().unwrap().clear();
    use_secrets(&db);
    let reports = reports.lock().unwrap();
    assert_eq!(reports.len(), 7);
    assert!(reports.iter().all(|report| report.parameters.is_none()));
}
