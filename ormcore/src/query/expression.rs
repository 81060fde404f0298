use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Rem, Sub};

use crate::model::{Column, Model};
use crate::query::{Operand, Ordering, Predicate};
use crate::sql::expr::escape_like;
use crate::sql::{BinaryOperator, Direction, Expr, Like};
use crate::value::{Parameter, ValueError};

// Expressions are consumed by what is built from them, SQL's `IS` words too.
#[allow(clippy::wrong_self_convention)]
/// What can be compared and ordered by: a column, or what is computed from columns.
///
/// A comparison with `None` asks for NULL (`IS NULL`), as SQLAlchemy's does; otherwise SQL's rule holds that NULL is
/// neither equal to anything nor different from it. (A bare `None` for a column of optional text needs its type, as in
/// `None::<String>`, for `Option<&str>` is taken too; `is_null()` says the same.)
pub trait Expression: Sized {
    /// The model whose columns it uses.
    type Model;
    /// The type of its values.
    type Type;

    /// The expression as SQL's.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn into_expr(self) -> Result<Expr, ValueError>;

    /// How deeply it is nested; a column is 1 deep. What is too deep for databases is an error when the query ends.
    fn depth(&self) -> usize {
        1
    }

    /// `self = value`; `IS NULL` for `None`.
    fn eq(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, Expr::equals)
    }

    /// `self <> value`; `IS NOT NULL` for `None`.
    fn ne(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, Expr::differs)
    }

    /// `self < value`.
    fn lt(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Less, right))
    }

    /// `self <= value`.
    fn le(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::LessOrEqual, right))
    }

    /// `self > value`.
    fn gt(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Greater, right))
    }

    /// `self >= value`.
    fn ge(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::GreaterOrEqual, right))
    }

    /// `self IS DISTINCT FROM value`: NULL counts as a value.
    fn is_distinct_from(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Distinct, right))
    }

    /// `self IS NOT DISTINCT FROM value`: NULL counts as a value.
    fn is_not_distinct_from(self, value: impl Operand<Self::Model, Self::Type>) -> Predicate<Self::Model> {
        compare(self, value, |left, right| left.binary(BinaryOperator::Same, right))
    }

    /// `self BETWEEN low AND high`, both included.
    fn between(
        self,
        low: impl Operand<Self::Model, Self::Type>,
        high: impl Operand<Self::Model, Self::Type>,
    ) -> Predicate<Self::Model> {
        let depth = 1 + self.depth().max(low.depth()).max(high.depth());
        let between = || {
            let (low, high) = (low.into_operand()?, high.into_operand()?);
            Ok(Expr::Between(Box::new(self.into_expr()?), Box::new(low), Box::new(high)))
        };
        Predicate::new(between(), depth)
    }

    /// `self IN (values)`; false if there are none, and a `None` among them asks for NULL. The list may be of any length.
    fn is_in<V: Operand<Self::Model, Self::Type>>(self, values: impl IntoIterator<Item = V>) -> Predicate<Self::Model> {
        among(self, values)
    }

    /// `NOT (self IN (values))`; true if there are none. A row whose value is NULL is not given, unless the list is empty.
    fn not_in<V: Operand<Self::Model, Self::Type>>(
        self,
        values: impl IntoIterator<Item = V>,
    ) -> Predicate<Self::Model> {
        !self.is_in(values)
    }

    /// `self IS NULL`.
    fn is_null(self) -> Predicate<Self::Model>
    where
        Self::Type: Nullable,
    {
        let depth = 1 + self.depth();
        Predicate::new(self.into_expr().map(|expr| Expr::IsNull(Box::new(expr), true)), depth)
    }

    /// `self IS NOT NULL`.
    fn is_not_null(self) -> Predicate<Self::Model>
    where
        Self::Type: Nullable,
    {
        let depth = 1 + self.depth();
        Predicate::new(self.into_expr().map(|expr| Expr::IsNull(Box::new(expr), false)), depth)
    }

    /// Whether the text matches the pattern, in which `%` stands for any text, `_` for any character, and `\` before
    /// either for the character itself. Upper and lower case differ, on every database.
    fn like(self, pattern: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, pattern.as_ref())
    }

    /// As [`Expression::like`], but upper and lower case are the same.
    fn ilike(self, pattern: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseInsensitive, pattern.as_ref())
    }

    /// Whether the text contains the other; wildcards in it stand for themselves.
    fn contains(self, text: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, &format!("%{}%", escape_like(text.as_ref())))
    }

    /// Whether the text starts with the other; wildcards in it stand for themselves.
    fn starts_with(self, text: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, &format!("{}%", escape_like(text.as_ref())))
    }

    /// Whether the text ends with the other; wildcards in it stand for themselves.
    fn ends_with(self, text: impl AsRef<str>) -> Predicate<Self::Model>
    where
        Self::Type: Textual,
    {
        like(self, Like::CaseSensitive, &format!("%{}", escape_like(text.as_ref())))
    }

    /// Smallest first, for `order_by`.
    fn asc(self) -> Ordering<Self::Model> {
        Ordering::new(self.into_expr(), Direction::Ascending)
    }

    /// Largest first, for `order_by`.
    fn desc(self) -> Ordering<Self::Model> {
        Ordering::new(self.into_expr(), Direction::Descending)
    }
}

fn compare<X: Expression>(
    left: X,
    right: impl Operand<X::Model, X::Type>,
    join: fn(Expr, Expr) -> Expr,
) -> Predicate<X::Model> {
    let depth = 1 + left.depth().max(right.depth());
    Predicate::new(left.into_expr().and_then(|left| Ok(join(left, right.into_operand()?))), depth)
}

/// Deeper expressions are refused: SQLite takes no more than 1000, and what walks the tree must not run out of stack.
const DEEPEST: usize = 500;

/// The expression, unless it is too deep.
pub(super) fn bounded(expr: Expr, depth: usize) -> Result<Expr, ValueError> {
    if depth <= DEEPEST {
        return Ok(expr);
    }
    Err(ValueError::new(format!("an expression that is nested at most {DEEPEST} deep"), "a deeper one"))
}

fn among<X: Expression, V: Operand<X::Model, X::Type>>(
    expression: X,
    values: impl IntoIterator<Item = V>,
) -> Predicate<X::Model> {
    let mut depth = expression.depth();
    let listed = || {
        let expr = expression.into_expr()?;
        let mut parameters = Vec::new();
        let mut others = Vec::new();
        for value in values {
            depth = depth.max(value.depth());
            match value.into_operand()? {
                Expr::Value(parameter) => parameters.push(parameter),
                other => others.push(expr.clone().equals(other)),
            }
        }
        let listed = expr.among(parameters);
        if others.is_empty() {
            return Ok(listed);
        }
        others.push(listed);
        Ok(Expr::Any(others))
    };
    let listed = listed();
    Predicate::new(listed, depth + 2)
}

fn like<X: Expression>(expression: X, like: Like, pattern: &str) -> Predicate<X::Model> {
    let depth = 1 + expression.depth();
    let matched = || {
        if pattern.contains('\0') {
            // SQLite reads a pattern up to there and would match what it should not.
            return Err(ValueError::new("a pattern without NUL", "one with NUL"));
        }
        let pattern = Parameter::new(pattern)?;
        Ok(Expr::Like(Box::new(expression.into_expr()?), like, Box::new(Expr::Value(pattern))))
    };
    Predicate::new(matched(), depth)
}

impl<M: Model, T> Expression for Column<M, T> {
    type Model = M;
    type Type = T;

    fn into_expr(self) -> Result<Expr, ValueError> {
        Ok(Expr::Column { table: M::NAME, name: self.name() })
    }
}

/// What is computed from columns of the model `M`, with values of type `T`.
#[must_use = "an expression does nothing until it is given to a query"]
pub struct Computed<M, T> {
    expr: Result<Expr, ValueError>,
    depth: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Computed<M, T> {
    fn new(expr: Result<Expr, ValueError>, depth: usize) -> Self {
        Computed { expr: expr.and_then(|expr| bounded(expr, depth)), depth, types: PhantomData }
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

/// A type whose columns may hold NULL: `Option<T>`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is never NULL",
    label = "this column is not nullable",
    note = "give the field the type `Option<{Self}>` if the column may hold NULL"
)]
pub trait Nullable {}

impl<T> Nullable for Option<T> {}

/// A type whose columns hold text.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no text to match",
    label = "only text columns have `like`, `contains`, `starts_with` and `ends_with`"
)]
pub trait Textual {}

impl Textual for String {}
impl<T: Textual> Textual for Option<T> {}

/// A type that databases can compute with.
#[diagnostic::on_unimplemented(
    message = "a database cannot compute with columns of type `{Self}`",
    label = "only columns of integer and floating-point types can be computed with"
)]
pub trait Numeric {}

macro_rules! numeric {
    ($($number:ty)*) => { $(impl Numeric for $number {})* };
}

numeric! { i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 }

impl<T: Numeric> Numeric for Option<T> {}

/// What an expression of type `T` is computed with. The bound on `T` stands here and not at the operators' impls: a bound
/// on the other side's type is what the compiler tells in the words above.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be computed with a value of type `{Self}`",
    label = "expected a value of type `{T}`, or a column of `{M}` of that type"
)]
pub trait Term<M, T>: Operand<M, T> {}

impl<M, T: Numeric, O: Operand<M, T>> Term<M, T> for O {}

macro_rules! arithmetic {
    ($($operator:ident $method:ident $sql:ident $word:literal,)*) => {$(
        #[doc = concat!("`column ", $word, " value`, computed by the database; integers are divided as integers.")]
        impl<M: Model, T, O: Term<M, T>> $operator<O> for Column<M, T> {
            type Output = Computed<M, T>;

            fn $method(self, other: O) -> Computed<M, T> {
                compute(self, BinaryOperator::$sql, other)
            }
        }

        #[doc = concat!("`expression ", $word, " value`, computed by the database; integers are divided as integers.")]
        impl<M, T, O: Term<M, T>> $operator<O> for Computed<M, T> {
            type Output = Computed<M, T>;

            fn $method(self, other: O) -> Computed<M, T> {
                compute(self, BinaryOperator::$sql, other)
            }
        }
    )*};
}

fn compute<M, T>(
    left: impl Expression<Model = M, Type = T>,
    operator: BinaryOperator,
    right: impl Operand<M, T>,
) -> Computed<M, T> {
    let depth = 1 + left.depth().max(right.depth());
    Computed::new(left.into_expr().and_then(|left| Ok(left.binary(operator, right.into_operand()?))), depth)
}

arithmetic! {
    Add add Add "+",
    Sub sub Subtract "-",
    Mul mul Multiply "*",
    Div div Divide "/",
    Rem rem Remainder "%",
}
