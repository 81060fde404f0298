//! Drafts under drafts: what is written in how many statements, what the fields keep, and all or nothing.

mod models;

use super::models::{Address, Dataset, Licence, Node, Person, Tag, Version, create, names};
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use models::{Actor, Book, City, Country, Crate, Film, Letter, Owner, Plate, Prize, Prop, Role, Shelf, Thing};

fn numbers(versions: &[Version]) -> Vec<i64> {
    versions.iter().map(|version| version.number).collect()
}

fn three_levels_and_several_relationships_side_by_side(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let statements = db.record();
    let iris = Dataset::new("iris")
        .with_children(Dataset::VERSIONS, [1, 2].map(|number| Version::new(number, Parent)))
        .with_children(Dataset::TAGS, ["small", "old"].map(Tag::new));
    let digits = Dataset::new("digits").with_children(Dataset::VERSIONS, [Version::new(3, Parent)]);
    let ann = Person::new("ann")
        .with_children(Person::DATASETS, [iris, digits])
        .with_children(Person::LICENCE, [Licence::new(7, Parent)])
        .with_children(Person::ADDRESSES, ["a@x.org", "b@x.org"].map(|email| Address::new(email, Parent)))
        .insert(db)?;
    assert_eq!(statements.len(), 1 + 3 + 2 + 1, "people; three; versions and tags; links: {:?}", statements.texts());
    statements.clear();
    assert!(ann.datasets.is_loaded() && ann.licence.is_loaded() && !ann.reviewed.is_loaded());
    let [iris, digits] = ann.datasets(db)? else { panic!("{:?}", ann.datasets) };
    assert_eq!((iris.owner_id, digits.owner_id), (Some(ann.id), Some(ann.id)));
    assert_eq!(iris.tags(db)?.iter().map(|tag| &*tag.label).collect::<Vec<_>>(), ["small", "old"]);
    assert_eq!(ann.licence(db)?.map(|licence| (licence.number, licence.person_id)), Some((7, ann.id)));
    assert!(statements.is_empty(), "{:?}", statements.texts());
    assert!(!iris.versions.is_loaded(), "only the database knows a declared order");
    assert_eq!((numbers(iris.versions(db)?), numbers(digits.versions(db)?)), (vec![2, 1], vec![3]));
    assert!(!digits.tags.is_loaded(), "nothing was nested there");
    let emails: Vec<String> = ann.addresses().all(db)?.into_iter().map(|address| address.email).collect();
    assert_eq!(emails, ["a@x.org", "b@x.org"]);
    let load = Person::DATASETS.selectin().then(Dataset::VERSIONS).then(Dataset::TAGS);
    let found = Person::query().with(load).with(Person::LICENCE).one(db)?;
    assert_eq!(found, ann);
    assert_eq!((found.datasets(db)?, found.licence(db)?), (ann.datasets(db)?, ann.licence(db)?));
    assert_eq!(found.datasets(db)?[0].tags(db)?, iris.tags(db)?);
    assert_eq!(found.datasets(db)?[0].versions(db)?, iris.versions(db)?);
    Ok(())
}

fn drafts_with_different_children_take_a_statement_for_each_table_and_level(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let dataset = |name: String, versions: std::ops::Range<i64>| {
        Dataset::new(name).with_children(Dataset::VERSIONS, versions.map(|number| Version::new(number, Parent)))
    };
    let statements = db.record();
    let people = [
        Person::new("none"),
        Person::new("one").with_children(Person::DATASETS, [dataset("1a".into(), 0..0)]),
        Person::new("licence").with_children(Person::LICENCE, [Licence::new(1, Parent)]),
        Person::new("two").with_children(Person::DATASETS, [dataset("2a".into(), 0..2), dataset("2b".into(), 2..5)]),
        Person::new("both")
            .with_children(Person::LICENCE, [Licence::new(2, Parent)])
            .with_children(Person::DATASETS, [Dataset::new("3a").with_children(Dataset::TAGS, [Tag::new("t")])])
            .with_children(Person::DATASETS, [dataset("3b".into(), 5..6)]),
    ];
    let people = Person::insert_all(people, db)?;
    assert_eq!(statements.len(), 1 + 2 + 2 + 1, "{:?}", statements.texts());
    assert_eq!(
        people.iter().map(|person| &*person.name).collect::<Vec<_>>(),
        ["none", "one", "licence", "two", "both"]
    );
    let stored = Person::query().order_by(Person::ID).all(db)?;
    for (stored, person) in stored.iter().zip(&people) {
        assert_eq!(stored.datasets(db)?, person.datasets(db)?);
        assert_eq!(stored.licence(db)?, person.licence(db)?);
        for (stored, dataset) in stored.datasets(db)?.iter().zip(person.datasets(db)?) {
            assert_eq!((stored.versions(db)?, stored.tags(db)?), (dataset.versions(db)?, dataset.tags(db)?));
        }
    }
    let found: Vec<_> = people.iter().map(|person| names(person.datasets(db).unwrap())).collect();
    assert_eq!(found, [vec![], vec!["1a"], vec![], vec!["2a", "2b"], vec!["3a", "3b"]]);
    assert_eq!(numbers(people[3].datasets(db)?[1].versions(db)?), [4, 3, 2]);
    assert_eq!(numbers(people[4].datasets(db)?[1].versions(db)?), [5]);
    assert_eq!(people[4].datasets(db)?[0].tags(db)?.len(), 1);
    Ok(())
}

fn a_has_one_keeps_its_row_and_of_several_the_first_by_key(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let ann = Person::new("ann").with_children(Person::LICENCE, [Licence::new(7, Parent)]).insert(db)?;
    let several = [(30, 1), (10, 2), (20, 3)].map(|(key, number)| Licence::new(number, Parent).with_key(key));
    let bob = Person::new("bob").with_children(Person::LICENCE, several).insert(db)?;
    let statements = db.record();
    assert_eq!(ann.licence(db)?.map(|licence| licence.number), Some(7));
    assert_eq!(bob.licence(db)?.map(|licence| licence.number), Some(2));
    assert!(statements.is_empty());
    assert_eq!(Person::find(bob.id, db)?.licence(db)?, bob.licence(db)?);
    assert_eq!(Licence::query().count(db)?, 4);
    Ok(())
}

fn what_is_kept_has_the_order_of_its_keys(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let datasets = [("c", 30), ("a", 10), ("b", 20)].map(|(name, key)| Dataset::new(name).with_key(key));
    let tags = [("z", 3), ("y", 1)].map(|(label, key)| Tag::new(label).with_key(key));
    let last = Dataset::new("d").with_key(40).with_children(Dataset::TAGS, tags);
    let ann = Person::new("ann").with_children(Person::DATASETS, datasets).with_children(Person::DATASETS, [last]);
    let ann = ann.insert(db)?;
    let statements = db.record();
    assert_eq!(names(ann.datasets(db)?), ["a", "b", "c", "d"]);
    assert_eq!(ann.datasets(db)?[3].tags(db)?.iter().map(|tag| tag.id).collect::<Vec<_>>(), [1, 3]);
    assert!(statements.is_empty());
    let tag =
        Tag::new("tag").with_children(Tag::DATASETS, [Dataset::new("e").set(Dataset::SIZE, 5), Dataset::new("f")]);
    let tag = tag.insert(db)?;
    assert!(!tag.datasets.is_loaded());
    assert_eq!(names(tag.datasets(db)?), ["f", "e"], "in the declared order");
    let reviewer = Person::new("bob").with_children(Person::REVIEWED, [Dataset::new("g")]).insert(db)?;
    assert!(!reviewer.reviewed.is_loaded());
    let reviewed = &reviewer.reviewed(db)?[0];
    assert_eq!((reviewed.reviewer_id, reviewed.owner_id), (Some(reviewer.id), None));
    Ok(())
}

fn links_have_the_defaults_of_their_model_and_lead_on(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Film, Actor, Role, Prize)>()?;
    let actor = |(name, prizes)| Actor::new(name).with_children(Actor::PRIZES, (0..prizes).map(|_| Prize::new(Parent)));
    let statements = db.record();
    let films = [
        Film::new("solo").with_children(Film::ACTORS, [("ada", 2), ("bea", 0)].map(actor)),
        Film::new("empty"),
        Film::new("duo").with_children(Film::ACTORS, [("cat", 1)].map(actor)),
    ];
    let films = Film::insert_all(films, db)?;
    assert_eq!(statements.len(), 4, "films, actors, links, prizes: {:?}", statements.texts());
    let roles: Vec<_> = Role::query()
        .order_by(Role::ID)
        .all(db)?
        .into_iter()
        .map(|role| (role.film_id, role.actor_id, role.billing, role.character, role.note))
        .collect();
    let extra = |film, actor| (film, actor, 7, "extra".to_string(), None);
    assert_eq!(roles, [extra(1, 1), extra(1, 2), extra(3, 3)]);
    for (film, stored) in films.iter().zip(Film::query().order_by(Film::ID).all(db)?) {
        assert_eq!(film.actors(db)?, stored.actors(db)?);
        for (actor, stored) in film.actors(db)?.iter().zip(stored.actors(db)?) {
            assert_eq!(actor.prizes(db)?, stored.prizes(db)?);
        }
    }
    assert_eq!(films[0].actors(db)?[0].prizes.loaded().map(<[Prize]>::len), Some(2));
    Ok(())
}

fn a_link_that_needs_further_values_undoes_all(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Film, Actor, Prop)>()?;
    let error = Film::new("solo").with_children(Film::PROPS, [Actor::new("ada")]).insert(db).unwrap_err();
    assert!(error.to_string().contains("`weight`"), "{error}");
    assert_eq!((Film::query().count(db)?, Actor::query().count(db)?), (0, 0));
    Film::new("solo").with_children(Film::PROPS, []).insert(db)?;
    assert_eq!(Film::query().count(db)?, 1);
    Ok(())
}

fn a_tree_of_one_model_takes_a_statement_for_each_level(db: &Database) -> ormcore::Result<()> {
    fn tree(name: &str, depth: usize) -> Draft<Node> {
        let node = Node::new(name);
        if depth == 0 {
            return node;
        }
        node.with_children(Node::CHILDREN, [1, 2].map(|child| tree(&format!("{name}{child}"), depth - 1)))
    }

    fn written(node: &Node, db: &Database) -> String {
        let children: Vec<String> = node.children(db).unwrap().iter().map(|child| written(child, db)).collect();
        format!("{}({})", node.name, children.join(" "))
    }

    create(db)?;
    let statements = db.record();
    let roots = Node::insert_all([tree("a", 3), tree("b", 0), tree("c", 2)], db)?;
    assert_eq!(statements.len(), 4, "{:?}", statements.texts());
    assert_eq!(Node::query().count(db)?, 15 + 1 + 7);
    for root in roots {
        assert_eq!(written(&Node::find(root.id, db)?, db), written(&root, db));
    }
    assert_eq!(Node::query().filter(Node::PARENT_ID.is_null()).count(db)?, 3);
    Ok(())
}

fn keys_of_several_columns_are_copied_whole(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Book, Crate, Thing)>()?;
    let crates = [1, 2].map(|place| {
        let things = (0..place).map(|_| Thing::new());
        Crate::draft().set(Crate::PLACE, place).with_children(Crate::THINGS, things)
    });
    let statements = db.record();
    let shelves = [
        Shelf::new("a", 1).with_children(Shelf::BOOKS, ["x", "y"].map(Book::new)).with_children(Shelf::BOXES, crates),
        Shelf::new("b", 2).with_children(Shelf::BOOKS, [Book::new("z")]),
    ];
    let shelves = Shelf::insert_all(shelves, db)?;
    assert_eq!(statements.len(), 4, "{:?}", statements.texts());
    let books: Vec<_> = shelves.iter().flat_map(|shelf| shelf.books(db).unwrap()).collect();
    let keys: Vec<_> = books.iter().map(|book| (&*book.title, book.room.as_deref(), book.number)).collect();
    assert_eq!(keys, [("x", Some("a"), Some(1)), ("y", Some("a"), Some(1)), ("z", Some("b"), Some(2))]);
    assert_eq!(statements.len(), 4);
    let things = Thing::query().order_by(Thing::ID).all(db)?;
    let keys: Vec<_> = things.iter().map(|thing| (thing.room.as_deref(), thing.number, thing.place)).collect();
    assert_eq!(keys, [1, 2, 2].map(|place| (Some("a"), Some(1), Some(place))));
    assert_eq!(shelves[0].boxes(db)?[1].things.loaded(), Some(&things[1..]));
    let missing = Crate::draft().set(Crate::PLACE, 3).insert(db).unwrap_err();
    assert!(matches!(missing.kind(), ErrorKind::MissingColumn { column, .. } if column == "room"), "{missing:?}");
    Ok(())
}

fn a_key_that_the_database_fills_in_reaches_the_children(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Country, City)>()?;
    let cities = ["rome", "bari"].map(|name| City::new(name, Parent));
    let country = Country::new().with_children(Country::CITIES, cities).insert(db)?;
    let found: Vec<_> = country.cities(db)?.iter().map(|city| (&*city.name, &*city.country_code)).collect();
    assert_eq!(found, [("bari", "it"), ("rome", "it")]);
    assert_eq!(City::query().filter(City::COUNTRY_CODE.eq("it")).count(db)?, 2);
    Ok(())
}

fn a_child_that_breaks_a_constraint_undoes_all(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Letter, Plate)>()?;
    let owner = |number| Owner::new().with_children(Owner::LICENCE, [Plate::new(number, Parent)]);
    owner(1).insert(db)?;
    let error = Owner::insert_all([owner(2), owner(3), owner(1)], db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!((Owner::query().count(db)?, Plate::query().count(db)?), (1, 1));
    let kept = db.transaction(|tx| {
        owner(4).insert(tx)?;
        assert!(owner(4).insert(tx).unwrap_err().is_unique_violation());
        assert_eq!((Owner::query().count(tx)?, Plate::query().count(tx)?), (2, 2), "only the second is undone");
        owner(5).insert(tx)
    });
    assert_eq!(kept?.licence(db)?.map(|plate| plate.number), Some(5));
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        owner(6).insert(tx)?;
        Err(Error::rollback("enough"))
    });
    assert!(undone.is_err());
    assert_eq!((Owner::query().count(db)?, Plate::query().count(db)?), (3, 3));
    Ok(())
}

fn a_parent_that_there_is_not_is_a_column_that_is_missing(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    db.create_tables::<(Owner, Letter, Plate)>()?;
    let statements = db.record();
    let missing = |error: Error, expected: [&str; 4]| {
        let ErrorKind::MissingColumn { table, column, model, constant, .. } = error.kind() else { panic!("{error:?}") };
        assert_eq!([table.as_str(), column, model, constant], expected);
        assert!(error.to_string().contains(&format!("`.set({}::{}, ..)`", expected[2], expected[3])), "{error}");
    };
    let version = ["rel_version", "dataset_id", "Version", "DATASET_ID"];
    missing(Version::new(1, Parent).insert(db).unwrap_err(), version);
    missing(Version::insert_all([Version::new(1, Parent)], db).unwrap_err(), version);
    assert!(statements.is_empty(), "{:?}", statements.texts());
    let letter = |letter| Owner::new().with_children(Owner::RECEIVED, [letter]).insert(db);
    missing(letter(Letter::new(Parent, Parent)).unwrap_err(), ["nest_letter", "sender_id", "Letter", "SENDER_ID"]);
    assert_eq!(Owner::query().count(db)?, 0, "nothing is kept");
    let sender = Owner::new().insert(db)?;
    let receiver = letter(Letter::new(&sender, Parent))?;
    let found = Letter::query().one(db)?;
    assert_eq!((found.sender_id, found.receiver_id), (sender.id, receiver.id));
    Ok(())
}

fn a_value_takes_the_place_of_a_parent(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let dataset = Dataset::new("iris").insert(db)?;
    let version = Version::new(1, Parent).set(Version::DATASET_ID, dataset.id).insert(db)?;
    assert_eq!(version.dataset_id, dataset.id);
    let version = Version::new(2, Parent).with(|version| version.dataset_id = dataset.id).insert(db)?;
    assert_eq!(version.dataset_id, dataset.id);
    Ok(())
}

fn the_key_of_the_parent_overwrites_another_value(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let other = Person::new("other").insert(db)?;
    let datasets = [Dataset::new("a").set(Dataset::OWNER_ID, &other), Dataset::new("b").set(Dataset::OWNER_ID, 999)];
    let licence = Licence::new(1, &other);
    let ann = Person::new("ann")
        .with_children(Person::DATASETS, datasets)
        .with_children(Person::LICENCE, [licence])
        .insert(db)?;
    assert!(ann.datasets(db)?.iter().all(|dataset| dataset.owner_id == Some(ann.id)));
    assert_eq!(ann.licence(db)?.map(|licence| licence.person_id), Some(ann.id));
    assert!(other.datasets(db)?.is_empty() && other.licence(db)?.is_none());
    assert_eq!(Dataset::query().filter(Dataset::OWNER_ID.eq(ann.id)).count(db)?, 2);
    Ok(())
}

fn a_clone_of_a_draft_with_nested_drafts_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let plain = Person::new("ann");
    let nested = plain.clone().with_children(Person::DATASETS, [Dataset::new("iris")]);
    let statements = db.record();
    let error = nested.clone().insert(db).unwrap_err();
    assert!(error.to_string().contains("cannot be cloned: clone it before `with_children`"), "{error}");
    let error = Person::insert_all([plain.clone(), nested.clone()], db).unwrap_err();
    assert!(error.to_string().contains("cannot be cloned"), "{error}");
    let error = Person::new("bob").with_children(Person::REVIEWED, [Dataset::new("x").clone()]).insert(db);
    assert!(error.is_ok(), "a child without children may be a clone");
    assert!(statements.len() == 2 && Person::query().count(db)? == 1);
    assert_eq!((plain.insert(db)?.name, nested.insert(db)?.datasets(db)?.len()), ("ann".into(), 1));
    let deep = Dataset::new("deep").with_children(Dataset::TAGS, [Tag::new("t")]);
    let people = Person::query().count(db)?;
    let error = Person::new("cid").with_children(Person::DATASETS, [deep.clone()]).insert(db).unwrap_err();
    assert!(error.to_string().contains("cannot be cloned"), "{error}");
    assert_eq!(Person::query().count(db)?, people, "nothing is kept");
    Ok(())
}

fn ten_thousand_children_and_none(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let statements = db.record();
    let datasets = (0..10_000).map(|number| Dataset::new(format!("{number}")).set(Dataset::SIZE, number));
    let ann = Person::new("ann").with_children(Person::DATASETS, datasets).insert(db)?;
    assert_eq!(statements.len(), 2);
    assert!(ann.datasets(db)?.iter().map(|dataset| dataset.size).eq(0..10_000));
    assert_eq!(Dataset::query().filter(Dataset::OWNER_ID.eq(ann.id)).count(db)?, 10_000);
    statements.clear();
    let bob = Person::new("bob")
        .with_children(Person::DATASETS, [])
        .with_children(Person::LICENCE, [])
        .with_children(Person::ADDRESSES, [])
        .insert(db)?;
    assert_eq!(statements.len(), 1, "{:?}", statements.texts());
    assert!(bob.datasets(db)?.is_empty() && bob.licence(db)?.is_none());
    let tagged = Dataset::new("x").with_children(Dataset::TAGS, []).with_children(Dataset::VERSIONS, []);
    assert_eq!(Person::new("cid").with_children(Person::DATASETS, [tagged]).insert(db)?.datasets(db)?.len(), 1);
    assert_eq!(Tag::query().count(db)?, 0);
    let tags = (0..10_000).map(|number| Tag::new(format!("{number}")));
    statements.clear();
    let tagged = Dataset::new("y").with_children(Dataset::TAGS, tags).insert(db)?;
    assert_eq!(statements.len(), 3);
    assert_eq!(Dataset::find(tagged.id, db)?.tags(db)?.len(), 10_000);
    Ok(())
}

fn what_is_kept_is_a_row_like_any_other(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut ann = Person::new("ann").with_children(Person::DATASETS, [Dataset::new("iris")]).insert(db)?;
    let iris = &mut ann.datasets.loaded_mut().unwrap()[0];
    iris.size = 5;
    iris.update(db)?;
    assert_eq!(iris.owner(db)?.map(|owner| owner.name.as_str()), Some("ann"));
    Dataset::new("digits").set(Dataset::OWNER_ID, &ann).insert(db)?;
    assert_eq!(names(ann.datasets(db)?), ["iris"], "as old as the insert");
    ann.datasets.reset();
    assert_eq!(names(ann.datasets(db)?), ["iris", "digits"]);
    assert_eq!(ann.datasets(db)?[0].size, 5);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_writer")]
struct Writer {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    posts: HasMany<Post>,
    #[relationship(secondary = "nest_writer_favourite")]
    favourites: HasMany<Post>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_post", scope = || Post::PUBLISHED.eq(true))]
struct Post {
    #[column(primary_key)]
    id: i64,
    published: bool,
    #[column(foreign_key = Writer::ID)]
    writer_id: Option<i64>,
}

fn what_is_nested_out_of_scope_is_not_among_what_is_loaded(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Writer, Post)>()?;
    let posts = || [true, false].map(Post::new);
    let writer = Writer::new().with_children(Writer::POSTS, posts()).with_children(Writer::FAVOURITES, posts());
    let writer = writer.insert(db)?;
    let loaded = Writer::find(writer.id, db)?;
    assert_eq!(writer.posts(db)?, loaded.posts(db)?);
    assert_eq!(writer.favourites(db)?, loaded.favourites(db)?);
    assert_eq!((writer.posts(db)?.len(), writer.favourites(db)?.len()), (1, 1));
    Ok(())
}

on_every_backend!(
    what_is_nested_out_of_scope_is_not_among_what_is_loaded,
    three_levels_and_several_relationships_side_by_side,
    drafts_with_different_children_take_a_statement_for_each_table_and_level,
    a_has_one_keeps_its_row_and_of_several_the_first_by_key,
    what_is_kept_has_the_order_of_its_keys,
    links_have_the_defaults_of_their_model_and_lead_on,
    a_link_that_needs_further_values_undoes_all,
    a_tree_of_one_model_takes_a_statement_for_each_level,
    keys_of_several_columns_are_copied_whole,
    a_key_that_the_database_fills_in_reaches_the_children,
    a_child_that_breaks_a_constraint_undoes_all,
    a_parent_that_there_is_not_is_a_column_that_is_missing,
    a_value_takes_the_place_of_a_parent,
    the_key_of_the_parent_overwrites_another_value,
    a_clone_of_a_draft_with_nested_drafts_is_refused_in_words,
    ten_thousand_children_and_none,
    what_is_kept_is_a_row_like_any_other,
);
