use rusqlite::{Connection, Result};

use super::{FLAGS, integer, text};

pub(super) fn add(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("ormcore_lower", 1, FLAGS, |context| Ok(text(context, 0)?.map(lower)))?;
    connection.create_scalar_function("ormcore_lowercase", 1, FLAGS, |context| Ok(text(context, 0)?.map(lowercase)))?;
    connection.create_scalar_function("ormcore_uppercase", 1, FLAGS, |context| Ok(text(context, 0)?.map(uppercase)))?;
    connection.create_scalar_function("ormcore_substring", -1, FLAGS, |context| {
        let (Some(text), Some(start)) = (text(context, 0)?, integer(context, 1)?) else {
            return Ok(None);
        };
        let length = if context.len() > 2 { integer(context, 2)? } else { Some(i64::MAX) };
        Ok(length.map(|length| substring(text, start, length).to_string()))
    })
}

/// Letter by letter, so that a part of a text becomes the same part of the whole: `str::to_lowercase` writes a sigma
/// at the end of a word differently.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter }).collect()
}

/// One letter for each: of several the first, which is what C libraries know.
fn lowercase(text: &str) -> String {
    text.chars().map(|letter| letter.to_lowercase().next().unwrap_or(letter)).collect()
}

/// One letter for each: one whose upper case is several has none.
fn uppercase(text: &str) -> String {
    let upper = |letter: char| {
        let mut letters = letter.to_uppercase();
        match (letters.next(), letters.next()) {
            (Some(upper), None) => upper,
            _ => letter,
        }
    };
    text.chars().map(upper).collect()
}

/// SQL's: a window of positions counted from 1, of which those before the text have no character.
fn substring(text: &str, start: i64, length: i64) -> &str {
    let end = start.saturating_add(length.max(0)).max(1);
    let at = |position: i64| {
        let skipped = usize::try_from(position - 1).unwrap_or(usize::MAX);
        text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at)
    };
    let start = start.max(1);
    if start >= end { "" } else { &text[at(start)..at(end)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substrings_are_windows_of_positions() {
        for (start, length, expected) in [
            (1, 2, "äb"),
            (2, 9, "bc"),
            (0, 2, "ä"),
            (-1, 3, "ä"),
            (-5, 3, ""),
            (4, 1, ""),
            (2, -1, ""),
            (2, 0, ""),
            (i64::MIN, i64::MAX, ""),
            (2, i64::MAX, "bc"),
            (i64::MAX, i64::MAX, ""),
        ] {
            assert_eq!(substring("äbc", start, length), expected, "{start} {length}");
        }
    }

    #[test]
    fn letters_keep_their_number() {
        assert_eq!(lowercase("ÄİΣΑΣ"), "äiσασ");
        assert_eq!(uppercase("äßŉσς"), "ÄßŉΣΣ");
    }
}
