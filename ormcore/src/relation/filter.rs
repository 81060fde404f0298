//! The condition that a relationship has of its own.

use crate::model::Model;
use crate::query::{Condition, Scope};
use crate::relation::link::Link;
use crate::schema::note_asked;
use crate::sql::Expr;
use crate::value::ValueError;

/// The condition of a relationship, as the derive hands it over.
pub(crate) type DeclaredFilter = fn() -> Result<Expr, ValueError>;

/// The condition of a relationship to `T`.
///
/// # Errors
/// If a value in it cannot be sent.
pub fn filter<T: Model, P: Condition<Scope<T, ()>, I>, I>(condition: P) -> Result<Expr, ValueError> {
    condition.into_expr()
}

/// The condition of a relationship to `T` through the link model `L`, whose columns it may use too.
///
/// # Errors
/// If a value in it cannot be sent.
pub fn filter_through<T: Model, L: Model, P: Condition<Scope<T, Scope<L, ()>>, I>, I>(
    condition: P,
) -> Result<Expr, ValueError> {
    condition.into_expr()
}

impl Link {
    /// The name of the relationship, if it has a condition of its own.
    pub(crate) fn filtered(&self) -> Option<&'static str> {
        self.filter.map(|_| self.names.field)
    }

    /// The condition of the rows that it leads to, about the tables under their own names. What it says may change from one
    /// time to the next.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    pub(crate) fn ask_filter(&self) -> Result<Option<Expr>, ValueError> {
        let Some(filter) = self.filter else { return Ok(None) };
        note_asked();
        filter().map(Some)
    }
}
