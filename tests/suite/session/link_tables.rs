//! Several link tables of the same shape at one row: each relationship writes and knows its own.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lkt_user")]
struct User {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "lkt_user_group")]
    groups: HasMany<Group>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lkt_group")]
struct Group {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "lkt_group_project")]
    projects: HasMany<Project>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lkt_project")]
struct Project {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lkt_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "lkt_page_tag", back_populates = "pages")]
    tags: HasMany<Tag>,
    #[relationship(secondary = "lkt_page_pin")]
    pins: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lkt_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "lkt_page_tag", back_populates = "tags")]
    pages: HasMany<Page>,
}

/// A user and a group, and the group's two projects, the first of which is linked to it.
fn fill(db: &Database) -> ormcore::Result<(User, Group)> {
    db.create_tables::<(User, Group, Project)>()?;
    let (user, group) = (User::new().insert(db)?, Group::new().insert(db)?);
    let projects = Project::insert_all([Project::new(), Project::new()], db)?;
    Group::PROJECTS.link(&group, &projects[0], db)?;
    Ok((user, group))
}

fn a_link_is_taken_away_where_the_other_row_knows_those_of_another_table(db: &Database) -> ormcore::Result<()> {
    let (user, group) = fill(db)?;
    User::GROUPS.link(&user, &group, db)?;
    let mut session = db.session()?;
    let user = session.get::<User>(1)?.unwrap();
    let group = session.get::<Group>(1)?.unwrap();
    let project = session.get::<Project>(1)?.unwrap();
    assert_eq!(session.related(group, Group::PROJECTS)?, [project]);
    session.remove(user, User::GROUPS, group)?;
    session.commit()?;
    assert!(session[user].groups(db)?.is_empty());
    assert_eq!(session.related(group, Group::PROJECTS)?, [project]);
    Ok(())
}

fn a_row_is_put_among_those_of_its_own_link_table_alone(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let user = session.get::<User>(1)?.unwrap();
    let group = session.get::<Group>(1)?.unwrap();
    let project = session.get::<Project>(1)?.unwrap();
    assert_eq!(session.related(group, Group::PROJECTS)?, [project]);
    session.append(user, User::GROUPS, group)?;
    assert_eq!(session.related(group, Group::PROJECTS)?, [project]);
    session.commit()?;
    assert_eq!(session.related(group, Group::PROJECTS)?, [project]);
    assert_eq!(session[user].groups(db)?.len(), 1);
    Ok(())
}

fn rows_that_one_table_links_can_be_linked_by_another(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Tag)>()?;
    let (page, tag) = (Page::new().insert(db)?, Tag::new().insert(db)?);
    Page::TAGS.link(&page, &tag, db)?;
    let mut session = db.session()?;
    let page = session.get::<Page>(1)?.unwrap();
    let tag = session.get::<Tag>(1)?.unwrap();
    assert_eq!(session.related(tag, Tag::PAGES)?, [page]);
    session.append(page, Page::PINS, tag)?;
    session.commit()?;
    let linked = |page: &Page| Ok::<_, Error>((page.tags(db)?.len(), page.pins(db)?.len()));
    assert_eq!(linked(&Page::find(1, db)?)?, (1, 1));
    session.remove(page, Page::TAGS, tag)?;
    assert!(session.related(tag, Tag::PAGES)?.is_empty());
    session.commit()?;
    assert_eq!(linked(&Page::find(1, db)?)?, (0, 1));
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_link_is_taken_away_where_the_other_row_knows_those_of_another_table,
    a_row_is_put_among_those_of_its_own_link_table_alone,
    rows_that_one_table_links_can_be_linked_by_another,
);
