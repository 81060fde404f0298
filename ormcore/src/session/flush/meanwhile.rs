//! Values that a row has in a unique column while another takes its old one.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::error::Result;
use crate::model::{Record, Values, value};
use crate::schema::statements::read_only;
use crate::schema::{Column, Table, registry};
use crate::session::flush::Flush;
use crate::session::flush::unique::mentions;
use crate::value::{SqlType, Value};

/// A value that a row gets in one column, until it gets its own.
pub(super) struct Meanwhile {
    pub(super) slot: u32,
    pub(super) column: usize,
    pub(super) value: Value<'static>,
}

/// A value for a unique column that no other row has; `None` where none is safe to write: what a CHECK, a length, an enum,
/// a foreign key or what is computed from the column says about it is not known to allow it. All but the first say nothing
/// about NULL.
pub(super) fn free_value(table: &Table, index: usize, row: &mut dyn Record, count: i64) -> Option<Value<'static>> {
    let column = &table.columns[index];
    let is_checked = column.check.is_some() || !table.checks.is_empty();
    if column.primary_key || is_checked || is_referenced(table, index) {
        return None;
    }
    if column.nullable {
        return Some(Value::Null);
    }
    if !column.variants.is_empty()
        || column.references.is_some()
        || table.all_foreign_keys().any(|key| key.columns.contains(&column.name))
        || !computed(table, column.name).all(takes_any)
    {
        return None;
    }
    let candidates = match column.sql_type {
        SqlType::Text if column.length.is_none() => vec![Value::Text(random().into())],
        SqlType::BigInt => [i64::MIN + count, i64::MAX - count, i64::from(u32::MAX) - count].map(Value::Int).to_vec(),
        SqlType::Integer => [i64::from(i32::MIN) + count, i64::from(u16::MAX) - count].map(Value::Int).to_vec(),
        SqlType::SmallInt => vec![Value::Int(i64::from(i16::MIN) + count)],
        _ => Vec::new(),
    };
    let was = row.field(index).value().ok()?.into_owned();
    let found = candidates.into_iter().find(|value| {
        let field = row.field_mut(index);
        field.assign(value.clone()).is_ok() && field.value().is_ok_and(|now| now == *value)
    });
    row.field_mut(index).assign(was).ok()?;
    found
}

/// Whether rows of any table point to the column.
fn is_referenced(table: &Table, index: usize) -> bool {
    let name = table.columns[index].name;
    let mut keys = registry::described().flat_map(Table::all_foreign_keys);
    keys.any(|key| (key.schema, key.table) == (table.schema, table.name) && key.references.contains(&name))
}

/// The columns that are computed from one.
fn computed<'t>(table: &'t Table, name: &'t str) -> impl Iterator<Item = &'t Column> {
    table.columns.iter().filter(move |column| column.generated_as.is_some_and(|from| mentions(from.sql, name)))
}

/// Whether a column holds whatever is likely to be computed: arithmetic with ends of ranges leads out of them.
fn takes_any(column: &Column) -> bool {
    let is_limited = column.check.is_some() || column.length.is_some() || !column.variants.is_empty();
    matches!(column.sql_type, SqlType::Text | SqlType::Boolean) && !is_limited
}

fn random() -> String {
    let mut text = String::new();
    for _ in 0..2 {
        text.push_str(&format!("{:016x}", RandomState::new().build_hasher().finish()));
    }
    text
}

impl Flush<'_> {
    /// Writes values that rows have meanwhile; in the session the rows stay what they are to be.
    pub(super) fn write_meanwhile(&mut self, number: u32, mut all: Vec<Meanwhile>) -> Result<()> {
        all.sort_by_key(|one| (one.column, one.slot));
        all.dedup_by_key(|one| (one.column, one.slot));
        for same in all.chunk_by(|one, other| one.column == other.column) {
            self.write_meanwhile_in(number, same[0].column, same)?;
        }
        Ok(())
    }

    /// Afterwards the snapshots are what the database has, and the rows what they are to be: what it has computed meanwhile
    /// is not theirs.
    fn write_meanwhile_in(&mut self, number: u32, column: usize, all: &[Meanwhile]) -> Result<()> {
        let table = self.store(number).table();
        let given: Vec<usize> = read_only(table).chain([column]).collect();
        let slots: Vec<u32> = all.iter().map(|one| one.slot).collect();
        let mut kept = Vec::with_capacity(all.len());
        for one in all {
            let store = self.store(number);
            store.lend(one.slot);
            let snapshot = store.tracks().snapshot(one.slot).map(Values::to_owned);
            let Some(row) = store.record_mut(one.slot) else { continue };
            let own = |index: &usize| Some((*index, row.field(*index).value().ok()?.into_owned()));
            let own: Vec<_> = given.iter().filter_map(own).collect();
            let _ = row.field_mut(column).assign(one.value.clone());
            kept.push((one.slot, snapshot, own));
        }
        let written = self.write(number, &slots, vec![column], false);
        for (slot, snapshot, own) in kept {
            let store = self.store(number);
            let Some(row) = store.record_mut(slot) else { continue };
            let snapshot = snapshot.filter(|_| written.is_ok()).map(|mut snapshot| {
                given.iter().copied().chain(table.version()).for_each(|index| snapshot.set(index, &value(row, index)));
                snapshot
            });
            for (index, own) in own {
                let _ = row.field_mut(index).assign(own);
            }
            if let Some(snapshot) = snapshot {
                store.tracks_mut().set_snapshot(slot, snapshot.values());
            }
        }
        written
    }
}
