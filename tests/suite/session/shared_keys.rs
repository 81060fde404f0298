//! Foreign keys that have a column in common, where one of them waits for a row that has no key yet.

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sha_tenant")]
struct Tenant {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sha_customer")]
struct Customer {
    #[column(primary_key, foreign_key = Tenant::ID)]
    tenant: i64,
    #[column(primary_key)]
    number: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sha_project")]
struct Project {
    #[column(primary_key, foreign_key = Tenant::ID)]
    tenant: i64,
    #[column(primary_key)]
    number: i64,
    #[relationship(cascade = "all", back_populates = "work")]
    invoices: HasMany<Invoice>,
}

#[allow(clippy::duplicated_attributes)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "sha_invoice",
    foreign_key(columns(tenant, customer), references(Customer::TENANT, Customer::NUMBER)),
    foreign_key(columns(tenant, project), references(Project::TENANT, Project::NUMBER))
)]
struct Invoice {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    customer: i64,
    project: i64,
    #[relationship]
    buyer: BelongsTo<Customer>,
    #[relationship(back_populates = "invoices")]
    work: BelongsTo<Project>,
}

/// As an invoice; its project goes with it.
#[allow(clippy::duplicated_attributes)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "sha_bill",
    foreign_key(columns(tenant, customer), references(Customer::TENANT, Customer::NUMBER)),
    foreign_key(columns(tenant, project), references(Project::TENANT, Project::NUMBER))
)]
struct Bill {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    customer: i64,
    project: i64,
    #[relationship]
    buyer: BelongsTo<Customer>,
    #[relationship(cascade = "all")]
    work: BelongsTo<Project>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sha_room")]
struct Room {
    #[column(primary_key)]
    house: i64,
    #[column(primary_key)]
    number: i64,
}

#[allow(clippy::duplicated_attributes)]
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "sha_door",
    foreign_key(columns(house, from), references(Room::HOUSE, Room::NUMBER)),
    foreign_key(columns(house, to), references(Room::HOUSE, Room::NUMBER))
)]
struct Door {
    #[column(primary_key)]
    id: i64,
    house: i64,
    from: i64,
    to: i64,
    #[relationship(foreign_key = Door::FROM)]
    inside: BelongsTo<Room>,
    #[relationship(foreign_key = Door::TO)]
    outside: BelongsTo<Room>,
}

/// Two tenants, each with a customer and a project with the number 1.
fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Tenant, Customer, Project, Invoice, Bill)>()?;
    for name in ["red", "blue"] {
        let tenant = Tenant::new(name).insert(db)?;
        Customer::new(&tenant, 1).insert(db)?;
        Project::new(&tenant, 1).insert(db)?;
    }
    Ok(())
}

/// An invoice of the first tenant whose customer was exchanged for a new one, in a session that asks without a flush.
struct Exchanged {
    session: Session,
    invoice: Handle<Invoice>,
    customer: Handle<Customer>,
    project: Handle<Project>,
}

fn exchanged(db: &Database) -> ormcore::Result<Exchanged> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let project = session.get::<Project>((1, 1))?.unwrap();
    let invoice = session.add(Invoice::new(1, 1, 1));
    session.commit()?;
    let customer = session.add(Customer::new(1, 2));
    session.set(invoice, Invoice::BUYER, Some(customer))?;
    Ok(Exchanged { session, invoice, customer, project })
}

fn a_key_beside_one_that_waits_leads_to_its_own_row(db: &Database) -> ormcore::Result<()> {
    let Exchanged { mut session, invoice, customer, project } = exchanged(db)?;
    assert_eq!(session.related(invoice, Invoice::BUYER)?, Some(customer));
    assert_eq!(session.related(invoice, Invoice::WORK)?, Some(project));
    assert_eq!(session.related(project, Project::INVOICES)?, [invoice]);
    session.commit()?;
    assert_eq!(session.related(invoice, Invoice::WORK)?, Some(project));
    assert_eq!(session.related(project, Project::INVOICES)?, [invoice]);
    assert_eq!((session[invoice].tenant, session[invoice].customer, session[invoice].project), (1, 2, 1));
    Ok(())
}

fn who_points_to_a_row_beside_a_key_that_waits_goes_with_it(db: &Database) -> ormcore::Result<()> {
    let Exchanged { mut session, invoice, customer, project } = exchanged(db)?;
    session.delete(project)?;
    session.commit()?;
    assert!(!session.contains(invoice) && session.contains(customer));
    assert_eq!((Invoice::query().count(db)?, Customer::query().count(db)?), (0, 3));
    Ok(())
}

fn what_a_key_beside_one_that_waits_leads_to_follows_a_delete(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let bill = session.add(Bill::new(1, 1, 1));
    session.commit()?;
    let customer = session.add(Customer::new(1, 2));
    session.set(bill, Bill::BUYER, Some(customer))?;
    session.delete(bill)?;
    session.commit()?;
    assert_eq!((Customer::query().count(db)?, session.contains(customer)), (3, true));
    assert_eq!(Project::query().select((Project::TENANT, Project::NUMBER)).all(db)?, [(2, 1)]);
    Ok(())
}

/// The customer is another tenant's, and so the project with the same number is another one.
fn a_column_in_common_has_the_value_that_it_waits_for(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let bill = session.add(Bill::new(1, 1, 1));
    let other = session.add(Bill::new(1, 1, 1));
    session.commit()?;
    let customer = session.add(Customer::new(2, 2));
    session.set(bill, Bill::BUYER, Some(customer))?;
    session.set(other, Bill::BUYER, Some(customer))?;
    let project = session.related(bill, Bill::WORK)?.unwrap();
    assert_eq!((session[project].tenant, session[project].number), (2, 1));
    // What it led to before stays.
    session.delete(bill)?;
    session.delete(other)?;
    session.commit()?;
    assert_eq!(Project::query().select((Project::TENANT, Project::NUMBER)).all(db)?, [(1, 1)]);
    Ok(())
}

/// As above, where the session does not have the project.
fn a_delete_finds_the_row_of_a_column_in_common_that_waits(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session()?;
    let bill = session.add(Bill::new(1, 1, 1));
    session.commit()?;
    let customer = session.add(Customer::new(2, 2));
    session.set(bill, Bill::BUYER, Some(customer))?;
    session.delete(bill)?;
    session.commit()?;
    assert_eq!(Project::query().select((Project::TENANT, Project::NUMBER)).all(db)?, [(1, 1)]);
    Ok(())
}

fn what_only_the_database_will_know_is_nothing_until_then(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let bill = session.add(Bill::new(1, 1, 1));
    session.commit()?;
    let green = session.add(Tenant::new("green"));
    let customer = session.add(Customer::new(green, 2));
    session.set(bill, Bill::BUYER, Some(customer))?;
    assert_eq!(session.related(bill, Bill::WORK)?, None);
    session.delete(bill)?;
    session.commit()?;
    assert_eq!((Bill::query().count(db)?, Project::query().count(db)?), (0, 2));
    Ok(())
}

/// The tenant, too, has no key yet: it is the same for both.
fn new_rows_of_one_new_tenant_are_told_apart(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let green = session.add(Tenant::new("green"));
    let (customer, project) = (session.add(Customer::new(green, 1)), session.add(Project::new(green, 2)));
    assert_eq!(session.related(project, Project::INVOICES)?, []);
    let invoice = session.add(Invoice::new(7, 7, 7));
    session.set(invoice, Invoice::WORK, Some(project))?;
    session.set(invoice, Invoice::BUYER, Some(customer))?;
    assert_eq!(session.related(invoice, Invoice::BUYER)?, Some(customer));
    assert_eq!(session.related(invoice, Invoice::WORK)?, Some(project));
    assert_eq!(session.related(project, Project::INVOICES)?, [invoice]);
    session.commit()?;
    assert_eq!(session.related(project, Project::INVOICES)?, [invoice]);
    let stored = Invoice::query().select((Invoice::TENANT, Invoice::CUSTOMER, Invoice::PROJECT)).all(db)?;
    assert_eq!(stored, [(3, 1, 2)]);
    Ok(())
}

fn two_keys_to_one_model_lead_to_a_row_each(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Room, Door)>()?;
    let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    let rooms = [1, 2].map(|number| session.add(Room::new(1, number)));
    let door = session.add(Door::new(7, 7, 7).set(Door::FROM, rooms[0]).set(Door::TO, rooms[1]));
    assert_eq!(session.related(door, Door::INSIDE)?, Some(rooms[0]));
    assert_eq!(session.related(door, Door::OUTSIDE)?, Some(rooms[1]));
    session.commit()?;
    assert_eq!((session[door].from, session[door].to), (1, 2));
    let hall = session.add(Room::new(1, 3));
    session.set(door, Door::INSIDE, Some(hall))?;
    assert_eq!(session.related(door, Door::INSIDE)?, Some(hall));
    assert_eq!(session.related(door, Door::OUTSIDE)?, Some(rooms[1]));
    session.commit()?;
    assert_eq!((session[door].from, session[door].to), (3, 2));
    Ok(())
}

on_every_backend!(
    a_key_beside_one_that_waits_leads_to_its_own_row,
    who_points_to_a_row_beside_a_key_that_waits_goes_with_it,
    what_a_key_beside_one_that_waits_leads_to_follows_a_delete,
    a_column_in_common_has_the_value_that_it_waits_for,
    a_delete_finds_the_row_of_a_column_in_common_that_waits,
    what_only_the_database_will_know_is_nothing_until_then,
    new_rows_of_one_new_tenant_are_told_apart,
    two_keys_to_one_model_lead_to_a_row_each,
);
