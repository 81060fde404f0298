//! Conditions: comparisons with every kind of operand, NULL, and how conditions are joined.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    nick: Option<String>,
    age: i32,
    limit: Option<i32>,
    score: f64,
    key: Vec<u8>,
    active: bool,
}

fn people(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Person>()?;
    let person = |name: &str, nick: Option<&str>, age, limit, score, key: &[u8], active| {
        Person::new(name, age, score, key, active).with(|p| (p.nick, p.limit) = (nick.map(Into::into), limit))
    };
    Person::insert_all(
        [
            person("ann", Some("a"), 31, Some(40), 1.5, b"\x00\x01", true),
            person("bob", None, 17, Some(17), -0.5, b"", false),
            person("cid", Some("cid"), 17, None, 1e300, b"\xff", true),
        ],
        db,
    )?;
    Ok(())
}

/// The names of those who meet the condition, in order.
fn names(condition: Predicate<Person>, db: &Database) -> ormcore::Result<Vec<String>> {
    let found = Person::query().filter(condition).order_by(Person::ID).all(db)?;
    Ok(found.into_iter().map(|person| person.name).collect())
}

fn every_comparison_compares_with_a_literal(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    assert_eq!(names(Person::AGE.eq(17), db)?, ["bob", "cid"]);
    assert_eq!(names(Person::AGE.ne(17), db)?, ["ann"]);
    assert_eq!(names(Person::AGE.lt(31), db)?, ["bob", "cid"]);
    assert_eq!(names(Person::AGE.le(31), db)?, ["ann", "bob", "cid"]);
    assert_eq!(names(Person::AGE.gt(17), db)?, ["ann"]);
    assert_eq!(names(Person::AGE.ge(32), db)?, [""; 0]);
    assert_eq!(names(Person::SCORE.gt(1.5), db)?, ["cid"]);
    assert_eq!(names(Person::SCORE.eq(1e300), db)?, ["cid"]);
    assert_eq!(names(Person::ACTIVE.eq(false), db)?, ["bob"]);
    assert_eq!(names(Person::KEY.eq(vec![0xff]), db)?, ["cid"]);
    Ok(())
}

fn text_is_compared_with_every_form_of_text(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let (owned, nick) = (String::from("ann"), String::from("a"));
    let some_nick = Some(nick.clone());
    let list = ["ann"];
    for condition in [
        Person::NAME.eq("ann"),
        Person::NAME.eq(owned.as_str()),
        Person::NAME.eq(&owned),
        Person::NAME.eq(owned.clone()),
        Person::NAME.eq(list.iter().next().unwrap()),
        Person::NAME.eq(std::borrow::Cow::Borrowed("ann")),
        Person::NICK.eq("a"),
        Person::NICK.eq(Some("a")),
        Person::NICK.eq(String::from("a")),
        Person::NICK.eq(&nick),
        Person::NICK.eq(Some(String::from("a"))),
        Person::NICK.eq(&some_nick),
    ] {
        assert_eq!(names(condition, db)?, ["ann"]);
    }
    assert_eq!(names(Person::KEY.eq(b"\x00\x01".as_slice()), db)?, ["ann"]);
    Ok(())
}

fn text_is_compared_by_its_code_points_with_case(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    assert_eq!(names(Person::NAME.eq("Ann"), db)?, [""; 0]);
    assert_eq!(names(Person::NAME.gt("Z"), db)?, ["ann", "bob", "cid"]);
    assert_eq!(names(Person::NAME.lt("b"), db)?, ["ann"]);
    Ok(())
}

fn columns_are_compared_with_columns(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    assert_eq!(names(Person::LIMIT.eq(Person::AGE), db)?, ["bob"]);
    assert_eq!(names(Person::LIMIT.gt(Person::AGE), db)?, ["ann"]);
    assert_eq!(names(Person::NICK.eq(Person::NAME), db)?, ["cid"]);
    assert_eq!(names(Person::NICK.ne(Person::NAME), db)?, ["ann"]);
    assert_eq!(names(Person::NICK.is_distinct_from(Person::NAME), db)?, ["ann", "bob"]);
    Ok(())
}

fn none_asks_for_null(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let missing: Option<String> = None;
    assert_eq!(names(Person::NICK.eq(None::<String>), db)?, ["bob"]);
    assert_eq!(names(Person::NICK.eq(None::<&str>), db)?, ["bob"]);
    assert_eq!(names(Person::NICK.eq(&missing), db)?, ["bob"]);
    assert_eq!(names(Person::NICK.is_null(), db)?, ["bob"]);
    assert_eq!(names(Person::NICK.ne(missing), db)?, ["ann", "cid"]);
    assert_eq!(names(Person::NICK.is_not_null(), db)?, ["ann", "cid"]);
    assert_eq!(names(!Person::NICK.is_null(), db)?, ["ann", "cid"]);
    assert_eq!(names(!Person::NICK.eq(None::<&str>), db)?, ["ann", "cid"]);
    Ok(())
}

fn null_is_neither_equal_to_a_value_nor_different_from_it(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    assert_eq!(names(Person::NICK.eq("a"), db)?, ["ann"]);
    assert_eq!(names(Person::NICK.ne("a"), db)?, ["cid"]);
    assert_eq!(names(!Person::NICK.eq("a"), db)?, ["cid"]);
    assert_eq!(names(Person::LIMIT.lt(1000), db)?, ["ann", "bob"]);
    assert_eq!(names(!Person::LIMIT.lt(1000), db)?, [""; 0]);
    Ok(())
}

fn is_distinct_from_takes_null_for_a_value(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    assert_eq!(names(Person::NICK.is_distinct_from("a"), db)?, ["bob", "cid"]);
    assert_eq!(names(Person::NICK.is_distinct_from(None::<&str>), db)?, ["ann", "cid"]);
    assert_eq!(names(Person::NICK.is_not_distinct_from("a"), db)?, ["ann"]);
    assert_eq!(names(Person::NICK.is_not_distinct_from(None::<&str>), db)?, ["bob"]);
    assert_eq!(names(!Person::NICK.is_distinct_from("a"), db)?, ["ann"]);
    Ok(())
}

fn between_includes_both_ends(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    assert_eq!(names(Person::AGE.between(17, 31), db)?, ["ann", "bob", "cid"]);
    assert_eq!(names(Person::AGE.between(18, 31), db)?, ["ann"]);
    assert_eq!(names(Person::AGE.between(31, 17), db)?, [""; 0]);
    assert_eq!(names(!Person::AGE.between(18, 31), db)?, ["bob", "cid"]);
    assert_eq!(names(Person::NAME.between("ann", "b"), db)?, ["ann"]);
    assert_eq!(names(Person::AGE.between(0, Person::AGE + 1), db)?, ["ann", "bob", "cid"]);
    assert_eq!(names(Person::LIMIT.between(Person::AGE, 40), db)?, ["ann", "bob"]);
    Ok(())
}

fn operators_and_methods_join_alike(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let (a, b) = (Person::AGE.eq(17), Person::ACTIVE.eq(true));
    assert_eq!(names(a.clone() & b.clone(), db)?, ["cid"]);
    assert_eq!(names(a.clone().and(b.clone()), db)?, ["cid"]);
    assert_eq!(names(a.clone() | b.clone(), db)?, ["ann", "bob", "cid"]);
    assert_eq!(names(a.clone().or(b.clone()), db)?, ["ann", "bob", "cid"]);
    assert_eq!(names(!(a.clone() | b.clone()), db)?, [""; 0]);
    assert_eq!(names(!a.clone() & b.clone(), db)?, ["ann"]);
    assert_eq!(names(!!a, db)?, ["bob", "cid"]);
    Ok(())
}

fn joined_conditions_keep_their_grouping(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let (ann, bob, cid) = (Person::NAME.eq("ann"), Person::NAME.eq("bob"), Person::NAME.eq("cid"));
    let none = Person::ID.lt(0);
    assert_eq!(names(ann.clone().or(bob.clone()).and(none.clone()), db)?, [""; 0]);
    assert_eq!(names(ann.clone().or(bob.clone().and(none.clone())), db)?, ["ann"]);
    assert_eq!(names(none.clone().and(ann.clone()).or(cid.clone()), db)?, ["cid"]);
    assert_eq!(names(none.and(ann.clone().or(cid.clone())), db)?, [""; 0]);
    assert_eq!(names(!ann.or(cid), db)?, ["bob"]);
    Ok(())
}

fn a_condition_is_an_expression_of_its_own(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let child = Person::AGE.lt(18);
    assert_eq!(names(child.clone().eq(Person::ACTIVE), db)?, ["cid"]);
    assert_eq!(names(child.clone().eq(true), db)?, ["bob", "cid"]);
    assert_eq!(names(child.eq(false), db)?, ["ann"]);
    Ok(())
}

fn filters_narrow_and_are_put_together_at_run_time(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let find = |name: Option<&str>, age: Option<i32>| {
        let mut query = Person::query();
        if let Some(name) = name {
            query = query.filter(Person::NAME.contains(name));
        }
        if let Some(age) = age {
            query = query.filter_by(Person::AGE, age);
        }
        query.count(db)
    };
    assert_eq!(find(None, None)?, 3);
    assert_eq!(find(Some("c"), None)?, 1);
    assert_eq!(find(None, Some(17))?, 2);
    assert_eq!(find(Some("b"), Some(17))?, 1);
    assert_eq!(find(Some("ann"), Some(17))?, 0);
    let any = [Person::NAME.eq("ann"), Person::NAME.eq("bob")].into_iter().reduce(Predicate::or).unwrap();
    assert_eq!(names(any, db)?, ["ann", "bob"]);
    Ok(())
}

fn narrow_numbers_are_computed_as_wide_ones(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    struct Narrow {
        #[column(primary_key)]
        id: i64,
        small: i16,
        number: i32,
        fraction: f32,
    }

    db.create_tables::<Narrow>()?;
    Narrow::new(i16::MAX, i32::MAX, 0.1).insert(db)?;
    let holds = |condition| Narrow::query().filter(condition).count(db);
    assert_eq!(holds((Narrow::SMALL + Narrow::SMALL).gt(0))?, 1);
    assert_eq!(holds((Narrow::NUMBER * Narrow::NUMBER).gt(Narrow::NUMBER))?, 1);
    assert_eq!(holds((Narrow::NUMBER * Narrow::NUMBER - Narrow::NUMBER).le(0))?, 0);
    assert_eq!(holds((Narrow::NUMBER * (Narrow::NUMBER + Narrow::NUMBER)).gt(0))?, 1);
    assert_eq!(holds((Narrow::FRACTION * Narrow::FRACTION - Narrow::FRACTION * 0.1).eq(0.0))?, 1);
    assert_eq!(holds((Narrow::FRACTION * Narrow::FRACTION).gt(0.010000001))?, 0);
    assert_eq!(holds((Narrow::FRACTION + Narrow::FRACTION * 1e30 * 1e30).gt(1e38))?, 1);
    Ok(())
}

fn text_with_nul_is_found_or_refused_and_never_cut(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    match Person::query().filter(Person::NAME.eq("ann\0")).count(db) {
        Ok(found) => assert_eq!(found, 0),
        Err(error) => assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}"),
    }
    Ok(())
}

fn a_value_never_becomes_sql(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    for text in ["' OR 1=1 --", "\" OR 1=1 --", "ann' --", "\\' OR 1=1 --", "?", "?1", ":name", "%", "$1"] {
        assert_eq!(names(Person::NAME.eq(text), db)?, [""; 0], "{text}");
        assert_eq!(names(Person::NAME.is_in([text]), db)?, [""; 0], "{text}");
    }
    assert_eq!(Person::query().count(db)?, 3);
    Ok(())
}

fn a_value_that_no_database_holds_is_an_error_when_the_query_ends(db: &Database) -> ormcore::Result<()> {
    people(db)?;
    let query = Person::query().filter(Person::SCORE.gt(f64::NAN).or(Person::AGE.gt(0)));
    for error in [
        query.clone().all(db).unwrap_err(),
        query.clone().count(db).unwrap_err(),
        query.clone().exists(db).unwrap_err(),
        query.clone().sql(db.dialect()).unwrap_err(),
        query.clone().delete(db).unwrap_err(),
        query.clone().each(db, |_| Ok(())).unwrap_err(),
        query.paginate(1, 1, db).unwrap_err(),
        Person::query().order_by((Person::SCORE + f64::NAN).desc()).all(db).unwrap_err(),
    ] {
        assert!(matches!(error.kind(), ErrorKind::Encode { table, .. } if table == "person"), "{error:?}");
    }
    assert_eq!(Person::query().count(db)?, 3);
    Ok(())
}

on_every_backend!(
    every_comparison_compares_with_a_literal,
    text_is_compared_with_every_form_of_text,
    text_is_compared_by_its_code_points_with_case,
    columns_are_compared_with_columns,
    none_asks_for_null,
    narrow_numbers_are_computed_as_wide_ones,
    null_is_neither_equal_to_a_value_nor_different_from_it,
    is_distinct_from_takes_null_for_a_value,
    between_includes_both_ends,
    operators_and_methods_join_alike,
    joined_conditions_keep_their_grouping,
    a_condition_is_an_expression_of_its_own,
    filters_narrow_and_are_put_together_at_run_time,
    text_with_nul_is_found_or_refused_and_never_cut,
    a_value_never_becomes_sql,
    a_value_that_no_database_holds_is_an_error_when_the_query_ends,
);
