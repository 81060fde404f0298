use std::mem;

/// How many terms of a search are looked for; further ones are ignored.
const MOST: usize = 64;

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
        let (mut branch, mut left, mut rest) = (TermGroup::default(), MOST, text);
        loop {
            rest = rest.trim_start_matches(is_blank);
            if rest.is_empty() || left == 0 {
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
            let (term, behind) = match from.strip_prefix('"') {
                Some(quoted) => {
                    let (phrase, behind) = quoted.split_once('"').unwrap_or((quoted, ""));
                    (Term::new(phrase, false), behind)
                }
                None => {
                    let end = from.find(|letter| is_blank(letter) || letter == '"').unwrap_or(from.len());
                    (Term::new(&from[..end], from[..end].ends_with('*')), &from[end..])
                }
            };
            rest = behind;
            if let Some(term) = term {
                left -= 1;
                let terms = if excluded { &mut branch.unwanted } else { &mut branch.wanted };
                terms.push(term);
            }
        }
        terms.push(branch);
        terms
    }

    fn push(&mut self, branch: TermGroup) {
        if !branch.wanted.is_empty() {
            self.branches.push(branch);
        }
    }
}

impl Term {
    /// The text without what is no part of a word at its ends; nothing if nothing is left.
    fn new(text: &str, prefix: bool) -> Option<Self> {
        let text = text.trim_matches(|letter: char| !letter.is_alphanumeric());
        // A blank for the database too, which would read no further.
        (!text.is_empty()).then(|| Term { text: text.replace('\0', " "), prefix })
    }
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
        let terms = Terms::parse(&"word ".repeat(1000));
        assert_eq!(terms.branches[0].wanted.len(), MOST);
    }
}
