//! `coalesce`, `nullif`, `greatest` and `least`: where NULL comes from, and where it goes.

use ormcore::prelude::*;
use ormcore::sql::{case, coalesce, count, greatest, least, nullif, of};
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;

use crate::shop::Purchase;

#[derive(Model, Debug, Clone, PartialEq)]
struct Bid {
    #[column(primary_key)]
    id: i64,
    name: String,
    nick: Option<String>,
    amount: i32,
    limit: Option<i32>,
    price: Decimal,
    rebate: Option<Decimal>,
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Bid,)>()?;
    let rows = [
        ("ann", Some("a"), 7, Some(5), 100, Some(9)),
        ("bob", None, 3, None, 9, None),
        ("", Some("c"), -1, Some(10), 20, Some(100)),
    ];
    Bid::insert_all(
        rows.map(|(name, nick, amount, limit, price, rebate)| {
            Bid::new(name, amount, Decimal::from(price)).with(|row| {
                row.nick = nick.map(Into::into);
                row.limit = limit;
                row.rebate = rebate.map(Decimal::from);
            })
        }),
        db,
    )?;
    Ok(())
}

macro_rules! all {
    ($db:expr, $expression:expr) => {
        Bid::query().select($expression).order_by(Bid::ID).all($db)?
    };
}

fn the_first_that_is_not_null(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let nicks: Vec<String> = all!(db, coalesce(Bid::NICK, "none"));
    assert_eq!(nicks, ["a", "none", "c"]);
    assert_eq!(all!(db, coalesce(Bid::NICK, Bid::NAME)), ["a", "bob", "c"]);
    let optional: Vec<Option<i32>> = all!(db, coalesce(nullif(Bid::AMOUNT, 3), Bid::LIMIT));
    assert_eq!(optional, [Some(7), None, Some(-1)]);
    let limits: Vec<i32> = all!(db, coalesce(Bid::LIMIT, 0));
    assert_eq!(limits, [5, 0, 10]);
    let nested: Vec<i32> = all!(db, coalesce(coalesce(Bid::LIMIT, None::<i32>), Bid::AMOUNT * 2));
    assert_eq!(nested, [5, 6, 10]);
    let rest: Vec<i64> = Bid::query().select(coalesce(Bid::AMOUNT.sum(), 0)).filter(Bid::ID.gt(99)).all(db)?;
    assert_eq!(rest, [0]);
    let of_case = coalesce(case().when(Bid::AMOUNT.gt(5), "high"), "low");
    assert_eq!(all!(db, of_case), ["high", "low", "low"]);
    let filtered = Bid::query().filter(coalesce(Bid::LIMIT, 4).gt(4)).order_by(coalesce(Bid::LIMIT, 0).desc());
    assert_eq!(filtered.select(Bid::ID).all(db)?, [3, 1]);
    Ok(())
}

fn equal_values_become_null(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, nullif(Bid::NAME, "")), [Some("ann".to_string()), Some("bob".into()), None]);
    assert_eq!(all!(db, nullif(Bid::LIMIT, 5)), [None, None, Some(10)]);
    assert_eq!(
        all!(db, nullif(Bid::PRICE, Decimal::new(900, 2))),
        [Some(Decimal::from(100)), None, Some(Decimal::from(20))]
    );
    Ok(())
}

fn null_is_neither_the_greatest_nor_the_least_but_makes_them_null(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(all!(db, greatest(Bid::AMOUNT, 5)), [7, 5, 5]);
    assert_eq!(all!(db, least(Bid::AMOUNT, Bid::AMOUNT + 1)), [7, 3, -1]);
    assert_eq!(all!(db, greatest(Bid::LIMIT, Bid::AMOUNT)), [Some(7), None, Some(10)]);
    assert_eq!(all!(db, least(Bid::LIMIT, 6)), [Some(5), None, Some(6)]);
    assert_eq!(all!(db, least(Bid::LIMIT, None::<i32>)), [None, None, None]);
    assert_eq!(all!(db, greatest(Bid::NAME, "bc")), ["bc", "bob", "bc"]);
    Ok(())
}

fn an_integer_beside_numbers_with_fractions_becomes_one(db: &Database) -> ormcore::Result<()> {
    crate::shop::fill(db)?;
    let pieces = (greatest(Purchase::AMOUNT, of(Purchase::PIECES)), least(Purchase::AMOUNT, of(Purchase::PIECES)));
    let pairs = Purchase::query().select(pieces).order_by(Purchase::ID).all(db)?;
    assert_eq!(pairs[..4], [(10.0, 1.0), (20.5, 2.0), (4.5, 3.0), (100.0, 10.0)]);
    let rarer = least(Purchase::AMOUNT.sum(), count());
    let of_customers = Purchase::query().group_by(Purchase::CUSTOMER_ID).select((Purchase::CUSTOMER_ID, rarer));
    let expected = [(1, Some(3.0)), (2, Some(2.0)), (3, Some(2.0))];
    assert_eq!(of_customers.order_by(Purchase::CUSTOMER_ID).all(db)?, expected);
    Ok(())
}

fn decimals_stay_numbers(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let of = |numbers: [i64; 3]| numbers.map(Decimal::from);
    assert_eq!(all!(db, greatest(Bid::PRICE, Decimal::from(19))), of([100, 19, 20]));
    assert_eq!(all!(db, coalesce(Bid::REBATE, Bid::PRICE)), of([9, 9, 100]));
    let above = Bid::query().filter(coalesce(Bid::REBATE, Decimal::from(5)).gt(Decimal::from(9)));
    assert_eq!(above.select(Bid::ID).all(db)?, [3]);
    let ordered = Bid::query().select(Bid::ID).order_by((coalesce(Bid::REBATE, Bid::PRICE), Bid::ID.desc())).all(db)?;
    assert_eq!(ordered, [2, 1, 3]);
    Ok(())
}

fn what_holds_values_is_grouped_and_ordered_by(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let size = case().when(Bid::AMOUNT.gt(5), "large").otherwise("small");
    let by_size = Bid::query().group_by(size.clone()).select((size.clone(), count())).order_by(size.clone());
    assert_eq!(by_size.all(db)?, [("large".to_string(), 1), ("small".to_string(), 2)]);
    let limits = coalesce(Bid::LIMIT, 0) % 10;
    let counts = Bid::query().group_by((limits.clone(), Bid::NAME)).select((Bid::NAME, limits.clone()));
    let ordered = counts.order_by((limits.clone().desc(), Bid::NAME.desc())).all(db)?;
    assert_eq!(ordered, [("ann".to_string(), 5), ("bob".to_string(), 0), (String::new(), 0)]);
    let distinct = Bid::query().select(limits.clone()).distinct().order_by(limits.desc()).all(db)?;
    assert_eq!(distinct, [5, 0]);
    Ok(())
}

on_every_backend!(
    what_holds_values_is_grouped_and_ordered_by,
    the_first_that_is_not_null,
    equal_values_become_null,
    null_is_neither_the_greatest_nor_the_least_but_makes_them_null,
    decimals_stay_numbers,
    an_integer_beside_numbers_with_fractions_becomes_one,
);
