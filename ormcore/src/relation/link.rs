//! How two models are linked: proved from their tables when the program is compiled.

mod pairs;
mod unique;

use crate::model::{Column, Model, Record};
use crate::relation::filter::DeclaredFilter;
pub(crate) use crate::relation::link::pairs::KeyColumns;
use crate::relation::link::pairs::LONGEST_KEY;
pub use crate::relation::link::pairs::Pairs;
use crate::relation::link::unique::is_unique;
use crate::relation::message::Message;
use crate::schema::{self, Table};
use crate::sql::TableName;
use crate::value::Value;

/// The names of a relationship and its models, for messages.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    pub(crate) model: &'static str,
    pub(crate) field: &'static str,
    pub(crate) target: &'static str,
}

impl Names {
    /// The field of the model, and the model that it leads to.
    #[must_use]
    pub const fn new(model: &'static str, field: &'static str, target: &'static str) -> Self {
        Names { model, field, target }
    }
}

/// Whether a part of the row's key is NULL: then it points to nothing.
pub(crate) fn is_null(row: &dyn Record, key: &Pairs) -> bool {
    key.near().any(|index| matches!(row.field(index).value(), Ok(Value::Null)))
}

/// How a model and its target are linked.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub(crate) names: Names,
    /// The model's columns, and those of the target (or of the link table) that equal them.
    pub(crate) near: Pairs,
    pub(crate) through: Option<Through>,
    /// Whether the model's side may be NULL.
    pub(crate) nullable: bool,
    /// Whether a row of the model has one row of the target at most, for the database sees to it.
    pub(crate) single: bool,
    /// The condition of those rows of the target that it leads to, if these are not all.
    pub(crate) filter: Option<DeclaredFilter>,
}

/// A link table between a model and its target.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Through {
    pub(crate) name: &'static str,
    pub(crate) schema: Option<&'static str>,
    pub(crate) table: fn() -> &'static Table,
    /// The link table's columns, and those of the target that equal them.
    pub(crate) far: Pairs,
    /// Whether two rows are linked once at most.
    pub(crate) once: bool,
    /// A row of the link model with its defaults, where there is a model.
    pub(crate) initial: Option<fn() -> Box<dyn Record>>,
}

impl Link {
    /// The target has a foreign key to the model.
    #[must_use]
    #[track_caller]
    pub const fn children<M: Model, T: Model>(names: Names, key: Option<&'static str>) -> Self {
        let near = match Found::keys::<T, M>(key, &Pairs::NONE) {
            Found::None if Found::keys::<M, T>(None, &Pairs::NONE).is_any() => Message::new(&names).other_way(
                names.target,
                [names.model, key_of(M::COLUMNS)],
                "BelongsTo",
                names.target,
            ),
            found => found.proved(&names, names.target, [names.model, key_of(M::COLUMNS)]).reversed(),
        };
        Link {
            names,
            near,
            through: None,
            nullable: false,
            single: is_unique(T::TABLE, &near.reversed(), &Pairs::NONE),
            filter: None,
        }
    }

    /// The model has a foreign key to the target.
    #[must_use]
    #[track_caller]
    pub const fn parent<M: Model, T: Model>(names: Names, key: Option<&'static str>) -> Self {
        let near = match Found::keys::<M, T>(key, &Pairs::NONE) {
            Found::None if Found::keys::<T, M>(None, &Pairs::NONE).is_any() => {
                Message::new(&names).other_way(names.model, [names.target, key_of(T::COLUMNS)], "HasMany", names.target)
            }
            found => found.proved(&names, names.model, [names.target, key_of(T::COLUMNS)]),
        };
        Link { names, near, through: None, nullable: any_nullable(M::COLUMNS, &near), single: true, filter: None }
    }

    /// The model `L` has foreign keys to both.
    #[must_use]
    #[track_caller]
    pub const fn through<M: Model, T: Model, L: Model>(names: Names, key: Option<&'static str>) -> Self {
        let link = L::TABLE.model;
        let to_itself = is_same_table::<M, T>();
        let near = match Found::keys::<L, M>(key, &Pairs::NONE) {
            Found::Many(keys) if to_itself => Message::new(&names).ambiguous_near(link, names.model, keys),
            found => found.proved(&names, link, [names.model, key_of(M::COLUMNS)]),
        };
        // A link between rows of one model has two keys to it: the other one leads on.
        let other = if to_itself { &near } else { &Pairs::NONE };
        let far = match Found::keys::<L, T>(None, other) {
            Found::None if to_itself => Message::new(&names).no_second_key(link, [names.target, key_of(T::COLUMNS)]),
            Found::Many(keys) => Message::new(&names).ambiguous_far(link, names.target, keys),
            found => found.proved(&names, link, [names.target, key_of(T::COLUMNS)]),
        };
        let once = is_unique(L::TABLE, &near, &far);
        let (name, schema) = (L::NAME, L::SCHEMA);
        let through = Through { name, schema, table: || L::TABLE, far, once, initial: Some(initial::<L>) };
        let near = near.reversed();
        Link { names, near, through: Some(through), nullable: false, single: false, filter: None }
    }

    /// The bare link table of this name holds the primary keys of both.
    #[must_use]
    #[track_caller]
    pub const fn through_table<M: Model, T: Model>(
        names: Names,
        name: &'static str,
        table: fn() -> &'static Table,
    ) -> Self {
        let swapped = schema::is_swapped(M::TABLE, T::TABLE);
        let (model, target) = (key_count(M::COLUMNS), key_count(T::COLUMNS));
        let known = !M::COLUMNS.is_empty() && !T::COLUMNS.is_empty();
        if known && (model == 0 || target == 0) {
            Message::new(&names).bare_without_key(if model == 0 { names.model } else { names.target });
        }
        let (near_first, far_first) = if swapped { (target, 0) } else { (0, model) };
        // It is in the schema of the table whose columns come first.
        let schema = if swapped { T::SCHEMA } else { M::SCHEMA };
        let far = key_pairs(T::COLUMNS, far_first);
        let through = Through { name, schema, table, far, once: true, initial: None };
        let near = key_pairs(M::COLUMNS, near_first).reversed();
        Link { names, near, through: Some(through), nullable: false, single: false, filter: None }
    }

    /// The same link, seen from the target.
    #[must_use]
    #[track_caller]
    pub(crate) const fn reversed<M: Model, T: Model>(self, field: &'static str) -> Self {
        if self.filter.is_some() {
            Message::new(&self.names).one_sided();
        }
        let names = Names { model: self.names.target, field, target: self.names.model };
        let (near, through) = match self.through {
            None => (self.near.reversed(), None),
            Some(through) => {
                let back = Through { far: self.near.reversed(), ..through };
                (through.far.reversed(), Some(back))
            }
        };
        let single = through.is_none() && is_unique(M::TABLE, &near.reversed(), &Pairs::NONE);
        let nullable = through.is_none() && any_nullable(T::COLUMNS, &near);
        Link { names, near, through, nullable, single, filter: None }
    }

    /// Whether a link table may join two rows more than once.
    pub(crate) fn may_repeat(&self) -> bool {
        self.through.is_some_and(|through| !through.once)
    }

    /// The position of a column of the target that no linked row has NULL in: it equals one on the other side.
    pub(crate) fn never_null(&self) -> usize {
        let pairs = self.through.as_ref().map_or(&self.near, |through| &through.far);
        pairs.far().next().unwrap_or(0)
    }

    /// Whether the other is the same link, seen from the other side.
    pub(crate) const fn mirrors(&self, other: &Link) -> bool {
        match (&self.through, &other.through) {
            (None, None) => self.near.same(&other.near.reversed()),
            (Some(one), Some(two)) => {
                let is_reversed = self.near.same(&two.far.reversed()) && one.far.same(&other.near.reversed());
                is_reversed && one.is_same_table(two)
            }
            _ => false,
        }
    }

    /// Whether the other goes through the same link table, from the same side.
    pub(crate) const fn is_same_through(&self, other: &Link) -> bool {
        match (&self.through, &other.through) {
            (Some(one), Some(two)) => self.near.same(&other.near) && one.is_same_table(two),
            _ => false,
        }
    }
}

impl Through {
    pub(crate) const fn table_name(&self) -> TableName {
        TableName { schema: self.schema, name: self.name }
    }

    const fn is_same_table(&self, other: &Through) -> bool {
        same(self.name, other.name) && same_schema(self.schema, other.schema)
    }
}

/// The name of a foreign key's column, proved to be one of the model `M`.
#[must_use]
pub const fn key_column<M, T>(column: Column<M, T>) -> &'static str {
    column.name()
}

/// The foreign keys of one model to another.
enum Found {
    None,
    /// A column was named that is part of no such key.
    NotNamed(&'static str),
    One(Pairs),
    /// One that leads to a column of the table, both named, which the model lacks; the columns there mean nothing.
    Lacking(Pairs, [&'static str; 2]),
    /// Several, with a column of two.
    Many([&'static schema::Column; 2]),
    /// One for each column of a primary key of several, with the columns of both models.
    Split(Pairs, [&'static [schema::Column]; 2]),
}

impl Found {
    /// Looks for foreign keys of `C` to `P`: the one with the column `named`, or the only one but `other`. The pairs have
    /// the columns of `C` on the near side.
    const fn keys<C: Model, P: Model>(named: Option<&'static str>, other: &Pairs) -> Self {
        let (columns, composite) = (C::COLUMNS, C::TABLE.composite_foreign_keys);
        if columns.is_empty() || P::COLUMNS.is_empty() {
            // A model with a mistake in it, which is told there.
            return Found::One(Pairs::NONE);
        }
        let mut found = Found::None;
        let mut at = 0;
        while at < columns.len() {
            if let Some(target) = &columns[at].references {
                let fits = same(target.table, P::NAME) && same_schema(target.schema, P::SCHEMA);
                if fits && is_wanted(named, columns[at].name) {
                    let key = Found::key::<P>(columns, &[columns[at].name], &[target.column]);
                    found = found.add(key, other, columns);
                }
            }
            at += 1;
        }
        let mut at = 0;
        while at < composite.len() {
            let key = &composite[at];
            if same(key.table, P::NAME) && same_schema(key.schema, P::SCHEMA) {
                let (mut wanted, mut part) = (false, 0);
                while part < key.columns.len() {
                    wanted |= is_wanted(named, key.columns[part]);
                    part += 1;
                }
                if wanted {
                    found = found.add(Found::key::<P>(columns, key.columns, key.references), other, columns);
                }
            }
            at += 1;
        }
        match (found, named) {
            (Found::None, Some(name)) => Found::NotNamed(name),
            (Found::Many(keys), None) if composite.is_empty() => match parts::<C, P>() {
                Some(parts) => Found::Split(parts, [columns, P::COLUMNS]),
                None => Found::Many(keys),
            },
            (found, _) => found,
        }
    }

    /// The foreign key with the columns `near`, which leads to the columns `far` of `P`.
    const fn key<P: Model>(columns: &[schema::Column], near: &[&str], far: &[&'static str]) -> Self {
        let (mut pairs, mut lacking, mut part) = (Pairs::NONE, None, 0);
        while part < near.len() {
            match (position(columns, near[part]), position(P::COLUMNS, far[part])) {
                (Some(near), Some(far)) => pairs = pairs.with(near, far),
                (Some(near), None) => (pairs, lacking) = (pairs.with(near, 0), Some([P::NAME, far[part]])),
                (None, _) => {}
            }
            part += 1;
        }
        match lacking {
            None => Found::One(pairs),
            Some(column) => Found::Lacking(pairs, column),
        }
    }

    const fn add(self, key: Found, other: &Pairs, columns: &'static [schema::Column]) -> Self {
        let (Found::One(pairs) | Found::Lacking(pairs, _)) = key else { return self };
        if pairs.same(other) {
            return self;
        }
        match self {
            Found::None => key,
            Found::One(first) | Found::Lacking(first, _) => {
                // Keys of several columns may have some in common.
                let mut at = 0;
                while first.near[at] == pairs.near[at] && at + 1 < LONGEST_KEY {
                    at += 1;
                }
                Found::Many([&columns[first.near[at] as usize], &columns[pairs.near[at] as usize]])
            }
            found => found,
        }
    }

    /// Whether there is one at least.
    const fn is_any(&self) -> bool {
        !matches!(self, Found::None | Found::NotNamed(_))
    }

    /// The key, or a message when the program is compiled; `parent` is a model and the constant of its primary key.
    #[track_caller]
    const fn proved(self, names: &Names, child: &'static str, parent: [&'static str; 2]) -> Pairs {
        match self {
            Found::One(pairs) => pairs,
            Found::None => Message::new(names).no_key(child, parent),
            Found::NotNamed(column) => Message::new(names).other_key(child, parent[0], column),
            Found::Lacking(_, column) => Message::new(names).no_column(child, parent[0], column),
            Found::Many(keys) => Message::new(names).ambiguous(child, parent[0], keys),
            Found::Split(pairs, [of_child, of_parent]) => {
                let mut parts = [[&of_child[0], &of_parent[0]]; LONGEST_KEY];
                let mut at = 0;
                while at < pairs.count as usize {
                    parts[at] = [&of_child[pairs.near[at] as usize], &of_parent[pairs.far[at] as usize]];
                    at += 1;
                }
                let (parts, _) = parts.split_at(at);
                Message::new(names).split(child, parent[0], parts)
            }
        }
    }
}

/// The columns of `C` that point to one column each of the primary key of `P`, if they are as many and no other points to `P`.
const fn parts<C: Model, P: Model>() -> Option<Pairs> {
    let (mut parts, mut at) = (Pairs::NONE, 0);
    while at < C::COLUMNS.len() {
        if let Some(target) = &C::COLUMNS[at].references
            && same(target.table, P::NAME)
            && same_schema(target.schema, P::SCHEMA)
        {
            let Some(far) = position(P::COLUMNS, target.column) else { return None };
            if !P::COLUMNS[far].primary_key {
                return None;
            }
            let mut before = 0;
            while before < parts.count as usize {
                if parts.far[before] as usize == far {
                    return None;
                }
                before += 1;
            }
            parts = parts.with(at, far);
        }
        at += 1;
    }
    if parts.count as usize == key_count(P::COLUMNS) { Some(parts) } else { None }
}

const fn is_wanted(named: Option<&str>, column: &str) -> bool {
    match named {
        Some(named) => same(named, column),
        None => true,
    }
}

/// A row with its defaults.
fn initial<L: Model>() -> Box<dyn Record> {
    Box::new(L::initial())
}

const fn any_nullable(columns: &[schema::Column], pairs: &Pairs) -> bool {
    let mut part = 0;
    while part < pairs.count as usize {
        if columns[pairs.near[part] as usize].nullable {
            return true;
        }
        part += 1;
    }
    false
}

const fn key_count(columns: &[schema::Column]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < columns.len() {
        count += columns[at].primary_key as usize;
        at += 1;
    }
    count
}

/// The constant of the primary key, as far as messages need it.
const fn key_of(columns: &[schema::Column]) -> &'static str {
    let mut at = 0;
    while at < columns.len() {
        if columns[at].primary_key {
            return columns[at].constant;
        }
        at += 1;
    }
    "ID"
}

/// The link table's columns from `first` on, and the primary key that they hold.
const fn key_pairs(columns: &[schema::Column], first: usize) -> Pairs {
    let (mut pairs, mut at) = (Pairs::NONE, 0);
    while at < columns.len() {
        if columns[at].primary_key {
            pairs = pairs.with(first + pairs.count as usize, at);
        }
        at += 1;
    }
    pairs
}

const fn position(columns: &[schema::Column], name: &str) -> Option<usize> {
    let mut at = 0;
    while at < columns.len() {
        if same(columns[at].name, name) {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn is_same_table<M: Model, T: Model>() -> bool {
    same(M::NAME, T::NAME) && same_schema(M::SCHEMA, T::SCHEMA)
}

const fn same_schema(one: Option<&str>, two: Option<&str>) -> bool {
    match (one, two) {
        (None, None) => true,
        (Some(one), Some(two)) => same(one, two),
        _ => false,
    }
}

pub(crate) const fn same(one: &str, two: &str) -> bool {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    if one.len() != two.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != two[at] {
            return false;
        }
        at += 1;
    }
    true
}
