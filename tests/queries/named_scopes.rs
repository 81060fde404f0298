//! Named default scopes, of which a query or a load lifts one, and the others hold on.

use std::cell::Cell;

use ormcore::prelude::*;
use ormcore::query::{Param, exists, prepare};
use ormcore::sql::{Sqlite, of};
use ormcore_tests::on_every_backend;

thread_local! {
    static TENANT: Cell<i64> = const { Cell::new(1) };
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ns_customer", scope(tenant = Customer::of_tenant, r#type = || Customer::CLOSED.eq(false)))]
struct Customer {
    #[column(primary_key)]
    id: i64,
    tenant_id: i64,
    closed: bool,
    #[relationship(order_by = Invoice::ID)]
    invoices: HasMany<Invoice>,
    #[relationship(lazy = "dynamic", foreign_key = Invoice::CUSTOMER_ID)]
    all_invoices: HasMany<Invoice>,
}

impl Customer {
    fn of_tenant() -> Predicate<Customer> {
        Customer::TENANT_ID.eq(TENANT.get())
    }
}

/// The column `kept` has the constant that the scope of this name would have, were it not for the prefix.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ns_invoice", scope(tenant = Invoice::of_tenant, kept = Invoice::kept))]
struct Invoice {
    #[column(primary_key)]
    id: i64,
    #[column(default = TENANT.get())]
    tenant_id: i64,
    kept: bool,
    #[column(foreign_key = Customer::ID)]
    customer_id: Option<i64>,
    #[column(foreign_key = Invoice::ID)]
    corrects_id: Option<i64>,
    #[relationship]
    customer: BelongsTo<Customer>,
    #[relationship]
    corrects: BelongsTo<Invoice>,
    #[relationship(foreign_key = Invoice::CORRECTS_ID)]
    corrections: HasMany<Invoice>,
}

impl Invoice {
    fn of_tenant() -> Predicate<Invoice> {
        Invoice::TENANT_ID.eq(TENANT.get())
    }

    fn kept() -> Predicate<Invoice> {
        Invoice::KEPT.eq(true)
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ns_note", scope(open = || Note::OPEN.eq(true), named = || Note::NAME.ne("")))]
struct Note {
    #[column(primary_key)]
    id: i64,
    open: bool,
    name: String,
    #[relationship(secondary = Sequel, foreign_key = Sequel::FROM_ID, order_by = Note::ID)]
    sequels: HasMany<Note>,
    #[relationship(secondary = Sequel, foreign_key = Sequel::FROM_ID, lazy = "dynamic")]
    all_sequels: HasMany<Note>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ns_sequel")]
struct Sequel {
    #[column(primary_key, foreign_key = Note::ID)]
    from_id: i64,
    #[column(primary_key, foreign_key = Note::ID)]
    to_id: i64,
}

/// Of the tenant 1 a kept invoice 1 and a deleted one 2 that corrects it, of the tenant 2 the same, 3 and 4; 5, a kept one of
/// the first, corrects 2, which is deleted, and 6, of the second, corrects 2 too.
fn fill(db: &Database) -> ormcore::Result<()> {
    TENANT.set(1);
    db.create_tables::<(Customer, Invoice)>()?;
    Customer::insert_all([(1, false), (2, true), (1, true)].map(|(tenant, closed)| Customer::new(tenant, closed)), db)?;
    let rows = [
        (1, true, None),
        (1, false, Some(1)),
        (2, true, None),
        (2, false, Some(3)),
        (1, true, Some(2)),
        (2, true, Some(2)),
    ];
    for (tenant, kept, corrects) in rows {
        let draft = Invoice::new(kept).set(Invoice::TENANT_ID, tenant).set(Invoice::CUSTOMER_ID, 1);
        draft.set(Invoice::CORRECTS_ID, corrects).insert(db)?;
    }
    Ok(())
}

fn bin() -> Query<Invoice> {
    Invoice::query().without_scope(Invoice::SCOPE_KEPT)
}

fn ids(invoices: &[Invoice]) -> Vec<i64> {
    invoices.iter().map(|invoice| invoice.id).collect()
}

fn one_is_lifted_and_the_others_hold(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(ids(&Invoice::query().order_by(Invoice::ID).all(db)?), [1, 5]);
    assert_eq!(ids(&bin().order_by(Invoice::ID).all(db)?), [1, 2, 5]);
    assert_eq!((Invoice::query().count(db)?, bin().count(db)?), (2, 3));
    assert_eq!(Invoice::query().without_scope(Invoice::SCOPE_TENANT).count(db)?, 4);
    assert_eq!(bin().without_scope(Invoice::SCOPE_KEPT).without_scope(Invoice::SCOPE_TENANT).count(db)?, 6);
    assert_eq!(Invoice::query().unscoped().without_scope(Invoice::SCOPE_KEPT).count(db)?, 6);
    assert_eq!(bin().unscoped().count(db)?, 6);
    assert!(bin().filter(Invoice::ID.eq(2)).exists(db)? && !bin().filter(Invoice::ID.eq(4)).exists(db)?);
    assert_eq!(bin().select(Invoice::ID.max()).one(db)?, Some(5));
    assert_eq!(bin().order_by(Invoice::ID).paginate(1, 2, db)?.total, 3);
    assert_eq!(bin().order_by(Invoice::ID.desc()).first(db)?.map(|invoice| invoice.id), Some(5));
    let mut seen = Vec::new();
    bin().order_by(Invoice::ID).each(db, |invoice| {
        seen.push(invoice.id);
        Ok(())
    })?;
    assert_eq!(seen, [1, 2, 5]);
    let mut batches = bin().order_by(Invoice::ID).batches(2);
    assert_eq!((ids(&batches.next(db)?.unwrap()), ids(&batches.next(db)?.unwrap())), (vec![1, 2], vec![5]));
    let page = bin().order_by(Invoice::ID).page_after(None, 1, db)?;
    assert_eq!(ids(&bin().order_by(Invoice::ID).page_after(page.next.as_ref(), 9, db)?.items), [2, 5]);
    assert!(Invoice::get(2, db)?.is_none() && Invoice::get(4, db)?.is_none() && Invoice::get(1, db)?.is_some());
    TENANT.set(2);
    assert_eq!(ids(&bin().order_by(Invoice::ID).all(db)?), [3, 4, 6]);
    Ok(())
}

fn it_says_what_it_adds(_: &Database) -> ormcore::Result<()> {
    let condition = |query: Query<Invoice>| -> ormcore::Result<String> {
        let sql = query.select(Invoice::ID).sql(&Sqlite)?.sql;
        Ok(sql.split_once(r#" FROM "ns_invoice""#).map(|(_, rest)| rest.to_string()).unwrap())
    };
    let [tenant, kept] = [r#""ns_invoice"."tenant_id" = ?"#, r#""ns_invoice"."kept" = ?"#];
    assert_eq!(condition(Invoice::query())?, format!(" WHERE ({tenant}) AND ({kept})"));
    assert_eq!(condition(bin())?, format!(" WHERE {tenant}"));
    assert_eq!(condition(bin().without_scope(Invoice::SCOPE_TENANT))?, "");
    Ok(())
}

fn writes_of_many_rows_heed_what_is_left(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let written =
        bin().filter(Invoice::KEPT.eq(false)).returning(Invoice::ID).update(Invoice::CUSTOMER_ID.set(3), db)?;
    assert_eq!(written, [2]);
    assert_eq!(bin().update(Invoice::KEPT.set(false), db)?, 3);
    assert_eq!(bin().filter(Invoice::ID.gt(1)).filter(Invoice::CORRECTS_ID.ne(1)).delete(db)?, 1);
    assert_eq!(Invoice::query().unscoped().order_by(Invoice::ID).select(Invoice::ID).all(db)?, [1, 2, 3, 4, 6]);
    Ok(())
}

fn joined_models_and_aliases_lift_their_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Invoice::query().unscoped().filter(Invoice::ID.eq(1)).update(Invoice::CUSTOMER_ID.set(3), db)?;
    let joined = || Invoice::query().join(Invoice::CUSTOMER);
    assert_eq!(joined().count(db)?, 1, "the customer of the other is closed");
    assert_eq!(joined().without_scope(Customer::SCOPE_TYPE).count(db)?, 2);
    assert_eq!(joined().without_scope(Invoice::SCOPE_KEPT).count(db)?, 2);
    assert_eq!(joined().without_scope(Customer::SCOPE_TYPE).without_scope(Invoice::SCOPE_KEPT).count(db)?, 3);
    let left = Invoice::query().left_join(Invoice::CUSTOMER).order_by(Invoice::ID);
    let customers = left.clone().select(Customer::ID.nullable()).all(db)?;
    assert_eq!(customers, [None, Some(1)]);
    assert_eq!(left.without_scope(Customer::SCOPE_TYPE).select(Customer::ID.nullable()).all(db)?, [Some(3), Some(1)]);

    let before = ormcore::alias!(Invoice);
    let corrected = || Invoice::query().join(Invoice::CORRECTS.to(before)).order_by(Invoice::ID);
    let pairs = |query: ormcore::query::Select<_, (i64, i64)>| query.all(db);
    let both = (Invoice::ID, before.col(Invoice::ID));
    assert_eq!(pairs(corrected().select(both))?, []);
    assert_eq!(pairs(corrected().without_scope(before.scope(Invoice::SCOPE_KEPT)).select(both))?, [(5, 2)]);
    assert_eq!(pairs(corrected().without_scope(Invoice::SCOPE_KEPT).select(both))?, [(2, 1)]);
    let of_both = corrected().without_scope(Invoice::SCOPE_KEPT).without_scope(before.scope(Invoice::SCOPE_KEPT));
    assert_eq!(pairs(of_both.select(both))?, [(2, 1), (5, 2)]);
    let on = Customer::query().join(Invoice::on(Invoice::CUSTOMER_ID.eq(of(Customer::ID))));
    assert_eq!(on.without_scope(Invoice::SCOPE_KEPT).count(db)?, 2);
    Ok(())
}

fn subqueries_and_conditions_have_their_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let customer = || Customer::query().filter(Customer::ID.eq(1));
    let of_customer = |query: Query<Invoice>| {
        let deleted = query.correlated::<Customer>().filter(Invoice::KEPT.eq(false));
        exists(deleted.filter(Invoice::CUSTOMER_ID.eq(of(Customer::ID))))
    };
    assert_eq!(customer().filter(of_customer(Invoice::query())).count(db)?, 0);
    assert_eq!(customer().filter(of_customer(bin())).count(db)?, 1);
    let other = ormcore::alias!(Invoice);
    let others = other.query().without_scope(other.scope(Invoice::SCOPE_KEPT)).select(other.col(Invoice::ID).max());
    assert_eq!(bin().filter(Invoice::ID.eq(others.scalar())).select(Invoice::ID).all(db)?, [5]);
    let corrected = bin().filter(Invoice::CORRECTS.exists()).order_by(Invoice::ID).select(Invoice::ID);
    assert_eq!(corrected.all(db)?, [2], "what the query lifts is not lifted along a relationship");
    Ok(())
}

fn every_strategy_lifts_its_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loads = [
        Customer::INVOICES.joined(),
        Customer::INVOICES.selectin(),
        Customer::INVOICES.subquery(),
        Customer::INVOICES.select(),
        Customer::INVOICES.selectin().limit(6),
        Customer::INVOICES.joined().filter(Invoice::ID.gt(0)),
    ];
    for load in loads {
        let statements = db.record();
        let customer = Customer::query().with(load.clone().without_scope(Invoice::SCOPE_KEPT)).one(db)?;
        assert_eq!(ids(customer.invoices(db)?), [1, 2, 5]);
        assert!(statements.texts().iter().all(|text| !text.contains(r#""kept" ="#)));
        assert_eq!(ids(Customer::query().with(load.clone()).one(db)?.invoices(db)?), [1, 5]);
        let all = load.without_scope(Invoice::SCOPE_KEPT).without_scope(Invoice::SCOPE_TENANT);
        assert_eq!(ids(Customer::query().with(all).one(db)?.invoices(db)?), [1, 2, 3, 4, 5, 6]);
    }
    let mut customer =
        Customer::query().with(Customer::INVOICES.select().without_scope(Invoice::SCOPE_KEPT)).one(db)?;
    assert_eq!(ids(customer.invoices(db)?), [1, 2, 5]);
    customer.invoices.reset();
    assert_eq!(ids(customer.invoices(db)?), [1, 2, 5], "the row remembers how it was read");
    assert_eq!(customer.all_invoices().without_scope(Invoice::SCOPE_KEPT).count(db)?, 3);
    let nested = Invoice::CORRECTIONS.selectin().without_scope(Invoice::SCOPE_KEPT);
    let customer = Customer::query().with(Customer::INVOICES.selectin().then(nested)).one(db)?;
    assert_eq!(ids(customer.invoices(db)?), [1, 5]);
    assert_eq!(ids(customer.invoices(db)?[0].corrections(db)?), [2]);
    let mut customers = [customer];
    Customer::INVOICES.selectin().without_scope(Invoice::SCOPE_TENANT).load(&mut customers, db)?;
    assert_eq!(ids(customers[0].invoices(db)?), [1, 3, 5, 6]);
    let taken = Customer::query().join(Customer::INVOICES).without_scope(Invoice::SCOPE_KEPT);
    assert_eq!(ids(taken.with_from_join(Customer::INVOICES).one(db)?.invoices(db)?), [1, 2, 5]);
    Ok(())
}

fn links_lead_to_what_is_left(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Note, Sequel)>()?;
    let rows = [(true, "a"), (true, "b"), (false, "c"), (true, ""), (false, "")];
    let notes = Note::insert_all(rows.map(|(open, name)| Note::new(open, name)), db)?;
    notes[1..].iter().try_for_each(|note| Note::SEQUELS.link(&notes[0], note, db))?;
    let ids = |notes: &[Note]| notes.iter().map(|note| note.id).collect::<Vec<_>>();
    assert_eq!(ids(&notes[0].all_sequels().all(db)?), [2]);
    assert_eq!(ids(&notes[0].all_sequels().without_scope(Note::SCOPE_OPEN).order_by(Note::ID).all(db)?), [2, 3]);
    for load in [
        Note::SEQUELS.joined(),
        Note::SEQUELS.selectin(),
        Note::SEQUELS.subquery(),
        Note::SEQUELS.select(),
        Note::SEQUELS.joined().limit(9),
        Note::SEQUELS.selectin().limit(9),
    ] {
        let first = || Note::query().filter(Note::ID.eq(1));
        assert_eq!(ids(first().with(load.clone()).one(db)?.sequels(db)?), [2]);
        let lifted = load.without_scope(Note::SCOPE_NAMED);
        assert_eq!(ids(first().with(lifted.clone()).one(db)?.sequels(db)?), [2, 4]);
        let both = lifted.without_scope(Note::SCOPE_OPEN);
        assert_eq!(ids(first().with(both).one(db)?.sequels(db)?), [2, 3, 4, 5]);
    }
    let from_first = Note::query().filter(Note::ID.eq(1)).recursive(Note::SEQUELS);
    assert_eq!(from_first.without_scope(Note::SCOPE_OPEN).count(db)?, 3);
    Ok(())
}

fn a_session_takes_what_a_lifted_scope_adds_for_no_whole_collection(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Customer::INVOICES.selectin(), Customer::INVOICES.joined(), Customer::INVOICES.subquery()] {
        let mut session = db.session()?;
        let customer = session.one(Customer::query().with(load.without_scope(Invoice::SCOPE_KEPT)))?;
        let kept = session.related(customer, Customer::INVOICES)?;
        assert_eq!(kept.iter().map(|invoice| session[*invoice].id).collect::<Vec<_>>(), [1, 5]);
        session.set(customer, Customer::INVOICES, kept)?;
        session.commit()?;
        assert_eq!(Invoice::query().unscoped().filter(Invoice::CUSTOMER_ID.is_null()).count(db)?, 0);
    }
    let mut session = db.session()?;
    let deleted = session.one(bin().filter(Invoice::KEPT.eq(false)))?;
    session[deleted].kept = true;
    assert_eq!(session.all(Invoice::query())?.len(), 3);
    session.commit()?;
    Ok(())
}

fn the_way_has_what_is_lifted_before_or_behind(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let from_first = |query: Query<Invoice>| query.filter(Invoice::ID.eq(1)).recursive(Invoice::CORRECTIONS);
    let found = |query: Query<Invoice>| query.order_by(Invoice::ID).select(Invoice::ID).all(db);
    assert_eq!(found(from_first(Invoice::query()))?, [1], "5 is behind 2, which is deleted");
    assert_eq!(found(from_first(bin()))?, [1, 2, 5]);
    assert_eq!(found(from_first(Invoice::query()).without_scope(Invoice::SCOPE_KEPT))?, [1, 2, 5]);
    let leveled = Invoice::query().filter(Invoice::ID.eq(1)).recursive_to(Invoice::CORRECTIONS, 9);
    assert_eq!(found(leveled.without_scope(Invoice::SCOPE_KEPT))?, [1, 2, 5]);
    let all = from_first(bin()).without_scope(Invoice::SCOPE_TENANT);
    assert_eq!(found(all.clone())?, [1, 2, 5, 6]);
    assert_eq!(found(all.recursive(Invoice::CORRECTIONS))?, [1, 2, 5, 6]);
    let first = ormcore::alias!(Invoice);
    let from_alias = || first.query().filter(first.col(Invoice::ID).eq(2)).recursive(Invoice::CORRECTIONS);
    assert_eq!(found(from_alias())?, [0; 0]);
    assert_eq!(found(from_alias().without_scope(Invoice::SCOPE_KEPT))?, [2, 5]);
    let before = first.query().without_scope(first.scope(Invoice::SCOPE_KEPT)).filter(first.col(Invoice::ID).eq(2));
    assert_eq!(found(before.recursive(Invoice::CORRECTIONS))?, [2, 5]);
    let joined = Invoice::query().join(Invoice::CUSTOMER).without_scope(Customer::SCOPE_TENANT);
    let joined = joined.filter(Invoice::ID.eq(1)).recursive(Invoice::CORRECTIONS).join(Invoice::CUSTOMER);
    TENANT.set(2);
    assert_eq!(joined.without_scope(Invoice::SCOPE_TENANT).count(db)?, 0, "what was joined before is another's");
    Ok(())
}

fn a_prepared_query_asks_for_what_is_left(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let of = |query: fn() -> Query<Invoice>| {
        prepare(move |most: Param<i64>| query().filter(Invoice::ID.le(most)).order_by(Invoice::ID).select(Invoice::ID))
    };
    let (tenants, all) = (of(bin), of(|| bin().without_scope(Invoice::SCOPE_TENANT)));
    for _ in 0..2 {
        TENANT.set(1);
        assert_eq!(tenants.all(4, db)?, [1, 2]);
        TENANT.set(2);
        assert_eq!(tenants.all(4, db)?, [3, 4]);
        assert_eq!(all.all(4, db)?, [1, 2, 3, 4]);
    }
    Ok(())
}

/// No database has so large a number.
const NOBODY: u64 = u64::MAX;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ns_broken", scope(fine = || Broken::KEPT.eq(true), broken = || Broken::TENANT.eq(NOBODY)))]
struct Broken {
    #[column(primary_key)]
    id: i64,
    tenant: u64,
    kept: bool,
}

fn a_scope_that_cannot_be_sent_is_told_unless_it_is_lifted(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Broken,)>()?;
    Broken::insert_all([Broken::new(1, true), Broken::new(2, false)], db)?;
    let is_refused = |query: Query<Broken>| matches!(query.count(db).unwrap_err().kind(), ErrorKind::Encode { .. });
    assert!(is_refused(Broken::query()) && is_refused(Broken::query().without_scope(Broken::SCOPE_FINE)));
    assert!(Broken::get(1, db).is_err());
    assert_eq!(Broken::query().without_scope(Broken::SCOPE_BROKEN).count(db)?, 1);
    Ok(())
}

/// Lifted one by one, all of them are: the statements are those without scopes, ranges of keys too.
fn what_is_left_decides_how_children_are_read(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    // So many keys in a row are a range.
    Customer::insert_all((0..8).map(|_| Customer::new(1, true)), db)?;
    let texts = |load: ormcore::Load<Customer, _>| -> ormcore::Result<Vec<String>> {
        let customers = Customer::query().unscoped().with(load);
        let statements = db.record();
        customers.all(db)?.iter().try_for_each(|customer| customer.invoices(db).map(|_| ()))?;
        Ok(statements.texts())
    };
    for load in [
        Customer::INVOICES.joined(),
        Customer::INVOICES.selectin(),
        Customer::INVOICES.subquery(),
        Customer::INVOICES.select(),
        Customer::INVOICES.selectin().limit(2),
    ] {
        let kept = load.clone().without_scope(Invoice::SCOPE_TENANT);
        let count = texts(load.clone())?.len();
        assert_eq!(texts(kept.clone())?.len(), count);
        let none = texts(kept.without_scope(Invoice::SCOPE_KEPT))?;
        assert_eq!(none, texts(load.unscoped())?);
        assert_eq!(none.len(), count);
    }
    Ok(())
}

fn a_load_of_one_row_lifts_its_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for (invoice, customer) in [(1, 3), (5, 2)] {
        Invoice::query().filter(Invoice::ID.eq(invoice)).update(Invoice::CUSTOMER_ID.set(customer), db)?;
    }
    let found = |query: Query<Invoice>| -> ormcore::Result<Vec<Option<i64>>> {
        let invoices = query.order_by(Invoice::ID).all(db)?;
        invoices.iter().map(|invoice| Ok(invoice.customer(db)?.map(|customer| customer.id))).collect()
    };
    let loads = [
        Invoice::CUSTOMER.joined(),
        Invoice::CUSTOMER.selectin(),
        Invoice::CUSTOMER.subquery(),
        Invoice::CUSTOMER.joined().filter(Customer::ID.gt(0)),
        Invoice::CUSTOMER.select(),
    ];
    for load in &loads {
        assert_eq!(found(Invoice::query().with(load.clone()))?, [None, None]);
        let load = load.clone().without_scope(Customer::SCOPE_TYPE);
        assert_eq!(found(Invoice::query().with(load.clone()))?, [Some(3), None], "the other is another tenant's");
        assert_eq!(found(bin().with(load))?, [Some(3), Some(1), None]);
    }
    for load in &loads[..4] {
        let load = load.clone().without_scope(Customer::SCOPE_TYPE);
        let mut session = db.session()?;
        let invoice = session.one(Invoice::query().filter(Invoice::ID.eq(1)).with(load))?;
        let customer = session.related(invoice, Invoice::CUSTOMER)?;
        assert_eq!(customer.map(|customer| session[customer].id), Some(3));
    }
    Ok(())
}

fn what_is_embedded_and_combined_has_its_own(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let corrections = |query: Query<Invoice>| -> ormcore::Result<Vec<Vec<i64>>> {
        let invoices = query.order_by(Invoice::ID).all(db)?;
        invoices.iter().map(|invoice| Ok(ids(invoice.corrections(db)?))).collect()
    };
    let load = Invoice::CORRECTIONS.subquery();
    assert_eq!(corrections(bin().with(load.clone()))?, [vec![], vec![5], vec![]]);
    assert_eq!(corrections(bin().with(load.without_scope(Invoice::SCOPE_KEPT)))?, [vec![2], vec![5], vec![]]);
    let deeper = Invoice::CORRECTIONS.selectin().without_scope(Invoice::SCOPE_KEPT).depth(2);
    let first = Invoice::query().filter(Invoice::ID.eq(1)).with(deeper).one(db)?;
    assert_eq!(ids(first.corrections(db)?[0].corrections(db)?), [5]);
    Invoice::query().unscoped().filter(Invoice::ID.eq(5)).update(Invoice::KEPT.set(false), db)?;
    let of_each = |load: ormcore::Load<Invoice, _>| -> ormcore::Result<usize> {
        let first = Invoice::query().filter(Invoice::ID.eq(1)).with(load).one(db)?;
        Ok(first.corrections(db)?[0].corrections(db)?.len())
    };
    let load = Invoice::CORRECTIONS.selectin();
    assert_eq!(of_each(load.clone().without_scope(Invoice::SCOPE_KEPT).depth(2))?, 1);
    assert_eq!(
        of_each(load.depth(2).without_scope(Invoice::SCOPE_KEPT))?,
        0,
        "said behind, it is about the first level"
    );
    Invoice::query().unscoped().filter(Invoice::ID.eq(5)).update(Invoice::KEPT.set(true), db)?;

    let of_all = Invoice::query().without_scope(Invoice::SCOPE_TENANT).select(Invoice::ID);
    let mut either = bin().select(Invoice::ID).union(of_all).all(db)?;
    either.sort_unstable();
    assert_eq!(either, [1, 2, 3, 5, 6]);
    let of_bin = Invoice::query().filter(Invoice::CORRECTS_ID.is_in(bin().select(Invoice::ID)));
    assert_eq!(ids(&of_bin.all(db)?), [5], "of what is deleted, the tenant's own");
    Ok(())
}

fn writes_heed_what_is_left_of_what_is_joined(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Invoice::query().filter(Invoice::ID.eq(1)).update(Invoice::CUSTOMER_ID.set(2), db)?;
    Invoice::query().filter(Invoice::ID.eq(5)).update(Invoice::CUSTOMER_ID.set(3), db)?;
    let closed = || Invoice::query().join(Invoice::CUSTOMER).filter(Customer::CLOSED.eq(true));
    assert_eq!(closed().update(Invoice::KEPT.set(false), db)?, 0);
    let closed = || closed().without_scope(Customer::SCOPE_TYPE);
    let undone = db.transaction(|tx| {
        assert_eq!(closed().returning(Invoice::ID).update(Invoice::KEPT.set(false), tx)?, [5]);
        assert_eq!(closed().count(tx)?, 0);
        Err::<(), _>(closed().one(tx).unwrap_err())
    });
    assert!(undone.unwrap_err().is_not_found());
    assert_eq!(closed().returning(Invoice::ID).delete(db)?, [5]);
    assert_eq!(Invoice::query().unscoped().count(db)?, 5);
    Ok(())
}

on_every_backend!(
    one_is_lifted_and_the_others_hold,
    it_says_what_it_adds,
    writes_of_many_rows_heed_what_is_left,
    joined_models_and_aliases_lift_their_own,
    subqueries_and_conditions_have_their_own,
    every_strategy_lifts_its_own,
    links_lead_to_what_is_left,
    a_session_takes_what_a_lifted_scope_adds_for_no_whole_collection,
    the_way_has_what_is_lifted_before_or_behind,
    a_prepared_query_asks_for_what_is_left,
    a_scope_that_cannot_be_sent_is_told_unless_it_is_lifted,
    what_is_left_decides_how_children_are_read,
    a_load_of_one_row_lifts_its_own,
    what_is_embedded_and_combined_has_its_own,
    writes_heed_what_is_left_of_what_is_joined,
);
