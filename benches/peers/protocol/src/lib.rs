//! What the programs of the comparison share.
//!
//! A peer is a program of its own, for no two of them can link the same SQLite. It implements [`Peer`] and calls
//! [`serve`], which reads a line from its input, does what the line says and answers with one line: see
//! [`Request`]. What every peer does is an [`Operation`]; what it must give is [`expected`], computed without a database.

mod content;
mod expected;
mod operation;
mod peer;
mod place;
mod race;
mod request;
mod rows;
mod schema;
mod serve;
mod work;

pub use content::{Content, Digest, Ordered};
pub use expected::expected;
pub use operation::Operation;
pub use peer::{Change, Clock, Peer, Readers};
pub use place::Place;
pub use race::race;
pub use request::Request;
pub use rows::{Comment, NewUser, Page, Post, Tag, User, Wide, Word};
pub use serve::{ready, serve};

/// Errors are only told.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
