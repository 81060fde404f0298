//! CASE: its branches, its types, its NULLs, in every place an expression has.

use ormcore::prelude::*;
use ormcore::sql::{all_of, case, count};
use ormcore_tests::on_every_backend;

use crate::same;
use crate::shop::{Customer, Employee, Purchase, fill};

fn the_first_true_branch_gives_the_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let size = case().when(Purchase::PIECES.lt(2), "one").when(Purchase::PIECES.lt(5), "few").otherwise("many");
    let open = case().when(Purchase::NOTE.eq("gift"), 1_i64).when(Purchase::NOTE.is_null(), 2_i64);
    let query = Purchase::query().select((Purchase::ID, size, open)).order_by(Purchase::ID);
    let sql = "SELECT id, CASE WHEN pieces < 2 THEN 'one' WHEN pieces < 5 THEN 'few' ELSE 'many' END, \
               CASE WHEN note = 'gift' THEN 1 WHEN note IS NULL THEN 2 END FROM purchase ORDER BY id";
    let rows = same(query, sql, db)?;
    assert_eq!(rows[3], (4, "many".to_string(), None));
    Ok(())
}

fn branches_give_columns_and_expressions(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let price = case().when(Purchase::NOTE.eq("bulk"), Purchase::AMOUNT / 2.0).otherwise(Purchase::AMOUNT);
    let city = case().when(Customer::CITY.is_null(), "?").otherwise(Customer::NAME);
    let query = Purchase::query().join(Purchase::CUSTOMER).select((Purchase::ID, price, city)).order_by(Purchase::ID);
    let sql = "SELECT p.id, CASE WHEN note = 'bulk' THEN amount / 2 ELSE amount END, \
               CASE WHEN c.city IS NULL THEN '?' ELSE c.name END \
               FROM purchase AS p JOIN customer AS c ON c.id = p.customer_id ORDER BY p.id";
    assert_eq!(same(query, sql, db)?[3], (4, 50.0, "?".to_string()));
    Ok(())
}

fn a_case_is_filtered_ordered_and_summed_by(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let weight = || case().when(Purchase::NOTE.eq("gift"), 10_i64).when(Purchase::NOTE.eq("bulk"), 5).otherwise(0);
    let query =
        Purchase::query().filter(weight().gt(1)).select((Purchase::ID,)).order_by((weight().desc(), Purchase::ID));
    assert_eq!(query.all(db)?, [(2,), (7,), (4,)]);
    assert_eq!(
        Purchase::query().select((weight().sum(), weight().max(), (weight() + 1).min())).one(db)?,
        (Some(25), Some(10), Some(1))
    );
    let gifts = count().filter(weight().eq(10));
    assert_eq!(Purchase::query().select(gifts).one(db)?, 2);
    let changed =
        Purchase::query().update(Purchase::AMOUNT.set(case().when(Purchase::ID.eq(1), 1.0).otherwise(2.0)), db)?;
    assert_eq!((changed, Purchase::query().select(Purchase::AMOUNT.sum()).one(db)?), (7, Some(13.0)));
    Ok(())
}

fn conditions_of_a_case_may_be_about_groups_and_several_models(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loyalty = case().when(count().ge(3), "high").when(Purchase::AMOUNT.sum().gt(50.0), "dear").otherwise("low");
    let query = Purchase::query().group_by(Purchase::CUSTOMER_ID).select((Purchase::CUSTOMER_ID, loyalty));
    let rows = query.order_by(Purchase::CUSTOMER_ID).all(db)?;
    assert_eq!(rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(), ["high", "dear", "low"]);
    let both = case().when(all_of((Customer::CITY.eq("Oslo"), Purchase::NOTE.eq("gift"))), true).otherwise(false);
    let query = Purchase::query().join(Purchase::CUSTOMER).select((Purchase::ID, both.clone())).filter(both.eq(true));
    assert_eq!(query.all(db)?, [(2, true)]);
    Ok(())
}

fn branches_of_options_may_be_null(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss =
        case().when(Employee::SALARY.gt(80), None::<i64>).when(Employee::SALARY.gt(60), 7).otherwise(Employee::BOSS_ID);
    let query = Employee::query().select((Employee::ID, boss)).order_by(Employee::ID);
    assert_eq!(query.all(db)?, [(1, None), (2, Some(1)), (3, Some(7)), (4, Some(2)), (5, Some(7)), (6, Some(3))]);
    let none = case().when(Employee::ID.lt(0), "x");
    assert_eq!(Employee::query().select(none).distinct().all(db)?, [None]);
    Ok(())
}

fn hostile_text_stays_a_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for hostile in ["'; DROP TABLE customer; --", "\"", "$1", "?", "%_\\", "é🦀", "NULL", ""] {
        let text =
            case().when(Customer::NAME.eq(hostile), "never").when(Customer::ID.eq(1), hostile).otherwise("other");
        let found = Customer::query().select(text.clone()).order_by(Customer::ID).first(db)?;
        assert_eq!(found.as_deref(), Some(hostile));
        let grouped = Customer::query().group_by(text.clone()).select((text.clone(), count())).having(text.ne("other"));
        assert_eq!(grouped.all(db)?, [(hostile.to_string(), 1)]);
        let counted = Customer::query().select((count().filter(Customer::NAME.ne(hostile)), count()));
        assert_eq!(counted.having(Customer::NAME.max().ne(hostile)).one(db)?, (4, 4));
    }
    assert_eq!(Customer::query().count(db)?, 4);
    Ok(())
}

on_every_backend!(
    the_first_true_branch_gives_the_value,
    branches_give_columns_and_expressions,
    a_case_is_filtered_ordered_and_summed_by,
    conditions_of_a_case_may_be_about_groups_and_several_models,
    branches_of_options_may_be_null,
    hostile_text_stays_a_value,
);
