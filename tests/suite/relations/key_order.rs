//! Keys that a database puts into an order of its own: a collection has that order, whatever loads it.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ko_product")]
struct Product {
    #[column(primary_key)]
    id: i64,
    #[relationship(back_populates = "product")]
    shirts: HasMany<Shirt>,
    #[relationship(foreign_key = Shirt::PRODUCT_ID)]
    first: HasOne<Shirt>,
    #[relationship(secondary = "ko_product_sizes")]
    sizes: HasMany<Cut>,
}

/// By name, the large ones come first; in a type of its own, the small ones.
#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(native = "ko_size")]
enum Size {
    Small,
    Medium,
    Large,
}

use Size::{Large, Medium, Small};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ko_shirt")]
struct Shirt {
    #[column(primary_key, foreign_key = Product::ID)]
    product_id: i64,
    #[column(primary_key)]
    size: Size,
    #[relationship(back_populates = "shirts")]
    product: BelongsTo<Product>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ko_cut")]
struct Cut {
    #[column(primary_key)]
    size: Size,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ko_mark")]
struct Mark {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Cut::SIZE)]
    cut_size: Size,
    #[relationship]
    cut: BelongsTo<Cut>,
}

/// The sizes in the database's order.
fn ordered(db: &Database) -> [Size; 3] {
    if db.dialect().name() == "postgres" { [Small, Medium, Large] } else { [Large, Medium, Small] }
}

fn sizes(shirts: &[Shirt]) -> Vec<Size> {
    shirts.iter().map(|shirt| shirt.size).collect()
}

/// Two products with a shirt of each size.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product, Shirt, Cut)>()?;
    let products = Product::insert_all([Product::new(), Product::new()], db)?;
    for product in &products {
        Shirt::insert_all([Medium, Large, Small].map(|size| Shirt::new(product, size)), db)?;
    }
    let cuts = Cut::insert_all([Medium, Large, Small].map(Cut::new), db)?;
    cuts.iter().try_for_each(|cut| Product::SIZES.link(&products[1], cut, db))
}

fn an_enum_in_a_key_orders_a_collection_as_the_database_does(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let expected = ordered(db);
    let shirts = Product::SHIRTS;
    for load in [shirts.select(), shirts.selectin(), shirts.subquery(), shirts.joined()] {
        for load in [load.clone(), load.clone().limit(5), load.clone().then(Shirt::PRODUCT)] {
            let products = Product::query().order_by(Product::ID.desc()).with(load.clone()).all(db)?;
            assert_eq!(products.iter().map(|product| product.id).collect::<Vec<_>>(), [2, 1]);
            for product in &products {
                assert_eq!(sizes(product.shirts(db)?), expected, "{load:?}");
            }
        }
        let last = Product::query().with(load.limit(1)).order_by(Product::ID).all(db)?;
        assert_eq!(sizes(last[1].shirts(db)?), expected[..1]);
    }
    for load in [Product::FIRST.select(), Product::FIRST.selectin(), Product::FIRST.joined()] {
        for product in Product::query().with(load.clone()).all(db)? {
            assert_eq!(product.first(db)?.map(|shirt| shirt.size), Some(expected[0]), "{load:?}");
        }
    }
    for load in [Product::SIZES.select(), Product::SIZES.selectin(), Product::SIZES.joined()] {
        let products = Product::query().with(load.clone()).order_by(Product::ID).all(db)?;
        assert_eq!(products[1].sizes(db)?.iter().map(|cut| cut.size).collect::<Vec<_>>(), expected, "{load:?}");
    }
    assert_eq!(sizes(Product::find(2, db)?.shirts(db)?), expected, "of one row");
    Ok(())
}

fn an_enum_in_a_key_orders_what_was_nested_under_a_draft(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product, Shirt, Cut)>()?;
    let all = [Medium, Large, Small];
    let product = Product::new().with_children(Product::SHIRTS, all.map(|size| Shirt::new(Parent, size)));
    let product = product.with_children(Product::SIZES, all.map(Cut::new)).insert(db)?;
    assert_eq!(sizes(product.shirts(db)?), ordered(db));
    assert_eq!(product.sizes(db)?.iter().map(|cut| cut.size).collect::<Vec<_>>(), ordered(db));
    let product = Product::new().with_children(Product::FIRST, all.map(|size| Shirt::new(Parent, size))).insert(db)?;
    assert_eq!(product.first(db)?.map(|shirt| shirt.size), Some(ordered(db)[0]));
    let one = Product::new().with_children(Product::SHIRTS, [Shirt::new(Parent, Small)]).insert(db)?;
    assert!(one.shirts.is_loaded(), "one row is in order");
    Ok(())
}

fn one_row_is_not_put_in_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Mark,)>()?;
    Mark::new(Small).insert(db)?;
    let statements = db.record();
    for load in [Mark::CUT.select(), Mark::CUT.selectin(), Mark::CUT.subquery(), Mark::CUT.joined()] {
        statements.clear();
        let marks = Mark::query().with(load.clone()).all(db)?;
        assert_eq!(marks[0].cut(db)?.size, Small, "{load:?}");
        assert!(!statements.texts().iter().any(|sql| sql.contains("ORDER BY")), "{:?}", statements.texts());
    }
    Ok(())
}

fn an_enum_in_a_key_orders_what_a_session_relates(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let product = session.get::<Product>(1)?.unwrap();
    let shirts = session.related(product, Product::SHIRTS)?;
    assert_eq!(shirts.iter().map(|shirt| session[*shirt].size).collect::<Vec<_>>(), ordered(db));
    let first = session.related(product, Product::FIRST)?.unwrap();
    assert_eq!(session[first].size, ordered(db)[0]);
    let product = session.one(Product::query().filter(Product::ID.eq(2)).with(Product::SHIRTS.selectin()))?;
    let shirts = session.related(product, Product::SHIRTS)?;
    assert_eq!(shirts.iter().map(|shirt| session[*shirt].size).collect::<Vec<_>>(), ordered(db));
    Ok(())
}

on_every_backend!(
    an_enum_in_a_key_orders_what_was_nested_under_a_draft,
    one_row_is_not_put_in_order,
    an_enum_in_a_key_orders_a_collection_as_the_database_does,
    an_enum_in_a_key_orders_what_a_session_relates,
);
