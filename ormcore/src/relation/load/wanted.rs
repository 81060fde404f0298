use crate::error::{Error, Result};
use crate::model::EagerLoad;
use crate::relation::link::Link;
use crate::schema::{Lifted, Table};
use crate::sql::expr::narrow;
use crate::sql::{Expr, Order};
use crate::value::ValueError;

/// Which children are loaded, in which order, and what is loaded with them.
#[derive(Debug, Clone)]
pub struct Refinement {
    pub(crate) wanted: Wanted,
    pub(crate) then: Vec<Box<dyn EagerLoad>>,
}

/// Which children are loaded, and in which order.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) filter: Option<Expr>,
    /// Which default scopes of the children's model are lifted: the others are asked for when they are read.
    pub(crate) lifted: Lifted,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<u64>,
    /// The first value that cannot be sent, of what is asked for beyond the scopes.
    pub(crate) problem: Option<ValueError>,
}

impl Refinement {
    /// All rows of the table's default scopes.
    pub(crate) const ALL: Self = Refinement { wanted: Wanted::ALL, then: Vec::new() };

    /// Whether all rows of the table that the relationship leads to are wanted, in its own order, and nothing with them.
    pub(crate) fn is_all(&self, table: &Table) -> bool {
        let Wanted { filter, lifted, order, limit, problem } = &self.wanted;
        let everything = filter.is_none() && !lifted.leaves_some(table) && limit.is_none() && problem.is_none();
        everything && order.is_empty() && self.then.is_empty()
    }
}

impl Wanted {
    /// All rows of the table's default scopes.
    pub(crate) const ALL: Self =
        Wanted { filter: None, lifted: Lifted::NONE, order: Vec::new(), limit: None, problem: None };

    /// What each child that the link leads to, a row of the table, meets.
    ///
    /// # Errors
    /// If a value of a scope or of the relationship's own condition cannot be sent: without it, children beyond it would be
    /// loaded.
    pub(super) fn condition(&self, link: &Link, table: &Table) -> Result<Option<Expr>> {
        let not_sent = |error| Error::encode(table.name, "", &error);
        let mut condition = table.ask_scopes(&self.lifted).transpose().map_err(not_sent)?;
        let filters = [link.ask_filter().map_err(not_sent)?, self.filter.clone()];
        filters.into_iter().flatten().for_each(|filter| narrow(&mut condition, filter));
        Ok(condition)
    }

    /// Whether all that the link leads to is wanted, and is a whole of rows with these keys.
    pub(super) fn is_all_with_key(&self, link: &Link, table: &Table) -> bool {
        let is_narrowed = self.filter.is_some() || self.limit.is_some() || link.filter.is_some();
        !is_narrowed && !self.lifted.leaves_some(table)
    }
}
