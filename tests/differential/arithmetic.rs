//! Arithmetic of columns and values, whose results stay far from any type's limits: what lies beyond is a difference that
//! remains.

use ormcore::prelude::*;
use ormcore::query::Computed;
use proptest::prelude::*;
use proptest::sample::select;

use crate::conditions::Order;
use crate::models::Cell;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What the columns of a kind are computed with: the column that may be NULL first, and then one step after the other.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    pub(crate) kind: Kind,
    pub(crate) steps: Vec<(Operator, Term)>,
    /// Whether it is compared with the other column instead of a value.
    pub(crate) with_column: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Int,
    Long,
    Double,
    Short,
    Single,
}

#[derive(Debug, Clone)]
pub(crate) enum Term {
    Value(i64),
    Column,
    /// The column and a step of its own.
    Inner(Operator, i64),
}

pub(crate) fn sums() -> impl Strategy<Value = Sum> {
    let operator =
        || select(vec![Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide, Operator::Remainder]);
    let value = || prop_oneof![-3..4_i64, -40..41_i64];
    let term = prop_oneof![
        2 => value().prop_map(Term::Value),
        1 => Just(Term::Column),
        1 => (operator(), value()).prop_map(|(operator, value)| Term::Inner(operator, value)),
    ];
    let kind = select(vec![Kind::Int, Kind::Long, Kind::Double, Kind::Short, Kind::Single]);
    let steps = proptest::collection::vec((operator(), term), 1..3);
    (kind, steps, any::<bool>()).prop_map(|(kind, steps, with_column)| Sum { kind, steps, with_column })
}

macro_rules! step {
    ($left:expr, $operator:expr, $right:expr) => {
        match $operator {
            Operator::Add => $left + $right,
            Operator::Subtract => $left - $right,
            Operator::Multiply => $left * $right,
            Operator::Divide => $left / $right,
            Operator::Remainder => $left % $right,
        }
    };
}

macro_rules! computed {
    ($steps:expr, $one:expr, $maybe:expr, $ty:ty, $value:expr) => {{
        let mut sum: Option<Computed<Cell, Option<$ty>>> = None;
        for (operator, term) in $steps {
            let value: fn(i64) -> $ty = $value;
            sum = Some(match (sum, term) {
                (None, Term::Value(number)) => step!($maybe, operator, value(*number)),
                (None, Term::Column) => step!($maybe, operator, $one),
                (None, Term::Inner(inner, number)) => {
                    step!($maybe, operator, step!($one, inner, value(*number)))
                }
                (Some(sum), Term::Value(number)) => step!(sum, operator, value(*number)),
                (Some(sum), Term::Column) => step!(sum, operator, $one),
                (Some(sum), Term::Inner(inner, number)) => step!(sum, operator, step!($one, inner, value(*number))),
            });
        }
        sum.expect("a sum has at least one step")
    }};
}

fn ints(sum: &Sum) -> Computed<Cell, Option<i32>> {
    computed!(&sum.steps, Cell::A_SMALL, Cell::O_SMALL, i32, |number| number as i32)
}

fn longs(sum: &Sum) -> Computed<Cell, Option<i64>> {
    computed!(&sum.steps, Cell::B_SMALL, Cell::P_SMALL, i64, |number| number)
}

fn doubles(sum: &Sum) -> Computed<Cell, Option<f64>> {
    computed!(&sum.steps, Cell::C_SMALL, Cell::Q_SMALL, f64, |number| number as f64 / 2.0)
}

/// Of which a column times a column is more than their type holds.
fn shorts(sum: &Sum) -> Computed<Cell, Option<i16>> {
    computed!(&sum.steps, Cell::A_SHORT, Cell::O_SHORT, i16, |number| number as i16)
}

/// Whose products have more digits than their type.
fn singles(sum: &Sum) -> Computed<Cell, Option<f32>> {
    computed!(&sum.steps, Cell::D_SMALL, Cell::R_SMALL, f32, |number| number as f32 / 3.0)
}

pub(crate) fn condition(order: Order, sum: &Sum, value: i64) -> Predicate<Cell> {
    match (sum.kind, sum.with_column) {
        (Kind::Int, true) => order.condition(ints(sum), Cell::A_SMALL),
        (Kind::Int, false) => order.condition(ints(sum), value as i32),
        (Kind::Long, true) => order.condition(longs(sum), Cell::B_SMALL),
        (Kind::Long, false) => order.condition(longs(sum), value),
        (Kind::Double, true) => order.condition(doubles(sum), Cell::C_SMALL),
        (Kind::Double, false) => order.condition(doubles(sum), value as f64),
        (Kind::Short, true) => order.condition(shorts(sum), Cell::A_SHORT),
        (Kind::Short, false) => order.condition(shorts(sum), value as i16),
        (Kind::Single, true) => order.condition(singles(sum), Cell::D_SMALL),
        (Kind::Single, false) => order.condition(singles(sum), value as f32),
    }
}

pub(crate) fn ordering(sum: &Sum, descending: bool) -> ormcore::query::Ordering<Cell> {
    match (sum.kind, descending) {
        (Kind::Int, false) => ints(sum).asc(),
        (Kind::Int, true) => ints(sum).desc(),
        (Kind::Long, false) => longs(sum).asc(),
        (Kind::Long, true) => longs(sum).desc(),
        (Kind::Double, false) => doubles(sum).asc(),
        (Kind::Double, true) => doubles(sum).desc(),
        (Kind::Short, false) => shorts(sum).asc(),
        (Kind::Short, true) => shorts(sum).desc(),
        (Kind::Single, false) => singles(sum).asc(),
        (Kind::Single, true) => singles(sum).desc(),
    }
}
