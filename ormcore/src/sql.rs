//! The statement tree, the writer that turns it into text, and the dialects that differ in it.
//!
//! Nothing here knows models, connections or rows: the tree holds names and values.

pub(crate) mod alias;
pub(crate) mod compound;
pub(crate) mod dialect;
pub(crate) mod expr;
pub(crate) mod full_text;
pub(crate) mod function;
pub(crate) mod lock;
pub(crate) mod pieces;
pub(crate) mod statement;
pub(crate) mod template;
pub(crate) mod walk;
pub(crate) mod window;
pub(crate) mod writer;

pub use alias::Alias;
pub use compound::{CommonTable, Compound, SetOperator};
pub use dialect::{AskedTable, Catalog, Detail, DetailKind, Dialect, DroppedTable, GeneratedKeys, Postgres, Sqlite};
pub use expr::{BinaryOperator, Expr, Like};
pub use full_text::{Term, TermGroup, Terms, TextAnswer, TextColumn, TextIndex, TextSearch};
pub use function::{DatePart, DateUnit, Function};
pub use lock::{HeldLocks, Lock, LockStrength};
pub use statement::{Delete, Direction, From, Join, JoinKind, Order, Rendered, Select, TableName, Update, UpdateFrom};
pub use template::TemplatePart;
pub use window::{Aggregate, AggregateFunction, Frame, FrameBound, FrameUnit, Window};
pub use writer::Writer;

// What queries are made of besides columns: written as `ormcore::sql::count()`, made where the models are known.
pub use crate::query::{
    all_of, any_of, case, coalesce, count, cume_dist, dense_rank, exists, first_value, func, greatest, lag, last_value,
    lead, least, now, ntile, nullif, of, percent_rank, proposed, rank, row_number, table,
};
