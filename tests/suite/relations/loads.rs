//! Eager loads: how many statements, what a limit counts, many parents, transactions.

use super::models::{Dataset, Licence, Node, Person, Tag, Version, create, fill, names};
use ormcore::prelude::*;
use ormcore::{Load, Relation};
use ormcore_tests::on_every_backend;

/// The three eager loads of a relationship, and the number of their statements beside that of the parents.
fn each<M: Model, K: ormcore::Loadable>(relation: Relation<M, K>) -> [(Load<M, K>, usize); 3] {
    [(relation.joined(), 0), (relation.subquery(), 1), (relation.selectin(), 1)]
}

fn a_limit_and_an_offset_count_parents(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    for (load, further) in each(Person::DATASETS) {
        statements.clear();
        let people = Person::query().with(load.clone()).order_by(Person::NAME.desc()).limit(2).offset(1).all(db)?;
        let found: Vec<_> =
            people.iter().map(|person| (&*person.name, names(person.datasets.loaded().unwrap()))).collect();
        assert_eq!(found, [("bob", vec!["wine"]), ("ann", vec!["iris", "digits"])]);
        assert_eq!(statements.len(), 1 + further, "{:?}", statements.texts());
        let people = Person::query().with(load.clone()).order_by(Person::ID).offset(2).all(db)?;
        assert!(people.len() == 1 && people[0].datasets.loaded().is_some_and(<[Dataset]>::is_empty));
        assert!(Person::query().with(load).limit(0).all(db)?.is_empty());
    }
    Ok(())
}

fn first_one_and_one_or_none_load_all_children_of_their_row(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for (load, further) in each(Person::DATASETS) {
        let query = || Person::query().with(load.clone()).order_by(Person::ID);
        let statements = db.record();
        assert_eq!(names(query().first(db)?.unwrap().datasets.loaded().unwrap()), ["iris", "digits"]);
        assert_eq!(names(query().filter(Person::NAME.eq("ann")).one(db)?.datasets.loaded().unwrap()).len(), 2);
        let ann = query().filter(Person::NAME.eq("ann")).one_or_none(db)?.unwrap();
        assert_eq!(ann.datasets.loaded().unwrap().len(), 2);
        assert_eq!(statements.len(), 3 * (1 + further), "{:?}", statements.texts());
        assert!(matches!(query().one(db).unwrap_err().kind(), ErrorKind::MultipleFound { .. }));
        assert_eq!(query().filter(Person::NAME.eq("zoe")).one_or_none(db)?, None);
    }
    Ok(())
}

fn a_to_one_that_is_joined_does_not_wrap_a_limited_query(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let limited = Dataset::query().with(Dataset::OWNER.joined()).order_by(Dataset::ID).limit(2);
    let sql = limited.clone().sql(db.dialect())?.sql;
    assert_eq!(sql.matches("SELECT").count(), 1, "{sql}");
    assert_eq!(limited.all(db)?.iter().filter(|dataset| dataset.owner.is_loaded()).count(), 2);
    let to_many = Person::query().with(Person::DATASETS.joined()).limit(2).sql(db.dialect())?.sql;
    assert_eq!(to_many.matches("SELECT").count(), 2, "{to_many}");
    Ok(())
}

fn distinct_is_about_parents_alone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for (load, _) in each(Dataset::OWNER) {
        assert_eq!(Dataset::query().distinct().with(load).all(db)?.len(), 4);
    }
    for (load, _) in each(Person::DATASETS) {
        let people = Person::query().distinct().with(load).order_by(Person::AGE).limit(2).all(db)?;
        assert_eq!(people.iter().map(|person| person.datasets(db).unwrap().len()).sum::<usize>(), 1);
    }
    Ok(())
}

fn the_order_of_children_is_declared_or_asked_for_or_that_of_their_keys(db: &Database) -> ormcore::Result<()> {
    let people = fill(db)?;
    // The order of keys is neither that of insertion nor of names.
    Dataset::new("late").with_key(-5).set(Dataset::OWNER_ID, &people[0]).insert(db)?;
    for (load, _) in each(Person::DATASETS) {
        let ann = Person::query().with(load.clone()).order_by(Person::ID).first(db)?.unwrap();
        assert_eq!(names(ann.datasets(db)?), ["late", "iris", "digits"]);
        let ann = Person::query().with(load.order_by(Dataset::NAME)).order_by(Person::ID).first(db)?.unwrap();
        assert_eq!(names(ann.datasets(db)?), ["digits", "iris", "late"]);
    }
    for (load, _) in each(Person::REVIEWED) {
        let people = Person::query().with(load.clone()).order_by(Person::ID).all(db)?;
        assert_eq!(names(people[1].reviewed(db)?), ["wine", "iris"], "the largest first");
        let people = Person::query().with(load.order_by(Dataset::NAME)).order_by(Person::ID).all(db)?;
        assert_eq!(names(people[1].reviewed(db)?), ["iris", "wine"], "instead of the declared order");
    }
    Ok(())
}

fn two_joined_collections_do_not_multiply_each_other(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let query = Dataset::query().with(Dataset::VERSIONS.joined()).with(Dataset::TAGS.joined()).order_by(Dataset::ID);
    let datasets = query.all(db)?;
    let found: Vec<_> =
        datasets.iter().map(|dataset| (dataset.versions(db).unwrap().len(), dataset.tags(db).unwrap().len())).collect();
    assert_eq!(found, [(3, 2), (1, 0), (0, 1), (0, 0)]);
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn loads_nest_with_every_mixture_of_strategies(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    for (people, first) in each(Tag::DATASETS) {
        for (owners, second) in each(Dataset::OWNER) {
            for (datasets, third) in each(Person::DATASETS) {
                statements.clear();
                let load = people.clone().then(owners.clone().then(datasets.then(Dataset::VERSIONS.joined())));
                let tags = Tag::query().with(load).order_by(Tag::ID).all(db)?;
                let old: Vec<_> =
                    tags[1].datasets(db)?.iter().map(|dataset| dataset.owner(db).unwrap().unwrap()).collect();
                assert_eq!(names(old[0].datasets(db)?), ["iris", "digits"]);
                assert_eq!(old[0].datasets(db)?[0].versions(db)?.len(), 3);
                assert_eq!(names(old[1].datasets(db)?), ["wine"]);
                assert!(tags[2].datasets(db)?.is_empty());
                assert_eq!(statements.len(), 1 + first + second + third, "{:?}", statements.texts());
            }
        }
    }
    Ok(())
}

fn loads_side_by_side_with_loads_below_them_are_kept_apart(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    let datasets = Person::DATASETS.selectin().then(Dataset::VERSIONS.selectin()).then(Dataset::TAGS.subquery());
    let reviewed = Person::REVIEWED.subquery().then(Dataset::OWNER.selectin().then(Person::LICENCE.selectin()));
    let licence = Person::LICENCE.selectin().then(Licence::PERSON.selectin().then(Person::DATASETS.selectin()));
    let people = Person::query().with(datasets).with(reviewed).with(licence).order_by(Person::ID).all(db)?;
    assert_eq!(statements.len(), 10, "{:?}", statements.texts());
    statements.clear();
    let iris = &people[0].datasets(db)?[0];
    assert_eq!((iris.versions(db)?.len(), iris.tags(db)?.len()), (3, 2));
    let owner = people[1].reviewed(db)?[1].owner(db)?.unwrap();
    assert_eq!(owner.licence(db)?.map(|licence| licence.number), Some(7));
    assert_eq!(names(people[0].licence(db)?.unwrap().person(db)?.datasets(db)?), ["iris", "digits"]);
    assert!(statements.is_empty(), "{:?}", statements.texts());
    Ok(())
}

fn a_limit_of_a_load_is_that_of_each_parent(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loads = [
        Dataset::VERSIONS.joined(),
        Dataset::VERSIONS.subquery(),
        Dataset::VERSIONS.selectin(),
        Dataset::VERSIONS.select(),
    ];
    for load in loads {
        let load = load.filter(Version::NUMBER.le(2)).order_by(Version::NUMBER).limit(1);
        let datasets = Dataset::query().with(load).order_by(Dataset::ID).limit(3).all(db)?;
        let found: Vec<Vec<i64>> = datasets
            .iter()
            .map(|dataset| dataset.versions(db).unwrap().iter().map(|version| version.number).collect())
            .collect();
        assert_eq!(found, [vec![1], vec![1], vec![]]);
    }
    for (load, further) in each(Dataset::TAGS) {
        let statements = db.record();
        let datasets = Dataset::query().with(load.order_by(Tag::LABEL).limit(1)).order_by(Dataset::ID).all(db)?;
        let found: Vec<_> =
            datasets.iter().map(|dataset| dataset.tags(db).unwrap().first().map(|tag| tag.label.as_str())).collect();
        assert_eq!(found, [Some("old"), None, Some("old"), None]);
        assert_eq!(statements.len(), 1 + further);
    }
    Ok(())
}

fn many_parents_share_one_row_that_is_asked_for_once(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let statements = db.record();
    for (load, further) in each(Dataset::OWNER) {
        statements.clear();
        let datasets = Dataset::query().with(load).order_by(Dataset::ID).all(db)?;
        assert!(std::ptr::eq(datasets[0].owner(db)?.unwrap(), datasets[1].owner(db)?.unwrap()));
        assert_eq!(datasets[3].owner(db)?, None);
        assert_eq!(statements.len(), 1 + further, "{:?}", statements.texts());
    }
    let mut orphans = Dataset::query().filter(Dataset::OWNER_ID.is_null()).all(db)?;
    statements.clear();
    Dataset::OWNER.load(&mut orphans, db)?;
    assert!(statements.is_empty(), "keys that are NULL ask nothing: {:?}", statements.texts());
    Ok(())
}

fn what_is_nested_in_a_shared_row_is_not_repeated(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for (load, _) in each(Dataset::OWNER) {
        for (then, _) in each(Person::DATASETS) {
            let datasets = Dataset::query().with(load.clone().then(then)).order_by(Dataset::ID).all(db)?;
            assert_eq!(names(datasets[1].owner(db)?.unwrap().datasets(db)?), ["iris", "digits"]);
        }
    }
    Ok(())
}

fn no_parents_ask_for_no_children(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let statements = db.record();
    for (load, _) in each(Person::DATASETS) {
        assert!(Person::query().with(load.then(Dataset::VERSIONS)).all(db)?.is_empty());
    }
    assert_eq!(statements.len(), 3, "{:?}", statements.texts());
    Person::DATASETS.load(&mut [], db)?;
    assert_eq!(statements.len(), 3);
    Ok(())
}

fn keys_are_listed_in_chunks_of_five_hundred(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let person = |number: i64| Person::new(format!("p{number}")).with_key(2 * number);
    let people = Person::insert_all((1..=1201).map(person), db)?;
    let owned = |person: &Person| Dataset::new(&*person.name).set(Dataset::OWNER_ID, person.id);
    Dataset::insert_all(people.iter().chain(&people[1190..]).map(owned), db)?;
    let statements = db.record();
    for (load, expected) in
        [(Person::DATASETS.joined(), 1), (Person::DATASETS.subquery(), 2), (Person::DATASETS.selectin(), 4)]
    {
        statements.clear();
        let people = Person::query().with(load).order_by(Person::ID).all(db)?;
        assert!(people.iter().enumerate().all(|(at, person)| {
            let datasets = person.datasets.loaded().unwrap();
            datasets.len() == 1 + usize::from(at >= 1190) && datasets[0].name == person.name
        }));
        assert_eq!(statements.len(), expected, "{:?}", statements.texts());
    }
    statements.clear();
    let nested = Dataset::OWNER.selectin().then(Person::LICENCE.selectin());
    let datasets = Dataset::query().with(nested).all(db)?;
    assert!(datasets.iter().all(|dataset| dataset.owner.loaded().flatten().unwrap().licence.loaded() == Some(None)));
    assert_eq!(statements.len(), 1 + 3 + 3, "{:?}", statements.texts());
    Ok(())
}

fn more_parents_than_a_statement_has_parameters(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let root = Node::new("root").insert(db)?;
    let node = |rank: i64| Node::new("n").set(Node::RANK, rank).set(Node::PARENT_ID, root.id).with_key(3 * rank);
    Node::insert_all((1..=40_500).map(node), db)?;
    for (load, _) in each(Node::PARENT) {
        let nodes = Node::query().filter(Node::PARENT_ID.is_not_null()).with(load).all(db)?;
        assert!(nodes.len() == 40_500 && nodes.iter().all(|node| node.parent.loaded().flatten().is_some()));
    }
    let statements = db.record();
    for ((load, _), expected) in each(Node::CHILDREN).into_iter().zip([1, 2, 83]) {
        statements.clear();
        let nodes = Node::query().with(load).order_by(Node::ID).all(db)?;
        assert_eq!(nodes.iter().map(|node| node.children.loaded().unwrap().len()).sum::<usize>(), 40_500);
        assert_eq!(statements.len(), expected);
    }
    Ok(())
}

fn a_load_inside_a_transaction_sees_what_the_transaction_did(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        Dataset::new("new").set(Dataset::OWNER_ID, 3).insert(tx)?;
        for (load, _) in each(Person::DATASETS) {
            let people = Person::query().with(load).order_by(Person::ID).all(tx)?;
            assert_eq!(names(people[2].datasets(tx)?), ["new"]);
        }
        let mut carl = [Person::find(3, tx)?];
        assert_eq!(carl[0].datasets(tx)?.len(), 1);
        Person::DATASETS.load(&mut carl, tx)?;
        assert_eq!(carl[0].datasets(tx)?.len(), 1);
        Err(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    assert!(Person::find(3, db)?.datasets(db)?.is_empty());
    Ok(())
}

/// 1 -> {2, 3}, 3 -> {4}.
fn an_order_by_a_subquery_over_the_same_model_is_that_of_every_strategy(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    for (name, parent) in [("1", None), ("2", Some(1)), ("3", Some(1)), ("4", Some(3))] {
        Node::new(name).set(Node::PARENT_ID, parent).insert(db)?;
    }
    let by_count = || (Node::CHILDREN.count().desc(), Node::ID);
    for (load, _) in each(Node::CHILDREN) {
        let load = load.order_by(by_count());
        for load in [load.clone(), load.limit(5)] {
            let root = Node::query().filter(Node::ID.eq(1)).with(load.clone()).one(db)?;
            let children: Vec<i64> = root.children(db)?.iter().map(|node| node.id).collect();
            assert_eq!(children, [3, 2], "{load:?}");
        }
    }
    Ok(())
}

on_every_backend!(
    an_order_by_a_subquery_over_the_same_model_is_that_of_every_strategy,
    a_limit_and_an_offset_count_parents,
    first_one_and_one_or_none_load_all_children_of_their_row,
    a_to_one_that_is_joined_does_not_wrap_a_limited_query,
    distinct_is_about_parents_alone,
    the_order_of_children_is_declared_or_asked_for_or_that_of_their_keys,
    two_joined_collections_do_not_multiply_each_other,
    loads_nest_with_every_mixture_of_strategies,
    loads_side_by_side_with_loads_below_them_are_kept_apart,
    a_limit_of_a_load_is_that_of_each_parent,
    many_parents_share_one_row_that_is_asked_for_once,
    what_is_nested_in_a_shared_row_is_not_repeated,
    no_parents_ask_for_no_children,
    keys_are_listed_in_chunks_of_five_hundred,
    more_parents_than_a_statement_has_parameters,
    a_load_inside_a_transaction_sees_what_the_transaction_did,
);
