use super::*;

fn from_text<T: FromValue>(text: &str) -> Result<T, ValueError> {
    T::from_value(Value::Text(text.into()))
}

#[test]
fn an_array_is_read_as_it_is_and_as_text() {
    let numbers = vec![Some(1_i16), None, Some(-3)];
    let value = numbers.to_value().unwrap();
    assert_eq!(value, Value::Array(vec![Value::Int(1), Value::Null, Value::Int(-3)]));
    assert_eq!(Vec::<Option<i16>>::from_value(value).unwrap(), numbers);
    assert_eq!(from_text::<Vec<Option<i16>>>("[1,null,-3]").unwrap(), numbers);
}

#[test]
fn bytes_are_no_array() {
    assert_eq!(Vec::<u8>::TYPE, SqlType::Bytes);
    assert_eq!(Vec::<u16>::TYPE, SqlType::Array(&SqlType::Integer));
    assert_eq!(Option::<Vec<Option<String>>>::TYPE, SqlType::Array(&SqlType::Text));
}

#[test]
fn an_error_names_the_element() {
    let error = from_text::<Vec<i8>>("[1,null]").unwrap_err();
    assert_eq!(error.to_string(), "expected an integer in the range of i8 at index 1 of an array, found NULL");
    let error = from_text::<Vec<i8>>("[1000]").unwrap_err();
    assert_eq!(error.found(), "the integer 1000");
    let error = vec![0.5, f64::NAN].to_value().unwrap_err();
    assert_eq!(error.expected(), "a number at index 1 of an array");
    let error = Vec::<i8>::from_value(Value::Int(7)).unwrap_err();
    assert_eq!(error.to_string(), "expected an array, found the integer 7");
}

#[test]
fn a_message_shows_few_elements() {
    let shown = |values: Vec<i64>| values.to_value().unwrap().to_string();
    assert_eq!(shown(vec![]), "an empty array");
    assert_eq!(shown(vec![7]), "an array of 1 element: the integer 7");
    let expected = "an array of 5 elements: the integer 1, the integer 2, the integer 3, ...";
    assert_eq!(shown(vec![1, 2, 3, 4, 5]), expected);
}

#[test]
fn each_element_is_normalized() {
    let mut numbers = vec![Some(-0.0_f64), None];
    ColumnType::normalize(&mut numbers);
    assert!(numbers[0].is_some_and(f64::is_sign_positive));
}

#[test]
fn other_forms_become_the_array() {
    let numbers: [Vec<i64>; 3] = [[1, 2].into_column(), (&[1, 2]).into_column(), [1, 2].as_slice().into_column()];
    assert!(numbers.iter().all(|numbers| *numbers == [1, 2]));
    let texts: [Vec<String>; 2] = [["a", "b"].into_column(), ["a", "b"].as_slice().into_column()];
    assert!(texts.iter().all(|texts| *texts == ["a", "b"]));
    let optional: Option<Vec<String>> = ["a"].into_column();
    assert_eq!(optional, Some(vec!["a".to_string()]));
    let none: Vec<String> = Vec::new().into_column();
    assert!(none.is_empty());
}

#[test]
fn what_is_borrowed_is_borrowed_in_an_array() {
    let texts = vec!["a".to_string()];
    let value = texts.to_value().unwrap();
    let Value::Array(elements) = value.borrowed() else { panic!("{value}") };
    assert!(matches!(elements[0], Value::Text(std::borrow::Cow::Borrowed("a"))));
    assert_eq!(value.clone().into_owned(), value);
}
