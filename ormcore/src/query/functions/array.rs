use super::{Nullability, Of, unary};
use crate::query::{Expression, Predicate};
use crate::sql::{Expr, Function};
use crate::value::{Element, IntoColumn, Parameter, SqlType, ToValue, Value, ValueError};

/// A type whose columns hold arrays.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` holds no arrays",
    label = "only columns of type `Vec<_>` have this function"
)]
pub trait ArrayOf: Nullability {
    /// The type of the elements.
    type Element: Element;
}

impl<T: Element> ArrayOf for Vec<T> {
    type Element = T;
}

impl<T: Element> ArrayOf for Option<Vec<T>> {
    type Element = T;
}

type ElementOf<X> = <<X as Expression>::Type as ArrayOf>::Element;

/// Functions of arrays. An element that is NULL is equal to none.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Post {
///     #[column(primary_key)]
///     id: i64,
///     labels: Vec<String>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Post,)>()?;
/// Post::new(["rust", "orm"]).insert(&db)?;
/// assert_eq!(Post::query().filter(Post::LABELS.has("rust")).count(&db)?, 1);
/// assert_eq!(Post::query().filter(Post::LABELS.contains_all(["orm", "rust"])).count(&db)?, 1);
/// assert_eq!(Post::query().filter(Post::LABELS.overlaps(["sql"])).count(&db)?, 0);
/// assert_eq!(Post::query().select(Post::LABELS.len()).one(&db)?, 2);
/// # Ok::<(), ormcore::Error>(())
/// ```
// Expressions are consumed by what is built from them.
#[allow(clippy::len_without_is_empty)]
pub trait ArrayFunctions: Expression {
    /// Whether the value is one of the elements.
    fn has(self, value: impl IntoColumn<ElementOf<Self>>) -> Predicate<Self::Model>
    where
        Self::Type: ArrayOf,
    {
        let values = value.into_column().to_value().map(|value| vec![value.into_owned()]);
        compared(Function::ArrayContains, self, values)
    }

    /// Whether all values are among the elements; true if there are none.
    fn contains_all(self, values: impl IntoColumn<Vec<ElementOf<Self>>>) -> Predicate<Self::Model>
    where
        Self::Type: ArrayOf,
    {
        compared(Function::ArrayContains, self, owned(&values.into_column()))
    }

    /// Whether one of the values is among the elements; false if there are none.
    fn overlaps(self, values: impl IntoColumn<Vec<ElementOf<Self>>>) -> Predicate<Self::Model>
    where
        Self::Type: ArrayOf,
    {
        compared(Function::ArrayOverlaps, self, owned(&values.into_column()))
    }

    /// How many elements there are.
    fn len(self) -> crate::query::Computed<Self::Model, Of<Self, i64>>
    where
        Self::Type: ArrayOf,
    {
        unary(Function::ArrayLength, self)
    }
}

impl<X: Expression> ArrayFunctions for X {}

fn owned<T: Element>(values: &[T]) -> Result<Vec<Value<'static>>, ValueError> {
    values.iter().map(|value| Ok(value.to_value()?.into_owned())).collect()
}

fn compared<X: Expression<Type: ArrayOf>>(
    function: fn(SqlType) -> Function,
    array: X,
    values: Result<Vec<Value<'static>>, ValueError>,
) -> Predicate<X::Model> {
    let element = <ElementOf<X> as crate::value::ColumnType>::TYPE;
    let depth = 1 + array.depth();
    let call = || {
        if element == SqlType::Json {
            return Err(ValueError::misuse(
                "not every database compares the elements of an array of JSON documents in one way",
            ));
        }
        let values = Parameter { value: Value::Array(values?), secret: false };
        Ok(Expr::function(function(element), vec![array.into_expr()?, Expr::Value(values)]))
    };
    Predicate::new(call(), depth)
}
