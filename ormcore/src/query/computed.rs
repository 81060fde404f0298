use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Rem, Sub};

use crate::model::Column;
use crate::query::comparison::bounded;
use crate::query::{AcrossRows, Aggregate, Assignable, Expression, Operand, Source};
use crate::sql::{BinaryOperator, Expr};
use crate::value::{SqlType, ValueError};

/// What is computed by the database from columns of the model `M`, with values of type `T`.
///
/// Integers are divided as integers, what is divided by 0 is NULL, and `%` cuts off fractions before it divides, on every
/// database. All integers are computed as `i64` and all numbers with fractions as `f64`, whatever their columns' types. A
/// result that is too large for these is an error on PostgreSQL; SQLite goes on with floating-point numbers beyond `i64`,
/// and with infinity beyond `f64`.
#[must_use = "an expression does nothing until it is given to a query"]
pub struct Computed<M, T> {
    expr: Result<Expr, ValueError>,
    depth: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Computed<M, T> {
    pub(crate) fn new(expr: Result<Expr, ValueError>, depth: usize) -> Self {
        Computed { expr: bounded(expr, depth), depth, types: PhantomData }
    }
}

impl<M, T> Expression for Computed<M, T> {
    type Model = M;
    type Type = T;

    fn into_expr(self) -> Result<Expr, ValueError> {
        self.expr
    }

    fn depth(&self) -> usize {
        self.depth
    }
}

impl<M, T> Clone for Computed<M, T> {
    fn clone(&self) -> Self {
        Computed { expr: self.expr.clone(), depth: self.depth, types: PhantomData }
    }
}

impl<M, T> fmt::Debug for Computed<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

/// A type that databases can compute with.
#[diagnostic::on_unimplemented(
    message = "a database cannot compute with columns of type `{Self}`",
    label = "only columns of integer and floating-point types can be computed with"
)]
pub trait Numeric {
    /// Whether its numbers have fractions.
    const FLOAT: bool = false;
    /// Whether there is a wider type of its kind.
    const NARROW: bool = true;
}

macro_rules! numeric {
    ($float:literal $narrow:literal: $($number:ty)*) => {
        $(impl Numeric for $number {
            const FLOAT: bool = $float;
            const NARROW: bool = $narrow;
        })*
    };
}

numeric! { false true: i8 i16 i32 u8 u16 u32 }
numeric! { false false: i64 u64 }
numeric! { true true: f32 }
numeric! { true false: f64 }

impl<T: Numeric> Numeric for Option<T> {
    const FLOAT: bool = T::FLOAT;
    const NARROW: bool = T::NARROW;
}

/// What an expression of type `T` is computed with. The bound on `T` stands here and not at the operators' impls: a bound
/// on the other side's type is what the compiler tells in the words above.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be computed with a value of type `{Self}`",
    label = "expected a value of type `{T}`, or a column of `{M}` of that type"
)]
pub trait Term<M, T>: Operand<M, T> {
    /// Whether numbers of type `T` have fractions.
    const FLOAT: bool;
    #[doc(hidden)]
    const NARROW: bool;
}

impl<M, T: Numeric, O: Operand<M, T, Type: Assignable<T>>> Term<M, T> for O {
    const FLOAT: bool = T::FLOAT;
    const NARROW: bool = T::NARROW;
}

macro_rules! arithmetic {
    ($($operator:ident $method:ident $sql:ident $word:literal,)*) => {$(
        #[doc = concat!("`column ", $word, " value`, as [`Computed`] says.")]
        impl<M: Source, T, W, O: Term<M, T>> $operator<O> for Column<M, T, W> {
            type Output = Computed<O::Source, T>;

            fn $method(self, other: O) -> Computed<O::Source, T> {
                compute(self, BinaryOperator::$sql, other)
            }
        }

        #[doc = concat!("`aggregate ", $word, " value`, or another aggregate, as [`Computed`] says.")]
        impl<Q, T, O: Term<AcrossRows<Q>, T>> $operator<O> for Aggregate<Q, T> {
            type Output = Computed<O::Source, T>;

            fn $method(self, other: O) -> Computed<O::Source, T> {
                compute(self, BinaryOperator::$sql, other)
            }
        }

        #[doc = concat!("`expression ", $word, " value`, as [`Computed`] says.")]
        impl<M, T, O: Term<M, T>> $operator<O> for Computed<M, T> {
            type Output = Computed<O::Source, T>;

            fn $method(self, other: O) -> Computed<O::Source, T> {
                compute(self, BinaryOperator::$sql, other)
            }
        }
    )*};
}

fn compute<M, T, O: Term<M, T>>(
    left: impl Expression<Model = M, Type = T>,
    operator: BinaryOperator,
    right: O,
) -> Computed<O::Source, T> {
    let operator = match operator {
        BinaryOperator::Remainder if O::FLOAT => BinaryOperator::FloatRemainder,
        other => other,
    };
    let depth = 1 + left.depth().max(right.depth());
    let computed = || {
        let (mut left, right) = (left.into_expr()?, right.into_operand()?);
        // A value is sent as the widest of its kind, and makes all of the computation as wide.
        let is_wide = |expr: &Expr| expr.is_value() || matches!(expr, Expr::Binary(..));
        // What a function of the database's own gives may be narrower than its type is here.
        let is_called = |expr: &Expr| matches!(expr, Expr::Call(..));
        let is_narrow = O::NARROW || is_called(&left) || is_called(&right);
        if is_narrow && !is_wide(&left) && !is_wide(&right) {
            left = Expr::Typed(Box::new(left), if O::FLOAT { SqlType::Double } else { SqlType::BigInt });
        }
        Ok(left.binary(operator, right))
    };
    Computed::new(computed(), depth)
}

arithmetic! {
    Add add Add "+",
    Sub sub Subtract "-",
    Mul mul Multiply "*",
    Div div Divide "/",
    Rem rem Remainder "%",
}
