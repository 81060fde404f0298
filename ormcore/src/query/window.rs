use std::fmt;
use std::marker::PhantomData;

use crate::query::{Aggregate, Expression, OverRows, Parts};
use crate::sql::{Expr, Frame, FrameBound, FrameUnit, Window};
use crate::value::{ColumnType, Parameter, SqlType, Value, ValueError};

/// A function over a window: what [`row_number`] and `Payment::AMOUNT.sum().over()` are.
///
/// It gives each row a value computed from the rows around it. It is selected and ordered by; a condition on it needs a
/// query over the query.
#[must_use = "an expression does nothing until it is given to a query"]
pub struct Windowed<Q, T> {
    function: Result<Expr, ValueError>,
    typed: Option<SqlType>,
    window: Window,
    /// The types of what it is ordered by.
    ordered: Vec<SqlType>,
    problem: Option<ValueError>,
    depth: usize,
    types: PhantomData<fn() -> (Q, T)>,
}

impl<Q, T> Windowed<Q, T> {
    fn new(function: Result<Expr, ValueError>, typed: Option<SqlType>, depth: usize) -> Self {
        let window = Window::default();
        Windowed { function, typed, window, ordered: Vec::new(), problem: None, depth, types: PhantomData }
    }

    /// One window for all rows that agree in these (`PARTITION BY`).
    pub fn partition_by<P: Parts>(mut self, parts: P) -> Windowed<(Q, P::Source), T> {
        self.depth = self.depth.max(parts.nesting());
        let mut list = Vec::new();
        if let Err(error) = parts.push_to(&mut list) {
            self.problem.get_or_insert(error);
        }
        self.window.partition.extend(list.into_iter().map(|part| part.expr));
        self.about()
    }

    /// The order of the rows in a window.
    pub fn order_by<P: Parts>(mut self, parts: P) -> Windowed<(Q, P::Source), T> {
        self.depth = self.depth.max(parts.nesting());
        parts.push_types(&mut self.ordered);
        if let Err(error) = parts.push_to(&mut self.window.order) {
            self.problem.get_or_insert(error);
        }
        self.about()
    }

    /// The part of the window that is seen, counted in rows from each row (`ROWS BETWEEN .. AND ..`).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::FrameBound;
    /// # #[derive(Model)] struct Sale { #[column(primary_key)] id: i64, amount: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Sale,)>()?;
    /// # Sale::insert_all([1, 2, 3].map(Sale::new), &db)?;
    /// let running = Sale::AMOUNT.sum().over().order_by(Sale::ID).rows(FrameBound::Preceding(1), FrameBound::CurrentRow);
    /// let sums = Sale::query().select(running).order_by(Sale::ID).all(&db)?;
    /// assert_eq!(sums, [Some(1), Some(3), Some(5)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn rows(self, start: FrameBound, end: FrameBound) -> Self {
        self.frame(FrameUnit::Rows, start, end)
    }

    /// The part of the window that is seen, counted in values of the order (`RANGE BETWEEN .. AND ..`): those of one
    /// expression, integers or floating-point numbers, where a bound is a distance.
    pub fn range(self, start: FrameBound, end: FrameBound) -> Self {
        self.frame(FrameUnit::Range, start, end)
    }

    /// The part of the window that is seen, counted in groups of equal rows (`GROUPS BETWEEN .. AND ..`).
    pub fn groups(self, start: FrameBound, end: FrameBound) -> Self {
        self.frame(FrameUnit::Groups, start, end)
    }

    fn frame(mut self, unit: FrameUnit, start: FrameBound, end: FrameBound) -> Self {
        self.window.frame = Some(Frame { unit, start, end });
        self
    }

    fn about<N>(self) -> Windowed<N, T> {
        let Windowed { function, typed, window, ordered, problem, depth, .. } = self;
        Windowed { function, typed, window, ordered, problem, depth, types: PhantomData }
    }
}

/// Whether values of the type are numbers on every database.
fn is_counted(sql_type: SqlType) -> bool {
    sql_type.is_integer() || matches!(sql_type, SqlType::Real | SqlType::Double)
}

/// Whether the frame is one, before the database says it in its own words.
fn check_frame(window: &Window, ordered: &[SqlType]) -> Result<(), ValueError> {
    use FrameBound::{CurrentRow, Following, Preceding};
    let Some(frame) = window.frame else { return Ok(()) };
    if matches!((frame.start, frame.end), (CurrentRow, Preceding(_)) | (Following(_), CurrentRow | Preceding(_))) {
        return Err(ValueError::misuse(
            "the frame of a window ends before it starts: the bound that comes first is first",
        ));
    }
    let counts = |bound| matches!(bound, Preceding(_) | Following(_));
    let counts_values = frame.unit == FrameUnit::Range && (counts(frame.start) || counts(frame.end));
    match frame.unit {
        FrameUnit::Groups if window.order.is_empty() => Err(ValueError::misuse(
            "a frame of `groups` counts rows that are equal in the window's order: add `order_by`",
        )),
        _ if counts_values && window.order.len() != 1 => Err(ValueError::misuse(
            "a frame of `range` is counted in values of the window's order: let it be ordered by one expression",
        )),
        // SQLite keeps everything else as text, and would count nothing in it.
        _ if counts_values && !ordered.iter().all(|sql_type| is_counted(*sql_type)) => Err(ValueError::misuse(
            "a frame of `range` is counted in values of the window's order, which only integers and floating-point numbers \
             are on every database: order by one, such as `PRICE.cast::<f64>()`, or count `rows`",
        )),
        _ => Ok(()),
    }
}

impl<Q, T> Expression for Windowed<Q, T> {
    type Model = OverRows<Q>;
    type Type = T;

    fn into_expr(self) -> Result<Expr, ValueError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        check_frame(&self.window, &self.ordered)?;
        let expr = self.function?.over(self.window);
        Ok(match self.typed {
            Some(sql_type) => Expr::Typed(Box::new(expr), sql_type),
            None => expr,
        })
    }

    fn depth(&self) -> usize {
        self.depth + 1
    }

    /// A number or a rank is never NULL.
    fn may_be_null(&self) -> bool {
        !matches!(&self.function, Ok(Expr::Call(_, arguments)) if arguments.is_empty())
    }
}

impl<Q, T> Clone for Windowed<Q, T> {
    fn clone(&self) -> Self {
        Windowed {
            function: self.function.clone(),
            typed: self.typed,
            window: self.window.clone(),
            ordered: self.ordered.clone(),
            problem: self.problem.clone(),
            depth: self.depth,
            types: PhantomData,
        }
    }
}

impl<Q, T> fmt::Debug for Windowed<Q, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Windowed").field("function", &self.function).field("window", &self.window).finish()
    }
}

impl<Q, T> Aggregate<Q, T> {
    /// The aggregate over a window around each row, instead of over groups.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Sale { #[column(primary_key)] id: i64, shop: String, amount: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Sale,)>()?;
    /// # Sale::insert_all([Sale::new("a", 1), Sale::new("b", 2), Sale::new("a", 3)], &db)?;
    /// let of_shop = Sale::AMOUNT.sum().over().partition_by(Sale::SHOP);
    /// let shares = Sale::query().select((Sale::AMOUNT, of_shop)).order_by(Sale::ID).all(&db)?;
    /// assert_eq!(shares, [(1, Some(4)), (2, Some(2)), (3, Some(4))]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn over(self) -> Windowed<Q, T> {
        let (function, typed, depth) = self.into_parts();
        let function = function.and_then(|function| match function {
            Expr::Aggregate(call) if call.distinct => Err(ValueError::misuse(
                "no database computes an aggregate of distinct values over a window: leave out `distinct`, or group the rows",
            )),
            function => Ok(function),
        });
        Windowed::new(function, typed, depth)
    }
}

fn ranking<T>(function: &'static str) -> Windowed<(), T> {
    Windowed::new(Ok(Expr::Call(function, Vec::new())), None, 1)
}

/// The row's number in its window, counted from 1.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::row_number;
/// # #[derive(Model)] struct Film { #[column(primary_key)] id: i64, rating: String, length: i32 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Film,)>()?;
/// # Film::insert_all([Film::new("G", 90), Film::new("PG", 80), Film::new("G", 120)], &db)?;
/// let number = row_number().partition_by(Film::RATING).order_by(Film::LENGTH.desc());
/// assert_eq!(Film::query().select(number).order_by(Film::ID).all(&db)?, [2, 1, 1]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn row_number() -> Windowed<(), i64> {
    ranking("row_number")
}

/// The number of the first of the rows that are equal in the window's order: 1, 1, 3.
pub fn rank() -> Windowed<(), i64> {
    ranking("rank")
}

/// The number of the group of rows that are equal in the window's order: 1, 1, 2.
pub fn dense_rank() -> Windowed<(), i64> {
    ranking("dense_rank")
}

/// The share of the window's other rows that come before the row, from 0 to 1.
pub fn percent_rank() -> Windowed<(), f64> {
    ranking("percent_rank")
}

/// The share of the window's rows that do not come behind the row, up to 1.
pub fn cume_dist() -> Windowed<(), f64> {
    ranking("cume_dist")
}

/// The number of the row's part if the window is cut into so many parts of nearly equal size, counted from 1.
pub fn ntile(parts: u32) -> Windowed<(), i64> {
    if parts == 0 {
        let problem = ValueError::misuse("`ntile(0)` would cut the window into no parts: give it 1 or more");
        return Windowed::new(Err(problem), None, 2);
    }
    let parts = Parameter { value: Value::Int(i64::from(parts)), secret: false };
    let parts = Expr::Typed(Box::new(Expr::Value(parts)), SqlType::Integer);
    Windowed::new(Ok(Expr::Call("ntile", vec![parts])), Some(SqlType::BigInt), 2)
}

type Neighbour<X> = Windowed<<X as Expression>::Model, Option<<<X as Expression>::Type as ColumnType>::Bare>>;

fn neighbour<X: Expression<Type: ColumnType>>(function: &'static str, expression: X) -> Neighbour<X> {
    let depth = expression.depth() + 1;
    let typed = X::Type::TYPE.has_decimals().then_some(X::Type::TYPE);
    Windowed::new(expression.into_expr().map(|expr| Expr::Call(function, vec![expr])), typed, depth)
}

/// The value in the row before, in the window's order; NULL in the first.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::sql::lag;
/// # #[derive(Model)] struct Sale { #[column(primary_key)] id: i64, amount: i64 }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Sale,)>()?;
/// # Sale::insert_all([1, 2, 3].map(Sale::new), &db)?;
/// let before = lag(Sale::AMOUNT).order_by(Sale::ID);
/// assert_eq!(Sale::query().select(before).order_by(Sale::ID).all(&db)?, [None, Some(1), Some(2)]);
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn lag<X: Expression<Type: ColumnType>>(expression: X) -> Neighbour<X> {
    neighbour("lag", expression)
}

/// The value in the row behind, in the window's order; NULL in the last.
pub fn lead<X: Expression<Type: ColumnType>>(expression: X) -> Neighbour<X> {
    neighbour("lead", expression)
}

/// The value in the first row of the frame.
pub fn first_value<X: Expression<Type: ColumnType>>(expression: X) -> Neighbour<X> {
    neighbour("first_value", expression)
}

/// The value in the last row of the frame, which ends with the row itself unless `rows` or `range` says otherwise.
pub fn last_value<X: Expression<Type: ColumnType>>(expression: X) -> Neighbour<X> {
    neighbour("last_value", expression)
}
