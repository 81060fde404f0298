use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;
use crate::peer::Readers;
use crate::rows::User;

/// Threads of a library that blocks, each with what `open` gives, read and write: how long the readers took, and how many
/// rows they found.
///
/// # Errors
/// The first of any thread's.
pub fn race<C: Send>(
    readers: Readers,
    open: impl Fn() -> Result<C>,
    get: impl Fn(&mut C, i64) -> Result<bool> + Sync,
    update: impl Fn(&mut C, User) -> Result<()> + Sync,
) -> Result<(Duration, i64)> {
    let mut reading = (0..readers.threads).map(|_| open()).collect::<Result<Vec<C>>>()?;
    let mut writing = if readers.writer { Some(open()?) } else { None };
    let start = Barrier::new(reading.len() + 1);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = writing.as_mut().map(|connection| {
            let (done, update) = (&done, &update);
            scope.spawn(move || {
                let updates = (0..).take_while(|_| !done.load(Ordering::Relaxed));
                updates.map(Readers::update).try_for_each(|user| update(connection, user))
            })
        });
        let threads = reading.iter_mut().zip(0..).map(|(connection, thread)| {
            let (start, get) = (&start, &get);
            scope.spawn(move || {
                start.wait();
                let keys = (0..readers.gets).map(|number| Readers::key(thread, number));
                keys.map(|key| get(connection, key)).try_fold(0, |found, row| row.map(|row| found + i64::from(row)))
            })
        });
        let threads: Vec<_> = threads.collect();
        start.wait();
        let started = Instant::now();
        let found: Result<Vec<i64>> = threads.into_iter().map(joined).collect();
        let elapsed = started.elapsed();
        done.store(true, Ordering::Relaxed);
        writer.map_or(Ok(()), joined)?;
        Ok((elapsed, found?.iter().sum()))
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread.join().map_err(|_| "a thread panicked")?
}
