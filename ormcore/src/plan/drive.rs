use crate::backend::pool::Lease;
use crate::backend::{Outcome, Parameters, Row, Statement, Step, Steps, TransactionOptions};
use crate::error::{Error, Result};
use crate::plan::Observer;
use crate::sql::Dialect;
use crate::value::Value;

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
    let mut opened = Opened { lease, scopes: Vec::new(), ran: false };
    let ended = opened.run(first, dialect, observer, steps);
    if opened.scopes.is_empty() {
        return ended;
    }
    ended.and(Err(Error::usage("the plan ended without committing what it began")))
}

/// What a plan has opened, undone when it is dropped, which a panic does too.
struct Opened<'l> {
    lease: &'l mut Lease,
    scopes: Vec<Scope>,
    /// Whether something ran in a transaction that was open already: that cannot be undone alone.
    ran: bool,
}

impl Opened<'_> {
    fn run(
        &mut self,
        mut step: Step,
        dialect: &'static dyn Dialect,
        observer: &Observer,
        steps: &mut dyn Steps,
    ) -> Result<()> {
        loop {
            match step {
                Step::RunLast => return self.execute(observer, steps),
                Step::Run => {
                    if let Err(error) = self.execute(observer, steps) {
                        self.begin_anew(error, steps)?;
                    }
                }
                Step::RunScripts => self.execute_scripts(observer, steps)?,
                Step::BeginIfNone if self.lease.connection.in_transaction() => self.scopes.push(Scope::Outer),
                Step::BeginInside if !self.lease.connection.in_transaction() => self.scopes.push(Scope::Statement),
                Step::Begin | Step::BeginIfNone | Step::BeginInside => self.scopes.push(Scope::open(self.lease)?),
                Step::Commit => match self.scopes.last() {
                    Some(scope) => {
                        scope.keep(self.lease)?;
                        self.scopes.pop();
                    }
                    None => return Err(Error::usage("the plan commits what it did not begin")),
                },
                Step::Done => return Ok(()),
            }
            self.lease.batch.clear();
            step = steps.next(dialect, &mut self.lease.batch)?;
        }
    }

    fn execute(&mut self, observer: &Observer, steps: &mut dyn Steps) -> Result<()> {
        let Some(Scope::Outer) = self.scopes.first() else { return execute(self.lease, observer, steps) };
        execute(self.lease, observer, &mut Noted { steps, ran: &mut self.ran, first: None })?;
        self.ran = true;
        Ok(())
    }

    /// Undoes what ran where the plan has another way, and lets it go that one.
    fn begin_anew(&mut self, error: Error, steps: &mut dyn Steps) -> Result<()> {
        let is_undone = self.scopes.last().is_some_and(Scope::can_undo) && steps.goes_another_way(&error);
        let Some(scope) = self.scopes.pop_if(|_| is_undone) else { return Err(error) };
        // The error tells more than what goes wrong afterwards.
        if scope.undo(self.lease).is_err() {
            return Err(error);
        }
        self.scopes.push(Scope::open(self.lease)?);
        Ok(())
    }

    fn execute_scripts(&mut self, observer: &Observer, steps: &mut dyn Steps) -> Result<()> {
        // One that fails may have run in part.
        self.ran = true;
        let was_open = self.lease.connection.in_transaction();
        execute_scripts(self.lease, observer, steps)?;
        if was_open && !self.lease.connection.in_transaction() {
            return Err(Error::usage(
                "the script ended the transaction that it runs in: leave BEGIN, COMMIT and ROLLBACK out of it",
            ));
        }
        Ok(())
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.lease.batch.clear();
        while let Some(scope) = self.scopes.pop() {
            // The first error is the one to tell; a connection that cannot roll back is not used again.
            let _ = match scope {
                // To go back to nowhere fails, and a transaction with a statement that failed keeps nothing.
                Scope::Outer if self.ran => self.lease.connection.rollback_to(usize::MAX),
                scope => scope.undo(self.lease),
            };
        }
    }
}

#[inline]
fn execute(lease: &mut Lease, observer: &Observer, steps: &mut dyn Steps) -> Result<()> {
    observer.execute(|batch, steps| lease.connection.execute(batch, steps), &lease.batch, steps)
}

fn execute_scripts(lease: &mut Lease, observer: &Observer, steps: &mut dyn Steps) -> Result<()> {
    let run = |batch: &[Statement], steps: &mut dyn Steps| {
        batch.iter().enumerate().try_for_each(|(index, script)| {
            steps.bind(index, 0, &mut NoParameters)?;
            lease.connection.execute_script(&script.sql)?;
            steps.outcome(index, 0, Outcome::default())
        })
    };
    observer.execute(run, &lease.batch, steps)
}

/// What a script is given.
struct NoParameters;

impl Parameters for NoParameters {
    fn push(&mut self, _: Value<'_>, _: bool) {}
}

/// What a plan opened so that its statements are all or nothing.
enum Scope {
    Transaction,
    /// With its number.
    Savepoint(usize),
    /// A transaction that was open already.
    Outer,
    /// One statement, which undoes itself.
    Statement,
}

impl Scope {
    fn open(lease: &mut Lease) -> Result<Self> {
        if lease.connection.in_transaction() {
            return Ok(Scope::Savepoint(savepoint(lease)?));
        }
        lease.connection.begin(&TransactionOptions::new())?;
        Ok(Scope::Transaction)
    }

    fn can_undo(&self) -> bool {
        !matches!(self, Scope::Outer)
    }

    /// Undoes what was done since it was opened, where that can be undone alone.
    fn undo(self, lease: &mut Lease) -> Result<()> {
        match self {
            Scope::Transaction => lease.connection.rollback(),
            Scope::Savepoint(number) => rollback_to(lease, number),
            Scope::Outer | Scope::Statement => Ok(()),
        }
    }

    fn keep(&self, lease: &mut Lease) -> Result<()> {
        match self {
            Scope::Transaction => lease.connection.commit(),
            Scope::Savepoint(number) => release(lease, *number),
            Scope::Outer | Scope::Statement => Ok(()),
        }
    }
}

/// The steps of a plan, with a note of whether something ran.
struct Noted<'s> {
    steps: &'s mut dyn Steps,
    ran: &'s mut bool,
    /// The execution whose parameters were asked for first.
    first: Option<(usize, usize)>,
}

impl Steps for Noted<'_> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.steps.next(dialect, batch)
    }

    fn bind(&mut self, statement: usize, execution: usize, parameters: &mut dyn Parameters) -> Result<()> {
        // What was bound before runs, whether this one can be sent or not.
        *self.ran |= *self.first.get_or_insert((statement, execution)) != (statement, execution);
        self.steps.bind(statement, execution, parameters)
    }

    fn row(&mut self, statement: usize, execution: usize, row: &dyn Row) -> Result<()> {
        *self.ran = true;
        self.steps.row(statement, execution, row)
    }

    fn outcome(&mut self, statement: usize, execution: usize, outcome: Outcome) -> Result<()> {
        *self.ran = true;
        self.steps.outcome(statement, execution, outcome)
    }
}

/// Opens a savepoint inside the open transaction; gives its number.
pub(crate) fn savepoint(lease: &mut Lease) -> Result<usize> {
    let number = lease.savepoints + 1;
    lease.connection.savepoint(number)?;
    lease.savepoints = number;
    Ok(number)
}

/// Ends a savepoint, with those that are open inside it, and keeps what was done.
pub(crate) fn release(lease: &mut Lease, number: usize) -> Result<()> {
    if !lease.connection.in_transaction() {
        return Err(Error::usage("the transaction around this savepoint was ended inside of it: only `tx` may end it"));
    }
    lease.connection.release(number)?;
    lease.savepoints = number - 1;
    Ok(())
}

/// Ends a savepoint, with those that are open inside it, and undoes what was done.
pub(crate) fn rollback_to(lease: &mut Lease, number: usize) -> Result<()> {
    lease.savepoints = number - 1;
    // Some errors, such as a full disk, end the whole transaction by themselves.
    if lease.connection.in_transaction() { lease.connection.rollback_to(number) } else { Ok(()) }
}
