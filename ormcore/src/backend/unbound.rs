//! What of a database's message may be shown: a message about a value may hold it.

use std::borrow::Cow;

/// What is said in place of the condition, where the database has no name for it.
pub(crate) const WHILE_IT_RAN: &str = "an error while it ran";

/// The message up to where a value may begin, behind the name of the condition: in some languages, and for some conditions,
/// the value comes first.
pub(crate) fn without_value<'m>(condition: &str, message: &'m str) -> Cow<'m, str> {
    let kept = &message[..value_start(message)];
    if kept.len() == message.len() {
        return message.into();
    }
    match kept.trim_end() {
        "" => format!("{condition} (the value is not shown)").into(),
        kept => format!("{condition} (the value is not shown): {kept} ..").into(),
    }
}

/// Where a value may begin: at a quotation mark of any language, a colon or bytes in hexadecimal.
fn value_start(message: &str) -> usize {
    // FTS5 puts its own name there.
    let begin = if message.starts_with("fts5: ") { "fts5: ".len() } else { 0 };
    let mark = message[begin..].find(|letter: char| {
        matches!(
            letter,
            '"' | '\'' | '`' | ':' | '«' | '»' | '‹' | '›' | '\u{2018}'..='\u{201f}' | '\u{3008}'..='\u{3011}'
                | '\u{301d}'..='\u{301f}' | '\u{ff02}' | '\u{ff07}' | '\u{ff1a}'
        )
    });
    let bytes = message.find("0x");
    mark.map_or(message.len(), |mark| begin + mark).min(bytes.unwrap_or(message.len()))
}
