use std::fmt;
use std::marker::PhantomData;

/// A column of the model `M` whose fields have the type `T`: what `User::EMAIL` is.
///
/// It is compared, ordered by and set through [`Expression`](crate::query::Expression):
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     email: String,
/// }
///
/// let query = User::query().filter(User::EMAIL.eq("ann@example.org"));
/// let statement = query.sql(&ormcore::sql::Sqlite)?;
/// assert!(statement.sql.ends_with(r#"WHERE "user"."email" = ?"#));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Column<M, T> {
    index: usize,
    name: &'static str,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at a position of the model's columns, with its name in the database: for the derive.
    #[must_use]
    pub const fn new(index: usize, name: &'static str) -> Self {
        Column { index, name, types: PhantomData }
    }

    /// Its position among the model's columns.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, email: String }
    /// assert_eq!(User::EMAIL.index(), 2);
    /// ```
    #[must_use]
    pub const fn index(self) -> usize {
        self.index
    }

    /// Its name in the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, #[column(name = "full_name")] name: String }
    /// assert_eq!(User::NAME.name(), "full_name");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({:?})", self.name)
    }
}

/// The columns of a struct `C` that is embedded in the model `M` by `flatten`: what `Post::COUNTERS` is.
pub struct Embedded<M, C> {
    first: usize,
    types: PhantomData<fn() -> (M, C)>,
}

impl<M, C> Embedded<M, C> {
    /// The columns from a position of the model's on: for the derive.
    #[must_use]
    pub const fn new(first: usize) -> Self {
        Embedded { first, types: PhantomData }
    }

    /// The embedded struct's column as a column of the model.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Columns)] struct Counters { views: i64 }
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, #[column(flatten)] counters: Counters }
    /// let popular = Post::query().filter(Post::COUNTERS.col(Counters::VIEWS).gt(100));
    /// assert!(popular.sql(&ormcore::sql::Sqlite)?.sql.contains("views"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub const fn col<T>(self, column: Column<C, T>) -> Column<M, T> {
        Column::new(self.first + column.index, column.name)
    }
}

impl<M, C> Clone for Embedded<M, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, C> Copy for Embedded<M, C> {}

impl<M, C> fmt::Debug for Embedded<M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Embedded({})", self.first)
    }
}
