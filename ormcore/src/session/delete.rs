use std::collections::{BTreeMap, HashSet};

use crate::error::Result;
use crate::model::{Dependents, Handle, Record, RowId, State, Wait, Writable, value};
use crate::session::flush::links::Unlink;
use crate::session::pointing::{optional, unwritten};
use crate::session::stores::Stores;
use crate::session::{Session, open, undo};

mod newcomers;

use newcomers::Newcomers;

impl Session {
    /// Deletes a row at the next flush, and what its relationships have follow it (`cascade`); a row that was not flushed
    /// yet just leaves.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// session.delete(ann)?;
    /// session.commit()?;
    /// assert_eq!(User::query().count(&db)?, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// What follows it is found at once, in the session and in the database; nothing is written before the flush.
    ///
    /// # Errors
    /// If the handle names no row of this session, or a row that has expired, or what follows it, cannot be read.
    pub fn delete<M: Writable>(&mut self, handle: Handle<M>) -> Result<()> {
        self.delete_all([handle])
    }

    /// Deletes rows at the next flush, as [`Session::delete`] each: the children that follow are read for all of them together.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let users = session.add_all(["ann", "bob"].map(User::new));
    /// session.commit()?;
    /// session.delete_all(users)?;
    /// session.commit()?;
    /// assert_eq!(User::query().count(&db)?, 0);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::delete`]: none of them is to be deleted then.
    pub fn delete_all<M: Writable>(&mut self, handles: impl IntoIterator<Item = Handle<M>>) -> Result<()> {
        let handles: Vec<Handle<M>> = handles.into_iter().collect();
        handles.iter().try_for_each(|handle| self.stores.check(*handle))?;
        for handle in &handles {
            match self.reload(*handle) {
                // The flush tells whether that is an error.
                Err(error) if error.is_not_found() => {}
                reloaded => reloaded?,
            }
        }
        let marked = self.mark(handles.iter().map(|handle| handle.id()).collect())?;
        marked.let_go(&mut self.stores);
        Ok(())
    }

    /// Marks rows that were taken out of what they cannot be without.
    pub(super) fn delete_orphans(&mut self) -> Result<Marked> {
        self.mark(self.orphans.in_order(&self.stores))
    }

    /// What follows the rows is found before anything is marked: if that fails, nothing is to be deleted.
    fn mark(&mut self, left: Vec<RowId>) -> Result<Marked> {
        let (unlinks, released) = (self.unlinks.len(), self.released.len());
        let mut marked = Marked { new: HashSet::new(), written: Vec::new(), unlinks, released };
        if left.is_empty() {
            return Ok(marked);
        }
        self.stores.take_up_changes();
        let found = self.followers(left);
        self.stores.going.clear();
        if found.is_err() {
            // Rows were taken for what the database has while they were asked what follows them.
            self.stores.forget_changes();
        }
        found?.into_iter().for_each(|follow| self.follow(follow, &mut marked));
        Ok(marked)
    }

    fn followers(&mut self, mut left: Vec<RowId>) -> Result<Vec<Follow>> {
        let mut all = Vec::new();
        loop {
            while !left.is_empty() {
                for ((_, is_new), ids) in self.going(std::mem::take(&mut left)) {
                    let state = if is_new { State::Pending } else { State::Persistent };
                    for (id, dependents) in self.dependents(&ids, state)? {
                        dependents.into_iter().for_each(|dependents| take_up(id, dependents, &mut left, &mut all));
                        all.push(Follow::Deleted(id, state));
                    }
                }
            }
            let going = std::mem::take(&mut self.stores.going);
            let newcomers = Newcomers::of(&going, &mut self.stores);
            self.stores.going = going;
            left = newcomers.deleted;
            if left.is_empty() {
                all.extend(newcomers.released.into_iter().map(Follow::Released));
                return Ok(all);
            }
        }
    }

    /// Those of the rows that go from here on, each once: by their stores, and whether they are to be inserted.
    fn going(&mut self, rows: Vec<RowId>) -> BTreeMap<(u32, bool), Vec<RowId>> {
        let mut going = BTreeMap::<_, Vec<RowId>>::new();
        for id in rows {
            if self.stores.is_live(id) && self.stores.going.insert(id) {
                let is_new = self.stores.state(id) == Some(State::Pending);
                going.entry((id.store, is_new)).or_default().push(id);
            }
        }
        going
    }

    /// What follows rows of one store that are all in this state.
    fn dependents(&mut self, ids: &[RowId], state: State) -> Result<Vec<(RowId, Vec<Dependents>)>> {
        ids.iter().for_each(|id| self.settle_waits(*id));
        let Some(first) = ids.first() else { return Ok(Vec::new()) };
        let find = self.stores.get(*first).dependents();
        if state == State::Pending {
            return find(&mut self.stores, ids, None);
        }
        self.check_usable()?;
        let Session { database, options, tx, stores, .. } = &mut *self;
        find(stores, ids, Some(open(database, options, tx)?))
    }

    fn follow(&mut self, follow: Follow, marked: &mut Marked) {
        match follow {
            Follow::Deleted(id, State::Pending) => drop(marked.new.insert(id)),
            Follow::Deleted(id, _) => {
                marked.written.push(id);
                let tracks = self.stores.get_mut(id).tracks_mut();
                tracks.slot_mut(id.slot).state = State::Deleted;
                tracks.deleted.push(id.slot);
            }
            Follow::Released(released) => {
                released.rows.iter().for_each(|row| release(&mut self.stores, *row, &released.columns));
                self.released.push(released);
            }
            Follow::Unlinked(unlink) => self.unlinks.push(unlink),
        }
    }

    /// Takes back that rows are to be deleted, and what followed from it.
    pub(super) fn take_back_marked(&mut self, marked: Marked) {
        self.stores.forget_changes();
        for id in marked.written {
            self.stores.get_mut(id).tracks_mut().slot_mut(id.slot).state = State::Persistent;
        }
        self.stores.all.iter_mut().for_each(|store| store.tracks_mut().tidy());
        self.unlinks.truncate(marked.unlinks);
        for released in self.released.split_off(marked.released) {
            for row in released.rows.iter().copied().filter(|row| self.stores.is_live(*row)).collect::<Vec<_>>() {
                self.wait_for(row, &released);
            }
        }
    }

    /// Has a row point again to the one that it was left without.
    fn wait_for(&mut self, row: RowId, released: &Released) {
        let store = self.stores.get_mut(row);
        let optional = optional(store.table(), released.columns.iter().copied());
        let waits = &mut unwritten(store, row.slot).waits;
        waits.retain(|wait| !optional.contains(&wait.column));
        let columns = released.columns.iter().zip(&released.referenced);
        let columns = columns.filter(|(column, _)| optional.contains(column));
        waits.extend(columns.map(|(column, referenced)| Wait {
            column: *column,
            row: released.parent,
            referenced: *referenced,
        }));
        self.settle_waits(row);
    }

    /// Leaves rows without those that are to be deleted, if they have been expired since they were left so: they point to
    /// them again.
    pub(super) fn release_again(&mut self) {
        for released in &self.released {
            released.again(&mut self.stores);
        }
    }
}

/// What is to be deleted by now.
pub(super) struct Marked {
    /// Rows that were never written: they are here until they are let go.
    pub(super) new: HashSet<RowId>,
    written: Vec<RowId>,
    /// How much of these there was before.
    unlinks: usize,
    released: usize,
}

impl Marked {
    /// Lets rows leave that were never written.
    pub(super) fn let_go(self, stores: &mut Stores) {
        self.new.into_iter().for_each(|id| undo::leave(stores, id));
    }
}

/// Rows that were left without one that is to be deleted.
pub(super) struct Released {
    parent: RowId,
    rows: Vec<RowId>,
    /// The columns of the foreign key, of which those that may be NULL are, and those of the parent that they were equal to.
    columns: Vec<usize>,
    referenced: Vec<usize>,
}

impl Released {
    /// Whether a row was led to one that comes under the parent's key, since it was left without that one.
    fn is_led_elsewhere(&self, row: RowId, stores: &Stores) -> bool {
        let tracks = stores.get(row).tracks();
        let slot = tracks.slot(row.slot);
        let unwritten = slot.unwritten.as_ref();
        let waits = unwritten.is_some_and(|all| all.waits.iter().any(|wait| self.columns.contains(&wait.column)));
        let is_changed = tracks.snapshot(row.slot).is_some() && !slot.released;
        (waits || is_changed) && stores.leads_to_new(row, &self.columns, self.parent.store, &self.referenced)
    }

    fn again(&self, stores: &mut Stores) {
        if stores.state(self.parent) != Some(State::Deleted) {
            return;
        }
        let parent = stores.get(self.parent);
        let key: Vec<_> = self.referenced.iter().map(|column| parent.written(self.parent.slot, *column)).collect();
        for row in self.rows.iter().copied() {
            let child = stores.state(row).and_then(|_| stores.get(row).record(row.slot));
            let points = |child: &dyn Record| {
                self.columns.iter().zip(&key).all(|(column, part)| value(child, *column).is_same_key(part))
            };
            if child.is_some_and(points) && !self.is_led_elsewhere(row, stores) {
                release(stores, row, &self.columns);
            }
        }
    }
}

/// What a row that is to be deleted has happen.
enum Follow {
    /// The row itself, which was in this state.
    Deleted(RowId, State),
    Released(Released),
    /// Its links.
    Unlinked(Unlink),
}

/// Sorts what hangs on a row: what goes with it and is asked next, and what else has to be done.
fn take_up(parent: RowId, dependents: Dependents, left: &mut Vec<RowId>, all: &mut Vec<Follow>) {
    match dependents {
        Dependents::Deleted(rows) => left.extend(rows),
        Dependents::Released { rows, columns, referenced } => {
            all.push(Follow::Released(Released { parent, rows, columns, referenced }));
        }
        Dependents::Links(links) => {
            let unlink = links.downcast().ok().map(|links| Unlink { row: parent, links: *links });
            all.extend(unlink.map(Follow::Unlinked));
        }
    }
}

/// Leaves a row without the one that it points to.
fn release(stores: &mut Stores, row: RowId, columns: &[usize]) {
    if !stores.is_live(row) {
        return;
    }
    let store = stores.get_mut(row);
    let was_touched = store.tracks().slot(row.slot).touched;
    store.lend(row.slot);
    // A row that is to be inserted is not among those that are lent.
    if !was_touched && store.tracks().slot(row.slot).touched {
        store.tracks_mut().release(row.slot);
    }
    // The columns that are to be NULL may be, or nothing would be released.
    let _ = stores.lead_nowhere(row, columns);
}
