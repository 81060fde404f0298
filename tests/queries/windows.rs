//! Window functions: each of them, their partitions, orders and frames, over groups, and where they are not.

use chrono::NaiveDate;
use ormcore::prelude::*;
use ormcore::sql::{
    FrameBound, count, cume_dist, dense_rank, first_value, lag, last_value, lead, ntile, percent_rank, rank, row_number,
};
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;

use crate::shop::{Customer, Employee, Purchase, fill};
use crate::{refused, same};

fn each_function_gives_what_sql_does(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Purchase::query().select((
        Purchase::ID,
        row_number().partition_by(Purchase::CUSTOMER_ID).order_by(Purchase::ID),
        rank().order_by(Purchase::AMOUNT),
        dense_rank().order_by(Purchase::AMOUNT.desc()),
        percent_rank().order_by(Purchase::AMOUNT),
        cume_dist().order_by(Purchase::AMOUNT),
        ntile(3).order_by(Purchase::ID),
        lag(Purchase::AMOUNT).order_by(Purchase::ID),
        lead(Purchase::NOTE).order_by(Purchase::ID),
        first_value(Purchase::PIECES).partition_by(Purchase::CUSTOMER_ID).order_by(Purchase::AMOUNT),
        last_value(Purchase::PIECES).partition_by(Purchase::CUSTOMER_ID).order_by((Purchase::AMOUNT, Purchase::ID)),
    ));
    let sql = "SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY id), rank() OVER (ORDER BY amount), \
               dense_rank() OVER (ORDER BY amount DESC), percent_rank() OVER (ORDER BY amount), \
               cume_dist() OVER (ORDER BY amount), ntile(3) OVER (ORDER BY id), lag(amount) OVER (ORDER BY id), \
               lead(note) OVER (ORDER BY id), first_value(pieces) OVER (PARTITION BY customer_id ORDER BY amount), \
               last_value(pieces) OVER (PARTITION BY customer_id ORDER BY amount, id) FROM purchase ORDER BY id";
    assert_eq!(same(query.order_by(Purchase::ID), sql, db)?.len(), 7);
    Ok(())
}

fn aggregates_run_over_frames(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let running = || Purchase::PIECES.sum().over().order_by(Purchase::ID);
    let query = Purchase::query().select((
        Purchase::ID,
        running(),
        running().rows(FrameBound::Preceding(1), FrameBound::Following(1)),
        running().rows(FrameBound::Unbounded, FrameBound::CurrentRow),
        running().rows(FrameBound::CurrentRow, FrameBound::Unbounded),
        running().range(FrameBound::Preceding(2), FrameBound::CurrentRow),
        Purchase::PIECES
            .sum()
            .over()
            .order_by(Purchase::AMOUNT)
            .groups(FrameBound::Preceding(1), FrameBound::Preceding(1)),
        count().over().partition_by((Purchase::CUSTOMER_ID, Purchase::NOTE)),
        count().filter(Purchase::NOTE.eq("gift")).over(),
        Purchase::AMOUNT.avg().over().partition_by(Purchase::CUSTOMER_ID),
    ));
    let sql = "SELECT id, sum(pieces) OVER w, sum(pieces) OVER (w ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), \
               sum(pieces) OVER (w ROWS UNBOUNDED PRECEDING), \
               sum(pieces) OVER (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), \
               sum(pieces) OVER (w RANGE BETWEEN 2 PRECEDING AND CURRENT ROW), \
               sum(pieces) OVER (ORDER BY amount GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING), \
               count(*) OVER (PARTITION BY customer_id, note), count(*) FILTER (WHERE note = 'gift') OVER (), \
               avg(amount) OVER (PARTITION BY customer_id) FROM purchase WINDOW w AS (ORDER BY id) ORDER BY id";
    assert_eq!(same(query.order_by(Purchase::ID), sql, db)?.len(), 7);
    Ok(())
}

fn windows_are_made_of_groups(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Purchase::query()
        .group_by(Purchase::CUSTOMER_ID)
        .select((
            Purchase::CUSTOMER_ID,
            count(),
            rank().order_by(count().desc()),
            Purchase::PIECES.sum().sum().over().order_by(Purchase::CUSTOMER_ID),
            lag(Purchase::AMOUNT.max()).order_by(Purchase::CUSTOMER_ID),
            count().over(),
        ))
        .order_by((rank().order_by(count().desc()), Purchase::CUSTOMER_ID.desc()));
    let sql = "SELECT customer_id, count(*), rank() OVER (ORDER BY count(*) DESC), \
               CAST(sum(sum(pieces)) OVER (ORDER BY customer_id) AS bigint), \
               lag(max(amount)) OVER (ORDER BY customer_id), count(*) OVER () \
               FROM purchase GROUP BY customer_id ORDER BY rank() OVER (ORDER BY count(*) DESC), customer_id DESC";
    assert_eq!(same(query.clone(), sql, db)?.len(), 3);
    let page = query.paginate(2, 2, db)?;
    assert_eq!((page.total, page.items[0].0), (3, 2));
    Ok(())
}

fn windows_see_joined_rows_and_missing_ones(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss = ormcore::alias!(Employee);
    let query = Employee::query()
        .left_join(Employee::BOSS.to(boss))
        .select((
            Employee::NAME,
            row_number().partition_by(boss.col(Employee::ID)).order_by(Employee::SALARY.desc()),
            first_value(Employee::NAME).partition_by(boss.col(Employee::ID)).order_by(Employee::SALARY),
            Employee::SALARY.sum().over().partition_by(boss.col(Employee::NAME)),
            lag(boss.col(Employee::NAME)).order_by(Employee::ID),
        ))
        .order_by(Employee::ID);
    let sql = "SELECT e.name, row_number() OVER (PARTITION BY b.id ORDER BY e.salary DESC), \
               first_value(e.name) OVER (PARTITION BY b.id ORDER BY e.salary), \
               CAST(sum(e.salary) OVER (PARTITION BY b.name) AS bigint), lag(b.name) OVER (ORDER BY e.id) \
               FROM employee AS e LEFT JOIN employee AS b ON b.id = e.boss_id ORDER BY e.id";
    assert_eq!(same(query, sql, db)?.len(), 6);
    Ok(())
}

fn nulls_have_one_place_in_windows_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let first = Customer::query().select((Customer::ID, row_number().order_by((Customer::CITY, Customer::ID))));
    assert_eq!(first.order_by(Customer::ID).all(db)?, [(1, 2), (2, 1), (3, 4), (4, 3)]);
    let last = Customer::query().select((Customer::ID, row_number().order_by((Customer::CITY.desc(), Customer::ID))));
    assert_eq!(last.order_by(Customer::ID).all(db)?, [(1, 2), (2, 4), (3, 1), (4, 3)]);
    let said = Customer::query().select((Customer::ID, row_number().order_by(Customer::CITY.desc().nulls_first())));
    assert_eq!(said.order_by(Customer::ID).all(db)?[1], (2, 1));
    Ok(())
}

fn rows_without_a_partner_have_one_place_in_every_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // The last customer has bought nothing: the pieces, which no purchase is without, are NULL there.
    let all = || Customer::query().left_join(Customer::PURCHASES);
    let place = || row_number().order_by((Purchase::PIECES, Customer::ID, Purchase::AMOUNT));
    let last = row_number().order_by((Purchase::PIECES.desc(), Customer::ID.desc()));
    let placed = all().select((Customer::ID, place(), last)).filter(Customer::ID.ge(3)).order_by(place());
    assert_eq!(placed.all(db)?, [(4, 1, 3), (3, 2, 2), (3, 3, 1)]);
    let first = all().select((Customer::ID, Purchase::PIECES.nullable())).order_by((Purchase::PIECES, Customer::ID));
    assert_eq!(first.first(db)?, Some((4, None)));
    let names = all().select(Customer::NAME.string_agg(" ").order_by((Purchase::PIECES, Customer::ID)));
    assert_eq!(names.one(db)?, Some("dan ann bob ann cy ann cy bob".to_string()));
    let grouped = all().group_by(Customer::CITY).select(Customer::CITY).order_by(Customer::CITY);
    let joined = || Customer::NAME.string_agg(" ").order_by((Purchase::PIECES, Customer::ID));
    assert_eq!(grouped.having(joined().eq("dan ann ann ann")).all(db)?, [Some("Oslo".to_string())]);
    Ok(())
}

fn of_no_rows_there_is_no_window(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Customer, Purchase)>()?;
    assert_eq!(Purchase::query().select(row_number().order_by(Purchase::ID)).all(db)?, Vec::<i64>::new());
    assert_eq!(Purchase::query().select(Purchase::AMOUNT.sum().over()).first(db)?, None);
    Ok(())
}

fn distinct_values_of_a_window_are_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let said = refused(Purchase::query().select(Purchase::PIECES.sum().distinct().over()).all(db));
    assert!(said.contains("distinct values over a window"), "{said}");
    let nothing = || Purchase::PIECES.sum().over().order_by(Purchase::ID);
    let said =
        refused(Purchase::query().select(nothing().rows(FrameBound::CurrentRow, FrameBound::Preceding(1))).all(db));
    assert!(said.contains("ends before it starts"), "{said}");
    let said =
        refused(Purchase::query().select(nothing().rows(FrameBound::Following(2), FrameBound::CurrentRow)).all(db));
    assert!(said.contains("ends before it starts"), "{said}");
    let unordered = Purchase::PIECES.sum().over().groups(FrameBound::Preceding(1), FrameBound::CurrentRow);
    let said = refused(Purchase::query().select(unordered).all(db));
    assert!(said.contains("`order_by`"), "{said}");
    let twice = Purchase::PIECES.sum().over().order_by((Purchase::ID, Purchase::AMOUNT));
    let said = refused(Purchase::query().select(twice.range(FrameBound::Preceding(1), FrameBound::CurrentRow)).all(db));
    assert!(said.contains("one expression"), "{said}");
    assert_eq!(Purchase::query().select(ntile(0).order_by(Purchase::ID)).all(db).map_err(|error| error.to_string()), {
        Err("`ntile(0)` would cut the window into no parts: give it 1 or more".to_string())
    });
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "window_deal")]
struct Deal {
    #[column(primary_key)]
    id: i64,
    price: Decimal,
    weight: f64,
    pieces: Option<i32>,
    day: NaiveDate,
}

fn values_of_an_order_are_counted_where_they_are_numbers(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Deal,)>()?;
    let deals = [("1.0", 1.0, 1), ("2.0", 2.5, 2), ("10.0", 10.0, 10), ("9", 9.0, 9)];
    let draft = |(price, weight, day): (&str, f64, u32)| {
        let day = NaiveDate::from_ymd_opt(2024, 1, day).unwrap();
        Deal::new(price.parse::<Decimal>().unwrap(), weight, day).with(|deal| deal.pieces = Some(weight as i32))
    };
    Deal::insert_all(deals.map(draft), db)?;
    let (one, here) = (FrameBound::Preceding(1), FrameBound::CurrentRow);
    let sum = || Deal::ID.sum().over();
    let sums = |window| Deal::query().select(window).order_by(Deal::WEIGHT).all(db);
    let some = |sums: [i64; 4]| sums.map(Some).to_vec();
    assert_eq!(sums(sum().order_by(Deal::WEIGHT).range(one, here))?, some([1, 2, 4, 7]));
    let computed = Deal::query().select(sum().order_by((Deal::WEIGHT * 2.0).desc()).range(one, here));
    assert_eq!(computed.order_by(Deal::WEIGHT).all(db)?, some([1, 2, 4, 3]));
    let whole = Deal::query().select(sum().order_by(Deal::PIECES).range(one, here));
    assert_eq!(whole.order_by(Deal::WEIGHT).all(db)?, some([1, 3, 4, 7]));
    // What is counted in no values may be ordered by anything.
    let all = Deal::query().select(sum().order_by(Deal::DAY).range(FrameBound::Unbounded, here));
    assert_eq!(all.order_by(Deal::WEIGHT).all(db)?, some([1, 3, 7, 10]));
    let rows = Deal::query().select(sum().order_by(Deal::PRICE).rows(one, here));
    assert_eq!(rows.order_by(Deal::WEIGHT).all(db)?, some([1, 3, 6, 7]));
    let said = refused(Deal::query().select(sum().order_by(Deal::PRICE).range(one, here)).all(db));
    assert!(said.contains("`range`") && said.contains("integers"), "{said}");
    let said = refused(Deal::query().select(sum().order_by(Deal::DAY.desc()).range(here, one)).all(db));
    assert!(said.contains("ends before it starts"), "{said}");
    let later = sum().order_by(Deal::DAY.desc()).range(here, FrameBound::Following(1));
    let said = refused(Deal::query().select(later).all(db));
    assert!(said.contains("`range`") && said.contains("integers"), "{said}");
    let cast = Deal::query().select(sum().order_by(Deal::PRICE.cast::<f64>()).range(one, here));
    assert_eq!(cast.order_by(Deal::WEIGHT).all(db)?, some([1, 3, 4, 7]));
    Ok(())
}

on_every_backend!(
    values_of_an_order_are_counted_where_they_are_numbers,
    each_function_gives_what_sql_does,
    aggregates_run_over_frames,
    windows_are_made_of_groups,
    windows_see_joined_rows_and_missing_ones,
    nulls_have_one_place_in_windows_too,
    rows_without_a_partner_have_one_place_in_every_order,
    of_no_rows_there_is_no_window,
    distinct_values_of_a_window_are_refused_in_words,
);
