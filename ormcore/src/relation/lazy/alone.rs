//! Lazy loads of one row, with all that the relationship leads to and nothing else: what most of them are.

use std::borrow::Cow;

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::{Columns, Model, follow, push};
use crate::plan::{LazyLoads, Plan, push_all};
use crate::relation::field::RelationshipField;
use crate::relation::lazy::note;
use crate::relation::link::is_null;
use crate::relation::load::read_all;
use crate::relation::{Kind, Loadable, Relation};
use crate::schema::statements::Texts;
use crate::sql::Dialect;
use crate::value::Parameter;

/// Loads a relationship of one row.
pub(super) struct Alone<'a, M, K: Kind, O> {
    relation: Relation<M, K>,
    row: &'a M,
    children: Vec<K::Target>,
    /// The values of the order, which come after the key's.
    values: Vec<Parameter>,
    watch: Option<LazyLoads>,
    end: fn(Relation<M, K>, &'a M) -> Result<O>,
}

impl<'a, M: Model, K: Loadable, O> Alone<'a, M, K, O> {
    pub(super) fn new(relation: Relation<M, K>, row: &'a M, end: fn(Relation<M, K>, &'a M) -> Result<O>) -> Self {
        Alone { relation, row, children: Vec::new(), values: Vec::new(), watch: None, end }
    }
}

/// Whether a row loads the relationship so: it leads to whole rows with nothing else, of which the query that gave the row
/// said no more.
pub(super) fn is_alone<M: Model, K: Loadable>(relation: &Relation<M, K>, row: &M) -> bool {
    K::Target::EAGER.is_empty()
        && K::Target::TABLE.scope.is_none()
        && !relation.link.may_repeat()
        && relation.field()(row).origin().is_none_or(|origin| origin.batch.is_none() && origin.refinement.is_all())
}

impl<M: Model, K: Loadable, O> Steps for Alone<'_, M, K, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if let Some(watch) = &self.watch {
            note(watch, self.relation, self.row)?;
        }
        let link = &self.relation.link;
        if is_null(self.row, &link.near) {
            return Ok(Step::Done);
        }
        let texts = M::statements().texts(M::TABLE, dialect);
        let sql = match texts.related.get(link.names.field) {
            Some(sql) => Cow::Borrowed(sql),
            None => {
                let columns = &K::Target::statements().texts(K::Target::TABLE, dialect).columns;
                let read = read_all(link, self.relation.order, (K::Target::TABLE, columns), dialect)?;
                // Before them are the places of the key.
                self.values = read.parameters.into_iter().skip(read.arguments.len()).collect();
                kept(texts, link.names.field, read.sql, &self.values)
            }
        };
        batch.push(Statement::rows(sql));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let near = &self.relation.link.near;
        near.near().try_for_each(|index| push(M::TABLE, index, self.row.field(index), parameters))?;
        push_all(&self.values, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.children.push(K::Target::decode(&Reader::new(row, K::Target::NAME))?);
        Ok(())
    }
}

/// The text, kept for the next time where no value of this time belongs to it.
fn kept(texts: &'static Texts, name: &'static str, sql: Cow<'static, str>, values: &[Parameter]) -> Cow<'static, str> {
    if values.is_empty() { Cow::Borrowed(texts.related.keep(name, sql.into_owned())) } else { sql }
}

impl<M: Model, K: Loadable, O> Plan for Alone<'_, M, K, O> {
    type Output = O;

    fn watch(&mut self, lazy_loads: &LazyLoads) {
        self.watch = Some(lazy_loads.clone());
    }

    fn finish(mut self) -> Result<O> {
        follow(K::Target::RELATIONSHIPS, &mut self.children, self.watch.is_some())?;
        let kept = K::Field::of(self.children, self.relation.order.is_some());
        self.relation.field()(self.row).keep(self.row, &self.relation.link.near, kept)?;
        (self.end)(self.relation, self.row)
    }
}
