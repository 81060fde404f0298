//! The writers of one file within a program, one after the other.
//!
//! SQLite keeps no line: who misses the lock looks for it every now and then, and misses it for ever where another thread takes
//! it again at once. Writers of other programs still wait for each other in that way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::SqliteConnection;
use crate::backend::queue::Queue;

#[derive(Debug, Default)]
pub(super) struct Writers {
    is_writing: AtomicBool,
    queue: Queue,
}

impl Writers {
    #[inline]
    fn take(&self) -> bool {
        self.queue.take(|| self.try_take()).is_some()
    }

    #[cold]
    fn wait(&self, timeout: Duration) -> bool {
        self.queue.wait(timeout, || self.try_take()).is_some()
    }

    fn try_take(&self) -> Option<()> {
        let taken = self.is_writing.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        taken.ok().map(drop)
    }

    #[inline]
    fn give_back(&self) {
        self.is_writing.store(false, Ordering::Release);
        self.queue.tell();
    }
}

impl SqliteConnection {
    /// Waits until nobody else writes. It stays the turn of this connection for as long as what runs then leaves a
    /// transaction open.
    pub(super) fn turn(&self) -> Turn<'_> {
        let has_turn = self.has_turn.get() || self.writers.take();
        self.has_turn.set(has_turn);
        Turn { connection: self, whole: if has_turn { None } else { self.wait() } }
    }

    /// The busy timeout, of which SQLite has only what is left.
    #[cold]
    fn wait(&self) -> Option<Duration> {
        // The program may have set it on the connection.
        let milliseconds = self.connection.query_row("PRAGMA busy_timeout", (), |row| row.get::<_, u32>(0));
        // Without one SQLite says at once what is in the way, or asks a function of the program's, which must stay.
        let timeout = milliseconds.ok().filter(|milliseconds| *milliseconds > 0)?;
        let (timeout, begun) = (Duration::from_millis(timeout.into()), Instant::now());
        self.has_turn.set(self.writers.wait(timeout));
        let left = timeout.saturating_sub(begun.elapsed());
        self.connection.busy_timeout(left).ok().map(|()| timeout)
    }

    /// Lets the next one write.
    #[inline]
    pub(super) fn end_turn(&self) {
        if self.has_turn.replace(false) {
            self.writers.give_back();
        }
    }
}

/// What takes the write lock runs while this is there.
pub(super) struct Turn<'c> {
    connection: &'c SqliteConnection,
    /// The busy timeout, of one that has used up some of it.
    whole: Option<Duration>,
}

/// After an error, and when what runs panics.
impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(timeout) = self.whole {
            let _ = self.connection.connection.busy_timeout(timeout);
        }
        if self.connection.connection.is_autocommit() {
            self.connection.end_turn();
        }
    }
}

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        self.end_turn();
    }
}
