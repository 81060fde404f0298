//! What is selected: expressions, tuples, whole models, distinct rows, and all endings of such queries.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::sql::{case, count};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};
use crate::{refused, same};

fn each_ending_gives_what_is_selected(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = || Customer::query().select((Customer::ID, Customer::CITY)).order_by(Customer::ID);
    let oslo = Some("Oslo".to_string());
    assert_eq!(query().all(db)?[3], (4, oslo.clone()));
    assert_eq!(query().first(db)?, Some((1, oslo.clone())));
    assert_eq!(query().limit(1).offset(1).one(db)?, (2, None));
    assert!(matches!(query().one(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    assert!(matches!(query().one_or_none(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    assert!(query().filter(Customer::ID.gt(9)).one(db).unwrap_err().is_not_found());
    assert_eq!(query().filter(Customer::ID.gt(9)).one_or_none(db)?, None);
    assert_eq!(query().filter(Customer::ID.gt(9)).first(db)?, None);
    assert_eq!((query().count(db)?, query().limit(3).count(db)?, query().offset(3).count(db)?), (4, 3, 1));
    assert_eq!(
        (query().exists(db)?, query().filter(Customer::ID.gt(9)).exists(db)?, query().limit(0).exists(db)?),
        (true, false, false)
    );
    let page = query().paginate(2, 3, db)?;
    assert_eq!((page.total, page.items), (4, vec![(4, oslo)]));
    assert_eq!(query().paginate(9, 3, db)?.items, []);
    assert!(query().paginate(0, 3, db).is_err() && query().paginate(1, 0, db).is_err());
    let mut ids = Vec::new();
    query()
        .each(db, |(id, _)| {
            ids.push(id);
            if ids.len() == 3 { Err(Error::other(std::io::Error::other("enough"))) } else { Ok(()) }
        })
        .unwrap_err();
    assert_eq!(ids, [1, 2, 3]);
    assert!(!query().explain(db)?.is_empty());
    let doubled = query().map(|(id, _)| id * 2);
    assert_eq!(doubled.clone().all(db)?, [2, 4, 6, 8]);
    assert_eq!((doubled.clone().count(db)?, doubled.first(db)?), (4, Some(2)));
    Ok(())
}

fn models_stand_beside_columns_and_aggregates(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let boss = alias!(Employee);
    let rows = Employee::query()
        .left_join(Employee::BOSS.to(boss))
        .select((Employee::all_columns(), boss.all_columns().nullable(), Employee::SALARY + 1, Employee::SALARY.gt(60)))
        .order_by(Employee::ID)
        .all(db)?;
    assert_eq!((rows[0].0.name.as_str(), rows[0].1.as_ref(), rows[0].2, rows[0].3), ("root", None, 91, true));
    assert_eq!((rows[5].0.name.as_str(), rows[5].1.as_ref().map(|row| row.name.as_str())), ("c", Some("right")));
    let mut wide = Customer::query().select((
        Customer::ID,
        Customer::ID + 1,
        Customer::ID + 2,
        Customer::ID + 3,
        Customer::ID + 4,
        Customer::ID + 5,
        Customer::ID + 6,
        Customer::ID + 7,
        Customer::ID + 8,
        Customer::ID + 9,
        Customer::ID + 10,
        Customer::ID + 11,
        Customer::ID + 12,
        Customer::ID + 13,
        Customer::ID + 14,
        Customer::NAME,
    ));
    wide = wide.order_by(Customer::ID).limit(1);
    let row = wide.one(db)?;
    assert_eq!((row.0, row.14, row.15.as_str()), (1, 15, "ann"));
    Ok(())
}

fn chains_of_self_joins_go_three_levels_deep(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (one, two, three) = (alias!(Employee), alias!(Employee), alias!(Employee));
    let name = Employee::NAME;
    let query = Employee::query()
        .left_join(Employee::BOSS.to(one))
        .left_join(one.along(Employee::BOSS).to(two))
        .left_join(two.along(Employee::BOSS).to(three))
        .select((name, one.col(name).nullable(), two.col(name).nullable(), three.col(name).nullable()))
        .order_by((three.col(name), two.col(name).desc(), one.col(name), name));
    let sql = "SELECT e.name, a.name, b.name, c.name FROM employee AS e LEFT JOIN employee AS a ON a.id = e.boss_id \
               LEFT JOIN employee AS b ON b.id = a.boss_id LEFT JOIN employee AS c ON c.id = b.boss_id \
               ORDER BY c.name IS NOT NULL, c.name, b.name IS NULL, b.name DESC, a.name IS NOT NULL, a.name, e.name";
    assert_eq!(same(query, sql, db)?.len(), 6);
    let counts = Employee::query()
        .join(Employee::REPORTS.to(one))
        .join(one.along(Employee::REPORTS).to(two))
        .group_by((Employee::NAME, one.col(name)))
        .select((Employee::NAME, one.col(name), count(), two.col(Employee::SALARY).sum()))
        .order_by(two.col(Employee::SALARY).sum().desc());
    let sql = "SELECT e.name, a.name, count(*), CAST(sum(b.salary) AS bigint) FROM employee AS e JOIN employee AS a ON \
               a.boss_id = e.id JOIN employee AS b ON b.boss_id = a.id GROUP BY e.name, a.name ORDER BY sum(b.salary) DESC";
    assert_eq!(same(counts, sql, db)?.len(), 2);
    Ok(())
}

fn distinct_rows_are_ordered_by_what_is_selected(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let cities = || Customer::query().select(Customer::CITY).distinct();
    let rows = [Some("Rome".to_string()), Some("Oslo".to_string()), None];
    assert_eq!(cities().order_by(Customer::CITY.desc()).all(db)?, rows);
    assert_eq!((cities().count(db)?, cities().paginate(1, 2, db)?.total), (3, 3));
    let even = || Purchase::PIECES % 2;
    let query = Purchase::query().select((even(), Purchase::NOTE.is_null())).distinct();
    let sql = "SELECT DISTINCT pieces % 2, note IS NULL FROM purchase ORDER BY 1 DESC, 2";
    assert_eq!(same(query.order_by((even().desc(), Purchase::NOTE.is_null())), sql, db)?.len(), 4);
    let sizes = || case().when(Purchase::PIECES.gt(2), "many").otherwise("few");
    assert_eq!(Purchase::query().select(sizes()).distinct().order_by(sizes()).all(db)?, ["few", "many"]);
    let said = refused(cities().order_by(Customer::NAME).all(db));
    assert!(said.contains("with `distinct` rows are ordered by what is selected"), "{said}");
    let before = Customer::query().distinct().order_by(Customer::NAME).select(Customer::CITY);
    assert_eq!(refused(before.count(db)), said);
    let inside = Customer::query().filter(Customer::CITY.is_in(cities().order_by(Customer::ID).limit(1)));
    assert_eq!(refused(inside.all(db)), said);
    let grouped = Customer::query().group_by(Customer::CITY).select(Customer::CITY).order_by(Customer::NAME.min());
    assert_eq!(grouped.all(db)?.len(), 3);
    let models = Purchase::query().join(Purchase::CUSTOMER).select(Customer::all_columns()).distinct();
    assert_eq!(models.order_by(Customer::NAME.desc()).all(db)?.len(), 3);
    Ok(())
}

fn what_a_select_cannot_do_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let last = Purchase::query().distinct_on(Purchase::CUSTOMER_ID).order_by(Purchase::ID.desc());
    assert_eq!(last.clone().all(db)?.len(), 3);
    let said = refused(last.select(Purchase::ID).all(db));
    assert!(said.contains("`distinct_on` chooses whole rows"), "{said}");
    let said = refused(Customer::query().distinct().for_update().select(Customer::CITY).all(db));
    assert!(said.contains("cannot be locked"), "{said}");
    let locked = Customer::query().for_update().select(Customer::NAME).order_by(Customer::ID);
    assert_eq!(db.transaction(|tx| locked.first(tx))?.as_deref(), Some("ann"));
    Ok(())
}

fn selections_of_empty_tables_are_empty(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Customer, Purchase, Employee)>()?;
    let query =
        || Customer::query().left_join(Customer::PURCHASES).select((Customer::NAME, Purchase::AMOUNT.nullable()));
    assert_eq!((query().all(db)?, query().count(db)?, query().exists(db)?), (vec![], 0, false));
    assert_eq!(query().distinct().paginate(1, 5, db)?.total, 0);
    let names = Customer::query().select(Customer::NAME);
    assert_eq!(names.clone().union(names.clone()).intersect(names.clone()).all(db)?, Vec::<String>::new());
    assert_eq!(Customer::query().filter(Customer::NAME.not_in(names)).count(db)?, 0);
    Ok(())
}

fn hostile_text_is_selected_and_compared_as_it_is(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let hostile =
        ["'; DROP TABLE customer; --", "\" OR 1=1 --", "$1", "?", "\\", "a\nb", "Ω≈ç√", "{}", "%s", "x' || 'y"];
    Customer::insert_all(hostile.map(|text| Customer::new(text).with(|row| row.city = Some(text.to_string()))), db)?;
    for text in hostile {
        let same_city = Customer::query().filter(Customer::CITY.eq(text)).select(Customer::CITY);
        let query = Customer::query().filter(Customer::NAME.eq(text)).filter(Customer::CITY.is_in(same_city.clone()));
        let query = query.select((Customer::NAME, same_city.clone().scalar())).union_all(
            Customer::query().filter(Customer::NAME.contains(text)).select((Customer::NAME, same_city.scalar())),
        );
        assert_eq!(query.first(db)?, Some((text.to_string(), Some(text.to_string()))));
    }
    let grouped = Customer::query()
        .group_by(Customer::NAME)
        .select((Customer::NAME, count()))
        .having(Customer::NAME.min().is_in(hostile));
    assert_eq!(grouped.count(db)?, 10);
    Ok(())
}

on_every_backend!(
    each_ending_gives_what_is_selected,
    models_stand_beside_columns_and_aggregates,
    chains_of_self_joins_go_three_levels_deep,
    distinct_rows_are_ordered_by_what_is_selected,
    what_a_select_cannot_do_is_refused_in_words,
    selections_of_empty_tables_are_empty,
    hostile_text_is_selected_and_compared_as_it_is,
);
