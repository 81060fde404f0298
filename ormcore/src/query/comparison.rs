//! What the comparisons of [`Expression`] are made of, and the types that have them.

use crate::query::{Expression, Operand, Predicate};
use crate::sql::{Expr, Like};
use crate::value::{Parameter, SqlType, Value, ValueError};

pub(super) fn compare<X: Expression, O: Operand<X::Model, X::Type>>(
    left: X,
    right: O,
    join: fn(Expr, Expr) -> Expr,
) -> Predicate<O::Source> {
    let depth = 1 + left.depth().max(right.depth());
    Predicate::new(joined(left.into_expr(), right.into_operand(), join), depth)
}

fn joined(
    left: Result<Expr, ValueError>,
    right: Result<Expr, ValueError>,
    join: fn(Expr, Expr) -> Expr,
) -> Result<Expr, ValueError> {
    let (left, right) = (left?, right?);
    let right = beside(&left, right);
    Ok(join(left.into_counted(), right))
}

/// The value, as an integer of 64 bits beside what a function counts: it would be taken for a narrower one.
pub(super) fn beside(counted: &Expr, value: Expr) -> Expr {
    let is_integer = match &value {
        Expr::Value(parameter) => matches!(parameter.value, Value::Int(_)),
        Expr::Argument(_, sql_type) => sql_type.is_integer(),
        _ => false,
    };
    if is_integer && counted.is_counted() { Expr::Typed(Box::new(value), SqlType::BigInt) } else { value }
}

/// Deeper expressions are refused: SQLite takes no more than 1000, and what walks the tree must not run out of stack.
const DEEPEST: usize = 500;

/// The expression, unless it is too deep.
pub(super) fn bounded(expr: Result<Expr, ValueError>, depth: usize) -> Result<Expr, ValueError> {
    if depth <= DEEPEST {
        return expr;
    }
    expr?;
    Err(ValueError::new(format!("an expression that is nested at most {DEEPEST} deep"), "a deeper one"))
}

/// What `is_in` takes for an expression of type `T` on `M`: values, or a query that selects such values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lists no values that a column of type `{T}` can be compared with",
    label = "expected a list of such values, or a query that selects them",
    note = "a query lists the values of one expression that it selects: `Post::query().select(Post::USER_ID)`"
)]
pub trait Listed<M, T> {
    /// What the condition is about.
    type Source;

    /// That the expression is among them, and how deeply they are nested.
    ///
    /// # Errors
    /// If a value cannot be sent.
    fn contains(self, expr: Expr) -> Result<(Expr, usize), ValueError>;
}

#[diagnostic::do_not_recommend]
impl<M, T, L: IntoIterator<Item: Operand<M, T, Source = M>>> Listed<M, T> for L {
    type Source = M;

    fn contains(self, expr: Expr) -> Result<(Expr, usize), ValueError> {
        let (mut depth, mut parameters, mut others) = (1, Vec::new(), Vec::new());
        for value in self {
            depth = depth.max(value.depth());
            match value.into_operand()? {
                Expr::Value(parameter) => parameters.push(parameter),
                other => others.push(expr.clone().equals(other)),
            }
        }
        let listed = expr.among(parameters);
        if others.is_empty() {
            return Ok((listed, depth));
        }
        others.push(listed);
        Ok((Expr::Any(others), depth))
    }
}

pub(super) fn among<X: Expression, L: Listed<X::Model, X::Type>>(expression: X, listed: L) -> Predicate<L::Source> {
    let depth = expression.depth();
    match expression.into_expr().and_then(|expr| listed.contains(expr)) {
        Ok((expr, nested)) => Predicate::new(Ok(expr), depth.max(nested) + 2),
        Err(error) => Predicate::new(Err(error), depth),
    }
}

pub(super) fn like<X: Expression>(expression: X, like: Like, pattern: &str) -> Predicate<X::Model> {
    let depth = 1 + expression.depth();
    Predicate::new(matched(expression.into_expr(), like, pattern), depth)
}

fn matched(expr: Result<Expr, ValueError>, like: Like, pattern: &str) -> Result<Expr, ValueError> {
    if pattern.contains('\0') {
        // SQLite reads a pattern up to there and would match what it should not.
        return Err(ValueError::new("a pattern without NUL", "one with NUL"));
    }
    if pattern.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
        // PostgreSQL refuses it when it comes to it; for SQLite it matches nothing.
        return Err(ValueError::new(
            "a pattern in which a backslash stands before a character",
            "one that ends with it",
        ));
    }
    let pattern = Parameter::new(pattern)?;
    Ok(Expr::Like(Box::new(expr?), like, Box::new(Expr::Value(pattern))))
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
    message = "a column of type `{Self}` holds no text",
    label = "only text columns have `like`, `contains`, `lower`, other functions of text, and full-text search"
)]
pub trait Textual {}

impl Textual for String {}
impl<T: Textual> Textual for Option<T> {}
