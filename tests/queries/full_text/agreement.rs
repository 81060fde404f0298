//! Any text is a search, and both databases find the same rows.

use ormcore::prelude::*;
use ormcore_tests::every_database;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sample", full_text(title, body))]
struct Sample {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: Option<String>,
}

/// Words that every database takes for words.
const WORDS: [&str; 6] = ["ant", "bee", "cow", "dog", "élan", "antler"];

/// A part of a search that is made of words.
fn part() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&WORDS[..]);
    prop_oneof![
        4 => word.clone().prop_map(str::to_string),
        1 => word.clone().prop_map(|word| format!("-{word}")),
        1 => word.clone().prop_map(|word| format!("{}*", word.chars().take(2).collect::<String>())),
        1 => (word.clone(), word.clone()).prop_map(|(one, two)| format!("\"{one} {two}\"")),
        1 => (word.clone(), word).prop_map(|(one, two)| format!("-\"{one} {two}\"")),
        1 => Just("OR".to_string()),
    ]
}

fn document() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..6).prop_map(|words| words.join(" "))
}

/// The rows that a search finds, by what the words mean.
fn found_by_hand(search: &str, (title, body): (&str, Option<&str>)) -> bool {
    let plain = |text: &str| text.replace('é', "e");
    let columns = [plain(title), plain(body.unwrap_or_default())];
    let search = plain(search);
    let has = |term: &str| {
        columns.iter().any(|column| {
            let words: Vec<&str> = column.split_whitespace().collect();
            if let Some(start) = term.strip_suffix('*') {
                return words.iter().any(|word| word.starts_with(start));
            }
            let wanted: Vec<&str> = term.trim_matches('"').split_whitespace().collect();
            words.windows(wanted.len()).any(|part| part == wanted)
        })
    };
    // A phrase is one part though it has a blank.
    let mut parts: Vec<String> = Vec::new();
    for word in search.split_whitespace() {
        match parts.last_mut() {
            Some(open) if open.matches('"').count() == 1 => open.push_str(&format!(" {word}")),
            _ => parts.push(word.to_string()),
        }
    }
    parts.split(|part| part == "OR").any(|branch| {
        let (unwanted, wanted): (Vec<&String>, Vec<&String>) = branch.iter().partition(|part| part.starts_with('-'));
        !wanted.is_empty() && wanted.iter().all(|term| has(term)) && !unwanted.iter().any(|term| has(&term[1..]))
    })
}

#[test]
fn databases_find_what_the_words_mean() {
    let cases = (
        prop::collection::vec((document(), prop::option::of(document())), 1..8),
        prop::collection::vec(prop::collection::vec(part(), 0..6).prop_map(|parts| parts.join(" ")), 1..8),
    );
    for fixture in every_database() {
        let db = &fixture.db;
        db.create_tables::<(Sample,)>().unwrap();
        let mut runner = TestRunner::new(ProptestConfig { cases: 60, ..ProptestConfig::default() });
        let result = runner.run(&cases, |(documents, searches)| {
            Sample::query().delete(db).unwrap();
            let drafts =
                documents.iter().map(|(title, body)| Sample::new(title.clone()).with(|row| row.body.clone_from(body)));
            let rows = Sample::insert_all(drafts, db).unwrap();
            for text in &searches {
                let search = Sample::search(text);
                let found =
                    Sample::query().filter(search.matches()).select(Sample::ID).order_by(Sample::ID).all(db).unwrap();
                let by_hand = rows.iter().filter(|row| found_by_hand(text, (&row.title, row.body.as_deref())));
                let by_hand: Vec<i64> = by_hand.map(|row| row.id).collect();
                prop_assert_eq!(&found, &by_hand, "{:?} in {:?}", text, documents);
                let ranked =
                    Sample::query().filter(search.rank().gt(0.0)).select(Sample::ID).order_by(Sample::ID).all(db);
                prop_assert_eq!(ranked.unwrap(), by_hand, "the rank of {:?} in {:?}", text, documents);
            }
            Ok(())
        });
        result.unwrap();
    }
}

#[test]
fn no_text_is_an_error() {
    for fixture in every_database() {
        let db = &fixture.db;
        db.create_tables::<(Sample,)>().unwrap();
        Sample::new("a b c 1 2").with(|row| row.body = Some("title near or and not".into())).insert(db).unwrap();
        let odd = prop::collection::vec(
            prop_oneof![
                Just("\""),
                Just("'"),
                Just("*"),
                Just("-"),
                Just(" "),
                Just("\0"),
                Just("("),
                Just(")"),
                Just("NEAR("),
                Just("title:"),
                Just("OR"),
                Just("AND"),
                Just("NOT"),
                Just("a"),
                Just("\\"),
                Just("<->"),
                Just(":*"),
                Just("&"),
                Just("|"),
                Just("!"),
                Just("^"),
                Just("+"),
                Just("{"),
                Just("é"),
                Just("日本"),
                Just("ⓐ"),
                Just("\u{301}"),
                Just("1.5e-3"),
                Just("a@b.c"),
                Just("http://x.y/z?q"),
                Just("<b>"),
                Just("\u{200d}"),
            ],
            0..12,
        );
        let texts = prop_oneof![odd.prop_map(|parts| parts.concat()), ".{0,40}"];
        let mut runner = TestRunner::new(ProptestConfig { cases: 400, ..ProptestConfig::default() });
        let result = runner.run(&texts, |text| {
            let search = Sample::search(&text).marks(&*text.replace('\0', ""), "\"");
            let shown = (search.matches(), search.rank(), search.snippet(Sample::TITLE), search.snippet(Sample::BODY));
            let rows = Sample::query().select(shown).all(db);
            prop_assert!(rows.is_ok(), "{:?}: {:?}", text, rows);
            Ok(())
        });
        result.unwrap();
    }
}
