use crate::backend::pool::Lease;
use crate::backend::{Statement, Step, Steps, TransactionOptions};
use crate::error::{Error, Result};
use crate::plan::Observer;
use crate::sql::Dialect;

/// Runs a plan's steps on a connection. What the plan began and did not commit is rolled back.
#[inline(always)]
pub(crate) fn drive(
    lease: &mut Lease,
    dialect: &'static dyn Dialect,
    observer: &Observer,
    steps: &mut dyn Steps,
) -> Result<()> {
    lease.batch.clear();
    match steps.next(dialect, &mut lease.batch)? {
        // Most plans are one statement.
        Step::RunLast => run_last(lease, observer, steps),
        step => drive_on(step, lease, dialect, observer, steps),
    }
}

/// Runs the batch of a plan that has no other.
#[inline(always)]
pub(crate) fn run_last(lease: &mut Lease, observer: &Observer, steps: &mut dyn Steps) -> Result<()> {
    let ended = execute(lease, observer, steps);
    lease.is_doubtful = leaves_doubt(&ended, &lease.batch);
    ended
}

/// Whether what ran may have ended the transaction by itself.
#[inline]
pub(crate) fn leaves_doubt(ended: &Result<()>, batch: &[Statement]) -> bool {
    ended.is_err() || batch.iter().any(|statement| statement.raw)
}

/// Runs a plan's steps from the first one on, whose batch is the lease's.
pub(crate) fn drive_on(
    first: Step,
    lease: &mut Lease,
    dialect: &'static dyn Dialect,
    observer: &Observer,
    steps: &mut dyn Steps,
) -> Result<()> {
    lease.is_doubtful = true;
    let mut opened = Vec::new();
    let ended = run(first, lease, dialect, observer, steps, &mut opened);
    lease.batch.clear();
    if opened.is_empty() {
        return ended;
    }
    for scope in opened.into_iter().rev() {
        // The first error is the one to tell; a connection that cannot roll back is not used again.
        let _ = scope.undo(lease);
    }
    ended.and(Err(Error::usage("the plan ended without committing what it began")))
}

fn run(
    mut step: Step,
    lease: &mut Lease,
    dialect: &'static dyn Dialect,
    observer: &Observer,
    steps: &mut dyn Steps,
    opened: &mut Vec<Scope>,
) -> Result<()> {
    loop {
        match step {
            Step::RunLast => return execute(lease, observer, steps),
            Step::Run => execute(lease, observer, steps)?,
            Step::Begin => opened.push(Scope::open(lease)?),
            Step::BeginIfNone if lease.connection.in_transaction() => opened.push(Scope::Outer),
            Step::BeginIfNone => opened.push(Scope::open(lease)?),
            Step::Commit => match opened.last() {
                Some(scope) => {
                    scope.keep(lease)?;
                    opened.pop();
                }
                None => return Err(Error::usage("the plan commits what it did not begin")),
            },
            Step::Done => return Ok(()),
        }
        lease.batch.clear();
        step = match steps.next(dialect, &mut lease.batch) {
            Ok(step) => step,
            Err(error) => {
                if let Some(Scope::Outer) = opened.last() {
                    // What ran cannot be undone alone. To go back to nowhere fails, and a transaction with a statement that
                    // failed keeps nothing.
                    let _ = lease.connection.rollback_to(usize::MAX);
                }
                return Err(error);
            }
        };
    }
}

#[inline]
fn execute(lease: &mut Lease, observer: &Observer, steps: &mut dyn Steps) -> Result<()> {
    observer.execute(|batch, steps| lease.connection.execute(batch, steps), &lease.batch, steps)
}

/// What a plan opened so that its statements are all or nothing.
enum Scope {
    Transaction,
    Savepoint,
    /// A transaction that was open already.
    Outer,
}

impl Scope {
    fn open(lease: &mut Lease) -> Result<Self> {
        if lease.connection.in_transaction() {
            savepoint(lease)?;
            return Ok(Scope::Savepoint);
        }
        lease.connection.begin(&TransactionOptions::new())?;
        Ok(Scope::Transaction)
    }

    fn keep(&self, lease: &mut Lease) -> Result<()> {
        match self {
            Scope::Transaction => lease.connection.commit(),
            Scope::Savepoint => release(lease),
            Scope::Outer => Ok(()),
        }
    }

    fn undo(self, lease: &mut Lease) -> Result<()> {
        match self {
            Scope::Transaction => lease.connection.rollback(),
            Scope::Savepoint => rollback_to(lease),
            Scope::Outer => Ok(()),
        }
    }
}

/// Opens a savepoint inside the open transaction.
pub(crate) fn savepoint(lease: &mut Lease) -> Result<()> {
    lease.connection.savepoint(lease.savepoints + 1)?;
    lease.savepoints += 1;
    Ok(())
}

/// Ends the innermost savepoint and keeps what was done.
pub(crate) fn release(lease: &mut Lease) -> Result<()> {
    lease.connection.release(lease.savepoints)?;
    lease.savepoints -= 1;
    Ok(())
}

/// Ends the innermost savepoint and undoes what was done.
pub(crate) fn rollback_to(lease: &mut Lease) -> Result<()> {
    let number = lease.savepoints;
    lease.savepoints -= 1;
    // Some errors, such as a full disk, end the whole transaction by themselves.
    if lease.connection.in_transaction() { lease.connection.rollback_to(number) } else { Ok(()) }
}
