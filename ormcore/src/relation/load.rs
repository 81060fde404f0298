//! Eager loading: what a query is told of a relationship, and the loader that it becomes.

mod asked;
mod dealing;
mod ends;
mod join;
mod loader;
mod loading;
mod parents;
mod rows;
mod select;
mod wanted;

use std::fmt;
use std::sync::Arc;

pub(crate) use asked::Asked;
pub(crate) use dealing::{Dealt, kept};
pub(crate) use ends::Ends;
pub(crate) use join::equal_keys;
pub(crate) use loader::key_conditions;
pub(crate) use loading::{Kept, Loading};
pub use parents::Parents;
pub(crate) use select::{Children, key_equals, read_all};
pub use wanted::Refinement;
pub(crate) use wanted::Wanted;

use crate::model::{EagerLoad, Model, Shape};
use crate::query::{Condition, LiftedScope, OrderBy, Scope};
use crate::relation::field::RelationshipField;
use crate::relation::load::dealing::dealing;
use crate::relation::{Kind, Loadable, Relation, Strategy};
use crate::schema::Lifted;
use crate::sql::Alias;
use crate::sql::expr::narrow;

/// A relationship that is to be loaded, and how: `Person::DATASETS.selectin()`, refined.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
/// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, age: i32, #[column(foreign_key = Person::ID)] person_id: i64 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Person, Pet)>()?;
/// # let ann = Person::new().insert(&db)?;
/// # for (name, age) in [("rex", 7), ("tom", 1), ("ada", 3)] { Pet::new(name, age, &ann).insert(&db)?; }
/// // The two oldest of the grown-up pets of each person.
/// let pets = Person::PETS.selectin().filter(Pet::AGE.ge(2)).order_by(Pet::AGE.desc()).limit(2);
/// let people = Person::query().with(pets).all(&db)?;
/// let names: Vec<_> = people[0].pets(&db)?.iter().map(|pet| pet.name.as_str()).collect();
/// assert_eq!(names, ["rex", "ada"]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "a load does nothing until it is given to a query by `.with(..)`"]
pub struct Load<M, K: Kind> {
    pub(crate) relation: Relation<M, K>,
    pub(crate) strategy: Strategy,
    pub(crate) refinement: Refinement,
    pub(crate) depth: u8,
    /// Whether it was declared with the model, and no query asked for it.
    pub(crate) declared: bool,
    /// The query's own join, if it is filled from that.
    pub(crate) from_join: Option<Taken>,
}

/// What a query's own join calls the children of a relationship.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) target: Alias,
    /// And the table that holds the keys, the link table or the same, if it is joined along the relationship.
    pub(crate) links: Option<Alias>,
}

// The bound is that of each method, so that the compiler says it in our words.
impl<M: Model, K: Kind> Relation<M, K> {
    /// Loads it at the first access of each row, whatever the model declares.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::new().insert(&db)?;
    /// let person = Person::query().with(Person::PETS.select()).one(&db)?;
    /// assert!(!person.pets.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn select(self) -> Load<M, K>
    where
        K: Loadable,
    {
        Load::new(self, Strategy::Select)
    }

    /// Loads it by the query's own statement, with a LEFT JOIN.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// let query = Person::query().with(Person::PETS.joined());
    /// let sql = query.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#"LEFT JOIN "pet" AS "pet#1" ON "person"."id" = "pet#1"."person_id""#), "{sql}");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn joined(self) -> Load<M, K>
    where
        K: Loadable,
    {
        Load::new(self, Strategy::Joined)
    }

    /// Loads it by a statement of its own, in which the query's is a subquery.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::new().insert(&db)?;
    /// let statements = db.record();
    /// Person::query().with(Person::PETS.subquery()).all(&db)?;
    /// assert!(statements.texts()[1].ends_with(r#"WHERE ("pet"."person_id") IN (SELECT "person"."id" FROM "person")"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn subquery(self) -> Load<M, K>
    where
        K: Loadable,
    {
        Load::new(self, Strategy::Subquery)
    }

    /// Loads it by a statement of its own that lists the parents' keys.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::insert_all([Person::new(), Person::new()], &db)?;
    /// let statements = db.record();
    /// Person::query().with(Person::PETS.selectin()).all(&db)?;
    /// assert!(statements.texts()[1].ends_with(r#"WHERE "pet"."person_id" IN (?, ?)"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn selectin(self) -> Load<M, K>
    where
        K: Loadable,
    {
        Load::new(self, Strategy::Selectin)
    }

    /// Makes every access to it an error that names it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::new().insert(&db)?;
    /// let person = Person::query().with(Person::PETS.raise()).one(&db)?;
    /// let error = person.pets(&db).map(|_| ()).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::NotLoaded { .. }));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn raise(self) -> Load<M, K>
    where
        K: Loadable,
    {
        Load::new(self, Strategy::Raise)
    }

    /// The strategy that it declares, or `selectin` if that loads nothing with the parents.
    fn eager_strategy(&self) -> Strategy {
        match self.strategy {
            Strategy::Select | Strategy::Raise => Strategy::Selectin,
            eager => eager,
        }
    }
}

impl<M: Model, K: Loadable> Load<M, K> {
    pub(crate) fn new(relation: Relation<M, K>, strategy: Strategy) -> Self {
        Load { relation, strategy, refinement: Refinement::ALL, depth: 1, declared: false, from_join: None }
    }

    /// The same, as what loads it knows it; the parents are those of a query, or one row.
    pub(crate) fn asked(self) -> Asked {
        let Load { relation, strategy, refinement, depth, declared, from_join } = self;
        Asked {
            link: relation.link,
            order: relation.order,
            strategy,
            refinement,
            depth,
            declared,
            from_join,
            parents: M::TABLE,
            target: Shape::of::<K::Target>(),
            shared: <K::Field as RelationshipField>::SHARED,
            dealing: dealing::<K::Field>,
            ends: None,
        }
    }

    /// The same, to be handed to the parents that are read.
    pub(crate) fn eager(self) -> Box<dyn EagerLoad> {
        let ends: Arc<dyn Ends> = Arc::new(self.relation);
        Box::new(Asked { ends: Some(ends), ..self.asked() })
    }

    /// Loads only the children that meet the condition; further conditions narrow further (`AND`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all(["rex", "tom"].map(|name| Pet::new(name, &ann)), &db)?;
    /// let people = Person::query().with(Person::PETS.selectin().filter(Pet::NAME.eq("tom"))).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn filter<P: Condition<Scope<K::Target, ()>, I>, I>(mut self, condition: P) -> Self {
        match condition.into_expr() {
            Ok(expr) => narrow(&mut self.refinement.wanted.filter, expr),
            Err(error) => {
                self.refinement.wanted.problem.get_or_insert(error);
            }
        }
        self
    }

    /// Loads the children out of all default scopes of their model too (`#[model(scope = ..)]`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] #[model(scope = alive)] struct Pet { #[column(primary_key)] id: i64, alive: bool, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # fn alive() -> Predicate<Pet> { Pet::ALIVE.eq(true) }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all([true, false].map(|alive| Pet::new(alive, &ann)), &db)?;
    /// let people = Person::query().with(Person::PETS).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 1);
    /// let people = Person::query().with(Person::PETS.selectin().unscoped()).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn unscoped(mut self) -> Self {
        self.refinement.wanted.lifted = Lifted::All;
        self
    }

    /// Loads the children out of a named default scope of their model too (`#[model(scope(name = ..))]`); all other scopes
    /// hold on.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] #[model(scope(alive = alive, tame = tame))] struct Pet { #[column(primary_key)] id: i64, alive: bool, tame: bool, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # fn alive() -> Predicate<Pet> { Pet::ALIVE.eq(true) }
    /// # fn tame() -> Predicate<Pet> { Pet::TAME.eq(true) }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all([(true, true), (false, true), (false, false)].map(|(alive, tame)| Pet::new(alive, tame, &ann)), &db)?;
    /// let pets = Person::PETS.selectin().without_scope(Pet::SCOPE_ALIVE);
    /// let people = Person::query().with(pets).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn without_scope<L: LiftedScope<Scope<K::Target, ()>, I>, I>(mut self, scope: L) -> Self {
        self.refinement.wanted.lifted.lift(scope.place());
        self
    }

    /// Orders each parent's children, instead of the order that the relationship declares.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all(["rex", "tom"].map(|name| Pet::new(name, &ann)), &db)?;
    /// let people = Person::query().with(Person::PETS.selectin().order_by(Pet::NAME.desc())).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?[0].name, "tom");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn order_by<O: OrderBy<Scope<K::Target, ()>, I>, I>(mut self, order: O) -> Self {
        if let Err(error) = order.push_to(&mut self.refinement.wanted.order) {
            self.refinement.wanted.problem.get_or_insert(error);
        }
        self
    }

    /// Loads at most this many children of each parent.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all(["rex", "tom"].map(|name| Pet::new(name, &ann)), &db)?;
    /// let people = Person::query().with(Person::PETS.selectin().limit(1)).all(&db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.refinement.wanted.limit = Some(rows);
        self
    }

    /// Loads a relationship of the children with them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] toys: HasMany<Toy> }
    /// # #[derive(Model)] struct Toy { #[column(primary_key)] id: i64, #[column(foreign_key = Pet::ID)] pet_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet, Toy)>()?;
    /// # let pet = Pet::new(&Person::new().insert(&db)?).insert(&db)?;
    /// # Toy::new(&pet).insert(&db)?;
    /// let people = Person::query().with(Person::PETS.selectin().then(Pet::TOYS.joined())).all(&db)?;
    /// assert!(people[0].pets(&db)?[0].toys.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn then(mut self, load: impl IntoLoad<K::Target>) -> Self {
        let load = load.into_load();
        if let Some(problem) = load.problem() {
            self.refinement.wanted.problem.get_or_insert(problem.clone());
        }
        self.refinement.then.push(load);
        self
    }
}

impl<M: Model, K: Loadable<Target = M>> Relation<M, K> {
    /// Loads a relationship that leads back to its own model this many levels deep: by its own strategy, or by `selectin`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Node { #[column(primary_key)] id: i64, #[column(foreign_key = Node::ID)] parent_id: Option<i64>, #[relationship(foreign_key = Node::PARENT_ID)] children: HasMany<Node> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<Node>()?;
    /// # Node::new().insert(&db)?;
    /// let tops = Node::query().with(Node::CHILDREN.depth(3)).filter(Node::PARENT_ID.is_null()).all(&db)?;
    /// assert!(tops[0].children.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn depth(self, levels: u8) -> Load<M, K> {
        Load::new(self, self.eager_strategy()).depth(levels)
    }
}

impl<M: Model, K: Loadable> Relation<M, K> {
    /// Loads a relationship of the children with them: by its own strategy, or by `selectin`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] toys: HasMany<Toy> }
    /// # #[derive(Model)] struct Toy { #[column(primary_key)] id: i64, #[column(foreign_key = Pet::ID)] pet_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet, Toy)>()?;
    /// # let pet = Pet::new(&Person::new().insert(&db)?).insert(&db)?;
    /// # Toy::new(&pet).insert(&db)?;
    /// let people = Person::query().with(Person::PETS.then(Pet::TOYS)).all(&db)?;
    /// assert!(people[0].pets(&db)?[0].toys.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn then(self, load: impl IntoLoad<K::Target>) -> Load<M, K> {
        Load::new(self, self.eager_strategy()).then(load)
    }
}

impl<M: Model, K: Loadable<Target = M>> Load<M, K> {
    /// Loads a relationship that leads back to its own model this many levels deep. What was said of the load before, such as
    /// a `filter` or [`Load::without_scope`], is about each level; what is said behind, about the first alone.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Node { #[column(primary_key)] id: i64, #[column(foreign_key = Node::ID)] parent_id: Option<i64>, #[relationship(foreign_key = Node::PARENT_ID)] children: HasMany<Node> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<Node>()?;
    /// # Node::new().insert(&db)?;
    /// let tops = Node::query().with(Node::CHILDREN.selectin().depth(3)).filter(Node::PARENT_ID.is_null()).all(&db)?;
    /// assert!(tops[0].children.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn depth(self, levels: u8) -> Self {
        (1..levels).fold(self.clone(), |deeper, _| self.clone().then(deeper))
    }
}

impl<M, K: Kind> Clone for Load<M, K> {
    fn clone(&self) -> Self {
        Load { refinement: self.refinement.clone(), ..*self }
    }
}

impl<M, K: Kind> fmt::Debug for Load<M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load")
            .field("relation", &self.relation)
            .field("strategy", &self.strategy)
            .field("refinement", &self.refinement)
            .finish_non_exhaustive()
    }
}

/// What a query of `M` can be told to load: a relationship, or one with a strategy, such as `Person::DATASETS.joined()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be loaded with rows of `{M}`",
    label = "expected a relationship of `{M}` that is kept in a field",
    note = "`.with(..)` takes a relationship of the query's model, `.then(..)` one of the model that was loaded before; \
            several take a call each, `.with(A).with(B)`; a dynamic relationship or a backref keeps nothing, and so cannot be \
            loaded"
)]
pub trait IntoLoad<M> {
    /// The load.
    fn into_load(self) -> Box<dyn EagerLoad>;
}

/// By the strategy that it declares, or by `selectin` if it declares none that loads with the parents.
impl<M: Model, K: Loadable> IntoLoad<M> for Relation<M, K> {
    fn into_load(self) -> Box<dyn EagerLoad> {
        Load::new(self, self.eager_strategy()).eager()
    }
}

impl<M: Model, K: Loadable> IntoLoad<M> for Load<M, K> {
    fn into_load(self) -> Box<dyn EagerLoad> {
        self.eager()
    }
}
