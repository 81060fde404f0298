//! Composite keys, and more keys than one statement has parameters for.

use ormcore::Result;
use ormcore::prelude::*;
use serde_json::{Value, json};

use crate::golden::{EAGER, FOUR, Scenarios, Strategy, load, not_loaded, pairs};
use crate::models::{City, Dataset, Page, PageTag, Person, Region, city};
use crate::shapes::{list, owned, owners, sited, tagged};

pub(crate) fn scenarios(all: &mut Scenarios) {
    composite(all);
    many(all);
}

fn composite(all: &mut Scenarios) {
    all.each("composite key, one-to-many", FOUR, |[one], db| {
        let regions = Region::query().order_by((Region::COUNTRY, Region::CODE));
        sited(&regions.with(load!(one, Region::CITIES)).all(db)?, db)
    });
    all.each("composite key, one-to-many with limit", FOUR, |[one], db| {
        let regions = Region::query().order_by(Region::NAME.desc()).limit(2);
        sited(&regions.with(load!(one, Region::CITIES)).all(db)?, db)
    });
    all.each("composite key, many-to-one", FOUR, |[one], db| {
        list(&City::query().order_by(City::ID).with(load!(one, City::REGION)).all(db)?, |city| {
            Ok(json!([city.name, region_name(city, db)?]))
        })
    });
    all.each("composite key, NULL in part has no parent", FOUR, |[one], db| {
        let half = City::query().filter(City::NAME.eq("Half")).with(load!(one, City::REGION));
        list(&half.all(db)?, |city| region_name(city, db))
    });
    all.each("composite key, NULL has no parent", FOUR, |[one], db| {
        let nowhere = City::query().filter(City::NAME.eq("Nowhere")).with(load!(one, City::REGION));
        list(&nowhere.all(db)?, |city| region_name(city, db))
    });
    all.each("composite key, many-to-one and its collection", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, City::REGION).then(load!(two, Region::CITIES));
        list(&City::query().order_by(City::ID).with(path).all(db)?, |city| {
            let cities = |region: &Region| list(region.cities(db)?, |city| Ok(json!(city.name)));
            Ok(json!([city.name, city.region(db)?.map(cities).transpose()?]))
        })
    });
    all.each("composite key, access to what was not loaded", [[Strategy::Raise]], |[one], db| {
        let region = Region::query().with(load!(one, Region::CITIES)).first(db)?.unwrap();
        not_loaded(sited(&[region], db))
    });
    all.once("composite key, a region with any city of a name", |db| {
        let regions = Region::query().filter(Region::CITIES.any(City::NAME.eq("Zemst"))).all(db)?;
        list(&regions, |region| Ok(json!(region.name)))
    });
    all.once("composite key, cities that have a region of a name", |db| {
        let cities = City::query().filter(City::REGION.has(Region::NAME.eq("North Holland"))).order_by(City::ID);
        list(&cities.all(db)?, |city| Ok(json!(city.name)))
    });
}

fn region_name(city: &City, db: &Database) -> Result<Value> {
    Ok(json!(city.region(db)?.map(|region| &region.name)))
}

fn many(all: &mut Scenarios) {
    all.prepared("1201 parents of a collection", EAGER, many_people, |[one], db| {
        sums(&owned(&Person::query().order_by(Person::ID).with(load!(one, Person::DATASETS)).all(db)?, db)?)
    });
    all.prepared("1201 different parents of a many-to-one", EAGER, many_people, |[one], db| {
        let datasets = Dataset::query().order_by(Dataset::ID).with(load!(one, Dataset::OWNER)).all(db)?;
        let found = owners(&datasets, db)?;
        let found = found.as_array().unwrap();
        let distinct: std::collections::BTreeSet<String> = found.iter().map(|pair| pair[1].to_string()).collect();
        Ok(json!([found.len(), distinct.len(), found.first(), found.last()]))
    });
    all.prepared("1201 parents of a collection with a composite key", EAGER, many_regions, |[one], db| {
        let regions = Region::query().order_by((Region::COUNTRY, Region::CODE)).with(load!(one, Region::CITIES));
        sums(&sited(&regions.all(db)?, db)?)
    });
    all.prepared("1201 parents of a collection through a link table", EAGER, many_links, |[one], db| {
        sums(&tagged(&Page::query().order_by(Page::ID).with(load!(one, Page::TAGS)).all(db)?, db)?)
    });
}

/// The number of parents, that of all children, the first and the last pair.
fn sums(pairs: &Value) -> Result<Value> {
    let pairs = pairs.as_array().unwrap();
    let children: usize = pairs.iter().map(|pair| pair[1].as_array().unwrap().len()).sum();
    Ok(json!([pairs.len(), children, pairs.first(), pairs.last()]))
}

fn many_people(db: &Database) -> Result<()> {
    Person::insert_all((6..1202).map(|number| Person::new(format!("p{number}"))), db)?;
    let owned = |number| Dataset::new(format!("d{number}")).with(|dataset| dataset.owner_id = Some(number));
    Dataset::insert_all((6..1202).map(owned), db)?;
    Ok(())
}

fn many_regions(db: &Database) -> Result<()> {
    let codes: Vec<String> = (0..1198).map(|number| format!("R{number:04}")).collect();
    Region::insert_all(codes.iter().map(|code| Region::new("XX", code, format!("r{code}"))), db)?;
    City::insert_all(codes.iter().map(|code| city(&format!("c{code}"), Some("XX"), Some(code))), db)?;
    Ok(())
}

fn many_links(db: &Database) -> Result<()> {
    Page::insert_all((5..1202).map(|number| Page::new(format!("p{number}"))), db)?;
    PageTag::insert_all((5..1202).map(|number| PageTag::new(number, number % 4 + 1)), db)?;
    Ok(())
}
