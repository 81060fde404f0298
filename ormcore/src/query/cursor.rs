//! Pages that begin behind a row: keyset pagination.

mod text;

use crate::error::{Error, Result};
use crate::model::Model;
use crate::plan::Executor;
use crate::query::{Body, Query};
use crate::schema::{Column, Table};
use crate::sql::{Alias, BinaryOperator, Direction, Expr, Order};
use crate::value::digits::plain;
use crate::value::temporal::{DATES, TIMES, is_writable};
use crate::value::{Parameter, SqlType, Value};

/// A place in the order of a query, behind a row: what [`Query::cursor`] gives and [`Query::after`] takes.
///
/// As text it is safe in a URL. Whoever has it can read the row's values in it: those that the query is ordered by and the
/// primary key, or all columns of a view without one; and nothing else. Whoever changes it gets other rows of the same
/// query, or an error.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::query::Cursor;
/// # #[derive(Model, Clone)] struct Post { #[column(primary_key)] id: i64, title: String }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Post,)>()?;
/// # Post::insert_all(["a", "b", "c"].map(Post::new), &db)?;
/// let by_title = Post::query().order_by(Post::TITLE.desc());
/// let first = by_title.clone().first(&db)?.unwrap();
/// let text = by_title.cursor(&first)?.to_string();
///
/// let cursor: Cursor = text.parse()?;
/// let others = by_title.after(&cursor).all(&db)?;
/// assert_eq!(others.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["b", "a"]);
/// assert!("rubbish".parse::<Cursor>().is_err());
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Cursor {
    /// Tells the order that it is a place of.
    order: u32,
    values: Vec<Value<'static>>,
}

/// The rows behind a place in an order: what [`Query::page_after`] gives.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeysetPage<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; none if there are no more rows.
    pub next: Option<Cursor>,
}

impl<M: Model, S: 'static> Query<M, S> {
    /// The place of a row in the query's order.
    ///
    /// # Errors
    /// If the query is ordered by something else than columns of its own model, or by a secret or a list, where the key counts,
    /// or its rows are chosen by `distinct_on`.
    pub fn cursor(&self, row: &M) -> Result<Cursor> {
        let order = ordered(&self.body, M::TABLE)?;
        let own = self.body.select.from.first();
        let value = |part: &Order| {
            let index = own_column(&part.expr, own, M::TABLE).unwrap_or_default();
            let value =
                row.field(index).value().map_err(|error| Error::encode(M::NAME, M::COLUMNS[index].name, &error))?;
            Ok(value.into_owned())
        };
        Ok(Cursor { order: described(&order), values: order.iter().map(value).collect::<Result<_>>()? })
    }

    /// Gives only the rows that come behind the place in the query's order: `WHERE (a, id) > (?, ?)`, written so that an
    /// index serves it, for columns that may be NULL too. Rows that come and go meanwhile shift nothing.
    ///
    /// Rows that are equal in the order are ordered by the primary key.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, title: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Post,)>()?;
    /// # let posts = Post::insert_all(["a", "a", "b"].map(Post::new), &db)?;
    /// let by_title = Post::query().order_by(Post::TITLE);
    /// let behind = by_title.cursor(&posts[0])?;
    /// assert_eq!(by_title.after(&behind).limit(1).one(&db)?.id, posts[1].id);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn after(mut self, cursor: &Cursor) -> Self {
        self.body.after = Some(cursor.clone());
        self
    }

    /// The first rows behind the place, or of all, and where the next page begins. An offset of the query is left out before
    /// the first page. A query that is joined along a relationship to many gives each row once by `distinct()`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, title: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Post,)>()?;
    /// # Post::insert_all(["a", "b", "c"].map(Post::new), &db)?;
    /// let by_title = Post::query().order_by(Post::TITLE);
    /// let first = by_title.clone().page_after(None, 2, &db)?;
    /// assert_eq!(first.items.len(), 2);
    /// let second = by_title.page_after(first.next.as_ref(), 2, &db)?;
    /// assert_eq!((second.items.len(), second.next), (1, None));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If `rows` is 0, the cursor is one of another order, the query is ordered by something else than columns of its own
    /// model, by a secret or a list, a join gives a row several times, the rows are chosen by `distinct_on`, a collection is
    /// loaded by `with_from_join`, the database refuses the statement, or a row cannot be read.
    pub fn page_after<'p, E: Executor + 'p>(
        self,
        cursor: Option<&Cursor>,
        rows: u64,
        db: E,
    ) -> E::Out<'p, KeysetPage<M>> {
        if rows == 0 {
            return db.ready(Err(Error::usage("a page has at least one row: `page_after(cursor, 20, &db)`")));
        }
        self.page_as("page_after", cursor.cloned(), rows, true, db, Ok)
    }

    /// A page of the query, as `end` makes it; where it `peeks`, one more row tells whether there are more, and else it is
    /// the last.
    pub(super) fn page_as<'p, E: Executor + 'p, O: 'p>(
        mut self,
        ending: &str,
        cursor: Option<Cursor>,
        rows: u64,
        peeks: bool,
        db: E,
        end: impl FnOnce(KeysetPage<M>) -> Result<O> + Send + 'p,
    ) -> E::Out<'p, O> {
        let is_whole = self.check_pages(ending).and_then(|()| check_repeats(&self.body, M::TABLE));
        match is_whole.and_then(|()| ordered(&self.body, M::TABLE)) {
            Ok(order) => self.body.select.order = order,
            Err(error) => return db.ready(Err(error)),
        }
        let places = self.clone();
        if let Some(cursor) = &cursor {
            self.body.after = Some(cursor.clone());
            // What is left out first comes before the first page.
            self.body.select.offset = None;
        }
        self.limit(rows.saturating_add(u64::from(peeks))).all_as(db, move |mut items| {
            let behind = items.split_off(items.len().min(usize::try_from(rows).unwrap_or(usize::MAX)));
            let place = |row: Option<&M>| row.map(|row| places.cursor(row)).transpose();
            if cursor.is_some() && place(items.first())? == cursor {
                return Err(comes_again(&places.body, M::TABLE));
            }
            let (Some(first), next) = (place(behind.first())?, place(items.last())?) else {
                return end(KeysetPage { items, next: None });
            };
            if next.as_ref() == Some(&first) {
                return Err(repeats(&places.body, M::TABLE));
            }
            end(KeysetPage { items, next })
        })
    }
}

/// Leaves only the rows behind the place that the query is to begin at.
///
/// # Errors
/// If the place is one of another order, or what the query gives has no places.
pub(super) fn apply(body: &mut Body) -> Result<()> {
    let Some(table) = body.table else { return Ok(()) };
    let Some(cursor) = body.after.take() else { return Ok(()) };
    if !body.select.group.is_empty() {
        return Err(Error::usage(
            "groups have no place to begin behind: `after` chooses whole rows, so filter them by a condition instead",
        ));
    }
    let order = ordered(body, table)?;
    if described(&order) != cursor.order || order.len() != cursor.values.len() {
        return Err(Error::cursor(
            "this cursor is a place in another order: a query begins behind a row of the same query, ordered alike",
        ));
    }
    let columns = order.iter().map(|part| own_column(&part.expr, body.select.from.first(), table));
    let fits = |(column, value): (Option<usize>, &Value<'_>)| column.is_some_and(|at| fits(&table.columns[at], value));
    if !columns.zip(&cursor.values).all(fits) {
        return Err(Error::cursor("this cursor is no place of a row: take what `cursor.to_string()` gave, unchanged"));
    }
    let secret = false;
    let parts = order.iter().zip(cursor.values).map(|(part, value)| (part, Parameter { value, secret }));
    if let Some(condition) = behind(parts.collect()) {
        body.select.add_filter(condition);
    }
    if body.is_grouped() {
        // What is asked of all of them together has no order.
        (body.unsaid, body.select.order) = (0, Vec::new());
        return Ok(());
    }
    body.placing = order.len() - body.select.order.len();
    body.select.order = order;
    Ok(())
}

/// Checks that no join is known to give rows of the table several times: a place is behind all of them.
fn check_repeats(body: &Body, table: &Table) -> Result<()> {
    let repeating = !body.select.distinct && body.joined.iter().any(|joined| joined.repeats);
    if repeating { Err(repeats(body, table)) } else { Ok(()) }
}

fn repeats(body: &Body, table: &Table) -> Error {
    let model = table.model;
    if body.joined.is_empty() {
        return Error::usage(format!(
            "equal rows of `{model}`, which has no primary key, are one place, and a page that begins behind one of them \
             would begin behind all: give each once by `distinct()`, or use `paginate`"
        ));
    }
    Error::usage(format!(
        "the query gives a row of `{model}` for each row that it is joined to, and a page that begins behind one of them would \
         begin behind all: give each once by `distinct()`, or use `paginate`"
    ))
}

/// What SQLite keeps as text in another form than the program sends is not equal to what it is read as.
fn comes_again(body: &Body, table: &Table) -> Error {
    let own = body.select.from.first();
    let columns = body.select.order.iter().filter_map(|part| own_column(&part.expr, own, table));
    let names: Vec<String> = columns.map(|index| format!("`{}.{}`", table.name, table.columns[index].name)).collect();
    Error::schema(format!(
        "the rows behind a row of `{}` begin with that row again: another program has written {} in another form than this \
         one does, which no condition finds; bring what is there into that form by an UPDATE, as the page `databases` of the \
         documentation shows",
        table.name,
        names.join(" or ")
    ))
}

/// The order, down to the primary key: each row has one place.
fn ordered(body: &Body, table: &Table) -> Result<Vec<Order>> {
    if !body.select.first_of.is_empty() {
        return Err(Error::usage("the rows that `distinct_on` chooses have no place to begin behind: use `paginate`"));
    }
    let own = body.select.from.first();
    let mut order = body.select.order.clone();
    for index in table.identity() {
        let column = &table.columns[index];
        let expr = own.column(column.name);
        if !order.iter().any(|part| part.expr == expr) {
            order.push(Order { nullable: column.nullable, ..Order::ascending(expr) });
        }
    }
    for part in &order {
        check_place(own_column(&part.expr, own, table), table)?;
    }
    Ok(order)
}

/// Checks that a value of the table's column can be a place in an order.
fn check_place(index: Option<usize>, table: &Table) -> Result<()> {
    let Some(column) = index.map(|index| &table.columns[index]) else {
        return Err(Error::usage(format!(
            "a place in an order is one of columns of `{}`, and this query is ordered by something else too: use `paginate`",
            table.name
        )));
    };
    let what = match column.sql_type {
        _ if column.secret => "a secret",
        SqlType::Array(_) => "a list",
        _ => return Ok(()),
    };
    Err(Error::usage(format!(
        "a place in an order is a text that shows the values of what the rows are ordered by, down to the primary key, and \
         `{}.{}` is {what}: order by something else, or use `paginate`",
        table.name, column.name
    )))
}

/// Whether a row can have the value in the column: what comes from outside may be anything.
fn fits(column: &Column, value: &Value<'_>) -> bool {
    use SqlType as T;
    match (column.sql_type, value) {
        (_, Value::Null) => column.nullable,
        (T::SmallInt, Value::Int(value)) => i16::try_from(*value).is_ok(),
        (T::Integer, Value::Int(value)) => i32::try_from(*value).is_ok(),
        (T::Real, Value::Float(value)) => f64::from(*value as f32) == *value,
        (T::Double, Value::Float(value)) => !value.is_nan(),
        (T::Enum(_), Value::Text(text)) => column.variants.iter().any(|variant| variant == text),
        (T::Date, Value::Date(days)) => DATES.contains(days),
        (T::Time, Value::Time(time)) => TIMES.contains(time),
        (T::DateTime, Value::DateTime(at)) | (T::Timestamp, Value::Timestamp(at)) => is_writable(*at),
        (T::Decimal, Value::Decimal(digits)) => plain(digits).is_some(),
        (T::Boolean, Value::Bool(_))
        | (T::BigInt, Value::Int(_))
        | (T::Text, Value::Text(_))
        | (T::Bytes, Value::Bytes(_))
        | (T::Uuid, Value::Uuid(_))
        | (T::Json, Value::Json(_)) => true,
        _ => false,
    }
}

/// The position of the model's column that the expression is, where the query calls the model's table `own`.
fn own_column(expr: &Expr, own: Alias, of: &Table) -> Option<usize> {
    let Expr::Column { table, name } = expr else { return None };
    of.columns.iter().position(|column| *table == own && column.name == *name)
}

/// A number that tells this order from others (FNV-1a).
fn described(order: &[Order]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut add = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    for part in order {
        if let Expr::Column { name, .. } = &part.expr {
            name.bytes().for_each(&mut add);
        }
        add(u8::from(part.direction == Direction::Descending));
        add(u8::from(nulls_first(part)) | 2);
    }
    hash
}

fn nulls_first(part: &Order) -> bool {
    part.nulls_first.unwrap_or(part.direction == Direction::Ascending)
}

/// That a row comes behind these values: it does in the first part, or is equal there and does in the next, and so on.
fn behind(parts: Vec<(&Order, Parameter)>) -> Option<Expr> {
    let mut ways = Vec::new();
    let mut equal: Vec<Expr> = Vec::new();
    for (part, value) in &parts {
        if let Some(later) = later(part, value) {
            ways.push(Expr::all(equal.iter().cloned().chain([later]).collect()));
        }
        equal.push(part.expr.clone().equals(Expr::Value(value.clone())));
    }
    match ways.len() {
        0 => Some(Expr::Truth(false)),
        1 => ways.pop(),
        _ => {
            let ways = Expr::Any(ways);
            // What an index on the first part can begin with.
            Some(match parts.into_iter().next().and_then(|(part, value)| from(part, value)) {
                Some(first) => first.and(ways),
                None => ways,
            })
        }
    }
}

/// That the part of a row comes behind the value; none if nothing does.
fn later(part: &Order, value: &Parameter) -> Option<Expr> {
    let column = part.expr.clone();
    let is_null = |null| Expr::IsNull(Box::new(part.expr.clone()), null);
    if value.value.is_null() {
        return nulls_first(part).then(|| is_null(false));
    }
    let operator = if part.direction == Direction::Ascending { BinaryOperator::Greater } else { BinaryOperator::Less };
    let beyond = column.binary(operator, Expr::Value(value.clone()));
    Some(if part.nullable && !nulls_first(part) { beyond.or(is_null(true)) } else { beyond })
}

/// That the part of a row is the value or comes behind it, where one comparison says so.
fn from(part: &Order, value: Parameter) -> Option<Expr> {
    if part.nullable || value.value.is_null() {
        return None;
    }
    let ascending = part.direction == Direction::Ascending;
    let operator = if ascending { BinaryOperator::GreaterOrEqual } else { BinaryOperator::LessOrEqual };
    Some(part.expr.clone().binary(operator, Expr::Value(value)))
}
