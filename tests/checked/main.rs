//! `check_tables`: what differs between a database and the models is told, and nothing else.
#![allow(clippy::unwrap_used)]

mod anew;
mod elsewhere;
mod generated;
mod indexes;
mod mended;
mod postgres_tables;
mod sqlite_tables;

use ormcore::DifferenceKind::{self, Default, ForeignKey, Index, MissingColumn, MissingTable, Nullable, PrimaryKey};
use ormcore::DifferenceKind::{Type, Unique, UnknownColumn};
use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore_tests::{is_sqlite, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "team")]
struct Team {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "member", index(name, joined), unique(team_id, name))]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID, on_delete = "cascade")]
    team_id: i64,
    name: String,
    #[column(unique)]
    email: Option<String>,
    joined: i32,
    #[column(server_default = "5")]
    stars: i32,
    ratio: f64,
}

/// What is told of the tables, sorted.
fn told<T: TableList>(db: &Database) -> Vec<(DifferenceKind, String, String)> {
    let Err(error) = db.check_tables::<T>() else { return Vec::new() };
    assert!(matches!(error.kind(), ErrorKind::TablesDiffer { .. }), "{error:?}");
    let all = error.differences().iter();
    let mut all: Vec<_> = all.map(|it| (it.kind(), it.table().to_string(), it.columns().join(", "))).collect();
    all.sort_by_key(|(kind, table, columns)| (format!("{kind:?}"), table.clone(), columns.clone()));
    all
}

fn one(kind: DifferenceKind, table: &str, columns: &str) -> Vec<(DifferenceKind, String, String)> {
    vec![(kind, table.to_string(), columns.to_string())]
}

/// Runs what the differences say until none is left.
fn mend<T: TableList>(db: &Database) -> ormcore::Result<()> {
    while let Err(error) = db.check_tables::<T>() {
        let statements = error.differences()[0].statements();
        assert!(!statements.is_empty(), "{error}");
        for statement in statements {
            db.execute(statement.replace("DEFAULT ...", "DEFAULT 0"), ())?;
        }
    }
    Ok(())
}

fn missing_tables_are_told_and_mended(db: &Database) -> ormcore::Result<()> {
    let missing = |table: &str| (MissingTable, table.to_string(), String::new());
    assert_eq!(told::<(Team, Member)>(db), [missing("member"), missing("team")]);
    mend::<(Team, Member)>(db)?;
    let member = Member::new(Team::new("a").insert(db)?.id, "ann", 2020, 0.5).insert(db)?;
    assert_eq!(member.stars, 5);
    Ok(())
}

fn a_check_is_one_batch_that_changes_nothing(db: &Database) -> ormcore::Result<()> {
    let statements = db.record();
    assert!(db.check_tables::<(Team, Member)>().is_err());
    let asked = statements.len();
    let reads = |sql: &str| sql.starts_with("WITH ") || sql.starts_with("SELECT ");
    assert!(statements.texts().iter().all(|sql| reads(sql)));
    db.create_tables::<(Team, Member)>()?;
    let statements = db.record();
    db.check_tables::<(Team, Member)>()?;
    assert_eq!(statements.len(), asked, "the number of tables and columns does not matter");
    db.transaction(|tx| tx.check_tables::<(Team, Member)>())?;
    db.transaction_with(TransactionOptions::new().read_only(), |tx| tx.check_tables::<(Team, Member)>())?;
    Db::from(db).check_tables::<(Team, Member)>()
}

#[derive(Model, Debug)]
#[model(table = "team")]
struct LaterTeam {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(length = 20)]
    motto: Option<String>,
    #[column(server_default = "1")]
    level: i64,
    #[column(index)]
    points: i64,
    #[column(foreign_key = LaterTeam::ID)]
    rival_id: Option<i64>,
}

fn columns_that_were_added_to_a_struct_are_missing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Team>()?;
    Team::new("a").insert(db)?;
    let missing = |kind, column: &str| (kind, "team".to_string(), column.to_string());
    assert_eq!(
        told::<LaterTeam>(db),
        [
            missing(Index, "points"),
            missing(Index, "rival_id"),
            missing(MissingColumn, "level"),
            missing(MissingColumn, "motto"),
            missing(MissingColumn, "points"),
            missing(MissingColumn, "rival_id"),
        ]
    );
    mend::<LaterTeam>(db)?;
    let team = LaterTeam::find(1, db)?;
    assert_eq!((team.motto, team.level, team.points, team.rival_id), (None, 1, 0, None));
    assert!(LaterTeam::new("b", 0).set(LaterTeam::RIVAL_ID, 99).insert(db).unwrap_err().is_foreign_key_violation());
    let long = LaterTeam::new("b", 0).set(LaterTeam::MOTTO, "a".repeat(21)).insert(db);
    assert!(long.unwrap_err().is_check_violation());
    Ok(())
}

/// A table as somebody else wrote it.
fn by_hand(columns: &str, db: &Database) -> ormcore::Result<()> {
    db.execute("DROP TABLE IF EXISTS member", ())?;
    db.execute(format!("CREATE TABLE member ({columns})"), ()).map(drop)
}

fn each_kind_of_difference_is_told_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Team>()?;
    let id = if is_sqlite(db) { "id INTEGER PRIMARY KEY" } else { "id bigserial PRIMARY KEY" };
    let good = format!(
        "{id}, team_id bigint NOT NULL REFERENCES team (id) ON DELETE CASCADE, name text NOT NULL, \
         email varchar(80) UNIQUE, joined integer NOT NULL, stars integer NOT NULL DEFAULT 5, \
         ratio double precision NOT NULL, hobby text, shoe integer NOT NULL DEFAULT 42, UNIQUE (name, team_id)"
    );
    let index = "CREATE INDEX by_name ON member (name, joined, stars)";
    let cases = [
        ("", "", Vec::new()),
        ("joined integer NOT NULL", "joined integer", one(Nullable, "member", "joined")),
        ("email varchar(80) UNIQUE", "email text NOT NULL UNIQUE", one(Nullable, "member", "email")),
        ("email varchar(80) UNIQUE", "email text", one(Unique, "member", "email")),
        ("UNIQUE (name, team_id)", "UNIQUE (name)", one(Unique, "member", "team_id, name")),
        ("name text NOT NULL", "name integer NOT NULL", one(Type, "member", "name")),
        ("joined integer NOT NULL", "joined text NOT NULL", one(Type, "member", "joined")),
        ("ratio double precision NOT NULL", "ratio text NOT NULL", one(Type, "member", "ratio")),
        (" DEFAULT 5", "", one(Default, "member", "stars")),
        (" DEFAULT 42", "", one(UnknownColumn, "member", "shoe")),
        (" ON DELETE CASCADE", "", one(ForeignKey, "member", "team_id")),
        (" REFERENCES team (id) ON DELETE CASCADE", "", one(ForeignKey, "member", "team_id")),
    ];
    for (part, other, expected) in cases {
        by_hand(&good.replace(part, if part.is_empty() { "" } else { other }), db)?;
        db.execute(index, ())?;
        assert_eq!(told::<Member>(db), expected, "{part} -> {other}: {:?}", db.check_tables::<Member>());
        if !is_sqlite(db) {
            mend::<Member>(db)?;
        }
    }
    by_hand(&good, db)?;
    assert_eq!(told::<Member>(db), one(Index, "member", "name, joined"));
    db.execute("CREATE INDEX by_name ON member (joined, name)", ())?;
    assert_eq!(told::<Member>(db), one(Index, "member", "name, joined"));
    mend::<Member>(db)
}

#[derive(Model, Debug)]
#[model(table = "team", index(name, id, name = "by_name"))]
struct SortedTeam {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn an_index_of_the_same_name_is_in_the_way(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Team>()?;
    db.execute("CREATE INDEX by_name ON team (name)", ())?;
    assert_eq!(told::<SortedTeam>(db), one(Index, "team", "name, id"));
    mend::<SortedTeam>(db)
}

#[derive(Model, Debug)]
#[model(table = "article")]
struct PlainArticle {
    #[column(primary_key)]
    id: i64,
    title: String,
}

#[derive(Model, Debug)]
#[model(table = "article", full_text(title))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn a_full_text_index_is_told_and_mended(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<PlainArticle>()?;
    PlainArticle::new("a rusty nail").insert(db)?;
    assert_eq!(told::<Article>(db), one(Index, "article", ""));
    mend::<Article>(db)?;
    let search = Article::search("rusty");
    assert_eq!(Article::query().filter(search.matches()).count(db)?, 1);
    let options = TransactionOptions::new().isolation(Isolation::RepeatableRead);
    db.transaction_with(options, |tx| tx.check_tables::<(Article, PlainArticle)>())
}

fn several_models_of_a_table_tell_of_it_once(db: &Database) -> ormcore::Result<()> {
    assert_eq!(told::<(Team, LaterTeam, SortedTeam)>(db), one(MissingTable, "team", ""));
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "pair")]
struct Pair {
    #[column(primary_key)]
    a: i64,
    #[column(primary_key)]
    b: i64,
}

fn a_primary_key_of_other_columns_is_told(db: &Database) -> ormcore::Result<()> {
    let cases = [
        ("PRIMARY KEY (b, a)", Vec::new()),
        ("UNIQUE (a, b)", Vec::new()),
        ("PRIMARY KEY (a)", one(PrimaryKey, "pair", "a, b")),
        ("CHECK (true)", one(PrimaryKey, "pair", "a, b")),
    ];
    for (key, expected) in cases {
        db.execute(format!("CREATE TABLE pair (a bigint NOT NULL, b bigint NOT NULL, {key})"), ())?;
        assert_eq!(told::<Pair>(db), expected, "{key}");
        db.execute("DROP TABLE pair", ())?;
    }
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "team_size", read_only)]
struct TeamSize {
    #[column(primary_key)]
    team: String,
    members: i64,
}

fn a_view_has_its_columns_and_no_keys(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member)>()?;
    assert_eq!(told::<TeamSize>(db), one(MissingTable, "team_size", ""));
    let view = "CREATE VIEW team_size AS SELECT t.name AS team, count(*) AS members FROM team AS t \
                JOIN member AS m ON m.team_id = t.id GROUP BY t.name";
    db.execute(view, ())?;
    db.check_tables::<(Team, Member, TeamSize)>()?;
    db.execute("DROP VIEW team_size", ())?;
    db.execute(view.replace("AS members", "AS people"), ())?;
    assert_eq!(told::<TeamSize>(db), one(MissingColumn, "team_size", "members"));
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "odd \"name\"; --")]
struct Odd {
    #[column(primary_key, name = "the 'key'")]
    key: i64,
    #[column(name = "the \"column\"", index)]
    column: String,
    #[column(name = "%s {}\\", unique)]
    other: Option<String>,
}

fn names_are_quoted(db: &Database) -> ormcore::Result<()> {
    assert_eq!(told::<Odd>(db), one(MissingTable, "odd \"name\"; --", ""));
    db.create_tables::<Odd>()?;
    db.check_tables::<Odd>()?;
    db.execute("ALTER TABLE \"odd \"\"name\"\"; --\" RENAME COLUMN \"%s {}\\\" TO other", ())?;
    let error = db.check_tables::<Odd>().unwrap_err();
    assert!(error.to_string().contains("`odd \"name\"; --.%s {}\\` is missing"), "{error}");
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "member", constructor = false)]
struct MemberName {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn a_model_of_some_columns_needs_no_others(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member)>()?;
    db.check_tables::<MemberName>()
}

fn a_temporary_table_is_found_as_statements_find_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Team>()?;
    db.transaction(|tx| {
        tx.execute("CREATE TEMPORARY TABLE team (id bigint PRIMARY KEY)", ())?;
        let error = tx.check_tables::<Team>().unwrap_err();
        assert!(error.differences().iter().any(|it| it.columns() == ["name"]), "{error}");
        tx.execute("DROP TABLE team", ())?;
        tx.check_tables::<Team>()
    })
}

on_every_backend!(
    missing_tables_are_told_and_mended,
    a_check_is_one_batch_that_changes_nothing,
    columns_that_were_added_to_a_struct_are_missing,
    each_kind_of_difference_is_told_alone,
    an_index_of_the_same_name_is_in_the_way,
    a_full_text_index_is_told_and_mended,
    several_models_of_a_table_tell_of_it_once,
    a_primary_key_of_other_columns_is_told,
    a_view_has_its_columns_and_no_keys,
    names_are_quoted,
    a_model_of_some_columns_needs_no_others,
    a_temporary_table_is_found_as_statements_find_it,
);
