//! `is_in` and `not_in`: empty lists, lists with NULL, and lists longer than a statement may have parameters.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

/// More than any database takes as parameters of one statement.
const LONG: i64 = 40_000;

#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[column(primary_key)]
    id: i64,
    number: i64,
    text: String,
    note: Option<String>,
    ratio: f64,
    bytes: Vec<u8>,
    flag: bool,
    small: Option<i16>,
}

const TEXTS: [&str; 12] = [
    "plain",
    "",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "\\u0041",
    "tab\tnewline\nreturn\r",
    "bell\u{7} escape\u{1b} delete\u{7f}",
    "nul\u{1}inside",
    "nul\u{1}other",
    "emoji 🦀 and é and \u{2028}",
    "0042",
];

fn items(db: &Database) -> ormcore::Result<Vec<Item>> {
    db.create_tables::<Item>()?;
    let ratios =
        [0.1, -0.0, 1e308, 5e-324, f64::INFINITY, f64::NEG_INFINITY, 1.0, 1.0 / 3.0, 2e15, -7.25, 1e-7, 123.456];
    let numbers = [0, 1, -1, i64::MAX, i64::MIN, 1 << 53, (1 << 53) + 1, 42, 7, 8, 9, 10];
    let drafts = TEXTS.into_iter().zip(ratios).zip(numbers).enumerate().map(|(index, ((text, ratio), number))| {
        Item::new(number, text, ratio, vec![index as u8, 0, b'"', 255], index % 2 == 0).with(|item| {
            (item.note, item.small) = ((index > 0).then(|| text.into()), (index > 0).then_some(number as i16))
        })
    });
    Item::insert_all(drafts, db)
}

/// The ids of those that meet the condition, in order.
fn ids(condition: Predicate<Item>, db: &Database) -> ormcore::Result<Vec<i64>> {
    Ok(Item::query().filter(condition).order_by(Item::ID).all(db)?.into_iter().map(|item| item.id).collect())
}

fn an_empty_list_holds_nothing(db: &Database) -> ormcore::Result<()> {
    let all = items(db)?.len();
    assert_eq!(ids(Item::ID.is_in(Vec::<i64>::new()), db)?.len(), 0);
    assert_eq!(ids(Item::ID.not_in(Vec::<i64>::new()), db)?.len(), all);
    assert_eq!(ids(Item::NOTE.is_in([""; 0]), db)?.len(), 0);
    assert_eq!(ids(Item::NOTE.not_in([""; 0]), db)?.len(), all, "NULL too is not in an empty list");
    assert_eq!(ids(!Item::ID.is_in([0; 0]) & Item::ID.eq(1), db)?, [1]);
    assert_eq!(ids(Item::ID.is_in([0; 0]) | Item::ID.eq(1), db)?, [1]);
    Ok(())
}

fn a_none_in_the_list_asks_for_null(db: &Database) -> ormcore::Result<()> {
    items(db)?;
    assert_eq!(ids(Item::NOTE.is_in([None, Some("it's")]), db)?, [1, 3]);
    assert_eq!(ids(Item::NOTE.is_in([None::<&str>]), db)?, [1]);
    assert_eq!(ids(Item::NOTE.not_in([None::<String>]), db)?.len(), 11);
    assert_eq!(ids(Item::NOTE.not_in([None, Some("it's")]), db)?.len(), 10);
    assert_eq!(ids(Item::SMALL.is_in([Some(42), None]), db)?, [1, 8]);
    Ok(())
}

fn not_in_leaves_out_null(db: &Database) -> ormcore::Result<()> {
    items(db)?;
    assert_eq!(ids(Item::NOTE.not_in(["it's"]), db)?.len(), 10, "NULL is neither in the list nor out of it");
    assert_eq!(ids(Item::TEXT.not_in(["it's"]), db)?.len(), 11);
    Ok(())
}

fn a_list_is_any_iterator_of_any_operands(db: &Database) -> ormcore::Result<()> {
    items(db)?;
    assert_eq!(ids(Item::ID.is_in([1, 2]), db)?, [1, 2]);
    let list = vec![1, 2];
    assert_eq!(ids(Item::ID.is_in(&list), db)?, [1, 2]);
    assert_eq!(ids(Item::ID.is_in(vec![2, 2, 2]), db)?, [2]);
    assert_eq!(ids(Item::ID.is_in((1..4).filter(|id| id % 2 == 1)), db)?, [1, 3]);
    assert_eq!(ids(Item::TEXT.is_in(["it's".to_string()].iter()), db)?, [3]);
    assert_eq!(ids(Item::NUMBER.is_in([Item::ID - 1, Item::ID + 34]), db)?, [1, 2, 8]);
    assert_eq!(ids((Item::ID * 2).is_in([4, 6]), db)?, [2, 3]);
    Ok(())
}

fn every_length_around_a_power_of_two_works(db: &Database) -> ormcore::Result<()> {
    items(db)?;
    for length in (1..=70).chain([127, 128, 129]) {
        let found = ids(Item::ID.is_in(1..=length), db)?;
        assert_eq!(found, (1..=length.min(12)).collect::<Vec<_>>(), "{length}");
    }
    Ok(())
}

fn a_long_list_of_integers_is_one_statement(db: &Database) -> ormcore::Result<()> {
    let items = items(db)?;
    let statements = db.record();
    for item in &items {
        let filler = (1_000_000..1_000_000 + LONG).chain([item.number]);
        assert_eq!(ids(Item::NUMBER.is_in(filler), db)?, [item.id], "{}", item.number);
    }
    assert_eq!(statements.len(), items.len());
    assert_eq!(ids(Item::ID.not_in(5..LONG), db)?, [1, 2, 3, 4]);
    Ok(())
}

fn a_long_list_of_texts_keeps_every_character(db: &Database) -> ormcore::Result<()> {
    let items = items(db)?;
    for item in &items {
        let filler = (0..LONG).map(|number| format!("filler {number}")).chain([item.text.clone()]);
        assert_eq!(ids(Item::TEXT.is_in(filler), db)?, [item.id], "{:?}", item.text);
    }
    let near = ["nul", "PLAIN", "42", "42.0", "A", "backslash"].map(String::from);
    let wrong: Vec<_> = (0..LONG).map(|number| format!("filler {number}")).chain(near).collect();
    assert_eq!(ids(Item::TEXT.is_in(&wrong), db)?, [0; 0]);
    assert_eq!(ids(Item::NOTE.is_in(wrong.iter().cloned().map(Some).chain([None])), db)?, [1]);
    Ok(())
}

fn a_long_list_of_floats_keeps_every_bit(db: &Database) -> ormcore::Result<()> {
    let items = items(db)?;
    for item in &items {
        let filler = (0..LONG).map(|number| 1e6 + number as f64 / 7.0).chain([item.ratio]);
        assert_eq!(ids(Item::RATIO.is_in(filler), db)?, [item.id], "{}", item.ratio);
    }
    // Every value is found again, whatever its digits.
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let mut odd = Vec::new();
    while odd.len() < 2000 {
        bits = bits.wrapping_mul(0xd129_8a3a_5f1b_9e4d).wrapping_add(1) ^ (bits >> 29);
        odd.extend(Some(f64::from_bits(bits)).filter(|number| number.is_finite()));
    }
    Item::query().delete(db)?;
    Item::insert_all(odd.iter().map(|number| Item::new(0, "", *number, vec![], true)), db)?;
    assert_eq!(Item::query().filter(Item::RATIO.is_in(&odd)).count(db)?, 2000);
    Ok(())
}

fn a_long_list_of_bytes_keeps_every_byte(db: &Database) -> ormcore::Result<()> {
    let items = items(db)?;
    let empty = Item::new(0, "", 0.0, vec![], true).insert(db)?;
    for item in items.iter().chain([&empty]) {
        let filler = (0..LONG).map(|number| number.to_be_bytes().to_vec()).chain([item.bytes.clone()]);
        assert_eq!(ids(Item::BYTES.is_in(filler), db)?, [item.id]);
    }
    Ok(())
}

fn a_long_list_of_truth_values_works(db: &Database) -> ormcore::Result<()> {
    items(db)?;
    assert_eq!(ids(Item::FLAG.is_in(vec![true; 100]), db)?, [1, 3, 5, 7, 9, 11]);
    assert_eq!(ids(Item::FLAG.not_in(vec![true; 100]), db)?, [2, 4, 6, 8, 10, 12]);
    Ok(())
}

fn a_long_list_works_beside_other_conditions_and_in_writes(db: &Database) -> ormcore::Result<()> {
    items(db)?;
    let listed = Item::ID.is_in(3..LONG) & Item::ID.lt(6) & Item::TEXT.is_in((0..100).map(|_| "it's"));
    assert_eq!(ids(listed.clone(), db)?, [3]);
    assert_eq!(Item::query().filter(listed.clone()).update(Item::NUMBER.set(-5), db)?, 1);
    assert_eq!(Item::query().filter(Item::ID.is_in(3..LONG)).delete(db)?, 10);
    assert_eq!(ids(Item::ID.gt(0), db)?, [1, 2]);
    Ok(())
}

on_every_backend!(
    an_empty_list_holds_nothing,
    a_none_in_the_list_asks_for_null,
    not_in_leaves_out_null,
    a_list_is_any_iterator_of_any_operands,
    every_length_around_a_power_of_two_works,
    a_long_list_of_integers_is_one_statement,
    a_long_list_of_texts_keeps_every_character,
    a_long_list_of_floats_keeps_every_bit,
    a_long_list_of_bytes_keeps_every_byte,
    a_long_list_of_truth_values_works,
    a_long_list_works_beside_other_conditions_and_in_writes,
);
