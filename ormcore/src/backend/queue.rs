//! Threads that wait for what they share, first come, first served.
//!
//! Nothing here knows what that is: whoever waits brings the means to take it, and whoever gives it back tells.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The first looks for itself after this time. It is told when something is free, but for the one that begins to wait in the
/// very moment: to be sure of that one too, each operation would have to pay for a memory fence.
///
/// Who has waited for so long is overtaken no more. Before, whoever comes by may take what it finds free: to hand over to a
/// thread that has to wake up first costs more than most operations.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// How many threads wait.
    length: AtomicUsize,
    /// Whether the first may not be overtaken.
    is_strict: AtomicBool,
    waiting: Mutex<VecDeque<Arc<Waiter>>>,
}

#[derive(Debug)]
struct Waiter {
    since: Instant,
    /// Whether something became free that it has not looked for yet.
    is_told: AtomicBool,
    woken: Condvar,
}

impl Queue {
    /// Takes it at once, if it is free and nobody has a better right to it.
    #[inline(always)]
    pub(crate) fn take<T>(&self, take: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.is_strict.load(Ordering::Relaxed) { None } else { take() }
    }

    /// Waits until it can be taken; `None` if the time is over before.
    #[cold]
    pub(crate) fn wait<T>(&self, timeout: Duration, take: impl Fn() -> Option<T>) -> Option<T> {
        let place = Place::at_end_of(self);
        // No end is so far away that no clock shows it.
        let until = place.waiter.since.checked_add(timeout);
        let mut waiting = self.lock();
        loop {
            let is_first = waiting.front().is_some_and(|first| Arc::ptr_eq(first, &place.waiter));
            if is_first {
                place.waiter.is_told.store(false, Ordering::Relaxed);
                if let Some(taken) = take() {
                    drop(waiting);
                    return Some(taken);
                }
                self.is_strict.store(place.waiter.is_overdue(), Ordering::Relaxed);
            }
            let left = until.map_or(LOOK_AGAIN, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                drop(waiting);
                return None;
            }
            let slept = place.waiter.woken.wait_timeout(waiting, left.min(LOOK_AGAIN));
            waiting = slept.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells who waits that one more is free.
    #[inline]
    pub(crate) fn tell(&self) {
        if self.length.load(Ordering::SeqCst) > 0 {
            self.tell_next();
        }
    }

    #[cold]
    fn tell_next(&self) {
        if let Some(next) = self.lock().iter().find(|waiter| !waiter.is_told.swap(true, Ordering::Relaxed)) {
            next.woken.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Waiter>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiter {
    fn is_overdue(&self) -> bool {
        self.since.elapsed() >= LOOK_AGAIN
    }
}

/// A place in the queue, left when it is dropped.
struct Place<'q> {
    queue: &'q Queue,
    waiter: Arc<Waiter>,
}

impl<'q> Place<'q> {
    fn at_end_of(queue: &'q Queue) -> Self {
        let waiter = Arc::new(Waiter { since: Instant::now(), is_told: AtomicBool::new(false), woken: Condvar::new() });
        let mut waiting = queue.lock();
        waiting.push_back(Arc::clone(&waiter));
        queue.length.fetch_add(1, Ordering::SeqCst);
        drop(waiting);
        Place { queue, waiter }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        waiting.retain(|waiter| !Arc::ptr_eq(waiter, &self.waiter));
        self.queue.length.fetch_sub(1, Ordering::SeqCst);
        let next = waiting.front();
        self.queue.is_strict.store(next.is_some_and(|next| next.is_overdue()), Ordering::Relaxed);
        // It may have woken up before its turn.
        if let Some(next) = next.filter(|next| next.is_told.load(Ordering::Relaxed)) {
            next.woken.notify_one();
        }
    }
}

#[cfg(test)]
mod tests;
