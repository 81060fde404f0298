use std::fmt;
use std::sync::Arc;

use crate::model::{EagerLoad, Loader, Path, Shape};
use crate::relation::Strategy;
use crate::relation::link::Link;
use crate::relation::load::dealing::Deals;
use crate::relation::load::{Ends, Loading, Refinement, Taken};
use crate::relation::order::DeclaredOrder;
use crate::schema::Table;
use crate::value::ValueError;

/// A [`Load`](crate::Load) whose models are not known.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) link: Link,
    /// The order that the relationship declares.
    pub(crate) order: Option<DeclaredOrder>,
    pub(crate) strategy: Strategy,
    pub(crate) refinement: Refinement,
    pub(crate) depth: u8,
    /// Whether it was declared with the model, and no query asked for it.
    pub(crate) declared: bool,
    /// The query's own join, if it is filled from that.
    pub(crate) from_join: Option<Taken>,
    pub(crate) parents: &'static Table,
    pub(crate) target: &'static Shape,
    /// Whether parents share children.
    pub(crate) shared: bool,
    pub(crate) dealing: fn(bool) -> Option<Box<dyn Deals>>,
    /// What hands children to their parents, where these are read too.
    pub(crate) ends: Option<Arc<dyn Ends>>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load")
            .field("relation", &format_args!("{}::{}", self.link.names.model, self.link.names.field))
            .field("strategy", &self.strategy)
            .field("refinement", &self.refinement)
            .finish_non_exhaustive()
    }
}

impl EagerLoad for Asked {
    fn name(&self) -> &'static str {
        self.link.names.field
    }

    fn boxed(&self) -> Box<dyn EagerLoad> {
        Box::new(self.clone())
    }

    fn problem(&self) -> Option<&ValueError> {
        self.refinement.wanted.problem.as_ref()
    }

    fn takes_joined(&self) -> bool {
        self.from_join.is_some()
    }

    fn gathers_joined(&self) -> bool {
        // A condition of the program's own may hold for several rows, whatever the relationship leads to.
        self.from_join.is_some_and(|taken| !self.link.single || taken.links.is_none())
    }

    fn loader(&self, path: &Path<'_>) -> Option<Box<dyn Loader>> {
        let target = self.target.table.name;
        let again =
            if path.table == target { path.visits(target) > usize::from(self.depth) } else { path.visits(target) > 0 };
        if self.declared && again {
            return None;
        }
        Some(Box::new(Loading::new(self.clone(), path)))
    }
}
