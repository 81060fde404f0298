//! Aggregates of the rows that a relationship leads to.

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore::sql::{case, coalesce, count, func, of};
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;

use super::models::{Node, create};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "agg_store")]
struct Store {
    #[column(primary_key)]
    city: String,
    #[column(primary_key)]
    number: i64,
    #[column(default = 0)]
    total: i64,
    best: Option<Decimal>,
    #[relationship(back_populates = "store")]
    sales: HasMany<Sale>,
    #[relationship(secondary = Sticker, backref = "stores")]
    labels: HasMany<Label>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "agg_sale",
    foreign_key(columns(city, number), references(Store::CITY, Store::NUMBER)),
    scope(kept = || Sale::VOID.eq(false))
)]
struct Sale {
    #[column(primary_key)]
    id: i64,
    city: String,
    number: i64,
    #[column(name = "the \"price\"")]
    price: Decimal,
    pieces: i32,
    #[column(default = false)]
    void: bool,
    #[relationship(back_populates = "sales")]
    store: BelongsTo<Store>,
    #[relationship]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "agg_line")]
struct Line {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Sale::ID)]
    sale_id: i64,
    cost: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "agg_label")]
struct Label {
    #[column(primary_key)]
    id: i64,
    text: String,
    weight: i64,
}

/// A store may have one label several times.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "agg_sticker", foreign_key(columns(city, number), references(Store::CITY, Store::NUMBER)))]
struct Sticker {
    #[column(primary_key)]
    id: i64,
    city: String,
    number: i64,
    #[column(foreign_key = Label::ID)]
    label_id: i64,
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Oslo 1 has sold three times and once in vain, Oslo 2 once, and Rome 1 never.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Store, Sale, Line, Label, Sticker)>()?;
    let stores = Store::insert_all([("Oslo", 1), ("Oslo", 2), ("Rome", 1)].map(|(city, n)| Store::new(city, n)), db)?;
    let sales = [(0, "9.5", 2, false), (0, "10", 3, false), (0, "100.25", 7, true), (0, "0.75", 1, false)];
    for (store, price, pieces, void) in sales.into_iter().chain([(1, "3", 4, false)]) {
        let sale = Sale::new(&stores[store], decimal(price), pieces).set(Sale::VOID, void).insert(db)?;
        Line::insert_all([10, 20].map(|cost| Line::new(&sale, cost + i64::from(pieces))), db)?;
    }
    let labels = Label::insert_all([("b", 5), ("a", 7), ("c, d", 11)].map(|(text, w)| Label::new(text, w)), db)?;
    for (store, label) in [(0, 0), (0, 0), (0, 1), (0, 1), (0, 0), (1, 2)] {
        Sticker::new(&stores[store], &labels[label]).insert(db)?;
    }
    Ok(())
}

macro_rules! of_stores {
    ($db:expr, $expression:expr) => {{
        let statements = $db.record();
        let found = Store::query().select($expression).order_by((Store::CITY, Store::NUMBER)).all($db)?;
        assert_eq!(statements.len(), 1);
        found
    }};
}

fn each_row_has_the_aggregates_of_its_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(of_stores!(db, Store::SALES.aggregate(Sale::PIECES.sum())), [Some(6), Some(4), None]);
    assert_eq!(of_stores!(db, Store::SALES.aggregate(Sale::PIECES.avg())), [Some(2.0), Some(4.0), None]);
    let prices = [Some(decimal("20.25")), Some(decimal("3")), None];
    assert_eq!(of_stores!(db, Store::SALES.aggregate(Sale::PRICE.sum())), prices);
    let extremes = (Store::SALES.aggregate(Sale::PRICE.min()), Store::SALES.aggregate(Sale::PRICE.max()));
    let ten = (Some(decimal("0.75")), Some(decimal("10")));
    assert_eq!(of_stores!(db, extremes), [ten, (Some(decimal("3")), Some(decimal("3"))), (None, None)]);
    assert_eq!(
        of_stores!(db, Store::SALES.aggregate(Sale::PRICE.avg())),
        [Some(decimal("6.75")), Some(decimal("3")), None]
    );
    assert_eq!(of_stores!(db, Store::SALES.aggregate(count())), [3, 1, 0]);
    assert_eq!(of_stores!(db, Store::SALES.aggregate(Sale::CITY.count().distinct())), [1, 1, 0]);
    let large = Sale::PIECES.gt(1).every();
    assert_eq!(of_stores!(db, Store::SALES.aggregate(large)), [Some(false), Some(true), None]);
    Ok(())
}

fn links_that_are_repeated_count_once(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(of_stores!(db, Store::LABELS.aggregate(Label::WEIGHT.sum())), [Some(12), Some(11), None]);
    let texts = Label::TEXT.string_agg(" & ").order_by(Label::TEXT);
    let expected = [Some("a & b".to_string()), Some("c, d".to_string()), None];
    assert_eq!(of_stores!(db, Store::LABELS.aggregate(texts)), expected);
    let texts = Label::TEXT.string_agg("'").order_by(Label::WEIGHT).filter(Label::TEXT.ne("c, d"));
    assert_eq!(of_stores!(db, Store::LABELS.aggregate(texts)), [Some("b'a".to_string()), None, None]);
    let stores = Label::query().select(Store::LABELS.reversed("stores").aggregate(Store::NUMBER.max()));
    assert_eq!(stores.order_by(Label::ID).all(db)?, [Some(1), Some(1), Some(2)]);
    Ok(())
}

fn an_aggregate_has_a_filter_and_is_computed_with(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let several = Sale::PIECES.sum().filter(Sale::PIECES.ge(2)).filter(Sale::STORE.has(Store::NUMBER.eq(1)));
    assert_eq!(of_stores!(db, Store::SALES.aggregate(several)), [Some(5), None, None]);
    assert_eq!(of_stores!(db, Store::SALES.aggregate(count().filter(Sale::PIECES.ge(2)))), [2, 1, 0]);
    let per_piece = Store::SALES.aggregate(Sale::PIECES.sum() * 10 / count());
    assert_eq!(of_stores!(db, per_piece), [Some(20), Some(40), None]);
    let spread = Sale::PIECES.max().filter(Sale::PIECES.lt(3)) - Sale::PIECES.min();
    assert_eq!(of_stores!(db, Store::SALES.aggregate(spread)), [Some(1), None, None]);
    let twice = coalesce(Store::SALES.aggregate(Sale::PIECES.sum()), 0) * 2 + Store::SALES.count();
    assert_eq!(of_stores!(db, twice), [15, 9, 0]);
    let inside = Store::SALES.aggregate(coalesce(Sale::PIECES.sum(), 0));
    assert_eq!(of_stores!(db, inside), [6, 4, 0]);
    let either = Store::SALES.aggregate(coalesce(Sale::PIECES.max().filter(Sale::PIECES.gt(3)), Sale::PIECES.min()));
    assert_eq!(of_stores!(db, either), [Some(1), Some(4), None]);
    Ok(())
}

fn they_filter_order_group_and_are_updated_by(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let pieces = || Store::SALES.aggregate(Sale::PIECES.sum());
    let keys = |query: Query<Store>| -> ormcore::Result<Vec<(String, i64)>> {
        Ok(query.all(db)?.into_iter().map(|store| (store.city, store.number)).collect())
    };
    let key = |city: &str, number| (city.to_string(), number);
    // Compared as numbers: as text 10 is less than 9.5.
    let dear = Store::query().filter(Store::SALES.aggregate(Sale::PRICE.max()).gt(decimal("9.6")));
    assert_eq!(keys(dear)?, [key("Oslo", 1)]);
    let by_price = Store::query().order_by(Store::SALES.aggregate(Sale::PRICE.max()).desc());
    assert_eq!(keys(by_price)?, [key("Oslo", 1), key("Oslo", 2), key("Rome", 1)]);
    assert_eq!(keys(Store::query().filter(pieces().is_null()))?, [key("Rome", 1)]);
    let by_city = Store::query().group_by(Store::CITY).select((Store::CITY, pieces().sum(), pieces().max()));
    let expected = [("Oslo".to_string(), Some(10), Some(6)), ("Rome".to_string(), None, None)];
    assert_eq!(by_city.order_by(Store::CITY).all(db)?, expected);
    let most = Store::SALES.aggregate(Sale::PRICE.max());
    let set = (Store::TOTAL.set(coalesce(pieces(), 0)), Store::BEST.set(most));
    assert_eq!(Store::query().update(set, db)?, 3);
    let stored = of_stores!(db, (Store::TOTAL, Store::BEST));
    assert_eq!(stored, [(6, Some(decimal("10"))), (4, Some(decimal("3"))), (0, None)]);
    assert_eq!(Store::query().filter(Store::TOTAL.eq(of(pieces()))).count(db)?, 2);
    let loaded = Store::query().with(Store::SALES).order_by((pieces().desc(), Store::CITY)).limit(1).one(db)?;
    assert_eq!(loaded.sales(db)?.len(), 3);
    let joined = Sale::query().join(Sale::STORE).filter(pieces().gt(5)).select((Sale::ID, pieces()));
    assert_eq!(joined.order_by(Sale::ID).all(db)?, [(1, Some(6)), (2, Some(6)), (4, Some(6))]);
    Ok(())
}

fn they_nest_along_relationships(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let cost = Store::SALES.aggregate(Sale::LINES.aggregate(Line::COST.sum()).sum());
    assert_eq!(of_stores!(db, cost), [Some(102), Some(38), None]);
    let most = Store::SALES.aggregate(Sale::LINES.aggregate(Line::COST.max()).max().filter(Sale::LINES.count().eq(2)));
    assert_eq!(of_stores!(db, most), [Some(23), Some(24), None]);
    let text = Store::SALES.aggregate(
        Sale::LINES
            .aggregate(Line::COST.min())
            .cast::<String>()
            .string_agg(" ")
            .order_by((Sale::LINES.aggregate(Line::COST.min()).desc(), Sale::ID)),
    );
    assert_eq!(of_stores!(db, text), [Some("13 12 11".to_string()), Some("14".to_string()), None]);
    let back = Sale::query().filter(Sale::STORE.has(Store::SALES.aggregate(Sale::PIECES.sum()).eq(4)));
    assert_eq!(back.one(db)?.id, 5);
    Ok(())
}

fn of_a_model_itself_they_are_not_mixed_up(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let root = Node::new("root").set(Node::RANK, 1).insert(db)?;
    let inner = Node::new("inner").set(Node::RANK, 20).set(Node::PARENT_ID, &root).insert(db)?;
    Node::new("leaf").set(Node::RANK, 300).set(Node::PARENT_ID, &inner).insert(db)?;
    let below = || Node::CHILDREN.aggregate(Node::RANK.sum());
    let ranks = Node::query().select((Node::RANK, below())).order_by(Node::ID);
    assert_eq!(ranks.all(db)?, [(1, Some(20)), (20, Some(300)), (300, None)]);
    let deep = Node::query().select(Node::CHILDREN.aggregate(below().sum())).order_by(Node::ID);
    assert_eq!(deep.all(db)?, [Some(300), None, None]);
    // All rows are read before one is written.
    Node::query().update(Node::RANK.set(Node::RANK + coalesce(below(), 0)), db)?;
    assert_eq!(Node::query().select(Node::RANK).order_by(Node::ID).all(db)?, [21, 320, 300]);
    Ok(())
}

fn they_are_parts_of_what_is_computed_grouped_and_prepared(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let large = || Store::SALES.aggregate(Sale::PIECES.sum().filter(Sale::PIECES.gt(2)));
    let size = || case().when(large().gt(3), "large").when(large().is_null(), "none").otherwise("small");
    assert_eq!(of_stores!(db, size()), ["small", "large", "none"]);
    let by_size = Store::query().group_by(size()).select((size(), count())).order_by(size());
    assert_eq!(by_size.all(db)?.len(), 3);
    let by_pieces = Store::query().group_by(large()).select((large(), count())).having(large().is_not_null());
    assert_eq!(by_pieces.order_by(large()).all(db)?, [(Some(3), 1), (Some(4), 1)]);
    let running = large().sum().over().order_by((Store::CITY, Store::NUMBER));
    assert_eq!(of_stores!(db, running), [Some(3), Some(7), Some(7)]);
    let selling = prepare(|least: Param<i32>| {
        let pieces = Store::SALES.aggregate(Sale::PIECES.sum().filter(Sale::PIECES.ge(least)));
        Store::query().filter(pieces.clone().ge(4)).order_by(pieces.desc())
    });
    let numbers = |least| Ok::<_, ormcore::Error>(selling.all(least, db)?.iter().map(|s| s.number).collect::<Vec<_>>());
    assert_eq!((numbers(1)?, numbers(3)?, numbers(5)?), (vec![1, 2], vec![2], vec![]));
    let own = func("sum", (Sale::PIECES,)).aggregate::<Option<i64>>().filter(Sale::PIECES.gt(2));
    assert_eq!(of_stores!(db, Store::SALES.aggregate(own)), [Some(3), Some(4), None]);
    assert_eq!(Store::query().filter(large().is_null()).delete(db)?, 1);
    Ok(())
}

fn a_delete_looks_at_the_rows_that_were_there(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let root = Node::new("root").insert(db)?;
    let inner = Node::new("inner").set(Node::PARENT_ID, &root).insert(db)?;
    Node::new("leaf").set(Node::PARENT_ID, &inner).insert(db)?;
    let leaves = Node::query().filter(Node::CHILDREN.aggregate(Node::RANK.max()).is_null());
    assert_eq!(leaves.delete(db)?, 1);
    let below = Node::CHILDREN.aggregate(Node::NAME.array_agg());
    assert_eq!(Node::query().select(below).order_by(Node::ID).all(db)?, [vec!["inner".to_string()], vec![]]);
    Ok(())
}

fn a_session_asks_them_too(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let store = session.one(Store::query().filter(Store::SALES.aggregate(Sale::PIECES.sum()).eq(6)))?;
    session.add(Sale::new(store, decimal("1"), 100));
    let again = session.one(Store::query().filter(Store::SALES.aggregate(Sale::PIECES.sum()).eq(106)))?;
    assert_eq!(again, store);
    Ok(())
}

on_every_backend!(
    each_row_has_the_aggregates_of_its_own,
    links_that_are_repeated_count_once,
    an_aggregate_has_a_filter_and_is_computed_with,
    they_filter_order_group_and_are_updated_by,
    they_nest_along_relationships,
    of_a_model_itself_they_are_not_mixed_up,
    they_are_parts_of_what_is_computed_grouped_and_prepared,
    a_delete_looks_at_the_rows_that_were_there,
    a_session_asks_them_too,
);
