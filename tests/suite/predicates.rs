//! Conditions against a model of them in Rust, with SQL's three truth values; and conditions of great length.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(Model, Debug, Clone, PartialEq)]
struct Cell {
    #[column(primary_key)]
    id: i64,
    number: i64,
    maybe: Option<i64>,
    text: Option<String>,
}

const NUMBERS: [i64; 3] = [-1, 0, 2];
const MAYBE: [Option<i64>; 3] = [None, Some(0), Some(2)];
const TEXTS: [Option<&str>; 4] = [None, Some(""), Some("a"), Some("A%")];

/// A row for every combination of the values above.
fn cells(db: &Database) -> ormcore::Result<Vec<Cell>> {
    db.create_tables::<Cell>()?;
    let all = NUMBERS.into_iter().flat_map(|number| {
        MAYBE.into_iter().flat_map(move |maybe| TEXTS.into_iter().map(move |text| (number, maybe, text)))
    });
    let drafts = all.map(|(number, maybe, text)| {
        Cell::new(number).with(|cell| (cell.maybe, cell.text) = (maybe, text.map(Into::into)))
    });
    Cell::insert_all(drafts, db)
}

/// A condition as data.
#[derive(Debug, Clone)]
enum Test {
    Compare(Order, i64),
    CompareMaybe(Order, Option<i64>),
    CompareColumns(Order),
    Sum(i64),
    Among(Vec<Option<i64>>, bool),
    Between(i64, i64),
    Null(bool),
    Same(Option<&'static str>, bool),
    Contains(&'static str),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Equal,
    Different,
    Less,
    AtMost,
}

impl Order {
    fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Order::Equal => left == right,
            Order::Different => left != right,
            Order::Less => left < right,
            Order::AtMost => left <= right,
        }
    }

    fn condition<T>(
        self,
        column: ormcore::Column<Cell, T>,
        value: impl ormcore::query::Operand<Cell, T, Source = Cell>,
    ) -> Predicate<Cell> {
        match self {
            Order::Equal => column.eq(value),
            Order::Different => column.ne(value),
            Order::Less => column.lt(value),
            Order::AtMost => column.le(value),
        }
    }
}

/// What Rust says of a row: `None` is SQL's unknown.
fn truth(test: &Test, cell: &Cell) -> Option<bool> {
    Some(match test {
        Test::Compare(order, value) => order.holds(cell.number, *value),
        Test::CompareMaybe(Order::Equal, None) => cell.maybe.is_none(),
        Test::CompareMaybe(Order::Different, None) => cell.maybe.is_some(),
        Test::CompareMaybe(order, value) => order.holds(cell.maybe?, (*value)?),
        Test::CompareColumns(order) => order.holds(cell.maybe?, cell.number),
        Test::Sum(value) => cell.maybe? + cell.number > *value,
        Test::Among(values, within) => {
            let listed: Vec<i64> = values.iter().flatten().copied().collect();
            let found = match cell.maybe {
                None if values.contains(&None) => true,
                None if listed.is_empty() => false,
                maybe => listed.contains(&maybe?),
            };
            found == *within
        }
        Test::Between(low, high) => (*low..=*high).contains(&cell.maybe?),
        Test::Null(null) => cell.text.is_none() == *null,
        Test::Same(text, same) => (cell.text.as_deref() == *text) == *same,
        Test::Contains(part) => cell.text.as_ref()?.contains(part),
        Test::Not(inner) => !truth(inner, cell)?,
        Test::And(left, right) => match (truth(left, cell), truth(right, cell)) {
            (Some(false), _) | (_, Some(false)) => false,
            (left, right) => left? && right?,
        },
        Test::Or(left, right) => match (truth(left, cell), truth(right, cell)) {
            (Some(true), _) | (_, Some(true)) => true,
            (left, right) => left? || right?,
        },
    })
}

fn condition(test: &Test) -> Predicate<Cell> {
    match test {
        Test::Compare(order, value) => order.condition(Cell::NUMBER, *value),
        Test::CompareMaybe(order, value) => order.condition(Cell::MAYBE, *value),
        Test::CompareColumns(order) => order.condition(Cell::MAYBE, Cell::NUMBER),
        Test::Sum(value) => (Cell::MAYBE + Cell::NUMBER).gt(*value),
        Test::Among(values, true) => Cell::MAYBE.is_in(values),
        Test::Among(values, false) => Cell::MAYBE.not_in(values),
        Test::Between(low, high) => Cell::MAYBE.between(*low, *high),
        Test::Null(true) => Cell::TEXT.is_null(),
        Test::Null(false) => Cell::TEXT.is_not_null(),
        Test::Same(text, true) => Cell::TEXT.is_not_distinct_from(*text),
        Test::Same(text, false) => Cell::TEXT.is_distinct_from(*text),
        Test::Contains(part) => Cell::TEXT.contains(part),
        Test::Not(inner) => !condition(inner),
        Test::And(left, right) => condition(left) & condition(right),
        Test::Or(left, right) => condition(left) | condition(right),
    }
}

fn tests() -> impl Strategy<Value = Test> {
    let order = || prop_oneof![Just(Order::Equal), Just(Order::Different), Just(Order::Less), Just(Order::AtMost)];
    let small = || -2..4_i64;
    let leaf = prop_oneof![
        (order(), small()).prop_map(|(order, value)| Test::Compare(order, value)),
        (order(), proptest::option::of(small())).prop_map(|(order, value)| Test::CompareMaybe(order, value)),
        order().prop_map(Test::CompareColumns),
        small().prop_map(Test::Sum),
        (proptest::collection::vec(proptest::option::weighted(0.8, small()), 0..4), any::<bool>())
            .prop_map(|(values, within)| Test::Among(values, within)),
        (small(), small()).prop_map(|(low, high)| Test::Between(low, high)),
        any::<bool>().prop_map(Test::Null),
        (proptest::sample::select(&TEXTS), any::<bool>()).prop_map(|(text, same)| Test::Same(text, same)),
        proptest::sample::select(&["", "a", "A", "%"]).prop_map(Test::Contains),
    ];
    leaf.prop_recursive(6, 24, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|test| Test::Not(Box::new(test))),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Test::And(Box::new(left), Box::new(right))),
            (inner.clone(), inner).prop_map(|(left, right)| Test::Or(Box::new(left), Box::new(right))),
        ]
    })
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() })
}

fn ids(condition: Predicate<Cell>, db: &Database) -> Vec<i64> {
    let found = Cell::query().filter(condition).order_by(Cell::ID).all(db).unwrap();
    found.into_iter().map(|cell| cell.id).collect()
}

fn the_database_and_rust_agree_on_every_condition(db: &Database) -> ormcore::Result<()> {
    let cells = cells(db)?;
    let agree = runner().run(&tests(), |test| {
        let expected: Vec<_> =
            cells.iter().filter(|cell| truth(&test, cell) == Some(true)).map(|cell| cell.id).collect();
        let count = expected.len() as u64;
        prop_assert_eq!(ids(condition(&test), db), expected);
        prop_assert_eq!(Cell::query().filter(condition(&test)).count(db).unwrap(), count);
        Ok(())
    });
    agree.unwrap();
    Ok(())
}

fn de_morgan_holds(db: &Database) -> ormcore::Result<()> {
    cells(db)?;
    let holds = runner().run(&(tests(), tests()), |(left, right)| {
        let (p, q) = (condition(&left), condition(&right));
        prop_assert_eq!(ids(!(p.clone() & q.clone()), db), ids(!p.clone() | !q.clone(), db));
        prop_assert_eq!(ids(!(p.clone() | q.clone()), db), ids(!p & !q, db));
        Ok(())
    });
    holds.unwrap();
    Ok(())
}

on_every_backend!(the_database_and_rust_agree_on_every_condition, de_morgan_holds);
