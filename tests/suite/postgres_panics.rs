//! Code of the program's that panics in the middle of a statement: what is left of its answers is nobody else's.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use ormcore::Value;
use ormcore::backend::postgres::PostgresConnection;
use ormcore::backend::{Connection, Row, Statement};
use ormcore::plan::FromRow;
use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::postgres_connect::{one, says};
use crate::postgres_pipeline::Batch;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_guest")]
struct Guest {
    #[column(primary_key)]
    id: i64,
    name: String,
}

/// One connection, and so many guests.
fn guests(url: &str, count: i64) -> Database {
    let db = Database::builder(url).max_connections(1).connect().unwrap();
    db.create_tables::<Guest>().unwrap();
    Guest::insert_all((0..count).map(|number| Guest::new(format!("guest {number}"))), &db).unwrap();
    db
}

fn panics<T>(work: impl FnOnce() -> T) {
    assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
}

/// A row that nobody can read.
struct Broken;

impl FromRow for Broken {
    fn from_row(_: &dyn Row) -> ormcore::Result<Self> {
        panic!("on purpose")
    }
}

#[test]
fn the_rows_that_a_panic_left_are_not_those_of_the_next_statement() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = guests(fixture.url(), 200);
    let own = || db.query_as::<(i64, String)>("SELECT $1::bigint, 'own'", (7,)).unwrap();
    let names = || Guest::query().filter(Guest::ID.eq(3)).all(&db).unwrap();
    let expected = (own(), names());
    panics(|| Guest::query().each(&db, |_| panic!("on purpose")));
    assert_eq!((own(), names()), expected);
    let mut seen = 0;
    panics(|| {
        Guest::query().each(&db, |_| {
            seen += 1;
            assert!(seen < 150, "on purpose");
            Ok(())
        })
    });
    assert_eq!((names(), own()), (expected.1.clone(), expected.0.clone()));
    panics(|| db.query_as::<Broken>("SELECT id, name FROM pg_guest", ()));
    assert_eq!((own(), names()), expected);
}

#[test]
fn a_value_that_panics_leaves_no_half_of_a_message() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = guests(fixture.url(), 3);
    let insert = || Statement::count("INSERT INTO pg_guest (name) VALUES ($1)").times(700);
    for at in [0, 3, 600] {
        panics(|| {
            db.run(Batch::new(vec![insert()], |_, execution| {
                assert!(execution < at, "on purpose");
                vec![Value::Text("half".into())]
            }))
        });
        assert_eq!(Guest::query().count(&db).unwrap(), 3, "{at}");
        // The transaction that was only begun until then keeps nothing either.
        let ended = db.transaction(|tx| {
            panics(|| tx.run(Batch::new(vec![insert()], |_, _| panic!("on purpose"))));
            Ok(())
        });
        says(&ended.unwrap_err(), &["panicked"]);
        assert_eq!(Guest::query().count(&db).unwrap(), 3, "{at}");
    }
}

#[test]
fn a_transaction_in_which_a_panic_was_caught_goes_on_with_answers_of_its_own() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = guests(fixture.url(), 50);
    let keys = db.transaction(|tx| {
        let first = Guest::new("first").insert(tx)?.id;
        panics(|| Guest::query().each(tx, |_| panic!("on purpose")));
        let second = Guest::new("second").insert(tx)?.id;
        panics(|| tx.query_as::<Broken>("SELECT id, name FROM pg_guest", ()));
        panics(|| tx.savepoint(|tx| Guest::query().each(tx, |_| panic!("on purpose"))));
        assert_eq!(tx.query_as::<(i64,)>("SELECT count(*) FROM pg_guest", ())?, [(52,)]);
        Ok((first, second, Guest::new("third").insert(tx)?.id))
    });
    assert_eq!(keys.unwrap(), (51, 52, 53));
    // Who lets it through has a rollback.
    panics(|| {
        db.transaction(|tx| {
            Guest::new("before").insert(tx)?;
            Guest::query().each(tx, |_| panic!("on purpose"))
        })
    });
    let last = Guest::query().order_by(Guest::ID.desc()).first(&db).unwrap().unwrap();
    assert_eq!((Guest::query().count(&db).unwrap(), last.name.as_str()), (53, "third"));
}

#[test]
fn a_transaction_that_a_panic_has_cut_short_says_so() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = guests(fixture.url(), 50);
    let refused = |ended: ormcore::Result<()>| {
        let error = ended.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connection { .. }) && !error.is_retryable(), "{error:?}");
        says(&error, &["panicked"]);
    };
    for goes_on in [false, true] {
        let ended = db.transaction(|tx| {
            Guest::new("before").insert(tx)?;
            let insert = Statement::count("INSERT INTO pg_guest (name) VALUES ($1)").times(2);
            panics(|| tx.run(Batch::new(vec![insert], |_, _| panic!("on purpose"))));
            if goes_on {
                refused(Guest::new("after").insert(tx).map(drop));
                refused(tx.query_as::<(i64,)>("SELECT count(*) FROM pg_guest", ()).map(drop));
                refused(tx.savepoint(|tx| Guest::new("inside").insert(tx).map(drop)));
            }
            Ok(())
        });
        refused(ended);
        assert_eq!(Guest::query().count(&db).unwrap(), 50);
    }
}

/// Gives or takes so many chunks, and panics.
struct Panicking(usize);

impl Panicking {
    fn step(&mut self) {
        assert!(self.0 > 0, "on purpose");
        self.0 -= 1;
    }
}

impl Read for Panicking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.step();
        "9000\tlost\n".as_bytes().read(buffer)
    }
}

impl Write for Panicking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.step();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_copy_that_panics_leaves_nothing_to_the_next_statement() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = guests(fixture.url(), 1000);
    let own = || one::<(i64, String)>(&db, "SELECT count(*), 'own' FROM pg_guest");
    let expected = own();
    let copies: [fn(&mut PostgresConnection, usize) -> ormcore::Result<u64>; 2] = [
        |connection, chunks| connection.copy_in("COPY pg_guest FROM STDIN", Panicking(chunks.min(1))),
        |connection, chunks| connection.copy_out("COPY pg_guest TO STDOUT", Panicking(chunks)),
    ];
    for copy in copies {
        for chunks in [0, 1, 900] {
            panics(|| db.with_driver(|connection: &mut PostgresConnection| copy(connection, chunks)));
            assert_eq!(own(), expected);
            db.with_driver(|connection: &mut PostgresConnection| {
                panics(|| copy(connection, chunks));
                assert!(!connection.is_usable());
                says(&connection.execute_script("SELECT 1").unwrap_err(), &["panicked"]);
                says(&connection.ping().unwrap_err(), &["panicked"]);
                says(&connection.copy_out("COPY pg_guest TO STDOUT", io::sink()).unwrap_err(), &["panicked"]);
            })
            .unwrap();
            assert_eq!(own(), expected);
        }
    }
}
