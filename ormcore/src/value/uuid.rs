use uuid::Uuid;

use super::{ColumnType, FromValue, Generated, SqlType, ToValue, Value, ValueError};

impl ToValue for Uuid {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Uuid(*self.as_bytes()))
    }
}

/// Text may be in any form that [`Uuid::try_parse`] reads; bytes are refused, for no statement would find them again.
impl FromValue for Uuid {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let uuid = match &value {
            Value::Uuid(bytes) => Some(Uuid::from_bytes(*bytes)),
            Value::Text(text) => Uuid::try_parse(text).ok(),
            _ => None,
        };
        uuid.ok_or_else(|| ValueError::mismatch("a UUID", &value))
    }
}

impl ColumnType for Uuid {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Uuid;

    fn placeholder() -> Self {
        Uuid::nil()
    }
}

/// Of version 7: in the order in which this process made them.
impl Generated for Uuid {
    const BY_DATABASE: bool = false;

    fn generate() -> Self {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests;
