//! Methods of lists that the field has not: their bounds say where the rows are.

use std::ops::Index;
use std::slice::Iter;

use crate::relation::HasMany;

/// What gives rows; no type has it, for the method of the field's name gives them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is the field of a relationship, and no list",
    label = "the rows are given by the method of the field's name, with `(&db)?`",
    note = "`author.books(&db)?` gives the rows as a slice, and loads them if need be; `author.books.loaded()` what is loaded; \
            a row is added by inserting it, or to a session's by `session.append(author, Author::BOOKS, book)?`"
)]
pub trait Listing {
    /// What nobody has.
    fn never<T>(&self) -> T;
}

impl<T> HasMany<T> {
    #[doc(hidden)]
    pub fn iter(&self) -> Iter<'_, T>
    where
        Self: Listing,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn len(&self) -> usize
    where
        Self: Listing,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn is_empty(&self) -> bool
    where
        Self: Listing,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn first(&self) -> Option<&T>
    where
        Self: Listing,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn get(&self, _index: usize) -> Option<&T>
    where
        Self: Listing,
    {
        self.never()
    }

    #[doc(hidden)]
    pub fn push(&mut self, _row: T)
    where
        Self: Listing,
    {
        self.never()
    }
}

impl<T> Index<usize> for HasMany<T>
where
    HasMany<T>: Listing,
{
    type Output = T;

    fn index(&self, _index: usize) -> &T {
        self.never()
    }
}
