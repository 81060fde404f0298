//! `models_source`: what it writes compiles, for it is part of this program, and is what the database holds.
//! `SNAPSHOTS=write cargo test -p ormcore-tests --test reflected` writes it anew.
#![allow(clippy::unwrap_used)]

mod edges;
mod made;
mod used;

/// What is written of the tables of [`made`].
mod again {
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod postgres;
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod sqlite;
}

/// What is written of `odd.sqlite.sql` and `odd.postgres.sql`.
mod odd {
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod postgres;
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod sqlite;
}

/// What is written of `rough.sqlite.sql` and `rough.postgres.sql`.
mod rough {
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod postgres;
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod sqlite;
}

/// What is written of `sakila.sql`.
mod sakila {
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod postgres;
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod sqlite;
}

/// What is written of `shop.sqlite.sql` and `shop.postgres.sql`.
mod shop {
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod postgres;
    #[rustfmt::skip]
    #[allow(dead_code, unreachable_pub)]
    pub(crate) mod sqlite;
}

use std::cell::RefCell;
use std::path::Path;

use ormcore::__private::{Registered, inventory};
use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore::schema::Table;
use ormcore_tests::{Fixture, is_sqlite};

thread_local! {
    static MODULE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The models of the module that this thread has named.
struct Named;

impl TableList for Named {
    fn tables() -> Vec<&'static Table> {
        let all = inventory::iter::<Registered>.into_iter().map(|model| model.0);
        all.filter(|table| MODULE.with_borrow(|module| table.module == *module)).collect()
    }
}

/// Those of them whose tables a program makes.
struct Made;

impl TableList for Made {
    fn tables() -> Vec<&'static Table> {
        Named::tables().into_iter().filter(|table| !table.read_only).collect()
    }
}

/// Compares what is written of the tables to the file of this name, and the tables to the models in it; the same models
/// make tables that differ in nothing.
#[track_caller]
fn is_committed(name: &str, db: &Database, empty: &Database) {
    let (source, dialect) = (db.models_source().unwrap(), db.dialect().name());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("reflected").join(name).join(format!("{dialect}.rs"));
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "write") {
        std::fs::write(&file, &source).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    if let Some(line) = source.lines().zip(committed.lines()).position(|(now, then)| now != then) {
        let now = source.lines().nth(line).unwrap_or_default();
        panic!("{} is out of date from line {}, which is now\n{now}", file.display(), line + 1);
    }
    assert_eq!(source, committed, "{} is out of date", file.display());
    MODULE.set(format!("reflected::{name}::{dialect}"));
    assert_eq!(Named::tables().len(), committed.matches("\npub struct ").count(), "each is compiled");
    db.check_tables::<Named>().unwrap();
    // What is there under these names is enough.
    db.create_tables::<Named>().unwrap();
    assert_eq!(db.models_source().unwrap(), source);
    empty.create_tables::<Named>().unwrap();
    empty.check_tables::<Made>().unwrap();
    if name == "again" {
        assert_eq!(without_notes(&empty.models_source().unwrap()), without_notes(&source));
    }
}

/// What is left out is not made again.
fn without_notes(source: &str) -> String {
    source.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Two fresh databases of a kind.
fn on_two(make: impl Fn() -> Option<Fixture>, test: fn(&Database, &Database)) {
    if let (Some(one), Some(other)) = (make(), make()) {
        test(&one.db, &other.db);
    }
}

fn shop(db: &Database, empty: &Database) {
    let script = if is_sqlite(db) { include_str!("shop.sqlite.sql") } else { include_str!("shop.postgres.sql") };
    db.execute_script(script).unwrap();
    is_committed("shop", db, empty);
}

fn odd(db: &Database, empty: &Database) {
    let script = if is_sqlite(db) { include_str!("odd.sqlite.sql") } else { include_str!("odd.postgres.sql") };
    db.execute_script(script).unwrap();
    is_committed("odd", db, empty);
}

fn rough(db: &Database, empty: &Database) {
    let script = if is_sqlite(db) { include_str!("rough.sqlite.sql") } else { include_str!("rough.postgres.sql") };
    db.execute_script(script).unwrap();
    is_committed("rough", db, empty);
}

fn sakila(db: &Database, empty: &Database) {
    let numbered = if is_sqlite(db) { "INTEGER PRIMARY KEY" } else { "serial PRIMARY KEY" };
    db.execute_script(include_str!("sakila.sql").replace("NUMBERED", numbered)).unwrap();
    is_committed("sakila", db, empty);
}

fn again(db: &Database, empty: &Database) {
    db.create_tables::<(made::Station, made::Sensor, made::Reading, made::Report)>().unwrap();
    is_committed("again", db, empty);
}

#[test]
fn a_shop_on_sqlite() {
    on_two(|| Some(Fixture::sqlite_memory()), shop);
}

#[test]
fn a_shop_on_postgres() {
    on_two(Fixture::postgres, shop);
}

#[test]
fn odd_tables_on_sqlite() {
    on_two(|| Some(Fixture::sqlite_memory()), odd);
}

#[test]
fn odd_tables_on_postgres() {
    on_two(Fixture::postgres, odd);
}

#[test]
fn rough_tables_on_sqlite() {
    on_two(|| Some(Fixture::sqlite_memory()), rough);
}

#[test]
fn rough_tables_on_postgres() {
    on_two(Fixture::postgres, rough);
}

#[test]
fn sakila_on_sqlite() {
    on_two(|| Some(Fixture::sqlite_memory()), sakila);
}

#[test]
fn sakila_on_postgres() {
    on_two(Fixture::postgres, sakila);
}

#[test]
fn models_by_hand_are_written_again_on_sqlite() {
    on_two(|| Some(Fixture::sqlite_memory()), again);
}

#[test]
fn models_by_hand_are_written_again_on_postgres() {
    on_two(Fixture::postgres, again);
}
