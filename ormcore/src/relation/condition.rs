//! Relationships in conditions: EXISTS, correlated with the row that is asked about.

use crate::model::{Model, Record};
use crate::query::{Expression, Predicate, too_deep};
use crate::relation::Relation;
use crate::relation::kind::{Kind, Single, ToMany};
use crate::relation::link::Link;
use crate::relation::load::key_equals;
use crate::schema::statements::table_name;
use crate::schema::{Lifted, Table};
use crate::sql::expr::narrow;
use crate::sql::{Alias, Expr, From, Select};
use crate::value::{Parameter, ValueError};

impl<M: Model, K: Kind> Relation<M, K> {
    /// True for rows that lead to at least one row that meets the condition (`EXISTS`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::new("rex", &ann).insert(&db)?;
    /// let owners = Person::query().filter(Person::PETS.any(Pet::NAME.eq("rex")));
    /// assert_eq!(owners.count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn any(self, condition: Predicate<K::Target>) -> Predicate<M>
    where
        K: ToMany,
    {
        self.exists_with(condition)
    }

    /// True for rows that lead to a row that meets the condition (`EXISTS`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new("ann").insert(&db)?;
    /// # Pet::new(&ann).insert(&db)?;
    /// let pets = Pet::query().filter(Pet::PERSON.has(Person::NAME.eq("ann")));
    /// assert_eq!(pets.count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn has(self, condition: Predicate<K::Target>) -> Predicate<M>
    where
        K: Single,
    {
        self.exists_with(condition)
    }

    /// True for rows that lead to at least one row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// let owners = Person::query().filter(Person::PETS.exists());
    /// let sql = owners.sql(&ormcore::sql::Sqlite)?.sql;
    /// assert!(sql.ends_with(r#"EXISTS (SELECT 1 FROM "pet" AS "pet#1" WHERE "pet#1"."person_id" = "person"."id")"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn exists(self) -> Predicate<M> {
        self.exists_where(None, 2)
    }

    /// True for rows that lead to no row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # Person::new().insert(&db)?;
    /// assert_eq!(Person::query().filter(Person::PETS.none()).count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn none(self) -> Predicate<M> {
        !self.exists()
    }

    /// True for rows that lead to this row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64 }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::new(&ann).insert(&db)?;
    /// assert_eq!(Pet::query().filter(Pet::PERSON.is(&ann)).count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn is(self, row: &K::Target) -> Predicate<M>
    where
        K: Single,
    {
        self.leads_to(row)
    }

    /// True for rows that lead to this row, among others.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// let rex = Pet::new("rex", &ann).insert(&db)?;
    /// assert_eq!(Person::query().filter(Person::PETS.contains(&rex)).one(&db)?.id, ann.id);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn contains(self, row: &K::Target) -> Predicate<M>
    where
        K: ToMany,
    {
        self.leads_to(row)
    }

    fn leads_to(self, row: &K::Target) -> Predicate<M> {
        let target = Alias::from(K::Target::NAME);
        let indexes: Vec<usize> = K::Target::TABLE.identity().collect();
        let columns = indexes.iter().map(|index| target.column(K::Target::TABLE.columns[*index].name)).collect();
        let condition = values(row, K::Target::TABLE, indexes.into_iter()).map(|values| key_equals(columns, values));
        self.exists_with(Predicate::new(condition, 2))
    }

    fn exists_with(self, condition: Predicate<K::Target>) -> Predicate<M> {
        let depth = condition.depth() + 1;
        self.exists_where(Some(condition.into_expr()), depth)
    }

    fn exists_where(&self, condition: Option<Result<Expr, ValueError>>, depth: usize) -> Predicate<M> {
        let condition = condition.transpose();
        let related =
            condition.and_then(|condition| related(&self.link, M::TABLE, K::Target::TABLE, condition, Expr::Sql("1")));
        Predicate::new(related.map(|rows| Expr::Exists(Box::new(rows))), depth)
    }
}

/// Selects something of the rows that a row leads to, each once, under names that the condition does not use.
pub(super) fn related(
    link: &Link,
    model: &Table,
    table: &'static Table,
    mut condition: Option<Expr>,
    mut column: Expr,
) -> Result<Select, ValueError> {
    if let Some(scopes) = table.ask_scopes(&Lifted::NONE) {
        narrow(&mut condition, scopes?);
    }
    let mut filter = link.ask_filter()?;
    let parts = condition.iter_mut().chain(&mut filter).chain([&mut column]);
    let free = parts.map(Expr::free_number).max().unwrap_or(1);
    let (own, target) = (Alias::from(table.name), Alias::numbered(table.name, free));
    let mut select = Select::new(From::Table(table_name(table), target.number));
    let near = Alias::from(model.name);
    let near = link.near.near().map(|index| near.column(model.columns[index].name)).collect();
    select.filter = Some(link.leads_to(table, near, target, free + 1, filter));
    if let Some(condition) = condition {
        select.add_filter(condition.renamed(own, target));
    }
    select.columns = vec![column.renamed(own, target)];
    match too_deep(&select) {
        Some(misuse) => Err(ValueError::misuse(misuse)),
        None => Ok(select),
    }
}

/// The values of a row of the table at these positions, to be sent.
pub(super) fn values(
    row: &dyn Record,
    table: &Table,
    indexes: impl Iterator<Item = usize>,
) -> Result<Vec<Parameter>, ValueError> {
    let value = |index: usize| {
        let value = row.field(index).value()?.into_owned();
        Ok(Parameter { value, secret: table.columns[index].secret })
    };
    indexes.map(value).collect()
}
