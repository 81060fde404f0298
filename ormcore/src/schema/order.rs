//! The order in which tables can be created and filled: parents before children.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::schema::{Table, registry};

#[cfg(test)]
mod tests;

/// Tables, parents before children where that is possible.
pub(crate) struct Ordered {
    pub(crate) tables: Vec<&'static Table>,
    /// Whether some of them point to each other in a circle.
    pub(crate) cyclic: bool,
}

/// Orders the tables; those that do not depend on each other keep their order. Of tables in a circle the first is one whose
/// rows can be without their parents for a while, if there is one.
pub(crate) fn ordered(tables: &[&'static Table]) -> Ordered {
    let ways = Ways::between(tables);
    let mut left: Vec<usize> = (0..tables.len()).collect();
    let mut done: Vec<&'static Table> = Vec::with_capacity(left.len());
    let (mut is_left, mut cyclic) = (vec![true; tables.len()], false);
    while !left.is_empty() {
        let free = left.iter().position(|table| ways.of(*table, &is_left).next().is_none());
        cyclic |= free.is_none();
        let next = left.remove(free.unwrap_or_else(|| ways.first_of_circle(&left, &is_left)));
        is_left[next] = false;
        done.push(tables[next]);
    }
    Ordered { tables: done, cyclic }
}

/// The places of tables among all that the program describes, parents before children: also by way of tables whose rows
/// nobody has read. Other models of a table that is among these do not count: they may describe that of another database.
pub(crate) fn ranks(own: &[&'static Table]) -> Vec<usize> {
    static ALL: OnceLock<HashMap<Name, Place>> = OnceLock::new();
    let all = ALL.get_or_init(|| places(registry::described().collect()));
    let of = |places: &HashMap<Name, Place>| -> Vec<usize> {
        own.iter().map(|table| places.get(&name(table)).map_or(0, |place| place.last)).collect()
    };
    if own.iter().all(|table| all.get(&name(table)).is_some_and(|place| place.models == 1)) {
        return of(all);
    }
    let names: HashSet<Name> = own.iter().map(|table| name(table)).collect();
    let others = registry::described().filter(|table| !names.contains(&name(table)));
    of(&places(others.chain(own.iter().copied()).collect()))
}

/// Where a table comes in the order.
#[derive(Default)]
struct Place {
    /// Of several models with one table the last place counts, for it is behind the parents of all.
    last: usize,
    models: usize,
}

fn places(mut tables: Vec<&'static Table>) -> HashMap<Name, Place> {
    // Theirs is the order of the linker, which no two builds share.
    tables.sort_by_key(|table| name(table));
    let mut places: HashMap<Name, Place> = HashMap::new();
    for (last, table) in ordered(&tables).tables.into_iter().enumerate() {
        let place = places.entry(name(table)).or_default();
        (place.last, place.models) = (last, place.models + 1);
    }
    places
}

type Name = (Option<&'static str>, &'static str);

fn name(table: &Table) -> Name {
    (table.schema, table.name)
}

/// To which of the others tables point, by their places, and whether each of their rows has to.
struct Ways(Vec<Vec<(usize, bool)>>);

impl Ways {
    fn between(tables: &[&'static Table]) -> Self {
        let mut places: HashMap<Name, Vec<usize>> = HashMap::new();
        (0..).zip(tables).for_each(|(place, table)| places.entry(name(table)).or_default().push(place));
        let of_table = |table: &&'static Table| {
            let is_nullable = |column: &&str| table.columns.iter().any(|own| own.name == *column && own.nullable);
            let others = table.all_foreign_keys().filter(|key| (key.schema, key.table) != name(table));
            let ways = others.flat_map(|key| {
                let (to, is_held) = (places.get(&(key.schema, key.table)), !key.columns.iter().any(is_nullable));
                to.into_iter().flatten().map(move |to| (*to, is_held))
            });
            ways.collect()
        };
        Ways(tables.iter().map(of_table).collect())
    }

    /// Those that lead from a table to others that are left.
    fn of<'w>(&'w self, table: usize, is_left: &'w [bool]) -> impl Iterator<Item = (usize, bool)> + 'w {
        self.0[table].iter().copied().filter(|(to, _)| is_left[*to])
    }

    /// The place in the list of what is left, where all point to others, of the table that comes first: one of a circle that
    /// points to nothing else, and whose rows do not have to.
    fn first_of_circle(&self, left: &[usize], is_left: &[bool]) -> usize {
        let reached: HashMap<usize, Vec<bool>> =
            left.iter().map(|from| (*from, self.reached(*from, is_left))).collect();
        let is_lowest = |at: &usize| left.iter().all(|to| !reached[&left[*at]][*to] || reached[to][left[*at]]);
        let lowest: Vec<usize> = (0..left.len()).filter(is_lowest).collect();
        let is_open = |at: &&usize| !self.of(left[**at], is_left).any(|(_, is_held)| is_held);
        lowest.iter().find(is_open).or(lowest.first()).copied().unwrap_or(0)
    }

    /// Which tables one points to, be it by way of others.
    fn reached(&self, from: usize, is_left: &[bool]) -> Vec<bool> {
        let (mut reached, mut asked) = (vec![false; self.0.len()], vec![from]);
        while let Some(at) = asked.pop() {
            for (to, _) in self.of(at, is_left) {
                if !std::mem::replace(&mut reached[to], true) {
                    asked.push(to);
                }
            }
        }
        reached
    }
}
