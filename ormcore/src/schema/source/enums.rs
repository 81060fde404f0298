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
    /// The enums of all tables, by their names.
    pub(super) fn all(tables: &[FoundTable], types: &mut Given) -> Vec<Self> {
        let said = tables.iter().flat_map(|table| &table.details).filter(|detail| detail.kind == DetailKind::Variant);
        let mut all: Vec<(&str, u32, &str)> =
            said.map(|detail| (detail.name.as_str(), detail.place, detail.text.as_str())).collect();
        all.sort_unstable();
        all.dedup();
        let mut enums: Vec<Enum> = Vec::new();
        let mut given = Given::default();
        for (native, _, text) in all {
            if enums.last().is_none_or(|last| last.native != native) {
                let name = names::camel(native, "T");
                let is_reserved = RESERVED.contains(&name.as_str());
                let name = types.give_type(&if is_reserved { format!("{name}Kind") } else { name });
                enums.push(Enum { name, native: native.to_string(), variants: Vec::new() });
                given = Given::of(["Self"]);
            }
            if let Some(last) = enums.last_mut() {
                last.variants.push((given.give_type(&names::camel(text, "V")), text.to_string()));
            }
        }
        // No variant is stored as nothing: those are texts.
        enums.retain(|of| of.variants.iter().all(|(_, text)| !text.trim().is_empty()));
        enums
    }
}
