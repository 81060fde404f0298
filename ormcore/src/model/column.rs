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
///
/// `W` is who writes it: the program, or for a `generated` or `read_only` column the database alone, and then it is in no
/// `set`.
pub struct Column<M, T, W = ByProgram> {
    index: usize,
    name: &'static str,
    types: PhantomData<Types<M, T, W>>,
}

type Types<M, T, W> = fn() -> (M, T, W);

impl<M, T, W> Column<M, T, W> {
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

impl<M, T, W> Clone for Column<M, T, W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, W> Copy for Column<M, T, W> {}

impl<M, T, W> fmt::Debug for Column<M, T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({:?})", self.name)
    }
}

/// Who writes a [`Column`]: the program.
#[derive(Debug)]
pub struct ByProgram;

/// Who writes a [`Column`]: the database alone, for it is `generated` or `read_only`.
///
/// A function that takes columns of both kinds leaves it open:
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::{ByDatabase, Column};
///
/// #[derive(Model)]
/// struct Line {
///     #[column(primary_key)]
///     id: i64,
///     unit_price: i64,
///     #[column(generated = "unit_price * 2")]
///     pair_price: i64,
/// }
///
/// fn heading<M, T, W>(column: Column<M, T, W>) -> String {
///     column.name().replace('_', " ")
/// }
///
/// const PAIR: Column<Line, i64, ByDatabase> = Line::PAIR_PRICE;
/// assert_eq!((heading(Line::UNIT_PRICE).as_str(), heading(PAIR).as_str()), ("unit price", "pair price"));
/// ```
#[derive(Debug)]
pub struct ByDatabase;

/// A column that a program can set.
#[diagnostic::on_unimplemented(
    message = "a column that only the database writes cannot be set",
    label = "this column is `generated` or `read_only`",
    note = "leave it out: the row in hand has the database's value after an insert and an update; to change that of a \
            `generated` column, set the columns that it is computed from"
)]
pub trait Settable {}

#[diagnostic::do_not_recommend]
impl Settable for ByProgram {}

/// The columns of a struct `C` that is embedded in the model `M` by `flatten`: what `Post::COUNTERS` is.
///
/// A struct is embedded several times where a prefix tells the columns apart:
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Columns, Debug, PartialEq)]
/// struct Address {
///     street: String,
///     city: String,
/// }
///
/// #[derive(Model)]
/// struct Order {
///     #[column(primary_key)]
///     id: i64,
///     #[column(flatten, prefix = "billing_")]
///     billing: Address,
///     #[column(flatten, prefix = "shipping_")]
///     shipping: Address,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Order,)>()?;
/// let address = |city: &str| Address { street: "Main Street 1".into(), city: city.into() };
/// Order::new(address("Bree"), address("Rivendell")).insert(&db)?;
/// let city = Order::SHIPPING.col(Address::CITY);
/// assert_eq!(city.name(), "shipping_city");
/// assert_eq!(Order::query().filter(city.eq("Rivendell")).one(&db)?.billing, address("Bree"));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Embedded<M, C> {
    first: usize,
    /// The model's names for the columns, if those are others than the struct's.
    names: &'static [&'static str],
    types: PhantomData<fn() -> (M, C)>,
}

impl<M, C> Embedded<M, C> {
    /// The columns from a position of the model's on: for the derive.
    #[must_use]
    pub const fn new(first: usize) -> Self {
        Embedded { first, names: &[], types: PhantomData }
    }

    /// The columns from a position of the model's on, with a prefix before their names: for the derive.
    #[must_use]
    pub const fn prefixed(first: usize, names: &'static [&'static str]) -> Self {
        Embedded { first, names, types: PhantomData }
    }

    /// The names with the prefix: for the derive.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        self.names
    }

    /// The position of its first column.
    pub(super) const fn first(self) -> usize {
        self.first
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
    pub const fn col<T, W>(self, column: Column<C, T, W>) -> Column<M, T, W> {
        let name = if self.names.is_empty() { column.name } else { self.names[column.index] };
        Column::new(self.first + column.index, name)
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
