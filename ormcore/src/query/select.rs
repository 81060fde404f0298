//! Queries that give what they select, and not whole rows of their model.

mod combine;
mod derived;
mod grouping;
mod insert;
mod read;
mod subquery;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use combine::Combined;
pub use derived::RowsOn;
pub(super) use insert::InsertFrom;
pub use insert::{InsertColumns, StoredAs};
pub(crate) use subquery::too_deep;
pub use subquery::{OneValue, OuterScope, Scalar, Subquery, exists};

use crate::backend::Reader;
use crate::error::Result;
use crate::model::Model;
use crate::query::{Body, Condition, Groups, OrderBy, Projection, Query, Sorted, cursor};
use crate::sql::expr::narrow;
use crate::sql::{Dialect, Expr, From, Rendered, Writer};

/// Reads what a row selects.
type Read<R> = Arc<dyn Fn(&Reader<'_>) -> Result<R> + Send + Sync>;

/// A query that gives `R`, what it selects, for each row or each group of rows: what `User::query().select(..)` is.
///
/// `S` is the scope: the models whose columns it may use.
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::sql::count;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     age: i32,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 31)], &db)?;
///
/// let names = User::query().filter(User::AGE.ge(18)).select(User::NAME).order_by(User::NAME).all(&db)?;
/// assert_eq!(names, ["ann", "cy"]);
/// let ages = User::query().group_by(User::AGE).select((User::AGE, count())).having(count().gt(1)).all(&db)?;
/// assert_eq!(ages, [(31, 2)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "a query does nothing until it is ended, for example by `.all(&db)`"]
pub struct Select<S, R> {
    body: Box<Body>,
    /// Named in errors.
    pub(super) table: &'static str,
    pub(super) read: Read<R>,
    scope: PhantomData<fn() -> S>,
}

impl<M: Model, S> Query<M, S> {
    /// Gives this for each row, and not the row itself: an expression, `Model::all_columns()`, or a tuple of up to 16 of
    /// these.
    ///
    /// Aggregates make one row of all rows, or of those of each group. Relationships are not loaded.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17)], &db)?;
    /// let pairs: Vec<(String, i32)> = User::query().select((User::NAME, User::AGE + 1)).all(&db)?;
    /// assert_eq!(pairs[0], ("ann".to_string(), 32));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn select<P: Projection<S, I> + 'static, I: 'static>(self, projection: P) -> Select<S, P::Row>
    where
        S: 'static,
    {
        let mut body = self.body;
        if !body.select.first_of.is_empty() {
            body.add_misuse(|| {
                "`distinct_on` chooses whole rows, and a `select` has none: choose their keys by it, and ask for them by \
                 `is_in(..)`, or number them by `row_number()`"
                    .to_string()
            });
        }
        Select::of(body, M::NAME, projection)
    }

    /// Makes one group of all rows that agree in these: what is selected then is one of these, or an aggregate.
    ///
    /// Whoever is grouped by its primary key may give any of its columns.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::count;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// let by_age = User::query().group_by(User::AGE).select((User::AGE, count()));
    /// assert!(by_age.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"FROM "user" GROUP BY "user"."age""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn group_by<I>(mut self, columns: impl OrderBy<S, I>) -> Self {
        self.body.add_groups(|parts| columns.push_to(parts));
        self
    }
}

impl<S, R> Select<S, R> {
    /// What the body reads, as the projection has it.
    fn of<P: Projection<S, I, Row = R> + 'static, I: 'static>(
        mut body: Box<Body>,
        table: &'static str,
        projection: P,
    ) -> Self
    where
        S: 'static,
    {
        let mut columns = Vec::new();
        body.with(projection.push_to(&mut columns), |select, ()| select.columns = columns);
        body.mapped = false;
        Select { body, table, read: Arc::new(|row: &Reader<'_>| P::read(row, &mut 0)), scope: PhantomData }
    }

    /// Keeps only the rows that meet the condition, before groups are made of them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// let names = User::query().select(User::NAME).filter(User::AGE.ge(18));
    /// assert!(names.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"WHERE "user"."age" >= ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn filter<P: Condition<S, I>, I>(mut self, condition: P) -> Self {
        self.expect_one_query("filter", "filter each of them before");
        self.body.with(condition.into_expr(), |select, condition| select.add_filter(condition));
        self
    }

    /// Keeps only the groups that meet the condition.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::count;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// let ages = User::query().group_by(User::AGE).select(User::AGE).having(count().gt(1));
    /// assert!(ages.sql(&ormcore::sql::Sqlite)?.sql.ends_with(" HAVING count(*) > ?"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn having<P: Condition<Groups<S>, I>, I>(mut self, condition: P) -> Self {
        self.expect_one_query("having", "narrow the groups of each of them before");
        self.body.with(condition.into_expr(), |select, condition| narrow(&mut select.having, condition));
        self
    }

    /// Orders the rows, by what they were made from, by aggregates or by window functions; as [`Query::order_by`].
    ///
    /// With `distinct`, and of the rows of several queries, it is something that is selected.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::count;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// let ages = User::query().group_by(User::AGE).select(User::AGE).order_by((count().desc(), User::AGE));
    /// assert!(ages.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY count(*) DESC, "user"."age""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn order_by<O: OrderBy<Sorted<S>, I>, I>(mut self, order: O) -> Self {
        self.body.add_order(|parts| order.push_to(parts));
        self
    }

    /// Gives at most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.body.select.limit = Some(rows);
        self
    }

    /// Leaves out this many rows first.
    pub fn offset(mut self, rows: u64) -> Self {
        self.body.select.offset = Some(rows);
        self
    }

    /// Gives equal rows once (`SELECT DISTINCT`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// let ages = User::query().select(User::AGE).distinct();
    /// assert!(ages.sql(&ormcore::sql::Sqlite)?.sql.starts_with("SELECT DISTINCT "));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn distinct(mut self) -> Self {
        self.expect_one_query("distinct", "`union` gives equal rows once, `union_all` each time");
        self.body.select.distinct = true;
        self
    }

    /// Makes something else of each row, in the program: a struct of one's own, for example.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17)], &db)?;
    /// struct Line {
    ///     name: String,
    ///     is_adult: bool,
    /// }
    /// let lines = User::query().select((User::NAME, User::AGE)).map(|(name, age)| Line { name, is_adult: age >= 18 });
    /// assert!(lines.order_by(User::ID).first(&db)?.is_some_and(|line| line.name == "ann" && line.is_adult));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn map<N>(self, make: impl Fn(R) -> N + Send + Sync + 'static) -> Select<S, N>
    where
        R: 'static,
    {
        let Select { mut body, table, read, .. } = self;
        body.mapped = true;
        Select { body, table, read: Arc::new(move |row| Ok(make(read(row)?))), scope: PhantomData }
    }

    /// The statement that `all` would send to a database of this dialect: its text and its values.
    ///
    /// # Errors
    /// If a value cannot be sent, or it selects what is neither grouped by nor an aggregate.
    pub fn sql(mut self, dialect: &'static dyn Dialect) -> Result<Rendered> {
        self.check()?;
        self.written(dialect)
    }

    /// The statement of a query that is checked.
    fn written(self, dialect: &'static dyn Dialect) -> Result<Rendered> {
        let mut writer = Writer::new(dialect);
        writer.select(self.body.select);
        writer.finish()
    }

    /// The same query in another scope.
    pub(super) fn in_scope<N>(self) -> Select<N, R> {
        Select { body: self.body, table: self.table, read: self.read, scope: PhantomData }
    }

    /// The query without its scope, which is for the compiler alone.
    fn plain(self) -> Select<(), R> {
        self.in_scope()
    }

    /// What is wrong with the query, as an error.
    fn check(&mut self) -> Result<()> {
        cursor::apply(&mut self.body)?;
        settle(&mut self.body);
        self.body.check_alone(self.table)
    }

    /// Leaves out the order, for it does not matter which rows come first.
    fn unordered(mut self) -> Self {
        let select = &mut self.body.select;
        // An aggregate in the order alone makes one group of all rows.
        if !select.group.is_empty() || !select.order.iter().any(|part| part.expr.has_aggregate()) {
            select.order.clear();
        }
        self
    }

    /// Gives at most this many rows.
    fn at_most(mut self, rows: u64) -> Self {
        self.body.at_most(rows);
        self
    }

    /// As a table of rows, to be counted.
    fn counted(mut self) -> Self {
        if !self.body.select.cuts() {
            self = self.unordered();
        }
        self.body.select.lock = None;
        let body = *self.body;
        let from = From::Select(Box::new(body.select), "counted".into());
        let mut body = Box::new(Body::new(from));
        body.select.columns = vec![Expr::Sql("count(*)")];
        Select { body, ..self }
    }
}

/// Notes what is wrong with what is selected, and lets its order be written as databases know it.
fn settle(body: &mut Body) {
    body.apply_place();
    body.apply_scopes();
    body.settle_order();
    grouping::check(body);
    combine::by_position(body);
}

/// As [`settle`], of rows that become a part of another query.
fn settle_part(body: &mut Body) {
    settle(body);
    if body.mapped {
        body.add_misuse(|| {
            "`map` makes something of rows in the program, and these become a part of another query in the database: map \
             what that one gives, behind `union`, `derived` and their like, and select what it needs as an expression, such \
             as `sql!(String: \"'customer'\")`"
                .to_string()
        });
    }
}

impl<S, R> Clone for Select<S, R> {
    fn clone(&self) -> Self {
        Select { body: self.body.clone(), table: self.table, read: Arc::clone(&self.read), scope: PhantomData }
    }
}

impl<S, R> fmt::Debug for Select<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select").field("table", &self.table).field("body", &self.body).finish_non_exhaustive()
    }
}
