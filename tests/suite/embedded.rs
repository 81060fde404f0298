//! Structs whose columns are embedded in models by `flatten`.

use std::sync::atomic::{AtomicI64, Ordering};

use ormcore::prelude::*;

static WRITES: AtomicI64 = AtomicI64::new(1);

#[derive(Columns, Debug, Clone, PartialEq)]
struct Address {
    street: String,
    #[column(length = 5, check = "zip <> '00000'")]
    zip: String,
    country: Option<String>,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Audit {
    #[column(default = "nobody")]
    author: String,
    #[column(on_write = WRITES.fetch_add(1, Ordering::Relaxed), index)]
    written: i64,
    #[column(server_default = "7")]
    shard: i64,
    remark: Option<String>,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Owner {
    #[column(foreign_key = Shop::ID, on_delete = "cascade")]
    shop_id: i64,
    #[column(unique)]
    badge: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(name, "zip"))]
struct Shop {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    address: Address,
    name: String,
    #[column(flatten, default)]
    audit: Audit,
    last: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(constructor = false)]
struct Clerk {
    #[column(flatten)]
    owner: Owner,
    #[column(primary_key)]
    id: i64,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Price {
    amount: i64,
    #[column(server_default = "'EUR'")]
    currency: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "embedded_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    price: Price,
    name: String,
}

fn bree() -> Address {
    Address { street: "East Road".into(), zip: "12345".into(), country: None }
}

fn shop(db: &Database) -> ormcore::Result<Shop> {
    db.create_tables::<(Shop, Clerk)>()?;
    Shop::new(bree(), "Prancing Pony", 9).insert(db)
}

fn an_embedded_struct_is_given_whole_and_its_columns_lie_side_by_side(db: &Database) -> ormcore::Result<()> {
    let shop = shop(db)?;
    assert_eq!((&shop.address, shop.last), (&bree(), 9));
    assert_eq!((shop.audit.author.as_str(), shop.audit.shard, &shop.audit.remark), ("nobody", 7, &None));
    assert_eq!(Shop::find(shop.id, db)?, shop);
    let columns = "id, street, zip, country, name, author, written, shard, remark, last";
    assert_eq!(db.query_as::<Shop>(format!("SELECT {columns} FROM shop"), ())?, [shop]);
    Ok(())
}

fn an_embedded_column_is_set_in_a_draft_and_written_by_an_update(db: &Database) -> ormcore::Result<()> {
    shop(db)?;
    let draft = Shop::new(bree(), "b", 1)
        .set(Shop::AUDIT.col(Audit::SHARD), 8)
        .set(Shop::AUDIT.col(Audit::REMARK), "good")
        .set(Shop::ADDRESS.col(Address::COUNTRY), "Shire")
        .with(|shop| shop.audit.author = "bilbo".into());
    let mut shop = draft.insert(db)?;
    assert_eq!(
        (shop.audit.shard, shop.audit.remark.as_deref(), shop.audit.author.as_str()),
        (8, Some("good"), "bilbo")
    );
    assert_eq!(Shop::find(shop.id, db)?, shop);
    shop.address.zip = "54321".into();
    shop.audit.author = "frodo".into();
    shop.last = 2;
    shop.update(db)?;
    assert_eq!(Shop::find(shop.id, db)?, shop);
    Ok(())
}

fn embedded_columns_are_queried_ordered_and_updated(db: &Database) -> ormcore::Result<()> {
    let first = shop(db)?;
    let second = Shop::new(Address { country: Some("Rohan".into()), ..bree() }, "b", 1).insert(db)?;
    let (zip, country) = (Shop::ADDRESS.col(Address::ZIP), Shop::ADDRESS.col(Address::COUNTRY));
    assert_eq!(Shop::query().filter(zip.starts_with("123").and(country.is_null())).one(db)?, first);
    assert_eq!(Shop::query().order_by(country.desc()).first(db)?, Some(second.clone()));
    assert_eq!(Shop::query().filter(country.eq("Rohan")).update(zip.set("11111"), db)?, 1);
    let mut second = second;
    second.refresh(db)?;
    assert_eq!(second.address.zip, "11111");
    second.audit.author = "eowyn".into();
    second.address.street = "not written".into();
    second.update_only((Shop::AUDIT.col(Audit::AUTHOR),), db)?;
    let stored = Shop::find(second.id, db)?;
    assert_eq!((stored.audit.author.as_str(), stored.address.street.as_str()), ("eowyn", "East Road"));
    Ok(())
}

fn on_write_of_an_embedded_column_is_set_by_every_write(db: &Database) -> ormcore::Result<()> {
    let mut shop = shop(db)?;
    let mut last = shop.audit.written;
    let mut raised = |shop: &Shop| {
        let raised = shop.audit.written > last;
        last = shop.audit.written;
        raised
    };
    shop.update(db)?;
    assert!(raised(&shop) && Shop::find(shop.id, db)? == shop);
    shop.update_only((Shop::LAST,), db)?;
    assert!(raised(&shop) && Shop::find(shop.id, db)? == shop);
    Shop::query().update(Shop::LAST.set(0), db)?;
    shop.refresh(db)?;
    assert!(raised(&shop));
    Ok(())
}

fn constraints_of_embedded_columns_hold(db: &Database) -> ormcore::Result<()> {
    let shop = shop(db)?;
    assert!(Shop::new(Address { zip: "123456".into(), ..bree() }, "x", 1).insert(db).is_err(), "length");
    let checked = Shop::new(Address { zip: "00000".into(), ..bree() }, "x", 1).insert(db);
    assert!(checked.unwrap_err().is_check_violation());

    let (shop_id, badge) = (Clerk::OWNER.col(Owner::SHOP_ID), Clerk::OWNER.col(Owner::BADGE));
    let clerk = Clerk::draft().set(shop_id, shop.id).set(badge, "b1").insert(db)?;
    assert!(Clerk::draft().set(shop_id, shop.id).set(badge, "b1").insert(db).unwrap_err().is_unique_violation());
    assert!(Clerk::draft().set(shop_id, -1).set(badge, "b2").insert(db).unwrap_err().is_foreign_key_violation());
    shop.delete(db)?;
    assert_eq!(Clerk::get(clerk.id, db)?, None);
    Ok(())
}

fn an_embedded_column_that_is_missing_is_named(db: &Database) -> ormcore::Result<()> {
    let shop = shop(db)?;
    let error = Clerk::draft().set(Clerk::OWNER.col(Owner::SHOP_ID), shop.id).insert(db).unwrap_err();
    match error.kind() {
        ErrorKind::MissingColumn { table, column, .. } => {
            assert_eq!((table.as_str(), column.as_str()), ("clerk", "badge"))
        }
        other => panic!("expected a missing column, got {other:?}"),
    }
    Ok(())
}

fn what_an_embedded_struct_brings_along_is_written_though_the_database_has_a_default(
    db: &Database,
) -> ormcore::Result<()> {
    db.create_tables::<(Item,)>()?;
    let item = |name| Item::new(Price { amount: 5, currency: "USD".into() }, name);
    let one = item("one").insert(db)?;
    let many = Item::insert_all([item("two"), item("three")], db)?;
    let mut session = db.session()?;
    let last = session.add(item("four"));
    session.commit()?;
    for item in [vec![one], many, vec![session[last].clone()]].concat() {
        assert_eq!(item.price.currency, "USD", "{}", item.name);
        assert_eq!(Item::find(item.id, db)?, item);
    }
    Ok(())
}

fn many_rows_with_embedded_columns_are_inserted(db: &Database) -> ormcore::Result<()> {
    shop(db)?;
    let drafts = (0..150).map(|number| Shop::new(Address { zip: number.to_string(), ..bree() }, "many", number));
    let shops = Shop::insert_all(drafts, db)?;
    let stored = Shop::query().filter_by(Shop::NAME, "many").order_by(Shop::LAST).all(db)?;
    assert_eq!(stored, shops);
    assert!(shops.iter().all(|shop| shop.address.zip == shop.last.to_string() && shop.audit.shard == 7));
    Ok(())
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Contact {
    email: String,
    #[column(name = "Phone")]
    phone: String,
}

/// An embedded column is named in quotes, as SQL would have it.
#[derive(Model, Debug, Clone, PartialEq)]
#[allow(clippy::duplicated_attributes)]
#[model(table = "embedded_user", unique(tenant, "email"), unique("\"Phone\""), index(" Email ", tenant))]
struct User {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    #[column(flatten)]
    contact: Contact,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Trail {
    #[column(foreign_key = Editor::ID)]
    made_by: Option<i64>,
    #[column(foreign_key = Editor::NAME)]
    signed: Option<String>,
}

/// What leads back to the model lies before the columns that it leads to.
#[derive(Model, Debug, Clone, PartialEq)]
struct Editor {
    #[column(flatten, default)]
    trail: Trail,
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

fn an_embedded_foreign_key_leads_back_to_its_model(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Editor>()?;
    let first = Editor::new("ann").insert(db)?;
    let trail = Trail { made_by: Some(first.id), signed: Some("ann".to_string()) };
    let second = Editor::new("bob").with(|editor| editor.trail = trail.clone()).insert(db)?;
    assert_eq!(Editor::find(second.id, db)?.trail, trail);
    let lost = Editor::new("cid").with(|editor| editor.trail.made_by = Some(99)).insert(db);
    assert!(lost.unwrap_err().is_foreign_key_violation());
    Ok(())
}

fn contact(email: &str, phone: &str) -> Contact {
    Contact { email: email.into(), phone: phone.into() }
}

fn what_is_unique_by_an_embedded_column_may_be_met(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<User>()?;
    let user = User::new(1, contact("a", "1")).insert(db)?;
    let target = (User::TENANT, User::CONTACT.col(Contact::EMAIL));
    let met = User::new(1, contact("a", "2")).on_conflict(target).do_nothing().insert(db)?;
    assert_eq!(met, None);
    let draft = User::new(2, contact("b", "1"));
    let met = draft.on_conflict(User::CONTACT.col(Contact::PHONE)).do_update(User::TENANT.set(3)).insert(db)?;
    assert_eq!((met.id, met.tenant, met.contact), (user.id, 3, user.contact));
    Ok(())
}

fn what_is_unique_by_an_embedded_column_is_exchanged_in_a_flush(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<User>()?;
    let one = User::new(1, contact("a", "1")).insert(db)?;
    let other = User::new(1, contact("b", "2")).insert(db)?;
    let mut session = db.session()?;
    let (first, second) = (session.get::<User>(one.id)?.unwrap(), session.get::<User>(other.id)?.unwrap());
    session[first].contact = contact("b", "1");
    session[second].contact = contact("a", "2");
    session.commit()?;
    assert_eq!(User::find(one.id, db)?.contact, contact("b", "1"));
    assert_eq!(User::find(other.id, db)?.contact, contact("a", "2"));
    Ok(())
}

#[test]
fn an_index_has_an_embedded_column_as_any_other() -> ormcore::Result<()> {
    for fixture in ormcore_tests::every_database() {
        let statements = fixture.db.ddl_of::<(User,)>()?;
        for part in [r#"UNIQUE ("tenant", "email")"#, r#"UNIQUE ("Phone")"#] {
            assert!(statements[0].contains(part), "{part} in {statements:#?}");
        }
        let index =
            r#"CREATE INDEX IF NOT EXISTS "ix_embedded_user_email_tenant" ON "embedded_user" ("email", "tenant")"#;
        assert_eq!(statements[1..], [index]);
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    an_embedded_foreign_key_leads_back_to_its_model,
    what_is_unique_by_an_embedded_column_may_be_met,
    what_is_unique_by_an_embedded_column_is_exchanged_in_a_flush,
    an_embedded_struct_is_given_whole_and_its_columns_lie_side_by_side,
    an_embedded_column_is_set_in_a_draft_and_written_by_an_update,
    embedded_columns_are_queried_ordered_and_updated,
    on_write_of_an_embedded_column_is_set_by_every_write,
    constraints_of_embedded_columns_hold,
    an_embedded_column_that_is_missing_is_named,
    what_an_embedded_struct_brings_along_is_written_though_the_database_has_a_default,
    many_rows_with_embedded_columns_are_inserted,
);
