use super::{
    ColumnType, FromValue, Generated, Parameters, Row, SqlType, ToValue, Value, ValueError, Version, send_value,
};

impl ToValue for bool {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Bool(*self))
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Bool(value) => Ok(value),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(ValueError::mismatch("a bool (0 or 1)", &other)),
        }
    }
}

impl ColumnType for bool {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Boolean;

    fn placeholder() -> Self {
        false
    }
}

macro_rules! integers {
    ($($integer:ident $sql_type:ident $range:expr,)*) => {$(
        impl ToValue for $integer {
            fn to_value(&self) -> Result<Value<'_>, ValueError> {
                match i64::try_from(*self) {
                    Ok(value) => Ok(Value::Int(value)),
                    Err(_) => Err(ValueError::new(
                        format!("an integer up to {}, the largest that databases hold", i64::MAX),
                        self.to_string(),
                    )),
                }
            }

            #[inline]
            fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
                match i64::try_from(*self) {
                    Ok(value) => parameters.push_int(value, secret),
                    Err(_) => send_value(self, parameters, secret)?,
                }
                Ok(())
            }

            #[inline]
            fn to_int(&self) -> Option<i64> {
                i64::try_from(*self).ok()
            }
        }

        impl FromValue for $integer {
            fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
                if let Value::Int(value) = value
                    && let Ok(value) = $integer::try_from(value)
                {
                    return Ok(value);
                }
                Err(ValueError::mismatch(
                    concat!("an integer in the range of ", stringify!($integer)),
                    &value,
                ))
            }

            #[inline]
            fn from_int(value: i64) -> Result<Self, ValueError> {
                match $integer::try_from(value) {
                    Ok(value) => Ok(value),
                    Err(_) => Self::from_value(Value::Int(value)),
                }
            }

            #[inline]
            fn read_optional(row: &dyn Row, index: usize) -> Result<Option<Self>, ValueError> {
                match row.int(index)? {
                    None => Ok(None),
                    Some(value) => Self::from_int(value).map(Some),
                }
            }
        }

        impl ColumnType for $integer {
            type Bare = Self;

            const TYPE: SqlType = SqlType::$sql_type;
            const RANGE: Option<(i64, i64)> = $range;

            fn placeholder() -> Self {
                0
            }
        }

        impl Generated for $integer {
            const BY_DATABASE: bool = true;
        }

        impl Version for $integer {
            const FIRST: Self = 1;
        }
    )*};
}

integers! {
    i8 SmallInt Some((-128, 127)),
    i16 SmallInt None,
    i32 Integer None,
    i64 BigInt None,
    u8 SmallInt Some((0, 255)),
    u16 Integer Some((0, 65_535)),
    u32 BigInt Some((0, 4_294_967_295)),
    u64 BigInt Some((0, i64::MAX)),
}

/// A zero loses its sign, which SQLite does not keep.
impl ToValue for f64 {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        if self.is_nan() {
            return Err(not_a_number());
        }
        Ok(Value::Float(without_negative_zero(*self)))
    }

    #[inline]
    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        if self.is_nan() {
            return if parameters.keep(Value::Float(f64::NAN)) { Ok(()) } else { Err(not_a_number()) };
        }
        parameters.push_float(without_negative_zero(*self), secret);
        Ok(())
    }
}

fn not_a_number() -> ValueError {
    ValueError::new("a number", "NaN, which a database may store as NULL")
}

fn without_negative_zero(number: f64) -> f64 {
    number + 0.0
}

/// An integer is taken where `f64` has it to the digit: SQLite keeps whole numbers as such in columns of other programs.
impl FromValue for f64 {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Float(value) => Ok(value),
            // As an `i64`, 2^63 would be the largest integer.
            Value::Int(value) if (value as f64) as i128 == i128::from(value) => Ok(value as f64),
            other => Err(ValueError::mismatch("a floating-point number", &other)),
        }
    }

    #[inline]
    fn read_optional(row: &dyn Row, index: usize) -> Result<Option<Self>, ValueError> {
        row.float(index)
    }
}

impl ColumnType for f64 {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Double;

    fn placeholder() -> Self {
        0.0
    }

    fn normalize(&mut self) {
        *self += 0.0;
    }
}

/// As that of `f64`.
impl ToValue for f32 {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        f64::from(*self).to_value().map(Value::into_owned)
    }

    #[inline]
    fn send(&self, parameters: &mut dyn Parameters, secret: bool) -> Result<(), ValueError> {
        f64::from(*self).send(parameters, secret)
    }
}

impl FromValue for f32 {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let wide = f64::from_value(value)?;
        let narrow = wide as f32;
        if narrow.is_infinite() && wide.is_finite() {
            return Err(ValueError::mismatch("a number in the range of f32", &Value::Float(wide)));
        }
        Ok(narrow)
    }
}

impl ColumnType for f32 {
    type Bare = Self;

    const TYPE: SqlType = SqlType::Real;

    fn placeholder() -> Self {
        0.0
    }

    fn normalize(&mut self) {
        *self += 0.0;
    }
}
