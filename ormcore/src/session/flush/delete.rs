use std::collections::{HashMap, HashSet, VecDeque};

use crate::error::Result;
use crate::model::{RowId, State, unchanged};
use crate::session::flush::meanwhile::{Meanwhile, free_value};
use crate::session::flush::pointers::Pointer;
use crate::session::flush::unique::tracks_of;
use crate::session::flush::update::Turn;
use crate::session::flush::{Flush, Pointers};
use crate::session::pointing::optional;
use crate::session::write::DeleteRows;
use crate::value::Value;

impl Flush<'_> {
    /// Deletes rows that are to be deleted, children before parents.
    pub(super) fn delete(
        &mut self,
        order: &[u32],
        pointers: &Pointers,
        is_wanted: impl Fn(RowId) -> bool,
    ) -> Result<()> {
        for number in order.iter().rev().copied() {
            let mut wanted = self.store(number).tracks().deleted.clone();
            let is_left = |flush: &mut Self, slot: u32| flush.store(number).tracks().slot(slot).state == State::Deleted;
            wanted.retain(|slot| is_left(self, *slot) && is_wanted(self.id(number, *slot)));
            if !wanted.is_empty() {
                self.unlink_all_of(number, &wanted, pointers)?;
                wanted.retain(|slot| is_left(self, *slot));
            }
            if wanted.is_empty() {
                continue;
            }
            let (wanted, _) = self.children_first(number, wanted, pointers);
            self.tx.drive(&mut DeleteRows::new(self.stores.all[number as usize].as_mut(), &wanted))?;
            self.gone(number, &wanted, pointers)?;
        }
        Ok(())
    }

    /// Follows that the database has deleted rows; the model is told of those that were to be deleted.
    pub(super) fn gone(&mut self, number: u32, slots: &[u32], pointers: &Pointers) -> Result<()> {
        if slots.is_empty() {
            return Ok(());
        }
        let tracks = self.store(number).tracks();
        let asked: Vec<u32> = slots.iter().copied().filter(|slot| tracks.slot(*slot).state == State::Deleted).collect();
        self.follow_deletes(number, slots, pointers);
        slots.iter().for_each(|slot| self.removed(number, *slot));
        self.see_deleted(number, &asked)
    }

    /// Notes that the database has no such row any more.
    pub(super) fn removed(&mut self, number: u32, slot: u32) {
        let id = self.id(number, slot);
        let tracks = self.stores.all[number as usize].tracks_mut();
        tracks.slot_mut(slot).state = State::Removed;
        tracks.lift(slot);
        self.undo.written(id, tracks);
        self.undo.removed(id);
    }

    /// Notes that rows are not in the database any more, for others were inserted that have their keys.
    ///
    /// # Errors
    /// If one of them was changed.
    pub(super) fn replaced(&mut self, number: u32, gone: &[u32]) -> Result<()> {
        let mut lost = Ok(());
        for slot in gone.iter().copied() {
            let store = self.store(number);
            if let (true, Some(row)) = (store.differs(slot), store.record(slot)) {
                lost = lost.and_then(|()| Err(unchanged(store.table(), row)));
            }
            self.removed(number, slot);
        }
        lost
    }

    /// The rows to be deleted of one table, those that point to others of them first; and of those that point to each
    /// other in a circle, the columns that have to be NULL before.
    fn children_first(
        &mut self,
        number: u32,
        slots: Vec<u32>,
        pointers: &Pointers,
    ) -> (Vec<u32>, Vec<(u32, Vec<usize>)>) {
        let own: Vec<_> = pointers.of(number).iter().filter(|pointer| pointer.parents == number).collect();
        let mut broken: Vec<(u32, Vec<usize>)> = Vec::new();
        if own.is_empty() || slots.len() < 2 {
            return (slots, broken);
        }
        // By row, how many rows point to it, and to which it points.
        let mut children: HashMap<u32, usize> = slots.iter().map(|slot| (*slot, 0)).collect();
        let mut parents: HashMap<u32, Vec<(u32, &[usize])>> = HashMap::new();
        for slot in slots.iter().copied() {
            for pointer in &own {
                if let Some(parent) = pointer.target(self.stores, number, slot)
                    && parent.slot != slot
                    && let Some(count) = children.get_mut(&parent.slot)
                {
                    *count += 1;
                    parents.entry(slot).or_default().push((parent.slot, &pointer.columns));
                }
            }
        }
        let table = self.stores.all[number as usize].table();
        let mut free: VecDeque<u32> = slots.iter().copied().filter(|slot| children[slot] == 0).collect();
        let mut left = slots.iter().copied();
        let mut sorted = Vec::with_capacity(slots.len());
        while sorted.len() < slots.len() {
            if let Some(slot) = free.pop_front() {
                sorted.push(slot);
                children.remove(&slot);
                for (parent, _) in parents.remove(&slot).unwrap_or_default() {
                    lose_child(parent, &mut children, &mut free);
                }
                continue;
            }
            // The next row of a circle lets go of those that it points to.
            let Some(slot) = left.by_ref().find(|slot| children.contains_key(slot)) else { break };
            let is_optional = |columns: &[usize]| columns.iter().any(|column| table.columns[*column].nullable);
            let (lost, kept): (Vec<_>, Vec<_>) =
                parents.remove(&slot).unwrap_or_default().into_iter().partition(|(_, columns)| is_optional(columns));
            parents.insert(slot, kept);
            for (parent, columns) in lost {
                broken.push((slot, optional(table, columns.iter().copied())));
                lose_child(parent, &mut children, &mut free);
            }
        }
        let rest: Vec<u32> = slots.into_iter().filter(|slot| children.contains_key(slot)).collect();
        sorted.extend(rest.into_iter().filter(|slot| !free.contains(slot)));
        (sorted, broken)
    }

    /// Lets rows to be deleted that point to each other in a circle let go of each other.
    pub(super) fn break_deleted(&mut self, order: &[u32], pointers: &Pointers) -> Result<()> {
        let rank: HashMap<u32, usize> = order.iter().enumerate().map(|(rank, number)| (*number, rank)).collect();
        for number in order.iter().copied() {
            let deleted = self.store(number).tracks().deleted.clone();
            let mut broken: Vec<(u32, Vec<usize>)> = Vec::new();
            // Tables that point to each other have no order in which all children are before their parents.
            for pointer in pointers.of(number).iter().filter(|pointer| rank[&pointer.parents] > rank[&number]) {
                let optional = optional(self.store(number).table(), pointer.columns.iter().copied());
                for slot in deleted.iter().copied() {
                    if !optional.is_empty()
                        && let Some(parent) = pointer.target(self.stores, number, slot)
                        && self.stores.state(parent) == Some(State::Deleted)
                    {
                        broken.push((slot, optional.clone()));
                    }
                }
            }
            broken.extend(self.children_first(number, deleted, pointers).1);
            self.let_go_of(number, broken)?;
        }
        Ok(())
    }

    /// Lets rows that are written after the inserts go of those that they point to, where these are to be deleted and what
    /// is inserted takes their keys, or what is unique in them.
    pub(super) fn let_go_of_replaced(&mut self, order: &[u32], pointers: &Pointers) -> Result<()> {
        let mut replaced: HashMap<u32, HashSet<u32>> = HashMap::new();
        for number in order.iter().copied() {
            let mut held: Vec<Meanwhile> = Vec::new();
            for slot in tracks_of(self.store(number), State::Persistent) {
                for pointer in pointers.of(number) {
                    let target = pointer.target(self.stores, number, slot);
                    let target = target.filter(|target| self.stores.state(*target) == Some(State::Deleted));
                    let Some(target) = target else { continue };
                    let taken = replaced.entry(target.store).or_insert_with(|| self.taken(target.store));
                    if taken.contains(&target.slot) && self.holds(number, slot, pointer, pointers) {
                        held.extend(self.let_go_by(number, slot, pointer));
                    }
                }
            }
            self.write_meanwhile(number, held)?;
        }
        Ok(())
    }

    /// Whether a row points to another in the database until rows are inserted, and then no more.
    fn holds(&mut self, number: u32, slot: u32, pointer: &Pointer, pointers: &Pointers) -> bool {
        let id = self.id(number, slot);
        let is_unwritten = self.store(number).is_unwritten(slot, &pointer.columns);
        // What the database does by itself happens to whoever is not led elsewhere.
        let may_be_led = is_unwritten || pointer.on_delete.is_none();
        (may_be_led && self.stores.leads_to_new(id, &pointer.columns, pointer.parents, &pointer.references))
            || (is_unwritten && self.turn(number, slot, pointers) == Turn::All)
    }

    /// The columns of a foreign key that are safe to be NULL for a while.
    fn let_go_by(&mut self, number: u32, slot: u32, pointer: &Pointer) -> Vec<Meanwhile> {
        let store = self.store(number);
        let (table, mut found) = (store.table(), Vec::new());
        if let Some(row) = store.record_mut(slot) {
            for column in optional(table, pointer.columns.iter().copied()) {
                let value = free_value(table, column, row, 0).filter(Value::is_null);
                found.extend(value.map(|value| Meanwhile { slot, column, value }));
            }
        }
        found
    }

    /// Writes NULL into these columns of rows that are to be deleted.
    fn let_go_of(&mut self, number: u32, broken: Vec<(u32, Vec<usize>)>) -> Result<()> {
        let mut groups: Vec<(Vec<usize>, Vec<u32>)> = Vec::new();
        for (slot, columns) in broken {
            let store = self.store(number);
            store.lend(slot);
            for column in &columns {
                if let Some(row) = store.record_mut(slot) {
                    // It may be NULL, or it would not be among them.
                    let _ = row.field_mut(*column).assign(Value::Null);
                }
            }
            match groups.iter_mut().find(|(others, slots)| *others == columns && !slots.contains(&slot)) {
                Some((_, slots)) => slots.push(slot),
                None => groups.push((columns, vec![slot])),
            }
        }
        groups.into_iter().try_for_each(|(columns, slots)| self.write(number, &slots, columns, false))
    }
}

/// Counts one child of a row less; a row without children is free to be deleted.
fn lose_child(parent: u32, children: &mut HashMap<u32, usize>, free: &mut VecDeque<u32>) {
    if let Some(count) = children.get_mut(&parent) {
        *count -= 1;
        if *count == 0 {
            free.push_back(parent);
        }
    }
}
