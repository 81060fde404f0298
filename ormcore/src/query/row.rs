//! Structs that rows of selected columns are read as: `#[derive(Row)]`.

use std::marker::PhantomData;

use crate::backend::{self, Reader};
use crate::error::{Error, Result};
use crate::query::{Has, Projection, Scope, Select, Source, Template};
use crate::sql::Expr;
use crate::value::{FromValue, ValueError};

/// A struct that a row of selected columns is read as; `#[derive(Row)]` implements it.
///
/// Its fields are the columns, in order: `Sales::columns(..)` takes an expression for each, and `Sales::TOTAL` is the
/// column of a query that is read from like a table ([`Select::derived`](crate::query::Select::derived)). Rows of SQL of
/// one's own are read by the columns' names.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Purchase {
///     #[column(primary_key)]
///     id: i64,
///     customer: String,
///     amount: f64,
/// }
///
/// #[derive(Row, Debug, PartialEq)]
/// struct Sales {
///     customer: String,
///     total: Option<f64>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Purchase,)>()?;
/// Purchase::insert_all([Purchase::new("ann", 2.0), Purchase::new("bob", 1.0), Purchase::new("ann", 3.0)], &db)?;
///
/// let sales = Purchase::query()
///     .group_by(Purchase::CUSTOMER)
///     .select(Sales::columns(Purchase::CUSTOMER, Purchase::AMOUNT.sum()));
/// let best = sales.derived().filter(Sales::TOTAL.gt(2.5)).all(&db)?;
/// assert_eq!(best, [Sales { customer: "ann".into(), total: Some(5.0) }]);
///
/// let all = db.query_as::<Sales>("SELECT amount AS total, customer FROM purchase ORDER BY id", ())?;
/// assert_eq!(all[1], Sales { customer: "bob".into(), total: Some(1.0) });
/// # Ok::<(), ormcore::Error>(())
/// ```
pub trait RowStruct: Source + Sized + Send {
    /// The struct's name in snake_case: what a query is called that is read from.
    const NAME: &'static str;

    /// The names of the columns, in the order of the fields.
    const COLUMNS: &'static [&'static str];

    /// A query over the rows that SQL of the program's own gives, under the names of the fields: they can be filtered,
    /// ordered, grouped and joined like those of any query.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql;
    /// # #[derive(Model)] struct Purchase { #[column(primary_key)] id: i64, customer: String, amount: f64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Purchase,)>()?;
    /// # Purchase::insert_all([Purchase::new("ann", 2.0), Purchase::new("bob", 1.0), Purchase::new("ann", 3.0)], &db)?;
    /// #[derive(Row, Debug, PartialEq)]
    /// struct Sales {
    ///     customer: String,
    ///     total: f64,
    /// }
    ///
    /// let sales = sql!("SELECT customer, sum(amount) AS total FROM {} GROUP BY 1", sql::table::<Purchase>());
    /// let large = Sales::from_sql(sales).filter(Sales::TOTAL.gt(4.0)).all(&db)?;
    /// assert_eq!(large, [Sales { customer: "ann".into(), total: 5.0 }]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn from_sql<Q>(rows: Template<Q>) -> Select<Scope<Self, ()>, Self> {
        rows.into_rows()
    }

    /// Reads the fields, in order.
    ///
    /// # Errors
    /// If a value does not fit its field, or there is no such column.
    fn decode(fields: &mut RowFields<'_>) -> Result<Self>;
}

/// The values of a row, one after the other, as [`RowStruct::decode`] asks for them.
pub struct RowFields<'r> {
    reader: Reader<'r>,
    /// Where columns are found by name.
    by_name: Option<&'r dyn backend::Row>,
    at: usize,
}

impl std::fmt::Debug for RowFields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowFields").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<'r> RowFields<'r> {
    /// The value of the column: the next one, or the one of this name.
    ///
    /// # Errors
    /// If it does not fit the type, or there is no column of this name, or there are several.
    pub fn next<T: FromValue>(&mut self, name: &str) -> Result<T> {
        let index = match self.by_name {
            Some(row) => find(row, self.at, name)?,
            None => self.at,
        };
        self.at += 1;
        self.reader.get(index)
    }
}

/// The position of the only column of this name; it is likely to be the one expected.
fn find(row: &dyn backend::Row, expected: usize, name: &str) -> Result<usize> {
    let mut found = (0..row.len()).filter(|index| row.name(*index) == name);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (Some(_), Some(_)) => Err(Error::usage(format!("the row has several columns `{name}`: name them with `AS`"))),
        (None, _) => {
            let names: Vec<_> = (0..row.len()).map(|index| format!("`{}`", row.name(index))).collect();
            let has = names.join(", ");
            Err(Error::usage(format!("the row has no column `{name}` (field {}); it has {has}", expected + 1)))
        }
    }
}

/// Reads a row of SQL of the user's own.
///
/// # Errors
/// If a column is missing, or a value does not fit its field.
pub fn read_by_name<W: RowStruct>(row: &dyn backend::Row) -> Result<W> {
    W::decode(&mut RowFields { reader: Reader::new(row, W::NAME), by_name: Some(row), at: 0 })
}

/// The columns of a struct, with what each is: what `Sales::columns(..)` gives.
#[derive(Debug, Clone)]
#[must_use = "columns do nothing until they are given to `select`"]
pub struct RowColumns<W, P> {
    parts: P,
    row: PhantomData<fn() -> W>,
}

impl<W: RowStruct, P> RowColumns<W, P> {
    #[doc(hidden)]
    pub const fn new(parts: P) -> Self {
        RowColumns { parts, row: PhantomData }
    }
}

fn read<W: RowStruct>(row: &Reader<'_>, at: &mut usize) -> Result<W> {
    let mut fields = RowFields { reader: row.of(W::NAME), by_name: None, at: *at };
    let value = W::decode(&mut fields)?;
    *at = fields.at;
    Ok(value)
}

impl<W: RowStruct, P: Projection<S, I>, S, I> Projection<S, I> for RowColumns<W, P> {
    type Row = W;

    fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError> {
        let first = columns.len();
        self.parts.push_to(columns)?;
        for (column, name) in columns[first..].iter_mut().zip(W::COLUMNS) {
            let expr = std::mem::replace(column, Expr::Truth(true));
            *column = Expr::Named(Box::new(expr), name);
        }
        Ok(())
    }

    fn read(row: &Reader<'_>, at: &mut usize) -> Result<W> {
        read(row, at)
    }
}

/// All columns of a query that is read from like a table.
#[derive(Debug)]
pub(super) struct DerivedColumns<W>(PhantomData<fn() -> W>);

impl<W: RowStruct> DerivedColumns<W> {
    pub(super) const fn new() -> Self {
        DerivedColumns(PhantomData)
    }
}

impl<W: RowStruct, S, I> Projection<S, I> for DerivedColumns<W>
where
    crate::query::Row<S>: Has<W, I>,
    I: crate::query::Present<W>,
{
    type Row = W;

    fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError> {
        columns.extend(W::COLUMNS.iter().map(|name| W::alias().column(name)));
        Ok(())
    }

    fn read(row: &Reader<'_>, at: &mut usize) -> Result<W> {
        read(row, at)
    }
}
