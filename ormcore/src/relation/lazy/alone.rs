//! Lazy loads of one row, with all that the relationship leads to and nothing else: what most of them are.

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps, Wants};
use crate::error::Result;
use crate::model::{Columns, Model, Record, follow, push, push_made};
use crate::plan::{LazyLoads, Plan, push_all};
use crate::relation::field::RelationshipField;
use crate::relation::lazy::note;
use crate::relation::link::{Link, Pairs, is_null};
use crate::relation::load::read_all;
use crate::relation::order::{DeclaredOrder, is_left_to_database};
use crate::relation::{Kind, Loadable, Relation};
use crate::schema::statements::KeptText;
use crate::schema::{Statements, Table, scopes_asked};
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
        && K::Target::TABLE.scopes.is_empty()
        && !relation.link.may_repeat()
        && relation.field()(row)
            .origin()
            .is_none_or(|origin| origin.batch.is_none() && origin.refinement.is_all(K::Target::TABLE))
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
        let children = (K::Target::TABLE, K::Target::statements());
        let (statement, values) = statement((M::TABLE, M::statements()), link, self.relation.order, children, dialect)?;
        self.values = values;
        batch.push(statement);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_key(M::TABLE, &self.relation.link.near, self.row, parameters)?;
        push_all(&self.values, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        push_made(&mut self.children, || K::Target::decode(&Reader::new(row, K::Target::NAME)))
    }
}

/// A table and its texts.
type Texted = (&'static Table, &'static Statements);

/// The statement that reads the children of one parent, and the values in it but for the key. Its text is kept for the next
/// time unless there are such values, or a default scope or the condition of a relationship is part of it, be it of the order
/// alone, which may be another one then.
fn statement(
    (parents, statements): Texted,
    link: &Link,
    order: Option<DeclaredOrder>,
    (table, children): Texted,
    dialect: &dyn Dialect,
) -> Result<(Statement, Vec<Parameter>)> {
    let (related, name) = (&statements.texts(parents, dialect).related, link.names.field);
    if let Some(text) = related.get(name) {
        return Ok((kept(text), Vec::new()));
    }
    let scopes = scopes_asked();
    let read = read_all(link, order, (table, &children.texts(table, dialect).columns), dialect)?;
    let of_key = read.arguments.len();
    let (statement, mut values) = Statement::written(read, Wants::Rows);
    // Before them are the places of the key.
    values.drain(..of_key);
    if values.is_empty() && scopes_asked() == scopes {
        let text = KeptText { may_leave: statement.may_leave, sql: statement.sql.into_owned() };
        return Ok((kept(related.keep(name, text)), values));
    }
    Ok((statement, values))
}

fn kept(text: &'static KeptText) -> Statement {
    Statement { may_leave: text.may_leave, ..Statement::rows(&*text.sql) }
}

fn push_key(table: &Table, key: &Pairs, row: &dyn Record, parameters: &mut dyn Parameters) -> Result<()> {
    key.near().try_for_each(|index| push(table, index, row.field(index), parameters))
}

impl<M: Model, K: Loadable, O> Plan for Alone<'_, M, K, O> {
    type Output = O;

    fn watch(&mut self, lazy_loads: &LazyLoads) {
        self.watch = Some(lazy_loads.clone());
    }

    fn finish(mut self) -> Result<O> {
        follow(K::Target::RELATIONSHIPS, &mut self.children, self.watch.is_some())?;
        let sorted = self.relation.order.is_some() || is_left_to_database(K::Target::TABLE);
        let kept = K::Field::of(self.children, sorted);
        self.relation.field()(self.row).keep(self.row, &self.relation.link.near, kept)?;
        (self.end)(self.relation, self.row)
    }
}
