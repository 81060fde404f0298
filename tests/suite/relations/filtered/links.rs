//! Conditions through a link table, which may be about the link too.

use ormcore::prelude::*;
use ormcore::sql::{all_of, of};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = Mark)]
    tags: HasMany<Tag>,
    #[relationship(secondary = Mark, filter = Mark::STRONG.eq(true), order_by = Mark::PLACE)]
    strong: HasMany<Tag>,
    #[relationship(
        secondary = Mark,
        filter = all_of((Tag::LABEL.ne("c"), Mark::STRONG.eq(true))),
        order_by = Mark::PLACE,
        lazy = "dynamic"
    )]
    some: HasMany<Tag>,
    #[relationship(secondary = "fil_bare", filter = Tag::LABEL.ne("c"))]
    bare: HasMany<Tag>,
    #[relationship(secondary = "fil_bare", backref = "pages")]
    every: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
}

/// A link that may be there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_mark")]
struct Mark {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Page::ID)]
    page_id: i64,
    #[column(foreign_key = Tag::ID)]
    tag_id: i64,
    strong: bool,
    place: i64,
}

/// Page 1 has a (weakly at 1, strongly at 9 and 8), b (weakly) and c (strongly at 2); page 2 has b, strongly; page 3 nothing.
fn fill(db: &Database) -> ormcore::Result<Vec<Page>> {
    db.create_tables::<(Page, Tag, Mark)>()?;
    let pages = Page::insert_all([Page::new(), Page::new(), Page::new()], db)?;
    let tags = Tag::insert_all(["a", "b", "c"].map(Tag::new), db)?;
    let marks =
        [(0, 0, false, 1), (0, 0, true, 9), (0, 0, true, 8), (0, 1, false, 3), (0, 2, true, 2), (1, 1, true, 1)];
    let mark =
        |(page, tag, strong, place): (usize, usize, bool, i64)| Mark::new(&pages[page], &tags[tag], strong, place);
    Mark::insert_all(marks.map(mark), db)?;
    Page::EVERY.set(&pages[0], &tags, db)?;
    Ok(pages)
}

fn labels(tags: &[Tag]) -> String {
    tags.iter().map(|tag| tag.label.as_str()).collect()
}

fn accesses_and_loads_heed_it(db: &Database) -> ormcore::Result<()> {
    let mut pages = fill(db)?;
    assert_eq!(labels(pages[0].clone().tags(db)?), "abc");
    assert_eq!(labels(pages[0].clone().strong(db)?), "ca");
    assert_eq!(labels(&pages[0].some().all(db)?), "a");
    assert_eq!(labels(&pages[1].some().all(db)?), "b");
    assert_eq!(pages[2].some().count(db)?, 0);
    assert_eq!(labels(pages[0].clone().bare(db)?), "ab");
    for load in [Page::STRONG.selectin(), Page::STRONG.subquery(), Page::STRONG.joined()] {
        for limit in [None, Some(5)] {
            let load = limit.map_or(load.clone(), |limit| load.clone().limit(limit));
            let loaded = Page::query().with(load).with(Page::BARE.joined()).order_by(Page::ID).all(db)?;
            let found = loaded.iter().map(|page| labels(page.strong.loaded().unwrap()));
            assert_eq!(found.collect::<Vec<_>>(), ["ca", "b", ""]);
            let found = loaded.iter().map(|page| labels(page.bare.loaded().unwrap()));
            assert_eq!(found.collect::<Vec<_>>(), ["ab", "", ""]);
        }
        let narrowed = Page::query().with(load.filter(Tag::LABEL.eq("a"))).order_by(Page::ID).all(db)?;
        assert_eq!(labels(narrowed[0].strong.loaded().unwrap()), "a");
    }
    Page::STRONG.load(&mut pages, db)?;
    assert_eq!(labels(pages[0].strong.loaded().unwrap()), "ca");
    Ok(())
}

fn conditions_and_joins_heed_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let found = |condition: Predicate<Page>| -> ormcore::Result<Vec<i64>> {
        Ok(Page::query().filter(condition).order_by(Page::ID).all(db)?.into_iter().map(|page| page.id).collect())
    };
    assert_eq!(found(Page::STRONG.any(Tag::LABEL.eq("b")))?, [2]);
    assert_eq!(found(Page::SOME.any(Tag::LABEL.eq("c")))?, [0; 0]);
    assert_eq!(found(Page::SOME.exists())?, [1, 2]);
    assert_eq!(found(Page::BARE.any(Tag::LABEL.eq("c")))?, [0; 0]);
    // A row that is linked twice is one.
    assert_eq!(found(Page::STRONG.count().eq(2))?, [1]);
    assert_eq!(found(Page::STRONG.count_of(Tag::LABEL.eq("a")).eq(1))?, [1]);
    assert_eq!(Page::query().join(Page::STRONG).count(db)?, 4);
    assert_eq!(Page::query().left_join(Page::SOME).select((Page::ID, Tag::LABEL.nullable())).all(db)?.len(), 4);
    let tag = ormcore::alias!(Tag);
    let query = Page::query().join(Page::SOME.to(tag)).join(Page::BARE).filter(tag.col(Tag::LABEL).eq("a"));
    assert_eq!(query.filter(Tag::LABEL.eq("b")).count(db)?, 2);
    let loaded = Page::query().join(Page::STRONG).with_from_join(Page::STRONG).order_by(Page::ID).all(db)?;
    assert_eq!(labels(loaded[0].strong.loaded().unwrap()), "ca");
    Ok(())
}

fn a_session_reads_along_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let page = session.find::<Page>(1)?;
    let [a, b, c] = [1, 2, 3].map(|id| session.find::<Tag>(id).unwrap());
    assert_eq!(session.related(page, Page::STRONG)?, [c, a]);
    assert_eq!(session.related(page, Page::SOME)?, [a]);
    assert_eq!(session.related(page, Page::BARE)?, [a, b]);
    // A link that is written is read again, whether it meets the condition or not.
    let mark = session.add(Mark::new(page, b, true, 0));
    assert_eq!(session.related(page, Page::STRONG)?, [b, c, a]);
    session[mark].strong = false;
    assert_eq!(session.related(page, Page::STRONG)?, [c, a]);
    session.remove(page, Page::EVERY, a)?;
    assert_eq!(session.related(page, Page::BARE)?, [b]);
    session.append(page, Page::EVERY, a)?;
    assert_eq!(session.related(page, Page::BARE)?, [a, b]);
    // The links go once, by the relationships to all of them.
    session.delete(page)?;
    session.commit()?;
    assert_eq!(Mark::query().count(db)?, 1);
    Ok(())
}

#[test]
fn what_is_about_the_link_is_asked_where_the_link_is() {
    fn sql<S>(query: Query<Page, S>) -> String {
        query.sql(&ormcore::sql::Sqlite).unwrap().sql.into_owned()
    }
    let any = sql(Page::query().filter(Page::SOME.exists()));
    assert!(
        any.ends_with(concat!(
            r#"EXISTS (SELECT 1 FROM "fil_tag" AS "fil_tag#1" WHERE (("fil_tag#1"."id") IN "#,
            r#"(SELECT "fil_mark#2"."tag_id" FROM "fil_mark" AS "fil_mark#2" "#,
            r#"WHERE ("fil_mark#2"."page_id" = "fil_page"."id") AND ("fil_mark#2"."strong" = ?))) "#,
            r#"AND ("fil_tag#1"."label" <> ?))"#,
        )),
        "{any}"
    );
    let joined = sql(Page::query().left_join(Page::STRONG));
    assert!(
        joined.ends_with(r#""fil_page"."id" = "fil_mark#link1"."page_id") AND ("fil_mark#link1"."strong" = ?)"#),
        "{joined}"
    );
    let loaded = sql(Page::query().with(Page::STRONG.joined()));
    let on = r#"("fil_tag#1"."id" = "fil_mark#2"."tag_id") AND ("fil_mark#2"."strong" = ?)"#;
    assert!(loaded.contains(on), "{loaded}");
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_group")]
struct Group {
    #[column(primary_key)]
    id: i64,
    #[relationship(
        secondary = Membership,
        filter = Membership::INVITER.has(Membership::ACTIVE.eq(true)),
        order_by = Membership::INVITED.count().desc()
    )]
    invited: HasMany<Member>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
}

/// A link that leads to another one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_membership")]
struct Membership {
    #[column(primary_key)]
    id: i64,
    active: bool,
    #[column(foreign_key = Group::ID)]
    group_id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    #[column(foreign_key = Membership::ID)]
    inviter_id: Option<i64>,
    #[relationship(foreign_key = Membership::INVITER_ID, back_populates = "invited")]
    inviter: BelongsTo<Membership>,
    #[relationship(foreign_key = Membership::INVITER_ID, back_populates = "inviter")]
    invited: HasMany<Membership>,
}

/// A group of five: the first has invited the second and the third, and the third, who is no longer active, the fourth; the
/// fourth has invited the fifth.
fn invite(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Group, Member, Membership)>()?;
    let group = Group::new().insert(db)?;
    for (active, inviter) in [(true, None), (true, Some(1)), (false, Some(1)), (true, Some(3)), (true, Some(4))] {
        let member = Member::new().insert(db)?;
        Membership::new(active, &group, &member).with(|link| link.inviter_id = inviter).insert(db)?;
    }
    Ok(())
}

fn a_condition_about_what_the_link_leads_to_is_asked_of_the_link(db: &Database) -> ormcore::Result<()> {
    invite(db)?;
    let ids = |members: &[Member]| members.iter().map(|member| member.id).collect::<Vec<_>>();
    // The third and the fifth have invited one and none.
    let invited = [3, 2, 5];
    assert_eq!(ids(Group::find(1, db)?.invited(db)?), invited);
    assert_eq!(Group::query().filter(Group::INVITED.count().eq(3)).count(db)?, 1);
    assert_eq!(Group::query().join(Group::INVITED).count(db)?, 3);
    assert_eq!(Group::query().left_join(Group::INVITED).select(Member::ID.nullable()).all(db)?.len(), 3);
    let loads = [Group::INVITED.selectin(), Group::INVITED.subquery(), Group::INVITED.joined()];
    let queries = loads.map(|load| Group::query().with(load)).into_iter();
    for query in queries.chain([Group::query().with(Group::INVITED.joined().limit(9))]) {
        assert_eq!(ids(query.one(db)?.invited(db)?), invited);
    }
    assert_eq!(ids(Group::query().join(Group::INVITED).with_from_join(Group::INVITED).one(db)?.invited(db)?), invited);
    let (one, other) = (ormcore::alias!(Member), ormcore::alias!(Member));
    let pairs = Group::query().join(Group::INVITED.to(one)).join(Group::INVITED.to(other));
    assert_eq!(pairs.filter(one.col(Member::ID).lt(of(other.col(Member::ID)))).count(db)?, 3);
    Ok(())
}

on_every_backend!(
    accesses_and_loads_heed_it,
    conditions_and_joins_heed_it,
    a_session_reads_along_it,
    a_condition_about_what_the_link_leads_to_is_asked_of_the_link,
);
