//! The operations, as they are made up.

use proptest::prelude::*;

/// One operation; numbers choose among the rows that there are, and among codes and addresses.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Team(usize),
    /// A team goes and another one comes under its code: the old one is deleted first, or the new one is added first, with
    /// a member that names it by its code.
    Replace(usize, bool, usize),
    Name(usize, u8),
    /// By an upsert: a team that may be there.
    Upsert(usize, u8),
    /// Of a team, by handle or by its code, or of none.
    Member(usize, Option<usize>, bool),
    Score(usize, i64),
    /// Another address, if nobody has it.
    Email(usize, usize),
    /// A member goes and another one comes under its address.
    ReplaceMember(usize),
    /// A member's team: by handle, or by the column.
    Move(usize, Option<usize>, bool),
    Append(usize, usize),
    Remove(usize, usize),
    /// A team's badge, by handle or by its code.
    Badge(usize, i64, bool),
    Text(usize, u8),
    /// A badge goes and another one comes under its key.
    ReplaceBadge(usize),
    DeleteTeam(usize),
    DeleteMember(usize),
    DeleteBadge(usize),
    Members(usize),
    Badges(usize),
    GetTeam(usize),
    GetBadge(usize),
    Flush,
    Commit,
    Rollback,
    ExpireAll,
    Refresh(usize),
    Savepoint(Vec<Op>, bool),
}

fn simple() -> impl Strategy<Value = Op> {
    let at = || 0..64_usize;
    let maybe = || proptest::option::weighted(0.8, 0..64_usize);
    prop_oneof![
        3 => at().prop_map(Op::Team),
        2 => (at(), any::<bool>(), at()).prop_map(|(team, first, email)| Op::Replace(team, first, email)),
        2 => (at(), 0..3_u8).prop_map(|(team, name)| Op::Name(team, name)),
        1 => (at(), 0..3_u8).prop_map(|(code, name)| Op::Upsert(code, name)),
        4 => (at(), maybe(), any::<bool>()).prop_map(|(email, team, by_key)| Op::Member(email, team, by_key)),
        2 => (at(), 0..3_i64).prop_map(|(member, score)| Op::Score(member, score)),
        2 => (at(), at()).prop_map(|(member, email)| Op::Email(member, email)),
        1 => at().prop_map(Op::ReplaceMember),
        3 => (at(), maybe(), any::<bool>()).prop_map(|(member, team, by_key)| Op::Move(member, team, by_key)),
        2 => (at(), at()).prop_map(|(team, member)| Op::Append(team, member)),
        1 => (at(), at()).prop_map(|(team, member)| Op::Remove(team, member)),
        3 => (at(), 0..3_i64, any::<bool>()).prop_map(|(team, number, by_key)| Op::Badge(team, number, by_key)),
        1 => (at(), 0..3_u8).prop_map(|(badge, text)| Op::Text(badge, text)),
        1 => at().prop_map(Op::ReplaceBadge),
        1 => at().prop_map(Op::DeleteTeam),
        1 => at().prop_map(Op::DeleteMember),
        1 => at().prop_map(Op::DeleteBadge),
        1 => at().prop_map(Op::Members),
        1 => at().prop_map(Op::Badges),
        1 => at().prop_map(Op::GetTeam),
        1 => at().prop_map(Op::GetBadge),
        3 => Just(Op::Flush),
        2 => Just(Op::Commit),
        1 => Just(Op::Rollback),
        1 => Just(Op::ExpireAll),
        1 => at().prop_map(Op::Refresh),
    ]
}

pub(super) fn operations() -> impl Strategy<Value = Vec<Op>> {
    let savepoint = |inner: BoxedStrategy<Op>| {
        (proptest::collection::vec(inner, 0..6), any::<bool>()).prop_map(|(ops, ok)| Op::Savepoint(ops, ok))
    };
    let inner = prop_oneof![8 => simple(), 1 => savepoint(simple().boxed())].boxed();
    proptest::collection::vec(prop_oneof![12 => simple(), 1 => savepoint(inner)], 1..40)
}
