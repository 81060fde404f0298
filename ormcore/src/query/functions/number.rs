use std::ops::Neg;

use super::{Nullability, as_type, binary, constant, unary};
use crate::model::Column;
use crate::query::{Computed, Expression, Numeric, Operand, Source};
use crate::sql::{BinaryOperator, Expr, Function};
use crate::value::{ColumnType, Parameter, SqlType, Value};

/// A type whose columns hold numbers.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no numbers",
    label = "only columns of integers, floating-point numbers and decimals have this function"
)]
pub trait Number: Nullability {}

/// A type whose columns hold numbers with fractions.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no numbers with fractions",
    label = "only columns of floating-point numbers and decimals are rounded"
)]
pub trait Fractional: Nullability {}

macro_rules! numbers {
    ($($kind:ident: $($number:ty)*;)*) => {$($(
        impl $kind for $number {}
        impl $kind for Option<$number> {}
    )*)*};
}

numbers! {
    Number: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64;
    Fractional: f32 f64;
}

#[cfg(feature = "decimal")]
numbers! {
    Number: ::rust_decimal::Decimal;
    Fractional: ::rust_decimal::Decimal;
}

/// Functions of numbers.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Parcel {
///     #[column(primary_key)]
///     id: i64,
///     weight: f64,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Parcel,)>()?;
/// Parcel::new(2.345).insert(&db)?;
/// let rounded = (Parcel::WEIGHT.round(2), Parcel::WEIGHT.floor(), (-Parcel::WEIGHT).abs(), Parcel::WEIGHT.power(2.0).round(1));
/// assert_eq!(Parcel::query().select(rounded).one(&db)?, (2.35, 2.0, 2.345, Some(5.5)));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub trait NumberFunctions: Expression {
    /// The number without its sign. That of the smallest `i64` is an error of the database.
    fn abs(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Number,
    {
        unary(Function::Absolute(Self::Type::TYPE), self)
    }

    /// The number rounded to so many digits behind the point, or in front of it where they are negative. Halves are
    /// rounded away from 0, as the number is written: with the 15 digits that are sure of an `f64`, 2.345 becomes 2.35.
    fn round(self, digits: i32) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Fractional,
    {
        let depth = 1 + self.depth();
        // More digits than there are change nothing, and a `Decimal` has no more than 28.
        let most = if Self::Type::TYPE == SqlType::Decimal { 28 } else { 400 };
        let call = || {
            let arguments = vec![self.into_expr()?, constant(&digits.clamp(-most, most))?];
            Ok(as_type::<Self::Type>(Expr::function(Function::Round(Self::Type::TYPE), arguments)))
        };
        Computed::new(call(), depth)
    }

    /// The largest whole number that is not above the number.
    fn floor(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Fractional,
    {
        unary(Function::Floor(Self::Type::TYPE), self)
    }

    /// The smallest whole number that is not below the number.
    fn ceil(self) -> Computed<Self::Model, Self::Type>
    where
        Self::Type: Fractional,
    {
        unary(Function::Ceiling(Self::Type::TYPE), self)
    }

    /// The number to the power of another. NULL where there is no such number: a root of a negative number, 0 to a
    /// negative power.
    fn power<O: Operand<Self::Model, f64>>(self, exponent: O) -> Computed<O::Source, Option<f64>>
    where
        Self::Type: Numeric,
    {
        binary::<_, f64, _, _>(Function::Power, self, exponent)
    }

    /// The square root; NULL of a negative number.
    fn sqrt(self) -> Computed<Self::Model, Option<f64>>
    where
        Self::Type: Numeric,
    {
        unary(Function::SquareRoot, self)
    }
}

impl<X: Expression> NumberFunctions for X {}

macro_rules! negative {
    ($(($($generics:tt)*) $expression:ty;)*) => {$(
        #[doc = "The number with the other sign, as [`Computed`] says."]
        impl<$($generics)*> Neg for $expression {
            type Output = Computed<M, T>;

            fn neg(self) -> Computed<M, T> {
                negated::<_, T>(self)
            }
        }
    )*};
}

negative! {
    (M: Source, T: Numeric + ColumnType, W) Column<M, T, W>;
    (M, T: Numeric + ColumnType) Computed<M, T>;
}

/// By subtraction, for databases differ in the sign of `-0.0`.
fn negated<X: Expression, T: Numeric + ColumnType>(expression: X) -> Computed<X::Model, T> {
    let depth = 1 + expression.depth();
    let negated = expression.into_expr().map(|expr| {
        let zero = Parameter { value: if T::FLOAT { Value::Float(0.0) } else { Value::Int(0) }, secret: false };
        Expr::Value(zero).binary(BinaryOperator::Subtract, expr)
    });
    Computed::new(negated, depth)
}
