//! The models and rows of these tests: a shop with its customers, orders and staff.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Customer {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) city: Option<String>,
    #[relationship(order_by = Purchase::ID)]
    pub(crate) purchases: HasMany<Purchase>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Purchase {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = Customer::ID)]
    pub(crate) customer_id: i64,
    pub(crate) amount: f64,
    pub(crate) pieces: i32,
    pub(crate) note: Option<String>,
    #[relationship]
    pub(crate) customer: BelongsTo<Customer>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Employee {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) salary: i64,
    #[column(foreign_key = Employee::ID)]
    pub(crate) boss_id: Option<i64>,
    #[relationship(back_populates = "reports")]
    pub(crate) boss: BelongsTo<Employee>,
    #[relationship(back_populates = "boss", order_by = Employee::ID)]
    pub(crate) reports: HasMany<Employee>,
}

/// Four customers, of whom the last has bought nothing; seven purchases; a staff of six on three levels.
pub(crate) fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Customer, Purchase, Employee)>()?;
    let customers = [("ann", Some("Oslo")), ("bob", None), ("cy", Some("Rome")), ("dan", Some("Oslo"))];
    Customer::insert_all(
        customers.map(|(name, city)| Customer::new(name).with(|row| row.city = city.map(Into::into))),
        db,
    )?;
    let purchases: [(i64, f64, i32, Option<&str>); 7] = [
        (1, 10.0, 1, None),
        (1, 20.5, 2, Some("gift")),
        (1, 4.5, 3, None),
        (2, 100.0, 10, Some("bulk")),
        (2, 1.0, 1, None),
        (3, 7.25, 2, None),
        (3, 7.25, 5, Some("gift")),
    ];
    Purchase::insert_all(
        purchases.map(|(customer, amount, pieces, note)| {
            Purchase::new(customer, amount, pieces).with(|row| row.note = note.map(Into::into))
        }),
        db,
    )?;
    let staff = [
        ("root", 90, None),
        ("left", 60, Some(1)),
        ("right", 70, Some(1)),
        ("a", 50, Some(2)),
        ("b", 75, Some(2)),
        ("c", 40, Some(3)),
    ];
    let mut rows = Vec::new();
    for (name, salary, boss) in staff {
        rows.push(Employee::new(name, salary).with(|row| row.boss_id = boss).insert(db)?);
    }
    Ok(())
}
