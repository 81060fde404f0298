//! What relationships add to queries: eager loads, and joins along them.

use crate::model::Model;
use crate::query::{Has, Joined, Query, Scope};
use crate::relation::load::{Children, equal_keys};
use crate::relation::{IntoLoad, Joinable, Kind, Load, Loadable, Relation, Strategy};
use crate::sql::{Alias, Expr, JoinKind};

/// Kinds whose target a query of the scope `S` has joined.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded from the joins of this query, for it is not among them",
    label = "this is not joined",
    note = "join it first, `.join(RELATIONSHIP)`, or load it by a join of its own: `.with(RELATIONSHIP.joined())`"
)]
pub trait FromJoin<S, Index>: Loadable {}

#[diagnostic::do_not_recommend]
impl<K: Loadable, S: Has<K::Target, Index>, Index> FromJoin<S, Index> for K {}

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
    /// let people = Person::query().with(Person::PETS).all(&db)?; // two statements, however many people
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
    /// A limit counts joined rows here, not rows of the model.
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
    pub fn with_from_join<K: FromJoin<S, I>, I>(mut self, relation: Relation<M, K>) -> Self {
        self.forget_identity(K::Target::NAME);
        self.add_load(Box::new(Load { from_join: true, ..Load::new(relation, Strategy::Joined) }));
        self
    }

    /// Joins the model that a relationship leads to (`JOIN`): its columns can be used then.
    ///
    /// The query gives a row of its own model for each joined row, as SQL does: for rows that have any, `filter` by
    /// `any(..)`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// let query = Person::query().join(Person::PETS).filter(Pet::NAME.eq("rex"));
    /// let sql = query.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#"JOIN "pet" ON "person"."id" = "pet"."person_id" WHERE "pet"."name" = ?"#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn join<P: Model, K: Joinable, I>(self, relation: Relation<P, K>) -> Query<M, Scope<K::Target, S>>
    where
        S: Has<P, I>,
    {
        self.joined(relation, JoinKind::Inner)
    }

    /// Joins the model that a relationship leads to (`LEFT JOIN`): rows that lead to none stay, with NULLs in its place.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::new().insert(&db)?;
    /// let all = Person::query().left_join(Person::PETS).order_by((Person::ID, Pet::NAME));
    /// assert_eq!(all.count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn left_join<P: Model, K: Joinable, I>(self, relation: Relation<P, K>) -> Query<M, Scope<K::Target, S>>
    where
        S: Has<P, I>,
    {
        self.joined(relation, JoinKind::Left)
    }

    fn joined<P: Model, K: Kind>(self, relation: Relation<P, K>, kind: JoinKind) -> Query<M, Scope<K::Target, S>> {
        let link = &relation.link;
        let (from, target) = (Alias::from(P::NAME), Alias::from(K::Target::NAME));
        let number = self.next_link();
        let tables = Children::called::<K::Target>(link, target, |name| Alias::numbered(name, number));
        let identity = K::Target::TABLE.identity().map(|index| target.column(K::Target::TABLE.columns[index].name));
        let mut identity: Vec<Expr> = identity.collect();
        if link.through.is_some_and(|through| !through.once) {
            let links = tables.holder_table;
            identity.extend(links.identity().map(|index| tables.holder.column(links.columns[index].name)));
        }
        self.add_join(Joined {
            table: K::Target::NAME,
            kind,
            right: tables.from::<K::Target>(link),
            on: equal_keys::<P>(link, from, tables.keys(link)),
            identity,
        })
    }
}
