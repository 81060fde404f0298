use std::borrow::Cow;

use super::Value;

/// Takes the parameters of one execution, in order.
///
/// [`Parameters::push`] takes anything; the others, for the commonest kinds, may be quicker, for they are given no
/// [`Value`]. What is `secret` must never be shown in logs and recordings. A value for which the database has no place is
/// refused when the statement runs.
pub trait Parameters {
    /// Sends the value as the next parameter.
    fn push(&mut self, value: Value<'_>, secret: bool);

    /// Sends NULL as the next parameter.
    fn push_null(&mut self, secret: bool) {
        self.push(Value::Null, secret);
    }

    /// Sends an integer as the next parameter.
    fn push_int(&mut self, value: i64, secret: bool) {
        self.push(Value::Int(value), secret);
    }

    /// Sends a floating-point number as the next parameter.
    fn push_float(&mut self, value: f64, secret: bool) {
        self.push(Value::Float(value), secret);
    }

    /// Sends text as the next parameter.
    fn push_text(&mut self, text: &str, secret: bool) {
        self.push(Value::Text(Cow::Borrowed(text)), secret);
    }

    /// Takes a value that is an error when it is sent, though databases may hold it (a NaN), and says so: where values are
    /// only kept and compared. What sends them takes none.
    fn keep(&mut self, value: Value<'_>) -> bool {
        let _ = value;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Parameters;
    use crate::value::{Secret, ToValue, Value, array};

    /// Takes parameters and keeps them.
    #[derive(Default)]
    struct Kept(Vec<(Value<'static>, bool)>);

    impl Parameters for Kept {
        fn push(&mut self, value: Value<'_>, secret: bool) {
            self.0.push((value.into_owned(), secret));
        }
    }

    /// Checks that the shorter way ends where the longer one does.
    fn check<T: ToValue>(value: T, secret: bool) {
        let mut kept = Kept::default();
        match value.to_value() {
            Ok(long) => {
                value.send(&mut kept, T::SECRET).unwrap();
                assert_eq!(kept.0, [(long.into_owned(), secret)]);
            }
            Err(error) => {
                assert_eq!(value.send(&mut kept, T::SECRET).unwrap_err(), error);
                assert!(kept.0.is_empty());
            }
        }
    }

    #[test]
    fn what_is_sent_is_the_value() {
        check(true, false);
        check(-7i8, false);
        check(u64::MAX, false);
        check(0.5f32, false);
        check(0.5f64, false);
        check(f64::NAN, false);
        check("ann", false);
        check("ann".to_string(), false);
        check(vec![1u8, 2], false);
        check(Some(7), false);
        check(None::<String>, false);
    }

    #[test]
    fn what_is_refused_when_it_is_sent_is_kept_to_be_compared() {
        fn kept<T: ToValue>(value: T) -> String {
            let mut kept = array::Kept::default();
            value.send(&mut kept, T::SECRET).unwrap();
            format!("{:?}", kept.0)
        }
        assert_eq!(kept(f64::NAN), "[Float(NaN)]");
        assert_eq!(kept(-f32::NAN), "[Float(NaN)]");
        assert_eq!(kept(Some(Secret::new(f64::NAN))), "[Float(NaN)]");
        assert_eq!(kept(vec![Some(f32::NAN), None, Some(1.5)]), "[Array([Float(NaN), Null, Float(1.5)])]");
        assert!(u64::MAX.send(&mut array::Kept::default(), false).is_err());
    }

    #[test]
    fn what_is_secret_is_sent_as_secret() {
        check(Secret::new("hunter2".to_string()), true);
        check(Some(Secret::new(7)), true);
        check(None::<Secret<String>>, true);
        check(Secret::new(Some(0.5)), true);
        check(Secret::new(f64::NAN), true);
    }
}
