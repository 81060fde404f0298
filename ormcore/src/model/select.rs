use std::marker::PhantomData;
use std::ops::Deref;

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, ErrorKind, Result};
use crate::model::key::Key;
use crate::model::{Fetch, Model, Record, Shape, follow, push_made, typed};
use crate::plan::{FromRow, LazyLoads, Plan, TableList, check_width};
use crate::schema::statements::table_name;
use crate::schema::{Lifted, Table};
use crate::sql::{BinaryOperator, Dialect, Expr, From, Select};
use crate::value::{Field, Parameter, Value, ValueError};

#[diagnostic::do_not_recommend]
impl<M: Model> FromRow for M {
    fn from_row(row: &dyn Row) -> Result<Self> {
        // Of a full-text index a database may keep a column, which comes last.
        let more = usize::from(M::TABLE.full_text.is_some() && row.len() > M::COLUMNS.len());
        check_width(row, M::COLUMNS.len() + more)?;
        M::decode(&Reader::new(row, M::TABLE.name))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> TableList for M {
    fn tables() -> Vec<&'static Table> {
        vec![M::TABLE]
    }
}

macro_rules! table_lists {
    ($(($($name:ident)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: TableList),*> TableList for ($($name,)*) {
            fn tables() -> Vec<&'static Table> {
                let mut all = Vec::new();
                $(all.extend($name::tables());)*
                all
            }
        }
    )*};
}

table_lists! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}

/// Sends the value of a column's field.
#[inline]
pub(crate) fn push(table: &Table, index: usize, field: &dyn Field, parameters: &mut dyn Parameters) -> Result<()> {
    field.send(parameters).map_err(|error| refused(table, index, &error))
}

/// Sends the values of these columns of a row.
#[inline]
pub(crate) fn push_fields<R: Record + ?Sized>(
    table: &Table,
    columns: &[usize],
    row: &R,
    parameters: &mut dyn Parameters,
) -> Result<()> {
    columns.iter().try_for_each(|index| push(table, *index, row.field(*index), parameters))
}

/// Pushes a column of a row in the form in which the database gives it back, which is the row's from here on.
#[inline]
pub(crate) fn push_normalized(
    table: &Table,
    index: usize,
    field: &mut dyn Field,
    parameters: &mut dyn Parameters,
) -> Result<()> {
    field.send_normalized(parameters).map_err(|error| refused(table, index, &error))
}

#[cold]
fn refused(table: &Table, index: usize, error: &ValueError) -> Error {
    Error::encode(table.name, table.columns[index].name, error)
}

/// The primary key of a row in words, such as `id = 7`.
pub(super) fn describe<'f>(table: &Table, part: impl Fn(usize, usize) -> &'f dyn Field) -> String {
    let mut text = String::new();
    for (position, index) in table.primary_key().enumerate() {
        let field = part(position, index);
        let value = match field.value() {
            _ if table.columns[index].secret => "***".to_string(),
            Ok(value) => value.to_string(),
            Err(error) => error.found().to_string(),
        };
        text.push_str(if position > 0 { " and " } else { "" });
        text.push_str(&format!("`{}` = {value}", table.columns[index].name));
    }
    text
}

/// The key of a row in words.
pub(crate) fn describe_row(table: &Table, row: &dyn Record) -> String {
    describe(table, |_, index| row.field(index))
}

pub(crate) fn not_found(table: &Table, key: &str) -> Error {
    Error::from_kind(ErrorKind::NotFound { table: table.name.to_string(), criterion: format!("has {key}") })
}

/// The error of a key that no row has.
#[cold]
pub(crate) fn not_found_by<M: Model>(key: &M::Key) -> Error
where
    M::Key: Key,
{
    not_found(M::TABLE, &describe(M::TABLE, |position, _| key.part(position)))
}

/// All rows of a model that declares nothing to be loaded with them.
pub(crate) struct SelectAll<M> {
    rows: Vec<M>,
    watched: bool,
}

impl<M: Model> SelectAll<M> {
    pub(crate) fn new() -> Self {
        SelectAll { rows: Vec::new(), watched: false }
    }
}

impl<M: Model> Steps for SelectAll<M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.push(Statement::rows(M::statements().texts(M::TABLE, dialect).all.as_str()));
        Ok(Step::RunLast)
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        push_made(&mut self.rows, || M::decode(&Reader::new(row, M::NAME)))
    }
}

impl<M: Model> Plan for SelectAll<M> {
    type Output = Vec<M>;

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(mut self) -> Result<Vec<M>> {
        follow(M::RELATIONSHIPS, &mut self.rows, self.watched)?;
        Ok(self.rows)
    }
}

/// The condition that a column of the table has this value.
pub(crate) fn column_is(table: &Table, index: usize, value: Value<'static>) -> Expr {
    let column = &table.columns[index];
    let value = Expr::Value(Parameter { value, secret: column.secret });
    Expr::column(table.name, column.name).binary(BinaryOperator::Equal, value)
}

/// Reads the row with a key, with what is declared to be loaded with it.
///
/// A row in hand is read whatever the model's default scopes say: then it is not `scoped`.
fn fetch_by_key<'f>(
    shape: &'static Shape,
    part: &dyn Fn(usize, usize) -> &'f dyn Field,
    scoped: bool,
    watched: bool,
) -> Result<Fetch> {
    let table = shape.table;
    let mut select = Select::new(From::Table(table_name(table), 0));
    for (position, index) in table.primary_key().enumerate() {
        let column = &table.columns[index];
        let value = part(position, index).value().map_err(|error| Error::encode(table.name, column.name, &error))?;
        select.add_filter(column_is(table, index, value.into_owned()));
    }
    if scoped && let Some(condition) = table.ask_scopes(&Lifted::NONE) {
        select.add_filter(condition.map_err(|error| Error::encode(table.name, "", &error))?);
    }
    let mut fetch = Fetch::new(shape, select, Some(Vec::new()), &[]);
    if watched {
        fetch.watch();
    }
    Ok(fetch)
}

/// What becomes of the row with a key, if it is there.
pub(super) trait End<M: Model> {
    type Output;

    fn end(key: M::Key, found: Option<M>) -> Result<Self::Output>;
}

/// The row, if it is there.
pub(super) struct Perhaps;

/// The row, which has to be there.
pub(super) struct Certainly;

/// The key again, and the row, if it is there.
pub(super) struct WithKey;

impl<M: Model> End<M> for Perhaps {
    type Output = Option<M>;

    #[inline]
    fn end(_: M::Key, found: Option<M>) -> Result<Option<M>> {
        Ok(found)
    }
}

impl<M: Model> End<M> for WithKey {
    type Output = (M::Key, Option<M>);

    #[inline]
    fn end(key: M::Key, found: Option<M>) -> Result<(M::Key, Option<M>)> {
        Ok((key, found))
    }
}

impl<M: Model> End<M> for Certainly
where
    M::Key: Key,
{
    type Output = M;

    #[inline]
    fn end(key: M::Key, found: Option<M>) -> Result<M> {
        found.ok_or_else(|| not_found_by::<M>(&key))
    }
}

/// The row with a key, with what is declared to be loaded with it.
pub(super) struct FetchByKey<M: Model, E> {
    key: M::Key,
    fetch: Option<Fetch>,
    /// Whether a row out of the model's default scopes counts as none.
    scoped: bool,
    watched: bool,
    end: PhantomData<E>,
}

impl<M: Model, E: End<M>> FetchByKey<M, E> {
    pub(super) fn new(key: M::Key, _: E) -> Self {
        FetchByKey { key, fetch: None, scoped: true, watched: false, end: PhantomData }
    }

    /// Whatever the model's default scopes say.
    pub(super) fn unscoped(mut self) -> Self {
        self.scoped = false;
        self
    }
}

impl<M: Model, E: Send> Steps for FetchByKey<M, E>
where
    M::Key: Key,
{
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let fetch = match &mut self.fetch {
            Some(fetch) => fetch,
            none => {
                let part = |position, _| self.key.part(position);
                none.insert(fetch_by_key(Shape::of::<M>(), &part, self.scoped, self.watched)?)
            }
        };
        fetch.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.fetch.iter_mut().try_for_each(|fetch| fetch.bind(statement, parameters))
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.fetch.iter_mut().try_for_each(|fetch| fetch.row(statement, row))
    }
}

impl<M: Model, E: End<M> + Send> Plan for FetchByKey<M, E>
where
    M::Key: Key,
{
    type Output = E::Output;

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(self) -> Result<E::Output> {
        let found = match self.fetch {
            Some(fetch) => typed(fetch.finish()?).pop(),
            None => None,
        };
        E::end(self.key, found)
    }
}

/// Sends the parts of a key.
fn push_key<'f>(table: &Table, part: &dyn Fn(usize) -> &'f dyn Field, parameters: &mut dyn Parameters) -> Result<()> {
    for (position, index) in table.primary_key().enumerate() {
        push(table, index, part(position), parameters)?;
    }
    Ok(())
}

/// The row with a key.
pub(super) struct SelectByKey<M: Model, E> {
    key: M::Key,
    found: Option<M>,
    end: PhantomData<E>,
}

impl<M: Model, E: End<M>> SelectByKey<M, E> {
    #[inline]
    pub(super) fn new(key: M::Key, _: E) -> Self {
        SelectByKey { key, found: None, end: PhantomData }
    }
}

impl<M: Model, E: Send> Steps for SelectByKey<M, E>
where
    M::Key: Key,
{
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        batch.push(Statement::first_row(M::statements().texts(M::TABLE, dialect).select.as_str()));
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match M::TABLE.single_key() {
            Some(index) => push(M::TABLE, index, self.key.part(0), parameters),
            None => push_key(M::TABLE, &|position| self.key.part(position), parameters),
        }
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.found = Some(M::decode(&Reader::new(row, M::NAME))?);
        Ok(())
    }
}

impl<M: Model, E: End<M> + Send> Plan for SelectByKey<M, E>
where
    M::Key: Key,
{
    type Output = E::Output;

    #[inline]
    fn finish(self) -> Result<E::Output> {
        E::end(self.key, self.found)
    }
}

/// Reads the row with the key of another one, with what is declared to be loaded with it: `&row` gives it, `&mut row` becomes
/// it.
pub(super) struct ReadAgain<R, M> {
    row: R,
    found: Option<M>,
    /// What reads it, where more is read with it.
    fetch: Option<Box<Fetch>>,
    watched: bool,
}

impl<R: Deref<Target = M>, M: Model> ReadAgain<R, M> {
    pub(super) fn new(row: R) -> Self {
        ReadAgain { row, found: None, fetch: None, watched: false }
    }

    fn take(&mut self) -> Result<M> {
        let fetched = self.fetch.take().map(|fetch| fetch.finish()).transpose()?;
        let found = self.found.take().or_else(|| typed(fetched?).pop());
        found.ok_or_else(|| not_found(M::TABLE, &describe_row(M::TABLE, &*self.row)))
    }
}

impl<R: Deref<Target = M> + Send, M: Model> Steps for ReadAgain<R, M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if const { M::EAGER.is_empty() } {
            batch.push(Statement::first_row(M::statements().texts(M::TABLE, dialect).select.as_str()));
            return Ok(Step::RunLast);
        }
        let fetch = match &mut self.fetch {
            Some(fetch) => fetch,
            none => {
                let read = fetch_by_key(Shape::of::<M>(), &|_, index| self.row.field(index), false, self.watched)?;
                none.insert(Box::new(read))
            }
        };
        fetch.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match &mut self.fetch {
            Some(fetch) => fetch.bind(statement, parameters),
            None => {
                M::TABLE.primary_key().try_for_each(|index| push(M::TABLE, index, self.row.field(index), parameters))
            }
        }
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        match &mut self.fetch {
            Some(fetch) => fetch.row(statement, row)?,
            None => self.found = Some(M::decode(&Reader::new(row, M::TABLE.name))?),
        }
        Ok(())
    }
}

impl<M: Model> Plan for ReadAgain<&M, M> {
    type Output = M;

    fn finish(mut self) -> Result<M> {
        self.take()
    }
}

impl<M: Model> Plan for ReadAgain<&mut M, M> {
    type Output = ();

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(mut self) -> Result<()> {
        let found = self.take()?;
        *self.row = found;
        Ok(())
    }
}
