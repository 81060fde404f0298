//! Full-text search, as text: the index and what is asked of it.

use ormcore::prelude::*;
use ormcore::sql::{Dialect, Postgres, Sqlite};
use ormcore_tests::every_database;

use crate::text;

#[derive(Model, Debug, Clone)]
#[model(table = "article", full_text(title = 4, body, language = "english"))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "code", full_text(text))]
struct Code {
    #[column(primary_key)]
    name: String,
    #[column(primary_key)]
    number: i64,
    text: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "ranked", full_text(rank))]
struct Ranked {
    #[column(primary_key)]
    id: i64,
    rank: String,
}

/// The statements that make the model's index, without those of its table.
fn index_of<T: ormcore::plan::TableList>(db: &Database) -> Vec<String> {
    let ddl = db.ddl_of::<T>().unwrap();
    ddl.into_iter().filter(|sql| !sql.starts_with("CREATE TABLE IF NOT EXISTS \"article\"")).collect()
}

#[test]
fn the_index_of_an_integer_key() {
    let sqlite = [
        r#"CREATE VIRTUAL TABLE IF NOT EXISTS "ft_article_title_body_english_06fef985a211" USING fts5("title", "body", content='article', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"#,
        r#"INSERT INTO "ft_article_title_body_english_06fef985a211" ("ft_article_title_body_english_06fef985a211") SELECT 'rebuild' WHERE NOT (EXISTS (SELECT 1 FROM "sqlite_master" WHERE type = 'trigger' AND name = 'ft_article_title_body_english_06fef985a211_update') AND EXISTS (SELECT 1 FROM "ft_article_title_body_english_06fef985a211_docsize") = EXISTS (SELECT 1 FROM "article"))"#,
        r#"CREATE TRIGGER IF NOT EXISTS "ft_article_title_body_english_06fef985a211_insert" AFTER INSERT ON "article" BEGIN INSERT INTO "ft_article_title_body_english_06fef985a211" (rowid, "title", "body") VALUES (new."id", new."title", new."body"); END"#,
        r#"CREATE TRIGGER IF NOT EXISTS "ft_article_title_body_english_06fef985a211_delete" AFTER DELETE ON "article" BEGIN INSERT INTO "ft_article_title_body_english_06fef985a211" ("ft_article_title_body_english_06fef985a211", rowid, "title", "body") VALUES ('delete', old."id", old."title", old."body"); END"#,
        r#"CREATE TRIGGER IF NOT EXISTS "ft_article_title_body_english_06fef985a211_update" AFTER UPDATE OF "id", "title", "body" ON "article" BEGIN INSERT INTO "ft_article_title_body_english_06fef985a211" ("ft_article_title_body_english_06fef985a211", rowid, "title", "body") VALUES ('delete', old."id", old."title", old."body"); INSERT INTO "ft_article_title_body_english_06fef985a211" (rowid, "title", "body") VALUES (new."id", new."title", new."body"); END"#,
    ];
    let postgres = [
        r#"ALTER TABLE "article" ADD COLUMN IF NOT EXISTS "ft_article_title_body_english_06fef985a211" tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', regexp_replace(normalize("title", NFD), '[\u0300-\u036f]', '', 'g')), 'A') || '#:1'::tsvector || setweight(to_tsvector('english', regexp_replace(normalize(coalesce("body", ''), NFD), '[\u0300-\u036f]', '', 'g')), 'B')) STORED"#,
        r#"CREATE INDEX IF NOT EXISTS "ix_ft_article_title_body_english_06fef985a211" ON "article" USING gin ("ft_article_title_body_english_06fef985a211")"#,
    ];
    for fixture in every_database() {
        let made = index_of::<Article>(&fixture.db);
        if ormcore_tests::is_sqlite(&fixture.db) {
            assert_eq!(made, sqlite);
        } else {
            assert_eq!(made, postgres);
        }
    }
}

#[test]
fn the_index_of_another_key() {
    for fixture in every_database() {
        let made = index_of::<Code>(&fixture.db);
        if ormcore_tests::is_sqlite(&fixture.db) {
            let keys = r##"CREATE TABLE IF NOT EXISTS "ft_code_text_9e3c3296e9a3_keys" ("#row" INTEGER PRIMARY KEY, "name" TEXT, "number" INTEGER, UNIQUE ("name", "number")) STRICT"##;
            assert_eq!(made[1], keys);
            let own = r#"CREATE VIRTUAL TABLE IF NOT EXISTS "ft_code_text_9e3c3296e9a3" USING fts5("text", tokenize='unicode61 remove_diacritics 2')"#;
            assert_eq!(made[2], own);
            let removed = r##"CREATE TRIGGER IF NOT EXISTS "ft_code_text_9e3c3296e9a3_delete" AFTER DELETE ON "code" BEGIN DELETE FROM "ft_code_text_9e3c3296e9a3" WHERE rowid = (SELECT "#row" FROM "ft_code_text_9e3c3296e9a3_keys" WHERE ("name", "number") = (old."name", old."number")); DELETE FROM "ft_code_text_9e3c3296e9a3_keys" WHERE ("name", "number") = (old."name", old."number"); END"##;
            assert_eq!(made[8], removed);
        } else {
            assert!(made[1].contains("to_tsvector('simple', regexp_replace(normalize(\"text\", NFD)"), "{made:#?}");
        }
    }
}

#[test]
fn a_name_that_fts5_keeps_is_refused_in_words() {
    for fixture in every_database() {
        let made = fixture.db.create_tables::<Ranked>();
        if ormcore_tests::is_sqlite(&fixture.db) {
            let error = made.unwrap_err().to_string();
            assert!(error.contains("`ranked` cannot have a full-text index on sqlite"), "{error}");
            assert!(error.contains("give the column another name"), "{error}");
        } else {
            made.unwrap();
        }
    }
}

/// The text behind `FROM "article" WHERE `, and the value.
fn condition(search: &str, dialect: &'static dyn Dialect) -> (String, ormcore::Value<'static>) {
    let query = Article::query().filter(Article::search(search).matches()).sql(dialect).unwrap();
    let (_, condition) = query.sql.split_once(" WHERE ").unwrap();
    (condition.to_string(), query.parameters[0].value.clone())
}

#[test]
fn a_search_is_one_value() {
    let (sql, value) = condition("rust \"or m\" -java data* OR it's", &Sqlite);
    assert_eq!(
        sql,
        r#""article"."id" IN (SELECT rowid FROM "ft_article_title_body_english_06fef985a211" WHERE "ft_article_title_body_english_06fef985a211" MATCH ?)"#
    );
    assert_eq!(value, text(r#"("rust" "or m" "data" *) NOT ("java") OR ("it's")"#));
    let (sql, value) = condition("rust \"or m\" data* OR it's", &Postgres);
    assert_eq!(
        sql,
        r##"("article"."id") IN (SELECT "#text"."id" FROM "article" AS "#text" WHERE "#text"."ft_article_title_body_english_06fef985a211" @@ to_tsquery('english', regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g')))"##
    );
    assert_eq!(value, text(r"'rust' & 'or m' & 'data':* | 'it''s'"));
}

#[test]
fn what_excludes_asks_whether_something_is_looked_for_on_postgres() {
    let query = Article::query().filter(Article::search("rust data* -java OR it's").matches());
    let postgres = query.sql(&Postgres).unwrap();
    let plain = |number: u8| {
        format!(r"to_tsquery('english', regexp_replace(normalize(${number}, NFD), '[\u0300-\u036f]', '', 'g'))")
    };
    let (one, two, three) = (plain(1), plain(2), plain(3));
    let condition = format!("({one} || CASE WHEN numnode({two}) > 0 THEN {three} ELSE ''::tsquery END))");
    assert!(postgres.sql.ends_with(&format!(" @@ {condition}")), "{}", postgres.sql);
    let values: Vec<_> = postgres.parameters.into_iter().map(|parameter| parameter.value).collect();
    assert_eq!(values, [r"'it''s'", r"'rust' & 'data':*", r"'rust' & 'data':* & !('java')"].map(text));
}

#[test]
fn rank_and_snippet() {
    let search = Article::search("rust").marks("[", "\"]").words(10);
    let query = Article::query().select((search.rank(), search.snippet(Article::BODY)));
    let sqlite = query.clone().sql(&Sqlite).unwrap();
    assert_eq!(
        sqlite.sql,
        r##"SELECT coalesce((SELECT "#found".score FROM (SELECT rowid AS id, -bm25("ft_article_title_body_english_06fef985a211", 4.0, 1.0) AS score FROM "ft_article_title_body_english_06fef985a211" WHERE "ft_article_title_body_english_06fef985a211" MATCH ? LIMIT -1) AS "#found" WHERE "#found".id = "article"."id"), 0.0), CASE WHEN "article"."body" IS NOT NULL THEN coalesce((SELECT snippet("ft_article_title_body_english_06fef985a211", 1, ?, ?, '', 10) FROM "ft_article_title_body_english_06fef985a211" WHERE "ft_article_title_body_english_06fef985a211" MATCH ? AND "ft_article_title_body_english_06fef985a211".rowid = "article"."id"), substr("article"."body", 1, 60)) END FROM "article""##
    );
    let postgres = query.sql(&Postgres).unwrap();
    let plain = |number: u8| {
        format!(r"to_tsquery('english', regexp_replace(normalize(${number}, NFD), '[\u0300-\u036f]', '', 'g'))")
    };
    let apart = |query: &str| format!("regexp_replace({query}::text, ' (&|<(-|[0-9]+)>) ', ' | ', 'g')::tsquery");
    assert_eq!(
        postgres.sql,
        format!(
            r##"SELECT coalesce((SELECT ts_rank('{{0.0, 0.0, 0.25, 1.0}}', "#text"."ft_article_title_body_english_06fef985a211", (SELECT {}), 1) FROM "article" AS "#text" WHERE "#text"."id" = "article"."id" AND "#text"."ft_article_title_body_english_06fef985a211" @@ (SELECT {})), 0)::double precision, ts_headline('english', "article"."body", (WITH "#plain" AS (SELECT {} AS query) SELECT {} || "#plain".query || coalesce((SELECT string_agg(DISTINCT '''' || replace(replace("#stem", '\', '\\'), '''', '''''') || '''', ' | ')::tsquery FROM unnest(ARRAY(SELECT DISTINCT token FROM ts_parse('default', "article"."body") WHERE normalize(token, NFD) ~ '[\u0300-\u036f]')) AS "#word", unnest(tsvector_to_array(to_tsvector('english', "#word"))) AS "#stem" WHERE to_tsvector('english', regexp_replace(normalize("#word", NFD), '[\u0300-\u036f]', '', 'g')) @@ "#plain".query), "#plain".query) FROM "#plain"), $5) FROM "article""##,
            plain(1),
            plain(2),
            apart(&plain(3)),
            apart("to_tsquery('english', $4)")
        )
    );
    assert_eq!(postgres.parameters[4].value, text(r#"StartSel="[", StopSel="""]", MaxWords=10, MinWords=5"#));
}
