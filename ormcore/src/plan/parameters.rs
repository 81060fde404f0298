use crate::value::{Parameter, ToValue, ValueError};

/// The values of a statement of your own: a tuple, an array, a slice or a `Vec`; `()` for none.
///
/// ```
/// # use ormcore::prelude::*;
/// # let db = Database::connect("sqlite::memory:")?;
/// let tuple = db.query_as::<(i64, String)>("SELECT ?, ?", (1, "two"))?;
/// let array = db.query_as::<(i64, i64)>("SELECT ?, ?", [1, 2])?;
/// let none = db.query_as::<(i64,)>("SELECT 1", ())?;
/// assert_eq!((tuple, array, none), (vec![(1, "two".to_string())], vec![(1, 2)], vec![(1,)]));
/// # Ok::<(), ormcore::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of parameters",
    label = "expected a tuple such as `(1, \"two\")`, a `Vec`, an array, or `()` for none",
    note = "a tuple of one value is written with a comma: `(value,)`"
)]
pub trait IntoParameters {
    /// The values in the order of their placeholders.
    ///
    /// # Errors
    /// If a value cannot be sent.
    fn into_parameters(self) -> Result<Vec<Parameter>, ValueError>;
}

impl IntoParameters for Vec<Parameter> {
    fn into_parameters(self) -> Result<Vec<Parameter>, ValueError> {
        Ok(self)
    }
}

impl IntoParameters for () {
    fn into_parameters(self) -> Result<Vec<Parameter>, ValueError> {
        Ok(Vec::new())
    }
}

impl<T: ToValue> IntoParameters for &[T] {
    fn into_parameters(self) -> Result<Vec<Parameter>, ValueError> {
        self.iter().map(Parameter::new).collect()
    }
}

impl<T: ToValue> IntoParameters for Vec<T> {
    fn into_parameters(self) -> Result<Vec<Parameter>, ValueError> {
        self.as_slice().into_parameters()
    }
}

impl<T: ToValue, const N: usize> IntoParameters for [T; N] {
    fn into_parameters(self) -> Result<Vec<Parameter>, ValueError> {
        self.as_slice().into_parameters()
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: ToValue),*> IntoParameters for ($($name,)*) {
            fn into_parameters(self) -> Result<Vec<Parameter>, ValueError> {
                #[allow(non_snake_case)]
                let ($($name,)*) = self;
                Ok(vec![$(Parameter::new(&$name)?),*])
            }
        }
    )*};
}

tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}
