//! Queries as parts of other queries.

use std::fmt;
use std::marker::PhantomData;

use crate::model::Model;
use crate::query::functions::as_type;
use crate::query::read::{any_row, counted_once};
use crate::query::select::Select;
use crate::query::{
    Aliased, Body, Comparable, Expression, Listed, Operand, Optional, Outer, Place, Predicate, Query, Scope, Source,
};
use crate::sql::{Expr, From, Select as Tree};
use crate::value::{ColumnType, ValueError};

/// A scope as a subquery's: what of the query around it it is about.
pub trait OuterScope {
    /// What a comparison of an expression on `M` with the subquery is about.
    type With<M>;
    /// What the subquery alone is about.
    type Outside;
}

impl OuterScope for () {
    type With<M> = M;
    type Outside = ();
}

#[diagnostic::do_not_recommend]
impl<M: Source, Tail: OuterScope> OuterScope for Scope<M, Tail> {
    type With<N> = Tail::With<N>;
    type Outside = Tail::Outside;
}

#[diagnostic::do_not_recommend]
impl<M: Source, Tail: OuterScope> OuterScope for Scope<Optional<M>, Tail> {
    type With<N> = Tail::With<N>;
    type Outside = Tail::Outside;
}

#[diagnostic::do_not_recommend]
impl<M: Source, Tail: OuterScope> OuterScope for Scope<Outer<M>, Tail> {
    type With<N> = (N, M);
    type Outside = M;
}

impl<M: Model, S> Query<M, S> {
    /// Lets the query use columns of `N`, a model of the query that it becomes a part of: a correlated subquery.
    ///
    /// Rows of `N` that it reads itself are those of an alias, `let other = alias!(N);`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::{exists, of};
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::insert_all(["ann", "rex"].map(Person::new), &db)?;
    /// # Pet::new("rex").insert(&db)?;
    /// let of_that_name = Pet::query().correlated::<Person>().filter(Pet::NAME.eq(of(Person::NAME)));
    /// let namesakes = Person::query().filter(exists(of_that_name));
    /// assert_eq!(namesakes.one(&db)?.name, "rex");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn correlated<N: Source>(self) -> Query<M, Scope<Outer<N>, S>> {
        self.correlated_to()
    }

    /// As [`Query::correlated`], with an alias that the query around it has joined.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::{exists, of};
    /// # #[derive(Model)] struct Employee { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Employee::ID)] boss_id: Option<i64>, #[relationship] boss: BelongsTo<Employee> }
    /// # #[derive(Model)] struct Award { #[column(primary_key)] id: i64, #[column(foreign_key = Employee::ID)] employee_id: i64 }
    /// let boss = ormcore::alias!(Employee);
    /// let of_boss = Award::query().correlated_with(boss).filter(Award::EMPLOYEE_ID.eq(of(boss.col(Employee::ID))));
    /// let query = Employee::query().join(Employee::BOSS.to(boss)).filter(exists(of_boss));
    /// # assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r##"WHERE "award"."employee_id" = "employee#alias1"."id")"##));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn correlated_with<P: Place>(self, alias: Aliased<P>) -> Query<M, Scope<Outer<Aliased<P>>, S>> {
        let _: Aliased<P> = alias;
        self.correlated_to()
    }

    fn correlated_to<N: Source>(mut self) -> Query<M, Scope<Outer<N>, S>> {
        self.body().correlate(N::alias());
        self.in_scope()
    }
}

/// The only value that a query gives, as a part of another query: what `.scalar()` gives. NULL if there is no row.
#[must_use = "a subquery does nothing until it is given to a query"]
pub struct Scalar<S, T> {
    value: Result<Expr, ValueError>,
    types: PhantomData<fn() -> (S, T)>,
}

/// What a row is if it is one value: that of a column's type.
#[diagnostic::on_unimplemented(
    message = "rows of type `{Self}` are not one value each",
    label = "`.scalar()` needs a query that selects one expression"
)]
pub trait OneValue: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> OneValue for T {}

impl<S, T> Select<S, T> {
    /// The value that the query gives, to compare with in another query: `(SELECT ..)`. It is NULL if there is no row, and
    /// that of the first row if there are several.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let average = User::query().select(User::AGE.avg());
    /// let older = User::query().filter(User::AGE.gt(average.scalar()));
    /// assert_eq!(older.count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn scalar(mut self) -> Scalar<S, T>
    where
        T: OneValue,
    {
        let select = &mut self.body.select;
        if !super::grouping::gives_one_row(select) {
            select.limit = Some(select.limit.map_or(1, |limit| limit.min(1)));
        }
        let value = self.into_subquery().map(|select| as_type::<T>(Expr::Scalar(select)));
        Scalar { value, types: PhantomData }
    }
}

impl<S, R> Select<S, R> {
    /// The tree, if nothing is wrong with it.
    pub(super) fn into_subquery(mut self) -> Result<Box<Tree>, ValueError> {
        super::settle_part(&mut self.body);
        tree(*self.body)
    }
}

/// Why a query is refused in which others are nested too deeply: databases take no more, and what walks the tree must not run
/// out of stack.
pub(crate) fn too_deep(select: &Tree) -> Option<String> {
    const DEEPEST: usize = 50;
    (select.nesting() > DEEPEST)
        .then(|| format!("queries are nested at most {DEEPEST} deep, and these are nested deeper"))
}

fn tree(body: Body) -> Result<Box<Tree>, ValueError> {
    match (body.problem, body.misuse.or_else(|| too_deep(&body.select))) {
        (Some(problem), _) => Err(problem),
        (None, Some(misuse)) => Err(ValueError::misuse(misuse)),
        (None, None) => Ok(Box::new(body.select)),
    }
}

impl<S: OuterScope, T: ColumnType> Expression for Scalar<S, T> {
    type Model = S::Outside;
    type Type = Option<T::Bare>;

    fn into_expr(self) -> Result<Expr, ValueError> {
        self.value
    }

    fn depth(&self) -> usize {
        2
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, S: OuterScope, U: Comparable<T>> Operand<M, T> for Scalar<S, U> {
    type Source = S::With<M>;
    type Type = U;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.value
    }

    fn depth(&self) -> usize {
        2
    }
}

impl<S, T> Clone for Scalar<S, T> {
    fn clone(&self) -> Self {
        Scalar { value: self.value.clone(), types: PhantomData }
    }
}

impl<S, T> fmt::Debug for Scalar<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// What can be asked whether it has rows: a query.
pub trait Subquery {
    /// Its scope.
    type Scope: OuterScope;

    #[doc(hidden)]
    fn into_rows(self) -> Result<Box<Tree>, ValueError>;
}

impl<M: Model, S: OuterScope> Subquery for Query<M, S> {
    type Scope = S;

    fn into_rows(self) -> Result<Box<Tree>, ValueError> {
        let mut body = self.body;
        body.apply_place();
        body.apply_scopes();
        let select = std::mem::replace(&mut body.select, Tree::new(From::nothing()));
        body.select = any_row(select, M::TABLE);
        tree(*body)
    }
}

impl<S: OuterScope, R> Subquery for Select<S, R> {
    type Scope = S;

    fn into_rows(mut self) -> Result<Box<Tree>, ValueError> {
        // Whether there are rows does not depend on what is made of them.
        super::settle(&mut self.body);
        tree(*self.body).map(|select| Box::new(counted_once(*select)))
    }
}

/// Whether the query has rows (`EXISTS (..)`), as a condition of another query, which it may be correlated with.
///
/// Rows that a relationship leads to are asked about without it: `User::POSTS.any(..)`.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::exists;
/// # #[derive(Model)] struct Setting { #[column(primary_key)] id: i64, name: String }
/// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, name: String }
/// let is_paused = exists(Setting::query().filter(Setting::NAME.eq("pause")));
/// let jobs = Job::query().filter(!is_paused);
/// let sql = jobs.sql(&ormcore::sql::Sqlite)?.sql;
/// assert!(sql.ends_with(r#"NOT EXISTS (SELECT 1 FROM "setting" WHERE "setting"."name" = ?)"#), "{sql}");
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn exists<B: Subquery>(query: B) -> Predicate<<B::Scope as OuterScope>::Outside> {
    Predicate::new(query.into_rows().map(Expr::Exists), 2)
}

#[diagnostic::do_not_recommend]
impl<M, T, S: OuterScope, U: Comparable<T>> Listed<M, T> for Select<S, U> {
    type Source = S::With<M>;

    fn contains(self, expr: Expr) -> Result<(Expr, usize), ValueError> {
        Ok((Expr::InSelect(vec![expr], self.into_subquery()?), 2))
    }
}
