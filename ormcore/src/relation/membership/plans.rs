use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps, Wants};
use crate::error::{Error, Result};
use crate::model::{Keys, Record};
use crate::plan::{Plan, push_all};
use crate::query::conflict_target;
use crate::relation::load::key_equals;
use crate::schema::Table;
use crate::schema::statements::{columns, insert, table_name};
use crate::sql::writer::{push_quoted, push_table};
use crate::sql::{Alias, Dialect, Expr, From, Select, TableName, Writer};
use crate::value::Parameter;

/// The links of one row.
pub(in crate::relation) struct Links {
    pub(super) table: &'static Table,
    /// The columns that hold the key of the row, and those that hold the keys of the rows that it is linked to.
    pub(super) near_columns: Vec<usize>,
    pub(super) far_columns: Vec<usize>,
    /// The row's key.
    pub(super) near: Vec<Parameter>,
    /// A row of the link model with its defaults, where there is a model.
    pub(super) initial: Option<fn() -> Box<dyn Record>>,
}

impl Links {
    /// The further columns that a new link gives values: all but those that the database fills in.
    pub(in crate::relation) fn further(&self) -> Result<Vec<usize>> {
        let is_key = |index: &usize| self.near_columns.contains(index) || self.far_columns.contains(index);
        let further = (0..self.table.columns.len()).filter(|index| !is_key(index));
        let further: Vec<usize> = further.filter(|index| !self.table.columns[*index].filled_by_database()).collect();
        match further.iter().find(|index| self.table.columns[**index].required()) {
            None => Ok(further),
            Some(index) => Err(Error::usage(format!(
                "the link table `{}` has a column `{}` that needs a value: insert a row of `{}` instead of linking",
                self.table.name, self.table.columns[*index].name, self.table.model
            ))),
        }
    }

    /// The values of the further columns of a new link.
    fn further_values(&self, further: &[usize]) -> Result<Vec<Parameter>> {
        let Some(initial) = self.initial else { return Ok(Vec::new()) };
        let mut row = initial();
        let value = |index: &usize| {
            let (field, column) = (row.field_mut(*index), &self.table.columns[*index]);
            field.normalize();
            let value = field.value().map_err(|error| Error::encode(self.table.name, column.name, &error))?;
            Ok(Parameter { value: value.into_owned(), secret: column.secret })
        };
        further.iter().map(value).collect()
    }

    /// The columns of the one key, and then those of the other.
    fn both_keys(&self) -> Vec<usize> {
        [&self.near_columns[..], &self.far_columns].concat()
    }

    /// The columns that a new link gives values. The two keys may share some, such as that of a tenant.
    fn columns(&self, further: &[usize]) -> Vec<usize> {
        let far = self.far_columns.iter().filter(|column| !self.near_columns.contains(column));
        self.near_columns.iter().chain(far).chain(further).copied().collect()
    }

    /// The values of these columns, where the link joins the rows with these keys.
    ///
    /// # Errors
    /// If the rows differ in what one column is to hold of both.
    pub(in crate::relation) fn row(
        &self,
        near: &[Parameter],
        far: &[Parameter],
        further: &[usize],
    ) -> Result<Vec<Parameter>> {
        let mut row = near.to_vec();
        for (column, part) in self.far_columns.iter().zip(far) {
            match self.near_columns.iter().position(|near| near == column) {
                None => row.push(part.clone()),
                Some(shared) if near[shared].value.is_same_key(&part.value) => {}
                Some(_) => return Err(self.apart(*column)),
            }
        }
        row.append(&mut self.further_values(further)?);
        Ok(row)
    }

    #[cold]
    fn apart(&self, column: usize) -> Error {
        Error::usage(format!(
            "the two rows cannot be linked: `{}.{}` is part of the keys of both, and they differ in it",
            self.table.name, self.table.columns[column].name
        ))
    }

    pub(in crate::relation) fn insertion(&self, further: &[usize], links: usize, dialect: &dyn Dialect) -> Statement {
        let all = self.columns(further);
        Statement::count(insert(self.table, &all, 1, dialect)).inserting(self.table, &all).times(links)
    }

    /// What is done where the two rows are linked already.
    fn again(&self, once: bool) -> Again {
        match conflict_target(self.table, &self.columns(&[])) {
            _ if !once => Again::Linked,
            Some(target) => Again::Ignored(target),
            None => Again::Asked,
        }
    }

    /// As [`Links::insertion`], for rows that may be linked. Another row that is in the way is an error: it is no link of
    /// these two.
    fn addition(&self, further: &[usize], links: usize, again: &Again, dialect: &dyn Dialect) -> Statement {
        let all = self.columns(further);
        let sql = match again {
            Again::Linked => insert(self.table, &all, 1, dialect),
            Again::Ignored(target) => {
                format!("{} ON CONFLICT{target} DO NOTHING", insert(self.table, &all, 1, dialect))
            }
            Again::Asked => self.insert_absent(&all, dialect),
        };
        Statement::count(sql).inserting(self.table, &all).times(links)
    }

    /// `INSERT` of a row with these columns, unless one has its keys; they are bound once more at the end.
    fn insert_absent(&self, all: &[usize], dialect: &dyn Dialect) -> String {
        let mut sql = String::from("INSERT INTO ");
        push_table(&mut sql, table_name(self.table));
        sql.push_str(&format!(" ({}) SELECT ", columns(self.table, all, false)));
        for position in 0..all.len() {
            sql.push_str(if position == 0 { "" } else { ", " });
            dialect.placeholder(position + 1, &mut sql);
        }
        sql.push_str(" WHERE NOT EXISTS (SELECT 1 FROM ");
        push_table(&mut sql, table_name(self.table));
        self.push_condition(&mut sql, &self.columns(&[]), all.len(), dialect);
        sql.push(')');
        sql
    }

    fn deletion(&self, links: usize, dialect: &dyn Dialect) -> Statement {
        let mut sql = String::from("DELETE FROM ");
        push_table(&mut sql, table_name(self.table));
        self.push_condition(&mut sql, &self.both_keys(), 0, dialect);
        Statement::count(sql).times(links)
    }

    /// Asks which rows the row is linked to, by their keys; behind those may be whether a row is in scope.
    pub(super) fn question(&self, is_in_scope: Option<Expr>) -> Select {
        let own = Alias::from(self.table.name);
        let named = |index: &usize| own.column(self.table.columns[*index].name);
        let mut select = Select::new(From::Table(table_name(self.table), own.number));
        select.columns = self.far_columns.iter().map(named).chain(is_in_scope).collect();
        select.filter = Some(key_equals(self.near_columns.iter().map(named).collect(), self.near.clone()));
        select
    }

    /// Appends that these columns have the values that are bound behind `bound` others.
    fn push_condition(&self, sql: &mut String, columns: &[usize], bound: usize, dialect: &dyn Dialect) {
        for (position, index) in columns.iter().enumerate() {
            sql.push_str(if position == 0 { " WHERE " } else { " AND " });
            push_quoted(sql, self.table.columns[*index].name);
            sql.push_str(" = ");
            dialect.placeholder(bound + position + 1, sql);
        }
    }

    /// Whether the row that an answer to [`Links::question`] is about is in scope.
    fn is_in_scope(&self, row: &dyn Row) -> Result<bool> {
        let behind = Reader::new(row, self.table.name).from(self.far_columns.len());
        if behind.is_empty() { Ok(true) } else { behind.get(0) }
    }

    /// The key that it holds.
    fn far_key(&self, row: &dyn Row) -> Result<Vec<Parameter>> {
        let part = |(at, index): (usize, &usize)| {
            let column = &self.table.columns[*index];
            let value = (column.read)(row, at).map_err(|error| Error::decode(self.table.name, column.name, &error))?;
            Ok(Parameter { value, secret: column.secret })
        };
        self.far_columns.iter().enumerate().map(part).collect()
    }
}

/// Links a row to others.
pub(super) struct LinkRows {
    links: Links,
    further: Vec<usize>,
    /// The values of each link.
    new: Vec<Vec<Parameter>>,
}

impl LinkRows {
    pub(super) fn new(links: Links, far: &[Vec<Parameter>]) -> Result<Self> {
        let further = links.further()?;
        let new = far.iter().map(|key| links.row(&links.near, key, &further)).collect::<Result<_>>()?;
        Ok(LinkRows { links, further, new })
    }
}

impl Steps for LinkRows {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.push(self.links.insertion(&self.further, self.new.len(), dialect));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.new[execution], parameters)
    }
}

impl Plan for LinkRows {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// Links of many rows of one relationship that are written or deleted in one statement.
pub(crate) struct LinkBatch {
    links: Links,
    further: Vec<usize>,
    /// The values of each link's columns: both keys, and, of a new one, the further ones; or the one key of which all links
    /// are deleted.
    rows: Vec<Vec<Parameter>>,
    deletes: bool,
    again: Again,
}

/// What is done where two rows that are to be linked are linked already.
enum Again {
    /// They are linked once more.
    Linked,
    /// Nothing: the link meets the constraint with this conflict target.
    Ignored(String),
    /// Nothing: it is asked for first, for what allows one link is a constraint on a part of the keys, which another link
    /// may meet.
    Asked,
}

impl LinkBatch {
    /// Whether the same links are written by this one.
    pub(crate) fn is_like(&self, other: &LinkBatch) -> bool {
        std::ptr::eq(self.links.table, other.links.table)
            && self.links.both_keys() == other.links.both_keys()
            && self.deletes == other.deletes
    }

    /// Takes in the links of another one.
    pub(crate) fn merge(&mut self, other: LinkBatch) {
        self.rows.extend(other.rows);
    }

    pub(crate) fn table(&self) -> &'static Table {
        self.links.table
    }

    /// The columns by which links are deleted, and what those that go have in them; `None` if links are written.
    pub(crate) fn deleted(&self) -> Option<(Vec<usize>, Keys)> {
        let (rows, mut keys) = (self.deletes.then_some(&self.rows)?, Keys::default());
        for row in rows {
            row.iter().for_each(|part| keys.push(&part.value));
            keys.number();
        }
        Some((self.links.both_keys(), keys))
    }

    /// The table, and each link as values by column: what is the same from both sides.
    pub(crate) fn key(&self) -> (TableName, Vec<(usize, String)>) {
        let values = self.rows.iter().flatten().map(|parameter| format!("{:?}", parameter.value));
        let columns = if self.deletes { self.links.both_keys() } else { self.links.columns(&[]) };
        let mut key: Vec<(usize, String)> = columns.into_iter().zip(values).collect();
        key.sort();
        (table_name(self.links.table), key)
    }
}

impl Steps for LinkBatch {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let links = self.rows.len();
        batch.push(match self.deletes {
            true => self.links.deletion(links, dialect),
            false => self.links.addition(&self.further, links, &self.again, dialect),
        });
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let row = &self.rows[execution];
        push_all(row, parameters)?;
        match self.again {
            Again::Asked if !self.deletes => push_all(&row[..self.links.columns(&[]).len()], parameters),
            _ => Ok(()),
        }
    }
}

impl Links {
    /// One link of the row to another.
    pub(super) fn batch(self, far: &[Parameter], deletes: bool, once: bool) -> Result<LinkBatch> {
        let further = if deletes { Vec::new() } else { self.further()? };
        // Rows that cannot be linked are not, and then there is nothing to delete.
        let row = if deletes { [&self.near, far].concat() } else { self.row(&self.near, far, &further)? };
        let (rows, again) = (vec![row], self.again(once));
        Ok(LinkBatch { links: self, further, rows, deletes, again })
    }
}

/// Takes a link away, and ends in whether there was one.
pub(super) struct UnlinkRow {
    links: Links,
    far: Vec<Parameter>,
    gone: u64,
}

impl UnlinkRow {
    pub(super) fn new(links: Links, far: Vec<Parameter>) -> Self {
        UnlinkRow { links, far, gone: 0 }
    }
}

impl Steps for UnlinkRow {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.push(self.links.deletion(1, dialect));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.links.near, parameters)?;
        push_all(&self.far, parameters)
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.gone += outcome.rows;
        Ok(())
    }
}

impl Plan for UnlinkRow {
    type Output = bool;

    fn finish(self) -> Result<bool> {
        Ok(self.gone > 0)
    }
}

/// Links a row to these others, and to no more of those that are in scope.
pub(super) struct SetLinks {
    links: Links,
    question: Select,
    /// The values of the question.
    asked: Vec<Parameter>,
    further: Vec<usize>,
    /// The keys that are wanted or were found, those that are wanted first.
    keys: Keys,
    /// The keys that are wanted, each once.
    wanted: Vec<Vec<Parameter>>,
    /// Whether each of them was found.
    is_linked: Vec<bool>,
    /// The keys that were found in scope and are not wanted.
    unwanted: Vec<Vec<Parameter>>,
    new: Vec<Vec<Parameter>>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Begun,
    Asked,
    Deleted,
    Inserted,
    Committed,
}

impl SetLinks {
    pub(super) fn new(links: Links, question: Select, far: Vec<Vec<Parameter>>) -> Self {
        let mut set = SetLinks {
            links,
            question,
            asked: Vec::new(),
            further: Vec::new(),
            keys: Keys::default(),
            wanted: Vec::with_capacity(far.len()),
            is_linked: Vec::new(),
            unwanted: Vec::new(),
            new: Vec::new(),
            stage: Stage::Waiting,
        };
        for key in far {
            if set.number(&key).1 {
                set.wanted.push(key);
            }
        }
        set.is_linked = vec![false; set.wanted.len()];
        set
    }

    /// The number of a key, and whether it is seen for the first time.
    fn number(&mut self, key: &[Parameter]) -> (usize, bool) {
        key.iter().for_each(|part| self.keys.push(&part.value));
        self.keys.number()
    }
}

impl Steps for SetLinks {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if self.stage == Stage::Asked {
            self.stage = Stage::Deleted;
            if !self.unwanted.is_empty() {
                batch.push(self.links.deletion(self.unwanted.len(), dialect));
                return Ok(Step::Run);
            }
        }
        if self.stage == Stage::Deleted {
            self.stage = Stage::Inserted;
            if self.is_linked.contains(&false) {
                self.further = self.links.further()?;
                let wanted = std::mem::take(&mut self.wanted).into_iter().zip(&self.is_linked);
                for (key, _) in wanted.filter(|(_, is_linked)| !**is_linked) {
                    self.new.push(self.links.row(&self.links.near, &key, &self.further)?);
                }
                batch.push(self.links.insertion(&self.further, self.new.len(), dialect));
                return Ok(Step::Run);
            }
        }
        let (stage, step) = match self.stage {
            Stage::Waiting => (Stage::Begun, Step::Begin),
            Stage::Begun => {
                let mut writer = Writer::new(dialect);
                writer.select(self.question.clone());
                let (statement, asked) = Statement::written(writer.finish()?, Wants::Rows);
                self.asked = asked;
                batch.push(statement);
                (Stage::Asked, Step::Run)
            }
            Stage::Committed => (Stage::Committed, Step::Done),
            Stage::Asked | Stage::Deleted | Stage::Inserted => (Stage::Committed, Step::Commit),
        };
        self.stage = stage;
        Ok(step)
    }

    fn bind(&mut self, _: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match self.stage {
            Stage::Inserted => push_all(&self.new[execution], parameters),
            Stage::Deleted => {
                push_all(&self.links.near, parameters)?;
                push_all(&self.unwanted[execution], parameters)
            }
            Stage::Waiting | Stage::Begun | Stage::Asked | Stage::Committed => push_all(&self.asked, parameters),
        }
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        let found = self.links.far_key(row)?;
        // A table of links may hold one more than once.
        let (number, is_new) = self.number(&found);
        match self.is_linked.get_mut(number) {
            Some(is_linked) => *is_linked = true,
            None if is_new && self.links.is_in_scope(row)? => self.unwanted.push(found),
            None => {}
        }
        Ok(())
    }
}

impl Plan for SetLinks {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}
