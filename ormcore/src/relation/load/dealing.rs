use crate::relation::field::RelationshipField;

/// Gives each child to its parent as soon as it is read, where nothing else has to see the children together.
pub(super) struct Dealing<F: RelationshipField> {
    dealt: Vec<F::Kept>,
    /// Whether the database has put the children into their order.
    sorted: bool,
    /// The parent of the last child, and how many children it was given without another's in between.
    parent: usize,
    count: usize,
    /// How many the parent before was given: room for as many is made at once.
    expected: usize,
}

impl<F: RelationshipField> Dealing<F> {
    pub(super) fn new(sorted: bool) -> Self {
        Dealing { dealt: Vec::new(), sorted, parent: usize::MAX, count: 0, expected: 0 }
    }

    #[inline]
    pub(super) fn give(&mut self, parent: usize, child: F::Target) {
        if parent != self.parent {
            self.turn_to(parent);
        }
        self.count += 1;
        F::add(&mut self.dealt[parent], child, self.sorted, self.expected);
    }

    fn turn_to(&mut self, parent: usize) {
        self.parent = parent;
        self.expected = std::mem::take(&mut self.count);
        if self.dealt.len() <= parent {
            self.dealt.resize_with(parent + 1, F::Kept::default);
        }
    }

    /// What each of this many parents is to keep.
    pub(super) fn end(mut self, parents: usize) -> Vec<F::Kept> {
        self.dealt.resize_with(parents, F::Kept::default);
        if !self.sorted {
            self.dealt.iter_mut().for_each(F::sort);
        }
        self.dealt
    }
}
