//! A load as a part of reading its parents: what it joins to their statement, and the statements of its own.

use std::sync::Arc;

use crate::backend::{Parameters, Row, Statement};
use crate::error::{Error, Result};
use crate::model::{Joining, Joins, Loader, Model, Part, Reading, Source};
use crate::plan::push_all;
use crate::relation::field::{Origin, RelationshipField};
use crate::relation::link::Link;
use crate::relation::load::Wanted;
use crate::relation::load::loading::{Kept, Loading, Stage};
use crate::relation::load::parents::Parents;
use crate::relation::load::select::{Children, children, embedded, key_condition};
use crate::relation::{Loadable, Refinement, Strategy};
use crate::schema::Table;
use crate::sql::{Alias, Dialect, Expr, Order, Writer};
use crate::value::{Parameter, ValueError};

/// As many keys as one statement lists.
const KEYS_IN_A_LIST: usize = 500;

impl<M: Model, K: Loadable> Joins for Loading<M, K> {
    fn part(&self) -> Part {
        let embedded = self.load.strategy == Strategy::Subquery;
        if !self.is_joined() {
            return Part { embedded, ..Part::default() };
        }
        let repeating = usize::from(!self.load.relation.link.single && !self.load.from_join);
        let taking = usize::from(self.load.from_join);
        Part { joins: 1, repeating, taking, embedded }.and(self.nested.part())
    }

    fn separate(&mut self) {
        if self.is_joined() && !self.load.from_join && !self.load.relation.link.single {
            self.load.strategy = Strategy::Selectin;
        } else {
            self.nested.separate();
        }
    }

    fn join(&mut self, parent: Alias, statement: &mut Joining) -> Result<()> {
        if !self.is_joined() {
            return Ok(());
        }
        let alias = self.load.join(parent, statement)?;
        self.first_column = statement.width;
        self.never_null = self.first_column + self.load.relation.link.never_null();
        statement.columns.extend(K::Target::TABLE.columns.iter().map(|column| alias.column(column.name)));
        statement.width += K::Target::TABLE.columns.len();
        self.joined_as = Some(alias);
        self.expect_repeats(Self::SHARED || statement.repeats);
        // What comes more than once brings what is nested in it more than once.
        let around = std::mem::replace(&mut statement.repeats, self.seen.is_some());
        self.nested.join(alias, statement)?;
        statement.repeats = around;
        self.deal_at_once();
        Ok(())
    }
}

impl<M: Model, K: Loadable> Loader<M> for Loading<M, K> {
    fn joined_row(&mut self, parent: usize, row: &dyn Row) -> Result<()> {
        if !self.is_joined() {
            return Ok(());
        }
        if row.is_null(self.never_null).map_err(|error| unread::<K>(row, self.never_null, &error))? {
            return Ok(());
        }
        if self.dealing.is_none() {
            return self.take(parent, &[parent], row, false);
        }
        let child = self.decode(row)?;
        self.give(parent, child);
        Ok(())
    }

    fn next(
        &mut self,
        parents: &[M],
        source: Option<&Source>,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<()> {
        if self.load.is_lazy() {
            return Ok(());
        }
        if self.stage == Stage::Waiting && !self.is_joined() {
            self.stage = Stage::Own;
            return self.own_statements(parents, source, dialect, batch);
        }
        if self.stage == Stage::Waiting {
            self.source = source.zip(self.joined_as).map(|(source, alias)| Source::joined(source, alias));
        }
        self.stage = Stage::Nested;
        self.nested.next(&self.children, self.source.as_ref(), dialect, batch)
    }

    fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match self.stage {
            Stage::Own => push_all(&self.parameters[statement], parameters),
            _ => self.nested.bind(statement, parameters),
        }
    }

    fn row(&mut self, statement: usize, row: &dyn Row) -> Result<()> {
        if self.stage != Stage::Own {
            return self.nested.row(statement, row);
        }
        if self.dealing.is_some() {
            return self.deal_row(row);
        }
        let is_read = self.read_key(row)?;
        let Some(key) = self.parents.keys.find() else {
            // A parent that another transaction has just added.
            self.children.truncate(self.children.len() - usize::from(is_read));
            return Ok(());
        };
        match self.parents.only(key) {
            Some(parent) => self.take(key, &[parent], row, is_read),
            None => {
                let parents: Vec<usize> = self.parents.of(key).collect();
                self.take(key, &parents, row, is_read)
            }
        }
    }

    fn finish(&mut self, parents: &mut [M]) -> Result<()> {
        let relation = self.load.relation;
        if self.load.is_lazy() {
            let raise = self.load.strategy == Strategy::Raise;
            let origin = Arc::new(Origin::new(raise, self.load.refinement.clone()));
            parents.iter_mut().for_each(|parent| relation.field_mut()(parent).remember(Arc::clone(&origin)));
            return Ok(());
        }
        let dealt = self.deal(parents.len())?;
        let (field, field_mut) = (relation.field(), relation.field_mut());
        let partial = self.load.is_partial().then(|| {
            let origin = Origin::new(relation.raises(), Refinement::default());
            Arc::new(Origin { partial: true, ..origin })
        });
        let kept = dealt.into_iter().flatten().chain(std::iter::repeat_with(Kept::<K>::default));
        for (parent, kept) in parents.iter_mut().zip(kept) {
            field_mut(parent).reset();
            field(parent).keep(parent, &relation.link.near, kept)?;
            if let Some(partial) = &partial {
                field_mut(parent).remember(Arc::clone(partial));
            }
        }
        Ok(())
    }

    fn watch(&mut self) {
        Loading::watch(self);
    }
}

/// That the columns equal one of the keys, given one after the other; one condition for as many as one statement lists.
fn key_conditions(columns: Vec<Expr>, keys: Vec<Parameter>) -> Vec<Expr> {
    let most = KEYS_IN_A_LIST * columns.len();
    if keys.len() <= most {
        return vec![key_condition(columns, keys)];
    }
    keys.chunks(most).map(|keys| key_condition(columns.clone(), keys.to_vec())).collect()
}

/// The statement that reads those children of the table for which the condition holds; its columns are given as they are
/// written.
fn read_children(
    link: &Link,
    table: (&'static Table, &'static str),
    wanted: &Wanted,
    order: Vec<Order>,
    condition: Expr,
    nested: &mut dyn Joins,
) -> Result<Reading> {
    let (select, further) = children(link, table.0, wanted, order, condition);
    Reading::new(select, further, table, nested, link.may_repeat())
}

#[cold]
fn unread<K: Loadable>(row: &dyn Row, index: usize, error: &ValueError) -> Error {
    Error::decode(K::Target::NAME, &row.name(index), error)
}

impl<M: Model, K: Loadable> Loading<M, K> {
    #[inline]
    fn give(&mut self, parent: usize, child: K::Target) {
        if let Some(dealing) = &mut self.dealing {
            dealing.give(parent, child);
        }
    }

    /// Reads the child in a row of a statement of its own, and gives each of its parents one.
    fn deal_row(&mut self, row: &dyn Row) -> Result<()> {
        let near = self.load.relation.link.near;
        let read = match &self.load.relation.link.through {
            Some(through) => {
                // The columns of a link table stand behind those of the children, in the order of the key.
                let first = K::Target::TABLE.columns.len();
                self.parents.read_values(row, (through.table)(), &near, Some(first))?;
                None
            }
            None => {
                let child = self.decode(row)?;
                self.parents.push_values(&child, near.far())?;
                Some(child)
            }
        };
        // A parent that another transaction has just added is not known.
        let Some(key) = self.parents.keys.find() else { return Ok(()) };
        let first = match read {
            Some(child) => child,
            None => self.decode(row)?,
        };
        let mut parent = self.parents.first(key);
        self.give(parent, first);
        while let Some(other) = self.parents.after(parent) {
            parent = other;
            let copy = self.decode(row)?;
            self.give(parent, copy);
        }
        Ok(())
    }

    /// Looks up next whose child a row of its own statement holds. Says whether it has added the child to the children, for
    /// the child knows.
    fn read_key(&mut self, row: &dyn Row) -> Result<bool> {
        let near = self.load.relation.link.near;
        if let Some(through) = &self.load.relation.link.through {
            // The columns of a link table stand behind those of the children, in the order of the key.
            let first = K::Target::TABLE.columns.len();
            self.parents.read_values(row, (through.table)(), &near, Some(first))?;
            return Ok(false);
        }
        if self.seen.is_some() {
            self.parents.read_values(row, K::Target::TABLE, &near, None)?;
            return Ok(false);
        }
        self.read(row)?;
        if let Some(child) = self.children.last() {
            self.parents.push_values(child, near.far())?;
        }
        Ok(true)
    }

    /// The statements that read the children of these parents.
    fn own_statements(
        &mut self,
        parents: &[M],
        source: Option<&Source>,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<()> {
        let link = self.load.relation.link;
        self.parents = match self.given.take() {
            Some(given) => *given,
            None => Parents::new(parents, &link.near)?,
        };
        if self.parents.values.is_empty() {
            return Ok(());
        }
        let columns = Children::own(&link, K::Target::TABLE).keys(&link);
        if let Some(source) = source.filter(|_| self.load.strategy == Strategy::Subquery) {
            let condition = embedded(columns, source, M::TABLE, &link.near);
            self.source = self.statement(condition, dialect, batch)?;
            self.deal_at_once();
            return Ok(());
        }
        for condition in key_conditions(columns, std::mem::take(&mut self.parents.values)) {
            self.statement(condition, dialect, batch)?;
        }
        self.deal_at_once();
        Ok(())
    }

    /// Adds the statement that reads the children for which the condition holds.
    fn statement(
        &mut self,
        condition: Expr,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<Option<Source>> {
        let load = &self.load;
        let order = load.order(Alias::from(K::Target::NAME))?;
        let columns = &K::Target::statements().texts(K::Target::TABLE, dialect).columns;
        let (link, table) = (&load.relation.link, (K::Target::TABLE, columns.as_str()));
        let reading = read_children(link, table, &load.refinement.wanted, order, condition, &mut self.nested)?;
        self.expect_repeats(reading.repeats);
        let mut writer = Writer::new(dialect);
        writer.select(reading.select);
        let rendered = writer.finish();
        batch.push(Statement::rows(rendered.sql));
        self.parameters.push(rendered.parameters);
        Ok(reading.source)
    }
}
