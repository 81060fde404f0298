//! What is known of where rows lead: what the database has, changed as the next flush will change it.

use std::collections::{HashMap, HashSet};

use crate::model::{Keys, ParentKey, RowId, State, value};
use crate::relation::{Link, Pairs};
use crate::session::collections::{Collection, Placed};
use crate::session::stores::Stores;
use crate::value::Value;

/// Rows, each with those that it leads to.
type Owned = (RowId, Collection);

impl Stores {
    /// Notes where rows lead by a relationship to rows of the store `target`, as it was found in the database.
    pub(super) fn note(&mut self, name: &'static str, link: Link, target: u32, found: Vec<(RowId, Vec<RowId>)>) {
        let found = found.into_iter().map(|(owner, ids)| (owner, Collection::new(name, link, target, ids)));
        let mut owned: Vec<Owned> = found.collect();
        if link.filter.is_some() {
            // Whether a row that is yet to be written meets the condition, only the database can tell.
        } else if link.through.is_some() {
            owned.iter_mut().for_each(|(owner, known)| self.links.apply(*owner, known));
        } else {
            let placed = self.move_unwritten(&link.near, target, &mut owned);
            placed.into_iter().for_each(|(child, placed)| self.collections.place(child, placed));
        }
        owned.into_iter().for_each(|(owner, known)| self.collections.insert(owner, known));
    }

    /// Moves children whose foreign keys are yet to be written to the rows that they point to by now, and says where they
    /// are then. `link` is seen from the parent.
    fn move_unwritten(&mut self, link: &Pairs, target: u32, owned: &mut [Owned]) -> Vec<(RowId, Placed)> {
        let mut placed = Vec::new();
        let Some(parents) = owned.first().map(|(owner, _)| owner.store) else { return placed };
        let tracks = self.all[target as usize].tracks();
        if tracks.pending.is_empty() && tracks.touched.is_empty() {
            return placed;
        }
        let unwritten = self.unwritten_among(link, target, owned);
        let mut owners = Owners::new(self, link, owned);
        let children = self.all[target as usize].as_ref();
        for child in unwritten {
            let written = || link.far().map(|column| children.written(child.slot, column)).collect::<Vec<_>>();
            let was = match children.tracks().slot(child.slot).state {
                State::Persistent => owners.with_values(&written()),
                _ => None,
            };
            let now = match self.key_of_parent(child, link, parents) {
                Some(ParentKey::Row(row)) => owners.by_row.get(&row).copied(),
                Some(ParentKey::Values(values)) => owners.with_values(&values),
                Some(ParentKey::Unknown) | None => None,
            };
            if was != now {
                was.into_iter().for_each(|was| owned[was].1.drop(child));
                now.into_iter().for_each(|now| owned[now].1.push(child));
                let at = now.map(|now| owned[now].0);
                placed.push((child, Placed { link: *link, parents, at }));
            }
        }
        placed
    }

    /// The children whose foreign keys may be yet to be written and that were found with these rows, or may lead to them by
    /// now.
    fn unwritten_among(&mut self, link: &Pairs, target: u32, owned: &[Owned]) -> Vec<RowId> {
        self.take_up_changes();
        let columns: Vec<usize> = link.far().collect();
        let mut found = Vec::new();
        for (owner, known) in owned {
            let row = self.get(*owner).record(owner.slot);
            let key = row.map(|row| link.near().map(|column| value(row, column)).collect::<Vec<_>>());
            found.extend(self.find_changes((target, &columns), *owner, &key.unwrap_or_default(), None));
            found.extend(known.ids().filter(|child| self.is_live(*child)));
        }
        let children = self.all[target as usize].as_ref();
        let mut seen = HashSet::new();
        found.retain(|child| {
            let slot = children.tracks().slot(child.slot);
            let is_unwritten = slot.state == State::Pending || slot.touched;
            // A row that is away for a moment stays where it was found.
            is_unwritten && children.record(child.slot).is_some() && seen.insert(*child)
        });
        // Whoever else is asked for, new children come in this order.
        self.sort_changes(&mut found);
        found
    }
}

/// Rows that others point to, by their places.
struct Owners {
    by_row: HashMap<RowId, usize>,
    keys: Keys,
    /// The places by the numbers of the keys.
    by_key: Vec<usize>,
}

impl Owners {
    fn new(stores: &Stores, link: &Pairs, owned: &[Owned]) -> Self {
        let mut owners = Owners { by_row: HashMap::new(), keys: Keys::default(), by_key: Vec::new() };
        for (place, (owner, _)) in owned.iter().enumerate() {
            owners.by_row.insert(*owner, place);
            // The key of a new row may be a placeholder.
            let is_there = stores.state(*owner) != Some(State::Pending);
            if let Some(row) = stores.get(*owner).record(owner.slot).filter(|_| is_there) {
                link.near().for_each(|column| owners.keys.push(&value(row, column)));
                let (number, is_new) = owners.keys.number();
                if is_new {
                    owners.by_key.push(place);
                } else {
                    owners.by_key[number] = place;
                }
            }
        }
        owners
    }

    /// The row that a foreign key with these values points to.
    fn with_values(&mut self, values: &[Value<'_>]) -> Option<usize> {
        if values.iter().any(Value::is_null) {
            return None;
        }
        values.iter().for_each(|part| self.keys.push(part));
        self.keys.find().map(|number| self.by_key[number])
    }
}
