//! Models: what the derive writes for a struct, and what every model can do with it.
//!
//! The generated code is data and thin implementations; everything else is here.

mod assign;
mod changes;
mod column;
mod column_list;
mod columns;
mod draft;
mod each;
mod events;
#[cfg(feature = "garde")]
pub mod garde;
mod handle;
mod insert;
mod key;
mod load;
mod nested;
#[cfg(feature = "serde")]
mod present;
mod reference;
mod refused;
mod row;
mod scope;
mod select;
mod store;
mod update;
mod violations;

pub use assign::{ByRow, ByValue, SetColumn};
pub use changes::{Changed, Changes, change_present};
pub use column::{ByDatabase, ByProgram, Column, Embedded, Settable};
pub use column_list::{AnyColumn, ColumnList};
pub use columns::{Columns, Defaulted, Record, Typed, all_have_defaults, embedded_foreign_key, foreign_key};
pub use draft::Draft;
pub(crate) use draft::{ColumnSet, Wait, complete};
pub(crate) use events::{Event, after_insert, written_columns};
pub use events::{Events, Written};
pub use handle::{ByHandle, Handle, RowId};
pub(crate) use insert::{Inserting, Run, prepare_unseen};
pub use key::{IntoKey, Key};
pub use load::{
    AnyRows, Depended, EagerLoad, Joining, Joins, Loader, Part, Path, ReadRows, Records, Related, SharedRow, Source,
};
pub(crate) use load::{
    Borrowed, Fetch, Keys, Loaders, One, Reading, Shape, by_key, each_once, follow, push_made, push_straight, typed,
};
pub use nested::NestedDrafts;
#[cfg(feature = "serde")]
pub use present::present;
pub use reference::{KeyPart, Parent, Reference, Referenced, RowReference, refer};
pub use row::{Model, Writable};
pub use scope::DefaultScope;
pub(crate) use select::{SelectAll, column_is, describe_row, not_found, not_found_by, push, push_normalized};
pub(crate) use store::{
    AnyStore, Copied, KeepRows, ParentKey, Pointing, State, Store, Tracks, Unwritten, Values, assign, fetch,
    fetch_again, keep, keep_newest, lost_row, merging, number, restore, row_by, value, values,
};
pub use store::{Dependents, Keeper, Led, Merging};
pub(crate) use update::{OnWrite, returned, set_on_write, unchanged};
pub use violations::Violations;
