//! Groups: by columns and by what is computed, with conditions on them, ordered by aggregates, and what they have not.

use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{case, count, exists, func, of, table};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};
use crate::{refused, same};

fn groups_are_ordered_and_narrowed_by_aggregates(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Customer::query()
        .join(Customer::PURCHASES)
        .group_by((Customer::ID, Customer::NAME))
        .select((Customer::NAME, count(), Purchase::AMOUNT.sum(), Purchase::PIECES.max()))
        .having(count().gt(1))
        .having(Purchase::AMOUNT.sum().lt(100.0))
        .order_by((Purchase::AMOUNT.sum().desc(), Customer::NAME));
    let sql = "SELECT c.name, count(*), sum(p.amount), max(p.pieces) FROM customer AS c \
               JOIN purchase AS p ON p.customer_id = c.id GROUP BY c.id, c.name \
               HAVING count(*) > 1 AND sum(p.amount) < 100 ORDER BY sum(p.amount) DESC, c.name";
    assert_eq!(same(query.clone(), sql, db)?.len(), 2);
    assert_eq!((query.clone().count(db)?, query.clone().exists(db)?), (2, true));
    let page = query.paginate(2, 1, db)?;
    assert_eq!((page.total, page.items[0].0.as_str()), (2, "cy"));
    Ok(())
}

fn null_is_a_group_of_its_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Customer::query().group_by(Customer::CITY).select((Customer::CITY, count()));
    let rows = query.order_by((count().desc(), Customer::CITY)).all(db)?;
    assert_eq!(rows, [(Some("Oslo".to_string()), 2), (None, 1), (Some("Rome".to_string()), 1)]);
    let without = Customer::query().left_join(Customer::PURCHASES).group_by(Purchase::NOTE);
    let rows = without.select((Purchase::NOTE.nullable(), count())).order_by(Purchase::NOTE).all(db)?;
    assert_eq!(rows, [(None, 5), (Some("bulk".to_string()), 1), (Some("gift".to_string()), 2)]);
    Ok(())
}

fn a_group_is_made_by_what_is_computed_with_values(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let even = Purchase::PIECES % 2;
    let query = Purchase::query().group_by(even.clone()).select((even.clone(), even.clone() + 10, count()));
    let query = query.having(even.clone().lt(5)).order_by(even.desc());
    let sql = "SELECT pieces % 2, pieces % 2 + 10, count(*) FROM purchase GROUP BY pieces % 2 ORDER BY pieces % 2 DESC";
    same(query, sql, db)?;
    let size = || case().when(Purchase::PIECES.lt(2), "one").when(Purchase::PIECES.lt(5), "few").otherwise("many");
    let query = Purchase::query().group_by(size()).select((size(), count(), Purchase::AMOUNT.sum())).order_by(size());
    let sql = "SELECT x, count(*), sum(amount) FROM (SELECT amount, CASE WHEN pieces < 2 THEN 'one' WHEN pieces < 5 \
               THEN 'few' ELSE 'many' END AS x FROM purchase) AS sized GROUP BY x ORDER BY x";
    assert_eq!(same(query.clone(), sql, db)?.len(), 3);
    assert_eq!(query.count(db)?, 3);
    let found =
        Purchase::query().group_by(Purchase::NOTE.eq("gift")).select((Purchase::NOTE.eq("gift").nullable(), count()));
    assert_eq!(found.order_by(count()).all(db)?, [(Some(false), 1), (Some(true), 2), (None, 4)]);
    Ok(())
}

fn a_group_that_is_made_by_what_a_function_counts_is_compared(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let length = || Employee::NAME.length();
    let grouped = || Employee::query().group_by(length()).order_by(length());
    let lengths = grouped().select((length(), count()));
    assert_eq!(lengths.clone().all(db)?, [(1, 3), (4, 2), (5, 1)]);
    assert_eq!(lengths.clone().having(length().gt(3)).all(db)?, [(4, 2), (5, 1)]);
    assert_eq!(lengths.clone().having(length().between(2, 4)).all(db)?, [(4, 2)]);
    assert_eq!(lengths.clone().having(length().is_in([1, 5])).all(db)?, [(1, 3), (5, 1)]);
    assert_eq!(lengths.clone().having((length() * 2).eq(10)).all(db)?, [(5, 1)]);
    assert_eq!(lengths.having(func("abs", (length(),)).returns::<i64>().lt(4)).all(db)?, [(1, 3)]);
    let kind = case().when(length().lt(2), "short").otherwise("long");
    assert_eq!(
        grouped().select((length(), kind)).all(db)?,
        [(1, "short".to_string()), (4, "long".to_string()), (5, "long".to_string())]
    );
    let place = || Employee::NAME.position("t");
    let placed = Employee::query().group_by((place(), length())).select((place(), length(), count()));
    assert_eq!(placed.having(place().gt(0)).order_by(place()).all(db)?, [(4, 4, 2), (5, 5, 1)]);
    Ok(())
}

fn grouped_by_its_key_a_model_gives_any_column(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Customer::query().left_join(Customer::PURCHASES).group_by(Customer::ID);
    let rows = query
        .select((Customer::all_columns(), Purchase::ID.count(), Purchase::AMOUNT.sum()))
        .order_by((Purchase::ID.count().desc(), Customer::NAME))
        .all(db)?;
    let counts: Vec<_> = rows.iter().map(|(row, count, _)| (row.name.as_str(), *count)).collect();
    assert_eq!(counts, [("ann", 3), ("bob", 2), ("cy", 2), ("dan", 0)]);
    assert_eq!(rows[3].2, None);
    Ok(())
}

fn grouped_by_its_key_what_is_no_table_gives_any_column_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let report = ormcore::alias!(Employee);
    let tree = Employee::query().filter(Employee::NAME.eq("root")).recursive(Employee::REPORTS);
    let counted = tree.left_join(Employee::REPORTS.to(report)).group_by(Employee::ID).order_by(Employee::SALARY);
    let rows = counted.select((Employee::NAME, report.col(Employee::ID).count())).all(db)?;
    let rows: Vec<_> = rows.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(rows, [("c", 0), ("a", 0), ("left", 2), ("right", 1), ("b", 0), ("root", 2)]);

    let sample = Customer::from_sql(ormcore::sql!("SELECT * FROM {}", ormcore::sql::table::<Customer>()));
    let grouped = sample.left_join(Customer::PURCHASES).group_by(Customer::ID).select((Customer::NAME, Customer::CITY));
    let many = grouped.having(Purchase::ID.count().gt(2));
    assert_eq!(many.all(db)?, [("ann".to_string(), Some("Oslo".into()))]);
    Ok(())
}

fn a_column_outside_its_group_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let grouped = || Purchase::query().group_by(Purchase::CUSTOMER_ID);
    let said = refused(grouped().select((Purchase::CUSTOMER_ID, Purchase::NOTE)).all(db));
    assert!(said.contains("`purchase.note` is neither grouped by nor in an aggregate"), "{said}");
    let said = refused(grouped().select(count()).order_by(Purchase::PIECES).all(db));
    assert!(said.contains("`purchase.pieces`"), "{said}");
    let said = refused(grouped().select(count()).having(Purchase::PIECES.gt(1)).count(db));
    assert!(said.contains("`purchase.pieces`"), "{said}");
    let said = refused(Purchase::query().select((Purchase::ID, count())).all(db));
    assert!(said.contains("`purchase.id`"), "{said}");
    let number = ormcore::sql::row_number().order_by(Purchase::PIECES);
    let said = refused(grouped().select((Purchase::CUSTOMER_ID, number)).paginate(1, 2, db));
    assert!(said.contains("`purchase.pieces`"), "{said}");
    let said = refused(Purchase::query().select(Purchase::NOTE).order_by(count().desc()).all(db));
    assert!(said.contains("`purchase.note`"), "{said}");
    let by_count = ormcore::sql::rank().order_by(count().desc());
    let said = refused(Purchase::query().select((Purchase::ID, by_count)).first(db));
    assert!(said.contains("`purchase.id`"), "{said}");
    Ok(())
}

fn a_subquery_sees_only_what_the_group_has_one_of(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let bought = || {
        Purchase::query()
            .correlated::<Customer>()
            .filter(Purchase::CUSTOMER_ID.eq(ormcore::sql::of(Customer::ID)))
            .select(count())
            .scalar()
    };
    let by_key = Customer::query().group_by(Customer::ID).select((Customer::ID, bought())).order_by(Customer::ID);
    assert_eq!(by_key.all(db)?, [(1, Some(3)), (2, Some(2)), (3, Some(2)), (4, Some(0))]);
    let said = refused(Customer::query().group_by(Customer::CITY).select((Customer::CITY, bought())).all(db));
    assert!(said.contains("`customer.id` is neither grouped by"), "{said}");
    // In an aggregate each row has its own.
    let most = Customer::query().group_by(Customer::CITY).select((Customer::CITY, bought().max()));
    let sql = "SELECT city, max(n) FROM (SELECT city, (SELECT count(*) FROM purchase AS p WHERE p.customer_id = c.id) AS n \
               FROM customer AS c) AS counted GROUP BY city ORDER BY max(n) DESC";
    same(
        most.order_by(bought().max().desc()).filter(Customer::ID.ne(2)),
        &sql.replace("AS c)", "AS c WHERE id <> 2)"),
        db,
    )?;
    Ok(())
}

fn groups_have_no_whole_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let grouped = || Customer::query().group_by(Customer::CITY);
    for said in [
        refused(grouped().all(db)),
        refused(grouped().first(db)),
        refused(grouped().count(db)),
        refused(grouped().exists(db)),
        refused(grouped().paginate(1, 1, db)),
        refused(grouped().each(db, |_| Ok(()))),
        refused(grouped().update(Customer::NAME.set("x"), db)),
        refused(grouped().delete(db)),
    ] {
        assert!(said.contains("by `select(..)`"), "{said}");
    }
    let said = refused(grouped().for_update().select(count()).all(db));
    assert!(said.contains("cannot be locked"), "{said}");
    let said = refused(Customer::query().for_update().select(count()).all(db));
    assert!(said.contains("cannot be locked"), "{said}");
    let numbered = Customer::query().for_update().select(ormcore::sql::row_number().order_by(Customer::ID));
    assert!(refused(numbered.all(db)).contains("cannot be locked"));
    let locked = || Customer::query().for_update().select(Customer::ID);
    let numbered = locked().order_by(ormcore::sql::row_number().order_by(Customer::ID));
    assert!(refused(numbered.all(db)).contains("cannot be locked"));
    assert!(refused(locked().group_by(Customer::ID).order_by(count()).all(db)).contains("cannot be locked"));
    assert_eq!(Customer::query().count(db)?, 4);
    Ok(())
}

fn a_condition_on_one_group_of_all_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let total = || Employee::query().select(Employee::SALARY.sum());
    assert_eq!(total().having(count().gt(5)).all(db)?, [Some(385)]);
    assert_eq!(total().having(count().gt(6)).all(db)?, []);
    let both = total().having(ormcore::sql::any_of((count().gt(6), Employee::SALARY.max().eq(90))));
    assert_eq!(both.one_or_none(db)?, Some(Some(385)));
    Ok(())
}

fn one_group_of_all_rows_needs_no_aggregate_that_is_selected(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let one = || Employee::query().select((sql!(i64: "1"), sql!(String: "'staff'")));
    let row = || (1, "staff".to_string());
    assert_eq!(one().having(count().gt(5)).all(db)?, [row()]);
    assert_eq!(one().having(count().gt(6)).all(db)?, []);
    assert_eq!(one().order_by(count().desc()).all(db)?, [row()]);
    assert_eq!(one().filter(Employee::ID.gt(100)).having(count().eq(0)).distinct().all(db)?, [row()]);
    let many = || one().having(Employee::SALARY.max().gt(80));
    assert_eq!((many().count(db)?, many().exists(db)?, many().paginate(1, 5, db)?.total), (1, true, 1));
    let ordered = || one().order_by(count().desc());
    assert_eq!((ordered().count(db)?, ordered().exists(db)?), (1, true));
    let page = ordered().paginate(1, 5, db)?;
    assert_eq!((page.total, page.items), (1, vec![row()]));
    // As a part of another query, about its row too.
    let bought = || Purchase::query().correlated::<Customer>().filter(Purchase::CUSTOMER_ID.eq(of(Customer::ID)));
    let name = bought().select(Customer::NAME).having(count().gt(2)).scalar();
    let named = Customer::query().select(name).order_by(Customer::ID).all(db)?;
    assert_eq!(named, [Some("ann".to_string()), None, None, None]);
    let idle = exists(bought().select(sql!(i64: "1")).having(count().eq(0)));
    assert_eq!(Customer::query().filter(idle).one(db)?.name, "dan");
    let both = one().having(count().gt(5)).union_all(one().having(count().gt(6)));
    assert_eq!(both.all(db)?.len(), 1);
    Ok(())
}

#[derive(Model, Debug)]
struct Owner {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "dynamic", order_by = Pet::NAME)]
    pets: HasMany<Pet>,
}

#[derive(Model, Debug)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    kind: String,
    age: i32,
    #[column(foreign_key = Owner::ID)]
    owner_id: i64,
}

fn an_order_that_the_query_does_not_say_orders_rows_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Pet)>()?;
    let ann = Owner::new().insert(db)?;
    let pets = [("z", "cat", 3), ("y", "dog", 4), ("x", "cat", 5)];
    Pet::insert_all(pets.map(|(name, kind, age)| Pet::new(name, kind, age, ann.id)), db)?;
    assert_eq!(ann.pets().select(Pet::NAME).all(db)?, ["x", "y", "z"]);
    assert_eq!(ann.pets().select((Pet::AGE.max(), count())).one(db)?, (Some(5), 3));
    let kinds = ann.pets().group_by(Pet::KIND).select((Pet::KIND, count())).order_by(count().desc());
    assert_eq!(kinds.all(db)?, [("cat".to_string(), 2), ("dog".to_string(), 1)]);
    assert_eq!(ann.pets().select(Pet::KIND).distinct().order_by(Pet::KIND.desc()).all(db)?, ["dog", "cat"]);
    assert_eq!(ann.pets().select(Pet::NAME).distinct().all(db)?, ["x", "y", "z"], "it is selected");
    assert_eq!(ann.pets().select(Pet::KIND).union(ann.pets().select(Pet::KIND)).all(db)?.len(), 2);
    let oldest = ann.pets().select(Pet::AGE.max()).scalar();
    assert_eq!(Owner::query().select(oldest).all(db)?, [Some(5)]);

    let by_age = || Pet::query().order_by(Pet::AGE);
    let first = by_age().cursor(&by_age().first(db)?.unwrap())?;
    assert_eq!(by_age().after(&first).select((Pet::NAME.max(), count())).one(db)?, (Some("y".to_string()), 2));
    assert_eq!(by_age().after(&first).select(Pet::AGE).distinct().all(db)?, [4, 5]);
    let unordered = refused(by_age().after(&first).select(Pet::KIND).distinct().all(db));
    assert!(unordered.contains("distinct"), "{unordered}");
    let unordered = refused(ann.pets().select(Pet::KIND).distinct().limit(1).all(db));
    assert!(unordered.contains("distinct"), "{unordered}");
    let by_key = Pet::query().cursor(&Pet::query().filter(Pet::ID.eq(1)).one(db)?)?;
    assert_eq!(Pet::query().after(&by_key).select(Pet::AGE.max()).one(db)?, Some(5));
    // What the query says itself is told as ever.
    let said = refused(Pet::query().order_by(Pet::NAME).select(Pet::AGE.max()).one(db));
    assert!(said.contains("`pet.name`"), "{said}");
    Ok(())
}

fn endings_ask_for_no_order_that_the_query_does_not_say(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Pet)>()?;
    let ann = Owner::new().insert(db)?;
    let pets = [("z", "cat", 3), ("y", "dog", 4), ("x", "cat", 5)];
    Pet::insert_all(pets.map(|(name, kind, age)| Pet::new(name, kind, age, ann.id)), db)?;
    let kinds = || ann.pets().select(Pet::KIND).distinct();
    assert!(kinds().exists(db)?);
    assert!(matches!(kinds().one(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    assert_eq!(kinds().filter(Pet::AGE.eq(4)).one(db)?, "dog");
    assert_eq!(kinds().filter(Pet::AGE.gt(5)).one_or_none(db)?, None);
    let cats = || ("cat".to_string(), 2);
    let counted = || ann.pets().group_by(Pet::KIND).select((Pet::KIND, count()));
    assert_eq!(counted().having(count().gt(1)).one(db)?, cats());
    assert!(!counted().having(count().gt(2)).exists(db)?);
    // What is first is so in the order that the query says, if it says one.
    assert_eq!(counted().order_by(count().desc()).first(db)?, Some(cats()));
    let page = kinds().order_by(Pet::KIND).paginate(2, 1, db)?;
    assert_eq!((page.total, page.items), (2, vec!["dog".to_string()]));
    for unordered in [refused(kinds().first(db)), refused(kinds().paginate(1, 10, db))] {
        assert!(unordered.contains("distinct"), "{unordered}");
    }
    let unordered = refused(counted().paginate(1, 10, db));
    assert!(unordered.contains("`pet.name`"), "{unordered}");
    let by_age = || Pet::query().order_by(Pet::AGE);
    let first = by_age().cursor(&by_age().first(db)?.unwrap())?;
    let ages = || by_age().after(&first).select(Pet::AGE).distinct();
    assert_eq!((ages().limit(10).all(db)?, ages().first(db)?), (vec![4, 5], Some(4)));
    let page = ages().paginate(2, 1, db)?;
    assert_eq!((page.total, page.items), (2, vec![5]));
    let said = refused(by_age().select(Pet::KIND).distinct().exists(db));
    assert!(said.contains("distinct"), "{said}");
    Ok(())
}

fn sql_that_reads_the_table_once_more_is_no_part_of_the_groups(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let grouped = || Purchase::query().group_by(Purchase::CUSTOMER_ID).order_by(Purchase::CUSTOMER_ID);
    let largest = || sql!(Option<f64>: "(SELECT max({}) FROM {})", Purchase::AMOUNT, table::<Purchase>());
    let rows = grouped().select((Purchase::CUSTOMER_ID, largest(), Purchase::AMOUNT.max())).all(db)?;
    assert_eq!(rows[0], (1, Some(100.0), Some(20.5)));
    assert_eq!(grouped().select(Purchase::CUSTOMER_ID).having(Purchase::AMOUNT.max().eq(of(largest()))).all(db)?, [2]);
    let beside = sql!(f64: "{} + (SELECT max({}) FROM {})", Purchase::AMOUNT, Purchase::PIECES, table::<Purchase>());
    let said = refused(grouped().select(beside).all(db));
    assert!(said.contains("`purchase.amount`"), "{said}");
    Ok(())
}

fn an_aggregate_of_ones_own_is_one_of_each_group(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // One that SQLite and PostgreSQL have, and the library has not under this name.
    let (name, first) = if ormcore_tests::is_sqlite(db) {
        ("group_concat", sql!("min({}) || ''", Purchase::NOTE))
    } else {
        ("string_agg", sql!("percentile_disc(0) WITHIN GROUP (ORDER BY {})", Purchase::NOTE))
    };
    let notes = || func(name, (Purchase::NOTE, "+")).aggregate::<Option<String>>();
    let grouped = || Purchase::query().group_by(Purchase::CUSTOMER_ID).order_by(Purchase::CUSTOMER_ID);
    let (gift, bulk) = (|| Some("gift".to_string()), || Some("bulk".to_string()));
    let each = grouped().select((Purchase::CUSTOMER_ID, notes(), first.aggregate::<Option<String>>()));
    assert_eq!(each.all(db)?, [(1, gift(), gift()), (2, bulk(), bulk()), (3, gift(), gift())]);
    assert_eq!(grouped().select(Purchase::CUSTOMER_ID).having(notes().eq("bulk")).all(db)?, [2]);
    let ordered = Purchase::query().group_by(Purchase::CUSTOMER_ID).select(Purchase::CUSTOMER_ID);
    assert_eq!(ordered.order_by((notes().desc(), Purchase::CUSTOMER_ID)).all(db)?, [1, 3, 2]);
    let of_some = notes().filter(Purchase::PIECES.gt(4));
    assert_eq!(grouped().select(of_some).all(db)?, [None, bulk(), gift()]);
    let around = Purchase::query().select(notes().over().partition_by(Purchase::CUSTOMER_ID)).order_by(Purchase::ID);
    assert_eq!(around.all(db)?, [gift(), gift(), gift(), bulk(), bulk(), gift(), gift()]);
    // Without a group it makes one row of all.
    let all = Purchase::query().filter(Purchase::ID.lt(3)).select(notes());
    assert_eq!((all.clone().one(db)?, all.count(db)?), (gift(), 1));

    let said = refused(Purchase::query().select((Purchase::ID, notes())).all(db));
    assert!(said.contains("`purchase.id`"), "{said}");
    let said = refused(grouped().select(func("lower", (Purchase::NOTE,)).returns::<String>()).all(db));
    assert!(said.contains("`purchase.note`") && said.contains("`.aggregate::<T>()`"), "{said}");
    let said = refused(grouped().select(notes().distinct()).all(db));
    assert!(said.contains("`distinct` stands inside"), "{said}");
    let said = refused(grouped().select(notes().order_by(Purchase::ID)).all(db));
    assert!(said.contains("`order_by` stands inside"), "{said}");
    Ok(())
}

on_every_backend!(
    endings_ask_for_no_order_that_the_query_does_not_say,
    sql_that_reads_the_table_once_more_is_no_part_of_the_groups,
    an_order_that_the_query_does_not_say_orders_rows_alone,
    an_aggregate_of_ones_own_is_one_of_each_group,
    groups_are_ordered_and_narrowed_by_aggregates,
    null_is_a_group_of_its_own,
    a_group_is_made_by_what_is_computed_with_values,
    a_group_that_is_made_by_what_a_function_counts_is_compared,
    grouped_by_its_key_a_model_gives_any_column,
    grouped_by_its_key_what_is_no_table_gives_any_column_too,
    a_column_outside_its_group_is_refused_in_words,
    a_subquery_sees_only_what_the_group_has_one_of,
    groups_have_no_whole_rows,
    a_condition_on_one_group_of_all_rows,
    one_group_of_all_rows_needs_no_aggregate_that_is_selected,
);
