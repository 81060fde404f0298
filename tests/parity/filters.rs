//! Filters and orders across relationships, and queries that fill a relationship from their own join.

use ormcore::prelude::*;
use serde_json::json;

use crate::golden::{FOUR, Scenarios, load};
use crate::models::{Address, Dataset, Node, Page, Person, Tag, Version};
use crate::shapes::{list, node_names, owned, owners};

pub(crate) fn scenarios(all: &mut Scenarios) {
    any(all);
    has(all);
    in_each_other(all);
    own_kind(all);
    beside_loads(all);
    counts(all);
    filled(all);
}

fn ids(people: &[Person]) -> Vec<i64> {
    people.iter().map(|person| person.id).collect()
}

fn names(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

fn dataset_ids(datasets: &[Dataset]) -> Vec<i64> {
    datasets.iter().map(|dataset| dataset.id).collect()
}

fn titles(pages: &[Page]) -> Vec<&str> {
    pages.iter().map(|page| page.title.as_str()).collect()
}

fn any(all: &mut Scenarios) {
    all.once("any: a child that matches", |db| {
        let people = Person::query().filter(Person::DATASETS.any(Dataset::NAME.eq("iris"))).order_by(Person::ID);
        Ok(json!(names(&people.all(db)?)))
    });
    all.once("any: a child at all", |db| {
        Ok(json!(ids(&Person::query().filter(Person::DATASETS.exists()).order_by(Person::ID).all(db)?)))
    });
    all.once("none: no child at all", |db| {
        Ok(json!(ids(&Person::query().filter(Person::DATASETS.none()).order_by(Person::ID).all(db)?)))
    });
    all.once("not any: no child that matches", |db| {
        let people = Person::query().filter(!Person::DATASETS.any(Dataset::NAME.eq("iris")));
        Ok(json!(ids(&people.all(db)?)))
    });
    all.once("any: two conditions on one child, and on two children", |db| {
        let (first, second) = (Address::EMAIL.starts_with("a@"), Address::EMAIL.ends_with("z.org"));
        let one = Person::query().filter(Person::ADDRESSES.any(first.clone() & second.clone())).all(db)?;
        let two = Person::query().filter(Person::ADDRESSES.any(first)).filter(Person::ADDRESSES.any(second)).all(db)?;
        Ok(json!([names(&one), names(&two)]))
    });
    all.once("any or a condition of the parent's own", |db| {
        let wine = Person::DATASETS.any(Dataset::NAME.eq("wine"));
        let people = Person::query().filter(wine | Person::NICKNAME.eq("bobby")).order_by(Person::ID);
        Ok(json!(ids(&people.all(db)?)))
    });
    all.once("any through a link table", |db| {
        Ok(json!(titles(&Page::query().filter(Page::TAGS.any(Tag::LABEL.eq("orm"))).order_by(Page::ID).all(db)?)))
    });
    all.once("none through a link table", |db| {
        let pages = Page::query().filter(Page::TAGS.none()).all(db)?;
        let tags = Tag::query().filter(Tag::PAGES.none()).all(db)?;
        Ok(json!([titles(&pages), list(&tags, |tag| Ok(json!(tag.label)))?]))
    });
}

fn has(all: &mut Scenarios) {
    all.once("has: the parent matches", |db| {
        let datasets = Dataset::query().filter(Dataset::OWNER.has(Person::NAME.eq("bob"))).order_by(Dataset::ID);
        Ok(json!(dataset_ids(&datasets.all(db)?)))
    });
    all.once("has: there is a parent", |db| {
        let datasets = Dataset::query().filter(Dataset::OWNER.exists()).order_by(Dataset::ID);
        Ok(json!(dataset_ids(&datasets.all(db)?)))
    });
    all.once("not has: no parent, or another one", |db| {
        let datasets = Dataset::query().filter(!Dataset::OWNER.has(Person::NAME.eq("bob"))).order_by(Dataset::ID);
        Ok(json!(dataset_ids(&datasets.all(db)?)))
    });
    all.once("has: the one-to-one", |db| {
        let with = Person::query().filter(Person::LICENCE.exists()).order_by(Person::ID).all(db)?;
        let without = Person::query().filter(Person::LICENCE.none()).order_by(Person::ID).all(db)?;
        Ok(json!([ids(&with), ids(&without)]))
    });
}

fn in_each_other(all: &mut Scenarios) {
    all.once("any in any", |db| {
        let third = Dataset::VERSIONS.any(Version::NUMBER.eq(3));
        Ok(json!(names(&Person::query().filter(Person::DATASETS.any(third)).all(db)?)))
    });
    all.once("any of not any", |db| {
        let people = Person::query().filter(Person::DATASETS.any(!Dataset::VERSIONS.exists())).order_by(Person::ID);
        Ok(json!(names(&people.all(db)?)))
    });
    all.once("not any of any", |db| {
        let people = Person::query().filter(!Person::DATASETS.any(Dataset::VERSIONS.exists())).order_by(Person::ID);
        Ok(json!(ids(&people.all(db)?)))
    });
    all.once("has in has", |db| {
        let ann = Version::DATASET.has(Dataset::OWNER.has(Person::NAME.eq("ann")));
        let versions = Version::query().filter(ann).order_by(Version::ID).all(db)?;
        list(&versions, |version| Ok(json!(version.id)))
    });
    all.once("any in has: the owner has another dataset of a name", |db| {
        let bob = Dataset::OWNER.has(Person::ADDRESSES.any(Address::EMAIL.eq("bob@x.org")));
        Ok(json!(dataset_ids(&Dataset::query().filter(bob).order_by(Dataset::ID).all(db)?)))
    });
}

fn own_kind(all: &mut Scenarios) {
    all.once("any of a model's own kind", |db| {
        Ok(json!(node_names(&Node::query().filter(Node::CHILDREN.any(Node::NAME.eq("deep"))).all(db)?)))
    });
    all.once("has of a model's own kind", |db| {
        let nodes = Node::query().filter(Node::PARENT.has(Node::NAME.eq("left"))).order_by(Node::ID).all(db)?;
        Ok(json!(node_names(&nodes)))
    });
    all.once("none of a model's own kind", |db| {
        Ok(json!(node_names(&Node::query().filter(Node::CHILDREN.none()).order_by(Node::ID).all(db)?)))
    });
}

fn beside_loads(all: &mut Scenarios) {
    all.once("any in any through the same link table", |db| {
        let pages = Page::query().filter(Page::TAGS.any(Tag::PAGES.any(Page::TITLE.eq("about")))).order_by(Page::ID);
        Ok(json!(titles(&pages.all(db)?)))
    });
    all.once("any beside the user's own join of the same table", |db| {
        let people = Person::query().join(Person::DATASETS).filter(Dataset::NAME.eq("digits"));
        Ok(json!(names(&people.filter(Person::DATASETS.any(Dataset::NAME.eq("iris"))).all(db)?)))
    });
    all.each("any beside an eager load of the same relationship", FOUR, |[one], db| {
        let people = Person::query().filter(Person::DATASETS.any(Dataset::NAME.eq("digits")));
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("any with limit beside an eager load", FOUR, |[one], db| {
        let people = Person::query().filter(Person::DATASETS.exists()).order_by(Person::ID.desc()).limit(2);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
}

fn counts(all: &mut Scenarios) {
    all.once("the number of children in a filter", |db| {
        let people = Person::query().filter(Person::DATASETS.count().ge(2)).order_by(Person::ID);
        Ok(json!(ids(&people.all(db)?)))
    });
    all.once("the number of children in the order", |db| {
        let people = Person::query().order_by((Person::DATASETS.count().desc(), Person::ID));
        Ok(json!(ids(&people.all(db)?)))
    });
    all.once("the number of children as a column", |db| {
        Ok(json!(Person::query().select((Person::NAME, Person::DATASETS.count())).order_by(Person::ID).all(db)?))
    });
    all.once("the number of children through a link table as a column", |db| {
        Ok(json!(Page::query().select((Page::TITLE, Page::TAGS.count())).order_by(Page::ID).all(db)?))
    });
    all.each("the number of children in the order, with limit, beside an eager load", FOUR, |[one], db| {
        let people = Person::query().order_by((Person::DATASETS.count().desc(), Person::ID.desc())).limit(2);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
}

fn filled(all: &mut Scenarios) {
    all.once("the user's own join fills the collection, with its filter", |db| {
        let people = Person::query().join(Person::DATASETS).filter(Dataset::NAME.eq("iris"));
        let people = people.order_by(Person::ID).order_by(Dataset::ID).with_from_join(Person::DATASETS).all(db)?;
        list(&people, |person| {
            let datasets = list(person.datasets(db)?, |dataset| Ok(json!([dataset.name, dataset.id])))?;
            Ok(json!([person.name, datasets]))
        })
    });
    all.once("the user's own left join fills the collection", |db| {
        let people = Person::query().left_join(Person::DATASETS).order_by(Person::ID).order_by(Dataset::NAME);
        owned(&people.order_by(Dataset::ID).with_from_join(Person::DATASETS).all(db)?, db)
    });
    all.once("the user's own join fills the many-to-one", |db| {
        let datasets = Dataset::query().join(Dataset::OWNER).filter(Person::NAME.eq("bob")).order_by(Dataset::ID);
        owners(&datasets.with_from_join(Dataset::OWNER).all(db)?, db)
    });
    all.once("the user's own left join fills the many-to-one", |db| {
        let datasets = Dataset::query().left_join(Dataset::OWNER).order_by(Dataset::ID);
        owners(&datasets.with_from_join(Dataset::OWNER).all(db)?, db)
    });
}
