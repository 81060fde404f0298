//! Names of constraints and indexes: a prefix, the table, the columns.

use std::collections::HashMap;

use crate::schema::Table;
use crate::sql::Dialect;

/// The names of tables and indexes that schemas of a database hold.
#[derive(Default)]
pub(crate) struct TakenNames {
    /// The schemas in which a name that says none is sought, the connection's own first.
    path: Vec<String>,
    names: Vec<TakenName>,
}

/// A table is its own.
struct TakenName {
    schema: String,
    name: String,
    table: String,
}

impl TakenNames {
    /// Adds a row of [`Dialect::names_query`].
    pub(crate) fn add(&mut self, schema: String, name: String, table: String) {
        if name.is_empty() {
            self.path.push(schema);
        } else {
            self.names.push(TakenName { schema, name, table });
        }
    }

    /// The name of a table's schema, of one that says none too.
    pub(crate) fn schema<'a>(&'a self, of_table: Option<&'a str>) -> &'a str {
        of_table.or_else(|| self.path.first().map(String::as_str)).unwrap_or_default()
    }

    /// Whether a name that says no schema finds a table.
    pub(crate) fn finds(&self, table: &str, dialect: &dyn Dialect) -> bool {
        self.path.iter().any(|schema| self.has(Some(schema), table, dialect))
    }

    /// Whether there is a table of this name.
    pub(crate) fn has(&self, schema: Option<&str>, table: &str, dialect: &dyn Dialect) -> bool {
        self.spelling(schema, table, dialect).is_some()
    }

    /// The name of a table that is there, where it is spelled in another way.
    pub(crate) fn other_spelling(&self, table: &Table, dialect: &dyn Dialect) -> Option<&str> {
        self.spelling(table.schema, table.name, dialect).filter(|name| *name != table.name)
    }

    /// The name of a table as the database has it.
    fn spelling(&self, schema: Option<&str>, table: &str, dialect: &dyn Dialect) -> Option<&str> {
        let same = |left: &str, right: &str| dialect.same_name(left, right);
        let is = |taken: &&TakenName| {
            taken.name == taken.table && same(&taken.schema, self.schema(schema)) && same(&taken.name, table)
        };
        self.names.iter().find(is).map(|taken| taken.name.as_str())
    }
}

/// Gives names to indexes, and to constraints that are indexes: they share one room in a schema.
pub(crate) struct IndexNames<'a> {
    found: &'a TakenNames,
    dialect: &'a dyn Dialect,
    /// Each with its schema, and the table that has it.
    given: HashMap<(String, String), &'static str>,
}

impl<'a> IndexNames<'a> {
    pub(crate) fn new(found: &'a TakenNames, dialect: &'a dyn Dialect) -> Self {
        IndexNames { found, dialect, given: HashMap::new() }
    }

    /// The name, or with a hash of `whole` if an index has it already, which this call made or which is of another table.
    pub(crate) fn give(&mut self, table: &Table, name: String, whole: String) -> String {
        let own = hashed(&name, &whole);
        // It had to be another one when it was made.
        let name = if self.is_there(table, &own) { own } else { free(name, whole, |name| self.is_taken(table, name)) };
        self.given.insert(self.key(table, &name), table.name);
        name
    }

    /// Takes back what the table has: another model of it has the same.
    pub(crate) fn forget(&mut self, table: &Table) {
        let (schema, _) = self.key(table, "");
        self.given.retain(|(of, _), name| *of != schema || !self.dialect.same_name(name, table.name));
    }

    /// Whether the table has an index of this name.
    pub(crate) fn is_there(&self, table: &Table, name: &str) -> bool {
        let same = |left: &str, right: &str| self.dialect.same_name(left, right);
        self.found.names.iter().any(|found| {
            same(&found.name, name)
                && same(&found.table, table.name)
                && same(&found.schema, self.found.schema(table.schema))
        })
    }

    /// Some databases take names that differ in case for the same.
    fn key(&self, table: &Table, name: &str) -> (String, String) {
        (self.found.schema(table.schema).to_ascii_lowercase(), name.to_ascii_lowercase())
    }

    /// An index that is `IF NOT EXISTS` would be left out if another table had one of its name.
    fn is_taken(&self, table: &Table, name: &str) -> bool {
        let same = |left: &str, right: &str| self.dialect.same_name(left, right);
        let schema = self.found.schema(table.schema);
        let is_of_another = |taken: &TakenName| {
            same(&taken.schema, schema) && same(&taken.name, name) && !same(&taken.table, table.name)
        };
        self.given.contains_key(&self.key(table, name)) || self.found.names.iter().any(is_of_another)
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

/// The names that checks of a column can have.
pub(crate) fn checks(table: &str, column: &str) -> [String; 4] {
    let of = |parts: &[&str]| constraint("ck", table, parts);
    [of(&[column]), of(&[column, "length"]), of(&[column, "range"]), of(&[column, "variant"])]
}

/// The name, cut where it is too long, with a hash of `whole` at its end.
pub(crate) fn hashed(name: &str, whole: &str) -> String {
    format!("{}_{:012x}", cut(name), fnv1a(whole.as_bytes()) & 0xffff_ffff_ffff)
}

/// As much of the name as a hash leaves room for.
fn cut(name: &str) -> &str {
    let mut end = name.len().min(LONGEST - "_0123456789ab".len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
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
