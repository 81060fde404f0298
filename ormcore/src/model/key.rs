use crate::value::{ColumnType, Field, IntoColumn, Value, ValueError};

/// A primary key: the key's type where it has one column, a tuple where it has several.
#[diagnostic::on_unimplemented(
    message = "a row is found by its primary key, and this model has none",
    label = "a model without a primary key",
    note = "mark the key's columns with `#[column(primary_key)]`"
)]
pub trait Key: Sized + Send + Sync + 'static {
    /// A key of the values that its columns have, by position.
    ///
    /// # Errors
    /// If a value does not fit.
    fn from_parts<'v>(parts: &mut dyn FnMut(usize) -> Result<Value<'v>, ValueError>) -> Result<Self, ValueError>;

    /// The value of the key's column at a position, counted from 0.
    ///
    /// # Panics
    /// If the key has no such column.
    fn part(&self, position: usize) -> &dyn Field;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Key for T {
    fn from_parts<'v>(parts: &mut dyn FnMut(usize) -> Result<Value<'v>, ValueError>) -> Result<Self, ValueError> {
        T::from_value(parts(0)?)
    }

    fn part(&self, _position: usize) -> &dyn Field {
        self
    }
}

/// What a primary key of type `K` can be given as: for each column what [`IntoColumn`] takes.
#[diagnostic::on_unimplemented(
    message = "a primary key of type `{K}` cannot be given as `{Self}`",
    label = "expected a key of type `{K}`"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

/// A model without a key takes anything here, so that the one message about it is that of [`Key`].
impl<V> IntoKey<()> for V {
    fn into_key(self) {}
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType, V: IntoColumn<T>> IntoKey<T> for V {
    fn into_key(self) -> T {
        self.into_column()
    }
}

macro_rules! tuples {
    ($(($($name:ident $value:ident $index:tt)*))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: ColumnType),*> Key for ($($name,)*) {
            fn from_parts<'v>(
                parts: &mut dyn FnMut(usize) -> Result<Value<'v>, ValueError>,
            ) -> Result<Self, ValueError> {
                Ok(($($name::from_value(parts($index)?)?,)*))
            }

            fn part(&self, position: usize) -> &dyn Field {
                match position {
                    $($index => &self.$index,)*
                    _ => panic!("the key has no column {position}"),
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($name: ColumnType, $value: IntoColumn<$name>),*> IntoKey<($($name,)*)> for ($($value,)*) {
            fn into_key(self) -> ($($name,)*) {
                ($(self.$index.into_column(),)*)
            }
        }
    )*};
}

tuples! {
    (A VA 0 B VB 1)
    (A VA 0 B VB 1 C VC 2)
    (A VA 0 B VB 1 C VC 2 D VD 3)
    (A VA 0 B VB 1 C VC 2 D VD 3 E VE 4)
    (A VA 0 B VB 1 C VC 2 D VD 3 E VE 4 F VF 5)
}
