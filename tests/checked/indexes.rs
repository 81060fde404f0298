//! Indexes that others made: which of them do what the model's would.

use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore_tests::{Fixture, is_sqlite, on_every_backend};

#[derive(Model, Debug)]
#[model(table = "entry", index(user_id, created_at.desc()))]
struct Newest {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "entry", unique(user_id, created_at.desc()))]
struct UniqueNewest {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "entry", index(user_id, created_at.desc(), name = "by_user"))]
struct NamedNewest {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

/// What is told where the table has this index alone, and nothing once the statements that are told have run.
fn told<T: TableList>(index: &str, db: &Database) -> ormcore::Result<String> {
    let id = if is_sqlite(db) { "id INTEGER PRIMARY KEY" } else { "id bigserial PRIMARY KEY" };
    db.execute("DROP TABLE IF EXISTS entry", ())?;
    let columns = "user_id bigint NOT NULL, created_at bigint NOT NULL, title text NOT NULL";
    db.execute(format!("CREATE TABLE entry ({id}, {columns})"), ())?;
    if !index.is_empty() {
        db.execute(format!("CREATE {index}"), ())?;
    }
    let Err(error) = db.check_tables::<T>() else { return Ok(String::new()) };
    let [difference] = error.differences() else { panic!("{error}") };
    for statement in difference.statements() {
        db.execute(statement.clone(), ())?;
    }
    db.check_tables::<T>()?;
    Ok(format!("{:?}: {}", difference.kind(), difference.message()))
}

fn an_index_serves_in_its_directions_or_in_all_the_others(db: &Database) -> ormcore::Result<()> {
    let missing = "Index: no index is on `entry` (user_id, created_at DESC)";
    let cases = [
        ("", missing.to_string()),
        ("INDEX it ON entry (user_id, created_at DESC)", String::new()),
        ("INDEX it ON entry (user_id DESC, created_at)", String::new()),
        ("INDEX it ON entry (user_id, created_at DESC, title)", String::new()),
        ("UNIQUE INDEX it ON entry (user_id DESC, created_at)", String::new()),
        ("INDEX it ON entry (user_id, created_at)", format!("{missing}: `it` has other directions")),
        ("INDEX it ON entry (user_id DESC, created_at DESC)", format!("{missing}: `it` has other directions")),
        ("INDEX it ON entry (user_id)", missing.to_string()),
    ];
    for (index, expected) in cases {
        assert_eq!(told::<Newest>(index, db)?, expected, "{index}");
    }
    Ok(())
}

fn what_is_unique_in_other_directions_lacks_the_order(db: &Database) -> ormcore::Result<()> {
    let parts = "`entry` (user_id, created_at DESC)";
    let cases = [
        ("", format!("Unique: nothing makes unique {parts}")),
        ("INDEX it ON entry (user_id, created_at DESC)", format!("Unique: nothing makes unique {parts}")),
        ("UNIQUE INDEX it ON entry (user_id, created_at DESC)", String::new()),
        (
            "UNIQUE INDEX it ON entry (user_id, created_at)",
            format!("Index: no such unique index is on {parts}: `it` has other directions"),
        ),
        ("UNIQUE INDEX it ON entry (created_at, user_id)", format!("Index: no such unique index is on {parts}")),
    ];
    for (index, expected) in cases {
        assert_eq!(told::<UniqueNewest>(index, db)?, expected, "{index}");
    }
    Ok(())
}

fn an_index_of_the_name_in_other_directions_is_replaced(db: &Database) -> ormcore::Result<()> {
    let told = told::<NamedNewest>("INDEX by_user ON entry (user_id, created_at)", db)?;
    assert!(told.ends_with("`by_user` has other directions"), "{told}");
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "entry", index(user_id, include(title)))]
struct Covered {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "entry", index(title.ops("pg_catalog.\"text_pattern_ops\"")))]
struct ByPattern {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "entry", index(title))]
struct Plain {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "entry", index(user_id, using = "hash"))]
struct Hashed {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    created_at: i64,
    title: String,
}

fn methods_classes_and_what_is_included_are_compared_where_there_are_such(db: &Database) -> ormcore::Result<()> {
    assert_eq!(told::<Covered>("INDEX it ON entry (user_id, title)", db)?, "");
    if is_sqlite(db) {
        assert_eq!(told::<Covered>("INDEX it ON entry (user_id)", db)?, "");
        assert_eq!(told::<ByPattern>("INDEX it ON entry (title)", db)?, "");
        assert_eq!(told::<Hashed>("INDEX it ON entry (user_id)", db)?, "");
        return Ok(());
    }
    let covered = "Index: no index is on `entry` (user_id) including (title)";
    assert_eq!(
        told::<Covered>("INDEX it ON entry (user_id) INCLUDE (created_at)", db)?,
        format!("{covered}: `it` does not include `title`")
    );
    assert_eq!(told::<Covered>("INDEX it ON entry (user_id, created_at) INCLUDE (title)", db)?, "");
    assert_eq!(told::<Covered>("INDEX it ON entry (title) INCLUDE (user_id)", db)?, covered);
    let pattern = "Index: no index is on `entry` (title pg_catalog.\"text_pattern_ops\")";
    assert_eq!(
        told::<ByPattern>("INDEX it ON entry (title)", db)?,
        format!("{pattern}: `it` has other operator classes")
    );
    assert_eq!(told::<ByPattern>("INDEX it ON entry (title text_pattern_ops)", db)?, "");
    assert_eq!(
        told::<Plain>("INDEX it ON entry (title text_pattern_ops)", db)?,
        "Index: no index is on `entry` (title): `it` has other operator classes"
    );
    assert_eq!(told::<Plain>("INDEX it ON entry (title text_ops DESC)", db)?, "");
    assert_eq!(
        told::<Plain>("INDEX it ON entry USING hash (title)", db)?,
        "Index: no index is on `entry` (title): `it` is by `hash`"
    );
    assert_eq!(
        told::<Hashed>("INDEX it ON entry (user_id)", db)?,
        "Index: no index is on `entry` (user_id) by `hash`: `it` is by `btree`"
    );
    assert_eq!(told::<Hashed>("INDEX it ON entry USING hash (user_id)", db)?, "");
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "covered", unique(user_id, include(title)))]
struct UniqueCovered {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    title: String,
}

fn what_is_unique_and_includes_more_may_be_met(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<UniqueCovered>()?;
    db.check_tables::<UniqueCovered>()?;
    UniqueCovered::new(1, "a").insert(db)?;
    let twin = UniqueCovered::new(1, "b").on_conflict(UniqueCovered::USER_ID).do_nothing().insert(db)?;
    assert!(twin.is_none());
    Ok(())
}

on_every_backend!(
    an_index_serves_in_its_directions_or_in_all_the_others,
    what_is_unique_in_other_directions_lacks_the_order,
    an_index_of_the_name_in_other_directions_is_replaced,
    methods_classes_and_what_is_included_are_compared_where_there_are_such,
    what_is_unique_and_includes_more_may_be_met,
);

#[test]
fn an_exclusion_constraint_is_no_index_that_a_model_says() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.execute_script(
        "CREATE TABLE entry (id bigserial PRIMARY KEY, user_id bigint NOT NULL, created_at bigint NOT NULL, \
         title text NOT NULL, EXCLUDE USING hash (user_id WITH =))",
    )?;
    let error = db.check_tables::<Hashed>().unwrap_err();
    let [difference] = error.differences() else { panic!("{error}") };
    assert_eq!(difference.message(), "no index is on `entry` (user_id) by `hash`");
    for statement in difference.statements() {
        db.execute(statement.clone(), ())?;
    }
    db.check_tables::<Hashed>()
}
