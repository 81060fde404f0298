use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::{EagerLoad, Loaders, Model, Path};
use crate::plan::{Executor, Plan};
use crate::relation::{IntoLoad, Load, Loadable, Relation, Strategy};
use crate::sql::Dialect;

/// Loads a relationship of rows in hand.
struct LoadRows<'r, M> {
    rows: &'r mut [M],
    loaders: Loaders<M>,
}

impl<M: Model> Steps for LoadRows<'_, M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.loaders.next(self.rows, None, dialect, batch)?;
        Ok(if batch.is_empty() { Step::Done } else { Step::Run })
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.loaders.bind(statement, parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.loaders.row(statement, row)
    }
}

impl<M: Model> Plan for LoadRows<'_, M> {
    type Output = ();

    fn finish(mut self) -> Result<()> {
        self.loaders.finish(self.rows)
    }
}

impl<M: Model, K: Loadable> Relation<M, K> {
    /// Loads it for rows in hand, in one statement (one for each 500 keys); what was loaded before is replaced.
    ///
    /// # Errors
    /// If the database refuses a statement, or a row cannot be read.
    pub fn load<'p, E: Executor + 'p>(self, rows: &'p mut [M], db: E) -> E::Out<'p, ()> {
        self.selectin().load(rows, db)
    }
}

impl<M: Model, K: Loadable> Load<M, K> {
    /// Loads it for rows in hand; there is no query to join to or to embed, and so `joined` and `subquery` list the rows'
    /// keys as `selectin` does.
    ///
    /// # Errors
    /// If the database refuses a statement, or a row cannot be read.
    pub fn load<'p, E: Executor + 'p>(mut self, rows: &'p mut [M], db: E) -> E::Out<'p, ()> {
        if matches!(self.strategy, Strategy::Joined | Strategy::Subquery) {
            self.strategy = Strategy::Selectin;
        }
        let load: [Box<dyn EagerLoad<M>>; 1] = [self.into_load()];
        if let Some(problem) = load[0].problem() {
            return db.ready(Err(crate::error::Error::encode(M::NAME, "", problem)));
        }
        db.run(LoadRows { rows, loaders: Loaders::new(&[], &load, &Path { table: M::NAME, from: None }) })
    }
}
