use std::mem;

/// How many words of a search are looked for, those of phrases too; further ones are ignored.
const MOST: usize = 64;

/// How many bytes of a search are looked for, whatever a database takes for words in them. None indexes a word as long as that.
const LONGEST: usize = 4096;

/// What is looked for: rows that one of the branches finds. Nothing, if there are none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// What stood between the `OR`s.
    pub branches: Vec<TermGroup>,
}

/// Terms that must, and terms that must not be in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TermGroup {
    /// All of these are; there is at least one.
    pub wanted: Vec<Term>,
    /// None of these is.
    pub unwanted: Vec<Term>,
}

/// A word, or words that stand side by side: never without a letter or digit, and without NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The text as the user wrote it.
    pub text: String,
    /// Whether words that only begin so will do.
    pub prefix: bool,
}

impl Terms {
    /// Reads what a user typed: words, of which all are looked for; `"words side by side"`; `OR` between alternatives;
    /// `-word` for what must not be there; `word*` for words that begin so.
    ///
    /// Any text is one: what is not of this form is a word, or a blank if it has neither letter nor digit. Alternatives that
    /// only say what must not be there find nothing.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut terms = Terms::default();
        let (mut branch, mut rest) = (TermGroup::default(), text);
        let (mut words, mut bytes) = (MOST, LONGEST);
        loop {
            rest = rest.trim_start_matches(is_blank);
            if rest.is_empty() || words == 0 {
                break;
            }
            let word = &rest[..rest.find(is_blank).unwrap_or(rest.len())];
            if word == "OR" {
                terms.push(mem::take(&mut branch));
                rest = &rest[word.len()..];
                continue;
            }
            let (excluded, from) = match rest.strip_prefix('-') {
                Some(behind) => (true, behind),
                None => (false, rest),
            };
            let (written, behind) = match from.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => from.split_at(from.find(|letter| is_blank(letter) || letter == '"').unwrap_or(from.len())),
            };
            let whole = written.trim_matches(is_edge);
            let kept = start(whole, words, bytes);
            rest = if kept == whole { behind } else { "" };
            if !kept.contains(char::is_alphanumeric) {
                continue;
            }
            let prefix = !from.starts_with('"') && written.ends_with('*') && kept == whole;
            // A blank for the database too, which would read no further.
            let term = Term { text: kept.replace('\0', " "), prefix };
            let terms = if excluded { &mut branch.unwanted } else { &mut branch.wanted };
            if !terms.contains(&term) {
                words -= word_starts(&term.text).count();
                bytes -= term.text.len();
                terms.push(term);
            }
        }
        terms.push(branch);
        terms
    }

    fn push(&mut self, branch: TermGroup) {
        if !branch.wanted.is_empty() && !self.branches.contains(&branch) {
            self.branches.push(branch);
        }
    }
}

/// The text up to so many words and bytes, cut at a blank. What has none is cut only if it is the first of all: a database reads other
/// words in a part of an address or a number.
fn start(text: &str, words: usize, bytes: usize) -> &str {
    let too_long = text.char_indices().find(|(at, letter)| at + letter.len_utf8() > bytes).map(|(at, _)| at);
    let Some(end) = word_starts(text).nth(words).into_iter().chain(too_long).min() else { return text };
    let kept = &text[..end];
    match kept.rfind(is_blank) {
        Some(blank) => &kept[..blank],
        None if words == MOST => kept,
        None => "",
    }
}

/// Where the runs of letters and digits begin, which is what databases take for words at the most.
fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut inside = false;
    text.char_indices().filter_map(move |(at, letter)| {
        let begins = letter.is_alphanumeric() && !inside;
        inside = letter.is_alphanumeric() || inside && is_mark(letter);
        begins.then_some(at)
    })
}

/// A sign inside of a word that is no letter: the alphabets stand here, with few other signs, and have theirs between them.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{1fff}') && !is_blank(letter)
}

/// What is no part of a word at its ends. Other signs may be: words of many scripts end in a mark that is no letter.
fn is_edge(letter: char) -> bool {
    // Quotes, dashes and what has no width come along when a text is copied.
    let copied = matches!(letter, '\u{2000}'..='\u{206f}' | '\u{feff}');
    letter.is_ascii_punctuation() || is_blank(letter) || copied
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The search in a form that shows its parts.
    fn shown(text: &str) -> String {
        let term = |term: &Term| format!("[{}]{}", term.text, if term.prefix { "*" } else { "" });
        let branch = |branch: &TermGroup| {
            let wanted = branch.wanted.iter().map(term);
            wanted.chain(branch.unwanted.iter().map(|unwanted| format!("-{}", term(unwanted)))).collect::<String>()
        };
        Terms::parse(text).branches.iter().map(branch).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn words_phrases_and_prefixes() {
        assert_eq!(shown("rust  orm"), "[rust][orm]");
        assert_eq!(shown(r#""in rust" orm*"#), "[in rust][orm]*");
        assert_eq!(shown("rust -java -\"c sharp\""), "[rust]-[java]-[c sharp]");
        assert_eq!(shown("a b OR c -d"), "[a][b] | [c]-[d]");
        assert_eq!(shown("foo-bar a.b@c.org"), "[foo-bar][a.b@c.org]");
    }

    #[test]
    fn every_text_is_a_search() {
        for nothing in ["", "  ", "\"", "\"\"", "-", "- \"", "OR", "OR OR", "*", "-*", "()", "\0", "-java", "& | ! <->"]
        {
            assert_eq!(shown(nothing), "", "{nothing:?}");
        }
        assert_eq!(shown("\"open end"), "[open end]");
        assert_eq!(shown("a\"b c\"d"), "[a][b c][d]");
        assert_eq!(shown("a\0b"), "[a][b]");
        assert_eq!(shown("\"a\0b\""), "[a b]");
        assert_eq!(shown("title:rust NEAR(a b)"), "[title:rust][NEAR(a][b]");
        assert_eq!(shown("or and not"), "[or][and][not]");
        assert_eq!(shown("OR a OR -b OR"), "[a]");
        assert_eq!(shown("(rust) 'it''s' it's"), "[rust][it''s][it's]");
    }

    #[test]
    fn a_search_has_an_end() {
        let words: String = (0..1000).map(|number| format!("w{number} ")).collect();
        assert_eq!(Terms::parse(&words).branches[0].wanted.len(), 64);
        let phrase = |count: usize| vec!["w"; count].join(" ");
        assert_eq!(shown(&format!("\"{}\" a", phrase(1000))), format!("[{}]", phrase(64)));
        assert_eq!(shown(&format!("\"{}\" a b", phrase(63))), format!("[{}][a]", phrase(63)));
        assert_eq!(shown(&format!("a b \"{}\"", phrase(1000))), format!("[a][b][{}]", phrase(62)));
        assert_eq!(shown(&"w,".repeat(1000)), format!("[{}]", "w,".repeat(64)));
        assert_eq!(shown(&format!("{}*", "é".repeat(3000))), format!("[{}]", "é".repeat(2048)));
        assert_eq!(shown(&format!("a{}b", ",".repeat(5000))), format!("[a{}]", ",".repeat(4095)));
        assert_eq!(shown(&format!("\"a{}b\"", " ".repeat(5000))), format!("[a{}]", " ".repeat(4094)));
        assert_eq!(shown(&format!("{}b", "。".repeat(2000))), "");
    }

    #[test]
    fn a_search_ends_between_two_words() {
        let words = |count: usize| (0..count).map(|number| format!("[w{number}]")).collect::<String>();
        let text = words(63).replace(['[', ']'], " ");
        for last in ["foo.bar@example.com", "3.14", "\"3.14 a\"", "-a.b", "a.b c", "OR a.b c"] {
            assert_eq!(shown(&format!("{text} {last}")), words(63), "{last}");
        }
        assert_eq!(shown(&format!("{text} अर्थात् a")), format!("{}[अर्थात्]", words(63)));
        assert_eq!(shown(&format!("{text} cafe\u{301}s a")), format!("{}[cafe\u{301}s]", words(63)));
        assert_eq!(shown(&format!("{text} \"a b.c\"")), format!("{}[a]", words(63)));
        assert_eq!(shown(&format!("a {} b", "é".repeat(3000))), "[a]");
        let long = "é".repeat(1023);
        assert_eq!(shown(&format!("{long} a{long} a bb c")), format!("[{long}][a{long}][a][bb]"));
        assert_eq!(shown(&format!("{long} a{long} a bbb c")), format!("[{long}][a{long}][a]"));
    }

    #[test]
    fn what_is_said_again_is_looked_for_once() {
        assert_eq!(shown("a a* a -b -b \"a\""), "[a][a]*-[b]");
        assert_eq!(shown("a OR a -b OR a"), "[a] | [a]-[b]");
        assert_eq!(shown(&format!("{}b", "a ".repeat(1000))), "[a][b]");
    }

    #[test]
    fn a_word_keeps_the_signs_of_its_script() {
        assert_eq!(shown("தமிழ் \"พ่อแม่ है\" अर्थात्*"), "[தமிழ்][พ่อแม่ है][अर्थात्]*");
        assert_eq!(shown("“rust” …\u{feff}a\u{200b}"), "[rust][a]");
    }
}
