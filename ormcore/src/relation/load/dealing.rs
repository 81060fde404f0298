use std::any::Any;

use crate::backend::{Reader, Row};
use crate::error::Result;
use crate::model::{Model, ReadRows};
use crate::relation::field::RelationshipField;
use crate::relation::link::Link;
use crate::relation::load::Parents;

/// How many parents' children are kept in one piece: a vector that grows while rows are read is moved again and again.
const PIECE: usize = 32;

/// Gives each child to its parent as soon as it is read, where nothing else has to see the children together.
pub(crate) trait Deals: Send {
    /// Reads the child in a row of the parents' statement, whose columns begin at a position, and gives it to its parent.
    ///
    /// # Errors
    /// If the row cannot be read.
    fn give_row(&mut self, parent: usize, row: &dyn Row, first: usize) -> Result<()>;

    /// Reads the child in a row of a statement of its own, and gives each of its parents one.
    ///
    /// # Errors
    /// If the row cannot be read.
    fn deal_row(&mut self, link: &Link, parents: &mut Parents, row: &dyn Row) -> Result<()>;

    /// What each parent is to keep, as far as it was given any children: in pieces, one after the other.
    fn end(self: Box<Self>) -> Box<dyn Any>;
}

/// What parents are to keep.
pub(crate) enum Dealt<'d> {
    /// What they were given one by one.
    Pieces(Box<dyn Any>),
    /// The children, and pairs of places: a parent, and a child of it. They may be `sorted` already.
    Children { rows: Box<dyn ReadRows>, pairs: &'d [(usize, usize)], sorted: bool },
}

/// What each of this many parents is to keep: one after the other, in pieces. The last ones may be left out where they keep
/// nothing.
pub(crate) fn kept<F: RelationshipField>(dealt: Dealt<'_>, parents: usize) -> Vec<Vec<F::Kept>> {
    match dealt {
        Dealt::Pieces(pieces) => pieces.downcast().map(|pieces| *pieces).unwrap_or_default(),
        Dealt::Children { rows, pairs, sorted } => vec![F::deal(rows, pairs, parents, sorted)],
    }
}

/// What deals children out one by one, unless they are shared.
pub(crate) fn dealing<F: RelationshipField>(sorted: bool) -> Option<Box<dyn Deals>> {
    if const { F::SHARED } { None } else { Some(Box::new(Dealing::<F>::new(sorted))) }
}

/// Gives children to the fields of one kind.
struct Dealing<F: RelationshipField> {
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
    fn new(sorted: bool) -> Self {
        Dealing { dealt: Vec::new(), sorted, parent: 0, kept: F::Kept::default(), count: 0, expected: 0 }
    }

    #[inline]
    fn give(&mut self, parent: usize, child: F::Target) {
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
}

#[inline]
fn decode<T: Model>(row: &dyn Row, first: usize) -> Result<T> {
    T::decode(&Reader::new(row, T::NAME).from(first))
}

impl<F: RelationshipField> Deals for Dealing<F> {
    fn give_row(&mut self, parent: usize, row: &dyn Row, first: usize) -> Result<()> {
        let child = decode(row, first)?;
        self.give(parent, child);
        Ok(())
    }

    fn deal_row(&mut self, link: &Link, parents: &mut Parents, row: &dyn Row) -> Result<()> {
        let read: Option<F::Target> = match &link.through {
            Some(through) => {
                // The columns of a link table stand behind those of the children, in the order of the key.
                let first = F::Target::TABLE.columns.len();
                parents.read_values(row, (through.table)(), &link.near, Some(first))?;
                None
            }
            None => {
                let child: F::Target = decode(row, 0)?;
                parents.push_values(&child, link.near.far())?;
                Some(child)
            }
        };
        // A parent that another transaction has just added is not known.
        let Some(key) = parents.keys.find() else { return Ok(()) };
        let first = match read {
            Some(child) => child,
            None => decode(row, 0)?,
        };
        let mut parent = parents.first(key);
        self.give(parent, first);
        while let Some(other) = parents.after(parent) {
            parent = other;
            self.give(parent, decode(row, 0)?);
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Box<dyn Any> {
        let kept = std::mem::take(&mut self.kept);
        *self.place(self.parent) = kept;
        // What no child was given to stands between others that were.
        let last = self.dealt.len() - 1;
        self.dealt[..last].iter_mut().for_each(|piece| piece.resize_with(PIECE, F::Kept::default));
        if !self.sorted {
            self.dealt.iter_mut().flatten().for_each(F::sort);
        }
        Box::new(self.dealt)
    }
}
