use std::future::Future;
use std::io::{BufRead, Write, stdin, stdout};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::{env, fs};

use crate::Result;
use crate::content::{Content, Digest};
use crate::operation::Operation;
use crate::peer::{Clock, Peer};
use crate::place::Place;
use crate::request::Request;
use crate::schema;
use crate::work::{Seed, Work};

/// The input of the run whose content is checked.
pub(crate) const CHECKED: Seed = Seed(3);

/// Answers the lines of the input until it ends; the first argument is the place.
///
/// `block_on` runs a future to its end: [`ready`], or that of a runtime.
pub fn serve<P: Peer>(mut block_on: impl FnMut(Pin<&mut dyn Future<Output = ()>>)) -> Result<()> {
    let place: Place =
        env::args().nth(1).ok_or("a place is wanted: `memory`, `file:PATH` or `postgres://..`")?.parse()?;
    let mut served = Served::<P> { place, peer: None };
    for line in stdin().lock().lines() {
        let line = line?;
        let mut answer = Ok(String::new());
        block_on(pin!(async { answer = served.answer(&line).await }));
        let answer = answer.unwrap_or_else(|error| format!("error {error}").replace('\n', " "));
        let mut out = stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

/// Runs a future that has nothing to wait for.
///
/// # Panics
/// If it waits all the same.
pub fn ready(future: Pin<&mut dyn Future<Output = ()>>) {
    let polled = future.poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled == Poll::Ready(()), "a library that blocks waits for nothing");
}

struct Served<P> {
    place: Place,
    peer: Option<P>,
}

impl<P: Peer> Served<P> {
    async fn answer(&mut self, line: &str) -> Result<String> {
        match line.parse()? {
            Request::Version => Ok(format!("version {}", P::sqlite())),
            Request::Prepare(operation) => self.prepare(operation).await.map(str::to_string),
            Request::Check(operation) => Ok(format!("content {:016x}", self.check(operation).await?)),
            Request::Run(operation, seed, repeats) => self.run(operation, Seed(seed), repeats).await,
        }
    }

    async fn prepare(&mut self, operation: Operation) -> Result<&'static str> {
        if !operation.is_for(&self.place) || !P::has(operation, &self.place) {
            return Ok("none");
        }
        self.peer = None;
        let peer = self.peer.insert(P::open(&self.place).await?);
        for statement in schema::tables(&self.place) {
            peer.execute(&statement).await?;
        }
        for statement in schema::fill(operation, &self.place) {
            peer.execute(&statement).await?;
        }
        if operation.is_analyzed() {
            peer.execute("ANALYZE").await?;
        }
        Ok("ready")
    }

    fn peer(&mut self) -> Result<&mut P> {
        self.peer.as_mut().ok_or_else(|| "nothing is prepared".into())
    }

    async fn check(&mut self, operation: Operation) -> Result<u64> {
        let place = self.place.clone();
        let peer = self.peer()?;
        let mut work = Work { peer: &mut *peer, clock: Clock::default(), digest: Some(Digest::new()) };
        work.run(operation, &place, CHECKED, 1).await?;
        let mut digest = work.digest.unwrap_or_default();
        if operation == Operation::Upsert1000 {
            peer.words().await?.content(&mut digest);
        } else if operation.inserts() || operation.updates() {
            peer.all().await?.content(&mut digest);
        }
        self.tidy(operation).await?;
        Ok(digest.value())
    }

    async fn run(&mut self, operation: Operation, seed: Seed, repeats: i64) -> Result<String> {
        let place = self.place.clone();
        let mut work = Work { peer: self.peer()?, clock: Clock::default(), digest: None };
        let before = if operation == Operation::Stream { Some(resident_after_reset()?) } else { None };
        work.run(operation, &place, seed, repeats).await?;
        let time = work.clock.elapsed().as_nanos();
        let grown = match before {
            Some(before) => memory("VmHWM:")?.saturating_sub(before),
            None => 0,
        };
        self.tidy(operation).await?;
        Ok(format!("time {time} {grown}"))
    }

    /// Takes away what was inserted.
    async fn tidy(&mut self, operation: Operation) -> Result<()> {
        let statements = match operation {
            Operation::Upsert1000 => schema::forget(&self.place),
            operation if operation.inserts() => schema::clear(&self.place),
            _ => &[],
        };
        for statement in statements {
            self.peer()?.execute(statement).await?;
        }
        Ok(())
    }
}

/// Forgets how much memory the process had at most; gives what it has, in KiB.
fn resident_after_reset() -> Result<u64> {
    fs::write("/proc/self/clear_refs", "5")?;
    memory("VmRSS:")
}

/// A line of what Linux says of this process, in KiB.
fn memory(field: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("the kernel says nothing of memory")?;
    Ok(line.split_whitespace().next().unwrap_or_default().parse()?)
}

#[cfg(test)]
mod tests {
    use super::{Result, memory, resident_after_reset};

    #[test]
    fn memory_that_was_given_back_counts_until_it_is_forgotten() -> Result<()> {
        let before = resident_after_reset()?;
        let many = vec![1_u8; 32 << 20];
        assert_eq!(many.iter().map(|byte| u64::from(*byte)).sum::<u64>(), 32 << 20);
        drop(many);
        assert!(memory("VmHWM:")? - before >= 30 << 10, "32 MiB were there");
        let after = resident_after_reset()?;
        assert!(memory("VmHWM:")? - after < 1 << 10);
        Ok(())
    }
}
