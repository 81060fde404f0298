use crate::backend::Reader;
use crate::error::Result;
use crate::model::{ByProgram, Column, Settable};
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

    /// How many they are: of an embedded struct told without them, for they may point to a column that is counted by it.
    const COUNT: usize = Self::COLUMNS.len();

    /// The names of an embedded struct's, told without them for the same reason: a prefix makes others of them. A model has
    /// none here.
    const NAMES: &'static [&'static str] = &[];

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
pub const fn foreign_key<F, M, T>(column: Column<M, T, impl Referable>) -> &'static str
where
    F: ForeignKeyTo<T>,
{
    column.name()
}

/// As [`foreign_key`], of a column whose type its constant shows: one of an embedded struct.
#[must_use]
pub const fn embedded_foreign_key<N, F, M, T>(
    _: Column<N, F, impl Settable>,
    column: Column<M, T, impl Referable>,
) -> &'static str
where
    F: ForeignKeyTo<T>,
{
    column.name()
}

/// Who writes a column that a foreign key may reference.
#[diagnostic::on_unimplemented(
    message = "a foreign key cannot reference a column that only the database writes",
    label = "this column is `generated` or `read_only`",
    note = "reference the primary key, or a unique column that the program writes"
)]
pub trait Referable {}

#[diagnostic::do_not_recommend]
impl Referable for ByProgram {}

/// A type of foreign-key columns that may reference columns of type `T`: `T` itself and `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot reference a column of type `{T}`",
    label = "the types of the foreign key and of the column it references differ",
    note = "give the field the type `{T}` or `Option<{T}>`"
)]
pub trait ForeignKeyTo<T> {}

#[diagnostic::do_not_recommend]
impl<T> ForeignKeyTo<T> for T {}
#[diagnostic::do_not_recommend]
impl<T> ForeignKeyTo<T> for Option<T> {}
#[diagnostic::do_not_recommend]
impl<T> ForeignKeyTo<Undecided<T>> for T {}

/// The type of no column. With it there is always more than one impl to choose from, so that the compiler looks at the
/// column that is referenced and tells the mismatch in the words above.
#[derive(Debug)]
pub struct Undecided<T>(T);

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

/// A type whose columns can have `default` alone.
#[diagnostic::on_unimplemented(
    message = "`default` alone needs a type with a default, and `{Self}` has none",
    label = "this type does not implement `Default`",
    note = "implement `Default` for it, or write the value: `#[column(default = ..)]`"
)]
pub trait Defaulted {
    /// As [`Default::default`].
    fn defaulted() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> Defaulted for T {
    fn defaulted() -> Self {
        T::default()
    }
}

/// What generated code asks of a field's type, through one trait, so that a type that no column can have gives one
/// message and not one for each use.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that a column can have",
    label = "this is no column type",
    note = "a newtype or a field-less enum becomes one by `#[derive(ColumnType)]`, and a struct of columns is embedded by `#[column(flatten)]`",
    note = "a `Vec<..>` is a column if its elements are of a column type that is neither bytes nor a list; rows of another model are a relationship, `HasMany<..>`",
    note = "`Json<T>` needs `T: Serialize + DeserializeOwned`: `#[derive(Serialize, Deserialize)]` on it; `Json` and the types of chrono, time, jiff, uuid and rust_decimal need a feature of ormcore"
)]
pub trait Typed: Sized {
    /// The type itself.
    type Type: ColumnType;

    /// A column of this type, without a name.
    const COLUMN: schema::Column;

    /// As [`Reader::get`].
    ///
    /// # Errors
    /// As [`Reader::get`].
    fn read(reader: &Reader<'_>, index: usize) -> Result<Self>;

    /// As [`ColumnType::placeholder`].
    fn placeholder() -> Self;

    /// The value as a field whose type is not known.
    fn field(&self) -> &dyn Field;

    /// The value as a field whose type is not known, to be changed.
    fn field_mut(&mut self) -> &mut dyn Field;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Typed for T {
    type Type = T;

    const COLUMN: schema::Column = schema::Column::of::<T>();

    fn read(reader: &Reader<'_>, index: usize) -> Result<Self> {
        reader.get(index)
    }

    fn placeholder() -> Self {
        <T as ColumnType>::placeholder()
    }

    fn field(&self) -> &dyn Field {
        self
    }

    fn field_mut(&mut self) -> &mut dyn Field {
        self
    }
}
