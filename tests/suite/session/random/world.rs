//! The reference: what the session is to hold.

use std::collections::{BTreeMap, BTreeSet};

/// The rows, by the order in which they were added: what they say, and which rows they point to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct World {
    pub(super) authors: BTreeMap<usize, (String, i64)>,
    pub(super) books: BTreeMap<usize, (String, usize)>,
    pub(super) genres: BTreeSet<usize>,
    pub(super) nodes: BTreeMap<usize, Option<usize>>,
    pub(super) links: BTreeSet<(usize, usize)>,
}

impl World {
    pub(super) fn drop_book(&mut self, book: usize) {
        self.books.remove(&book);
        self.links.retain(|(linked, _)| *linked != book);
    }

    pub(super) fn drop_author(&mut self, author: usize) {
        self.authors.remove(&author);
        let books: Vec<usize> = self.books.iter().filter(|(_, row)| row.1 == author).map(|(book, _)| *book).collect();
        books.into_iter().for_each(|book| self.drop_book(book));
    }

    pub(super) fn drop_node(&mut self, node: usize) {
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            if self.nodes.remove(&node).is_some() {
                left.extend(self.nodes.iter().filter(|(_, parent)| **parent == Some(node)).map(|(child, _)| *child));
            }
        }
    }
}
