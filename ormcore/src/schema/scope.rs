//! Default scopes, as they are asked for.

use std::cell::{Cell, RefCell};

use crate::schema::Table;
use crate::sql::expr::narrow;
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

/// Which default scopes are lifted.
#[derive(Debug, Clone)]
pub(crate) enum Lifted {
    /// These: what the statement calls the table, and the position among its scopes.
    Only(Vec<(Alias, usize)>),
    /// All of all tables.
    All,
}

impl Lifted {
    pub(crate) const NONE: Self = Lifted::Only(Vec::new());

    /// Lifts one more.
    pub(crate) fn lift(&mut self, scope: (Alias, usize)) {
        if let Lifted::Only(lifted) = self {
            lifted.push(scope);
        }
    }

    /// Lifts for the table under the name `to` what the other lifts for it under the name `from`.
    pub(crate) fn lift_as(&mut self, other: &Lifted, from: Alias, to: Alias) {
        match other {
            Lifted::Only(lifted) => {
                lifted.iter().filter(|(of, _)| *of == from).for_each(|(_, scope)| self.lift((to, *scope)));
            }
            Lifted::All => *self = Lifted::All,
        }
    }

    /// Whether it lifts a scope of the table under this name.
    fn has(&self, of: Alias, scope: usize) -> bool {
        match self {
            Lifted::Only(lifted) => lifted.contains(&(of, scope)),
            Lifted::All => true,
        }
    }

    /// Whether it leaves the table under its own name a scope.
    pub(crate) fn leaves_some(&self, table: &Table) -> bool {
        (0..table.scopes.len()).any(|scope| !self.has(Alias::from(table.name), scope))
    }

    /// Whether it leaves the table under its own name all its scopes.
    pub(crate) fn leaves_all(&self, table: &Table) -> bool {
        !(0..table.scopes.len()).any(|scope| self.has(Alias::from(table.name), scope))
    }
}

impl Table {
    /// The condition of the rows that queries give, if not all: what it says may change from one time to the next. There is
    /// none within itself, for a scope that leads back to its own model would never end.
    pub(crate) fn ask_scopes(&self, lifted: &Lifted) -> Option<Result<Expr, ValueError>> {
        self.ask(lifted, Alias::from(self.name))
    }

    /// The condition of the rows that queries give, about the table under this name.
    pub(crate) fn scopes_as(&self, alias: Alias, lifted: &Lifted) -> Option<Result<Expr, ValueError>> {
        Some(self.ask(lifted, alias)?.map(|expr| expr.renamed(Alias::from(self.name), alias)))
    }

    /// The condition, about the table under its own name, of the scopes that are left to it under this one.
    fn ask(&self, lifted: &Lifted, of: Alias) -> Option<Result<Expr, ValueError>> {
        let left = (0..self.scopes.len()).filter(|scope| !lifted.has(of, *scope));
        let mut left = left.map(|scope| self.scopes[scope]).peekable();
        left.peek()?;
        let _asking = Asking::begin((self.module, self.model, self.name))?;
        ASKED.set(ASKED.get().wrapping_add(1));
        let mut condition = None;
        for scope in left {
            match scope() {
                Ok(expr) => narrow(&mut condition, expr),
                Err(error) => return Some(Err(error)),
            }
        }
        condition.map(Ok)
    }
}

/// That the scopes of a model are being asked for, until it is dropped, which a panic does too.
struct Asking;

impl Asking {
    /// None if they are being asked for already.
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
