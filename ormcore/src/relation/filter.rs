//! The condition that a relationship has of its own.

use std::cell::RefCell;
use std::ptr;

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

thread_local! {
    /// Those that are being asked for.
    static ASKED: RefCell<Vec<DeclaredFilter>> = const { RefCell::new(Vec::new()) };
}

/// That a condition is being asked for, until this is dropped, which a panic does too.
struct Asking;

impl Asking {
    /// None if it is being asked for already.
    fn begin(filter: DeclaredFilter) -> Option<Self> {
        ASKED.with_borrow_mut(|asked| {
            let is_new = !asked.iter().any(|other| ptr::fn_addr_eq(*other, filter));
            is_new.then(|| {
                asked.push(filter);
                Asking
            })
        })
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKED.with_borrow_mut(|asked| asked.pop());
    }
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
    /// If a value in it cannot be sent, or it asks about the relationship itself, which would never end.
    pub(crate) fn ask_filter(&self) -> Result<Option<Expr>, ValueError> {
        let Some(filter) = self.filter else { return Ok(None) };
        note_asked();
        let Some(_asking) = Asking::begin(filter) else {
            let itself = format!("one that asks about `{}::{}` itself", self.names.model, self.names.field);
            return Err(ValueError::new("a `filter` about other relationships than its own", itself));
        };
        filter().map(Some)
    }
}
