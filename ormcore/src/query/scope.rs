use std::any::TypeId;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::model::{Column, DefaultScope, Model};
use crate::sql::{Alias, Expr};
use crate::value::ValueError;

/// A scope as a list of types: the source `Head`, and the scope `Tail` of the others.
#[derive(Debug)]
pub struct Scope<Head, Tail>(PhantomData<fn() -> (Head, Tail)>);

/// The source is the head of the scope; the compiler finds this by itself.
#[derive(Debug)]
pub struct Here;

/// The source is in the tail of the scope; the compiler finds this by itself.
#[derive(Debug)]
pub struct There<Index>(PhantomData<Index>);

/// The source is there, and a row may be without it; the compiler finds this by itself.
#[derive(Debug)]
pub struct Perhaps;

/// In a scope, a source that a `left_join` added: a row may be without it.
///
/// As what an expression is about, it says that the expression expects that: what `.nullable()` gives.
#[derive(Debug)]
pub struct Optional<Q>(PhantomData<fn() -> Q>);

/// What an expression is about that is computed from the rows of a group: an aggregate.
#[derive(Debug)]
pub struct AcrossRows<Q>(PhantomData<fn() -> Q>);

/// The rows of the scope `S` as a whole: at home are aggregates, and what is computed from them alone.
#[derive(Debug)]
pub struct Whole<S>(PhantomData<fn() -> S>);

/// What an expression is about that is computed for each row from the rows around it: a window function.
#[derive(Debug)]
pub struct OverRows<Q>(PhantomData<fn() -> Q>);

/// A source of the query around a subquery, in the subquery's scope.
#[derive(Debug)]
pub struct Outer<Q>(PhantomData<fn() -> Q>);

/// The scope `S` where whole rows are selected: of what may be missing, only `.nullable()` can be.
#[derive(Debug)]
pub struct Row<S>(PhantomData<fn() -> S>);

/// The scope `S` where groups of rows have been made: aggregates can be used.
#[derive(Debug)]
pub struct Groups<S>(PhantomData<fn() -> S>);

/// The scope `S` where what is selected is put in order: aggregates and window functions can be used.
#[derive(Debug)]
pub struct Sorted<S>(PhantomData<fn() -> S>);

/// What a query reads rows from: a model, or an alias of one.
pub trait Source: 'static {
    /// What statements call it.
    fn alias() -> Alias;

    /// Whether a column may be NULL.
    fn may_be_null(index: usize) -> bool;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Source for M {
    fn alias() -> Alias {
        Alias::from(M::NAME)
    }

    fn may_be_null(index: usize) -> bool {
        M::TABLE.may_be_null(index)
    }
}

/// What [`alias!`](crate::alias) makes a type of: a place in the program.
#[doc(hidden)]
pub trait Place: 'static {
    type Model: Model;
}

/// One more occurrence of a model in a query: what [`alias!`](crate::alias) gives.
pub struct Aliased<P>(PhantomData<fn() -> P>);

impl<P: Place> Aliased<P> {
    #[doc(hidden)]
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Aliased(PhantomData)
    }

    /// The model's column as a column of this occurrence.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Employee { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Employee::ID)] boss_id: Option<i64>, #[relationship] boss: BelongsTo<Employee> }
    /// let boss = ormcore::alias!(Employee);
    /// let query = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::NAME).eq("ann"));
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"WHERE "employee#alias1"."name" = ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub const fn col<T, W>(self, column: Column<P::Model, T, W>) -> Column<Self, T, W> {
        Column::new(column.index(), column.name())
    }

    /// The model's default scope as a scope of this occurrence.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] #[model(scope(kept = kept))] struct Employee { #[column(primary_key)] id: i64, left: bool, #[column(foreign_key = Employee::ID)] boss_id: Option<i64>, #[relationship] boss: BelongsTo<Employee> }
    /// # fn kept() -> Predicate<Employee> { Employee::LEFT.eq(false) }
    /// let boss = ormcore::alias!(Employee);
    /// let query = Employee::query().join(Employee::BOSS.to(boss)).without_scope(boss.scope(Employee::SCOPE_KEPT));
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#" WHERE "employee"."left" = ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub const fn scope(self, scope: DefaultScope<P::Model>) -> DefaultScope<Self> {
        DefaultScope::new(scope.index())
    }
}

impl<P> Clone for Aliased<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Aliased<P> {}

impl<P: Place> fmt::Debug for Aliased<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "alias of `{}`", P::Model::NAME)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Place> Source for Aliased<P> {
    fn alias() -> Alias {
        Alias::placed(P::Model::NAME, number_of(TypeId::of::<P>()))
    }

    fn may_be_null(index: usize) -> bool {
        <P::Model as Source>::may_be_null(index)
    }
}

/// A number for the type of a place: two that a macro of the user's writes have one line and column, and two types.
fn number_of(place: TypeId) -> u32 {
    let mut number = Number(0x811c_9dc5);
    place.hash(&mut number);
    number.0
}

/// FNV-1a, so that the same program gives the same number at each run.
struct Number(u32);

impl Hasher for Number {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn finish(&self) -> u64 {
        self.0.into()
    }
}

/// A scope that holds what an expression is about.
#[diagnostic::on_unimplemented(
    message = "`{M}` is not part of this query",
    label = "this is about `{M}`",
    note = "a query is about its own model, and about those that are joined to it: `.join(..)` a relationship that leads to \
            `{M}`, or ask through it: `.filter(RELATIONSHIP.any(..))`, or `.has(..)` of a to-one",
    note = "in a subquery, `.correlated::<Model>()` brings in a model of the query around it, `.correlated_with(alias)` an \
            alias",
    note = "`AcrossRows` is an aggregate: select it, order what is selected by it, or narrow the groups by `.having(..)`; \
            `OverRows` is a window function: select it, or order what is selected by it",
    note = "a load, and the `order_by` of a relationship, are about the model that the relationship leads to"
)]
pub trait Has<M, Index> {}

#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Has<M, Here> for Scope<M, Tail> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Has<M, Perhaps> for Scope<Optional<M>, Tail> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Has<M, Here> for Scope<Outer<M>, Tail> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Head, Tail: Has<M, Index>, Index> Has<M, There<Index>> for Scope<Head, Tail> {}
#[diagnostic::do_not_recommend]
impl<Q, Head, Tail, Index> Has<Optional<Q>, Optional<Index>> for Scope<Head, Tail> where Self: Has<Q, Index> {}

#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Has<M, Here> for Row<Scope<M, Tail>> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Has<M, Here> for Row<Scope<Outer<M>, Tail>> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Has<M, Perhaps> for Row<Scope<Optional<M>, Tail>> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Head, Tail, Index> Has<M, There<Index>> for Row<Scope<Head, Tail>> where Row<Tail>: Has<M, Index> {}
#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<Optional<Q>, Optional<Index>> for Row<S> {}
#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<AcrossRows<Q>, AcrossRows<Index>> for Row<S> {}

#[diagnostic::do_not_recommend]
impl<M: Source, S: Has<M, Index>, Index> Has<M, Groups<Index>> for Groups<S> {}
#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<Optional<Q>, Optional<Index>> for Groups<S> {}
#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<AcrossRows<Q>, AcrossRows<Index>> for Groups<S> {}

#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<AcrossRows<Q>, AcrossRows<Index>> for Whole<S> {}

// A window is made of rows, or of groups where there are any.
#[diagnostic::do_not_recommend]
impl<Q, S, Index> Has<OverRows<Q>, OverRows<Index>> for Row<S> where Groups<S>: Has<Q, Index> {}

#[diagnostic::do_not_recommend]
impl<M: Source, S: Has<M, Index>, Index> Has<M, Sorted<Index>> for Sorted<S> {}
#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<Optional<Q>, Optional<Index>> for Sorted<S> {}
#[diagnostic::do_not_recommend]
impl<Q, S: Has<Q, Index>, Index> Has<AcrossRows<Q>, AcrossRows<Index>> for Sorted<S> {}
#[diagnostic::do_not_recommend]
impl<Q, S, Index> Has<OverRows<Q>, OverRows<Index>> for Sorted<S> where Groups<S>: Has<Q, Index> {}

// What is about nothing is at home everywhere, and what is about several things where all of them are.
#[diagnostic::do_not_recommend]
impl<S> Has<(), ()> for S {}

macro_rules! several {
    ($(($($name:ident $index:ident)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, $($name, $index),*> Has<($($name,)*), ($($index,)*)> for S where $(S: Has<$name, $index>),* {}
        impl<$($name, $index: Present<$name>),*> Present<($($name,)*)> for ($($index,)*) {}
    )*};
}

several! {
    (A IA)
    (A IA B IB)
    (A IA B IB C IC)
    (A IA B IB C IC D ID)
    (A IA B IB C IC D ID E IE)
    (A IA B IB C IC D ID E IE F IF)
    (A IA B IB C IC D ID E IE F IF G IG)
    (A IA B IB C IC D ID E IE F IF G IG H IH)
}

/// A scope of a query that itself reads rows of `M`: not only the query around it does.
#[diagnostic::on_unimplemented(
    message = "this query reads no rows of `{M}` whose scope could be lifted",
    label = "this is a scope of `{M}`",
    note = "a query lifts the scopes of its own model, and of what it has joined, not of the query around it: `.join(..)` \
            first; of an alias it is `alias.scope(Model::SCOPE_NAME)`",
    note = "a load lifts the scopes of the model that its relationship leads to: \
            `.with(RELATIONSHIP.selectin().without_scope(Model::SCOPE_NAME))`"
)]
pub trait Reads<M, Index> {}

#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Reads<M, Here> for Scope<M, Tail> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Tail> Reads<M, Perhaps> for Scope<Optional<M>, Tail> {}
#[diagnostic::do_not_recommend]
impl<M: Source, Head, Tail: Reads<M, Index>, Index> Reads<M, There<Index>> for Scope<Head, Tail> {}

/// What `without_scope` takes in a query of the scope `S`: a [`DefaultScope`] of a model that it reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no default scope of this query",
    label = "expected a constant, such as `Post::SCOPE_KEPT`, which `#[model(scope(kept = ..))]` makes"
)]
pub trait LiftedScope<S, Index> {
    /// What statements call the source, and the position among its scopes.
    #[doc(hidden)]
    fn place(self) -> (Alias, usize);
}

impl<S: Reads<M, Index>, M: Source, Index> LiftedScope<S, Index> for DefaultScope<M> {
    fn place(self) -> (Alias, usize) {
        (M::alias(), self.index())
    }
}

/// Where an expression about `M` is found, if every row has an `M`: not where a `left_join` joined it.
#[diagnostic::on_unimplemented(
    message = "a row of this query may be without `{M}`, which `left_join` joined",
    label = "take `.nullable()` of this, which is an `Option`",
    note = "to leave out rows without `{M}`, use `join`"
)]
pub trait Present<M> {}

#[diagnostic::do_not_recommend]
impl<M> Present<M> for Here {}
#[diagnostic::do_not_recommend]
impl<M, Index: Present<M>> Present<M> for There<Index> {}
#[diagnostic::do_not_recommend]
impl<M, Index> Present<M> for Optional<Index> {}
#[diagnostic::do_not_recommend]
impl<M, Index> Present<M> for AcrossRows<Index> {}
#[diagnostic::do_not_recommend]
impl<M, Index> Present<M> for OverRows<Index> {}
#[diagnostic::do_not_recommend]
impl Present<()> for () {}

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
