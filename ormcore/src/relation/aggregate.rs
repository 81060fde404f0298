//! Aggregates of the rows that a row leads to, each computed by a subquery.

use crate::model::Model;
use crate::query::{Aggregated, Computed, Predicate, as_type, count};
use crate::relation::Relation;
use crate::relation::condition::related;
use crate::relation::kind::{Kind, ToMany};
use crate::sql::Expr;
use crate::value::{ColumnType, ValueError};

impl<M: Model, K: Kind> Relation<M, K> {
    /// How many rows a row leads to, computed by the database for each: to filter and to order by.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let (ann, bob) = (Person::new().insert(&db)?, Person::new().insert(&db)?);
    /// # Pet::new(&bob).insert(&db)?;
    /// let by_pets = Person::query().order_by(Person::PETS.count().desc()).all(&db)?;
    /// assert_eq!((by_pets[0].id, by_pets[1].id), (bob.id, ann.id));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn count(self) -> Computed<M, i64>
    where
        K: ToMany,
    {
        self.aggregate(count())
    }

    /// How many rows that meet the condition a row leads to.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all(["rex", "tom"].map(|name| Pet::new(name, &ann)), &db)?;
    /// let long = Person::PETS.count_of(Pet::NAME.starts_with("r"));
    /// assert_eq!(Person::query().filter(long.eq(1)).count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn count_of(self, condition: Predicate<K::Target>) -> Computed<M, i64>
    where
        K: ToMany,
    {
        self.aggregate(count().filter(condition))
    }

    /// An aggregate of the rows that a row leads to, computed by the database for each: to select, to filter and to order by,
    /// to compute with and to set columns to.
    ///
    /// A row that is linked several times counts once, and default scopes hold. The aggregate's `filter` says which rows
    /// count. Of no rows a sum, an average, a minimum and the like are `None`, and a count is 0.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::coalesce;
    /// # #[derive(Model)] struct Customer { #[column(primary_key)] id: i64, name: String, #[column(default = 0)] spent: i64, #[relationship] purchases: HasMany<Purchase> }
    /// # #[derive(Model)] struct Purchase { #[column(primary_key)] id: i64, amount: i64, #[column(foreign_key = Customer::ID)] customer_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Customer, Purchase)>()?;
    /// # let (ann, _bob) = (Customer::new("ann").insert(&db)?, Customer::new("bob").insert(&db)?);
    /// # Purchase::insert_all([10, 30].map(|amount| Purchase::new(amount, &ann)), &db)?;
    /// let spent = Customer::PURCHASES.aggregate(Purchase::AMOUNT.sum());
    /// let rows = Customer::query().select((Customer::NAME, spent.clone())).order_by(Customer::NAME).all(&db)?;
    /// assert_eq!(rows, [("ann".to_string(), Some(40)), ("bob".to_string(), None)]);
    ///
    /// let large = Purchase::AMOUNT.max().filter(Purchase::AMOUNT.ge(20));
    /// assert_eq!(Customer::query().filter(Customer::PURCHASES.aggregate(large).is_not_null()).count(&db)?, 1);
    /// Customer::query().update(Customer::SPENT.set(coalesce(spent, 0)), &db)?;
    /// assert_eq!(Customer::query().filter(Customer::SPENT.eq(40)).one(&db)?.name, "ann");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// What is computed of the rows beyond is an aggregate of an aggregate along their own relationship:
    /// `Customer::PURCHASES.aggregate(Purchase::LINES.aggregate(Line::PRICE.sum()).sum())`.
    pub fn aggregate<X, Index>(self, aggregate: X) -> Computed<M, X::Type>
    where
        K: ToMany,
        X: Aggregated<K::Target, Index>,
        X::Type: ColumnType,
    {
        let depth = aggregate.depth() + 1;
        let value = aggregate.into_expr().and_then(|mut aggregate| {
            if !aggregate.has_aggregate() {
                return Err(ValueError::misuse(format!(
                    "`{}.aggregate(..)` takes what is computed from all rows, such as `Model::COLUMN.sum()`",
                    self.link.names.field
                )));
            }
            let condition = take_filter(&mut aggregate);
            related(&self.link, M::TABLE, K::Target::TABLE, condition, aggregate)
        });
        Computed::new(value.map(|rows| as_type::<X::Type>(Expr::Scalar(Box::new(rows)))), depth)
    }
}

/// The condition of the aggregate that this is: as that of the rows an index can serve it.
fn take_filter(expr: &mut Expr) -> Option<Expr> {
    match expr {
        Expr::Typed(inner, _) => take_filter(inner),
        Expr::Aggregate(aggregate) => aggregate.filter.take(),
        _ => None,
    }
}
