//! What a statement's text says of the table that it writes: for errors, where the database does not say it.

/// The table that an INSERT, UPDATE or DELETE of ormcore's own writing names; its schema is left out.
pub(crate) fn written_table(sql: &str) -> String {
    let mut rest = sql.split_once("INSERT INTO ").map_or(sql, |(_, insert)| insert);
    let mut table = String::new();
    while let Some((_, quoted)) = rest.split_once('"') {
        let mut end = 0;
        while let Some(at) = quoted[end..].find('"') {
            end += at;
            if quoted[end + 1..].starts_with('"') { end += 2 } else { break }
        }
        table = quoted[..end].replace("\"\"", "\"");
        rest = quoted.get(end + 1..).unwrap_or("");
        if !rest.starts_with(".\"") {
            break;
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_table_is_read_from_the_statement() {
        for (sql, table) in [
            ("INSERT INTO \"user\" (\"a\") VALUES (?)", "user"),
            ("UPDATE \"sales\".\"odd \"\"name\" SET \"a\" = ?", "odd \"name"),
            ("DELETE FROM \"t\"", "t"),
            ("WITH inserted AS (INSERT INTO \"t\" (\"a\") VALUES ($1) RETURNING \"id\")", "t"),
            ("DELETE FROM t", ""),
            ("\"", ""),
        ] {
            assert_eq!(written_table(sql), table, "{sql}");
        }
    }
}
