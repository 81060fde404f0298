//! Updates and deletes of what other tables say, and what they give back.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{case, count, exists, func, of};
use ormcore_tests::{is_sqlite, on_every_backend};

use crate::refused;
use crate::shop::{Customer, Employee, Purchase, fill};

fn amounts(db: &Database) -> ormcore::Result<Vec<(i64, f64)>> {
    Purchase::query().select((Purchase::ID, Purchase::AMOUNT)).order_by(Purchase::ID).all(db)
}

fn notes(db: &Database) -> ormcore::Result<Vec<Option<String>>> {
    Purchase::query().select(Purchase::NOTE).order_by(Purchase::ID).all(db)
}

fn an_update_gives_the_rows_as_they_have_become(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let gifts = Purchase::query().filter(Purchase::NOTE.eq("gift"));
    let set = (Purchase::PIECES.set(Purchase::PIECES * 10), Purchase::NOTE.set("'; -- \" ?"));
    let mut rows = gifts.clone().returning(Purchase::all_columns()).update(set, db)?;
    assert_eq!(statements.len(), 1);
    rows.sort_by_key(|row| row.id);
    assert_eq!(rows.iter().map(|row| (row.id, row.pieces)).collect::<Vec<_>>(), [(2, 20), (7, 50)]);
    assert!(rows.iter().all(|row| row.note.as_deref() == Some("'; -- \" ?")));
    assert_eq!(Purchase::find(7, db)?, rows[1]);
    assert!(gifts.returning(Purchase::ID).update(Purchase::PIECES.set(1), db)?.is_empty());
    Ok(())
}

fn a_delete_gives_the_rows_that_are_gone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let small = Purchase::query().filter(Purchase::AMOUNT.lt(5.0));
    let kind = case().when(Purchase::PIECES.gt(2), "many").otherwise("few");
    let mut gone = small.returning((Purchase::ID, Purchase::AMOUNT * 2.0, kind)).delete(db)?;
    gone.sort_by_key(|row| row.0);
    assert_eq!(gone, [(3, 9.0, "many".to_string()), (5, 2.0, "few".to_string())]);
    assert_eq!(Purchase::query().count(db)?, 5);
    let first = Purchase::query().order_by(Purchase::ID.desc()).limit(1).returning(Purchase::ID).delete(db)?;
    assert_eq!(first, [7]);
    Ok(())
}

fn what_is_joined_chooses_the_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let in_rome = || Purchase::query().join(Purchase::CUSTOMER).filter(Customer::CITY.eq("Rome"));
    let changed = in_rome().returning(Purchase::ID).update(Purchase::NOTE.set("from Rome"), db)?;
    assert_eq!(changed.len(), 2);
    assert_eq!(in_rome().update(Purchase::PIECES.set(Purchase::PIECES + 1), db)?, 2);
    assert_eq!(notes(db)?[5..], [Some("from Rome".to_string()), Some("from Rome".to_string())]);
    assert_eq!(in_rome().delete(db)?, 2);
    let idle = Customer::query().left_join(Customer::PURCHASES).filter(Purchase::ID.nullable().is_null());
    let mut gone = idle.returning(Customer::NAME).delete(db)?;
    gone.sort();
    assert_eq!(gone, ["cy", "dan"]);
    Ok(())
}

fn a_column_is_set_to_what_is_joined(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = || Purchase::query().join(Purchase::CUSTOMER).filter(Customer::NAME.ne("bob"));
    let set = (Purchase::NOTE.set(of(Customer::NAME)), Purchase::PIECES.set(Purchase::PIECES + 100));
    assert_eq!(joined().update(set, db)?, 5);
    let note = |text: &str| Some(text.to_string());
    let mut expected = vec![note("ann"), note("ann"), note("ann"), note("bulk"), None, note("cy"), note("cy")];
    assert_eq!(notes(db)?, expected);
    assert_eq!(Purchase::find(6, db)?.pieces, 102);
    let set = Purchase::NOTE.set(of(Customer::CITY));
    let limited = joined().order_by(Purchase::ID.desc()).limit(1);
    let last = limited.returning((Purchase::ID, Purchase::NOTE)).update(set, db)?;
    assert_eq!(last, [(7, note("Rome"))]);
    expected[6] = note("Rome");
    assert_eq!(notes(db)?, expected);
    let sums = Purchase::AMOUNT.set(Purchase::AMOUNT + of(Customer::ID * 1000));
    assert_eq!(joined().filter(Customer::ID.eq(3)).update(sums, db)?, 2);
    assert_eq!(amounts(db)?[5..], [(6, 3007.25), (7, 3007.25)]);
    let twice = joined().distinct().update(Purchase::NOTE.set(of(Customer::NAME)), db).unwrap_err();
    assert!(twice.to_string().contains("`distinct`"), "{twice}");
    Ok(())
}

fn a_row_is_set_to_what_another_row_of_its_table_says(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss = alias!(Employee);
    let below = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::NAME).eq("root"));
    let raised = Employee::SALARY.set(of(boss.col(Employee::SALARY) - 1));
    assert_eq!(below.update(raised, db)?, 2);
    let salaries = Employee::query().select(Employee::SALARY).order_by(Employee::ID).all(db)?;
    assert_eq!(salaries, [90, 89, 89, 50, 75, 40]);
    Ok(())
}

fn subqueries_choose_the_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let oslo = Customer::query().filter(Customer::CITY.eq("Oslo")).select(Customer::ID);
    let by_oslo = Purchase::query().filter(Purchase::CUSTOMER_ID.is_in(oslo));
    assert_eq!(by_oslo.update(Purchase::NOTE.set(None::<String>), db)?, 3);
    let own = Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let idle = Customer::query().filter(!exists(own.clone()));
    assert_eq!(idle.returning(Customer::NAME).delete(db)?, ["dan"]);
    let busy = Customer::query().filter(own.select(count()).scalar().gt(2));
    assert_eq!(busy.returning(Customer::ID).update(Customer::CITY.set("Bonn"), db)?, [1]);
    let average = Purchase::query().select(Purchase::AMOUNT.avg()).scalar();
    assert_eq!(Purchase::query().filter(Purchase::AMOUNT.gt(average)).delete(db)?, 1);
    Ok(())
}

fn a_column_is_set_to_what_a_subquery_gives(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let most = Purchase::query().select(Purchase::AMOUNT.max()).scalar();
    let first = Purchase::query().filter(Purchase::ID.eq(1));
    assert_eq!(first.returning(Purchase::AMOUNT).update(Purchase::AMOUNT.set(most), db)?, [100.0]);
    let last_note = Purchase::query()
        .correlated::<Customer>()
        .filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)))
        .filter(Purchase::NOTE.is_not_null())
        .order_by(Purchase::ID.desc())
        .select(Purchase::NOTE)
        .scalar();
    assert_eq!(Customer::query().update(Customer::CITY.set(last_note), db)?, 4);
    let cities = Customer::query().select(Customer::CITY).order_by(Customer::ID).all(db)?;
    let city = |text: &str| Some(text.to_string());
    assert_eq!(cities, [city("gift"), city("bulk"), city("gift"), None]);
    Ok(())
}

fn a_subquery_sees_no_row_as_the_update_has_changed_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss = alias!(Employee);
    let above = boss
        .query()
        .correlated::<Employee>()
        .filter(boss.col(Employee::ID).eq(of(Employee::BOSS_ID)))
        .select(boss.col(Employee::BOSS_ID))
        .scalar();
    assert_eq!(Employee::query().update(Employee::BOSS_ID.set(above), db)?, 6);
    let bosses = Employee::query().select(Employee::BOSS_ID).order_by(Employee::ID).all(db)?;
    assert_eq!(bosses, [None, None, None, Some(1), Some(1), Some(1)]);

    let more = || Employee::SALARY.set(boss.query().select(boss.col(Employee::SALARY).max() + 1).scalar());
    let salaries = |db: &Database| Employee::query().select(Employee::SALARY).order_by(Employee::ID).all(db);
    let below = Employee::query().filter(Employee::ID.gt(2));
    let mut given = below.returning((Employee::ID, Employee::SALARY)).update(more(), db)?;
    given.sort_unstable();
    assert_eq!(given, [(3, 91), (4, 91), (5, 91), (6, 91)]);
    assert_eq!(salaries(db)?, [90, 60, 91, 91, 91, 91]);
    let last = Employee::query().distinct().order_by(Employee::ID.desc()).limit(2);
    assert_eq!(last.update((more(), Employee::NAME.set("top")), db)?, 2);
    assert_eq!(salaries(db)?, [90, 60, 91, 91, 92, 92]);
    Ok(())
}

fn a_whole_is_not_returned_of_each(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let error = Purchase::query().returning(count()).delete(db).unwrap_err();
    assert!(error.to_string().contains("aggregate"), "{error}");
    let of_each = Customer::query().returning((Customer::NAME, Customer::PURCHASES.count()));
    let said = refused(of_each.delete(db));
    assert!(said.contains("subquery") && said.contains("`select`"), "{said}");
    let left = Customer::query().returning(sql!(i64: "(SELECT count(*) FROM customer)"));
    assert!(refused(left.update(Customer::NAME.set("x"), db)).contains("subquery"));
    let is_selected = Purchase::query().returning(sql!(bool: "'select' = {}", "selected"));
    assert_eq!(is_selected.update(Purchase::PIECES.set(1), db)?, [false; 7]);
    assert_eq!(Purchase::query().count(db)?, 7);
    Ok(())
}

fn rows_that_a_join_repeats_are_chosen_once_in_any_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let buyers = || Customer::query().join(Customer::PURCHASES).filter(Purchase::PIECES.ge(1)).distinct();
    let city = |name: &str| Customer::CITY.set(name);
    let named = |name: &str, db: &Database| {
        Customer::query().filter_by(Customer::CITY, name).select(Customer::ID).order_by(Customer::ID).all(db)
    };
    assert_eq!(buyers().order_by(Customer::NAME.desc()).limit(2).update(city("a"), db)?, 2);
    assert_eq!(named("a", db)?, [2, 3]);
    assert_eq!(buyers().order_by((Customer::NAME, Customer::NAME.desc())).offset(1).limit(1).update(city("b"), db)?, 1);
    assert_eq!(named("b", db)?, [2]);
    assert_eq!(buyers().order_by(Customer::ID.desc()).limit(1).update(city("c"), db)?, 1);
    assert_eq!(named("c", db)?, [3]);
    assert_eq!(buyers().order_by(Purchase::AMOUNT).limit(1).update(city("d"), db)?, 1);
    assert_eq!(named("d", db)?, [2]);
    assert_eq!(buyers().order_by(Customer::NAME).update(city("e"), db)?, 3);
    assert_eq!(buyers().order_by(Purchase::AMOUNT).update(city("f"), db)?, 3);
    assert_eq!(named("f", db)?, [1, 2, 3]);
    let ranked = Purchase::query().join(Purchase::CUSTOMER).distinct().order_by((Purchase::NOTE.desc(), Purchase::ID));
    let mut gone = ranked.limit(3).returning(Purchase::ID).delete(db)?;
    gone.sort_unstable();
    assert_eq!(gone, [2, 4, 7]);
    Ok(())
}

fn a_limit_is_kept_whatever_chooses_the_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Purchase::insert_all((0..400).map(|number| Purchase::new(1_i64, 1.0, number)), db)?;
    db.transaction(|tx| {
        if !is_sqlite(db) {
            // What is left is a loop that asks for the chosen rows again for each row of the table.
            for way in ["hashjoin", "mergejoin", "material", "hashagg", "sort", "memoize", "indexscan", "bitmapscan"] {
                tx.execute(format!("SET LOCAL enable_{way} = off"), ())?;
            }
        }
        let few = || Purchase::query().filter(func("random", ()).returns::<f64>().lt(0.5)).limit(3);
        assert_eq!(few().update(Purchase::PIECES.set(1), tx)?, 3);
        assert_eq!(few().returning(Purchase::ID).update(Purchase::PIECES.set(1), tx)?.len(), 3);
        let joined = few().join(Purchase::CUSTOMER);
        assert_eq!(joined.update(Purchase::NOTE.set(of(Customer::NAME)), tx)?, 3);
        assert_eq!(few().delete(tx)?, 3);
        Ok(())
    })
}

on_every_backend!(
    an_update_gives_the_rows_as_they_have_become,
    a_delete_gives_the_rows_that_are_gone,
    what_is_joined_chooses_the_rows,
    a_column_is_set_to_what_is_joined,
    a_row_is_set_to_what_another_row_of_its_table_says,
    subqueries_choose_the_rows,
    a_column_is_set_to_what_a_subquery_gives,
    a_subquery_sees_no_row_as_the_update_has_changed_it,
    a_whole_is_not_returned_of_each,
    rows_that_a_join_repeats_are_chosen_once_in_any_order,
    a_limit_is_kept_whatever_chooses_the_rows,
);
