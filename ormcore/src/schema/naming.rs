//! Names of constraints and indexes: a prefix, the table, the columns.

use std::collections::HashSet;

use crate::sql::Dialect;

/// The names of tables and indexes that a database holds, each with the table that it is of.
pub(crate) type TakenNames = [(String, String)];

/// Gives names to indexes, and to constraints that are indexes: they share one room in a database.
pub(crate) struct IndexNames<'a> {
    found: &'a TakenNames,
    dialect: &'a dyn Dialect,
    given: HashSet<String>,
}

impl<'a> IndexNames<'a> {
    pub(crate) fn new(found: &'a TakenNames, dialect: &'a dyn Dialect) -> Self {
        IndexNames { found, dialect, given: HashSet::new() }
    }

    /// The name, or with a hash of `whole` if an index has it already, which this call made or which is of another table.
    pub(crate) fn give(&mut self, table: &str, name: String, whole: String) -> String {
        let name = free(name, whole, |name| self.is_taken(table, name));
        self.given.insert(name.to_ascii_lowercase());
        name
    }

    /// An index that is `IF NOT EXISTS` would be left out if another table had one of its name.
    fn is_taken(&self, table: &str, name: &str) -> bool {
        let same = |left: &str, right: &str| self.dialect.same_name(left, right);
        // Some databases take names that differ in case for the same.
        self.given.contains(&name.to_ascii_lowercase())
            || self.found.iter().any(|(other, of)| same(other, name) && !same(of, table))
    }
}

/// The name, or with a hash of `whole` if it is taken.
pub(crate) fn free(mut name: String, mut whole: String, is_taken: impl Fn(&str) -> bool) -> String {
    while is_taken(&name) {
        name = hashed(&name, &whole);
        // Only for what is declared several times.
        whole.push('\0');
    }
    name
}

/// The longest name that PostgreSQL keeps whole, in bytes; a longer one is cut there without a word.
const LONGEST: usize = 63;

/// `ix_user_email`; a name that would be too long is cut, and ends in a hash of the whole.
pub(crate) fn constraint(prefix: &str, table: &str, parts: &[&str]) -> String {
    let mut name = format!("{prefix}_{table}");
    for part in parts {
        name.push('_');
        name.push_str(part);
    }
    if name.len() > LONGEST { hashed(&name, &name) } else { name }
}

/// The name, cut where it is too long, with a hash of `whole` at its end.
fn hashed(name: &str, whole: &str) -> String {
    let hash = format!("_{:012x}", fnv1a(whole.as_bytes()) & 0xffff_ffff_ffff);
    let mut end = name.len().min(LONGEST - hash.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &name[..end])
}

/// FNV-1a, 64 bits: the same on every machine and in every version, as names in a database have to be.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_plain() {
        assert_eq!(constraint("uq", "user", &["first", "last"]), "uq_user_first_last");
    }

    #[test]
    fn long_names_differ_though_their_starts_are_the_same() {
        let long = "a".repeat(80);
        let (one, two) = (constraint("ix", &long, &["one"]), constraint("ix", &long, &["two"]));
        assert_ne!(one, two);
        assert!(one.len() <= LONGEST && two.len() <= LONGEST);
    }

    #[test]
    fn a_name_is_not_cut_inside_a_character() {
        let name = constraint("ix", &"é".repeat(60), &["x"]);
        assert!(name.len() <= LONGEST && name.starts_with("ix_é"));
    }
}
