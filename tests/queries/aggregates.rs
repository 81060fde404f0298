//! Aggregates: their types, of nothing, of NULLs and duplicates, too large ones, with filters, of joined rows.

use ormcore::prelude::*;
use ormcore::sql::{count, of};
use ormcore_tests::on_every_backend;

use crate::same;
use crate::shop::{Customer, Employee, Purchase, fill};

#[derive(Model, Debug)]
struct Measure {
    #[column(primary_key)]
    id: i64,
    tiny: Option<i8>,
    small: Option<i16>,
    int: Option<i32>,
    long: Option<i64>,
    unsigned: Option<u32>,
    single: Option<f32>,
    double: Option<f64>,
    text: Option<String>,
    flag: Option<bool>,
}

fn nothing_has_a_count_and_no_sum(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Measure>()?;
    let of_nothing = Measure::query().select((
        count(),
        Measure::INT.count(),
        Measure::INT.count().distinct(),
        Measure::INT.sum(),
        Measure::INT.avg(),
        Measure::INT.min(),
        Measure::TEXT.max(),
        Measure::SINGLE.sum(),
    ));
    assert_eq!(of_nothing.clone().all(db)?, [(0, 0, 0, None, None, None, None, None)]);
    assert_eq!(of_nothing.clone().count(db)?, 1);
    assert!(of_nothing.exists(db)?);
    let groups = Measure::query().group_by(Measure::TEXT).select((Measure::TEXT, count(), Measure::INT.sum()));
    assert_eq!(groups.clone().all(db)?, []);
    assert_eq!((groups.clone().count(db)?, groups.first(db)?), (0, None));
    // NULLs alone are nothing too.
    Measure::new().insert(db)?;
    let of_null = Measure::query().select((count(), Measure::LONG.count(), Measure::LONG.sum(), Measure::DOUBLE.avg()));
    assert_eq!(of_null.one(db)?, (1, 0, None, None));
    Ok(())
}

fn measure(number: i8) -> Draft<Measure> {
    Measure::new().with(|row| {
        row.tiny = Some(number);
        row.small = Some(i16::from(number) * 256);
        row.int = Some(i32::from(number) * 16_777_216);
        row.long = Some(i64::from(number) << 40);
        row.unsigned = Some(number.unsigned_abs().into());
        row.single = Some(f32::from(number) / 4.0);
        row.double = Some(f64::from(number) / 10.0);
        row.text = Some(format!("t{number}"));
    })
}

fn sums_of_all_number_types_are_wide(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Measure>()?;
    Measure::insert_all([127, 127, 100, -3].map(measure).into_iter().chain([Measure::new()]), db)?;
    let sums = Measure::query().select((
        Measure::TINY.sum(),
        Measure::SMALL.sum(),
        Measure::INT.sum(),
        Measure::LONG.sum(),
        Measure::UNSIGNED.sum(),
        Measure::SINGLE.sum(),
        Measure::DOUBLE.sum(),
    ));
    let (total, wide) = (351_i64, |factor: i64| Some(351 * factor));
    let (tiny, small, int, long, unsigned, single, double) = sums.one(db)?;
    assert_eq!((tiny, small, int, long), (Some(total), wide(256), wide(16_777_216), wide(1 << 40)));
    assert_eq!((unsigned, single), (Some(357), Some(351.0 / 4.0)));
    assert!((double.unwrap() - 35.1).abs() < 1e-9, "{double:?}");
    let averages = Measure::query().select((Measure::TINY.avg(), Measure::LONG.avg(), Measure::SINGLE.avg()));
    assert_eq!(averages.one(db)?, (Some(87.75), Some(87.75 * 1_099_511_627_776.0), Some(87.75 / 4.0)));
    let ends = Measure::query().select((
        Measure::TINY.min(),
        Measure::SINGLE.max(),
        Measure::TEXT.min(),
        Measure::LONG.max(),
        Measure::UNSIGNED.max(),
    ));
    assert_eq!(ends.one(db)?, (Some(-3), Some(31.75), Some("t-3".to_string()), Some(127 << 40), Some(127)));
    Ok(())
}

fn equal_values_count_once_with_distinct(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Purchase::query().select((
        Purchase::AMOUNT.count(),
        Purchase::AMOUNT.count().distinct(),
        Purchase::PIECES.sum(),
        Purchase::PIECES.sum().distinct(),
        Purchase::NOTE.count().distinct(),
        Purchase::NOTE.count().distinct().filter(Purchase::PIECES.gt(2)),
    ));
    let sql = "SELECT count(amount), count(DISTINCT amount), sum(pieces), sum(DISTINCT pieces), count(DISTINCT note), \
               count(DISTINCT note) FILTER (WHERE pieces > 2) FROM purchase";
    assert_eq!(same(query, sql, db)?, [(7, 6, Some(24), Some(21), 2, 2)]);
    Ok(())
}

fn a_sum_too_large_is_an_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Measure>()?;
    let large = || Measure::new().with(|row| row.long = Some(i64::MAX));
    Measure::insert_all([large(), large()], db)?;
    let sum = Measure::query().select(Measure::LONG.sum());
    let error = sum.clone().all(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Database { .. }), "{error:?}");
    let windowed = Measure::query().select(Measure::LONG.sum().over()).all(db).unwrap_err();
    assert!(matches!(windowed.kind(), ErrorKind::Database { .. }), "{windowed:?}");
    assert_eq!(sum.filter(Measure::ID.eq(1)).one(db)?, Some(i64::MAX));
    assert_eq!(Measure::query().select(Measure::LONG.sum().distinct()).one(db)?, Some(i64::MAX));
    assert_eq!(Measure::query().select(Measure::LONG.avg()).one(db)?, Some(9_223_372_036_854_775_807.0));
    Ok(())
}

/// What the chapter `databases` says of sums at their limits.
fn sums_differ_only_on_the_way_and_beyond_their_type(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Measure>()?;
    let row = |long: i64, double: f64| {
        Measure::new().with(|row| {
            row.long = Some(long);
            row.double = Some(double);
        })
    };
    Measure::insert_all([row(i64::MAX, 1e308), row(1, 1e308), row(-5, f64::NEG_INFINITY), row(0, f64::INFINITY)], db)?;
    let back = Measure::query().select(Measure::LONG.sum()).one(db);
    let beyond = Measure::query().filter(Measure::ID.le(2)).select(Measure::DOUBLE.sum()).one(db);
    let infinite = Measure::query().filter(Measure::ID.gt(2)).select(Measure::DOUBLE.sum()).one(db);
    if ormcore_tests::is_sqlite(db) {
        assert!(matches!(back.unwrap_err().kind(), ErrorKind::Database { .. }));
        assert_eq!((beyond?, infinite?), (Some(f64::INFINITY), None));
    } else {
        assert_eq!(back?, Some(i64::MAX - 4));
        assert!(matches!(beyond.unwrap_err().kind(), ErrorKind::Database { .. }));
        assert!(infinite?.is_some_and(f64::is_nan));
    }
    Ok(())
}

fn a_filter_lets_only_some_rows_count(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Customer::query().left_join(Customer::PURCHASES).select((
        count(),
        count().filter(Purchase::ID.is_distinct_from(of(Customer::ID))),
        Purchase::AMOUNT.sum().filter(Customer::CITY.eq("Oslo")).filter(Purchase::PIECES.gt(1)),
        Purchase::AMOUNT.max().filter(Purchase::NOTE.eq("no such note")),
    ));
    let sql = "SELECT count(*), count(*) FILTER (WHERE p.id IS NULL OR p.id <> c.id), \
               sum(p.amount) FILTER (WHERE c.city = 'Oslo' AND p.pieces > 1), \
               max(p.amount) FILTER (WHERE p.note = 'no such note') \
               FROM customer AS c LEFT JOIN purchase AS p ON p.customer_id = c.id";
    same(query, sql, db)?;
    Ok(())
}

fn expressions_are_aggregated_as_columns_are(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Purchase::query().select((
        (Purchase::PIECES * 2 + 1).sum(),
        (Purchase::AMOUNT * 2.0).max(),
        (Purchase::PIECES % 2).count().distinct(),
        Purchase::PIECES.gt(2).count(),
    ));
    let sql = "SELECT sum(pieces * 2 + 1), max(amount * 2), count(DISTINCT pieces % 2), count(*) FROM purchase";
    same(query, sql, db)?;
    Ok(())
}

fn truth_has_a_smallest_and_a_largest_value(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Measure>()?;
    let ends = || {
        let is_small = Measure::TINY.lt(3);
        Measure::query().select((Measure::FLAG.min(), Measure::FLAG.max(), is_small.clone().min(), is_small.max()))
    };
    assert_eq!(ends().one(db)?, (None, None, None, None));
    let flags = [(Some(true), 1), (Some(false), 2), (None, 2)];
    Measure::insert_all(flags.map(|(flag, tiny)| measure(tiny).with(|row| row.flag = flag)), db)?;
    assert_eq!(ends().one(db)?, (Some(false), Some(true), Some(true), Some(true)));
    let by_number = Measure::query().group_by(Measure::TINY).select((Measure::TINY, Measure::FLAG.max()));
    assert_eq!(by_number.order_by(Measure::TINY).all(db)?, [(Some(1), Some(true)), (Some(2), Some(false))]);
    let windowed = Measure::query().select(Measure::FLAG.min().over().partition_by(Measure::TINY));
    assert_eq!(windowed.order_by(Measure::ID).all(db)?, [Some(true), Some(false), Some(false)]);
    Ok(())
}

fn an_aggregate_of_joined_rows_counts_each_of_them(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Employee::query().join(Employee::REPORTS.to(ormcore::alias!(Employee))).select((
        count(),
        Employee::SALARY.sum(),
        Employee::SALARY.sum().distinct(),
    ));
    let sql = "SELECT count(*), CAST(sum(a.salary) AS bigint), CAST(sum(DISTINCT a.salary) AS bigint) \
               FROM employee AS a JOIN employee AS b ON b.boss_id = a.id";
    same(query, sql, db)?;
    Ok(())
}

fn aggregates_are_computed_with(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let pay = Employee::query().select((
        Employee::SALARY.sum() / count(),
        Employee::SALARY.max() - Employee::SALARY.min(),
        (Employee::SALARY.max() - Employee::SALARY.min()) / count() * 2,
        count() * 10 - Employee::BOSS_ID.count(),
    ));
    let sql = "SELECT CAST(sum(salary) AS bigint) / count(*), max(salary) - min(salary), \
               (max(salary) - min(salary)) / count(*) * 2, count(*) * 10 - count(boss_id) FROM employee";
    assert_eq!(same(pay, sql, db)?, [(Some(64), Some(50), Some(16), 55)]);
    let computed = (Employee::SALARY.sum() - 1) / of(Employee::SALARY.max() - Employee::SALARY.min());
    let sql = "SELECT (CAST(sum(salary) AS bigint) - 1) / (max(salary) - min(salary)) FROM employee";
    assert_eq!(same(Employee::query().select(computed), sql, db)?, [Some(7)]);
    // A count is a number beside numbers with fractions too.
    let mean = Purchase::query().group_by(Purchase::CUSTOMER_ID).select((
        Purchase::CUSTOMER_ID,
        Purchase::AMOUNT.sum() / count(),
        Purchase::AMOUNT.sum() / Purchase::PIECES.sum().cast::<f64>(),
    ));
    let sql = "SELECT customer_id, sum(amount) / count(*), sum(amount) / CAST(sum(pieces) AS double precision) \
               FROM purchase GROUP BY customer_id ORDER BY sum(amount) / count(*) DESC";
    let rows = same(mean.order_by((Purchase::AMOUNT.sum() / count()).desc()), sql, db)?;
    assert_eq!((rows[0].0, rows[0].1), (2, Some(50.5)));
    let groups = Purchase::query().group_by(Purchase::CUSTOMER_ID).select(Purchase::CUSTOMER_ID);
    assert_eq!(groups.having((Purchase::AMOUNT.sum() / count()).gt(50.0)).one(db)?, 2);
    Ok(())
}

fn what_is_computed_of_nothing_is_null(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Measure,)>()?;
    let of_nothing = Measure::query().select((
        Measure::LONG.sum() / count(),
        Measure::LONG.max() - Measure::LONG.min(),
        Measure::LONG.sum() + 1,
        count() * 2,
    ));
    assert_eq!(of_nothing.one(db)?, (None, None, None, 0));
    // Divided by a count that is 0.
    measure(1).insert(db)?;
    let nobody = Measure::query().select(Measure::LONG.sum() / count().filter(Measure::INT.lt(0)));
    assert_eq!(nobody.one(db)?, None);
    Ok(())
}

fn narrow_aggregates_are_computed_wide(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Measure,)>()?;
    Measure::insert_all([i32::MIN, i32::MAX].map(|int| Measure::new().with(|row| row.int = Some(int))), db)?;
    let spread = Measure::INT.max() - Measure::INT.min();
    let wide = Measure::query().select((spread.clone().gt(0), (spread / 2).cast::<i64>())).one(db)?;
    assert_eq!(wide.1, Some(i64::from(u32::MAX) / 2));
    assert!(wide.0);
    Ok(())
}

on_every_backend!(
    nothing_has_a_count_and_no_sum,
    sums_of_all_number_types_are_wide,
    equal_values_count_once_with_distinct,
    a_sum_too_large_is_an_error,
    sums_differ_only_on_the_way_and_beyond_their_type,
    a_filter_lets_only_some_rows_count,
    expressions_are_aggregated_as_columns_are,
    truth_has_a_smallest_and_a_largest_value,
    an_aggregate_of_joined_rows_counts_each_of_them,
    aggregates_are_computed_with,
    what_is_computed_of_nothing_is_null,
    narrow_aggregates_are_computed_wide,
);
