//! What the text of SQL of the program's own tells and the tag of its command does not: a table that is made by SELECT has the
//! tag of a SELECT, and a search path is set as any other setting is.
//!
//! Where the text leaves it open, the answer is yes: that costs a preparation, and the other a conflict.

use crate::sql::pieces::{Piece, Pieces};

/// Whether names may stand for something else behind this SQL, unless the tag of its command says so.
pub(super) fn may_rename(sql: &str) -> bool {
    let mut pieces = Pieces::of(sql, true, b"\"");
    let mut before = Piece::Sign(b';');
    while let Some(piece) = pieces.next() {
        let begins = before == Piece::Sign(b';');
        let renames = if piece.is_word("SET") || piece.is_word("RESET") {
            begins && names_path(pieces.clone())
        } else if piece.is_word("CREATE") {
            makes_table(pieces.clone())
        } else if piece.is_word("INTO") {
            !before.is_word("INSERT") && !before.is_word("MERGE")
        } else {
            is_name(&piece, "set_config") && may_give_path(pieces.clone())
        };
        if renames {
            return true;
        }
        before = piece;
    }
    false
}

/// Whether what stands behind SET or RESET is the search path, or holds it.
fn names_path(mut pieces: Pieces<'_>) -> bool {
    let setting = pieces.find(|piece| !piece.is_word("LOCAL") && !piece.is_word("SESSION"));
    setting.is_some_and(|setting| is_name(&setting, PATH) || setting.is_word("SCHEMA") || setting.is_word("ALL"))
}

/// Whether what stands behind CREATE may have the tag of the SELECT in it.
fn makes_table(mut pieces: Pieces<'_>) -> bool {
    const BEGINS: [&str; 7] = ["TABLE", "TEMP", "TEMPORARY", "UNLOGGED", "LOCAL", "GLOBAL", "MATERIALIZED"];
    pieces.next().is_some_and(|piece| BEGINS.iter().any(|word| piece.is_word(word)))
}

/// Whether `set_config` is given the search path, or a setting that its text does not tell.
fn may_give_path(mut pieces: Pieces<'_>) -> bool {
    if pieces.next() != Some(Piece::Sign(b'(')) {
        return false;
    }
    match (pieces.next(), pieces.next()) {
        (Some(Piece::Literal(setting)), Some(Piece::Sign(b','))) => setting.eq_ignore_ascii_case(PATH.as_bytes()),
        _ => true,
    }
}

/// In quotation marks too, where settings, unlike functions, are the same in capitals.
fn is_name(piece: &Piece<'_>, name: &str) -> bool {
    piece.is_word(name) || matches!(piece, Piece::Quoted(found) if found.eq_ignore_ascii_case(name.as_bytes()))
}

const PATH: &str = "search_path";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_tells_what_its_tag_does_not() {
        for (sql, may) in [
            ("SELECT * FROM t", false),
            ("INSERT INTO t SELECT 1", false),
            ("WITH a AS (DELETE FROM t RETURNING n) insert\n into t TABLE a", false),
            ("INSERT /* here: */ INTO t VALUES (1)", false),
            ("MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING", false),
            ("SELECT created, into_, research_paths FROM recreate", false),
            ("SET LOCAL statement_timeout = 5", false),
            ("RESET statement_timeout", false),
            ("SELECT set_config('app.tenant', $1, true)", false),
            ("SELECT * INTO u FROM t", true),
            ("select 1 as a into temp u", true),
            ("create temp table u as select 1", true),
            ("CREATE MATERIALIZED VIEW u AS SELECT 1", true),
            ("EXPLAIN ANALYZE CREATE TABLE u AS SELECT 1", true),
            ("SET LOCAL \"search_path\" TO tenant", true),
            ("SELECT 1;\n-- and then\nSET SESSION search_path TO tenant", true),
            ("RESET search_path", true),
            ("SELECT 'é', set_config('Search_Path', $1, true)", true),
            ("SELECT pg_catalog.\"set_config\" ( 'search_path', $1, true)", true),
            ("SELECT set_config($1, $2, true)", true),
            ("SELECT set_config(E'search\\x5fpath', 'tenant', true)", true),
            ("SELECT set_config('search_' || 'path', 'tenant', true)", true),
            ("SELECT set_config(name, setting, true) FROM kept", true),
            ("SET SCHEMA 'tenant'", true),
            ("RESET ALL", true),
        ] {
            assert_eq!(may_rename(sql), may, "{sql}");
        }
    }

    #[test]
    fn words_in_quotes_and_comments_and_names_of_columns_change_nothing() {
        for sql in [
            "SELECT id FROM audit WHERE action = 'create table'",
            "SELECT id FROM audit WHERE action = 'it''s; SET search_path' AND kind = 'into'",
            "SELECT id FROM audit WHERE action = E'it\\'s; SET search_path; \\\\'",
            "SELECT id FROM audit WHERE action = e'it''s \\'; RESET ALL'",
            "SELECT $$ into $$, $of$ $$; SET search_path $of$, $1",
            "SELECT doc->>'schema', \"into\", 1 AS create, t.schema FROM t",
            "SELECT 1 -- into\n",
            "SELECT /* CREATE /* TABLE */ into */ 1",
            "UPDATE t SET schema = 'a', search_path = 'b'",
            "SELECT set_config FROM t WHERE name = 'search_path'",
        ] {
            assert!(!may_rename(sql), "{sql}");
        }
        for open in ["SELECT '", "SELECT E'\\", "SELECT \"", "SELECT /* /*", "SELECT $", "SELECT $a$", "--", "$", "E'"]
        {
            assert!(!may_rename(open), "{open}");
        }
    }

    #[test]
    fn what_stands_behind_a_quote_is_seen() {
        for quoted in [
            "'it''s'",
            "E'\\\\'",
            "E'\\''",
            "E'a''\\'b'",
            "U&'\\0027'",
            "'\\'",
            "\"\"\"a\"",
            "$$'$$",
            "$a$$$'$a$",
            "a$b$",
            "1",
            "/*/**/'*/",
        ] {
            assert!(may_rename(&format!("SELECT {quoted} INTO t")), "{quoted}");
        }
    }
}
