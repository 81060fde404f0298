use std::fmt;
use std::marker::PhantomData;

use crate::model::Model;
use crate::query::{Aliased, Body, Condition, Has, Joined, Optional, Place, Predicate, Query, Scope, Source};
use crate::schema::Table;
use crate::schema::statements::table_name;
use crate::sql::{From, JoinKind};

/// What `join` and `left_join` take in a query of the scope `S`: a relationship of a model of it (to an alias where it
/// leads to a model that is there already), or a model and a condition, `Model::on(..)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined to this query",
    label = "expected a relationship, such as `User::POSTS`, or `Post::on(condition)`"
)]
pub trait Join<S, Index> {
    /// What is joined.
    type Target: Source;

    /// Joins it.
    #[doc(hidden)]
    fn join_to(self, body: &mut Body, kind: JoinKind);
}

/// A model, or an alias of one, and the condition on which its rows are joined.
#[must_use = "a join does nothing until it is given to `join` or `left_join`"]
pub struct On<T, Q> {
    table: &'static Table,
    condition: Predicate<Q>,
    target: PhantomData<fn() -> T>,
}

impl<T: Model, Q> On<T, Q> {
    pub(super) fn model(condition: Predicate<Q>) -> Self {
        On { table: T::TABLE, condition, target: PhantomData }
    }
}

impl<P: Place> Aliased<P> {
    /// This occurrence, to be joined where the condition is true.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::of;
    /// # #[derive(Model)] struct Film { #[column(primary_key)] id: i64, title: String, length: i32 }
    /// let longer = ormcore::alias!(Film);
    /// let query = Film::query().join(longer.on(longer.col(Film::LENGTH).gt(of(Film::LENGTH))));
    /// let sql = query.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#"JOIN "film" AS "film#alias1" ON "film#alias1"."length" > "film"."length""#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on<Q>(self, condition: Predicate<Q>) -> On<Self, Q> {
        On { table: P::Model::TABLE, condition, target: PhantomData }
    }
}

impl<T: Source, Q> fmt::Debug for On<T, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("On").field("target", &T::alias()).field("condition", &self.condition).finish()
    }
}

impl<S, I, T: Source, Q> Join<S, I> for On<T, Q>
where
    Scope<T, S>: Has<Q, I>,
{
    type Target = T;

    fn join_to(self, body: &mut Body, kind: JoinKind) {
        let alias = T::alias();
        let identity = Joined::key(self.table, alias);
        match Condition::<Scope<T, S>, I>::into_expr(self.condition) {
            Ok(on) => {
                let right = From::Table(table_name(self.table), alias.number);
                let table = Some(self.table);
                body.join(kind, right, Joined { alias, table, identity, repeats: false, on, along: None });
            }
            Err(error) => body.add_problem(error),
        }
    }
}

impl<M: Model, S> Query<M, S> {
    /// Joins what a relationship leads to (`JOIN`): its columns can be used then.
    ///
    /// The query gives a row of its own model for each joined row, as SQL does: for rows that have any, `filter` by
    /// `any(..)`. A model that is not related is joined `on(..)` a condition.
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
    pub fn join<J: Join<S, I>, I>(mut self, joined: J) -> Query<M, Scope<J::Target, S>> {
        joined.join_to(self.body(), JoinKind::Inner);
        self.in_scope()
    }

    /// Joins what a relationship leads to (`LEFT JOIN`): rows that lead to none stay, with NULLs in its place. Its columns
    /// are selected by `.nullable()`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::new().insert(&db)?;
    /// let all = Person::query().left_join(Person::PETS).order_by((Person::ID, Pet::NAME));
    /// assert_eq!(all.clone().count(&db)?, 1);
    /// assert_eq!(all.select((Person::ID, Pet::NAME.nullable())).all(&db)?, [(1, None)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn left_join<J: Join<S, I>, I>(mut self, joined: J) -> Query<M, Scope<Optional<J::Target>, S>> {
        joined.join_to(self.body(), JoinKind::Left);
        self.in_scope()
    }
}
