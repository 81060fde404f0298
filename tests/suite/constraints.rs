//! What the database refuses: unique columns, checks, lengths, the variants of enums.

use ormcore::prelude::*;
use ormcore::sql::proposed;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Round,
    SixCornered,
    #[column_type(rename = "it's \"flat\"")]
    Flat,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[allow(clippy::duplicated_attributes)]
#[model(
    unique(brand, model),
    unique(brand, filter = "flagship"),
    unique("lower(nickname)"),
    index(price, brand),
    index("price * 2", name = "twice"),
    check = "price < list_price",
    check = "brand <> model"
)]
struct Phone {
    #[column(primary_key)]
    id: i64,
    #[column(length = 5)]
    brand: String,
    model: String,
    #[column(check = "price > 0")]
    price: i64,
    list_price: i64,
    #[column(unique)]
    serial: Option<String>,
    shape: Shape,
    other_shape: Option<Shape>,
    nickname: Option<String>,
    #[column(default = false)]
    flagship: bool,
}

fn phone(brand: &str, model: &str) -> Draft<Phone> {
    Phone::new(brand, model, 10, 20, Shape::Round)
}

/// The columns that a unique violation names.
fn refused_columns(draft: Draft<Phone>, db: &Database) -> Vec<String> {
    match draft.insert(db).unwrap_err().into_kind() {
        ErrorKind::UniqueViolation { table, columns, .. } => {
            assert_eq!(table, "phone");
            columns
        }
        other => panic!("expected a unique violation, got {other:?}"),
    }
}

/// The name of the check that refuses the row.
fn refused_check(draft: Draft<Phone>, db: &Database) -> String {
    match draft.insert(db).unwrap_err().into_kind() {
        ErrorKind::CheckViolation { table, constraint, .. } => {
            assert_eq!(table, "phone");
            constraint.unwrap()
        }
        other => panic!("expected a check violation, got {other:?}"),
    }
}

fn columns_are_unique_alone_or_together(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    phone("a", "1").set(Phone::SERIAL, "s").insert(db)?;
    phone("a", "2").insert(db)?;
    phone("b", "1").insert(db)?;
    assert_eq!(refused_columns(phone("a", "1"), db), ["brand", "model"]);
    assert_eq!(refused_columns(phone("c", "1").set(Phone::SERIAL, "s"), db), ["serial"]);
    Ok(())
}

fn a_partial_unique_index_covers_the_rows_of_its_filter(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    phone("a", "1").set(Phone::FLAGSHIP, true).insert(db)?;
    phone("a", "2").insert(db)?;
    phone("a", "3").insert(db)?;
    phone("b", "4").set(Phone::FLAGSHIP, true).insert(db)?;
    assert!(phone("a", "5").set(Phone::FLAGSHIP, true).insert(db).unwrap_err().is_unique_violation());
    Ok(())
}

fn an_index_over_an_expression_compares_the_expression(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    phone("a", "1").set(Phone::NICKNAME, "Brick").insert(db)?;
    phone("a", "2").set(Phone::NICKNAME, "Wall").insert(db)?;
    assert!(phone("a", "3").set(Phone::NICKNAME, "bRICK").insert(db).unwrap_err().is_unique_violation());
    Ok(())
}

fn a_check_refuses_a_row_by_name(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    assert_eq!(refused_check(phone("a", "1").set(Phone::PRICE, 0), db), "ck_phone_price");
    assert_eq!(refused_check(phone("a", "1").set(Phone::PRICE, 20), db), "ck_phone_1");
    assert_eq!(refused_check(phone("a", "a"), db), "ck_phone_2");
    let mut row = phone("a", "1").insert(db)?;
    row.price = 0;
    assert!(row.update(db).unwrap_err().is_check_violation());
    assert!(Phone::query().update(Phone::PRICE.set(-1), db).unwrap_err().is_check_violation());
    assert_eq!(Phone::find(row.id, db)?.price, 10);
    Ok(())
}

fn a_length_counts_characters_and_not_bytes(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    for fits in ["", "abcde", "äöüßé", "🦀🦀🦀🦀🦀", "日本語日本"] {
        assert_eq!(phone(fits, "1").insert(db)?.brand, fits);
    }
    for long in ["abcdef", "äöüßéx", "🦀🦀🦀🦀🦀🦀"] {
        assert!(phone(long, "1").insert(db).is_err(), "{long}");
    }
    assert_eq!(Phone::query().count(db)?, 5);
    Ok(())
}

fn an_enum_is_stored_as_the_text_of_its_variant(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    for (shape, text) in [(Shape::Round, "round"), (Shape::SixCornered, "six_cornered"), (Shape::Flat, "it's \"flat\"")]
    {
        let row = Phone::new("a", text, 1, 2, shape).set(Phone::OTHER_SHAPE, shape).insert(db)?;
        assert_eq!(Phone::find(row.id, db)?, row);
        let found = Phone::query().filter(Phone::SHAPE.eq(shape).and(Phone::OTHER_SHAPE.is_in([shape]))).one(db)?;
        assert_eq!((found.model.as_str(), found.other_shape), (text, Some(shape)));
    }
    assert_eq!(db.query_as::<(String,)>("SELECT shape FROM phone WHERE model <> shape", ())?, []);
    Ok(())
}

fn an_enum_column_refuses_a_text_that_is_no_variant(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    phone("a", "1").insert(db)?;
    for (column, value) in [("shape", "'square'"), ("shape", "'Round'"), ("other_shape", "''")] {
        let error = db.execute(format!("UPDATE phone SET {column} = {value}"), ()).unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
    }
    db.execute("UPDATE phone SET other_shape = NULL", ())?;
    Ok(())
}

fn a_text_that_is_no_variant_is_an_error_when_it_is_read(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Box {
        #[column(primary_key)]
        id: i64,
        shape: Shape,
    }
    db.execute("CREATE TABLE box (id INTEGER PRIMARY KEY, shape TEXT NOT NULL)", ())?;
    db.execute("INSERT INTO box VALUES (1, 'square')", ())?;
    let error = Box::find(1, db).unwrap_err();
    match error.kind() {
        ErrorKind::Decode { table, column, expected, found } => {
            assert_eq!((table.as_str(), column.as_str()), ("box", "shape"));
            assert!(found.contains("square"), "{found}");
            assert!(expected.contains("round") && expected.contains("six_cornered"), "{expected}");
        }
        other => panic!("expected a value that cannot be read, got {other:?}"),
    }
    Ok(())
}

fn what_is_not_optional_refuses_null(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Phone,)>()?;
    phone("a", "1").insert(db)?;
    for column in ["id", "brand", "price", "shape", "flagship"] {
        let error = db.execute(format!("UPDATE phone SET {column} = NULL"), ()).unwrap_err();
        let named = format!("phone.{column}");
        assert!(column == "id" || error.is_not_null_violation() && error.to_string().contains(&named), "{error:?}");
    }
    db.execute("UPDATE phone SET serial = NULL, nickname = NULL", ())?;
    Ok(())
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
struct Copies(u32);

#[derive(Model, Debug, Clone, PartialEq)]
struct Product {
    #[column(primary_key)]
    id: u8,
    #[column(unique)]
    name: String,
    stock: u32,
    shift: i8,
    #[column(default = 0_u16)]
    shelf: u16,
    sold: Option<u64>,
    #[column(default = Copies(0))]
    copies: Copies,
    #[column(default = Secret::new(0))]
    cost: Secret<u32>,
    #[column(default = 0)]
    wide: i64,
}

#[derive(Model, Debug)]
struct Delivery {
    #[column(primary_key)]
    id: i64,
    product: String,
    change: i64,
    shift: i8,
}

/// Checks that it fails by the range of the column, and that the rows can be read as they were.
fn out_of_range<T: std::fmt::Debug>(column: &str, done: ormcore::Result<T>, db: &Database) -> ormcore::Result<()> {
    match done.unwrap_err().kind() {
        ErrorKind::CheckViolation { constraint, .. } => {
            assert_eq!(constraint.as_deref(), Some(&*format!("ck_product_{column}_range")));
        }
        other => panic!("expected a check violation, got {other:?}"),
    }
    let product = Product::find(1, db)?;
    assert_eq!((product.stock, product.shift, product.sold), (0, 127, None));
    Ok(())
}

fn what_the_database_computes_stays_in_the_range_of_the_type(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product, Delivery)>()?;
    Product::new("pen", 0_u32, 127_i8).insert(db)?;
    let all = Product::query;
    out_of_range("stock", all().update(Product::STOCK.set(Product::STOCK - 1), db), db)?;
    out_of_range("stock", all().update(Product::STOCK.set(Product::STOCK + u32::MAX + 1), db), db)?;
    out_of_range("shift", all().update(Product::SHIFT.set(Product::SHIFT + 1), db), db)?;
    out_of_range("shelf", all().update(Product::SHELF.set(Product::SHELF - 1), db), db)?;
    out_of_range("sold", all().update(Product::SOLD.set(Product::STOCK.cast::<u64>() - 1), db), db)?;
    out_of_range("copies", db.execute("UPDATE product SET copies = -1", ()), db)?;
    out_of_range("cost", db.execute("UPDATE product SET cost = -1", ()), db)?;
    let upsert = Product::new("pen", 1_u32, 0_i8).on_conflict(Product::NAME);
    let upsert = upsert.do_update(Product::STOCK.set(Product::STOCK - proposed(Product::STOCK)));
    out_of_range("stock", upsert.insert(db), db)?;
    Delivery::new("ink", -1, 0_i8).insert(db)?;
    let stock = Delivery::CHANGE.cast::<u32>();
    let rows = Delivery::query().select((Delivery::PRODUCT, stock, Delivery::SHIFT));
    out_of_range("stock", Product::insert_from((Product::NAME, Product::STOCK, Product::SHIFT), rows, db), db)?;
    all().update(Product::STOCK.set(Product::STOCK + u32::MAX), db)?;
    all().update((Product::STOCK.set(0), Product::WIDE.set(Product::WIDE - 1)), db)?;
    Ok(())
}

fn a_generated_key_that_outgrows_its_type_is_refused(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Product,)>()?;
    Product::new("pen", 0_u32, 127_i8).insert(db)?;
    Product::new("ink", 0_u32, 0_i8).set(Product::ID, 255).insert(db)?;
    out_of_range("id", Product::new("ruler", 0_u32, 0_i8).insert(db), db)?;
    assert_eq!(Product::query().count(db)?, 2);
    Ok(())
}

ormcore_tests::on_every_backend!(
    what_the_database_computes_stays_in_the_range_of_the_type,
    a_generated_key_that_outgrows_its_type_is_refused,
    columns_are_unique_alone_or_together,
    a_partial_unique_index_covers_the_rows_of_its_filter,
    an_index_over_an_expression_compares_the_expression,
    a_check_refuses_a_row_by_name,
    a_length_counts_characters_and_not_bytes,
    an_enum_is_stored_as_the_text_of_its_variant,
    an_enum_column_refuses_a_text_that_is_no_variant,
    a_text_that_is_no_variant_is_an_error_when_it_is_read,
    what_is_not_optional_refuses_null,
);
