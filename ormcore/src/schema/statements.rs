use std::sync::OnceLock;

use crate::schema::{Column, Table};
use crate::sql::writer::{push_quoted, push_table};
use crate::sql::{Dialect, GeneratedKeys, TableName};
use crate::value::SqlType;

#[cfg(test)]
mod tests;

/// The texts of a model's fixed operations, written once a dialect and kept for the life of the program.
#[derive(Debug)]
pub struct Statements {
    first: OnceLock<Box<Entry>>,
}

#[derive(Debug)]
struct Entry {
    dialect: &'static str,
    texts: Texts,
    next: Statements,
}

/// The texts of one model in one dialect.
#[derive(Debug)]
pub(crate) struct Texts {
    /// All columns, qualified: what a SELECT lists that is put together for a query.
    pub(crate) columns: String,
    /// All rows. The fixed texts name columns without their table: statements are found in a cache by their whole text.
    pub(crate) all: String,
    /// How many they are.
    pub(crate) count: String,
    /// The row with a key.
    pub(crate) select: String,
    /// A row whose columns that the database fills in are left out.
    pub(crate) insert_new: Insert,
    /// A row with every column.
    pub(crate) insert_full: Insert,
    /// The columns by which an update and a delete find the row: the key, and a version.
    pub(crate) found_by: Vec<usize>,
    /// The columns that an update of a whole row writes: every one but the key and what only the database writes, or the key
    /// where there is nothing else.
    pub(crate) updated: Vec<usize>,
    /// These columns of the row with a key (and a version).
    pub(crate) update: String,
    /// The columns that an update gives back: those that only the database writes.
    pub(crate) read_only: Vec<usize>,
    /// The row with a key (and a version).
    pub(crate) delete: String,
    /// What a relationship of a row leads to, by the relationship's name.
    pub(crate) related: Related,
}

/// A text, and whether SQL of the program's own stands in it, which may leave something behind.
#[derive(Debug, Default)]
pub(crate) struct KeptText {
    pub(crate) sql: String,
    pub(crate) may_leave: bool,
}

/// Texts by name, each kept when it is first written.
#[derive(Debug, Default)]
pub(crate) struct Related {
    first: OnceLock<Box<RelatedText>>,
}

#[derive(Debug)]
struct RelatedText {
    name: &'static str,
    text: KeptText,
    next: Related,
}

impl Related {
    /// The text of a relationship, if it is kept.
    pub(crate) fn get(&self, name: &str) -> Option<&KeptText> {
        let mut entry = self.first.get();
        while let Some(found) = entry {
            if std::ptr::eq(found.name, name) || found.name == name {
                return Some(&found.text);
            }
            entry = found.next.first.get();
        }
        None
    }

    /// Keeps the text of a relationship, unless another thread was faster.
    pub(crate) fn keep(&self, name: &'static str, text: KeptText) -> &KeptText {
        let mut text = Some(text);
        let mut place = &self.first;
        loop {
            let entry = place.get_or_init(|| {
                Box::new(RelatedText { name, text: text.take().unwrap_or_default(), next: Related::default() })
            });
            if entry.name == name {
                return &entry.text;
            }
            place = &entry.next.first;
        }
    }
}

/// An INSERT of one row: which columns it gives, and which it takes back.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) sql: String,
    /// The positions of the columns that get values.
    pub(crate) columns: Vec<usize>,
    pub(crate) returns: Returns,
}

/// What an INSERT takes back from the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Returns {
    /// Nothing: every column was given.
    Nothing,
    /// The key that the connection knows as the last one, for the column at this position.
    LastKey(usize),
    /// A row with the columns at these positions.
    Row(Vec<usize>),
}

impl Insert {
    /// Leaves out the columns at the positions that `left_out` names.
    pub(crate) fn new(table: &Table, left_out: &dyn Fn(usize) -> bool, dialect: &dyn Dialect) -> Self {
        let (missing, columns): (Vec<usize>, Vec<usize>) = (0..table.columns.len()).partition(|index| left_out(*index));
        let sql = insert(table, &columns, 1, dialect);
        let returns = match missing.as_slice() {
            [] => Returns::Nothing,
            [key] if table.columns[*key].generated && dialect.generated_keys() == GeneratedKeys::LastInserted => {
                Returns::LastKey(*key)
            }
            _ => Returns::Row(missing),
        };
        Insert { sql: returning(sql, table, &columns, &returns, dialect), columns, returns }
    }

    /// The same of so many rows, of which nothing is taken back.
    pub(crate) fn of_rows(&self, rows: usize, table: &Table, dialect: &dyn Dialect) -> Self {
        let (sql, returns) = (insert(table, &self.columns, rows, dialect), Returns::Nothing);
        Insert { sql: returning(sql, table, &self.columns, &returns, dialect), columns: self.columns.clone(), returns }
    }

    /// The same of any number of rows, whose values come as one array a column; none where there are no arrays, or no
    /// columns.
    pub(crate) fn of_arrays(&self, table: &Table, dialect: &dyn Dialect) -> Option<Self> {
        let sql = insert_arrays(table, &self.columns, true, dialect)?;
        let sql = returning(sql, table, &self.columns, &self.returns, dialect);
        Some(Insert { sql, columns: self.columns.clone(), returns: self.returns.clone() })
    }
}

/// Adds to an INSERT what it takes back; one that is given a key which is else generated lets the others follow it.
fn returning(sql: String, table: &Table, given: &[usize], returns: &Returns, dialect: &dyn Dialect) -> String {
    let list = match returns {
        Returns::Row(missing) => columns(table, missing, false),
        Returns::Nothing | Returns::LastKey(_) => String::new(),
    };
    giving(sql, table, given, &list, dialect)
}

/// As [`returning`], of a list of columns as text.
pub(crate) fn giving(sql: String, table: &Table, given: &[usize], list: &str, dialect: &dyn Dialect) -> String {
    let is_generated =
        |index: &&usize| table.columns[**index].generated && table.columns[**index].sql_type.is_integer();
    let followed = given
        .iter()
        .find(is_generated)
        .and_then(|index| dialect.insert_and_follow(&sql, table_name(table), table.columns[*index].name, list));
    match followed {
        Some(sql) => sql,
        None if list.is_empty() => sql,
        None => format!("{sql} RETURNING {list}"),
    }
}

impl Statements {
    /// No text yet.
    #[must_use]
    pub const fn new() -> Self {
        Statements { first: OnceLock::new() }
    }

    /// The texts of the table in the dialect.
    #[inline]
    pub(crate) fn texts(&self, table: &'static Table, dialect: &dyn Dialect) -> &Texts {
        match self.first.get() {
            Some(entry) if std::ptr::eq(entry.dialect, dialect.name()) => &entry.texts,
            _ => self.find_texts(table, dialect),
        }
    }

    fn find_texts(&self, table: &'static Table, dialect: &dyn Dialect) -> &Texts {
        let name = dialect.name();
        let entry = self.first.get_or_init(|| {
            Box::new(Entry { dialect: name, texts: Texts::new(table, dialect), next: Statements::new() })
        });
        if entry.dialect == name { &entry.texts } else { entry.next.texts(table, dialect) }
    }
}

impl Default for Statements {
    fn default() -> Self {
        Self::new()
    }
}

impl Texts {
    fn new(table: &'static Table, dialect: &dyn Dialect) -> Self {
        let all: Vec<usize> = (0..table.columns.len()).collect();
        let updated = updated(table);
        let every_row = select(table, &columns(table, &all, false));
        Texts {
            columns: columns(table, &all, true),
            select: select_by_key(&every_row, table, dialect),
            all: every_row,
            count: select(table, "count(*)"),
            insert_new: Insert::new(table, &|index| table.columns[index].filled_by_database(), dialect),
            insert_full: Insert::new(table, &|_| false, dialect),
            update: update(table, &updated, dialect),
            found_by: table.primary_key().chain(table.version()).collect(),
            updated,
            read_only: read_only(table).collect(),
            delete: delete(table, dialect),
            related: Related::default(),
        }
    }
}

/// The table's name as statements write it.
pub(crate) fn table_name(table: &Table) -> TableName {
    TableName { schema: table.schema, name: table.name }
}

/// The columns at these positions, with commas between them.
pub(crate) fn columns(table: &Table, indexes: &[usize], qualified: bool) -> String {
    let mut sql = String::with_capacity(indexes.len() * 24);
    for (position, index) in indexes.iter().enumerate() {
        if position > 0 {
            sql.push_str(", ");
        }
        if qualified {
            push_quoted(&mut sql, table.name);
            sql.push('.');
        }
        push_quoted(&mut sql, table.columns[*index].name);
    }
    sql
}

/// `SELECT ... WHERE key = ?`.
fn select_by_key(every_row: &str, table: &Table, dialect: &dyn Dialect) -> String {
    let mut sql = every_row.to_string();
    push_key(&mut sql, table, false, 1, dialect);
    sql
}

/// `SELECT ... WHERE` these columns are equal to values.
pub(crate) fn select_by(every_row: &str, table: &Table, indexes: &[usize], dialect: &dyn Dialect) -> String {
    let mut sql = every_row.to_string();
    push_equal(&mut sql, table, indexes.iter().copied(), 1, dialect);
    sql
}

/// `SELECT ... FROM` the table.
fn select(table: &Table, columns: &str) -> String {
    let mut sql = format!("SELECT {columns} FROM ");
    push_table(&mut sql, table_name(table));
    sql
}

/// `INSERT INTO ... VALUES (..), (..)`, of as many rows as asked for.
pub(crate) fn insert(table: &Table, indexes: &[usize], rows: usize, dialect: &dyn Dialect) -> String {
    let mut sql = String::from("INSERT INTO ");
    push_table(&mut sql, table_name(table));
    if indexes.is_empty() {
        sql.push_str(" DEFAULT VALUES");
        return sql;
    }
    sql.push_str(" (");
    sql.push_str(&columns(table, indexes, false));
    sql.push_str(") VALUES ");
    for row in 0..rows {
        sql.push_str(if row > 0 { ", (" } else { "(" });
        for column in 0..indexes.len() {
            if column > 0 {
                sql.push_str(", ");
            }
            dialect.placeholder(row * indexes.len() + column + 1, &mut sql);
        }
        sql.push(')');
    }
    sql
}

/// As [`insert`], of a row of defaults, those of the database written out: SQLite knows no `DEFAULT VALUES ON CONFLICT`.
pub(crate) fn insert_default(table: &Table, dialect: &dyn Dialect) -> String {
    let default = |column: &Column| {
        let said = column.server_default?;
        // One that is refused where tables are made is that of a table made by others: it is run as it stands.
        Some(format!("({})", dialect.default_value(column.sql_type, said).unwrap_or(said.into())))
    };
    let (indexes, defaults): (Vec<usize>, Vec<String>) =
        (0..table.columns.len()).filter_map(|index| Some((index, default(&table.columns[index])?))).unzip();
    let mut sql = String::from("INSERT INTO ");
    push_table(&mut sql, table_name(table));
    sql.push_str(&format!(" ({}) VALUES ({})", columns(table, &indexes, false), defaults.join(", ")));
    sql
}

/// As [`insert`], of any number of rows, whose values come as one array a column. None where there are no arrays, or no
/// columns.
///
/// That the rows come back in the order in which they were given costs PostgreSQL a twentieth of the insert.
pub(crate) fn insert_arrays(table: &Table, indexes: &[usize], ordered: bool, dialect: &dyn Dialect) -> Option<String> {
    let arrays = arrays(table, indexes, dialect)?;
    let names = array_names(indexes.len());
    let mut sql = String::from("INSERT INTO ");
    push_table(&mut sql, table_name(table));
    sql.push_str(&format!(" ({}) SELECT {names} FROM {arrays}", columns(table, indexes, false)));
    sql.push_str(&match ordered {
        // Keys that are generated follow the order of the rows.
        true => format!(" WITH ORDINALITY AS r ({names}, n) ORDER BY n"),
        false => format!(" AS r ({names})"),
    });
    Some(sql)
}

/// `UPDATE ... SET` of these columns, of any number of rows with their keys (and versions), as [`update`] of one: the values
/// come as one array a column, and then one for each part of the key. None where there are no arrays.
pub(crate) fn update_arrays(table: &Table, indexes: &[usize], dialect: &dyn Dialect) -> Option<String> {
    let keys: Vec<usize> = table.primary_key().chain(table.version()).collect();
    let arrays = arrays(table, &[indexes, &keys].concat(), dialect)?;
    // No table is called so.
    let rows = "\"#rows\"";
    let mut sql = String::from("UPDATE ");
    push_table(&mut sql, table_name(table));
    for (position, index) in indexes.iter().enumerate() {
        sql.push_str(if position == 0 { " SET " } else { ", " });
        push_quoted(&mut sql, table.columns[*index].name);
        sql.push_str(&format!(" = {rows}.c{}", position + 1));
    }
    sql.push_str(&format!(" FROM {arrays} AS {rows} ({})", array_names(indexes.len() + keys.len())));
    for (position, index) in keys.into_iter().enumerate() {
        sql.push_str(if position == 0 { " WHERE " } else { " AND " });
        sql.push_str(&columns(table, &[index], true));
        sql.push_str(&format!(" = {rows}.c{}", indexes.len() + position + 1));
    }
    Some(sql)
}

/// The arrays of values for the columns at these positions.
fn arrays(table: &Table, indexes: &[usize], dialect: &dyn Dialect) -> Option<String> {
    let types: Vec<SqlType> = indexes.iter().map(|index| table.columns[*index].sql_type).collect();
    if types.is_empty() { None } else { dialect.arrays(&types) }
}

/// What the columns of arrays are called: `c1, c2`.
fn array_names(count: usize) -> String {
    (1..=count).map(|number| format!("c{number}")).collect::<Vec<_>>().join(", ")
}

fn updated(table: &Table) -> Vec<usize> {
    let is_written = |index: &usize| !table.columns[*index].primary_key && !table.columns[*index].read_only;
    let written: Vec<usize> = (0..table.columns.len()).filter(is_written).collect();
    if written.is_empty() { table.primary_key().collect() } else { written }
}

/// The columns that only the database writes.
pub(crate) fn read_only(table: &Table) -> impl Iterator<Item = usize> {
    (0..table.columns.len()).filter(|index| table.columns[*index].read_only)
}

/// `UPDATE ... SET` of these columns, of the row with the key (and the version), which gives back what only the database
/// writes.
pub(crate) fn update(table: &Table, indexes: &[usize], dialect: &dyn Dialect) -> String {
    let mut sql = String::from("UPDATE ");
    push_table(&mut sql, table_name(table));
    sql.push_str(" SET ");
    for (position, index) in indexes.iter().enumerate() {
        if position > 0 {
            sql.push_str(", ");
        }
        push_quoted(&mut sql, table.columns[*index].name);
        sql.push_str(" = ");
        dialect.placeholder(position + 1, &mut sql);
    }
    push_key(&mut sql, table, true, indexes.len() + 1, dialect);
    let given: Vec<usize> = read_only(table).collect();
    if !given.is_empty() {
        sql.push_str(&format!(" RETURNING {}", columns(table, &given, false)));
    }
    sql
}

fn delete(table: &Table, dialect: &dyn Dialect) -> String {
    let mut sql = String::from("DELETE FROM ");
    push_table(&mut sql, table_name(table));
    push_key(&mut sql, table, true, 1, dialect);
    sql
}

/// `WHERE` the primary key, and the version if it is asked for and there is one.
fn push_key(sql: &mut String, table: &Table, version: bool, first: usize, dialect: &dyn Dialect) {
    let version = table.version().filter(|_| version);
    push_equal(sql, table, table.primary_key().chain(version), first, dialect);
}

/// `WHERE` these columns are equal to values.
fn push_equal(
    sql: &mut String,
    table: &Table,
    indexes: impl Iterator<Item = usize>,
    first: usize,
    dialect: &dyn Dialect,
) {
    for (position, index) in indexes.enumerate() {
        sql.push_str(if position == 0 { " WHERE " } else { " AND " });
        push_quoted(sql, table.columns[index].name);
        sql.push_str(" = ");
        dialect.placeholder(first + position, sql);
    }
}
