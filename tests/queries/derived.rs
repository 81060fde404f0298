//! Queries that are read from like tables, and structs that their rows are read as.

use ormcore::prelude::*;
use ormcore::query::{Outer, Scope, Select};
use ormcore::sql::{count, exists, of, row_number};
use ormcore_tests::on_every_backend;

use crate::refused;
use crate::shop::{Customer, Employee, Purchase, fill};
use rows::Purchase as Bought;

#[derive(Row, Debug, Clone, PartialEq)]
struct Sales {
    customer_id: i64,
    total: Option<f64>,
    #[row(name = "number of purchases")]
    purchases: i64,
}

fn sales() -> Select<Scope<Purchase, ()>, Sales> {
    let columns = Sales::columns(Purchase::CUSTOMER_ID, Purchase::AMOUNT.sum(), count());
    Purchase::query().group_by(Purchase::CUSTOMER_ID).select(columns)
}

fn rows_are_read_as_structs(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let rows = sales().order_by(Purchase::CUSTOMER_ID).all(db)?;
    assert_eq!(rows[1], Sales { customer_id: 2, total: Some(101.0), purchases: 2 });
    let one = sales().having(count().eq(3)).one(db)?;
    assert_eq!((one.customer_id, one.total), (1, Some(35.0)));
    let nested = Purchase::query()
        .join(Purchase::CUSTOMER)
        .group_by((Purchase::CUSTOMER_ID, Customer::NAME))
        .select((Customer::NAME, Sales::columns(Purchase::CUSTOMER_ID, Purchase::AMOUNT.max(), count())))
        .order_by(Customer::NAME)
        .all(db)?;
    assert_eq!(nested[0].0, "ann");
    assert_eq!(nested[0].1.total, Some(20.5));
    Ok(())
}

fn a_query_is_read_from_like_a_table(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for query in [sales().derived(), sales().common_table()] {
        let large = query.clone().filter(Sales::TOTAL.gt(20.0)).order_by(Sales::TOTAL.desc());
        assert_eq!(large.all(db)?.iter().map(|row| row.customer_id).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(query.clone().select(Sales::TOTAL.avg()).one(db)?, Some(150.5 / 3.0));
        assert_eq!(query.clone().count(db)?, 3);
        let named = query
            .join(Customer::on(Customer::ID.eq(of(Sales::CUSTOMER_ID))))
            .filter(Sales::PURCHASES.ge(2))
            .select((Customer::NAME, Sales::PURCHASES))
            .order_by(Customer::ID);
        let expected = [("ann", 3), ("bob", 2), ("cy", 2)].map(|(name, count)| (name.to_string(), count));
        assert_eq!(named.all(db)?, expected);
    }
    Ok(())
}

fn a_query_is_joined_to_a_query_of_a_model(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let rich = Customer::query()
        .join(sales().on(Sales::CUSTOMER_ID.eq(of(Customer::ID))))
        .filter(Sales::TOTAL.gt(30.0))
        .order_by(Customer::ID)
        .all(db)?;
    assert_eq!(rich.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["ann", "bob"]);
    let all = Customer::query()
        .left_join(sales().on(Sales::CUSTOMER_ID.eq(of(Customer::ID))))
        .select((Customer::NAME, Sales::PURCHASES.nullable()))
        .order_by(Customer::ID)
        .all(db)?;
    assert_eq!(all[3], ("dan".to_string(), None));
    Ok(())
}

mod rows {
    use ormcore::prelude::*;

    #[derive(Row, Debug, PartialEq)]
    pub(super) struct Purchase {
        pub(super) id: i64,
        pub(super) pieces: i32,
    }
}

fn a_common_table_hides_no_table_of_its_name(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let bought =
        Purchase::query().filter(Purchase::PIECES.ge(5)).select(Bought::columns(Purchase::ID, Purchase::PIECES));
    let bought = bought.common_table();
    assert_eq!(bought.clone().order_by(Bought::ID).select(Bought::ID).all(db)?, [4, 7]);
    let least = Purchase::query().select(Purchase::PIECES.min()).scalar();
    let ids = Purchase::query().filter(Purchase::CUSTOMER_ID.eq(3)).select(Purchase::ID);
    let found = bought.clone().filter(Bought::PIECES.gt(least)).filter(Bought::ID.is_in(ids));
    assert_eq!(found.all(db)?, [Bought { id: 7, pieces: 5 }]);
    // Of several, one inside the other and beside it, each is its own.
    let large = bought.clone().filter(Bought::PIECES.gt(5)).common_table();
    assert_eq!(large.clone().all(db)?, [Bought { id: 4, pieces: 10 }]);
    let both = sales().common_table().join(large.on(Bought::ID.gt(of(Sales::CUSTOMER_ID))));
    let rows = both.select((Sales::CUSTOMER_ID, Bought::ID)).order_by(Sales::CUSTOMER_ID).all(db)?;
    assert_eq!(rows, [(1, 4), (2, 4), (3, 4)]);
    Ok(())
}

#[derive(Row, Debug, PartialEq)]
struct Placed {
    id: i64,
    customer: i64,
    place: i64,
}

fn the_first_of_each_group_is_found_by_a_window(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let place = row_number().partition_by(Purchase::CUSTOMER_ID).order_by((Purchase::AMOUNT.desc(), Purchase::ID));
    let placed = Purchase::query().select(Placed::columns(Purchase::ID, Purchase::CUSTOMER_ID, place));
    let best = placed.derived().filter(Placed::PLACE.eq(1)).order_by(Placed::CUSTOMER).all(db)?;
    assert_eq!(best.iter().map(|row| row.id).collect::<Vec<_>>(), [2, 4, 6]);
    Ok(())
}

fn rows_of_sql_are_read_by_name(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let sql = r#"SELECT 7 AS extra, count(*) AS "number of purchases", sum(amount) AS total, customer_id
        FROM purchase GROUP BY customer_id ORDER BY customer_id"#;
    let rows = db.query_as::<Sales>(sql, ())?;
    assert_eq!(rows[0], Sales { customer_id: 1, total: Some(35.0), purchases: 3 });
    let missing = db
        .query_as::<Sales>("SELECT 1 AS customer_id, CAST(2.5 AS double precision) AS total", ())
        .unwrap_err()
        .to_string();
    assert!(missing.contains("no column `number of purchases`") && missing.contains("`total`"), "{missing}");
    let twice = r#"SELECT 1 AS customer_id, 2 AS customer_id, CAST(2.5 AS double precision) AS total, 1 AS "number of purchases""#;
    let twice = db.query_as::<Sales>(twice, ()).unwrap_err().to_string();
    assert!(twice.contains("several columns `customer_id`"), "{twice}");
    Ok(())
}

fn a_lateral_join_is_asked_for_each_row_or_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let best = Purchase::query()
        .correlated::<Customer>()
        .filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)))
        .order_by(Purchase::AMOUNT.desc())
        .limit(1)
        .select(Placed::columns(Purchase::ID, Purchase::CUSTOMER_ID, Purchase::ID));
    let joined = Customer::query()
        .left_join(best.lateral_on(Placed::CUSTOMER.eq(of(Customer::ID))))
        .select((Customer::NAME, Placed::ID.nullable()))
        .order_by(Customer::ID)
        .all(db);
    if db.dialect().name() == "postgres" {
        let ids: Vec<_> = joined?.into_iter().map(|row| row.1).collect();
        assert_eq!(ids, [Some(2), Some(4), Some(6), None]);
    } else {
        let error = joined.unwrap_err().to_string();
        assert!(error.contains("no lateral joins") && error.contains("row_number"), "{error}");
    }
    Ok(())
}

/// The dearest purchase of each customer around it.
fn dearest() -> Select<Scope<Outer<Customer>, Scope<Purchase, ()>>, Placed> {
    Purchase::query()
        .correlated::<Customer>()
        .filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)))
        .order_by(Purchase::AMOUNT.desc())
        .limit(1)
        .select(Placed::columns(Purchase::ID, Purchase::CUSTOMER_ID, Purchase::ID))
}

fn a_lateral_join_in_a_part_is_asked_for_each_row_or_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = || Customer::query().join(dearest().lateral_on(Placed::CUSTOMER.eq(of(Customer::ID))));
    let ids = || joined().select(Placed::ID);
    let highest = || ids().order_by(Placed::ID.desc()).scalar();
    let city = || joined().select(Customer::CITY).scalar();
    let answers = [
        joined().select(Placed::columns(Placed::ID, Customer::ID, Placed::ID)).derived().count(db),
        Purchase::query().filter(Purchase::ID.is_in(ids())).count(db),
        Purchase::query().filter(Purchase::ID.le(highest())).filter(Purchase::CUSTOMER_ID.eq(1)).count(db),
        Purchase::query().filter(exists(joined())).limit(3).count(db),
        Purchase::query().select(Purchase::ID).filter(Purchase::ID.gt(7)).union(ids()).count(db),
        Purchase::query().filter(Purchase::ID.is_in(ids())).update(Purchase::NOTE.set("dear"), db),
        Customer::query().filter(Customer::ID.le(3)).update(Customer::CITY.set(city()), db),
        Customer::query().select(Customer::ID).order_by(highest()).limit(3).all(db).map(|rows| rows.len() as u64),
    ];
    for (index, answer) in answers.into_iter().enumerate() {
        if db.dialect().name() == "postgres" {
            assert_eq!(answer?, 3, "{index}");
        } else {
            let said = refused(answer);
            assert!(said.contains("no lateral joins") && said.contains("row_number"), "{index}: {said}");
        }
    }
    Ok(())
}

fn a_joined_query_about_the_rows_beside_it_is_lateral(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = Customer::query().join(dearest().on(Placed::CUSTOMER.eq(of(Customer::ID))));
    let said = refused(joined.clone().all(db));
    assert!(said.contains("about rows of `customer`") && said.contains("`lateral_on`"), "{said}");
    assert_eq!(refused(joined.select(Placed::ID).count(db)), said);
    let elsewhere = Employee::query().join(dearest().lateral_on(Placed::ID.eq(of(Employee::ID))));
    assert_eq!(refused(elsewhere.all(db)), said);
    // What is about the rows around both is no lateral join.
    let numbers = Employee::query().correlated::<Customer>().join(dearest().on(Placed::ID.eq(of(Employee::ID))));
    let named = Customer::query().filter(exists(numbers)).order_by(Customer::ID).select(Customer::ID);
    assert_eq!(named.all(db)?, [1, 2, 3]);
    Ok(())
}

fn what_the_program_makes_of_rows_is_no_part_of_a_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let doubled = || sales().map(|row| Sales { purchases: row.purchases * 2, ..row });
    assert!(refused(doubled().derived().all(db)).contains("`map`"));
    assert!(refused(doubled().common_table().all(db)).contains("`map`"));
    let joined = Customer::query().join(doubled().on(Sales::CUSTOMER_ID.eq(of(Customer::ID))));
    assert!(refused(joined.count(db)).contains("`map`"));
    let ids = || Purchase::query().filter(Purchase::PIECES.ge(5)).select(Purchase::CUSTOMER_ID).map(|id| id + 100);
    let said = refused(Customer::query().filter(Customer::ID.is_in(ids())).all(db));
    assert!(said.contains("`map`"), "{said}");
    assert!(refused(Customer::query().filter(Customer::ID.lt(ids().scalar())).all(db)).contains("`map`"));
    // Whether there are rows does not depend on what is made of them, and what is selected instead is not mapped.
    assert_eq!(Customer::query().filter(exists(ids())).count(db)?, 4);
    let again = Customer::query().filter(Customer::ID.is_in(ids().select(Purchase::CUSTOMER_ID)));
    assert_eq!(again.order_by(Customer::ID).select(Customer::ID).all(db)?, [2, 3]);
    let last = sales().derived().map(|row| row.purchases * 2).order_by(Sales::CUSTOMER_ID).all(db)?;
    assert_eq!(last, [6, 4, 4]);
    Ok(())
}

on_every_backend!(
    what_the_program_makes_of_rows_is_no_part_of_a_query,
    rows_are_read_as_structs,
    a_query_is_read_from_like_a_table,
    a_query_is_joined_to_a_query_of_a_model,
    the_first_of_each_group_is_found_by_a_window,
    rows_of_sql_are_read_by_name,
    a_lateral_join_is_asked_for_each_row_or_refused_in_words,
    a_common_table_hides_no_table_of_its_name,
    a_lateral_join_in_a_part_is_asked_for_each_row_or_refused_in_words,
    a_joined_query_about_the_rows_beside_it_is_lateral,
);
