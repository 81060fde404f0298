mod aggregate;

use std::borrow::Cow;
use std::cmp::Ordering;

use rusqlite::functions::Context;
use rusqlite::{Connection, Result};

use super::{FLAGS, failed, text};
use crate::value::array::json;
use crate::value::{Value, digits};

pub(super) fn add(connection: &Connection) -> Result<()> {
    aggregate::add(connection)?;
    let add = |name: &str, same: fn(&Value<'_>, &Value<'_>) -> bool, all: bool| {
        connection.create_scalar_function(name, 2, FLAGS, move |context| compare(context, same, all))
    };
    add("ormcore_array_contains", same, true)?;
    add("ormcore_array_overlaps", same, false)?;
    add("ormcore_array_contains_decimals", same_decimal, true)?;
    add("ormcore_array_overlaps_decimals", same_decimal, false)?;
    connection.create_collation("decimals", compare_decimals)
}

/// The order of lists of decimals: that of the first elements that differ. A NULL follows all numbers, and what is no such
/// list all that are, by its bytes.
fn compare_decimals(left: &str, right: &str) -> Ordering {
    match (decimals(left), decimals(right)) {
        (Some(left), Some(right)) => {
            let differing = left.iter().zip(&right).map(|(left, right)| match (left, right) {
                (Some(left), Some(right)) => digits::compare(left, right),
                (left, right) => left.is_none().cmp(&right.is_none()),
            });
            differing.fold(Ordering::Equal, Ordering::then).then(left.len().cmp(&right.len()))
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// The digits of each element; none if the text is no list of decimals.
fn decimals(text: &str) -> Option<Vec<Option<Cow<'_, str>>>> {
    let digits = |element| match element {
        Value::Null => Some(None),
        Value::Text(text) => Some(Some(text)),
        Value::Int(integer) => Some(Some(Cow::Owned(integer.to_string()))),
        _ => None,
    };
    elements(text).ok()?.into_iter().map(digits).collect()
}

/// Whether all elements of the second array, or any of them, are among those of the first.
fn compare(context: &Context<'_>, same: fn(&Value<'_>, &Value<'_>) -> bool, all: bool) -> Result<Option<bool>> {
    let (Some(array), Some(values)) = (text(context, 0)?, text(context, 1)?) else {
        return Ok(None);
    };
    let (array, values) = (elements(array)?, elements(values)?);
    let mut is_there = values.iter().map(|value| array.iter().any(|element| same(element, value)));
    Ok(Some(if all { is_there.all(|there| there) } else { is_there.any(|there| there) }))
}

fn elements(text: &str) -> Result<Vec<Value<'_>>> {
    let mut elements = Vec::new();
    json::read(text, |element| {
        elements.push(element);
        Ok(())
    })
    .map_err(failed)?;
    Ok(elements)
}

/// A NULL is the same as nothing.
fn same(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Int(left), Value::Float(right)) | (Value::Float(right), Value::Int(left)) => *left as f64 == *right,
        _ => left == right,
    }
}

fn same_decimal(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => digits::compare(left, right) == Ordering::Equal,
        _ => false,
    }
}
