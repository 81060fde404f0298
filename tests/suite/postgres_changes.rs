//! Statements that a connection keeps prepared, once what they name is something else to the server: tables that others hide,
//! changes that are taken back, schemas of several tenants.

use ormcore::backend::postgres::PostgresConnection;
use ormcore::backend::{Connection, Statement, Step, Steps};
use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{Dialect, func};
use ormcore_tests::Fixture;

use crate::postgres_connect::one;

fn single(url: &str) -> Database {
    Database::builder(url).max_connections(1).connect().unwrap()
}

fn is_rolled_back<T: std::fmt::Debug>(ended: ormcore::Result<T>) -> bool {
    matches!(ended.unwrap_err().kind(), ErrorKind::Rollback { .. })
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_place")]
struct Place {
    #[column(primary_key)]
    id: i64,
    n: i32,
}

#[test]
fn a_temporary_table_that_hides_a_table_is_written_each_time() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.create_tables::<Place>().unwrap();
    let some = || [Place::new(1), Place::new(2)];
    for round in 1..=3 {
        db.transaction(|tx| {
            tx.execute("CREATE TEMP TABLE pg_place (LIKE pg_place INCLUDING ALL) ON COMMIT DROP", ())?;
            Place::insert_all(some(), tx)?;
            assert_eq!(Place::query().count(tx)?, 2, "round {round}");
            Ok(())
        })
        .unwrap();
        assert_eq!(Place::query().count(&db).unwrap(), 2 * (round - 1));
        Place::insert_all(some(), &db).unwrap();
    }
}

#[test]
fn whatever_makes_a_table_that_hides_another_it_is_the_one_that_is_read() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.create_tables::<Place>().unwrap();
    Place::new(1).insert(&db).unwrap();
    // From here on the search path has a place for temporary tables.
    db.transaction(|tx| tx.execute("CREATE TEMP TABLE pg_first (n integer) ON COMMIT DROP", ())).unwrap();
    let ways = [
        "CREATE TEMP TABLE pg_place AS SELECT * FROM pg_place WHERE false",
        "SELECT * INTO TEMP pg_place FROM pg_place WHERE false",
        "WITH none AS (SELECT * FROM pg_place LIMIT 0) SELECT * into\ntemp pg_place FROM none",
        "EXPLAIN ANALYZE CREATE TEMP TABLE pg_place AS SELECT * FROM pg_place WHERE false",
        "DO $$ BEGIN CREATE TEMP TABLE pg_place (id bigint, n integer); END $$",
        "CREATE TEMP VIEW pg_place AS SELECT 1 AS id, 2 AS n WHERE false",
    ];
    let make: [fn(&Transaction, &'static str) -> ormcore::Result<()>; 2] = [
        |tx, sql| tx.execute(sql, ()).map(drop),
        |tx, sql| tx.with_driver(|connection: &mut PostgresConnection| connection.execute_script(sql))?,
    ];
    for (way, make) in ways.iter().flat_map(|way| make.map(|make| (*way, make))) {
        for round in 1..=2 {
            let ended = db.transaction(|tx| {
                assert_eq!(Place::query().count(tx)?, 1);
                make(tx, way)?;
                assert_eq!(Place::query().count(tx)?, 0, "{way}, round {round}");
                Err::<(), _>(Error::rollback("enough"))
            });
            assert!(is_rolled_back(ended));
            assert_eq!(Place::query().count(&db).unwrap(), 1, "{way}");
        }
    }
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "pg_tone")]
enum Tone {
    Low,
    High,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pg_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    tone: Tone,
}

#[test]
fn tables_that_are_made_and_taken_back_are_made_again_as_if_they_were_new() {
    let Some(fixture) = &Fixture::postgres() else { return };
    for pooler in ["", "&pooler=transaction"] {
        let db = single(&format!("{}{pooler}", fixture.url()));
        for round in 1..=3 {
            let tx = db.test_transaction().unwrap();
            tx.create_tables::<(Note,)>().unwrap();
            let inserted = Note::new(Tone::High).insert(&tx);
            assert!(inserted.is_ok(), "round {round}{pooler}: {inserted:?}");
        }
    }
}

#[test]
fn a_change_that_is_taken_back_makes_no_conflict() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.create_tables::<Place>().unwrap();
    Place::new(1).insert(&db).unwrap();
    let retype = "ALTER TABLE pg_place ALTER COLUMN n TYPE bigint";
    let undone = db.transaction(|tx| {
        let undone = tx.savepoint(|tx| {
            tx.execute(retype, ())?;
            Place::query().all(tx)?;
            Err::<(), _>(Error::rollback("enough"))
        });
        assert!(is_rolled_back(undone));
        Place::query().all(tx)
    });
    assert_eq!(undone.unwrap().len(), 1);
    let read = |tx: &Transaction| {
        tx.execute("SELECT 1", ())?;
        Place::query().all(tx)
    };
    let undone = db.transaction(|tx| {
        tx.execute(retype, ())?;
        Place::query().all(tx)?;
        Err::<(), _>(Error::rollback("enough"))
    });
    assert!(is_rolled_back(undone));
    assert_eq!(db.transaction(read).unwrap().len(), 1);
    // COMMIT itself may be refused.
    db.execute("CREATE TABLE pg_late (n integer UNIQUE DEFERRABLE INITIALLY DEFERRED)", ()).unwrap();
    let refused = db.transaction(|tx| {
        tx.execute("INSERT INTO pg_late VALUES (1), (1)", ())?;
        tx.execute(retype, ())?;
        Place::query().all(tx)
    });
    assert!(refused.unwrap_err().is_unique_violation());
    assert_eq!(db.transaction(read).unwrap().len(), 1);
}

/// Sets the search path to a tenant's schema from within a query.
type SetPath = fn(&Transaction, &'static str) -> ormcore::Result<Option<String>>;

#[test]
fn each_tenant_has_statements_of_its_own() {
    let Some(fixture) = &Fixture::postgres() else { return };
    fixture.db.create_tables::<Note>().unwrap();
    let tenants = ["changes_tenant_1", "changes_tenant_2"];
    for tenant in tenants {
        fixture.db.execute(format!("CREATE SCHEMA {tenant}"), ()).unwrap();
        fixture
            .db
            .transaction(|tx| {
                tx.execute(format!("SET LOCAL search_path TO {tenant}"), ())?;
                tx.create_tables::<Note>()
            })
            .unwrap();
    }
    let lasting = "SET search_path TO {}";
    let ways = [
        "SET LOCAL search_path TO {}",
        "SET LOCAL SCHEMA '{}'",
        "SELECT set_config('search_path', '{}', true)",
        lasting,
    ];
    for pooler in ["", "&pooler=transaction"] {
        let db = single(&format!("{}{pooler}", fixture.url()));
        // The pooler's own connection keeps it.
        for way in ways.iter().filter(|way| pooler.is_empty() || **way != lasting) {
            for tenant in tenants {
                let ended = db.transaction(|tx| {
                    tx.execute(way.replace("{}", tenant), ())?;
                    Note::new(Tone::Low).insert(tx)?;
                    Note::query().filter(Note::TONE.eq(Tone::Low)).count(tx)
                });
                assert!(ended.is_ok(), "{way}{pooler}: {ended:?}");
                let own = db.transaction(|tx| {
                    tx.execute("SELECT 1", ())?;
                    Note::new(Tone::Low).insert(tx)?;
                    Note::query().filter(Note::TONE.eq(Tone::Low)).count(tx)
                });
                assert!(own.is_ok(), "{way}{pooler}: {own:?}");
            }
        }
        let bound = db.transaction(|tx| {
            tx.query_as::<(String,)>("SELECT set_config($1, $2, true)", ("search_path", tenants[0]))?;
            Note::new(Tone::Low).insert(tx)
        });
        assert!(bound.is_ok(), "{pooler}: {bound:?}");
        let built: [SetPath; 2] = [
            |tx, tenant| {
                let path = func("set_config", ("search_path", tenant, true)).returns::<String>();
                Note::query().select(path).first(tx)
            },
            |tx, tenant| Note::query().select(sql!(String: "set_config('search_path', {}, true)", tenant)).first(tx),
        ];
        for (set, tenant) in built.iter().flat_map(|set| tenants.map(|tenant| (set, tenant))) {
            let ended = db.transaction(|tx| {
                set(tx, tenant)?;
                Note::new(Tone::Low).insert(tx)
            });
            assert!(ended.is_ok(), "{tenant}{pooler}: {ended:?}");
        }
    }
    let count = |tenant: &str| one::<(i64,)>(&fixture.db, &format!("SELECT count(*) FROM {tenant}.pg_note")).0;
    let found = tenants.map(count);
    for tenant in tenants {
        fixture.db.execute(format!("DROP SCHEMA {tenant} CASCADE"), ()).unwrap();
    }
    assert_eq!((found, Note::query().count(&fixture.db).unwrap()), ([13, 11], 14));
}

#[test]
fn a_role_with_a_schema_of_its_own_reads_there_what_was_prepared_for_another() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.create_tables::<Place>().unwrap();
    Place::new(1).insert(&db).unwrap();
    let path = one::<(String,)>(&db, "SHOW search_path").0;
    let role = format!("{path}_role");
    let ended = db.transaction(|tx| {
        for sql in [
            format!("CREATE ROLE {role}"),
            format!("CREATE SCHEMA {role} AUTHORIZATION {role}"),
            format!("CREATE TABLE {role}.pg_place (LIKE pg_place)"),
            format!("GRANT SELECT ON {role}.pg_place TO {role}"),
            format!("SET LOCAL search_path TO \"$user\", {path}"),
        ] {
            tx.execute(sql, ())?;
        }
        for (sql, count) in [("SELECT 1", 1), (&format!("SET LOCAL ROLE {role}"), 0), ("RESET ROLE", 1)] {
            tx.execute(sql.to_string(), ())?;
            assert_eq!(Place::query().count(tx)?, count, "{sql}");
        }
        Err::<(), _>(Error::rollback("enough"))
    });
    assert!(is_rolled_back(ended));
}

/// Steps of the driver's user, who looks at no row.
struct Unread;

impl Steps for Unread {
    fn next(&mut self, _: &'static dyn Dialect, _: &mut Vec<Statement>) -> ormcore::Result<Step> {
        Ok(Step::Done)
    }
}

#[test]
fn what_ends_with_a_loan_makes_no_conflict_in_the_next() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let db = single(fixture.url());
    db.create_tables::<Place>().unwrap();
    let read = "SELECT n FROM pg_place";
    db.with_driver(|connection: &mut PostgresConnection| {
        connection.execute_script("CREATE TEMP TABLE pg_place (n bigint)")?;
        connection.execute(&[Statement::rows(read).raw()], &mut Unread)
    })
    .unwrap()
    .unwrap();
    let found = db.transaction(|tx| {
        tx.execute("SELECT 1", ())?;
        tx.query_as::<(i32,)>(read, ())
    });
    assert!(found.is_ok(), "{found:?}");
}

#[test]
fn what_changes_no_name_leaves_statements_prepared() {
    let Some(fixture) = &Fixture::postgres() else { return };
    let path = one::<(String,)>(&fixture.db, "SHOW search_path").0;
    let db = Database::builder(fixture.url())
        .max_connections(1)
        .on_connect(move |connection| connection.execute_script(&format!("SET search_path TO {path}")))
        .connect()
        .unwrap();
    db.create_tables::<Place>().unwrap();
    Place::query().count(&db).unwrap();
    let kept = "SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT%\"pg_place\"' AND statement NOT LIKE '%prepared%'";
    let name = || db.query_as::<(String,)>(kept, ()).unwrap();
    let first = name();
    assert_eq!(first.len(), 1);
    for harmless in [
        "SET LOCAL work_mem = '7MB'",
        "SELECT set_config('app.tenant', '7', true)",
        "SET LOCAL ROLE NONE",
        "SELECT 1 WHERE 'create table' = 'search_path' -- into",
        "SELECT '{\"schema\": 1}'::json ->> 'schema'",
        "INSERT INTO pg_place (n) VALUES (1)",
        "WITH gone AS (DELETE FROM pg_place RETURNING n) INSERT INTO pg_place (n) SELECT n FROM gone",
        "LOCK TABLE pg_place",
        "TRUNCATE pg_place",
        "NOTIFY pg_place",
        "SHOW work_mem",
    ] {
        db.transaction(|tx| tx.savepoint(|tx| tx.execute(harmless, ()))).unwrap();
        assert_eq!(name(), first, "{harmless}");
    }
    db.execute("SELECT 1", ()).unwrap();
    assert_eq!(name(), first, "after a reset");
}
