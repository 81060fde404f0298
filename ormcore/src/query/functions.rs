//! Functions of expressions: those that every database has, or that ormcore gives it, with the same results.

mod amount;
mod array;
mod call;
mod cast;
mod date;
#[cfg(feature = "json")]
mod json;
mod now;
mod null;
mod number;
mod text;

pub use amount::{Amount, Integer};
pub use array::{ArrayFunctions, ArrayOf};
pub use call::{Arguments, Call, func};
pub use cast::{CastTo, Casts};
pub use date::{DateFunctions, Dated, Moment, Timed};
#[cfg(feature = "json")]
pub use json::{JsonDocument, JsonFunctions, JsonKey, JsonPath};
pub use now::{Now, TimeType, now};
pub use null::{Alternative, coalesce, greatest, least, nullif};
pub use number::{Fractional, Number, NumberFunctions};
pub use text::TextFunctions;

use crate::query::case::typed;
use crate::query::{Computed, Expression, Operand};
use crate::sql::{Expr, Function};
use crate::value::{ColumnType, SqlType, ValueError};

/// A column type, as what a function of it may give: NULL where the column is NULL.
pub trait Nullability: ColumnType {
    /// `U`, or an `Option` of it where this is an `Option`.
    type Of<U: ColumnType>: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Bare = T>> Nullability for T {
    type Of<U: ColumnType> = U;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType<Bare = T>> Nullability for Option<T> {
    type Of<U: ColumnType> = Option<U::Bare>;
}

/// What a function of `X` gives whose result is a `U`.
type Of<X, U> = <<X as Expression>::Type as Nullability>::Of<U>;

/// A function of one expression.
fn unary<X: Expression, T: ColumnType>(function: Function, expression: X) -> Computed<X::Model, T> {
    let depth = 1 + expression.depth();
    Computed::new(expression.into_expr().map(|expr| result::<T>(function, vec![expr])), depth)
}

/// A function of an expression and an operand of type `U`.
fn binary<X: Expression, U: ColumnType, O: Operand<X::Model, U>, T: ColumnType>(
    function: Function,
    expression: X,
    operand: O,
) -> Computed<O::Source, T> {
    let depth = 1 + expression.depth().max(operand.depth());
    let call = || Ok(result::<T>(function, vec![expression.into_expr()?, typed::<U>(operand.into_operand()?)]));
    Computed::new(call(), depth)
}

/// The function with a result of type `T`.
fn result<T: ColumnType>(function: Function, arguments: Vec<Expr>) -> Expr {
    let call = Expr::function(function, arguments);
    if function.counts() { Expr::Typed(Box::new(call), SqlType::BigInt) } else { as_type::<T>(call) }
}

/// What computes a value of this type, which the database is told where it could not know how the value compares.
pub(crate) fn as_type<T: ColumnType>(expr: Expr) -> Expr {
    if T::TYPE.has_decimals() { Expr::Typed(Box::new(expr), T::TYPE) } else { expr }
}

/// As [`as_type`], of what may have no column in it, or others than its value is from: only its type says that text
/// compares by code point then.
pub(super) fn collated<T: ColumnType>(expr: Expr) -> Expr {
    if T::TYPE == SqlType::Text { Expr::Typed(Box::new(expr), T::TYPE) } else { as_type::<T>(expr) }
}

/// A value of the library's own, whose type the database is told.
fn constant<T: ColumnType>(value: &T) -> Result<Expr, ValueError> {
    Ok(typed::<T>(Expr::Value(crate::value::Parameter::new(value)?)))
}
