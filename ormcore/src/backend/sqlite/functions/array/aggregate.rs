//! Arrays of the values of many rows, over groups and over windows, as the text that columns of arrays hold.

use std::borrow::Cow;
use std::collections::VecDeque;

use rusqlite::functions::{Aggregate, Context, WindowAggregate};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

use crate::backend::sqlite::functions::{FLAGS, failed};
use crate::value::Value;
use crate::value::array::json;

pub(super) fn add(connection: &Connection) -> Result<()> {
    connection.create_window_function("ormcore_array_agg", 1, FLAGS, Array(Value::Int))?;
    connection.create_window_function(
        "ormcore_array_agg_booleans",
        1,
        FLAGS,
        Array(|value| Value::Bool(value != 0)),
    )?;
    connection.create_window_function("ormcore_array_agg_floats", 1, FLAGS, Array(|value| Value::Float(value as f64)))
}

/// An aggregate function of elements for which an integer of the database's stands so.
struct Array(fn(i64) -> Value<'static>);

type Elements = VecDeque<Value<'static>>;

impl Aggregate<Elements, String> for Array {
    fn init(&self, _: &mut Context<'_>) -> Result<Elements> {
        Ok(Elements::new())
    }

    fn step(&self, context: &mut Context<'_>, elements: &mut Elements) -> Result<()> {
        let value = match context.get_raw(0) {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => (self.0)(value),
            ValueRef::Real(value) => Value::Float(value),
            ValueRef::Text(text) => Value::Text(Cow::Owned(std::str::from_utf8(text).map_err(failed)?.to_string())),
            ValueRef::Blob(_) => return Err(Error::UserFunctionError("bytes are no elements of an array".into())),
        };
        elements.push_back(value);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, elements: Option<Elements>) -> Result<String> {
        Ok(json::write(elements.iter().flatten()))
    }
}

impl WindowAggregate<Elements, String> for Array {
    fn value(&self, elements: Option<&mut Elements>) -> Result<String> {
        Ok(json::write(elements.into_iter().flatten().map(|element| &*element)))
    }

    fn inverse(&self, _: &mut Context<'_>, elements: &mut Elements) -> Result<()> {
        // Rows leave a window in the order in which they have entered it.
        elements.pop_front();
        Ok(())
    }
}
