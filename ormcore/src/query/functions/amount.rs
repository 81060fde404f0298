use super::{Nullability, constant};
use crate::model::Column;
use crate::query::case::typed;
use crate::query::{AcrossRows, Aggregate, Computed, Expression, Numeric, Of, Param, Source};
use crate::sql::Expr;
use crate::value::ValueError;

/// How much is added to what is about `M`, whatever the type of its number: a number, a column of `M`, another expression.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that can be added here",
    label = "expected a number, or an expression of `{M}` that is one",
    note = "a column of another model of the query is wrapped: `of(Other::COLUMN)`, with `ormcore::sql::of`"
)]
pub trait Amount<M> {
    /// What the sum is about: `M`, and the models of the amount.
    type Source;
    /// The type of the number.
    type Type: Nullability;

    #[doc(hidden)]
    fn into_amount(self) -> Result<Expr, ValueError>;

    #[doc(hidden)]
    fn depth(&self) -> usize {
        1
    }
}

/// A type whose numbers have no fractions.
#[diagnostic::on_unimplemented(
    message = "a number of type `{Self}` may have a fraction",
    label = "expected an integer: only seconds have fractions"
)]
pub trait Integer {}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M> Amount<M> for $number {
            type Source = M;
            type Type = $number;

            fn into_amount(self) -> Result<Expr, ValueError> {
                constant(&self)
            }
        }
    )*};
}

numbers! { i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 }

macro_rules! integers {
    ($($number:ty)*) => {$(
        impl Integer for $number {}
        impl Integer for Option<$number> {}
    )*};
}

integers! { i8 i16 i32 i64 u8 u16 u32 u64 }

#[diagnostic::do_not_recommend]
impl<M, T: Numeric + Nullability> Amount<M> for Param<T> {
    type Source = M;
    type Type = T;

    fn into_amount(self) -> Result<Expr, ValueError> {
        Ok(typed::<T>(self.expr()))
    }
}

macro_rules! expressions {
    ($(($($generics:tt)*) $expression:ty: $about:ty => $source:ty, $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Amount<$about> for $expression {
            type Source = $source;
            type Type = $type;

            fn into_amount(self) -> Result<Expr, ValueError> {
                self.into_expr()
            }

            fn depth(&self) -> usize {
                Expression::depth(self)
            }
        }
    )*};
}

expressions! {
    (M: Source, T: Numeric + Nullability, W) Column<M, T, W>: M => M, T;
    (M, T: Numeric + Nullability) Computed<M, T>: M => M, T;
    (M, N, T: Numeric + Nullability) Computed<(M, N), T>: M => (M, N), T;
    (Q, P, T: Numeric + Nullability) Aggregate<P, T>: AcrossRows<Q> => AcrossRows<(Q, P)>, T;
}

#[diagnostic::do_not_recommend]
impl<M, X: Expression<Type: Numeric + Nullability>> Amount<M> for Of<X> {
    type Source = (M, X::Model);
    type Type = X::Type;

    fn into_amount(self) -> Result<Expr, ValueError> {
        self.0.into_expr()
    }

    fn depth(&self) -> usize {
        self.0.depth()
    }
}
