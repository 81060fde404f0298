use std::borrow::Cow;

use crate::model::Column;
use crate::query::{Computed, Expression, Source};
use crate::sql::Expr;
use crate::value::{ColumnType, Element, Parameter, ToValue, Value, ValueError};

/// What an expression of type `T` on the model `M` can be compared with or set to: `T`, `&T`, `&str` for `String`, `T`
/// for `Option<T>`, or another expression on the model.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be compared with or set to a value of type `{Self}`",
    label = "expected a value of type `{T}`, or a column of `{M}` of that type",
    note = "a column of another model of the query is wrapped: `of(Other::COLUMN)`, with `ormcore::sql::of`",
    note = "a query that gives one value is `.scalar()`; with many, ask `.is_in(query)`"
)]
pub trait Operand<M, T> {
    /// What a comparison with it is about: `M`, and the models of the operand.
    type Source;
    /// The type of its value.
    type Type;

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
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for &T {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        value(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for T {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        value(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for &T {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        value(self)
    }
}

macro_rules! borrowed_forms {
    ($($borrowed:ty => $owned:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, $owned> for $borrowed {
            type Source = M;
            type Type = $owned;

            fn into_operand(self) -> Result<Expr, ValueError> {
                value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M> Operand<M, Option<$owned>> for $borrowed {
            type Source = M;
            type Type = $owned;

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
    type Source = M;
    type Type = Option<String>;

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
            type Source = M;
            type Type = $array;

            fn into_operand(self) -> Result<Expr, ValueError> {
                $value(&self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, $($generics)*> Operand<M, Option<$array>> for $form {
            type Source = M;
            type Type = $array;

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
impl<M: Source, T, W> Operand<M, T> for Column<M, T, W>
where
    Column<M, T, W>: Expression<Model = M, Type = T>,
{
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }
}

#[diagnostic::do_not_recommend]
impl<M: Source, T, W> Operand<M, Option<T>> for Column<M, T, W>
where
    Column<M, T, W>: Expression<Model = M, Type = T>,
{
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Operand<M, T> for Computed<M, T> {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }

    fn depth(&self) -> usize {
        Expression::depth(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T> Operand<M, Option<T>> for Computed<M, T> {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }

    fn depth(&self) -> usize {
        Expression::depth(self)
    }
}

// What is about the model and another one says so by itself.
#[diagnostic::do_not_recommend]
impl<M, N, T> Operand<M, T> for Computed<(M, N), T> {
    type Source = (M, N);
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }

    fn depth(&self) -> usize {
        Expression::depth(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, N, T> Operand<M, Option<T>> for Computed<(M, N), T> {
    type Source = (M, N);
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_expr()
    }

    fn depth(&self) -> usize {
        Expression::depth(self)
    }
}

/// An expression on another model of the query, as an operand: what [`of`] gives.
#[derive(Debug, Clone)]
pub struct Of<X>(pub(super) X);

/// An expression on another model of the query, to be compared with: `Film::ID.eq(of(Inventory::FILM_ID))`.
///
/// The condition is then about both models: it has a place in queries that have joined both.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::of;
/// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String, #[relationship] pets: HasMany<Pet> }
/// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
/// let namesakes = Person::query().join(Person::PETS).filter(Pet::NAME.eq(of(Person::NAME)));
/// assert!(namesakes.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"WHERE "pet"."name" = "person"."name""#));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn of<X: Expression>(expression: X) -> Of<X> {
    Of(expression)
}

#[diagnostic::do_not_recommend]
impl<M, T, X: Expression> Operand<M, T> for Of<X>
where
    X::Type: Comparable<T>,
{
    type Source = (M, X::Model);
    type Type = X::Type;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.0.into_expr()
    }

    fn depth(&self) -> usize {
        self.0.depth()
    }
}

/// A type whose values are compared with those of the type `T`: the same, one of them optional, and numbers with numbers.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` are not compared with values of type `{T}`",
    label = "expected an expression of type `{T}`"
)]
pub trait Comparable<T> {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType, U: ColumnType> Comparable<T> for U where U::Bare: Alike<T::Bare> {}

/// As [`Comparable`], of types that are no `Option`.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` are not compared with values of type `{T}`",
    label = "expected an expression of type `{T}`"
)]
pub trait Alike<T> {}

impl<T: ColumnType> Alike<T> for T {}

macro_rules! alike {
    ($($one:ty: $($other:ty)*;)*) => {$($(impl Alike<$other> for $one {})*)*};
}

alike! {
    i8: i16 i32 i64 u8 u16 u32 u64 f32 f64;
    i16: i8 i32 i64 u8 u16 u32 u64 f32 f64;
    i32: i8 i16 i64 u8 u16 u32 u64 f32 f64;
    i64: i8 i16 i32 u8 u16 u32 u64 f32 f64;
    u8: i8 i16 i32 i64 u16 u32 u64 f32 f64;
    u16: i8 i16 i32 i64 u8 u32 u64 f32 f64;
    u32: i8 i16 i32 i64 u8 u16 u64 f32 f64;
    u64: i8 i16 i32 i64 u8 u16 u32 f32 f64;
    f32: i8 i16 i32 i64 u8 u16 u32 u64 f64;
    f64: i8 i16 i32 i64 u8 u16 u32 u64 f32;
}
