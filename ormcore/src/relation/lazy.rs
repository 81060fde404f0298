use std::sync::atomic::Ordering;

use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::{Loader, Model, One, Path};
use crate::plan::{LazyLoads, Plan};
use crate::relation::field::{Batch, Origin, RelationshipField};
use crate::relation::load::{Kept, Loading};
use crate::relation::{Load, Loadable, Relation, Strategy};
use crate::sql::Dialect;

/// Loads a relationship of one row at its first access, or of all rows that came with it.
pub(crate) struct Lazy<'a, M, K: Loadable, O> {
    relation: Relation<M, K>,
    row: &'a M,
    origin: Option<&'a Origin<Kept<K>>>,
    loading: Loading,
    /// The rows that are loaded too.
    batch: Option<&'a dyn Batch<Kept<K>>>,
    watch: Option<LazyLoads>,
    end: fn(Relation<M, K>, &'a M) -> Result<O>,
}

impl<'a, M: Model, K: Loadable, O> Lazy<'a, M, K, O> {
    /// Loads it; `end` reads it from the field.
    pub(crate) fn new(
        relation: Relation<M, K>,
        row: &'a M,
        end: fn(Relation<M, K>, &'a M) -> Result<O>,
    ) -> Result<Self> {
        let origin = relation.field()(row).origin();
        let mut load = Load::new(relation, Strategy::Selectin);
        if let Some(origin) = origin {
            load.refinement = origin.refinement.clone();
        }
        let mut loading = Loading::new(load.asked(), &Path { table: M::NAME, from: None });
        let mut batch = origin.and_then(|origin| origin.batch.as_deref());
        match batch.map_or(Ok(None), |batch| batch.keys(row))? {
            Some(keys) => loading.load_for(keys),
            None => batch = None,
        }
        Ok(Lazy { relation, row, origin, loading, batch, watch: None, end })
    }
}

impl<M: Model, K: Loadable, O> Steps for Lazy<'_, M, K, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if let Some((watch, origin)) = self.watch.take().zip(self.origin) {
            let count = origin.loads.fetch_add(1, Ordering::Relaxed) + 1;
            watch.note(M::TABLE.model, self.relation.name(), count)?;
        }
        self.loading.next(&One(self.row), None, dialect, batch)?;
        Ok(match batch.len() {
            0 => Step::Done,
            1 if self.loading.is_simple() => Step::RunLast,
            _ => Step::Run,
        })
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.loading.bind(statement, parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.loading.row(statement, row)
    }
}

impl<M: Model, K: Loadable, O> Plan for Lazy<'_, M, K, O> {
    type Output = O;

    fn watch(&mut self, lazy_loads: &LazyLoads) {
        self.loading.watch();
        self.watch = Some(lazy_loads.clone());
    }

    fn finish(self) -> Result<O> {
        let (parents, mut dealt) = self.loading.into_dealt::<K::Field>()?;
        let kept = match self.batch {
            None => dealt.pop(),
            Some(batch) => {
                batch.hold(parents, dealt);
                batch.take(self.row)?
            }
        };
        self.relation.field()(self.row).keep(self.row, &self.relation.link.near, kept.unwrap_or_default())?;
        (self.end)(self.relation, self.row)
    }
}
