//! What generated code names. Not part of the interface: it changes without notice.

pub use inventory;
pub use std::borrow::Cow;
pub use std::default::Default;
pub use std::option::Option;
pub use std::result::Result::Ok;
pub use std::string::String;
pub use std::unreachable;

pub use std::vec::Vec;

pub use crate::backend::Reader;
pub use crate::error::Result;
pub use crate::model::{
    Column, Columns, Defaulted, Draft, Embedded, Model, Record, Reference, Referenced, Related, Typed, Writable,
    all_have_defaults, foreign_key, refer,
};
pub use crate::plan::Executor;
pub use crate::query::{Aliased, Place, Query, Template, place};
pub use crate::relation::{
    Backref, BelongsTo, Cascade, Dynamic, HasMany, HasOne, Link, ManyToMany, Names, Nullable, Relation,
    SelfReferential, Strategy, ToOne, check_pair, key_column, order_by, order_through,
};
pub use crate::schema::{self, Registered, Statements};
pub use crate::sql::template::check_template;
pub use crate::value::{ColumnType, Element, Field, FromValue, Generated, IntoColumn, ToValue, Value, ValueError};
