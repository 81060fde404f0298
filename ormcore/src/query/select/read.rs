//! The endings of a query that gives what it selects.

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::plan::{Executor, Plan, push_all};
use crate::query::Page;
use crate::query::ask::{Ask, at_most_one, integer, only, send, take};
use crate::query::select::{Read, Select};
use crate::sql::Dialect;
use crate::value::Parameter;

impl<S: 'static, R: Send + 'static> Select<S, R> {
    /// All rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17)], &db)?;
    /// assert_eq!(User::query().select(User::NAME).order_by(User::ID).all(&db)?, ["ann", "bob"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If it selects what is neither grouped by nor an aggregate, the database refuses the statement, or a row cannot be
    /// read.
    pub fn all<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<R>> {
        db.run(Rows::new(self.plain(), None, Ok))
    }

    /// The first row, if there is one (`LIMIT 1`).
    ///
    /// # Errors
    /// As [`Select::all`].
    pub fn first<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<R>> {
        db.run(Rows::new(self.at_most(1).plain(), None, |rows| Ok(rows.into_iter().next())))
    }

    /// The only row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several; else as
    /// [`Select::all`].
    pub fn one<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, R> {
        let table = self.table;
        db.run(Rows::new(self.plain(), Some(2), move |rows| only(table, rows)))
    }

    /// The only row, or `None`.
    ///
    /// # Errors
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several; else as [`Select::all`].
    pub fn one_or_none<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<R>> {
        let table = self.table;
        db.run(Rows::new(self.plain(), Some(2), move |rows| at_most_one(table, rows)))
    }

    /// How many rows there are; groups count once each.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 31)], &db)?;
    /// assert_eq!(User::query().select(User::AGE).distinct().count(&db)?, 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Select::all`].
    pub fn count<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, u64> {
        db.run(Ask::number(
            self.plain(),
            |mut query, dialect| {
                query.check()?;
                query.counted().written(dialect)
            },
            |number| Ok(u64::try_from(number).unwrap_or(0)),
        ))
    }

    /// Whether there is a row.
    ///
    /// # Errors
    /// As [`Select::all`].
    pub fn exists<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, bool> {
        db.run(Ask::new(
            self.plain(),
            |mut query, dialect| {
                query.check()?;
                query.unordered().at_most(1).written(dialect)
            },
            false,
            |exists, _| {
                *exists = true;
                Ok(())
            },
            Ok,
        ))
    }

    /// Gives each row to the closure as it arrives, and keeps none: memory does not grow with the number of rows.
    ///
    /// An error of the closure ends the query and is given back; inside a transaction on PostgreSQL, and behind a pooler of
    /// transactions, once the rest of the rows is read and dropped.
    ///
    /// # Errors
    /// As [`Select::all`], or if the closure fails.
    pub fn each<'p, E: Executor + 'p>(self, db: E, take: impl FnMut(R) -> Result<()> + Send + 'p) -> E::Out<'p, ()> {
        let (table, read) = (self.table, self.read.clone());
        db.run(Ask::new(
            self.plain(),
            |query, dialect| query.sql(dialect),
            take,
            move |take, row| take(read(&Reader::new(row, table))?).map_err(Error::of_closure),
            |_| Ok(()),
        ))
    }

    /// One page of the rows and the number of all, in one round trip of two statements. Pages are counted from 1.
    ///
    /// As [`Query::paginate`](crate::Query::paginate).
    ///
    /// # Errors
    /// If `page` or `per_page` is 0; else as [`Select::all`].
    pub fn paginate<'p, E: Executor + 'p>(self, page: u64, per_page: u64, db: E) -> E::Out<'p, Page<R>> {
        if page == 0 || per_page == 0 {
            return db.ready(Err(Page::<R>::miscounted()));
        }
        db.run(Paginate {
            query: Some(self.plain()),
            page,
            per_page,
            statements: Vec::new(),
            read: None,
            rows: Vec::new(),
            total: 0,
        })
    }

    /// How the database would run the query, in its own words, a line each; as [`Query::explain`](crate::Query::explain).
    ///
    /// # Errors
    /// As [`Select::all`].
    pub fn explain<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<String>> {
        let line = |lines: &mut Vec<String>, row: &dyn Row| {
            lines.push(Reader::new(row, "plan").get(row.len().saturating_sub(1))?);
            Ok(())
        };
        let write = |query: Select<(), R>, dialect: &'static dyn Dialect| Ok(query.sql(dialect)?.explained(dialect));
        db.run(Ask::new(self.plain(), write, Vec::new(), line, Ok))
    }
}

/// Reads all rows; `end` makes the output of them.
struct Rows<S, R, E> {
    query: Option<Select<S, R>>,
    /// How many rows it needs, whichever they are: the query's own limit is another, which says that its order matters.
    needed: Option<u64>,
    table: &'static str,
    read: Read<R>,
    parameters: Vec<Parameter>,
    rows: Vec<R>,
    end: E,
}

impl<S, R, E> Rows<S, R, E> {
    fn new<O>(query: Select<S, R>, needed: Option<u64>, end: E) -> Self
    where
        E: FnOnce(Vec<R>) -> Result<O>,
    {
        let (table, read) = (query.table, query.read.clone());
        Rows { query: Some(query), needed, table, read, parameters: Vec::new(), rows: Vec::new(), end }
    }
}

impl<S, R: Send, E: Send> Steps for Rows<S, R, E> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let mut query = take(&mut self.query)?;
        query.check()?;
        if let Some(rows) = self.needed {
            query = query.at_most(rows);
        }
        self.parameters = send(query.written(dialect)?, batch)?;
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.rows.push((self.read)(&Reader::new(row, self.table))?);
        Ok(())
    }
}

impl<S, R: Send, O, E: FnOnce(Vec<R>) -> Result<O> + Send> Plan for Rows<S, R, E> {
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.rows)
    }
}

/// A page of the rows, and the number of all.
struct Paginate<S, R> {
    query: Option<Select<S, R>>,
    page: u64,
    per_page: u64,
    /// The values of the statement that counts, and of the one that reads.
    statements: Vec<Vec<Parameter>>,
    read: Option<(&'static str, Read<R>)>,
    rows: Vec<R>,
    total: i64,
}

impl<S, R: Send> Steps for Paginate<S, R> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let mut page = take(&mut self.query)?;
        page.body.select.limit = Some(self.per_page);
        page.body.select.offset = Some((self.page - 1).saturating_mul(self.per_page));
        page.check()?;
        self.read = Some((page.table, page.read.clone()));
        let mut all = page.clone();
        (all.body.select.limit, all.body.select.offset) = (None, None);
        for query in [all.counted(), page] {
            self.statements.push(send(query.written(dialect)?, batch)?);
        }
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.statements.get(statement).map_or(Ok(()), |values| push_all(values, parameters))
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        match &self.read {
            Some((table, read)) if statement > 0 => self.rows.push(read(&Reader::new(row, table))?),
            _ => self.total = integer(row)?,
        }
        Ok(())
    }
}

impl<S, R: Send> Plan for Paginate<S, R> {
    type Output = Page<R>;

    fn finish(self) -> Result<Page<R>> {
        Ok(Page::new(self.rows, u64::try_from(self.total).unwrap_or(0), self.page, self.per_page))
    }
}
