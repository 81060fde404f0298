//! Foreign keys of several columns of which one may be NULL: then they point to nothing, whatever the others hold.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "opt_folder",
    unique(tenant, id),
    foreign_key(columns(tenant, parent), references(Folder::TENANT, Folder::ID))
)]
struct Folder {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    parent: Option<i64>,
    #[relationship(back_populates = "above")]
    children: HasMany<Folder>,
    #[relationship(back_populates = "children")]
    above: BelongsTo<Folder>,
}

/// Two tables that point to each other.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "opt_house",
    unique(tenant, id),
    foreign_key(columns(tenant, main), references(Door::TENANT, Door::ID))
)]
struct House {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    main: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "opt_door",
    unique(tenant, id),
    foreign_key(columns(tenant, house), references(House::TENANT, House::ID))
)]
struct Door {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    house: i64,
}

/// Its tenant is a row of its own, with a key that the database makes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "opt_tenant")]
struct Tenant {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "opt_task",
    unique(tenant, id),
    foreign_key(columns(tenant, after), references(Task::TENANT, Task::ID))
)]
struct Task {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Tenant::ID)]
    tenant: i64,
    after: Option<i64>,
    #[relationship]
    next: HasMany<Task>,
    #[relationship(foreign_key = Task::AFTER)]
    previous: BelongsTo<Task>,
}

/// A folder of the tenant 7 and one in it, both in the database.
fn folders(db: &Database) -> ormcore::Result<(Session, Handle<Folder>, Handle<Folder>)> {
    db.create_tables::<(Folder,)>()?;
    let mut session = db.session()?;
    let root = session.add(Folder::new(7));
    session.flush()?;
    let child = session.add(Folder::new(7));
    session.append(root, Folder::CHILDREN, child)?;
    session.commit()?;
    assert_eq!((session[child].tenant, session[child].parent), (7, Some(session[root].id)));
    Ok((session, root, child))
}

/// What the table has, by id.
fn stored(db: &Database) -> ormcore::Result<Vec<(i64, Option<i64>)>> {
    Folder::query().order_by(Folder::ID).select((Folder::TENANT, Folder::PARENT)).all(db)
}

fn a_row_is_taken_out_by_the_part_that_may_be_null(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, child) = folders(db)?;
    session.set(child, Folder::ABOVE, None)?;
    session.commit()?;
    assert_eq!(stored(db)?, [(7, None), (7, None)]);
    assert!(session.related(root, Folder::CHILDREN)?.is_empty());
    session.append(root, Folder::CHILDREN, child)?;
    session.commit()?;
    session.remove(root, Folder::CHILDREN, child)?;
    assert_eq!(session.related(child, Folder::ABOVE)?, None);
    session.commit()?;
    assert_eq!(stored(db)?, [(7, None), (7, None)]);
    Ok(())
}

fn who_pointed_to_a_row_that_is_deleted_keeps_the_other_part(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, child) = folders(db)?;
    let new = session.add(Folder::new(0));
    session.append(root, Folder::CHILDREN, new)?;
    session.delete(root)?;
    assert_eq!((session[child].parent, session[new].parent), (None, None));
    session.commit()?;
    assert_eq!(stored(db)?, [(7, None), (7, None)]);
    Ok(())
}

fn a_delete_that_is_taken_back_leaves_the_key_as_it_was(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, child) = folders(db)?;
    session.delete(root)?;
    session.flush()?;
    session.rollback()?;
    assert_eq!((session[child].tenant, session[child].parent), (7, Some(session[root].id)));
    assert_eq!(session.related(root, Folder::CHILDREN)?, [child]);
    Ok(())
}

fn a_circle_of_new_rows_is_written(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Folder,)>()?;
    let mut session = db.session()?;
    let folders = session.add_all([Folder::new(7), Folder::new(7)]);
    session.set(folders[0], Folder::ABOVE, Some(folders[1]))?;
    session.set(folders[1], Folder::ABOVE, Some(folders[0]))?;
    session.commit()?;
    let ids = [session[folders[0]].id, session[folders[1]].id];
    for (own, above) in [(0, 1), (1, 0)] {
        let folder = Folder::find(ids[own], db)?;
        assert_eq!((folder.tenant, folder.parent), (7, Some(ids[above])));
    }
    Ok(())
}

fn a_circle_of_rows_that_are_deleted_is_opened(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, child) = folders(db)?;
    session.append(child, Folder::CHILDREN, root)?;
    session.commit()?;
    assert_eq!(stored(db)?, [(7, Some(2)), (7, Some(1))]);
    session.delete(root)?;
    session.delete(child)?;
    session.commit()?;
    assert_eq!(stored(db)?, []);
    Ok(())
}

/// Each relationship lets go of those that point to the row; here nothing but the foreign keys tells of them.
fn tables_that_point_to_each_other_are_written_and_emptied(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(House, Door)>()?;
    let mut session = db.session()?;
    let house = session.add(House::new(7));
    let door = session.add(Door::new(house));
    session.flush()?;
    session[house].main = Some(session[door].id);
    session.commit()?;
    assert_eq!(House::query().one(db)?.main, Some(Door::query().one(db)?.id));
    session.delete(house)?;
    session.delete(door)?;
    session.commit()?;
    assert_eq!((House::query().count(db)?, Door::query().count(db)?), (0, 0));
    Ok(())
}

/// The tenant has no key yet when the tasks are taken from each other.
fn a_part_that_stays_has_the_value_that_it_waited_for(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tenant, Task)>()?;
    Tenant::new().insert(db)?;
    let mut session = db.session()?;
    let tenant = session.add(Tenant::new());
    let first = session.add(Task::new(tenant));
    let tasks = session.add_all([Task::new(1), Task::new(1)]);
    session.append(first, Task::NEXT, tasks[0])?;
    session.append(first, Task::NEXT, tasks[1])?;
    session.set(tasks[0], Task::PREVIOUS, None)?;
    session.delete(first)?;
    session.commit()?;
    let stored: Vec<(i64, Option<i64>)> = Task::query().select((Task::TENANT, Task::AFTER)).all(db)?;
    assert_eq!((session[tenant].id, stored), (2, vec![(2, None), (2, None)]));
    Ok(())
}

fn a_circle_waits_for_a_row_that_all_of_it_points_to(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tenant, Task)>()?;
    let mut session = db.session()?;
    let tenant = session.add(Tenant::new());
    let tasks = session.add_all([Task::new(tenant), Task::new(tenant)]);
    session.append(tasks[0], Task::NEXT, tasks[1])?;
    session.append(tasks[1], Task::NEXT, tasks[0])?;
    session.commit()?;
    let stored: Vec<(i64, Option<i64>)> =
        Task::query().order_by(Task::ID).select((Task::TENANT, Task::AFTER)).all(db)?;
    assert_eq!(stored, [(1, Some(2)), (1, Some(1))]);
    Ok(())
}

on_every_backend!(
    a_row_is_taken_out_by_the_part_that_may_be_null,
    who_pointed_to_a_row_that_is_deleted_keeps_the_other_part,
    a_delete_that_is_taken_back_leaves_the_key_as_it_was,
    a_circle_of_new_rows_is_written,
    a_circle_of_rows_that_are_deleted_is_opened,
    tables_that_point_to_each_other_are_written_and_emptied,
    a_part_that_stays_has_the_value_that_it_waited_for,
    a_circle_waits_for_a_row_that_all_of_it_points_to,
);
