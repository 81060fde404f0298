//! Subqueries: scalar, in lists, EXISTS, correlated, nested, with aliases, and what is wrong inside one.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::query::Computed;
use ormcore::sql::{all_of, count, exists, of};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};
use crate::{refused, same};

fn a_scalar_stands_for_a_value(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let average = || Purchase::query().select(Purchase::AMOUNT.avg()).scalar();
    let above = Purchase::query().filter(Purchase::AMOUNT.gt(average())).select((Purchase::ID, Purchase::AMOUNT));
    let sql = "SELECT id, amount FROM purchase WHERE amount > (SELECT avg(amount) FROM purchase) ORDER BY id";
    same(above.order_by(Purchase::ID), sql, db)?;
    let rows = Customer::query().select((Customer::ID, average())).order_by(Customer::ID).all(db)?;
    assert_eq!(rows.iter().map(|row| row.1).collect::<Vec<_>>(), vec![rows[0].1; 4]);
    // No row is NULL, and of several the first one counts, in groups too.
    let nobody = Customer::query().filter(Customer::NAME.eq("zed")).select(Customer::ID);
    assert_eq!(Customer::query().select(nobody.clone().scalar()).all(db)?, [None; 4]);
    assert_eq!(Customer::query().filter(Customer::ID.eq(nobody.scalar())).count(db)?, 0);
    let last = Customer::query().select(Customer::ID).order_by(Customer::ID.desc());
    assert_eq!(Customer::query().filter(Customer::ID.eq(last.clone().scalar())).one(db)?.name, "dan");
    let third = last.clone().limit(3).offset(1);
    assert_eq!(Customer::query().filter(Customer::ID.eq(third.scalar())).one(db)?.name, "cy");
    assert_eq!(Customer::query().select(last.limit(0).scalar()).first(db)?, Some(None));
    let largest = Purchase::query().group_by(Purchase::CUSTOMER_ID).select(count()).order_by(count().desc());
    assert_eq!(Customer::query().filter(Customer::ID.eq(largest.scalar())).one(db)?.id, 3);
    Ok(())
}

fn a_list_is_given_by_a_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let gifted = Purchase::query().filter(Purchase::NOTE.eq("gift")).select(Purchase::CUSTOMER_ID);
    let names = Customer::query().filter(Customer::ID.is_in(gifted.clone())).select((Customer::NAME,));
    let sql =
        "SELECT name FROM customer WHERE id IN (SELECT customer_id FROM purchase WHERE note = 'gift') ORDER BY name";
    assert_eq!(same(names.order_by(Customer::NAME), sql, db)?.len(), 2);
    assert_eq!(Customer::query().filter(Customer::ID.not_in(gifted)).count(db)?, 2);
    // NULL in a list that is negated leaves nothing, as SQL says.
    let bosses = Employee::query().select(Employee::BOSS_ID);
    assert_eq!(Employee::query().filter(Employee::ID.is_in(bosses.clone())).count(db)?, 3);
    assert_eq!(Employee::query().filter(Employee::ID.not_in(bosses)).count(db)?, 0);
    // The list has a limit of its own.
    let last = Purchase::query().select(Purchase::CUSTOMER_ID).order_by(Purchase::AMOUNT.desc()).limit(1);
    assert_eq!(Customer::query().filter(Customer::ID.is_in(last)).one(db)?.name, "bob");
    Ok(())
}

fn exists_asks_about_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let bought = || Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let without = Customer::query().filter(!exists(bought())).select((Customer::NAME,));
    let sql = "SELECT name FROM customer AS c WHERE NOT EXISTS (SELECT 1 FROM purchase WHERE customer_id = c.id)";
    assert_eq!(same(without, sql, db)?, [("dan".to_string(),)]);
    let many = bought().group_by(Purchase::CUSTOMER_ID).select(count()).having(count().gt(2));
    assert_eq!(Customer::query().filter(exists(many)).one(db)?.name, "ann");
    let second = bought().order_by(Purchase::ID).limit(1).offset(2);
    assert_eq!(Customer::query().filter(exists(second)).one(db)?.name, "ann");
    let costly =
        Customer::query().filter(all_of((exists(bought().filter(Purchase::AMOUNT.gt(50.0))), Customer::ID.gt(1))));
    assert_eq!(costly.one(db)?.name, "bob");
    // A condition is an expression: it is selected, and ordered by.
    let flags = Customer::query().select((Customer::ID, exists(bought()))).order_by((exists(bought()), Customer::ID));
    assert_eq!(flags.all(db)?, [(4, false), (1, true), (2, true), (3, true)]);
    Ok(())
}

fn a_correlated_value_is_selected_and_ordered_by(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let total = || {
        let own = Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
        own.select(Purchase::AMOUNT.sum()).scalar()
    };
    let query = Customer::query().select((Customer::NAME, total())).order_by(total().desc());
    let sql = "SELECT name, total FROM (SELECT name, (SELECT sum(amount) FROM purchase WHERE customer_id = c.id) AS total \
               FROM customer AS c) AS totals ORDER BY total IS NULL, total DESC";
    assert_eq!(same(query, sql, db)?.len(), 4);
    assert_eq!(Customer::query().filter(total().gt(35.0)).order_by(total()).first(db)?.unwrap().name, "bob");
    Ok(())
}

fn subqueries_nest(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // The innermost is about the outermost: customers of whose purchases one costs more than all of another customer's.
    let middle = Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let dearest = Purchase::query().filter(Purchase::CUSTOMER_ID.eq(3)).select(Purchase::AMOUNT.sum()).scalar();
    let query = Customer::query().filter(exists(middle.filter(Purchase::AMOUNT.gt(dearest)))).select((Customer::NAME,));
    let sql = "SELECT name FROM customer AS c WHERE EXISTS (SELECT 1 FROM purchase AS p WHERE p.customer_id = c.id AND \
               p.amount > (SELECT sum(amount) FROM purchase WHERE customer_id = 3)) ORDER BY name";
    assert_eq!(same(query.order_by(Customer::NAME), sql, db)?.len(), 2);
    // Each is about the one around it.
    let namesake = Employee::query().correlated::<Purchase>().filter(Employee::ID.eq(of(Purchase::ID)));
    let middle = Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let query = Customer::query().filter(exists(middle.filter(!exists(namesake)))).select((Customer::NAME,));
    let sql = "SELECT name FROM customer AS c WHERE EXISTS (SELECT 1 FROM purchase AS p WHERE p.customer_id = c.id AND NOT \
               EXISTS (SELECT 1 FROM employee AS e WHERE e.id = p.id))";
    assert_eq!(same(query, sql, db)?, [("cy".to_string(),)]);
    // The innermost is about both: through the one between.
    let inner = Employee::query().correlated::<Customer>().filter(Employee::ID.eq(of(Customer::ID)));
    let middle = Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let query = Customer::query().filter(exists(middle.filter(exists(inner)))).select((Customer::ID,));
    assert_eq!(query.order_by(Customer::ID).all(db)?, [(1,), (2,), (3,)]);
    Ok(())
}

fn subqueries_are_about_aliases(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss = alias!(Employee);
    // Bosses with a customer of their own number, asked through the alias.
    let of_boss = Customer::query().correlated_with(boss).filter(Customer::ID.eq(of(boss.col(Employee::ID))));
    let query = Employee::query().join(Employee::BOSS.to(boss)).filter(exists(of_boss)).select((Employee::NAME,));
    let sql = "SELECT e.name FROM employee AS e JOIN employee AS b ON b.id = e.boss_id \
               WHERE EXISTS (SELECT 1 FROM customer AS c WHERE c.id = b.id) ORDER BY e.id";
    assert_eq!(same(query.order_by(Employee::ID), sql, db)?.len(), 5);
    // The same alias inside and outside, where each has its own meaning.
    let well_led = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::SALARY).gt(70));
    let query = Employee::query()
        .join(Employee::BOSS.to(boss))
        .filter(boss.col(Employee::ID).is_in(well_led.select(Employee::ID)))
        .select((Employee::NAME, boss.col(Employee::NAME)))
        .order_by(Employee::ID);
    let sql = "SELECT e.name, b.name FROM employee AS e JOIN employee AS b ON b.id = e.boss_id WHERE b.id IN \
               (SELECT e.id FROM employee AS e JOIN employee AS b ON b.id = e.boss_id WHERE b.salary > 70) ORDER BY e.id";
    assert_eq!(same(query, sql, db)?.len(), 3);
    // A subquery that joins an alias of the very table that it is about.
    let report = alias!(Employee);
    let led = Purchase::query()
        .correlated::<Employee>()
        .join(report.on(report.col(Employee::BOSS_ID).eq(of(Employee::ID))))
        .filter(Purchase::ID.eq(of(report.col(Employee::ID))));
    let query = Employee::query().filter(exists(led)).select((Employee::NAME,)).order_by(Employee::ID);
    let sql = "SELECT name FROM employee AS e WHERE EXISTS (SELECT 1 FROM purchase AS p JOIN employee AS r \
               ON r.boss_id = e.id WHERE p.id = r.id) ORDER BY e.id";
    assert_eq!(same(query, sql, db)?.len(), 3);
    // In the condition of a join.
    let newest = Purchase::query().select(Purchase::ID.max()).scalar();
    let query = Customer::query()
        .join(Purchase::on(all_of((Purchase::CUSTOMER_ID.eq(of(Customer::ID)), Purchase::ID.eq(newest)))));
    assert_eq!(query.one(db)?.name, "cy");
    Ok(())
}

fn a_table_is_compared_with_itself_by_an_alias_inside(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let peer = alias!(Employee);
    let peers = || peer.query().correlated::<Employee>().filter(peer.col(Employee::BOSS_ID).eq(of(Employee::BOSS_ID)));
    let average = peers().select(peer.col(Employee::SALARY).avg()).scalar();
    let query = Employee::query().filter(Employee::SALARY.gt(average)).select((Employee::NAME,)).order_by(Employee::ID);
    let sql = "SELECT name FROM employee AS e WHERE salary > \
               (SELECT avg(p.salary) FROM employee AS p WHERE p.boss_id = e.boss_id) ORDER BY id";
    assert_eq!(same(query, sql, db)?.len(), 2);
    // The best two of each group, chosen by the database.
    let better = alias!(Purchase);
    let ahead = better.query().correlated::<Purchase>().filter(all_of((
        better.col(Purchase::CUSTOMER_ID).eq(of(Purchase::CUSTOMER_ID)),
        better.col(Purchase::AMOUNT).gt(of(Purchase::AMOUNT)),
    )));
    let best = Purchase::query().filter(ahead.select(count()).scalar().lt(2)).order_by(Purchase::ID);
    assert_eq!(best.all(db)?.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 4, 5, 6, 7]);
    // Alone, and joined further.
    let report = alias!(Employee);
    let names = peer.query().join(peer.along(Employee::REPORTS).to(report));
    let names = names.select((peer.all_columns(), report.col(Employee::NAME))).order_by(report.col(Employee::ID));
    let pairs: Vec<_> = names.all(db)?.into_iter().map(|(row, name)| (row.id, name)).collect();
    assert_eq!((pairs.len(), pairs[4].clone()), (5, (3, "c".to_string())));
    assert!(!Employee::query().filter(exists(peers().filter(peer.col(Employee::SALARY).gt(100)))).exists(db)?);
    for said in [refused(peer.query().all(db)), refused(peer.query().count(db)), refused(peer.query().delete(db))] {
        assert!(said.contains("a query over an alias gives no whole rows"), "{said}");
    }
    Ok(())
}

/// One place of the program, and so one alias, whoever calls it.
fn well_paid_boss() -> ormcore::Predicate<Employee> {
    let boss = alias!(Employee);
    let query = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::SALARY).ge(70));
    Employee::ID.is_in(query.select(Employee::ID))
}

fn aliases_of_helpers_and_loops_do_not_meet(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut query = Employee::query().filter(well_paid_boss() & !well_paid_boss().and(Employee::SALARY.lt(50)));
    let mut ids = Vec::new();
    for least in [40, 60, 70] {
        let boss = alias!(Employee);
        let led = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::SALARY).gt(least));
        query = query.filter(Employee::ID.is_in(led.clone().select(Employee::ID)));
        ids.push(led.count(db)?);
    }
    assert_eq!(ids, [5, 3, 2]);
    let names: Vec<_> = query.order_by(Employee::ID).all(db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["left", "right"]);
    let boss = || alias!(Employee);
    let said = refused(
        Employee::query().join(Employee::BOSS.to(boss())).join(boss().along(Employee::BOSS).to(boss())).all(db),
    );
    assert!(said.contains("joins the table `employee` twice"), "{said}");
    Ok(())
}

fn what_is_wrong_inside_reads_as_it_does_alone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let ungrouped = || Purchase::query().group_by(Purchase::CUSTOMER_ID).select(Purchase::ID);
    let alone = refused(ungrouped().all(db));
    assert!(alone.contains("the column `purchase.id` is neither grouped by nor in an aggregate"), "{alone}");
    let inside = Customer::query().filter(Customer::ID.is_in(ungrouped()));
    assert_eq!(refused(inside.all(db)), alone);
    let inside = Customer::query().filter(Customer::ID.eq(ungrouped().scalar()));
    assert_eq!(refused(inside.count(db)), alone);
    assert_eq!(refused(Customer::query().filter(exists(ungrouped())).exists(db)), alone);
    assert_eq!(refused(Customer::query().select(ungrouped().scalar()).all(db)), alone);
    assert_eq!(refused(Customer::query().select(Customer::ID).union(ungrouped()).all(db)), alone);
    let updated = Customer::query().update(Customer::ID.set(ungrouped().scalar()), db).map(|_| ());
    assert_eq!(refused(updated), alone);
    let twice = Purchase::query().join(Purchase::CUSTOMER).join(Customer::PURCHASES).select(Customer::ID);
    let said = refused(Customer::query().filter(Customer::ID.is_in(twice)).all(db));
    assert!(said.starts_with("the query joins the table `purchase` twice"), "{said}");
    let said = refused(Purchase::query().correlated::<Customer>().all(db));
    assert!(said.contains("give it to `exists(..)` or end it by `.scalar()`"), "{said}");
    let two = Purchase::query().correlated::<Customer>().correlated::<Employee>().select(Purchase::ID);
    let said = refused(two.all(db));
    assert!(said.contains("correlated with one source"), "{said}");
    Ok(())
}

fn what_a_subquery_is_about_is_not_joined_in_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let bought = || Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let joined = bought().join(Purchase::CUSTOMER);
    let said = refused(Customer::query().filter(exists(joined)).all(db));
    assert!(said.contains("about rows of `customer` around it") && said.contains("alias!"), "{said}");
    let counted = bought().left_join(Purchase::CUSTOMER).select(count()).scalar();
    assert_eq!(refused(Customer::query().select(counted).all(db)), said);
    let joined = Purchase::query().join(Purchase::CUSTOMER).correlated::<Customer>();
    assert_eq!(refused(Customer::query().filter(exists(joined)).all(db)), said);
    let itself = Customer::query().correlated::<Customer>();
    assert_eq!(refused(Customer::query().filter(exists(itself)).all(db)), said);
    let other = alias!(Customer);
    let of_oslo = bought().join(Purchase::CUSTOMER.to(other)).filter(other.col(Customer::CITY).eq("Oslo"));
    assert_eq!(Customer::query().filter(exists(of_oslo)).one(db)?.name, "ann");
    Ok(())
}

fn subqueries_nest_only_so_deep(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let nested = |depth: usize| {
        (0..depth).fold(Customer::query(), |query, _| {
            Customer::query().filter(Customer::ID.is_in(query.select(Customer::ID)))
        })
    };
    assert_eq!(nested(20).count(db)?, 4);
    let said = nested(5000).count(db).unwrap_err().to_string();
    assert!(said.contains("nested at most"), "{said}");
    let united = |depth: usize| {
        let ids = || Customer::query().select(Customer::ID);
        (0..depth).fold(ids(), |query, _| ids().union(query.limit(3)))
    };
    assert_eq!(united(20).count(db)?, 4);
    let said = united(5000).count(db).unwrap_err().to_string();
    assert!(said.contains("nested at most"), "{said}");
    Ok(())
}

fn along_relationships_they_nest_only_so_deep(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    type Sum = Computed<Employee, Option<i64>>;
    let of_it = |sum: Sum| Employee::REPORTS.aggregate(sum.sum());
    let ordered = |sum: Sum| Employee::REPORTS.aggregate(Employee::SALARY.sum().order_by((Employee::ID, sum)));
    let filtered = |sum: Sum| Employee::REPORTS.aggregate(Employee::SALARY.sum().filter(sum.is_null()));
    for nest in [of_it, ordered, filtered] {
        let nested =
            |depth: usize| (1..depth).fold(Employee::REPORTS.aggregate(Employee::SALARY.sum()), |sum, _| nest(sum));
        assert_eq!(Employee::query().select(nested(5)).all(db)?.len(), 6);
        for depth in [160, 5000] {
            let said = refused(Employee::query().select(nested(depth)).all(db));
            assert!(said.contains("nested at most"), "{said}");
        }
    }
    let reports =
        |depth: usize| (1..depth).fold(Employee::REPORTS.exists(), |reports, _| Employee::REPORTS.any(reports));
    assert_eq!(Employee::query().filter(reports(2)).count(db)?, 1);
    let said = refused(Employee::query().filter(reports(450)).count(db));
    assert!(said.contains("nested at most"), "{said}");
    Ok(())
}

fn rows_that_are_left_out_are_counted_before_it_is_asked_whether_there_are_any(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // Three customers have bought something, one of them three times.
    let buyers = || Customer::query().join(Customer::PURCHASES).distinct().order_by(Purchase::AMOUNT);
    for (offset, expected) in [(0, true), (2, true), (3, false), (6, false)] {
        let rest = || buyers().offset(offset);
        assert_eq!(rest().count(db)? > 0, expected, "{offset}");
        assert_eq!(rest().exists(db)?, expected, "{offset}");
        assert_eq!(Employee::query().filter(exists(rest())).exists(db)?, expected, "{offset}");
        assert_eq!(Employee::query().filter(exists(rest().limit(1))).exists(db)?, expected, "{offset}");
        let names = || Customer::query().join(Customer::PURCHASES).select(Customer::NAME).distinct().offset(offset);
        assert_eq!(names().exists(db)?, expected, "{offset}");
        assert_eq!(Employee::query().filter(exists(names())).exists(db)?, expected, "{offset}");
        let listed = Customer::query().filter(Customer::NAME.is_in(names().order_by(Customer::NAME)));
        assert_eq!(listed.count(db)?, 3_u64.saturating_sub(offset), "{offset}");
    }
    assert!(!buyers().limit(0).exists(db)?);
    let ids = || Customer::query().select(Customer::ID).union(Purchase::query().select(Purchase::CUSTOMER_ID));
    assert!(Employee::query().filter(exists(ids().offset(3))).exists(db)?);
    assert!(!Employee::query().filter(exists(ids().offset(4))).exists(db)?);
    let repeated = Customer::query().join(Customer::PURCHASES).offset(3);
    assert!(repeated.clone().exists(db)? && Employee::query().filter(exists(repeated)).exists(db)?);
    let other = alias!(Customer);
    let of_its_city = other.query().correlated::<Customer>().filter(other.col(Customer::CITY).eq(of(Customer::CITY)));
    let with_others = Customer::query().filter(exists(of_its_city.distinct().offset(1)));
    assert_eq!(with_others.order_by(Customer::ID).select(Customer::ID).all(db)?, [1, 4]);
    Ok(())
}

fn an_aggregate_of_nothing_but_the_row_around_is_refused(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let bought = || Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let grouped = || bought().group_by(Purchase::CUSTOMER_ID).select(count());
    let of_another = Employee::query().correlated::<Customer>().filter(Employee::ID.eq(of(Customer::ID)));
    for said in [
        refused(Customer::query().select((Customer::NAME, bought().select(Customer::ID.sum()).scalar())).all(db)),
        refused(Customer::query().select(bought().select(count().filter(Customer::ID.gt(1))).scalar()).all(db)),
        refused(Customer::query().filter(exists(grouped().having(Customer::ID.max().gt(1)))).all(db)),
        refused(Customer::query().filter(exists(grouped().order_by(Customer::ID.max()).limit(1))).all(db)),
        refused(
            Customer::query()
                .select(bought().select(of_another.select(Employee::NAME).scalar().max()).scalar())
                .all(db),
        ),
    ] {
        assert!(said.contains("names columns of `customer` alone"), "{said}");
    }
    // It is the subquery's own where it names a column of that, or none.
    let own = (Purchase::PIECES * of(Customer::ID)).sum();
    let counted = count().filter(Purchase::AMOUNT.gt(of(Customer::ID)));
    let times = bought().select(count() * of(Customer::ID));
    let query = Customer::query().select((
        Customer::ID,
        bought().select(own).scalar(),
        bought().select(counted).scalar(),
        times.scalar(),
    ));
    let sql = "SELECT c.id, CAST(sum(p.pieces * c.id) AS bigint), count(CASE WHEN p.amount > c.id THEN 1 END), \
               c.id * count(p.id) FROM customer AS c LEFT JOIN purchase AS p ON p.customer_id = c.id GROUP BY c.id ORDER BY c.id";
    assert_eq!(same(query.order_by(Customer::ID), sql, db)?.len(), 4);
    Ok(())
}

on_every_backend!(
    a_scalar_stands_for_a_value,
    a_list_is_given_by_a_query,
    exists_asks_about_rows,
    a_correlated_value_is_selected_and_ordered_by,
    subqueries_nest,
    subqueries_are_about_aliases,
    a_table_is_compared_with_itself_by_an_alias_inside,
    aliases_of_helpers_and_loops_do_not_meet,
    what_is_wrong_inside_reads_as_it_does_alone,
    what_a_subquery_is_about_is_not_joined_in_it,
    subqueries_nest_only_so_deep,
    along_relationships_they_nest_only_so_deep,
    rows_that_are_left_out_are_counted_before_it_is_asked_whether_there_are_any,
    an_aggregate_of_nothing_but_the_row_around_is_refused,
);
