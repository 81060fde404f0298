//! Functions of dates and times, of chrono, time and jiff.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use ormcore::prelude::*;
use ormcore::sql::{DateUnit, now};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Event {
    #[column(primary_key)]
    id: i64,
    day: NaiveDate,
    clock: NaiveTime,
    local: NaiveDateTime,
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Strange {
    #[column(primary_key)]
    id: i64,
    day: time::Date,
    at: jiff::Timestamp,
    civil: jiff::civil::DateTime,
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn event(text: &str) -> Draft<Event> {
    let at = local(text);
    Event::new(at.date(), at.time(), at, at.and_utc())
}

const FIRST: &str = "0000-01-01T00:00:00";
const LAST: &str = "9999-12-31T23:59:59.999999";

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Event,)>()?;
    let texts = [FIRST, "1969-12-31T23:59:59.999999", "2024-02-29T12:30:45.5", LAST];
    let until = |row: &mut Event| row.until = Some(local("2024-03-01T00:00:00").and_utc());
    Event::insert_all(
        texts.into_iter().enumerate().map(
            |(index, text)| {
                if index == 2 { event(text).with(until) } else { event(text) }
            },
        ),
        db,
    )?;
    Ok(())
}

macro_rules! all {
    ($db:expr, $expression:expr) => {
        Event::query().select($expression).order_by(Event::ID).all($db)?
    };
}

fn parts_are_those_of_utc(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let dates = [(0, 1, 1), (1969, 12, 31), (2024, 2, 29), (9999, 12, 31)];
    assert_eq!(all!(db, (Event::DAY.year(), Event::DAY.month(), Event::DAY.day())), dates);
    assert_eq!(all!(db, (Event::LOCAL.year(), Event::LOCAL.month(), Event::LOCAL.day())), dates);
    assert_eq!(all!(db, (Event::AT.year(), Event::AT.month(), Event::AT.day())), dates);
    let times = [(0, 0, 0), (23, 59, 59), (12, 30, 45), (23, 59, 59)];
    assert_eq!(all!(db, (Event::CLOCK.hour(), Event::CLOCK.minute(), Event::CLOCK.second())), times);
    assert_eq!(all!(db, (Event::LOCAL.hour(), Event::LOCAL.minute(), Event::LOCAL.second())), times);
    assert_eq!(all!(db, (Event::AT.hour(), Event::AT.minute(), Event::AT.second())), times);
    assert_eq!(all!(db, Event::UNTIL.month()), [None, None, Some(3), None]);
    let days = Event::query().select(Event::DAY).order_by(Event::ID).all(db)?;
    let number = |day: &NaiveDate| day.weekday().number_from_monday() as i32;
    assert_eq!(all!(db, Event::DAY.day_of_week()), days.iter().map(number).collect::<Vec<_>>());
    assert_eq!(all!(db, Event::AT.day_of_year()), [1, 365, 60, 365]);
    assert_eq!(Event::query().filter(Event::AT.year().eq(2024)).count(db)?, 1);
    let sunday = event("2024-03-03T00:00:00").insert(db)?;
    assert_eq!(Event::query().filter(Event::AT.day_of_week().eq(7)).one(db)?.id, sunday.id);
    Ok(())
}

fn dates_are_cut_to_the_start_of_a_unit(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let day = |row: usize, unit: DateUnit| -> ormcore::Result<String> {
        let days = all!(db, Event::DAY.date_trunc(unit));
        Ok(days[row].to_string())
    };
    assert_eq!(day(2, DateUnit::Year)?, "2024-01-01");
    assert_eq!(day(2, DateUnit::Month)?, "2024-02-01");
    assert_eq!(day(2, DateUnit::Day)?, "2024-02-29");
    assert_eq!(day(2, DateUnit::Hour)?, "2024-02-29");
    assert_eq!(day(0, DateUnit::Year)?, "0000-01-01");
    for (unit, expected) in [
        (DateUnit::Year, "2024-01-01T00:00:00"),
        (DateUnit::Month, "2024-02-01T00:00:00"),
        (DateUnit::Day, "2024-02-29T00:00:00"),
        (DateUnit::Hour, "2024-02-29T12:00:00"),
        (DateUnit::Minute, "2024-02-29T12:30:00"),
    ] {
        assert_eq!(all!(db, Event::LOCAL.date_trunc(unit))[2], local(expected));
        assert_eq!(all!(db, Event::AT.date_trunc(unit))[2], local(expected).and_utc());
        assert_eq!(all!(db, Event::UNTIL.date_trunc(unit))[0], None);
    }
    let weeks = Event::query().select((
        Event::DAY,
        Event::DAY.date_trunc(DateUnit::Week),
        Event::AT.date_trunc(DateUnit::Week),
    ));
    for (day, week, at) in weeks.filter(Event::ID.gt(1)).all(db)? {
        let monday = day - TimeDelta::days(day.weekday().num_days_from_monday().into());
        assert_eq!((week, at), (monday, monday.and_time(NaiveTime::MIN).and_utc()));
    }
    // Beside columns of the same type, as their own text is.
    let starts = Event::query().filter(Event::LOCAL.eq(Event::LOCAL.date_trunc(DateUnit::Day)));
    assert_eq!(starts.select(Event::ID).all(db)?, [1]);
    Ok(())
}

fn differences_count_days_and_seconds(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let new_year = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let days = all!(db, Event::DAY.days_since(new_year));
    let rows = Event::query().order_by(Event::ID).all(db)?;
    assert_eq!(days, rows.iter().map(|row| (row.day - new_year).num_days()).collect::<Vec<_>>());
    let noon = local("2024-01-01T12:00:00").and_utc();
    assert_eq!(all!(db, Event::AT.days_since(noon)), days);
    assert_eq!(all!(db, Event::LOCAL.days_since(noon.naive_utc())), days);
    assert_eq!(all!(db, Event::UNTIL.days_since(Event::AT)), [None, None, Some(1), None]);
    assert_eq!(all!(db, Event::UNTIL.seconds_since(Event::AT)), [None, None, Some(41354.5), None]);
    let seconds = all!(db, Event::AT.seconds_since(noon));
    let expected = rows.iter().map(|row| (row.at - noon).num_microseconds().unwrap() as f64 / 1e6).collect::<Vec<_>>();
    assert_eq!(seconds, expected);
    assert_eq!(all!(db, Event::LOCAL.seconds_since(Event::LOCAL)), [0.0; 4]);
    Ok(())
}

fn dates_and_times_are_cast(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for row in Event::all(db)? {
        let one = || Event::query().filter(Event::ID.eq(row.id));
        assert_eq!(
            one().select((Event::AT.cast::<NaiveDate>(), Event::LOCAL.cast::<NaiveDate>())).one(db)?,
            (row.day, row.day)
        );
        assert_eq!(
            one().select((Event::AT.cast::<NaiveTime>(), Event::LOCAL.cast::<NaiveTime>())).one(db)?,
            (row.clock, row.clock)
        );
        assert_eq!(
            one().select((Event::AT.cast::<NaiveDateTime>(), Event::LOCAL.cast::<DateTime<Utc>>())).one(db)?,
            (row.local, row.at)
        );
        let midnight = row.day.and_time(NaiveTime::MIN);
        assert_eq!(
            one().select((Event::DAY.cast::<NaiveDateTime>(), Event::DAY.cast::<DateTime<Utc>>())).one(db)?,
            (midnight, midnight.and_utc())
        );
        assert_eq!(one().filter(Event::AT.cast::<NaiveDate>().eq(row.day)).count(db)?, 1);
    }
    assert_eq!(all!(db, Event::UNTIL.cast::<NaiveDate>())[0], None);
    Ok(())
}

fn now_is_the_moment_of_the_statement(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let before = Utc::now() - TimeDelta::seconds(60);
    assert_eq!(Event::query().filter(Event::AT.lt(now())).filter(Event::DAY.lt(now())).count(db)?, 3);
    Event::query()
        .filter(Event::ID.eq(1))
        .update((Event::UNTIL.set(now()), Event::LOCAL.set(now()), Event::DAY.set(now())), db)?;
    let row = Event::find(1, db)?;
    let until = row.until.unwrap();
    let after = Utc::now() + TimeDelta::seconds(60);
    assert!(before < until && until < after, "{until}");
    assert!((until.naive_utc() - row.local).abs() < TimeDelta::seconds(1));
    assert_eq!(row.day, until.date_naive());
    let selected = Event::query().select(now().returns::<DateTime<Utc>>()).first(db)?.unwrap();
    assert!(until <= selected && selected < after);
    assert_eq!(Event::query().filter(Event::UNTIL.le(now())).count(db)?, 2);
    Ok(())
}

fn the_types_of_time_and_jiff_have_them_too(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Strange,)>()?;
    let day = time::Date::from_calendar_date(2024, time::Month::February, 29).unwrap();
    let at: jiff::Timestamp = "2024-02-29T23:30:00.25Z".parse().unwrap();
    let civil = jiff::civil::date(2024, 2, 29).at(23, 30, 0, 0);
    Strange::new(day, at, civil).insert(db)?;
    let parts = (Strange::DAY.year(), Strange::AT.hour(), Strange::CIVIL.minute(), Strange::DAY.days_since(day));
    assert_eq!(Strange::query().select(parts).one(db)?, (2024, 23, 30, 0));
    let month =
        Strange::query().select((Strange::DAY.date_trunc(DateUnit::Month), Strange::AT.date_trunc(DateUnit::Hour)));
    let hour: jiff::Timestamp = "2024-02-29T23:00:00Z".parse().unwrap();
    assert_eq!(month.one(db)?, (day.replace_day(1).unwrap(), hour));
    assert_eq!(
        Strange::query().select(Strange::AT.cast::<jiff::civil::Date>()).one(db)?,
        jiff::civil::date(2024, 2, 29)
    );
    assert_eq!(Strange::query().filter(Strange::AT.lt(now())).filter(Strange::CIVIL.lt(now())).count(db)?, 1);
    Ok(())
}

on_every_backend!(
    parts_are_those_of_utc,
    dates_are_cut_to_the_start_of_a_unit,
    differences_count_days_and_seconds,
    dates_and_times_are_cast,
    now_is_the_moment_of_the_statement,
    the_types_of_time_and_jiff_have_them_too,
);
