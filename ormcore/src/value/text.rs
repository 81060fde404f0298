use std::borrow::Cow;

use super::{ColumnType, FromValue, IntoColumn, Parameters, Row, SqlType, ToValue, Value, ValueError};

impl ToValue for str {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Text(Cow::Borrowed(self)))
    }

    #[inline]
    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        parameters.push_text(self, secret);
        Ok(())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_str().to_value()
    }

    #[inline]
    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        parameters.push_text(self, secret);
        Ok(())
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_ref().to_value()
    }
}

impl FromValue for String {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            other => Err(ValueError::mismatch("text", &other)),
        }
    }

    #[inline]
    fn read_optional(row: &dyn Row, index: usize) -> Result<Option<Self>, ValueError> {
        row.text(index)
    }
}

impl ColumnType for String {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Text;

    fn placeholder() -> Self {
        String::new()
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Bytes(Cow::Borrowed(self)))
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_slice().to_value()
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_slice().to_value()
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.into_owned()),
            other => Err(ValueError::mismatch("bytes", &other)),
        }
    }
}

impl ColumnType for Vec<u8> {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Bytes;

    fn placeholder() -> Self {
        Vec::new()
    }
}

macro_rules! borrowed_forms {
    ($($borrowed:ty => $owned:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoColumn<$owned> for $borrowed {
            fn into_column(self) -> $owned {
                self.into()
            }
        }

        #[diagnostic::do_not_recommend]
        impl IntoColumn<Option<$owned>> for $borrowed {
            fn into_column(self) -> Option<$owned> {
                Some(self.into())
            }
        }
    )*};
}

borrowed_forms! {
    &str => String,
    Cow<'_, str> => String,
    Box<str> => String,
    char => String,
    &[u8] => Vec<u8>,
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoColumn<Vec<u8>> for &[u8; N] {
    fn into_column(self) -> Vec<u8> {
        self.to_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoColumn<Option<Vec<u8>>> for &[u8; N] {
    fn into_column(self) -> Option<Vec<u8>> {
        Some(self.to_vec())
    }
}
