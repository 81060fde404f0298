//! What a statement's text says of the table that it writes: for errors, where the database does not say it.

/// What the name of the table stands behind.
const VERBS: [&str; 3] = ["INSERT INTO", "UPDATE", "DELETE FROM"];

/// The table that an INSERT, UPDATE or DELETE names; its schema is left out. `bare` gives what a name without quotation marks
/// stands for. Empty where the text says it in another way.
pub(crate) fn written_table(sql: &str, bare: fn(&str) -> String) -> String {
    let sql = sql.trim_start();
    let behind = VERBS.iter().find_map(|verb| {
        let begins = sql.get(..verb.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(verb));
        begins.then(|| &sql[verb.len()..]).filter(|rest| rest.starts_with(char::is_whitespace))
    });
    let behind = behind.or_else(|| inner(sql));
    behind.and_then(|rest| name(rest.trim_start(), bare)).unwrap_or_default()
}

/// Whether it writes rows whose values are given as arrays, as ormcore writes many.
#[cfg(feature = "postgres")]
pub(crate) fn holds_arrays(sql: &str) -> bool {
    sql.contains(" FROM unnest($1::")
}

/// Whether an INSERT may change a row that is there already.
pub(crate) fn may_update(sql: &str) -> bool {
    sql.to_ascii_uppercase().contains("ON CONFLICT")
}

/// What stands behind the verb in a WITH of ormcore's own writing, which has but one.
fn inner(sql: &str) -> Option<&str> {
    let with = sql.strip_prefix("WITH ")?;
    let mut places = VERBS.iter().filter_map(|verb| Some(with.find(&format!("{verb} \""))? + verb.len()));
    let place = places.next()?;
    places.next().is_none().then(|| &with[place..])
}

/// The name at the start of the text, or the last one of those that dots join.
fn name(text: &str, bare: fn(&str) -> String) -> Option<String> {
    let (name, rest) = match text.strip_prefix('"') {
        Some(quoted) => {
            let mut end = 0;
            loop {
                end += quoted[end..].find('"')?;
                if !quoted[end + 1..].starts_with('"') {
                    break (quoted[..end].replace("\"\"", "\""), &quoted[end + 1..]);
                }
                end += 2;
            }
        }
        None => {
            let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
            let (name, rest) = text.split_at(text.find(|letter| !is_part(letter)).unwrap_or(text.len()));
            (bare(name), rest)
        }
    };
    // `UPDATE ONLY post` is PostgreSQL's, `UPDATE OR IGNORE post` SQLite's.
    let is_word = !text.starts_with('"') && ["only", "or"].iter().any(|word| name.eq_ignore_ascii_case(word));
    match rest.strip_prefix('.') {
        Some(inner) => self::name(inner, bare),
        None => Some(name).filter(|name| !name.is_empty() && !is_word),
    }
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
            ("WITH \"old\" AS (SELECT \"a\" FROM \"u\") UPDATE \"s\".\"t\" SET \"b\" = 1", "t"),
            ("WITH m AS (DELETE FROM \"t\" RETURNING \"a\") INSERT INTO \"u\" SELECT \"a\" FROM m", ""),
            ("INSERT INTO post (\"authorId\") VALUES ($1)", "POST"),
            ("update sales.Post set \"stars\" = 9", "POST"),
            (" \n DELETE\tFROM t WHERE \"a\" = 1", ""),
            ("DELETE FROM\n  sales.\"Post\" WHERE \"a\" = 1", "Post"),
            ("DELETE FROM \"sales\".post", "POST"),
            ("UPDATE größe SET \"a\" = 1", "GRÖSSE"),
            ("UPDATE ONLY post SET \"a\" = 1", ""),
            ("UPDATE OR IGNORE post SET \"a\" = 1", ""),
            ("UPDATE \"only\" SET \"a\" = 1", "only"),
            ("UPDATES post SET \"a\" = 1", ""),
            ("MERGE INTO post USING \"a\"", ""),
            ("SELECT \"a\" FROM \"b\" FOR UPDATE", ""),
            ("CREATE TABLE t (\"a\" text DEFAULT 'INSERT INTO \"b\"')", ""),
            ("INSERT INTO \"open", ""),
            ("INSERT INTO", ""),
            ("UPDATE ", ""),
            ("\"", ""),
        ] {
            assert_eq!(written_table(sql, str::to_uppercase), table, "{sql}");
        }
    }
}
