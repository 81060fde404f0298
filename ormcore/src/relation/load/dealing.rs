use crate::relation::field::RelationshipField;

/// How many parents' children are kept in one piece: a vector that grows while rows are read is moved again and again.
const PIECE: usize = 32;

/// Gives each child to its parent as soon as it is read, where nothing else has to see the children together.
pub(super) struct Dealing<F: RelationshipField> {
    /// What the parents are to keep, in pieces.
    dealt: Vec<Vec<F::Kept>>,
    /// Whether the database has put the children into their order.
    sorted: bool,
    /// The parent of the last child, and what it is to keep so far.
    parent: usize,
    kept: F::Kept,
    /// How many it was given without another's in between, and how many the one before: room for as many is made at once.
    count: usize,
    expected: usize,
}

impl<F: RelationshipField> Dealing<F> {
    pub(super) fn new(sorted: bool) -> Self {
        Dealing { dealt: Vec::new(), sorted, parent: 0, kept: F::Kept::default(), count: 0, expected: 0 }
    }

    #[inline]
    pub(super) fn give(&mut self, parent: usize, child: F::Target) {
        if parent != self.parent {
            self.turn_to(parent);
        }
        self.count += 1;
        F::add(&mut self.kept, child, self.sorted, self.expected);
    }

    fn turn_to(&mut self, parent: usize) {
        let kept = std::mem::take(&mut self.kept);
        *self.place(self.parent) = kept;
        self.kept = std::mem::take(self.place(parent));
        self.parent = parent;
        self.expected = std::mem::take(&mut self.count);
    }

    /// Where it is put what a parent is to keep.
    fn place(&mut self, parent: usize) -> &mut F::Kept {
        while self.dealt.len() <= parent / PIECE {
            self.dealt.push(Vec::with_capacity(PIECE));
        }
        let piece = &mut self.dealt[parent / PIECE];
        if piece.len() <= parent % PIECE {
            piece.resize_with(parent % PIECE + 1, F::Kept::default);
        }
        &mut piece[parent % PIECE]
    }

    /// What each parent is to keep, as far as it was given any children.
    pub(super) fn end(mut self) -> Vec<Vec<F::Kept>> {
        let kept = std::mem::take(&mut self.kept);
        *self.place(self.parent) = kept;
        // What no child was given to stands between others that were.
        let last = self.dealt.len() - 1;
        self.dealt[..last].iter_mut().for_each(|piece| piece.resize_with(PIECE, F::Kept::default));
        if !self.sorted {
            self.dealt.iter_mut().flatten().for_each(F::sort);
        }
        self.dealt
    }
}
