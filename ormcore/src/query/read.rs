//! The endings of a query that read.

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::plan::{Executor, Plan, push_all};
use crate::query::{Page, Query};
use crate::sql::{Dialect, Expr, From, Rendered, Select, Writer};
use crate::value::Parameter;

impl<M: Model, S: 'static> Query<M, S> {
    /// All rows.
    ///
    /// # Errors
    /// If the database refuses the statement, or a row cannot be read.
    pub fn all<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<M>> {
        db.run(Read::new(self, Ok))
    }

    /// The first row, if there is one (`LIMIT 1`).
    ///
    /// # Errors
    /// If the database refuses the statement, or the row cannot be read.
    pub fn first<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<M>> {
        db.run(Read::new(self.at_most(1), |rows| Ok(rows.into_iter().next())))
    }

    /// The only row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none, [`ErrorKind::MultipleFound`] if there are several.
    pub fn one<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, M> {
        db.run(Read::new(self.at_most(2), |rows| {
            at_most_one(rows)?.ok_or_else(|| {
                let criterion = "meets the conditions of the query".to_string();
                Error::from_kind(ErrorKind::NotFound { table: M::NAME.to_string(), criterion })
            })
        }))
    }

    /// The only row, or `None`.
    ///
    /// # Errors
    /// [`ErrorKind::MultipleFound`] if there are several.
    pub fn one_or_none<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Option<M>> {
        db.run(Read::new(self.at_most(2), at_most_one))
    }

    /// How many rows there are (`SELECT count(*)`); limit and offset count.
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn count<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, u64> {
        db.run(Number::new(self, write_count, |number| Ok(u64::try_from(number).unwrap_or(0))))
    }

    /// Whether there is a row (`SELECT EXISTS (..)`).
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn exists<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, bool> {
        db.run(Number::new(self, write_exists, |number| Ok(number != 0)))
    }

    /// Gives each row to the closure as it arrives, and keeps none: memory does not grow with the number of rows.
    ///
    /// An error of the closure ends the query and is given back.
    ///
    /// # Errors
    /// If the database refuses the statement, a row cannot be read, or the closure fails.
    pub fn each<'p, E: Executor + 'p>(self, db: E, take: impl FnMut(M) -> Result<()> + Send + 'p) -> E::Out<'p, ()> {
        db.run(Each { query: Some(self), parameters: Vec::new(), take })
    }

    /// One page of the rows and the number of all, in two statements. Pages are counted from 1.
    ///
    /// A limit and an offset of the query are replaced. Order by something unique, or rows may move between pages.
    ///
    /// # Errors
    /// If `page` or `per_page` is 0, the database refuses a statement, or a row cannot be read.
    pub fn paginate<'p, E: Executor + 'p>(self, page: u64, per_page: u64, db: E) -> E::Out<'p, Page<M>> {
        db.run(Paginate {
            query: Some(self),
            parameters: [Vec::new(), Vec::new()],
            page,
            per_page,
            total: 0,
            rows: Vec::new(),
        })
    }

    /// How the database would run the query, in its own words, a line each.
    ///
    /// # Errors
    /// If the database refuses the statement.
    pub fn explain<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, Vec<String>> {
        db.run(Explain { query: Some(self), parameters: Vec::new(), lines: Vec::new() })
    }

    fn at_most(mut self, rows: u64) -> Self {
        self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
        self
    }
}

fn at_most_one<M: Model>(rows: Vec<M>) -> Result<Option<M>> {
    if rows.len() > 1 {
        return Err(Error::from_kind(ErrorKind::MultipleFound { table: M::NAME.to_string() }));
    }
    Ok(rows.into_iter().next())
}

/// A plan's query, once: a plan that is asked again has ended.
pub(super) fn take<M, S>(query: &mut Option<Query<M, S>>) -> Result<Query<M, S>> {
    query.take().ok_or_else(|| Error::usage("this plan has run already"))
}

/// Puts the statement into the batch and gives the values to bind.
fn send(rendered: Rendered, batch: &mut Vec<Statement>) -> Vec<Parameter> {
    batch.push(Statement::rows(rendered.sql));
    rendered.parameters
}

fn integer(row: &dyn Row) -> Result<i64> {
    Reader::new(row, "result").get(0)
}

/// `SELECT count(*)` over the query.
fn write_count<M: Model, S>(mut query: Query<M, S>, writer: &mut Writer<'_>) {
    query.order.clear();
    let cuts = query.distinct || query.limit.is_some() || query.offset.is_some();
    let mut select = query.into_select(vec![Expr::Sql("count(*)")]);
    if cuts {
        select.columns = vec![Expr::Sql("1")];
        if select.distinct {
            select.columns =
                M::COLUMNS.iter().map(|column| Expr::Column { table: M::NAME, name: column.name }).collect();
        }
        select = Select {
            distinct: false,
            columns: vec![Expr::Sql("count(*)")],
            from: From::Select(Box::new(select), "counted"),
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
        };
    }
    writer.select(select);
}

/// `SELECT EXISTS (..)` over the query.
fn write_exists<M: Model, S>(mut query: Query<M, S>, writer: &mut Writer<'_>) {
    query.order.clear();
    query.distinct = false;
    writer.push("SELECT ");
    writer.expr(Expr::Exists(Box::new(query.into_select(vec![Expr::Sql("1")]))));
}

/// A query whose rows are collected.
struct Read<M, S, O> {
    query: Option<Query<M, S>>,
    parameters: Vec<Parameter>,
    rows: Vec<M>,
    end: fn(Vec<M>) -> Result<O>,
}

impl<M: Model, S, O> Read<M, S, O> {
    fn new(query: Query<M, S>, end: fn(Vec<M>) -> Result<O>) -> Self {
        Read { query: Some(query), parameters: Vec::new(), rows: Vec::new(), end }
    }
}

impl<M: Model, S, O> Steps for Read<M, S, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.parameters = send(take(&mut self.query)?.sql(dialect)?, batch);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.rows.push(M::decode(&Reader::new(row, M::NAME))?);
        Ok(())
    }
}

impl<M: Model, S, O> Plan for Read<M, S, O> {
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.rows)
    }
}

type Write<M, S> = fn(Query<M, S>, &mut Writer<'_>);

/// A query that ends in one number.
struct Number<M, S, O> {
    query: Option<Query<M, S>>,
    write: Write<M, S>,
    parameters: Vec<Parameter>,
    number: i64,
    end: fn(i64) -> Result<O>,
}

impl<M: Model, S, O> Number<M, S, O> {
    fn new(query: Query<M, S>, write: Write<M, S>, end: fn(i64) -> Result<O>) -> Self {
        Number { query: Some(query), write, parameters: Vec::new(), number: 0, end }
    }
}

fn render<M: Model, S>(mut query: Query<M, S>, write: Write<M, S>, dialect: &dyn Dialect) -> Result<Rendered> {
    query.check()?;
    let mut writer = Writer::new(dialect);
    write(query, &mut writer);
    Ok(writer.finish())
}

impl<M: Model, S, O> Steps for Number<M, S, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.parameters = send(render(take(&mut self.query)?, self.write, dialect)?, batch);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.number = integer(row)?;
        Ok(())
    }
}

impl<M: Model, S, O> Plan for Number<M, S, O> {
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.number)
    }
}

/// A query whose rows are given away one by one.
struct Each<M, S, F> {
    query: Option<Query<M, S>>,
    parameters: Vec<Parameter>,
    take: F,
}

impl<M: Model, S, F: FnMut(M) -> Result<()> + Send> Steps for Each<M, S, F> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.parameters = send(take(&mut self.query)?.sql(dialect)?, batch);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        (self.take)(M::decode(&Reader::new(row, M::NAME))?)
    }
}

impl<M: Model, S, F: FnMut(M) -> Result<()> + Send> Plan for Each<M, S, F> {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// A page of a query's rows, and the number of all.
struct Paginate<M, S> {
    query: Option<Query<M, S>>,
    parameters: [Vec<Parameter>; 2],
    page: u64,
    per_page: u64,
    total: i64,
    rows: Vec<M>,
}

impl<M: Model, S> Steps for Paginate<M, S> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if self.page == 0 || self.per_page == 0 {
            return Err(Error::usage("pages are counted from 1 and have at least one row: `paginate(1, 20, &db)`"));
        }
        let mut all = take(&mut self.query)?;
        all.limit = None;
        all.offset = None;
        let mut page = all.clone();
        page.limit = Some(self.per_page);
        page.offset = Some((self.page - 1).saturating_mul(self.per_page));
        self.parameters = [send(render(all, write_count, dialect)?, batch), send(page.sql(dialect)?, batch)];
        Ok(Step::RunLast)
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters[statement], parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        if statement == 0 {
            self.total = integer(row)?;
        } else {
            self.rows.push(M::decode(&Reader::new(row, M::NAME))?);
        }
        Ok(())
    }
}

impl<M: Model, S> Plan for Paginate<M, S> {
    type Output = Page<M>;

    fn finish(self) -> Result<Page<M>> {
        Ok(Page::new(self.rows, u64::try_from(self.total).unwrap_or(0), self.page, self.per_page))
    }
}

/// The database's own words on how it would run a query.
struct Explain<M, S> {
    query: Option<Query<M, S>>,
    parameters: Vec<Parameter>,
    lines: Vec<String>,
}

impl<M: Model, S> Steps for Explain<M, S> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let mut rendered = take(&mut self.query)?.sql(dialect)?;
        rendered.sql = format!("{}{}", dialect.explain_prefix(), rendered.sql).into();
        self.parameters = send(rendered, batch);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.lines.push(Reader::new(row, "plan").get(row.len().saturating_sub(1))?);
        Ok(())
    }
}

impl<M: Model, S> Plan for Explain<M, S> {
    type Output = Vec<String>;

    fn finish(self) -> Result<Vec<String>> {
        Ok(self.lines)
    }
}
