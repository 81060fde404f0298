//! Link tables whose two keys have a column in common, as where each row is a tenant's; and what a link meets.

// Two keys that share a column name it twice.
#![allow(clippy::duplicated_attributes)]

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_page")]
struct Page {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = PageTag, back_populates = "pages")]
    tags: HasMany<Tag>,
    #[relationship(secondary = Pin)]
    pinned: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_tag")]
struct Tag {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = PageTag, back_populates = "tags")]
    pages: HasMany<Page>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "ten_page_tag",
    foreign_key(columns(tenant, page), references(Page::TENANT, Page::ID)),
    foreign_key(columns(tenant, tag), references(Tag::TENANT, Tag::ID))
)]
struct PageTag {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    page: i64,
    #[column(primary_key)]
    tag: i64,
    #[column(default = 7)]
    weight: i64,
}

/// Links whose key is without the column that the keys of their rows have in common.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "ten_pin",
    foreign_key(columns(tenant, page), references(Page::TENANT, Page::ID)),
    foreign_key(columns(tenant, tag), references(Tag::TENANT, Tag::ID))
)]
struct Pin {
    tenant: i64,
    #[column(primary_key)]
    page: i64,
    #[column(primary_key)]
    tag: i64,
}

/// A row whose own key is the column that the keys have in common.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_tenant")]
struct Tenant {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = Offer)]
    offered: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_offer", foreign_key(columns(tenant, tag), references(Tag::TENANT, Tag::ID)))]
struct Offer {
    #[column(primary_key, foreign_key = Tenant::ID)]
    tenant: i64,
    #[column(primary_key)]
    tag: i64,
}

/// The pages (1, 7), (1, 8) and (2, 7), and the tags (1, 5), (1, 6) and (2, 5).
fn fill(db: &Database) -> ormcore::Result<(Vec<Page>, Vec<Tag>)> {
    db.create_tables::<(Page, Tag, PageTag, Tenant, Offer)>()?;
    let pages = Page::insert_all([(1, 7), (1, 8), (2, 7)].map(|(tenant, id)| Page::new(tenant, id)), db)?;
    let tags = Tag::insert_all([(1, 5), (1, 6), (2, 5)].map(|(tenant, id)| Tag::new(tenant, id)), db)?;
    Ok((pages, tags))
}

fn keys(tags: &[Tag]) -> Vec<(i64, i64)> {
    tags.iter().map(|tag| (tag.tenant, tag.id)).collect()
}

/// All links, as the tenant, the page and the tag.
fn links(db: &Database) -> ormcore::Result<Vec<(i64, i64, i64)>> {
    let order = (PageTag::TENANT, PageTag::PAGE, PageTag::TAG);
    PageTag::query().select((PageTag::TENANT, PageTag::PAGE, PageTag::TAG)).order_by(order).all(db)
}

fn are_apart(error: &ormcore::Error) -> bool {
    error.to_string().contains("`ten_page_tag.tenant` is part of the keys of both, and they differ in it")
}

fn rows_of_one_tenant_are_linked_and_those_of_two_are_not(db: &Database) -> ormcore::Result<()> {
    let (pages, tags) = fill(db)?;
    Page::TAGS.link(&pages[0], &tags[0], db)?;
    Tag::PAGES.link(&tags[2], &pages[2], db)?;
    assert_eq!(links(db)?, [(1, 7, 5), (2, 7, 5)]);
    assert_eq!(PageTag::query().select(PageTag::WEIGHT).all(db)?, [7, 7]);
    let statements = db.record();
    let error = Page::TAGS.link(&pages[0], &tags[2], db).unwrap_err();
    assert!(are_apart(&error), "{error}");
    assert!(statements.is_empty());
    let error = Page::TAGS.set(&pages[0], [&tags[1], &tags[2]], db).unwrap_err();
    assert!(are_apart(&error), "{error}");
    assert!(!Page::TAGS.unlink(&pages[0], &tags[2], db)?);
    assert_eq!(links(db)?, [(1, 7, 5), (2, 7, 5)], "nothing was written");
    Page::TAGS.set(&pages[0], &tags[..2], db)?;
    Page::TAGS.set(&pages[0], &tags[1..2], db)?;
    assert_eq!(links(db)?, [(1, 7, 6), (2, 7, 5)]);
    assert!(Page::TAGS.unlink(&pages[2], &tags[2], db)?);
    assert_eq!(links(db)?, [(1, 7, 6)]);
    Ok(())
}

fn drafts_of_one_tenant_are_linked_to_their_parent(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let page = Page::new(3, 1).with_children(Page::TAGS, [Tag::new(3, 1), Tag::new(3, 2)]).insert(db)?;
    assert_eq!(keys(page.tags(db)?), [(3, 1), (3, 2)]);
    assert_eq!(links(db)?, [(3, 1, 1), (3, 1, 2)]);
    let error = Page::new(4, 1).with_children(Page::TAGS, [Tag::new(5, 1)]).insert(db).unwrap_err();
    assert!(are_apart(&error), "{error}");
    assert_eq!(Page::query().filter(Page::TENANT.eq(4)).count(db)?, 0);
    assert_eq!(Tag::query().filter(Tag::TENANT.eq(5)).count(db)?, 0);
    Ok(())
}

fn links_of_one_tenant_lead_to_its_rows_alone(db: &Database) -> ormcore::Result<()> {
    let (pages, tags) = fill(db)?;
    for (page, tag) in [(0, 0), (0, 1), (1, 1), (2, 2)] {
        Page::TAGS.link(&pages[page], &tags[tag], db)?;
    }
    let expected = [vec![(1, 5), (1, 6)], vec![(1, 6)], vec![(2, 5)]];
    let order = || (Page::TENANT, Page::ID);
    for load in [Page::TAGS.joined(), Page::TAGS.subquery(), Page::TAGS.selectin(), Page::TAGS.select()] {
        for load in [load.clone(), load.limit(5)] {
            let pages = Page::query().with(load.clone()).order_by(order()).all(db)?;
            let found: Vec<_> = pages.iter().map(|page| keys(page.tags(db).unwrap())).collect();
            assert_eq!(found, expected, "{load:?}");
        }
        let round = Page::TAGS.joined().then(Tag::PAGES.joined());
        let page = Page::query().filter(Page::ID.eq(7) & Page::TENANT.eq(1)).with(round).one(db)?;
        assert_eq!(page.tags(db)?[1].pages(db)?.iter().map(|page| page.id).collect::<Vec<_>>(), [7, 8]);
    }
    let of = |query: Query<Page>| query.select(order()).order_by(order()).all(db);
    assert_eq!(of(Page::query().filter(Page::TAGS.contains(&tags[0])))?, [(1, 7)]);
    assert_eq!(of(Page::query().filter(Page::TAGS.any(Tag::ID.eq(5))))?, [(1, 7), (2, 7)]);
    assert_eq!(of(Page::query().filter(Page::TAGS.count().eq(2)))?, [(1, 7)]);
    let joined = Page::query().join(Page::TAGS).select((Page::TENANT, Page::ID, Tag::TENANT, Tag::ID));
    let joined = joined.order_by((Page::TENANT, Page::ID, Tag::ID)).all(db)?;
    assert_eq!(joined, [(1, 7, 1, 5), (1, 7, 1, 6), (1, 8, 1, 6), (2, 7, 2, 5)]);
    Ok(())
}

fn a_session_tells_the_ends_of_such_links_apart(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let page = session.get::<Page>((1, 7))?.unwrap();
    let tags: Vec<_> = [(1, 5), (1, 6), (2, 5)].map(|key| session.get::<Tag>(key).unwrap().unwrap()).into();
    session.append(page, Page::TAGS, tags[0])?;
    session.append(tags[1], Tag::PAGES, page)?;
    session.append(page, Page::TAGS, tags[1])?;
    session.commit()?;
    assert_eq!(links(db)?, [(1, 7, 5), (1, 7, 6)]);
    assert_eq!(session.related(page, Page::TAGS)?, tags[..2]);
    assert_eq!(session.related(tags[1], Tag::PAGES)?, [page]);
    session.remove(tags[0], Tag::PAGES, page)?;
    session.remove(page, Page::TAGS, tags[2])?;
    session.commit()?;
    assert_eq!(links(db)?, [(1, 7, 6)]);
    let new = session.add(Page::new(1, 9));
    session.append(tags[0], Tag::PAGES, new)?;
    session.append(new, Page::TAGS, tags[1])?;
    assert_eq!(session.related(new, Page::TAGS)?, tags[..2]);
    session.commit()?;
    assert_eq!(links(db)?, [(1, 7, 6), (1, 9, 5), (1, 9, 6)]);
    session.append(page, Page::TAGS, tags[2])?;
    let error = session.commit().unwrap_err();
    assert!(are_apart(&error), "{error}");
    Ok(())
}

fn a_key_may_be_a_part_of_the_other_one(db: &Database) -> ormcore::Result<()> {
    let (_, tags) = fill(db)?;
    let tenant = Tenant::new().with_key(1).with_children(Tenant::OFFERED, [Tag::new(1, 9)]).insert(db)?;
    Tenant::OFFERED.link(&tenant, &tags[1], db)?;
    assert!(Tenant::OFFERED.link(&tenant, &tags[2], db).unwrap_err().to_string().contains("`ten_offer.tenant`"));
    for load in [Tenant::OFFERED.joined(), Tenant::OFFERED.selectin()] {
        assert_eq!(keys(Tenant::query().with(load).one(db)?.offered(db)?), [(1, 6), (1, 9)]);
    }
    let mut session = db.session()?;
    let tenant = session.get::<Tenant>(1)?.unwrap();
    let tag = session.get::<Tag>((1, 5))?.unwrap();
    session.append(tenant, Tenant::OFFERED, tag)?;
    session.commit()?;
    assert_eq!(session.related(tenant, Tenant::OFFERED)?.len(), 3);
    Ok(())
}

fn a_link_that_is_there_is_no_error_where_its_key_is_without_the_tenant(db: &Database) -> ormcore::Result<()> {
    let (pages, tags) = fill(db)?;
    db.create_tables::<(Pin,)>()?;
    Page::PINNED.link(&pages[0], &tags[0], db)?;
    let mut session = db.session()?;
    let page = session.get::<Page>((1, 7))?.unwrap();
    let tags = [(1, 5), (1, 6)].map(|key| session.get::<Tag>(key).unwrap().unwrap());
    session.append(page, Page::PINNED, tags[0])?;
    session.append(page, Page::PINNED, tags[1])?;
    session.commit()?;
    let pins = Pin::query().select((Pin::TENANT, Pin::PAGE, Pin::TAG)).order_by(Pin::TAG).all(db)?;
    assert_eq!(pins, [(1, 7, 5), (1, 7, 6)]);
    let other = session.get::<Page>((2, 7))?.unwrap();
    let tag = session.get::<Tag>((2, 5))?.unwrap();
    session.append(other, Page::PINNED, tag)?;
    assert!(session.commit().unwrap_err().is_unique_violation());
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_team")]
struct Team {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = Seat)]
    members: HasMany<Member>,
    #[relationship(secondary = Captain)]
    captains: HasMany<Member>,
    #[relationship(secondary = Player)]
    players: HasMany<Member>,
    #[relationship(secondary = Keeper)]
    keepers: HasMany<Member>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
}

/// Links with something else that is unique.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_seat", unique(member_id, team_id))]
struct Seat {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    #[column(unique, default = 1)]
    number: i64,
}

/// Links of which a team has one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_captain")]
struct Captain {
    #[column(primary_key, foreign_key = Team::ID)]
    team_id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
}

/// Links of which a member has one, with a key of their own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_player", unique(member_id))]
struct Player {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    #[column(default = 5)]
    weight: i64,
    #[column(default = "left".to_string())]
    side: String,
}

/// The same, where the column says that it is unique.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ten_keeper")]
struct Keeper {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
    #[column(foreign_key = Member::ID, unique)]
    member_id: i64,
}

fn a_link_that_is_there_is_no_error_where_a_column_of_it_is_unique(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member, Keeper)>()?;
    let teams = Team::insert_all([Team::new(), Team::new()], db)?;
    let members = Member::insert_all([Member::new(), Member::new()], db)?;
    Team::KEEPERS.link(&teams[0], &members[0], db)?;
    let mut session = db.session()?;
    let teams = [1, 2].map(|key| session.get::<Team>(key).unwrap().unwrap());
    let members = [1, 2].map(|key| session.get::<Member>(key).unwrap().unwrap());
    session.append(teams[0], Team::KEEPERS, members[0])?;
    session.append(teams[1], Team::KEEPERS, members[1])?;
    session.commit()?;
    let keepers = Keeper::query().select((Keeper::TEAM_ID, Keeper::MEMBER_ID)).order_by(Keeper::TEAM_ID);
    assert_eq!(keepers.all(db)?, [(1, 1), (2, 2)]);
    session.append(teams[1], Team::KEEPERS, members[0])?;
    let error = session.commit().unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    Ok(())
}

fn a_link_that_is_there_is_no_error_where_a_part_of_its_keys_is_unique(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member, Seat, Captain, Player)>()?;
    let teams = Team::insert_all([Team::new(), Team::new()], db)?;
    let members = Member::insert_all([Member::new(), Member::new()], db)?;
    Team::CAPTAINS.link(&teams[0], &members[0], db)?;
    Team::PLAYERS.link(&teams[0], &members[0], db)?;
    let mut session = db.session()?;
    let teams = [1, 2].map(|key| session.get::<Team>(key).unwrap().unwrap());
    let members = [1, 2].map(|key| session.get::<Member>(key).unwrap().unwrap());
    session.append(teams[0], Team::CAPTAINS, members[0])?;
    session.append(teams[1], Team::CAPTAINS, members[0])?;
    session.append(teams[0], Team::PLAYERS, members[0])?;
    session.append(teams[0], Team::PLAYERS, members[1])?;
    session.commit()?;
    let captains =
        Captain::query().select((Captain::TEAM_ID, Captain::MEMBER_ID)).order_by(Captain::TEAM_ID).all(db)?;
    assert_eq!(captains, [(1, 1), (2, 1)]);
    let players = Player::query().select((Player::TEAM_ID, Player::MEMBER_ID, Player::WEIGHT, Player::SIDE));
    let side = || "left".to_string();
    assert_eq!(players.order_by(Player::MEMBER_ID).all(db)?, [(1, 1, 5, side()), (1, 2, 5, side())]);
    session.append(teams[1], Team::PLAYERS, members[1])?;
    let error = session.commit().unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    Ok(())
}

fn a_link_that_meets_another_row_is_an_error_and_one_that_is_there_is_not(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member, Seat, Captain, Player)>()?;
    let team = Team::new().insert(db)?;
    let members = Member::insert_all([Member::new(), Member::new()], db)?;
    Team::MEMBERS.link(&team, &members[0], db)?;
    Team::CAPTAINS.link(&team, &members[0], db)?;
    let mut session = db.session()?;
    let team = session.get::<Team>(1)?.unwrap();
    let members = [1, 2].map(|key| session.get::<Member>(key).unwrap().unwrap());
    session.append(team, Team::MEMBERS, members[0])?;
    session.commit()?;
    assert_eq!(Seat::query().count(db)?, 1, "it was there already");
    session.append(team, Team::MEMBERS, members[1])?;
    let error = session.commit().unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    session.rollback()?;
    session.append(team, Team::CAPTAINS, members[1])?;
    let error = session.commit().unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    Ok(())
}

on_every_backend!(
    a_link_that_is_there_is_no_error_where_its_key_is_without_the_tenant,
    a_link_that_is_there_is_no_error_where_a_column_of_it_is_unique,
    a_link_that_is_there_is_no_error_where_a_part_of_its_keys_is_unique,
    rows_of_one_tenant_are_linked_and_those_of_two_are_not,
    drafts_of_one_tenant_are_linked_to_their_parent,
    links_of_one_tenant_lead_to_its_rows_alone,
    a_session_tells_the_ends_of_such_links_apart,
    a_key_may_be_a_part_of_the_other_one,
    a_link_that_meets_another_row_is_an_error_and_one_that_is_there_is_not,
);
