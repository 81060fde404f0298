use std::fmt;
use std::marker::PhantomData;

use crate::query::comparison::bounded;
use crate::query::functions::collated;
use crate::query::{Branch, Computed, Expression, Predicate};
use crate::sql::Expr;
use crate::value::{ColumnType, Parameter, ValueError};

/// A value or an expression, where what stands beside it does not say which type it has: in `case`, `coalesce`, `func`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a value nor an expression",
    label = "expected a value of a column type, a column, or another expression"
)]
pub trait IntoExpression {
    /// What is about `Q` and about this.
    type With<Q>;
    /// The type of its value.
    type Type;

    /// The expression as SQL's.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn into_expression(self) -> Result<Expr, ValueError>;

    /// How deeply it is nested, as [`Expression::depth`].
    fn nesting(&self) -> usize {
        1
    }
}

fn value<T: ColumnType>(value: &T) -> Result<Expr, ValueError> {
    Ok(typed::<T>(Expr::Value(Parameter::new(value)?)))
}

/// A value with its type, which the database would not know.
pub(super) fn typed<T: ColumnType>(expr: Expr) -> Expr {
    if expr.is_value() { Expr::Typed(Box::new(expr), T::TYPE) } else { expr }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> IntoExpression for T {
    type With<Q> = Q;
    type Type = T;

    fn into_expression(self) -> Result<Expr, ValueError> {
        value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpression for &str {
    type With<Q> = Q;
    type Type = String;

    fn into_expression(self) -> Result<Expr, ValueError> {
        value(&self.to_string())
    }
}

macro_rules! into_expression {
    ($(($($generics:tt)*) $expression:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoExpression for $expression
        where
            Self: Expression,
        {
            type With<Q> = (Q, <Self as Expression>::Model);
            type Type = <Self as Expression>::Type;

            fn into_expression(self) -> Result<Expr, ValueError> {
                self.into_expr()
            }

            fn nesting(&self) -> usize {
                Expression::depth(self)
            }
        }
    )*};
}

for_each_expression! { into_expression }

/// `CASE WHEN .. THEN .. ELSE .. END`: what [`case`] gives, once it has a branch. Without `otherwise` it may be NULL.
#[must_use = "an expression does nothing until it is given to a query"]
pub struct Case<Q, T> {
    branches: Result<Vec<(Expr, Expr)>, ValueError>,
    depth: usize,
    types: PhantomData<fn() -> (Q, T)>,
}

/// The start of a [`Case`].
#[derive(Debug, Clone, Copy)]
#[must_use = "a case needs a branch: `.when(condition, value)`"]
pub struct CaseStart;

/// The value beside the first condition that is true.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::case;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// # User::insert_all([User::new("ann", 31), User::new("bob", 17)], &db)?;
/// let kind = case().when(User::AGE.lt(18), "minor").when(User::AGE.lt(65), "adult").otherwise("senior");
/// assert_eq!(User::query().select(kind).order_by(User::ID).all(&db)?, ["adult", "minor"]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn case() -> CaseStart {
    CaseStart
}

impl CaseStart {
    /// The value where the condition is true: it says which type the others have.
    pub fn when<Q, V: IntoExpression>(self, condition: Predicate<Q>, value: V) -> Case<V::With<Q>, V::Type> {
        let depth = 1 + condition.depth().max(value.nesting());
        let branch = || Ok(vec![(condition.into_expr()?, value.into_expression()?)]);
        Case { branches: branch(), depth, types: PhantomData }
    }
}

impl<Q, T: ColumnType> Case<Q, T> {
    /// The value where the condition is true, and none before it.
    pub fn when<P, V: Branch<T>>(self, condition: Predicate<P>, value: V) -> Case<V::With<(Q, P)>, T> {
        let depth = self.depth.max(1 + condition.depth().max(value.nesting()));
        let branches = self.branches.and_then(|mut branches| {
            branches.push((condition.into_expr()?, typed::<T>(value.into_branch()?)));
            Ok(branches)
        });
        Case { branches, depth, types: PhantomData }
    }

    /// The value where no condition is true.
    pub fn otherwise<V: Branch<T>>(self, value: V) -> Computed<V::With<Q>, T> {
        let depth = self.depth.max(1 + value.nesting());
        let case = || {
            let otherwise = typed::<T>(value.into_branch()?);
            Ok(collated::<T>(Expr::Case(self.branches?, Some(Box::new(otherwise)))))
        };
        Computed::new(case(), depth)
    }
}

impl<Q, T: ColumnType> Expression for Case<Q, T> {
    type Model = Q;
    type Type = Option<T::Bare>;

    fn into_expr(self) -> Result<Expr, ValueError> {
        bounded(self.branches.map(|branches| collated::<T>(Expr::Case(branches, None))), self.depth)
    }

    fn depth(&self) -> usize {
        self.depth
    }
}

impl<Q, T> Clone for Case<Q, T> {
    fn clone(&self) -> Self {
        Case { branches: self.branches.clone(), depth: self.depth, types: PhantomData }
    }
}

impl<Q, T> fmt::Debug for Case<Q, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.branches.fmt(f)
    }
}
