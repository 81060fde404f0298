//! Queries that are written once and run with other values each time.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

use crate::backend::{Parameters, Reader, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::{IntoKey, Key, Model, follow};
use crate::plan::{Executor, LazyLoads, Plan};
use crate::query::ask::{at_most_one, only};
use crate::query::read::{decode, render, write_rows};
use crate::query::{Operand, Query, Select};
use crate::schema::scopes_asked;
use crate::sql::{Dialect, Expr, Rendered};
use crate::value::{ColumnType, ValueError};

/// The place of a value in a query that is prepared, to be given at each run.
///
/// It stands where a value of the type `T` could. A `None` is SQL's NULL there, which equals nothing: compare with
/// `is_not_distinct_from` if it is to be found.
#[derive(Debug)]
pub struct Param<T> {
    index: usize,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Param<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Param<T> {}

impl<T: ColumnType> Param<T> {
    pub(super) fn expr(self) -> Expr {
        Expr::Argument(self.index, T::TYPE)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, T> for Param<T> {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        Ok(self.expr())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> Operand<M, Option<T>> for Param<T> {
    type Source = M;
    type Type = T;

    fn into_operand(self) -> Result<Expr, ValueError> {
        Ok(self.expr())
    }
}

/// The places of values in a query: a [`Param`], or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of places for values",
    label = "expected `Param<T>` or a tuple of these, such as `|(name, age): (Param<String>, Param<i32>)| ..`"
)]
pub trait Params {
    /// The values.
    type Values: Key;

    #[doc(hidden)]
    fn numbered() -> Self;
}

impl<T: ColumnType> Params for Param<T> {
    type Values = T;

    fn numbered() -> Self {
        Param { index: 0, value: PhantomData }
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt)*))*) => {$(
        impl<$($name: ColumnType),*> Params for ($(Param<$name>,)*) {
            type Values = ($($name,)*);

            fn numbered() -> Self {
                ($(Param { index: $index, value: PhantomData },)*)
            }
        }
    )*};
}

tuples! { (A 0 B 1) (A 0 B 1 C 2) (A 0 B 1 C 2 D 3) (A 0 B 1 C 2 D 3 E 4) (A 0 B 1 C 2 D 3 E 4 F 5) }

/// What the values of a prepared query can be given as: for each place what a column of its type can be set to.
#[diagnostic::on_unimplemented(
    message = "a prepared query with places of type `{V}` is not run with `{Self}`",
    label = "expected a value for each place: one of type `{V}`, a tuple where there are several"
)]
pub trait IntoValues<V> {
    /// The values.
    fn into_values(self) -> V;
}

#[diagnostic::do_not_recommend]
impl<V, K: IntoKey<V>> IntoValues<V> for K {
    fn into_values(self) -> V {
        self.into_key()
    }
}

/// What can be prepared: a query.
pub trait Preparable {
    /// What a row is read as.
    type Row: Send;

    #[doc(hidden)]
    fn table(&self) -> &'static str;

    #[doc(hidden)]
    fn write(self, dialect: &'static dyn Dialect) -> Result<Rendered>;

    #[doc(hidden)]
    fn read(&self, row: &dyn Row) -> Result<Self::Row>;

    /// Notes in the rows that they are those of one query, where lazy loads are `watched` or batched.
    #[doc(hidden)]
    fn follow(_: &mut Vec<Self::Row>, watched: bool) -> Result<()> {
        let _ = watched;
        Ok(())
    }
}

impl<M: Model, S> Preparable for Query<M, S> {
    type Row = M;

    fn table(&self) -> &'static str {
        M::NAME
    }

    fn write(self, dialect: &'static dyn Dialect) -> Result<Rendered> {
        if !self.loads.is_empty() {
            return Err(Error::usage(
                "a prepared query gives rows alone: leave out `.with(..)`, and load for the rows in hand, \
                 `User::POSTS.load(&mut users, &db)`",
            ));
        }
        if !M::EAGER.is_empty() {
            return Err(Error::usage(format!(
                "a prepared query gives rows alone, and `{model}` declares relationships that are loaded with every row: end \
                 it by `.select({model}::all_columns())`",
                model = M::TABLE.model
            )));
        }
        render(self, write_rows, dialect)
    }

    fn read(&self, row: &dyn Row) -> Result<M> {
        decode(row)
    }

    fn follow(rows: &mut Vec<M>, watched: bool) -> Result<()> {
        follow(M::RELATIONSHIPS, rows, watched)
    }
}

impl<S, R: Send> Preparable for Select<S, R> {
    type Row = R;

    fn table(&self) -> &'static str {
        self.table
    }

    fn write(self, dialect: &'static dyn Dialect) -> Result<Rendered> {
        self.sql(dialect)
    }

    fn read(&self, row: &dyn Row) -> Result<R> {
        (self.read)(&Reader::new(row, self.table))
    }
}

/// A query whose text is kept for each dialect, and which is run with other values each time: what [`prepare`]
/// gives. It can be shared among threads, and kept in a `LazyLock`.
pub struct Prepared<V, Q> {
    make: Box<dyn Fn() -> Q + Send + Sync>,
    query: Q,
    texts: RwLock<Vec<(&'static str, Arc<Rendered>)>>,
    values: PhantomData<fn(V)>,
}

/// Prepares a query: the closure gets the places of the values, and says the query.
///
/// It is called once more for each dialect, and where a model with a default scope, or a relationship with a `filter`, is part of the query, each time that this
/// is run: what the scope says may have changed.
///
/// ```
/// use std::sync::LazyLock;
///
/// use ormcore::prelude::*;
/// use ormcore::query::{Param, Prepared, prepare};
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     age: i32,
/// }
///
/// static NAMED: LazyLock<Prepared<(String, i32), Query<User>>> = LazyLock::new(|| {
///     prepare(|(name, age): (Param<String>, Param<i32>)| {
///         User::query().filter(User::NAME.eq(name)).filter(User::AGE.ge(age)).order_by(User::ID)
///     })
/// });
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("ann", 7)], &db)?;
/// assert_eq!(NAMED.all(("ann", 18), &db)?.len(), 1);
/// assert_eq!(NAMED.all(("ann", 0), &db)?.len(), 2);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn prepare<P: Params, Q: Preparable>(make: impl Fn(P) -> Q + Send + Sync + 'static) -> Prepared<P::Values, Q> {
    let make = Box::new(move || make(P::numbered()));
    Prepared { query: make(), make, texts: RwLock::default(), values: PhantomData }
}

impl<V: Key, Q: Preparable + Sync> Prepared<V, Q> {
    /// All rows.
    ///
    /// # Errors
    /// If the query or a value cannot be sent, the database refuses the statement, or a row cannot be read.
    pub fn all<'p, E: Executor + 'p>(&'p self, values: impl IntoValues<V>, db: E) -> E::Out<'p, Vec<Q::Row>> {
        db.run(self.run(values, false, Ok))
    }

    /// The first row, if there is one. The others are not read; `limit(1)` in the query keeps the database from looking
    /// for them.
    ///
    /// # Errors
    /// As [`Prepared::all`].
    pub fn first<'p, E: Executor + 'p>(&'p self, values: impl IntoValues<V>, db: E) -> E::Out<'p, Option<Q::Row>> {
        db.run(self.run(values, true, |mut rows: Vec<Q::Row>| Ok(rows.pop())))
    }

    /// The only row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none,
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several; else as
    /// [`Prepared::all`].
    pub fn one<'p, E: Executor + 'p>(&'p self, values: impl IntoValues<V>, db: E) -> E::Out<'p, Q::Row> {
        db.run(self.run(values, false, |rows| only(self.query.table(), rows)))
    }

    /// The only row, or `None`.
    ///
    /// # Errors
    /// [`ErrorKind::MultipleFound`](crate::ErrorKind::MultipleFound) if there are several; else as [`Prepared::all`].
    pub fn one_or_none<'p, E: Executor + 'p>(
        &'p self,
        values: impl IntoValues<V>,
        db: E,
    ) -> E::Out<'p, Option<Q::Row>> {
        db.run(self.run(values, false, |rows| at_most_one(self.query.table(), rows)))
    }

    fn run<E>(&self, values: impl IntoValues<V>, first: bool, end: E) -> Run<'_, V, Q, E> {
        Run { prepared: self, values: values.into_values(), text: None, first, rows: Vec::new(), watched: false, end }
    }

    /// The text for the dialect, written at the first run; at each, where default scopes or conditions of relationships are part of it.
    fn text(&self, dialect: &'static dyn Dialect) -> Result<Arc<Rendered>> {
        let known = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, text)) = known.iter().find(|(name, _)| *name == dialect.name()) {
            return Ok(Arc::clone(text));
        }
        drop(known);
        let scopes = scopes_asked();
        let text = Arc::new((self.make)().write(dialect)?);
        if scopes_asked() != scopes {
            return Ok(text);
        }
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        texts.push((dialect.name(), Arc::clone(&text)));
        Ok(text)
    }
}

impl<V, Q: fmt::Debug> fmt::Debug for Prepared<V, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("query", &self.query).finish_non_exhaustive()
    }
}

/// One run of a prepared query.
struct Run<'q, V, Q: Preparable, E> {
    prepared: &'q Prepared<V, Q>,
    values: V,
    text: Option<Arc<Rendered>>,
    /// Whether only the first row is read.
    first: bool,
    rows: Vec<Q::Row>,
    watched: bool,
    end: E,
}

impl<V: Key, Q: Preparable + Sync, E: Send> Steps for Run<'_, V, Q, E> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let text = self.prepared.text(dialect)?;
        let sql = text.sql.clone();
        let statement = if self.first { Statement::first_row(sql) } else { Statement::rows(sql) };
        batch.push(Statement { may_leave: text.may_leave, ..statement });
        self.text = Some(text);
        Ok(Step::RunLast)
    }

    fn bind(&mut self, _: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        let Some(text) = &self.text else { return Ok(()) };
        let mut arguments = text.arguments.iter().peekable();
        for (position, parameter) in text.parameters.iter().enumerate() {
            match arguments.next_if(|(place, _)| *place == position) {
                Some((_, index)) => {
                    let sent = self.values.part(*index).send(parameters);
                    sent.map_err(|error| Error::encode(self.prepared.query.table(), "", &error))?;
                }
                None => parameters.push(parameter.value.borrowed(), parameter.secret),
            }
        }
        Ok(())
    }

    fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.rows.push(self.prepared.query.read(row)?);
        Ok(())
    }
}

impl<V: Key, Q: Preparable + Sync, O, E: FnOnce(Vec<Q::Row>) -> Result<O> + Send> Plan for Run<'_, V, Q, E> {
    type Output = O;

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(mut self) -> Result<O> {
        Q::follow(&mut self.rows, self.watched)?;
        (self.end)(self.rows)
    }
}
