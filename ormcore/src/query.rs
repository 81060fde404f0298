//! Queries over models: chained, checked by the compiler, and without a database until they are ended.

/// Implements something for each type of expression: a blanket impl for all of them would stand beside those for tuples,
/// and a mistake in a tuple would be told about the whole tuple.
macro_rules! for_each_expression {
    ($implement:ident) => {
        $implement! {
            (M: $crate::query::Source, T, W) $crate::model::Column<M, T, W>;
            (M, T) $crate::query::Computed<M, T>;
            (M) $crate::query::Predicate<M>;
            (M, T) $crate::query::Case<M, T>;
            (M, T) $crate::query::Aggregate<M, T>;
            (M, T) $crate::query::Windowed<M, T>;
            (M, T) $crate::query::Scalar<M, T>;
        }
    };
}

mod aggregate;
mod aliased;
mod ask;
mod assignable;
mod assignment;
mod batches;
mod body;
mod branch;
mod case;
mod choice;
mod chunks;
mod comparison;
mod computed;
mod condition;
mod cursor;
mod expression;
mod functions;
mod insertable;
mod join;
mod operand;
mod order;
mod page;
mod prepared;
mod projection;
mod read;
mod refused;
mod returning;
mod row;
mod rows;
mod scope;
mod search;
mod select;
mod template;
mod upsert;
mod walk;
mod window;
mod write;

use std::fmt;
use std::marker::PhantomData;

pub use aggregate::{Aggregate, Aggregated, Aggregates, Logical, Summable, count};
pub use assignable::{Assignable, AssignableBare};
pub use assignment::{Assignment, Assignments, ByChanges, assignments_of};
pub use batches::Batches;
#[doc(hidden)]
pub(crate) use body::Followed;
pub use body::{Body, Joined};
pub use branch::{Branch, Fits};
pub use case::{Case, CaseStart, IntoExpression, case};
pub use comparison::{Listed, Nullable, Textual};
pub use computed::{Computed, Numeric};
#[doc(hidden)]
pub use condition::scope_of;
pub use condition::{Conditions, Predicate, all_of, any_of};
pub use cursor::{Cursor, KeysetPage};
pub use expression::Expression;
pub(crate) use functions::as_type;
pub use functions::{
    Alternative, Amount, Arguments, ArrayFunctions, ArrayOf, Call, CastTo, Casts, DateFunctions, Dated, Fractional,
    Integer, Moment, Now, Nullability, Number, NumberFunctions, TextFunctions, TimeType, Timed, coalesce, func,
    greatest, least, now, nullif,
};
#[cfg(feature = "json")]
pub use functions::{JsonDocument, JsonFunctions, JsonKey, JsonPath};
pub use insertable::Insertable;
pub use join::{Join, On};
pub use operand::{Alike, Comparable, Of, Operand, of};
pub use order::{OrderBy, OrderPart, Ordering, Parts};
pub use page::Page;
pub use prepared::{IntoValues, Param, Params, Preparable, Prepared, prepare};
pub use projection::{AllColumns, ModelSource, OptionalColumns, Projection};
pub use returning::Returning;
#[doc(hidden)]
pub use row::read_by_name;
pub use row::{RowColumns, RowFields, RowStruct};
#[doc(hidden)]
pub use scope::Place;
pub use scope::{
    AcrossRows, Aliased, Condition, Groups, Has, Here, LiftedScope, Optional, Outer, OverRows, Perhaps, Present, Reads,
    Row, Scope, Sorted, Source, There, Whole,
};
#[doc(hidden)]
pub use search::is_searched;
pub use search::{Search, Searched};
pub(crate) use select::too_deep;
pub use select::{Combined, InsertColumns, OneValue, OuterScope, RowsOn, Scalar, Select, StoredAs, Subquery, exists};
pub use template::{OnlyAbout, RawQuery, TableOf, Template, TemplateArgument, TemplateArguments, table};
pub(crate) use upsert::conflict_target;
pub use upsert::{ConflictScope, Many, OnAnyConflict, OnConflict, Proposed, Upsert, Upserted, proposed};
pub(crate) use walk::{FOUND, Walk};
pub use window::{
    Windowed, cume_dist, dense_rank, first_value, lag, last_value, lead, ntile, percent_rank, rank, row_number,
};

use crate::error::Result;
use crate::model::{Column, EagerLoad, Fetch, Model, SelectAll, Shape};
use crate::plan::Executor;
use crate::sql::{Alias, Dialect, From, Rendered};

/// A query that gives rows of the model `M`.
///
/// `S` is the scope: the models whose columns it may use. Nothing is sent until it is ended by `all`, `first`, `one`,
/// `one_or_none`, `count`, `exists`, `each`, `batches`, `paginate`, `update`, `delete` or `explain`.
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
#[must_use = "a query does nothing until it is ended, for example by `.all(&db)`; `filter` and its like give it anew: `query = query.filter(..)`"]
pub struct Query<M, S = Scope<M, ()>> {
    body: Box<Body>,
    /// The relationships to be loaded with the rows.
    loads: Vec<Box<dyn EagerLoad>>,
    types: PhantomData<fn() -> (M, S)>,
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
        Query::over(Body::of(Self::TABLE))
    }

    /// All columns, to be selected beside others and read as the model.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::new("rex", &ann).insert(&db)?;
    /// let pairs: Vec<(Person, Pet)> =
    ///     Person::query().join(Person::PETS).select((Person::all_columns(), Pet::all_columns())).all(&db)?;
    /// assert_eq!(pairs[0].1.name, "rex");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn all_columns() -> AllColumns<Self> {
        AllColumns::new()
    }

    /// A full-text search in the rows of the model: see [`Search`] for what can be looked for, and for what it tells.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] #[model(full_text(title))] struct Article { #[column(primary_key)] id: i64, title: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Article,)>()?;
    /// Article::insert_all([Article::new("Tides of the North Sea"), Article::new("The sea shore")], &db)?;
    /// let found = Article::query().filter(Article::search("sea tide*").matches());
    /// assert_eq!(found.one(&db)?.title, "Tides of the North Sea");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn search(text: impl AsRef<str>) -> Search<Self>
    where
        Self: Searched,
    {
        Search::new(Self::TABLE, text.as_ref())
    }

    /// A query over the rows that SQL of the program's own gives, under the names of the model's columns: they can be
    /// filtered, ordered, joined and loaded with others like those of any query. The model's default scopes hold around the
    /// text, unless the query is [`unscoped`](Query::unscoped).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let sample = User::from_sql(sql!("SELECT * FROM {} WHERE id % {} = 1", sql::table::<User>(), 2));
    /// let oldest = sample.filter(User::AGE.gt(18)).order_by(User::AGE.desc()).first(&db)?;
    /// assert_eq!(oldest.map(|user| user.name).as_deref(), Some("cy"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn from_sql<Q>(rows: Template<Q>) -> Query<Self> {
        let (parts, problem) = match rows.into_parts() {
            Ok(parts) => (parts, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        let from = From::Template(parts, Alias::from(Self::NAME));
        let body = Body { table: Some(Self::TABLE), problem, ..Body::new(from) };
        Query { body: Box::new(body), loads: Vec::new(), types: PhantomData }
    }

    /// The model, to be joined to a query where the condition is true.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::of;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, email: String }
    /// # #[derive(Model)] struct Invitation { #[column(primary_key)] id: i64, email: String }
    /// let invited = User::query().join(Invitation::on(Invitation::EMAIL.eq(of(User::EMAIL))));
    /// let sql = invited.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#" JOIN "invitation" ON "invitation"."email" = "user"."email""#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn on<Q>(condition: Predicate<Q>) -> On<Self, Q> {
        On::model(condition)
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
        if const { Self::EAGER.is_empty() && Self::TABLE.scopes.is_empty() } {
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
        self.body.filter(condition.into_expr());
        self
    }

    fn over(body: Body) -> Self {
        Query { body: Box::new(body), loads: Vec::new(), types: PhantomData }
    }

    /// The untyped part.
    pub(crate) fn body(&mut self) -> &mut Body {
        &mut self.body
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
    pub fn filter_by<N, T, W, I>(self, column: Column<N, T, W>, value: impl Operand<N, T, Source = N>) -> Self
    where
        S: Has<N, I>,
        Column<N, T, W>: Expression<Model = N, Type = T>,
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
        let added = order.push_to(&mut self.body.select.order);
        self.body.note(added);
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
        self.body.select.limit = Some(rows);
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
        self.body.select.offset = Some(rows);
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

    /// Loads something with the rows.
    pub(crate) fn add_load(&mut self, load: Box<dyn EagerLoad>) {
        self.body.add_load(load, &mut self.loads);
    }

    /// The query without its scope, which is for the compiler alone: what runs it is then made once for a model, and not for
    /// each scope.
    fn plain(self) -> Query<M, ()> {
        self.in_scope()
    }

    /// The same query in another scope.
    pub(crate) fn in_scope<N>(self) -> Query<M, N> {
        Query { body: self.body, loads: self.loads, types: PhantomData }
    }

    /// Gives one row for all that one row of the model is joined to in this source.
    pub(crate) fn forget_identity(&mut self, alias: Alias) {
        let forgotten = self.body.joined.iter_mut().filter(|joined| joined.alias == alias);
        forgotten.for_each(|joined| joined.identity = Some(Vec::new()));
    }

    /// Whether something is loaded from what the query itself has joined.
    pub(crate) fn takes_joined(&self) -> bool {
        self.loads.iter().any(|load| load.takes_joined())
    }

    /// Whether nothing is loaded with the rows.
    fn loads_nothing(&self) -> bool {
        self.loads.is_empty() && M::EAGER.is_empty()
    }

    /// Reads the rows with what is loaded with them.
    fn into_fetch(mut self) -> Fetch {
        let identity = self.body.take_identity();
        Fetch::new(Shape::of::<M>(), self.body.into_select(Vec::new()), identity, &self.loads)
    }

    /// What is wrong with the query, as an error.
    pub(super) fn check(&mut self) -> Result<()> {
        self.body.check_rows(M::TABLE)
    }
}

impl<M: Model, S> Clone for Query<M, S> {
    fn clone(&self) -> Self {
        Query { body: self.body.clone(), loads: self.loads.clone(), types: PhantomData }
    }
}

impl<M: Model, S> fmt::Debug for Query<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("model", &M::TABLE.model)
            .field("body", &self.body)
            .field("loads", &self.loads)
            .finish_non_exhaustive()
    }
}
