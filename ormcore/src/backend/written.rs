//! What a statement's text says of the table that it writes: for errors, where the database does not say it.

use std::ops::Range;

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

/// Whether a statement of ormcore's own writing changes nothing.
#[cfg(feature = "postgres")]
pub(crate) fn only_reads(sql: &str) -> bool {
    !VERBS.iter().any(|verb| sql.contains(verb))
}

/// Whether an INSERT may change a row that is there already.
#[cfg(feature = "postgres")]
pub(crate) fn may_update(sql: &str) -> bool {
    let is = |word: &Range<usize>, name: &str| sql[word.clone()].eq_ignore_ascii_case(name);
    words(sql).windows(2).any(|pair| is(&pair[0], "DO") && is(&pair[1], "UPDATE"))
}

/// Whether it takes rows away.
#[cfg(feature = "sqlite")]
pub(crate) fn deletes(sql: &str) -> bool {
    words(sql).iter().any(|word| sql[word.clone()].eq_ignore_ascii_case("DELETE"))
}

/// What it sets in rows that are there: its SET clauses, with all that stands in them.
#[cfg(feature = "sqlite")]
pub(crate) fn set_clauses(sql: &str) -> String {
    let (mut clauses, mut begin) = (String::new(), None);
    for word in words(sql) {
        let is = |name: &str| sql[word.clone()].eq_ignore_ascii_case(name);
        if is("SET") {
            begin.get_or_insert(word.end);
        } else if is("WHERE") || is("RETURNING") {
            clauses.push_str(begin.take().map_or("", |begin| &sql[begin..word.start]));
        }
    }
    clauses.push_str(begin.map_or("", |begin| &sql[begin..]));
    clauses
}

/// Whether a name stands in a part of a statement, with quotation marks or without.
#[cfg(feature = "sqlite")]
pub(crate) fn names(part: &str, name: &str) -> bool {
    let bare = |text: &str| text.replace('"', "").to_lowercase();
    let (part, name) = (bare(part), bare(name));
    let begins = |before: &str| !before.ends_with(is_part);
    let ends = |behind: &str| !behind.starts_with(is_part);
    part.match_indices(&name).any(|(at, _)| begins(&part[..at]) && ends(&part[at + name.len()..]))
}

/// Where the words are that stand outside of quotation marks and parentheses.
fn words(sql: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let (mut depth, mut quote) = (0, None);
    for (at, letter) in sql.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) if depth == 0 && is_part(letter) => {
                let end = at + letter.len_utf8();
                match words.last_mut().filter(|last| last.end == at) {
                    Some(last) => last.end = end,
                    None => words.push(at..end),
                }
            }
            _ => {}
        }
    }
    words
}

/// Whether a name without quotation marks may hold it.
fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
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

    #[cfg(feature = "postgres")]
    #[test]
    fn an_insert_may_update_where_it_says_so() {
        for (sql, updates) in [
            ("INSERT INTO \"t\" (\"a\") VALUES ($1) ON CONFLICT (\"a\") DO UPDATE SET \"b\" = 1", true),
            ("insert into t values (1) on conflict do\n update set b = 1", true),
            ("INSERT INTO \"t\" (\"a\") VALUES ($1) ON CONFLICT (\"a\") DO NOTHING", false),
            ("INSERT INTO \"DO UPDATE\" (\"a\") VALUES ('DO UPDATE')", false),
        ] {
            assert_eq!(may_update(sql), updates, "{sql}");
        }
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn what_is_set_is_read_from_the_statement() {
        for (sql, set) in [
            ("UPDATE \"t\" SET \"a\" = ? WHERE \"id\" = ?", " \"a\" = ? "),
            (
                "update \"set\" set a = (SELECT b FROM u WHERE c), d = ' where ' returning id",
                " a = (SELECT b FROM u WHERE c), d = ' where ' ",
            ),
            (
                "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1 WHERE c ON CONFLICT DO UPDATE SET d = 2",
                " b = 1  d = 2",
            ),
            ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING id", ""),
            ("DELETE FROM \"t\" WHERE \"set\" = 1", ""),
        ] {
            assert_eq!(set_clauses(sql), set, "{sql}");
        }
        assert!(deletes("WITH m AS (SELECT 1) DELETE FROM t") && !deletes("UPDATE \"delete\" SET a = 'delete'"));
        for (name, stands) in
            [("id", true), ("ID", true), ("author", false), ("author_id", true), ("a\"b", true), ("b", false)]
        {
            assert_eq!(names("\"author_id\" = 1, Id=2, \"a\"\"b\" = 3", name), stands, "{name}");
        }
    }

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
