//! The query language: each construct on every backend, beside SQL written by hand on the same data.
#![allow(clippy::unwrap_used)]

mod inserting;
mod joins;
mod raw;
mod shop;
mod upserts;
mod writes;
