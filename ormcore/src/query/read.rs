//! The endings of a query that read.

use crate::backend::{Reader, Row};
use crate::error::{Error, Result};
use crate::model::{Model, each_once};
use crate::plan::Executor;
use crate::query::ask::{Ask, Write, at_most_one, only};
use crate::query::rows::Rows;
use crate::query::{Body, Query};
use crate::schema::{Statements, Table};
use crate::sql::{Dialect, Expr, From, Rendered, Select, Writer};

impl<M: Model, S: 'static> Query<M, S> {
    /// All rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let adults = User::query().filter(User::AGE.ge(18)).order_by(User::NAME).all(&db)?;
    /// assert_eq!(adults.len(), 2);
    /// assert_eq!(adults[0].name, "ann");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement, or a row cannot be read.
    pub fn all<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<M>> {
        db.run(Rows::new(self.plain(), Ok))
    }

    /// The first row, if there is one (`LIMIT 1`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let oldest = User::query().order_by(User::AGE.desc()).first(&db)?;
    /// assert_eq!(oldest.map(|user| user.name).as_deref(), Some("cy"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement, or the row cannot be read.
    pub fn first<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<M>> {
        self.first_as(db, Ok)
    }

    /// The only row.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let ann = User::query().filter(User::NAME.eq("ann")).one(&db)?;
    /// assert_eq!(ann.age, 31);
    /// assert!(User::query().filter(User::AGE.ge(18)).one(&db).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several.
    pub fn one<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, M> {
        db.run(Rows::new(self.at_most(2).plain(), |rows| only(M::NAME, rows)))
    }

    /// The only row, or `None`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let dan = User::query().filter(User::NAME.eq("dan")).one_or_none(&db)?;
    /// assert!(dan.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several.
    pub fn one_or_none<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<M>> {
        db.run(Rows::new(self.at_most(2).plain(), |rows| at_most_one(M::NAME, rows)))
    }

    /// How many rows there are (`SELECT count(*)`); limit and offset count.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let adults = User::query().filter(User::AGE.ge(18)).count(&db)?;
    /// assert_eq!(adults, 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn count<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, u64> {
        db.run(Ask::number(
            self.plain(),
            |query, dialect| render(query, write_count, dialect),
            |number| Ok(u64::try_from(number).unwrap_or(0)),
        ))
    }

    /// Whether there is a row (`SELECT EXISTS (..)`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let has_minors = User::query().filter(User::AGE.lt(18)).exists(&db)?;
    /// assert!(has_minors);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn exists<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, bool> {
        db.run(Ask::truth(self.plain(), |query, dialect| render(query, write_exists, dialect)))
    }

    /// Gives each row to the closure as it arrives, and keeps none: memory does not grow with the number of rows.
    ///
    /// Of 1 000 000 rows a process needs 7 MB at most on SQLite and 4 MB on PostgreSQL, where [`all`](Query::all) needs 175
    /// (`benches/src/bin/streaming.rs`). While rows arrive the connection is in use and nothing is loaded with them;
    /// [`batches`](Query::batches) does load, and holds no connection between its rows.
    ///
    /// An error of the closure ends the query and is given back; inside a transaction on PostgreSQL, and behind a pooler of
    /// transactions, once the rest of the rows is read and dropped.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let mut ages = 0;
    /// User::query().each(&db, |user| {
    ///     ages += user.age;
    ///     Ok(())
    /// })?;
    /// assert_eq!(ages, 93);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement, a row cannot be read, or the closure fails.
    pub fn each<'p, E: Executor + 'p>(self, db: E, take: impl FnMut(M) -> Result<()> + Send + 'p) -> E::Out<'p, ()> {
        if !self.loads.is_empty() {
            return db.ready(Err(Error::usage(
                "`each` gives rows one by one and keeps none, and so nothing can be loaded with them: leave out `.with(..)`, \
                 or read the rows with `all` or `batches`",
            )));
        }
        db.run(Ask::new(
            self.plain(),
            |query, dialect| render(query, write_rows, dialect),
            take,
            |take, row| take(decode(row)?).map_err(Error::of_closure),
            |_| Ok(()),
        ))
    }

    /// How the database would run the query, in its own words, a line each.
    ///
    /// Some databases show the values of the query there, so a [`Secret`](crate::Secret) is not sent: `***`, 1 or another
    /// value of its kind stands in for it, and what the database estimates is estimated for that.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let plan = User::query().filter(User::AGE.ge(18)).explain(&db)?;
    /// assert!(plan[0].contains("SCAN user"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn explain<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<String>> {
        let line = |lines: &mut Vec<String>, row: &dyn Row| {
            lines.push(Reader::new(row, "plan").get(row.len().saturating_sub(1))?);
            Ok(())
        };
        db.run(Ask::new(self.plain(), |query, dialect| render(query, write_explain, dialect), Vec::new(), line, Ok))
    }

    /// All rows, as `end` makes them.
    pub(super) fn all_as<'p, E: Executor + 'p, O: 'p>(
        self,
        db: E,
        end: impl FnOnce(Vec<M>) -> Result<O> + Send + 'p,
    ) -> E::Out<'p, O> {
        db.run(Rows::new(self.plain(), end))
    }

    /// The first row, if there is one, as `end` makes it.
    pub(crate) fn first_as<'p, E: Executor + 'p, O: 'p>(
        self,
        db: E,
        end: impl FnOnce(Option<M>) -> Result<O> + Send + 'p,
    ) -> E::Out<'p, O> {
        db.run(Rows::new(self.at_most(1).plain(), |rows| end(rows.into_iter().next())))
    }

    /// Reads no more rows than are needed. The database would count joined rows where they are gathered.
    fn at_most(mut self, rows: u64) -> Self {
        if !self.gathers_joined() {
            self.body.at_most(rows);
        }
        self
    }

    fn gathers_joined(&self) -> bool {
        self.loads.iter().any(|load| load.gathers_joined())
    }

    /// Checks that a page of the query is one of whole rows.
    pub(super) fn check_pages(&self, ending: &str) -> Result<()> {
        if self.gathers_joined() {
            return Err(Error::usage(format!(
                "`{ending}` counts the rows that `{}` is joined to, and would cut what `with_from_join` loads: load it by \
                 `.with(..)`, which asks for itself",
                M::TABLE.model
            )));
        }
        Ok(())
    }
}

pub(super) fn decode<M: Model>(row: &dyn Row) -> Result<M> {
    M::decode(&Reader::new(row, M::NAME))
}

pub(super) fn render<M: Model, S>(
    mut query: Query<M, S>,
    write: Write<Query<M, S>>,
    dialect: &'static dyn Dialect,
) -> Result<Rendered> {
    query.check()?;
    write(query, dialect)
}

fn rendered(select: Select, dialect: &dyn Dialect) -> Result<Rendered> {
    let mut writer = Writer::new(dialect);
    writer.select(select);
    writer.finish()
}

/// The query's rows.
pub(super) fn write_rows<M: Model, S>(query: Query<M, S>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    whole_rows(*query.body, M::TABLE, M::statements(), dialect)
}

pub(super) fn whole_rows(
    body: Body,
    table: &'static Table,
    statements: &'static Statements,
    dialect: &dyn Dialect,
) -> Result<Rendered> {
    let texts = statements.texts(table, dialect);
    if is_of_all(&body) && body.select.order.is_empty() && body.select.lock.is_none() {
        return Ok(Rendered::plain(texts.all.as_str()));
    }
    rendered(each_once(body.into_select(vec![Expr::Sql(&texts.columns)]), table), dialect)
}

/// Whether they are the rows of a table, all of them.
fn is_of_all(body: &Body) -> bool {
    body.select.filter.is_none() && matches!(body.select.from, From::Table(..)) && !body.cuts()
}

/// The query's rows with what is joined to them.
pub(super) fn write_all<M: Model, S>(query: Query<M, S>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    if query.loads_nothing() {
        return write_rows(query, dialect);
    }
    let rendered = query.into_fetch().first_statement(dialect)?;
    rendered.ok_or_else(|| Error::usage("this plan has run already"))
}

fn write_explain<M: Model, S>(query: Query<M, S>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    Ok(write_all(query, dialect)?.explained(dialect))
}

/// `SELECT count(*)` over the query.
pub(super) fn write_count<M: Model, S>(query: Query<M, S>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    count_of_all::<M>(&query.body, dialect).map_or_else(|| counting(*query.body, M::TABLE, dialect), Ok)
}

/// `SELECT count(*)` over a query that has been checked.
pub(super) fn count_rows<M: Model, S>(query: &Query<M, S>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    count_of_all::<M>(&query.body, dialect).map_or_else(|| counting(Body::clone(&query.body), M::TABLE, dialect), Ok)
}

/// The number of all rows of the table, if that is what is asked: its text is written already.
fn count_of_all<M: Model>(body: &Body, dialect: &'static dyn Dialect) -> Option<Rendered> {
    is_of_all(body).then(|| Rendered::plain(M::statements().texts(M::TABLE, dialect).count.as_str()))
}

fn counting(mut body: Body, table: &Table, dialect: &dyn Dialect) -> Result<Rendered> {
    body.select.lock = None;
    let chooses = !body.select.first_of.is_empty();
    body.select.order.clear();
    let cuts = body.cuts();
    let mut select = body.into_select(vec![Expr::Sql("count(*)")]);
    if cuts {
        select.columns = vec![Expr::Sql("1")];
        if chooses {
            select = each_once(select, table);
        } else if select.distinct {
            select.columns = table.columns.iter().map(|column| Expr::column(table.name, column.name)).collect();
        }
        let from = From::Select(Box::new(select), "counted".into());
        select = Select { columns: vec![Expr::Sql("count(*)")], ..Select::new(from) };
    }
    rendered(select, dialect)
}

/// `SELECT EXISTS (..)` over the query.
fn write_exists<M: Model, S>(query: Query<M, S>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    existence(*query.body, M::TABLE, dialect)
}

fn existence(body: Body, table: &Table, dialect: &dyn Dialect) -> Result<Rendered> {
    let mut writer = Writer::new(dialect);
    writer.push("SELECT ");
    writer.expr(Expr::Exists(Box::new(any_row(body.select, table))));
    writer.finish()
}

/// A SELECT that has rows if the one of the table's rows has: of nothing where it does not matter what they hold.
pub(super) fn any_row(mut select: Select, table: &Table) -> Select {
    select.lock = None;
    select.order.clear();
    // Equal rows count once only where some are left out first.
    select.distinct &= select.offset.is_some();
    if select.distinct {
        let own = select.from.first();
        select.columns = table.columns.iter().map(|column| own.column(column.name)).collect();
        return counted_once(each_once(select, table));
    }
    select.columns = vec![Expr::Sql("1")];
    each_once(select, table)
}

/// The SELECT as one to be asked whether it has rows: SQLite heeds no DISTINCT there, even where some rows are left out.
pub(super) fn counted_once(select: Select) -> Select {
    if select.distinct && select.offset.is_some() { select.enclosed() } else { select }
}
