use crate::value::ColumnType;

/// A type whose values can stand where those of the type `T` are expected: in a column, in a computation. The same, one of
/// them optional, and numbers for numbers, but for fractions where integers are expected.
///
/// Comparisons take more: [`Comparable`](crate::query::Comparable).
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot stand where one of type `{T}` is expected",
    label = "expected a value or an expression of type `{T}`",
    note = "a number with a fraction becomes an integer by `.cast::<i64>()`, which cuts the fraction off, and by \
            `.round(0).cast::<i64>()`; a subquery selects it so: `.select(Review::SCORE.avg().round(0).cast::<i32>()).scalar()`"
)]
pub trait Assignable<T> {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType, U: ColumnType> Assignable<T> for U where U::Bare: AssignableBare<T::Bare> {}

/// As [`Assignable`], of types that are no `Option`.
#[doc(hidden)]
pub trait AssignableBare<T> {}

impl<T: ColumnType> AssignableBare<T> for T {}

macro_rules! assignable {
    ($($one:ty: $($other:ty)*;)*) => {$($(impl AssignableBare<$other> for $one {})*)*};
}

assignable! {
    i8: i16 i32 i64 u8 u16 u32 u64 f32 f64;
    i16: i8 i32 i64 u8 u16 u32 u64 f32 f64;
    i32: i8 i16 i64 u8 u16 u32 u64 f32 f64;
    i64: i8 i16 i32 u8 u16 u32 u64 f32 f64;
    u8: i8 i16 i32 i64 u16 u32 u64 f32 f64;
    u16: i8 i16 i32 i64 u8 u32 u64 f32 f64;
    u32: i8 i16 i32 i64 u8 u16 u64 f32 f64;
    u64: i8 i16 i32 i64 u8 u16 u32 f32 f64;
    f32: f64;
    f64: f32;
}
