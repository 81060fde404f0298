//! What the tests with random operations share.

use std::collections::HashSet;
use std::fmt::Debug;

use ormcore::prelude::*;
use proptest::prelude::{Strategy, TestCaseError, any};
use proptest::test_runner::{Config, TestRunner};

/// One of these, by a number that was made up.
pub(super) fn pick<T: Copy>(of: impl IntoIterator<Item = T>, at: usize) -> Option<T> {
    let all: Vec<T> = of.into_iter().collect();
    (!all.is_empty()).then(|| all[at % all.len()])
}

/// Checks that these are the same rows, in any order.
pub(super) fn same<T>(found: &[Handle<T>], wanted: &[Handle<T>]) {
    let unique: HashSet<_> = found.iter().collect();
    assert!(unique.len() == wanted.len() && found.len() == wanted.len(), "{found:?} is not {wanted:?}");
    assert!(wanted.iter().all(|handle| unique.contains(handle)), "{found:?} is not {wanted:?}");
}

/// Tries the test with lists of operations, and with and without an autoflush; `PROPTEST_CASES` says how many.
pub(super) fn tried<T: Debug>(
    operations: &impl Strategy<Value = Vec<T>>,
    test: impl Fn(&[T], bool) -> Result<(), TestCaseError>,
) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    let ended = TestRunner::new(config).run(&(operations, any::<bool>()), |(ops, autoflushes)| test(&ops, autoflushes));
    ended.unwrap_or_else(|error| panic!("{error}"));
}

/// Runs the operations one after the other; an error that the test did not expect ends them.
pub(super) fn run_all<O: Debug>(
    ops: impl IntoIterator<Item = O>,
    mut run: impl FnMut(&O) -> Option<ormcore::Result<()>>,
) -> Result<(), TestCaseError> {
    ops.into_iter().try_for_each(|op| match run(&op) {
        Some(Err(error)) => Err(TestCaseError::fail(format!("{op:?}: {error:?}"))),
        _ => Ok(()),
    })
}

/// The tests of random operations, by a function of a fixture.
macro_rules! random_operations {
    ($test:ident) => {
        #[test]
        fn random_operations_on_sqlite() {
            $test(&ormcore_tests::Fixture::sqlite_memory());
        }

        #[test]
        fn random_operations_on_postgres() {
            if let Some(fixture) = ormcore_tests::Fixture::postgres() {
                $test(&fixture);
            }
        }
    };
}
pub(super) use random_operations;
