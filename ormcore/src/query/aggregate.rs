mod functions;

use std::fmt;
use std::marker::PhantomData;

pub use functions::{Aggregates, Logical, Summable, count};

use crate::query::comparison::bounded;
use crate::query::{AcrossRows, Expression, Has, Operand, Parts, Predicate, Scope, Whole};
use crate::sql::{Aggregate as Call, AggregateFunction, Expr};
use crate::value::{ColumnType, Parameter, SqlType, ValueError};

/// An aggregate function over the rows of a group: what `Payment::AMOUNT.sum()` is.
///
/// Without `group_by` all rows are one group. It is selected, ordered by, compared in `having`, and computed with: what is
/// computed of nothing is NULL, as its parts are.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::sql::count;
/// # #[derive(Model)] struct Payment { #[column(primary_key)] id: i64, amount: f64 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Payment,)>()?;
/// # Payment::insert_all([2.0, 4.0].map(Payment::new), &db)?;
/// let spread = Payment::AMOUNT.max() - Payment::AMOUNT.min();
/// let row = Payment::query().select((spread, Payment::AMOUNT.sum() / count())).one(&db)?;
/// assert_eq!(row, (Some(2.0), Some(3.0)));
/// # Ok::<(), ormcore::Error>(())
/// ```
///
/// Where both sides are computed already, `of(..)` stands around the second.
#[must_use = "an aggregate does nothing until it is selected"]
pub struct Aggregate<Q, T> {
    call: Result<Call, ValueError>,
    /// What its result is taken as, where a database would make it another type.
    typed: Option<SqlType>,
    depth: usize,
    types: PhantomData<fn() -> (Q, T)>,
}

impl<Q, T> Aggregate<Q, T> {
    /// A function of an expression; `before` and `typed` are what the expression and the result are taken as.
    fn new<X: Expression>(
        function: AggregateFunction,
        argument: X,
        before: &[SqlType],
        typed: Option<SqlType>,
    ) -> Self {
        let depth = argument.depth() + 2;
        let argument = bounded(argument.into_expr(), depth);
        let call = argument.map(|argument| Call {
            function,
            distinct: false,
            arguments: vec![
                before.iter().fold(argument, |argument, sql_type| Expr::Typed(Box::new(argument), *sql_type)),
            ],
            order: Vec::new(),
            filter: None,
        });
        Aggregate { call, typed, depth, types: PhantomData }
    }

    fn of_rows(function: AggregateFunction) -> Self {
        let call = Call { function, distinct: false, arguments: Vec::new(), order: Vec::new(), filter: None };
        Aggregate { call: Ok(call), typed: None, depth: 1, types: PhantomData }
    }

    /// What the program names or writes itself.
    pub(super) fn own(call: Result<Expr, ValueError>, depth: usize) -> Self
    where
        T: ColumnType,
    {
        let depth = depth + 2;
        let call = bounded(call, depth).map(|own| Call {
            function: AggregateFunction::Own,
            distinct: false,
            arguments: vec![own],
            order: Vec::new(),
            filter: None,
        });
        let typed = T::TYPE.has_decimals().then_some(T::TYPE);
        Aggregate { call, typed, depth, types: PhantomData }
    }

    /// Notes that this is to be said inside of what the program writes itself, such as this.
    fn expect_known(&mut self, method: &str, written: &str) {
        if matches!(&self.call, Ok(call) if call.function == AggregateFunction::Own) {
            self.call = Err(ValueError::misuse(format!(
                "`{method}` stands inside of an aggregate of your own: write it there, as in `sql!(\"{written}\", ..)`"
            )));
        }
    }

    /// What cannot be computed.
    fn failed(error: ValueError, depth: usize) -> Self {
        Aggregate { call: Err(error), typed: None, depth, types: PhantomData }
    }

    /// With one more argument.
    fn with_argument(mut self, text: &String) -> Self {
        self.call = self.call.and_then(|mut call| {
            call.arguments.push(Expr::Typed(Box::new(Expr::Value(Parameter::new(text)?)), SqlType::Text));
            Ok(call)
        });
        self
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
        self.expect_known("distinct", "array_agg(DISTINCT {})");
        if let Ok(call) = &mut self.call {
            // SQLite knows it of functions of one argument only, and PostgreSQL not in any order.
            let refused = match call.function {
                AggregateFunction::StringJoin => Some(["string_agg", "join"]),
                AggregateFunction::Array(_) => Some(["array_agg", "collect"]),
                _ => None,
            };
            if let Some([name, verb]) = refused {
                self.call = Err(ValueError::misuse(format!(
                    "not every database knows `distinct` of `{name}`: {verb} what a subquery with `distinct()` gives",
                )));
                return self;
            }
            // Rows have keys, and so are distinct already.
            call.distinct = !call.arguments.is_empty();
        }
        self
    }

    /// The order in which the values are joined by `string_agg` and collected by `array_agg`; the other functions do not depend
    /// on it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let names = User::query().select(User::NAME.string_agg(", ").order_by(User::AGE.desc())).one(&db)?;
    /// assert_eq!(names.as_deref(), Some("cy, ann, bob"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn order_by<P: Parts>(mut self, parts: P) -> Aggregate<(Q, P::Source), T> {
        self.expect_known("order_by", "array_agg({} ORDER BY {})");
        let depth = self.depth.max(parts.nesting() + 2);
        let call = self.call.and_then(|mut call| {
            parts.push_to(&mut call.order)?;
            Ok(call)
        });
        Aggregate { call, typed: self.typed, depth, types: PhantomData }
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
                None => bounded(condition.into_expr(), depth)?,
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
        let call = self.call.and_then(|call| match call.order.is_empty() {
            true => Ok(Expr::Aggregate(Box::new(call))),
            false => Err(ValueError::misuse(
                "an aggregate over a window has the window's order, `.over().order_by(..)`, and none of its own",
            )),
        });
        (call, self.typed, self.depth)
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
        !matches!(&self.call, Ok(call) if call.function == AggregateFunction::Count)
    }
}

// Aggregates are of the groups of one query, whatever each is computed from; where one is counted, numbers with fractions
// may be beside it.
macro_rules! operands {
    ($(($($generics:ident)?) $given:ty => $wanted:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Q, P $(, $generics)?> Operand<AcrossRows<Q>, $wanted> for Aggregate<P, $given> {
            type Source = AcrossRows<(Q, P)>;
            type Type = $given;

            fn into_operand(self) -> Result<Expr, ValueError> {
                self.into_tree()
            }

            fn depth(&self) -> usize {
                self.depth
            }
        }
    )*};
}

operands! {
    (T) T => T;
    (T) T => Option<T>;
    () i64 => f64;
    () i64 => Option<f64>;
}

/// What is computed from all rows of `M` together: an aggregate, or what is computed from some.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no aggregate of rows of `{M}`",
    label = "expected an aggregate of columns of `{M}`, such as `{M}::COLUMN.sum()`",
    note = "an aggregate is of values and not of aggregates: what the rows lead to in their turn is computed along their own \
            relationship, as in `OWN.aggregate(Model::THEIRS.aggregate(Other::COLUMN.sum()).sum())`"
)]
pub trait Aggregated<M, Index>: Expression {}

#[diagnostic::do_not_recommend]
impl<M, Index, X: Expression> Aggregated<M, Index> for X where Whole<Scope<M, ()>>: Has<X::Model, Index> {}

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
