use std::fmt;
use std::marker::PhantomData;

use crate::query::comparison::bounded;
use crate::query::{AcrossRows, Expression, Operand, Predicate};
use crate::sql::{Aggregate as Call, Expr};
use crate::value::{ColumnType, SqlType, ValueError};

/// An aggregate function over the rows of a group: what `Payment::AMOUNT.sum()` is.
///
/// Without `group_by` all rows are one group. It is selected, ordered by, and compared in `having`.
#[must_use = "an aggregate does nothing until it is selected"]
pub struct Aggregate<Q, T> {
    call: Result<Call, ValueError>,
    /// What its result is taken as, where a database would make it another type.
    typed: Option<SqlType>,
    depth: usize,
    types: PhantomData<fn() -> (Q, T)>,
}

impl<Q, T> Aggregate<Q, T> {
    pub(super) fn new<X: Expression>(
        function: &'static str,
        argument: X,
        before: Option<SqlType>,
        typed: Option<SqlType>,
    ) -> Self {
        let depth = argument.depth() + 2;
        let argument = argument.into_expr().and_then(|expr| bounded(expr, depth));
        let call = argument.map(|argument| Call {
            function,
            distinct: false,
            arguments: vec![match before {
                Some(sql_type) => Expr::Typed(Box::new(argument), sql_type),
                None => argument,
            }],
            filter: None,
        });
        Aggregate { call, typed, depth, types: PhantomData }
    }

    /// The smallest or the largest value, of types too that a database compares and has no such function of.
    fn end<X: Expression<Type: ColumnType>>(function: &'static str, argument: X) -> Self {
        let (before, typed) = match X::Type::TYPE {
            SqlType::Boolean => (Some(SqlType::Integer), Some(SqlType::Boolean)),
            SqlType::Uuid => (Some(SqlType::Text), Some(SqlType::Uuid)),
            _ => (None, None),
        };
        let mut aggregate = Aggregate::new(function, argument, before, typed);
        if matches!(X::Type::TYPE, SqlType::Json) {
            let problem = format!("documents have no order, and so none is the `{function}()` of them");
            aggregate.call = Err(ValueError::misuse(problem));
        }
        aggregate
    }

    pub(super) fn of_rows(function: &'static str) -> Self {
        let call = Call { function, distinct: false, arguments: Vec::new(), filter: None };
        Aggregate { call: Ok(call), typed: None, depth: 1, types: PhantomData }
    }

    /// Counts equal values once (`DISTINCT`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// let ages = User::query().select(User::AGE.count().distinct());
    /// assert!(ages.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT count(DISTINCT "user"."age")"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn distinct(mut self) -> Self {
        if let Ok(call) = &mut self.call {
            // Rows have keys, and so are distinct already.
            call.distinct = !call.arguments.is_empty();
        }
        self
    }

    /// Lets only the rows count for which the condition is true (`FILTER (WHERE ..)`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::sql::count;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let counts = User::query().select((count(), count().filter(User::AGE.ge(18)))).one(&db)?;
    /// assert_eq!(counts, (3, 2));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn filter<P>(self, condition: Predicate<P>) -> Aggregate<(Q, P), T> {
        let depth = self.depth.max(condition.depth() + 2);
        let call = self.call.and_then(|mut call| {
            call.filter = Some(match call.filter.take() {
                Some(filter) => filter.and(condition.into_expr()?),
                None => bounded(condition.into_expr()?, depth)?,
            });
            Ok(call)
        });
        Aggregate { call, typed: self.typed, depth, types: PhantomData }
    }

    fn into_tree(self) -> Result<Expr, ValueError> {
        let expr = Expr::Aggregate(Box::new(self.call?));
        Ok(match self.typed {
            Some(sql_type) => Expr::Typed(Box::new(expr), sql_type),
            None => expr,
        })
    }

    /// The function, and the type that its result is taken as.
    pub(super) fn into_parts(self) -> (Result<Expr, ValueError>, Option<SqlType>, usize) {
        (self.call.map(|call| Expr::Aggregate(Box::new(call))), self.typed, self.depth)
    }
}

impl<Q, T> Expression for Aggregate<Q, T> {
    type Model = AcrossRows<Q>;
    type Type = T;

    fn into_expr(self) -> Result<Expr, ValueError> {
        self.into_tree()
    }

    fn depth(&self) -> usize {
        self.depth
    }

    fn may_be_null(&self) -> bool {
        !matches!(&self.call, Ok(call) if call.function == "count")
    }
}

#[diagnostic::do_not_recommend]
impl<Q, T> Operand<AcrossRows<Q>, T> for Aggregate<Q, T> {
    type Source = AcrossRows<Q>;

    fn into_operand(self) -> Result<Expr, ValueError> {
        self.into_tree()
    }

    fn depth(&self) -> usize {
        self.depth
    }
}

impl<Q, T> Clone for Aggregate<Q, T> {
    fn clone(&self) -> Self {
        Aggregate { call: self.call.clone(), typed: self.typed, depth: self.depth, types: PhantomData }
    }
}

impl<Q, T> fmt::Debug for Aggregate<Q, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}

/// The aggregate functions of an expression, over the rows of a group.
pub trait Aggregates: Expression {
    /// How many rows have a value that is not NULL.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, bio: Option<String> }
    /// let described = User::query().select(User::BIO.count());
    /// # assert!(described.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT count("user"."bio") FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn count(self) -> Aggregate<Self::Model, i64> {
        Aggregate::new("count", self, None, None)
    }

    /// The sum of the values that are not NULL: `i64` of integers, `f64` of numbers with fractions; `None` if there are
    /// none. A sum that is too large for `i64` is an error of the database.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// assert_eq!(User::query().select(User::AGE.sum()).one(&db)?, None);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn sum(self) -> Aggregate<Self::Model, Option<<Self::Type as Summable>::Sum>>
    where
        Self::Type: Summable,
    {
        Aggregate::new("sum", self, Self::Type::WIDENED, Self::Type::TYPED)
    }

    /// The average of the values that are not NULL; `None` if there are none.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new(1), User::new(2)], &db)?;
    /// assert_eq!(User::query().select(User::AGE.avg()).one(&db)?, Some(1.5));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn avg(self) -> Aggregate<Self::Model, Option<f64>>
    where
        Self::Type: Summable,
    {
        Aggregate::new("avg", self, None, Some(SqlType::Double))
    }

    /// The smallest value that is not NULL; `None` if there is none.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let youngest = User::query().select(User::AGE.min());
    /// # assert!(youngest.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT min("user"."age") FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn min(self) -> Aggregate<Self::Model, Option<<Self::Type as ColumnType>::Bare>>
    where
        Self::Type: ColumnType,
    {
        Aggregate::end("min", self)
    }

    /// The largest value that is not NULL; `None` if there is none.
    /// ```
    /// # use ormcore::prelude::*; #[derive(Model)] struct User { #[column(primary_key)] id: i64, age: i32 }
    /// let oldest = User::query().select(User::AGE.max());
    /// # assert!(oldest.sql(&ormcore::sql::Sqlite)?.sql.starts_with(r#"SELECT max("user"."age") FROM"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    fn max(self) -> Aggregate<Self::Model, Option<<Self::Type as ColumnType>::Bare>>
    where
        Self::Type: ColumnType,
    {
        Aggregate::end("max", self)
    }
}

impl<X: Expression> Aggregates for X {}

/// A type whose values have a sum.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` have no sum and no average",
    label = "only columns of integer and floating-point types have"
)]
pub trait Summable {
    /// The type of the sum: `i64` of integers, `f64` of numbers with fractions.
    type Sum: ColumnType;
    #[doc(hidden)]
    const WIDENED: Option<SqlType>;
    #[doc(hidden)]
    const TYPED: Option<SqlType>;
}

macro_rules! summable {
    ($sum:ty, $widened:expr, $typed:expr => $($number:ty)*) => {$(
        impl Summable for $number {
            type Sum = $sum;
            const WIDENED: Option<SqlType> = $widened;
            const TYPED: Option<SqlType> = $typed;
        }
    )*};
}

summable! { i64, None, Some(SqlType::BigInt) => i8 i16 i32 i64 u8 u16 u32 u64 }
summable! { f64, Some(SqlType::Double), None => f32 }
summable! { f64, None, None => f64 }

impl<T: Summable> Summable for Option<T> {
    type Sum = T::Sum;
    const WIDENED: Option<SqlType> = T::WIDENED;
    const TYPED: Option<SqlType> = T::TYPED;
}

/// The number of rows (`count(*)`).
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::count;
/// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 31)], &db)?;
/// let by_age = User::query().group_by(User::AGE).select((User::AGE, count())).order_by(count().desc());
/// assert_eq!(by_age.all(&db)?, [(31, 2), (17, 1)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn count() -> Aggregate<(), i64> {
    Aggregate::of_rows("count")
}
