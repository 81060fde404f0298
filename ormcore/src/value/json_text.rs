//! JSON as text: as documents are stored.

use std::borrow::Cow;

#[cfg(feature = "json")]
use crate::value::json;

/// The document as the program writes it: without the blanks between its parts, each text and each number in its one form,
/// the keys in the order of the text. None if it is no JSON. Where the program has no JSON, nothing tells what is some.
pub(crate) fn compact(text: &str) -> Option<String> {
    if !is_json(text) {
        return None;
    }
    written(text, canonical)
}

/// As [`compact`], of a part of a document that is stored: its numbers stay as they are, for the program's type decides on
/// their form.
#[cfg(all(feature = "json", feature = "sqlite"))]
pub(crate) fn stored(text: &str) -> Option<String> {
    written(text, |part| if part.starts_with('"') { canonical(part) } else { Some(part.into()) })
}

fn written(text: &str, form: fn(&str) -> Option<Cow<'_, str>>) -> Option<String> {
    let (mut written, mut rest) = (String::with_capacity(text.len()), text.trim_start_matches(BLANKS));
    while !rest.is_empty() {
        let (part, after) = rest.split_at(part_length(rest));
        written.push_str(&form(part)?);
        rest = after.trim_start_matches(BLANKS);
    }
    Some(written)
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// How long the text, number, word or mark is that comes first.
fn part_length(text: &str) -> usize {
    let is_mark = |letter: char| "[]{}:,".contains(letter);
    if is_mark(text.as_bytes()[0].into()) {
        return 1;
    }
    let Some(inner) = text.strip_prefix('"') else {
        return text.find(|letter| is_mark(letter) || BLANKS.contains(&letter)).unwrap_or(text.len());
    };
    let mut is_escaped = false;
    let is_end = |letter: char| {
        let is_end = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    };
    inner.find(is_end).map_or(text.len(), |length| length + 2)
}

#[cfg(feature = "json")]
fn canonical(part: &str) -> Option<Cow<'_, str>> {
    // Without escapes, text has one form.
    let has_forms = match part.as_bytes()[0] {
        b'"' => part.contains('\\'),
        first => first == b'-' || first.is_ascii_digit(),
    };
    if !has_forms {
        return Some(part.into());
    }
    let value: serde_json::Value = serde_json::from_str(part).ok()?;
    json::text(&value).ok().map(Cow::from)
}

#[cfg(not(feature = "json"))]
fn canonical(part: &str) -> Option<Cow<'_, str>> {
    Some(part.into())
}

#[cfg(feature = "json")]
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(not(feature = "json"))]
fn is_json(_text: &str) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn blanks_go_but_not_those_of_texts() {
        assert_eq!(
            compact("{ \"a b\" : [ 1 ,\n2 ], \"c\\\" d\": null }").as_deref(),
            Some(r#"{"a b":[1,2],"c\" d":null}"#)
        );
    }

    #[cfg(feature = "json")]
    #[test]
    fn texts_and_numbers_have_one_form_and_keys_stay_in_their_order() {
        let canonical =
            compact(r#" {"b": "\u0041\/\u000a\\", "a": [1.50, 1e2, -7, -0.0, 1e16, 18446744073709551615]} "#);
        let expected = r#"{"b":"A/\n\\","a":[1.5,100.0,-7,-0.0,10000000000000000.0,18446744073709551615]}"#;
        assert_eq!(canonical.as_deref(), Some(expected));
        assert_eq!(compact(" 1e2 ").as_deref(), Some("100.0"));
        assert_eq!(compact(r#""\"""#).as_deref(), Some(r#""\"""#));
    }

    #[cfg(all(feature = "json", feature = "sqlite"))]
    #[test]
    fn what_is_stored_keeps_its_numbers() {
        let stored = super::stored(r#"{ "\u0041" : [1.50, -0, 1e2], "b": "\/" , "\u00fc": "ü" }"#);
        assert_eq!(stored.as_deref(), Some(r#"{"A":[1.50,-0,1e2],"b":"/","ü":"ü"}"#));
    }

    #[cfg(feature = "json")]
    #[test]
    fn what_is_no_document_has_no_text() {
        assert_eq!(compact("{"), None);
        assert_eq!(compact("1 2"), None);
    }
}
