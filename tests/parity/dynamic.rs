//! Relationships whose accessor gives a query.

use ormcore::prelude::*;
use serde_json::{Value, json};

use crate::golden::Scenarios;
use crate::models::{Address, Page, Person, Tag};
use crate::shapes::list;

pub(crate) fn scenarios(all: &mut Scenarios) {
    one_to_many(all);
    through_links(all);
}

fn mails(addresses: &[Address]) -> Value {
    addresses.iter().map(|address| json!(address.email)).collect()
}

fn labels(tags: &[Tag]) -> Value {
    tags.iter().map(|tag| json!(tag.label)).collect()
}

fn one_to_many(all: &mut Scenarios) {
    all.once("dynamic: each access asks anew", |db| {
        let ann = Person::find(1, db)?;
        Ok(json!([mails(&ann.mailbox().all(db)?), mails(&ann.mailbox().all(db)?)]))
    });
    all.once("dynamic: count", |db| {
        list(&Person::query().order_by(Person::ID).all(db)?, |person| Ok(json!(person.mailbox().count(db)?)))
    });
    all.once("dynamic: filter", |db| {
        let ann = Person::find(1, db)?;
        Ok(mails(&ann.mailbox().filter(Address::EMAIL.ends_with("x.org")).all(db)?))
    });
    all.once("dynamic: filter and count", |db| {
        let ann = Person::find(1, db)?;
        Ok(json!(ann.mailbox().filter(Address::EMAIL.ne("a@y.org")).count(db)?))
    });
    all.once("dynamic: the relationship's order comes first, the query's after it", |db| {
        Ok(mails(&Person::find(1, db)?.mailbox().order_by(Address::ID.desc()).all(db)?))
    });
    all.once("dynamic: limit and offset", |db| {
        let ann = Person::find(1, db)?;
        let (first, second) = (ann.mailbox().limit(2).all(db)?, ann.mailbox().limit(2).offset(2).all(db)?);
        Ok(json!([mails(&first), mails(&second)]))
    });
    all.once("dynamic: first", |db| {
        let email = |key| Ok(Person::find(key, db)?.mailbox().first(db)?.map(|address| address.email));
        let emails: ormcore::Result<Vec<Option<String>>> = [1, 4].into_iter().map(email).collect();
        Ok(json!(emails?))
    });
}

fn through_links(all: &mut Scenarios) {
    all.once("dynamic through a link table", |db| Ok(labels(&Page::find(3, db)?.tag_query().all(db)?)));
    all.once("dynamic through a link table, joined further", |db| {
        let tags = Page::find(3, db)?.tag_query().join(Tag::PAGES).filter(Page::TITLE.eq("home"));
        Ok(labels(&tags.all(db)?))
    });
    all.once("dynamic through a link table: filter, count, limit", |db| {
        let page = Page::find(3, db)?;
        let filtered = page.tag_query().filter(Tag::LABEL.ne("orm")).all(db)?;
        let count = page.tag_query().count(db)?;
        Ok(json!([labels(&filtered), count, labels(&page.tag_query().limit(1).all(db)?)]))
    });
}
