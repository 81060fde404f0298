//! What the accessor methods of relationships do: give what is kept, or ask for it.

use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::plan::Executor;
use crate::query::{Query, Queryable};
use crate::relation::condition::values;
use crate::relation::field::{HasMany, HasOne, Origin, Remembers};
use crate::relation::lazy::Lazy;
use crate::relation::link::is_null;
use crate::relation::load::{Children, key_condition};
use crate::relation::message::Message;
use crate::relation::{Backref, BelongsTo, Dynamic, Kind, Loadable, Nullable, Relation, Strategy, ToMany, ToOne};
use crate::schema::statements::table_name;
use crate::sql::{Alias, Expr, From, Select};
use crate::value::ValueError;

impl<M: Model, K: Loadable> Relation<M, K>
where
    K::Field: Remembers<K::Target>,
{
    /// What the query said of it that gave the row.
    fn origin<'a>(&self, row: &'a M) -> Option<&'a Origin<K::Target>> {
        self.field()(row).origin()
    }

    /// The error that an access is, if it must not ask the database.
    fn refusal(&self, row: &M) -> Option<Error> {
        let raises = self.origin(row).map_or(self.strategy == Strategy::Raise, |origin| origin.raise);
        raises.then(|| {
            Error::from_kind(ErrorKind::NotLoaded {
                model: self.link.names.model.to_string(),
                relationship: self.link.names.field.to_string(),
            })
        })
    }

    fn lazy<'a, O>(self, row: &'a M, end: fn(Self, &'a M, Vec<K::Target>) -> Result<O>) -> Lazy<'a, M, K, O> {
        let refinement = self.origin(row).map(|origin| origin.refinement.clone());
        Lazy::new(self, row, refinement.unwrap_or_default(), end)
    }
}

impl<M: Model, T: Model, K: Loadable<Target = T, Field = HasMany<T>>> Relation<M, K> {
    /// The rows that the row leads to, asked for at the first access: for the derive.
    ///
    /// # Errors
    /// If they are not loaded and the strategy is `raise`, or the database refuses the statement.
    pub fn many<'a: 'p, 'p, E: Executor + 'p>(self, row: &'a M, db: E) -> E::Out<'p, &'a [T]> {
        if let Some(rows) = self.field()(row).loaded() {
            return db.ready(Ok(rows));
        }
        match self.refusal(row) {
            Some(error) => db.ready(Err(error)),
            None => db.run(self.lazy(row, |relation, row, mut children| {
                if !relation.is_ordered(row) {
                    crate::relation::order::sort_by_key(&mut children);
                }
                Ok(relation.field()(row).keep(children))
            })),
        }
    }

    fn is_ordered(&self, row: &M) -> bool {
        self.order.is_some() || self.origin(row).is_some_and(|origin| origin.refinement.is_ordered())
    }
}

impl<M: Model, T: Model> Relation<M, HasOne<T>> {
    /// The row that the row leads to, asked for at the first access: for the derive.
    ///
    /// # Errors
    /// As [`Relation::many`].
    pub fn one_or_none<'a: 'p, 'p, E: Executor + 'p>(self, row: &'a M, db: E) -> E::Out<'p, Option<&'a T>> {
        if let Some(found) = self.field()(row).loaded() {
            return db.ready(Ok(found));
        }
        match self.refusal(row) {
            Some(error) => db.ready(Err(error)),
            None => db.run(self.lazy(row, |relation, row, mut children| {
                if relation.order.is_none() {
                    crate::relation::order::sort_by_key(&mut children);
                }
                Ok(relation.field()(row).keep(children.into_iter().next()))
            })),
        }
    }
}

impl<M: Model, T: Model> Relation<M, BelongsTo<T>> {
    /// The row that the foreign key points to now, asked for at the first access: for the derive.
    ///
    /// # Errors
    /// As [`Relation::many`]; and if a key that is never NULL points to no row.
    pub fn one<'a: 'p, 'p, const NULLABLE: bool, E: Executor + 'p>(
        self,
        row: &'a M,
        db: E,
    ) -> E::Out<'p, <Nullable<NULLABLE> as ToOne>::Ref<'a, T>>
    where
        Nullable<NULLABLE>: ToOne,
    {
        if let Some(found) = self.field()(row).current(row, &self.link.near) {
            return db.ready(<Nullable<NULLABLE>>::reference(found, || self.dangling()));
        }
        match self.refusal(row) {
            Some(error) => db.ready(Err(error)),
            None => db.run(self.lazy(row, |relation, row, children| {
                let found = children.into_iter().next().map(Into::into);
                let found = relation.field()(row).keep(row, &relation.link.near, found)?;
                <Nullable<NULLABLE>>::reference(found, || relation.dangling())
            })),
        }
    }
}

impl<M: Model, K: Kind> Relation<M, K> {
    /// The error of a foreign key that must point to a row, and does not.
    fn dangling(&self) -> Error {
        let names = self.link.names;
        let criterion = format!("is where the foreign key of `{}::{}` points to", names.model, names.field);
        Error::from_kind(ErrorKind::NotFound { table: K::Target::NAME.to_string(), criterion })
    }

    /// The rows that the row leads to, as a query to refine.
    fn rows_of(self, row: &M) -> Query<K::Target> {
        let mut query = K::Target::query();
        match self.condition(row) {
            Ok(condition) => query.add_condition(condition),
            Err(error) => query.add_problem(error),
        }
        if let Some(declared) = self.order {
            query.add_order(declared);
        }
        query
    }

    /// That a row of the target is one that the row leads to.
    fn condition(&self, row: &M) -> Result<Expr, ValueError> {
        if is_null(row, &self.link.near) {
            return Ok(Expr::Truth(false));
        }
        let values = values(row, self.link.near.near())?;
        let tables = Children::own::<K::Target>(&self.link);
        let is_key = key_condition(tables.keys(&self.link), &values);
        let Some(through) = &self.link.through else { return Ok(is_key) };
        // A subquery, so that joins and conditions of the user's own are about the target.
        let mut links = Select::new(From::Table(table_name(tables.holder_table), 0));
        links.columns =
            through.far.near().map(|index| tables.holder.column(tables.holder_table.columns[index].name)).collect();
        links.filter = Some(is_key);
        let target =
            through.far.far().map(|index| Alias::from(K::Target::NAME).column(K::Target::TABLE.columns[index].name));
        Ok(Expr::InSelect(target.collect(), Box::new(links)))
    }
}

impl<M: Model, K: Kind> Relation<M, Dynamic<K>> {
    /// The rows that the row leads to, as a query to refine: for the derive.
    pub fn query(self, row: &M) -> Query<K::Target> {
        self.rows_of(row)
    }
}

impl<M: Model, K: Kind> Relation<M, Backref<K>> {
    /// The rows that the row leads to: for the derive.
    ///
    /// # Errors
    /// If the database refuses the statement, or a row cannot be read.
    pub fn ask_many<'p, E: Executor + 'p>(self, row: &M, db: E) -> E::Out<'p, Vec<K::Target>>
    where
        K: ToMany,
    {
        self.rows_of(row).all(db)
    }

    /// The row that the row leads to: for the derive.
    ///
    /// # Errors
    /// As [`Relation::ask_many`]; and if a key that is never NULL points to no row.
    pub fn ask_one<'p, const NULLABLE: bool, E: Executor + 'p>(
        self,
        row: &M,
        db: E,
    ) -> E::Out<'p, <Nullable<NULLABLE> as ToOne>::Row<K::Target>>
    where
        Nullable<NULLABLE>: ToOne,
    {
        if is_null(row, &self.link.near) {
            return db.ready(<Nullable<NULLABLE>>::row(None, || self.dangling()));
        }
        self.rows_of(row).first_as(db, move |found| <Nullable<NULLABLE>>::row(found, || self.dangling()))
    }
}

/// Proves that two relationships are the two sides of one link: for `back_populates`.
///
/// # Panics
/// At compile time, if they are not.
#[track_caller]
pub const fn check_pair<M: Model, T: Model, K, L>(one: Relation<M, K>, two: Relation<T, L>)
where
    K: Kind<Target = T>,
    L: Kind<Target = M>,
{
    if !one.link.mirrors(&two.link) {
        Message::new(&one.link.names).no_pair(two.link.names.model, two.link.names.field);
    }
}

impl<T> crate::relation::load::Refinement<T> {
    fn is_ordered(&self) -> bool {
        !self.order.is_empty() || self.limit.is_some()
    }
}
