//! SQL of the user's own, as plans.

use std::borrow::Cow;

use crate::backend::{Outcome, Parameters, Reader, Row, Statement, Step, Steps, check_sql};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::plan::script::check_script;
use crate::sql::{Dialect, Expr, Rendered, TemplatePart, Writer};
use crate::value::{FromValue, Parameter, ValueError};

/// What a row can be read as: a tuple, a model whose columns it holds in order, or, where it has one column, a number, a
/// text, a truth value, an `Option` of a column type, or a `Vec`. Other column types are read in a tuple of one.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model, Debug, PartialEq)] struct User { #[column(primary_key)] id: i64, name: String }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// User::new("ann").insert(&db)?;
/// let users = db.query_as::<User>("SELECT id, name FROM user", ())?;
/// let pairs = db.query_as::<(i64, String)>("SELECT id, name FROM user", ())?;
/// let names = db.query_as::<String>("SELECT name FROM user", ())?;
/// assert_eq!((&users[0].name, &pairs[0].1), (&names[0], &names[0]));
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a row cannot be read as `{Self}`",
    label = "expected a tuple of column types, a model, or a number or text",
    note = "a row of one column of another type is read as a tuple of one: `(Email,)`"
)]
pub trait FromRow: Sized + Send {
    /// Reads the row.
    ///
    /// # Errors
    /// If a value does not fit, or the row has another number of columns.
    fn from_row(row: &dyn Row) -> Result<Self>;
}

/// # Errors
/// If the row has another number of columns.
pub(crate) fn check_width(row: &dyn Row, wanted: usize) -> Result<()> {
    if row.len() == wanted {
        return Ok(());
    }
    Err(Error::usage(format!("the rows have {} columns and are read as {wanted}", row.len())))
}

macro_rules! tuples {
    ($(($count:literal $($name:ident $index:literal)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: FromValue + Send),*> FromRow for ($($name,)*) {
            fn from_row(row: &dyn Row) -> Result<Self> {
                check_width(row, $count)?;
                let reader = Reader::new(row, "result");
                Ok(($(reader.get::<$name>($index)?,)*))
            }
        }
    )*};
}

tuples! {
    (1 A 0)
    (2 A 0 B 1)
    (3 A 0 B 1 C 2)
    (4 A 0 B 1 C 2 D 3)
    (5 A 0 B 1 C 2 D 3 E 4)
    (6 A 0 B 1 C 2 D 3 E 4 F 5)
    (7 A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (8 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
    (9 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
    (10 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9)
    (11 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10)
    (12 A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11)
}

macro_rules! scalars {
    ($(($($generics:tt)*) $scalar:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> FromRow for $scalar
        where
            Self: FromValue + Send,
        {
            fn from_row(row: &dyn Row) -> Result<Self> {
                check_width(row, 1)?;
                Reader::new(row, "result").get(0)
            }
        }
    )*};
}

scalars! {
    () bool; () i8; () i16; () i32; () i64; () u8; () u16; () u32; () u64; () f32; () f64; () String;
    (T) Vec<T>;
    (T) Option<T>;
}

/// SQL that the program writes itself.
pub(crate) enum RawSql {
    /// A text, and its values.
    Text(String, Result<Vec<Parameter>, ValueError>),
    /// A text with expressions and values in it.
    Template(Result<Vec<TemplatePart>, ValueError>),
}

impl RawSql {
    fn write(self, dialect: &'static dyn Dialect) -> Result<(Cow<'static, str>, Vec<Parameter>)> {
        match self {
            RawSql::Text(sql, parameters) => {
                check_sql(&sql)?;
                Ok((sql.into(), parameters.map_err(|error| Error::encode("", "", &error))?))
            }
            RawSql::Template(parts) => {
                let rendered = render(parts, dialect)?.complete()?;
                Ok((rendered.sql, rendered.parameters))
            }
        }
    }
}

/// The text and the values of SQL with expressions in it.
pub(crate) fn render(parts: Result<Vec<TemplatePart>, ValueError>, dialect: &'static dyn Dialect) -> Result<Rendered> {
    let parts = parts.map_err(|error| Error::encode("", "", &error))?;
    let mut writer = Writer::new(dialect);
    writer.expr(Expr::Template(parts));
    writer.finish()
}

/// One statement: what is written at first, then its values.
struct Raw {
    sql: Option<RawSql>,
    parameters: Vec<Parameter>,
}

impl Raw {
    fn new(sql: RawSql) -> Self {
        Raw { sql: Some(sql), parameters: Vec::new() }
    }

    fn next(
        &mut self,
        statement: fn(Cow<'static, str>) -> Statement,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<Step> {
        let Some(sql) = self.sql.take() else { return Ok(Step::Done) };
        let (sql, parameters) = sql.write(dialect)?;
        self.parameters = parameters;
        batch.push(statement(sql).raw());
        Ok(Step::RunLast)
    }

    fn bind(&self, parameters: &mut dyn Parameters) -> Result<()> {
        push_all(&self.parameters, parameters)
    }
}

/// Sends the values in order.
pub(crate) fn push_all(values: &[Parameter], parameters: &mut dyn Parameters) -> Result<()> {
    values.iter().for_each(|parameter| parameters.push(parameter.value.borrowed(), parameter.secret));
    Ok(())
}

/// A statement that gives no rows.
pub(crate) struct Execute {
    raw: Raw,
    rows: u64,
}

impl Execute {
    pub(crate) fn new(sql: RawSql) -> Self {
        Execute { raw: Raw::new(sql), rows: 0 }
    }
}

impl Steps for Execute {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.raw.next(Statement::count, dialect, batch)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.raw.bind(parameters)
    }

    fn outcome(&mut self, _: usize, _: usize, outcome: Outcome) -> Result<()> {
        self.rows = outcome.rows;
        Ok(())
    }
}

impl Plan for Execute {
    type Output = u64;

    fn finish(self) -> Result<u64> {
        Ok(self.rows)
    }
}

/// A script, all or nothing.
pub(crate) struct ExecuteScript {
    sql: String,
    steps: std::array::IntoIter<Step, 3>,
}

impl ExecuteScript {
    pub(crate) fn new(sql: String) -> Self {
        ExecuteScript { sql, steps: [Step::Begin, Step::RunScripts, Step::Commit].into_iter() }
    }
}

impl Steps for ExecuteScript {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let step = self.steps.next().unwrap_or(Step::Done);
        match step {
            Step::Begin => {
                check_sql(&self.sql)?;
                check_script(&self.sql, dialect.nests_comments())?;
            }
            Step::RunScripts => batch.push(Statement::script(std::mem::take(&mut self.sql))),
            _ => {}
        }
        Ok(step)
    }
}

impl Plan for ExecuteScript {
    type Output = ();

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// A statement whose rows are read as `R`; `end` makes the output of them.
pub(crate) struct QueryAs<R, O> {
    raw: Raw,
    rows: Vec<R>,
    end: fn(Vec<R>) -> Result<O>,
}

impl<R, O> QueryAs<R, O> {
    pub(crate) fn new(sql: RawSql, end: fn(Vec<R>) -> Result<O>) -> Self {
        QueryAs { raw: Raw::new(sql), rows: Vec::new(), end }
    }
}

impl<R: FromRow, O> Steps for QueryAs<R, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.raw.next(Statement::rows, dialect, batch)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.raw.bind(parameters)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.rows.push(R::from_row(row)?);
        Ok(())
    }
}

impl<R: FromRow, O> Plan for QueryAs<R, O> {
    type Output = O;

    fn finish(self) -> Result<O> {
        (self.end)(self.rows)
    }
}
