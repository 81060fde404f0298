//! A hash for integers that rows are told apart by: two multiplications, where the standard library's takes as much
//! as all else of a lookup. Its numbers are secret and differ from program to program, for keys may be chosen by strangers.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

/// Makes hashes of integers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folding([u64; 2]);

impl Default for Folding {
    fn default() -> Self {
        static NUMBERS: OnceLock<[u64; 2]> = OnceLock::new();
        let random = || RandomState::new().build_hasher().finish();
        Folding(*NUMBERS.get_or_init(|| [random(), random() | 1]))
    }
}

impl BuildHasher for Folding {
    type Hasher = Folded;

    #[inline]
    fn build_hasher(&self) -> Folded {
        let [state, factor] = self.0;
        Folded { state, factor }
    }
}

/// The hash of integers so far.
pub(super) struct Folded {
    state: u64,
    factor: u64,
}

impl Hasher for Folded {
    #[inline]
    fn finish(&self) -> u64 {
        self.state
    }

    #[inline]
    fn write_i64(&mut self, value: i64) {
        self.write_u64(value.cast_unsigned());
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        // Once is too little: multiples of a large power of two would meet.
        self.state = fold(fold(self.state ^ value, self.factor), FURTHER);
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }
}

/// An odd number whose bits are as random as any: the fraction of the golden ratio.
const FURTHER: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn neighbours_and_multiples_are_spread() {
        let folding = Folding::default();
        for step in [1, 2, 64, 1 << 16, 1 << 32, 1 << 48] {
            let hashes = (0..4096_i64).map(|value| folding.hash_one(value * step));
            let places: HashSet<u64> = hashes.clone().map(|hash| hash % 4096).collect();
            let tops: HashSet<u64> = hashes.map(|hash| hash >> 57).collect();
            assert!(places.len() > 1500 && tops.len() > 100, "{step}: {} places, {} tops", places.len(), tops.len());
        }
    }
}
