//! How long connections are kept, and whether they may be lent again.
//!
//! There is no thread for it: connections are looked at when one is lent and when one is returned.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Lease, Place, Pool, Slot, try_lock};
use crate::backend::Reset;

/// What a program may set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) min_connections: usize,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) max_lifetime: Option<Duration>,
    /// How long a connection may have been idle that is lent without a ping; `None` is the backend's default.
    pub(crate) ping_after: Option<Duration>,
}

/// A server's connection that was idle for longer is pinged before it is lent.
const PING_AFTER: Duration = Duration::from_secs(5);

/// Looks after connections that may break or grow old.
pub(super) struct Watch {
    limits: Limits,
    is_server: bool,
    /// Raised when a connection breaks: those that were made before are not used again.
    generation: AtomicUsize,
    since: Instant,
    /// When to look for old ones again, in milliseconds after `since`.
    look_at: AtomicU64,
    /// How long it is from one look to the next.
    pause: u64,
}

/// What is known of a connection's life.
pub(super) struct Age {
    generation: usize,
    ends: Option<Instant>,
    idle_since: Instant,
    /// Whether a reset has taken away what the hooks had set.
    is_cleared: bool,
}

impl Age {
    pub(super) fn new(watch: Option<&Watch>) -> Self {
        let now = Instant::now();
        let lifetime = watch.and_then(|watch| watch.limits.max_lifetime);
        Age {
            generation: watch.map_or(0, |watch| watch.generation.load(Ordering::Relaxed)),
            ends: lifetime.and_then(|lifetime| now.checked_add(shortened(lifetime))),
            idle_since: now,
            is_cleared: false,
        }
    }
}

/// Up to a tenth less, so that connections that were made together do not end together.
fn shortened(lifetime: Duration) -> Duration {
    let thousandths = u32::try_from(random() % 100).unwrap_or(0);
    lifetime - lifetime / 1000 * thousandths
}

/// A number that cannot be foreseen: for spreading things out, not for secrets.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Watch {
    /// Nothing has to be watched where connections do not break and nothing was asked for.
    pub(super) fn new(mut limits: Limits, is_server: bool) -> Option<Self> {
        if is_server {
            limits.ping_after.get_or_insert(PING_AFTER);
        }
        let shortest = [limits.idle_timeout, limits.max_lifetime].into_iter().flatten().min();
        let pause = shortest.map_or(u64::MAX, |limit| milliseconds(limit / 4));
        (is_server || shortest.is_some() || limits.ping_after.is_some()).then(|| Watch {
            limits,
            is_server,
            generation: AtomicUsize::new(0),
            since: Instant::now(),
            look_at: AtomicU64::new(pause),
            pause,
        })
    }

    /// Whether it may be used no more.
    fn is_over(&self, age: &Age, now: Instant) -> bool {
        age.generation != self.generation.load(Ordering::Relaxed) || age.ends.is_some_and(|ends| ends <= now)
    }

    /// Whether it was idle for this long; never if there is no limit.
    fn is_idle(age: &Age, limit: Option<Duration>, now: Instant) -> bool {
        limit.is_some_and(|limit| now.saturating_duration_since(age.idle_since) >= limit)
    }

    /// Notes that a connection broke. One that is old already says nothing of those that were made after it.
    fn note_break(&self, age: &Age) {
        let (this, next) = (age.generation, age.generation.wrapping_add(1));
        if self.is_server && self.generation.compare_exchange(this, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.look_at.store(0, Ordering::Relaxed);
        }
    }

    /// Makes a connection that was used ready for its next use; `false` if it cannot be used again.
    #[cold]
    pub(super) fn take_back(&self, lease: &mut Lease, clean: bool) -> bool {
        let is_reset = clean && lease.connection.is_usable() && self.reset(lease);
        if !lease.connection.is_usable() {
            self.note_break(&lease.age);
            return false;
        }
        lease.age.idle_since = Instant::now();
        is_reset && !self.is_over(&lease.age, lease.age.idle_since)
    }

    fn reset(&self, lease: &mut Lease) -> bool {
        if !self.is_server {
            return true;
        }
        match lease.connection.reset() {
            Ok(Reset::Intact) => true,
            Ok(Reset::Cleared) => {
                // They run when it is lent: what they do may fail, and here nobody is told.
                lease.age.is_cleared = true;
                true
            }
            Err(_) => false,
        }
    }

    /// Whether it is time to look for old ones; then no other thread does.
    fn is_due(&self, now: Instant) -> bool {
        let (at, now) = (self.look_at.load(Ordering::Relaxed), milliseconds(now.duration_since(self.since)));
        at <= now
            && self
                .look_at
                .compare_exchange(at, now.saturating_add(self.pause), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

impl Pool {
    /// Empties the slot if its connection may not be lent.
    #[cold]
    pub(super) fn check(&self, watch: &Watch, slot: &mut Slot) {
        // Out of the slot meanwhile: a hook that panics leaves none that is half set up.
        if let Slot::Filled(mut lease) = std::mem::replace(slot, Slot::Empty)
            && self.is_fit(watch, &mut lease)
        {
            *slot = Slot::Filled(lease);
        }
    }

    /// Whether an idle connection may be lent: one that was idle for long has to answer first.
    fn is_fit(&self, watch: &Watch, lease: &mut Lease) -> bool {
        let now = Instant::now();
        if watch.is_over(&lease.age, now) {
            return false;
        }
        if Watch::is_idle(&lease.age, watch.limits.ping_after, now) && lease.connection.ping().is_err() {
            watch.note_break(&lease.age);
            return false;
        }
        let is_ready = !std::mem::take(&mut lease.age.is_cleared) || self.set_up(lease.connection.as_mut()).is_ok();
        if !lease.connection.is_usable() {
            watch.note_break(&lease.age);
            return false;
        }
        is_ready
    }

    /// Closes the connections whose time is over, and those that were idle for too long. The first slots are used first,
    /// so that the last ones are closed first.
    #[cold]
    pub(super) fn close_old(&self, watch: &Watch) {
        if watch.look_at.load(Ordering::Relaxed) == u64::MAX {
            // No limit asks for it, and nothing broke.
            return;
        }
        let now = Instant::now();
        if !watch.is_due(now) {
            return;
        }
        let is_open = |place: &&Place| try_lock(&place.0).is_none_or(|slot| !matches!(*slot, Slot::Empty));
        let mut open = self.slots.iter().filter(is_open).count();
        let mut closed = Vec::new();
        for place in self.slots.iter().rev() {
            let Some(mut slot) = try_lock(&place.0) else { continue };
            let Slot::Filled(lease) = &*slot else { continue };
            let too_many = open > watch.limits.min_connections;
            let is_idle = Watch::is_idle(&lease.age, watch.limits.idle_timeout, now);
            if watch.is_over(&lease.age, now) || (too_many && is_idle) {
                open -= 1;
                closed.push(std::mem::replace(&mut *slot, Slot::Empty));
            }
        }
    }
}
