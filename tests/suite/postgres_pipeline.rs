//! Batches: all their statements are on their way at once, and neither side waits for the other to read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ormcore::Value;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use ormcore::plan::Plan;
use ormcore::prelude::*;
use ormcore::sql::{Dialect, of};
use ormcore::{alias, sql};
use ormcore_tests::{Fixture, Server, ServerOptions, url_with_setting};

use crate::postgres_connect::{one, server};

/// One batch; what its executions did is counted.
pub(crate) struct Batch<B> {
    statements: Vec<Statement>,
    bind: B,
    outcomes: Vec<(usize, usize)>,
    /// How many, for who does not get them.
    reported: Arc<AtomicUsize>,
    rows: Vec<u64>,
    /// Refuses the row of this number.
    refuses: Option<u64>,
}

impl<B: FnMut(usize, usize) -> Vec<Value<'static>> + Send> Batch<B> {
    pub(crate) fn new(statements: Vec<Statement>, bind: B) -> Self {
        let rows = vec![0; statements.len()];
        Batch { statements, bind, outcomes: Vec::new(), reported: Arc::default(), rows, refuses: None }
    }
}

impl<B: FnMut(usize, usize) -> Vec<Value<'static>> + Send> Steps for Batch<B> {
    fn next(&mut self, _: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
        batch.append(&mut self.statements);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> ormcore::Result<()> {
        (self.bind)(statement, execution).into_iter().for_each(|value| parameters.push(value, false));
        Ok(())
    }

    fn row(&mut self, statement: usize, _: usize, _: &dyn Row) -> ormcore::Result<()> {
        self.rows[statement] += 1;
        if self.refuses == Some(self.rows[statement]) {
            return Err(Error::rollback("this row is refused"));
        }
        Ok(())
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> ormcore::Result<()> {
        assert_eq!(outcome.rows, 1);
        self.outcomes.push((statement, execution));
        self.reported.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

impl<B: FnMut(usize, usize) -> Vec<Value<'static>> + Send> Plan for Batch<B> {
    type Output = (Vec<(usize, usize)>, Vec<u64>);

    fn finish(self) -> ormcore::Result<Self::Output> {
        Ok((self.outcomes, self.rows))
    }
}

fn table(db: &Database) {
    db.execute("DROP TABLE IF EXISTS flow", ()).unwrap();
    db.execute("CREATE TABLE flow (id integer PRIMARY KEY, body text)", ()).unwrap();
}

fn count(db: &Database) -> i64 {
    one::<(i64,)>(db, "SELECT count(*) FROM flow").0
}

fn insert() -> Statement {
    Statement::count("INSERT INTO flow (id, body) VALUES ($1, $2)")
}

fn row(id: usize, body: String) -> Vec<Value<'static>> {
    vec![Value::Int(id as i64), Value::Text(body.into())]
}

/// The same database over a socket, over TCP, and encrypted.
fn ways(test: impl Fn(&Database)) {
    static SCHEMAS: AtomicUsize = AtomicUsize::new(0);
    let Some(plain) = server() else { return };
    let mut urls = vec![plain.url(), plain.tcp_url()];
    let encrypting = Server::start(ServerOptions::new().tls());
    urls.extend(encrypting.iter().map(|server| format!("{}?sslmode=require", server.tcp_url())));
    for url in urls {
        let schema = format!("flow{}", SCHEMAS.fetch_add(1, Ordering::SeqCst));
        let db = Database::connect(&url_with_setting(&url, "search_path", &schema)).unwrap();
        db.execute(format!("CREATE SCHEMA {schema}"), ()).unwrap();
        test(&db);
    }
}

#[test]
fn a_hundred_thousand_executions_are_one_batch() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let batch = Batch::new(vec![insert().times(100_000)], |_, execution| row(execution, "b".into()));
    let (outcomes, _) = db.run(batch).unwrap();
    assert!(outcomes.len() == 100_000 && outcomes.is_sorted());
    assert_eq!(count(db), 100_000);
}

#[test]
fn a_batch_of_many_statements_keeps_their_order() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    // More than the connection keeps prepared.
    let texts = (0..700).map(|index| Statement::count(format!("INSERT INTO flow (id, body) VALUES ({index}, $1)")));
    let (outcomes, _) = db.run(Batch::new(texts.collect(), |_, _| vec![Value::Text("b".into())])).unwrap();
    assert_eq!(outcomes, (0..700).map(|index| (index, 0)).collect::<Vec<_>>());
    let same = vec![Statement::rows("SELECT id FROM flow WHERE id < $1"); 600];
    let (_, rows) = db.run(Batch::new(same, |statement, _| vec![Value::Int(statement as i64)])).unwrap();
    assert_eq!(rows, (0..600).collect::<Vec<_>>());
}

#[test]
fn long_answers_between_long_parameters_stop_nobody() {
    ways(|db| {
        table(db);
        let megabyte = "x".repeat(1 << 20);
        let mut statements = Vec::new();
        for number in 0..8 {
            statements.push(Statement::rows(format!(
                "SELECT repeat('y', 1000000), {number}, $1::text FROM generate_series(1, 8)"
            )));
            statements.push(
                Statement::count(format!("INSERT INTO flow (id, body) VALUES ($1 + {}, $2)", number * 10)).times(6),
            );
        }
        let batch = Batch::new(statements, |statement, execution| match statement % 2 {
            0 => vec![Value::Text("short".into())],
            _ => row(execution, megabyte.clone()),
        });
        let (outcomes, rows) = db.run(batch).unwrap();
        assert_eq!((outcomes.len(), rows.iter().sum::<u64>()), (48, 64));
        assert_eq!(one::<(i64, i64)>(db, "SELECT count(*), sum(length(body)) FROM flow"), (48, 48 << 20));
    });
}

#[test]
fn notices_without_number_stop_nobody() {
    ways(|db| {
        table(db);
        db.execute(
            "CREATE OR REPLACE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE NOTICE '%', repeat('n', 20000); RETURN NEW; END $$",
            (),
        )
        .unwrap();
        db.execute("CREATE TRIGGER loud BEFORE INSERT ON flow FOR EACH ROW EXECUTE FUNCTION shout()", ()).unwrap();
        let batch = Batch::new(vec![insert().times(500)], |_, execution| row(execution, "x".repeat(10_000)));
        assert_eq!(db.run(batch).unwrap().0.len(), 500);
        // A row that is wanted alone may be long too.
        let batch = Batch::new(
            vec![Statement::first_row("SELECT repeat('y', 9000000), $1::int"), insert().times(20)],
            |statement, execution| match statement {
                0 => vec![Value::Int(1)],
                _ => row(execution + 1000, "x".repeat(500_000)),
            },
        );
        assert_eq!(db.run(batch).unwrap().1, [1, 0]);
    });
}

#[test]
fn an_error_in_a_batch_undoes_the_batch_and_what_came_before_it_was_reported() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let same = one::<(i32,)>(db, "SELECT pg_backend_pid()");
    for fails_at in [1, 511, 512, 700, 2999] {
        let statements = vec![insert().times(3000), Statement::rows("SELECT 1")];
        let batch = Batch::new(statements, move |statement, execution| match statement {
            0 => row(if execution == fails_at { 0 } else { execution }, "b".into()),
            _ => Vec::new(),
        });
        let reported = Arc::clone(&batch.reported);
        let error = db.run(batch).unwrap_err();
        assert!(error.is_unique_violation(), "{error:?}");
        assert_eq!(error.statement(), Some("INSERT INTO flow (id, body) VALUES ($1, $2)"));
        assert_eq!(reported.load(Ordering::SeqCst), fails_at);
        assert_eq!((count(db), one::<(i32,)>(db, "SELECT pg_backend_pid()")), (0, same));
    }
}

#[test]
fn a_value_or_a_statement_that_is_refused_leaves_the_connection_as_it_was() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    let same = one::<(i32,)>(db, "SELECT pg_backend_pid()");
    let refused = |error: Error, statement: &str| {
        assert!(error.statement().unwrap().contains(statement), "{error:?}");
        assert_eq!(one::<(i32,)>(db, "SELECT pg_backend_pid()"), same);
    };
    let statements = vec![Statement::rows("SELECT 1"), insert().times(9)];
    let batch = Batch::new(statements, |statement, execution| match (statement, execution) {
        (0, _) => Vec::new(),
        (_, 4) => vec![Value::Int(1 << 40), Value::Null],
        _ => row(execution, "b".into()),
    });
    let error = db.run(batch).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    refused(error, "INSERT INTO flow");
    let statements = vec![insert(), Statement::rows("SELECT wrong FROM flow"), Statement::rows("SELECT 2")];
    let error = db.run(Batch::new(statements, |_, _| row(1, "b".into()))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    refused(error, "SELECT wrong");
    let batch = Batch::new(vec![insert().times(0), Statement::rows("SELECT 1").times(0)], |_, _| Vec::new());
    assert_eq!(db.run(batch).unwrap(), (Vec::new(), vec![0, 0]));
}

#[test]
fn a_row_that_is_refused_among_many_leaves_the_connection_usable() {
    ways(|db| {
        table(db);
        let same = one::<(i32,)>(db, "SELECT pg_backend_pid()");
        for refuses in [1, 50_000, 100_000] {
            let statements = vec![
                Statement::rows("SELECT i, repeat('x', 100) FROM generate_series(1, 100000) i"),
                insert().times(3),
            ];
            let mut batch = Batch::new(statements, |statement, execution| match statement {
                0 => Vec::new(),
                _ => row(execution, "x".repeat(300_000)),
            });
            batch.refuses = Some(refuses);
            let error = db.run(batch).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Rollback { .. }), "{error:?}");
            assert_eq!(one::<(i32,)>(db, "SELECT pg_backend_pid()"), same);
            db.execute("TRUNCATE flow", ()).unwrap();
        }
        let narrow = db.query_as::<(i16,)>("SELECT i FROM generate_series(1, 100000) i", ()).unwrap_err();
        assert!(matches!(narrow.kind(), ErrorKind::Decode { .. }), "{narrow:?}");
        assert_eq!(one::<(i32,)>(db, "SELECT pg_backend_pid()"), same);
    });
}

#[test]
fn savepoints_without_number_stop_nobody() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    table(db);
    db.transaction(|tx| {
        (0..50_000).try_for_each(|_| tx.savepoint(|_| Ok::<_, Error>(())))?;
        tx.execute("INSERT INTO flow VALUES (1, 'a')", ())
    })
    .unwrap();
    assert_eq!(count(db), 1);
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "long_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    number: i32,
    content: String,
}

#[test]
fn rows_that_are_much_together_travel_in_several_messages() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = &Database::builder(fixture.url()).max_connections(1).connect().unwrap();
    db.create_tables::<Note>().unwrap();
    for sql in [
        "CREATE TABLE written (kind text NOT NULL)",
        "CREATE FUNCTION note_statement() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN INSERT INTO written VALUES (TG_OP); RETURN NULL; END $$",
        "CREATE TRIGGER noted AFTER INSERT OR UPDATE ON long_note FOR EACH STATEMENT EXECUTE FUNCTION note_statement()",
    ] {
        db.execute(sql, ()).unwrap();
    }
    let statements = |kind: &str| one::<(i64,)>(db, &format!("SELECT count(*) FROM written WHERE kind = '{kind}'")).0;
    let content = |letter: &str| letter.repeat(1 << 10);
    let limit =
        |bytes| db.with_driver(|connection: &mut PostgresConnection| connection.set_most_together(bytes)).unwrap();
    let apart = Note::insert_all((0..40).map(|number| Note::new(number, content("a"))), db).unwrap();
    assert_eq!(statements("INSERT"), 1, "what fits is one statement");
    Note::query().delete(db).unwrap();
    assert_eq!(apart.len(), 40);
    db.execute("DELETE FROM written", ()).unwrap();
    limit(32 << 10);
    let inserted = Note::insert_all((0..40).map(|number| Note::new(number, content("a"))), db).unwrap();
    assert_eq!(statements("INSERT"), 2);
    assert_eq!(inserted.iter().map(|note| note.number).collect::<Vec<_>>(), (0..40).collect::<Vec<_>>());
    for note in &inserted {
        let stored = Note::query().filter(Note::ID.eq(note.id)).select(Note::NUMBER).one(db).unwrap();
        assert_eq!(stored, note.number);
    }
    let mut session = db.session().unwrap();
    for note in session.all(Note::query()).unwrap() {
        session[note].content = content("b");
    }
    session.commit().unwrap();
    assert_eq!(statements("UPDATE"), 2);
    let changed = "SELECT count(*) FROM long_note WHERE content = repeat('b', 1 << 10)";
    assert_eq!(one::<(i64,)>(db, changed), (40,));
}

#[test]
fn a_closure_that_ends_a_query_does_not_wait_for_the_rest() {
    let Some(fixture) = &Fixture::postgres() else { return };
    // What would take days is ended, and told from what was to be.
    let url = url_with_setting(fixture.url(), "statement_timeout", "60000");
    let db = Database::builder(&url).max_connections(1).connect().unwrap();
    db.create_tables::<Note>().unwrap();
    Note::insert_all((0..3000).map(|number| Note::new(number, "a")), &db).unwrap();
    let (second, third, fourth) = (alias!(Note), alias!(Note), alias!(Note));
    let endless = || {
        let pairs = Note::query().join(second.on(second.col(Note::ID).ne(of(Note::ID))));
        let triples = pairs.join(third.on(third.col(Note::ID).ne(of(Note::ID))));
        triples.join(fourth.on(fourth.col(Note::ID).ne(of(Note::ID))))
    };
    let same = one::<(i32,)>(&db, "SELECT pg_backend_pid()");
    let begun = Instant::now();
    let mut seen = 0;
    let ended = endless().each(&db, |_| {
        seen += 1;
        if seen < 10 { Ok(()) } else { Err(Error::rollback("enough")) }
    });
    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::Rollback { .. }));
    let chunk = endless().chunks(100, &db, |notes| Err(Error::rollback(notes.len().to_string())));
    assert_eq!(chunk.unwrap_err().to_string(), Error::rollback("100").to_string());
    assert!(seen == 10 && begun.elapsed() < Duration::from_secs(30));
    assert_eq!(one::<(i32,)>(&db, "SELECT pg_backend_pid()"), same);
    assert_eq!(one::<(i32,)>(&db, "SELECT 7"), (7,));
}

#[test]
fn what_may_do_more_than_read_runs_to_its_end_whatever_the_closure_says() {
    let Some(Fixture { db, .. }) = &Fixture::postgres() else { return };
    db.create_tables::<Note>().unwrap();
    db.execute(
        "CREATE FUNCTION noted(number int) RETURNS text LANGUAGE sql AS \
         $$ INSERT INTO long_note (number, content) VALUES (number, 'a'); SELECT repeat('a', 10000) $$",
        (),
    )
    .unwrap();
    let rows = sql!("SELECT 1::bigint AS id, number, noted(number) AS content FROM generate_series(1, 2000) AS number");
    let ended = Note::from_sql(rows).each(db, |_| Err(Error::rollback("enough")));
    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::Rollback { .. }));
    assert_eq!(Note::query().count(db).unwrap(), 2000);
}

#[test]
fn a_copy_before_another_statement_says_what_to_use() {
    ways(|db| {
        table(db);
        let statements = vec![Statement::count("COPY flow FROM STDIN"), insert().times(2)];
        let batch = Batch::new(statements, |statement, execution| match statement {
            0 => Vec::new(),
            _ => row(execution, "a".into()),
        });
        let error = db.run(batch).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
        assert!(error.to_string().contains("copy_in"), "{error}");
        assert_eq!(count(db), 0);
    });
}
