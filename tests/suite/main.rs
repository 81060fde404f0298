//! The suite: behaviour through the public interface, on every backend.
#![allow(clippy::unwrap_used)]

mod bulk;
mod chains;
mod concurrency;
mod conditions;
mod constraints;
mod defaults;
mod embedded;
mod errors;
mod foreign_keys;
mod insert_many;
mod keys;
mod lists;
mod models;
mod names;
mod ordering;
mod pages;
mod plans;
mod predicates;
mod queries;
mod raw;
mod recording;
mod rows;
mod secrets;
mod semantics;
mod sqlite_concurrency;
mod sqlite_connect;
mod sqlite_ddl;
mod sqlite_errors;
mod sqlite_schema;
mod text_match;
mod transactions;
mod values;
mod versions;
mod views;
mod wide;
