use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::results::Count;

/// `ceilings.json`: how many instructions some operations may take.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ceilings {
    /// By how much a count may be over its ceiling, for what another compiler or another processor's libc does.
    pub slack_percent: f64,
    pub operations: BTreeMap<String, Ceiling>,
}

/// What an operation took when somebody last looked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Ceiling {
    pub ormcore: u64,
    /// Of ormcore to hand-written code, in the same program.
    pub ratio: f64,
}

impl Ceilings {
    /// The operations that have one: what rows are read, found, inserted, updated and loaded by.
    pub const OPERATIONS: [Operation; 5] =
        [Operation::All100, Operation::Get, Operation::Insert, Operation::Update, Operation::AuthorsSelectin];

    /// Ceilings at what was counted.
    pub fn at(counts: &[Count]) -> Self {
        let ceiling = |count: &Count| Ceiling { ormcore: count.ormcore, ratio: count.ratio };
        let operations = counts.iter().map(|count| (count.operation.clone(), ceiling(count)));
        Ceilings { slack_percent: 3.0, operations: operations.collect() }
    }

    /// What is wrong with a count, if anything is.
    ///
    /// A slow change raises both the count and the ratio to what hand-written code takes in the same program. A compiler or
    /// a libc that is another one raises the count alone, and code of the other side that lies elsewhere the ratio alone.
    pub fn judge(&self, count: &Count) -> Option<String> {
        let Some(ceiling) = self.operations.get(&count.operation) else {
            return Some(format!(
                "`{}` has no ceiling: `benches/instructions --ceilings` writes them",
                count.operation
            ));
        };
        let over = |now: f64, then: f64| (now / then - 1.0) * 100.0;
        let (count_over, ratio_over) =
            (over(count.ormcore as f64, ceiling.ormcore as f64), over(count.ratio, ceiling.ratio));
        (count_over.min(ratio_over) > self.slack_percent).then(|| {
            format!(
                "`{}` takes {} instructions, {count_over:.1} % over its ceiling of {}, and {:.3} times those of hand-written \
                 code, {ratio_over:.1} % over {:.3}; {} % are let pass. Where that is worth it, `benches/instructions --ceilings` \
                 raises the ceilings",
                count.operation, count.ormcore, ceiling.ormcore, count.ratio, ceiling.ratio, self.slack_percent
            )
        })
    }
}
