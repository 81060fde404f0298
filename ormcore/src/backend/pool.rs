//! The connections of one database: a few, used again and again.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
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

/// One slot a connection, with a lock of its own: an operation holds the lock of the slot that it uses, so that it costs
/// one lock and one unlock. The first free slot is used first: its caches are warm.
pub(crate) struct Pool {
    backend: Box<dyn Backend>,
    options: PoolOptions,
    slots: Box<[Mutex<Slot>]>,
    /// Whether the slot is one, and its connection is never replaced.
    is_single: bool,
    /// The thread that uses the connection, where there is but one; 0 is none.
    user: AtomicUsize,
    /// How many threads wait.
    waiting: AtomicUsize,
    turn: Mutex<()>,
    freed: Condvar,
}

enum Slot {
    /// A connection can be made here.
    Empty,
    Filled(Box<Lease>),
    /// A [`Checkout`] has taken the connection away, and brings it back.
    Away,
}

/// A connection with what it needs to run plans.
pub(crate) struct Lease {
    pub(crate) connection: Box<dyn Connection>,
    /// Kept for its capacity.
    pub(crate) batch: Vec<Statement>,
    /// How many savepoints are open.
    pub(crate) savepoints: usize,
}

/// More slots would be searched in vain.
const MOST_CONNECTIONS: usize = 1024;

/// A thread that waits looks for itself after this time. It is told when a slot is free, but for the one that begins to
/// wait in the very moment: to be sure of that one too, each operation would have to pay for a memory fence.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    pub(crate) fn new(backend: Box<dyn Backend>, mut options: PoolOptions) -> Arc<Self> {
        let is_single = backend.is_single_connection();
        options.max_connections = if is_single { 1 } else { options.max_connections.min(MOST_CONNECTIONS) };
        Arc::new(Pool {
            backend,
            slots: (0..options.max_connections).map(|_| Mutex::new(Slot::Empty)).collect(),
            options,
            is_single,
            user: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            turn: Mutex::default(),
            freed: Condvar::new(),
        })
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }

    /// Lends a connection for one operation: an idle one, a new one, or, after a wait, one that is returned.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Lease) -> Result<T>) -> Result<T> {
        let (_, slot) = self.slot()?;
        // It stays where it is made: to move what was only just written costs as much as the lock.
        let mut lent = Lent { pool: self, slot: Some(slot) };
        work(lent.lease()?)
    }

    /// As [`Pool::lend`], for as long as wanted.
    pub(crate) fn checkout(self: &Arc<Self>) -> Result<Checkout> {
        let (index, mut slot) = self.slot()?;
        let lease = match std::mem::replace(&mut *slot, Slot::Away) {
            Slot::Filled(lease) => Some(lease),
            Slot::Empty | Slot::Away => None,
        };
        drop(slot);
        let mut checkout = Checkout { pool: Arc::clone(self), index, lease };
        if checkout.lease.is_none() {
            // An error gives the slot back, for the checkout is dropped.
            checkout.lease = Some(self.connect()?);
        }
        Ok(checkout)
    }

    /// A slot that nobody uses, and its position.
    fn slot(&self) -> Result<(usize, MutexGuard<'_, Slot>)> {
        let found = match self.free_slot() {
            Some(found) => found,
            None => self.wait()?,
        };
        if self.is_single {
            self.user.store(this_thread(), Ordering::Relaxed);
        }
        Ok(found)
    }

    fn free_slot(&self) -> Option<(usize, MutexGuard<'_, Slot>)> {
        self.slots.iter().enumerate().find_map(|(index, slot)| {
            let slot = match slot.try_lock() {
                Ok(slot) => slot,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return None,
            };
            if let Slot::Away = *slot { None } else { Some((index, slot)) }
        })
    }

    #[cold]
    fn wait(&self) -> Result<(usize, MutexGuard<'_, Slot>)> {
        if self.user.load(Ordering::Relaxed) == this_thread() {
            return Err(Error::usage(
                "this database is one private connection in memory, and this thread is using it already: \
                 inside a transaction pass `tx` instead of `&db`; inside `each` collect the rows first",
            ));
        }
        let until = Instant::now() + self.options.checkout_timeout;
        let mut turn = lock(&self.turn);
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let found = loop {
            if let Some(found) = self.free_slot() {
                break Ok(found);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break Err(Error::from_kind(ErrorKind::PoolTimeout {
                    waited: self.options.checkout_timeout,
                    max_connections: self.options.max_connections,
                }));
            }
            turn = self.freed.wait_timeout(turn, left.min(LOOK_AGAIN)).unwrap_or_else(PoisonError::into_inner).0;
        };
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        found
    }

    fn connect(&self) -> Result<Box<Lease>> {
        let mut connection = self.backend.connect()?;
        for hook in &self.options.on_connect {
            hook(connection.as_mut())?;
        }
        Ok(Box::new(Lease { connection, batch: Vec::new(), savepoints: 0 }))
    }

    /// Makes the connection ready for its next use; `false` if it cannot be used again.
    fn tidy(&self, lease: &mut Lease) -> bool {
        let clean = !lease.connection.in_transaction() || lease.connection.rollback().is_ok();
        lease.savepoints = 0;
        self.is_single || (clean && lease.connection.is_usable())
    }

    /// Unlocks a slot that is free again.
    fn give_back(&self, slot: MutexGuard<'_, Slot>) {
        if self.is_single {
            self.user.store(0, Ordering::Relaxed);
        }
        drop(slot);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            drop(lock(&self.turn));
            self.freed.notify_one();
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("backend", &self.backend)
            .field("max_connections", &self.options.max_connections)
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

/// A number that no two running threads share, and never 0; cheaper than a `ThreadId`.
fn this_thread() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|mark| std::ptr::from_ref(mark).addr())
}

fn gone() -> Error {
    Error::connection("the connection is gone")
}

/// A slot that one operation uses, given back when dropped, which a panic does too.
struct Lent<'p> {
    pool: &'p Pool,
    slot: Option<MutexGuard<'p, Slot>>,
}

impl Lent<'_> {
    fn lease(&mut self) -> Result<&mut Lease> {
        let slot = self.slot.as_deref_mut().ok_or_else(gone)?;
        if let Slot::Empty = slot {
            *slot = Slot::Filled(self.pool.connect()?);
        }
        match slot {
            Slot::Filled(lease) => Ok(lease),
            Slot::Empty | Slot::Away => Err(gone()),
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut slot) = self.slot.take() else { return };
        if let Slot::Filled(lease) = &mut *slot
            && !self.pool.tidy(lease)
        {
            *slot = Slot::Empty;
        }
        self.pool.give_back(slot);
    }
}

/// A connection that is taken out of its slot, brought back when dropped.
pub(crate) struct Checkout {
    pool: Arc<Pool>,
    index: usize,
    lease: Option<Box<Lease>>,
}

impl Checkout {
    /// # Errors
    /// Never for a checkout that [`Pool::checkout`] gave.
    pub(crate) fn lease(&mut self) -> Result<&mut Lease> {
        self.lease.as_deref_mut().ok_or_else(gone)
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let kept = self.lease.take().and_then(|mut lease| self.pool.tidy(&mut lease).then_some(lease));
        let mut slot = lock(&self.pool.slots[self.index]);
        *slot = kept.map_or(Slot::Empty, Slot::Filled);
        self.pool.give_back(slot);
    }
}

#[cfg(test)]
mod tests;
