use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::{Loader, Model, Path};
use crate::plan::Plan;
use crate::relation::field::Remembers;
use crate::relation::load::{Loading, Refinement};
use crate::relation::{Load, Loadable, Relation, Strategy};
use crate::sql::Dialect;

/// Loads a relationship of one row at its first access.
pub(crate) struct Lazy<'a, M, K: Loadable, O> {
    relation: Relation<M, K>,
    row: &'a M,
    loading: Loading<M, K>,
    end: fn(Relation<M, K>, &'a M, Vec<K::Target>) -> Result<O>,
}

impl<'a, M: Model, K: Loadable, O> Lazy<'a, M, K, O> {
    pub(crate) fn new(
        relation: Relation<M, K>,
        row: &'a M,
        refinement: Refinement<K::Target>,
        end: fn(Relation<M, K>, &'a M, Vec<K::Target>) -> Result<O>,
    ) -> Self {
        let load = Load { refinement, ..Load::new(relation, Strategy::Selectin) };
        Lazy { relation, row, loading: Loading::new(load, &Path { table: M::NAME, from: None }), end }
    }
}

impl<M: Model, K: Loadable, O> Steps for Lazy<'_, M, K, O>
where
    K::Field: Remembers<K::Target>,
{
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.loading.next(std::slice::from_ref(self.row), None, dialect, batch)?;
        Ok(match batch.is_empty() {
            true => Step::Done,
            false if self.loading.is_simple() => Step::RunLast,
            false => Step::Run,
        })
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.loading.bind(statement, parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.loading.row(statement, row)
    }
}

impl<M: Model, K: Loadable, O> Plan for Lazy<'_, M, K, O>
where
    K::Field: Remembers<K::Target>,
{
    type Output = O;

    fn finish(self) -> Result<O> {
        let children = self.loading.into_children()?;
        (self.end)(self.relation, self.row, children)
    }
}
