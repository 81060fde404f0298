//! Conditions as text.

use ormcore::Value::{Bool, Float, Int};
use ormcore::prelude::*;

use crate::{User, check_filter, rendered, text};

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
    check_filter(User::BIO.is_distinct_from("x"), r#""user"."bio" IS NOT ?"#, &[text("x")]);
    check_filter(User::BIO.is_not_distinct_from("x"), r#""user"."bio" IS ?"#, &[text("x")]);
}

#[test]
fn lists_are_padded_so_that_few_texts_are_cached() {
    check_filter(User::AGE.is_in([1]), r#""user"."age" IN (?)"#, &[Int(1)]);
    check_filter(User::AGE.is_in([1, 2, 3]), r#""user"."age" IN (?, ?, ?, ?)"#, &[Int(1), Int(2), Int(3), Int(3)]);
    check_filter(User::AGE.not_in([1]), r#"NOT ("user"."age" IN (?))"#, &[Int(1)]);
    check_filter(User::AGE.is_in([0; 0]), "(1 = 0)", &[]);
    check_filter(User::AGE.not_in([0; 0]), "(1 = 1)", &[]);
    check_filter(
        User::BIO.is_in([None, Some("x")]),
        r#"("user"."bio" IS NULL) OR ("user"."bio" IN (?))"#,
        &[text("x")],
    );
    check_filter(User::BIO.is_in([None::<&str>]), r#""user"."bio" IS NULL"#, &[]);
}

#[test]
fn a_long_list_is_one_value_and_one_text() {
    let sql = r#""user"."age" IN (SELECT value FROM json_each(?))"#;
    let numbers: Vec<String> = (0..33).map(|number| number.to_string()).collect();
    check_filter(User::AGE.is_in(0..33), sql, &[text(&format!("[{}]", numbers.join(",")))]);
    let texts = |count| rendered(User::query().filter(User::AGE.is_in(0..count))).0;
    assert_eq!(texts(33), texts(100_000));
    let (_, values) = rendered(User::query().filter(User::NAME.is_in(vec!["a\"\\\n"; 33])));
    assert!(
        matches!(&values[..], [ormcore::Value::Text(json)] if json.starts_with(r#"["a\"\\\u000a","#)),
        "{values:?}"
    );
}

#[test]
fn patterns_name_their_escape() {
    check_filter(User::NAME.like("a_%"), r#""user"."name" LIKE ? ESCAPE '\'"#, &[text("a_%")]);
    check_filter(User::NAME.contains("a_%\\"), r#""user"."name" LIKE ? ESCAPE '\'"#, &[text("%a\\_\\%\\\\%")]);
    check_filter(User::NAME.starts_with("50%"), r#""user"."name" LIKE ? ESCAPE '\'"#, &[text("50\\%%")]);
    check_filter(User::NAME.ends_with("_"), r#""user"."name" LIKE ? ESCAPE '\'"#, &[text("%\\_")]);
    let ilike = r#"ormcore_lower("user"."name") LIKE ormcore_lower(?) ESCAPE '\'"#;
    check_filter(User::NAME.ilike("A%"), ilike, &[text("A%")]);
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
    check_filter((User::AGE + 1).gt(2), r#"("user"."age" + ?) > ?"#, &[Int(1), Int(2)]);
    check_filter((User::AGE - (User::AGE - 1)).eq(1), r#"("user"."age" - ("user"."age" - ?)) = ?"#, &[Int(1), Int(1)]);
    check_filter(
        ((User::AGE * 2) / 3 % 4).eq(0),
        r#"((("user"."age" * ?) / ?) % ?) = ?"#,
        &[Int(2), Int(3), Int(4), Int(0)],
    );
}
