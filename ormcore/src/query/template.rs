//! SQL that the program writes itself, with expressions and values in it.

mod arguments;
mod run;

use std::fmt;
use std::marker::PhantomData;

pub use arguments::{OnlyAbout, TableOf, TemplateArgument, TemplateArguments};

pub use run::RawQuery;

use crate::error::Result;
use crate::plan::{Execute, Executor, FromRow, RawSql, render};
use crate::query::functions::as_type;
use crate::query::{Aggregate, Computed, Condition, Has, Predicate, Source};
use crate::sql::{Dialect, Expr, Rendered, TemplatePart};
use crate::value::{ColumnType, ValueError};

/// SQL that the program writes itself, with expressions and values in it: what [`sql!`](crate::sql!) gives.
///
/// `Q` is what it is about: the models of the expressions. Where it is given to a query, these have to be part of it.
#[must_use = "SQL does nothing until it is given to a query, or run"]
pub struct Template<Q> {
    parts: Result<Vec<TemplatePart>, ValueError>,
    depth: usize,
    about: PhantomData<fn() -> Q>,
}

/// Makes SQL of a text that the program writes, with a place `{}` for each expression or value:
/// `sql!("lower({}) = {}", User::NAME, name)`.
///
/// The text is a literal, and values are never part of it: they travel as parameters. Columns and other expressions are
/// written as in any query, quoted, and are checked to be of a model of the query; models' tables are written by
/// [`table`](crate::sql::table), and all columns of one by `Model::all_columns()`.
///
/// Where a SELECT of the text reads the table of its own query once more, columns in it are of the rows that it reads there.
/// For columns of the row around it that table needs another name, `FROM {} AS other`, whose columns are text, `other.id`.
///
/// | where | how |
/// | --- | --- |
/// | a condition | `User::query().filter(sql!("..", ..))`; joined with others, `sql!(..).condition()` |
/// | an expression, whose type you say | `sql!(i64: "length({})", User::NAME)`, or `.typed::<i64>()` |
/// | an aggregate | `sql!("total({})", Payment::AMOUNT).aggregate::<f64>()` |
/// | a query's rows | `User::from_sql(sql!("SELECT ..", ..))`, to be filtered and joined like any other; of a `#[derive(Row)]` struct too |
/// | a statement | `sql!("SELECT ..", ..).query_as::<(i64, String)>().all(&db)`, `sql!("UPDATE ..", ..).execute(&db)` |
/// | a part of another | `sql!("{} OR {}", first, second)` |
///
/// A brace of the text is written twice, `{{`. What some database would take for a placeholder (`?`, `$1`, `:name`) does
/// not compile outside of quotes, nor does a place inside of quotes, a comment, a `;`, a quote or parenthesis that is not
/// closed, or another number of arguments than of places. Inside of quotes a `?` is a question mark on every database.
///
/// The rest of the text is the database's to check, and its own language: what differs between databases, differs here too.
/// On PostgreSQL a connection that ran it is [reset when it comes back](crate::databases#pool) to the pool: many such
/// statements are quicker in one transaction, within which nothing is reset.
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::sql;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// User::insert_all(["Ann", "Bob"].map(User::new), &db)?;
///
/// let ann = User::query().filter(sql!("lower({}) = {}", User::NAME, "ann"));
/// assert_eq!(ann.one(&db)?.name, "Ann");
/// let lengths = User::query().select((User::ID, sql!(i64: "length({})", User::NAME)));
/// assert_eq!(lengths.order_by(User::ID).all(&db)?, [(1, 3), (2, 3)]);
/// let all = sql!("SELECT {} FROM {}", User::all_columns(), sql::table::<User>()).query_as::<User>().all(&db)?;
/// assert_eq!(all.len(), 2);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[macro_export]
macro_rules! sql {
    (@place $argument:expr) => {
        ()
    };
    ($text:literal $(, $argument:expr)* $(,)?) => {{
        const _: () =
            $crate::__private::check_template($text, <[()]>::len(&[$($crate::sql!(@place $argument)),*]));
        $crate::__private::Template::new($text, ($($argument,)*))
    }};
    ($type:ty: $text:literal $($arguments:tt)*) => {
        $crate::sql!($text $($arguments)*).typed::<$type>()
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "sql!: the text is a literal, `sql!(\"lower({}) = {}\", User::NAME, name)`, or has a type before it, \
             `sql!(i64: \"..\")`: values are given after the text, and are never part of it"
        )
    };
}

/// The table of the model `M`, as an argument of [`sql!`](crate::sql!): its name, quoted, with its schema.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::sql;
/// # #[derive(Model)] struct Order { #[column(primary_key)] id: i64 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Order,)>()?;
/// let orders = sql!("SELECT count(*) FROM {}", sql::table::<Order>()).query_as::<(i64,)>().all(&db)?;
/// assert_eq!(orders, [(0,)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use]
pub const fn table<M>() -> TableOf<M> {
    TableOf::new()
}

impl<Q> Template<Q> {
    #[doc(hidden)]
    pub fn new<A: TemplateArguments<Source = Q>>(text: &'static str, arguments: A) -> Self {
        let (parts, depth) = arguments.fill(text);
        Template { parts, depth: depth + 1, about: PhantomData }
    }

    /// The SQL as an expression of this type, as which its values are read.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let length = sql!("length({})", User::NAME).typed::<i64>();
    /// let query = User::query().filter(length.gt(3));
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"WHERE (length("user"."name")) > ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn typed<T: ColumnType>(self) -> Computed<Q, T> {
        Computed::new(self.parts.map(|parts| as_type::<T>(Expr::Template(parts))), self.depth)
    }

    /// The SQL as an aggregate over the rows of a group, whose result is read as this type: an `Option` if it may be NULL.
    ///
    /// With `filter` or `over` it is a single call: what they say stands behind its last parenthesis.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql;
    /// # #[derive(Model)] struct Sale { #[column(primary_key)] id: i64, shop: String, amount: f64 }
    /// let median = sql!("percentile_cont(0.5) WITHIN GROUP (ORDER BY {})", Sale::AMOUNT).aggregate::<Option<f64>>();
    /// let medians = Sale::query().group_by(Sale::SHOP).select((Sale::SHOP, median));
    /// assert!(medians.sql(&ormcore::sql::Postgres)?.sql.contains(r#"percentile_cont(0.5) WITHIN GROUP (ORDER BY "sale"."amount")"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn aggregate<T: ColumnType>(self) -> Aggregate<Q, T> {
        Aggregate::own(self.parts.map(Expr::Template), self.depth)
    }

    /// The SQL as a condition, to be joined with others; alone, `filter` takes it as it is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql;
    /// use ormcore::sql::any_of;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let either = any_of((User::ID.eq(1), sql!("{} GLOB {}", User::NAME, "[A-F]*").condition()));
    /// let sql = User::query().filter(either).sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#"WHERE ("user"."id" = ?) OR ("user"."name" GLOB ?)"#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn condition(self) -> Predicate<Q> {
        Predicate::new(self.parts.map(Expr::Template), self.depth)
    }

    /// The same as SQL about one model, if it is about no other: what `and`, `or` and assignments of that model take.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::new("ann").insert(&db)?;
    /// let upper = sql!("upper({})", User::NAME).about::<User>().typed::<String>();
    /// assert_eq!(User::query().update(User::NAME.set(upper), &db)?, 1);
    /// assert_eq!(User::find(1, &db)?.name, "ANN");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn about<M: Source>(self) -> Template<M>
    where
        Q: OnlyAbout<M>,
    {
        Template { parts: self.parts, depth: self.depth, about: PhantomData }
    }

    /// The SQL as a statement whose rows are read as `R`: a tuple, or a model whose columns it lists in order. It is ended
    /// by `all`, `first`, `one` or `one_or_none`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql;
    /// # let db = Database::connect("sqlite::memory:")?;
    /// let row = sql!("SELECT {} + 1, {}", 41, "it's").query_as::<(i64, String)>().one(&db)?;
    /// assert_eq!(row, (42, "it's".to_string()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn query_as<R: FromRow>(self) -> RawQuery<R> {
        RawQuery::new(self.parts)
    }

    /// Runs it as a statement that gives no rows; ends in the number of rows changed.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::new("ann").insert(&db)?;
    /// let changed = sql!("UPDATE {} SET name = {}", sql::table::<User>(), "bob").execute(&db)?;
    /// assert_eq!(changed, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a value cannot be sent, or the database refuses the statement.
    pub fn execute<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, u64> {
        db.run(Execute::new(RawSql::Template(self.parts)))
    }

    /// The text and the values as they are sent to a database of this dialect.
    ///
    /// # Errors
    /// If a value cannot be sent.
    pub fn sql(self, dialect: &'static dyn Dialect) -> Result<Rendered> {
        render(self.parts, dialect)
    }

    /// Its parts, if all values can be sent.
    pub(super) fn into_parts(self) -> Result<Vec<TemplatePart>, ValueError> {
        self.parts
    }
}

#[diagnostic::do_not_recommend]
impl<S: Has<Q, I>, Q, I> Condition<S, I> for Template<Q> {
    fn into_expr(self) -> Result<Expr, ValueError> {
        Condition::<S, I>::into_expr(self.condition())
    }
}

impl<Q> Clone for Template<Q> {
    fn clone(&self) -> Self {
        Template { parts: self.parts.clone(), depth: self.depth, about: PhantomData }
    }
}

impl<Q> fmt::Debug for Template<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}
