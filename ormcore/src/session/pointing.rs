//! Foreign keys of a session's rows: what they point to, and who knows.

use std::any::TypeId;
use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{
    AnyStore, Copied, Handle, Model, ParentKey, Pointing, RowId, State, Unwritten, Wait, row_by, value,
};
use crate::relation::{Link, Pairs};
use crate::schema::Table;
use crate::schema::statements::table_name;
use crate::session::Session;
use crate::session::collections::{Collection, Placed};
use crate::session::stores::Stores;
use crate::value::Value;

/// What has to be filled in when the row is written.
pub(super) fn unwritten(store: &mut dyn AnyStore, slot: u32) -> &mut Unwritten {
    store.tracks_mut().unwritten(slot)
}

/// What a foreign key with these values leads to.
fn leading(key: Vec<Value<'static>>) -> Option<ParentKey> {
    key.iter().all(|part| !part.is_null()).then_some(ParentKey::Values(key))
}

/// The columns of a foreign key that may be NULL: if one of them is, it leads to nothing.
pub(super) fn optional(table: &Table, columns: impl IntoIterator<Item = usize>) -> Vec<usize> {
    columns.into_iter().filter(|column| table.columns[*column].nullable).collect()
}

impl Stores {
    /// Has a foreign key of a row lead to nothing: its columns that may be NULL are. The others keep their values; those that
    /// waited for the row to which it led wait for what that one waits for.
    pub(super) fn lead_nowhere(&mut self, id: RowId, columns: &[usize]) -> Result<()> {
        let optional = optional(self.get(id).table(), columns.iter().copied());
        for column in columns.iter().copied() {
            let (mut source, mut value) = ((id, column), Some(Value::Null));
            if !optional.contains(&column) {
                let pointing = Pointing::new(self);
                source = pointing.source(source);
                value = pointing.value(source);
                if source == (id, column) {
                    continue;
                }
            }
            if let Some(unwritten) = &mut self.get_mut(id).tracks_mut().slot_mut(id.slot).unwritten {
                unwritten.waits.retain(|wait| wait.column != column);
            }
            match value {
                Some(value) => self.assign(id, column, value)?,
                None => unwritten(self.get_mut(id), id.slot).waits.push(Wait {
                    column,
                    row: source.0,
                    referenced: source.1,
                }),
            }
        }
        Ok(())
    }

    /// Gives a column of a row a value.
    pub(super) fn assign(&mut self, id: RowId, column: usize, value: Value<'static>) -> Result<()> {
        let store = self.get_mut(id);
        let table = store.table();
        let Some(row) = store.record_mut(id.slot) else { return Ok(()) };
        let assigned = row.field_mut(column).assign(value);
        assigned.map_err(|error| Error::encode(table.name, table.columns[column].name, &error))
    }

    /// Notes that a column has the value of a row that is in the database: unless that is of its primary key, it may be
    /// edited yet.
    fn note_copied(&mut self, id: RowId, wait: Wait, value: Value<'static>) {
        if !self.get(wait.row).table().columns[wait.referenced].primary_key {
            let copied = &mut unwritten(self.get_mut(id), id.slot).copied;
            copied.retain(|other| other.wait.column != wait.column);
            copied.push(Copied { wait, value });
        }
    }

    /// Gives rows that are yet to be written the values that those which they were given have by now.
    pub(super) fn copy_again(&mut self) -> Result<()> {
        for number in 0..self.all.len() as u32 {
            let tracks = self.all[number as usize].tracks();
            let is_copied = |slot: &u32| {
                tracks.slot(*slot).unwritten.as_ref().is_some_and(|unwritten| !unwritten.copied.is_empty())
            };
            let slots: Vec<u32> = tracks.pending.iter().chain(&tracks.touched).copied().filter(is_copied).collect();
            for slot in slots {
                let id = self.all[number as usize].id(self.session, number, slot);
                let copied = std::mem::take(&mut unwritten(self.get_mut(id), slot).copied);
                let waits: Vec<Wait> = Pointing::new(self).copied(id, &copied).copied().collect();
                for wait in waits {
                    let Some(value) = Pointing::new(self).value((wait.row, wait.referenced)) else { continue };
                    self.assign(id, wait.column, value.clone())?;
                    self.note_copied(id, wait, value);
                }
            }
        }
        Ok(())
    }

    /// What a column gets that waits for another row, which is in the database by now.
    ///
    /// # Errors
    /// If it is not, or is to be deleted.
    pub(super) fn awaited(&self, table: &Table, wait: &Wait) -> Result<Value<'static>> {
        let is_there = self.state(wait.row) == Some(State::Persistent);
        let parent = if is_there { self.get(wait.row).record(wait.row.slot) } else { None };
        parent.map(|parent| value(parent, wait.referenced)).ok_or_else(|| {
            let is_own = wait.row.session == self.session;
            let problem = if is_own { "has left the session, or is deleted" } else { "is another session's" };
            let column = table.columns[wait.column].name;
            Error::usage(format!("`{}.{column}` is to point to a row that {problem}", table.name))
        })
    }

    /// Whether a foreign key of a row leads to a row of the store that is to be inserted, be it by value.
    pub(super) fn leads_to_new(&self, child: RowId, columns: &[usize], parents: u32, referenced: &[usize]) -> bool {
        let pointing = Pointing::new(self);
        let pairs = referenced.iter().copied().zip(columns.iter().copied());
        let key = match pointing.key_of_parent(child, parents, pairs) {
            Some(ParentKey::Row(row)) => return self.state(row) == Some(State::Pending),
            Some(ParentKey::Values(key)) => key,
            Some(ParentKey::Unknown) | None => return false,
        };
        self.pending_with(parents, referenced.iter().copied(), &key).is_some()
    }

    /// The row of a store that is to be inserted with these values in these columns.
    fn pending_with(
        &self,
        number: u32,
        columns: impl Iterator<Item = usize> + Clone,
        key: &[Value<'static>],
    ) -> Option<RowId> {
        let pointing = Pointing::new(self);
        self.pending(number).find(|row| pointing.has_key(*row, columns.clone(), key))
    }

    /// The rows of a store that are to be inserted.
    pub(super) fn pending(&self, number: u32) -> impl Iterator<Item = RowId> + '_ {
        let store = self.all[number as usize].as_ref();
        store.tracks().new_rows().map(move |slot| store.id(self.session, number, slot))
    }

    /// What the foreign key of a row points to, a row of the store; `None` if that is nothing. `link` is seen from the
    /// parent.
    pub(super) fn key_of_parent(&self, child: RowId, link: &Pairs, parents: u32) -> Option<ParentKey> {
        Pointing::new(self).key_of_parent(child, parents, link.near().zip(link.far()))
    }

    /// Whether the database has the foreign key of a row as it is. `link` is seen from the parent.
    pub(super) fn has_written(&self, child: RowId, link: &Pairs) -> bool {
        !self.get(child).is_new(child.slot, &link.far().collect::<Vec<_>>())
    }

    /// The row of the store that a foreign key points to, if the session has it: one that the database has (`is_written`) to
    /// what has these values there, whatever that was changed to since.
    pub(super) fn parent_by(&mut self, key: ParentKey, link: &Pairs, parents: u32, is_written: bool) -> Option<RowId> {
        let values = match key {
            ParentKey::Row(row) => return Some(row),
            ParentKey::Values(values) => values,
            ParentKey::Unknown => return None,
        };
        let found = row_by(self, parents, link.near(), &values, is_written)?;
        if self.is_live(found) {
            return Some(found);
        }
        // Another row may come under its key.
        self.pending_with(parents, link.near(), &values).or(Some(found))
    }

    /// The row that a row points to, if the session has it.
    pub(super) fn parent(&mut self, child: RowId, link: &Pairs, parents: u32) -> Option<RowId> {
        let key = self.key_of_parent(child, link, parents)?;
        self.parent_by(key, link, parents, self.has_written(child, link))
    }

    /// The row that the database has a row point to, if the session has it.
    pub(super) fn written_parent(&mut self, child: RowId, link: &Pairs, parents: u32) -> Option<RowId> {
        let store = self.get(child);
        let key = leading(link.far().map(|column| store.written(child.slot, column)).collect())?;
        self.parent_by(key, link, parents, true)
    }

    /// Tells those who know the rows of the parents that a row has moved.
    pub(super) fn move_child(&mut self, child: RowId, link: Pairs, from: Option<RowId>, to: Option<RowId>) {
        let is_meant = |known: &Collection| known.has_children(child.store, &link);
        from.into_iter().for_each(|from| self.collections.of(from, is_meant).for_each(|known| known.drop(child)));
        to.into_iter().for_each(|to| self.collections.of(to, is_meant).for_each(|known| known.push(child)));
    }

    /// Moves a row that was put where its foreign keys led before they were written to where they lead by now.
    pub(super) fn place_again(&mut self, child: RowId) {
        let all = self.collections.take_placed(child);
        if !self.is_live(child) {
            return;
        }
        for Placed { link, parents, at } in all {
            let to = self.parent(child, &link, parents);
            if to != at {
                self.move_child(child, link, at, to);
            }
            self.collections.place(child, Placed { link, parents, at: to });
        }
    }
}

impl Session {
    /// Whether a row points to this one, which may have yet to be inserted: then be it by value.
    pub(super) fn leads_to(&mut self, child: RowId, link: &Pairs, row: RowId) -> bool {
        let parent = self.stores.parent(child, link, row.store);
        if parent == Some(row) || parent.is_some_and(|parent| self.stores.is_live(parent)) {
            return parent == Some(row);
        }
        let Some(ParentKey::Values(key)) = self.stores.key_of_parent(child, link, row.store) else { return false };
        self.stores.state(row) == Some(State::Pending) && Pointing::new(&self.stores).has_key(row, link.near(), &key)
    }

    /// Sets a row's foreign key to the key of another, which may not have one yet, or takes the row out of what that leads
    /// to: it is an orphan then, or the key becomes NULL. `link` is seen from the parent.
    pub(super) fn point<P: Model, M: Model>(
        &mut self,
        row: Handle<M>,
        link: Pairs,
        to: Option<Handle<P>>,
    ) -> Result<()> {
        let (id, to, (parents, _)) = (row.id(), to.map(Handle::id), self.stores.of::<P>()?);
        if to.is_none()
            && deletes_orphans::<P, M>(&link)
            && let Some(key) = self.stores.key_of_parent(id, &link, parents)
        {
            let from = self.stores.parent(id, &link, parents);
            self.stores.move_child(id, link, from, None);
            self.orphans.push(id, link, parents, key);
            return Ok(());
        }
        let optional = optional(M::TABLE, link.far());
        if to.is_none() && optional.is_empty() {
            return Err(may_not_be_null::<M>(&link));
        }
        let is_given_back = to.is_some() && self.orphans.give_back(id, &link, parents);
        let from = self.stores.parent(id, &link, parents);
        let store = self.stores.get_mut(id);
        store.lend(id.slot);
        store.tracks_mut().claim(id.slot);
        match to {
            Some(to) => {
                for (referenced, column) in link.near().zip(link.far()) {
                    // In a circle a column that all its rows share would wait for itself.
                    let is_own = || Pointing::new(&self.stores).comes_from((to, referenced), (id, column));
                    if !optional.is_empty() && !optional.contains(&column) && is_own() {
                        continue;
                    }
                    let unwritten = unwritten(self.stores.get_mut(id), id.slot);
                    unwritten.waits.retain(|wait| wait.column != column);
                    unwritten.unset.remove(column);
                    unwritten.waits.push(Wait { column, row: to, referenced });
                    self.settle_waits(id);
                }
            }
            None => {
                let unset = &mut unwritten(self.stores.get_mut(id), id.slot).unset;
                optional.iter().for_each(|column| unset.remove(*column));
                self.stores.lead_nowhere(id, &link.far().collect::<Vec<_>>())?;
            }
        }
        if from != to || is_given_back || to.is_some_and(|to| self.stores.state(to) == Some(State::Pending)) {
            self.stores.move_child(id, link, from.filter(|from| Some(*from) != to), to);
            self.note_placed(id, link, parents, to);
        }
        Ok(())
    }

    /// Notes where a child was put whose foreign key is yet to be written.
    fn note_placed(&mut self, child: RowId, link: Pairs, parents: u32, at: Option<RowId>) {
        let collections = &mut self.stores.collections;
        let is_known = collections.links_to(child.store).any(|(of, known)| (of, known.near) == (parents, link));
        if is_known {
            collections.place(child, Placed { link, parents, at });
        }
    }

    /// Gives a row the values that it waits for, as far as they are known; those of rows that are yet to be inserted may
    /// change, and are waited for still.
    pub(super) fn settle_waits(&mut self, id: RowId) {
        let slot = self.stores.get_mut(id).tracks_mut().slot_mut(id.slot);
        let waits = slot.unwritten.as_mut().map(|unwritten| std::mem::take(&mut unwritten.waits));
        for wait in waits.unwrap_or_default() {
            let key = Pointing::new(&self.stores).value((wait.row, wait.referenced));
            let assigned = key.clone().map(|key| self.stores.assign(id, wait.column, key));
            let is_there = self.stores.state(wait.row) == Some(State::Persistent);
            match key.filter(|_| is_there && matches!(assigned, Some(Ok(())))) {
                Some(value) => self.stores.note_copied(id, wait, value),
                None => unwritten(self.stores.get_mut(id), id.slot).waits.push(wait),
            }
        }
    }

    /// Tells those who know the rows of parents what flushes have written since: a foreign key may have been set as a value,
    /// and a row of a link table is a link.
    pub(super) fn follow_keys(&mut self, since: usize) {
        if self.stores.collections.is_empty() {
            self.stores.collections.forget_placed();
            return;
        }
        (since..self.undo.len()).for_each(|place| self.follow_key(place));
        let written = self.undo.done(&self.stores, since..self.undo.len()).map(|done| done.id.store);
        for store in written.collect::<HashSet<u32>>() {
            self.stores.collections.forget_through(table_name(self.stores.all[store as usize].table()));
        }
        self.settle_placed();
    }

    /// Tells those who know the rows of parents where a row that was added points.
    pub(super) fn place_new(&mut self, id: RowId) {
        let links: Vec<(u32, Link)> = self.stores.collections.links_to(id.store).collect();
        for (parents, link) in links {
            if let Some(to) = self.stores.parent(id, &link.near, parents) {
                self.stores.move_child(id, link.near, None, Some(to));
                self.stores.collections.place(id, Placed { link: link.near, parents, at: Some(to) });
            }
        }
    }

    /// Forgets where a row may be again when what was not written leaves with it: among the children of those to which the
    /// database has it lead, and at the other ends of links that were to go.
    pub(super) fn forget_written_ends(&mut self, id: RowId) {
        let unlinked: Vec<RowId> = self.stores.links.unlinked(id).collect();
        unlinked.into_iter().for_each(|end| self.stores.collections.forget(end));
        if self.stores.state(id) != Some(State::Persistent) {
            return;
        }
        let links: Vec<(u32, Link)> = self.stores.collections.links_to(id.store).collect();
        for (parents, link) in links {
            if let Some(parent) = self.stores.written_parent(id, &link.near, parents) {
                self.stores.collections.forget_children(parent, id.store, &link.near);
            }
        }
    }

    /// Moves rows that were put where their foreign keys led before they were written to where they lead now that they are.
    pub(super) fn settle_placed(&mut self) {
        let placed: Vec<RowId> = self.stores.collections.placed().collect();
        placed.into_iter().for_each(|child| self.stores.place_again(child));
        self.stores.collections.forget_placed();
    }

    /// Tells those who know the rows of parents to which one a row points that was written, and to which it did before.
    fn follow_key(&mut self, place: usize) {
        let Some(id) = self.undo.at(place, &self.stores).filter(|done| !done.is_removed).map(|done| done.id) else {
            return;
        };
        let links: Vec<(u32, Link)> = self.stores.collections.links_to(id.store).collect();
        for (parents, link) in links {
            let was = self.undo.at(place, &self.stores).and_then(|done| done.was);
            let old = was.and_then(|was| leading(link.near.far().map(|column| was.get(column).into_owned()).collect()));
            let new = self.stores.key_of_parent(id, &link.near, parents);
            let from = old.and_then(|key| self.stores.parent_by(key, &link.near, parents, true));
            let to = new.and_then(|key| self.stores.parent_by(key, &link.near, parents, true));
            if from != to {
                self.stores.move_child(id, link.near, from, to);
            }
        }
    }

    /// Whether two rows are linked, if one of them knows. Where a model has a scope, what is not among those that were read
    /// may be outside it, and linked.
    pub(super) fn is_linked(&mut self, near: RowId, far: RowId, link: &Link) -> Option<bool> {
        if self.stores.has_unwritten_links(link) {
            return None;
        }
        let [hides_near, hides_far] = [near, far].map(|row| !self.stores.get(row).table().scopes.is_empty());
        let along = |known: &Collection| known.is_along(link, far.store);
        let one = self.stores.collections.of(near, along).next().map(|known| known.contains(far));
        let one = one.filter(|is_linked| *is_linked || !hides_far);
        let against = |known: &Collection| known.is_against(link, near.store);
        one.or_else(|| {
            let other = self.stores.collections.of(far, against).next().map(|known| known.contains(near));
            other.filter(|is_linked| *is_linked || !hides_near)
        })
    }
}

/// Whether rows of `M` are deleted that are taken out of what leads to them by this foreign key, seen from their parent `P`.
fn deletes_orphans<P: Model, M: Model>(link: &Pairs) -> bool {
    P::DEPENDED.iter().any(|relationship| relationship.deletes_orphans(TypeId::of::<M>(), link))
}

fn may_not_be_null<M: Model>(link: &Pairs) -> Error {
    let column = link.far().next().map_or("", |column| M::COLUMNS[column].name);
    Error::usage(format!(
        "`{}.{column}` may not be NULL, so that the row cannot be left without the one that it points to: delete it, \
         declare `cascade = \"all, delete-orphan\"`, or make the column an `Option`",
        M::NAME,
    ))
}
