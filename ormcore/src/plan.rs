//! Operations and what runs them: the only place where statements meet connections.
//!
//! A [`Plan`] says which statements to run and takes what comes back; it does no I/O. An [`Executor`] runs it: the
//! database, a transaction, or a `Db` made from either.

use crate::backend::Steps;
use crate::error::Result;

mod check;
mod drive;
mod executor;
mod lazy_loads;
mod models;
mod observe;
mod parameters;
mod raw;
mod script;
mod tables;

pub(crate) use check::CheckTables;
pub(crate) use drive::{drive, drive_on, leaves_doubt, release, rollback_to, run_last, savepoint};
pub use executor::Executor;
pub(crate) use executor::run_made;
pub use lazy_loads::{LazyLoads, RepeatedLazyLoads};
pub(crate) use models::ModelsSource;
pub(crate) use observe::{Observer, ObserverOptions};
pub use observe::{Recorded, Recording};
pub use parameters::IntoParameters;
pub use raw::FromRow;
pub(crate) use raw::{Execute, ExecuteScript, QueryAs, RawSql, check_width, push_all, render};
pub(crate) use tables::ChangeTables;
pub use tables::TableList;

/// One operation: steps to run, and what they end in.
///
/// ```
/// use ormcore::backend::{Row, Statement, Step, Steps};
/// use ormcore::prelude::*;
/// use ormcore::sql::Dialect;
///
/// /// Asks the database for a number.
/// struct Answer(Option<i64>);
///
/// impl Steps for Answer {
///     fn next(&mut self, _: &'static dyn Dialect, batch: &mut Vec<Statement>) -> ormcore::Result<Step> {
///         batch.push(Statement::rows("SELECT 42"));
///         Ok(Step::RunLast)
///     }
///
///     fn row(&mut self, _: usize, _: usize, row: &dyn Row) -> ormcore::Result<()> {
///         if let Ok(ormcore::Value::Int(number)) = row.value(0) {
///             self.0 = Some(number);
///         }
///         Ok(())
///     }
/// }
///
/// impl Plan for Answer {
///     type Output = Option<i64>;
///
///     fn finish(self) -> ormcore::Result<Option<i64>> {
///         Ok(self.0)
///     }
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// assert_eq!((&db).run(Answer(None))?, Some(42));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub trait Plan: Steps + Sized {
    /// What the operation gives.
    type Output;

    /// Told before the first step where the database watches lazy loads: what reads rows notes which belong together, and
    /// a lazy load says so.
    fn watch(&mut self, lazy_loads: &LazyLoads) {
        let _ = lazy_loads;
    }

    /// Gives it, once all steps have run.
    ///
    /// # Errors
    /// If what came back is not what had to.
    fn finish(self) -> Result<Self::Output>;
}
