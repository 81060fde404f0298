//! Dates computed from dates: beside chrono, over the edges of the calendar.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use ormcore::prelude::*;
use ormcore::query::{Param, Select, prepare};
use ormcore::sql::{DateUnit, case, coalesce, count, lag, now, of};
use ormcore_tests::{is_sqlite, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "later_loan")]
struct Loan {
    #[column(primary_key)]
    id: i64,
    #[column(name = "taken \"on\"")]
    taken_on: NaiveDate,
    local: NaiveDateTime,
    at: DateTime<Utc>,
    days: i64,
    months: i16,
    seconds: f64,
    extra: Option<i32>,
    back_on: Option<NaiveDate>,
    #[column(foreign_key = Term::ID)]
    term_id: Option<i64>,
    #[relationship]
    term: BelongsTo<Term>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "later_term")]
struct Term {
    #[column(primary_key)]
    id: i64,
    days: i32,
    #[relationship]
    loans: HasMany<Loan>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "later_strange")]
struct Strange {
    #[column(primary_key)]
    id: i64,
    day: time::Date,
    at: time::OffsetDateTime,
    civil: jiff::civil::DateTime,
    instant: jiff::Timestamp,
}

const MOMENTS: [&str; 12] = [
    "0000-01-01T00:00:00",
    "0000-02-29T23:59:59.999999",
    "0001-01-31T12:00:00",
    "1582-10-10T01:02:03.000004",
    "1899-12-31T23:59:59.999999",
    "1900-01-31T00:00:00",
    "1969-12-31T23:59:59.999999",
    "2000-02-29T06:30:00.5",
    "2024-01-31T23:59:59.999999",
    "2024-03-31T02:30:00.123456",
    "2100-12-31T00:00:00.000001",
    "9999-12-31T23:59:59.999999",
];

fn moment(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn loan(at: NaiveDateTime) -> Draft<Loan> {
    Loan::new(at.date(), at, at.and_utc(), 0, 0, 0.0)
}

/// What is of the years that there are.
fn known<D: Datelike>(date: Option<D>) -> Option<D> {
    date.filter(|date| (0..=9999).contains(&date.year()))
}

fn days_later(at: NaiveDateTime, days: i64) -> Option<NaiveDateTime> {
    let count = Days::new(days.unsigned_abs());
    known(if days < 0 { at.checked_sub_days(count) } else { at.checked_add_days(count) })
}

fn months_later(at: NaiveDateTime, months: i64) -> Option<NaiveDateTime> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    known(if months < 0 { at.checked_sub_months(count) } else { at.checked_add_months(count) })
}

/// What the query gives, unless the database has something against it.
fn found<S: 'static, T: Send + 'static>(query: Select<S, T>, db: &Database) -> Option<T> {
    query.one(db).ok()
}

fn days_and_months_go_by_the_calendar(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    Loan::insert_all(MOMENTS.map(|text| loan(moment(text))), db)?;
    let far =
        [1 << 31, -(1 << 31), (1 << 31) - 1, i64::MAX, i64::MIN, 110_000_000, -110_000_000, 3_652_058, -3_652_058];
    for (row, text) in (1..).zip(MOMENTS) {
        let (at, one) = (moment(text), Loan::query().filter(Loan::ID.eq(row)));
        for count in [0, 1, -1, 28, 29, 31, -31, 366, -366, 146_097, 3_652_424].into_iter().chain(far) {
            let expected = days_later(at, count);
            let days = one.clone().select(Loan::TAKEN_ON.plus_days(count));
            assert_eq!(found(days, db), expected.map(|at| at.date()), "{text} {count}");
            let local = one.clone().select((Loan::LOCAL.plus_days(count), Loan::AT.plus_days(count)));
            assert_eq!(found(local, db), expected.map(|at| (at, at.and_utc())), "{text} {count}");
        }
        for count in [0, 1, -1, 11, 13, -13, 12 * 400, 12 * 9999, -12 * 9999].into_iter().chain(far) {
            let expected = months_later(at, count);
            let days = one.clone().select(Loan::TAKEN_ON.plus_months(count));
            assert_eq!(found(days, db), expected.map(|at| at.date()), "{text} {count}");
            let local = one.clone().select((Loan::LOCAL.plus_months(count), Loan::AT.plus_months(count)));
            assert_eq!(found(local, db), expected.map(|at| (at, at.and_utc())), "{text} {count}");
        }
    }
    Ok(())
}

fn seconds_count_to_the_microsecond(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    Loan::insert_all(MOMENTS.map(|text| loan(moment(text))), db)?;
    let last = 315_569_519_999.0;
    let counts: [f64; 13] =
        [0.0, 1.5, -1.5, 0.000_001, -0.000_001, 86_399.999_999, 1e9, -1e9, last, -last, 1e18, -1e300, 0.1 + 0.2];
    for (row, text) in (1..).zip(MOMENTS) {
        let (at, one) = (moment(text), Loan::query().filter(Loan::ID.eq(row)));
        for count in counts {
            let microseconds = (count * 1e6).round_ties_even();
            let span = (microseconds.abs() < 9e18).then(|| TimeDelta::microseconds(microseconds as i64));
            let expected = known(span.and_then(|span| at.checked_add_signed(span)));
            let later = one.clone().select((Loan::LOCAL.plus_seconds(count), Loan::AT.plus_seconds(count)));
            assert_eq!(found(later, db), expected.map(|at| (at, at.and_utc())), "{text} {count}");
        }
        for count in [1, -1, 86_400, 315_569_519_999_i64, -315_569_519_999, i64::MAX, i64::MIN] {
            let span = TimeDelta::try_seconds(count);
            let expected = known(span.and_then(|span| at.checked_add_signed(span)));
            let later = one.clone().select(Loan::AT.plus_seconds(count));
            assert_eq!(found(later, db), expected.map(|at| at.and_utc()), "{text} {count}");
        }
    }
    Ok(())
}

fn amounts_are_columns_and_what_is_null_stays_so(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    let term = Term::new(14).insert(db)?;
    let at = moment("2024-01-31T22:00:00");
    let first = loan(at).set(Loan::DAYS, 30).set(Loan::MONTHS, 1).set(Loan::SECONDS, 7200.25).set(Loan::TERM_ID, &term);
    let second =
        loan(at).set(Loan::DAYS, -31).set(Loan::EXTRA, 1).set(Loan::BACK_ON, at.date()).set(Loan::SECONDS, 0.5);
    Loan::insert_all([first, second], db)?;
    let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap();
    let due = Loan::TAKEN_ON.plus_days(Loan::DAYS);
    let all = Loan::query().order_by(Loan::ID);
    let new_year_eve = NaiveDate::from_ymd_opt(2023, 12, 31).unwrap();
    assert_eq!(all.clone().select(due.clone()).all(db)?, [day(3, 1), new_year_eve]);
    let months = Loan::TAKEN_ON.plus_months(Loan::MONTHS);
    assert_eq!(all.clone().select(months.plus_days(Loan::EXTRA)).all(db)?, [None, Some(day(2, 1))]);
    let nullable =
        (Loan::BACK_ON.plus_days(1), Loan::BACK_ON.plus_months(Loan::EXTRA), Loan::TAKEN_ON.plus_days(Loan::EXTRA));
    let expected = (Some(day(2, 1)), Some(day(2, 29)), Some(day(2, 1)));
    assert_eq!(all.clone().select(nullable).all(db)?, [(None, None, None), expected]);
    let seconds =
        all.clone().select(Loan::LOCAL.plus_seconds(Loan::SECONDS * 2.0).plus_days(coalesce(Loan::EXTRA, -1)));
    assert_eq!(seconds.all(db)?, [moment("2024-01-31T02:00:00.5"), moment("2024-02-01T22:00:01")]);
    assert_eq!(Loan::query().filter(due.clone().gt(Loan::TAKEN_ON)).one(db)?.id, 1);
    assert_eq!(Loan::query().filter(Loan::TAKEN_ON.lt(due.clone())).one(db)?.id, 1);
    assert_eq!(Loan::query().filter(due.clone().between(day(1, 1), day(4, 1))).one(db)?.id, 1);
    assert_eq!(all.clone().select(due.clone().days_since(Loan::TAKEN_ON)).all(db)?, [30, -31]);
    let truncated = all.clone().select(Loan::AT.plus_seconds(7200).date_trunc(DateUnit::Month)).first(db)?;
    assert_eq!(truncated, Some(moment("2024-02-01T00:00:00").and_utc()));
    let joined = Loan::query().join(Loan::TERM).select(Loan::TAKEN_ON.plus_days(of(Term::DAYS)));
    assert_eq!(joined.one(db)?, day(2, 14));
    let last = Loan::query().select(Loan::TAKEN_ON.max().plus_days(Loan::DAYS.max()));
    assert_eq!(last.one(db)?, Some(day(3, 1)));
    let along = Term::query().select(Term::LOANS.aggregate(Loan::TAKEN_ON.plus_days(Loan::DAYS).max()));
    assert_eq!(along.one(db)?, Some(day(3, 1)));
    Loan::query().update(Loan::BACK_ON.set(due), db)?;
    assert_eq!(all.select(Loan::BACK_ON).all(db)?, [Some(day(3, 1)), Some(new_year_eve)]);
    let after = prepare(move |days: Param<i32>| Loan::query().filter(Loan::TAKEN_ON.plus_days(days).eq(day(2, 7))));
    assert_eq!(after.all(7, db)?.len(), 2);
    Ok(())
}

#[derive(Row, Debug, Clone, PartialEq)]
struct Due {
    id: i64,
    #[row(name = "due \"on\"")]
    on: NaiveDate,
    at: DateTime<Utc>,
}

fn moved_dates_are_grouped_by_derived_and_moved_on(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    let at = moment("2024-01-31T10:00:00.5");
    Loan::insert_all([0, 1, 2].map(|days| loan(at).set(Loan::DAYS, days)), db)?;
    let day = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap();
    let week = || Loan::TAKEN_ON.plus_days(7);
    let grouped = Loan::query().group_by(week()).select((week(), count(), week().plus_months(1))).order_by(week());
    assert_eq!(grouped.having(week().gt(day(1, 1))).all(db)?, [(day(2, 7), 3, day(3, 7))]);
    let due = || {
        Loan::query().select(Due::columns(Loan::ID, Loan::TAKEN_ON.plus_days(Loan::DAYS), Loan::AT.plus_seconds(-0.5)))
    };
    for query in [due().derived(), due().common_table()] {
        let moved = query.clone().select((Due::ON.plus_months(1), Due::AT.plus_days(-1))).order_by(Due::ID);
        let instant = moment("2024-01-30T10:00:00").and_utc();
        assert_eq!(moved.all(db)?, [(2, 29), (3, 1), (3, 2)].map(|(month, of)| (day(month, of), instant)));
        assert_eq!(query.filter(Due::ON.plus_days(-1).ge(day(2, 1))).one(db)?.id, 3);
    }
    let of_all = (
        Loan::TAKEN_ON.max().plus_days(Loan::DAYS.sum()),
        Loan::TAKEN_ON.plus_days(Loan::DAYS).array_agg().order_by(Loan::ID.desc()),
    );
    let last_first = vec![day(2, 2), day(2, 1), day(1, 31)];
    assert_eq!(Loan::query().select(of_all).one(db)?, (Some(day(2, 3)), last_first));
    let previous = Loan::query().select(lag(Loan::TAKEN_ON).order_by(Loan::ID).plus_days(1)).order_by(Loan::ID);
    assert_eq!(previous.all(db)?, [None, Some(day(2, 1)), Some(day(2, 1))]);
    let either = case().when(Loan::DAYS.gt(1), week()).otherwise(Loan::TAKEN_ON.plus_months(-2));
    let dates = Loan::query().select(either).order_by(Loan::ID).all(db)?;
    assert_eq!(dates[1..], [NaiveDate::from_ymd_opt(2023, 11, 30).unwrap(), day(2, 7)]);
    let first = Loan::query().order_by(Loan::ID).limit(1);
    let later = prepare(move |(days, seconds): (Param<Option<i32>>, Param<f64>)| {
        first.clone().select((Loan::TAKEN_ON.plus_days(days), Loan::LOCAL.plus_seconds(seconds)))
    });
    assert_eq!(later.one((None, -0.000_001), db)?, (None, moment("2024-01-31T10:00:00.499999")));
    assert_eq!(later.one((Some(-31), 0.0), db)?.0, NaiveDate::from_ymd_opt(2023, 12, 31));
    let endless = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    assert!(endless.into_iter().all(|seconds| later.one((None, seconds), db).is_err()));
    Ok(())
}

/// How many days it is can be a column's own say.
fn the_moment_is_moved_by_a_column(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    Loan::insert_all([1, -1].map(|days| loan(Utc::now().naive_utc()).set(Loan::DAYS, days)), db)?;
    let ahead = now().returns::<DateTime<Utc>>().plus_days(of(Loan::DAYS)).gt(now());
    assert_eq!(Loan::query().filter(ahead).one(db)?.id, 1);
    Ok(())
}

fn the_moment_is_moved_too(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    loan(Utc::now().naive_utc()).insert(db)?;
    let count = |condition| Loan::query().filter(condition).count(db);
    assert_eq!(count(Loan::AT.gt(now().plus_seconds(-3600)))?, 1);
    assert_eq!(count(Loan::AT.gt(now().plus_seconds(3600.5)))?, 0);
    assert_eq!(count(Loan::TAKEN_ON.lt(now().plus_days(2).plus_seconds(1)))?, 1);
    assert_eq!(count(Loan::LOCAL.lt(now().plus_months(-1)))?, 0);
    assert_eq!(count(Loan::LOCAL.between(now().plus_days(-1), now().plus_days(1)))?, 1);
    Loan::query().update((Loan::AT.set(now().plus_days(7)), Loan::TAKEN_ON.set(now().plus_days(-7))), db)?;
    let moved =
        Loan::query().select((now().plus_days(7).returns::<DateTime<Utc>>(), Loan::AT, Loan::TAKEN_ON)).one(db)?;
    assert!((moved.0 - moved.1).abs() < TimeDelta::minutes(1));
    let later = Loan::query().select(now().plus_days(-7).returns::<NaiveTime>()).one(db)?;
    assert!(
        (later - Utc::now().time()).abs() < TimeDelta::minutes(1) || later < NaiveTime::from_hms_opt(0, 1, 0).unwrap()
    );
    assert!(count(Loan::TAKEN_ON.lt(now().plus_months(200_000))).is_err());
    Ok(())
}

/// Seven days after a change of the clocks in New York, the time of day is the same in UTC.
fn instants_are_moved_in_utc_whatever_zone_the_session_is_in(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    db.transaction(|tx| {
        if !is_sqlite(db) {
            tx.execute("SET LOCAL TIME ZONE 'America/New_York'", ())?;
        }
        for (from, days, months) in [
            ("2024-03-09T12:00:00", "2024-03-16T12:00:00", "2024-04-09T12:00:00"),
            ("2024-01-31T02:00:00", "2024-02-07T02:00:00", "2024-02-29T02:00:00"),
        ] {
            let row = loan(moment(from)).insert(tx)?;
            let later = (Loan::AT.plus_days(7), Loan::AT.plus_months(1), Loan::AT.plus_seconds(604_800));
            let found = Loan::query().filter(Loan::ID.eq(row.id)).select(later).one(tx)?;
            let expected = [days, months, days].map(|text| moment(text).and_utc());
            assert_eq!([found.0, found.1, found.2], expected);
        }
        Ok(())
    })
}

fn what_is_beyond_the_years_is_an_error_of_the_database(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Term, Loan)>()?;
    loan(moment("9999-12-31T00:00:00")).insert(db)?;
    let error = Loan::query().filter(Loan::TAKEN_ON.plus_days(1).is_not_distinct_from(now())).all(db).unwrap_err();
    let expected = if is_sqlite(db) { "years 0000 to 9999" } else { "out of range" };
    assert!(error.to_string().contains(expected), "{error}");
    assert!(Loan::query().update(Loan::AT.set(Loan::AT.plus_seconds(86_400)), db).is_err());
    assert_eq!(Loan::query().filter(Loan::TAKEN_ON.plus_days(-1).lt(Loan::TAKEN_ON)).count(db)?, 1);
    if is_sqlite(db) {
        db.execute("UPDATE later_loan SET local = 'soon'", ())?;
        let error = Loan::query().select(Loan::LOCAL.plus_days(1)).one(db).unwrap_err().to_string();
        assert!(error.contains("no date as columns hold it, year-month-day"), "{error}");
    }
    Ok(())
}

fn the_types_of_time_and_jiff_move_too(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Strange,)>()?;
    let day = time::Date::from_calendar_date(2024, time::Month::January, 31).unwrap();
    let civil = jiff::civil::date(2024, 1, 31).at(23, 30, 0, 0);
    let instant: jiff::Timestamp = "2024-01-31T23:30:00.25Z".parse().unwrap();
    let at = time::PrimitiveDateTime::new(day, time::Time::from_hms(23, 30, 0).unwrap()).assume_utc();
    Strange::new(day, at, civil, instant).insert(db)?;
    let later = (
        Strange::DAY.plus_months(1),
        Strange::AT.plus_seconds(0.5),
        Strange::CIVIL.plus_days(1),
        Strange::INSTANT.plus_seconds(1800),
    );
    let found = Strange::query().select(later).one(db)?;
    assert_eq!(found.0, day.replace_day(1).unwrap() + time::Duration::days(59));
    assert_eq!(found.1, at + time::Duration::milliseconds(500));
    assert_eq!(found.2, jiff::civil::date(2024, 2, 1).at(23, 30, 0, 0));
    assert_eq!(found.3, "2024-02-01T00:00:00.25Z".parse().unwrap());
    Ok(())
}

on_every_backend!(
    days_and_months_go_by_the_calendar,
    seconds_count_to_the_microsecond,
    amounts_are_columns_and_what_is_null_stays_so,
    moved_dates_are_grouped_by_derived_and_moved_on,
    the_moment_is_moved_by_a_column,
    the_moment_is_moved_too,
    instants_are_moved_in_utc_whatever_zone_the_session_is_in,
    what_is_beyond_the_years_is_an_error_of_the_database,
    the_types_of_time_and_jiff_move_too,
);
