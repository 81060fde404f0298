//! A declarative ORM for Rust.
//!
//! `#[derive(Model)]` turns annotated structs into tables, rows and relationships; queries are chained and checked by
//! the compiler; the same models run on any supported database, chosen by a URL at run time.
//!
//! ```standalone_crate
//! use ormcore::prelude::*;
//!
//! #[derive(Model, Debug, Clone, PartialEq)]
//! struct User {
//!     #[column(primary_key)]
//!     id: i64,
//!     #[column(unique, length = 80)]
//!     username: String,
//!     bio: Option<String>,
//!     #[column(default = true)]
//!     active: bool,
//! }
//!
//! let db = Database::connect("sqlite::memory:")?;
//! db.create_all()?;
//! let mut ann = User::new("ann").insert(&db)?;
//! ann.bio = Some("hello".into());
//! ann.update(&db)?;
//! let found = User::query().filter(User::USERNAME.starts_with("a")).order_by(User::ID).all(&db)?;
//! assert_eq!(found, [ann]);
//! # Ok::<(), ormcore::Error>(())
//! ```
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `sqlite` (default) | SQLite, embedded |
//! | `postgres` | PostgreSQL, through a client of ormcore's own |
//! | `tls` | encrypted connections to PostgreSQL, through rustls; it brings `postgres` |
//! | `chrono`, `time`, `jiff` | columns of their date and time types |
//! | `uuid` | columns of `uuid::Uuid`; `auto` makes version 7 |
//! | `json` | columns of `Json<T>` and `serde_json::Value` |
//! | `decimal` | columns of `rust_decimal::Decimal` |
//! | `serde` | `Serialize` and `Deserialize` for [`HasMany`], [`HasOne`], [`BelongsTo`], [`Page`] and [cursors](query::Cursor), not for [`Secret`]; [`present`] tells null from absent |
//! | `garde` | models that are validated by the rules of the crate `garde` |
//! | `tokio` | [`Database::run_blocking`]: blocking work beside asynchronous code |
//! | `axum` | an [`Error`] is an answer of a web server, with a status and without details |
//! | `tracing` | an event for each statement |
//!
//! # Databases
//!
//! The chapter on [databases] has the URLs and their options, the pool, what is the same on each of them, and which differences
//! remain.
//!
//! # Relationships
//!
//! The chapter on [relationships] shows each type of field and each way to load it, with the SQL that runs.
//!
//! # Queries
//!
//! The [cookbook] has recipes of the query language, each with its SQL and the line of SQLAlchemy that it is.
//!
//! # Sessions
//!
//! The chapter on [sessions] shows the unit of work: rows that are tracked, and one flush that writes what changed.
//!
//! # Web applications
//!
//! The chapter on [web] applications: blocking work beside asynchronous code, errors as answers, forms, bodies of requests,
//! and what a request costs.
//!
//! # When it does not compile
//!
//! The [commonest mistakes](mistakes), with what the compiler says to each and the cure.

// What the derive macros write names the crate so, in its own tests too.
#[cfg(test)]
extern crate self as ormcore;

pub mod backend;
mod database;
mod error;
mod macros;
mod model;
pub mod plan;
pub mod prelude;
pub mod query;
pub mod relation;
pub mod schema;
mod session;
pub mod sql;
pub mod value;

#[cfg(doc)]
#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}

#[cfg(doc)]
#[doc = include_str!("../docs/databases.md")]
pub mod databases {}

#[cfg(doc)]
#[doc = include_str!("../docs/mistakes.md")]
pub mod mistakes {}

#[cfg(doc)]
#[doc = include_str!("../docs/relationships.md")]
pub mod relationships {}

#[cfg(doc)]
#[doc = include_str!("../docs/session.md")]
pub mod sessions {}

#[cfg(doc)]
#[doc = include_str!("../docs/web.md")]
pub mod web {}

#[doc(hidden)]
pub mod __private;

pub use backend::{Isolation, TransactionOptions};
pub use database::{Database, DatabaseBuilder, Db, Transaction};
pub use error::{Difference, DifferenceKind, Error, ErrorKind, Result, Violation};
#[cfg(feature = "garde")]
pub use model::garde;
#[cfg(feature = "serde")]
pub use model::present;
pub use model::{
    AnyColumn, ByDatabase, ByHandle, ByProgram, ByRow, ByValue, Changes, Column, ColumnList, Columns, DefaultScope,
    Draft, Embedded, Handle, IntoKey, Key, Model, Parent, Record, Reference, Referenced, RowReference, SetColumn,
    Settable, Violations, Writable, Written,
};
pub use ormcore_derive::{Changes, ColumnType, Columns, Model, Row};
pub use plan::{LazyLoads, RepeatedLazyLoads};
pub use query::{Page, Predicate, Query, Upserted};
pub use relation::{BelongsTo, HasMany, HasOne, IntoLoad, Kind, Load, Loadable, Relation};
pub use session::{Change, Changeable, ColumnChange, Handles, IntoHandles, Operation, Session, SessionOptions};
#[cfg(feature = "json")]
pub use value::Json;
pub use value::{Secret, Value};
