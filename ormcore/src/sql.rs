//! The statement tree, the writer that turns it into text, and the dialects that differ in it.
//!
//! Nothing here knows models, connections or rows: the tree holds names and values.

pub(crate) mod alias;
pub(crate) mod dialect;
pub(crate) mod expr;
pub(crate) mod lock;
pub(crate) mod statement;
pub(crate) mod writer;

pub use alias::Alias;
pub use dialect::{Dialect, DroppedTable, GeneratedKeys, Postgres, Sqlite};
pub use expr::{BinaryOperator, Expr, Like};
pub use lock::{HeldLocks, Lock, LockStrength};
pub use statement::{Delete, Direction, From, Join, JoinKind, Order, Rendered, Select, TableName, Update};
pub use writer::Writer;
