use std::fmt;
use std::marker::PhantomData;

use super::{as_type, collated};
use crate::query::{Aggregate, Computed, IntoExpression};
use crate::sql::Expr;
use crate::value::{ColumnType, SqlType, ValueError};

/// A function that the database has under this name: what [`func`] gives, before its type is said.
#[must_use = "a function needs the type of its result: `.returns::<T>()` or `.aggregate::<T>()`"]
pub struct Call<Q> {
    call: Result<Expr, ValueError>,
    /// Whether a column among the arguments says how text that is made of it compares.
    says_collation: bool,
    depth: usize,
    source: PhantomData<fn() -> Q>,
}

/// A function by its name, which the database must have: `func("soundex", (User::NAME,)).returns::<String>()`.
///
/// The arguments are values and expressions, up to eight, in a tuple. Whether they and the type of the result are right
/// only the database knows. One that makes one value of many rows ends in [`aggregate`](Call::aggregate) instead. A name that
/// is no identifier, or several with points between them, is an error when the query ends.
///
/// On PostgreSQL a connection that ran such a query is [reset when it comes back](crate::databases#pool) to the pool: many of
/// them are quicker in one transaction, within which nothing is reset.
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::sql::func;
///
/// #[derive(Model)]
/// struct User {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(User,)>()?;
/// User::new("ann").insert(&db)?;
/// let hex = func("hex", (User::NAME,)).returns::<String>();
/// assert_eq!(User::query().select(hex).one(&db)?, "616E6E");
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn func<A: Arguments>(name: &'static str, arguments: A) -> Call<A::Source> {
    let (arguments, depth) = arguments.into_arguments();
    let says_collation = arguments.as_ref().is_ok_and(|arguments| arguments.iter().any(|(_, says)| *says));
    let call = || {
        if !is_name(name) {
            return Err(ValueError::misuse(format!(
                "{name:?} is not the name of a function: letters, digits and underscores"
            )));
        }
        Ok(Expr::Call(name, arguments?.into_iter().map(|(argument, _)| argument.into_counted()).collect()))
    };
    Call { call: call(), says_collation, depth: depth + 1, source: PhantomData }
}

fn is_name(name: &str) -> bool {
    let is_identifier = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.split('.').all(is_identifier)
}

impl<Q> Call<Q> {
    /// The function, whose result is read as a `T`: an `Option` if it may be NULL.
    pub fn returns<T: ColumnType>(self) -> Computed<Q, T> {
        // An index on the function is made by the collation of its column too.
        let typed = if self.says_collation { as_type::<T> } else { collated::<T> };
        Computed::new(self.call.map(typed), self.depth)
    }

    /// The function as an aggregate over the rows of a group, whose result is read as a `T`: an `Option` if it may be NULL.
    ///
    /// The database must have it as one. What `DISTINCT`, an order or `WITHIN GROUP` stands in is written by
    /// [`sql!`](crate::sql!), whose [`aggregate`](crate::query::Template::aggregate) is the same.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::func;
    /// # #[derive(Model)] struct Sale { #[column(primary_key)] id: i64, shop: String, amount: f64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Sale,)>()?;
    /// # Sale::insert_all([Sale::new("a", 1.0), Sale::new("b", 2.0), Sale::new("a", 3.5)], &db)?;
    /// let total = func("total", (Sale::AMOUNT,)).aggregate::<f64>();
    /// let totals = Sale::query().group_by(Sale::SHOP).select((Sale::SHOP, total)).order_by(Sale::SHOP).all(&db)?;
    /// assert_eq!(totals, [("a".to_string(), 4.5), ("b".to_string(), 2.0)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn aggregate<T: ColumnType>(self) -> Aggregate<Q, T> {
        Aggregate::own(self.call, self.depth)
    }
}

impl<Q> Clone for Call<Q> {
    fn clone(&self) -> Self {
        Call { call: self.call.clone(), says_collation: self.says_collation, depth: self.depth, source: PhantomData }
    }
}

impl<Q> fmt::Debug for Call<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}

/// An argument, and whether a column in it says how text that is made of it compares.
type Argument = (Expr, bool);

/// The argument as SQL's. Columns that are no text have no collation, and what is made of them by a function of the
/// library's has its own.
fn argument<A: IntoExpression<Type: ColumnType>>(argument: A) -> Result<Argument, ValueError> {
    let expr = argument.into_expression()?;
    let is_text = matches!(A::Type::TYPE, SqlType::Text | SqlType::Array(SqlType::Text));
    let mut has_column = false;
    expr.visit(&mut |part| {
        has_column |= matches!(part, Expr::Column { .. });
        !has_column
    });
    Ok((expr, is_text && has_column))
}

/// The arguments of a function: a tuple of up to eight values and expressions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no arguments of a function",
    label = "expected a tuple of values and expressions, such as `(User::NAME,)` or `()`"
)]
pub trait Arguments {
    /// What they are about.
    type Source;

    #[doc(hidden)]
    fn into_arguments(self) -> (Result<Vec<Argument>, ValueError>, usize);
}

impl Arguments for () {
    type Source = ();

    fn into_arguments(self) -> (Result<Vec<Argument>, ValueError>, usize) {
        (Ok(Vec::new()), 0)
    }
}

macro_rules! arguments {
    ($(($($name:ident $index:tt)*))*) => {$(
        impl<$($name: IntoExpression<Type: ColumnType>),*> Arguments for ($($name,)*) {
            type Source = ($($name::With<()>,)*);

            fn into_arguments(self) -> (Result<Vec<Argument>, ValueError>, usize) {
                let depth = [$(self.$index.nesting()),*].into_iter().fold(0, usize::max);
                let arguments = || Ok(vec![$(argument(self.$index)?),*]);
                (arguments(), depth)
            }
        }
    )*};
}

arguments! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
}
