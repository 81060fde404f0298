use crate::schema::{Column, Said};

/// The method of an index that says none, the only one that has an order and can be unique.
pub(crate) const B_TREE: &str = "btree";

/// What an index is made of: a column or an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexPart {
    /// The column's name, or the expression as SQL.
    pub text: &'static str,
    /// Whether it is an expression.
    pub is_expression: bool,
    /// Whether the index goes down in it: NULLs come last then.
    pub descending: bool,
    /// The operator class, as SQL, if it is not that of the type.
    pub ops: Option<&'static str>,
}

impl IndexPart {
    /// The column of this name.
    #[must_use]
    pub const fn named(column: &'static str) -> Self {
        IndexPart { text: column, is_expression: false, descending: false, ops: None }
    }

    /// An expression.
    #[must_use]
    pub const fn expression(sql: &'static str) -> Self {
        IndexPart { is_expression: true, ..Self::named(sql) }
    }

    /// The column whose name is all that the SQL says, or an expression: a column that is embedded is written as SQL.
    ///
    /// # Panics
    /// If the SQL is a name and that of no column: when the program is compiled.
    #[must_use]
    #[track_caller]
    pub const fn of(sql: &'static str, table: &str, columns: &[Column]) -> Self {
        match named(sql, columns) {
            Some(name) => Self::named(name),
            None if is_name(sql.as_bytes().trim_ascii()) => no_column(sql, table, columns),
            None => Self::expression(sql),
        }
    }

    /// Lets the index go down in it.
    #[must_use]
    pub const fn desc(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Sets the operator class.
    #[must_use]
    pub const fn ops(mut self, sql: &'static str) -> Self {
        self.ops = Some(sql);
        self
    }

    /// The column's name, unless it is an expression.
    #[must_use]
    pub const fn column(&self) -> Option<&'static str> {
        if self.is_expression { None } else { Some(self.text) }
    }

    /// Whether it is a column, and nothing is said of it.
    pub(crate) const fn is_plain(&self) -> bool {
        !self.is_expression && !self.descending && self.ops.is_none()
    }

    /// The column or the expression with what is said of it, for names and messages.
    pub(crate) fn described(&self) -> String {
        let ops = self.ops.map(|ops| format!(" {ops}")).unwrap_or_default();
        format!("{}{ops}{}", self.text, if self.descending { " DESC" } else { "" })
    }
}

/// An index or a unique constraint over columns or expressions.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// #[model(index(author_id, posted_at.desc(), include(title)), index(tags, using = "gin"))]
/// struct Post {
///     #[column(primary_key)]
///     id: i64,
///     author_id: i64,
///     posted_at: i64,
///     title: String,
///     tags: Vec<String>,
/// }
///
/// let [newest, tags] = <Post as Model>::TABLE.indexes else { panic!() };
/// assert_eq!(newest.parts[1].column(), Some("posted_at"));
/// assert!(newest.parts[1].descending);
/// assert_eq!((newest.include, tags.using), (&["title"][..], Some("gin")));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Index {
    /// Its columns and expressions, in order.
    pub parts: &'static [IndexPart],
    /// Whether no two rows may agree in all parts.
    pub unique: bool,
    /// The condition of a partial index, as SQL.
    pub filter: Option<&'static str>,
    /// Its name, if it is not to follow the naming rule.
    pub name: Option<&'static str>,
    /// Its method, if it is no B-tree.
    pub using: Option<&'static str>,
    /// The columns that it holds beside its parts, so that a query of these need not look at the rows.
    pub include: &'static [&'static str],
}

impl Index {
    /// An index over the parts.
    #[must_use]
    pub const fn new(parts: &'static [IndexPart]) -> Self {
        Index { parts, unique: false, filter: None, name: None, using: None, include: &[] }
    }

    /// Forbids two rows that agree in all parts.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Covers only the rows that meet the condition.
    #[must_use]
    pub const fn filter(mut self, sql: &'static str) -> Self {
        self.filter = Some(sql);
        self
    }

    /// Names it.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets the method.
    #[must_use]
    pub const fn using(mut self, method: &'static str) -> Self {
        self.using = Some(method);
        self
    }

    /// Adds columns to what it holds.
    #[must_use]
    pub const fn include(mut self, columns: &'static [&'static str]) -> Self {
        self.include = columns;
        self
    }
}

/// The column whose name is all that the SQL says: what an index includes is no expression.
///
/// # Panics
/// If there is none: when the program is compiled.
#[must_use]
#[track_caller]
pub const fn included(sql: &str, table: &str, columns: &[Column]) -> &'static str {
    match named(sql, columns) {
        Some(name) => name,
        None => no_column(sql, table, columns),
    }
}

const fn named(sql: &str, columns: &[Column]) -> Option<&'static str> {
    let sql = sql.as_bytes().trim_ascii();
    let mut index = 0;
    while index < columns.len() {
        let name = columns[index].name;
        if sql.eq_ignore_ascii_case(name.as_bytes()) || is_quoted(sql, name.as_bytes()) {
            return Some(name);
        }
        index += 1;
    }
    None
}

/// Whether the SQL is the name in quotation marks, inside which one is written twice.
const fn is_quoted(sql: &[u8], mut name: &[u8]) -> bool {
    let [b'"', inner @ .., b'"'] = sql else { return false };
    let mut inner = inner;
    loop {
        (inner, name) = match (inner, name) {
            ([], []) => return true,
            ([b'"', b'"', inner @ ..], [b'"', name @ ..]) => (inner, name),
            ([b'"', ..], _) => return false,
            ([one, inner @ ..], [other, name @ ..]) if one.eq_ignore_ascii_case(other) => (inner, name),
            _ => return false,
        };
    }
}

/// Whether the SQL can be nothing but the name of a column.
const fn is_name(sql: &[u8]) -> bool {
    let mut rest = match sql {
        [b'"', inner @ .., b'"'] => return is_inside_quotes(inner),
        [b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff, rest @ ..] => rest,
        _ => return false,
    };
    while let [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | 0x80..=0xff, next @ ..] = rest {
        rest = next;
    }
    let is_literal =
        sql.eq_ignore_ascii_case(b"true") || sql.eq_ignore_ascii_case(b"false") || sql.eq_ignore_ascii_case(b"null");
    rest.is_empty() && !is_literal
}

const fn is_inside_quotes(mut sql: &[u8]) -> bool {
    loop {
        sql = match sql {
            [] => return true,
            [b'"', b'"', rest @ ..] => rest,
            [b'"', ..] => return false,
            [_, rest @ ..] => rest,
        };
    }
}

#[track_caller]
const fn no_column(sql: &str, table: &str, columns: &[Column]) -> ! {
    let mut said = Said::NOTHING.add("an index of the table `").add(table).add("` names `").add(sql);
    said = said.add("`, which is none of its columns: these are `");
    let mut index = 0;
    while index < columns.len() {
        said = said.add(if index > 0 { "`, `" } else { "" }).add(columns[index].name);
        index += 1;
    }
    said.add("`").tell()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_with_its_quotes_or_without() {
        let columns =
            [Column::of::<i64>().named("say \"hi\"", "SAY"), Column::of::<i64>().named("lower(name)", "LOWER")];
        for sql in ["say \"hi\"", " SAY \"hi\" ", "\"say \"\"hi\"\"\""] {
            assert_eq!(named(sql, &columns), Some("say \"hi\""), "{sql}");
        }
        assert_eq!(named("lower(name)", &columns), Some("lower(name)"));
        for sql in ["\"say \"hi\"\"", "\"say \"\"hi\"\"", "\"", "\"\"", "", "say"] {
            assert_eq!(named(sql, &columns), None, "{sql}");
        }
    }

    #[test]
    fn what_is_no_name_is_an_expression() {
        for sql in ["name", "\"a \"\"b\"\"\"", "_a1", "größe", "\"1\""] {
            assert!(is_name(sql.as_bytes()), "{sql}");
        }
        for sql in ["1", "TRUE", "null", "a b", "a.b", "lower(a)", "\"a\" || \"b\"", "'a'", "", "\"", "a::text"] {
            assert!(!is_name(sql.as_bytes()), "{sql}");
        }
    }
}
