//! Sets of columns.

use crate::model::{Model, Record};
use crate::schema;

/// A set of column positions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ColumnSet {
    first: u64,
    /// Positions from 64 on, if there are any: one word, for drafts are moved often.
    rest: Option<Box<Rest>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Rest(Vec<u64>);

impl ColumnSet {
    /// How many positions are held without an allocation.
    const FIRST: usize = 64;

    /// Those of the first columns that the database fills in.
    const fn filled_by_database(columns: &[schema::Column]) -> Self {
        let mut set = ColumnSet { first: 0, rest: None };
        let mut index = 0;
        while index < columns.len() && index < Self::FIRST {
            if columns[index].filled_by_database() {
                set.first |= 1 << index;
            }
            index += 1;
        }
        set
    }

    /// With those of the columns behind the first ones that the database fills in.
    fn with_rest(mut self, columns: &[schema::Column]) -> Self {
        for (index, column) in columns.iter().enumerate().skip(Self::FIRST) {
            if column.filled_by_database() {
                self.insert(index);
            }
        }
        self
    }

    /// Whether the other set has all positions of this one, as far as that is seen at once.
    #[inline]
    pub(super) fn is_plainly_inside(&self, other: &Self) -> bool {
        self.first & !other.first == 0 && self.rest.is_none()
    }

    /// The first position that the other set does not have.
    pub(crate) fn first_outside(&self, other: &Self) -> Option<usize> {
        if self.is_plainly_inside(other) { None } else { self.iter().find(|index| !other.contains(*index)) }
    }

    /// Takes out what the row has values for: what is not set holds its placeholder still. What only the database writes has
    /// no value yet, whatever the row holds.
    pub(crate) fn keep_placeholders(&mut self, row: &dyn Record, columns: &[schema::Column]) {
        let is_given = |index: &usize| !columns[*index].read_only && !row.field(*index).is_placeholder();
        for index in self.clone().iter().filter(is_given) {
            self.remove(index);
        }
    }

    fn rest(&self) -> &[u64] {
        self.rest.as_deref().map_or(&[], |rest| &rest.0)
    }

    fn word(&mut self, index: usize) -> &mut u64 {
        let Some(word) = (index / 64).checked_sub(1) else { return &mut self.first };
        let rest = &mut self.rest.get_or_insert_default().0;
        if rest.len() <= word {
            rest.resize(word + 1, 0);
        }
        &mut rest[word]
    }

    pub(crate) fn insert(&mut self, index: usize) {
        *self.word(index) |= 1 << (index % 64);
    }

    #[inline]
    pub(crate) fn remove(&mut self, index: usize) {
        if index < Self::FIRST {
            self.first &= !(1 << index);
        } else {
            self.remove_from_rest(index);
        }
    }

    #[cold]
    fn remove_from_rest(&mut self, index: usize) {
        if self.contains(index) {
            *self.word(index) &= !(1 << (index % 64));
        }
        // One set has one form, so that sets can be compared.
        if let Some(Rest(rest)) = self.rest.as_deref_mut() {
            while rest.last() == Some(&0) {
                rest.pop();
            }
            if rest.is_empty() {
                self.rest = None;
            }
        }
    }

    pub(crate) fn contains(&self, index: usize) -> bool {
        let word = match (index / 64).checked_sub(1) {
            None => self.first,
            Some(word) => self.rest().get(word).copied().unwrap_or(0),
        };
        word >> (index % 64) & 1 == 1
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.first).chain(self.rest().iter().copied()).enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
                bits &= bits - 1;
                Some(word * 64 + bit)
            })
        })
    }
}

/// The columns that the database fills in: what a draft with a value for each required column leaves unset.
pub(crate) fn filled_by_database<M: Model>() -> ColumnSet {
    let set = const { ColumnSet::filled_by_database(M::COLUMNS) };
    if const { M::COLUMNS.len() <= ColumnSet::FIRST } { set } else { set.with_rest(M::COLUMNS) }
}

impl FromIterator<usize> for ColumnSet {
    fn from_iter<I: IntoIterator<Item = usize>>(indexes: I) -> Self {
        let mut set = ColumnSet::default();
        for index in indexes {
            set.insert(index);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::ColumnSet;

    #[test]
    fn a_set_holds_what_was_put_in_and_not_taken_out() {
        let mut set: ColumnSet = [0, 5, 63, 64, 200].into_iter().collect();
        set.remove(5);
        set.remove(999);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 200]);
        assert!(set.contains(200) && !set.contains(5) && !set.contains(1000));
        set.remove(200);
        set.remove(64);
        assert_eq!(set, [63, 0].into_iter().collect());
    }
}
