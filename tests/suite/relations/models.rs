//! The models that most of these tests share.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_person")]
pub(crate) struct Person {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(default = 0)]
    pub(crate) age: i64,
    #[relationship(foreign_key = Dataset::OWNER_ID, back_populates = "owner")]
    pub(crate) datasets: HasMany<Dataset>,
    #[relationship(foreign_key = Dataset::REVIEWER_ID, order_by = Dataset::SIZE.desc(), back_populates = "reviewer")]
    pub(crate) reviewed: HasMany<Dataset>,
    #[relationship(back_populates = "person")]
    pub(crate) licence: HasOne<Licence>,
    #[relationship(lazy = "dynamic", backref = "person", order_by = Address::EMAIL)]
    pub(crate) addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_address")]
pub(crate) struct Address {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) email: String,
    #[column(foreign_key = Person::ID, on_delete = "cascade", index)]
    pub(crate) person_id: i64,
}

/// Not unique in the person, so that a person may have several.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_licence")]
pub(crate) struct Licence {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) number: i64,
    #[column(foreign_key = Person::ID)]
    pub(crate) person_id: i64,
    #[relationship(back_populates = "licence")]
    pub(crate) person: BelongsTo<Person>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_dataset")]
pub(crate) struct Dataset {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(default = 0)]
    pub(crate) size: i64,
    #[column(foreign_key = Person::ID)]
    pub(crate) owner_id: Option<i64>,
    #[column(foreign_key = Person::ID)]
    pub(crate) reviewer_id: Option<i64>,
    #[relationship(foreign_key = Dataset::OWNER_ID, back_populates = "datasets")]
    pub(crate) owner: BelongsTo<Person>,
    #[relationship(foreign_key = Dataset::REVIEWER_ID, back_populates = "reviewed")]
    pub(crate) reviewer: BelongsTo<Person>,
    #[relationship(order_by = Version::NUMBER.desc(), back_populates = "dataset")]
    pub(crate) versions: HasMany<Version>,
    #[relationship(secondary = "rel_dataset_tags", back_populates = "datasets")]
    pub(crate) tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_version")]
pub(crate) struct Version {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) number: i64,
    #[column(foreign_key = Dataset::ID)]
    pub(crate) dataset_id: i64,
    #[relationship(back_populates = "versions")]
    pub(crate) dataset: BelongsTo<Dataset>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_tag")]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) label: String,
    #[column(default = 0)]
    pub(crate) weight: i64,
    #[relationship(secondary = "rel_dataset_tags", back_populates = "tags", order_by = Dataset::SIZE)]
    pub(crate) datasets: HasMany<Dataset>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_node")]
pub(crate) struct Node {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(default = 0)]
    pub(crate) rank: i64,
    #[column(foreign_key = Node::ID)]
    pub(crate) parent_id: Option<i64>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "parent")]
    pub(crate) children: HasMany<Node>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "children")]
    pub(crate) parent: BelongsTo<Node>,
}

pub(crate) fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Address, Licence, Dataset, Version, Tag, Node)>()
}

/// Ann owns iris (1) and digits (2), bob wine (3), and nobody orphan (4); carl owns nothing. Bob reviews iris and wine.
///
/// Iris has the versions 1, 2 and 3, digits 1; iris is tagged `small` and `old`, wine `old`.
pub(crate) fn fill(db: &Database) -> ormcore::Result<Vec<Person>> {
    create(db)?;
    let people = Person::insert_all([("ann", 40), ("bob", 30), ("carl", 30)].map(person), db)?;
    let (ann, bob) = (&people[0], &people[1]);
    let datasets = Dataset::insert_all(
        [
            Dataset::new("iris").set(Dataset::SIZE, 150).set(Dataset::OWNER_ID, ann).set(Dataset::REVIEWER_ID, bob),
            Dataset::new("digits").set(Dataset::SIZE, 1797).set(Dataset::OWNER_ID, ann),
            Dataset::new("wine").set(Dataset::SIZE, 178).set(Dataset::OWNER_ID, bob).set(Dataset::REVIEWER_ID, bob),
            Dataset::new("orphan"),
        ],
        db,
    )?;
    for (number, dataset) in [(1, 0), (2, 0), (1, 1), (3, 0)] {
        Version::new(number, &datasets[dataset]).insert(db)?;
    }
    let tags = Tag::insert_all(["small", "old", "unused"].map(Tag::new), db)?;
    for (dataset, tag) in [(0, 0), (0, 1), (2, 1)] {
        Dataset::TAGS.link(&datasets[dataset], &tags[tag], db)?;
    }
    for (email, person) in [("c@x.org", ann), ("a@x.org", ann), ("b@y.org", bob)] {
        Address::new(email, person).insert(db)?;
    }
    Licence::new(7, ann).insert(db)?;
    Ok(people)
}

fn person((name, age): (&str, i64)) -> Draft<Person> {
    Person::new(name).set(Person::AGE, age)
}

pub(crate) fn names(datasets: &[Dataset]) -> Vec<&str> {
    datasets.iter().map(|dataset| dataset.name.as_str()).collect()
}
