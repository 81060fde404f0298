//! What the accessor methods of relationships do: give what is kept, or ask for it.

use crate::database::Transaction;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, by_key};
use crate::plan::Executor;
use crate::query::{Query, Queryable};
use crate::relation::condition::values;
use crate::relation::field::{HasMany, HasOne, RelationshipField};
use crate::relation::link::is_null;
use crate::relation::message::Message;
use crate::relation::order::{is_left_to_database, sort_by_key};
use crate::relation::{Backref, BelongsTo, Dynamic, Kind, Loadable, Nullable, Relation, Strategy, ToMany, ToOne, lazy};
use crate::sql::{Alias, Expr, Select};
use crate::value::ValueError;

impl<M: Model, K: Loadable> Relation<M, K> {
    /// Whether the model declares that an access is an error.
    pub(crate) fn raises(&self) -> bool {
        self.strategy == Strategy::Raise
    }

    /// Whether an access that finds nothing loaded is an error.
    fn refuses(&self, row: &M) -> bool {
        self.field()(row).origin().map_or(self.raises(), |origin| origin.raise)
    }

    /// Asks for what the row leads to, for it is not loaded; `end` reads it from the field then.
    fn ask<'a: 'p, 'p, E: Executor + 'p, O: 'p>(
        self,
        row: &'a M,
        db: E,
        end: fn(Self, &'a M) -> Result<O>,
    ) -> E::Out<'p, O> {
        let origin = self.field()(row).origin();
        if self.refuses(row) {
            return db.ready(Err(Error::from_kind(ErrorKind::NotLoaded {
                model: self.link.names.model.to_string(),
                relationship: self.link.names.field.to_string(),
            })));
        }
        match origin.and_then(|origin| origin.batch.as_deref()).map(|batch| batch.take(row)) {
            Some(Ok(Some(kept))) => {
                let keep = self.field()(row).keep(row, &self.link.near, kept);
                db.ready(keep.and_then(|()| end(self, row)))
            }
            Some(Err(error)) => db.ready(Err(error)),
            Some(Ok(None)) | None => lazy::load(self, row, db, end),
        }
    }
}

impl<M: Model, T: Model, K: Loadable<Target = T, Field = HasMany<T>>> Relation<M, K> {
    /// The rows that the row leads to, asked for at the first access: for the derive.
    ///
    /// # Errors
    /// If they are not loaded and the strategy is `raise`, or the database refuses the statement.
    pub fn many<'a: 'p, 'p, E: Executor + 'p>(self, row: &'a M, db: E) -> E::Out<'p, &'a [T]> {
        match self.field()(row).loaded() {
            Some(rows) => db.ready(Ok(rows)),
            None => self.ask(row, db, |relation, row| Ok(relation.field()(row).loaded().unwrap_or_default())),
        }
    }
}

impl<M: Model, T: Model, K: Loadable<Target = T, Field = HasOne<T>>> Relation<M, K> {
    /// The row that the row leads to, asked for at the first access: for the derive.
    ///
    /// # Errors
    /// As [`Relation::many`].
    pub fn one_or_none<'a: 'p, 'p, E: Executor + 'p>(self, row: &'a M, db: E) -> E::Out<'p, Option<&'a T>> {
        match self.field()(row).loaded() {
            Some(found) => db.ready(Ok(found)),
            None => self.ask(row, db, |relation, row| Ok(relation.field()(row).loaded().flatten())),
        }
    }
}

impl<M: Model, T: Model, K: Loadable<Target = T, Field = BelongsTo<T>>> Relation<M, K> {
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
        let field = self.field()(row);
        match field.current(row, &self.link.near).filter(|_| field.is_loaded() || !self.refuses(row)) {
            Some(found) => db.ready(<Nullable<NULLABLE>>::reference(found, || self.dangling())),
            None => self.ask(row, db, |relation, row| {
                let found = relation.field()(row).current(row, &relation.link.near).flatten();
                <Nullable<NULLABLE>>::reference(found, || relation.dangling())
            }),
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
    pub(crate) fn rows_of(self, row: &M) -> Query<K::Target> {
        let mut query = self.unordered(row);
        if let Some(declared) = self.order {
            query.body().add_unsaid_order(|parts| {
                let mut own = Vec::new();
                declared(&mut own)?;
                parts.append(&mut self.link.order_apart(own, K::Target::TABLE, self.near_values(row)?)?);
                Ok(())
            });
        }
        query
    }

    /// Reads the rows of [`Relation::rows_of`] in the order in which a load gives them.
    pub(crate) fn read_in_order(self, mut rows: Query<K::Target>, tx: &Transaction) -> Result<Vec<K::Target>> {
        let table = K::Target::TABLE;
        if self.order.is_some() || (is_left_to_database(table) && !self.link.single) {
            rows.body().select.order.extend(by_key(table, Alias::from(table.name)));
            return rows.all(tx);
        }
        let mut found = rows.all(tx)?;
        sort_by_key(&mut found);
        Ok(found)
    }

    /// All rows that the row leads to, those outside their model's default scope too, in no order.
    pub(crate) fn all_rows_of(self, row: &M) -> Query<K::Target> {
        self.unordered(row).unscoped()
    }

    fn unordered(self, row: &M) -> Query<K::Target> {
        let mut query = K::Target::query();
        query.body().with(self.condition(row), Select::add_filter);
        query
    }

    /// That a row of the target is one that the row leads to.
    fn condition(&self, row: &M) -> Result<Expr, ValueError> {
        if is_null(row, &self.link.near) {
            return Ok(Expr::Truth(false));
        }
        let (near, target) = (self.near_values(row)?, Alias::from(K::Target::NAME));
        Ok(self.link.leads_to(K::Target::TABLE, near, target, 0, self.link.ask_filter()?))
    }

    /// The row's side of the link.
    fn near_values(&self, row: &M) -> Result<Vec<Expr>, ValueError> {
        Ok(values(row, M::TABLE, self.link.near.near())?.into_iter().map(Expr::Value).collect())
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
    if one.link.filter.is_some() {
        Message::new(&one.link.names).one_sided();
    }
    if two.link.filter.is_some() {
        Message::new(&two.link.names).one_sided();
    }
    if !one.link.mirrors(&two.link) {
        Message::new(&one.link.names).no_pair(two.link.names.model, two.link.names.field);
    }
}
