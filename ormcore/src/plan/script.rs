//! What a script says of transactions, which it has no say in: it runs in one, all or nothing.

use std::iter;

use crate::error::{Error, Result};

/// # Errors
/// If a statement of the script begins or ends a transaction.
pub(super) fn check_script(sql: &str, nests_comments: bool) -> Result<()> {
    let (mut words, mut depth, mut body) = (Vec::new(), 0_usize, Body::Outside);
    for token in tokens(sql, nests_comments).chain([Token::Semicolon]) {
        match token {
            Token::Word(word) => {
                words.push(word);
                body = body.behind(&words);
            }
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Semicolon if body != Body::Outside => body = Body::Begins,
            // PostgreSQL's rules have several statements in parentheses.
            Token::Semicolon if depth > 0 => {}
            Token::Semicolon => {
                if let Some(word) = controlling(&words) {
                    return Err(Error::usage(format!(
                        "the script says {}, and runs in a transaction already, all or nothing: leave BEGIN, COMMIT and \
                         ROLLBACK out of it",
                        word.to_ascii_uppercase()
                    )));
                }
                words.clear();
            }
        }
    }
    Ok(())
}

/// The first word of a statement that begins or ends a transaction.
fn controlling<'s>(words: &[&'s str]) -> Option<&'s str> {
    let at = |place: usize, names: &[&str]| words.get(place).is_some_and(|word| is_one(word, names));
    let to_savepoint = at(1, &["TO"]) || at(1, &["WORK", "TRANSACTION"]) && at(2, &["TO"]);
    let controls = at(0, &["BEGIN", "START", "COMMIT", "END", "ABORT"])
        || at(0, &["ROLLBACK"]) && !to_savepoint
        || at(0, &["PREPARE"]) && at(1, &["TRANSACTION"]);
    words.first().copied().filter(|_| controls)
}

fn is_one(word: &str, names: &[&str]) -> bool {
    names.iter().any(|name| word.eq_ignore_ascii_case(name))
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
    fn behind(self, words: &[&str]) -> Self {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return self };
        let before = words.len().checked_sub(2).map_or("", |at| words[at]);
        match self {
            Body::Begins if is_one(last, &["END"]) => Body::Outside,
            Body::Begins | Body::Inside => Body::Inside,
            Body::Outside if !is_one(first, &["CREATE"]) => Body::Outside,
            Body::Outside => {
                let of_function = is_one(before, &["BEGIN"]) && is_one(last, &["ATOMIC"]);
                let of_trigger = is_one(last, &["BEGIN"]) && words.iter().any(|word| is_one(word, &["TRIGGER"]));
                if of_function || of_trigger { Body::Begins } else { Body::Outside }
            }
        }
    }
}

enum Token<'s> {
    Word(&'s str),
    Open,
    Close,
    Semicolon,
}

/// The words and signs that stand outside of quotation marks and comments.
fn tokens(sql: &str, nests_comments: bool) -> impl Iterator<Item = Token<'_>> {
    let mut rest = sql;
    iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            let length = skipped(rest, nests_comments);
            let (token, length) = match first {
                _ if length > 0 => (None, length),
                ';' => (Some(Token::Semicolon), 1),
                '(' => (Some(Token::Open), 1),
                ')' => (Some(Token::Close), 1),
                _ if is_part(first) => {
                    let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
                    (Some(Token::Word(&rest[..end])), end)
                }
                _ => (None, first.len_utf8()),
            };
            rest = &rest[length..];
            if token.is_some() {
                return token;
            }
        }
    })
}

/// Whether a name without quotation marks may hold it.
fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// How long what is quoted, or a comment, is at the start of the text; one that does not end goes to the text's end.
fn skipped(text: &str, nests_comments: bool) -> usize {
    let bytes = text.as_bytes();
    let end = match bytes {
        [b'-', b'-', ..] => text.find('\n'),
        [b'/', b'*', ..] => comment(bytes, nests_comments),
        [quote @ (b'\'' | b'"' | b'`'), inner @ ..] => inner.iter().position(|byte| byte == quote).map(|at| at + 2),
        [b'e' | b'E', b'\'', inner @ ..] => escaped(inner).map(|at| at + 3),
        [b'$', ..] => return dollars(text),
        _ => return 0,
    };
    end.unwrap_or(text.len())
}

fn comment(text: &[u8], nests: bool) -> Option<usize> {
    let (mut depth, mut at) = (1, 2);
    while depth > 0 {
        let step = match text.get(at..at + 2)? {
            b"*/" => {
                depth -= 1;
                2
            }
            b"/*" if nests => {
                depth += 1;
                2
            }
            _ => 1,
        };
        at += step;
    }
    Some(at)
}

/// Where PostgreSQL's `E'..'` ends, in which `\'` is a letter.
fn escaped(inner: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match inner.get(at)? {
            b'\'' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// How long PostgreSQL's `$tag$ .. $tag$` is at the start of the text; 0 if none is there.
fn dollars(text: &str) -> usize {
    let Some(end) = text[1..].find('$').map(|at| at + 2) else { return 0 };
    let (tag, inner) = text.split_at(end);
    let name = &tag[1..end - 1];
    if name.starts_with(|letter: char| letter.is_ascii_digit()) || !name.chars().all(is_part) {
        return 0;
    }
    inner.find(tag).map_or(text.len(), |at| end + at + end)
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
