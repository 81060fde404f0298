//! Unique values that pass from one row to another in one flush: whoever has one lets go of it before another takes it.
//!
//! Updates are put into such an order; in a circle one row gets another value meanwhile.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::error::{Error, Result};
use crate::model::{AnyStore, Keys, State, Wait, value};
use crate::schema::{Index, IndexPart, Table};
use crate::session::flush::meanwhile::{Meanwhile, free_value};
use crate::session::flush::update::Turn;
use crate::session::flush::{Flush, Pointers};
use crate::value::Value;

/// Columns that are written together, of these rows.
pub(super) type Group = (Vec<usize>, Vec<u32>);

/// The sets of columns of which the database allows no two rows with the same values, but for the primary key and those of
/// which only the database knows the values.
fn unique_sets(table: &Table) -> Vec<Vec<usize>> {
    let alone = table.columns.iter().enumerate().filter(|(_, column)| column.unique && !column.primary_key);
    let mut sets: Vec<Vec<usize>> = alone.map(|(index, _)| vec![index]).collect();
    let indexes = table.indexes.iter().filter(|index| index.unique && index.filter.is_none());
    sets.extend(indexes.filter_map(|index| {
        let parts = index.parts.iter().map(|part| table.position(part.column()?));
        parts.collect::<Option<Vec<usize>>>()
    }));
    sets.retain(|set| !set.iter().any(|column| table.columns[*column].read_only));
    sets
}

/// The columns on which it hangs what rows are to a unique index over some rows, over expressions or over generated columns,
/// which only the database computes: those that it names, and those whose names are words of its SQL.
pub(super) fn computed_columns(table: &Table) -> Vec<usize> {
    let is_computed = |part: &IndexPart| {
        part.column().is_none_or(|name| table.columns.iter().any(|column| column.read_only && column.name == name))
    };
    let is_computed = |index: &&Index| index.unique && (index.filter.is_some() || index.parts.iter().any(is_computed));
    let indexes = table.indexes.iter().filter(is_computed);
    let mut texts: Vec<&str> =
        indexes.flat_map(|index| index.parts.iter().map(|part| part.text).chain(index.filter)).collect();
    texts.extend(table.columns.iter().filter(|column| column.read_only && column.unique).map(|column| column.name));
    let mut named = Vec::new();
    while let Some(text) = texts.pop() {
        for (at, column) in table.columns.iter().enumerate() {
            if !named.contains(&at) && mentions(text, column.name) {
                named.push(at);
                texts.extend(column.generated_as.map(|expression| expression.sql));
            }
        }
    }
    named
}

/// Whether SQL has this name, and not only as a part of another.
pub(super) fn mentions(sql: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let is_here = |at: usize| sql.get(at..at + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
    let mut places = sql.char_indices().map(|(at, _)| at);
    places.any(|at| is_here(at) && !sql[..at].ends_with(is_part) && !sql[at + name.len()..].starts_with(is_part))
}

/// The number of a key that no other row may have; none if a part of it is NULL.
fn key_number(keys: &mut Keys, set: (usize, &[usize]), part: impl Fn(usize) -> Value<'static>) -> Option<usize> {
    push_key(keys, set, part)?;
    Some(keys.number().0)
}

/// Says the key that is asked for next; none if a part of it is NULL.
fn push_key(keys: &mut Keys, set: (usize, &[usize]), part: impl Fn(usize) -> Value<'static>) -> Option<()> {
    let parts: Vec<Value<'static>> = set.1.iter().map(|column| part(*column)).collect();
    if parts.iter().any(Value::is_null) {
        return None;
    }
    keys.push(&Value::Int(set.0 as i64));
    parts.iter().for_each(|part| keys.push(part));
    Some(())
}

fn now(store: &dyn AnyStore, slot: u32, column: usize) -> Value<'static> {
    store.record(slot).map_or(Value::Null, |row| value(row, column))
}

/// Which row has to be written before which.
struct Order {
    /// Of each row those that take what it has, and the sets of columns that it is about.
    takers: Vec<Vec<(usize, usize)>>,
    /// Of each row those that have what it takes.
    holders: Vec<Vec<usize>>,
}

/// In how many turns rows are written.
struct Turns {
    /// The turn of each row.
    of: Vec<usize>,
    /// Rows that let go of what they have in these sets of columns before the first turn.
    early: Vec<(usize, usize)>,
}

impl Order {
    fn new(rows: usize) -> Self {
        Order { takers: vec![Vec::new(); rows], holders: vec![Vec::new(); rows] }
    }

    /// Each row after those that have what it takes; of rows in a circle one lets go early.
    fn turns(&self) -> Turns {
        let rows = self.takers.len();
        let mut turns = Turns { of: vec![0; rows], early: Vec::new() };
        let mut waits: Vec<usize> = self.holders.iter().map(Vec::len).collect();
        let (mut done, mut is_early) = (vec![false; rows], vec![false; rows]);
        let mut ready: Vec<usize> = (0..rows).filter(|row| waits[*row] == 0).collect();
        let mut first = 0;
        loop {
            while let Some(row) = ready.pop() {
                done[row] = true;
                for (taker, _) in self.takers[row].iter().filter(|_| !is_early[row]) {
                    turns.of[*taker] = turns.of[*taker].max(turns.of[row] + 1);
                    waits[*taker] -= 1;
                    ready.extend((waits[*taker] == 0).then_some(*taker));
                }
            }
            first += done[first..].iter().take_while(|done| **done).count();
            if first == rows {
                return turns;
            }
            let row = self.of_circle(first, |row| done[row] || is_early[row]);
            is_early[row] = true;
            for (taker, set) in self.takers[row].iter().copied() {
                turns.early.push((row, set));
                waits[taker] -= 1;
                ready.extend((waits[taker] == 0).then_some(taker));
            }
        }
    }

    /// A row of the circle that this one is in or waits for.
    fn of_circle(&self, from: usize, is_free: impl Fn(usize) -> bool) -> usize {
        let (mut row, mut seen) = (from, HashSet::new());
        while seen.insert(row) {
            let Some(holder) = self.holders[row].iter().copied().find(|holder| !is_free(*holder)) else { break };
            row = holder;
        }
        row
    }
}

impl Flush<'_> {
    /// Splits groups into such as can be written one after another.
    pub(super) fn in_unique_order(&mut self, store_number: u32, groups: Vec<Group>) -> Result<Vec<Group>> {
        let store = self.stores.all[store_number as usize].as_ref();
        let mut sets = unique_sets(store.table());
        sets.retain(|set| groups.iter().any(|(columns, _)| concerns(set, columns)));
        let rows: Vec<(usize, u32)> =
            groups.iter().enumerate().flat_map(|(at, (_, slots))| slots.iter().map(move |slot| (at, *slot))).collect();
        if sets.is_empty() || rows.len() < 2 {
            return Ok(groups);
        }
        let order = order_of(store, &sets, &groups, &rows);
        if order.takers.iter().all(Vec::is_empty) {
            return Ok(groups);
        }
        let turns = order.turns();
        let mut meanwhile = Vec::new();
        for (row, set) in turns.early {
            let ((group, slot), set) = (rows[row], &sets[set]);
            let columns = set.iter().copied().filter(|column| groups[group].0.contains(column)).collect();
            meanwhile.push(self.meanwhile(store_number, slot, columns, set)?);
        }
        self.write_meanwhile(store_number, meanwhile)?;
        let mut split: BTreeMap<(usize, usize), Vec<u32>> = BTreeMap::new();
        for ((group, slot), turn) in rows.into_iter().zip(turns.of) {
            split.entry((turn, group)).or_default().push(slot);
        }
        Ok(split.into_iter().map(|((_, group), slots)| (groups[group].0.clone(), slots)).collect())
    }

    /// Has rows that are written or deleted only later let go of values that others take before: changed rows whose turn it
    /// is, and in the last turn those that are to be inserted.
    pub(super) fn let_go_early(&mut self, order: &[u32], pointers: &Pointers, turn: Turn, inserts: bool) -> Result<()> {
        for store_number in order.iter().copied() {
            let tracks = self.store(store_number).tracks();
            if tracks.touched.is_empty() && tracks.deleted.is_empty() {
                continue;
            }
            let sets = unique_sets(self.store(store_number).table());
            let changed = tracks_of(self.store(store_number), State::Persistent);
            let (mut late, mut taking) = (Vec::new(), Vec::new());
            for slot in changed {
                let takes = turn == Turn::All || self.turn(store_number, slot, pointers) <= turn;
                // What is inserted comes before the last of them.
                late.extend((!takes || (inserts && turn == Turn::All)).then_some(slot));
                taking.extend(takes.then_some(slot));
            }
            late.extend(tracks_of(self.store(store_number), State::Deleted));
            if turn == Turn::All {
                taking.extend(&self.store(store_number).tracks().pending);
            }
            if sets.is_empty() || late.is_empty() {
                continue;
            }
            let meanwhile = self.let_go_of_taken(store_number, &sets, &late, &taking)?;
            self.write_meanwhile(store_number, meanwhile)?;
        }
        Ok(())
    }

    /// The rows to be deleted that have a key, or what is unique, that a row to be inserted takes.
    pub(super) fn taken(&self, number: u32) -> HashSet<u32> {
        let store = self.stores.all[number as usize].as_ref();
        let (deleted, pending) = (tracks_of(store, State::Deleted), &store.tracks().pending);
        if deleted.is_empty() || pending.is_empty() {
            return HashSet::new();
        }
        let mut sets = unique_sets(store.table());
        sets.push(store.table().primary_key().collect());
        sets.retain(|set| !set.is_empty());
        let (mut keys, mut taken) = (Keys::default(), HashSet::new());
        for set in sets.iter().enumerate().map(|(at, set)| (at, set.as_slice())) {
            let mut holders = HashMap::new();
            for slot in deleted.iter().copied() {
                let held = key_number(&mut keys, set, |column| store.written(slot, column));
                holders.extend(held.map(|held| (held, slot)));
            }
            for slot in pending.iter().copied().filter(|slot| is_known(store, *slot, set.1)) {
                let taking = push_key(&mut keys, set, |column| now(store, slot, column)).and_then(|()| keys.find());
                taken.extend(taking.and_then(|taking| holders.get(&taking)));
            }
        }
        taken
    }

    /// What rows that are late get meanwhile in place of what others take.
    fn let_go_of_taken(
        &mut self,
        store_number: u32,
        sets: &[Vec<usize>],
        late: &[u32],
        taking: &[u32],
    ) -> Result<Vec<Meanwhile>> {
        let mut keys = Keys::default();
        let mut takers: HashMap<usize, u32> = HashMap::new();
        let mut meanwhile = Vec::new();
        for (at, set) in sets.iter().enumerate() {
            let store = self.stores.all[store_number as usize].as_ref();
            for slot in taking.iter().copied().filter(|slot| is_known(store, *slot, set)) {
                let taken = key_number(&mut keys, (at, set), |column| now(store, slot, column));
                takers.extend(taken.map(|taken| (taken, slot)));
            }
        }
        for (at, set) in sets.iter().enumerate() {
            for slot in late.iter().copied() {
                let store = self.stores.all[store_number as usize].as_ref();
                let held = key_number(&mut keys, (at, set), |column| store.written(slot, column));
                if held.and_then(|held| takers.get(&held)).is_none_or(|taker| *taker == slot) {
                    continue;
                }
                let is_deleted = store.tracks().slot(slot).state == State::Deleted;
                let may_change = |column: &usize| is_deleted || differs(store, slot, *column);
                let columns = set.iter().copied().filter(may_change).collect();
                meanwhile.push(self.meanwhile(store_number, slot, columns, set)?);
            }
        }
        Ok(meanwhile)
    }

    /// What a row gets in one of these columns meanwhile.
    fn meanwhile(&mut self, number: u32, slot: u32, columns: Vec<usize>, set: &[usize]) -> Result<Meanwhile> {
        self.temporary += 1;
        let (temporary, store) = (self.temporary, self.store(number));
        let table = store.table();
        let found = store.record_mut(slot).and_then(|row| {
            columns.iter().find_map(|column| Some((*column, free_value(table, *column, row, temporary)?)))
        });
        found.map(|(column, value)| Meanwhile { slot, column, value }).ok_or_else(|| exchanged(table, set))
    }
}

pub(super) fn concerns(set: &[usize], columns: &[usize]) -> bool {
    set.iter().any(|column| columns.contains(column))
}

/// Which of the rows, each of a group, take what others have.
fn order_of(store: &dyn AnyStore, sets: &[Vec<usize>], groups: &[Group], rows: &[(usize, u32)]) -> Order {
    let (mut keys, mut holders, mut order) = (Keys::default(), HashMap::new(), Order::new(rows.len()));
    for (at, set) in sets.iter().enumerate() {
        let concerned = || rows.iter().enumerate().filter(|(_, (group, _))| concerns(set, &groups[*group].0));
        for (row, (_, slot)) in concerned() {
            let held = key_number(&mut keys, (at, set), |column| store.written(*slot, column));
            holders.extend(held.map(|held| (held, row)));
        }
        for (row, (_, slot)) in concerned() {
            let taken = key_number(&mut keys, (at, set), |column| now(store, *slot, column));
            let holder = taken.and_then(|taken| holders.get(&taken).copied());
            if let Some(holder) = holder.filter(|holder| *holder != row) {
                order.takers[holder].push((row, at));
                order.holders[row].push(holder);
            }
        }
    }
    order
}

/// The rows that were changed, or those that are to be deleted.
pub(super) fn tracks_of(store: &dyn AnyStore, state: State) -> Vec<u32> {
    let tracks = store.tracks();
    let list = if state == State::Deleted { &tracks.deleted } else { &tracks.touched };
    let is_meant = |slot: &u32| tracks.slot(*slot).state == state;
    list.iter().copied().filter(is_meant).collect()
}

fn waits(store: &dyn AnyStore, slot: u32) -> &[Wait] {
    store.tracks().slot(slot).unwritten.as_ref().map_or(&[], |unwritten| &unwritten.waits)
}

fn differs(store: &dyn AnyStore, slot: u32, column: usize) -> bool {
    now(store, slot, column) != store.written(slot, column)
        || waits(store, slot).iter().any(|wait| wait.column == column)
}

/// Whether it is known what a row will have in these columns: they wait for no other row, and not for the database.
fn is_known(store: &dyn AnyStore, slot: u32, set: &[usize]) -> bool {
    let tracks = store.tracks();
    let is_unset = |column: &usize| tracks.slot(slot).state == State::Pending && tracks.unset(slot).contains(*column);
    !waits(store, slot).iter().any(|wait| set.contains(&wait.column)) && !set.iter().any(is_unset)
}

fn exchanged(table: &Table, set: &[usize]) -> Error {
    let names: Vec<String> = set.iter().map(|column| format!("`{}`", table.columns[*column].name)).collect();
    Error::usage(format!(
        "rows of `{}` exchange what is unique ({}) in one flush, and there is no value that one of them could have \
         meanwhile: make the column an `Option`, or give one of the rows another value and `flush` before",
        table.name,
        names.join(", ")
    ))
}
