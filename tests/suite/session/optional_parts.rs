//! Foreign keys of several columns of which one may be NULL: then they point to nothing, whatever the others hold.

use ormcore::SessionOptions;
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

/// Two keys that share a column; one of them may be NULL.
#[allow(clippy::duplicated_attributes)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "opt_step",
    unique(tenant, id),
    foreign_key(columns(tenant, before), references(Step::TENANT, Step::ID)),
    foreign_key(columns(tenant, first), references(Step::TENANT, Step::ID))
)]
struct Step {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    before: Option<i64>,
    first: i64,
    #[relationship(foreign_key = Step::BEFORE)]
    previous: BelongsTo<Step>,
    #[relationship(foreign_key = Step::FIRST)]
    start: BelongsTo<Step>,
}

#[allow(clippy::duplicated_attributes)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "opt_shelf",
    unique(tenant, id),
    unique(tenant, name),
    foreign_key(columns(tenant, below), references(Shelf::TENANT, Shelf::ID))
)]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    name: String,
    below: Option<i64>,
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
    let tasks = session.add_all([Task::new(1), Task::new(tenant)]);
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

fn a_circle_is_opened_where_no_other_key_leads_into_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Step,)>()?;
    Step::new(7, 1).with_key(1).insert(db)?;
    let mut session = db.session()?;
    let root = session.get::<Step>(1)?.unwrap();
    let steps = session.add_all([Step::new(7, 1), Step::new(7, 1)]);
    session.set(steps[0], Step::PREVIOUS, Some(steps[1]))?;
    session.set(steps[0], Step::START, Some(steps[1]))?;
    session.set(steps[1], Step::PREVIOUS, Some(steps[0]))?;
    session.set(steps[1], Step::START, Some(root))?;
    session.commit()?;
    let ids = steps.iter().map(|step| session[*step].id).collect::<Vec<_>>();
    let found = [Step::find(ids[0], db)?, Step::find(ids[1], db)?].map(|step| (step.tenant, step.before, step.first));
    assert_eq!(found, [(7, Some(ids[1]), ids[1]), (7, Some(ids[0]), 1)]);

    let steps = session.add_all([Step::new(7, 1), Step::new(7, 1)]);
    session.set(steps[0], Step::START, Some(steps[1]))?;
    session.set(steps[1], Step::START, Some(steps[0]))?;
    session.set(steps[1], Step::PREVIOUS, Some(steps[0]))?;
    let refused = session.commit().unwrap_err();
    assert!(refused.to_string().contains("point to each other in a circle"), "{refused}");
    Ok(())
}

/// It takes the name of the one that is deleted, in its new tenant, though it leads nowhere there.
fn a_row_that_changes_the_other_part_takes_what_is_unique_after_a_delete(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf,)>()?;
    let mut session = db.session()?;
    let shelves = session.add_all([Shelf::new(7, "a"), Shelf::new(8, "a")]);
    session.commit()?;
    session[shelves[0]].tenant = 8;
    session.delete(shelves[1])?;
    session.commit()?;
    let stored = Shelf::query().one(db)?;
    assert_eq!((stored.id, stored.tenant), (session[shelves[0]].id, 8));
    Ok(())
}

/// It is read again before the flush, and points there again.
fn a_row_that_is_read_again_is_left_again(db: &Database) -> ormcore::Result<()> {
    folders(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let (root, child) = (session.get::<Folder>(1)?.unwrap(), session.get::<Folder>(2)?.unwrap());
    session.delete(root)?;
    session.refresh(child)?;
    assert_eq!(session[child].parent, Some(1));
    session.commit()?;
    assert_eq!(stored(db)?, [(7, None)]);
    Ok(())
}

on_every_backend!(
    a_circle_is_opened_where_no_other_key_leads_into_it,
    a_row_that_changes_the_other_part_takes_what_is_unique_after_a_delete,
    a_row_that_is_read_again_is_left_again,
    a_row_is_taken_out_by_the_part_that_may_be_null,
    who_pointed_to_a_row_that_is_deleted_keeps_the_other_part,
    a_delete_that_is_taken_back_leaves_the_key_as_it_was,
    a_circle_of_new_rows_is_written,
    a_circle_of_rows_that_are_deleted_is_opened,
    tables_that_point_to_each_other_are_written_and_emptied,
    a_part_that_stays_has_the_value_that_it_waited_for,
    a_circle_waits_for_a_row_that_all_of_it_points_to,
);
