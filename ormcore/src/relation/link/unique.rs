use crate::relation::link::{Pairs, same};
use crate::schema::{Index, Table};

/// Whether no two rows of the table agree in the columns of these keys, all of which are on the near side: the primary key
/// or a unique constraint of all rows is over some of them. Where one is NULL, the key leads to nothing.
pub(super) const fn is_unique(table: &Table, one: &Pairs, two: &Pairs) -> bool {
    let (mut keys, mut held, mut at) = (0, 0, 0);
    while at < table.columns.len() {
        let is_held = has_near(one, at) || has_near(two, at);
        if table.columns[at].unique && is_held {
            return true;
        }
        if table.columns[at].primary_key {
            keys += 1;
            held += is_held as usize;
        }
        at += 1;
    }
    (keys > 0 && keys == held) || has_unique_index(table, one, two)
}

const fn has_unique_index(table: &Table, one: &Pairs, two: &Pairs) -> bool {
    let mut at = 0;
    while at < table.indexes.len() {
        let index = &table.indexes[at];
        if index.unique && index.filter.is_none() && is_over(index, table, one, two) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the index is over columns of these keys, and nothing else.
const fn is_over(index: &Index, table: &Table, one: &Pairs, two: &Pairs) -> bool {
    let mut part = 0;
    while part < index.parts.len() {
        let is_held = match index.parts[part].column() {
            Some(name) => is_named(one, table, name) || is_named(two, table, name),
            None => false,
        };
        if !is_held {
            return false;
        }
        part += 1;
    }
    true
}

const fn has_near(key: &Pairs, index: usize) -> bool {
    let mut at = 0;
    while at < key.count as usize {
        if key.near[at] as usize == index {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_named(key: &Pairs, table: &Table, name: &str) -> bool {
    let mut at = 0;
    while at < key.count as usize {
        if same(table.columns[key.near[at] as usize].name, name) {
            return true;
        }
        at += 1;
    }
    false
}
