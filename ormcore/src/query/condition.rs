use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::query::expression::bounded;
use crate::query::{Condition, Expression, Has};
use crate::sql::Expr;
use crate::value::ValueError;

/// A condition on the columns of the model `M`.
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
/// let adult_ann = User::NAME.eq("ann").and(User::AGE.ge(18));
/// let the_same = User::NAME.eq("ann") & User::AGE.ge(18);
/// let neither = !(adult_ann | the_same);
/// let statement = User::query().filter(neither).sql(&ormcore::sql::Sqlite)?;
/// assert!(statement.sql.contains("NOT ("));
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "a condition does nothing until it is given to a query"]
pub struct Predicate<M> {
    expr: Result<Expr, ValueError>,
    depth: usize,
    model: PhantomData<fn() -> M>,
}

impl<M> Predicate<M> {
    pub(crate) fn new(expr: Result<Expr, ValueError>, depth: usize) -> Self {
        Predicate { expr: expr.and_then(|expr| bounded(expr, depth)), depth, model: PhantomData }
    }

    /// Joins two conditions; a chain of one operator stays flat, however long it is.
    fn joined(self, other: Self, join: fn(Expr, Expr) -> Expr, is_chain: fn(&Expr) -> bool) -> Self {
        let chains = |expr: &Result<Expr, ValueError>| expr.as_ref().is_ok_and(is_chain);
        let depth = match (chains(&self.expr), chains(&other.expr)) {
            (true, true) => self.depth.max(other.depth),
            (true, false) => self.depth.max(other.depth + 1),
            _ => self.depth.max(other.depth) + 1,
        };
        Predicate::new(self.expr.and_then(|left| Ok(join(left, other.expr?))), depth)
    }

    /// True where both are.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().filter(User::NAME.eq("ann").and(User::AGE.ge(18)));
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"("user"."name" = ?) AND ("user"."age" >= ?)"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn and(self, other: Predicate<M>) -> Self {
        self.joined(other, Expr::and, |expr| matches!(expr, Expr::All(_)))
    }

    /// True where one of them is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().filter(User::NAME.eq("ann").or(User::AGE.ge(18)));
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"("user"."name" = ?) OR ("user"."age" >= ?)"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn or(self, other: Predicate<M>) -> Self {
        self.joined(other, Expr::or, |expr| matches!(expr, Expr::Any(_)))
    }
}

impl<M> BitAnd for Predicate<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl<M> BitOr for Predicate<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl<M> Not for Predicate<M> {
    type Output = Self;

    fn not(self) -> Self {
        let depth = match &self.expr {
            Ok(Expr::Not(_)) => self.depth - 1,
            _ => self.depth + 1,
        };
        Predicate::new(self.expr.map(Expr::negated), depth)
    }
}

impl<S: Has<M, Index>, M, Index> Condition<S, Index> for Predicate<M> {
    fn into_expr(self) -> Result<Expr, ValueError> {
        self.expr
    }
}

impl<M> Expression for Predicate<M> {
    type Model = M;
    type Type = bool;

    fn into_expr(self) -> Result<Expr, ValueError> {
        self.expr
    }

    fn depth(&self) -> usize {
        self.depth
    }
}

impl<M> Clone for Predicate<M> {
    fn clone(&self) -> Self {
        Predicate { expr: self.expr.clone(), depth: self.depth, model: PhantomData }
    }
}

impl<M> fmt::Debug for Predicate<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}
