//! Names in other cases: `HttpServer` as `http_server`.

/// In small letters, with an underscore between words.
pub(super) fn snake(name: &str) -> String {
    words(name).iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_")
}

/// In capital letters, with an underscore between words.
pub(super) fn shouted(name: &str) -> String {
    words(name).iter().map(|word| word.to_uppercase()).collect::<Vec<_>>().join("_")
}

/// A word begins at a capital behind a small letter, and at the last of several capitals where a small letter follows it:
/// `HTTPServer` is `HTTP` and `Server`.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for piece in name.split(|letter: char| !letter.is_alphanumeric()) {
        let (mut start, mut before) = (0, None);
        let mut letters = piece.char_indices().peekable();
        while let Some((place, letter)) = letters.next() {
            let is_followed_by_small = letters.peek().is_some_and(|(_, next)| next.is_lowercase());
            let begins = match before {
                Some(Letter::Small) => letter.is_uppercase(),
                Some(Letter::Capital) => letter.is_uppercase() && is_followed_by_small,
                None => false,
            };
            if begins {
                words.push(&piece[start..place]);
                start = place;
            }
            before = Letter::of(letter).or(before);
        }
        if !piece.is_empty() {
            words.push(&piece[start..]);
        }
    }
    // Underscores alone are a name too.
    if words.is_empty() { vec![name] } else { words }
}

#[derive(Clone, Copy)]
enum Letter {
    Small,
    Capital,
}

impl Letter {
    /// Digits are neither.
    fn of(letter: char) -> Option<Self> {
        match (letter.is_lowercase(), letter.is_uppercase()) {
            (true, _) => Some(Letter::Small),
            (_, true) => Some(Letter::Capital),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{shouted, snake};

    #[test]
    fn words_begin_at_capitals_and_behind_separators() {
        for (name, expected) in [
            ("User", "user"),
            ("ModelMetadata", "model_metadata"),
            ("HTTPServer", "http_server"),
            ("OAuth2Token", "o_auth2_token"),
            ("V2Model", "v2_model"),
            ("x2Y", "x2_y"),
            ("ABC", "abc"),
            ("__two__Words_", "two_words"),
            ("Größe", "größe"),
            ("ÄrgerÜber", "ärger_über"),
            ("_", "_"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
            assert_eq!(shouted(name), expected.to_uppercase(), "{name}");
        }
    }
}
