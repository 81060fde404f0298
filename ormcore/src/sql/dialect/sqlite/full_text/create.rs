use super::{Names, is_numbered, keys_name, of_schema};
use crate::sql::dialect::{Dialect, Sqlite};
use crate::sql::full_text::{TextColumn, TextIndex};
use crate::sql::writer::{quoted, text_literal};

/// The statements that create the index; none where its tables are there, and filled since its triggers are.
pub(in super::super) fn create(index: &TextIndex, is_there: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let taken = ["rank", "rowid"];
    if let Some(column) = index.columns.iter().find(|column| taken.contains(&&*column.name.to_lowercase())) {
        return Err(format!(
            "FTS5 has a meaning of its own for `{}`: give the column another name, `name = \"..\"`",
            column.name
        ));
    }
    if is_there(&index.name) && (is_numbered(index) || is_there(&keys_name(index))) {
        return Ok(Vec::new());
    }
    let names = Names::of(index);
    let mut statements = Vec::new();
    statements.extend(names.keys.as_ref().map(|keys| create_keys(index, keys)));
    statements.push(create_table(index, &names));
    statements.extend(refill(index, &names));
    statements.extend(triggers(index, &names));
    Ok(statements)
}

/// The SELECT that lists the tables of indexes whose triggers are all there, as parts of the schema with this name.
pub(in super::super) fn find(schema: &str, name: &str) -> String {
    let master = format!("{schema}.sqlite_master");
    let triggers = format!(
        "SELECT tbl_name, substr(name, 1, length(name) - 7) AS name FROM {master} WHERE type = 'trigger' \
         AND name LIKE 'ft\\_%\\_update' ESCAPE '\\'"
    );
    let others = format!(
        "SELECT count(*) FROM {master} AS o WHERE o.type = 'trigger' AND o.tbl_name = t.tbl_name \
         AND o.name IN (t.name || '_insert', t.name || '_delete')"
    );
    format!(
        "SELECT 'text column', {name}, t.tbl_name, f.name FROM ({triggers}) AS t JOIN {master} AS f \
         ON f.type = 'table' AND f.name IN (t.name, t.name || '_keys') WHERE ({others}) = 2"
    )
}

/// The statements that drop what does not go with the table.
pub(in super::super) fn drop(index: &TextIndex) -> impl Iterator<Item = String> {
    let Names { table, keys, .. } = Names::of(index);
    [table].into_iter().chain(keys).map(|table| format!("DROP TABLE IF EXISTS {table}"))
}

fn create_table(index: &TextIndex, names: &Names) -> String {
    // Stems are cut as the language has them, where FTS5 knows it.
    let stems = if index.language == "english" { "porter " } else { "" };
    let content = is_numbered(index).then(|| {
        let (table, key) = (text_literal(index.table.name), text_literal(index.key[0].0));
        format!("content={table}, content_rowid={key}, ")
    });
    format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS {} USING fts5({}, {}tokenize='{stems}unicode61 remove_diacritics 2')",
        names.table,
        columns(index, ""),
        content.unwrap_or_default()
    )
}

/// The table that numbers the rows.
fn create_keys(index: &TextIndex, keys: &str) -> String {
    let column = |(name, sql_type): &(&str, _)| format!("{} {}", quoted(name), Sqlite.column_type(*sql_type));
    let columns: Vec<String> = index.key.iter().map(column).collect();
    format!(
        "CREATE TABLE IF NOT EXISTS {keys} (\"#row\" INTEGER PRIMARY KEY, {}, UNIQUE ({})) STRICT",
        columns.join(", "),
        key(index, "")
    )
}

/// What keeps the index true, whoever writes.
///
/// A trigger names tables of its own database only, and without saying so.
fn triggers(index: &TextIndex, names: &Names) -> [String; 3] {
    let (plain, all) = (&names.plain, columns(index, ""));
    let (add, remove, change) = if is_numbered(index) {
        let add =
            format!("INSERT INTO {plain} (rowid, {all}) VALUES ({}, {})", key(index, "new."), columns(index, "new."));
        // A row leaves the index by the words that it was put in with.
        let remove = format!(
            "INSERT INTO {plain} ({plain}, rowid, {all}) VALUES ('delete', {}, {})",
            key(index, "old."),
            columns(index, "old.")
        );
        let change = format!("{remove}; {add}");
        (add, remove, change)
    } else {
        let keys = quoted(&keys_name(index));
        let row = |of: &str| format!("{keys} WHERE ({}) = ({})", key(index, ""), key(index, of));
        let put = format!(
            "INSERT INTO {plain} (rowid, {all}) SELECT \"#row\", {} FROM {}",
            columns(index, "new."),
            row("new.")
        );
        let add = format!("INSERT INTO {keys} ({}) VALUES ({}); {put}", key(index, ""), key(index, "new."));
        let take = format!("DELETE FROM {plain} WHERE rowid = (SELECT \"#row\" FROM {})", row("old."));
        let remove = format!("{take}; DELETE FROM {}", row("old."));
        let rename = format!(
            "UPDATE {keys} SET ({}) = ({}) WHERE ({}) = ({})",
            key(index, ""),
            key(index, "new."),
            key(index, ""),
            key(index, "old.")
        );
        (add, remove, format!("{take}; {rename}; {put}"))
    };
    let trigger = |event: &str, when: &str, body: &str| {
        let name = of_schema(index, &trigger_name(index, event));
        let table = quoted(index.table.name);
        format!("CREATE TRIGGER IF NOT EXISTS {name} AFTER {when} ON {table} BEGIN {body}; END")
    };
    [
        trigger("insert", "INSERT", &add),
        trigger("delete", "DELETE", &remove),
        trigger("update", &format!("UPDATE OF {}, {all}", key(index, "")), &change),
    ]
}

/// Reads all rows anew where the triggers are about to be made, for nothing has kept the index true until now, and where one
/// of its tables is empty and that of the rows is not: it was dropped, which leaves the triggers.
fn refill(index: &TextIndex, names: &Names) -> Vec<String> {
    let table = of_schema(index, index.table.name);
    let has_rows = |of: &str| format!("EXISTS (SELECT 1 FROM {of})");
    let kept = format!(
        "EXISTS (SELECT 1 FROM {} WHERE type = 'trigger' AND name = {})",
        of_schema(index, "sqlite_master"),
        text_literal(&trigger_name(index, "update"))
    );
    // An index without a copy of the texts gives the rows of the table for its own.
    let parts = [of_schema(index, &format!("{}_docsize", index.name))].into_iter().chain(names.keys.clone());
    let filled = parts.map(|part| format!(" AND {} = {}", has_rows(&part), has_rows(&table))).collect::<String>();
    let lacks = format!("WHERE NOT ({kept}{filled})");
    let (ft, plain, all, key) = (&names.table, &names.plain, columns(index, ""), key(index, ""));
    match &names.keys {
        None => vec![format!("INSERT INTO {ft} ({plain}) SELECT 'rebuild' {lacks}")],
        Some(keys) => vec![
            format!("DELETE FROM {ft} {lacks}"),
            format!("DELETE FROM {keys} {lacks}"),
            format!("INSERT INTO {keys} ({key}) SELECT {key} FROM {table} {lacks}"),
            format!(
                "INSERT INTO {ft} (rowid, {all}) SELECT \"#row\", {all} FROM {table} JOIN {keys} USING ({key}) {lacks}"
            ),
        ],
    }
}

fn trigger_name(index: &TextIndex, event: &str) -> String {
    format!("{}_{event}", index.name)
}

fn columns(index: &TextIndex, before: &str) -> String {
    let column = |column: &TextColumn| format!("{before}{}", quoted(column.name));
    index.columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

fn key(index: &TextIndex, before: &str) -> String {
    let column = |(name, _): &(&str, _)| format!("{before}{}", quoted(name));
    index.key.iter().map(column).collect::<Vec<_>>().join(", ")
}
