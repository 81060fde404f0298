//! Upserts, inserts from queries, writes that give rows, and SQL of the program's own, as text.

use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{Dialect, Postgres, Sqlite, of, proposed, table};
use ormcore_tests::every_database;

#[derive(Model, Debug)]
#[model(schema = "main")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(version)]
    version: i64,
    #[column(on_write = 1)]
    written: i64,
}

#[derive(Model, Debug)]
struct Tag {
    #[column(primary_key)]
    label: String,
    uses: i32,
    #[column(version)]
    version: i64,
    #[column(on_write = 1)]
    written: i64,
}

#[derive(Model, Debug)]
struct Copy {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(default = 3)]
    rank: i32,
}

/// What runs on each database, SQLite's first.
fn texts(work: impl Fn(&Database) -> ormcore::Result<()>) -> Vec<Vec<String>> {
    let run = |fixture: ormcore_tests::Fixture| {
        let db = &fixture.db;
        db.create_tables::<(Tag, Copy)>().unwrap();
        let statements = db.record();
        work(db).unwrap();
        statements.texts()
    };
    every_database().map(run).collect()
}

/// Checks what runs on SQLite and, where there is one, on PostgreSQL.
fn check(work: impl Fn(&Database) -> ormcore::Result<()>, sqlite: &[&str], postgres: &[&str]) {
    let texts = texts(work);
    assert_eq!(texts[0], sqlite);
    if let Some(texts) = texts.get(1) {
        assert_eq!(texts, postgres);
    }
}

#[test]
fn nothing_is_done_on_conflict() {
    check(
        |db| {
            Tag::new("a", 1).on_conflict(Tag::LABEL).do_nothing().insert(db)?;
            Tag::on_any_conflict().do_nothing().insert_all(["a", "b"].map(|label| Tag::new(label, 1)), db)?;
            Ok(())
        },
        &[
            r#"INSERT INTO "tag" ("label", "uses", "version", "written") VALUES (?, ?, ?, ?) ON CONFLICT ("label") DO NOTHING RETURNING "label", "uses", "version", "written""#,
            r#"INSERT INTO "tag" ("label", "uses", "version", "written") VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING "label", "uses", "version", "written""#,
        ],
        &[
            r#"INSERT INTO "tag" ("label", "uses", "version", "written") VALUES ($1, $2, $3, $4) ON CONFLICT ("label") DO NOTHING RETURNING "label", "uses", "version", "written""#,
            r#"INSERT INTO "tag" ("label", "uses", "version", "written") VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING "label", "uses", "version", "written""#,
        ],
    );
}

#[test]
fn a_row_is_updated_on_conflict() {
    check(
        |db| {
            let upsert =
                Tag::new("a", 2).on_conflict(Tag::LABEL).do_update(Tag::USES.set(Tag::USES + proposed(Tag::USES)));
            upsert.filter(Tag::USES.lt(9)).insert(db)?;
            Ok(())
        },
        &[
            r#"INSERT INTO "tag" ("label", "uses", "version", "written") VALUES (?, ?, ?, ?) ON CONFLICT ("label") DO UPDATE SET "uses" = "tag"."uses" + "excluded"."uses", "written" = "excluded"."written", "version" = "tag"."version" + (1) WHERE "tag"."uses" < ? RETURNING "label", "uses", "version", "written""#,
        ],
        &[
            r#"INSERT INTO "tag" ("label", "uses", "version", "written") VALUES ($1, $2, $3, $4) ON CONFLICT ("label") DO UPDATE SET "uses" = "tag"."uses"::bigint + "excluded"."uses", "written" = "excluded"."written", "version" = "tag"."version" + (1) WHERE "tag"."uses" < $5 RETURNING "label", "uses", "version", "written""#,
        ],
    );
}

#[test]
fn rows_of_a_query_are_inserted() {
    check(
        |db| {
            Copy::insert_from(Copy::LABEL, Tag::query().filter(Tag::USES.gt(1)).select(Tag::LABEL), db)?;
            let both = Tag::query().select(Tag::LABEL).union(Tag::query().select(Tag::LABEL));
            Copy::insert_from(Copy::LABEL, both, db)?;
            Ok(())
        },
        &[
            r#"INSERT INTO "copy" ("label", "rank") SELECT "tag"."label", ? FROM "tag" WHERE "tag"."uses" > ?"#,
            r##"INSERT INTO "copy" ("label", "rank") SELECT "#rows"."#0", ? FROM (SELECT "tag"."label" AS "#0" FROM "tag" UNION SELECT "tag"."label" FROM "tag") AS "#rows""##,
        ],
        &[
            r#"INSERT INTO "copy" ("label", "rank") SELECT "tag"."label", $1::integer FROM "tag" WHERE "tag"."uses" > $2"#,
            r##"INSERT INTO "copy" ("label", "rank") SELECT "#rows"."#0", $1::integer FROM (SELECT "tag"."label" AS "#0" FROM "tag" UNION SELECT "tag"."label" FROM "tag") AS "#rows""##,
        ],
    );
}

#[test]
fn writes_give_rows_and_read_what_is_joined() {
    check(
        |db| {
            Copy::query().filter(Copy::RANK.gt(1)).returning((Copy::ID, Copy::RANK * 2)).delete(db)?;
            let joined = Copy::query().join(Tag::on(Tag::LABEL.eq(of(Copy::LABEL)))).filter(Tag::USES.gt(5));
            joined.clone().update((Copy::RANK.set(of(Tag::USES)), Copy::LABEL.set("x")), db)?;
            joined.returning(Copy::ID).update(Copy::RANK.set(Copy::RANK + 1), db)?;
            Ok(())
        },
        &[
            r#"DELETE FROM "copy" WHERE "copy"."rank" > ? RETURNING "copy"."id", "copy"."rank" * ?"#,
            r##"UPDATE "copy" SET "rank" = "#rows"."#1", "label" = ? FROM (SELECT "copy"."id" AS "#0", "tag"."uses" AS "#1" FROM "copy" JOIN "tag" ON "tag"."label" = "copy"."label" WHERE "tag"."uses" > ?) AS "#rows" WHERE "copy"."id" = "#rows"."#0""##,
            r#"UPDATE "copy" SET "rank" = "copy"."rank" + ? WHERE ("copy"."id") IN (SELECT "copy"."id" FROM "copy" JOIN "tag" ON "tag"."label" = "copy"."label" WHERE "tag"."uses" > ?) RETURNING "copy"."id""#,
        ],
        &[
            r#"DELETE FROM "copy" WHERE "copy"."rank" > $1 RETURNING "copy"."id", "copy"."rank" * $2::bigint"#,
            r##"UPDATE "copy" SET "rank" = "#rows"."#1", "label" = $1 FROM (WITH "#chosen" AS (SELECT "copy"."id" AS "#0", "tag"."uses" AS "#1" FROM "copy" JOIN "tag" ON "tag"."label" = "copy"."label" WHERE "tag"."uses" > $2 FOR NO KEY UPDATE OF "copy") SELECT "#chosen"."#0", "#chosen"."#1" FROM "#chosen") AS "#rows" WHERE "copy"."id" = "#rows"."#0""##,
            r##"UPDATE "copy" SET "rank" = "copy"."rank" + $1::bigint WHERE ("copy"."id") IN (WITH "#chosen" AS (SELECT "copy"."id" FROM "copy" JOIN "tag" ON "tag"."label" = "copy"."label" WHERE "tag"."uses" > $2 FOR NO KEY UPDATE OF "copy") SELECT "#chosen"."id" FROM "#chosen") RETURNING "copy"."id""##,
        ],
    );
}

/// Checks the text of a query in one dialect.
fn check_sql(query: &Query<Owner>, dialect: &'static dyn Dialect, expected: &str) {
    let text = query.clone().sql(dialect).unwrap().sql;
    let (_, rest) = text.split_once(" FROM ").unwrap();
    assert_eq!(rest, expected);
}

#[test]
fn sql_of_the_program() {
    let lower = Owner::query().filter(sql!("lower({}) = {} OR {}", Owner::NAME, "it's", Owner::ID.gt(1)));
    let lower =
        lower.filter(sql!("'{{}}?' <> {}", Owner::NAME)).order_by(sql!(i64: "length({}) * {}", Owner::NAME, 2_i64));
    check_sql(
        &lower,
        &Sqlite,
        r#""main"."owner" WHERE (lower("owner"."name") = ? OR ("owner"."id" > ?)) AND ('{}?' <> "owner"."name") ORDER BY (length("owner"."name") * ?)"#,
    );
    check_sql(
        &lower,
        &Postgres,
        r#""main"."owner" WHERE (lower("owner"."name") = $1::text OR ("owner"."id" > $2)) AND ('{}?' <> "owner"."name") ORDER BY (length("owner"."name") * $3::bigint) NULLS FIRST"#,
    );
    let some = Owner::from_sql(sql!("SELECT * FROM {} WHERE {} > {}", table::<Owner>(), Owner::VERSION, 1_i64));
    let some = some.filter(Owner::NAME.eq("a"));
    check_sql(
        &some,
        &Sqlite,
        r#"(SELECT * FROM "main"."owner" WHERE "owner"."version" > ?) AS "owner" WHERE "owner"."name" = ?"#,
    );
    check_sql(
        &some,
        &Postgres,
        r#"(SELECT * FROM "main"."owner" WHERE "owner"."version" > $1::bigint) AS "owner" WHERE "owner"."name" = $2"#,
    );
    let all = sql!("SELECT {} FROM {}", Tag::all_columns(), table::<Tag>());
    assert_eq!(
        all.sql(&Postgres).unwrap().sql,
        r#"SELECT "tag"."label", "tag"."uses", "tag"."version", "tag"."written" FROM "tag""#
    );
}
