//! Conditions as data, so that a failing one can be shrunk and shown; and as ormcore's.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use ormcore::Column;
use ormcore::prelude::*;
use ormcore::query::Operand;
use ormcore::value::ColumnType;
use proptest::collection::vec;
use proptest::option::{self, of};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use rust_decimal::Decimal;
use std::fmt::Debug;
use uuid::Uuid;

use crate::arithmetic::{self, Sum};
use crate::models::{Cell, Level, Mark, Mood, Shelf, every_type};
use crate::samples;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    pub(crate) fn condition<M: Model, T, X: Expression<Model = M, Type = T>>(
        self,
        left: X,
        right: impl Operand<M, T, Source = M>,
    ) -> Predicate<M> {
        match self {
            Order::Equal => left.eq(right),
            Order::Different => left.ne(right),
            Order::Less => left.lt(right),
            Order::AtMost => left.le(right),
            Order::More => left.gt(right),
            Order::AtLeast => left.ge(right),
        }
    }
}

pub(crate) fn order(ordered: bool) -> impl Strategy<Value = Order> {
    let all = [Order::Equal, Order::Different, Order::Less, Order::AtMost, Order::More, Order::AtLeast];
    select(if ordered { all.to_vec() } else { all[..2].to_vec() })
}

/// A question about the two columns of a type.
#[derive(Debug, Clone)]
pub(crate) enum Asked<T> {
    One(Order, T),
    Maybe(Order, Option<T>),
    Columns(Order),
    /// The values, how often they are repeated, and whether the column is to be among them.
    Among(Vec<T>, usize, bool),
    MaybeAmong(Vec<Option<T>>, usize, bool),
    Between(T, T),
    MaybeBetween(T, T),
    BetweenColumn(T),
    Null(bool),
    Same(Option<T>, bool),
    SameColumns(bool),
}

/// Questions with these values; about their order only where the databases agree about it.
fn asked<T: Debug + Clone + 'static>(
    values: impl Strategy<Value = T> + 'static,
    ordered: bool,
) -> BoxedStrategy<Asked<T>> {
    let one = values.boxed();
    let maybe = || option::weighted(0.8, one.clone());
    let repeated = || select(vec![1, 1, 1, 40]);
    let equal = prop_oneof![
        3 => (order(ordered), one.clone()).prop_map(|(order, value)| Asked::One(order, value)),
        3 => (order(ordered), maybe()).prop_map(|(order, value)| Asked::Maybe(order, value)),
        1 => order(ordered).prop_map(Asked::Columns),
        1 => (vec(one.clone(), 0..4), repeated(), any::<bool>()).prop_map(|(values, times, within)| Asked::Among(values, times, within)),
        1 => (vec(maybe(), 0..4), repeated(), any::<bool>()).prop_map(|(values, times, within)| Asked::MaybeAmong(values, times, within)),
        1 => any::<bool>().prop_map(Asked::Null),
        1 => (maybe(), any::<bool>()).prop_map(|(value, same)| Asked::Same(value, same)),
        1 => any::<bool>().prop_map(Asked::SameColumns),
    ];
    if !ordered {
        return equal.boxed();
    }
    let pair = (one.clone(), one.clone());
    prop_oneof![
        8 => equal,
        1 => pair.clone().prop_map(|(low, high)| Asked::Between(low, high)),
        1 => pair.prop_map(|(low, high)| Asked::MaybeBetween(low, high)),
        1 => one.prop_map(Asked::BetweenColumn),
    ]
    .boxed()
}

fn ask<T: ColumnType + Clone>(one: Column<Cell, T>, maybe: Column<Cell, Option<T>>, asked: &Asked<T>) -> Predicate<Cell>
where
    Option<T>: ColumnType,
    Column<Cell, T>: Expression<Model = Cell, Type = T>,
    Column<Cell, Option<T>>: Expression<Model = Cell, Type = Option<T>>,
{
    fn listed<V: Clone>(values: &[V], times: usize) -> Vec<V> {
        values.iter().cycle().take(values.len() * times).cloned().collect()
    }
    match asked.clone() {
        Asked::One(order, value) => order.condition(one, value),
        Asked::Maybe(order, value) => order.condition(maybe, value),
        Asked::Columns(order) => order.condition(maybe, one),
        Asked::Among(values, times, true) => one.is_in(listed(&values, times)),
        Asked::Among(values, times, false) => one.not_in(listed(&values, times)),
        Asked::MaybeAmong(values, times, true) => maybe.is_in(listed(&values, times)),
        Asked::MaybeAmong(values, times, false) => maybe.not_in(listed(&values, times)),
        Asked::Between(low, high) => one.between(low, high),
        Asked::MaybeBetween(low, high) => maybe.between(low, high),
        Asked::BetweenColumn(high) => maybe.between(one, high),
        Asked::Null(true) => maybe.is_null(),
        Asked::Null(false) => maybe.is_not_null(),
        Asked::Same(value, true) => maybe.is_not_distinct_from(value),
        Asked::Same(value, false) => maybe.is_distinct_from(value),
        Asked::SameColumns(true) => maybe.is_not_distinct_from(one),
        Asked::SameColumns(false) => maybe.is_distinct_from(one),
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Match {
    Like,
    Ilike,
    Contains,
    StartsWith,
    EndsWith,
}

macro_rules! of_types {
    ($($variant:ident $field:ident $option:ident $one:ident $maybe:ident $ordered:literal $ty:ty, $values:expr;)*) => {
        /// A condition on a cell.
        #[derive(Debug, Clone)]
        pub(crate) enum Test {
            $($variant(Asked<$ty>),)*
            /// Whether text, of the column that may be NULL or the other, matches.
            Matches(Match, String, bool),
            Sum(Order, Sum, i64),
            /// What a cell leads to, and back.
            OnShelf(Option<(Order, Option<i64>)>),
            Beside(Box<Test>),
            Marked(Option<String>),
            Marks(Order, i64, Option<String>),
            Not(Box<Test>),
            And(Box<Test>, Box<Test>),
            Or(Box<Test>, Box<Test>),
        }

        fn of_a_type() -> BoxedStrategy<Test> {
            Union::new([$(asked($values, $ordered).prop_map(Test::$variant).boxed(),)*]).boxed()
        }

        pub(crate) fn condition(test: &Test) -> Predicate<Cell> {
            match test {
                $(Test::$variant(asked) => ask(Cell::$one, Cell::$maybe, asked),)*
                Test::Matches(how, pattern, true) => matches(Cell::O_TEXT, *how, pattern),
                Test::Matches(how, pattern, false) => matches(Cell::A_TEXT, *how, pattern),
                Test::Sum(order, sum, value) => arithmetic::condition(*order, sum, *value),
                Test::OnShelf(None) => Cell::SHELF.exists(),
                Test::OnShelf(Some((order, rank))) => Cell::SHELF.has(order.condition(Shelf::RANK, *rank)),
                Test::Beside(test) => Cell::SHELF.has(Shelf::CELLS.any(condition(test))),
                Test::Marked(None) => Cell::MARKS.none(),
                Test::Marked(Some(label)) => Cell::MARKS.any(Mark::LABEL.contains(label)),
                Test::Marks(order, count, None) => order.condition(Cell::MARKS.count(), *count),
                Test::Marks(order, count, Some(label)) => {
                    order.condition(Cell::MARKS.count_of(Mark::LABEL.ge(label)), *count)
                }
                Test::Not(inner) => !condition(inner),
                Test::And(left, right) => condition(left) & condition(right),
                Test::Or(left, right) => condition(left) | condition(right),
            }
        }
    };
}
every_type!(of_types);

fn matches<T: ormcore::query::Textual>(column: Column<Cell, T>, how: Match, pattern: &str) -> Predicate<Cell>
where
    Column<Cell, T>: Expression<Model = Cell, Type = T>,
{
    match how {
        Match::Like => column.like(pattern),
        Match::Ilike => column.ilike(pattern),
        Match::Contains => column.contains(pattern),
        Match::StartsWith => column.starts_with(pattern),
        Match::EndsWith => column.ends_with(pattern),
    }
}

pub(crate) fn tests() -> BoxedStrategy<Test> {
    let how = select(vec![Match::Like, Match::Ilike, Match::Contains, Match::StartsWith, Match::EndsWith]);
    let leaf = prop_oneof![
        10 => of_a_type(),
        4 => (how, samples::pattern(), any::<bool>()).prop_map(|(how, pattern, maybe)| Test::Matches(how, pattern, maybe)),
        3 => (order(true), arithmetic::sums(), -9..10_i64).prop_map(|(order, sum, value)| Test::Sum(order, sum, value)),
        1 => of((order(true), of(0..3_i64))).prop_map(Test::OnShelf),
        1 => of(samples::text()).prop_map(Test::Marked),
        1 => (order(true), 0..3_i64, of(samples::text())).prop_map(|(order, count, label)| Test::Marks(order, count, label)),
    ];
    let tree = leaf.prop_recursive(4, 10, 2, |inner| {
        prop_oneof![
            2 => inner.clone().prop_map(|test| Test::Not(Box::new(test))),
            1 => inner.clone().prop_map(|test| Test::Beside(Box::new(test))),
            2 => (inner.clone(), inner.clone()).prop_map(|(left, right)| Test::And(Box::new(left), Box::new(right))),
            2 => (inner.clone(), inner).prop_map(|(left, right)| Test::Or(Box::new(left), Box::new(right))),
        ]
    });
    tree.boxed()
}
