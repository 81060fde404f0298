//! Queries that are read from like tables.

use std::fmt;
use std::marker::PhantomData;

use crate::query::row::DerivedColumns;
use crate::query::select::Select;
use crate::query::select::grouping::gives_one_row;
use crate::query::{
    Body, Condition, Has, Join, Joined, Optional, OrderBy, Predicate, Projection, RowStruct, Scope, Template,
};
use crate::sql::{Alias, CommonTable, Expr, From, JoinKind, Select as Tree, TableName};
use crate::value::ValueError;

/// What a statement calls the rows of a common table; no table is called so, and none is hidden by it.
const ROWS: &str = "#rows";

impl<S, R: RowStruct + 'static> Select<S, R> {
    /// A query over the rows of this one, `FROM (SELECT ..)`: what is selected are its columns, `Sales::TOTAL`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Film { #[column(primary_key)] id: i64, rating: String, length: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Film,)>()?;
    /// # Film::insert_all([Film::new("G", 90), Film::new("PG", 80), Film::new("G", 120)], &db)?;
    /// use ormcore::sql::row_number;
    ///
    /// #[derive(Row)]
    /// struct Ranked {
    ///     rating: String,
    ///     length: i32,
    ///     place: i64,
    /// }
    ///
    /// let place = row_number().partition_by(Film::RATING).order_by(Film::LENGTH.desc());
    /// let ranked = Film::query().select(Ranked::columns(Film::RATING, Film::LENGTH, place));
    /// let longest = ranked.derived().filter(Ranked::PLACE.eq(1)).order_by(Ranked::RATING).all(&db)?;
    /// assert_eq!(longest.iter().map(|film| film.length).collect::<Vec<_>>(), [120, 80]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn derived(self) -> Select<Scope<R, ()>, R> {
        let table = R::NAME;
        let (mut body, source) = self.into_source();
        body.select = Tree::new(From::Select(source, R::alias()));
        over(body, table)
    }

    /// As [`Select::derived`], with the rows in a `WITH`: read as often as it is named, and computed once where the
    /// database sees fit.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Film { #[column(primary_key)] id: i64, rating: String, length: i32 }
    /// #[derive(Row)]
    /// struct Total {
    ///     rating: String,
    ///     length: Option<i64>,
    /// }
    ///
    /// let totals = Film::query().group_by(Film::RATING).select(Total::columns(Film::RATING, Film::LENGTH.sum()));
    /// let long = totals.common_table().filter(Total::LENGTH.gt(100));
    /// let sql = long.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.starts_with(r##"WITH "#rows" AS (SELECT "film"."rating" AS "rating", sum("##), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn common_table(self) -> Select<Scope<R, ()>, R> {
        let (mut body, source) = self.into_source();
        body.select = Tree::new(From::Named(TableName { schema: None, name: ROWS }, R::alias()));
        body.select.with.push(CommonTable { name: ROWS, recursive: false, select: *source });
        over(body, R::NAME)
    }

    /// The rows of this query, to be joined to another where the condition is true.
    ///
    /// It may be correlated with the query that both are in, if that one is; with rows that it is joined to only by
    /// [`Select::lateral_on`].
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::of;
    /// # #[derive(Model)] struct Film { #[column(primary_key)] id: i64, rating: String, length: i32 }
    /// #[derive(Row)]
    /// struct Longest {
    ///     rating: String,
    ///     length: Option<i32>,
    /// }
    ///
    /// let longest = Film::query().group_by(Film::RATING).select(Longest::columns(Film::RATING, Film::LENGTH.max()));
    /// let films = Film::query().join(longest.on(Longest::RATING.eq(of(Film::RATING)))).filter(Film::LENGTH.gt(60));
    /// let sql = films.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.contains(r#") AS "longest" ON "longest"."rating" = "film"."rating" WHERE"#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on<Q>(self, condition: Predicate<Q>) -> RowsOn<R, Q> {
        let outer = self.body.outer;
        RowsOn { rows: self.into_subquery(), outer, lateral: false, condition, target: PhantomData }
    }

    /// As [`Select::on`], where the query is correlated with rows of the query that it is joined to, and asked for each of
    /// them (`LATERAL`). SQLite has no such joins and refuses it.
    pub fn lateral_on<Q>(self, condition: Predicate<Q>) -> RowsOn<R, Q> {
        RowsOn { lateral: true, ..self.on(condition) }
    }

    /// What is wrong with it so far, and its rows.
    fn into_source(mut self) -> (Box<Body>, Box<Tree>) {
        super::settle_part(&mut self.body);
        let mut body = Box::new(Body::new(From::nothing()));
        body.problem = self.body.problem.take();
        body.misuse = self.body.misuse.take();
        body.outer = self.body.outer;
        let inner = *self.body;
        (body, Box::new(inner.select))
    }
}

impl<Q> Template<Q> {
    /// The rows of the SQL, to be read from like a table.
    pub(in crate::query) fn into_rows<R: RowStruct + 'static>(self) -> Select<Scope<R, ()>, R> {
        let (parts, problem) = match self.into_parts() {
            Ok(parts) => (parts, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        over(Box::new(Body { problem, ..Body::new(From::Template(parts, R::alias())) }), R::NAME)
    }
}

fn over<R: RowStruct + 'static>(body: Box<Body>, table: &'static str) -> Select<Scope<R, ()>, R> {
    Select::of(body, table, DerivedColumns::<R>::new())
}

/// What a program can do instead where the rows are those of several queries.
const DERIVED_FIRST: &str = "make them rows to read from by `.derived()` first";

impl<S: 'static, R> Select<S, R> {
    /// Gives this for each row instead: as [`Query::select`](crate::Query::select).
    pub fn select<P: Projection<S, I> + 'static, I: 'static>(mut self, projection: P) -> Select<S, P::Row> {
        self.expect_one_query("select", DERIVED_FIRST);
        Select::of(self.body, self.table, projection)
    }

    /// Joins what a relationship leads to, or a model or query `on(..)` a condition: as [`Query::join`](crate::Query::join).
    pub fn join<J: Join<S, I>, I>(mut self, joined: J) -> Select<Scope<J::Target, S>, R> {
        self.expect_one_query("join", DERIVED_FIRST);
        joined.join_to(&mut self.body, JoinKind::Inner);
        self.in_scope()
    }

    /// As [`Query::left_join`](crate::Query::left_join).
    pub fn left_join<J: Join<S, I>, I>(mut self, joined: J) -> Select<Scope<Optional<J::Target>, S>, R> {
        self.expect_one_query("left_join", DERIVED_FIRST);
        joined.join_to(&mut self.body, JoinKind::Left);
        self.in_scope()
    }

    /// Makes one group of all rows that agree in these: as [`Query::group_by`](crate::Query::group_by).
    pub fn group_by<I>(mut self, columns: impl OrderBy<S, I>) -> Self {
        self.expect_one_query("group_by", DERIVED_FIRST);
        self.body.add_groups(|parts| columns.push_to(parts));
        self
    }
}

/// The rows of a query, and the condition on which they are joined: what [`Select::on`] gives.
#[must_use = "a join does nothing until it is given to `join` or `left_join`"]
pub struct RowsOn<R, Q> {
    rows: Result<Box<Tree>, ValueError>,
    /// The source outside of them that the rows are about.
    outer: Option<Alias>,
    lateral: bool,
    condition: Predicate<Q>,
    target: PhantomData<fn() -> R>,
}

impl<R: RowStruct, Q> fmt::Debug for RowsOn<R, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowsOn").field("rows", &self.rows).field("condition", &self.condition).finish_non_exhaustive()
    }
}

impl<S, I, R: RowStruct, Q> Join<S, I> for RowsOn<R, Q>
where
    Scope<R, S>: Has<Q, I>,
{
    type Target = R;

    fn join_to(self, body: &mut Body, kind: JoinKind) {
        let is_around = |outer: &Alias| body.outer == Some(*outer) || self.lateral && body.has(*outer);
        if let Some(outer) = self.outer.filter(|outer| !is_around(outer)) {
            body.add_misuse(|| {
                format!(
                    "the query that is joined is about rows of `{}`: join it to these by `lateral_on`; if they are rows of a \
                     query around both, say so by `correlated` before the join",
                    outer.name
                )
            });
        }
        match self.rows.and_then(|rows| Ok((rows, Condition::<Scope<R, S>, I>::into_expr(self.condition)?))) {
            Ok((rows, on)) => {
                let identity = identity::<R>(&rows);
                let right = if self.lateral { From::Lateral(rows, R::alias()) } else { From::Select(rows, R::alias()) };
                let joined = Joined { alias: R::alias(), table: None, identity, repeats: false, on, along: None };
                body.join(kind, right, joined);
            }
            Err(error) => body.add_problem(error),
        }
    }
}

/// The columns that tell the rows apart, as they are called outside; none if nothing is known to.
fn identity<R: RowStruct>(rows: &Tree) -> Option<Vec<Expr>> {
    let column = |place: usize| R::COLUMNS.get(place).map(|name| R::alias().column(name));
    if rows.limit.is_some_and(|limit| limit <= 1) || gives_one_row(rows) {
        return Some(Vec::new());
    }
    if !rows.compound.is_empty() {
        return None;
    }
    if rows.distinct {
        return (0..rows.columns.len()).map(column).collect();
    }
    let place = |part: &Expr| rows.columns.iter().position(|given| given.unnamed() == part);
    (!rows.group.is_empty()).then(|| rows.group.iter().map(|part| column(place(part)?)).collect())?
}
