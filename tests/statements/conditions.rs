//! Conditions as text.

use ormcore::Value::{Array, Bool, Float, Int, Null};
use ormcore::prelude::*;
use ormcore::sql::{Dialect, Expr, Postgres, Rendered, Sqlite, Writer};
use ormcore::value::{Parameter, SqlType};

use crate::{User, check_filter, check_filter_in, check_filters, rendered, text};

#[test]
fn comparisons_bind_their_values() {
    check_filter(User::AGE.eq(1), r#""user"."age" = ?"#, &[Int(1)]);
    check_filter(User::AGE.ne(1), r#""user"."age" <> ?"#, &[Int(1)]);
    check_filter(User::AGE.lt(1), r#""user"."age" < ?"#, &[Int(1)]);
    check_filter(User::AGE.le(1), r#""user"."age" <= ?"#, &[Int(1)]);
    check_filter(User::AGE.gt(1), r#""user"."age" > ?"#, &[Int(1)]);
    check_filter(User::AGE.ge(1), r#""user"."age" >= ?"#, &[Int(1)]);
    check_filter(User::SCORE.eq(0.5), r#""user"."score" = ?"#, &[Float(0.5)]);
    check_filter(User::ACTIVE.eq(true), r#""user"."active" = ?"#, &[Bool(true)]);
    check_filter(User::NAME.eq("x"), r#""user"."name" = ?"#, &[text("x")]);
    check_filter(User::BIO.eq(User::NAME), r#""user"."bio" = "user"."name""#, &[]);
    check_filter(User::AGE.between(1, 2), r#""user"."age" BETWEEN ? AND ?"#, &[Int(1), Int(2)]);
}

#[test]
fn none_is_written_as_is_null() {
    check_filter(User::BIO.eq(None::<&str>), r#""user"."bio" IS NULL"#, &[]);
    check_filter(User::BIO.ne(None::<&str>), r#""user"."bio" IS NOT NULL"#, &[]);
    check_filter(!User::BIO.is_null(), r#""user"."bio" IS NOT NULL"#, &[]);
    let distinct = [r#""user"."bio" IS NOT ?"#, r#""user"."bio" IS DISTINCT FROM $1"#];
    check_filters(User::BIO.is_distinct_from("x"), distinct, &[text("x")]);
    let same = [r#""user"."bio" IS ?"#, r#""user"."bio" IS NOT DISTINCT FROM $1"#];
    check_filters(User::BIO.is_not_distinct_from("x"), same, &[text("x")]);
}

#[test]
fn empty_lists_and_null_need_no_list() {
    check_filter(User::AGE.is_in([0; 0]), "(1 = 0)", &[]);
    check_filter(User::AGE.not_in([0; 0]), "(1 = 1)", &[]);
    check_filter(User::BIO.is_in([None::<&str>]), r#""user"."bio" IS NULL"#, &[]);
}

#[test]
fn lists_are_padded_so_that_few_texts_are_cached() {
    let check = |condition, expected, values: &[_]| check_filter_in(&Sqlite, condition, expected, values);
    check(User::AGE.is_in([1]), r#""user"."age" IN (?)"#, &[Int(1)]);
    check(User::AGE.is_in([1, 2, 3]), r#""user"."age" IN (?, ?, ?, ?)"#, &[Int(1), Int(2), Int(3), Int(3)]);
    check(User::AGE.not_in([1]), r#"NOT ("user"."age" IN (?))"#, &[Int(1)]);
    check(User::BIO.is_in([None, Some("x")]), r#"("user"."bio" IS NULL) OR ("user"."bio" IN (?))"#, &[text("x")]);
}

#[test]
fn lists_are_one_array_where_there_are_arrays() {
    let check = |condition, expected, values: &[_]| check_filter_in(&Postgres, condition, expected, values);
    let sql = r#""user"."age" = ANY($1)"#;
    check(User::AGE.is_in([1]), sql, &[Array(vec![Int(1)])]);
    check(User::AGE.is_in(0..1000), sql, &[Array((0..1000).map(Int).collect())]);
    check(User::AGE.not_in([1]), r#"NOT ("user"."age" = ANY($1))"#, &[Array(vec![Int(1)])]);
    let or_null = r#"("user"."bio" IS NULL) OR ("user"."bio" = ANY($1))"#;
    check(User::BIO.is_in([None, Some("x")]), or_null, &[Array(vec![text("x")])]);
}

#[test]
fn a_long_list_is_one_value_and_one_text() {
    let sql = r#""user"."age" IN (SELECT value FROM json_each(?))"#;
    let numbers: Vec<String> = (0..129).map(|number| number.to_string()).collect();
    check_filter_in(&Sqlite, User::AGE.is_in(0..129), sql, &[text(&format!("[{}]", numbers.join(",")))]);
    let texts = |count| rendered(User::query().filter(User::AGE.is_in(0..count)), &Sqlite).0;
    assert_eq!(texts(129), texts(100_000));
    let (_, values) = rendered(User::query().filter(User::NAME.is_in(vec!["a\"\\\n"; 129])), &Sqlite);
    assert!(
        matches!(&values[..], [ormcore::Value::Text(json)] if json.starts_with(r#"["a\"\\\u000a","#)),
        "{values:?}"
    );
}

/// Renders that rows of values contain the name and the age.
fn rows(dialect: &dyn Dialect, rows: &[[ormcore::Value<'static>; 2]]) -> Rendered {
    let parameter = |value: &ormcore::Value<'static>| Parameter { value: value.clone(), secret: false };
    let rows = rows.iter().map(|row| row.iter().map(parameter).collect()).collect();
    let mut writer = Writer::new(dialect);
    let columns = vec![Expr::column("user", "name"), Expr::column("user", "age")];
    writer.expr(Expr::InRows(columns, vec![SqlType::Text, SqlType::Enum("kind")], rows));
    writer.finish().unwrap()
}

#[test]
fn rows_of_values() {
    let two = [[text("ann"), Int(1)], [text("bob"), Int(2)]];
    let sqlite = rows(&Sqlite, &two);
    assert_eq!(sqlite.sql, r#"("user"."name", "user"."age") IN (VALUES (?, ?), (?, ?))"#);
    let postgres = rows(&Postgres, &two);
    let sql = r#"("user"."name", "user"."age") IN (SELECT * FROM unnest($1::text[], $2::"kind"[]))"#;
    assert_eq!(postgres.sql, sql);
    let values: Vec<_> = postgres.parameters.into_iter().map(|parameter| parameter.value).collect();
    assert_eq!(values, [Array(vec![text("ann"), text("bob")]), Array(vec![Int(1), Int(2)])]);
    assert_eq!(rows(&Postgres, &[[text("x"), Null]]).sql, sql);
}

#[test]
fn patterns_escape_by_a_backslash() {
    let like = [r#""user"."name" LIKE ? ESCAPE '\'"#, r#""user"."name" LIKE $1"#];
    check_filters(User::NAME.like("a_%"), like, &[text("a_%")]);
    check_filters(User::NAME.contains("a_%\\"), like, &[text("%a\\_\\%\\\\%")]);
    check_filters(User::NAME.starts_with("50%"), like, &[text("50\\%%")]);
    check_filters(User::NAME.ends_with("_"), like, &[text("%\\_")]);
    let ilike = [
        r#"ormcore_lower("user"."name") LIKE ormcore_lower(?) ESCAPE '\'"#,
        r#""user"."name" COLLATE "default" ILIKE $1 COLLATE "default""#,
    ];
    check_filters(User::NAME.ilike("A%"), ilike, &[text("A%")]);
}

#[test]
fn joined_conditions_have_the_parentheses_they_need() {
    let (a, b, c) = (User::AGE.eq(1), User::AGE.eq(2), User::AGE.eq(3));
    let all = &[Int(1), Int(2), Int(3)];
    let flat = r#"("user"."age" = ?) AND ("user"."age" = ?) AND ("user"."age" = ?)"#;
    check_filter(a.clone() & b.clone() & c.clone(), flat, all);
    let flat = r#"("user"."age" = ?) OR ("user"."age" = ?) OR ("user"."age" = ?)"#;
    check_filter(a.clone() | b.clone() | c.clone(), flat, all);
    let mixed = r#"("user"."age" = ?) OR (("user"."age" = ?) AND ("user"."age" = ?))"#;
    check_filter(a.clone() | (b.clone() & c.clone()), mixed, all);
    let mixed = r#"(("user"."age" = ?) OR ("user"."age" = ?)) AND ("user"."age" = ?)"#;
    check_filter((a.clone() | b) & c, mixed, all);
    check_filter(!a.clone(), r#"NOT ("user"."age" = ?)"#, &[Int(1)]);
    check_filter(!!a, r#""user"."age" = ?"#, &[Int(1)]);
}

#[test]
fn arithmetic_keeps_its_grouping() {
    let sum = [r#"("user"."age" + ?) > ?"#, r#"("user"."age" + $1::bigint) > $2"#];
    check_filters((User::AGE + 1).gt(2), sum, &[Int(1), Int(2)]);
    let nested = [r#"("user"."age" - ("user"."age" - ?)) = ?"#, r#"("user"."age" - ("user"."age" - $1::bigint)) = $2"#];
    check_filters((User::AGE - (User::AGE - 1)).eq(1), nested, &[Int(1), Int(1)]);
    let chained = [
        r#"((("user"."age" * ?) / ?) % ?) = ?"#,
        r#"((("user"."age" * $1::bigint) / NULLIF($2::bigint, 0)) % NULLIF($3::bigint, 0)) = $4"#,
    ];
    check_filters(((User::AGE * 2) / 3 % 4).eq(0), chained, &[Int(2), Int(3), Int(4), Int(0)]);
}

#[test]
fn what_is_divided_by_zero_is_null() {
    let columns = [r#"("user"."age" / "user"."age") = ?"#, r#"("user"."age"::bigint / NULLIF("user"."age", 0)) = $1"#];
    check_filters((User::AGE / User::AGE).eq(1), columns, &[Int(1)]);
    let float = [
        r#"("user"."score" / ?) > "user"."score""#,
        r#"("user"."score" / NULLIF($1::double precision, 0)) > "user"."score""#,
    ];
    check_filters((User::SCORE / 0.0).gt(User::SCORE), float, &[Float(0.0)]);
    let remainder = [
        r#"("user"."score" % ?) = ?"#,
        r#"((trunc("user"."score")::bigint % NULLIF(trunc($1::double precision)::bigint, 0))::double precision) = $2"#,
    ];
    check_filters((User::SCORE % 2.0).eq(1.0), remainder, &[Float(2.0), Float(1.0)]);
}
