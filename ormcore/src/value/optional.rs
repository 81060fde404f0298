use super::{ColumnType, FromValue, Parameters, Row, SqlType, ToValue, Value, ValueError};

impl<T: ToValue> ToValue for Option<T> {
    const SECRET: bool = T::SECRET;

    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        match self {
            Some(value) => value.to_value(),
            None => Ok(Value::Null),
        }
    }

    #[inline]
    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        match self {
            Some(value) => value.send(parameters, secret),
            None => {
                parameters.push_null(secret);
                Ok(())
            }
        }
    }

    #[inline]
    fn to_int(&self) -> Option<i64> {
        self.as_ref()?.to_int()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn read(row: &dyn Row, index: usize) -> Result<Self, ValueError> {
        T::read_optional(row, index)
    }
}

impl<T: ColumnType> ColumnType for Option<T> {
    type Bare = T;

    const TYPE: SqlType = T::TYPE;
    const NULLABLE: bool = {
        assert!(!T::NULLABLE, "an `Option` of an `Option` cannot be told apart from an `Option`: use one");
        true
    };
    const VARIANTS: &'static [&'static str] = T::VARIANTS;
    const RANGE: Option<(i64, i64)> = T::RANGE;

    fn placeholder() -> Self {
        None
    }

    fn normalize(&mut self) {
        if let Some(value) = self {
            value.normalize();
        }
    }
}
