//! The suite: behaviour through the public interface, on every backend.

mod plans;
