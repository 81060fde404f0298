//! Models with everything that is rare: names that SQL knows, composite keys, two relationships to one model, `Option`s
//! everywhere; and what a session says to wrong use of them.

use ormcore::prelude::*;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order")]
struct Order {
    #[column(primary_key)]
    id: i64,
    r#type: Option<String>,
    #[column(unique)]
    select: Option<i64>,
    #[column(foreign_key = Customer::ID)]
    buyer_id: Option<i64>,
    #[column(foreign_key = Customer::ID)]
    payer_id: i64,
    #[relationship(foreign_key = Order::BUYER_ID, back_populates = "bought")]
    buyer: BelongsTo<Customer>,
    #[relationship(foreign_key = Order::PAYER_ID, back_populates = "paid")]
    payer: BelongsTo<Customer>,
    #[relationship(cascade = "all, delete-orphan", lazy = "selectin", order_by = Line::NUMBER)]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "group")]
struct Customer {
    #[column(primary_key)]
    id: i64,
    name: Option<String>,
    #[relationship(foreign_key = Order::BUYER_ID, back_populates = "buyer")]
    bought: HasMany<Order>,
    #[relationship(foreign_key = Order::PAYER_ID, back_populates = "payer")]
    paid: HasMany<Order>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "where", unique(order_id, pos))]
struct Line {
    #[column(primary_key, foreign_key = Order::ID)]
    order_id: i64,
    #[column(primary_key)]
    number: i32,
    pos: Option<i32>,
    #[relationship(order_by = Part::ID)]
    parts: HasMany<Part>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "values",
    foreign_key(columns(order_id, number), references(Line::ORDER_ID, Line::NUMBER), on_delete = "cascade")
)]
struct Part {
    #[column(primary_key)]
    id: i64,
    order_id: i64,
    number: i32,
    text: Option<String>,
    #[relationship]
    line: BelongsTo<Line>,
}

fn session(db: &Database) -> ormcore::Result<Session> {
    db.create_tables::<(Customer, Order, Line, Part)>()?;
    db.session()
}

/// An order, who buys and who pays, and its lines.
type Graph = (Handle<Order>, [Handle<Customer>; 2], Vec<Handle<Line>>);

fn graph(session: &mut Session) -> ormcore::Result<Graph> {
    let (a, b) = (session.add(Customer::new().set(Customer::NAME, "a'\"; --")), session.add(Customer::new()));
    let order = session.add(Order::new(a).set(Order::BUYER_ID, b).set(Order::TYPE, "x"));
    let lines = (0..4).map(|number| session.add(Line::new(order, number).set(Line::POS, number))).collect();
    session.commit()?;
    Ok((order, [a, b], lines))
}

fn a_composite_key_takes_a_handle_a_row_or_the_parent_to_come(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (order, _, lines) = graph(&mut session)?;
    // Also of a row whose own key waits for another.
    let new = session.add(Line::new(order, 9));
    let parts = [lines[2], new].map(|line| session.add(Part::new(line)));
    let by_row = session.add(Part::new(&session[lines[1]].clone()));
    session.commit()?;
    assert_eq!(parts.map(|part| session[part].number), [2, 9]);
    assert_eq!((session[by_row].number, session[by_row].order_id), (1, session[order].id));
    assert_eq!(session.related(parts[1], Part::LINE)?, Some(new));
    session.commit()?;
    let line = Line::new(session[order].id, 11).with_children(Line::PARTS, [Part::new(Parent), Part::new(Parent)]);
    let line = line.insert(db)?;
    let of_line = line.parts(db)?.iter().map(|part| (part.order_id, part.number)).collect::<Vec<_>>();
    assert_eq!(of_line, [(line.order_id, 11); 2]);
    Ok(())
}

fn two_relationships_to_one_model_are_two(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (order, [a, b], _) = graph(&mut session)?;
    assert_eq!((session.related(a, Customer::PAID)?, session.related(a, Customer::BOUGHT)?), (vec![order], vec![]));
    session.set(order, Order::BUYER, Some(a))?;
    session.set(order, Order::PAYER, Some(b))?;
    assert_eq!((session.related(a, Customer::PAID)?, session.related(a, Customer::BOUGHT)?), (vec![], vec![order]));
    session.commit()?;
    assert_eq!((session[order].buyer_id, session[order].payer_id), (Some(session[a].id), session[b].id));
    assert!(session.set(order, Order::PAYER, None).unwrap_err().to_string().contains("may not be NULL"));
    // Who bought it goes and leaves it; who pays cannot.
    session.delete(a)?;
    session.commit()?;
    assert_eq!(session[order].buyer_id, None);
    session.delete(b)?;
    assert!(session.commit().unwrap_err().is_foreign_key_violation());
    session.rollback()?;
    assert!(session.contains(b));
    Ok(())
}

/// An expired row is read again with what its model loads with every row, in as many statements as the first time.
fn what_comes_with_every_row_comes_with_one_that_is_read_again(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (order, _, lines) = graph(&mut session)?;
    let key = session[order].id;
    let mut session = db.session()?;
    let statements = db.record();
    let order = session.get::<Order>(key)?.unwrap();
    assert_eq!(count(&statements, "SELECT"), 2);
    assert_eq!((session.related(order, Order::LINES)?.len(), count(&statements, "SELECT")), (lines.len(), 2));
    statements.clear();
    session.expire(order)?;
    session.refresh(order)?;
    assert_eq!(count(&statements, "SELECT"), 2);
    assert_eq!((session.related(order, Order::LINES)?.len(), count(&statements, "SELECT")), (lines.len(), 2));
    Ok(())
}

fn an_edited_part_of_a_key_is_named_and_can_be_put_back(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (_, _, lines) = graph(&mut session)?;
    session[lines[0]].number = 7;
    for _ in 0..2 {
        let error = session.flush().unwrap_err().to_string();
        assert!(error.starts_with("`where.number` is part of the primary key"), "{error}");
    }
    session[lines[0]].number = 0;
    session.commit()?;
    // Places are given anew, round about, within a composite unique key.
    for (at, line) in lines.iter().enumerate() {
        session[*line].pos = Some((at as i32 + 1) % 4);
    }
    session.commit()?;
    assert_eq!(Line::query().order_by(Line::POS).first(db)?.map(|line| line.number), Some(3));
    Ok(())
}

fn handles_of_others_are_refused_everywhere(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (order, [a, _], lines) = graph(&mut session)?;
    let mut other = db.session()?;
    let own = other.add(Customer::new());
    assert!(other.try_get(order).is_err() && other.delete(order).is_err() && other.take(order).is_err());
    assert!(other.append(own, Customer::PAID, order).is_err() && other.append(a, Customer::PAID, order).is_err());
    assert!(other.set(order, Order::BUYER, Some(own)).is_err() && other.related(a, Customer::PAID).is_err());
    assert!(other.key(a).is_err() && other.refresh(a).is_err() && other.expire(lines[0]).is_err());
    assert!(!other.contains(a));
    other.add(Order::new(a));
    assert!(other.flush().unwrap_err().to_string().contains("another session's"));
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_composite_key_takes_a_handle_a_row_or_the_parent_to_come,
    two_relationships_to_one_model_are_two,
    what_comes_with_every_row_comes_with_one_that_is_read_again,
    an_edited_part_of_a_key_is_named_and_can_be_put_back,
    handles_of_others_are_refused_everywhere,
);
