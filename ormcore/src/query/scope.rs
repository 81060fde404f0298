use std::marker::PhantomData;

use crate::sql::Expr;
use crate::value::ValueError;

/// A scope as a list of types: the model `Head`, and the scope `Tail` of the others.
#[derive(Debug)]
pub struct Scope<Head, Tail>(PhantomData<fn() -> (Head, Tail)>);

/// The model is the head of the scope; the compiler finds this by itself.
#[derive(Debug)]
pub struct Here;

/// The model is in the tail of the scope; the compiler finds this by itself.
#[derive(Debug)]
pub struct There<Index>(PhantomData<Index>);

/// A scope that holds the model `M`.
#[diagnostic::on_unimplemented(
    message = "`{M}` is not part of this query",
    label = "this is about `{M}`",
    note = "a query is about its own model, and about those that are joined to it: `.join(..)` a relationship that leads to \
            `{M}`, or ask through it: `.filter(RELATIONSHIP.any(..))`, or `.has(..)` of a to-one",
    note = "a load, and the `order_by` of a relationship, are about the model that the relationship leads to"
)]
pub trait Has<M, Index> {}

#[diagnostic::do_not_recommend]
impl<M, Tail> Has<M, Here> for Scope<M, Tail> {}
#[diagnostic::do_not_recommend]
impl<M, Head, Tail: Has<M, Index>, Index> Has<M, There<Index>> for Scope<Head, Tail> {}

/// What `filter` takes in a query of the scope `S`: a [`Predicate`](crate::query::Predicate) on a model of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no condition of this query",
    label = "expected a condition, such as `User::NAME.eq(\"ann\")`"
)]
pub trait Condition<S, Index> {
    /// The condition as SQL's.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn into_expr(self) -> Result<Expr, ValueError>;
}
