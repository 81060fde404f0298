use std::str::FromStr;

use crate::place::Place;

/// A row of the tables of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "`title` says it")]
pub enum Operation {
    All1,
    All100,
    All10000,
    Wide1000,
    Get,
    Filter,
    Page,
    Aggregate,
    Stream,
    Insert,
    InsertOpen,
    Insert100,
    Insert10000,
    Insert100000,
    Upsert1000,
    Update,
    UpdateAnalyzed,
    Update1000,
    Update1000Analyzed,
    Flush1000,
    Flush1000Analyzed,
    Joined,
    Selectin,
    Lazy,
    Levels,
    Tags,
    Readers,
    ReadersAndWriter,
}

impl Operation {
    /// All of them, in the order of the tables.
    pub const ALL: [Operation; 28] = [
        Operation::All1,
        Operation::All100,
        Operation::All10000,
        Operation::Wide1000,
        Operation::Get,
        Operation::Filter,
        Operation::Page,
        Operation::Aggregate,
        Operation::Stream,
        Operation::Insert,
        Operation::InsertOpen,
        Operation::Insert100,
        Operation::Insert10000,
        Operation::Insert100000,
        Operation::Upsert1000,
        Operation::Update,
        Operation::UpdateAnalyzed,
        Operation::Update1000,
        Operation::Update1000Analyzed,
        Operation::Flush1000,
        Operation::Flush1000Analyzed,
        Operation::Joined,
        Operation::Selectin,
        Operation::Lazy,
        Operation::Levels,
        Operation::Tags,
        Operation::Readers,
        Operation::ReadersAndWriter,
    ];

    /// What it does, in words.
    pub fn title(self) -> &'static str {
        match self {
            Operation::All1 => "select all: 1 row",
            Operation::All100 => "select all: 100 rows",
            Operation::All10000 => "select all: 10 000 rows",
            Operation::Wide1000 => "select all: 1000 rows of 20 columns",
            Operation::Get => "get by key",
            Operation::Filter => "like, order, limit 100 of 10 000",
            Operation::Page => "a page of 20 and the count of 10 000",
            Operation::Aggregate => "group 100 000 rows",
            Operation::Stream => "stream 1 000 000 rows",
            Operation::Insert => "insert 1",
            Operation::InsertOpen => "insert 1 in an open transaction",
            Operation::Insert100 => "insert 100, with keys",
            Operation::Insert10000 => "insert 10 000, with keys",
            Operation::Insert100000 => "insert 100 000, with keys",
            Operation::Upsert1000 => "upsert 1000, half of them there",
            Operation::Update => "update 1",
            Operation::UpdateAnalyzed => "update 1, after ANALYZE",
            Operation::Update1000 => "update 1000 one by one in a transaction",
            Operation::Update1000Analyzed => "update 1000 one by one, after ANALYZE",
            Operation::Flush1000 => "flush 1000 changed rows",
            Operation::Flush1000Analyzed => "flush 1000 changed rows, after ANALYZE",
            Operation::Joined => "100 users, 10 posts each: joined",
            Operation::Selectin => "100 users, 10 posts each: selectin",
            Operation::Lazy => "100 users, 10 posts each: lazily",
            Operation::Levels => "100 users, 10 posts each, 3 comments each",
            Operation::Tags => "100 pages, 5 tags each, by a link table",
            Operation::Readers => "4 threads get by key",
            Operation::ReadersAndWriter => "4 threads get by key while one updates",
        }
    }

    /// The name by which the command line knows it.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// Whether it can be done there: an in-memory database has one connection, and on a server everything is analyzed.
    pub fn is_for(self, place: &Place) -> bool {
        match place {
            Place::Memory => !self.is_parallel(),
            Place::File(_) => true,
            Place::Server(_) => !self.is_analyzed(),
        }
    }

    /// Whether it has threads of its own.
    pub fn is_parallel(self) -> bool {
        matches!(self, Operation::Readers | Operation::ReadersAndWriter)
    }

    /// Whether `ANALYZE` has run before it.
    pub fn is_analyzed(self) -> bool {
        matches!(self, Operation::UpdateAnalyzed | Operation::Update1000Analyzed | Operation::Flush1000Analyzed)
    }

    /// Whether it adds rows, which are then taken away again.
    pub fn inserts(self) -> bool {
        use Operation::{Insert, Insert100, Insert10000, Insert100000, InsertOpen};
        matches!(self, Insert | InsertOpen | Insert100 | Insert10000 | Insert100000)
    }

    /// Whether it leaves other rows in the table of users.
    pub fn updates(self) -> bool {
        use Operation::{Flush1000, Flush1000Analyzed, Update, Update1000, Update1000Analyzed, UpdateAnalyzed};
        matches!(self, Update | UpdateAnalyzed | Update1000 | Update1000Analyzed | Flush1000 | Flush1000Analyzed)
    }

    /// How many users are in the table before it.
    pub fn users(self) -> i64 {
        match self {
            Operation::All1 => 1,
            Operation::Stream => 1_000_000,
            Operation::Aggregate => 100_000,
            Operation::Wide1000 | Operation::Tags | Operation::Upsert1000 => 0,
            operation if operation.inserts() => 0,
            operation if operation.is_related() || operation == Operation::All100 => 100,
            _ => 10_000,
        }
    }

    /// Whether it wants posts and comments.
    pub(crate) fn is_related(self) -> bool {
        matches!(self, Operation::Joined | Operation::Selectin | Operation::Lazy | Operation::Levels)
    }

    /// How often a sample does it: a millisecond or two of hand-written code, where one alone is not longer.
    pub fn repeats(self, place: &Place) -> i64 {
        use Operation::{All1, Get, Insert, InsertOpen, Update, UpdateAnalyzed};
        match (self, place) {
            (Insert | Update | UpdateAnalyzed, Place::File(_)) => 10,
            (All1 | Get | Insert | InsertOpen | Update | UpdateAnalyzed, Place::Server(_)) => 50,
            (All1 | Get | Insert | InsertOpen | Update | UpdateAnalyzed, _) => 500,
            (Operation::All100 | Operation::Insert100, Place::Server(_)) => 5,
            (Operation::All100, _) => 25,
            (Operation::Insert100, _) => 10,
            (Operation::Page, Place::Server(_)) => 10,
            (Operation::Page, _) => 50,
            (Operation::Tags | Operation::Joined | Operation::Selectin | Operation::Lazy, _) => 2,
            // Of each thread: on SQLite for as long as every thread has had several turns on a processor.
            (Operation::Readers | Operation::ReadersAndWriter, Place::Server(_)) => 1000,
            (Operation::Readers | Operation::ReadersAndWriter, _) => 5000,
            _ => 1,
        }
    }
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Operation::ALL.into_iter().find(|operation| operation.name() == name);
        found.ok_or_else(|| {
            format!("`{name}` is no operation; there are {}", Operation::ALL.map(Operation::name).join(", "))
        })
    }
}
