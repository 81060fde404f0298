//! Readers and a writer as tasks of tokio: what the programs of asynchronous libraries share.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use peers_protocol::{Readers, Result, User};

/// Tasks read and write by a pool that `open` gives, on a runtime of as many threads: how long the readers took, and how
/// many rows they found.
pub(crate) fn race<P, Opening, Getting, Updating>(
    readers: Readers,
    open: impl FnOnce(u32) -> Opening + Send + 'static,
    get: impl Fn(P, i64) -> Getting + Copy + Send + 'static,
    update: impl Fn(P, User) -> Updating + Copy + Send + 'static,
) -> Result<(Duration, i64)>
where
    P: Clone + Send + 'static,
    Opening: Future<Output = Result<P>>,
    Getting: Future<Output = Result<bool>> + Send + 'static,
    Updating: Future<Output = Result<()>> + Send + 'static,
{
    let race = async move |threads| {
        let pool = open(threads).await?;
        let done = Arc::new(AtomicBool::new(false));
        let writer = readers.writer.then(|| {
            let (pool, done) = (pool.clone(), done.clone());
            tokio::spawn(async move {
                for number in (0..).take_while(|_| !done.load(Ordering::Relaxed)) {
                    update(pool.clone(), Readers::update(number)).await?;
                }
                Result::Ok(())
            })
        });
        let started = Instant::now();
        let read = |thread| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut found = 0;
                for number in 0..readers.gets {
                    found += i64::from(get(pool.clone(), Readers::key(thread, number)).await?);
                }
                Result::Ok(found)
            })
        };
        let mut found = 0;
        for task in (0..readers.threads).map(read).collect::<Vec<_>>() {
            found += task.await??;
        }
        let elapsed = started.elapsed();
        done.store(true, Ordering::Relaxed);
        if let Some(writer) = writer {
            writer.await??;
        }
        Ok((elapsed, found))
    };
    // Apart from the runtime of this thread, which cannot wait for another one.
    let raced = thread::spawn(move || {
        let threads = u32::try_from(readers.threads)? + u32::from(readers.writer);
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        runtime.worker_threads(threads as usize).enable_all().build()?.block_on(race(threads))
    });
    raced.join().map_err(|_| "a thread panicked")?
}
