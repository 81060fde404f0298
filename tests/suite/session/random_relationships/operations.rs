//! The operations, as they are made up.

use proptest::prelude::*;

use super::world::{Sort, Way};

/// How a row is made to lead to another one.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    Append,
    Remove,
    /// From the side of the key, by `set`.
    One,
    /// From the other side, by `set`, with one more that is there.
    Many(usize),
    /// The key itself.
    Value,
}

/// One operation; numbers choose among the rows that there are.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// A new row, which leads to these, by handle or by value.
    Add(Sort, Option<usize>, Option<usize>, bool),
    Text(Sort, usize, u8),
    Place(usize, i64),
    Point(Way, How, usize, Option<usize>),
    /// A task's tag: appended or removed, from one side or the other.
    Label(usize, usize, bool, bool),
    Tags(usize, Vec<usize>),
    /// Whom a person follows, the same way.
    Follow(usize, usize, bool, bool),
    Follows(usize, Vec<usize>, bool),
    /// Of a person who has loans: tried, in a savepoint or not.
    Delete(Sort, usize, bool),
    /// A person and the loans and credits, in this order or the other.
    DeleteAll(usize, bool),
    Related(Way, usize),
    Labels(usize),
    /// A query that loads everything, by this strategy.
    Load(usize),
    Flush(bool),
    /// All is compared, by this strategy.
    Commit(usize),
    Rollback,
    /// A session of its own goes on.
    Reopen,
    Expire(Sort, usize),
    ExpireAll,
    Refresh(usize),
    /// A task is given to another one, and expires before that is flushed, in one of several ways.
    Lost(usize, Option<usize>, u8),
    /// A row is deleted, and all expire before that is flushed.
    Gone(Sort, usize),
    /// A task in hand, with another owner.
    Merge(usize, Option<usize>),
    /// A person in hand, with tasks and a desk.
    MergeAll(usize),
    /// Somebody else changes a task, and so does the session.
    Stale(usize),
    /// Somebody else gives a task to another one, and the session reads it again, or all.
    Outside(usize, Option<usize>, bool),
    Savepoint(Vec<Op>, bool),
}

const SORTS: [Sort; 9] =
    [Sort::Person, Sort::Task, Sort::Desk, Sort::Note, Sort::Loan, Sort::Credit, Sort::Tag, Sort::Badge, Sort::Pin];

fn changes() -> impl Strategy<Value = Op> {
    let at = || 0..64_usize;
    let maybe = || proptest::option::weighted(0.75, 0..64_usize);
    let sort = || proptest::sample::select(&SORTS[..]);
    let way = || proptest::sample::select(&Way::ALL[..]);
    let how = prop_oneof![
        2 => Just(How::Append),
        2 => Just(How::Remove),
        2 => Just(How::One),
        1 => at().prop_map(How::Many),
        2 => Just(How::Value),
    ];
    prop_oneof![
        5 => Just(Op::Add(Sort::Person, None, None, false)),
        12 => (sort(), maybe(), maybe(), any::<bool>()).prop_map(|(sort, one, two, by)| Op::Add(sort, one, two, by)),
        3 => (sort(), at(), 0..3_u8).prop_map(|(sort, row, text)| Op::Text(sort, row, text)),
        1 => (at(), 0..3_i64).prop_map(|(task, place)| Op::Place(task, place)),
        12 => (way(), how, at(), maybe()).prop_map(|(way, how, child, parent)| Op::Point(way, how, child, parent)),
        4 => (at(), at(), any::<bool>(), any::<bool>())
            .prop_map(|(task, tag, added, swapped)| Op::Label(task, tag, added, swapped)),
        1 => (at(), proptest::collection::vec(at(), 0..3)).prop_map(|(task, tags)| Op::Tags(task, tags)),
        3 => (at(), at(), any::<bool>(), any::<bool>())
            .prop_map(|(one, two, added, swapped)| Op::Follow(one, two, added, swapped)),
        1 => (at(), proptest::collection::vec(at(), 0..3), any::<bool>())
            .prop_map(|(one, others, swapped)| Op::Follows(one, others, swapped)),
        4 => (sort(), at(), any::<bool>()).prop_map(|(sort, row, inside)| Op::Delete(sort, row, inside)),
        1 => (at(), any::<bool>()).prop_map(|(person, first)| Op::DeleteAll(person, first)),
        1 => (at(), maybe()).prop_map(|(task, owner)| Op::Merge(task, owner)),
    ]
}

fn simple() -> impl Strategy<Value = Op> {
    let at = || 0..64_usize;
    let sort = proptest::sample::select(&SORTS[..]);
    let gone = sort.clone();
    let reads = prop_oneof![
        4 => (proptest::sample::select(&Way::ALL[..]), at()).prop_map(|(way, row)| Op::Related(way, row)),
        1 => at().prop_map(Op::Labels),
        2 => at().prop_map(Op::Load),
        3 => any::<bool>().prop_map(Op::Flush),
        2 => at().prop_map(Op::Commit),
        1 => Just(Op::Rollback),
        1 => Just(Op::Reopen),
        1 => (sort, at()).prop_map(|(sort, row)| Op::Expire(sort, row)),
        1 => Just(Op::ExpireAll),
        1 => (at(), proptest::option::weighted(0.75, at()), 0..12_u8)
            .prop_map(|(task, owner, how)| Op::Lost(task, owner, how)),
        1 => (gone, at()).prop_map(|(sort, row)| Op::Gone(sort, row)),
        1 => at().prop_map(Op::Refresh),
    ];
    let others = prop_oneof![
        at().prop_map(Op::MergeAll),
        at().prop_map(Op::Stale),
        (at(), proptest::option::of(at()), any::<bool>()).prop_map(|(task, owner, all)| Op::Outside(task, owner, all)),
    ];
    prop_oneof![25 => changes(), 9 => reads, 1 => others]
}

pub(super) fn operations() -> impl Strategy<Value = Vec<Op>> {
    let savepoint = |inner: BoxedStrategy<Op>| {
        (proptest::collection::vec(inner, 0..6), any::<bool>()).prop_map(|(ops, ok)| Op::Savepoint(ops, ok))
    };
    let inner = prop_oneof![8 => simple(), 1 => savepoint(simple().boxed())].boxed();
    proptest::collection::vec(prop_oneof![12 => simple(), 1 => savepoint(inner)], 1..40)
}
