//! Aggregates beyond numbers: texts, truth values, UUIDs, exact decimals.

use ormcore::prelude::*;
use ormcore::sql::count;
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Model, Debug, Clone, PartialEq)]
struct Line {
    #[column(primary_key)]
    id: i64,
    kind: String,
    name: Option<String>,
    price: Decimal,
    rebate: Option<Decimal>,
    paid: bool,
    checked: Option<bool>,
    token: Uuid,
    bytes: Vec<u8>,
    meta: serde_json::Value,
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Line,)>()?;
    let rows = [
        ("a", Some("x"), "0.10", Some("1"), true, Some(true), 0xf0),
        ("a", None, "0.20", None, false, None, 0x0a),
        ("b", Some("ä"), "79228162514264337593543950.335", Some("1.0"), true, None, 0x9b),
        ("b", Some("x"), "-0.05", Some("0.5"), true, None, 0xa0),
        ("a", Some("w"), "10", Some("-2"), true, Some(true), 0x00),
    ];
    Line::insert_all(
        rows.map(|(kind, name, price, rebate, paid, checked, token)| {
            Line::new(kind, decimal(price), paid, Uuid::from_bytes([token; 16]), vec![token], serde_json::json!(1))
                .with(|row| {
                    row.name = name.map(Into::into);
                    row.rebate = rebate.map(decimal);
                    row.checked = checked;
                })
        }),
        db,
    )?;
    Ok(())
}

fn texts_are_joined_in_an_order(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let names = Line::query().select(Line::NAME.string_agg(", ").order_by((Line::NAME.desc(), Line::ID))).one(db)?;
    assert_eq!(names.as_deref(), Some("ä, x, x, w"));
    let by_kind = Line::query()
        .group_by(Line::KIND)
        .select((Line::KIND, Line::NAME.string_agg("").order_by(Line::ID.desc())))
        .order_by(Line::KIND)
        .all(db)?;
    assert_eq!(by_kind, [("a".to_string(), Some("wx".to_string())), ("b".into(), Some("xä".into()))]);
    let paid = Line::NAME.concat("!").string_agg("'\"?").filter(Line::KIND.eq("a")).order_by(Line::ID);
    assert_eq!(Line::query().select(paid).one(db)?.as_deref(), Some("x!'\"?w!"));
    let none = Line::query().select(Line::NAME.string_agg(",")).filter(Line::ID.eq(2)).one(db)?;
    assert_eq!(none, None);
    let windows =
        Line::query().select(Line::KIND.string_agg("").over().order_by(Line::ID)).order_by(Line::ID).all(db)?;
    assert_eq!(windows[3].as_deref(), Some("aabb"));
    let distinct = Line::query().select(Line::NAME.string_agg(",").distinct()).one(db).unwrap_err();
    assert!(distinct.to_string().contains("string_agg"), "{distinct}");
    let ordered = Line::query().select(Line::NAME.string_agg(",").order_by(Line::ID).over()).all(db).unwrap_err();
    assert!(ordered.to_string().contains(".over().order_by(..)"), "{ordered}");
    Ok(())
}

fn truth_values_are_joined(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let all = Line::query().select((Line::PAID.every(), Line::PAID.any(), Line::CHECKED.every(), Line::CHECKED.any()));
    assert_eq!(all.one(db)?, (Some(false), Some(true), Some(true), Some(true)));
    let of_b = Line::query().filter(Line::KIND.eq("b")).select((Line::PAID.every(), Line::CHECKED.any()));
    assert_eq!(of_b.one(db)?, (Some(true), None));
    let conditions = Line::query().select((Line::NAME.eq("x").any(), Line::ID.gt(0).every(), Line::ID.gt(9).any()));
    assert_eq!(conditions.one(db)?, (Some(true), Some(true), Some(false)));
    assert_eq!(Line::query().select((Line::PAID.min(), Line::PAID.max())).one(db)?, (Some(false), Some(true)));
    let groups = Line::query().group_by(Line::KIND).select(Line::KIND).having(Line::PAID.every().eq(true));
    assert_eq!(groups.all(db)?, ["b"]);
    let windows =
        Line::query().select(Line::PAID.every().over().partition_by(Line::KIND)).order_by(Line::ID).all(db)?;
    assert_eq!(windows, [Some(false), Some(false), Some(true), Some(true), Some(false)]);
    Ok(())
}

fn uuids_have_a_first_and_a_last(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let of = |byte: u8| Some(Uuid::from_bytes([byte; 16]));
    assert_eq!(Line::query().select((Line::TOKEN.min(), Line::TOKEN.max())).one(db)?, (of(0x00), of(0xf0)));
    let of_b = Line::query().filter(Line::KIND.eq("b"));
    assert_eq!(of_b.select((Line::TOKEN.min(), Line::TOKEN.max())).one(db)?, (of(0x9b), of(0xa0)));
    assert_eq!(Line::query().select(Line::TOKEN.max().filter(Line::ID.gt(9))).one(db)?, None);
    Ok(())
}

fn decimals_are_added_exactly(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_kind =
        Line::query().group_by(Line::KIND).select((Line::PRICE.sum(), Line::REBATE.sum())).order_by(Line::KIND);
    let sums = [
        (Some(decimal("10.30")), Some(decimal("-1"))),
        (Some(decimal("79228162514264337593543950.285")), Some(decimal("1.5"))),
    ];
    assert_eq!(by_kind.all(db)?, sums);
    assert_eq!(Line::query().select(Line::PRICE.sum()).filter(Line::ID.gt(9)).one(db)?, None);
    assert_eq!(
        Line::query().select((Line::PRICE.min(), Line::PRICE.max())).one(db)?,
        (Some(decimal("-0.05")), Some(decimal("79228162514264337593543950.335")))
    );
    let of_a = Line::query().group_by(Line::KIND).select(Line::KIND).having(Line::PRICE.sum().lt(decimal("11")));
    assert_eq!(of_a.all(db)?, ["a"]);
    assert_eq!(Line::query().select(Line::REBATE.sum().distinct()).one(db)?, Some(decimal("-0.5")));
    let rows = (ormcore::sql::FrameBound::Preceding(1), ormcore::sql::FrameBound::CurrentRow);
    let moving = Line::REBATE.sum().over().order_by(Line::ID).rows(rows.0, rows.1);
    let moving = Line::query().select(moving).order_by(Line::ID).all(db)?;
    assert_eq!(moving, ["1", "1", "1.0", "1.5", "-1.5"].map(|text| Some(decimal(text))));
    let alone = Line::REBATE.sum().over().order_by(Line::ID).rows(rows.1, rows.1);
    let alone = Line::query().select(alone).order_by(Line::ID).all(db)?;
    let alone: Vec<_> = alone.into_iter().map(|sum| sum.map(|sum| sum.to_string())).collect();
    let written = [Some("1"), None, Some("1.0"), Some("0.5"), Some("-2")].map(|text| text.map(str::to_string));
    assert_eq!(alone, written, "the digits are those of the rows in the frame");
    Ok(())
}

fn averages_of_decimals_have_the_same_digits_everywhere(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Line,)>()?;
    let line = |price: &str| Line::new("a", decimal(price), true, Uuid::nil(), vec![], serde_json::json!(0));
    for (prices, expected) in [
        (&["1", "2"][..], "1.5000000000000000"),
        (&["1", "0", "0"], "0.33333333333333333333"),
        (&["2", "0", "0"], "0.66666666666666666667"),
        (&["-2", "0", "0"], "-0.66666666666666666667"),
        (&["12345678.91", "0", "0"], "4115226.303333333333"),
        (&["0.00001", "0", "0"], "0.000003333333333333333333"),
        (&["9999", "0", "0"], "3333.0000000000000000"),
        (&["10000", "0", "0"], "3333.3333333333333333"),
        (&["40000", "0", "0"], "13333.333333333333"),
        (&["3", "0", "0"], "1.00000000000000000000"),
        (&["0.0000", "0"], "0.00000000000000000000"),
        (&["123456789012345678.123456789", "1", "1"], "41152263004115226.707818930"),
        // As many digits as a program's decimal has.
        (&["0.000000000001", "0.000000000001"], "0.0000000000010000000000000000"),
        (&["0.000000000001", "0.000000000001", "-0.000000000004"], "-0.0000000000006666666666666667"),
        (&["0.0000000000000000000000000001", "0.0000000000000000000000000002"], "0.0000000000000000000000000002"),
        (&["79228162514264337593543950335", "0", "1"], "26409387504754779197847983445"),
    ] {
        Line::query().delete(db)?;
        Line::insert_all(prices.iter().map(|price| line(price)), db)?;
        let average = Line::query().select(Line::PRICE.avg()).one(db)?.unwrap();
        assert_eq!(average.to_string(), expected, "{prices:?}");
        let over = Line::PRICE.avg().filter(Line::ID.gt(0)).over();
        let averages = Line::query().select(over).all(db)?;
        assert!(averages.iter().flatten().all(|over| over.to_string() == expected), "{averages:?}");
        let same = Line::query().group_by(Line::KIND).select(count()).having(Line::PRICE.avg().eq(average));
        assert_eq!(same.all(db)?, [prices.len() as i64], "{prices:?}");
    }
    Ok(())
}

fn what_has_no_order_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    let bytes = Line::query().select(Line::BYTES.min()).one(db).unwrap_err();
    assert!(bytes.to_string().contains("can put in order, and bytes are not such"), "{bytes}");
    assert!(matches!(bytes.kind(), ErrorKind::Usage { .. }), "{bytes:?}");
    let json = Line::query().select(Line::META.max()).one(db).unwrap_err();
    assert!(json.to_string().contains("JSON documents"), "{json}");
    Ok(())
}

on_every_backend!(
    texts_are_joined_in_an_order,
    truth_values_are_joined,
    uuids_have_a_first_and_a_last,
    decimals_are_added_exactly,
    averages_of_decimals_have_the_same_digits_everywhere,
    what_has_no_order_is_refused_in_words,
);
