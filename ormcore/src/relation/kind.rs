use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::model::Model;
use crate::relation::field::{BelongsTo, HasMany, HasOne, RelationshipField};

/// What a relationship leads to, and how many: the second parameter of [`Relation`](crate::Relation).
pub trait Kind: Sized + 'static {
    /// Whether the foreign key is the model's own, and not the target's or a link table's.
    #[doc(hidden)]
    const HOLDS_KEY: bool = false;
    /// Whether it is followed and never changed, and a session does nothing along it.
    #[doc(hidden)]
    const ONLY_READ: bool = false;
    /// Whether it gives one row at most, though the database may have several.
    #[doc(hidden)]
    const GIVES_ONE: bool = false;

    /// The model that it leads to.
    type Target: Model;
    /// The type of the struct's field.
    type Field: Send + Sync;
    /// The same link, seen from the target, as a relationship to the model `M`.
    type Reversed<M: Model>: Kind<Target = M>;
}

/// Kinds whose rows are kept in a field, and so can be loaded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps nothing, and so it cannot be loaded",
    label = "a `dynamic` relationship or a backref",
    note = "a dynamic relationship gives a query to refine, and a backref asks at each call; to load rows, declare a field \
            without `lazy = \"dynamic\"` on this model (with `back_populates` instead of `backref`)"
)]
pub trait Loadable: Kind<Field: RelationshipField<Target = <Self as Kind>::Target>> {}

impl<T: Model> Loadable for HasMany<T> {}
impl<T: Model> Loadable for HasOne<T> {}
impl<T: Model> Loadable for BelongsTo<T> {}
impl<T: Model> Loadable for ManyToMany<T> {}
impl<K: Loadable> Loadable for SelfReferential<K> {}
impl<K: Loadable> Loadable for Filtered<K> {}

/// Many to many: rows that a link table joins, kept in a field [`HasMany`].
#[derive(Debug)]
pub struct ManyToMany<T>(PhantomData<fn() -> T>);

/// A relationship of the kind `K` that leads back to its own model.
#[derive(Debug)]
pub struct SelfReferential<K>(PhantomData<fn() -> K>);

/// A relationship of the kind `K` with a condition of its own: it leads to those of its rows that meet that, and is only
/// read.
#[derive(Debug)]
pub struct Filtered<K>(PhantomData<fn() -> K>);

/// A relationship of the kind `K` that is never loaded: its accessor gives a query.
#[derive(Debug)]
pub struct Dynamic<K>(PhantomData<fn() -> K>);

/// A relationship of the kind `K` that was declared on the other side, and has no field here.
#[derive(Debug)]
pub struct Backref<K>(PhantomData<fn() -> K>);

impl<T: Model> Kind for HasMany<T> {
    type Target = T;
    type Field = Self;
    type Reversed<M: Model> = BelongsTo<M>;
}

impl<T: Model> Kind for HasOne<T> {
    const GIVES_ONE: bool = true;
    type Target = T;
    type Field = Self;
    type Reversed<M: Model> = BelongsTo<M>;
}

impl<T: Model> Kind for BelongsTo<T> {
    const HOLDS_KEY: bool = true;
    const GIVES_ONE: bool = true;
    type Target = T;
    type Field = Self;
    type Reversed<M: Model> = HasMany<M>;
}

impl<T: Model> Kind for ManyToMany<T> {
    type Target = T;
    type Field = HasMany<T>;
    type Reversed<M: Model> = ManyToMany<M>;
}

impl<K: Kind> Kind for SelfReferential<K> {
    const HOLDS_KEY: bool = K::HOLDS_KEY;
    const GIVES_ONE: bool = K::GIVES_ONE;
    type Target = K::Target;
    type Field = K::Field;
    type Reversed<M: Model> = SelfReferential<K::Reversed<M>>;
}

impl<K: Kind> Kind for Filtered<K> {
    const HOLDS_KEY: bool = K::HOLDS_KEY;
    const ONLY_READ: bool = true;
    const GIVES_ONE: bool = K::GIVES_ONE;
    type Target = K::Target;
    type Field = K::Field;
    type Reversed<M: Model> = K::Reversed<M>;
}

impl<K: Kind> Kind for Dynamic<K> {
    const HOLDS_KEY: bool = K::HOLDS_KEY;
    const ONLY_READ: bool = K::ONLY_READ;
    const GIVES_ONE: bool = K::GIVES_ONE;
    type Target = K::Target;
    type Field = K::Field;
    type Reversed<M: Model> = K::Reversed<M>;
}

impl<K: Kind> Kind for Backref<K> {
    const HOLDS_KEY: bool = K::HOLDS_KEY;
    const GIVES_ONE: bool = K::GIVES_ONE;
    type Target = K::Target;
    type Field = ();
    type Reversed<M: Model> = K::Reversed<M>;
}

/// Kinds that give many rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to one row at most",
    label = "this asks about many rows",
    note = "write `.has(..)` for `.any(..)`, `.is(..)` for `.contains(..)`, and `.exists()` for a count"
)]
pub trait ToMany: Kind {}

#[diagnostic::do_not_recommend]
impl<T: Model> ToMany for HasMany<T> {}
#[diagnostic::do_not_recommend]
impl<T: Model> ToMany for ManyToMany<T> {}
#[diagnostic::do_not_recommend]
impl<K: ToMany> ToMany for Filtered<K> {}
#[diagnostic::do_not_recommend]
impl<K: ToMany> ToMany for Dynamic<K> {}
#[diagnostic::do_not_recommend]
impl<K: ToMany> ToMany for SelfReferential<K> {}
#[diagnostic::do_not_recommend]
impl<K: ToMany> ToMany for Backref<K> {}

/// Kinds that give one row at most.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to many rows",
    label = "this asks about one row",
    note = "write `.any(..)` for `.has(..)`, and `.contains(..)` for `.is(..)`"
)]
pub trait Single: Kind {}

#[diagnostic::do_not_recommend]
impl<T: Model> Single for HasOne<T> {}
#[diagnostic::do_not_recommend]
impl<T: Model> Single for BelongsTo<T> {}
#[diagnostic::do_not_recommend]
impl<K: Single> Single for Filtered<K> {}
#[diagnostic::do_not_recommend]
impl<K: Single> Single for SelfReferential<K> {}
#[diagnostic::do_not_recommend]
impl<K: Single> Single for Backref<K> {}

/// Kinds that go through a link table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` links no rows",
    label = "this relationship stands on a foreign key, or has a `filter` and is only read",
    note = "of one that stands on a foreign key, set that of the child, and `update` it; a link table is declared by \
            `secondary = ..`",
    note = "of one with a `filter`, link rows by the relationship without it"
)]
pub trait Linked: Kind {}

#[diagnostic::do_not_recommend]
impl<T: Model> Linked for ManyToMany<T> {}
#[diagnostic::do_not_recommend]
impl<K: Linked> Linked for Dynamic<K> {}
#[diagnostic::do_not_recommend]
impl<K: Linked> Linked for SelfReferential<K> {}
#[diagnostic::do_not_recommend]
impl<K: Linked> Linked for Backref<K> {}

/// Kinds along which a query can join: those that lead to another model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads back to its own model, whose columns would not be told apart from those joined",
    label = "a join of a model with itself needs another name for one of the two",
    note = "join it under another name, `let parent = alias!(Node);` and `.join(Node::PARENT.to(parent))`, or filter through \
            it: `.filter(Node::CHILDREN.any(..))` or `.filter(Node::PARENT.has(..))`"
)]
pub trait Joinable: Kind {}

#[diagnostic::do_not_recommend]
impl<T: Model> Joinable for HasMany<T> {}
#[diagnostic::do_not_recommend]
impl<T: Model> Joinable for HasOne<T> {}
#[diagnostic::do_not_recommend]
impl<T: Model> Joinable for BelongsTo<T> {}
#[diagnostic::do_not_recommend]
impl<T: Model> Joinable for ManyToMany<T> {}
#[diagnostic::do_not_recommend]
impl<K: Joinable> Joinable for Filtered<K> {}
#[diagnostic::do_not_recommend]
impl<K: Joinable> Joinable for Dynamic<K> {}
#[diagnostic::do_not_recommend]
impl<K: Joinable> Joinable for Backref<K> {}

/// Whether the foreign key of a to-one may be NULL: what its accessor gives.
#[derive(Debug)]
pub struct Nullable<const NULLABLE: bool>;

/// What the accessor of a to-one gives: the row, or `Option` of it.
pub trait ToOne {
    /// A row that is kept.
    type Ref<'a, T: 'a>;
    /// A row of one's own.
    type Row<T>;

    /// From what was found.
    ///
    /// # Errors
    /// That of `missing`, if a row must be there and is not.
    fn reference<'a, T>(
        found: Option<&'a T>,
        missing: impl FnOnce() -> crate::error::Error,
    ) -> Result<Self::Ref<'a, T>>;

    /// From what was found.
    ///
    /// # Errors
    /// That of `missing`, if a row must be there and is not.
    fn row<T>(found: Option<T>, missing: impl FnOnce() -> Error) -> Result<Self::Row<T>>;
}

impl ToOne for Nullable<true> {
    type Ref<'a, T: 'a> = Option<&'a T>;
    type Row<T> = Option<T>;

    fn reference<T>(found: Option<&T>, _: impl FnOnce() -> Error) -> Result<Option<&T>> {
        Ok(found)
    }

    fn row<T>(found: Option<T>, _: impl FnOnce() -> Error) -> Result<Option<T>> {
        Ok(found)
    }
}

impl ToOne for Nullable<false> {
    type Ref<'a, T: 'a> = &'a T;
    type Row<T> = T;

    fn reference<T>(found: Option<&T>, missing: impl FnOnce() -> Error) -> Result<&T> {
        found.ok_or_else(missing)
    }

    fn row<T>(found: Option<T>, missing: impl FnOnce() -> Error) -> Result<T> {
        found.ok_or_else(missing)
    }
}
