//! Relationships: the fields that keep loaded rows, the constants that name them, and what loads them.
//!
//! The accessor of a field loads it lazily; [`Query::with`](crate::Query::with) loads it with the rows of a query, and
//! [`Relation::load`] for rows in hand, each by a [`Strategy`] that changes the statements and never the result.

mod accessor;
mod aggregate;
mod cascade;
mod condition;
mod dependents;
mod field;
mod filter;
mod kind;
mod lazy;
mod link;
mod load;
mod membership;
mod message;
mod nested;
mod order;
mod query;
mod recursive;
mod related;

use std::fmt;

pub use cascade::Cascade;
pub use field::{BelongsTo, HasMany, HasOne};
pub use kind::{
    Backref, Dynamic, Filtered, Joinable, Kind, Linked, Loadable, ManyToMany, SelfReferential, Single, ToMany,
};
pub(crate) use link::KeyColumns;
pub use load::{IntoLoad, Load};
pub(crate) use membership::LinkBatch;
pub use nested::Nesting;
pub use query::FromJoin;

// What generated code names, and what stands between loaders and those who take what they load.
#[doc(hidden)]
pub use accessor::check_pair;
#[doc(hidden)]
pub use field::{Batch, Held, Origin, RelationshipField};
#[doc(hidden)]
pub use filter::{filter, filter_through};
#[doc(hidden)]
pub use kind::{Nullable, ToOne};
#[doc(hidden)]
pub use link::{Link, Names, Pairs, key_column};
#[doc(hidden)]
pub use load::{Parents, Refinement};
#[doc(hidden)]
pub use order::{order_by, order_through};

#[doc(hidden)]
pub use crate::model::{
    AnyRows, Depended, Dependents, EagerLoad, Joining, Joins, Keeper, Led, Loader, Merging, NestedDrafts, Part, Path,
    ReadRows, Records, Related, RowId, SharedRow, Source,
};

use crate::model::Model;
use filter::DeclaredFilter;
use order::DeclaredOrder;

/// How a relationship is loaded; the rows are the same whatever it is.
///
/// The chapter on [relationships](crate::relationships#strategies) shows the SQL of each, and when to choose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strategy {
    /// At the first access, by a statement for that row alone.
    Select,
    /// By the statement that reads the parents, with a LEFT JOIN.
    Joined,
    /// By a statement of its own, in which that of the parents is a subquery.
    Subquery,
    /// By a statement of its own that lists the parents' keys; many keys in several statements.
    Selectin,
    /// Never: an access to what was not loaded is an error.
    Raise,
}

/// A relationship of the model `M`: what `User::DATASETS` is. `K` is its kind, such as `HasMany<Dataset>`.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::Relation;
/// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
/// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Person, Pet)>()?;
/// let pets: Relation<Person, HasMany<Pet>> = Person::PETS;
/// assert_eq!(Person::query().filter(pets.none()).with(pets).count(&db)?, 0);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct Relation<M, K: Kind> {
    pub(crate) link: Link,
    pub(crate) strategy: Strategy,
    pub(crate) depth: u8,
    pub(crate) batch: bool,
    cascade: Cascade,
    order: Option<DeclaredOrder>,
    field: Option<Access<M, K::Field>>,
}

/// How a row's field is reached.
struct Access<M, F> {
    get: fn(&M) -> &F,
    get_mut: fn(&mut M) -> &mut F,
}

impl<M, F> Clone for Access<M, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, F> Copy for Access<M, F> {}

impl<M, K: Kind> Clone for Relation<M, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, K: Kind> Copy for Relation<M, K> {}

impl<M, K: Kind> fmt::Debug for Relation<M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relation({}::{})", self.link.names.model, self.link.names.field)
    }
}

impl<M, K: Kind> Relation<M, K> {
    /// The relationship over a link, kept in a field: for the derive.
    #[must_use]
    pub const fn new(link: Link, get: fn(&M) -> &K::Field, get_mut: fn(&mut M) -> &mut K::Field) -> Self {
        let field = Some(Access { get, get_mut });
        let cascade = Cascade::DEFAULT;
        Relation { link, strategy: Strategy::Select, depth: 1, batch: false, cascade, order: None, field }
    }

    /// Nothing is to be proved: that a relationship is no column is told by its type.
    #[doc(hidden)]
    pub const fn is_changeable(&self) {}

    /// Declares how it is loaded.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Declares how deep it is loaded where it leads back to its own model.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_depth(mut self, levels: u8) -> Self {
        self.depth = levels;
        self
    }

    /// Declares that the first access loads it for all rows of the same query.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_batch(mut self) -> Self {
        self.batch = true;
        self
    }

    /// Declares what a session does along it.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_cascade(mut self, cascade: Cascade) -> Self {
        self.cascade = cascade;
        self
    }

    /// Declares the order of its rows.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_order_by(mut self, order: DeclaredOrder) -> Self {
        self.order = Some(order);
        self
    }

    /// Declares which rows it leads to, if not all: it is only read then, and a session does nothing along it.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_filter(self, filter: DeclaredFilter) -> Relation<M, Filtered<K>> {
        let Relation { link, strategy, depth, batch, cascade: _, order, field } = self;
        let link = Link { filter: Some(filter), ..link };
        Relation { link, strategy, depth, batch, cascade: Cascade::NONE, order, field }
    }

    /// Declares that it is never loaded, and its accessor gives a query.
    #[doc(hidden)]
    #[must_use]
    pub const fn declare_dynamic(self) -> Relation<M, Dynamic<K>> {
        let Relation { link, strategy, depth, batch, cascade, order, field } = self;
        Relation { link, strategy, depth, batch, cascade, order, field }
    }

    /// The relationship from the other side, which keeps nothing; it has a [`Cascade`] of its own, the default.
    ///
    /// # Panics
    /// If it has a condition of its own: then it has no other side.
    #[must_use]
    #[track_caller]
    pub const fn reversed(self, field: &'static str) -> Relation<K::Target, Backref<K::Reversed<M>>>
    where
        M: Model,
    {
        let link = self.link.reversed::<M, K::Target>(field);
        let cascade = Cascade::DEFAULT;
        Relation { link, strategy: Strategy::Select, depth: 1, batch: false, cascade, order: None, field: None }
    }

    /// Its name: that of the field.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// assert_eq!(Person::PETS.name(), "pets");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.link.names.field
    }

    /// Whether the foreign key that it stands on may be NULL.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64 }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: Option<i64>, #[relationship] person: BelongsTo<Person> }
    /// assert!(Pet::PERSON.is_nullable());
    /// ```
    #[must_use]
    pub const fn is_nullable(&self) -> bool {
        self.link.nullable
    }

    /// What a session does along it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship(cascade = "all")] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// assert!(Person::PETS.cascade().deletes()); // by cascade = "all"
    /// assert!(!Pet::PERSON.cascade().deletes());
    /// ```
    #[must_use]
    pub const fn cascade(&self) -> Cascade {
        self.cascade
    }
}

impl<M: Model, K: Loadable> Relation<M, K> {
    /// The field of a row. Loadable kinds have one.
    pub(crate) fn field(&self) -> fn(&M) -> &K::Field {
        match self.field {
            Some(access) => access.get,
            None => unreachable!("a relationship that can be loaded has a field"),
        }
    }

    pub(crate) fn field_mut(&self) -> fn(&mut M) -> &mut K::Field {
        match self.field {
            Some(access) => access.get_mut,
            None => unreachable!("a relationship that can be loaded has a field"),
        }
    }
}
