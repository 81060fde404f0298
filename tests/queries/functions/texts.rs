//! Functions of text: characters and not bytes, NULL where the text is NULL.

use ormcore::prelude::*;
use ormcore::sql::{case, coalesce, func};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Word {
    #[column(primary_key)]
    id: i64,
    text: String,
    other: Option<String>,
    start: i64,
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Word,)>()?;
    let words = [
        ("Hello World", Some("x"), 1),
        ("", None, 0),
        ("ÄÖß Straße", Some(""), -1),
        ("  a b  ", Some("b"), 3),
        ("日本語日本", None, 9),
    ];
    Word::insert_all(
        words.map(|(text, other, start)| Word::new(text, start).with(|row| row.other = other.map(Into::into))),
        db,
    )?;
    Ok(())
}

macro_rules! all {
    ($db:expr, $expression:expr) => {
        Word::query().select($expression).order_by(Word::ID).all($db)?
    };
}

fn length_counts_characters(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Word::TEXT.length()), [11, 0, 10, 7, 5]);
    assert_eq!(all!(db, Word::OTHER.length()), [Some(1), None, Some(0), Some(1), None]);
    Ok(())
}

fn blanks_are_cut_at_the_ends(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let fourth = Word::query().filter(Word::ID.eq(4));
    let cut = fourth.select((Word::TEXT.trim(), Word::TEXT.ltrim(), Word::TEXT.rtrim())).one(db)?;
    assert_eq!(cut, ("a b".to_string(), "a b  ".to_string(), "  a b".to_string()));
    Word::new("\t\n x", 0).insert(db)?;
    assert_eq!(all!(db, Word::TEXT.trim())[5], "\t\n x");
    Ok(())
}

fn substrings_count_from_one(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Word::TEXT.substr(1, 3)), ["Hel", "", "ÄÖß", "  a", "日本語"]);
    assert_eq!(all!(db, Word::TEXT.substr(0, 2)), ["H", "", "Ä", " ", "日"]);
    assert_eq!(all!(db, Word::TEXT.substr(-3, 5)), ["H", "", "Ä", " ", "日"]);
    assert_eq!(all!(db, Word::TEXT.substr(2, -1)), ["", "", "", "", ""]);
    assert_eq!(all!(db, Word::TEXT.substr(i64::MIN, i64::MAX))[0], "");
    assert_eq!(all!(db, Word::TEXT.substr(4, i64::MAX)), ["lo World", "", " Straße", " b  ", "日本"]);
    assert_eq!(all!(db, Word::TEXT.substr(Word::START, 2)), ["He", "", "", "a ", ""]);
    assert_eq!(all!(db, Word::TEXT.substr_from(Word::TEXT.position("o") + 1))[0], " World");
    assert_eq!(all!(db, Word::TEXT.substr_from(-9)), ["Hello World", "", "ÄÖß Straße", "  a b  ", "日本語日本"]);
    assert_eq!(
        all!(db, Word::OTHER.substr(1, 1)),
        [Some("x".into()), None, Some(String::new()), Some("b".into()), None]
    );
    Ok(())
}

fn parts_are_replaced_and_found(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Word::TEXT.replace("本", "-"))[4], "日-語日-");
    assert_eq!(all!(db, Word::TEXT.replace("", "-"))[0], "Hello World");
    assert_eq!(all!(db, Word::TEXT.replace("l", ""))[0], "Heo Word");
    assert_eq!(all!(db, Word::TEXT.position("本")), [0, 0, 0, 0, 2]);
    assert_eq!(all!(db, Word::TEXT.position("")), [1, 1, 1, 1, 1]);
    assert_eq!(all!(db, Word::OTHER.position("x")), [Some(1), None, Some(0), Some(0), None]);
    Ok(())
}

fn letters_change_their_case(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let ascii = |row: usize, expected: [&str; 2]| -> ormcore::Result<()> {
        assert_eq!([&all!(db, Word::TEXT.lower())[row], &all!(db, Word::TEXT.upper())[row]], expected);
        Ok(())
    };
    ascii(0, ["hello world", "HELLO WORLD"])?;
    ascii(3, ["  a b  ", "  A B  "])?;
    assert_eq!(all!(db, Word::OTHER.upper())[..2], [Some("X".to_string()), None]);
    let found = Word::query().filter(Word::TEXT.lower().eq("hello world")).order_by(Word::TEXT.lower());
    assert_eq!(found.one(db)?.id, 1);
    // The letters of Unicode are those of the database's locale, where it has one.
    if knows_letters(db)? {
        ascii(2, ["äöß straße", "ÄÖß STRAßE"])?;
    }
    Ok(())
}

fn knows_letters(db: &Database) -> ormcore::Result<bool> {
    Word::query().filter(Word::TEXT.ilike("äö%")).exists(db)
}

fn texts_are_joined(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, Word::TEXT.concat("!"))[..2], ["Hello World!", "!"]);
    let with_null: Vec<Option<String>> =
        Word::query().select(Word::TEXT.concat("/").concat(Word::OTHER)).order_by(Word::ID).all(db)?;
    assert_eq!(with_null[..2], [Some("Hello World/x".to_string()), None]);
    let first: Vec<Option<String>> = Word::query().select(Word::OTHER.concat("?")).order_by(Word::ID).all(db)?;
    assert_eq!(first[..3], [Some("x?".to_string()), None, Some("?".to_string())]);
    Ok(())
}

fn results_compare_by_code_point(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Word,)>()?;
    Word::insert_all(["b", "A", "a", "é", "Z"].map(|text| Word::new(text, 0)), db)?;
    let ordered = Word::query().select(Word::TEXT).order_by(Word::TEXT.concat("")).all(db)?;
    assert_eq!(ordered, ["A", "Z", "a", "b", "é"]);
    let upper = Word::query().select(Word::TEXT).order_by((Word::TEXT.upper(), Word::ID)).all(db)?;
    assert_eq!(upper[..4], ["A", "a", "b", "Z"]);
    assert_eq!(Word::query().filter(Word::TEXT.lower().lt("Z")).count(db)?, 0);
    Ok(())
}

fn computed_text_is_matched_in_any_case(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    macro_rules! ids {
        ($condition:expr) => {
            Word::query().filter($condition).select(Word::ID).order_by(Word::ID).all(db)?
        };
    }
    assert_eq!(ids!(Word::TEXT.lower().ilike("HELLO%")), [1]);
    assert_eq!(ids!(Word::TEXT.upper().ilike("äö%")), [3]);
    assert_eq!(ids!(Word::TEXT.lower().concat(Word::OTHER).ilike("%WORLDX")), [1]);
    assert_eq!(ids!(Word::ID.cast::<String>().concat("A").ilike("1a")), [1]);
    assert_eq!(ids!(Word::ID.cast::<String>().ilike("2%")), [2]);
    assert_eq!(ids!(coalesce(Word::OTHER, "None").ilike("NONE")), [2, 5]);
    assert_eq!(ids!(case().when(Word::ID.lt(3), "Few").otherwise(Word::TEXT).ilike("fEW")), [1, 2]);
    Ok(())
}

fn a_function_of_the_database_is_typed_by_the_caller(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let lengths = func("length", (Word::TEXT,)).returns::<i64>();
    assert_eq!(all!(db, lengths), [11, 0, 10, 7, 5]);
    let replaced = func("replace", (Word::TEXT, "Hello", Word::OTHER)).returns::<Option<String>>();
    let replaced = Word::query().select(replaced).order_by(Word::ID).all(db)?;
    assert_eq!(replaced[..2], [Some("x World".to_string()), None]);
    let constant = Word::query().select(func("abs", (-7,)).returns::<i32>()).first(db)?;
    assert_eq!(constant, Some(7));
    for name in ["", "a b", "f()", "drop;", "1a", "a.", "ä", "a\"b"] {
        let error = Word::query().select(func(name, ()).returns::<i64>()).all(db).unwrap_err();
        assert!(error.to_string().contains("is not the name of a function"), "{error}");
        assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    }
    Ok(())
}

on_every_backend!(
    length_counts_characters,
    blanks_are_cut_at_the_ends,
    substrings_count_from_one,
    parts_are_replaced_and_found,
    letters_change_their_case,
    texts_are_joined,
    results_compare_by_code_point,
    computed_text_is_matched_in_any_case,
    a_function_of_the_database_is_typed_by_the_caller,
);
