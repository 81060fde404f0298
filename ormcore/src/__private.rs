//! What generated code names. Not part of the interface: it changes without notice.

pub use std::borrow::Cow;
pub use std::convert::Into;
pub use std::default::Default;
pub use std::ops::FnMut;
pub use std::option::Option;
pub use std::primitive::{bool, i64};
pub use std::result::Result as StdResult;
pub use std::result::Result::{Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;
pub use std::{module_path, unreachable};

pub use inventory;

pub use crate::backend::{Reader, Row as BackendRow};
pub use crate::error::Result;
pub use crate::model::{
    ByDatabase, Changed, Changes, Column, Columns, DefaultScope, Defaulted, Depended, Draft, Embedded, Events, KeyPart,
    Model, Record, Reference, Referenced, Related, RowReference, Typed, Writable, all_have_defaults, change_present,
    embedded_foreign_key, foreign_key, refer,
};
pub use crate::plan::{Executor, FromRow};
pub use crate::query::Template;
pub use crate::query::{
    Aliased, Assignment, Assignments, ByChanges, Expression, Place, Predicate, Query, RowColumns, RowFields, RowStruct,
    Searched, Source, assignments_of, is_searched, read_by_name, scope_of,
};
pub use crate::relation::{
    Backref, BelongsTo, Cascade, Dynamic, Filtered, HasMany, HasOne, Link, ManyToMany, Names, Nullable, Relation,
    SelfReferential, Strategy, ToOne, check_pair, filter, filter_through, key_column, order_by, order_through,
};
pub use crate::schema::{self, Registered, Statements};
pub use crate::sql::Alias;
pub use crate::sql::template::check_template;
pub use crate::value::{
    ColumnType, Element, Field, FromValue, Generated, IntoColumn, Parameters, SqlType, ToValue, Value, ValueError,
    Version,
};
