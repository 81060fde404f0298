//! Patterns that are too long for SQLite's LIKE.

use crate::sql::{Expr, Like, Writer};
use crate::value::{Parameter, Value};

/// SQLite refuses a LIKE whose pattern has more bytes.
const LONGEST_PATTERN: usize = 50_000;

/// The pattern, if it is too long, or may be in lower case.
pub(super) fn pattern(expr: &Expr, like: Like) -> Option<&Parameter> {
    let Expr::Value(parameter) = expr else { return None };
    let Value::Text(text) = &parameter.value else { return None };
    // A letter of two bytes may have three in lower case.
    let longest =
        if like == Like::CaseInsensitive && !text.is_ascii() { LONGEST_PATTERN / 3 * 2 } else { LONGEST_PATTERN };
    (text.len() > longest).then_some(parameter)
}

/// Writes whether the text matches, where the pattern has no wildcards but `%` at its ends.
pub(super) fn write(text: Expr, like: Like, pattern: &Parameter, writer: &mut Writer<'_>) {
    let Value::Text(written) = &pattern.value else { return };
    let Some((before, literal, after)) = literal(written) else {
        return writer.refuse(|| {
            format!(
                "SQLite takes patterns of {LONGEST_PATTERN} bytes at most, and this one has {}: look for longer texts by \
                 `contains`, `starts_with` or `ends_with`",
                written.len()
            )
        });
    };
    let template = match (before, after) {
        (true, true) => "instr({0}, {1}) > 0",
        (true, false) => "substr({0}, -length({1})) = {1}",
        (false, true) => "substr({0}, 1, length({1})) = {1}",
        (false, false) => "{0} = {1}",
    };
    let template = match like {
        Like::CaseSensitive => template.to_string(),
        Like::CaseInsensitive => template.replace("{0}", "ormcore_lower({0})").replace("{1}", "ormcore_lower({1})"),
    };
    let literal = Parameter { value: Value::Text(literal.into()), secret: pattern.secret };
    writer.template(&template, &[text, Expr::Value(literal)]);
}

/// What stands between `%` before and behind it, if they are there and nothing else is a wildcard.
fn literal(pattern: &str) -> Option<(bool, String, bool)> {
    let (before, rest) = pattern.strip_prefix('%').map_or((false, pattern), |rest| (true, rest));
    let mut literal = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' if characters.as_str().is_empty() => return Some((before, literal, true)),
            '%' | '_' => return None,
            '\\' => literal.extend(characters.next()),
            other => literal.push(other),
        }
    }
    Some((before, literal, false))
}
