//! Many children, one parent; and one to one.

use ormcore::prelude::*;
use ormcore::{Error, Result};
use ormcore_tests::ignore_foreign_keys;
use serde_json::{Value, json};

use crate::golden::{EAGER, FOUR, Scenarios, Strategy, load, not_loaded, pairs};
use crate::models::{Address, Dataset, Licence, Person};
use crate::shapes::{list, owners};

pub(crate) fn scenarios(all: &mut Scenarios) {
    many_to_one(all);
    keys(all);
    one_to_one(all);
}

fn many_to_one(all: &mut Scenarios) {
    all.each("many-to-one", FOUR, |[one], db| {
        owners(&Dataset::query().order_by(Dataset::ID).with(load!(one, Dataset::OWNER)).all(db)?, db)
    });
    all.each("many-to-one, limit and offset", FOUR, |[one], db| {
        let datasets = Dataset::query().order_by(Dataset::ID).limit(4).offset(1);
        owners(&datasets.with(load!(one, Dataset::OWNER)).all(db)?, db)
    });
    all.each("many-to-one, the first row", FOUR, |[one], db| {
        let last = Dataset::query().order_by(Dataset::ID.desc()).with(load!(one, Dataset::OWNER)).first(db)?;
        owners(&[last.unwrap()], db)
    });
    all.each("many-to-one, many rows share one parent", FOUR, |[one], db| {
        let addresses = Address::query().order_by(Address::ID).with(load!(one, Address::PERSON)).all(db)?;
        list(&addresses, |address| Ok(json!([address.email, address.person(db)?.name])))
    });
    all.each("many-to-one, the user's own join orders and filters", FOUR, |[one], db| {
        let datasets = Dataset::query().join(Dataset::OWNER).filter(Person::NAME.ne("cas"));
        let datasets = datasets.order_by(Person::NAME.desc()).order_by(Dataset::ID);
        owners(&datasets.with(load!(one, Dataset::OWNER)).all(db)?, db)
    });
    all.each("many-to-one, a distinct query", FOUR, |[one], db| {
        owners(&Dataset::query().distinct().order_by(Dataset::ID).with(load!(one, Dataset::OWNER)).all(db)?, db)
    });
    all.each("many-to-one, access to what was not loaded", [[Strategy::Raise]], |[one], db| {
        let dataset = Dataset::query().filter(Dataset::ID.eq(1)).with(load!(one, Dataset::OWNER)).one(db)?;
        not_loaded(owners(&[dataset], db))
    });
    all.each("many-to-one and its collection", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Dataset::OWNER).then(load!(two, Person::ADDRESSES));
        list(&Dataset::query().order_by(Dataset::ID).with(path).all(db)?, |dataset| {
            let emails = |owner: &Person| list(owner.addresses(db)?, |address| Ok(json!(address.email)));
            Ok(json!([dataset.name, dataset.owner(db)?.map(emails).transpose()?]))
        })
    });
}

fn keys(all: &mut Scenarios) {
    all.each("many-to-one, a NULL key has no parent", FOUR, |[one], db| {
        let orphan = Dataset::query().filter(Dataset::NAME.eq("orphan")).with(load!(one, Dataset::OWNER));
        owners(&orphan.all(db)?, db)
    });
    all.prepared("many-to-one, a key that points nowhere gives none", FOUR, dangling_dataset, |[one], db| {
        let lost = Dataset::query().filter(Dataset::NAME.eq("lost")).with(load!(one, Dataset::OWNER)).one(db)?;
        Ok(json!([lost.owner(db)?.map(|owner| &owner.name), lost.owner(db)?.map(|owner| &owner.name)]))
    });
    all.each("many-to-one, access to what was not loaded with a NULL key", [[Strategy::Raise]], |[one], db| {
        let orphan = Dataset::query().filter(Dataset::NAME.eq("orphan")).with(load!(one, Dataset::OWNER)).one(db)?;
        not_loaded(owners(&[orphan], db))
    });
    all.each("many-to-one, the key is set by hand after the parent was loaded", FOUR, |[one], db| {
        let mut dataset = Dataset::query().filter(Dataset::ID.eq(1)).with(load!(one, Dataset::OWNER)).one(db)?;
        let before = owner_name(&dataset, db)?;
        dataset.owner_id = Some(3);
        Ok(json!([before, owner_name(&dataset, db)?]))
    });
}

fn owner_name(dataset: &Dataset, db: &Database) -> Result<String> {
    dataset.owner(db)?.map(|owner| owner.name.clone()).ok_or_else(|| Error::rollback("no owner"))
}

fn dangling_dataset(db: &Database) -> Result<()> {
    ignore_foreign_keys(db)?;
    Dataset::new("lost").with(|dataset| dataset.owner_id = Some(99)).insert(db)?;
    Ok(())
}

fn one_to_one(all: &mut Scenarios) {
    all.each("one-to-one", FOUR, |[one], db| {
        numbers(&Person::query().order_by(Person::ID).with(load!(one, Person::LICENCE)).all(db)?, db)
    });
    all.each("one-to-one, limit and offset", FOUR, |[one], db| {
        let people = Person::query().order_by(Person::ID).limit(2).offset(1);
        numbers(&people.with(load!(one, Person::LICENCE)).all(db)?, db)
    });
    all.each("one-to-one, none is loaded", FOUR, |[one], db| {
        let bob = Person::query().filter(Person::ID.eq(2)).with(load!(one, Person::LICENCE)).one(db)?;
        Ok(json!([bob.licence(db)?.is_none(), bob.licence(db)?.is_none()]))
    });
    all.each("one-to-one, from the side with the key", FOUR, |[one], db| {
        let licences = Licence::query().order_by(Licence::NUMBER).with(load!(one, Licence::PERSON)).all(db)?;
        list(&licences, |licence| Ok(json!([licence.number, licence.person(db)?.name])))
    });
    all.each("one-to-one, access to what was not loaded", [[Strategy::Raise]], |[one], db| {
        let ann = Person::query().filter(Person::ID.eq(1)).with(load!(one, Person::LICENCE)).one(db)?;
        not_loaded(numbers(&[ann], db))
    });
}

fn numbers(people: &[Person], db: &Database) -> Result<Value> {
    list(people, |person| Ok(json!([person.name, person.licence(db)?.map(|licence| &licence.number)])))
}
