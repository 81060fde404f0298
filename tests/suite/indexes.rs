//! Indexes with directions, methods, operator classes and columns that they include.

use ormcore::prelude::*;
use ormcore_tests::is_sqlite;

#[derive(Columns, Debug, Clone, PartialEq)]
struct Origin {
    #[column(name = "say \"hi\"")]
    greeting: String,
    zip: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "entry",
    index(user_id, created_at.desc()),
    index(user_id.desc(), score.desc(), id.asc(), name = "it's \"best\""),
    index(title.ops("text_pattern_ops"), "length(title)".desc()),
    index(tags, using = "gin"),
    index(document.ops("jsonb_path_ops"), using = "gin"),
    index(score, using = "hash"),
    index(created_at, using = "brin", filter = "score > 0"),
    index(user_id, include(title, "zip")),
    index("say \"hi\"".desc(), "\"zip\""),
    index("\"say \"\"hi\"\"\""),
    unique(user_id, r#type.desc(), include(score)),
    unique(title, score)
)]
struct Entry {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: Option<i64>,
    score: Option<i64>,
    title: String,
    #[column(name = "kind of it")]
    r#type: i64,
    tags: Vec<String>,
    document: serde_json::Value,
    #[column(flatten)]
    origin: Origin,
}

fn entry(user: i64, created: Option<i64>, kind: i64) -> Draft<Entry> {
    let origin = Origin { greeting: format!("hi {kind}"), zip: None };
    let title = format!("{user} {kind}");
    Entry::new(user, title, kind, Vec::<String>::new(), serde_json::json!({}), origin).set(Entry::CREATED_AT, created)
}

/// What is written after the table of each index of its own, in the order of the declaration.
fn written(db: &Database) -> ormcore::Result<Vec<String>> {
    let statements = db.ddl_of::<(Entry,)>()?;
    let indexes = statements.iter().filter_map(|sql| sql.split_once(" ON \"entry\" "));
    Ok(indexes.map(|(start, parts)| format!("{} {parts}", start.rsplit("EXISTS ").next().unwrap())).collect())
}

#[test]
fn each_database_is_told_what_it_has() -> ormcore::Result<()> {
    for fixture in ormcore_tests::every_database() {
        let expected: &[&str] = match is_sqlite(&fixture.db) {
            true => &[
                r#""ix_entry_user_id_created_at_desc" ("user_id", "created_at" DESC)"#,
                r#""it's ""best""" ("user_id" DESC, "score" DESC, "id")"#,
                r#""ix_entry_title_text_pattern_ops_length_title_desc" ("title", (length(title)) DESC)"#,
                r#""ix_entry_score_hash" ("score")"#,
                r#""ix_entry_created_at_brin" ("created_at") WHERE score > 0"#,
                r#""ix_entry_user_id_include_title_zip" ("user_id")"#,
                r#""ix_entry_say ""hi""_desc_zip" ("say ""hi""" DESC, "zip")"#,
                r#""ix_entry_say ""hi""" ("say ""hi""")"#,
                r#""uq_entry_user_id_kind of it_desc_include_score" ("user_id", "kind of it" DESC)"#,
            ],
            false => &[
                r#""ix_entry_user_id_created_at_desc" ("user_id", "created_at" DESC NULLS LAST)"#,
                r#""it's ""best""" ("user_id" DESC, "score" DESC NULLS LAST, "id")"#,
                r#""ix_entry_title_text_pattern_ops_length_title_desc" ("title" text_pattern_ops, (length(title)) DESC NULLS LAST)"#,
                r#""ix_entry_tags_gin" USING "gin" ("tags")"#,
                r#""ix_entry_document_jsonb_path_ops_gin" USING "gin" ("document" jsonb_path_ops)"#,
                r#""ix_entry_score_hash" USING "hash" ("score")"#,
                r#""ix_entry_created_at_brin" USING "brin" ("created_at") WHERE score > 0"#,
                r#""ix_entry_user_id_include_title_zip" ("user_id") INCLUDE ("title", "zip")"#,
                r#""ix_entry_say ""hi""_desc_zip" ("say ""hi""" DESC, "zip" NULLS FIRST)"#,
                r#""ix_entry_say ""hi""" ("say ""hi""")"#,
                r#""uq_entry_user_id_kind of it_desc_include_score" ("user_id", "kind of it" DESC) INCLUDE ("score")"#,
            ],
        };
        assert_eq!(written(&fixture.db)?, expected);
    }
    Ok(())
}

fn what_was_made_is_what_the_model_says(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Entry>()?;
    db.check_tables::<Entry>()?;
    let statements = db.record();
    db.create_tables::<Entry>()?;
    assert!(!statements.texts().iter().any(|sql| sql.starts_with("CREATE INDEX")) || is_sqlite(db));
    db.check_tables::<Entry>()
}

/// The plan of a query, where the database reads no table from its start to its end if there is another way.
fn plan(query: Query<Entry>, db: &Database) -> ormcore::Result<String> {
    db.transaction(|tx| {
        if !is_sqlite(db) {
            tx.execute("SET LOCAL enable_seqscan = off", ())?;
            tx.execute("SET LOCAL enable_bitmapscan = off", ())?;
        }
        Ok(query.explain(tx)?.join("\n"))
    })
}

fn an_index_serves_the_order_of_its_directions(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Entry>()?;
    let sorts = |plan: &str| plan.contains("Sort") || plan.contains("TEMP B-TREE");
    let up_and_down = Entry::query().order_by((Entry::USER_ID, Entry::CREATED_AT.desc()));
    let down_and_up = Entry::query().order_by((Entry::USER_ID.desc(), Entry::CREATED_AT));
    let of_one = Entry::query().filter(Entry::USER_ID.eq(1)).order_by(Entry::CREATED_AT.desc()).limit(3);
    for query in [up_and_down, down_and_up, of_one] {
        let plan = plan(query, db)?;
        assert!(plan.contains("ix_entry_user_id_created_at_desc") && !sorts(&plan), "{plan}");
    }
    let best = Entry::query().order_by((Entry::USER_ID.desc(), Entry::SCORE.desc(), Entry::ID));
    let best = plan(best, db)?;
    assert!(best.contains("it's") && !sorts(&best), "{best}");
    let up_and_up = plan(Entry::query().order_by((Entry::USER_ID, Entry::CREATED_AT)), db)?;
    assert!(sorts(&up_and_up), "{up_and_up}");
    Ok(())
}

fn rows_come_in_the_order_of_the_index(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Entry>()?;
    for (kind, created) in [(1, None), (2, Some(5)), (3, Some(7)), (4, None)] {
        entry(1, created, kind).insert(db)?;
    }
    let order = (Entry::USER_ID, Entry::CREATED_AT.desc(), Entry::ID.desc());
    let kinds = Entry::query().order_by(order).select(Entry::TYPE).all(db)?;
    assert_eq!(kinds, [3, 2, 4, 1]);
    Ok(())
}

fn what_is_unique_in_a_direction_is_unique(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Entry>()?;
    let first = entry(1, None, 1).insert(db)?;
    let twin = || entry(1, None, 1).set(Entry::TITLE, "other");
    assert!(twin().insert(db).unwrap_err().is_unique_violation());
    let target = (Entry::USER_ID, Entry::TYPE);
    let met = twin().on_conflict(target).do_update(Entry::CREATED_AT.set(9)).insert(db)?;
    assert_eq!((met.id, met.created_at, met.title), (first.id, Some(9), first.title));
    let second = entry(1, None, 2).insert(db)?;
    let mut session = db.session()?;
    let (one, two) = (session.get::<Entry>(first.id)?.unwrap(), session.get::<Entry>(second.id)?.unwrap());
    (session[one].r#type, session[two].r#type) = (2, 1);
    session.commit()?;
    assert_eq!((Entry::find(first.id, db)?.r#type, Entry::find(second.id, db)?.r#type), (2, 1));
    Ok(())
}

/// A table as it was, before it got an index in another direction.
mod before {
    use ormcore::prelude::*;

    #[derive(Model)]
    #[allow(clippy::duplicated_attributes)]
    #[model(table = "visit", index(page, day), index(page, day_desc))]
    pub(super) struct Visit {
        #[column(primary_key)]
        id: i64,
        page: i64,
        day: i64,
        day_desc: i64,
    }
}

#[derive(Model)]
#[allow(clippy::duplicated_attributes)]
#[model(table = "visit", index(page, day.desc(), id), index(page, day), index(page, day_desc), index(page.desc(), day))]
struct Visit {
    #[column(primary_key)]
    id: i64,
    page: i64,
    day: i64,
    day_desc: i64,
}

fn an_index_in_another_direction_comes_beside_the_one_that_is_there(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<before::Visit>()?;
    assert_eq!(db.check_tables::<Visit>().unwrap_err().differences().len(), 2);
    for _ in 0..2 {
        db.create_tables::<Visit>()?;
        let names = match is_sqlite(db) {
            true => "SELECT name FROM sqlite_master WHERE tbl_name = 'visit' AND type = 'index' ORDER BY name",
            false => {
                "SELECT indexname::text FROM pg_indexes WHERE tablename = 'visit' AND schemaname = current_schema() \
                 AND indexname LIKE 'ix%' ORDER BY indexname COLLATE \"C\""
            }
        };
        let names: Vec<String> = db.query_as(names, ())?;
        let new = ["ix_visit_page_day_desc_id", "ix_visit_page_desc_day"];
        assert_eq!(names, ["ix_visit_page_day", "ix_visit_page_day_desc", new[0], new[1]]);
    }
    db.check_tables::<Visit>()
}

#[derive(Model)]
#[model(table = "remark", index(entry_id, id.desc()), index(parent_id, using = "gist"))]
struct Remark {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Entry::ID)]
    entry_id: i64,
    #[column(foreign_key = Remark::ID)]
    parent_id: Option<i64>,
}

#[test]
fn a_foreign_key_has_an_index_that_finds_its_rows() -> ormcore::Result<()> {
    for fixture in ormcore_tests::every_database() {
        let statements = fixture.db.ddl_of::<(Remark,)>()?;
        let has = |name: &str| statements.iter().any(|sql| sql.contains(&format!("\"{name}\" ON")));
        assert!(has("ix_remark_entry_id_id_desc") && !has("ix_remark_entry_id"), "{statements:#?}");
        assert!(has("ix_remark_parent_id"), "{statements:#?}");
        assert_eq!(has("ix_remark_parent_id_gist"), !is_sqlite(&fixture.db), "{statements:#?}");
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    an_index_in_another_direction_comes_beside_the_one_that_is_there,
    what_was_made_is_what_the_model_says,
    an_index_serves_the_order_of_its_directions,
    rows_come_in_the_order_of_the_index,
    what_is_unique_in_a_direction_is_unique,
);
