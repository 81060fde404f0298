//! The user's own joins along relationships, beside loads and as what is loaded.

use super::models::{Dataset, Licence, Node, Person, Tag, Version, create, fill, names};
use ormcore::prelude::*;
use ormcore::sql::of;
use ormcore_tests::on_every_backend;

fn ids(people: &[Person]) -> Vec<i64> {
    people.iter().map(|person| person.id).collect()
}

fn a_join_gives_a_row_for_each_joined_row_and_a_left_join_keeps_the_others(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let joined = Person::query().join(Person::DATASETS).order_by((Person::ID, Dataset::ID)).all(db)?;
    assert_eq!(ids(&joined), [1, 1, 2]);
    let kept = Person::query().left_join(Person::DATASETS).order_by((Person::ID, Dataset::ID)).all(db)?;
    assert_eq!(ids(&kept), [1, 1, 2, 3]);
    let without = Person::query().left_join(Person::DATASETS).filter(Dataset::OWNER_ID.is_null()).all(db)?;
    assert_eq!(ids(&without), [3]);
    assert_eq!(statements.len(), 3);
    Ok(())
}

fn joins_go_on_along_relationships_of_what_was_joined(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = Person::query().join(Person::DATASETS).join(Dataset::VERSIONS).filter(Version::NUMBER.ge(2));
    assert_eq!(ids(&query.clone().all(db)?), [1, 1]);
    assert_eq!(query.count(db)?, 2);
    let tagged = Person::query().join(Person::DATASETS).join(Dataset::TAGS).filter(Tag::LABEL.eq("old"));
    assert_eq!(ids(&tagged.order_by(Person::ID).all(db)?), [1, 2]);
    let owners = Version::query().join(Version::DATASET).join(Dataset::OWNER).filter(Person::NAME.eq("ann"));
    assert_eq!(owners.count(db)?, 4);
    Ok(())
}

fn a_model_that_is_joined_twice_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let error = Person::query().join(Person::DATASETS).join(Person::REVIEWED).all(db).unwrap_err();
    assert!(error.to_string().contains("joins the table `rel_dataset` twice"), "{error}");
    let error = Dataset::query().join(Dataset::OWNER).join(Person::DATASETS).count(db).unwrap_err();
    assert!(error.to_string().contains("joins the table `rel_dataset` twice"), "{error}");
    assert!(statements.is_empty());
    Ok(())
}

fn a_condition_on_the_joined_model_does_not_shrink_what_is_loaded(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    for (load, expected) in
        [(Person::DATASETS.joined(), 1), (Person::DATASETS.subquery(), 2), (Person::DATASETS.selectin(), 2)]
    {
        statements.clear();
        let query = Person::query().join(Person::DATASETS).filter(Dataset::NAME.eq("digits"));
        let people = query.with(load).order_by(Dataset::NAME).all(db)?;
        assert_eq!(ids(&people), [1]);
        assert_eq!(names(people[0].datasets(db)?), ["iris", "digits"]);
        assert_eq!(statements.len(), expected, "{:?}", statements.texts());
    }
    Ok(())
}

fn a_joined_row_for_each_child_stays_one_whatever_is_loaded(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Person::REVIEWED.joined(), Person::REVIEWED.subquery(), Person::REVIEWED.selectin()] {
        let query = Person::query().join(Person::DATASETS).order_by((Dataset::NAME, Person::ID)).with(load);
        let people = query.clone().all(db)?;
        assert_eq!(ids(&people), [1, 1, 2]);
        assert_eq!(names(people[2].reviewed(db)?), ["wine", "iris"]);
        let people = query.limit(2).offset(1).all(db)?;
        assert_eq!(ids(&people), [1, 2]);
        assert_eq!(names(people[1].reviewed(db)?), ["wine", "iris"]);
    }
    Ok(())
}

fn distinct_makes_joined_rows_one_whatever_is_loaded(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = || Person::query().join(Person::DATASETS).distinct().order_by(Person::ID);
    assert_eq!(ids(&query().all(db)?), [1, 2]);
    assert_eq!(query().count(db)?, 2);
    for load in [Person::REVIEWED.joined(), Person::REVIEWED.subquery(), Person::REVIEWED.selectin()] {
        assert_eq!(ids(&query().with(load.clone()).all(db)?), [1, 2], "{load:?}");
        assert_eq!(ids(&query().limit(1).offset(1).with(load.clone()).all(db)?), [2], "{load:?}");
    }
    assert_eq!(ids(&query().with(Person::LICENCE.joined()).all(db)?), [1, 2]);
    assert_eq!(ids(&query().with(Person::DATASETS.select()).all(db)?), [1, 2]);
    Ok(())
}

fn distinct_rows_stand_at_the_first_of_their_places(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // Of the sizes, 150 and 1797 are ann's and 178 is bob's.
    let query = || Person::query().left_join(Person::DATASETS).distinct();
    let by_size = || query().order_by((Dataset::SIZE.asc().nulls_last(), Person::NAME));
    let from_large = || query().order_by((Dataset::SIZE.desc(), Person::NAME));
    let computed = || query().order_by(((Dataset::SIZE % 150).desc(), Person::DATASETS.count(), Person::ID));
    let own = || query().order_by(Person::ID % 3);
    for (order, expected) in [
        (&by_size as &dyn Fn() -> _, [1, 2, 3]),
        (&from_large, [1, 2, 3]),
        (&|| query().order_by((Dataset::SIZE.desc().nulls_first(), Person::ID)), [3, 1, 2]),
        (&|| by_size().filter(Dataset::SIZE.gt(150) | Dataset::OWNER_ID.is_null()), [2, 1, 3]),
        (&computed, [1, 2, 3]),
        (&own, [3, 1, 2]),
    ] {
        assert_eq!(ids(&order().all(db)?), expected);
        assert_eq!(ids(&order().limit(2).all(db)?), expected[..2]);
        assert_eq!(order().limit(2).count(db)?, 2);
        assert_eq!(order().first(db)?.map(|person| person.id), Some(expected[0]));
        let reviewed: Vec<usize> = expected.iter().map(|id| if *id == 2 { 2 } else { 0 }).collect();
        for load in [Person::REVIEWED.joined(), Person::REVIEWED.subquery(), Person::REVIEWED.selectin()] {
            for query in [order(), order().limit(9), order().offset(0)] {
                let people = query.with(load.clone()).all(db)?;
                assert_eq!(ids(&people), expected, "{load:?}");
                assert!(people.iter().map(|person| person.reviewed.loaded().unwrap().len()).eq(reviewed.clone()));
            }
            let people = order().with(load.clone().then(Dataset::VERSIONS.subquery())).offset(1).limit(1).all(db)?;
            assert_eq!(ids(&people), expected[1..2], "{load:?}");
        }
    }
    Ok(())
}

fn distinct_rows_that_are_taken_from_a_join_are_ordered_by_what_is_read(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = || Person::query().join(Person::DATASETS).join(Dataset::VERSIONS).distinct();
    let by_number = || query().order_by((Version::NUMBER.desc(), Dataset::ID)).with_from_join(Person::DATASETS);
    let people = by_number().all(db)?;
    assert_eq!(ids(&people), [1]);
    assert_eq!(names(people[0].datasets(db)?), ["iris", "digits"]);
    let error = by_number().limit(1).all(db).unwrap_err();
    assert!(error.to_string().contains("distinct"), "{error}");
    for (limit, expected) in [(1, &["digits"][..]), (2, &["digits", "iris"])] {
        let by_size = query().order_by(Dataset::SIZE.desc()).limit(limit);
        let versions = Dataset::VERSIONS.subquery();
        let people =
            by_size.with_from_join(Person::DATASETS).with(Person::REVIEWED.subquery().then(versions)).all(db)?;
        assert_eq!(names(people[0].datasets(db)?), expected, "a limit counts the joined rows that differ");
        assert!(people[0].reviewed.is_loaded());
    }
    Ok(())
}

fn what_is_loaded_from_a_join_is_whole_however_the_query_ends(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let joined = || Person::query().join(Person::DATASETS).order_by((Person::ID, Dataset::ID));
    let query = || joined().with_from_join(Person::DATASETS);
    let ann = || query().filter(Person::NAME.eq("ann"));
    for person in [ann().one(db)?, ann().one_or_none(db)?.unwrap(), query().first(db)?.unwrap()] {
        assert_eq!(names(person.datasets(db)?), ["iris", "digits"]);
    }
    assert!(matches!(query().one(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    assert!(matches!(query().one_or_none(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
    let pages = Person::query().join(Person::DATASETS).order_by(Person::ID).with_from_join(Person::DATASETS);
    let errors = [pages.clone().page_after(None, 2, db).unwrap_err(), pages.paginate(1, 2, db).unwrap_err()];
    for error in errors {
        assert!(error.to_string().contains("load it by `.with(..)`"), "{error}");
    }
    // One row each: nothing is cut.
    let owned = || Dataset::query().join(Dataset::OWNER).order_by(Dataset::ID).with_from_join(Dataset::OWNER);
    let statements = db.record();
    assert!(owned().first(db)?.unwrap().owner.is_loaded());
    assert!(statements.texts()[0].contains("LIMIT"), "{:?}", statements.texts());
    assert_eq!(owned().paginate(1, 2, db)?.total, 3);
    Ok(())
}

fn rows_are_loaded_from_the_users_own_join_and_only_those(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let query = Person::query().join(Person::DATASETS).filter(Dataset::SIZE.gt(160)).order_by(Person::ID);
    let people = query.with_from_join(Person::DATASETS).all(db)?;
    assert_eq!(ids(&people), [1, 2]);
    assert_eq!(names(people[0].datasets(db)?), ["digits"]);
    assert_eq!(names(people[1].datasets(db)?), ["wine"]);
    assert_eq!(statements.len(), 1);
    let all = Person::query().left_join(Person::DATASETS).order_by((Person::ID, Dataset::NAME));
    let people = all.with_from_join(Person::DATASETS).all(db)?;
    assert_eq!(ids(&people), [1, 2, 3]);
    assert_eq!(names(people[0].datasets(db)?), ["digits", "iris"]);
    assert!(people[2].datasets.loaded().is_some_and(<[Dataset]>::is_empty));
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn a_to_one_is_loaded_from_the_users_own_join(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let query = Dataset::query().join(Dataset::OWNER).filter(Person::AGE.ge(30)).order_by(Dataset::ID);
    let datasets = query.with_from_join(Dataset::OWNER).all(db)?;
    assert_eq!(names(&datasets), ["iris", "digits", "wine"]);
    assert_eq!(datasets[2].owner(db)?.map(|owner| owner.name.as_str()), Some("bob"));
    let licences = Licence::query().join(Licence::PERSON).with_from_join(Licence::PERSON).all(db)?;
    assert_eq!(licences[0].person(db)?.name, "ann");
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn a_limit_beside_a_join_that_is_loaded_does_not_cut_other_children(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Dataset::TAGS.joined(), Dataset::TAGS.subquery(), Dataset::TAGS.selectin()] {
        let query = Dataset::query().join(Dataset::OWNER).order_by(Dataset::ID).limit(1);
        let datasets = query.with_from_join(Dataset::OWNER).with(load.clone()).all(db)?;
        assert_eq!(names(&datasets), ["iris"]);
        assert_eq!(datasets[0].tags(db)?.len(), 2, "{load:?}");
    }
    Ok(())
}

fn children_come_in_the_order_of_their_key_from_the_users_own_join(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let people = Person::query().join(Person::DATASETS).with_from_join(Person::DATASETS).all(db)?;
    let ann = people.iter().find(|person| person.id == 1).unwrap();
    assert_eq!(names(ann.datasets(db)?), ["iris", "digits"]);
    Ok(())
}

fn children_from_a_join_on_another_condition_need_no_foreign_key(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Person::new("dan").insert(db)?;
    // Only the orphan, which nobody owns, is so small.
    let query = Person::query().left_join(Dataset::on(Dataset::SIZE.lt(of(Person::AGE))));
    let people = query.order_by(Person::ID).with_from_join(Person::DATASETS).all(db)?;
    let found: Vec<_> = people.iter().map(|person| names(person.datasets.loaded().unwrap())).collect();
    assert_eq!(found, [vec!["orphan"], vec!["orphan"], vec!["orphan"], vec![]]);
    Ok(())
}

fn an_update_of_joined_rows_leaves_the_others_alone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let query = || Dataset::query().join(Dataset::VERSIONS);
    let large = query().filter(Version::NUMBER.ge(2)).update(Dataset::SIZE.set(1), db);
    let sizes = |db: &Database| -> ormcore::Result<Vec<i64>> {
        Ok(Dataset::query().order_by(Dataset::ID).all(db)?.iter().map(|dataset| dataset.size).collect())
    };
    match large {
        Ok(rows) => assert_eq!((rows, sizes(db)?), (1, vec![1, 1797, 178, 0])),
        Err(error) => assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}"),
    }
    Ok(())
}

fn a_delete_of_joined_rows_leaves_rows_alone_that_join_nothing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Version::query().delete(db)?;
    db.execute("DELETE FROM rel_dataset_tags", ())?;
    // Nothing is joined now, and so nothing is to go.
    match Dataset::query().join(Dataset::VERSIONS).delete(db) {
        Ok(rows) => assert_eq!(rows, 0),
        Err(error) => assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}"),
    }
    assert_eq!(Dataset::query().count(db)?, 4);
    Ok(())
}

fn an_order_by_the_joined_model_holds_beside_a_joined_load_and_a_limit(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Dataset::VERSIONS.joined(), Dataset::VERSIONS.subquery(), Dataset::VERSIONS.selectin()] {
        let query = Dataset::query().left_join(Dataset::OWNER).order_by((Person::NAME.desc(), Dataset::SIZE));
        let datasets = query.with(load).limit(3).all(db)?;
        assert_eq!(names(&datasets), ["wine", "iris", "digits"]);
        let numbers: Vec<i64> = datasets[1].versions(db)?.iter().map(|version| version.number).collect();
        assert_eq!(numbers, [3, 2, 1]);
    }
    Ok(())
}

fn a_join_along_another_relationship_is_not_what_is_loaded(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let error = Person::query().join(Person::DATASETS).with_from_join(Person::REVIEWED).all(db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage { .. }), "{error:?}");
    assert!(error.to_string().contains("`Person::reviewed` cannot be loaded from this query's join"), "{error}");
    let other = ormcore::alias!(Person);
    let of_owner = Dataset::query().join(Dataset::OWNER.to(other)).join(other.along(Person::LICENCE));
    let error = of_owner.join(Licence::PERSON).with_from_join(Dataset::OWNER).all(db).unwrap_err();
    assert!(error.to_string().contains("`Dataset::owner` cannot be loaded from this query's join"), "{error}");
    assert!(statements.is_empty());
    let of_own_condition = Person::query().join(Licence::on(Licence::PERSON_ID.eq(of(Person::ID))));
    let people = of_own_condition.with_from_join(Person::LICENCE).all(db)?;
    assert_eq!((ids(&people), people[0].licence(db)?.map(|licence| licence.number)), (vec![1], Some(7)));
    Ok(())
}

fn what_is_joined_under_another_name_is_loaded_by_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let reviewed = ormcore::alias!(Dataset);
    let both = Person::query().left_join(Person::DATASETS).left_join(Person::REVIEWED.to(reviewed));
    let both = both.with_from_join(Person::DATASETS).with_from_join(Person::REVIEWED.to(reviewed));
    let people = both.order_by((Person::ID, Dataset::ID, reviewed.col(Dataset::NAME).desc())).all(db)?;
    assert_eq!(ids(&people), [1, 2, 3]);
    let found: Vec<_> =
        people.iter().map(|row| (names(row.datasets(db).unwrap()), row.reviewed(db).unwrap())).collect();
    assert_eq!((&found[0].0, found[0].1.len()), (&vec!["iris", "digits"], 0));
    assert_eq!((&found[1].0, names(found[1].1)), (&vec!["wine"], vec!["wine", "iris"]));
    assert_eq!((found[2].0.len(), found[2].1.len()), (0, 0));
    let other = ormcore::alias!(Dataset);
    let wrong = Person::query().join(Person::DATASETS.to(other)).with_from_join(Person::REVIEWED.to(other));
    assert!(wrong.all(db).unwrap_err().to_string().contains("`Person::reviewed`"));
    Ok(())
}

/// 1 -> {2, 3}, 3 -> {4}.
fn rows_of_the_same_model_are_loaded_from_a_join_to_an_alias(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    for (name, parent) in [("1", None), ("2", Some(1)), ("3", Some(1)), ("4", Some(3))] {
        Node::new(name).set(Node::PARENT_ID, parent).insert(db)?;
    }
    let statements = db.record();
    let child = ormcore::alias!(Node);
    let query = || Node::query().left_join(Node::CHILDREN.to(child)).with_from_join(Node::CHILDREN.to(child));
    let nodes = query().order_by((Node::ID, child.col(Node::ID).desc())).all(db)?;
    let children = |node: &Node| node.children(db).unwrap().iter().map(|node| node.id).collect::<Vec<_>>();
    assert_eq!(nodes.iter().map(children).collect::<Vec<_>>(), [vec![3, 2], vec![], vec![4], vec![]]);
    assert_eq!(statements.len(), 1);
    let nodes = query().filter(child.col(Node::NAME).eq("3")).all(db)?;
    assert_eq!(nodes.iter().map(|node| (node.id, children(node))).collect::<Vec<_>>(), [(1, vec![3])]);
    let deeper = query().with(Node::PARENT.joined()).filter(Node::ID.eq(3)).all(db)?;
    assert_eq!((children(&deeper[0]), deeper[0].parent(db)?.unwrap().id), (vec![4], 1));
    let parent = ormcore::alias!(Node);
    let above = Node::query().join(Node::PARENT.to(parent)).with_from_join(Node::PARENT.to(parent));
    let above = above.order_by(Node::ID).all(db)?;
    assert_eq!(above.iter().map(|node| node.parent(db).unwrap().unwrap().id).collect::<Vec<_>>(), [1, 1, 3]);
    Ok(())
}

on_every_backend!(
    children_from_a_join_on_another_condition_need_no_foreign_key,
    a_join_along_another_relationship_is_not_what_is_loaded,
    what_is_joined_under_another_name_is_loaded_by_it,
    rows_of_the_same_model_are_loaded_from_a_join_to_an_alias,
    a_join_gives_a_row_for_each_joined_row_and_a_left_join_keeps_the_others,
    joins_go_on_along_relationships_of_what_was_joined,
    a_model_that_is_joined_twice_is_refused_in_words,
    a_condition_on_the_joined_model_does_not_shrink_what_is_loaded,
    a_joined_row_for_each_child_stays_one_whatever_is_loaded,
    distinct_makes_joined_rows_one_whatever_is_loaded,
    distinct_rows_stand_at_the_first_of_their_places,
    distinct_rows_that_are_taken_from_a_join_are_ordered_by_what_is_read,
    what_is_loaded_from_a_join_is_whole_however_the_query_ends,
    rows_are_loaded_from_the_users_own_join_and_only_those,
    a_to_one_is_loaded_from_the_users_own_join,
    a_limit_beside_a_join_that_is_loaded_does_not_cut_other_children,
    children_come_in_the_order_of_their_key_from_the_users_own_join,
    an_update_of_joined_rows_leaves_the_others_alone,
    a_delete_of_joined_rows_leaves_rows_alone_that_join_nothing,
    an_order_by_the_joined_model_holds_beside_a_joined_load_and_a_limit,
);
