//! A load as a part of reading its parents: what it joins to their statement, and the statements of its own.

use crate::backend::{Parameters, Row, Statement, Wants};
use crate::error::{Error, Result};
use crate::model::{AnyRows, EagerLoad, Joining, Joins, Loader, Part, Reading, Records, Source};
use crate::plan::push_all;
use crate::relation::Strategy;
use crate::relation::link::Link;
use crate::relation::load::Wanted;
use crate::relation::load::loading::{Loading, Stage};
use crate::relation::load::parents::Parents;
use crate::relation::load::select::{Children, children, embedded, key_condition, key_range};
use crate::schema::Table;
use crate::sql::{Alias, Dialect, Expr, Order, Writer};
use crate::value::{Parameter, SqlType, ValueError};

/// As many keys as one statement lists.
const KEYS_IN_A_LIST: usize = 500;

impl Joins for Loading {
    fn part(&self) -> Part {
        let embedded = self.load.strategy == Strategy::Subquery;
        if !self.is_joined() {
            return Part { embedded, ..Part::default() };
        }
        let (single, taking) = (self.load.link.single, self.load.takes_joined());
        let (repeating, gathering) = (usize::from(!single && !taking), usize::from(self.load.gathers_joined()));
        let alike = !single && self.load.target.table.primary_key().next().is_none();
        let ordered = !single && self.load.is_ordered();
        Part { joins: 1, repeating, taking, gathering, embedded, ordered, alike }.and(self.nested.part())
    }

    fn separate(&mut self) {
        if self.is_joined() && self.load.from_join.is_none() && !self.load.link.single {
            self.load.strategy = Strategy::Selectin;
        } else {
            self.nested.separate();
        }
    }

    fn join(&mut self, parent: Alias, statement: &mut Joining) -> Result<()> {
        if !self.is_joined() {
            return Ok(());
        }
        let alias = self.load.join(parent, statement, self.nested.part().repeating > 0)?;
        self.first_column = statement.width;
        self.never_null = self.first_column + self.load.never_null();
        let columns = self.load.target.table.columns;
        statement.columns.extend(columns.iter().map(|column| alias.column(column.name)));
        statement.width += columns.len();
        self.joined_as = Some(alias);
        let repeats = self.load.shared || self.load.link.may_repeat() || statement.repeats;
        // A row with a collection below it comes once for each of that.
        self.expect_repeats(repeats || self.nested.part().multiplies() > 0);
        // What comes more than once brings what is nested in it more than once.
        let around = std::mem::replace(&mut statement.repeats, repeats);
        self.nested.join(alias, statement)?;
        statement.repeats = around;
        self.deal_at_once();
        Ok(())
    }
}

impl Loader for Loading {
    fn joined_row(&mut self, parent: usize, row: &dyn Row) -> Result<()> {
        if !self.is_joined() {
            return Ok(());
        }
        if row.is_null(self.never_null).map_err(|error| self.unread(row, &error))? {
            return Ok(());
        }
        match &mut self.dealing {
            Some(dealing) => dealing.give_row(parent, row, self.first_column),
            None => self.take(parent, &[parent], row, false),
        }
    }

    fn next(
        &mut self,
        parents: &dyn Records,
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
        self.next_nested(dialect, batch)
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
        if let Some(dealing) = &mut self.dealing {
            return dealing.deal_row(&self.load.link, &mut self.parents, row);
        }
        let is_read = self.read_key(row)?;
        let Some(key) = self.parents.keys.find() else {
            // A parent that another transaction has just added.
            self.count -= usize::from(is_read);
            let count = self.count;
            self.children().truncate(count);
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

    fn finish(&mut self, parents: &mut dyn AnyRows) -> Result<()> {
        // Where there are none, the one row keeps what was loaded itself.
        let Some(ends) = self.load.ends.clone() else { return Ok(()) };
        if self.load.is_lazy() {
            ends.remember(parents, self.load.strategy == Strategy::Raise, &self.load.refinement);
            return Ok(());
        }
        let whole = self.load.is_whole();
        ends.hand_out(self.deal()?, parents, whole)
    }

    fn watch(&mut self) {
        Loading::watch(self);
    }
}

/// That the columns, of these types, equal one of the keys, given one after the other; one condition for as many as one
/// statement lists. They may be a range.
pub(crate) fn key_conditions(columns: Vec<Expr>, types: &[SqlType], keys: Vec<Parameter>, ranges: bool) -> Vec<Expr> {
    if let Some(range) = key_range(&columns, &keys).filter(|_| ranges) {
        return vec![range];
    }
    let most = KEYS_IN_A_LIST * columns.len();
    if keys.len() <= most {
        return vec![key_condition(columns, types, keys)];
    }
    keys.chunks(most).map(|keys| key_condition(columns.clone(), types, keys.to_vec())).collect()
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
    let (select, further) = children(link, table.0, wanted, order, condition)?;
    Reading::new(select, Some(further), table, nested, link.may_repeat())
}

impl Loading {
    #[cold]
    fn unread(&self, row: &dyn Row, error: &ValueError) -> Error {
        Error::decode(self.load.target.table.name, &row.name(self.never_null), error)
    }

    fn next_nested(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<()> {
        let children = self.children.get_or_insert_with(self.load.target.rows);
        self.nested.next(children.as_ref(), self.source.as_ref(), dialect, batch)
    }

    /// Looks up next whose child a row of its own statement holds. Says whether it has added the child to the children, for
    /// the child knows.
    fn read_key(&mut self, row: &dyn Row) -> Result<bool> {
        let near = self.load.link.near;
        if let Some(through) = &self.load.link.through {
            // The columns of a link table stand behind those of the children, in the order of the key.
            let first = self.load.target.table.columns.len();
            self.parents.read_values(row, (through.table)(), &near, Some(first))?;
            return Ok(false);
        }
        if self.seen.is_some() {
            self.parents.read_values(row, self.load.target.table, &near, None)?;
            return Ok(false);
        }
        self.read(row)?;
        if let Some(children) = &self.children {
            self.parents.push_values(children.record(self.count - 1), near.far())?;
        }
        Ok(true)
    }

    /// The statements that read the children of these parents.
    fn own_statements(
        &mut self,
        parents: &dyn Records,
        source: Option<&Source>,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<()> {
        let link = self.load.link;
        self.parents = match self.given.take() {
            Some(given) => *given,
            None => Parents::new(parents, self.load.parents, &link.near)?,
        };
        if self.parents.values.is_empty() {
            return Ok(());
        }
        let tables = Children::own(&link, self.load.target.table);
        let columns = tables.keys(&link);
        if let Some(source) = source.filter(|_| self.load.strategy == Strategy::Subquery) {
            let condition = embedded(columns, source, self.load.parents, &link.near);
            self.source = self.statement(condition, dialect, batch)?;
            self.deal_at_once();
            return Ok(());
        }
        // Beside a condition of another kind the database might find that one more selective than a range.
        let wanted = &self.load.refinement.wanted;
        let is_all = wanted.is_all_with_key(&link, self.load.target.table);
        let keys = std::mem::take(&mut self.parents.values);
        for condition in key_conditions(columns, &tables.key_types(&link), keys, is_all && dialect.prefers_ranges()) {
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
        let order = load.order(Alias::from(load.target.table.name))?;
        let target = load.target;
        let columns = &(target.statements)().texts(target.table, dialect).columns;
        let (link, table) = (&load.link, (self.load.target.table, columns.as_str()));
        let reading = read_children(link, table, &load.refinement.wanted, order, condition, &mut self.nested)?;
        self.expect_repeats(reading.repeats);
        let mut writer = Writer::new(dialect);
        writer.select(reading.select);
        let (statement, parameters) = Statement::written(writer.finish()?, Wants::Rows);
        batch.push(statement);
        self.parameters.push(parameters);
        Ok(reading.source)
    }
}
