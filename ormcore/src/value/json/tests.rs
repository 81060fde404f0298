use std::collections::BTreeMap;
use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::value::temporal::tests::comes_back;

type Numbers = BTreeMap<String, Vec<f64>>;

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

fn any_document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        ".*".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            prop::collection::vec((".*", inner), 0..8)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn documents_come_back(document in any_document()) {
        comes_back(&document);
        comes_back(&Json::new(document));
    }

    #[test]
    fn values_of_a_type_come_back(name in ".*", number in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
        comes_back(&Json::new(Numbers::from([(name, vec![number])])));
    }

    #[test]
    fn no_text_panics(document in "[\\[\\]{}\",:0-9a-z\\\\]{0,64}|.{0,64}") {
        let _ = Json::<Numbers>::from_value(text(&document));
        levels(&document);
    }
}

#[test]
fn null_is_a_document_and_not_sqls_null() {
    let null = Some(Json::new(serde_json::Value::Null));
    assert_eq!(null.to_value(), Ok(Value::Json("null".into())));
    assert_eq!(Option::from_value(text("null")), Ok(null));
    let none: Option<Json<serde_json::Value>> = None;
    assert_eq!(none.to_value(), Ok(Value::Null));
    assert_eq!(Option::from_value(Value::Null), Ok(none));
    let error = Json::<Option<i64>>::from_value(Value::Null).unwrap_err();
    assert_eq!(error.to_string(), "expected JSON, found NULL");
}

/// With the feature `preserve_order` of serde_json they are in the order in which they were read.
#[test]
fn the_keys_of_a_document_are_sorted_when_it_is_written() {
    let document: serde_json::Value =
        serde_json::from_str(r#"{"b":{"d":1,"c":[{"f":2.5,"e":null}]},"a":"x"}"#).unwrap();
    let sorted = r#"{"a":"x","b":{"c":[{"e":null,"f":2.5}],"d":1}}"#;
    assert_eq!(document.to_value(), Ok(Value::Json(sorted.into())));
}

#[test]
fn a_value_without_default_has_a_placeholder() {
    let placeholder = Json::<IpAddr>::placeholder();
    assert_eq!(placeholder.to_value(), Ok(Value::Null));
    assert!(serde_json::to_string(&placeholder).is_err());
    assert_ne!(placeholder, Json::new(IpAddr::from([127, 0, 0, 1])));
    assert_eq!(format!("{:?}", Json::<i32>::placeholder()), "Json(unset)");
}

#[test]
#[should_panic(expected = "has no value yet")]
fn a_placeholder_cannot_be_looked_into() {
    Json::<Vec<i32>>::placeholder().push(1);
}

#[test]
fn a_value_is_taken_as_it_is() {
    let plain: Json<Vec<i32>> = vec![1].into_column();
    let nullable: Option<Json<Vec<i32>>> = vec![1].into_column();
    let itself: Json<Vec<i32>> = plain.clone().into_column();
    let inside: Option<Json<Vec<i32>>> = plain.clone().into_column();
    assert_eq!((Some(itself), nullable), (inside, Some(plain)));
}

#[test]
fn it_is_serialized_as_what_it_holds() {
    let json = serde_json::to_string(&Json::new(vec![1])).unwrap();
    assert_eq!(json, "[1]");
    assert_eq!(serde_json::from_str::<Json<Vec<i32>>>(&json).unwrap(), Json::new(vec![1]));
    assert_eq!(format!("{:?}", Json::new(vec![1])), "Json([1])");
    assert!(Json::<Vec<i32>>::default().is_empty());
}

#[test]
fn errors_name_the_type_and_not_the_document() {
    let error = Json::<Vec<i32>>::from_value(text("[1,")).unwrap_err();
    assert_eq!(error.expected(), "JSON that fits `alloc::vec::Vec<i32>`");
    assert_eq!(error.found(), "EOF while parsing a value at line 1 column 3");

    let document = format!("[\"{}\"]", "é".repeat(1000));
    let error = Json::<Vec<i32>>::from_value(text(&document)).unwrap_err();
    assert!(error.found().chars().count() < 130, "{error}");
    assert!(error.found().starts_with("invalid type: string \"éé"), "{error}");
    assert!(error.found().ends_with("expected i32 at line 1 column 2003"), "{error}");
}

#[test]
fn what_is_no_json_is_refused_when_sent() {
    let error = Json::new(BTreeMap::from([((1, 2), 3)])).to_value().unwrap_err();
    assert_eq!(error.found(), "key must be a string");
}

#[test]
fn a_large_float_is_written_as_no_integer() {
    for (number, expected) in [
        (1e15, "1000000000000000.0"),
        (1e16, "10000000000000000.0"),
        (-1.5e17, "-150000000000000000.0"),
        (18_446_744_073_709_549_568.0, "18446744073709550000.0"),
        (18_446_744_073_709_551_616.0, "1.8446744073709552e+19"),
        (1e300, "1e+300"),
    ] {
        assert_eq!(Json::new(number).to_value(), Ok(Value::Json(expected.into())));
        assert_eq!(serde_json::Value::from(number).to_value(), Ok(Value::Json(expected.into())));
        comes_back(&serde_json::Value::from(number));
    }
    assert_eq!(Json::new(1e17_f32).to_value(), Ok(Value::Json("100000000000000000.0".into())));
    assert_eq!(Json::new(10_000_000_000_000_000_i64).to_value(), Ok(Value::Json("10000000000000000".into())));
}

#[test]
fn what_would_be_nested_too_deep_to_read_is_refused_when_sent() {
    let nested = |levels| (1..levels).fold(serde_json::json!([]), |inner, _| serde_json::json!([inner]));
    comes_back(&nested(LEVELS));
    let error = nested(LEVELS + 1).to_value().unwrap_err();
    assert_eq!(error.to_string(), "expected JSON of at most 127 levels, found 128 levels");
    assert!(serde_json::Value::from_value(text(&"[".repeat(100_000))).is_err());
    assert_eq!(levels(r#"{"[[\"[":["]"],"\\":{}}"#), 2);
}
