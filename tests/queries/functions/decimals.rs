//! Decimals that are no column: numbers wherever they come from, until they are made texts.

use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{FrameBound, case, count, first_value, lag, last_value, lead, of};
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, PartialEq)]
struct Buyer {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Deal {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Buyer::ID)]
    buyer_id: i64,
    price: Decimal,
    fee: Decimal,
    open: bool,
}

#[derive(Row, Debug, Clone, PartialEq)]
struct Before {
    deal: i64,
    price: Option<Decimal>,
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// As texts `10` and `100` come before `9.50`.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Buyer, Deal)>()?;
    Buyer::insert_all(["ann", "bob", "cy"].map(Buyer::new), db)?;
    let deals = [(1, "9.50", "1.0", true), (2, "10", "2", false), (3, "100", "10.0", true), (3, "10.0", "1", false)];
    Deal::insert_all(deals.map(|(buyer, price, fee, open)| Deal::new(buyer, decimal(price), decimal(fee), open)), db)?;
    Ok(())
}

fn the_value_of_a_subquery_is_a_number(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let spent = || {
        let of_buyer = Deal::query().correlated::<Buyer>().filter(Deal::BUYER_ID.eq(of(Buyer::ID)));
        of_buyer.select(Deal::PRICE.sum()).scalar()
    };
    let names = |query: Query<Buyer>| query.select(Buyer::NAME).all(db);
    assert_eq!(names(Buyer::query().order_by(spent().desc()))?, ["cy", "bob", "ann"]);
    assert_eq!(names(Buyer::query().order_by(spent()))?, ["ann", "bob", "cy"]);
    assert_eq!(names(Buyer::query().filter(spent().eq(decimal("9.5"))))?, ["ann"]);
    assert_eq!(names(Buyer::query().filter(spent().gt(decimal("9.6"))).order_by(Buyer::ID))?, ["bob", "cy"]);
    let dearest = || Deal::query().select(Deal::PRICE.max()).scalar();
    let first_fee = Deal::query().filter(Deal::ID.eq(1)).select(Deal::FEE).scalar();
    assert_eq!(Deal::query().filter(Deal::PRICE.eq(dearest())).select(Deal::ID).all(db)?, [3]);
    assert_eq!(Deal::query().filter(first_fee.eq(of(Deal::FEE))).select(Deal::ID).order_by(Deal::ID).all(db)?, [1, 4]);
    let either = case().when(Deal::ID.eq(2), dearest()).otherwise(Deal::PRICE);
    assert_eq!(Deal::query().select(Deal::ID).order_by((either, Deal::ID)).all(db)?, [1, 4, 2, 3]);
    Ok(())
}

fn the_value_of_a_case_is_a_number(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let paid = || case().when(Deal::OPEN.eq(true), Deal::PRICE).otherwise(Deal::FEE);
    assert_eq!(Deal::query().select(Deal::ID).order_by(paid()).all(db)?, [4, 2, 1, 3]);
    assert_eq!(Deal::query().select((paid().min(), paid().max())).one(db)?, (Some(decimal("1")), Some(decimal("100"))));
    assert_eq!(Deal::query().filter(paid().lt(decimal("10"))).select(Deal::ID).order_by(Deal::ID).all(db)?, [1, 2, 4]);
    let open = || case().when(Deal::OPEN.eq(true), Deal::PRICE);
    assert_eq!(Deal::query().select(Deal::ID).order_by((open().desc(), Deal::ID)).all(db)?, [3, 1, 2, 4]);
    assert_eq!(Deal::query().filter(open().eq(decimal("9.5"))).select(Deal::ID).all(db)?, [1]);
    let tens = || case().when(Deal::OPEN.eq(true), decimal("10.00")).otherwise(Deal::PRICE);
    let by_tens = Deal::query().group_by(tens()).select(count());
    assert_eq!(by_tens.all(db)?, [4]);
    Ok(())
}

fn the_values_of_other_rows_are_numbers(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    macro_rules! ids {
        ($value:expr) => {
            Deal::query().select(Deal::ID).order_by(($value, Deal::ID)).all(db)?
        };
    }
    assert_eq!(ids!(lag(Deal::PRICE).order_by(Deal::ID)), [1, 2, 3, 4]);
    assert_eq!(ids!(lead(Deal::PRICE).order_by(Deal::ID)), [4, 1, 3, 2]);
    let all = (FrameBound::Unbounded, FrameBound::Unbounded);
    let first = first_value(Deal::PRICE).partition_by(Deal::BUYER_ID).order_by(Deal::ID);
    assert_eq!(ids!(first), [1, 2, 3, 4]);
    let last = last_value(Deal::PRICE).partition_by(Deal::BUYER_ID).order_by(Deal::ID.desc()).rows(all.0, all.1);
    assert_eq!(ids!(last), [1, 2, 3, 4]);
    let before = || Deal::query().select(Before::columns(Deal::ID, lag(Deal::PRICE).order_by(Deal::ID))).derived();
    assert_eq!(before().filter(Before::PRICE.eq(decimal("9.5"))).select(Before::DEAL).all(db)?, [2]);
    assert_eq!(before().filter(Before::PRICE.gt(decimal("9.6"))).order_by(Before::DEAL).count(db)?, 2);
    let fees = || Deal::query().select(Before::columns(Deal::ID, lag(Deal::FEE).order_by(Deal::ID))).derived();
    let after_last = Deal::new(1, decimal("1"), decimal("1"), true).insert(db)?;
    assert_eq!(after_last.id, 5);
    let distinct = fees().select(Before::PRICE).distinct().order_by(Before::PRICE).all(db)?;
    assert_eq!(distinct, [None, Some(decimal("1")), Some(decimal("2")), Some(decimal("10"))]);
    let groups = fees().group_by(Before::PRICE).select(count()).order_by(Before::PRICE).all(db)?;
    assert_eq!(groups, [1, 2, 1, 1]);
    Ok(())
}

fn a_decimal_that_is_made_a_text_compares_as_one(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let text = || Deal::PRICE.cast::<String>();
    assert_eq!(Deal::query().select(text()).order_by(text()).all(db)?, ["10", "10.0", "100", "9.50"]);
    assert_eq!(Deal::query().filter(text().eq("10.0")).select(Deal::ID).all(db)?, [4]);
    assert_eq!(Deal::query().filter(text().lt("9")).select(Deal::ID).order_by(Deal::ID).all(db)?, [2, 3, 4]);
    assert_eq!(Deal::query().group_by(text()).select((text(), count())).all(db)?.len(), 4);
    assert_eq!(Deal::query().select(text().max()).one(db)?.as_deref(), Some("9.50"));
    let rounded = || Deal::PRICE.round(1).cast::<String>();
    assert_eq!(Deal::query().filter(rounded().eq("9.5")).select(Deal::ID).all(db)?, [1]);
    assert_eq!(Deal::query().select(rounded()).order_by(rounded()).all(db)?, ["10", "10.0", "100", "9.5"]);
    let spent = Deal::query().select(Deal::PRICE.min()).scalar().cast::<String>();
    assert_eq!(Deal::query().filter(spent.gt("10")).count(db)?, 4);
    Ok(())
}

fn a_text_that_decimals_decide_on_compares_as_one(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let size = || case().when(Deal::PRICE.round(0).gt(decimal("10")), "100").otherwise("20");
    assert_eq!(Deal::query().select(Deal::ID).order_by((size(), Deal::ID)).all(db)?, [3, 1, 2, 4]);
    assert_eq!(Deal::query().filter(size().eq("20.0")).count(db)?, 0);
    assert_eq!(Deal::query().select(size().max()).one(db)?.as_deref(), Some("20"));
    Ok(())
}

fn sql_of_ones_own_that_is_a_decimal_is_a_number(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let price = || sql!(Decimal: "coalesce({}, {})", Deal::PRICE, Deal::FEE);
    assert_eq!(
        Deal::query().filter(price().gt(decimal("9.6"))).select(Deal::ID).order_by(Deal::ID).all(db)?,
        [2, 3, 4]
    );
    assert_eq!(Deal::query().filter(price().eq(decimal("9.5"))).select(Deal::ID).all(db)?, [1]);
    assert_eq!(Deal::query().select(Deal::ID).order_by((price(), Deal::ID)).all(db)?, [1, 2, 4, 3]);
    assert_eq!(Deal::query().group_by(price()).select((price(), count())).order_by(price()).all(db)?.len(), 3);
    let dearest = sql!(Option<Decimal>: "(SELECT max({}) FROM deal)", price());
    assert_eq!(Deal::query().filter(Deal::PRICE.eq(of(dearest))).select(Deal::ID).all(db)?, [3]);
    if db.dialect().name() == "postgres" {
        // That is no expression: it stands alone where it is set.
        db.execute("ALTER TABLE deal ALTER COLUMN price SET DEFAULT 7", ())?;
        let default = sql!("DEFAULT").about::<Deal>().typed::<Decimal>();
        assert_eq!(Deal::query().filter(Deal::ID.eq(1)).update(Deal::PRICE.set(default), db)?, 1);
        assert_eq!(Deal::query().filter(price().eq(decimal("7"))).select(Deal::ID).all(db)?, [1]);
    }
    Ok(())
}

on_every_backend!(
    sql_of_ones_own_that_is_a_decimal_is_a_number,
    the_value_of_a_subquery_is_a_number,
    the_value_of_a_case_is_a_number,
    the_values_of_other_rows_are_numbers,
    a_decimal_that_is_made_a_text_compares_as_one,
    a_text_that_decimals_decide_on_compares_as_one,
);
