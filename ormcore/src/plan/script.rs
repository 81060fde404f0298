//! What a script says of transactions, which it has no say in: it runs in one, all or nothing.

use crate::error::{Error, Result};
use crate::sql::pieces::{Piece, Pieces};

/// # Errors
/// If a statement of the script begins or ends a transaction.
pub(super) fn check_script(sql: &str, nests_comments: bool) -> Result<()> {
    let (mut words, mut depth, mut body) = (Vec::new(), 0_usize, Body::Outside);
    for piece in Pieces::of(sql, nests_comments, b"\"`").chain([Piece::Sign(b';')]) {
        match piece {
            Piece::Word(_) => {
                words.push(piece);
                body = body.behind(&words);
            }
            Piece::Sign(b'(') => depth += 1,
            Piece::Sign(b')') => depth = depth.saturating_sub(1),
            Piece::Sign(b';') if body != Body::Outside => body = Body::Begins,
            // PostgreSQL's rules have several statements in parentheses.
            Piece::Sign(b';') if depth > 0 => {}
            Piece::Sign(b';') => {
                if let Some(word) = controlling(&words) {
                    return Err(Error::usage(format!(
                        "the script says {word}, and runs in a transaction already, all or nothing: leave BEGIN, COMMIT and \
                         ROLLBACK out of it"
                    )));
                }
                words.clear();
            }
            Piece::Sign(_) | Piece::Quoted(_) | Piece::Literal(_) => {}
        }
    }
    Ok(())
}

/// The first word of a statement that begins or ends a transaction.
fn controlling(words: &[Piece<'_>]) -> Option<&'static str> {
    let at = |place: usize, name: &&str| words.get(place).is_some_and(|word| word.is_word(name));
    let to_savepoint = at(1, &"TO") || (at(1, &"WORK") || at(1, &"TRANSACTION")) && at(2, &"TO");
    let first =
        ["BEGIN", "START", "COMMIT", "END", "ABORT", "ROLLBACK", "PREPARE"].into_iter().find(|name| at(0, name))?;
    let controls = match first {
        "ROLLBACK" => !to_savepoint,
        "PREPARE" => at(1, &"TRANSACTION"),
        _ => true,
    };
    controls.then_some(first)
}

/// Whether a statement is read that is made of others: what a trigger or a function does, up to an END in place of one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Outside,
    /// Where one of its statements begins.
    Begins,
    Inside,
}

impl Body {
    /// Where what follows the last word is.
    fn behind(self, words: &[Piece<'_>]) -> Self {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return self };
        let before = words.len().checked_sub(2).map(|at| words[at]);
        match self {
            Body::Begins if last.is_word("END") => Body::Outside,
            Body::Begins | Body::Inside => Body::Inside,
            Body::Outside if !first.is_word("CREATE") => Body::Outside,
            Body::Outside => {
                let of_function = before.is_some_and(|word| word.is_word("BEGIN")) && last.is_word("ATOMIC");
                let of_trigger = last.is_word("BEGIN") && words.iter().any(|word| word.is_word("TRIGGER"));
                if of_function || of_trigger { Body::Begins } else { Body::Outside }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_or_ends_a_transaction_is_found_where_a_statement_begins() {
        for sql in [
            "COMMIT",
            " begin;",
            "SELECT 1;END",
            "SELECT 1; -- one\n /* two */ Rollback",
            "SELECT '''; ' ; COMMIT AND CHAIN",
            "SELECT \"a;b\"; ABORT",
            "SELECT E'\\''; START TRANSACTION; SELECT ''",
            "SELECT a$b$; COMMIT; SELECT a$b$",
            "SELECT $1; PREPARE TRANSACTION 'a'",
            "DO $a$ BEGIN; $$; END $a$; COMMIT",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END; COMMIT",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; COMMIT",
            "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC END; COMMIT",
            "CREATE TABLE a (\"begin\" int); COMMIT",
        ] {
            let error = check_script(sql, true).unwrap_err();
            assert!(error.to_string().contains("leave BEGIN, COMMIT and ROLLBACK out"), "{sql}: {error}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_none() {
        for sql in [
            "",
            ";;",
            "-- COMMIT",
            "SELECT 1; -- it's\n; SELECT 'a'; /* ; COMMIT */",
            "SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a",
            "INSERT INTO a VALUES ('; COMMIT; ')",
            "SELECT E'\\'; COMMIT; '",
            "SELECT $$; COMMIT; $$, $a$; $$; COMMIT; $a$",
            "SELECT \"; COMMIT\", `; COMMIT`",
            "PREPARE transactions AS SELECT 1; EXPLAIN SELECT commit FROM begin",
            "CREATE TRIGGER t AFTER UPDATE OF begin ON a BEGIN
                 UPDATE b SET c = CASE WHEN new.d THEN 1 END; DELETE FROM b WHERE end = 1; END; SELECT 1",
            "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); END",
            "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)",
            "SELECT 'open; COMMIT",
            "/* open; COMMIT",
            "SELECT $a$ open; COMMIT",
        ] {
            assert!(check_script(sql, true).is_ok(), "{sql}");
        }
    }

    #[test]
    fn comments_are_in_comments_where_the_database_has_them_so() {
        let sql = "/* one /* two */; COMMIT; -- */";
        assert!(check_script(sql, true).is_ok());
        assert!(check_script(sql, false).is_err());
    }
}
