//! One parent, many children.

use ormcore::prelude::*;
use serde_json::json;

use crate::golden::{EAGER, FOUR, Scenarios, Strategy, load, not_loaded, pairs};
use crate::models::{Dataset, Person};
use crate::shapes::{dataset_names, list, owned};

pub(crate) fn scenarios(all: &mut Scenarios) {
    plain(all);
    parents(all);
    own_joins(all);
    access(all);
}

fn plain(all: &mut Scenarios) {
    all.each("one-to-many", FOUR, |[one], db| {
        owned(&Person::query().order_by(Person::ID).with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, children that tie on the name come by id", FOUR, |[one], db| {
        let person = Person::query().filter(Person::ID.eq(2)).with(load!(one, Person::DATASETS)).one(db)?;
        list(person.datasets(db)?, |dataset| Ok(json!([dataset.name, dataset.id])))
    });
    all.each("one-to-many, an empty collection is loaded", FOUR, |[one], db| {
        let eve = Person::query().filter(Person::NAME.eq("eve")).with(load!(one, Person::DATASETS)).one(db)?;
        Ok(json!([dataset_names(eve.datasets(db)?), dataset_names(eve.datasets(db)?)]))
    });
    all.each("one-to-many, no parent", FOUR, |[one], db| {
        let nobody = Person::query().filter(Person::NAME.eq("nobody"));
        owned(&nobody.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, only the children of a filter", FOUR, |[one], db| {
        let datasets = load!(one, Person::DATASETS).filter(Dataset::NAME.ne("iris"));
        owned(&Person::query().order_by(Person::ID).with(datasets).all(db)?, db)
    });
    all.each("one-to-many, the first two children of each parent", FOUR, |[one], db| {
        owned(&Person::query().order_by(Person::ID).with(load!(one, Person::DATASETS).limit(2)).all(db)?, db)
    });
    all.each("one-to-many, the first two children of each of two parents", FOUR, |[one], db| {
        owned(&Person::query().order_by(Person::ID).limit(2).with(load!(one, Person::DATASETS).limit(2)).all(db)?, db)
    });
    all.each("one-to-many, another order of the children", FOUR, |[one], db| {
        let backwards = load!(one, Person::DATASETS).order_by((Dataset::NAME.desc(), Dataset::ID.desc()));
        list(&Person::query().order_by(Person::ID).with(backwards).all(db)?, |person| {
            Ok(json!([person.name, list(person.datasets(db)?, |dataset| Ok(json!(dataset.id)))?]))
        })
    });
    all.each("one-to-many, count and exists drop the eager load", FOUR, |[one], db| {
        let count = Person::query().with(load!(one, Person::DATASETS)).count(db)?;
        let bob = Person::query().with(load!(one, Person::DATASETS)).filter(Person::NAME.eq("bob"));
        Ok(json!([count, bob.exists(db)?]))
    });
    all.each("one-to-many and back to the parent", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Person::DATASETS).then(load!(two, Dataset::OWNER));
        let people = Person::query().order_by(Person::ID).limit(3).with(path).all(db)?;
        list(&people, |person| {
            let back = |dataset: &Dataset| Ok(json!([dataset.name, dataset.owner(db)?.map(|owner| &owner.name)]));
            Ok(json!([person.name, list(person.datasets(db)?, back)?]))
        })
    });
}

fn parents(all: &mut Scenarios) {
    all.each("one-to-many, limit and offset count parents", FOUR, |[one], db| {
        let people = Person::query().order_by(Person::ID).limit(2).offset(1);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, offset without limit", FOUR, |[one], db| {
        owned(&Person::query().order_by(Person::ID).offset(2).with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, the first parent", FOUR, |[one], db| {
        let last = Person::query().order_by((Person::NAME.desc(), Person::ID)).with(load!(one, Person::DATASETS));
        let first = Person::query().order_by(Person::ID).with(load!(one, Person::DATASETS));
        owned(&[last.first(db)?.unwrap(), first.first(db)?.unwrap()], db)
    });
    all.each("one-to-many, one parent by its key", FOUR, |[one], db| {
        owned(&[Person::query().filter(Person::ID.eq(2)).with(load!(one, Person::DATASETS)).one(db)?], db)
    });
    all.each("one-to-many, parents that tie on the name are ordered by id, with limit", FOUR, |[one], db| {
        let people = Person::query().order_by((Person::NAME, Person::ID)).limit(2);
        list(&people.with(load!(one, Person::DATASETS)).all(db)?, |person| {
            Ok(json!([person.id, dataset_names(person.datasets(db)?)]))
        })
    });
    all.each("one-to-many, parents in descending order", FOUR, |[one], db| {
        owned(&Person::query().order_by(Person::ID.desc()).with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, a filter on the parent", FOUR, |[one], db| {
        let bob = Person::query().filter(Person::NAME.eq("bob")).filter(Person::NICKNAME.is_null());
        owned(&bob.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
}

fn own_joins(all: &mut Scenarios) {
    all.each("one-to-many, the user's own join and filter do not shrink the collection", FOUR, |[one], db| {
        let people = Person::query().join(Person::DATASETS).filter(Dataset::NAME.eq("digits")).order_by(Person::ID);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, the user's own join with limit and order by the joined column", FOUR, |[one], db| {
        let people = Person::query().join(Person::DATASETS);
        let people = people.filter(Dataset::NAME.is_in(["wine", "boston", "digits"]));
        owned(&people.order_by(Dataset::NAME.desc()).limit(2).with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, a distinct query over the user's own join", FOUR, |[one], db| {
        let people = Person::query().join(Person::DATASETS).distinct().order_by(Person::ID);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, a distinct query with limit", FOUR, |[one], db| {
        let people = Person::query().join(Person::DATASETS).distinct().order_by(Person::ID).limit(2);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, parents without children by the user's own left join", FOUR, |[one], db| {
        let people =
            Person::query().left_join(Person::DATASETS).filter(Dataset::OWNER_ID.is_null()).order_by(Person::ID);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.each("one-to-many, a join of another relationship repeats its parents", FOUR, |[one], db| {
        let people = Person::query().join(Person::ADDRESSES).order_by(Person::ID);
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
    all.once("count of a query with the user's own join, and of a distinct one", |db| {
        let people = || Person::query().join(Person::DATASETS);
        Ok(json!([people().count(db)?, people().distinct().count(db)?]))
    });
    all.each("one-to-many, a plain join repeats its parents", FOUR, |[one], db| {
        let people = Person::query().join(Person::DATASETS).filter(Person::ID.eq(2));
        owned(&people.with(load!(one, Person::DATASETS)).all(db)?, db)
    });
}

fn access(all: &mut Scenarios) {
    all.each("one-to-many, access to what was not loaded", [[Strategy::Raise]], |[one], db| {
        let ann = Person::query().filter(Person::ID.eq(1)).with(load!(one, Person::DATASETS)).one(db)?;
        not_loaded(ann.datasets(db).map(|datasets| json!(dataset_names(datasets))))
    });
    all.each("one-to-many, the second access asks nothing", FOUR, |[one], db| {
        let ann = Person::query().filter(Person::ID.eq(1)).with(load!(one, Person::DATASETS)).one(db)?;
        let twice = [dataset_names(ann.datasets(db)?), dataset_names(ann.datasets(db)?)];
        Ok(json!([twice[0], twice[1], ann.datasets(db)?.len()]))
    });
}
