//! Enums of the database as enums of Rust.

use super::names::{self, Given};
use super::{FoundTable, RESERVED};
use crate::sql::dialect::DetailKind;

pub(super) struct Enum {
    /// The name in Rust.
    pub(super) name: String,
    /// The name of the type in the database.
    pub(super) native: String,
    /// Each with its text.
    pub(super) variants: Vec<(String, String)>,
}

impl Enum {
    /// The enums of all tables, by their names: of two schemas' that have one name and other values, no field can be.
    pub(super) fn all(tables: &[FoundTable], types: &mut Given) -> Vec<Self> {
        let mut all: Vec<(&str, usize, u32, &str)> = Vec::new();
        for (number, table) in tables.iter().enumerate() {
            let said = table.details.iter().filter(|detail| detail.kind == DetailKind::Variant);
            all.extend(said.map(|detail| (detail.name.as_str(), number, detail.place, detail.text.as_str())));
        }
        all.sort_unstable();
        let mut enums: Vec<Enum> = Vec::new();
        for of_name in all.chunk_by(|one, other| one.0 == other.0) {
            let of_tables = of_name.chunk_by(|one, other| one.1 == other.1);
            let mut lists = of_tables.map(|list| list.iter().map(|value| (value.2, value.3)).collect::<Vec<_>>());
            let (native, first) = (of_name[0].0, lists.next().unwrap_or_default());
            let is_one = first.windows(2).all(|pair| pair[0].0 != pair[1].0) && lists.all(|list| list == first);
            // No variant is stored as nothing: those are texts.
            if is_one && first.iter().all(|(_, text)| !text.trim().is_empty()) {
                enums.push(Enum::of(native, &first, types));
            }
        }
        enums
    }

    fn of(native: &str, values: &[(u32, &str)], types: &mut Given) -> Self {
        let name = names::camel(native, "T");
        let is_reserved = RESERVED.contains(&name.as_str());
        let name = types.give_type(&if is_reserved { format!("{name}Kind") } else { name });
        let mut given = Given::of(["Self"]);
        let variant = |(_, text): &(u32, &str)| (given.give_type(&names::camel(text, "V")), (*text).to_string());
        Enum { name, native: native.to_string(), variants: values.iter().map(variant).collect() }
    }
}
