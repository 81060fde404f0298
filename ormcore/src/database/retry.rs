//! Transactions that are run again: whether, and after which pause.

use std::time::Duration;

use crate::backend::pool::random;
use crate::error::{Error, ErrorKind};

/// Why one try of a transaction failed.
pub(crate) struct Failure<E> {
    pub(crate) error: E,
    /// Whether the next try may well succeed.
    pub(crate) is_retryable: bool,
}

impl<E: From<Error>> Failure<E> {
    /// BEGIN failed.
    pub(crate) fn of_database(error: Error) -> Self {
        Failure { is_retryable: error.is_retryable(), error: error.into() }
    }

    /// There was no connection. A pool that has waited for as long as it was told to is not asked again; what a new
    /// connection met is as what BEGIN meets.
    pub(super) fn of_pool(error: Error) -> Self {
        match error.kind() {
            ErrorKind::PoolTimeout { .. } => Failure { is_retryable: false, error: error.into() },
            _ => Self::of_database(error),
        }
    }

    /// COMMIT failed, perhaps after a conflict that the closure said nothing of.
    pub(crate) fn of_commit(error: Error, met_conflict: bool) -> Self {
        Failure { is_retryable: error.is_retryable() || met_conflict && is_refusal(&error), error: error.into() }
    }
}

/// Whether nothing of the transaction is kept for sure, by the error of its COMMIT: a connection that broke may have carried
/// it, and what was kept would be done twice.
pub(crate) fn is_refusal(error: &Error) -> bool {
    use ErrorKind::{CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation, Usage};

    error.is_retryable()
        || matches!(
            error.kind(),
            Usage { .. }
                | UniqueViolation { .. }
                | ForeignKeyViolation { .. }
                | NotNullViolation { .. }
                | CheckViolation { .. }
        )
}

/// Tries until it succeeds, fails for good, or was tried again this many times.
pub(crate) fn until_done<T, E>(retries: u32, mut attempt: impl FnMut() -> Result<T, Failure<E>>) -> Result<T, E> {
    let mut retries = Retries::new(retries);
    loop {
        match attempt() {
            Err(failure) if failure.is_retryable && retries.wait() => {}
            ended => return ended.map_err(|failure| failure.error),
        }
    }
}

/// The tries that are left.
struct Retries {
    left: u32,
    pause: Duration,
}

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Retries {
    fn new(times: u32) -> Self {
        Retries { left: times, pause: FIRST_PAUSE }
    }

    /// Waits before the next try; `false` if there is none.
    fn wait(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        std::thread::sleep(self.next_pause());
        true
    }

    /// Between a half and the whole of a pause that doubles each time, so that those who met do not meet again.
    fn next_pause(&mut self) -> Duration {
        let whole = self.pause;
        self.pause = (whole * 2).min(LONGEST_PAUSE);
        let thousandths = u32::try_from(random() % 501).unwrap_or(0);
        whole - whole / 1000 * thousandths
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_PAUSE, LONGEST_PAUSE, Retries};

    #[test]
    fn pauses_grow_to_a_limit_and_are_never_all_the_same() {
        let mut retries = Retries::new(5);
        let mut whole = FIRST_PAUSE;
        for _ in 0..20 {
            let pause = retries.next_pause();
            assert!((whole / 2..=whole).contains(&pause), "{pause:?} of {whole:?}");
            whole = (whole * 2).min(LONGEST_PAUSE);
        }
        let last: Vec<_> = (0..20).map(|_| retries.next_pause()).collect();
        assert!(last.iter().any(|pause| *pause != last[0]));
    }

    #[test]
    fn there_are_as_many_tries_as_were_asked_for() {
        assert!(!Retries::new(0).wait());
        let mut retries = Retries::new(2);
        assert_eq!([retries.wait(), retries.wait(), retries.wait()], [true, true, false]);
    }
}
