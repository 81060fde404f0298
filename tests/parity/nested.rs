//! Relationships of what a relationship loads.

use ormcore::prelude::*;
use serde_json::json;

use crate::golden::Strategy::{Joined, Selectin};
use crate::golden::{EAGER, FOUR, Scenarios, load, pairs};
use crate::models::{Address, Dataset, Match, Person, Team, Version};
use crate::shapes::{dataset_names, list, nested};

pub(crate) fn scenarios(all: &mut Scenarios) {
    collections(all);
    two_ways(all);
    through_one(all);
    three(all);
}

fn collections(all: &mut Scenarios) {
    all.each("nested collections", pairs(&FOUR, &FOUR), |[one, two], db| {
        let path = load!(one, Person::DATASETS).then(load!(two, Dataset::VERSIONS));
        nested(&Person::query().order_by(Person::ID).with(path).all(db)?, db)
    });
    all.each("nested collections, limit and offset count parents", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Person::DATASETS).then(load!(two, Dataset::VERSIONS));
        nested(&Person::query().order_by(Person::ID).limit(2).offset(1).with(path).all(db)?, db)
    });
    let name = "nested collections, the user's own join and filter do not shrink them";
    all.each(name, pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Person::DATASETS).then(load!(two, Dataset::VERSIONS));
        let people = Person::query().join(Person::DATASETS).filter(Dataset::NAME.eq("digits"));
        nested(&people.with(path).all(db)?, db)
    });
    all.each("nested collections, nothing at the first level", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Person::DATASETS).then(load!(two, Dataset::VERSIONS));
        nested(&Person::query().filter(Person::NAME.eq("eve")).with(path).all(db)?, db)
    });
}

fn two_ways(all: &mut Scenarios) {
    all.each("nested collections, only the children of a filter", pairs(&EAGER, &EAGER), |[one, two], db| {
        let datasets = load!(one, Person::DATASETS).filter(Dataset::NAME.ne("iris"));
        let path = datasets.then(load!(two, Dataset::VERSIONS));
        nested(&Person::query().order_by(Person::ID).with(path).all(db)?, db)
    });
    all.each("nested, two collections, each with what it leads to", pairs(&EAGER, &EAGER), |[one, two], db| {
        let datasets = load!(one, Person::DATASETS).then(load!(two, Dataset::VERSIONS));
        let addresses = load!(one, Person::ADDRESSES).then(load!(two, Address::PERSON));
        list(&Person::query().order_by(Person::ID).with(datasets).with(addresses).all(db)?, |person| {
            let versions =
                list(person.datasets(db)?, |dataset| list(dataset.versions(db)?, |version| Ok(json!(version.number))))?;
            let names = list(person.addresses(db)?, |address| Ok(json!(address.person(db)?.name)))?;
            Ok(json!([person.name, versions, names]))
        })
    });
}

fn through_one(all: &mut Scenarios) {
    all.each("nested many-to-one", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Version::DATASET).then(load!(two, Dataset::OWNER));
        list(&Version::query().order_by(Version::ID).with(path).all(db)?, |version| {
            let dataset = version.dataset(db)?;
            Ok(json!([version.number, dataset.name, dataset.owner(db)?.map(|owner| &owner.name)]))
        })
    });
    all.each("nested, many-to-one of one-to-one", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Dataset::OWNER).then(load!(two, Person::LICENCE));
        list(&Dataset::query().order_by(Dataset::ID).with(path).all(db)?, |dataset| {
            let licence = dataset.owner(db)?.map(|owner| owner.licence(db)).transpose()?.flatten();
            Ok(json!([dataset.name, licence.map(|licence| &licence.number)]))
        })
    });
    all.each("nested, two collections of one many-to-one", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Dataset::OWNER).then(load!(two, Person::ADDRESSES)).then(load!(two, Person::DATASETS));
        list(&Dataset::query().order_by(Dataset::ID).with(path).all(db)?, |dataset| {
            let owner = dataset.owner(db)?;
            let addresses = owner.map(|owner| Ok::<_, Error>(owner.addresses(db)?.len())).transpose()?;
            let datasets = owner.map(|owner| Ok::<_, Error>(dataset_names(owner.datasets(db)?))).transpose()?;
            Ok(json!([dataset.id, addresses, datasets]))
        })
    });
    let name = "nested, two many-to-one to one model, each with its collection";
    all.each(name, pairs(&EAGER, &EAGER), |[one, two], db| {
        let home = load!(one, Match::HOME).then(load!(two, Team::HOME_MATCHES));
        let away = load!(one, Match::AWAY).then(load!(two, Team::AWAY_MATCHES));
        list(&Match::query().order_by(Match::ID).with(home).with(away).all(db)?, |played| {
            let home = list(played.home(db)?.home_matches(db)?, |other| Ok(json!(other.id)))?;
            let away = list(played.away(db)?.away_matches(db)?, |other| Ok(json!(other.id)))?;
            Ok(json!([played.id, home, away]))
        })
    });
}

fn three(all: &mut Scenarios) {
    let alike = EAGER.map(|[strategy]| [strategy; 3]);
    let mixed = [[Selectin, Joined, Joined], [Joined, Joined, Selectin], [Joined, Selectin, Joined]];
    let name = "nested, many-to-one of many-to-one of a collection";
    all.each(name, alike.into_iter().chain(mixed), |[one, two, three], db| {
        let owner = load!(two, Dataset::OWNER).then(load!(three, Person::ADDRESSES));
        let path = load!(one, Version::DATASET).then(owner);
        list(&Version::query().order_by(Version::ID).with(path).all(db)?, |version| {
            let dataset = version.dataset(db)?;
            let emails = |owner: &Person| list(owner.addresses(db)?, |address| Ok(json!(address.email)));
            Ok(json!([dataset.name, dataset.owner(db)?.map(emails).transpose()?]))
        })
    });
    let mixed = [[Selectin, Joined, Selectin], [Joined, Selectin, Joined]];
    all.each("nested three deep", alike.into_iter().chain(mixed), |[one, two, three], db| {
        let datasets = load!(two, Person::DATASETS).then(load!(three, Dataset::VERSIONS));
        let path = load!(one, Address::PERSON).then(datasets);
        list(&Address::query().order_by(Address::ID).with(path).all(db)?, |address| {
            nested(std::slice::from_ref(address.person(db)?), db)
        })
    });
}
