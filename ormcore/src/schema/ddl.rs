//! The text that creates tables.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::schema::naming::{constraint, hashed};
use crate::schema::order::{Ordered, ordered};
use crate::schema::statements::table_name;
use crate::schema::table::OwnedForeignKey;
use crate::schema::{Column, Index, IndexPart, Table};
use crate::sql::writer::{push_quoted, push_table, quoted};
use crate::sql::{Dialect, TableName};

/// The statements that create the tables and their indexes, in an order in which they can run.
///
/// # Errors
/// If a foreign key points to what is no key, or tables point to each other in a circle and the dialect cannot have that.
pub(crate) fn create(tables: &[&'static Table], dialect: &dyn Dialect) -> Result<Vec<String>> {
    let Ordered { tables, cyclic } = ordered(tables);
    if cyclic && !dialect.allows_forward_references() {
        return Err(Error::schema(format!(
            "tables point to each other in a circle, which {} cannot create: make one of the foreign keys a plain column",
            dialect.name()
        )));
    }
    for table in &tables {
        check_foreign_keys(table, &tables)?;
        check_generated(table, dialect)?;
    }
    let mut names = HashSet::new();
    Ok(tables.iter().flat_map(|table| Writer { table, dialect, names: &mut names }.table()).collect())
}

/// Each foreign key to one of the tables must point to its primary key or to what is unique in it.
fn check_foreign_keys(table: &Table, tables: &[&'static Table]) -> Result<()> {
    for key in table.all_foreign_keys() {
        let Some(parent) = tables.iter().find(|parent| (parent.schema, parent.name) == (key.schema, key.table)) else {
            continue;
        };
        let wrong = |problem: String| {
            Err(Error::schema(format!("the foreign key `{}.{}` {problem}", table.name, key.columns.join(", "))))
        };
        let names = |column: &&str| parent.columns.iter().any(|other| other.name == *column);
        if let Some(missing) = key.references.iter().find(|column| !names(column)) {
            return wrong(format!("points to `{}.{missing}`, which is no column", parent.name));
        }
        if !is_unique(parent, &key.references) {
            return wrong(format!(
                "points to `{}.{}`, which is neither the primary key nor unique: make it `unique`",
                parent.name,
                key.references.join(", ")
            ));
        }
    }
    Ok(())
}

fn check_generated(table: &Table, dialect: &dyn Dialect) -> Result<()> {
    let lone_key = |column: &Column| column.primary_key && table.primary_key().count() == 1;
    match table.columns.iter().find(|column| column.generated && !lone_key(column)) {
        Some(column) if !dialect.numbers_any_column() => Err(Error::schema(format!(
            "{} cannot number `{}.{}`, for it is not the only column of the primary key: leave out `auto`",
            dialect.name(),
            table.name,
            column.name
        ))),
        _ => Ok(()),
    }
}

fn is_unique(table: &Table, columns: &[&'static str]) -> bool {
    let same = |mut other: Vec<&'static str>| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        other.sort_unstable();
        columns == other
    };
    let alone = |column: &Column| column.unique && same(vec![column.name]);
    same(table.primary_key().map(|index| table.columns[index].name).collect())
        || table.columns.iter().any(alone)
        || table.indexes.iter().any(|index| index.unique && index.filter.is_none() && same(plain_columns(index)))
}

fn plain_columns(index: &Index) -> Vec<&'static str> {
    let column = |part: &IndexPart| match part {
        IndexPart::Column(name) => *name,
        IndexPart::Expression(sql) => *sql,
    };
    index.parts.iter().map(column).collect()
}

fn has_expressions(index: &Index) -> bool {
    index.parts.iter().any(|part| matches!(part, IndexPart::Expression(_)))
}

fn quoted_list(names: &[&str]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

struct Writer<'a> {
    table: &'a Table,
    dialect: &'a dyn Dialect,
    /// The names of indexes given so far: they share one room in a database.
    names: &'a mut HashSet<String>,
}

impl Writer<'_> {
    fn table(mut self) -> Vec<String> {
        let mut sql = String::from("CREATE TABLE IF NOT EXISTS ");
        push_table(&mut sql, table_name(self.table));
        sql.push_str(" (\n    ");
        let columns = self.table.columns.iter().map(|column| self.column(column));
        sql.push_str(&columns.chain(self.constraints()).collect::<Vec<_>>().join(",\n    "));
        sql.push_str("\n)");
        sql.push_str(self.dialect.table_options(self.table.strict));
        let mut statements = vec![sql];
        statements.extend(self.indexes());
        statements
    }

    fn column(&self, column: &Column) -> String {
        let mut sql = quoted(column.name);
        sql.push(' ');
        sql.push_str(&self.dialect.column_type(column.sql_type, column.length));
        if !column.nullable {
            sql.push_str(" NOT NULL");
        }
        if column.generated {
            sql.push_str(self.dialect.generated_key_suffix());
        }
        if let Some(default) = column.server_default {
            sql.push_str(&format!(" DEFAULT ({})", self.dialect.default_value(column.sql_type, default)));
        }
        sql
    }

    fn constraints(&self) -> Vec<String> {
        let table = self.table;
        let mut all = Vec::new();
        let mut add = |prefix: &str, parts: &[&str], body: String| {
            all.push(format!("CONSTRAINT {} {body}", quoted(&constraint(prefix, table.name, parts))));
        };
        let key: Vec<&str> = table.primary_key().map(|index| table.columns[index].name).collect();
        if !key.is_empty() {
            add("pk", &[], format!("PRIMARY KEY ({})", quoted_list(&key)));
        }
        for column in table.columns.iter().filter(|column| column.unique) {
            add("uq", &[column.name], format!("UNIQUE ({})", quoted(column.name)));
        }
        for index in table.indexes.iter().filter(|index| is_constraint(index)) {
            let columns = plain_columns(index);
            add("uq", &columns, format!("UNIQUE ({})", quoted_list(&columns)));
        }
        for key in table.all_foreign_keys() {
            add("fk", &key.columns, self.foreign_key(&key));
        }
        for column in table.columns {
            if let Some(check) = column.check {
                add("ck", &[column.name], format!("CHECK ({check})"));
            }
            let name = quoted(column.name);
            if let Some(check) = column.length.and_then(|length| self.dialect.length_check(&name, length)) {
                add("ck", &[column.name, "length"], format!("CHECK ({check})"));
            }
            if !column.variants.is_empty() {
                let texts: Vec<String> = column.variants.iter().map(|text| text_literal(text)).collect();
                add("ck", &[column.name, "variant"], format!("CHECK ({name} IN ({}))", texts.join(", ")));
            }
        }
        for (number, check) in table.checks.iter().enumerate() {
            add("ck", &[&(number + 1).to_string()], format!("CHECK ({check})"));
        }
        all
    }

    fn foreign_key(&self, key: &OwnedForeignKey) -> String {
        let mut sql = format!("FOREIGN KEY ({}) REFERENCES ", quoted_list(&key.columns));
        let schema = key.schema.filter(|_| !self.dialect.schemas_are_databases());
        push_table(&mut sql, TableName { schema, name: key.table });
        sql.push_str(&format!(" ({})", quoted_list(&key.references)));
        if let Some(action) = key.on_delete {
            sql.push_str(&format!(" ON DELETE {}", action.sql()));
        }
        if let Some(action) = key.on_update {
            sql.push_str(&format!(" ON UPDATE {}", action.sql()));
        }
        sql
    }

    fn indexes(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        let mut indexed: Vec<Vec<&'static str>> = Vec::new();
        for index in self.table.indexes.iter().filter(|index| !is_constraint(index)) {
            let columns = plain_columns(index);
            all.push(self.index(&columns, index));
            if index.filter.is_none() {
                indexed.push(columns);
            }
        }
        let wanted = self.table.columns.iter().filter(|column| column.index == Some(true));
        let wanted = wanted.map(|column| vec![column.name]);
        let keys = self.table.all_foreign_keys().filter(|key| key.index).map(|key| key.columns);
        for columns in wanted.chain(keys) {
            if !self.is_indexed(&columns) && !indexed.iter().any(|other| other.starts_with(&columns)) {
                all.push(self.index(&columns, &Index::new(&[])));
                indexed.push(columns);
            }
        }
        all
    }

    /// Whether the primary key or a unique constraint serves as an index on these columns.
    fn is_indexed(&self, columns: &[&'static str]) -> bool {
        let key: Vec<&str> = self.table.primary_key().map(|index| self.table.columns[index].name).collect();
        let unique = |column: &&Column| column.unique && columns == [column.name];
        key.starts_with(columns)
            || self.table.columns.iter().any(|column| unique(&column))
            || self.table.indexes.iter().any(|index| is_constraint(index) && plain_columns(index).starts_with(columns))
    }

    fn index(&mut self, parts: &[&'static str], index: &Index) -> String {
        let prefix = if index.unique { "uq" } else { "ix" };
        let words: Vec<String> = index.parts.iter().map(word).collect();
        let words: Vec<&str> =
            if words.is_empty() { parts.to_vec() } else { words.iter().map(String::as_str).collect() };
        let mut name = index.name.map_or_else(|| constraint(prefix, self.table.name, &words), str::to_string);
        let mut whole = format!("{}\0{}\0{}", self.table.name, parts.join("\0"), index.filter.unwrap_or_default());
        while !self.names.insert(name.clone()) {
            name = hashed(&name, &whole);
            // Only for an index that is declared several times.
            whole.push('\0');
        }
        let mut sql = format!("CREATE {}INDEX IF NOT EXISTS ", if index.unique { "UNIQUE " } else { "" });
        let databases = self.dialect.schemas_are_databases();
        if let Some(schema) = self.table.schema.filter(|_| databases) {
            push_quoted(&mut sql, schema);
            sql.push('.');
        }
        push_quoted(&mut sql, &name);
        sql.push_str(" ON ");
        push_table(&mut sql, TableName { schema: self.table.schema.filter(|_| !databases), name: self.table.name });
        let part = |part: &IndexPart| match part {
            IndexPart::Column(name) => quoted(name),
            IndexPart::Expression(sql) => format!("({sql})"),
        };
        let list = match index.parts {
            [] => quoted_list(parts),
            parts => parts.iter().map(part).collect::<Vec<_>>().join(", "),
        };
        sql.push_str(&format!(" ({list})"));
        if let Some(filter) = index.filter {
            sql.push_str(&format!(" WHERE {filter}"));
        }
        sql
    }
}

/// What a part adds to an index's name.
fn word(part: &IndexPart) -> String {
    match part {
        IndexPart::Column(name) => (*name).to_string(),
        IndexPart::Expression(sql) => {
            let words = sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
        }
    }
}

/// Whether the index is written as a constraint of the table.
fn is_constraint(index: &Index) -> bool {
    index.unique && index.filter.is_none() && index.name.is_none() && !has_expressions(index)
}
