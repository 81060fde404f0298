//! Joins: along relationships, on conditions, of a table with itself.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{all_of, any_of, of, table};
use ormcore_tests::on_every_backend;

use crate::shop::{Customer, Employee, Purchase, fill};

fn what_is_left_joined_may_be_missing(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let pairs = Customer::query()
        .left_join(Customer::PURCHASES)
        .select((Customer::NAME, Purchase::AMOUNT.nullable()))
        .order_by((Customer::ID, Purchase::ID))
        .all(db)?;
    assert_eq!(pairs.len(), 8);
    assert_eq!(pairs[7], ("dan".to_string(), None));
    let rows = Customer::query()
        .left_join(Customer::PURCHASES)
        .select((Customer::all_columns(), Purchase::all_columns().nullable()))
        .filter(Customer::ID.ge(3))
        .order_by((Customer::ID, Purchase::ID))
        .all(db)?;
    assert_eq!(
        rows.iter().map(|(one, other)| (one.id, other.as_ref().map(|row| row.id))).collect::<Vec<_>>(),
        [(3, Some(6)), (3, Some(7)), (4, None)]
    );
    Ok(())
}

fn a_table_is_joined_to_itself_by_aliases(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (boss, head) = (alias!(Employee), alias!(Employee));
    let paid_more = Employee::query()
        .join(Employee::BOSS.to(boss))
        .filter(Employee::SALARY.gt(of(boss.col(Employee::SALARY))))
        .all(db)?;
    assert_eq!(paid_more.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["b"]);
    let chains = Employee::query()
        .join(Employee::BOSS.to(boss))
        .left_join(boss.along(Employee::BOSS).to(head))
        .select((Employee::NAME, boss.col(Employee::NAME), head.col(Employee::NAME).nullable()))
        .order_by(Employee::ID)
        .all(db)?;
    let chain = |a: &str, b: &str, c: Option<&str>| (a.to_string(), b.to_string(), c.map(str::to_string));
    assert_eq!(chains[0], chain("left", "root", None));
    assert_eq!(chains[4], chain("c", "right", Some("root")));
    Ok(())
}

/// Two occurrences in one macro of the program's own: both have the place of its call.
macro_rules! boss_and_head {
    ($model:ty) => {
        (alias!($model), alias!($model))
    };
}

fn each_alias_in_a_macro_is_an_occurrence_of_its_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let (boss, head) = boss_and_head!(Employee);
    let chains = Employee::query()
        .join(Employee::BOSS.to(boss))
        .join(boss.along(Employee::BOSS).to(head))
        .filter(head.col(Employee::NAME).eq("root"))
        .select((Employee::NAME, boss.col(Employee::NAME), head.col(Employee::NAME)))
        .order_by(Employee::ID)
        .all(db)?;
    let chain = |a: &str, b: &str| (a.to_string(), b.to_string(), "root".to_string());
    assert_eq!(chains, [chain("a", "left"), chain("b", "left"), chain("c", "right")]);
    Ok(())
}

/// A model of the name that the macro's own type could have.
#[derive(Model, Debug, Clone, PartialEq)]
struct Alias {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Alias::ID)]
    of_id: Option<i64>,
    #[relationship]
    of: BelongsTo<Alias>,
}

impl Alias {
    fn of_called(name: &str, db: &Database) -> ormcore::Result<Vec<Self>> {
        let original = alias!(Self);
        Self::query().join(Self::OF.to(original)).filter(original.col(Self::NAME).eq(name)).all(db)
    }
}

fn pairs<M: Model>(id: ormcore::Column<M, i64>, db: &Database) -> ormcore::Result<u64> {
    let other = alias!(M);
    M::query().join(other.on(other.col(id).gt(of(id)))).count(db)
}

fn an_alias_may_be_of_any_model(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.create_tables::<(Alias,)>()?;
    let peter = Alias::new("peter").insert(db)?;
    let pete = Alias::new("pete").set(Alias::OF_ID, &peter).insert(db)?;
    let original = alias!(Alias);
    let found = Alias::query().join(Alias::OF.to(original)).filter(original.col(Alias::NAME).eq("peter"));
    assert_eq!(found.one(db)?, pete);
    assert_eq!(Alias::of_called("peter", db)?, [pete]);
    assert_eq!((pairs(Alias::ID, db)?, pairs(Customer::ID, db)?), (1, 6));
    Ok(())
}

fn a_join_on_a_condition_needs_no_relationship(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let cheaper = alias!(Purchase);
    let pairs = Purchase::query()
        .join(cheaper.on(all_of((
            cheaper.col(Purchase::AMOUNT).lt(of(Purchase::AMOUNT)),
            cheaper.col(Purchase::CUSTOMER_ID).eq(of(Purchase::CUSTOMER_ID)),
        ))))
        .select((Purchase::ID, cheaper.col(Purchase::ID)))
        .order_by((Purchase::ID, cheaper.col(Purchase::ID)))
        .all(db)?;
    assert_eq!(pairs, [(1, 3), (2, 1), (2, 3), (4, 5)]);
    Ok(())
}

fn conditions_of_several_models_are_joined(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let either = any_of((Customer::CITY.eq("Rome"), Purchase::NOTE.eq("bulk")));
    let ids = Purchase::query().join(Purchase::CUSTOMER).filter(either).select(Purchase::ID).order_by(Purchase::ID);
    assert_eq!(ids.all(db)?, [4, 6, 7]);
    Ok(())
}

fn one_table_joined_twice_is_refused_in_words(db: &Database) -> ormcore::Result<()> {
    let twice = Purchase::query().join(Purchase::CUSTOMER).join(Customer::PURCHASES);
    let error = twice.all(db).unwrap_err();
    assert!(error.to_string().contains("alias!(purchase)"), "{error}");
    Ok(())
}

fn a_row_that_is_given_twice_has_what_is_loaded_with_it_once(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let chosen = || Customer::query().join(Customer::PURCHASES).distinct_on(Purchase::AMOUNT);
    let by_amount = || chosen().order_by(Purchase::AMOUNT.desc());
    let written = || {
        let all = sql!(
            "SELECT {} FROM {} JOIN {} ON {} = {}",
            Customer::all_columns(),
            table::<Customer>(),
            table::<Purchase>(),
            Purchase::CUSTOMER_ID,
            Customer::ID
        );
        Customer::from_sql(all).order_by(Customer::ID)
    };
    for load in [Customer::PURCHASES.selectin(), Customer::PURCHASES.joined(), Customer::PURCHASES.subquery()] {
        let counts = |rows: Vec<Customer>| -> Vec<(i64, usize)> {
            rows.iter().map(|row| (row.id, row.purchases.loaded().unwrap().len())).collect()
        };
        let rows = by_amount().with(load.clone()).all(db)?;
        assert_eq!(counts(rows), [(2, 2), (1, 3), (1, 3), (3, 2), (1, 3), (2, 2)]);
        let rows = written().with(load).all(db)?;
        assert_eq!(counts(rows), [(1, 3), (1, 3), (1, 3), (2, 2), (2, 2), (3, 2), (3, 2)]);
    }
    // Who joins by hand gathers by the key.
    let all = sql!("SELECT {} FROM {}", Customer::all_columns(), table::<Customer>());
    let rich = Customer::from_sql(all).join(Customer::PURCHASES).filter(Purchase::AMOUNT.gt(0.0));
    let rows = rich.with_from_join(Customer::PURCHASES).all(db)?;
    assert_eq!(rows.iter().map(|row| row.purchases.loaded().unwrap().len()).sum::<usize>(), 7);
    assert_eq!(rows.len(), 3);
    // What agrees in columns of its own is one row.
    let one_each = Customer::query().join(Customer::PURCHASES).distinct_on(Customer::NAME).order_by(Customer::ID);
    let statements = db.record();
    assert_eq!(one_each.with(Customer::PURCHASES.joined()).all(db)?.len(), 3);
    assert_eq!(statements.texts().len(), 1);
    Ok(())
}

on_every_backend!(
    a_row_that_is_given_twice_has_what_is_loaded_with_it_once,
    what_is_left_joined_may_be_missing,
    a_table_is_joined_to_itself_by_aliases,
    each_alias_in_a_macro_is_an_occurrence_of_its_own,
    an_alias_may_be_of_any_model,
    a_join_on_a_condition_needs_no_relationship,
    conditions_of_several_models_are_joined,
    one_table_joined_twice_is_refused_in_words,
);
