use std::collections::HashMap;

use rusqlite::functions::Context;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::{FLAGS, failed, text};
use crate::value::{json, json_text};

pub(super) fn add(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("ormcore_json_get", 2, FLAGS, get)?;
    connection.create_scalar_function("ormcore_json_value", 1, FLAGS, |context| {
        document(context, 0)?.map(|document| json::text(&json::Sorted(&document)).map_err(failed)).transpose()
    })?;
    connection.create_scalar_function("ormcore_json_text", 1, FLAGS, |context| {
        Ok(document(context, 0)?.and_then(|document| document.as_str().map(str::to_string)))
    })?;
    connection.create_scalar_function("ormcore_json_integer", 1, FLAGS, |context| {
        Ok(document(context, 0)?.and_then(|document| integer(&document)))
    })?;
    connection.create_scalar_function("ormcore_json_number", 1, FLAGS, |context| {
        Ok(document(context, 0)?.and_then(|document| document.as_f64()))
    })?;
    connection.create_scalar_function("ormcore_json_boolean", 1, FLAGS, |context| {
        Ok(document(context, 0)?.and_then(|document| document.as_bool()))
    })?;
    connection.create_scalar_function("ormcore_json_contains", 2, FLAGS, |context| {
        let part = document(context, 1)?;
        Ok(document(context, 0)?.zip(part).map(|(whole, part)| contains(&whole, &part)))
    })
}

fn document(context: &Context<'_>, index: usize) -> Result<Option<Value>> {
    text(context, index)?.map(|text| serde_json::from_str(text).map_err(failed)).transpose()
}

/// What stands under the key of an object, or at the position in an array, from the end if it is negative: its text as it is
/// stored, for keys have the order of the program's type there, and numbers its digits.
fn get(context: &Context<'_>) -> Result<Option<String>> {
    let Some(document) = text(context, 0)? else {
        return Ok(None);
    };
    let part = match (context.get_raw(1), document.trim_start().as_bytes().first()) {
        (ValueRef::Integer(position), Some(b'[')) => {
            let elements: Vec<&RawValue> = serde_json::from_str(document).map_err(failed)?;
            let from_end = || i64::try_from(elements.len()).ok().map(|length| length + position);
            let position = if position < 0 { from_end() } else { Some(position) };
            let position = position.and_then(|position| usize::try_from(position).ok());
            position.and_then(|position| elements.get(position).copied())
        }
        (ValueRef::Text(key), Some(b'{')) => {
            let mut members: HashMap<String, &RawValue> = serde_json::from_str(document).map_err(failed)?;
            std::str::from_utf8(key).ok().and_then(|key| members.remove(key))
        }
        _ => None,
    };
    Ok(part.and_then(|part| json_text::stored(part.get())))
}

/// Whole numbers of any form.
fn integer(document: &Value) -> Option<i64> {
    // From 2^63 on, which is the next number after the largest that is smaller, there are none.
    const END: f64 = 9_223_372_036_854_775_808.0;
    let whole = |number: f64| number.fract() == 0.0 && (-END..END).contains(&number);
    document.as_i64().or_else(|| document.as_f64().filter(|number| whole(*number)).map(|number| number as i64))
}

/// As `@>` of PostgreSQL.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Array(elements), Value::Array(parts)) => {
            parts.iter().all(|part| elements.iter().any(|element| contains_nested(element, part)))
        }
        // Only at the top an array contains what is no array.
        (Value::Array(elements), part) if !part.is_object() => elements.iter().any(|element| same(element, part)),
        _ => contains_nested(whole, part),
    }
}

fn contains_nested(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(members), Value::Object(parts)) => {
            parts.iter().all(|(key, part)| members.get(key).is_some_and(|member| contains_nested(member, part)))
        }
        (Value::Array(_), Value::Array(_)) => contains(whole, part),
        _ => same(whole, part),
    }
}

/// Equality of numbers by their digits. A floating-point number is many integers, and has the fewest digits that tell it
/// from others.
fn same_number(left: &Number, right: &Number) -> bool {
    let is = |number: &Number, integer: i128| {
        // The sign of `-0.0` goes by an addition.
        number.as_f64().is_some_and(|number| (number + 0.0).to_string() == integer.to_string())
    };
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => left == right,
        (Some(integer), None) => is(right, integer),
        (None, Some(integer)) => is(left, integer),
        (None, None) => left.as_f64() == right.as_f64(),
    }
}

/// Equality of what is neither an object nor an array.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => same_number(left, right),
        (Value::Object(_) | Value::Array(_), _) => false,
        _ => left == right,
    }
}
