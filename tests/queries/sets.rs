//! Rows of several queries as those of one: nested both ways, with orders and limits inside and outside.

use ormcore::prelude::*;
use ormcore::query::Select;
use ormcore::sql;
use ormcore::sql::{count, of};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};
use crate::{refused, same};

type Ids<M> = Select<ormcore::query::Scope<M, ()>, (i64,)>;

fn customers() -> Ids<Customer> {
    Customer::query().select((Customer::ID,))
}

fn buyers() -> Ids<Purchase> {
    Purchase::query().select((Purchase::CUSTOMER_ID,))
}

fn staff() -> Ids<Employee> {
    Employee::query().select((Employee::ID,))
}

fn each_operator_gives_what_sql_does(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (one, other) = ("SELECT id FROM customer", "SELECT customer_id FROM purchase");
    let sql = |operator: &str| format!("{one} {operator} {other} ORDER BY 1 DESC");
    same(customers().union(buyers()).order_by(Customer::ID.desc()), &sql("UNION"), db)?;
    same(customers().union_all(buyers()).order_by(Customer::ID.desc()), &sql("UNION ALL"), db)?;
    same(customers().intersect(buyers()).order_by(Customer::ID.desc()), &sql("INTERSECT"), db)?;
    assert_eq!(same(customers().except(buyers()).order_by(Customer::ID.desc()), &sql("EXCEPT"), db)?, [(4,)]);
    Ok(())
}

fn they_are_combined_from_left_to_right(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // INTERSECT binds tighter in PostgreSQL, and nothing does in SQLite: the calls decide.
    let left = staff().except(customers()).union(buyers()).intersect(staff()).order_by(Employee::ID);
    assert_eq!(left.all(db)?, [(1,), (2,), (3,), (5,), (6,)]);
    let right = staff().except(customers().intersect(buyers())).order_by(Employee::ID);
    assert_eq!(right.all(db)?, [(4,), (5,), (6,)]);
    let nested = customers().union_all(buyers().union(staff())).order_by(Customer::ID);
    assert_eq!(nested.count(db)?, 10);
    let flat = customers().union_all(buyers()).union(staff());
    assert_eq!(flat.count(db)?, 6);
    let except = customers().except(staff().except(buyers())).order_by(Customer::ID);
    let sql = "SELECT id FROM customer EXCEPT SELECT * FROM (SELECT id FROM employee EXCEPT SELECT customer_id FROM \
               purchase) AS part ORDER BY 1";
    same(except, sql, db)?;
    Ok(())
}

fn parts_keep_their_own_order_and_limit(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let first = || customers().order_by(Customer::ID).limit(2);
    let last = || staff().order_by(Employee::ID.desc()).limit(2).offset(1);
    let sql = "SELECT * FROM (SELECT id FROM customer ORDER BY id LIMIT 2) AS a UNION ALL \
               SELECT * FROM (SELECT id FROM employee ORDER BY id DESC LIMIT 2 OFFSET 1) AS b ORDER BY 1 DESC";
    assert_eq!(same(first().union_all(last()).order_by(Customer::ID.desc()), sql, db)?, [(5,), (4,), (2,), (1,)]);
    let cut = first().union_all(last()).order_by(Customer::ID).limit(3).offset(1);
    assert_eq!(cut.clone().all(db)?, [(2,), (4,), (5,)]);
    assert_eq!(cut.clone().count(db)?, 3);
    assert_eq!(cut.clone().first(db)?, Some((2,)));
    assert_eq!(cut.clone().paginate(2, 3, db)?.items, [(5,)]);
    // A union with a limit as a part, on either side.
    let left = cut.clone().union(staff()).order_by(Customer::ID.desc()).limit(2);
    assert_eq!(left.all(db)?, [(6,), (5,)]);
    let right = staff().intersect(cut).order_by(Employee::ID.desc());
    assert_eq!(right.all(db)?, [(5,), (4,), (2,)]);
    let mut seen = Vec::new();
    first().union_all(last()).order_by(Customer::ID).each(db, |(id,)| {
        seen.push(id);
        Ok(())
    })?;
    assert_eq!(seen, [1, 2, 4, 5]);
    Ok(())
}

fn combined_rows_may_be_groups_and_whole_models(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let cities = Customer::query().group_by(Customer::CITY).select((Customer::CITY, count()));
    let notes = Purchase::query().group_by(Purchase::NOTE).select((Purchase::NOTE, count())).having(count().lt(3));
    let both = cities.union(notes).order_by((count().desc(), Customer::CITY.desc()));
    let sql = "SELECT city, count(*) AS n FROM customer GROUP BY city UNION \
               SELECT note, count(*) FROM purchase GROUP BY note HAVING count(*) < 3 ORDER BY n DESC, city DESC";
    assert_eq!(same(both, &on(db, sql, "city DESC", "city DESC NULLS LAST"), db)?.len(), 5);
    let rich = Employee::query().filter(Employee::SALARY.gt(60)).select(Employee::all_columns());
    let top = Employee::query().filter(Employee::BOSS_ID.is_null()).select(Employee::all_columns());
    let names: Vec<_> = rich.except(top).order_by(Employee::NAME).all(db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["b", "right"]);
    Ok(())
}

/// The text as PostgreSQL needs it.
fn on(db: &Database, sql: &str, part: &str, postgres: &str) -> String {
    if ormcore_tests::is_sqlite(db) { sql.to_string() } else { sql.replace(part, postgres) }
}

fn combined_rows_are_parts_of_queries(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let ids = || {
        let notes = Purchase::query().filter(Purchase::NOTE.eq("bulk")).select(Purchase::CUSTOMER_ID);
        Customer::query().filter(Customer::CITY.eq("Rome")).select(Customer::ID).union(notes)
    };
    let found = Customer::query().filter(Customer::ID.is_in(ids())).select((Customer::ID,)).order_by(Customer::ID);
    assert_eq!(found.all(db)?, [(2,), (3,)]);
    let largest = Customer::query().filter(Customer::ID.eq(ids().order_by(Customer::ID.desc()).scalar()));
    assert_eq!(largest.one(db)?.id, 3);
    assert!(Employee::query().filter(ormcore::sql::exists(ids())).exists(db)?);
    // Two counts are two rows, of which a scalar is the first.
    let counts = customers().map(|_| ()).filter(Customer::ID.gt(9));
    assert!(!counts.exists(db)?);
    let counts =
        Customer::query().select(count()).union_all(Employee::query().select(count())).order_by(count().desc());
    assert_eq!(Employee::query().filter(Employee::ID.eq(counts.scalar())).one(db)?.id, 6);
    Ok(())
}

fn nulls_have_one_place_among_combined_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let names = || Employee::query().filter(Employee::SALARY.ge(75)).select(Employee::NAME.nullable());
    let both = || names().union(Customer::query().select(Customer::CITY));
    let words = |rows: Vec<Option<String>>| rows.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>();
    assert_eq!(words(both().order_by(Employee::NAME).limit(1).all(db)?), [""]);
    assert_eq!(words(both().order_by(Employee::NAME.desc()).offset(3).all(db)?).last().unwrap(), "");
    let last = both().order_by(Employee::NAME.asc().nulls_last());
    assert_eq!(last.all(db)?.last(), Some(&None));
    let pieces = || Customer::query().left_join(Customer::PURCHASES).select(Purchase::PIECES.nullable());
    assert_eq!(pieces().union(pieces()).order_by(Purchase::PIECES).first(db)?, Some(None));
    Ok(())
}

fn what_comes_too_late_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let both = || customers().union_all(buyers());
    let said = refused(both().filter(Customer::ID.gt(1)).all(db));
    assert!(said.contains("`filter` comes too late") && said.contains("before"), "{said}");
    let said = refused(both().having(count().gt(1)).all(db));
    assert!(said.contains("`having` comes too late"), "{said}");
    let said = refused(both().distinct().all(db));
    assert!(said.contains("`union` gives equal rows once"), "{said}");
    let said = refused(both().select(Customer::NAME).all(db));
    assert!(said.contains("`select` comes too late") && said.contains("`.derived()` first"), "{said}");
    let said = refused(both().group_by(Customer::ID).count(db));
    assert!(said.contains("`group_by` comes too late"), "{said}");
    let said = refused(both().join(Customer::PURCHASES).all(db));
    assert!(said.contains("`join` comes too late"), "{said}");
    let said = refused(both().left_join(Customer::PURCHASES).all(db));
    assert!(said.contains("`left_join` comes too late"), "{said}");
    let said = refused(both().order_by(Customer::NAME).all(db));
    assert!(said.contains("ordered by what the first query selects"), "{said}");
    let said = refused(both().order_by(Customer::ID + 1).all(db));
    assert!(said.contains("ordered by what the first query selects"), "{said}");
    let inside = Customer::query().filter(Customer::ID.is_in(both().filter(Customer::ID.gt(1)).map(|(id,)| id)));
    let said = refused(inside.all(db));
    assert!(said.contains("`filter` comes too late"), "{said}");
    let of_purchase = Customer::query().correlated::<Purchase>().filter(Customer::ID.eq(of(Purchase::CUSTOMER_ID)));
    let second = Employee::query().select(Employee::ID).union(of_purchase.select(Customer::ID));
    let said = refused(Purchase::query().filter(Purchase::ID.is_in(second)).all(db));
    assert!(said.contains("correlated with what the first of them is"), "{said}");
    let locked = Customer::query().for_update().select(Customer::ID).union(Customer::query().select(Customer::ID));
    assert_eq!(locked.count(db)?, 4);
    Ok(())
}

fn rows_are_mapped_behind_what_combines_them(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let names = || Customer::query().select(Customer::NAME).map(|name| (name, "customer"));
    let staff_names = Employee::query().select(Employee::NAME).map(|name| (name, "staff"));
    let said = refused(names().union_all(staff_names).all(db));
    assert!(said.contains("`map`") && said.contains("behind `union`"), "{said}");
    let right = customers().except(buyers().map(|row| row));
    assert!(refused(right.all(db)).contains("`map`"));
    let left = customers().map(|row| row).intersect(buyers());
    assert!(refused(left.count(db)).contains("`map`"));
    let behind = customers().except(buyers()).map(|(id,)| id * 2).order_by(Customer::ID);
    assert_eq!(behind.all(db)?, [8]);
    let told_apart = Customer::query().select((Customer::NAME, sql!(String: "'customer'")));
    let both = told_apart.union(Employee::query().select((Employee::NAME, sql!(String: "'staff'"))));
    let last = both.map(|(name, kind)| format!("{name}: {kind}")).order_by(Customer::NAME.desc()).limit(1);
    assert_eq!(last.one(db)?, "root: staff");
    Ok(())
}

on_every_backend!(
    each_operator_gives_what_sql_does,
    they_are_combined_from_left_to_right,
    parts_keep_their_own_order_and_limit,
    combined_rows_may_be_groups_and_whole_models,
    combined_rows_are_parts_of_queries,
    nulls_have_one_place_among_combined_rows,
    what_comes_too_late_is_refused_in_words,
    rows_are_mapped_behind_what_combines_them,
);
