//! What is selected, of rows and of groups, of several queries and of windows, as text.

use ormcore::Value::{Float, Int};
use ormcore::alias;
use ormcore::prelude::*;
use ormcore::query::Select;
use ormcore::sql::{
    FrameBound, Postgres, Sqlite, all_of, any_of, case, count, exists, lag, ntile, of, rank, row_number,
};

use crate::{Note, User, numbered, text};

/// Checks a query's text on SQLite and on PostgreSQL, and its values.
#[track_caller]
fn check_both<S, R>(query: Select<S, R>, [sqlite, postgres]: [&str; 2], values: &[ormcore::Value<'_>]) {
    for (rendered, expected) in [(query.clone().sql(&Sqlite), sqlite), (query.sql(&Postgres), postgres)] {
        let rendered = rendered.unwrap();
        assert_eq!(rendered.sql, expected);
        let sent: Vec<_> = rendered.parameters.into_iter().map(|parameter| parameter.value).collect();
        assert_eq!(sent, values);
    }
}

/// Checks a query whose text differs only in its placeholders.
#[track_caller]
fn check<S, R>(query: Select<S, R>, sqlite: &str, values: &[ormcore::Value<'_>]) {
    check_both(query, [sqlite, &numbered(sqlite)], values);
}

#[test]
fn expressions_and_whole_models_are_selected_in_order() {
    check(User::query().select(User::NAME), r#"SELECT "user"."name" FROM "user""#, &[]);
    check_both(
        User::query().select((User::AGE + 1, User::AGE.gt(18), User::BIO.is_null())),
        [
            r#"SELECT "user"."age" + ?, "user"."age" > ?, "user"."bio" IS NULL FROM "user""#,
            r#"SELECT "user"."age" + $1::bigint, "user"."age" > $2, "user"."bio" IS NULL FROM "user""#,
        ],
        &[Int(1), Int(18)],
    );
    check(
        User::query().join(User::NOTES).select((Note::all_columns(), User::ID)).filter(Note::ID.gt(7)),
        r#"SELECT "note"."id", "note"."user_id", "user"."id" FROM "user" JOIN "note" ON "user"."id" = "note"."user_id" WHERE "note"."id" > ?"#,
        &[Int(7)],
    );
}

#[test]
fn joins_are_written_from_the_left() {
    let (one, two) = (alias!(User), alias!(Note));
    check(
        Note::query()
            .join(one.on(all_of((one.col(User::ID).eq(of(Note::USER_ID)), one.col(User::ACTIVE).eq(true)))))
            .left_join(one.along(User::NOTES).to(two))
            .select((one.col(User::NAME), two.col(Note::ID).nullable())),
        r#"SELECT "user#alias1"."name", "note#alias2"."id" FROM "note" JOIN "user" AS "user#alias1" ON ("user#alias1"."id" = "note"."user_id") AND ("user#alias1"."active" = ?) LEFT JOIN "note" AS "note#alias2" ON "user#alias1"."id" = "note#alias2"."user_id""#,
        &[ormcore::Value::Bool(true)],
    );
}

#[test]
fn aggregates_have_one_type_on_both_databases() {
    check_both(
        User::query().select((
            count(),
            User::AGE.sum(),
            User::AGE.avg(),
            User::SCORE.sum(),
            User::BIO.count().distinct(),
        )),
        [
            r#"SELECT count(*), sum("user"."age"), avg("user"."age"), sum("user"."score"), count(DISTINCT "user"."bio") FROM "user""#,
            r#"SELECT count(*), sum("user"."age")::bigint, avg("user"."age")::double precision, sum("user"."score"), count(DISTINCT "user"."bio") FROM "user""#,
        ],
        &[],
    );
    check_both(
        User::query().select((User::ACTIVE.max(), User::NAME.min())),
        [
            r#"SELECT max("user"."active"), min("user"."name") FROM "user""#,
            r#"SELECT max("user"."active"::integer)::boolean, min("user"."name") FROM "user""#,
        ],
        &[],
    );
    check(
        User::query().select(User::SCORE.max().filter(User::AGE.lt(30)).filter(User::BIO.is_null())),
        r#"SELECT max("user"."score") FILTER (WHERE ("user"."age" < ?) AND ("user"."bio" IS NULL)) FROM "user""#,
        &[Int(30)],
    );
}

#[test]
fn an_aggregate_along_a_relationship_is_a_subquery_with_its_filter_as_condition() {
    check_both(
        User::query().select((User::NAME, User::NOTES.aggregate(Note::ID.sum().filter(Note::ID.gt(7))))),
        [
            r##"SELECT "user"."name", (SELECT sum("note#1"."id") FROM "note" AS "note#1" WHERE ("note#1"."user_id" = "user"."id") AND ("note#1"."id" > ?)) FROM "user""##,
            r##"SELECT "user"."name", (SELECT sum("note#1"."id")::bigint FROM "note" AS "note#1" WHERE ("note#1"."user_id" = "user"."id") AND ("note#1"."id" > $1)) FROM "user""##,
        ],
        &[Int(7)],
    );
}

#[test]
fn groups_are_narrowed_and_ordered() {
    check(
        User::query()
            .filter(User::ACTIVE.eq(true))
            .group_by((User::AGE, User::NAME))
            .select((User::AGE, count()))
            .having(any_of((count().gt(1), User::SCORE.max().lt(0.5))))
            .order_by((count().desc(), User::AGE))
            .limit(3),
        r#"SELECT "user"."age", count(*) FROM "user" WHERE "user"."active" = ? GROUP BY "user"."age", "user"."name" HAVING (count(*) > ?) OR (max("user"."score") < ?) ORDER BY count(*) DESC, "user"."age" LIMIT ?"#,
        &[ormcore::Value::Bool(true), Int(1), Float(0.5), Int(3)],
    );
}

#[test]
fn the_key_of_a_group_is_one_value_wherever_it_stands() {
    let size = || case().when(User::AGE.lt(18), "small").otherwise("large");
    let sqlite = User::query().group_by(size()).select((size(), count())).order_by(size()).sql(&Sqlite).unwrap();
    let case = r#"(CASE WHEN "user"."age" < ? THEN ? ELSE ? END COLLATE BINARY)"#;
    assert_eq!(sqlite.sql, format!(r#"SELECT {case}, count(*) FROM "user" GROUP BY {case} ORDER BY {case}"#));
    assert_eq!(sqlite.parameters.len(), 9);
    let postgres = User::query().group_by(size()).select((size(), count())).order_by(size()).sql(&Postgres).unwrap();
    let case = r#"(CASE WHEN "user"."age" < $1 THEN $2::text ELSE $3::text END::text COLLATE "C")"#;
    let expected = format!(r#"SELECT {case}, count(*) FROM "user" GROUP BY {case} ORDER BY {case} NULLS FIRST"#);
    assert_eq!(postgres.sql, expected);
    assert_eq!(postgres.parameters.len(), 3);
}

#[test]
fn distinct_rows_are_ordered_by_position_where_a_value_would_differ() {
    check_both(
        User::query().select((User::AGE % 2, User::NAME)).distinct().order_by(((User::AGE % 2).desc(), User::NAME)),
        [
            r#"SELECT DISTINCT "user"."age" % ?, "user"."name" FROM "user" ORDER BY 1 DESC, "user"."name""#,
            r#"SELECT DISTINCT "user"."age" % NULLIF($1::bigint, 0), "user"."name" FROM "user" ORDER BY 1 DESC NULLS LAST, "user"."name""#,
        ],
        &[Int(2)],
    );
}

#[test]
fn combined_queries_are_parts_where_they_have_an_end_of_their_own() {
    let names = || User::query().select(User::ID);
    let notes = || Note::query().select(Note::USER_ID);
    check_both(
        names().union(notes()).union(names()).order_by(User::ID.desc()).limit(3),
        [
            r#"SELECT "user"."id" FROM "user" UNION SELECT "note"."user_id" FROM "note" UNION SELECT "user"."id" FROM "user" ORDER BY 1 DESC LIMIT ?"#,
            r#"SELECT "user"."id" FROM "user" UNION SELECT "note"."user_id" FROM "note" UNION SELECT "user"."id" FROM "user" ORDER BY 1 DESC NULLS LAST LIMIT $1"#,
        ],
        &[Int(3)],
    );
    check_both(
        names().limit(1).except(notes().order_by(Note::ID).limit(2)).order_by(User::ID),
        [
            r#"SELECT * FROM (SELECT "user"."id" FROM "user" LIMIT ?) AS "part#1" EXCEPT SELECT * FROM (SELECT "note"."user_id" FROM "note" ORDER BY "note"."id" LIMIT ?) AS "part#1" ORDER BY 1"#,
            r#"SELECT * FROM (SELECT "user"."id" FROM "user" LIMIT $1) AS "part#1" EXCEPT SELECT * FROM (SELECT "note"."user_id" FROM "note" ORDER BY "note"."id" LIMIT $2) AS "part#1" ORDER BY 1 NULLS FIRST"#,
        ],
        &[Int(1), Int(2)],
    );
    check(
        names().union_all(notes()).intersect(names()),
        r#"SELECT * FROM (SELECT "user"."id" FROM "user" UNION ALL SELECT "note"."user_id" FROM "note") AS "part#1" INTERSECT SELECT "user"."id" FROM "user""#,
        &[],
    );
}

#[test]
fn subqueries_stand_where_values_do() {
    let notes = || Note::query().correlated::<User>().filter(Note::USER_ID.eq(of(User::ID)));
    check_both(
        User::query()
            .filter(exists(notes().filter(Note::ID.gt(7))))
            .filter(User::ID.not_in(Note::query().select(Note::USER_ID)))
            .filter(User::AGE.gt(User::query().select(User::AGE.avg()).scalar()))
            .select(notes().select(Note::ID).order_by(Note::ID.desc()).scalar()),
        [
            r#"SELECT (SELECT "note"."id" FROM "note" WHERE "note"."user_id" = "user"."id" ORDER BY "note"."id" DESC LIMIT ?) FROM "user" WHERE EXISTS (SELECT 1 FROM "note" WHERE ("note"."user_id" = "user"."id") AND ("note"."id" > ?)) AND (NOT (("user"."id") IN (SELECT "note"."user_id" FROM "note"))) AND ("user"."age" > (SELECT avg("user"."age") FROM "user"))"#,
            r#"SELECT (SELECT "note"."id" FROM "note" WHERE "note"."user_id" = "user"."id" ORDER BY "note"."id" DESC LIMIT $1) FROM "user" WHERE EXISTS (SELECT 1 FROM "note" WHERE ("note"."user_id" = "user"."id") AND ("note"."id" > $2)) AND (NOT (("user"."id") IN (SELECT "note"."user_id" FROM "note"))) AND ("user"."age" > (SELECT avg("user"."age")::double precision FROM "user"))"#,
        ],
        &[Int(1), Int(7)],
    );
}

#[test]
fn windows_say_their_partition_order_and_frame() {
    check_both(
        User::query().select((
            row_number().partition_by((User::AGE, User::ACTIVE)).order_by((User::SCORE.desc(), User::ID)),
            User::AGE.sum().over().order_by(User::ID).rows(FrameBound::Preceding(2), FrameBound::CurrentRow),
            count().filter(User::ACTIVE.eq(true)).over(),
            lag(User::BIO).order_by(User::BIO),
            ntile(4).order_by(User::ID).groups(FrameBound::Unbounded, FrameBound::Following(1)),
        )),
        [
            r#"SELECT row_number() OVER (PARTITION BY "user"."age", "user"."active" ORDER BY "user"."score" DESC, "user"."id"), sum("user"."age") OVER (ORDER BY "user"."id" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), count(*) FILTER (WHERE "user"."active" = ?) OVER (), lag("user"."bio") OVER (ORDER BY "user"."bio"), ntile(?) OVER (ORDER BY "user"."id" GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) FROM "user""#,
            r#"SELECT row_number() OVER (PARTITION BY "user"."age", "user"."active" ORDER BY "user"."score" DESC, "user"."id"), sum("user"."age") OVER (ORDER BY "user"."id" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)::bigint, count(*) FILTER (WHERE "user"."active" = $1) OVER (), lag("user"."bio") OVER (ORDER BY "user"."bio" NULLS FIRST), ntile($2::integer) OVER (ORDER BY "user"."id" GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)::bigint FROM "user""#,
        ],
        &[ormcore::Value::Bool(true), Int(4)],
    );
    check_both(
        User::query().group_by(User::AGE).select((rank().order_by(count().desc()), User::ID.sum().sum().over())),
        [
            r#"SELECT rank() OVER (ORDER BY count(*) DESC), sum(sum("user"."id")) OVER () FROM "user" GROUP BY "user"."age""#,
            r#"SELECT rank() OVER (ORDER BY count(*) DESC), sum(sum("user"."id")::bigint) OVER ()::bigint FROM "user" GROUP BY "user"."age""#,
        ],
        &[],
    );
}

#[test]
fn values_of_a_case_have_a_type() {
    check_both(
        User::query().select(case().when(User::AGE.lt(18), "minor").when(User::NAME.eq("x"), User::NAME)),
        [
            r#"SELECT (CASE WHEN "user"."age" < ? THEN ? WHEN "user"."name" = ? THEN "user"."name" END COLLATE BINARY) FROM "user""#,
            r#"SELECT (CASE WHEN "user"."age" < $1 THEN $2::text WHEN "user"."name" = $3 THEN "user"."name" END::text COLLATE "C") FROM "user""#,
        ],
        &[Int(18), text("minor"), text("x")],
    );
    check_both(
        User::query().select(case().when(User::AGE.lt(18), User::AGE).otherwise(7)),
        [
            r#"SELECT CASE WHEN "user"."age" < ? THEN "user"."age" ELSE ? END FROM "user""#,
            r#"SELECT CASE WHEN "user"."age" < $1 THEN "user"."age" ELSE $2::integer END FROM "user""#,
        ],
        &[Int(18), Int(7)],
    );
}
