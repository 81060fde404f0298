//! Writing a link table: which rows are joined to which.

use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::plan::{Executor, Plan, push_all};
use crate::relation::condition::values;
use crate::relation::{Linked, Relation};
use crate::schema::Table;
use crate::schema::statements::{insert, table_name};
use crate::sql::Dialect;
use crate::sql::writer::{push_quoted, push_table};
use crate::value::{Parameter, Value};

impl<M: Model, K: Linked> Relation<M, K> {
    /// Links the two rows: inserts a row of the link table.
    ///
    /// What is loaded in their fields stays as it is: `reset` a field, or load it again, to see the change.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] id: i64, #[relationship(secondary = "page_tags")] tags: HasMany<Tag> }
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page, Tag)>()?;
    /// let (page, tag) = (Page::new().insert(&db)?, Tag::new("rust").insert(&db)?);
    /// Page::TAGS.link(&page, &tag, &db)?;
    /// assert_eq!(page.tags(&db)?.len(), 1);
    /// assert!(Page::TAGS.unlink(&page, &tag, &db)?);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If they are linked already (and the link table's key allows one link), or the link table has further columns that
    /// need values: insert a row of its model then.
    pub fn link<'p, E: Executor + 'p>(self, row: &M, other: &K::Target, db: E) -> E::Out<'p, ()> {
        match self.change(row, &[other], Change::Link) {
            Ok(plan) => db.run(plan),
            Err(error) => db.ready(Err(error)),
        }
    }

    /// Takes the link between the two rows away, and says whether there was one.
    ///
    /// What is loaded in their fields stays as it is.
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn unlink<'p, E: Executor + 'p>(self, row: &M, other: &K::Target, db: E) -> E::Out<'p, bool> {
        match self.change(row, &[other], Change::Unlink) {
            Ok(plan) => db.run(Unlink(plan)),
            Err(error) => db.ready(Err(error)),
        }
    }

    /// Links the row to these and to no others, all or nothing: only what differs is written.
    ///
    /// What is loaded in their fields stays as it is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] id: i64, #[relationship(secondary = "page_tags")] tags: HasMany<Tag> }
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page, Tag)>()?;
    /// let page = Page::new().insert(&db)?;
    /// let tags = Tag::insert_all(["a", "b", "c"].map(Tag::new), &db)?;
    /// Page::TAGS.set(&page, &tags[..2], &db)?;
    /// Page::TAGS.set(&page, &tags[1..], &db)?;
    /// let labels: Vec<_> = page.tags(&db)?.iter().map(|tag| tag.label.as_str()).collect();
    /// assert_eq!(labels, ["b", "c"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Relation::link`].
    pub fn set<'p, 'r, E: Executor + 'p>(
        self,
        row: &M,
        others: impl IntoIterator<Item = &'r K::Target>,
        db: E,
    ) -> E::Out<'p, ()> {
        let others: Vec<&K::Target> = others.into_iter().collect();
        match self.change(row, &others, Change::Set) {
            Ok(plan) => db.run(plan),
            Err(error) => db.ready(Err(error)),
        }
    }

    fn change(&self, row: &M, others: &[&K::Target], change: Change) -> Result<ChangeLinks> {
        let Some(through) = &self.link.through else {
            return Err(Error::usage("a relationship without a link table links nothing"));
        };
        let table = (through.table)();
        let encode = |table: &'static str| move |error| Error::encode(table, "", &error);
        let near = values(row, self.link.near.near()).map_err(encode(M::NAME))?;
        let mut far: Vec<Vec<Parameter>> = Vec::with_capacity(others.len());
        for other in others {
            let key = values(*other, through.far.far()).map_err(encode(K::Target::NAME))?;
            if !far.contains(&key) {
                far.push(key);
            }
        }
        let near_columns: Vec<usize> = self.link.near.far().collect();
        let far_columns: Vec<usize> = through.far.near().collect();
        let links = !matches!(change, Change::Unlink);
        let lacks_value = |index: &usize| {
            let column = &table.columns[*index];
            let is_key = near_columns.contains(index) || far_columns.contains(index);
            !is_key && !column.filled_by_database() && (!column.nullable || column.has_default)
        };
        if let Some(index) = (0..table.columns.len()).find(lacks_value).filter(|_| links) {
            return Err(Error::usage(format!(
                "the link table `{}` has a column `{}` that needs a value: insert a row of `{}` instead of linking",
                table.name, table.columns[index].name, table.model
            )));
        }
        Ok(ChangeLinks {
            table,
            near_columns,
            far_columns,
            near,
            far,
            gone: Vec::new(),
            stage: Stage::Waiting,
            change,
            changed: 0,
        })
    }
}

/// What is done to links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Link,
    Unlink,
    Set,
}

/// Links a row to others, or takes links away.
struct ChangeLinks {
    table: &'static Table,
    near_columns: Vec<usize>,
    far_columns: Vec<usize>,
    near: Vec<Parameter>,
    /// The keys to be linked or unlinked.
    far: Vec<Vec<Parameter>>,
    /// The keys whose links are to go.
    gone: Vec<Vec<Parameter>>,
    stage: Stage,
    change: Change,
    changed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Begun,
    Asked,
    Written,
}

impl ChangeLinks {
    fn insertion(&self, dialect: &dyn Dialect) -> Statement {
        let columns: Vec<usize> = self.near_columns.iter().chain(&self.far_columns).copied().collect();
        Statement::count(insert(self.table, &columns, 1, dialect)).times(self.far.len())
    }

    fn deletion(&self, keys: usize, dialect: &dyn Dialect) -> Statement {
        let mut sql = String::from("DELETE FROM ");
        push_table(&mut sql, table_name(self.table));
        self.push_condition(&mut sql, &[&self.near_columns, &self.far_columns], dialect);
        Statement::count(sql).times(keys)
    }

    fn question(&self, dialect: &dyn Dialect) -> Statement {
        let mut sql = String::from("SELECT ");
        sql.push_str(&crate::schema::statements::columns(self.table, &self.far_columns, false));
        sql.push_str(" FROM ");
        push_table(&mut sql, table_name(self.table));
        self.push_condition(&mut sql, &[&self.near_columns], dialect);
        Statement::rows(sql)
    }

    fn push_condition(&self, sql: &mut String, columns: &[&[usize]], dialect: &dyn Dialect) {
        for (position, index) in columns.concat().into_iter().enumerate() {
            sql.push_str(if position == 0 { " WHERE " } else { " AND " });
            push_quoted(sql, self.table.columns[index].name);
            sql.push_str(" = ");
            dialect.placeholder(position + 1, sql);
        }
    }
}

impl Steps for ChangeLinks {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        match (self.change, self.stage) {
            (Change::Link, _) => {
                batch.push(self.insertion(dialect));
                Ok(Step::RunLast)
            }
            (Change::Unlink, _) => {
                self.gone = std::mem::take(&mut self.far);
                batch.push(self.deletion(self.gone.len(), dialect));
                Ok(Step::RunLast)
            }
            (Change::Set, Stage::Waiting) => {
                self.stage = Stage::Begun;
                Ok(Step::Begin)
            }
            (Change::Set, Stage::Begun) => {
                self.stage = Stage::Asked;
                batch.push(self.question(dialect));
                Ok(Step::Run)
            }
            (Change::Set, Stage::Asked) => {
                self.stage = Stage::Written;
                if self.gone.is_empty() && self.far.is_empty() {
                    return Ok(Step::Commit);
                }
                batch.push(self.deletion(self.gone.len(), dialect));
                batch.push(self.insertion(dialect));
                Ok(Step::Run)
            }
            (Change::Set, Stage::Written) if self.gone.is_empty() && self.far.is_empty() => Ok(Step::Done),
            (Change::Set, Stage::Written) => {
                self.gone.clear();
                self.far.clear();
                Ok(Step::Commit)
            }
        }
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.near, parameters)?;
        let deletes = self.change == Change::Unlink || self.stage == Stage::Written && statement == 0;
        match self.stage {
            Stage::Asked => Ok(()),
            _ if deletes => push_all(&self.gone[execution], parameters),
            _ => push_all(&self.far[execution], parameters),
        }
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        let mut key = Vec::with_capacity(self.far_columns.len());
        for (at, index) in self.far_columns.iter().enumerate() {
            let column = &self.table.columns[*index];
            let value = (column.read)(row, at).map_err(|error| Error::decode(self.table.name, column.name, &error))?;
            key.push(Parameter { value, secret: column.secret });
        }
        let values = |key: &[Parameter]| key.iter().map(|part| part.value.clone()).collect::<Vec<Value<'_>>>();
        match self.far.iter().position(|wanted| values(wanted) == values(&key)) {
            Some(linked) => {
                self.far.remove(linked);
            }
            None => self.gone.push(key),
        }
        Ok(())
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.changed += outcome.rows;
        Ok(())
    }
}

impl Plan for ChangeLinks {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// Takes links away, and ends in whether there was one.
struct Unlink(ChangeLinks);

impl Steps for Unlink {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.0.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.0.bind(statement, execution, parameters)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        self.0.outcome(statement, execution, outcome)
    }
}

impl Plan for Unlink {
    type Output = bool;

    fn finish(self) -> Result<bool> {
        Ok(self.0.changed > 0)
    }
}
