//! The suite: behaviour through the public interface, on every backend.
#![allow(clippy::unwrap_used)]

mod plans;
