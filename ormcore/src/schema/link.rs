use std::sync::OnceLock;

use crate::schema::{Action, Column, ForeignKey, References, Table};

/// A link table without a model: the primary keys of two tables, which are its own key together.
///
/// The columns are called after the tables and their keys, as in `page_id` and `tag_id`; those of the table whose name
/// sorts first come first, so that both sides describe one table. Where both sides are one table, or two of one name, the
/// second side's columns begin with `other_`. A link goes with either of its rows (`ON DELETE CASCADE`).
#[derive(Debug)]
pub struct LinkTable {
    name: &'static str,
    sides: [fn() -> &'static Table; 2],
    built: OnceLock<Table>,
}

/// A link table without a model that is linked into the program; the derive submits one for each.
#[derive(Debug)]
pub struct RegisteredLink(pub fn() -> &'static Table);

inventory::collect!(RegisteredLink);

impl LinkTable {
    /// The link table of this name between two models' tables.
    #[must_use]
    pub const fn new(name: &'static str, one: fn() -> &'static Table, two: fn() -> &'static Table) -> Self {
        LinkTable { name, sides: [one, two], built: OnceLock::new() }
    }

    /// The table, described at the first call and kept for the life of the program.
    pub fn table(&'static self) -> &'static Table {
        self.built.get_or_init(|| {
            let [mut one, mut two] = self.sides.map(|side| side());
            if is_swapped(one, two) {
                (one, two) = (two, one);
            }
            let mut columns = side(one, "");
            columns.extend(side(two, if one.name == two.name { "other_" } else { "" }));
            let (first, second) = columns.split_at(one.primary_key().count());
            let keys: Vec<ForeignKey> = [composite(one, first), composite(two, second)].into_iter().flatten().collect();
            let columns = Vec::leak(columns);
            Table::new("", self.name, self.name, columns).schema(one.schema).foreign_keys(Vec::leak(keys))
        })
    }
}

/// Whether the second table's columns come first in a link table: its name sorts first, or that of its schema.
pub(crate) const fn is_swapped(one: &Table, two: &Table) -> bool {
    match (sorts_before(two.name, one.name), sorts_before(one.name, two.name)) {
        (false, false) => match (one.schema, two.schema) {
            (Some(one), Some(two)) => sorts_before(two, one),
            (one, two) => one.is_some() && two.is_none(),
        },
        (first, _) => first,
    }
}

const fn sorts_before(one: &str, two: &str) -> bool {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    let mut at = 0;
    while at < one.len() && at < two.len() {
        if one[at] != two[at] {
            return one[at] < two[at];
        }
        at += 1;
    }
    one.len() < two.len()
}

/// The columns that hold a side's primary key.
fn side(table: &'static Table, prefix: &str) -> Vec<Column> {
    let alone = table.primary_key().count() == 1;
    let column = |index: usize| {
        let key = table.columns[index];
        let name: &'static str = String::leak(format!("{prefix}{}_{}", table.name, key.name));
        let references = alone.then(|| References::new(table.schema, table.name, key.name).on_delete(Action::Cascade));
        Column {
            name,
            constant: name,
            generated: false,
            unique: false,
            index: None,
            has_default: false,
            server_default: None,
            generated_as: None,
            read_only: false,
            check: None,
            references,
            comment: None,
            ..key
        }
    };
    table.primary_key().map(column).collect()
}

/// The foreign key of a side whose primary key has several columns.
fn composite(table: &'static Table, columns: &[Column]) -> Option<ForeignKey> {
    let names =
        |columns: &mut dyn Iterator<Item = &'static str>| -> &'static [&'static str] { Vec::leak(columns.collect()) };
    (columns.len() > 1).then(|| {
        let own = names(&mut columns.iter().map(|column| column.name));
        let keys = names(&mut table.primary_key().map(|index| table.columns[index].name));
        ForeignKey::new(own, table.schema, table.name, keys).on_delete(Action::Cascade)
    })
}
