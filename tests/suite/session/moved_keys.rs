//! Rows whose primary keys contain foreign keys, and that are to point to rows which have no key yet.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mov_order", before_insert = renumber)]
struct Order {
    #[column(primary_key)]
    id: i64,
    #[relationship(back_populates = "order")]
    lines: HasMany<Line>,
}

fn renumber(order: &mut Order) -> ormcore::Result<()> {
    if order.id == 1 {
        order.id = 1001;
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mov_line")]
struct Line {
    #[column(primary_key, foreign_key = Order::ID)]
    order_id: i64,
    #[column(primary_key)]
    number: i64,
    text: String,
    #[relationship(back_populates = "lines")]
    order: BelongsTo<Order>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mov_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "mov_order_tag")]
struct OrderTag {
    #[column(primary_key, foreign_key = Order::ID)]
    order_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
    #[relationship]
    tag: BelongsTo<Tag>,
}

/// The order 1 and its line 1, which the session has read before any order.
fn line(db: &Database) -> ormcore::Result<(Session, Handle<Order>, Handle<Line>)> {
    db.create_tables::<(Order, Line, Tag, OrderTag)>()?;
    let order = Order::new().insert(db)?;
    Line::new(&order, 1, "a").insert(db)?;
    let mut session = db.session()?;
    let line = session.get::<Line>((1, 1))?.unwrap();
    let order = session.get::<Order>(1)?.unwrap();
    Ok((session, order, line))
}

fn stored(db: &Database) -> ormcore::Result<Vec<(i64, i64, String)>> {
    Line::query().order_by(Line::ORDER_ID).select((Line::ORDER_ID, Line::NUMBER, Line::TEXT)).all(db)
}

fn a_row_whose_key_waits_for_a_new_parent_is_refused_before_anything_is_written(db: &Database) -> ormcore::Result<()> {
    let (mut session, order, line) = line(db)?;
    let new = session.add(Order::new());
    session.append(new, Order::LINES, line)?;
    session[line].text = "changed".into();
    session.add(Line::new(new, 1, "b"));
    let statements = db.record();
    for _ in 0..2 {
        let error = session.commit().unwrap_err().to_string();
        assert!(error.starts_with("`mov_line.order_id` is part of the primary key"), "{error}");
    }
    assert_eq!((count(&statements, "INSERT"), count(&statements, "UPDATE")), (0, 0));
    session.append(order, Order::LINES, line)?;
    session.commit()?;
    assert_eq!(stored(db)?, [(1, 1, "changed".to_string()), (2, 1, "b".to_string())]);
    Ok(())
}

/// The key that it waits for is its own until the model of the parent makes it another.
fn a_row_whose_parent_gets_another_key_on_the_way_writes_no_other_row(db: &Database) -> ormcore::Result<()> {
    let (mut session, _, line) = line(db)?;
    let new = session.add(Order::new().with_key(1));
    session.set(line, Line::ORDER, Some(new))?;
    session[line].text = "changed".into();
    session.add(Line::new(new, 1, "b"));
    let error = session.commit().unwrap_err().to_string();
    assert!(error.starts_with("`mov_line.order_id` is part of the primary key"), "{error}");
    session.rollback()?;
    assert_eq!((session[line].order_id, session[line].text.as_str()), (1, "a"));
    session.commit()?;
    assert_eq!(stored(db)?, [(1, 1, "a".to_string())]);
    Ok(())
}

fn a_row_of_a_link_table_is_not_led_elsewhere(db: &Database) -> ormcore::Result<()> {
    let (mut session, order, _) = line(db)?;
    let old = session.add(Tag::new());
    let link = session.add(OrderTag::new(order, old));
    session.commit()?;
    let new = session.add(Tag::new());
    session.set(link, OrderTag::TAG, Some(new))?;
    let error = session.flush().unwrap_err().to_string();
    assert!(error.starts_with("`mov_order_tag.tag_id` is part of the primary key"), "{error}");
    // It can still be deleted, as the error says.
    session.delete(link)?;
    session.add(OrderTag::new(order, new));
    session.commit()?;
    assert_eq!(OrderTag::query().select((OrderTag::ORDER_ID, OrderTag::TAG_ID)).all(db)?, [(1, 2)]);
    Ok(())
}

on_every_backend!(
    a_row_whose_key_waits_for_a_new_parent_is_refused_before_anything_is_written,
    a_row_whose_parent_gets_another_key_on_the_way_writes_no_other_row,
    a_row_of_a_link_table_is_not_led_elsewhere,
);
