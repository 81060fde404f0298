//! Loads of a relationship at its first access.

mod alone;

use std::sync::atomic::Ordering;

use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::{Loader, Model, One, Path};
use crate::plan::{Executor, LazyLoads, Plan, run_made};
use crate::relation::field::{Batch, RelationshipField};
use crate::relation::lazy::alone::{Alone, is_alone};
use crate::relation::load::{Kept, Loading};
use crate::relation::{Load, Loadable, Relation, Strategy};
use crate::sql::Dialect;

/// Loads the relationship of a row; `end` reads it from the field.
pub(crate) fn load<'a: 'p, 'p, M: Model, K: Loadable, O: 'p, E: Executor + 'p>(
    relation: Relation<M, K>,
    row: &'a M,
    db: E,
    end: fn(Relation<M, K>, &'a M) -> Result<O>,
) -> E::Out<'p, O> {
    if is_alone(&relation, row) {
        return db.run(Alone::new(relation, row, end));
    }
    run_made(db, Lazy::new(relation, row, end))
}

/// Takes note that a row has loaded the relationship, where that is watched.
fn note<M: Model, K: Loadable>(watch: &LazyLoads, relation: Relation<M, K>, row: &M) -> Result<()> {
    let Some(origin) = relation.field()(row).origin() else { return Ok(()) };
    let count = origin.loads.fetch_add(1, Ordering::Relaxed) + 1;
    watch.note(M::TABLE.model, relation.name(), count)
}

/// Loads a relationship of one row as its query said, or of all rows that came with it.
struct Lazy<'a, M, K: Loadable, O> {
    relation: Relation<M, K>,
    row: &'a M,
    loading: Loading,
    /// The rows that are loaded too.
    batch: Option<&'a dyn Batch<Kept<K>>>,
    watch: Option<LazyLoads>,
    end: fn(Relation<M, K>, &'a M) -> Result<O>,
}

impl<'a, M: Model, K: Loadable, O> Lazy<'a, M, K, O> {
    fn new(relation: Relation<M, K>, row: &'a M, end: fn(Relation<M, K>, &'a M) -> Result<O>) -> Result<Self> {
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
        Ok(Lazy { relation, row, loading, batch, watch: None, end })
    }
}

impl<M: Model, K: Loadable, O> Steps for Lazy<'_, M, K, O> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        if let Some(watch) = self.watch.take() {
            note(&watch, self.relation, self.row)?;
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
