//! All that one check tells, run in its order, mends all that differs.

use ormcore::DifferenceKind::{ForeignKey, MissingColumn, MissingTable, Unique};
use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};
use uuid::Uuid;

/// Runs all statements in one transaction, after which nothing differs; gives them.
pub(super) fn mend_at_once<T: TableList>(db: &Database) -> ormcore::Result<Vec<String>> {
    let error = db.check_tables::<T>().unwrap_err();
    let statements: Vec<String> = error.differences().iter().flat_map(|it| it.statements()).cloned().collect();
    db.transaction(|tx| {
        if !is_sqlite(db) {
            tx.execute("SET LOCAL TIME ZONE 'Asia/Tokyo'", ())?;
        }
        statements.iter().try_for_each(|statement| tx.execute(statement, ()).map(drop))
    })?;
    db.check_tables::<T>()?;
    Ok(statements)
}

/// What is told, in its order.
fn told<T: TableList>(db: &Database) -> Vec<(ormcore::DifferenceKind, String)> {
    let Err(error) = db.check_tables::<T>() else { return Vec::new() };
    error.differences().iter().map(|it| (it.kind(), it.table().to_string())).collect()
}

#[derive(Model, Debug)]
#[model(table = "it's a \"city\"")]
struct City {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn a_key_is_numbered_behind_the_rows_that_are_there(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    let table = "CREATE TABLE \"it's a \"\"city\"\"\" (id bigint PRIMARY KEY, name text NOT NULL)";
    db.execute(table, ())?;
    mend_at_once::<City>(db)?;
    assert_eq!(City::new("first").insert(db)?.id, 1);
    db.drop_tables::<City>()?;
    db.execute(table, ())?;
    db.execute("INSERT INTO \"it's a \"\"city\"\"\" SELECT n, 'old' FROM generate_series(1, 100) AS n", ())?;
    mend_at_once::<City>(db)?;
    assert_eq!(City::new("new").insert(db)?.id, 101);
    Ok(())
}

/// Tables as they were.
mod before {
    use super::*;

    #[derive(ColumnType, Debug, Clone, PartialEq)]
    pub(super) enum Mood {
        Glad,
        Sad,
    }

    #[derive(Model, Debug)]
    #[model(table = "sample")]
    pub(super) struct Sample {
        #[column(primary_key)]
        id: i64,
        mood: Mood,
        #[column(length = 36, check = "code <> ''")]
        code: String,
        #[column(check = "code_length > 3")]
        code_length: i32,
        #[column(server_default = "true")]
        open: bool,
        seen: bool,
        count: i64,
        small: i16,
        at: chrono::DateTime<chrono::Utc>,
        local: chrono::NaiveDateTime,
    }

    #[derive(Model, Debug)]
    #[model(table = "line", check = "free + id > 0")]
    pub(super) struct Line {
        #[column(primary_key)]
        id: i64,
        price: i64,
        stock: u32,
        #[column(check = "plain >= 0")]
        plain: i64,
        #[column(length = 9)]
        text: Option<String>,
        mood: Option<Mood>,
        free: i64,
        other: i64,
    }
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
#[column_type(native = "mended_mood")]
enum Mood {
    Glad,
    Sad,
}

#[derive(Model, Debug)]
#[model(table = "sample")]
struct Sample {
    #[column(primary_key)]
    id: i64,
    mood: Mood,
    code: Uuid,
    #[column(check = "code_length > 3")]
    code_length: i32,
    #[column(server_default = "1")]
    open: i64,
    seen: u16,
    count: bool,
    small: bool,
    at: chrono::NaiveDateTime,
    local: chrono::DateTime<chrono::Utc>,
}

fn a_change_of_type_takes_the_checks_along(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<before::Sample>()?;
    let at = "2024-01-31T12:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let (code, local) = ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", at.naive_utc());
    before::Sample::new(before::Mood::Sad, code, 36, true, 2, 0, at, local).insert(db)?;
    mend_at_once::<Sample>(db)?;
    let sample = Sample::find(1, db)?;
    assert_eq!((sample.mood, sample.code.to_string()), (Mood::Sad, code.to_string()));
    assert_eq!((sample.open, sample.seen, sample.count, sample.small), (1, 1, true, false));
    assert_eq!((sample.at, sample.local), (local, at));
    for wrong in ["seen = -1", "code_length = 3"] {
        assert!(db.execute(format!("UPDATE sample SET {wrong}"), ()).unwrap_err().is_check_violation(), "{wrong}");
    }
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "line", check = "free + id > 0")]
struct Line {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(generated = "price")]
    stock: u32,
    #[column(generated = "price", check = "plain >= 0")]
    plain: i64,
    #[column(generated = "CAST(price AS text)", length = 9)]
    text: Option<String>,
    #[column(generated = "CASE price WHEN 1 THEN 'glad' END")]
    mood: Option<before::Mood>,
    #[column(generated = "price")]
    free: i64,
    #[column(generated = "price")]
    other: i64,
}

fn a_column_that_checks_name_is_computed_anew_where_the_database_does_that(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<before::Line>()?;
    before::Line::new(1, 2, 3, 4, 5).insert(db)?;
    if !is_sqlite(db) {
        mend_at_once::<Line>(db)?;
        return db.execute("UPDATE line SET price = 2", ()).map(drop);
    }
    let error = db.check_tables::<Line>().unwrap_err();
    let (mended, others): (Vec<_>, Vec<_>) = error.differences().iter().partition(|it| !it.statements().is_empty());
    let names = |all: &[&ormcore::Difference]| all.iter().map(|it| it.columns().join(", ")).collect::<Vec<_>>();
    assert_eq!(names(&mended), ["other"]);
    assert_eq!(names(&others), ["stock", "plain", "text", "mood", "free"]);
    mended[0].statements().iter().try_for_each(|statement| db.execute(statement, ()).map(drop))
}

#[derive(Model, Debug)]
#[model(table = "basis")]
struct Basis {
    #[column(primary_key)]
    id: i64,
    #[column(generated = "id")]
    first: i64,
    #[column(generated = "first + 1")]
    second: i64,
}

fn a_column_that_others_are_computed_from_is_not_dropped(db: &Database) -> ormcore::Result<()> {
    if !is_sqlite(db) {
        return Ok(());
    }
    db.execute(
        "CREATE TABLE basis (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, second INTEGER NOT NULL AS (first + 1))",
        (),
    )?;
    assert!(db.check_tables::<Basis>().unwrap_err().differences()[0].statements().is_empty());
    Ok(())
}

#[derive(Model, Debug)]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

#[derive(Model, Debug)]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn tables_are_told_in_the_order_in_which_they_are_made(db: &Database) -> ormcore::Result<()> {
    let expected = [(MissingTable, "user".to_string()), (MissingTable, "account".to_string())];
    assert_eq!(told::<(Account, User)>(db), expected);
    mend_at_once::<(Account, User)>(db)?;
    assert!(Account::new(7).insert(db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

#[derive(Model, Debug)]
struct Crew {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Sailor::ID)]
    captain_id: Option<i64>,
    #[column(foreign_key = Sailor::EMAIL, index = false)]
    contact: Option<String>,
}

#[derive(Model, Debug)]
struct Sailor {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crew::ID)]
    crew_id: i64,
    #[column(foreign_key = Sailor::ID)]
    mentor_id: Option<i64>,
    #[column(unique)]
    email: Option<String>,
}

fn assert_crew_refers(db: &Database) -> ormcore::Result<()> {
    let mut crew = Crew::new().insert(db)?;
    let sailor = Sailor::new(crew.id).set(Sailor::EMAIL, "a").insert(db)?;
    crew.captain_id = Some(sailor.id);
    crew.contact = Some("a".to_string());
    crew.update(db)?;
    assert!(Sailor::new(99).insert(db).unwrap_err().is_foreign_key_violation());
    assert!(Crew::new().set(Crew::CAPTAIN_ID, 99).insert(db).unwrap_err().is_foreign_key_violation());
    assert!(Crew::new().set(Crew::CONTACT, "b").insert(db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

fn tables_in_a_circle_are_made(db: &Database) -> ormcore::Result<()> {
    mend_at_once::<(Sailor, Crew)>(db)?;
    assert_crew_refers(db)
}

fn a_column_that_closes_a_circle_is_added(db: &Database) -> ormcore::Result<()> {
    let id = if is_sqlite(db) { "id INTEGER PRIMARY KEY" } else { "id bigserial PRIMARY KEY" };
    db.execute(format!("CREATE TABLE crew ({id})"), ())?;
    let told = told::<(Sailor, Crew)>(db);
    assert_eq!(told[0], (MissingColumn, "crew".to_string()));
    assert_eq!(told.iter().filter(|it| it.0 == ForeignKey).count(), if is_sqlite(db) { 0 } else { 2 });
    mend_at_once::<(Sailor, Crew)>(db)?;
    assert_crew_refers(db)
}

fn what_is_to_be_unique_is_so_before_a_foreign_key_leads_to_it(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.create_tables::<(Sailor, Crew)>()?;
    db.execute("ALTER TABLE sailor DROP CONSTRAINT uq_sailor_email CASCADE", ())?;
    assert_eq!(told::<(Crew, Sailor)>(db), [(Unique, "sailor".to_string()), (ForeignKey, "crew".to_string())]);
    mend_at_once::<(Crew, Sailor)>(db)?;
    assert_crew_refers(db)
}

#[derive(Model, Debug)]
#[model(table = "feeling")]
struct Feeling {
    #[column(primary_key)]
    id: i64,
    first: Mood,
    second: Option<Mood>,
}

fn a_value_that_two_columns_lack_is_added_once(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        return Ok(());
    }
    db.execute("CREATE TYPE mended_mood AS ENUM ('glad')", ())?;
    db.execute("CREATE TABLE feeling (id bigserial PRIMARY KEY, first mended_mood NOT NULL, second mended_mood)", ())?;
    mend_at_once::<Feeling>(db)?;
    Feeling::new(Mood::Sad).insert(db).map(drop)
}

#[derive(Model, Debug)]
#[model(table = "team")]
struct Team {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    member_email: String,
}

#[derive(Model, Debug)]
#[model(table = "team_member")]
struct TeamMember {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    email: String,
}

fn what_is_unique_has_a_name_that_no_other_table_has(db: &Database) -> ormcore::Result<()> {
    let id = if is_sqlite(db) { "id INTEGER PRIMARY KEY" } else { "id bigserial PRIMARY KEY" };
    let team = format!("CREATE TABLE team ({id}, member_email text NOT NULL)");
    db.create_tables::<TeamMember>()?;
    db.execute(&team, ())?;
    mend_at_once::<(Team, TeamMember)>(db)?;
    db.drop_tables::<(Team, TeamMember)>()?;
    db.execute(&team, ())?;
    db.execute(format!("CREATE TABLE team_member ({id}, email text NOT NULL)"), ())?;
    mend_at_once::<(Team, TeamMember)>(db).map(drop)
}

#[derive(Model, Debug)]
#[model(table = "article", full_text(title))]
struct Article {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "article", full_text(title))]
struct SameArticle {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    title: String,
    #[column(index)]
    page: Option<i64>,
}

fn two_models_of_a_table_have_one_index(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Article>()?;
    db.check_tables::<(Article, Article)>()?;
    let statements = mend_at_once::<(Article, SameArticle)>(db)?;
    assert_eq!(statements.len(), 2, "{statements:?}");
    Ok(())
}

on_every_backend!(
    a_key_is_numbered_behind_the_rows_that_are_there,
    a_change_of_type_takes_the_checks_along,
    a_column_that_checks_name_is_computed_anew_where_the_database_does_that,
    a_column_that_others_are_computed_from_is_not_dropped,
    tables_are_told_in_the_order_in_which_they_are_made,
    tables_in_a_circle_are_made,
    a_column_that_closes_a_circle_is_added,
    what_is_to_be_unique_is_so_before_a_foreign_key_leads_to_it,
    a_value_that_two_columns_lack_is_added_once,
    what_is_unique_has_a_name_that_no_other_table_has,
    two_models_of_a_table_have_one_index,
);
