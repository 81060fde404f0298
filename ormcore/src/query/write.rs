//! The endings of a query that write.

use crate::backend::{Outcome, Parameters, Statement, Step, Steps, Wants};
use crate::error::{Error, Result};
use crate::model::{Model, Writable, each_once};
use crate::plan::{Executor, Plan, push_all};
use crate::query::ask::take;
use crate::query::{Assignment, Assignments, Body, Query};
use crate::schema::Table;
use crate::schema::statements::table_name;
use crate::sql::alias::further_column;
use crate::sql::{
    Alias, BinaryOperator, CommonTable, Delete, Dialect, Expr, From, HeldLocks, Lock, LockStrength, Rendered, Select,
    TableName, Update, UpdateFrom, Writer,
};
use crate::value::Parameter;

impl<M: Model, S: 'static> Query<M, S> {
    /// Sets columns of all rows that the query gives, without reading them; ends in the number of rows changed.
    ///
    /// `on_write` columns are set and the version column is raised, unless the assignments name them. Rows in hand are
    /// not changed: `refresh` them, or let [`returning`](Query::returning) read the rows as they have become.
    ///
    /// A row that another transaction changes meanwhile is waited for, and is changed only if the query still gives it: where
    /// rows are chosen by joins or a limit, PostgreSQL locks them first. It cannot lock what `distinct_on`, `recursive`, or
    /// `distinct` with a limit chooses: that is as it was when the statement began.
    ///
    /// What a query has joined chooses the rows, and can be assigned, `Post::AUTHOR_NAME.set(of(User::NAME))`: where a row
    /// is joined to several, the value is that of any one of them.
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
    /// What sets nothing, such as a struct of [`Changes`](crate::Changes) in which nothing is present, changes no row: no statement
    /// runs, and 0 does not say that there are none.
    ///
    /// # Errors
    /// If a column is set twice, or a row would break a constraint; no row is changed then.
    pub fn update<'p, I, E: Executor + 'p>(self, assignments: impl Assignments<M, S, I>, db: E) -> E::Out<'p, u64>
    where
        M: Writable,
    {
        db.run(Change::new(self.plain(), Some(assignments.into_assignments())))
    }

    /// Deletes all rows that the query gives, without reading them; ends in the number of rows deleted. What others change
    /// meanwhile is waited for, as by [`update`](Query::update); to lock rows first, PostgreSQL asks for the privilege to update
    /// them.
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
        db.run(Change::new(self.plain(), None))
    }
}

impl Body {
    /// Which rows of the table it gives, as a condition. A choice among them is made by a subquery over the primary key.
    fn into_filter(mut self, table: &Table, lock: Option<Lock>) -> Option<Expr> {
        let chooses = self.select.cuts() || !self.select.first_of.is_empty();
        let is_plain = matches!(self.select.from, From::Table(..));
        // A write waits for the rows that others hold anyway, and then asks its own condition again.
        let waits = self.select.lock.is_none_or(|lock| lock.held == HeldLocks::Wait);
        if !chooses && is_plain && waits {
            return self.select.filter;
        }
        if !chooses {
            // Whether a key is among others depends neither on their order nor on how often they come.
            self.select.distinct = false;
            self.select.order.clear();
        }
        let key = key(table);
        // What it is ordered by is to be had where the choice is made.
        let all = table.columns.iter().map(|column| Expr::column(table.name, column.name)).collect();
        let mut select = each_once(locked(self.into_select(all), lock), table);
        select.columns.clone_from(&key);
        if select.distinct {
            // Distinct rows are ordered by what they hold: by more than the key, which then is read from them.
            let further = select.order.iter().map(|part| &part.expr).filter(|expr| !key.contains(expr));
            let further: Vec<_> = further.cloned().collect();
            if !further.is_empty() {
                select.columns.extend(further);
                let rows = From::Select(Box::new(select), table.name.into());
                select = Select { columns: key.clone(), ..Select::new(rows) };
            }
        }
        Some(Expr::InSelect(key, Box::new(chosen_once(select))))
    }

    /// The keys of the rows of the table that it gives, each with values of the expressions that are to be computed before
    /// any row is changed, which are then named by their columns; and the condition that a row is one of these.
    fn into_source(self, table: &Table, computed: Vec<&mut Expr>, lock: Option<Lock>) -> Result<(UpdateFrom, Expr)> {
        if self.select.distinct || !self.select.first_of.is_empty() {
            return Err(Error::usage(
                "the update sets a column to a value of a joined row, and so its rows cannot be chosen by `distinct` or \
                 `distinct_on`: read their keys first, and update the rows with these keys",
            ));
        }
        let rows = Alias::from("#rows");
        let mut columns = Vec::new();
        let mut name = |expr: Expr| {
            let name = further_column(columns.len()).ok_or_else(|| {
                Error::usage("the update sets more columns to values of other rows than can be named")
            })?;
            columns.push(Expr::Named(Box::new(expr), name));
            Ok::<_, Error>(rows.column(name))
        };
        let mut is_one = Vec::new();
        for key in key(table) {
            is_one.push(key.clone().binary(BinaryOperator::Equal, name(key)?));
        }
        for expr in computed {
            *expr = name(expr.clone())?;
        }
        let select = Box::new(chosen_once(locked(self.into_select(columns), lock)));
        Ok((UpdateFrom { select, alias: rows }, Expr::all(is_one)))
    }

    /// Which rows of the table it gives, as the only condition of a query.
    fn into_plain(self, table: &'static Table, lock: Option<Lock>) -> Body {
        let mut plain = Body::of(table);
        plain.select.filter = self.into_filter(table, lock);
        plain
    }
}

/// The rows that a subquery chooses for a write, locked unless the program says how: a subquery is not asked again when the
/// write has waited for a row that another has changed meanwhile, but what locks the row asks whether it is still one of
/// these.
fn locked(select: Select, lock: Option<Lock>) -> Select {
    let lock = select.lock.or(lock.filter(|_| select.can_lock()));
    Select { lock, ..select }
}

/// The rows that a statement writes, chosen once where another choice may be made when it is asked again, for each row that
/// it is compared to: one that locks rows would pass over those that it has locked itself.
fn chosen_once(select: Select) -> Select {
    if select.lock.is_none() && !select.may_change() {
        return select;
    }
    let chosen = TableName { schema: None, name: "#chosen" };
    let column = |column: &Expr| match column {
        Expr::Column { name, .. } | Expr::Named(_, name) => Some(Expr::column(chosen.name, name)),
        _ => None,
    };
    let mut once = Select::new(From::Table(chosen, 0));
    once.columns = select.columns.iter().filter_map(column).collect();
    once.with.push(CommonTable { name: chosen.name, recursive: false, select });
    once
}

/// The columns of the primary key, which every model has that can be written.
fn key(table: &Table) -> Vec<Expr> {
    table.primary_key().map(|index| Expr::column(table.name, table.columns[index].name)).collect()
}

/// A write of many rows: an update, or a delete where there are no assignments.
pub(super) struct Change<M, S> {
    /// Taken when the statement is written.
    query: Option<Query<M, S>>,
    assignments: Option<Vec<Assignment<M>>>,
    parameters: Vec<Parameter>,
    rows: u64,
}

impl<M: Model, S> Change<M, S> {
    pub(super) fn new(query: Query<M, S>, assignments: Option<Vec<Assignment<M>>>) -> Self {
        Change { query: Some(query), assignments, parameters: Vec::new(), rows: 0 }
    }

    /// Whether it is an update that sets nothing, which no statement says.
    ///
    /// # Errors
    /// If the query is wrong.
    pub(super) fn sets_nothing(&mut self) -> Result<bool> {
        let sets_nothing = self.assignments.as_ref().is_some_and(Vec::is_empty);
        match &mut self.query {
            Some(query) if sets_nothing => query.check().map(|()| true),
            _ => Ok(sets_nothing),
        }
    }

    /// The statement; it gives the columns of each row that are asked for.
    pub(super) fn write(&mut self, returning: Vec<Expr>, dialect: &'static dyn Dialect) -> Result<Rendered> {
        let mut query = take(&mut self.query)?;
        query.check()?;
        let mut writer = Writer::new(dialect);
        let table = table_name(M::TABLE);
        // Rows are locked as the write itself does.
        let lock = |strength| dialect.locks_rows().then_some(Lock { strength, held: HeldLocks::Wait });
        let Some(assignments) = self.assignments.take() else {
            let filter = query.body.into_filter(M::TABLE, lock(LockStrength::Update));
            writer.delete(Delete { table, filter, returning });
            return writer.finish();
        };
        let mut assignments = assigned(assignments, dialect)?;
        let lock = lock(LockStrength::NoKeyUpdate);
        let (from, filter) = source(query.body, M::TABLE, &mut assignments, lock, dialect)?;
        writer.update(Update { table, assignments, from, filter, returning });
        writer.finish()
    }
}

/// What the assignments read besides the row that is changed, which they name from then on, and which rows are changed.
fn source(
    body: Box<Body>,
    table: &'static Table,
    assignments: &mut [(&'static str, Expr)],
    lock: Option<Lock>,
    dialect: &dyn Dialect,
) -> Result<(Option<UpdateFrom>, Option<Expr>)> {
    let mut joins = false;
    let mut computed = Vec::new();
    for (_, expr) in assignments {
        let names_joined = !expr.is_about(table.name.into());
        joins |= names_joined;
        if names_joined || dialect.sees_own_updates() && expr.asks() {
            computed.push(expr);
        }
    }
    if computed.is_empty() {
        return Ok((None, body.into_filter(table, lock)));
    }
    let body = if joins { *body } else { body.into_plain(table, lock) };
    let (from, filter) = body.into_source(table, computed, lock)?;
    Ok((Some(from), Some(filter)))
}

/// What an update sets: what it is told to, `on_write` columns, and the version.
pub(super) fn assigned<M: Model>(
    assignments: Vec<Assignment<M>>,
    dialect: &dyn Dialect,
) -> Result<Vec<(&'static str, Expr)>> {
    if assignments.is_empty() {
        return Err(Error::usage(
            "the update sets no column: give `do_update` one, such as `User::ACTIVE.set(false)`; `do_nothing` and `or_find` leave \
             the row that is there as it is",
        ));
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
    let stored = |(index, expr): (usize, Expr)| {
        let column = &M::COLUMNS[index];
        (column.name, dialect.stored(expr, column.sql_type))
    };
    match problem {
        Some(problem) => Err(problem),
        None => Ok(set.into_iter().map(stored).collect()),
    }
}

impl<M: Model, S> Steps for Change<M, S> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if self.sets_nothing()? {
            return Ok(Step::Done);
        }
        let rendered = self.write(Vec::new(), dialect)?.complete()?;
        let (statement, parameters) = Statement::written(rendered, Wants::Count);
        batch.push(statement);
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
