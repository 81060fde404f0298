//! Relationships: every strategy gives the same rows, and each its own number of statements.

mod conditions;
mod declared;
mod fields;
mod joins;
mod keys;
mod links;
mod loads;
mod models;
mod serialized;
mod strategies;
