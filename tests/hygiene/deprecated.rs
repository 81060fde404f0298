//! What is deprecated: its definition gives no warning.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Status {
    #[deprecated]
    Draft,
    Open,
    #[deprecated(note = "is closed at once")]
    Closing,
}

#[deprecated]
#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(auto)]
struct OldId(i64);

#[deprecated]
#[derive(Columns, Debug, Clone, PartialEq)]
struct OldTimes {
    #[column(default = 7)]
    since: i64,
}

#[deprecated]
#[allow(deprecated, reason = "its columns have deprecated types")]
#[derive(Model, Debug, Clone, PartialEq)]
struct OldTicket {
    #[column(primary_key, auto)]
    id: OldId,
    status: Status,
    #[column(foreign_key = OldTicket::ID)]
    before: Option<OldId>,
    #[column(flatten, default)]
    times: OldTimes,
    #[relationship(lazy = "selectin", backref = "after")]
    earlier: BelongsTo<OldTicket>,
}

/// It has a field that is deprecated, and is not deprecated itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(title))]
struct Ticket {
    #[column(primary_key)]
    id: i64,
    #[deprecated]
    title: String,
    #[deprecated]
    #[column(on_write = 2 + 3)]
    count: i32,
    #[relationship]
    #[deprecated]
    notes: HasMany<Note>,
}

/// It has a column of a type that is deprecated, and allows that.
#[derive(Model, Debug, Clone, PartialEq)]
#[allow(deprecated)]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Ticket::ID)]
    ticket: i64,
    old: Option<OldId>,
}

#[deprecated]
#[derive(Row, Debug, Clone, PartialEq)]
struct OldLine {
    title: String,
    #[deprecated]
    notes: i64,
}

#[allow(deprecated)]
fn what_is_deprecated_works(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(OldTicket, Ticket, Note)>()?;
    let first = OldTicket::new(Status::Draft).insert(db)?;
    let second = OldTicket::new(Status::Closing).set(OldTicket::BEFORE, first.id).insert(db)?;
    assert_eq!(first.after(db)?, [second]);
    assert_eq!((first.times.since, Status::Open == Status::Draft), (7, false));
    let ticket = Ticket::new("one").insert(db)?;
    let note = Note::new(&ticket).set(Note::OLD, first.id).insert(db)?;
    assert_eq!((ticket.count, ticket.notes(db)?), (5, &[note][..]));
    let lines = db.query_as::<OldLine>("SELECT title, 1 AS notes FROM ticket", ())?;
    assert_eq!(lines, [OldLine { title: "one".into(), notes: 1 }]);
    Ok(())
}

on_every_backend!(what_is_deprecated_works);
