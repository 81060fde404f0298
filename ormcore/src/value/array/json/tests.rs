use proptest::prelude::*;

use super::*;

fn values(text: &str) -> Result<Vec<Value<'static>>, ValueError> {
    let mut values = Vec::new();
    read(text, |value| {
        values.push(value.into_owned());
        Ok(())
    })?;
    Ok(values)
}

fn found(text: &str) -> String {
    values(text).unwrap_err().found().to_string()
}

#[test]
fn an_array_has_one_text() {
    let all = [
        Value::Null,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Float(-0.0),
        Value::Float(1.0),
        Value::Float(1e300),
        Value::Float(f64::NEG_INFINITY),
        Value::Text("a\"\\\n\0é\u{7f}".into()),
        Value::Decimal("1.50".into()),
        Value::Json("{\"a\":1}".into()),
        Value::Bytes([0, 255].as_slice().into()),
        Value::Date(0),
        Value::Array(vec![Value::Text("\"".into())]),
    ];
    let expected = "[null,true,-9223372036854775808,0.0,1.0,1e300,-9e999,\"a\\\"\\\\\\u000a\\u0000é\u{7f}\",\"1.50\",\
                    \"{\\\"a\\\":1}\",\"00ff\",\"1970-01-01\",\"[\\\"\\\\\\\"\\\"]\"]";
    assert_eq!(write(&all), expected);
    assert_eq!(write(&[]), "[]");
}

#[test]
fn blanks_and_every_escape_are_read() {
    assert_eq!(values(" [ ] ").unwrap(), []);
    assert_eq!(
        values("\t[ 1 ,\r\n-0, 2.5e+1 , true,false , null ]\n").unwrap(),
        [Value::Int(1), Value::Int(0), Value::Float(25.0), Value::Bool(true), Value::Bool(false), Value::Null]
    );
    let escapes = r#"["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83e\udd80x"]"#;
    assert_eq!(values(escapes).unwrap(), [Value::Text("\"\\/\u{8}\u{c}\n\r\tAé🦀x".into())]);
    assert_eq!(values("[9e999,-9e999]").unwrap(), [Value::Float(f64::INFINITY), Value::Float(f64::NEG_INFINITY)]);
}

#[test]
fn what_is_no_array_of_plain_values_is_refused() {
    let wrong = [
        "",
        " ",
        "1",
        "null",
        "{}",
        "[",
        "[1",
        "[1,",
        "[,]",
        "[1,]",
        "[1 2]",
        "[]]",
        "[] x",
        "[[1]]",
        "[{}]",
        "[nul]",
        "[True]",
        "[NaN]",
        "[01]",
        "[+1]",
        "[-]",
        "[1.]",
        "[.5]",
        "[1e]",
        "[1e+]",
        "[1.2.3]",
        "[1-2]",
        "['a']",
        "[\"a]",
        "[\"\n\"]",
        "[\"\\",
        "[\"\\\"",
        "[\"\\x\"]",
        "[\"\\u12\"]",
        "[\"\\u+123\"]",
        "[\"\\ud83e\"]",
        "[\"\\ud83e\\u0041\"]",
        "[\"\\udd80\"]",
        "[\"\\é\"]",
        "[\"\\u123é\"]",
        "[é]",
        "\u{a0}[]",
    ];
    for text in wrong {
        assert!(values(text).is_err(), "{text:?}");
    }
    assert_eq!(found("x"), "the text \"x\"");
    assert_eq!(found("[1,[2]]"), "the text \"[1,[2]]\", which is none from byte 3 on");
    assert_eq!(found("[9223372036854775808]"), "the digits of the text \"9223372036854775808\"");
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(f64::from_bits).prop_filter("no NaN", |value| !value.is_nan()).prop_map(Value::Float),
        any::<String>().prop_map(|text| Value::Text(text.into())),
        "[\"\\\\\\x00-\\x20u{}\\[\\],]{0,8}".prop_map(|text| Value::Text(text.into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(all in proptest::collection::vec(value(), 0..12)) {
        prop_assert_eq!(values(&write(&all)).unwrap(), all);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\[?[\\[\\]\"\\\\,u0-9a-fdDeE.+\\- \\né🦀]{0,24}\\]?", other in any::<String>()) {
        let _ = (values(&text), values(&other));
    }

    #[cfg(feature = "json")]
    #[test]
    fn what_is_read_is_json(text in "\\[[\"\\\\,u0-9a-ftrlnse.+\\- ]{0,12}\\]") {
        let json = serde_json::from_str::<Vec<serde_json::Value>>(&text);
        if let Ok(read) = values(&text) {
            let infinite = read.iter().any(|value| matches!(value, Value::Float(value) if value.is_infinite()));
            prop_assert!(infinite || json.is_ok_and(|json| json.len() == read.len()));
        }
    }
}
