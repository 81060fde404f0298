//! What the next flush would write, and what the last one wrote: read off what the session keeps for its flushes and its
//! rollbacks, so that it costs those who ask.

use std::collections::{HashMap, HashSet};

use crate::model::{AnyStore, Model, Pointing, RowId, State, Values, values};
use crate::session::Session;
use crate::session::change::{Change, ColumnChange, Operation, RowChange};
use crate::session::orphans::Orphans;
use crate::session::stores::Stores;
use crate::value::Value;

impl Session {
    /// What the next flush would do to rows of a model: those that are new, those that were changed, those that go. (SQLAlchemy:
    /// `session.new`, `session.dirty`, `session.deleted`, and the `history` of attributes.)
    ///
    /// It reads nothing and compares the rows with what the database has. What the flush itself adds is not there yet: generated
    /// keys, `on_write` columns, what only the database writes, what the model's
    /// [events](crate::sessions#events-and-validation) change, and rows that follow an orphan; [`Session::flushed`] has it all.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::Operation;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let users = session.add_all(["ann", "bob"].map(User::new));
    /// session.commit()?;
    /// assert!(session.changes::<User>().is_empty());
    ///
    /// session.add(User::new("cy"));
    /// session[users[0]].name.push('a');
    /// session.delete(users[1])?;
    /// let operations: Vec<_> = session.changes::<User>().iter().map(|change| change.operation()).collect();
    /// assert_eq!(operations, [Operation::Insert, Operation::Update, Operation::Delete]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn changes<M: Model>(&self) -> Vec<Change<M>> {
        let number = self.stores.number::<M>();
        let pending = number.map(|number| pending(&self.stores, &self.orphans, number));
        pending.into_iter().flatten().map(Change::new).collect()
    }

    /// What the last flush of this transaction did to rows of a model, in the order in which it wrote them: with generated
    /// keys, and with the values that the database had before. That may be the flush before a query, and one that had nothing
    /// to write did nothing: a function that runs [after each flush](Session::after_flush) misses none.
    ///
    /// Rows that the database deletes or changes by itself (`on_delete`, `on_update`) are among them as far as the session has
    /// them and knows what became of them. So are rows of a link's model that go with their links; else links of a `secondary`
    /// are no rows, and a new one is told by none. A commit and a rollback leave nothing.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add_all(["ann", "bob"].map(User::new));
    /// session.flush()?;
    /// let flushed = session.flushed::<User>();
    /// let keys: Vec<i64> = flushed.iter().filter_map(|change| change.after(User::ID)).collect();
    /// session.commit()?;
    /// assert_eq!(keys, [1, 2]); // of what a search index is to take up, say
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn flushed<M: Model>(&self) -> Vec<Change<M>> {
        let number = self.stores.number::<M>();
        let written = number.map(|number| self.written(number));
        written.into_iter().flatten().map(Change::new).collect()
    }

    /// What the last flush did to rows of a store.
    fn written(&self, number: u32) -> Vec<RowChange> {
        let mut places: HashMap<RowId, usize> = HashMap::new();
        let mut all: Vec<Fate<'_>> = Vec::new();
        for done in self.undo.done(&self.stores, self.flushed.clone()).filter(|done| done.id.store == number) {
            match places.get(&done.id) {
                Some(place) => all[*place].is_removed |= done.is_removed,
                None => {
                    places.insert(done.id, all.len());
                    all.push(done);
                }
            }
        }
        all.iter().filter_map(|done| written(&self.stores, done)).collect()
    }
}

/// What flushes did to a row: the first of it, and whether it is removed in the end.
pub(super) struct Fate<'u> {
    pub(super) id: RowId,
    pub(super) is_inserted: bool,
    pub(super) is_removed: bool,
    /// What it was before, where it was changed.
    pub(super) was: Option<Values<'u>>,
}

/// What became of a row; `None` if it is as it was before.
fn written(stores: &Stores, done: &Fate<'_>) -> Option<RowChange> {
    let id = done.id;
    stores.state(id)?;
    let store = stores.get(id);
    // What was changed since is not written yet.
    let now = match store.tracks().snapshot(id.slot) {
        Some(values) => values.to_owned(),
        None => values(store.table(), store.record(id.slot)?),
    };
    let (was, now) = (done.was.unwrap_or_else(|| now.values()), now.values());
    let (operation, columns) = match (done.is_inserted, done.is_removed) {
        (true, true) => return None,
        (true, false) => (Operation::Insert, all_columns(store, None, Some(now))),
        (false, true) => (Operation::Delete, all_columns(store, Some(was), None)),
        (false, false) => {
            let changed: HashSet<usize> = was.differing(now).collect();
            let mut columns = all_columns(store, Some(was), Some(now));
            columns.retain(|column| changed.contains(&column.index) && Some(column.index) != store.table().version());
            (Operation::Update, columns)
        }
    };
    (!columns.is_empty()).then_some(RowChange { id, operation, columns })
}

/// What the next flush would do to rows of a store.
fn pending(stores: &Stores, orphans: &Orphans, number: u32) -> Vec<RowChange> {
    let store = stores.all[number as usize].as_ref();
    let id = |slot: u32| store.id(stores.session, number, slot);
    let (tracks, pointing) = (store.tracks(), Pointing::new(stores));
    let stays = |slot: &u32| !orphans.contains(id(*slot), stores);
    let mut all = Vec::new();
    for slot in tracks.new_rows().filter(stays) {
        let columns = (0..store.table().columns.len()).filter_map(|index| {
            let after = pointing.value((id(slot), index))?;
            Some(column(store, index, None, Some(after)))
        });
        all.push(RowChange { id: id(slot), operation: Operation::Insert, columns: columns.collect() });
    }
    for slot in tracks.touched.iter().copied().filter(stays) {
        let columns = changed(store, slot).into_iter().map(|index| {
            let after = pointing.value((id(slot), index));
            column(store, index, Some(store.written(slot, index)), after)
        });
        let columns: Vec<_> = columns.filter(|column| column.before != column.after).collect();
        if !columns.is_empty() {
            all.push(RowChange { id: id(slot), operation: Operation::Update, columns });
        }
    }
    let deleted = tracks.deleted.iter().map(|slot| id(*slot));
    let deleted = deleted.filter(|id| stores.state(*id) == Some(State::Deleted));
    let orphaned = orphans.in_order(stores).into_iter();
    let orphaned = orphaned.filter(|id| id.store == number && stores.state(*id) == Some(State::Persistent));
    for id in deleted.chain(orphaned) {
        let Some(row) = store.record(id.slot) else { continue };
        let was = tracks.snapshot(id.slot).map_or_else(|| values(store.table(), row), Values::to_owned);
        let columns = all_columns(store, Some(was.values()), None);
        all.push(RowChange { id, operation: Operation::Delete, columns });
    }
    all
}

/// The columns of a row that was lent that differ from what the database has, or wait for another row.
fn changed(store: &dyn AnyStore, slot: u32) -> Vec<usize> {
    if !store.differs(slot) {
        return Vec::new();
    }
    let (tracks, table) = (store.tracks(), store.table());
    let (Some(was), Some(row)) = (tracks.snapshot(slot), store.record(slot)) else { return Vec::new() };
    let waits = tracks.slot(slot).unwritten.iter().flat_map(|unwritten| &unwritten.waits);
    let mut columns: Vec<usize> = was.differences(row, table).chain(waits.map(|wait| wait.column)).collect();
    columns.retain(|index| Some(*index) != table.version());
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn all_columns(store: &dyn AnyStore, before: Option<Values<'_>>, after: Option<Values<'_>>) -> Vec<ColumnChange> {
    let owned = |values: Option<Values<'_>>| -> Vec<Option<Value<'static>>> {
        values.iter().flat_map(|values| values.iter()).map(|value| Some(value.into_owned())).collect()
    };
    let (mut before, mut after) = (owned(before), owned(after));
    let count = store.table().columns.len();
    before.resize(count, None);
    after.resize(count, None);
    let both = before.into_iter().zip(after).enumerate();
    both.map(|(index, (before, after))| column(store, index, before, after)).collect()
}

fn column(
    store: &dyn AnyStore,
    index: usize,
    before: Option<Value<'static>>,
    after: Option<Value<'static>>,
) -> ColumnChange {
    let described = &store.table().columns[index];
    ColumnChange { index, name: described.name, is_secret: described.secret, before, after }
}
