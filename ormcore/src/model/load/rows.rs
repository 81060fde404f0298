//! Rows of a model that is not known where they are read: what loads them is compiled once, and not for each model.

use std::any::Any;
use std::sync::Arc;

use crate::backend::{Reader, Row};
use crate::error::Result;
use crate::model::load::{Related, follow};
use crate::model::{Model, Record};
use crate::schema::{Statements, Table};

/// Rows by their places.
pub trait Records {
    /// How many there are.
    fn count(&self) -> usize;

    /// The one at a place.
    fn record(&self, place: usize) -> &dyn Record;
}

/// Rows whose fields can be reached by who knows their model.
pub trait AnyRows: Records {
    /// The one at a place.
    fn any(&self, place: usize) -> &dyn Any;

    /// The one at a place, to be changed.
    fn any_mut(&mut self, place: usize) -> &mut dyn Any;
}

/// Rows that are read one after the other: a vector of a model.
pub trait ReadRows: AnyRows + Send {
    /// Reads one more, whose columns begin at a position of the row.
    ///
    /// # Errors
    /// If a column cannot be read.
    fn read(&mut self, row: &dyn Row, first: usize) -> Result<()>;

    /// Drops those behind this many.
    fn truncate(&mut self, rows: usize);

    /// Makes room for this many more.
    fn reserve(&mut self, rows: usize);

    /// Notes in them that they belong together.
    ///
    /// # Errors
    /// If a row's key cannot be read.
    fn follow(&mut self, watched: bool) -> Result<()>;

    /// Each behind a pointer of its own, to be shared.
    fn share(self: Box<Self>) -> Vec<Arc<dyn SharedRow>>;

    /// The vector.
    fn vector(&mut self) -> &mut dyn Any;
}

/// A row that others share.
pub trait SharedRow: Any + Send + Sync {
    /// The row.
    fn record(&self) -> &dyn Record;
}

impl<M: Model> SharedRow for M {
    fn record(&self) -> &dyn Record {
        self
    }
}

impl<M: Model> Records for Vec<M> {
    fn count(&self) -> usize {
        self.len()
    }

    fn record(&self, place: usize) -> &dyn Record {
        &self[place]
    }
}

impl<M: Model> AnyRows for Vec<M> {
    fn any(&self, place: usize) -> &dyn Any {
        &self[place]
    }

    fn any_mut(&mut self, place: usize) -> &mut dyn Any {
        &mut self[place]
    }
}

/// Adds a row. One that there is room for goes straight to its place: while the vector may have to grow with the row at hand,
/// the row is put together elsewhere, and to move what was only just written costs as much as to read it.
#[inline(always)]
pub(crate) fn push_straight<T>(rows: &mut Vec<T>, row: T) {
    if rows.len() < rows.capacity() { rows.push(row) } else { push_boxed(rows, Box::new(row)) }
}

#[cold]
#[inline(never)]
#[expect(clippy::boxed_local, reason = "a row that a call is given by value has to be in memory for it")]
fn push_boxed<T>(rows: &mut Vec<T>, row: Box<T>) {
    rows.push(*row);
}

/// As [`push_straight`], of a row that is made once there is room for it.
#[inline(always)]
pub(crate) fn push_made<T>(rows: &mut Vec<T>, make: impl FnOnce() -> Result<T>) -> Result<()> {
    if rows.len() == rows.capacity() {
        rows.reserve(1);
    }
    let row = make()?;
    push_straight(rows, row);
    Ok(())
}

impl<M: Model> ReadRows for Vec<M> {
    fn read(&mut self, row: &dyn Row, first: usize) -> Result<()> {
        push_made(self, || M::decode(&Reader::new(row, M::NAME).from(first)))
    }

    fn truncate(&mut self, rows: usize) {
        Vec::truncate(self, rows);
    }

    fn reserve(&mut self, rows: usize) {
        Vec::reserve(self, rows);
    }

    fn follow(&mut self, watched: bool) -> Result<()> {
        follow(M::RELATIONSHIPS, self, watched)
    }

    fn share(self: Box<Self>) -> Vec<Arc<dyn SharedRow>> {
        let mut shared: Vec<Arc<dyn SharedRow>> = Vec::with_capacity(self.len());
        for row in *self {
            shared.push(Arc::new(row));
        }
        shared
    }

    fn vector(&mut self) -> &mut dyn Any {
        self
    }
}

/// The rows as a vector of their model: that by whose [`Shape`] they were read.
pub(crate) fn typed<M: Model>(mut rows: Box<dyn ReadRows>) -> Vec<M> {
    let vector = rows.vector().downcast_mut::<Vec<M>>();
    debug_assert!(vector.is_some(), "these are no rows of `{}`", M::NAME);
    vector.map(std::mem::take).unwrap_or_default()
}

/// Rows in the hands of the program.
pub(crate) struct Borrowed<'r, M>(pub(crate) &'r mut [M]);

impl<M: Model> Records for Borrowed<'_, M> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn record(&self, place: usize) -> &dyn Record {
        &self.0[place]
    }
}

impl<M: Model> AnyRows for Borrowed<'_, M> {
    fn any(&self, place: usize) -> &dyn Any {
        &self.0[place]
    }

    fn any_mut(&mut self, place: usize) -> &mut dyn Any {
        &mut self.0[place]
    }
}

/// One row.
pub(crate) struct One<'r>(pub(crate) &'r dyn Record);

impl Records for One<'_> {
    fn count(&self) -> usize {
        1
    }

    fn record(&self, _: usize) -> &dyn Record {
        self.0
    }
}

/// What reading its rows needs of a model.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) table: &'static Table,
    pub(crate) statements: fn() -> &'static Statements,
    /// The relationships that are declared to be loaded with every row.
    pub(crate) eager: &'static [&'static dyn Related],
    /// Those that rows keep in fields.
    pub(crate) relationships: &'static [&'static dyn Related],
    /// An empty vector of them.
    pub(crate) rows: fn() -> Box<dyn ReadRows>,
}

impl Shape {
    pub(crate) const fn of<M: Model>() -> &'static Shape {
        const {
            &Shape {
                table: M::TABLE,
                statements: M::statements,
                eager: M::EAGER,
                relationships: M::RELATIONSHIPS,
                rows: || Box::new(Vec::<M>::new()),
            }
        }
    }
}
