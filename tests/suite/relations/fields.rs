//! Fields and accessors: what is kept, what is asked, and for which key a to-one answers.

use super::models::{Address, Dataset, Licence, Node, Person, Tag, create, fill, names};
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

fn the_first_access_asks_and_the_second_does_not(db: &Database) -> ormcore::Result<()> {
    let people = fill(db)?;
    let statements = db.record();
    let (ann, carl) = (&people[0], &people[2]);
    assert!(!ann.datasets.is_loaded());
    assert!(std::ptr::eq(ann.datasets(db)?, ann.datasets(db)?));
    assert_eq!(statements.len(), 1);
    assert!(carl.datasets(db)?.is_empty() && carl.datasets(db)?.is_empty());
    assert!(carl.datasets.is_loaded(), "no rows are loaded, too");
    assert_eq!(statements.len(), 2);
    assert!(carl.licence(db)?.is_none() && carl.licence(db)?.is_none());
    assert_eq!(carl.licence.loaded(), Some(None));
    assert_eq!(statements.len(), 3);
    assert_eq!(ann.clone().datasets(db)?.len(), 2);
    assert_eq!(statements.len(), 3, "a clone keeps what is loaded");
    Ok(())
}

fn a_to_one_answers_for_the_current_value_of_its_key(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut iris = Dataset::query().with(Dataset::OWNER).filter(Dataset::NAME.eq("iris")).one(db)?;
    let statements = db.record();
    let name = |dataset: &Dataset| dataset.owner(db).unwrap().map(|owner| owner.name.clone());
    assert_eq!((name(&iris).as_deref(), statements.len()), (Some("ann"), 0));
    iris.owner_id = Some(2);
    assert_eq!((name(&iris).as_deref(), statements.len()), (Some("bob"), 1));
    iris.owner_id = None;
    assert_eq!((name(&iris), statements.len()), (None, 1));
    iris.owner_id = Some(99);
    assert_eq!((name(&iris), statements.len()), (None, 2));
    assert_eq!((name(&iris), statements.len()), (None, 2), "that there is none is known");
    iris.owner_id = Some(1);
    assert_eq!((name(&iris).as_deref(), statements.len()), (Some("ann"), 2), "what was known is known still");
    iris.owner.reset();
    assert_eq!((name(&iris).as_deref(), statements.len()), (Some("ann"), 3));
    Ok(())
}

fn what_is_set_as_loaded_is_given_while_the_key_points_to_it(db: &Database) -> ormcore::Result<()> {
    let people = fill(db)?;
    let mut iris = Dataset::query().filter(Dataset::NAME.eq("iris")).one(db)?;
    let statements = db.record();
    iris.owner.set_loaded(people[1].clone());
    assert!(iris.owner.is_loaded());
    assert_eq!(iris.owner(db)?.map(|owner| owner.id), Some(1), "the key points to ann");
    assert_eq!(statements.len(), 1);
    iris.owner_id = Some(2);
    assert_eq!(iris.owner(db)?.map(|owner| owner.id), Some(2));
    assert_eq!(statements.len(), 1);
    let mut bob = people[1].clone();
    bob.datasets.set_loaded(vec![iris]);
    assert_eq!(names(bob.datasets(db)?), ["iris"]);
    bob.datasets.loaded_mut().unwrap().clear();
    assert!(bob.datasets(db)?.is_empty());
    bob.licence.set_loaded(None);
    assert_eq!(bob.licence(db)?, None);
    assert_eq!(statements.len(), 1);
    bob.datasets.reset();
    assert_eq!(names(bob.datasets(db)?), ["wine"]);
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn a_key_that_is_null_is_known_to_point_to_nothing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let orphan = Dataset::query().filter(Dataset::NAME.eq("orphan")).one(db)?;
    let statements = db.record();
    assert_eq!(orphan.owner(db)?, None);
    assert!(statements.is_empty());
    let strict = Dataset::query().with(Dataset::OWNER.raise()).filter(Dataset::NAME.eq("orphan")).one(db)?;
    assert!(strict.owner(db).is_err(), "`raise` does not depend on the row");
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn rows_in_hand_are_loaded_in_one_statement(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut people = Person::query().order_by(Person::ID).all(db)?;
    people.push(people[0].clone());
    people[0].datasets.set_loaded(Vec::new());
    let statements = db.record();
    Person::DATASETS.load(&mut people, db)?;
    assert_eq!(statements.len(), 1);
    let counts: Vec<usize> = people.iter().map(|person| person.datasets.loaded().unwrap().len()).collect();
    assert_eq!(counts, [2, 1, 0, 2], "what was loaded is replaced, and a row may be there twice");
    let load = Person::DATASETS.joined().filter(Dataset::SIZE.lt(1000)).then(Dataset::VERSIONS.joined());
    load.load(&mut people, db)?;
    assert_eq!(statements.len(), 2);
    for person in [&people[0], &people[3]] {
        assert_eq!(names(person.datasets.loaded().unwrap()), ["iris"]);
        assert_eq!(person.datasets(db)?[0].versions.loaded().map(<[_]>::len), Some(3));
    }
    let mut datasets = Dataset::query().order_by(Dataset::ID).all(db)?;
    statements.clear();
    Dataset::OWNER.load(&mut datasets, db)?;
    Dataset::TAGS.load(&mut datasets[..1], db)?;
    assert_eq!(statements.len(), 2);
    assert!(std::ptr::eq(datasets[0].owner(db)?.unwrap(), datasets[1].owner(db)?.unwrap()));
    assert!(datasets[0].tags.is_loaded() && !datasets[1].tags.is_loaded());
    Ok(())
}

fn what_was_loaded_is_replaced_by_what_the_next_access_is_to_do(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut people = Person::query().with(Person::DATASETS).with(Person::LICENCE).order_by(Person::ID).all(db)?;
    let mut datasets = Dataset::query().with(Dataset::OWNER).order_by(Dataset::ID).all(db)?;
    let statements = db.record();
    Person::DATASETS.select().filter(Dataset::SIZE.gt(160)).load(&mut people, db)?;
    Person::LICENCE.raise().load(&mut people, db)?;
    Dataset::OWNER.raise().load(&mut datasets, db)?;
    assert!(statements.is_empty());
    assert_eq!(names(people[0].datasets(db)?), ["digits"]);
    assert!(people[0].licence(db).is_err() && datasets[0].owner(db).is_err());
    assert_eq!(statements.len(), 1);
    Person::DATASETS.raise().load(&mut people, db)?;
    assert!(people[0].datasets(db).is_err());
    Person::DATASETS.select().load(&mut people, db)?;
    assert_eq!(people[0].datasets(db)?.len(), 2);
    Ok(())
}

fn raise_names_the_model_and_the_relationship_and_says_what_to_do(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let load = Person::DATASETS.selectin().then(Dataset::VERSIONS.raise());
    let people = Person::query().with(load).with(Person::LICENCE.raise()).order_by(Person::ID).all(db)?;
    let statements = db.record();
    let error = people[0].datasets(db)?[0].versions(db).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NotLoaded { model, relationship }
        if model == "Dataset" && relationship == "versions"),
        "{error:?}"
    );
    assert!(error.to_string().contains("Dataset") && error.to_string().contains("versions"), "{error}");
    assert!(people[1].licence(db).is_err());
    assert!(statements.is_empty());
    let mut people = people;
    Person::LICENCE.load(&mut people, db)?;
    assert_eq!(people[0].licence(db)?.map(|licence| licence.number), Some(7));
    Ok(())
}

fn a_select_that_is_asked_for_keeps_its_refinement_until_the_access(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let load = Person::DATASETS.select().filter(Dataset::SIZE.gt(160)).then(Dataset::VERSIONS.joined());
    let people = Person::query().with(load).order_by(Person::ID).all(db)?;
    let statements = db.record();
    assert!(!people[0].datasets.is_loaded());
    let datasets = people[0].datasets(db)?;
    assert_eq!(names(datasets), ["digits"]);
    assert!(datasets[0].versions.is_loaded());
    assert_eq!(statements.len(), 1);
    Ok(())
}

fn a_has_one_with_several_rows_takes_the_first(db: &Database) -> ormcore::Result<()> {
    let people = fill(db)?;
    Licence::new(3, &people[0]).insert(db)?;
    for load in
        [Person::LICENCE.select(), Person::LICENCE.joined(), Person::LICENCE.subquery(), Person::LICENCE.selectin()]
    {
        let by_key = Person::query().with(load.clone()).order_by(Person::ID).limit(2).all(db)?;
        assert_eq!(by_key.len(), 2);
        assert_eq!(by_key[0].licence(db)?.map(|licence| licence.number), Some(7), "{load:?}");
        let by_number = Person::query().with(load.clone().order_by(Licence::NUMBER)).order_by(Person::ID).all(db)?;
        assert_eq!(by_number[0].licence(db)?.map(|licence| licence.number), Some(3), "{load:?}");
    }
    Ok(())
}

fn dynamic_gives_a_query_that_keeps_nothing(db: &Database) -> ormcore::Result<()> {
    let people = fill(db)?;
    let statements = db.record();
    let addresses = people[0].addresses();
    assert!(statements.is_empty());
    let emails = |addresses: Vec<Address>| addresses.into_iter().map(|address| address.email).collect::<Vec<_>>();
    assert_eq!(emails(addresses.clone().all(db)?), ["a@x.org", "c@x.org"], "in the declared order");
    assert_eq!(addresses.clone().count(db)?, 2);
    assert_eq!(emails(addresses.clone().filter(Address::EMAIL.starts_with("c")).all(db)?), ["c@x.org"]);
    assert_eq!(statements.len(), 3);
    Address::new("0@x.org", &people[0]).insert(db)?;
    assert_eq!(emails(addresses.limit(1).all(db)?), ["0@x.org"]);
    assert_eq!(people[0].addresses().delete(db)?, 3);
    assert_eq!(people[1].addresses().count(db)?, 1);
    assert!(Person::new("new").insert(db)?.addresses().all(db)?.is_empty());
    Ok(())
}

fn a_backref_asks_each_time_and_gives_a_row_of_ones_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let address = Address::query().order_by(Address::ID).first(db)?.unwrap();
    let statements = db.record();
    let mut owner: Person = address.person(db)?;
    owner.name = "changed".into();
    assert_eq!(address.person(db)?.name, "ann");
    assert_eq!(statements.len(), 2);
    Ok(())
}

fn links_are_written_and_what_is_loaded_stays_until_it_is_loaded_again(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut iris = Dataset::query().filter(Dataset::NAME.eq("iris")).one(db)?;
    let tags = Tag::query().order_by(Tag::ID).all(db)?;
    assert_eq!(iris.tags(db)?.len(), 2);
    let statements = db.record();
    Dataset::TAGS.link(&iris, &tags[2], db)?;
    assert!(Dataset::TAGS.unlink(&iris, &tags[0], db)?);
    assert_eq!(statements.len(), 2);
    assert_eq!(iris.tags(db)?.iter().map(|tag| tag.id).collect::<Vec<_>>(), [1, 2]);
    iris.tags.reset();
    assert_eq!(iris.tags(db)?.iter().map(|tag| tag.id).collect::<Vec<_>>(), [2, 3]);
    statements.clear();
    Dataset::TAGS.set(&iris, &tags[1..], db)?;
    assert_eq!(statements.len(), 1, "nothing differs: {:?}", statements.texts());
    Dataset::TAGS.set(&iris, [&tags[0], &tags[1]], db)?;
    assert_eq!(statements.len(), 4, "{:?}", statements.texts());
    Tag::DATASETS.link(&tags[2], &iris, db)?;
    iris.tags.reset();
    assert_eq!(iris.tags(db)?.len(), 3, "from the other side it is the same table");
    Dataset::TAGS.set(&iris, [], db)?;
    assert_eq!(Dataset::query().filter(Dataset::TAGS.exists()).count(db)?, 1);
    Ok(())
}

fn a_tree_is_loaded_to_the_depth_that_is_asked_for(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut parent = None;
    for rank in 0..5 {
        let node = Node::new(format!("{rank}")).set(Node::RANK, rank).set(Node::PARENT_ID, parent);
        parent = Some(node.insert(db)?.id);
    }
    let statements = db.record();
    for (load, expected) in
        [(Node::CHILDREN.joined(), 1), (Node::CHILDREN.subquery(), 4), (Node::CHILDREN.selectin(), 4)]
    {
        statements.clear();
        let root = Node::query().filter(Node::RANK.eq(0)).with(load.depth(3)).one(db)?;
        let third = &root.children.loaded().unwrap()[0].children.loaded().unwrap()[0].children.loaded().unwrap()[0];
        assert_eq!(third.name, "3");
        assert!(!third.children.is_loaded());
        assert_eq!(statements.len(), expected, "{:?}", statements.texts());
    }
    for (load, expected) in [(Node::PARENT.joined(), 1), (Node::PARENT.subquery(), 3), (Node::PARENT.selectin(), 3)] {
        statements.clear();
        let leaf = Node::query().filter(Node::RANK.eq(4)).with(load.depth(2)).one(db)?;
        let second = leaf.parent(db)?.unwrap().parent(db)?.unwrap();
        assert_eq!((second.rank, second.parent.is_loaded()), (2, false));
        assert_eq!(statements.len(), expected, "{:?}", statements.texts());
    }
    Ok(())
}

on_every_backend!(
    the_first_access_asks_and_the_second_does_not,
    a_to_one_answers_for_the_current_value_of_its_key,
    what_is_set_as_loaded_is_given_while_the_key_points_to_it,
    a_key_that_is_null_is_known_to_point_to_nothing,
    rows_in_hand_are_loaded_in_one_statement,
    what_was_loaded_is_replaced_by_what_the_next_access_is_to_do,
    raise_names_the_model_and_the_relationship_and_says_what_to_do,
    a_select_that_is_asked_for_keeps_its_refinement_until_the_access,
    a_has_one_with_several_rows_takes_the_first,
    dynamic_gives_a_query_that_keeps_nothing,
    a_backref_asks_each_time_and_gives_a_row_of_ones_own,
    links_are_written_and_what_is_loaded_stays_until_it_is_loaded_again,
    a_tree_is_loaded_to_the_depth_that_is_asked_for,
);
