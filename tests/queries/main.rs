//! The query language: each construct on every backend, beside SQL written by hand on the same data.
#![allow(clippy::unwrap_used)]

mod functions;
mod joins;
mod shop;
