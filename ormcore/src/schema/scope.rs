//! Default scopes, as they are asked for.

use std::cell::{Cell, RefCell};

use crate::schema::Table;
use crate::sql::expr::narrow;
use crate::sql::{Alias, Expr};
use crate::value::ValueError;

/// The module, the struct and the table of a model, and the position among its scopes.
type ScopeName = (&'static str, &'static str, &'static str, usize);

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
    static LEFT_OUT: RefCell<Vec<ScopeName>> = const { RefCell::new(Vec::new()) };
}

/// How often the thread has come by a default scope, or by the condition of a relationship: whoever keeps the text of a
/// query can tell whether one is part of it, or is left out only where it was written.
pub(crate) fn scopes_asked() -> u64 {
    ASKED.get()
}

/// Notes that the thread comes by one.
pub(crate) fn note_asked() {
    ASKED.set(ASKED.get().wrapping_add(1));
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
    /// The condition of the rows that queries give, if not all: what it says may change from one time to the next.
    pub(crate) fn ask_scopes(&self, lifted: &Lifted) -> Option<Result<Expr, ValueError>> {
        self.ask(lifted, Alias::from(self.name))
    }

    /// The condition of the rows that queries give, about the table under this name.
    pub(crate) fn scopes_as(&self, alias: Alias, lifted: &Lifted) -> Option<Result<Expr, ValueError>> {
        Some(self.ask(lifted, alias)?.map(|expr| expr.renamed(Alias::from(self.name), alias)))
    }

    /// The condition, about the table under its own name, of the scopes that are left to it under this one.
    ///
    /// Where a scope leads back to its own model, it would never end: within itself it is left out, and so is what is lifted,
    /// but no other one, for the rows of one tenant are not to depend on those of another.
    fn ask(&self, lifted: &Lifted, of: Alias) -> Option<Result<Expr, ValueError>> {
        let leave_out = |scope| LeftOut::begin((self.module, self.model, self.name, scope));
        let (lifted, left): (Vec<_>, Vec<_>) = (0..self.scopes.len()).partition(|scope| lifted.has(of, *scope));
        let _lifted: Vec<_> = lifted.into_iter().filter_map(leave_out).collect();
        let mut condition = None;
        for scope in left {
            note_asked();
            let Some(_itself) = leave_out(scope) else { continue };
            match self.scopes[scope]() {
                Ok(expr) => narrow(&mut condition, expr),
                Err(error) => return Some(Err(error)),
            }
        }
        condition.map(Ok)
    }
}

/// That a scope is no condition, until this is dropped, which a panic does too.
struct LeftOut;

impl LeftOut {
    /// None if it is left out already.
    fn begin(scope: ScopeName) -> Option<Self> {
        LEFT_OUT.with_borrow_mut(|scopes| {
            let is_new = !scopes.contains(&scope);
            is_new.then(|| {
                scopes.push(scope);
                LeftOut
            })
        })
    }
}

impl Drop for LeftOut {
    fn drop(&mut self) {
        LEFT_OUT.with_borrow_mut(|scopes| scopes.pop());
    }
}
