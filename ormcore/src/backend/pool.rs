//! The connections of one database: a few, used again and again.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::backend::{Backend, Connection, Statement};
use crate::error::{Error, ErrorKind, Result};

/// A hook that sets up each new connection.
pub(crate) type OnConnect = Box<dyn Fn(&mut dyn Connection) -> Result<()> + Send + Sync>;

pub(crate) struct PoolOptions {
    pub(crate) max_connections: usize,
    pub(crate) checkout_timeout: Duration,
    pub(crate) on_connect: Vec<OnConnect>,
}

pub(crate) struct Pool {
    backend: Box<dyn Backend>,
    options: PoolOptions,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    /// The last one returned is handed out first: its caches are warm.
    idle: VecDeque<Box<Lease>>,
    open: usize,
    waiting: usize,
    /// The thread that holds the connection, where there is but one.
    holder: Option<usize>,
}

/// A connection with what it needs to run plans.
pub(crate) struct Lease {
    pub(crate) connection: Box<dyn Connection>,
    /// Kept for its capacity.
    pub(crate) batch: Vec<Statement>,
    /// How many savepoints are open.
    pub(crate) savepoints: usize,
}

impl Pool {
    pub(crate) fn new(backend: Box<dyn Backend>, mut options: PoolOptions) -> Arc<Self> {
        if backend.is_single_connection() {
            options.max_connections = 1;
        }
        Arc::new(Pool { backend, options, state: Mutex::default(), freed: Condvar::new() })
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an idle connection, makes a new one, or waits for one to be returned.
    ///
    /// `owner` is what the checkout holds the pool by: a reference is quicker, an `Arc` may be kept.
    pub(crate) fn checkout<P: Deref<Target = Pool>>(owner: P) -> Result<Checkout<P>> {
        let lease = owner.take()?;
        let mut checkout = Checkout { pool: owner, lease };
        if checkout.lease.is_none() {
            // An error gives the place in the pool back, for the checkout is dropped.
            checkout.lease = Some(checkout.pool.connect()?);
        }
        Ok(checkout)
    }

    /// An idle connection, or `None` where there is a place for a new one.
    fn take(&self) -> Result<Option<Box<Lease>>> {
        let mut state = self.state();
        let mut deadline = None;
        loop {
            if let Some(lease) = state.idle.pop_back() {
                self.note_holder(&mut state);
                return Ok(Some(lease));
            }
            if state.open < self.options.max_connections {
                state.open += 1;
                self.note_holder(&mut state);
                return Ok(None);
            }
            if state.holder == Some(this_thread()) {
                return Err(Error::usage(
                    "this database is one private connection in memory, and this thread is using it already: \
                     inside a transaction pass `tx` instead of `&db`; inside `each` collect the rows first",
                ));
            }
            let now = Instant::now();
            let until = *deadline.get_or_insert(now + self.options.checkout_timeout);
            if now >= until {
                return Err(Error::from_kind(ErrorKind::PoolTimeout {
                    waited: self.options.checkout_timeout,
                    max_connections: self.options.max_connections,
                }));
            }
            state.waiting += 1;
            state = self.freed.wait_timeout(state, until - now).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
    }

    fn note_holder(&self, state: &mut State) {
        if self.backend.is_single_connection() {
            state.holder = Some(this_thread());
        }
    }

    fn connect(&self) -> Result<Box<Lease>> {
        let mut connection = self.backend.connect()?;
        for hook in &self.options.on_connect {
            hook(connection.as_mut())?;
        }
        Ok(Box::new(Lease { connection, batch: Vec::new(), savepoints: 0 }))
    }

    fn give_back(&self, lease: Option<Box<Lease>>) {
        let mut state = self.state();
        state.holder = None;
        match lease {
            Some(lease) => state.idle.push_back(lease),
            None => state.open -= 1,
        }
        if state.waiting > 0 {
            self.freed.notify_one();
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Pool")
            .field("backend", &self.backend)
            .field("max_connections", &self.options.max_connections)
            .field("open", &state.open)
            .field("idle", &state.idle.len())
            .finish_non_exhaustive()
    }
}

/// A number that no two running threads share; cheaper than a `ThreadId`.
fn this_thread() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|mark| std::ptr::from_ref(mark).addr())
}

/// A connection that is in use, returned to its pool when dropped.
pub(crate) struct Checkout<P: Deref<Target = Pool> = Arc<Pool>> {
    pool: P,
    lease: Option<Box<Lease>>,
}

impl<P: Deref<Target = Pool>> Checkout<P> {
    /// # Errors
    /// Never for a checkout that [`Pool::checkout`] gave.
    pub(crate) fn lease(&mut self) -> Result<&mut Lease> {
        self.lease.as_deref_mut().ok_or_else(|| Error::connection("the connection is gone"))
    }
}

impl<P: Deref<Target = Pool>> Drop for Checkout<P> {
    fn drop(&mut self) {
        let lease = self.lease.take().and_then(|mut lease| {
            let clean = !lease.connection.in_transaction() || lease.connection.rollback().is_ok();
            lease.savepoints = 0;
            let kept = self.pool.backend.is_single_connection() || (clean && lease.connection.is_usable());
            kept.then_some(lease)
        });
        self.pool.give_back(lease);
    }
}

#[cfg(test)]
mod tests;
