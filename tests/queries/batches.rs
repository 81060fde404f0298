//! Many rows, read so many at a time, with nothing held between.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use crate::refused;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "batch_order")]
struct Order {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(default = false)]
    billed: bool,
    rank: Option<i64>,
    #[relationship]
    items: HasMany<Item>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "batch_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Order::ID)]
    order_id: i64,
    cents: i64,
}

fn fill(count: i64, db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order, Item)>()?;
    let rank = |number: i64| (number % 3 != 0).then_some(number % 4);
    let order = |number| Order::new(format!("order {number}")).with(|order| order.rank = rank(number));
    let items = |number: i64| [Item::new(Parent, number), Item::new(Parent, -number)];
    Order::insert_all((0..count).map(|number| order(number).with_children(Order::ITEMS, items(number))), db)?;
    Ok(())
}

fn sizes(query: Query<Order>, rows: u64, db: &Database) -> ormcore::Result<Vec<usize>> {
    let (mut batches, mut sizes) = (query.batches(rows), Vec::new());
    while let Some(orders) = batches.next(db)? {
        sizes.push(orders.len());
    }
    assert_eq!(batches.next(db)?, None, "the end stays the end");
    Ok(sizes)
}

fn batches_give_each_row_once_in_the_order_of_the_query(db: &Database) -> ormcore::Result<()> {
    fill(11, db)?;
    let by_rank = Order::query().order_by(Order::RANK.desc());
    let mut batches = by_rank.clone().batches(4);
    let mut all = Vec::new();
    let statements = db.record();
    while let Some(orders) = batches.next(db)? {
        all.extend(orders.into_iter().map(|order| order.id));
    }
    assert_eq!(statements.len(), 3, "{statements:?}");
    let wanted = Order::query().order_by((Order::RANK.desc(), Order::ID)).all(db)?;
    assert_eq!(all, wanted.into_iter().map(|order| order.id).collect::<Vec<_>>());
    Ok(())
}

fn a_batch_that_ends_with_the_rows_is_the_last(db: &Database) -> ormcore::Result<()> {
    fill(6, db)?;
    let statements = db.record();
    assert_eq!(sizes(Order::query(), 3, db)?, [3, 3]);
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert_eq!(sizes(Order::query(), 100, db)?, [6]);
    assert_eq!(sizes(Order::query().filter(Order::ID.lt(0)), 3, db)?, [0; 0]);
    Ok(())
}

fn a_limit_is_one_of_all_batches(db: &Database) -> ormcore::Result<()> {
    fill(9, db)?;
    assert_eq!(sizes(Order::query().limit(5), 2, db)?, [2, 2, 1]);
    assert_eq!(sizes(Order::query().limit(4), 2, db)?, [2, 2]);
    assert_eq!(sizes(Order::query().limit(0), 2, db)?, [0; 0]);
    assert_eq!(sizes(Order::query().limit(100), 5, db)?, [5, 4]);
    assert_eq!(sizes(Order::query().offset(2).limit(6), 4, db)?, [4, 2]);
    Ok(())
}

// What is read is locked, and what is not given is locked for nothing.
fn no_row_beyond_the_limit_is_read(db: &Database) -> ormcore::Result<()> {
    fill(9, db)?;
    for (limit, batch, read) in [(4, 2, vec![3, 2]), (5, 3, vec![4, 2]), (3, 5, vec![3])] {
        let query = Order::query().limit(limit).for_update().skip_locked();
        let statements = db.record();
        let given = db.transaction(|tx| {
            let (mut batches, mut given) = (query.batches(batch), 0);
            while let Some(orders) = batches.next(tx)? {
                given += orders.len() as u64;
            }
            Ok(given)
        })?;
        assert_eq!(given, limit);
        assert_eq!(statements.entries().iter().map(|entry| entry.rows).collect::<Vec<_>>(), read);
    }
    Ok(())
}

fn relationships_are_loaded_with_each_batch(db: &Database) -> ormcore::Result<()> {
    fill(5, db)?;
    for load in [Order::ITEMS.selectin(), Order::ITEMS.joined(), Order::ITEMS.subquery()] {
        let mut batches = Order::query().with(load).batches(2);
        let (mut orders, statements) = (0, db.record());
        while let Some(batch) = batches.next(db)? {
            let sent = statements.len();
            for order in &batch {
                assert_eq!(order.items(db)?.len(), 2);
            }
            assert_eq!(statements.len(), sent, "they are loaded");
            orders += batch.len();
        }
        assert_eq!(orders, 5);
    }
    Ok(())
}

// A private database has one connection, which would be in use if one were held.
fn rows_in_hand_are_written_between_batches(db: &Database) -> ormcore::Result<()> {
    fill(7, db)?;
    let mut batches = Order::query().filter_by(Order::BILLED, false).with(Order::ITEMS.selectin()).batches(3);
    while let Some(mut orders) = batches.next(db)? {
        orders.iter_mut().for_each(|order| order.billed = true);
        db.transaction(|tx| Order::update_all(&mut orders, tx))?;
        Item::query().filter_by(Item::ORDER_ID, orders[0].id).delete(db)?;
        orders[0].delete(db)?;
    }
    assert_eq!(Order::query().count(db)?, 4);
    assert!(!Order::query().filter_by(Order::BILLED, false).exists(db)?);
    Ok(())
}

fn batches_begin_behind_a_place_and_run_in_a_transaction(db: &Database) -> ormcore::Result<()> {
    fill(6, db)?;
    let by_name = Order::query().order_by(Order::NAME);
    let second = by_name.clone().offset(1).first(db)?.unwrap();
    let behind = by_name.cursor(&second)?;
    db.transaction(|tx| {
        let (mut batches, mut names) = (by_name.after(&behind).batches(3), Vec::new());
        while let Some(orders) = batches.next(tx)? {
            names.extend(orders.into_iter().map(|order| order.name));
        }
        assert_eq!(names, ["order 2", "order 3", "order 4", "order 5"]);
        Ok(())
    })
}

fn a_batch_that_failed_is_read_again(db: &Database) -> ormcore::Result<()> {
    fill(4, db)?;
    let mut batches = Order::query().batches(2);
    assert_eq!(batches.next(db)?.map_or(0, |orders| orders.len()), 2);
    db.execute("ALTER TABLE batch_order RENAME TO batch_hidden", ())?;
    assert!(batches.next(db).is_err());
    db.execute("ALTER TABLE batch_hidden RENAME TO batch_order", ())?;
    let rest = batches.next(db)?.unwrap();
    assert_eq!(rest.iter().map(|order| order.name.as_str()).collect::<Vec<_>>(), ["order 2", "order 3"]);
    Ok(())
}

fn what_has_no_places_has_no_batches(db: &Database) -> ormcore::Result<()> {
    fill(1, db)?;
    assert!(refused(Order::query().batches(0).next(db)).contains("at least one row"));
    assert!(refused(Order::query().order_by(Order::NAME.lower()).batches(2).next(db)).contains("`paginate`"));
    assert!(refused(Order::query().join(Order::ITEMS).batches(2).next(db)).contains("`distinct()`"));
    let mut from_join = Order::query().join(Order::ITEMS).with_from_join(Order::ITEMS).batches(2);
    assert!(refused(from_join.next(db)).contains("`batches` counts"));
    Ok(())
}

on_every_backend!(
    batches_give_each_row_once_in_the_order_of_the_query,
    a_batch_that_ends_with_the_rows_is_the_last,
    a_limit_is_one_of_all_batches,
    no_row_beyond_the_limit_is_read,
    relationships_are_loaded_with_each_batch,
    rows_in_hand_are_written_between_batches,
    batches_begin_behind_a_place_and_run_in_a_transaction,
    a_batch_that_failed_is_read_again,
    what_has_no_places_has_no_batches,
);
