use std::borrow::Cow;

use crate::model::{Column, Model};
use crate::query::{Computed, Expression};
use crate::sql::Expr;
use crate::value::{ColumnType, Element, Parameter, ToValue, Value, ValueError};

/// What an expression of type `T` on the model `M` can be compared with or set to: `T`, `&T`, `&str` for `String`, `T`
/// for `Option<T>`, or another expression on the model.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be compared with or set to a value of type `{Self}`",
    label = "expected a value of type `{T}`, or a column of `{M}` of that type"
)]
pub trait Operand<M, T> {
    /// The operand as SQL's.
    ///
    /// # Errors
    /// If the value cannot be sent.
    fn into_operand(self) -> Result<Expr, ValueError>;

    /// How deeply it is nested, as [`Expression::depth`].
    fn depth(&self) -> usize {
        1
    }
}

fn value<T: ToValue + ?Sized>(value: &T) -> Result<Expr, ValueError> {
    Parameter::new(value).map(Expr::Value)
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for T {
    fn into_operand(self) -> Result<Expr, ValueError> {
        value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for &T {
    fn into_operand(self) -> Result<Expr, ValueError> {
        value(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for T {
    fn into_operand(self) -> Result<Expr, ValueError> {
        value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for &T {
    fn into_operand(self) -> Result<Expr, ValueError> {
        value(self)
    }
}

macro_rules! borrowed_forms {
    ($($borrowed:ty => $owned:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, $owned> for $borrowed {
            fn into_operand(self) -> Result<Expr, ValueError> {
                value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, Option<$owned>> for $borrowed {
            fn into_operand(self) -> Result<Expr, ValueError> {
                value(&self)
            }
        }
    )*};
}

borrowed_forms! {
    &str => String,
    &&str => String,
    Cow<'_, str> => String,
    &[u8] => Vec<u8>,
}

#[diagnostic::do_not_recommend]
impl<M> Operand<M, Option<String>> for Option<&str> {
    fn into_operand(self) -> Result<Expr, ValueError> {
        value(&self)
    }
}

fn texts(texts: &[&str]) -> Result<Expr, ValueError> {
    let texts = texts.iter().map(|text| Value::Text(Cow::Owned((*text).to_string())));
    Ok(Expr::Value(Parameter { value: Value::Array(texts.collect()), secret: false }))
}

macro_rules! array_forms {
    ($(($($generics:tt)*) $form:ty => $array:ty, $value:path;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, $($generics)*> Operand<M, $array> for $form {
            fn into_operand(self) -> Result<Expr, ValueError> {
                $value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, $($generics)*> Operand<M, Option<$array>> for $form {
            fn into_operand(self) -> Result<Expr, ValueError> {
                $value(&self)
            }
        }
    )*};
}

array_forms! {
    (T: Element) &[T] => Vec<T>, value;
    (T: Element, const N: usize) [T; N] => Vec<T>, value;
    (T: Element, const N: usize) &[T; N] => Vec<T>, value;
    () &[&str] => Vec<String>, texts;
    (const N: usize) [&str; N] => Vec<String>, texts;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T> Operand<M, T> for Column<M, T>
where
    Column<M, T>: Expression<Model = M, Type = T>,
{
    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T> Operand<M, Option<T>> for Column<M, T>
where
    Column<M, T>: Expression<Model = M, Type = T>,
{
    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Operand<M, T> for Computed<M, T> {
    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }

    fn depth(&self) -> usize {
        Expression::depth(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Operand<M, Option<T>> for Computed<M, T> {
    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }

    fn depth(&self) -> usize {
        Expression::depth(self)
    }
}
