use crate::model::{ColumnList, Writable};
use crate::query::upsert::{Many, OnAnyConflict, OnConflict};

/// Models as the target of inserts that are more than rows of values: every model that can be written is one.
pub trait Insertable: Writable {
    /// Says by which columns drafts may meet rows that are there already, as [`Draft::on_conflict`](crate::Draft::on_conflict)
    /// of one: what happens then is said once for many drafts.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Tag,)>()?;
    /// let drafts = ["rust", "sql", "rust"].map(Tag::new);
    /// let tags = Tag::on_conflict(Tag::LABEL).do_nothing().insert_all(drafts, &db)?;
    /// assert_eq!(tags.iter().flatten().count(), 2);
    /// assert!(tags[2].is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn on_conflict(columns: impl ColumnList<Self>) -> OnConflict<Self, Many> {
        OnConflict::many(&columns)
    }

    /// Says that drafts may meet rows that are there already by any unique constraint, as
    /// [`Draft::on_any_conflict`](crate::Draft::on_any_conflict) of one.
    fn on_any_conflict() -> OnAnyConflict<Self, Many> {
        OnAnyConflict::new(Many)
    }
}

impl<M: Writable> Insertable for M {}
