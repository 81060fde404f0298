//! What a transaction runs on: a connection, and statements that are held while a closure uses it over and over.
//!
//! Held statements stay on their thread, and a [`Transaction`](crate::Transaction) need not. So they are the thread's, in
//! the order in which it runs closures in transactions, and a transaction knows its place among them.

use std::cell::RefCell;

use self_cell::self_cell;

use crate::backend::pool::{Checkout, Lease};
use crate::backend::{Hold, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::plan::{Observer, drive, drive_on, leaves_doubt, run_last};
use crate::sql::Dialect;

/// After as many plans of one statement, one behind the other, further ones are expected: most transactions are short.
const PLANS_BEFORE: usize = 2;

type Held<'c> = Box<dyn Hold + 'c>;

self_cell!(
    /// A connection, and what holds statements of it.
    struct Holder {
        owner: Checkout,
        #[not_covariant]
        dependent: Held,
    }
);

thread_local! {
    static HOLDERS: RefCell<Vec<Option<Holder>>> = const { RefCell::new(Vec::new()) };
}

/// Does something to the holders of this thread, unless that is about to end.
fn holders<T>(work: impl FnOnce(&mut Vec<Option<Holder>>) -> T) -> Option<T> {
    HOLDERS.try_with(|holders| work(&mut holders.borrow_mut())).ok()
}

/// A place for what a transaction holds, as long as its closure runs.
pub(crate) struct Place(Option<usize>);

impl Place {
    pub(super) fn new() -> Self {
        Place(holders(|holders| {
            holders.push(None);
            holders.len() - 1
        }))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            let left: Option<Vec<_>> = holders(|holders| holders.split_off(place));
            // What a panic left rolls back here, when it is no longer among the holders.
            drop(left);
        }
    }
}

/// A holder that is at work, put back when it is dropped, which a panic does too.
struct AtWork {
    place: usize,
    holder: Option<Holder>,
}

impl AtWork {
    fn take(place: usize) -> Self {
        AtWork { place, holder: holders(|holders| holders.get_mut(place)?.take()).flatten() }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let holder = self.holder.take();
        holders(|holders| {
            if let Some(place) = holders.get_mut(self.place) {
                *place = holder;
            }
        });
    }
}

/// What a transaction runs on.
pub(super) struct Line {
    /// None while a holder has it.
    checkout: Option<Checkout>,
    /// Where it may be held.
    place: Option<usize>,
    /// How many plans of one statement have run since another one.
    plans: usize,
    /// Kept for its capacity.
    batch: Vec<Statement>,
}

impl Line {
    /// One that may hold statements in the place, if it is given one.
    pub(super) fn new(checkout: Checkout, place: Option<&Place>) -> Self {
        Line { checkout: Some(checkout), place: place.and_then(|place| place.0), plans: 0, batch: Vec::new() }
    }

    /// The connection by itself, to which all is left that is held.
    ///
    /// # Errors
    /// Never for one that the pool gave.
    pub(super) fn lease(&mut self) -> Result<&mut Lease> {
        if self.checkout.is_none()
            && let Some(place) = self.place
        {
            self.checkout = AtWork::take(place).holder.take().map(Holder::into_owner);
            self.plans = 0;
        }
        self.checkout.as_mut().ok_or_else(gone)?.lease()
    }

    /// The connection by itself, if its transaction is still open: a full disk ends it by itself, and what followed would be
    /// committed one by one.
    pub(super) fn open(&mut self) -> Result<&mut Lease> {
        let lease = self.lease()?;
        if lease.is_doubtful {
            lease.is_doubtful = !lease.connection.in_transaction();
        }
        if !lease.is_doubtful {
            return Ok(lease);
        }
        Err(Error::usage("the database ended this transaction after an earlier error: nothing more can run in it"))
    }

    /// Runs a plan's steps.
    pub(super) fn drive(
        &mut self,
        dialect: &'static dyn Dialect,
        observer: &Observer,
        steps: &mut dyn Steps,
    ) -> Result<()> {
        match self.place {
            None => drive(self.open()?, dialect, observer, steps),
            Some(place) if self.checkout.is_none() => self.drive_held(place, dialect, observer, steps),
            Some(place) => self.drive_free(place, dialect, observer, steps),
        }
    }

    /// Runs them on what is held.
    fn drive_held(
        &mut self,
        place: usize,
        dialect: &'static dyn Dialect,
        observer: &Observer,
        steps: &mut dyn Steps,
    ) -> Result<()> {
        self.batch.clear();
        let step = steps.next(dialect, &mut self.batch)?;
        if step != Step::RunLast {
            let mut batch = std::mem::take(&mut self.batch);
            let lease = self.lease()?;
            std::mem::swap(&mut lease.batch, &mut batch);
            return drive_on(step, lease, dialect, observer, steps);
        }
        let mut at_work = AtWork::take(place);
        let holder = at_work.holder.as_mut().ok_or_else(gone)?;
        let batch = &self.batch;
        let ended = holder
            .with_dependent_mut(|_, held| observer.execute(|batch, steps| held.execute(batch, steps), batch, steps));
        drop(at_work);
        if leaves_doubt(&ended, batch) {
            self.lease()?.is_doubtful = true;
        }
        ended
    }

    /// Runs them on the connection by itself, and holds statements from here on if it is time.
    fn drive_free(
        &mut self,
        place: usize,
        dialect: &'static dyn Dialect,
        observer: &Observer,
        steps: &mut dyn Steps,
    ) -> Result<()> {
        let lease = self.open()?;
        lease.batch.clear();
        let step = steps.next(dialect, &mut lease.batch)?;
        if step != Step::RunLast {
            let ended = drive_on(step, lease, dialect, observer, steps);
            self.plans = 0;
            return ended;
        }
        run_last(lease, observer, steps)?;
        let is_doubtful = lease.is_doubtful;
        self.plans += 1;
        if !is_doubtful && self.plans >= PLANS_BEFORE {
            self.hold(place);
        }
        Ok(())
    }

    /// Holds statements from here on, if the connection does.
    fn hold(&mut self, place: usize) {
        let Some(checkout) = self.checkout.take() else { return };
        match Holder::try_new_or_recover(checkout, |checkout| checkout.hold().ok_or(())) {
            Ok(holder) => drop(AtWork { place, holder: Some(holder) }),
            Err((checkout, ())) => (self.checkout, self.place) = (Some(checkout), None),
        }
    }
}

#[cold]
fn gone() -> Error {
    Error::connection("the connection is gone")
}
