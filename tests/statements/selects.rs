//! Orders, limits, and the endings that read, as text.

use ormcore::Value::Int;
use ormcore::prelude::*;
use ormcore::query::Ordering;
use ormcore::sql::Postgres;

use crate::{Note, SELECT, User, check, check_both, text};

#[test]
fn a_plain_query_selects_the_columns_in_order() {
    let all = User::query().sql(&ormcore::sql::Sqlite).unwrap();
    assert_eq!(all.sql, SELECT.replace(r#""user"."#, ""));
    check(
        User::query().filter(User::AGE.gt(1)).filter(User::NAME.eq("x")),
        r#"WHERE ("user"."age" > ?) AND ("user"."name" = ?)"#,
        &[Int(1), text("x")],
    );
    let distinct = User::query().distinct().sql(&ormcore::sql::Sqlite).unwrap();
    assert_eq!(distinct.sql, SELECT.replace("SELECT", "SELECT DISTINCT"));
}

#[test]
fn orders_say_where_nulls_go_only_if_it_is_not_the_databases_own() {
    check(User::query().order_by(User::AGE), r#"ORDER BY "user"."age""#, &[]);
    check(User::query().order_by((User::AGE.desc(), User::ID)), r#"ORDER BY "user"."age" DESC, "user"."id""#, &[]);
    let ordered = |order: Ordering<User>, sqlite: &str, postgres: &str| {
        let texts = [format!(r#"ORDER BY "user"."bio"{sqlite}"#), format!(r#"ORDER BY "user"."bio"{postgres}"#)];
        check_both(User::query().order_by(order), [&texts[0], &texts[1]], &[]);
    };
    ordered(User::BIO.asc(), "", " NULLS FIRST");
    ordered(User::BIO.desc(), " DESC", " DESC NULLS LAST");
    ordered(User::BIO.asc().nulls_first(), "", " NULLS FIRST");
    ordered(User::BIO.asc().nulls_last(), " NULLS LAST", "");
    ordered(User::BIO.desc().nulls_first(), " DESC NULLS FIRST", " DESC");
    ordered(User::BIO.desc().nulls_last(), " DESC", " DESC NULLS LAST");
    let computed = [r#"ORDER BY ("user"."age" % ?)"#, r#"ORDER BY ("user"."age" % NULLIF($1::bigint, 0)) NULLS FIRST"#];
    check_both(User::query().order_by(User::AGE % 10), computed, &[Int(10)]);
}

#[test]
fn what_a_left_join_may_miss_is_ordered_as_null() {
    let order = (User::ID, Note::ID);
    let left = User::query().left_join(User::NOTES).order_by(order).sql(&Postgres).unwrap().sql;
    let inner = User::query().join(User::NOTES).order_by(order).sql(&Postgres).unwrap().sql;
    assert!(left.ends_with(r#" ORDER BY "user"."id", "note"."id" NULLS FIRST"#), "{left}");
    assert!(inner.ends_with(r#" ORDER BY "user"."id", "note"."id""#), "{inner}");
}

#[test]
fn limits_are_values_so_that_one_text_serves_all() {
    check(User::query().limit(5), "LIMIT ?", &[Int(5)]);
    check(User::query().limit(5).offset(2), "LIMIT ? OFFSET ?", &[Int(5), Int(2)]);
    check_both(User::query().offset(2), ["LIMIT -1 OFFSET ?", "OFFSET $1"], &[Int(2)]);
    check(User::query().limit(u64::MAX), "LIMIT ?", &[Int(i64::MAX)]);
}

#[test]
fn values_come_in_the_order_of_their_places() {
    let query = User::query().filter(User::AGE.gt(1)).order_by(User::AGE + 2).limit(3).offset(4);
    check_both(
        query,
        [
            r#"WHERE "user"."age" > ? ORDER BY ("user"."age" + ?) LIMIT ? OFFSET ?"#,
            r#"WHERE "user"."age" > $1 ORDER BY ("user"."age" + $2::bigint) NULLS FIRST LIMIT $3 OFFSET $4"#,
        ],
        &[Int(1), Int(2), Int(3), Int(4)],
    );
}

#[test]
fn each_ending_asks_for_no_more_than_it_needs() {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.create_tables::<User>().unwrap();
    let statements = db.record();
    let ran = |ended: bool, expected: &[&str]| {
        assert!(ended);
        assert_eq!(statements.texts(), expected);
        statements.clear();
    };
    let adults = || User::query().filter(User::AGE.ge(18)).order_by(User::ID);
    let ordered = |rest: &str| format!(r#"{SELECT} WHERE "user"."age" >= ? ORDER BY "user"."id"{rest}"#);
    ran(adults().all(&db).is_ok(), &[&ordered("")]);
    ran(adults().first(&db).is_ok(), &[&ordered(" LIMIT ?")]);
    ran(adults().one_or_none(&db).is_ok(), &[&ordered(" LIMIT ?")]);
    ran(adults().each(&db, |_| Ok(())).is_ok(), &[&ordered("")]);
    ran(adults().explain(&db).is_ok(), &[&format!("EXPLAIN QUERY PLAN {}", ordered(""))]);
    let count = r#"SELECT count(*) FROM "user" WHERE "user"."age" >= ?"#;
    ran(adults().count(&db).is_ok(), &[count]);
    ran(adults().exists(&db).is_ok(), &[r#"SELECT EXISTS (SELECT 1 FROM "user" WHERE "user"."age" >= ?)"#]);
    ran(adults().paginate(1, 10, &db).is_ok(), &[count, &ordered(" LIMIT ? OFFSET ?")]);
    let cut = r#"SELECT count(*) FROM (SELECT 1 FROM "user" LIMIT ?) AS "counted""#;
    ran(User::query().limit(3).count(&db).is_ok(), &[cut]);
    let unique = r#"SELECT count(*) FROM (SELECT DISTINCT "user"."id", "user"."name", "user"."age", "user"."bio", "user"."score", "user"."active" FROM "user") AS "counted""#;
    ran(User::query().distinct().count(&db).is_ok(), &[unique]);
}
