//! What the user may have meant.

/// Words of other libraries, and the word that is used here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("ascending", "asc"),
    ("auto_increment", "auto"),
    ("autoincrement", "auto"),
    ("belongs_to", "foreign_key"),
    ("column_name", "name"),
    ("covering", "include"),
    ("descending", "desc"),
    ("embed", "flatten"),
    ("embedded", "flatten"),
    ("computed", "generated"),
    ("fetched_value", "read_only"),
    ("fk", "foreign_key"),
    ("generated_always_as", "generated"),
    ("id", "primary_key"),
    ("ignore", "skip"),
    ("inverse", "back_populates"),
    ("inverse_of", "back_populates"),
    ("join_depth", "depth"),
    ("key", "primary_key"),
    ("max_length", "length"),
    ("method", "using"),
    ("noload", "raise"),
    ("null", "nullable"),
    ("onupdate", "on_write"),
    ("opclass", "ops"),
    ("operator_class", "ops"),
    ("optional", "nullable"),
    ("order", "order_by"),
    ("orphan", "delete-orphan"),
    ("orphan-removal", "delete-orphan"),
    ("persist", "save-update"),
    ("pk", "primary_key"),
    ("references", "foreign_key"),
    ("related_name", "backref"),
    ("remove", "delete"),
    ("rename", "name"),
    ("size", "length"),
    ("table_name", "table"),
    ("through", "secondary"),
    ("treat_none_as_null", "none_is_null"),
    ("unique_constraint", "unique"),
    ("via", "secondary"),
    ("view", "read_only"),
    ("where", "filter"),
];

/// Says that `word` is none of `known`, with the nearest of them, and lists them.
pub(crate) fn unknown(what: &str, word: &str, known: &[impl AsRef<str>]) -> String {
    let mut message = format!("unknown {what} `{word}`");
    if let Some(meant) = nearest(word, known) {
        message.push_str(&format!(": did you mean `{meant}`?"));
    }
    if known.is_empty() {
        return message;
    }
    let separator = if message.ends_with('?') { " known are " } else { ": known are " };
    message.push_str(separator);
    message.push_str(&list(known));
    message
}

/// `` `a`, `b`, `c` ``.
pub(crate) fn list(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    quoted.join(", ")
}

/// The one that may have been meant.
pub(crate) fn nearest<'a>(word: &str, known: &'a [impl AsRef<str>]) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let synonym = OTHER_WORDS.iter().find(|(other, _)| *other == lower).map(|(_, here)| *here);
    let mut words = known.iter().map(AsRef::as_ref);
    if let Some(found) = words.clone().find(|known| Some(*known) == synonym) {
        return Some(found);
    }
    let allowed = word.chars().count() / 3 + 1;
    words
        .by_ref()
        .map(|known| (distance(&lower, &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many characters to insert, delete or replace to make one word of the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, character) in from.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (column, other) in to.iter().enumerate() {
            let above = row[column + 1];
            let here = (diagonal + usize::from(character != *other)).min(left + 1).min(above + 1);
            row[column] = left;
            diagonal = above;
            left = here;
        }
        row[to.len()] = left;
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, unknown};

    #[test]
    fn the_nearest_word_is_suggested() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(
            unknown("key", "lenght", &["length", "name"]),
            "unknown key `lenght`: did you mean `length`? known are `length`, `name`"
        );
        assert_eq!(unknown("key", "zzzzzz", &["length"]), "unknown key `zzzzzz`: known are `length`");
        assert_eq!(
            unknown("key", "pk", &["length", "primary_key"]),
            "unknown key `pk`: did you mean `primary_key`? known are `length`, `primary_key`"
        );
    }
}
