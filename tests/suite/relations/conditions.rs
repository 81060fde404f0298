//! Conditions and counts through relationships: EXISTS, negated and nested, in filters, orders and loads.

use super::models::{Address, Dataset, Licence, Node, Person, Tag, Version, create, fill, names};
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

/// The names of the people for whom the condition holds, in one statement.
fn people(condition: Predicate<Person>, db: &Database) -> ormcore::Result<Vec<String>> {
    let statements = db.record();
    let found = Person::query().filter(condition).order_by(Person::ID).all(db)?;
    assert_eq!(statements.len(), 1);
    Ok(found.into_iter().map(|person| person.name).collect())
}

fn any_has_none_and_exists_are_about_related_rows(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(people(Person::DATASETS.any(Dataset::SIZE.lt(200)), db)?, ["ann", "bob"]);
    assert_eq!(people(Person::DATASETS.exists(), db)?, ["ann", "bob"]);
    assert_eq!(people(Person::DATASETS.none(), db)?, ["carl"]);
    assert_eq!(people(!Person::DATASETS.none(), db)?, ["ann", "bob"]);
    assert_eq!(people(Person::LICENCE.has(Licence::NUMBER.eq(7)), db)?, ["ann"]);
    assert_eq!(people(Person::LICENCE.none(), db)?, ["bob", "carl"]);
    assert_eq!(people(Person::ADDRESSES.any(Address::EMAIL.ends_with("@y.org")), db)?, ["bob"]);
    assert_eq!(
        people(Person::REVIEWED.exists() & !Person::ADDRESSES.any(Address::EMAIL.starts_with("a")), db)?,
        ["bob"]
    );
    assert_eq!(Dataset::query().filter(Dataset::OWNER.has(Person::NAME.eq("ann"))).count(db)?, 2);
    // A row whose key is NULL leads to none, and so `has` is false and not unknown.
    assert_eq!(Dataset::query().filter(!Dataset::OWNER.has(Person::NAME.eq("ann"))).count(db)?, 2);
    assert_eq!(Dataset::query().filter(Dataset::OWNER.none()).count(db)?, 1);
    Ok(())
}

fn conditions_nest_and_lead_back(db: &Database) -> ormcore::Result<()> {
    let all = fill(db)?;
    let third = Person::DATASETS.any(Dataset::VERSIONS.any(Version::NUMBER.eq(3)));
    assert_eq!(people(third.clone(), db)?, ["ann"]);
    assert_eq!(people(!third, db)?, ["bob", "carl"]);
    let old = Person::DATASETS.any(Dataset::TAGS.any(Tag::LABEL.eq("old")));
    assert_eq!(people(old, db)?, ["ann", "bob"]);
    // Ann owns what bob reviews; the outer person and the inner are not mixed up.
    let by_bob = Person::DATASETS.any(Dataset::REVIEWER.has(Person::NAME.eq("bob")));
    assert_eq!(people(by_bob.clone() & Person::NAME.eq("ann"), db)?, ["ann"]);
    let own = Person::DATASETS.any(Dataset::REVIEWER.has(Person::DATASETS.any(Dataset::NAME.eq("wine"))));
    assert_eq!(people(own, db)?, ["ann", "bob"]);
    let deep = Person::DATASETS.any(Dataset::TAGS.any(Tag::DATASETS.any(Dataset::OWNER.is(&all[1]))));
    assert_eq!(people(deep, db)?, ["ann", "bob"]);
    assert_eq!(people(Person::DATASETS.any(!Dataset::VERSIONS.exists()), db)?, ["bob"]);
    Ok(())
}

fn is_and_contains_are_about_one_row(db: &Database) -> ormcore::Result<()> {
    let all = fill(db)?;
    let datasets = Dataset::query().order_by(Dataset::ID).all(db)?;
    assert_eq!(people(Person::DATASETS.contains(&datasets[1]), db)?, ["ann"]);
    assert_eq!(people(!Person::DATASETS.contains(&datasets[1]), db)?, ["bob", "carl"]);
    assert_eq!(people(Person::REVIEWED.contains(&datasets[0]), db)?, ["bob"]);
    let of = |condition| -> ormcore::Result<Vec<i64>> {
        Ok(Dataset::query().filter(condition).order_by(Dataset::ID).all(db)?.iter().map(|dataset| dataset.id).collect())
    };
    assert_eq!(of(Dataset::OWNER.is(&all[0]))?, [1, 2]);
    assert_eq!(of(!Dataset::OWNER.is(&all[0]))?, [3, 4], "no owner is not ann either");
    assert_eq!(of(Dataset::TAGS.contains(&Tag::find(2, db)?))?, [1, 3]);
    Ok(())
}

fn counts_can_be_filtered_ordered_and_computed_with(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(people(Person::DATASETS.count().ge(2), db)?, ["ann"]);
    assert_eq!(people(Person::DATASETS.count().eq(0), db)?, ["carl"]);
    assert_eq!(people(Person::DATASETS.count_of(Dataset::SIZE.gt(170)).eq(1), db)?, ["ann", "bob"]);
    assert_eq!(people((Person::DATASETS.count() + Person::REVIEWED.count()).gt(2), db)?, ["bob"]);
    let by_count = Person::query().order_by((Person::ADDRESSES.count().desc(), Person::ID.desc()));
    let ids = |people: Vec<Person>| people.into_iter().map(|person| person.id).collect::<Vec<_>>();
    assert_eq!(ids(by_count.clone().all(db)?), [1, 2, 3]);
    for load in [Person::DATASETS.joined(), Person::DATASETS.subquery(), Person::DATASETS.selectin()] {
        let by_count = by_count.clone().with(load).limit(1).offset(1);
        let found = by_count.clone().all(db)?;
        assert_eq!(names(found[0].datasets(db)?), ["wine"]);
        assert_eq!(ids(by_count.distinct().all(db)?), [2]);
    }
    assert_eq!(Dataset::query().filter(Dataset::TAGS.count().eq(2)).one(db)?.name, "iris");
    Ok(())
}

fn a_load_can_be_refined_by_conditions_through_relationships(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in
        [Person::DATASETS.joined(), Person::DATASETS.subquery(), Person::DATASETS.selectin(), Person::DATASETS.select()]
    {
        let third = load.clone().filter(Dataset::VERSIONS.any(Version::NUMBER.eq(3)));
        let people = Person::query().with(third).order_by(Person::ID).all(db)?;
        assert_eq!(names(people[0].datasets(db)?), ["iris"], "{load:?}");
        assert!(people[1].datasets(db)?.is_empty());
        let of_ann = load.clone().filter(Dataset::OWNER.has(Person::NAME.eq("ann")));
        let by_versions = of_ann.order_by((Dataset::VERSIONS.count(), Dataset::ID)).limit(1);
        let people = Person::query().with(by_versions).order_by(Person::ID).all(db)?;
        assert_eq!(names(people[0].datasets(db)?), ["digits"], "{load:?}");
        assert!(people[1].datasets(db)?.is_empty());
    }
    Ok(())
}

fn conditions_of_a_model_about_itself_are_not_mixed_up(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let root = Node::new("root").insert(db)?;
    let inner = Node::new("inner").set(Node::PARENT_ID, &root).insert(db)?;
    Node::new("leaf").set(Node::PARENT_ID, &inner).insert(db)?;
    let of = |condition| -> ormcore::Result<Vec<String>> {
        Ok(Node::query().filter(condition).order_by(Node::ID).all(db)?.into_iter().map(|node| node.name).collect())
    };
    assert_eq!(of(Node::CHILDREN.any(Node::NAME.eq("leaf")))?, ["inner"]);
    assert_eq!(of(Node::CHILDREN.any(Node::CHILDREN.any(Node::NAME.eq("leaf"))))?, ["root"]);
    assert_eq!(of(Node::PARENT.has(Node::PARENT.has(Node::NAME.eq("root"))))?, ["leaf"]);
    assert_eq!(of(Node::CHILDREN.none())?, ["leaf"]);
    assert_eq!(of(Node::PARENT.none() | Node::PARENT.is(&inner))?, ["root", "leaf"]);
    assert_eq!(of(Node::CHILDREN.any(Node::PARENT.has(Node::NAME.eq("inner"))))?, ["inner"]);
    for load in [Node::CHILDREN.joined(), Node::CHILDREN.subquery(), Node::CHILDREN.selectin()] {
        let load = load.filter(Node::CHILDREN.any(Node::NAME.eq("leaf")));
        let nodes = Node::query().with(load).order_by(Node::ID).all(db)?;
        let found: Vec<usize> = nodes.iter().map(|node| node.children(db).unwrap().len()).collect();
        assert_eq!(found, [1, 0, 0]);
    }
    Ok(())
}

fn writes_can_be_filtered_through_relationships(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    assert_eq!(Person::query().filter(Person::DATASETS.none()).update(Person::NAME.set("nobody"), db)?, 1);
    assert_eq!(Version::query().filter(Version::DATASET.has(Dataset::NAME.eq("iris"))).delete(db)?, 3);
    assert_eq!(statements.len(), 2);
    assert_eq!(people(Person::NAME.eq("nobody"), db)?, ["nobody"]);
    Ok(())
}

on_every_backend!(
    any_has_none_and_exists_are_about_related_rows,
    conditions_nest_and_lead_back,
    is_and_contains_are_about_one_row,
    counts_can_be_filtered_ordered_and_computed_with,
    a_load_can_be_refined_by_conditions_through_relationships,
    conditions_of_a_model_about_itself_are_not_mixed_up,
    writes_can_be_filtered_through_relationships,
);
