//! Links, cascades, transactions, and what is loaded when the database has changed since.

use ormcore::prelude::*;
use ormcore::{Error, Result};
use serde_json::{Value, json};

use crate::golden::{FOUR, Scenarios, load};
use crate::models::{Address, Dataset, Page, PageTag, Person, Tag, Version};
use crate::shapes::{dataset_names, list, owned};

pub(crate) fn scenarios(all: &mut Scenarios) {
    linking(all);
    deleting(all);
    transactions(all);
    refreshing(all);
    graphs(all);
}

fn links(db: &Database) -> Result<Value> {
    let links = PageTag::query().order_by((PageTag::PAGE_ID, PageTag::TAG_ID)).all(db)?;
    list(&links, |link| Ok(json!([link.page_id, link.tag_id])))
}

fn linking(all: &mut Scenarios) {
    all.once("link adds one row", |db| {
        let (page, tag) = (Page::find(4, db)?, Tag::find(3, db)?);
        Page::TAGS.link(&page, &tag, db)?;
        links(db)
    });
    all.once("unlink takes one row away", |db| {
        let (page, tag) = (Page::find(3, db)?, Tag::find(2, db)?);
        Page::TAGS.unlink(&page, &tag, db)?;
        links(db)
    });
    all.once("link and unlink are seen from the other side", |db| {
        let (page, mut tag) = (Page::find(4, db)?, Tag::find(4, db)?);
        let titles = |tag: &Tag| list(tag.pages(db)?, |page| Ok(json!(page.title)));
        Page::TAGS.link(&page, &tag, db)?;
        let before = titles(&tag)?;
        Page::TAGS.unlink(&page, &tag, db)?;
        tag.pages.reset();
        Ok(json!([before, titles(&tag)?]))
    });
    all.once("a new set of links replaces the old one", |db| {
        let page = Page::find(3, db)?;
        let tags = Tag::query().filter(Tag::ID.is_in([2, 4])).order_by(Tag::ID).all(db)?;
        Page::TAGS.set(&page, &tags, db)?;
        links(db)
    });
}

fn deleting(all: &mut Scenarios) {
    all.once("a deleted parent takes the rows that cascade with it", |db| {
        Dataset::query().filter(Dataset::OWNER_ID.eq(4)).delete(db)?;
        Person::query().filter(Person::NAME.eq("bob")).filter(Person::NICKNAME.eq("bobby")).delete(db)?;
        Version::query().filter(Version::DATASET_ID.is_in([1, 2, 5])).delete(db)?;
        Dataset::query().filter(Dataset::OWNER_ID.eq(2)).delete(db)?;
        Person::query().filter(Person::ID.eq(2)).delete(db)?;
        list(&Address::query().order_by(Address::ID).all(db)?, |address| Ok(json!(address.email)))
    });
}

fn new_dataset<'d>(db: impl Into<Db<'d>>) -> Result<()> {
    Dataset::new("new").with(|dataset| dataset.owner_id = Some(5)).insert(db.into())?;
    Ok(())
}

fn transactions(all: &mut Scenarios) {
    all.each("loading inside a transaction sees its rows", FOUR, |[one], db| {
        let eve = || Person::query().filter(Person::ID.eq(5)).with(load!(one, Person::DATASETS));
        let mut seen = Value::Null;
        let undone = db.transaction(|tx| {
            new_dataset(tx)?;
            seen = owned(&eve().all(tx)?, tx)?;
            Err::<(), _>(Error::rollback("seen"))
        });
        assert!(undone.is_err());
        Ok(json!([seen, owned(&eve().all(db)?, db)?]))
    });
}

fn refreshing(all: &mut Scenarios) {
    all.each("a loaded collection stays as it was until it is reset", FOUR, |[one], db| {
        let mut eve = Person::query().filter(Person::ID.eq(5)).with(load!(one, Person::DATASETS)).one(db)?;
        let before = json!(dataset_names(eve.datasets(db)?));
        new_dataset(db)?;
        let stale = json!(dataset_names(eve.datasets(db)?));
        eve.datasets.reset();
        Ok(json!([before, stale, dataset_names(eve.datasets(db)?)]))
    });
    all.each("a loaded parent stays as it was until it is reset", FOUR, |[one], db| {
        let mut dataset = Dataset::query().filter(Dataset::ID.eq(6)).with(load!(one, Dataset::OWNER)).one(db)?;
        let owner = |dataset: &Dataset| Ok::<_, Error>(json!(dataset.owner(db)?.map(|owner| &owner.name)));
        let before = owner(&dataset)?;
        Person::query().filter(Person::ID.eq(3)).update(Person::NAME.set("zoe"), db)?;
        let stale = owner(&dataset)?;
        dataset.owner.reset();
        Ok(json!([before, stale, owner(&dataset)?]))
    });
    all.once("a collection set by hand asks nothing", |db| {
        let (mut eve, dataset) = (Person::find(5, db)?, Dataset::find(4, db)?);
        eve.datasets.set_loaded(vec![dataset]);
        Ok(json!(dataset_names(eve.datasets(db)?)))
    });
    all.once("a backref answers from the other side", |db| {
        let link = PageTag::find((1, 2), db)?;
        Ok(json!([link.page(db)?.title, link.page(db)?.title]))
    });
}

fn graphs(all: &mut Scenarios) {
    all.once("a parent and its children are inserted together", |db| {
        let addresses = ["f@x.org", "f@y.org"].map(|email| Address::new(email, Parent));
        Person::new("fay").with_children(Person::ADDRESSES, addresses).insert(db)?;
        let found = Address::query().join(Address::PERSON).filter(Person::NAME.eq("fay")).order_by(Address::EMAIL);
        let found = found.with_from_join(Address::PERSON).all(db)?;
        list(&found, |address| Ok(json!([address.email, address.person(db)?.name])))
    });
    all.once("three levels are inserted together", |db| {
        let people = ["fay", "gus"].map(|person| {
            let datasets = (0..2).map(|number| {
                let versions = [1, 2].map(|number| Version::new(Parent, number));
                Dataset::new(format!("{person} {number}")).with_children(Dataset::VERSIONS, versions)
            });
            Person::new(person).with_children(Person::DATASETS, datasets)
        });
        Person::insert_all(people, db)?;
        let path = Version::DATASET.joined().then(Dataset::OWNER.joined());
        let versions = Version::query().filter(Version::DATASET.has(Dataset::OWNER_ID.gt(5))).with(path);
        list(&versions.order_by(Version::ID).all(db)?, |version| {
            let dataset = version.dataset(db)?;
            Ok(json!([dataset.owner(db)?.map(|owner| &owner.name), dataset.name, version.number]))
        })
    });
}
