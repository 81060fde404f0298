use crate::model::{Keys, Pointing, RowId};
use crate::session::stores::Stores;
use crate::value::Value;

/// Rows by their keys, those that have no place in their store yet too.
pub(super) struct ByKey {
    keys: Keys,
    /// The rows by the numbers of the keys.
    rows: Vec<RowId>,
}

impl ByKey {
    pub(super) fn new(rows: impl Iterator<Item = RowId>, stores: &Stores, columns: &[usize]) -> Self {
        let mut all = ByKey { keys: Keys::default(), rows: Vec::new() };
        let pointing = Pointing::new(stores);
        for id in rows {
            let key: Option<Vec<_>> = columns.iter().map(|column| pointing.value((id, *column))).collect();
            let Some(key) = key else { continue };
            key.iter().for_each(|part| all.keys.push(part));
            if all.keys.number().1 {
                all.rows.push(id);
            }
        }
        all
    }

    pub(super) fn find(&mut self, key: &[Value<'static>]) -> Option<RowId> {
        key.iter().for_each(|part| self.keys.push(part));
        self.keys.find().map(|number| self.rows[number])
    }
}
