//! What relationships add to queries: eager loads, and joins along them.

use std::fmt;
use std::marker::PhantomData;

use crate::model::Model;
use crate::query::{Aliased, Body, Followed, Has, Join, Joined, Place, Query, Source};
use crate::relation::load::{Children, Taken, equal_keys};
use crate::relation::{IntoLoad, Joinable, Kind, Link, Load, Loadable, Relation, Strategy};
use crate::sql::{Alias, JoinKind};

/// A relationship of `M`, or one to an alias, that a query of the scope `S` has joined.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded from the joins of this query, for it is not among them",
    label = "this is not joined",
    note = "join it first, `.join(RELATIONSHIP)`, or load it by a join of its own: `.with(RELATIONSHIP.joined())`",
    note = "one that leads back to its own model is joined under another name, `let child = alias!(Node);` and \
            `.join(Node::CHILDREN.to(child))`, and loaded by it: `.with_from_join(Node::CHILDREN.to(child))`"
)]
pub trait FromJoin<M, S, Index> {
    /// Its kind.
    #[doc(hidden)]
    type Kind: Loadable;

    /// The relationship, and what the query calls the model that it leads to.
    #[doc(hidden)]
    fn joined(self) -> (Relation<M, Self::Kind>, Alias);
}

#[diagnostic::do_not_recommend]
impl<M: Model, K: Loadable + Joinable, S: Has<K::Target, I>, I> FromJoin<M, S, I> for Relation<M, K> {
    type Kind = K;

    fn joined(self) -> (Relation<M, K>, Alias) {
        (self, K::Target::NAME.into())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, K: Loadable, P: Place, S: Has<Aliased<P>, I>, I> FromJoin<M, S, I> for Along<M, M, K, Aliased<P>> {
    type Kind = K;

    fn joined(self) -> (Relation<M, K>, Alias) {
        (self.relation, Aliased::<P>::alias())
    }
}

impl<M: Model, S> Query<M, S> {
    /// Loads a relationship with the rows: by its own strategy, or by the one that is asked for.
    ///
    /// A relationship whose strategy loads nothing with the rows (`select`, `raise`) is loaded by `selectin`. A later
    /// call for the same relationship takes the place of an earlier one.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::new("rex", &ann).insert(&db)?;
    /// let people = Person::query().with(Person::PETS).all(&db)?; // two statements, and not one for each of the people
    /// assert!(people.iter().all(|person| person.pets.is_loaded()));
    /// let people = Person::query().with(Person::PETS.joined()).all(&db)?; // one statement
    /// assert_eq!(people[0].pets(&db)?[0].name, "rex");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn with(mut self, load: impl IntoLoad<M>) -> Self {
        self.add_load(load.into_load());
        self
    }

    /// Loads a relationship from the rows that the query itself has joined, and only from those: a condition on the
    /// joined model also chooses which children are loaded (SQLAlchemy's `contains_eager`).
    ///
    /// A limit counts joined rows here, not rows of the model; `first` and `one` read all of them, so that no collection is
    /// cut. Several rows are gathered only for rows that can be told apart: not for those of a model without a primary key, or
    /// beside a join of a query's rows that are no groups, unless the query is `distinct`. What is joined under another name
    /// is loaded by it, as in `.join(Node::CHILDREN.to(child)).with_from_join(Node::CHILDREN.to(child))`. A relationship that
    /// leads to the same model as the one that is joined is refused when the query runs.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # for name in ["rex", "tom"] { Pet::new(name, &ann).insert(&db)?; }
    /// let query = Person::query().join(Person::PETS).filter(Pet::NAME.eq("tom"));
    /// let people = query.with_from_join(Person::PETS).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn with_from_join<R: FromJoin<M, S, I>, I>(mut self, relation: R) -> Self {
        let (relation, joined) = relation.joined();
        let from_join = find_joined::<M, R::Kind>(&relation.link, joined, self.body());
        self.forget_identity(joined);
        // Which rows are joined is the query's own affair, their scope too.
        self.add_load(Load { from_join: Some(from_join), ..Load::new(relation, Strategy::Joined).unscoped() }.eager());
        self
    }
}

impl<M: Model, K: Kind> Relation<M, K> {
    /// The relationship, as a join that calls the model it leads to by an alias: what joins a table to itself, or one
    /// table twice.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Employee { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Employee::ID)] boss_id: Option<i64>, #[relationship] boss: BelongsTo<Employee> }
    /// let boss = ormcore::alias!(Employee);
    /// let query = Employee::query().left_join(Employee::BOSS.to(boss)).order_by(boss.col(Employee::NAME));
    /// let sql = query.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.contains(r#"LEFT JOIN "employee" AS "employee#alias1" ON "employee"."boss_id" = "employee#alias1"."id""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn to<P: Place<Model = K::Target>>(self, alias: Aliased<P>) -> Along<M, M, K, Aliased<P>> {
        let _ = alias;
        Along { relation: self, ends: PhantomData }
    }
}

impl<P: Place> Aliased<P> {
    /// A relationship of the aliased model, from this occurrence of it: to be joined.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Employee { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Employee::ID)] boss_id: Option<i64>, #[relationship] boss: BelongsTo<Employee> }
    /// let (boss, head) = (ormcore::alias!(Employee), ormcore::alias!(Employee));
    /// let query = Employee::query().join(Employee::BOSS.to(boss)).join(boss.along(Employee::BOSS).to(head));
    /// let sql = query.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#"ON "employee#alias1"."boss_id" = "employee#alias2"."id""#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn along<K: Kind>(self, relation: Relation<P::Model, K>) -> Along<Self, P::Model, K, K::Target> {
        Along { relation, ends: PhantomData }
    }
}

/// A relationship of the model `M`, from one source of a query to another that it joins.
#[must_use = "a join does nothing until it is given to `join` or `left_join`"]
pub struct Along<F, M, K: Kind, T> {
    relation: Relation<M, K>,
    ends: PhantomData<fn() -> (F, T)>,
}

impl<F, M, K: Kind, T> Along<F, M, K, T> {
    /// The same, to an alias.
    pub fn to<P: Place<Model = K::Target>>(self, alias: Aliased<P>) -> Along<F, M, K, Aliased<P>> {
        let _ = alias;
        Along { relation: self.relation, ends: PhantomData }
    }
}

impl<F: Source, M: Model, K: Kind, T: Source> fmt::Debug for Along<F, M, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Along({:?} to {:?})", F::alias(), T::alias())
    }
}

impl<S: Has<P, I>, I, P: Model, K: Joinable> Join<S, I> for Relation<P, K> {
    type Target = K::Target;

    fn join_to(self, body: &mut Body, kind: JoinKind) {
        join_along::<P, K>(&self.link, P::NAME.into(), K::Target::NAME.into(), body, kind);
    }
}

impl<S: Has<F, I>, I, F: Source, M: Model, K: Kind, T: Source> Join<S, I> for Along<F, M, K, T> {
    type Target = T;

    fn join_to(self, body: &mut Body, kind: JoinKind) {
        join_along::<M, K>(&self.relation.link, F::alias(), T::alias(), body, kind);
    }
}

/// What the query has joined under this name; with the table of the keys, if it was joined along this relationship of `M`.
///
/// A condition of the program's own that holds only where the keys agree leads along it too; what another one leads to is
/// the program's affair. Notes a misuse, if another relationship has joined it.
fn find_joined<M: Model, K: Kind>(link: &Link, target: Alias, body: &mut Body) -> Taken {
    let unlinked = Taken { target, links: None };
    let Some(place) = body.joined.iter().position(|joined| joined.alias == target) else { return unlinked };
    let tables = Children::called(link, K::Target::TABLE, target, &mut |name| Alias::link(name, place));
    let keys = equal_keys(link, M::TABLE, M::NAME.into(), tables.keys(link));
    let joined = &body.joined[place];
    // Another relationship may say the same of more columns, or of fewer rows, and leads to less.
    let leads_along = match &joined.along {
        Some(along) => along.keys == keys && along.filtered == link.filtered(),
        None => joined.on.implies(&keys),
    };
    if leads_along {
        return Taken { target, links: Some(tables.holder) };
    }
    if joined.along.is_none() {
        return unlinked;
    }
    let names = link.names;
    body.add_misuse(|| {
        format!(
            "`{0}::{1}` cannot be loaded from this query's join of `{2}`, which another relationship leads to: load it by a \
             join of its own, `.with(RELATIONSHIP.joined())`, or join it under another name, `let other = alias!({3});` and \
             `.join(RELATIONSHIP.to(other)).with_from_join(RELATIONSHIP.to(other))`",
            names.model, names.field, target.name, names.target
        )
    });
    unlinked
}

pub(super) fn join_along<P: Model, K: Kind>(link: &Link, from: Alias, target: Alias, body: &mut Body, kind: JoinKind) {
    let place = body.joined.len();
    let tables = Children::called(link, K::Target::TABLE, target, &mut |name| Alias::link(name, place));
    let mut identity = Joined::key(K::Target::TABLE, target);
    if link.through.is_some_and(|through| !through.once) {
        let links = Joined::key(tables.holder_table, tables.holder);
        identity = identity.zip(links).map(|(target, links)| [target, links].concat());
    }
    let (right, keys) = (tables.from(link, K::Target::TABLE), equal_keys(link, P::TABLE, from, tables.keys(link)));
    let own = Children::own(link, K::Target::TABLE);
    let mut on = keys.clone();
    match link.ask_filter() {
        Ok(Some(filter)) => on = on.and(tables.rename(own, filter)),
        Ok(None) => {}
        Err(error) => body.add_problem(error),
    }
    let (table, repeats) = (Some(K::Target::TABLE), !link.single);
    let along = Some(Followed { keys, filtered: link.filtered() });
    body.join(kind, right, Joined { alias: target, table, identity, repeats, on, along });
}
