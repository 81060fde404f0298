//! The operations, as they are made up.

use proptest::prelude::*;

/// One operation; numbers choose among the rows that there are.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Author,
    /// Of an author, by handle or by key.
    Book(usize, bool),
    Genre,
    /// Below another one, or on its own.
    Node(Option<usize>),
    Age(usize, i64),
    Title(usize, u8),
    /// A book's author, by the column.
    Move(usize, usize),
    EditKey(usize),
    DeleteAuthor(usize),
    DeleteBook(usize),
    DeleteGenre(usize),
    DeleteNode(usize),
    AppendBook(usize, usize),
    RemoveBook(usize, usize),
    SetAuthor(usize, usize),
    Link(usize, usize, bool),
    Unlink(usize, usize, bool),
    SetGenres(usize, Vec<usize>),
    AppendNode(usize, usize),
    RemoveNode(usize, usize),
    SetParent(usize, Option<usize>),
    Books(usize),
    Genres(usize),
    BooksOf(usize),
    Children(usize),
    Flush,
    Commit,
    Rollback,
    Get(usize),
    All,
    Expire(usize),
    ExpireAll,
    Refresh(usize),
    Take(usize),
    Savepoint(Vec<Op>, bool),
}

fn simple() -> impl Strategy<Value = Op> {
    let at = || 0..64_usize;
    prop_oneof![
        3 => Just(Op::Author),
        4 => (at(), any::<bool>()).prop_map(|(author, by_key)| Op::Book(author, by_key)),
        2 => Just(Op::Genre),
        4 => proptest::option::of(at()).prop_map(Op::Node),
        2 => (at(), 0..3_i64).prop_map(|(author, age)| Op::Age(author, age)),
        2 => (at(), 0..3_u8).prop_map(|(book, title)| Op::Title(book, title)),
        2 => (at(), at()).prop_map(|(book, author)| Op::Move(book, author)),
        1 => at().prop_map(Op::EditKey),
        1 => at().prop_map(Op::DeleteAuthor),
        1 => at().prop_map(Op::DeleteBook),
        1 => at().prop_map(Op::DeleteGenre),
        1 => at().prop_map(Op::DeleteNode),
        2 => (at(), at()).prop_map(|(author, book)| Op::AppendBook(author, book)),
        1 => (at(), at()).prop_map(|(author, book)| Op::RemoveBook(author, book)),
        1 => (at(), at()).prop_map(|(book, author)| Op::SetAuthor(book, author)),
        3 => (at(), at(), any::<bool>()).prop_map(|(book, genre, swapped)| Op::Link(book, genre, swapped)),
        2 => (at(), at(), any::<bool>()).prop_map(|(book, genre, swapped)| Op::Unlink(book, genre, swapped)),
        1 => (at(), proptest::collection::vec(at(), 0..3)).prop_map(|(book, genres)| Op::SetGenres(book, genres)),
        2 => (at(), at()).prop_map(|(parent, node)| Op::AppendNode(parent, node)),
        1 => (at(), at()).prop_map(|(parent, node)| Op::RemoveNode(parent, node)),
        2 => (at(), proptest::option::of(at())).prop_map(|(node, parent)| Op::SetParent(node, parent)),
        1 => at().prop_map(Op::Books),
        1 => at().prop_map(Op::Genres),
        1 => at().prop_map(Op::BooksOf),
        1 => at().prop_map(Op::Children),
        2 => Just(Op::Flush),
        2 => Just(Op::Commit),
        1 => Just(Op::Rollback),
        1 => at().prop_map(Op::Get),
        1 => Just(Op::All),
        1 => at().prop_map(Op::Expire),
        1 => Just(Op::ExpireAll),
        1 => at().prop_map(Op::Refresh),
        1 => at().prop_map(Op::Take),
    ]
}

pub(super) fn operations() -> impl Strategy<Value = Vec<Op>> {
    let savepoint = |inner: BoxedStrategy<Op>| {
        (proptest::collection::vec(inner, 0..6), any::<bool>()).prop_map(|(ops, ok)| Op::Savepoint(ops, ok))
    };
    let inner = prop_oneof![8 => simple(), 1 => savepoint(simple().boxed())].boxed();
    proptest::collection::vec(prop_oneof![12 => simple(), 1 => savepoint(inner)], 1..40)
}
