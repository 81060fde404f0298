//! The endings of a query that write.

use crate::backend::{Outcome, Parameters, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::{Model, Writable, each_once};
use crate::plan::{Executor, Plan, push_all};
use crate::query::ask::take;
use crate::query::{Assignment, Assignments, Query};
use crate::schema::statements::table_name;
use crate::sql::{BinaryOperator, Delete, Dialect, Expr, From, Update, Writer};
use crate::value::Parameter;

impl<M: Model, S: 'static> Query<M, S> {
    /// Sets columns of all rows that the query gives, without reading them; ends in the number of rows changed.
    ///
    /// `on_write` columns are set and the version column is raised, unless the assignments name them. Rows in hand are
    /// not changed: `refresh` them.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct Post {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     #[column(default = 0)]
    ///     views: i64,
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(Post,)>()?;
    /// Post::insert_all([Post::new(), Post::new()], &db)?;
    /// assert_eq!(Post::query().update(Post::VIEWS.set(Post::VIEWS + 1), &db)?, 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If nothing is set, a column is set twice, or a row would break a constraint; no row is changed then.
    pub fn update<'p, E: Executor + 'p>(self, assignments: impl Assignments<M>, db: E) -> E::Out<'p, u64>
    where
        M: Writable,
    {
        db.run(Change::new(self, Some(assignments.into_assignments())))
    }

    /// Deletes all rows that the query gives, without reading them; ends in the number of rows deleted.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let deleted = User::query().filter(User::AGE.lt(18)).delete(&db)?;
    /// assert_eq!(deleted, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a row is still pointed to by a foreign key; no row is deleted then.
    pub fn delete<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, u64>
    where
        M: Writable,
    {
        db.run(Change::new(self, None))
    }
}

impl<M: Model, S> Query<M, S> {
    /// Which rows the query gives, as a condition. A choice among them is made by a subquery over the primary key.
    fn into_filter(self) -> Option<Expr> {
        let chooses = self.body.select.cuts() || !self.body.select.first_of.is_empty();
        if !chooses && matches!(self.body.select.from, From::Table(..)) {
            return self.body.select.filter;
        }
        let column = |index: usize| Expr::column(M::NAME, M::COLUMNS[index].name);
        let key = || M::TABLE.primary_key().map(column).collect();
        // What it is ordered by is to be had where the choice is made.
        let mut select = each_once::<M>(self.into_select((0..M::COLUMNS.len()).map(column).collect()));
        select.columns = key();
        Some(Expr::InSelect(key(), Box::new(select)))
    }
}

/// A write of many rows: an update, or a delete where there are no assignments.
struct Change<M, S> {
    /// Taken when the statement is written.
    query: Option<Query<M, S>>,
    assignments: Option<Vec<Assignment<M>>>,
    parameters: Vec<Parameter>,
    rows: u64,
}

impl<M: Model, S> Change<M, S> {
    fn new(query: Query<M, S>, assignments: Option<Vec<Assignment<M>>>) -> Self {
        Change { query: Some(query), assignments, parameters: Vec::new(), rows: 0 }
    }
}

fn assigned<M: Model>(assignments: Vec<Assignment<M>>) -> Result<Vec<(&'static str, Expr)>> {
    if assignments.is_empty() {
        return Err(Error::usage("the update sets no column: give it one, such as `User::ACTIVE.set(false)`"));
    }
    let encode = |index: usize, error| Error::encode(M::NAME, M::COLUMNS[index].name, &error);
    let sets = |set: &[(usize, Expr)], index| set.iter().any(|(other, _)| *other == index);
    let mut set: Vec<(usize, Expr)> = Vec::new();
    for assignment in assignments {
        let index = assignment.index;
        if sets(&set, index) {
            return Err(Error::usage(format!("the update sets `{}.{}` twice", M::NAME, M::COLUMNS[index].name)));
        }
        set.push((index, assignment.value.map_err(|error| encode(index, error))?));
    }
    let mut problem = None;
    M::on_write(&mut |index, field| {
        if !sets(&set, index) {
            match field.value() {
                Ok(value) => {
                    let value = Parameter { value: value.into_owned(), secret: M::COLUMNS[index].secret };
                    set.push((index, Expr::Value(value)));
                }
                Err(error) => problem = Some(encode(index, error)),
            }
        }
    });
    if let Some(version) = M::TABLE.version().filter(|index| !sets(&set, *index)) {
        let one = Expr::Sql("1");
        let current = Expr::column(M::NAME, M::COLUMNS[version].name);
        set.push((version, current.binary(BinaryOperator::Add, one)));
    }
    match problem {
        Some(problem) => Err(problem),
        None => Ok(set.into_iter().map(|(index, expr)| (M::COLUMNS[index].name, expr)).collect()),
    }
}

impl<M: Model, S> Steps for Change<M, S> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let mut query = take(&mut self.query)?;
        query.check(dialect)?;
        let mut writer = Writer::new(dialect);
        let table = table_name(M::TABLE);
        match self.assignments.take() {
            Some(assignments) => {
                let assignments = assigned(assignments)?;
                writer.update(Update { table, assignments, filter: query.into_filter() });
            }
            None => writer.delete(Delete { table, filter: query.into_filter() }),
        }
        let (sql, parameters) = writer.finish().complete()?;
        batch.push(Statement::count(sql));
        self.parameters = parameters;
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.rows = outcome.rows;
        Ok(())
    }
}

impl<M: Model, S> Plan for Change<M, S> {
    type Output = u64;

    fn finish(self) -> Result<u64> {
        Ok(self.rows)
    }
}
