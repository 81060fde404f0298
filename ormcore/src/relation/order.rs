use std::cmp::Ordering;

use crate::error::Result;
use crate::model::{Model, Record};
use crate::query::{OrderBy, Scope};
use crate::schema::Table;
use crate::sql::Order;
use crate::value::{SqlType, Value, ValueError, digits};

/// The order of a relationship, as the derive hands it over.
pub(crate) type DeclaredOrder = fn(&mut Vec<Order>) -> Result<(), ValueError>;

/// Adds the order of a relationship to `T`.
///
/// # Errors
/// If a value in it cannot be sent.
pub fn order_by<T: Model, O: OrderBy<Scope<T, ()>, I>, I>(order: O, parts: &mut Vec<Order>) -> Result<(), ValueError> {
    order.push_to(parts)
}

/// Adds the order of a relationship to `T` through the link model `L`, whose columns it may use too.
///
/// # Errors
/// If a value in it cannot be sent.
pub fn order_through<T: Model, L: Model, O: OrderBy<Scope<T, Scope<L, ()>>, I>, I>(
    order: O,
    parts: &mut Vec<Order>,
) -> Result<(), ValueError> {
    order.push_to(parts)
}

/// Whether the database itself has to order rows of the table by their primary key: which value of an enum, a list or a
/// document comes first is its own affair.
pub(crate) fn is_left_to_database(table: &Table) -> bool {
    let is_left =
        |index: usize| matches!(table.columns[index].sql_type, SqlType::Enum(_) | SqlType::Array(_) | SqlType::Json);
    table.primary_key().any(is_left)
}

/// Sorts rows by their primary key, if they are not in that order already.
pub(crate) fn sort_by_key<T: Model>(rows: &mut [T]) {
    if is_ascending(rows) {
        return;
    }
    let Some(mut places) = places(T::TABLE, rows.len(), &|index| &rows[index]) else { return };
    for index in 0..rows.len() {
        while places[index] != index {
            let place = places[index];
            rows.swap(index, place);
            places.swap(index, place);
        }
    }
}

/// Whether the rows ascend by an integer that is their primary key, as most do that a database has just given.
fn is_ascending<T: Model>(rows: &[T]) -> bool {
    let Some(key) = T::TABLE.single_key() else { return rows.len() < 2 };
    let mut least = i64::MIN;
    for row in rows {
        match row.field(key).int() {
            Some(int) if least <= int => least = int,
            _ => return false,
        }
    }
    true
}

/// Where each of this many rows belongs in the order of their primary key; none if they are in that order already.
fn places<'r>(table: &Table, count: usize, rows: &dyn Fn(usize) -> &'r dyn Record) -> Option<Vec<usize>> {
    if is_sorted(table, count, rows) {
        return None;
    }
    let mut sorted: Vec<usize> = (0..count).collect();
    sorted.sort_by(|one, two| by_key(table, rows(*one), rows(*two)));
    let mut places = vec![0; count];
    sorted.into_iter().enumerate().for_each(|(place, index)| places[index] = place);
    Some(places)
}

fn is_sorted<'r>(table: &Table, count: usize, rows: &dyn Fn(usize) -> &'r dyn Record) -> bool {
    (1..count).all(|index| by_key(table, rows(index - 1), rows(index)).is_le())
}

/// The order of two rows of the table by their primary key.
pub(crate) fn by_key(table: &Table, one: &dyn Record, two: &dyn Record) -> Ordering {
    let parts = table.primary_key().map(|index| match (one.field(index).value(), two.field(index).value()) {
        (Ok(one), Ok(two)) => compare(&one, &two),
        _ => Ordering::Equal,
    });
    parts.fold(Ordering::Equal, Ordering::then)
}

fn compare(one: &Value<'_>, two: &Value<'_>) -> Ordering {
    match (one, two) {
        (Value::Bool(one), Value::Bool(two)) => one.cmp(two),
        (Value::Int(one), Value::Int(two))
        | (Value::Time(one), Value::Time(two))
        | (Value::DateTime(one), Value::DateTime(two))
        | (Value::Timestamp(one), Value::Timestamp(two)) => one.cmp(two),
        (Value::Date(one), Value::Date(two)) => one.cmp(two),
        (Value::Float(one), Value::Float(two)) => one.total_cmp(two),
        (Value::Text(one), Value::Text(two)) => one.cmp(two),
        (Value::Bytes(one), Value::Bytes(two)) => one.cmp(two),
        (Value::Uuid(one), Value::Uuid(two)) => one.cmp(two),
        (Value::Decimal(one), Value::Decimal(two)) => digits::compare(one, two),
        (Value::Json(one), Value::Json(two)) => one.cmp(two),
        (Value::Array(one), Value::Array(two)) => {
            let different = one.iter().zip(two).map(|(one, two)| compare(one, two)).find(|order| order.is_ne());
            different.unwrap_or_else(|| one.len().cmp(&two.len()))
        }
        _ => Ordering::Equal,
    }
}
