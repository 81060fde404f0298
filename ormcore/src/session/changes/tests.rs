use ormcore::prelude::*;

use crate::session::Session;

#[derive(Model)]
struct Batch {
    #[column(primary_key)]
    id: i64,
    #[column(default = 0)]
    done: i64,
}

#[derive(Model)]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Batch::ID, on_delete = "cascade")]
    batch_id: i64,
    #[column(foreign_key = Batch::ID, on_delete = "cascade")]
    next_id: Option<i64>,
}

fn session() -> Session {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.create_tables::<(Batch, Item)>().unwrap();
    db.session().unwrap()
}

#[test]
fn a_flush_does_not_ask_where_rows_lead_if_none_was_taken_out() {
    let mut session = session();
    let batch = session.add(Batch::new());
    session.add(Item::new(batch));
    session.delete_orphans().unwrap();
    assert!(session.stores.changes.is_none());
}

/// How many entries there are of rows that wait, and of what they have in columns.
fn entries(session: &Session) -> [usize; 2] {
    let changes = session.stores.changes.as_ref().unwrap();
    let columns = changes.found.values().flat_map(|found| found.by_columns.values());
    let rows = columns.flat_map(|columns| &columns.rows);
    [changes.waiting.values().map(|rows| rows.len()).sum(), rows.map(|rows| rows.len()).sum()]
}

#[test]
fn rows_that_are_changed_again_and_again_are_kept_once() {
    let mut session = session();
    let olds = session.add_all((0..10).map(|_| Batch::new()));
    session.flush().unwrap();
    let [batch, next] = [10, 11].map(|id| session.add(Batch::new().set(Batch::ID, id + 100)));
    session.add_all((0..5).map(|_| Item::new(batch).set(Item::NEXT_ID, next)));
    let stay = [session[olds[8]].id, session[olds[9]].id];
    let moved = session.add(Item::new(stay[0]));
    let mut first = None;
    for (round, old) in olds[..8].iter().enumerate() {
        session[batch].done += 1;
        session[next].done += 1;
        session[moved].batch_id = stay[round % 2];
        session.delete(*old).unwrap();
        if round == 1 {
            first = Some(entries(&session));
        }
    }
    assert_eq!(Some(entries(&session)), first);
}
