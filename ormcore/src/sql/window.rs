use crate::sql::{Expr, Order};
use crate::value::SqlType;

/// An aggregate function over rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Which one.
    pub function: AggregateFunction,
    /// Whether equal values count once.
    pub distinct: bool,
    /// What it is computed from; none for the rows themselves (`*`).
    pub arguments: Vec<Expr>,
    /// In which order the rows come to it, where that makes a difference.
    pub order: Vec<Order>,
    /// Which rows count; all if there is no condition.
    pub filter: Option<Expr>,
}

/// What is computed from the values of many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AggregateFunction {
    /// How many there are.
    Count,
    /// Their sum.
    Sum,
    /// Their average.
    Average,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
    /// The sum of decimals.
    DecimalSum,
    /// The average of decimals.
    DecimalAverage,
    /// All texts, with another between them.
    StringJoin,
    /// An array of all values, of elements of this type; without any it is empty.
    Array(SqlType),
    /// What the program names or writes itself: its argument is the whole of it.
    Own,
}

impl AggregateFunction {
    /// The function's name in standard SQL, or where that has none, in most databases.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            AggregateFunction::Count => "count",
            AggregateFunction::Sum | AggregateFunction::DecimalSum => "sum",
            AggregateFunction::Average | AggregateFunction::DecimalAverage => "avg",
            AggregateFunction::Minimum => "min",
            AggregateFunction::Maximum => "max",
            AggregateFunction::StringJoin => "string_agg",
            AggregateFunction::Array(_) => "array_agg",
            AggregateFunction::Own => "",
        }
    }
}

/// Which rows a window function sees, and in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    /// What the rows of one window agree in.
    pub partition: Vec<Expr>,
    /// The order of the rows in it.
    pub order: Vec<Order>,
    /// The part of the window around the row; SQL's own if there is none.
    pub frame: Option<Frame>,
}

/// A part of a window, around the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What the bounds count.
    pub unit: FrameUnit,
    /// The first row.
    pub start: FrameBound,
    /// The last row.
    pub end: FrameBound,
}

/// What the bounds of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// Values of the order; rows that are equal in it belong together.
    Range,
    /// Groups of rows that are equal in the order.
    Groups,
}

/// A bound of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameBound {
    /// The window's first row or its last, by where the bound stands.
    Unbounded,
    /// So many before the row.
    Preceding(u32),
    /// The row itself.
    CurrentRow,
    /// So many behind the row.
    Following(u32),
}

impl Expr {
    /// The row's number, counted from 1 in this order, among those that agree in the partition.
    #[must_use]
    pub fn row_number(partition: Vec<Expr>, order: Vec<Order>) -> Expr {
        Expr::Call("row_number", Vec::new()).over(Window { partition, order, frame: None })
    }

    /// The function over a window.
    #[must_use]
    pub fn over(self, window: Window) -> Expr {
        Expr::Over(Box::new(self), Box::new(window))
    }
}
