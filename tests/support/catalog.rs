//! What tests ask of a database beside ormcore, in each one's words.

use ormcore::Result;
use ormcore::prelude::*;

/// The names of all tables, sorted.
///
/// # Errors
/// If the database cannot be asked.
pub fn tables(db: &Database) -> Result<Vec<String>> {
    let sql = if is_sqlite(db) {
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    };
    Ok(db.query_as::<(String,)>(sql, ())?.into_iter().map(|(name,)| name).collect())
}

/// Lets keys of the tables that are there point nowhere; on SQLite only where the database is in memory.
///
/// # Errors
/// If the database refuses.
pub fn ignore_foreign_keys(db: &Database) -> Result<()> {
    let sql = if is_sqlite(db) {
        "PRAGMA foreign_keys = OFF"
    } else {
        "DO $$ DECLARE key record; BEGIN
           FOR key IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
             WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
           LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.place, key.conname); END LOOP;
         END $$"
    };
    db.execute(sql, ())?;
    Ok(())
}

/// Whether it is SQLite: for what databases differ in by nature.
#[must_use]
pub fn is_sqlite(db: &Database) -> bool {
    db.dialect().name() == "sqlite"
}
