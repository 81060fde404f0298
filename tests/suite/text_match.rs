//! `like`, `ilike`, `contains`, `starts_with`, `ends_with`: case, wildcards, and what stands for itself.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(Model, Debug)]
struct Word {
    #[column(primary_key)]
    id: i64,
    text: String,
    other: Option<String>,
}

fn words(texts: &[&str], db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Word>()?;
    Word::insert_all(texts.iter().map(|text| Word::new(*text)), db)?;
    Ok(())
}

/// The texts that meet the condition, in order of insertion.
fn texts(condition: Predicate<Word>, db: &Database) -> ormcore::Result<Vec<String>> {
    Ok(Word::query().filter(condition).order_by(Word::ID).all(db)?.into_iter().map(|word| word.text).collect())
}

fn patterns_respect_case(db: &Database) -> ormcore::Result<()> {
    words(&["Ann", "ann", "ANN", "Éva", "éva"], db)?;
    assert_eq!(texts(Word::TEXT.like("Ann"), db)?, ["Ann"]);
    assert_eq!(texts(Word::TEXT.like("a%"), db)?, ["ann"]);
    assert_eq!(texts(Word::TEXT.contains("NN"), db)?, ["ANN"]);
    assert_eq!(texts(Word::TEXT.starts_with("A"), db)?, ["Ann", "ANN"]);
    assert_eq!(texts(Word::TEXT.ends_with("nn"), db)?, ["Ann", "ann"]);
    assert_eq!(texts(Word::TEXT.like("é%"), db)?, ["éva"]);
    Ok(())
}

fn ilike_ignores_case_in_every_alphabet(db: &Database) -> ormcore::Result<()> {
    words(&["Ann", "ÉVA", "éva", "Straße", "ЖУК", "жук", "ΟΔΟΙ", "οδοι"], db)?;
    assert_eq!(texts(Word::TEXT.ilike("aNN"), db)?, ["Ann"]);
    assert_eq!(texts(Word::TEXT.ilike("Éva"), db)?, ["ÉVA", "éva"]);
    assert_eq!(texts(Word::TEXT.ilike("é%"), db)?, ["ÉVA", "éva"]);
    assert_eq!(texts(Word::TEXT.ilike("STRAß_"), db)?, ["Straße"]);
    assert_eq!(texts(Word::TEXT.ilike("%уК"), db)?, ["ЖУК", "жук"]);
    assert_eq!(texts(Word::TEXT.ilike("Οδοι"), db)?, ["ΟΔΟΙ", "οδοι"]);
    assert_eq!(texts(Word::TEXT.ilike("ΟΔΟΙ"), db)?, ["ΟΔΟΙ", "οδοι"]);
    assert_eq!(texts(Word::TEXT.ilike("%ΔΟι%"), db)?, ["ΟΔΟΙ", "οδοι"]);
    Ok(())
}

fn wildcards_in_patterns_are_wildcards(db: &Database) -> ormcore::Result<()> {
    words(&["abc", "a%c", "a_c", "ac", "a\\c", "añc", "a🦀c"], db)?;
    assert_eq!(texts(Word::TEXT.like("a_c"), db)?, ["abc", "a%c", "a_c", "a\\c", "añc", "a🦀c"]);
    assert_eq!(texts(Word::TEXT.like("a%c"), db)?.len(), 7);
    assert_eq!(texts(Word::TEXT.like("a\\%c"), db)?, ["a%c"]);
    assert_eq!(texts(Word::TEXT.like("a\\_c"), db)?, ["a_c"]);
    assert_eq!(texts(Word::TEXT.like("a\\\\c"), db)?, ["a\\c"]);
    assert_eq!(texts(Word::TEXT.ilike("A\\%C"), db)?, ["a%c"]);
    Ok(())
}

fn wildcards_in_values_stand_for_themselves(db: &Database) -> ormcore::Result<()> {
    words(&["100%", "100", "a_b", "axb", "c:\\dir", "c:dir", "%", "it's [x] *?"], db)?;
    assert_eq!(texts(Word::TEXT.contains("%"), db)?, ["100%", "%"]);
    assert_eq!(texts(Word::TEXT.contains("_"), db)?, ["a_b"]);
    assert_eq!(texts(Word::TEXT.contains("\\"), db)?, ["c:\\dir"]);
    assert_eq!(texts(Word::TEXT.starts_with("%"), db)?, ["%"]);
    assert_eq!(texts(Word::TEXT.starts_with("a_"), db)?, ["a_b"]);
    assert_eq!(texts(Word::TEXT.ends_with("0%"), db)?, ["100%"]);
    assert_eq!(texts(Word::TEXT.ends_with("\\dir"), db)?, ["c:\\dir"]);
    assert_eq!(texts(Word::TEXT.contains("'s [x] *"), db)?, ["it's [x] *?"]);
    Ok(())
}

fn every_text_contains_the_empty_one_and_null_matches_nothing(db: &Database) -> ormcore::Result<()> {
    words(&["", "x"], db)?;
    Word::new("y").set(Word::OTHER, "y").insert(db)?;
    assert_eq!(texts(Word::TEXT.contains(""), db)?, ["", "x", "y"]);
    assert_eq!(texts(Word::TEXT.starts_with(""), db)?.len(), 3);
    assert_eq!(texts(Word::TEXT.like(""), db)?, [""]);
    assert_eq!(texts(Word::OTHER.contains(""), db)?, ["y"]);
    assert_eq!(texts(!Word::OTHER.contains("z"), db)?, ["y"]);
    assert_eq!(texts(Word::OTHER.ilike("Y"), db)?, ["y"]);
    Ok(())
}

fn a_pattern_is_any_form_of_text(db: &Database) -> ormcore::Result<()> {
    words(&["abc"], db)?;
    let owned = String::from("b");
    for condition in [Word::TEXT.contains("b"), Word::TEXT.contains(&owned), Word::TEXT.contains(owned.clone())] {
        assert_eq!(texts(condition, db)?, ["abc"]);
    }
    Ok(())
}

/// Databases read a pattern up to its first NUL, and would match what they should not.
fn a_pattern_with_nul_is_refused(db: &Database) -> ormcore::Result<()> {
    words(&["a", "ab"], db)?;
    for condition in [Word::TEXT.contains("a\0b"), Word::TEXT.like("a\0%"), Word::TEXT.ilike("\0")] {
        let error = texts(condition, db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    }
    Ok(())
}

fn a_pattern_that_ends_within_an_escape_is_refused(db: &Database) -> ormcore::Result<()> {
    words(&["a\\", "\\", "a"], db)?;
    for condition in [Word::TEXT.like("\\"), Word::TEXT.ilike("%\\\\\\"), !Word::TEXT.like("b\\")] {
        let error = texts(condition, db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
    }
    assert_eq!(texts(Word::TEXT.like("%\\\\"), db)?, ["a\\", "\\"]);
    assert_eq!(texts(Word::TEXT.ends_with("\\"), db)?, ["a\\", "\\"]);
    Ok(())
}

fn a_very_long_pattern_gives_rows_or_an_error(db: &Database) -> ormcore::Result<()> {
    let long = "%".repeat(30_000);
    words(&["x", &long], db)?;
    match texts(Word::TEXT.contains(&long), db) {
        Ok(found) => assert_eq!(found, [long]),
        Err(error) => assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}"),
    }
    Ok(())
}

fn texts_of_any_length_are_sought(db: &Database) -> ormcore::Result<()> {
    let long = "a%_\\B".repeat(20_000);
    let (around, upper) = (format!("x{long}y"), long.to_uppercase());
    words(&["x", &long, &around, &upper], db)?;
    let found =
        |condition: Predicate<Word>| Word::query().filter(condition).select(Word::ID).order_by(Word::ID).all(db);
    assert_eq!(found(Word::TEXT.contains(&long))?, [2, 3]);
    assert_eq!(found(Word::TEXT.starts_with(&long))?, [2]);
    assert_eq!(found(Word::TEXT.starts_with(&around))?, [3]);
    assert_eq!(found(Word::TEXT.ends_with(&long))?, [2]);
    assert_eq!(found(Word::TEXT.ends_with(format!("{long}y")))?, [3]);
    assert_eq!(found(!Word::TEXT.contains(&long) & Word::ID.gt(1))?, [4]);
    assert_eq!(found(Word::OTHER.contains(&long))?, [0_i64; 0]);
    let plain = "ab".repeat(30_000);
    Word::new(format!("{plain}c")).insert(db)?;
    assert_eq!(found(Word::TEXT.ilike(format!("{}%", plain.to_uppercase())))?, [5]);
    assert_eq!(found(Word::TEXT.ilike(format!("%{plain}C")))?, [5]);
    assert_eq!(found(Word::TEXT.like(&plain))?, [0_i64; 0]);
    let holed = found(Word::TEXT.like(format!("{plain}_")));
    if ormcore_tests::is_sqlite(db) {
        let error = holed.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
        assert!(error.to_string().contains("patterns of 50000 bytes"), "{error}");
    } else {
        assert_eq!(holed?, [5]);
    }
    Ok(())
}

fn matching_agrees_with_rust(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Word>()?;
    let piece = "[ab%_\\\\'\"é🦀A\n]{0,3}";
    let texts = (proptest::collection::vec("[ab%_\\\\'\"é🦀A\n]{0,8}", 1..20), piece);
    TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() })
        .run(&texts, |(stored, sought)| {
            let tx = db.test_transaction().unwrap();
            Word::insert_all(stored.iter().map(Word::new), &tx).unwrap();
            type Condition = fn(&str) -> Predicate<Word>;
            type Rust = fn(&str, &str) -> bool;
            let pairs: [(Condition, Rust); 3] = [
                (|sought| Word::TEXT.contains(sought), |text, sought| text.contains(sought)),
                (|sought| Word::TEXT.starts_with(sought), |text, sought| text.starts_with(sought)),
                (|sought| Word::TEXT.ends_with(sought), |text, sought| text.ends_with(sought)),
            ];
            for (condition, rust) in pairs {
                let found = Word::query().filter(condition(&sought)).order_by(Word::ID).all(&tx).unwrap();
                let found: Vec<_> = found.iter().map(|word| word.text.as_str()).collect();
                let expected: Vec<_> = stored.iter().map(String::as_str).filter(|text| rust(text, &sought)).collect();
                prop_assert_eq!(found, expected, "{:?}", sought);
            }
            Ok(())
        })
        .unwrap();
    Ok(())
}

on_every_backend!(
    patterns_respect_case,
    ilike_ignores_case_in_every_alphabet,
    wildcards_in_patterns_are_wildcards,
    wildcards_in_values_stand_for_themselves,
    every_text_contains_the_empty_one_and_null_matches_nothing,
    a_pattern_is_any_form_of_text,
    a_pattern_with_nul_is_refused,
    a_pattern_that_ends_within_an_escape_is_refused,
    a_very_long_pattern_gives_rows_or_an_error,
    texts_of_any_length_are_sought,
    matching_agrees_with_rust,
);
