//! The query language: each construct on every backend, beside SQL written by hand on the same data.
#![allow(clippy::unwrap_used)]

mod derived;
mod joins;
mod keyset;
mod prepared;
mod recursion;
mod shop;
