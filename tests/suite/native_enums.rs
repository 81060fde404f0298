//! Enums with a type of their own, from the creation of the type to its end.

use ormcore::prelude::*;
use ormcore_tests::is_sqlite;

mod before {
    use ormcore::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    #[column_type(native = "diary_mood")]
    pub(super) enum Mood {
        Sad,
        Fine,
    }

    #[derive(Model, Debug)]
    #[model(table = "mood_diary")]
    pub(super) struct Diary {
        #[column(primary_key)]
        id: i64,
        mood: Mood,
    }

    #[derive(Model, Debug)]
    #[model(table = "mood_log")]
    pub(super) struct Log {
        #[column(primary_key)]
        id: i64,
        moods: Vec<Mood>,
    }
}

mod after {
    use ormcore::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    #[column_type(native = "diary_mood")]
    pub(super) enum Mood {
        Sad,
        Fine,
        #[column_type(rename = "it's great")]
        Great,
    }

    #[derive(Model, Debug, PartialEq)]
    #[model(table = "mood_diary")]
    pub(super) struct Diary {
        #[column(primary_key)]
        pub(super) id: i64,
        pub(super) mood: Mood,
    }
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "priority")]
enum Priority {
    None,
    Trivial,
    Low,
    Medium,
    High,
}

#[derive(Model, Debug)]
struct Task {
    #[column(primary_key)]
    id: i64,
    priority: Priority,
}

/// What is wrong with the schema.
fn refused(answer: ormcore::Result<()>) -> String {
    let error = answer.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    error.to_string()
}

fn a_type_goes_with_its_last_table(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(before::Diary, before::Log)>()?;
    db.create_tables::<(before::Diary, before::Log)>()?;
    db.drop_tables::<(before::Diary,)>()?;
    before::Log::new(vec![before::Mood::Sad, before::Mood::Fine]).insert(db)?;
    db.drop_tables::<(before::Log,)>()?;
    db.create_tables::<(after::Diary,)>()?;
    let diary = after::Diary::new(after::Mood::Great).insert(db)?;
    assert_eq!(after::Diary::find(diary.id, db)?, diary);
    db.drop_tables::<(after::Diary,)>()?;
    db.drop_tables::<(after::Diary,)>()
}

fn a_type_that_lacks_values_is_told_of_with_what_to_run(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<(before::Diary,)>()?;
    assert_eq!(
        refused(db.create_tables::<(after::Diary,)>()),
        "the type `diary_mood` in the database lacks values of the column `mood_diary.mood`: run \
         `ALTER TYPE \"diary_mood\" ADD VALUE IF NOT EXISTS 'it''s great' AFTER 'fine'`"
    );
    db.execute("ALTER TYPE \"diary_mood\" ADD VALUE IF NOT EXISTS 'it''s great' AFTER 'fine'", ())?;
    db.create_tables::<(after::Diary,)>()?;
    after::Diary::new(after::Mood::Great).insert(db)?;
    Ok(())
}

fn values_are_added_where_the_enum_has_them(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.execute("CREATE TYPE priority AS ENUM ('low', 'urgent', 'high')", ())?;
    let add = [
        "ALTER TYPE \"priority\" ADD VALUE IF NOT EXISTS 'none' BEFORE 'low'",
        "ALTER TYPE \"priority\" ADD VALUE IF NOT EXISTS 'trivial' AFTER 'none'",
        "ALTER TYPE \"priority\" ADD VALUE IF NOT EXISTS 'medium' AFTER 'low'",
    ];
    let said = format!(
        "the type `priority` in the database lacks values of the column `task.priority`: run each of `{}`, `{}`, `{}`",
        add[0], add[1], add[2]
    );
    assert_eq!(refused(db.create_tables::<(Task,)>()), said);
    for statement in add {
        db.execute(statement, ())?;
    }
    db.create_tables::<(Task,)>()?;
    let all = [Priority::High, Priority::Medium, Priority::Trivial, Priority::Low, Priority::None];
    Task::insert_all(all.map(Task::new), db)?;
    let sorted = Task::query().order_by(Task::PRIORITY).select(Task::PRIORITY).all(db)?;
    assert_eq!(sorted, [Priority::None, Priority::Trivial, Priority::Low, Priority::Medium, Priority::High]);
    Ok(())
}

fn a_type_of_somebody_else_stays(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.execute("CREATE TYPE diary_mood AS ENUM ('sad', 'fine')", ())?;
    let left = db.transaction(|tx| {
        let schema: Vec<String> = tx.query_as("SELECT current_schema()::text", ())?;
        tx.execute("CREATE ROLE ormcore_diarist", ())?;
        tx.execute(format!("GRANT ALL ON SCHEMA {} TO ormcore_diarist", schema[0]), ())?;
        tx.execute("SET LOCAL ROLE ormcore_diarist", ())?;
        tx.create_tables::<(before::Diary,)>()?;
        tx.drop_tables::<(before::Diary,)>()?;
        tx.execute("RESET ROLE", ())?;
        tx.execute("DROP OWNED BY ormcore_diarist", ())?;
        tx.execute("DROP ROLE ormcore_diarist", ())?;
        tx.query_as::<i64>("SELECT count(*) FROM pg_type WHERE oid = to_regtype('diary_mood')", ())
    })?;
    assert_eq!(left, [1]);
    Ok(())
}

fn what_is_no_enum_is_not_taken_for_the_type(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.execute("CREATE TABLE diary_mood (id bigint)", ())?;
    let error = refused(db.create_tables::<(before::Diary,)>());
    assert!(error.contains("`diary_mood`, which is no enum"), "{error}");
    db.drop_tables::<(before::Diary,)>()?;
    assert_eq!(db.query_as::<i64>("SELECT count(*) FROM diary_mood", ())?, [0]);
    Ok(())
}

fn two_enums_of_one_name_and_other_values_are_refused(db: &Database) -> ormcore::Result<()> {
    for error in [
        refused(db.create_tables::<(before::Log, after::Diary)>()),
        refused(db.ddl_of::<(before::Log, after::Diary)>().map(drop)),
    ] {
        assert!(error.contains("`mood_log.moods` and `mood_diary.mood`"), "{error}");
        assert!(error.contains("`native = \"diary_mood\"` and different values: give one of them another"), "{error}");
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_type_goes_with_its_last_table,
    a_type_that_lacks_values_is_told_of_with_what_to_run,
    values_are_added_where_the_enum_has_them,
    a_type_of_somebody_else_stays,
    what_is_no_enum_is_not_taken_for_the_type,
    two_enums_of_one_name_and_other_values_are_refused,
);
