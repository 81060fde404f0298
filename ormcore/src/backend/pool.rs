//! The connections of one database: a few, used again and again.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use self::lease::Lent;
use self::limits::{Age, Watch};
use crate::backend::queue::Queue;
use crate::backend::undone::Undone;
use crate::backend::{Backend, Connection};
use crate::error::{Error, ErrorKind, Result};

mod lease;
mod limits;

pub(crate) use lease::{Checkout, Lease};
pub(crate) use limits::{Limits, random};

/// A hook that sets up each new connection.
pub(crate) type OnConnect = Box<dyn Fn(&mut dyn Connection) -> Result<()> + Send + Sync>;

pub(crate) struct PoolOptions {
    pub(crate) max_connections: usize,
    pub(crate) checkout_timeout: Duration,
    pub(crate) on_connect: Vec<OnConnect>,
    pub(crate) limits: Limits,
}

/// One slot a connection, with a lock of its own: an operation holds the lock of the slot that it uses, so that it costs
/// one lock and one unlock. The first free slot is used first: its caches are warm. Of an embedded database, a thread first
/// tries the slot that it used last, whose memory its processor holds.
pub(crate) struct Pool {
    backend: Box<dyn Backend>,
    options: PoolOptions,
    slots: Box<[Place]>,
    /// Whether there is one slot, whose connection is never replaced.
    is_single: bool,
    /// Over connections that may break or grow old: others need no care.
    watch: Option<Watch>,
    /// The thread that uses the connection, where there is but one; 0 is none.
    user: AtomicUsize,
    /// The threads that wait for a slot.
    queue: Queue,
}

/// A slot and its lock, in memory that no other slot shares: else threads with slots of their own would wait for each
/// other's processors.
#[repr(align(128))]
struct Place(Mutex<Slot>);

enum Slot {
    /// A connection can be made here.
    Empty,
    Filled(Box<Lease>),
    /// A [`Checkout`] has taken the connection away, and brings it back.
    Away,
}

/// More slots would be searched in vain.
const MOST_CONNECTIONS: usize = 1024;

#[inline]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[inline]
fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl Pool {
    pub(crate) fn new(backend: Box<dyn Backend>, mut options: PoolOptions) -> Arc<Self> {
        let is_single = backend.is_single_connection();
        options.max_connections = if is_single { 1 } else { options.max_connections.min(MOST_CONNECTIONS) };
        options.limits.min_connections = options.limits.min_connections.min(options.max_connections);
        let watch = if is_single { None } else { Watch::new(options.limits, backend.is_server()) };
        Arc::new(Pool {
            is_single,
            watch,
            backend,
            slots: (0..options.max_connections).map(|_| Place(Mutex::new(Slot::Empty))).collect(),
            options,
            user: AtomicUsize::new(0),
            queue: Queue::default(),
        })
    }

    /// A pool whose one connection is one of this pool's until it is dropped, in a transaction that is rolled back then.
    pub(crate) fn undone(self: &Arc<Self>) -> Result<Arc<Self>> {
        let backend = Undone::begin(self.checkout()?, self.backend.dialect())?;
        let options = PoolOptions {
            max_connections: 1,
            checkout_timeout: self.options.checkout_timeout,
            on_connect: Vec::new(),
            limits: Limits::default(),
        };
        let pool = Pool::new(Box::new(backend), options);
        pool.open()?;
        Ok(pool)
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }

    /// Makes the connections that are there from the start: one at least, so that a wrong address is found out.
    pub(crate) fn open(self: &Arc<Self>) -> Result<()> {
        let least = self.options.limits.min_connections.max(1);
        (0..least).map(|_| self.checkout()).collect::<Result<Vec<_>>>().map(drop)
    }

    /// Lends a connection for one operation: an idle one, a new one, or, after a wait, one that is returned.
    #[inline]
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Lease) -> Result<T>) -> Result<T> {
        let (_, slot) = self.slot()?;
        // It stays where it is made: to move what was only just written costs as much as the lock.
        let mut lent = Lent::new(self, slot);
        let lease = lent.lease()?;
        // Until the work says otherwise.
        lease.is_doubtful = true;
        let result = work(lease);
        lent.give_back();
        result
    }

    /// As [`Pool::lend`], for as long as wanted.
    pub(crate) fn checkout(self: &Arc<Self>) -> Result<Checkout> {
        let (index, mut slot) = self.slot()?;
        let lease = match std::mem::replace(&mut *slot, Slot::Away) {
            Slot::Filled(lease) => Some(lease),
            Slot::Empty | Slot::Away => None,
        };
        drop(slot);
        // An error gives the slot back, for the checkout is dropped.
        let mut checkout = Checkout::new(self, index, lease);
        checkout.connect()?;
        Ok(checkout)
    }

    /// A slot that nobody uses, and its position.
    #[inline(always)]
    fn slot(&self) -> Result<(usize, MutexGuard<'_, Slot>)> {
        let (index, mut slot) = match self.queue.take(|| self.free_slot()) {
            Some(found) => found,
            None => self.wait()?,
        };
        self.used_here();
        if let Some(watch) = &self.watch {
            self.check(watch, &mut slot);
        }
        Ok((index, slot))
    }

    /// Notes the thread that uses the only connection: what checked it out may move to another.
    #[inline]
    fn used_here(&self) {
        if self.is_single {
            self.user.store(this_thread(), Ordering::Relaxed);
        }
    }

    #[inline(always)]
    fn free_slot(&self) -> Option<(usize, MutexGuard<'_, Slot>)> {
        if self.is_single || self.watch.is_some() {
            return self.first_free_slot();
        }
        let last = LAST_USED.get();
        if let Some(slot) = self.slots.get(last).and_then(|place| try_lock(&place.0))
            && let Slot::Filled(_) = *slot
        {
            return Some((last, slot));
        }
        let found = self.first_free_slot()?;
        LAST_USED.set(found.0);
        Some(found)
    }

    #[inline(always)]
    fn first_free_slot(&self) -> Option<(usize, MutexGuard<'_, Slot>)> {
        self.slots.iter().enumerate().find_map(|(index, place)| {
            let slot = try_lock(&place.0)?;
            if let Slot::Away = *slot { None } else { Some((index, slot)) }
        })
    }

    #[cold]
    fn wait(&self) -> Result<(usize, MutexGuard<'_, Slot>)> {
        if self.user.load(Ordering::Relaxed) == this_thread() {
            return Err(Error::usage(
                "this database is one connection, private in memory or a test's, and this thread is using it already: \
                 inside a transaction pass `tx` instead of `&db`; inside `each` or `chunks` collect the rows first; \
                 beside a session or a test database ask that, or drop it",
            ));
        }
        let timeout = self.options.checkout_timeout;
        self.queue.wait(timeout, || self.free_slot()).ok_or_else(|| {
            let max_connections = self.options.max_connections;
            Error::from_kind(ErrorKind::PoolTimeout { waited: timeout, max_connections })
        })
    }

    fn connect(&self) -> Result<Box<Lease>> {
        // Taken before: what breaks while it is made may have broken it too.
        let age = Age::new(self.watch.as_ref());
        let mut connection = self.backend.connect()?;
        self.set_up(connection.as_mut())?;
        Ok(Box::new(Lease { connection, batch: Vec::new(), savepoints: 0, is_doubtful: true, age }))
    }

    /// Makes a connection ready that is new, or was reset: the answer to the reset comes with those to the hooks, if there are
    /// any.
    fn set_up(&self, connection: &mut dyn Connection) -> Result<()> {
        self.options.on_connect.iter().try_for_each(|hook| hook(connection))?;
        connection.finish_reset()
    }

    /// Makes the connection ready for its next use; `false` if it cannot be used again.
    #[inline]
    fn tidy(&self, lease: &mut Lease) -> bool {
        let is_open = std::mem::take(&mut lease.is_doubtful) && lease.connection.in_transaction();
        let clean = !is_open || lease.connection.rollback().is_ok();
        lease.savepoints = 0;
        match &self.watch {
            Some(watch) => watch.take_back(lease, clean),
            None => self.is_single || clean && lease.connection.is_usable(),
        }
    }

    /// Unlocks a slot that is free again.
    #[inline]
    fn give_back(&self, slot: MutexGuard<'_, Slot>) {
        if self.is_single {
            self.user.store(0, Ordering::Relaxed);
        }
        drop(slot);
        if let Some(watch) = &self.watch {
            self.close_old(watch);
        }
        self.queue.tell();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("backend", &self.backend)
            .field("max_connections", &self.options.max_connections)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

thread_local! {
    /// The slot that the thread has used last, of whichever pool.
    static LAST_USED: Cell<usize> = const { Cell::new(0) };
}

/// A number that no two running threads share, and never 0; cheaper than a `ThreadId`.
#[inline]
fn this_thread() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|mark| std::ptr::from_ref(mark).addr())
}

#[cfg(test)]
mod tests;
