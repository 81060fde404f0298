//! Many to many, through a link table with a model.

use ormcore::Result;
use ormcore::prelude::*;
use ormcore_tests::ignore_foreign_keys;
use serde_json::json;

use crate::golden::{EAGER, FOUR, Scenarios, Strategy, load, not_loaded, pairs};
use crate::models::{Page, PageTag, Tag};
use crate::shapes::{list, tagged};

pub(crate) fn scenarios(all: &mut Scenarios) {
    one_level(all);
    two_levels(all);
}

fn one_level(all: &mut Scenarios) {
    all.each("many-to-many", FOUR, |[one], db| {
        tagged(&Page::query().order_by(Page::ID).with(load!(one, Page::TAGS)).all(db)?, db)
    });
    all.each("many-to-many, from the other side", FOUR, |[one], db| {
        list(&Tag::query().order_by(Tag::ID).with(load!(one, Tag::PAGES)).all(db)?, |tag| {
            Ok(json!([tag.label, list(tag.pages(db)?, |page| Ok(json!(page.title)))?]))
        })
    });
    all.each("many-to-many, limit and offset count parents", FOUR, |[one], db| {
        tagged(&Page::query().order_by(Page::TITLE).limit(2).offset(1).with(load!(one, Page::TAGS)).all(db)?, db)
    });
    all.each("many-to-many, an empty collection is loaded", FOUR, |[one], db| {
        let empty = Page::query().filter(Page::TITLE.eq("empty")).with(load!(one, Page::TAGS)).one(db)?;
        Ok(json!([empty.tags(db)?.len(), empty.tags(db)?.len()]))
    });
    all.each("many-to-many, the user's own join and filter do not shrink the collection", FOUR, |[one], db| {
        let pages = Page::query().join(Page::TAGS).filter(Tag::LABEL.eq("sql"));
        tagged(&pages.with(load!(one, Page::TAGS)).all(db)?, db)
    });
    all.each("many-to-many, only the children of a filter", FOUR, |[one], db| {
        let tags = load!(one, Page::TAGS).filter(Tag::LABEL.ne("orm"));
        tagged(&Page::query().order_by(Page::ID).with(tags).all(db)?, db)
    });
    all.prepared("many-to-many, a link that points nowhere gives no child", FOUR, dangling_link, |[one], db| {
        tagged(&Page::query().order_by(Page::ID).with(load!(one, Page::TAGS)).all(db)?, db)
    });
    all.each("many-to-many, access to what was not loaded", [[Strategy::Raise]], |[one], db| {
        let home = Page::query().filter(Page::ID.eq(1)).with(load!(one, Page::TAGS)).one(db)?;
        not_loaded(tagged(&[home], db))
    });
}

fn dangling_link(db: &Database) -> Result<()> {
    ignore_foreign_keys(db)?;
    PageTag::new(4, 99).with(|link| link.position = 1).insert(db)?;
    Ok(())
}

fn two_levels(all: &mut Scenarios) {
    all.each("many-to-many, there and back", pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Page::TAGS).then(load!(two, Tag::PAGES));
        let pages = Page::query().filter(Page::ID.le(2)).order_by(Page::ID).with(path).all(db)?;
        list(&pages, |page| {
            let tags = list(page.tags(db)?, |tag| {
                Ok(json!([tag.label, list(tag.pages(db)?, |page| Ok(json!(page.title)))?]))
            })?;
            Ok(json!([page.title, tags]))
        })
    });
    let name = "many-to-many, the links as objects with a column of their own";
    all.each(name, pairs(&EAGER, &EAGER), |[one, two], db| {
        let path = load!(one, Page::LINKS).then(load!(two, PageTag::TAG));
        list(&Page::query().order_by(Page::ID).with(path).all(db)?, |page| {
            let links = list(page.links(db)?, |link| Ok(json!([link.position, link.tag(db)?.label])))?;
            Ok(json!([page.title, links]))
        })
    });
}
