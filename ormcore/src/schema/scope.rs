//! Default scopes, as they are asked for.

use std::cell::{Cell, RefCell};

use crate::schema::Table;
use crate::sql::{Alias, Expr};
use crate::value::ValueError;

/// The module, the struct and the table of a model.
type ModelName = (&'static str, &'static str, &'static str);

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
    static BEING_ASKED: RefCell<Vec<ModelName>> = const { RefCell::new(Vec::new()) };
}

/// How often the thread has asked what is in a default scope: whoever keeps the text of a query can tell whether a scope is
/// part of it.
pub(crate) fn scopes_asked() -> u64 {
    ASKED.get()
}

impl Table {
    /// The condition of the rows that queries give, if not all: what it says may change from one time to the next. There is
    /// none within itself, for a scope that leads back to its own model would never end.
    pub(crate) fn ask_scope(&self) -> Option<Result<Expr, ValueError>> {
        let scope = self.scope?;
        let _asking = Asking::begin((self.module, self.model, self.name))?;
        ASKED.set(ASKED.get().wrapping_add(1));
        Some(scope())
    }

    /// The condition of the rows that queries give, about the table under this name.
    pub(crate) fn scope_as(&self, alias: Alias) -> Option<Result<Expr, ValueError>> {
        Some(self.ask_scope()?.map(|expr| expr.renamed(Alias::from(self.name), alias)))
    }
}

/// That a scope is being asked for, until it is dropped, which a panic does too.
struct Asking;

impl Asking {
    /// None if it is being asked for already.
    fn begin(model: ModelName) -> Option<Self> {
        BEING_ASKED.with_borrow_mut(|models| {
            let is_new = !models.contains(&model);
            is_new.then(|| {
                models.push(model);
                Asking
            })
        })
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        BEING_ASKED.with_borrow_mut(|models| models.pop());
    }
}
