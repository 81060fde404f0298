use crate::model::{ColumnList, Writable};
use crate::plan::Executor;
use crate::query::select::InsertFrom;
use crate::query::upsert::{Many, OnAnyConflict, OnConflict};
use crate::query::{InsertColumns, Select};

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

    /// Inserts the rows that a query gives (`INSERT .. SELECT`), without reading them: what it selects goes into these
    /// columns, in order. Ends in the number of rows inserted.
    ///
    /// Defaults, `on_write` columns and versions are filled in as in a draft, with one value for all rows; keys that the
    /// database generates may be left out. As the rows are not read, none of the model's
    /// [events](crate::sessions#events-and-validation) is called for them, and none of them is validated.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, title: String, year: i32 }
    /// # #[derive(Model)] struct Archive { #[column(primary_key)] id: i64, title: String, #[column(default = 1)] copies: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Post, Archive)>()?;
    /// # Post::insert_all([Post::new("a", 1999), Post::new("b", 2024)], &db)?;
    /// let old = Post::query().filter(Post::YEAR.lt(2000)).select((Post::ID, Post::TITLE));
    /// assert_eq!(Archive::insert_from((Archive::ID, Archive::TITLE), old, &db)?, 1);
    /// assert_eq!(Archive::find(1, &db)?.copies, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a column that needs a value is not among them, a unique one would get its default, or a row breaks a constraint;
    /// none is inserted then.
    fn insert_from<'p, S: 'static, R: Send + 'static, E: Executor + 'p>(
        columns: impl InsertColumns<Self, R>,
        rows: Select<S, R>,
        db: E,
    ) -> E::Out<'p, u64> {
        db.run(InsertFrom::<Self, S, R>::new(columns.positions(), rows))
    }
}

impl<M: Writable> Insertable for M {}
