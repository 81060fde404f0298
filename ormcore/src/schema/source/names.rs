//! Names of tables and columns as names of Rust.

use std::collections::HashSet;

/// A word begins behind what is no letter or digit, at a capital behind a small letter, and at the last of several capitals
/// where a small letter follows it.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let (mut words, mut word) = (Vec::new(), String::new());
    for (at, letter) in letters.iter().enumerate() {
        let is_small = |place: usize| letters.get(place).is_some_and(|letter| letter.is_lowercase());
        let is_first = letter.is_uppercase() && at > 0 && (is_small(at - 1) || is_small(at + 1));
        if is_first && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        for small in letter.to_lowercase() {
            if is_part(small) {
                word.push(small);
            } else if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether the letter may stand in an identifier, and the capital of it in that of a constant.
fn is_part(letter: char) -> bool {
    let is_known = matches!(letter,
        '\u{c0}'..='\u{24f}' | '\u{391}'..='\u{3c9}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    let is_one = |capital: char| capital.is_ascii_alphanumeric() || is_known && capital.is_alphabetic();
    letter.is_ascii_alphanumeric() || is_known && letter.is_alphabetic() && letter.to_uppercase().all(is_one)
}

/// The name of a field: what is one already is left as it is.
pub(super) fn field(column: &str) -> String {
    let is_field = |letter: char| letter == '_' || letter.is_lowercase() && is_part(letter) || letter.is_ascii_digit();
    let is_whole = column.chars().all(is_field) && column.contains(|letter: char| letter != '_');
    let name = if is_whole { column.to_string() } else { words(column).join("_") };
    match name.chars().next() {
        None => "column".to_string(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        // What cannot even be raw.
        Some(_) if matches!(name.as_str(), "self" | "super" | "crate") => format!("{name}_"),
        Some(_) => name,
    }
}

/// The field, constant or method as it is written.
pub(super) fn raw(name: &str) -> String {
    if is_listed(name, KEYWORDS) { format!("r#{name}") } else { name.to_string() }
}

const KEYWORDS: &str = "abstract as async await become box break const continue do dyn else enum extern false final fn for \
     gen if impl in let loop macro match mod move mut override priv pub ref return static struct trait true try type typeof \
     unsafe unsized use virtual where while yield";

/// In capitals and small letters: `film_actor` is `FilmActor`.
pub(super) fn camel(name: &str, for_digits: &str) -> String {
    let mut camel: String = words(name).iter().map(|word| capital(word)).collect();
    if camel.is_empty() || camel.starts_with(|first: char| first.is_ascii_digit()) {
        camel.insert_str(0, for_digits);
    }
    camel
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether the derive makes the name of the one that [`camel`] makes of it, as far as that is certain.
pub(super) fn is_of_derive(name: &str) -> bool {
    let is_plain = |word: &str| {
        let mut letters = word.bytes();
        let starts = letters.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && letters.next().is_some_and(|byte| byte.is_ascii_lowercase());
        starts && letters.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('_').all(is_plain)
}

/// Words whose plural is not made by a letter or two at their end, or would be taken for another one's.
const IRREGULAR: &str = "analysis:analyses axis:axes basis:bases bus:buses cache:caches child:children cookie:cookies crisis:crises \
     criterion:criteria foot:feet hypothesis:hypotheses index:indices leaf:leaves life:lives man:men \
     matrix:matrices mouse:mice movie:movies person:people shelf:shelves vertex:vertices woman:women";

/// Words that are their own plural.
const UNCHANGED: &str = "data metadata news series settings species";

/// Words that end as a plural does.
const ONE: &str = "alias atlas bias bus canvas gas lens status";

fn irregular() -> impl Iterator<Item = (&'static str, &'static str)> {
    IRREGULAR.split(' ').filter_map(|pair| pair.split_once(':'))
}

fn is_listed(word: &str, list: &str) -> bool {
    list.split(' ').any(|other| other == word)
}

/// The singular of the last word.
pub(super) fn singular(name: &str) -> String {
    on_last_word(name, |word| {
        if is_listed(word, UNCHANGED) || is_listed(word, ONE) {
            return word.to_string();
        }
        if let Some((one, _)) = irregular().find(|(_, many)| *many == word) {
            return one.to_string();
        }
        let ends = |end: &str| word.ends_with(end) && word.len() > end.len() + 1;
        let cut = |count: usize| word[..word.len() - count].to_string();
        if ends("ies") {
            return format!("{}y", cut(3));
        }
        let is_long = ["sses", "shes", "ches", "xes", "zzes"].iter().any(|end| ends(end));
        let is_of_us = ends("uses") && !word.ends_with("ouses") && !word.ends_with("auses");
        if is_long || is_of_us {
            return cut(2);
        }
        let is_kept = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
        if ends("s") && !is_kept { cut(1) } else { word.to_string() }
    })
}

/// The plural of the last word, unless it is one.
pub(super) fn plural(name: &str) -> String {
    on_last_word(name, |word| {
        if let Some((_, many)) = irregular().find(|(one, _)| *one == word) {
            return many.to_string();
        }
        if is_listed(word, UNCHANGED) || singular(word) != word {
            return word.to_string();
        }
        let letters: Vec<char> = word.chars().rev().take(2).collect();
        match letters[..] {
            ['y', before] if !"aeiou".contains(before) => format!("{}ies", &word[..word.len() - 1]),
            ['s' | 'x' | 'z', ..] | ['h', 's' | 'c'] => format!("{word}es"),
            _ => format!("{word}s"),
        }
    })
}

fn on_last_word(name: &str, change: impl Fn(&str) -> String) -> String {
    match name.rsplit_once('_') {
        Some((before, word)) => format!("{before}_{}", change(word)),
        None => change(name),
    }
}

/// What a type's name is as that of a field.
pub(super) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// Names that are given once each: they are told apart as the constants that they become.
#[derive(Default)]
pub(super) struct Given(HashSet<String>);

impl Given {
    pub(super) fn of(names: impl IntoIterator<Item = &'static str>) -> Self {
        Given(names.into_iter().map(str::to_uppercase).collect())
    }

    /// The first of the names that is free, or the last with a number.
    pub(super) fn give(&mut self, names: &[String]) -> String {
        let last = names.last().cloned().unwrap_or_default();
        let numbered = (2..).map(|number| format!("{last}_{number}"));
        let mut all = names.iter().cloned().chain(numbered);
        all.find(|name| self.0.insert(name.to_uppercase())).unwrap_or(last)
    }

    /// As [`Given::give`], of a type.
    pub(super) fn give_type(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let mut all = std::iter::once(name.to_string()).chain(numbered);
        all.find(|name| self.0.insert(name.to_uppercase())).unwrap_or_default()
    }
}

/// What every model has as methods, as the derive says: a relationship's would hide it.
pub(super) const METHODS: &str = "all all_columns delete delete_all find from_sql get insert insert_all insert_from new on \
     on_any_conflict on_conflict query refresh search update update_all update_all_only update_only";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_identifiers_in_snake_case() {
        for (column, expected) in [
            ("created_at", "created_at"),
            ("createdAt", "created_at"),
            ("Order ID", "order_id"),
            ("_id", "_id"),
            ("2nd", "_2nd"),
            ("a-b", "a_b"),
            ("", "column"),
            ("__", "column"),
            ("self", "self_"),
            ("HTTPCode", "http_code"),
            ("größe", "größe"),
            ("naïve Name", "naïve_name"),
            ("x²", "x"),
            ("it's \"odd\"", "it_s_odd"),
            ("ⓐ", "column"),
        ] {
            assert_eq!(field(column), expected, "{column}");
        }
        assert_eq!(raw("type"), "r#type");
    }

    #[test]
    fn a_plural_has_a_singular() {
        for (many, one) in [
            ("users", "user"),
            ("categories", "category"),
            ("addresses", "address"),
            ("film_actors", "film_actor"),
            ("people", "person"),
            ("boxes", "box"),
            ("statuses", "status"),
            ("houses", "house"),
            ("days", "day"),
            ("movies", "movie"),
            ("matches", "match"),
            ("courses", "course"),
            ("order_children", "order_child"),
        ] {
            assert_eq!((singular(many).as_str(), plural(one).as_str()), (one, many));
        }
        for word in ["status", "address", "analysis", "series", "metadata", "user", "bus", "is"] {
            assert_eq!(singular(word), word);
        }
    }

    #[test]
    fn the_derive_finds_a_plain_name_again() {
        for (name, is) in
            [("film_actor", true), ("oauth2_token", true), ("a_b", false), ("x_2y", false), ("Film", false)]
        {
            assert_eq!(is_of_derive(name), is, "{name}");
        }
        assert_eq!(camel("film_actor", "T"), "FilmActor");
        assert_eq!(camel("2fa tokens", "T"), "T2faTokens");
    }
}
