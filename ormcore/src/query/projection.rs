//! What `select` takes: expressions, whole models, and tuples of these.

use std::marker::PhantomData;

use crate::backend::Reader;
use crate::error::Result;
use crate::model::{Columns, Model};
use crate::query::{Aliased, Expression, Has, Place, Present, Row, Source};
use crate::sql::Expr;
use crate::value::{FromValue, ValueError};

/// What each row of a query of the scope `S` is made of: an expression, the columns of a model, or a tuple of up to 16 of
/// these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected by this query",
    label = "expected a column, another expression, `Model::all_columns()`, or a tuple of these",
    note = "what is the same for every row need not be selected: add it to the rows by `.map(..)`"
)]
pub trait Projection<S, Index> {
    /// What a row is read as.
    type Row;

    /// Adds the columns that are read.
    ///
    /// # Errors
    /// If a value in one cannot be sent.
    fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError>;

    /// Reads a row, from the position `at` on, and moves it on.
    ///
    /// # Errors
    /// If a value does not fit its type.
    fn read(row: &Reader<'_>, at: &mut usize) -> Result<Self::Row>;
}

macro_rules! projections {
    ($(($($generics:tt)*) $expression:ty;)*) => {$(
        impl<S, I, $($generics)*> Projection<S, I> for $expression
        where
            Self: Expression<Type: FromValue>,
            Row<S>: Has<<Self as Expression>::Model, I>,
            I: Present<<Self as Expression>::Model>,
        {
            type Row = <Self as Expression>::Type;

            fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError> {
                columns.push(self.into_expr()?);
                Ok(())
            }

            fn read(row: &Reader<'_>, at: &mut usize) -> Result<Self::Row> {
                let value = row.get(*at)?;
                *at += 1;
                Ok(value)
            }
        }
    )*};
}

for_each_expression! { projections }

/// All columns of a model, read as the model: `Film::all_columns()`.
#[derive(Debug)]
#[must_use = "columns do nothing until they are given to `select`"]
pub struct AllColumns<Q>(PhantomData<fn() -> Q>);

impl<Q> AllColumns<Q> {
    pub(super) const fn new() -> Self {
        AllColumns(PhantomData)
    }

    /// The model where a `left_join` may have found none: `Some` where its key is there.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// Person::new().insert(&db)?;
    /// let pairs = Person::query().left_join(Person::PETS).select((Person::ID, Pet::all_columns().nullable()));
    /// assert!(pairs.one(&db)?.1.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub const fn nullable(self) -> OptionalColumns<Q> {
        OptionalColumns(PhantomData)
    }
}

/// All columns of a model that a row may be without, read as an `Option` of it.
#[derive(Debug)]
#[must_use = "columns do nothing until they are given to `select`"]
pub struct OptionalColumns<Q>(PhantomData<fn() -> Q>);

/// The model whose columns a source has.
pub trait ModelSource: Source {
    /// The model.
    type Model: Model;
}

impl<M: Model> ModelSource for M {
    type Model = M;
}

impl<P: Place> ModelSource for Aliased<P> {
    type Model = P::Model;
}

impl<P: Place> Aliased<P> {
    /// All columns of this occurrence, to be selected and read as the model.
    pub const fn all_columns(self) -> AllColumns<Self> {
        AllColumns::new()
    }
}

fn push_all<Q: ModelSource>(columns: &mut Vec<Expr>) {
    columns.extend(Q::Model::COLUMNS.iter().map(|column| Q::alias().column(column.name)));
}

fn read_all<M: Model>(row: &Reader<'_>, at: &mut usize) -> Result<M> {
    let model = M::decode(&row.of(M::NAME).from(*at))?;
    *at += M::COLUMNS.len();
    Ok(model)
}

impl<Q: ModelSource, S, I> Projection<S, I> for AllColumns<Q>
where
    Row<S>: Has<Q, I>,
    I: Present<Q>,
{
    type Row = Q::Model;

    fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError> {
        push_all::<Q>(columns);
        Ok(())
    }

    fn read(row: &Reader<'_>, at: &mut usize) -> Result<Q::Model> {
        read_all(row, at)
    }
}

impl<Q: ModelSource, S: Has<Q, I>, I> Projection<S, I> for OptionalColumns<Q> {
    type Row = Option<Q::Model>;

    fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError> {
        push_all::<Q>(columns);
        Ok(())
    }

    fn read(row: &Reader<'_>, at: &mut usize) -> Result<Option<Q::Model>> {
        let mut identity = Q::Model::TABLE.identity();
        if identity.all(|index| row.is_null(*at + index)) {
            *at += Q::Model::COLUMNS.len();
            return Ok(None);
        }
        read_all(row, at).map(Some)
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:ident $position:tt)*))*) => {$(
        impl<S, $($name: Projection<S, $index>, $index),*> Projection<S, ($($index,)*)> for ($($name,)*) {
            type Row = ($($name::Row,)*);

            fn push_to(self, columns: &mut Vec<Expr>) -> Result<(), ValueError> {
                $(self.$position.push_to(columns)?;)*
                Ok(())
            }

            fn read(row: &Reader<'_>, at: &mut usize) -> Result<Self::Row> {
                Ok(($($name::read(row, at)?,)*))
            }
        }
    )*};
}

tuples! {
    (A IA 0)
    (A IA 0 B IB 1)
    (A IA 0 B IB 1 C IC 2)
    (A IA 0 B IB 1 C IC 2 D ID 3)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9 L IL 10)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9 L IL 10 M IM 11)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9 L IL 10 M IM 11 N IN 12)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9 L IL 10 M IM 11 N IN 12 O IO 13)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9 L IL 10 M IM 11 N IN 12 O IO 13 P IP 14)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7 J IJ 8 K IK 9 L IL 10 M IM 11 N IN 12 O IO 13 P IP 14 Q IQ 15)
}
