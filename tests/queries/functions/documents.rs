//! Functions of JSON documents: parts, and what contains what.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Author {
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Page {
    #[column(primary_key)]
    id: i64,
    meta: Value,
    author: Option<Json<Author>>,
}

fn insert(documents: impl IntoIterator<Item = Value>, db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page,)>()?;
    Page::insert_all(documents.into_iter().map(Page::new), db)?;
    Ok(())
}

macro_rules! all {
    ($db:expr, $expression:expr) => {
        Page::query().select($expression).order_by(Page::ID).all($db)?
    };
}

fn parts_are_read_as_what_they_are_expected_to_be(db: &Database) -> ormcore::Result<()> {
    insert(
        [
            json!({"a": "text"}),
            json!({"a": 7}),
            json!({"a": 1.5}),
            json!({"a": true}),
            json!({"a": null}),
            json!({"a": [1]}),
            json!({}),
            json!([]),
            json!("a"),
            json!({"a": -7.0}),
        ],
        db,
    )?;
    let a = || Page::META.at("a");
    let some = |rows: Vec<Option<String>>| rows.into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(some(all!(db, a().text())), ["text"]);
    let none = None::<i64>;
    assert_eq!(all!(db, a().integer()), [none, Some(7), none, none, none, none, none, none, none, Some(-7)]);
    let numbers = all!(db, a().number());
    assert_eq!((numbers[1], numbers[2], numbers[3], numbers[9]), (Some(7.0), Some(1.5), None, Some(-7.0)));
    assert_eq!(all!(db, a().boolean()).into_iter().flatten().collect::<Vec<_>>(), [true]);
    let documents: Vec<Option<Value>> = all!(db, a().document::<Value>());
    assert_eq!(documents[4..7], [Some(Value::Null), Some(json!([1])), None]);
    let there = Page::query().filter(a().exists()).select(Page::ID).order_by(Page::ID).all(db)?;
    assert_eq!(there, [1, 2, 3, 4, 5, 6, 10]);
    assert_eq!(Page::query().filter(!a().exists()).count(db)?, 3);
    assert_eq!(Page::query().filter(a().integer().gt(0)).select(Page::ID).all(db)?, [2]);
    Ok(())
}

fn extremes_are_no_errors(db: &Database) -> ormcore::Result<()> {
    insert([json!([i64::MAX]), json!([i64::MIN]), json!([1e300]), json!([u64::MAX]), json!([9.3e18])], db)?;
    assert_eq!(all!(db, Page::META.at(0).integer()), [Some(i64::MAX), Some(i64::MIN), None, None, None]);
    assert_eq!(all!(db, Page::META.at(0).number())[2..], [Some(1e300), Some(u64::MAX as f64), Some(9.3e18)]);
    Ok(())
}

fn paths_lead_through_objects_and_arrays(db: &Database) -> ormcore::Result<()> {
    insert(
        [
            json!({"list": [{"name": "x"}, {"name": "y"}], "0": "key", "$.list": "dollar", "a\"b.c": {"'": "quotes"}, "": "empty"}),
            json!(["p", "q"]),
        ],
        db,
    )?;
    let text = |path: ormcore::query::JsonPath<Page>| -> ormcore::Result<Option<String>> {
        Page::query().filter(Page::ID.eq(1)).select(path.text()).one(db)
    };
    assert_eq!(text(Page::META.at("list").at(1).at("name"))?.as_deref(), Some("y"));
    assert_eq!(text(Page::META.at("list").at(-2).at("name"))?.as_deref(), Some("x"));
    assert_eq!(text(Page::META.at("list").at(2).at("name"))?, None);
    assert_eq!(text(Page::META.at("list").at("name"))?, None);
    assert_eq!(text(Page::META.at("0"))?.as_deref(), Some("key"));
    assert_eq!(text(Page::META.at(0))?, None);
    assert_eq!(text(Page::META.at("$.list"))?.as_deref(), Some("dollar"));
    assert_eq!(text(Page::META.at("a\"b.c").at("'"))?.as_deref(), Some("quotes"));
    assert_eq!(text(Page::META.at(""))?.as_deref(), Some("empty"));
    assert_eq!(all!(db, Page::META.at(-1).text())[1].as_deref(), Some("q"));
    assert_eq!(all!(db, Page::META.at(i32::MIN).text())[1], None);
    assert_eq!(
        all!(db, Page::META.at("list").at(1).document::<Json<Author>>())[0],
        Some(Json::new(Author { name: "y".into() }))
    );
    Ok(())
}

fn a_document_contains_another(db: &Database) -> ormcore::Result<()> {
    for (whole, part, expected) in [
        (json!({"a": 1, "b": [1, 2, {"c": "x"}]}), json!({"b": [{"c": "x"}, 1]}), true),
        (json!({"a": 1}), json!({"a": 1.0}), true),
        (json!({"a": 1}), json!({"a": "1"}), false),
        (json!({"a": 1}), json!({}), true),
        (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"c": 2}}), true),
        (json!({"a": {"b": 1}}), json!({"b": 1}), false),
        (json!({"a": null}), json!({"a": null}), true),
        (json!({}), json!({"a": null}), false),
        (json!([1, 2, 3]), json!([3, 1, 1]), true),
        (json!([1, [2, 3]]), json!([2]), false),
        (json!([1, [2, 3]]), json!([[3]]), true),
        (json!([[1]]), json!([[]]), true),
        (json!([1]), json!([[]]), false),
        (json!([1]), json!([]), true),
        (json!([{"a": 1}]), json!([{}]), true),
        (json!([1]), json!([{}]), false),
        (json!(["x", 1]), json!("x"), true),
        (json!([["x"]]), json!("x"), false),
        (json!([["x"]]), json!(["x"]), false),
        (json!({"a": ["x"]}), json!({"a": "x"}), false),
        (json!("x"), json!(["x"]), false),
        (json!("x"), json!("x"), true),
        (json!([{"a": 1}]), json!({"a": 1}), false),
        (json!({}), json!([]), false),
        (json!([]), json!({}), false),
        (json!(true), json!(true), true),
        (json!(null), json!(null), true),
        (json!([null]), json!(null), true),
        (json!(9007199254740993_i64), json!(9007199254740992_i64), false),
        (json!({"hash": u64::MAX}), json!({"hash": u64::MAX - 1}), false),
        (json!({"hash": u64::MAX}), json!({"hash": u64::MAX}), true),
        (json!(u64::MAX), json!(-1), false),
        (json!(9007199254740993_i64), json!(9007199254740992.0), false),
        (json!(9007199254740992.0), json!(9007199254740993_i64), false),
        (json!(9007199254740992_i64), json!(9007199254740992.0), true),
        (json!(u64::MAX), json!(18446744073709551616.0), false),
        (json!(i64::MIN), json!(-9223372036854775808.0), false),
        (json!(100000000000000000_i64), json!(1e17), true),
        (json!(-3), json!(-3.0), true),
        (json!(1), json!(1.5), false),
        (json!(1e300), json!(1e300), true),
        (json!(1e300), json!(1e299), false),
        (json!(0), json!(-0.0), true),
    ] {
        db.drop_tables::<(Page,)>()?;
        insert([whole.clone()], db)?;
        let found = Page::query().filter(Page::META.contains_json(&part)).exists(db)?;
        assert_eq!(found, expected, "{whole} @> {part}");
        let wrapped = Page::META.at("nothing").contains_json(&part);
        assert!(!Page::query().filter(wrapped).exists(db)?);
    }
    Ok(())
}

fn a_missing_document_has_no_parts(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page,)>()?;
    Page::insert_all(
        [
            Page::new(json!(0)),
            Page::new(json!(0)).with(|row| row.author = Some(Json::new(Author { name: "ann".into() }))),
        ],
        db,
    )?;
    assert_eq!(all!(db, Page::AUTHOR.at("name").text()), [None, Some("ann".to_string())]);
    assert_eq!(Page::query().filter(Page::AUTHOR.contains_json(json!({"name": "ann"}))).count(db)?, 1);
    assert_eq!(Page::query().filter(!Page::AUTHOR.contains_json(json!({"name": "ann"}))).count(db)?, 0);
    let ordered = Page::query().order_by(Page::AUTHOR.at("name").text().desc()).select(Page::ID).all(db)?;
    assert_eq!(ordered, [2, 1]);
    assert_eq!(Page::query().filter(Page::AUTHOR.at("name").text().ilike("ANN%")).select(Page::ID).all(db)?, [2]);
    Ok(())
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Sender {
    name: String,
    age: i32,
    hash: u128,
    share: f32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Mail {
    #[column(primary_key)]
    id: i64,
    meta: Option<Json<Vec<Json<Sender>>>>,
    sender: Option<Json<Sender>>,
}

fn a_part_is_the_document_that_its_value_is(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Mail,)>()?;
    let sender = Sender { name: "Ann \"A\" ü".into(), age: 31, hash: 1 << 70, share: 0.1 };
    Mail::new().set(Mail::META, Json::new(vec![Json::new(sender.clone())])).insert(db)?;
    let part = || Mail::META.at(0).document::<Json<Sender>>();
    let sender = Json::new(sender);
    assert_eq!(Mail::query().select(part()).one(db)?, Some(sender.clone()));
    assert_eq!(Mail::query().filter(part().eq(sender.clone())).count(db)?, 1);
    Mail::query().update(Mail::SENDER.set(part()), db)?;
    Mail::insert_from(Mail::SENDER, Mail::query().select(part()), db)?;
    assert_eq!(Mail::query().filter(Mail::SENDER.eq(sender)).count(db)?, 2);
    Ok(())
}

/// Another program's document, with blanks and escapes, and a key that is there twice.
fn a_part_of_a_document_from_elsewhere_has_the_form_of_the_program(db: &Database) -> ormcore::Result<()> {
    insert([json!(0)], db)?;
    let text = r#"{ "b" : 0, "\u0062": { "y" : [ "\u00fc\/" , "a b" ], "z": 1 } }"#;
    db.execute(format!("UPDATE page SET meta = '{text}'"), ())?;
    let part = || Page::META.at("b").document::<Value>();
    let expected = json!({"y": ["ü/", "a b"], "z": 1});
    assert_eq!(all!(db, part()), [Some(expected.clone())]);
    assert_eq!(Page::query().filter(part().eq(expected)).count(db)?, 1);
    assert_eq!(all!(db, Page::META.at("b").at("y").at(-1).text()), [Some("a b".to_string())]);
    Ok(())
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Size {
    width: f32,
    height: f64,
}

/// Its keys are stored as the struct has them, and its numbers with the digits of their types.
fn a_part_that_is_read_as_a_value_equals_that_value(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    struct Picture {
        #[column(primary_key)]
        id: i64,
        sizes: Json<Vec<Size>>,
        size: Json<Size>,
    }
    db.create_tables::<(Picture,)>()?;
    let size = Size { width: 2.5, height: 1.0 };
    Picture::new(vec![size.clone()], size.clone()).insert(db)?;
    db.execute(r#"UPDATE picture SET sizes = '[{"width": 2.50, "height": 1e0}]'"#, ())?;
    let value = json!({"height": 1.0, "width": 2.5});
    let part = || Picture::SIZES.at(0);
    assert_eq!(Picture::query().filter(part().document::<Value>().eq(value.clone())).count(db)?, 1);
    assert_eq!(Picture::query().filter(part().document::<Json<Value>>().eq(Json::new(value))).count(db)?, 1);
    assert_eq!(Picture::query().filter(part().at("width").document::<Value>().eq(json!(2.5))).count(db)?, 1);
    Picture::query().update(Picture::SIZES.set(Json::new(vec![size.clone()])), db)?;
    assert_eq!(Picture::query().filter(part().document::<Json<Size>>().eq(Json::new(size))).count(db)?, 1);
    assert_eq!(Picture::query().filter(part().document::<Json<Size>>().eq(Picture::SIZE)).count(db)?, 1);
    Ok(())
}

on_every_backend!(
    a_part_that_is_read_as_a_value_equals_that_value,
    a_part_is_the_document_that_its_value_is,
    a_part_of_a_document_from_elsewhere_has_the_form_of_the_program,
    parts_are_read_as_what_they_are_expected_to_be,
    extremes_are_no_errors,
    paths_lead_through_objects_and_arrays,
    a_document_contains_another,
    a_missing_document_has_no_parts,
);
