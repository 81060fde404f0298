//! Queries over models: chained, checked by the compiler, and without a database until they are ended.

mod assignment;
mod choice;
mod computed;
mod condition;
mod expression;
mod operand;
mod order;
mod page;
mod read;
mod rows;
mod scope;
mod write;

use std::fmt;
use std::marker::PhantomData;

pub use assignment::{Assignment, Assignments};
pub use computed::{Computed, Numeric};
pub use condition::Predicate;
pub use expression::{Expression, Nullable, Textual};
pub use operand::Operand;
pub use order::{OrderBy, Ordering};
pub use page::Page;
pub use scope::{Condition, Has, Here, Scope, There};

use crate::error::{Error, Result};
use crate::model::{Column, EagerLoad, Fetch, Model, SelectAll};
use crate::plan::Executor;
use crate::schema::statements::table_name;
use crate::sql::expr::narrow;
use crate::sql::{Dialect, Expr, From, JoinKind, Lock, Order, Rendered, Select};
use crate::value::ValueError;

/// A query that gives rows of the model `M`.
///
/// `S` is the scope: the models whose columns it may use. Nothing is sent until it is ended by `all`, `first`, `one`,
/// `one_or_none`, `count`, `exists`, `each`, `paginate`, `update`, `delete` or `explain`.
///
/// ```
/// use ormcore::prelude::*;
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
/// User::insert_all([User::new("ann", 31), User::new("bob", 17)], &db)?;
///
/// let mut query = User::query().filter(User::AGE.ge(18));
/// if let Some(start) = Some("a") {
///     query = query.filter(User::NAME.starts_with(start));
/// }
/// assert_eq!(query.order_by(User::NAME).all(&db)?.len(), 1);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "a query does nothing until it is ended, for example by `.all(&db)`"]
pub struct Query<M, S = Scope<M, ()>> {
    filter: Option<Expr>,
    order: Vec<Order>,
    limit: Option<u64>,
    offset: Option<u64>,
    distinct: bool,
    /// Of rows that agree in these, only the first is given.
    first_of: Vec<Order>,
    lock: Option<Lock>,
    /// What is joined to the model's table, in order.
    joins: Vec<Joined>,
    /// The relationships to be loaded with the rows.
    loads: Vec<Box<dyn EagerLoad<M>>>,
    /// The first value that cannot be sent; told when the query is ended.
    problem: Option<ValueError>,
    /// What it cannot do, in words; told when the query is ended.
    misuse: Option<String>,
    types: PhantomData<fn() -> (M, S)>,
}

/// What a query joins to its model's table.
#[derive(Debug, Clone)]
pub(crate) struct Joined {
    /// The table whose columns can be used.
    pub(crate) table: &'static str,
    pub(crate) kind: JoinKind,
    pub(crate) right: From,
    pub(crate) on: Expr,
    /// The columns that tell its rows apart.
    pub(crate) identity: Vec<Expr>,
}

/// Models as the start of queries: every model is one.
pub trait Queryable: Model {
    /// A query over all rows, to be refined.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query();
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#" FROM "user""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn query() -> Query<Self> {
        Query {
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            first_of: Vec::new(),
            lock: None,
            joins: Vec::new(),
            loads: Vec::new(),
            problem: None,
            misuse: None,
            types: PhantomData,
        }
    }

    /// All rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let users = User::all(&db)?;
    /// assert_eq!(users.len(), 3);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement, or a row cannot be read.
    fn all<'p, E: Executor + 'p>(db: E) -> E::Out<'p, Vec<Self>> {
        if Self::RELATIONSHIPS.is_empty() {
            return db.run(SelectAll::new());
        }
        Self::query().all(db)
    }
}

impl<M: Model> Queryable for M {}

impl<M: Model, S> Query<M, S> {
    /// Keeps only the rows that meet the condition; further conditions narrow further (`AND`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().filter(User::AGE.ge(18)).filter(User::BIO.is_null());
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"("user"."age" >= ?) AND ("user"."bio" IS NULL)"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn filter<P: Condition<S, I>, I>(mut self, condition: P) -> Self {
        match condition.into_expr() {
            Ok(expr) => self.add_condition(expr),
            Err(error) => self.add_problem(error),
        }
        self
    }

    pub(crate) fn add_condition(&mut self, condition: Expr) {
        narrow(&mut self.filter, condition);
    }

    /// Notes a value that cannot be sent; the first one is told when the query is ended.
    pub(crate) fn add_problem(&mut self, problem: ValueError) {
        self.problem.get_or_insert(problem);
    }

    /// Adds what the function adds to the order.
    pub(crate) fn add_order(&mut self, add: impl FnOnce(&mut Vec<Order>) -> Result<(), ValueError>) {
        if let Err(error) = add(&mut self.order) {
            self.add_problem(error);
        }
    }

    /// Keeps only the rows whose column has the value: `filter(column.eq(value))`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().filter_by(User::NAME, "ann");
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"WHERE "user"."name" = ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn filter_by<N, T, I>(self, column: Column<N, T>, value: impl Operand<N, T>) -> Self
    where
        S: Has<N, I>,
        Column<N, T>: Expression<Model = N, Type = T>,
    {
        self.filter(column.eq(value))
    }

    /// Orders the rows; a further call orders those that are equal so far.
    ///
    /// Takes a column (ascending), `column.asc()`, `column.desc()`, or a tuple of these. NULLs come first going up and
    /// last going down, on every database, unless `nulls_first()` or `nulls_last()` says otherwise.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().order_by((User::AGE.desc(), User::NAME));
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."age" DESC, "user"."name""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn order_by<O: OrderBy<S, I>, I>(mut self, order: O) -> Self {
        self.add_order(|parts| order.push_to(parts));
        self
    }

    /// Gives at most this many rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().order_by(User::AGE).limit(10);
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(" LIMIT ?"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Leaves out this many rows first.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().order_by(User::AGE).limit(10).offset(20);
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(" LIMIT ? OFFSET ?"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn offset(mut self, rows: u64) -> Self {
        self.offset = Some(rows);
        self
    }

    /// The statement that `all` would send to a database of this dialect: its text and its values.
    ///
    /// # Errors
    /// If a value in a condition cannot be sent.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Tag {
    ///     #[column(primary_key)]
    ///     id: i64,
    /// }
    ///
    /// let statement = Tag::query().filter(Tag::ID.gt(7)).sql(&ormcore::sql::Sqlite)?;
    /// assert_eq!(statement.sql, r#"SELECT "tag"."id" FROM "tag" WHERE "tag"."id" > ?"#);
    /// assert_eq!(statement.parameters.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn sql(self, dialect: &'static dyn Dialect) -> Result<Rendered> {
        read::render(self, read::write_all, dialect)
    }

    /// Whether the number of rows is not simply the number of those that meet the conditions.
    fn cuts(&self) -> bool {
        self.distinct || !self.first_of.is_empty() || self.limit.is_some() || self.offset.is_some()
    }

    /// The query as a statement tree that selects these columns.
    fn into_select(self, columns: Vec<Expr>) -> Select {
        let mut from = From::Table(table_name(M::TABLE), 0);
        for Joined { kind, right, on, .. } in self.joins {
            from.join(kind, right, on);
        }
        Select {
            distinct: self.distinct,
            columns,
            from,
            filter: self.filter,
            order: self.order,
            limit: self.limit,
            offset: self.offset,
            first_of: self.first_of.into_iter().map(|part| part.expr).collect(),
            lock: self.lock,
        }
    }

    /// Loads something with the rows.
    pub(crate) fn add_load(&mut self, load: Box<dyn EagerLoad<M>>) {
        if let Some(problem) = load.problem() {
            self.add_problem(problem.clone());
        }
        self.loads.push(load);
    }

    /// Joins something, whose columns are in the new scope.
    pub(crate) fn add_join<N>(mut self, joined: Joined) -> Query<M, N> {
        if joined.table == M::NAME || self.joins.iter().any(|other| other.table == joined.table) {
            self.misuse.get_or_insert_with(|| {
                format!(
                    "the query joins the table `{}` twice, and its columns would not be told apart: \
                     filter with `.any(..)` or `.has(..)` instead",
                    joined.table
                )
            });
        }
        self.joins.push(joined);
        let Query { filter, order, limit, offset, distinct, first_of, lock, joins, loads, problem, misuse, .. } = self;
        Query {
            filter,
            order,
            limit,
            offset,
            distinct,
            first_of,
            lock,
            joins,
            loads,
            problem,
            misuse,
            types: PhantomData,
        }
    }

    /// The number under which the next link table is joined.
    pub(crate) fn next_link(&self) -> u16 {
        u16::try_from(self.joins.len()).unwrap_or(u16::MAX - 1) + 1
    }

    /// Gives one row for all that one row of the model is joined to in this table.
    pub(crate) fn forget_identity(&mut self, table: &str) {
        self.joins.iter_mut().filter(|joined| joined.table == table).for_each(|joined| joined.identity.clear());
    }

    /// Whether nothing is loaded with the rows.
    fn loads_nothing(&self) -> bool {
        self.loads.is_empty() && M::EAGER.is_empty()
    }

    /// Reads the rows with what is loaded with them.
    fn into_fetch(mut self) -> Fetch<M> {
        let loads = std::mem::take(&mut self.loads);
        // Rows that are to differ need nothing more to be told apart.
        let is_chosen = self.distinct || !self.first_of.is_empty();
        let told_apart = self.joins.iter_mut().filter(|_| !is_chosen);
        let identity = told_apart.flat_map(|joined| std::mem::take(&mut joined.identity)).collect();
        Fetch::new(self.into_select(Vec::new()), identity, &loads)
    }

    /// The first value that cannot be sent, as an error.
    fn check(&mut self) -> Result<()> {
        if self.lock.is_some() && (self.distinct || !self.first_of.is_empty()) {
            let unlockable = "rows that are chosen by `distinct` or `distinct_on` cannot be locked: read their keys first, \
                              and lock the rows with these keys";
            self.misuse.get_or_insert_with(|| unlockable.to_string());
        }
        match (self.problem.take(), self.misuse.take()) {
            (Some(error), _) => Err(Error::encode(M::TABLE.name, "", &error)),
            (None, Some(misuse)) => Err(Error::usage(misuse)),
            (None, None) => Ok(()),
        }
    }
}

impl<M: Model, S> Clone for Query<M, S> {
    fn clone(&self) -> Self {
        Query {
            filter: self.filter.clone(),
            order: self.order.clone(),
            limit: self.limit,
            offset: self.offset,
            distinct: self.distinct,
            first_of: self.first_of.clone(),
            lock: self.lock,
            joins: self.joins.clone(),
            loads: self.loads.clone(),
            problem: self.problem.clone(),
            misuse: self.misuse.clone(),
            types: PhantomData,
        }
    }
}

impl<M: Model, S> fmt::Debug for Query<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("model", &M::TABLE.model)
            .field("filter", &self.filter)
            .field("order", &self.order)
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .field("distinct", &self.distinct)
            .field("first_of", &self.first_of)
            .field("lock", &self.lock)
            .field("joins", &self.joins)
            .field("loads", &self.loads)
            .finish_non_exhaustive()
    }
}
