use crate::backend::Reader;
use crate::error::Result;
use crate::schema;
use crate::value::{ColumnType, Field};

/// A row whose model is not known here: its fields by position.
pub trait Record: Send + Sync {
    /// The field at a position of [`Columns::COLUMNS`].
    ///
    /// # Panics
    /// If there is no such position: positions come from the same derive.
    fn field(&self, index: usize) -> &dyn Field;

    /// The field at a position of [`Columns::COLUMNS`], to be changed.
    ///
    /// # Panics
    /// If there is no such position: positions come from the same derive.
    fn field_mut(&mut self, index: usize) -> &mut dyn Field;
}

/// A struct whose fields are columns: a model, or a struct embedded in models by `flatten`.
///
/// `#[derive(Columns)]` implements it for the embedded ones, `#[derive(Model)]` for models.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Columns, Debug, Clone, PartialEq)]
/// struct Counters {
///     #[column(default = 0)]
///     views: i64,
///     #[column(default = 0)]
///     likes: i64,
/// }
///
/// #[derive(Model, Debug)]
/// struct Post {
///     #[column(primary_key)]
///     id: i64,
///     title: String,
///     #[column(flatten, default)]
///     counters: Counters,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Post,)>()?;
/// Post::new("hello").with(|post| post.counters.views = 7).insert(&db)?;
/// let seen = Post::query().filter(Post::COUNTERS.col(Counters::VIEWS).gt(5)).one(&db)?;
/// assert_eq!(seen.counters, Counters { views: 7, likes: 0 });
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no columns",
    label = "this is no struct of columns",
    note = "derive `Columns` for a struct that is embedded by `#[column(flatten)]`"
)]
pub trait Columns: Record + Sized + 'static {
    /// The columns, in the order of the fields.
    const COLUMNS: &'static [schema::Column];

    /// Reads the fields from a row.
    ///
    /// # Errors
    /// If a value does not fit its field; the error names table and column.
    fn decode(reader: &Reader<'_>) -> Result<Self>;

    /// A row of defaults, and of placeholders where there is no default.
    fn initial() -> Self;

    /// Gives the value of each `on_write` column to `set`, with its position.
    fn on_write(set: &mut dyn FnMut(usize, &dyn Field)) {
        let _ = set;
    }
}

/// Proves that a foreign key of type `F` may reference a column of type `T`; evaluates to the column's name.
#[must_use]
pub const fn foreign_key<F, M, T>(column: crate::model::Column<M, T>) -> &'static str
where
    F: ForeignKeyTo<T>,
{
    column.name()
}

/// A type of foreign-key columns that may reference columns of type `T`: `T` itself and `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot reference a column of type `{T}`",
    label = "the types of the foreign key and of the column it references differ",
    note = "give the field the type `{T}` or `Option<{T}>`"
)]
pub trait ForeignKeyTo<T> {}

impl<T: ColumnType> ForeignKeyTo<T> for T {}
impl<T: ColumnType> ForeignKeyTo<T> for Option<T> {}

/// Proves that every column of an embedded struct has a value without the program giving one, as `flatten, default`
/// promises.
///
/// # Panics
/// At compile time, if one has not.
pub const fn all_have_defaults(columns: &[schema::Column]) {
    let mut index = 0;
    while index < columns.len() {
        assert!(
            !columns[index].required(),
            "`flatten, default` needs a default for every column of the embedded struct: \
             give each `#[column(default = ..)]`, or leave out `default` here and pass the struct to `new`"
        );
        index += 1;
    }
}
