//! Relationships: every strategy gives the same rows, and each its own number of statements.

mod again;
mod aggregates;
mod batched;
mod conditions;
mod declared;
mod edges;
mod fields;
mod filtered;
mod joins;
mod key_order;
mod keys;
mod lazy_loads;
mod links;
mod loads;
mod models;
mod nested;
mod ranges;
mod serialized;
mod single;
mod strategies;
mod tenants;
