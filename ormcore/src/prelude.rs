//! What a program that uses ormcore imports: `use ormcore::prelude::*;`.

#[cfg(feature = "json")]
pub use crate::Json;
pub use crate::plan::{Executor, Plan};
#[cfg(feature = "json")]
pub use crate::query::JsonFunctions;
pub use crate::query::{
    Aggregates, ArrayFunctions, Casts, DateFunctions, Expression, Insertable, NumberFunctions, Queryable, RowStruct,
    TextFunctions,
};
pub use crate::{
    BelongsTo, Changes, ColumnType, Columns, Database, Db, Draft, Error, ErrorKind, Handle, HasMany, HasOne, Isolation,
    Model, Page, Parent, Predicate, Query, Row, Secret, Session, Transaction, TransactionOptions, Writable,
};
