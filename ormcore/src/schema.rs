//! What a table is, as constant data: its columns, keys, indexes and constraints.
//!
//! The derive writes these descriptions; nothing here knows connections or the user's structs.

pub(crate) mod check;
mod column;
mod constraint;
pub(crate) mod ddl;
mod embedded;
pub(crate) mod enums;
pub(crate) mod found;
mod full_text;
mod index;
mod link;
pub(crate) mod naming;
pub(crate) mod order;
pub(crate) mod registry;
mod said;
mod scope;
pub(crate) mod source;
pub(crate) mod statements;
mod table;

pub use column::{Column, GeneratedAs, References};
pub use constraint::{Action, ForeignKey};
pub use embedded::{concat, names, only_read, prefixed, prefixed_length, prefixed_names, prefixed_text};
pub use full_text::FullText;
pub(crate) use index::B_TREE;
pub use index::{Index, IndexPart, included};
pub(crate) use link::is_swapped;
pub use link::{LinkTable, RegisteredLink};
pub use registry::Registered;
pub(crate) use said::Said;
pub(crate) use scope::{Lifted, note_asked, scopes_asked};
pub use statements::Statements;
pub(crate) use table::OwnedForeignKey;
pub use table::Table;
