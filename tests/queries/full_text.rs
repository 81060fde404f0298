//! Full-text search: what is found, how the index stays true, and where a search can stand.

mod agreement;
mod index;
mod keys;
mod places;

use ormcore::prelude::*;
use ormcore::query::Search;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(full_text(title = 4, body))]
pub(crate) struct Article {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    #[column(default = 0)]
    pub(crate) views: i64,
    #[column(foreign_key = Author::ID)]
    pub(crate) author_id: Option<i64>,
    #[relationship]
    pub(crate) author: BelongsTo<Author>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(full_text(name))]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(order_by = Article::ID)]
    pub(crate) articles: HasMany<Article>,
}

/// Words have their stems.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(full_text(text, language = "english"))]
struct Note {
    #[column(primary_key)]
    id: i64,
    text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "french", full_text(text, language = "french"))]
struct French {
    #[column(primary_key)]
    id: i64,
    text: String,
}

pub(crate) fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Article)>()?;
    Author::insert_all(["Ann Lee", "Bob Hill"].map(Author::new), db)?;
    let articles = [
        ("Rust for databases", Some("An object relational mapper, written in Rust."), Some(1)),
        ("Gardening", Some("How to keep rust from tools, and tools from the rain."), Some(2)),
        ("Café culture", None, Some(1)),
        ("Java and others", Some("relational object"), None),
    ];
    Article::insert_all(
        articles.map(|(title, body, author)| {
            Article::new(title).with(|row| (row.body, row.author_id) = (body.map(Into::into), author))
        }),
        db,
    )?;
    Ok(())
}

/// The numbers of the articles that are found.
fn found(text: &str, db: &Database) -> ormcore::Result<Vec<i64>> {
    ids(Article::search(text), db)
}

/// The table that is an index on SQLite.
fn index_table(like: &str, db: &Database) -> ormcore::Result<String> {
    let text = "SELECT name FROM sqlite_master WHERE name LIKE ? AND sql LIKE 'CREATE VIRTUAL TABLE%'";
    Ok(db.query_as::<String>(text, (like,))?.remove(0))
}

pub(crate) fn ids(search: Search<Article>, db: &Database) -> ormcore::Result<Vec<i64>> {
    Article::query().filter(search.matches()).select(Article::ID).order_by(Article::ID).all(db)
}

fn words_are_found_in_any_column_and_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(found("rust", db)?, [1, 2]);
    assert_eq!(found("RUST tools", db)?, [2]);
    assert_eq!(found("mapper databases", db)?, [1]);
    assert_eq!(found("rus", db)?, [0; 0]);
    Ok(())
}

fn phrases_prefixes_alternatives_and_exclusions(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(found("object relational", db)?, [1, 4]);
    assert_eq!(found("\"object relational\"", db)?, [1]);
    assert_eq!(found("rus* data*", db)?, [1]);
    assert_eq!(found("java OR gardening", db)?, [2, 4]);
    assert_eq!(found("java OR rust tools", db)?, [2, 4]);
    assert_eq!(found("rust -tools", db)?, [1]);
    assert_eq!(found("rust -\"object relational\" OR java -others", db)?, [2]);
    assert_eq!(found("object -java -gardening -rust", db)?, [0; 0]);
    Ok(())
}

fn accents_and_case_make_no_difference(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for text in ["cafe", "CAFÉ", "cafe\u{301}", "Caf*"] {
        assert_eq!(found(text, db)?, [3], "{text}");
    }
    Ok(())
}

fn a_word_ends_in_any_sign_of_its_script(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Article)>()?;
    Article::insert_all(["தமிழ் மொழி", "พ่อแม่", "अर्थात् हिन्दी", "“rust”"].map(Article::new), db)?;
    for (text, expected) in [("தமிழ்", 1), ("தமிழ்*", 1), ("พ่อแม่", 2), ("अर्थात्", 3), ("(अर्थात्)!", 3)]
    {
        assert_eq!(found(text, db)?, [expected], "{text}");
    }
    // Nor do quotes and blanks without width that are copied along hide a word.
    for text in ["“rust”", "rust\u{200b}", "\u{feff}rust…", "—rust—"] {
        assert_eq!(found(text, db)?, [4], "{text:?}");
    }
    Ok(())
}

fn a_phrase_stands_in_one_column(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(found("\"databases an\"", db)?, [0; 0]);
    assert_eq!(found("\"for databases\"", db)?, [1]);
    Ok(())
}

fn a_search_without_words_finds_nothing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for text in ["", "   ", "\"\"", "-", "!!! ???", "-rust", "-rust -java", "OR", "\0"] {
        assert_eq!(found(text, db)?, [0; 0], "{text:?}");
        let search = Article::search(text);
        let others = Article::query().filter(!search.matches()).select((search.rank(), search.snippet(Article::BODY)));
        let others = others.order_by(Article::ID).all(db)?;
        assert_eq!(others.len(), 4, "{text:?}");
        assert!(others.iter().all(|(rank, _)| *rank == 0.0));
        assert_eq!(others[3].1.as_deref(), Some("relational object"));
    }
    Ok(())
}

fn hostile_text_is_only_text(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let finds = [
        ("\"rust for", vec![1]),
        ("rust\"", vec![1, 2]),
        ("'rust'", vec![1, 2]),
        ("rust; DROP TABLE article", vec![]),
        ("rust\0tools", vec![2]),
        ("rust & | ! tools", vec![2]),
        ("(rust))((", vec![1, 2]),
        ("NEAR(rust tools)", vec![]),
        ("title:rust", vec![]),
        ("{title}: rust", vec![]),
        ("^rust", vec![1, 2]),
        ("rust:*", vec![1, 2]),
        ("rust:A", vec![]),
        ("+rust <-> \\tools\\", vec![2]),
        ("rust OR", vec![1, 2]),
        ("rust AND tools", vec![2]),
        ("--rust", vec![]),
    ];
    for (text, expected) in finds {
        assert_eq!(found(text, db)?, expected, "{text:?}");
    }
    found(&"rust OR ".repeat(5_000), db)?;
    found(&"-rust ".repeat(5_000), db)?;
    found(&format!("rust {}", "a".repeat(100_000)), db)?;
    found(&format!("\"{}\"", "rust ".repeat(5_000)), db)?;
    Ok(())
}

fn words_are_reduced_to_stems_where_there_is_a_language(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Note,)>()?;
    Note::insert_all(["She writes programs", "a written program"].map(Note::new), db)?;
    let found =
        |text: &str| Note::query().filter(Note::search(text).matches()).select(Note::ID).order_by(Note::ID).all(db);
    assert_eq!(found("programming")?, [1, 2]);
    assert_eq!(found("write")?, [1]);
    assert_eq!(found("programs*")?, [1, 2]);
    Ok(())
}

fn exclusions_beside_nothing_that_is_looked_for_find_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Note,)>()?;
    Note::insert_all(["a program in Rust", "programs in Java", "the trees"].map(Note::new), db)?;
    let found =
        |text: &str| Note::query().filter(Note::search(text).matches()).select(Note::ID).order_by(Note::ID).all(db);
    // PostgreSQL indexes no `the` in English, and whoever looks for that alone finds nothing.
    let the = if ormcore_tests::is_sqlite(db) { vec![3] } else { Vec::new() };
    assert_eq!(found("the")?, the);
    assert_eq!(found("the -java")?, the);
    assert_eq!(found("the -java -rust")?, the);
    assert_eq!(found("the -trees")?, [0; 0]);
    assert_eq!(found("the -trees OR java OR the -the")?, [2]);
    assert_eq!(found("the -trees OR program -java OR tree -java")?, [1, 3]);
    assert_eq!(found("program -\"of the\" -café")?, [1, 2]);
    let search = Note::search("the -rust OR program -java");
    let told = Note::query().filter(Note::ID.le(2)).select((search.rank().gt(0.0), search.snippet(Note::TEXT)));
    let told = told.order_by(Note::ID).all(db)?;
    assert_eq!(told[0], (true, "a <mark>program</mark> in Rust".to_string()));
    assert!(!told[1].0, "{told:?}");
    Ok(())
}

fn rank_says_what_matches_best(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let search = Article::search("rust");
    let best = Article::query().filter(search.matches()).order_by(search.rank().desc());
    // In the title a word counts more.
    assert_eq!(best.clone().select(Article::ID).all(db)?, [1, 2]);
    let ranks = Article::query().select(search.rank()).order_by(Article::ID).all(db)?;
    assert!(ranks[0] > ranks[1] && ranks[1] > 0.0, "{ranks:?}");
    assert_eq!(ranks[2..], [0.0, 0.0]);
    // As any expression.
    let good = Article::query().filter(search.rank().gt(0.0)).order_by((search.rank().desc(), Article::ID));
    assert_eq!(good.count(db)?, 2);
    assert_eq!(best.limit(1).offset(1).one(db)?.id, 2);
    assert_eq!(Article::query().select(search.rank().max()).one(db)?, Some(ranks[0]));
    Ok(())
}

fn what_is_excluded_does_not_change_the_rank(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Article)>()?;
    let articles = [("a b c", "rust y"), ("rust rust rust", "x y z"), ("rust rust rust", "java")];
    Article::insert_all(articles.map(|(title, body)| Article::new(title).set(Article::BODY, body)), db)?;
    for text in ["rust -java", "rust -java OR nothing -java", "rust -java OR nothing", "rust -java -python"] {
        let search = Article::search(text);
        let best = Article::query().filter(search.matches()).order_by(search.rank().desc());
        assert_eq!(best.select(Article::ID).all(db)?, [2, 1], "{text}");
        let ranks = Article::query().select(search.rank()).order_by(Article::ID).all(db)?;
        assert!(ranks[0] > 0.0 && ranks[2] == 0.0, "{text}: {ranks:?}");
    }
    Ok(())
}

fn a_row_that_has_only_some_words_has_no_rank(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let ranks = Article::query().select(Article::search("rust tools java").rank()).all(db)?;
    assert_eq!(ranks, [0.0; 4]);
    Ok(())
}

fn snippets_mark_what_is_found(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let search = Article::search("rust tool*");
    let query = Article::query().filter(search.matches());
    let snippet = query.clone().select((search.snippet(Article::TITLE), search.snippet(Article::BODY))).one(db)?;
    let marked = "How to keep <mark>rust</mark> from <mark>tools</mark>, and <mark>tools</mark> from the rain";
    assert_eq!(snippet.0, "Gardening");
    assert!(snippet.1.as_deref().is_some_and(|text| text.starts_with(marked)), "{snippet:?}");
    let search = Article::search("cafe").marks("\"[", "]',").words(4);
    let cafe = Article::query().filter(Article::ID.eq(3)).select(search.snippet(Article::BODY));
    assert_eq!(cafe.one(db)?, None);
    let long = "one two three four five six seven eight nine ten ".repeat(20);
    Article::new("long").with(|row| row.body = Some(format!("{long} needle {long}"))).insert(db)?;
    let search = Article::search("needle").marks("\"[", "]',").words(6);
    let snippet = Article::query().filter(search.matches()).select(search.snippet(Article::BODY)).one(db)?;
    let snippet = snippet.unwrap_or_default();
    assert!(snippet.contains("\"[needle]',"), "{snippet}");
    assert!(snippet.split_whitespace().count() <= 6, "{snippet}");
    Ok(())
}

/// The snippet of each article's title.
fn titles(text: &str, db: &Database) -> ormcore::Result<Vec<String>> {
    let search = Article::search(text);
    Article::query().filter(search.matches()).order_by(Article::ID).select(search.snippet(Article::TITLE)).all(db)
}

fn snippets_mark_words_with_accents_that_were_typed_without(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(titles("cafe", db)?, ["<mark>Café</mark> culture"]);
    assert_eq!(titles("Café -rust", db)?, ["<mark>Café</mark> culture"]);
    assert_eq!(titles("caf*", db)?, ["<mark>Café</mark> culture"]);
    assert_eq!(titles("cafe culture OR nothing", db)?, ["<mark>Café</mark> <mark>culture</mark>"]);
    assert_eq!(titles("culture", db)?, ["Café <mark>culture</mark>"]);
    let long = "one two three four five six seven eight nine ten ".repeat(20);
    Article::new(format!("{long} l'été et \u{301} \\ 'là' {long}")).insert(db)?;
    let search = Article::search("ete").words(6);
    let shown = Article::query().filter(search.matches()).select(search.snippet(Article::TITLE)).one(db)?;
    assert!(shown.contains("<mark>été</mark>"), "{shown}");
    Ok(())
}

fn snippets_mark_words_that_have_another_stem_with_accents(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Note, French)>()?;
    Note::insert_all(["Send your résumé today", "Touché: a cliché, exposed as an exposé"].map(Note::new), db)?;
    French::new("La sécurité passée").insert(db)?;
    let marked = |text: &str| {
        let search = Note::search(text);
        Note::query().filter(search.matches()).select(search.snippet(Note::TEXT)).one(db)
    };
    assert_eq!(marked("resume")?, "Send your <mark>résumé</mark> today");
    assert_eq!(marked("résumé")?, "Send your <mark>résumé</mark> today");
    let all = "<mark>Touché</mark>: a <mark>cliché</mark>, <mark>exposed</mark> as an <mark>exposé</mark>";
    assert_eq!(marked("touche cliche expose")?, all);
    let search = French::search("securite passee");
    let shown = French::query().filter(search.matches()).select(search.snippet(French::TEXT)).one(db)?;
    assert_eq!(shown, "La <mark>sécurité</mark> <mark>passée</mark>");
    Ok(())
}

fn a_search_has_an_end_for_both_databases(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Article::new("rust rust rust").with(|row| row.body = Some("rust ".repeat(100))).insert(db)?;
    Article::new(["rust ", "java "].concat().repeat(1500)).insert(db)?;
    let phrases = ["rust ", "rust,", "rust、", "rust/", "rust-", "rust."].map(|word| word.repeat(1000));
    let began = std::time::Instant::now();
    for phrase in phrases.iter().map(|phrase| format!("\"{phrase}\"")).chain(phrases.clone()) {
        let search = Article::search(&phrase);
        let shown = Article::query().select((search.matches(), search.rank(), search.snippet(Article::TITLE)));
        assert_eq!(shown.order_by(Article::ID).all(db)?.len(), 6, "{}", &phrase[..8]);
    }
    // The first 64 words count.
    assert_eq!(found(&format!("\"{}\"", phrases[0]), db)?, [5]);
    assert_eq!(found(&format!("\"{}java\"", "rust ".repeat(64)), db)?, [5]);
    assert_eq!(found(&format!("\"{}java\"", "rust ".repeat(63)), db)?, [0; 0]);
    // A word that is said again is one.
    assert_eq!(found(&format!("{}java", "rust ".repeat(64)), db)?, [6]);
    for again in ["rust ", "rust OR ", "rust java OR ", "Rust rust rust, (rust) ", "rust -java OR "] {
        titles(&again.repeat(64), db)?;
    }
    let signs: Vec<String> = (0..64).map(|number| format!("{number}{}", "b։".repeat(1300))).collect();
    let huge = [
        format!("\"{}\"", "rust ".repeat(250_000)),
        format!("a{}b", ",".repeat(1_250_000)),
        "é".repeat(700_000),
        signs.join(" "),
    ];
    for text in huge {
        let search = Article::search(&text);
        Article::query().select((search.matches(), search.rank(), search.snippet(Article::TITLE))).all(db)?;
    }
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    Ok(())
}

fn a_long_search_ends_between_two_words(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Article)>()?;
    let words: String = (0..63).map(|number| format!("w{number} ")).collect();
    for (id, last) in (1..).zip(["foo.bar@example.com", "3.14", "a.b.c.org/d", "अर्थात्"]) {
        let text = format!("{words}{last}");
        Article::new(text.clone()).insert(db)?;
        assert!(found(&text, db)?.contains(&id), "{last}");
        assert!(found(&format!("\"{text}\""), db)?.contains(&id), "{last}");
    }
    Ok(())
}

on_every_backend!(
    what_is_excluded_does_not_change_the_rank,
    a_word_ends_in_any_sign_of_its_script,
    snippets_mark_words_with_accents_that_were_typed_without,
    snippets_mark_words_that_have_another_stem_with_accents,
    a_search_has_an_end_for_both_databases,
    a_long_search_ends_between_two_words,
    words_are_found_in_any_column_and_order,
    phrases_prefixes_alternatives_and_exclusions,
    accents_and_case_make_no_difference,
    a_phrase_stands_in_one_column,
    a_search_without_words_finds_nothing,
    hostile_text_is_only_text,
    words_are_reduced_to_stems_where_there_is_a_language,
    exclusions_beside_nothing_that_is_looked_for_find_nothing,
    rank_says_what_matches_best,
    a_row_that_has_only_some_words_has_no_rank,
    snippets_mark_what_is_found,
);
