//! Models where names, lints and places get in each other's way. Each has to compile as it is, and to work.
#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications, warnings)]
#![deny(clippy::all, clippy::pedantic)]
#![allow(clippy::unwrap_used)]

mod aliases;
mod bare;
mod deprecated;
mod fields;
mod made;
mod places;
mod relationships;
mod ring;
mod types;
