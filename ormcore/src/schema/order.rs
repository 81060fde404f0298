//! The order in which tables can be created: parents before children.

use crate::schema::Table;

/// Tables, parents before children where that is possible.
pub(crate) struct Ordered {
    pub(crate) tables: Vec<&'static Table>,
    /// Whether some of them point to each other in a circle.
    pub(crate) cyclic: bool,
}

/// Orders the tables; those that do not depend on each other keep their order.
pub(crate) fn ordered(tables: &[&'static Table]) -> Ordered {
    let mut left = tables.to_vec();
    let mut done: Vec<&'static Table> = Vec::with_capacity(left.len());
    let mut cyclic = false;
    while !left.is_empty() {
        let free = left.iter().position(|table| !left.iter().any(|other| points_to(table, other)));
        cyclic |= free.is_none();
        done.push(left.remove(free.unwrap_or(0)));
    }
    Ordered { tables: done, cyclic }
}

fn points_to(table: &'static Table, other: &'static Table) -> bool {
    !std::ptr::eq(table, other)
        && table.all_foreign_keys().any(|key| (key.schema, key.table) == (other.schema, other.name))
}
