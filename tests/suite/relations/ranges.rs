//! Parents whose keys follow each other without a gap: where the database prefers it, a load asks for a range of keys.

use super::models::{Dataset, Person, Tag, create, names};
use ormcore::prelude::*;
use ormcore::{Load, Loadable};
use ormcore_tests::on_every_backend;

/// People with these keys, each with two datasets.
fn people(keys: &[i64], db: &Database) -> ormcore::Result<()> {
    create(db)?;
    Person::insert_all(keys.iter().map(|key| Person::new(format!("p{key}")).with_key(*key)), db)?;
    let owned = |key: &i64| ["a", "b"].map(|name| Dataset::new(format!("{name}{key}")).set(Dataset::OWNER_ID, *key));
    Dataset::insert_all(keys.iter().flat_map(owned), db)?;
    Ok(())
}

/// What `load` reads, and whether it asked for a range.
fn is_range<K: Loadable<Target = Dataset>>(load: Load<Person, K>, db: &Database) -> ormcore::Result<bool> {
    let statements = db.record();
    for person in Person::query().with(load).all(db)? {
        let expected = ["a", "b"].map(|name| format!("{name}{}", person.id));
        assert_eq!(names(person.datasets(db)?), expected);
    }
    let texts = statements.texts();
    assert_eq!(texts.len(), 2, "{texts:?}");
    let is_range = texts[1].contains(r#""owner_id" >= "#) && texts[1].contains(r#""owner_id" <= "#);
    Ok(is_range)
}

fn keys_without_a_gap_are_a_range(db: &Database) -> ormcore::Result<()> {
    people(&(-3..30).collect::<Vec<_>>(), db)?;
    assert_eq!(is_range(Person::DATASETS.selectin(), db)?, db.dialect().prefers_ranges());
    let statements = db.record();
    let last = Person::query().with(Person::DATASETS.selectin()).order_by(Person::ID.desc()).limit(20).all(db)?;
    assert!(last.iter().all(|person| person.datasets.loaded().unwrap()[1].name == format!("b{}", person.id)));
    assert_eq!(statements.texts()[1].contains(" >= "), db.dialect().prefers_ranges(), "{:?}", statements.texts());
    Ok(())
}

fn keys_with_a_gap_are_a_list(db: &Database) -> ormcore::Result<()> {
    people(&[1, 2, 3, 4, 5, 6, 7, 9, 10, 11], db)?;
    assert!(!is_range(Person::DATASETS.selectin(), db)?);
    Person::new("p8").with_key(8).insert(db)?;
    Dataset::insert_all(["a8", "b8"].map(|name| Dataset::new(name).set(Dataset::OWNER_ID, 8)), db)?;
    assert_eq!(is_range(Person::DATASETS.selectin(), db)?, db.dialect().prefers_ranges());
    Ok(())
}

fn a_few_keys_are_a_list(db: &Database) -> ormcore::Result<()> {
    people(&[1, 2, 3, 4, 5, 6, 7], db)?;
    assert!(!is_range(Person::DATASETS.selectin(), db)?);
    Ok(())
}

fn beside_another_condition_keys_are_a_list(db: &Database) -> ormcore::Result<()> {
    people(&(1..20).collect::<Vec<_>>(), db)?;
    assert!(!is_range(Person::DATASETS.selectin().filter(Dataset::SIZE.eq(0)), db)?);
    assert!(!is_range(Person::DATASETS.selectin().limit(2), db)?);
    Ok(())
}

fn keys_at_the_ends_of_their_type_are_no_range_of_all_others(db: &Database) -> ormcore::Result<()> {
    people(&[i64::MIN, i64::MIN + 1, -2, -1, 0, 1, 2, i64::MAX - 1, i64::MAX], db)?;
    assert!(!is_range(Person::DATASETS.selectin(), db)?);
    Ok(())
}

fn a_range_may_end_where_its_type_does(db: &Database) -> ormcore::Result<()> {
    let last: Vec<i64> = (0..9).map(|back| i64::MAX - back).collect();
    people(&last, db)?;
    assert_eq!(is_range(Person::DATASETS.selectin(), db)?, db.dialect().prefers_ranges());
    Ok(())
}

fn a_range_has_no_longest_length(db: &Database) -> ormcore::Result<()> {
    people(&(1..=1200).rev().collect::<Vec<_>>(), db)?;
    let statements = db.record();
    let people = Person::query().with(Person::DATASETS.selectin().then(Dataset::VERSIONS.selectin())).all(db)?;
    assert!(people.iter().all(|person| person.datasets.loaded().unwrap().len() == 2));
    let expected = if db.dialect().prefers_ranges() { 1 + 1 + 1 } else { 1 + 3 + 5 };
    assert_eq!(statements.len(), expected, "{:?}", statements.texts());
    Ok(())
}

fn children_of_a_link_table_are_read_by_a_range_of_their_parents(db: &Database) -> ormcore::Result<()> {
    people(&(1..=10).collect::<Vec<_>>(), db)?;
    let tags = Tag::insert_all(["odd", "all"].map(Tag::new), db)?;
    for dataset in Dataset::query().order_by(Dataset::ID).all(db)? {
        Dataset::TAGS.set(&dataset, &tags[usize::from(dataset.id % 2 == 0)..], db)?;
    }
    let statements = db.record();
    for dataset in Dataset::query().with(Dataset::TAGS.selectin()).all(db)? {
        let labels: Vec<&str> = dataset.tags(db)?.iter().map(|tag| &*tag.label).collect();
        assert_eq!(labels, if dataset.id % 2 == 0 { vec!["all"] } else { vec!["odd", "all"] });
    }
    assert_eq!(statements.texts()[1].contains(" >= "), db.dialect().prefers_ranges(), "{:?}", statements.texts());
    Ok(())
}

/// As numbers, the keys from 5 to 15 lie between 5 and 15; as text none of them does.
fn a_key_that_is_text_in_the_table_is_an_error_and_no_parent_without_children(db: &Database) -> ormcore::Result<()> {
    if !db.dialect().prefers_ranges() {
        return Ok(());
    }
    db.execute("CREATE TABLE rel_dataset (id INTEGER PRIMARY KEY, name, size, owner_id TEXT, reviewer_id)", ())?;
    create(db)?;
    for key in 5..=15_i64 {
        Person::new(format!("p{key}")).with_key(key).insert(db)?;
        db.execute("INSERT INTO rel_dataset (name, size, owner_id) VALUES ('d', 0, ?)", (key,))?;
    }
    let error = Person::query().with(Person::DATASETS.selectin()).all(db).unwrap_err();
    assert!(error.to_string().contains("owner_id"), "{error}");
    Ok(())
}

on_every_backend!(
    keys_without_a_gap_are_a_range,
    keys_with_a_gap_are_a_list,
    a_few_keys_are_a_list,
    beside_another_condition_keys_are_a_list,
    keys_at_the_ends_of_their_type_are_no_range_of_all_others,
    a_range_may_end_where_its_type_does,
    a_range_has_no_longest_length,
    children_of_a_link_table_are_read_by_a_range_of_their_parents,
    a_key_that_is_text_in_the_table_is_an_error_and_no_parent_without_children,
);
