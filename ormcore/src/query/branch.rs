//! What stands beside the conditions of a `case` whose type is known.

use std::borrow::Cow;

use crate::query::Expression;
use crate::query::operand::Of;
use crate::sql::Expr;
use crate::value::{ColumnType, Parameter, ToValue, ValueError};

/// What a `case` of type `T` may give: a value, a column or another expression of that type, of any model of the query.
#[diagnostic::on_unimplemented(
    message = "a `case` that gives values of type `{T}` cannot give a value of type `{Self}`",
    label = "expected a value of type `{T}`, or a column or another expression of that type",
    note = "the first branch of a `case` says which type the others have: where one of them may be NULL, let it be an \
            `Option`, such as `None::<String>`"
)]
pub trait Branch<T> {
    /// What is about `Q` and about this.
    type With<Q>;

    /// The expression as SQL's.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn into_branch(self) -> Result<Expr, ValueError>;

    /// How deeply it is nested, as [`Expression::depth`].
    fn nesting(&self) -> usize {
        1
    }
}

/// A type whose values are values of the type `T` too: the same, or one of which `T` is the `Option`.
#[diagnostic::on_unimplemented(
    message = "a `case` that gives values of type `{T}` cannot give a column of type `{Self}`",
    label = "expected a column or an expression of type `{T}`",
    note = "where one branch may be NULL, let the first one be an `Option`, such as `None::<String>`"
)]
pub trait Fits<T> {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Fits<T> for T {}
#[diagnostic::do_not_recommend]
impl<T: ColumnType> Fits<Option<T>> for T {}

fn value<T: ToValue>(value: &T) -> Result<Expr, ValueError> {
    Parameter::new(value).map(Expr::Value)
}

macro_rules! values {
    ($(($($generics:tt)*) $form:ty => $ty:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Branch<$ty> for $form {
            type With<Q> = Q;

            fn into_branch(self) -> Result<Expr, ValueError> {
                value(&self)
            }
        }
    )*};
}

values! {
    (T: ColumnType) T => T;
    (T: ColumnType) T => Option<T>;
    (T: ColumnType) &T => T;
    (T: ColumnType) &T => Option<T>;
    () &str => String;
    () &str => Option<String>;
    () Option<&str> => Option<String>;
    () Cow<'_, str> => String;
    () Cow<'_, str> => Option<String>;
}

macro_rules! expressions {
    ($(($($generics:tt)*) $expression:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<__V, $($generics)*> Branch<__V> for $expression
        where
            Self: Expression<Type: Fits<__V>>,
        {
            type With<Q> = (Q, <Self as Expression>::Model);

            fn into_branch(self) -> Result<Expr, ValueError> {
                self.into_expr()
            }

            fn nesting(&self) -> usize {
                Expression::depth(self)
            }
        }
    )*};
}

for_each_expression! { expressions }

#[diagnostic::do_not_recommend]
impl<V, X: Expression<Type: Fits<V>>> Branch<V> for Of<X> {
    type With<Q> = (Q, X::Model);

    fn into_branch(self) -> Result<Expr, ValueError> {
        self.0.into_expr()
    }

    fn nesting(&self) -> usize {
        self.0.depth()
    }
}
