use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::query::comparison::bounded;
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
        Predicate { expr: bounded(expr, depth), depth, model: PhantomData }
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

/// The default scope of a model, for the derive.
///
/// # Errors
/// If a value in it cannot be sent.
pub fn scope_of<M>(condition: Predicate<M>) -> Result<Expr, ValueError> {
    condition.expr
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

/// Conditions on several models, in a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of conditions",
    label = "expected a tuple of conditions, such as `(User::NAME.eq(\"ann\"), Post::TITLE.eq(\"hello\"))`"
)]
pub trait Conditions {
    /// What they are about.
    type Source;

    #[doc(hidden)]
    fn into_parts(self) -> (Result<Vec<Expr>, ValueError>, usize);
}

macro_rules! tuples {
    ($(($($name:ident $index:tt)*))*) => {$(
        impl<$($name),*> Conditions for ($(Predicate<$name>,)*) {
            type Source = ($($name,)*);

            fn into_parts(self) -> (Result<Vec<Expr>, ValueError>, usize) {
                let depth = [$(self.$index.depth),*].into_iter().fold(0, usize::max);
                let parts = || Ok(vec![$(self.$index.expr?),*]);
                (parts(), depth + 1)
            }
        }
    )*};
}

tuples! { (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }

/// True where all conditions of the tuple are, which may be about different models of the query.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::{all_of, any_of};
/// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String, #[relationship] pets: HasMany<Pet> }
/// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
/// let either = any_of((Person::NAME.eq("ann"), Pet::NAME.eq("rex")));
/// let query = Person::query().join(Person::PETS).filter(all_of((either, Pet::ID.gt(7))));
/// let sql = query.sql(&ormcore::sql::Sqlite)?.sql;
/// assert!(sql.ends_with(r#"WHERE (("person"."name" = ?) OR ("pet"."name" = ?)) AND ("pet"."id" > ?)"#), "{sql}");
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn all_of<C: Conditions>(conditions: C) -> Predicate<C::Source> {
    let (parts, depth) = conditions.into_parts();
    Predicate::new(parts.map(Expr::All), depth)
}

/// True where one of the conditions of the tuple is, which may be about different models of the query.
///
/// As [`all_of`].
pub fn any_of<C: Conditions>(conditions: C) -> Predicate<C::Source> {
    let (parts, depth) = conditions.into_parts();
    Predicate::new(parts.map(Expr::Any), depth)
}
