use std::fmt;
use std::marker::PhantomData;

use crate::query::{Expression, Has};
use crate::sql::{Direction, Order};
use crate::value::{ColumnType, SqlType, ValueError};

/// A part of an order: an expression on the model `M`, and a direction.
#[must_use = "an order does nothing until it is given to `order_by`"]
pub struct Ordering<M> {
    order: Result<Order, ValueError>,
    sql_type: SqlType,
    depth: usize,
    model: PhantomData<fn() -> M>,
}

impl<M> Ordering<M> {
    pub(super) fn new<X: Expression<Model = M, Type: ColumnType>>(expression: X, direction: Direction) -> Self {
        let (nullable, depth) = (expression.may_be_null(), expression.depth());
        let order = expression.into_expr().map(|expr| Order { expr, direction, nulls_first: None, nullable });
        Ordering { order, sql_type: X::Type::TYPE, depth, model: PhantomData }
    }

    fn nulls(mut self, first: bool) -> Self {
        if let Ok(order) = &mut self.order {
            order.nulls_first = Some(first);
        }
        self
    }

    /// NULLs come before all values.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().order_by(User::BIO.desc().nulls_first());
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."bio" DESC NULLS FIRST"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn nulls_first(self) -> Self {
        self.nulls(true)
    }

    /// NULLs come after all values.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().order_by(User::BIO.asc().nulls_last());
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#"ORDER BY "user"."bio" NULLS LAST"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn nulls_last(self) -> Self {
        self.nulls(false)
    }
}

fn push(order: Result<Order, ValueError>, all: &mut Vec<Order>) -> Result<(), ValueError> {
    all.push(order?);
    Ok(())
}

impl<M> fmt::Debug for Ordering<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.order.fmt(f)
    }
}

/// A part of an order, and what it is about: an expression (smallest first), or `expression.desc()`.
pub trait OrderPart {
    /// What it is about.
    type Source;

    /// The type of its values.
    fn sql_type(&self) -> SqlType;

    /// How deeply it is nested, as [`Expression::depth`].
    fn nesting(&self) -> usize;

    /// The part as SQL's.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn into_order(self) -> Result<Order, ValueError>;
}

impl<M> OrderPart for Ordering<M> {
    type Source = M;

    fn sql_type(&self) -> SqlType {
        self.sql_type
    }

    fn nesting(&self) -> usize {
        self.depth
    }

    fn into_order(self) -> Result<Order, ValueError> {
        self.order
    }
}

macro_rules! parts {
    ($(($($generics:tt)*) $expression:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> OrderPart for $expression
        where
            Self: Expression<Type: ColumnType>,
        {
            type Source = <Self as Expression>::Model;

            fn sql_type(&self) -> SqlType {
                <<Self as Expression>::Type as ColumnType>::TYPE
            }

            fn nesting(&self) -> usize {
                Expression::depth(self)
            }

            fn into_order(self) -> Result<Order, ValueError> {
                self.asc().order
            }
        }

        impl<S: Has<<Self as Expression>::Model, I>, I, $($generics)*> OrderBy<S, I> for $expression
        where
            Self: Expression<Type: ColumnType>,
        {
            fn push_to(self, order: &mut Vec<Order>) -> Result<(), ValueError> {
                push(self.asc().order, order)
            }
        }
    )*};
}

for_each_expression! { parts }

/// What `order_by` takes in a query of the scope `S`: a column, `column.desc()`, or a tuple of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that this query can be ordered or grouped by",
    label = "expected a column, `column.desc()`, or a tuple of these"
)]
pub trait OrderBy<S, Index> {
    /// Adds the parts to an order.
    ///
    /// # Errors
    /// If a value in it cannot be sent.
    fn push_to(self, order: &mut Vec<Order>) -> Result<(), ValueError>;
}

impl<S: Has<M, I>, M, I> OrderBy<S, I> for Ordering<M> {
    fn push_to(self, order: &mut Vec<Order>) -> Result<(), ValueError> {
        push(self.order, order)
    }
}

/// Expressions or parts of an order, together: one of them, or a tuple. What a window is made of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of expressions",
    label = "expected a column, another expression, or a tuple of these"
)]
pub trait Parts {
    /// What they are about.
    type Source;

    /// Adds the types of their values to a list.
    fn push_types(&self, types: &mut Vec<SqlType>);

    /// How deeply the deepest of them is nested.
    fn nesting(&self) -> usize;

    /// Adds the parts to a list.
    ///
    /// # Errors
    /// If a value in one cannot be sent.
    fn push_to(self, parts: &mut Vec<Order>) -> Result<(), ValueError>;
}

impl<P: OrderPart> Parts for P {
    type Source = P::Source;

    fn push_types(&self, types: &mut Vec<SqlType>) {
        types.push(self.sql_type());
    }

    fn nesting(&self) -> usize {
        OrderPart::nesting(self)
    }

    fn push_to(self, parts: &mut Vec<Order>) -> Result<(), ValueError> {
        parts.push(self.into_order()?);
        Ok(())
    }
}

macro_rules! tuples {
    ($(($($name:ident $scope:ident $index:tt)*))*) => {$(
        impl<S, $($name: OrderBy<S, $scope>, $scope),*> OrderBy<S, ($($scope,)*)> for ($($name,)*) {
            fn push_to(self, order: &mut Vec<Order>) -> Result<(), ValueError> {
                $(self.$index.push_to(order)?;)*
                Ok(())
            }
        }

        impl<$($name: OrderPart),*> Parts for ($($name,)*) {
            type Source = ($($name::Source,)*);

            fn push_types(&self, types: &mut Vec<SqlType>) {
                $(types.push(self.$index.sql_type());)*
            }

            fn nesting(&self) -> usize {
                [$(self.$index.nesting()),*].into_iter().fold(0, usize::max)
            }

            fn push_to(self, parts: &mut Vec<Order>) -> Result<(), ValueError> {
                $(parts.push(self.$index.into_order()?);)*
                Ok(())
            }
        }
    )*};
}

tuples! {
    (A IA 0)
    (A IA 0 B IB 1)
    (A IA 0 B IB 1 C IC 2)
    (A IA 0 B IB 1 C IC 2 D ID 3)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6)
    (A IA 0 B IB 1 C IC 2 D ID 3 E IE 4 F IF 5 G IG 6 H IH 7)
}
