//! Structs that are embedded several times, each with a prefix before its columns' names.

use ormcore::prelude::*;
use ormcore::sql::{count, of};
use ormcore::{Secret, alias, sql};

#[derive(Columns, Debug, Clone, PartialEq, garde::Validate)]
#[garde(allow_unvalidated)]
struct Address {
    #[column(length = 40)]
    #[garde(length(min = 1))]
    street: String,
    #[column(name = "Zip", index)]
    zip: String,
    #[column(server_default = "'nowhere'")]
    country: Option<String>,
    #[column(foreign_key = Region::ID, on_delete = "set null")]
    region_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "prefixed_region")]
struct Region {
    #[column(primary_key)]
    id: i64,
    #[relationship(foreign_key = Order::BILLING.col(Address::REGION_ID))]
    billed: HasMany<Order>,
    #[relationship(foreign_key = Order::SHIPPING.col(Address::REGION_ID), back_populates = "shipped_to")]
    shipped: HasMany<Order>,
}

#[derive(Model, Debug, Clone, PartialEq, garde::Validate)]
#[model(table = "prefixed_order", validate = ormcore::garde::validate, index(note, "billing_zip"))]
#[garde(allow_unvalidated)]
struct Order {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "billing_")]
    #[garde(dive)]
    billing: Address,
    #[column(flatten, prefix = "shipping_")]
    #[garde(dive)]
    shipping: Address,
    note: String,
    #[relationship(foreign_key = Order::SHIPPING.col(Address::REGION_ID))]
    shipped_to: BelongsTo<Region>,
}

fn address(street: &str) -> Address {
    Address { street: street.into(), zip: "1".into(), country: Some("Shire".into()), region_id: None }
}

fn order(db: &Database) -> ormcore::Result<Order> {
    db.create_tables::<(Region, Order)>()?;
    Order::new(address("a"), address("b"), "x").insert(db)
}

fn each_has_columns_of_its_own(db: &Database) -> ormcore::Result<()> {
    let mut order = order(db)?;
    assert_eq!(Order::find(order.id, db)?, order);
    assert_eq!((order.billing.street.as_str(), order.shipping.street.as_str()), ("a", "b"));
    order.shipping.street = "c".into();
    order.update(db)?;
    assert_eq!(Order::find(order.id, db)?, order);
    order.billing.zip = "2".into();
    order.shipping.zip = "not written".into();
    order.update_only((Order::BILLING.col(Address::ZIP),), db)?;
    order.refresh(db)?;
    assert_eq!((order.billing.zip.as_str(), order.shipping.zip.as_str()), ("2", "1"));
    let columns = "id, billing_street, \"billing_Zip\", billing_country, billing_region_id, shipping_street, \"shipping_Zip\", \
                   shipping_country, shipping_region_id, note";
    assert_eq!(db.query_as::<Order>(format!("SELECT {columns} FROM prefixed_order"), ())?, [order]);
    Ok(())
}

fn they_are_queried_selected_ordered_and_updated(db: &Database) -> ormcore::Result<()> {
    let first = order(db)?;
    let drafts = ["z", "y"].map(|street| Order::new(address(street), address("d"), "x"));
    let others = Order::insert_all(drafts, db)?;
    let (billing, shipping) = (Order::BILLING.col(Address::STREET), Order::SHIPPING.col(Address::STREET));
    assert_eq!(Order::query().filter(shipping.eq("b").and(billing.ne(shipping))).one(db)?, first);
    let order_by = || Order::query().order_by((shipping, billing.desc()));
    assert_eq!(order_by().select(billing).all(db)?, ["a", "z", "y"]);
    let page = order_by().page_after(None, 2, db)?;
    let rest = order_by().page_after(page.next.as_ref(), 2, db)?;
    assert_eq!((page.items.len(), &rest.items[0]), (2, &others[1]));
    let counts = Order::query().group_by(shipping).order_by(shipping).select((shipping, count())).all(db)?;
    assert_eq!(counts, [("b".to_string(), 1), ("d".to_string(), 2)]);
    assert_eq!(Order::query().filter(billing.eq("z")).update(shipping.set(billing), db)?, 1);
    assert_eq!(Order::find(others[0].id, db)?.shipping.street, "z");
    let again = alias!(Order);
    let pairs = Order::query().join(again.on(again.col(shipping).eq(of(billing)))).count(db)?;
    assert_eq!(pairs, 1);
    Ok(())
}

fn a_session_tells_them_apart(db: &Database) -> ormcore::Result<()> {
    let order = order(db)?;
    let mut session = db.session()?;
    let handle = session.get::<Order>(order.id)?.unwrap();
    session[handle].shipping.street = "new".into();
    let changes = session.changes::<Order>();
    let names: Vec<_> = changes[0].columns().iter().map(|column| column.name()).collect();
    assert_eq!(names, ["shipping_street"]);
    assert_eq!(changes[0].after(Order::SHIPPING.col(Address::STREET)).as_deref(), Some("new"));
    let statements = db.record();
    session.flush()?;
    assert!(statements.texts()[0].contains(r#"SET "shipping_street" = "#), "{:?}", statements.texts());
    assert_eq!(session.flushed::<Order>()[0].columns()[0].name(), "shipping_street");
    session.commit()
}

fn a_foreign_key_in_both_is_named_by_its_relationship(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Region, Order)>()?;
    let (north, south) = (Region::new().insert(db)?, Region::new().insert(db)?);
    let at = |region: &Region| Address { region_id: Some(region.id), ..address("s") };
    let order = Order::new(at(&north), at(&south), "x").insert(db)?;
    assert_eq!(order.shipped_to(db)?, Some(&south));
    assert_eq!((north.billed(db)?.len(), north.shipped(db)?.len()), (1, 0));
    assert_eq!(Region::query().filter(Region::SHIPPED.any(Order::NOTE.eq("x"))).one(db)?.id, south.id);
    let loaded = Order::query().with(Order::SHIPPED_TO.joined()).one(db)?;
    assert_eq!(loaded.shipped_to.loaded().flatten().map(|region| region.id), Some(south.id));
    south.delete(db)?;
    assert_eq!((Order::find(order.id, db)?.shipping.region_id, order.billing.region_id), (None, Some(north.id)));
    Ok(())
}

fn what_is_wrong_is_told_with_the_prefix(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Region, Order)>()?;
    let error = Order::new(address("a"), address(""), "x").insert(db).map(drop).unwrap_err();
    assert_eq!(error.violations()[0].column(), Some("shipping_street"));
    let lost = Address { region_id: Some(99), ..address("a") };
    let error = Order::new(address("a"), lost, "x").insert(db).map(drop).unwrap_err();
    assert!(error.is_foreign_key_violation());
    let long = Address { street: "x".repeat(41), ..address("a") };
    assert!(Order::new(address("a"), long, "x").insert(db).is_err());
    Ok(())
}

#[derive(Columns, Debug, Clone, PartialEq, Default)]
struct Login {
    #[column(unique, default = "guest")]
    name: String,
    #[column(default = Secret::new("none".to_string()))]
    token: Secret<String>,
    #[column(read_only, server_default = "7")]
    rank: i64,
    #[column(default = 0)]
    uses: i64,
}

/// One without a prefix, one whose prefix is to be quoted, and one of other letters.
#[derive(Model, Debug, Clone, PartialEq)]
#[allow(clippy::duplicated_attributes)]
#[model(table = "prefixed_account", unique(tenant, "Größe_name"))]
struct Account {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    number: i64,
    #[column(flatten, default)]
    login: Login,
    #[column(flatten, default, prefix = "it's \"a\"; -- ")]
    hostile: Login,
    #[column(flatten, default, prefix = "Größe_")]
    foreign: Login,
}

fn account(number: i64, name: &str) -> ormcore::Draft<Account> {
    Account::new(1, number).with(|account| {
        for login in [&mut account.login, &mut account.hostile, &mut account.foreign] {
            login.name = name.to_string();
        }
    })
}

fn defaults_secrets_and_what_the_database_writes_are_of_each(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    let plain = Account::new(1, 1).set(Account::HOSTILE.col(Login::USES), 3).insert(db)?;
    assert_eq!((plain.login.rank, plain.hostile.rank, plain.foreign.rank), (7, 7, 7));
    assert_eq!((plain.login.uses, plain.hostile.uses, plain.foreign.name.as_str()), (0, 3, "guest"));
    assert_eq!(Account::find((1, 1), db)?, plain);
    let statements = db.record();
    Account::query().update(Account::FOREIGN.col(Login::TOKEN).set(Secret::new("hidden".to_string())), db)?;
    assert!(!format!("{statements:?} {:?}", statements.texts()).contains("hidden"));
    assert_eq!(Account::find((1, 1), db)?.foreign.token.expose(), "hidden");
    Ok(())
}

fn what_is_unique_is_so_in_each(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    account(1, "ann").insert(db)?;
    let foreign = Account::FOREIGN.col(Login::NAME);
    let met = account(2, "bob").set(foreign, "ann").insert(db).map(drop).unwrap_err();
    assert!(met.is_unique_violation() && met.to_string().contains("Größe_name"), "{met}");
    let uses = Account::FOREIGN.col(Login::USES);
    let met = account(2, "bob").set(foreign, "ann").on_conflict(foreign).do_update(uses.set(uses + 1)).insert(db)?;
    assert_eq!((met.number, met.foreign.uses, met.login.uses), (1, 1, 0));
    let (found, is_new) = account(3, "cid").set(foreign, "ann").on_conflict(foreign).or_find().insert(db)?;
    assert_eq!((found.number, is_new), (1, false));
    let hostile = Account::HOSTILE.col(Login::NAME);
    let all = Account::on_conflict(hostile).do_nothing().insert_all([account(4, "ann"), account(5, "dan")], db);
    assert!(all.is_err() || all.is_ok_and(|rows| rows.iter().flatten().count() == 1));
    Ok(())
}

fn a_column_that_must_not_meet_another_is_named_by_its_field(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Account>()?;
    let uses = Account::HOSTILE.col(Login::USES);
    let error = account(1, "ann").on_conflict(uses).do_nothing().insert(db).map(drop).unwrap_err().to_string();
    assert!(error.contains("Account::HOSTILE.col(..::USES)"), "{error}");
    assert!(error.contains("`Account::FOREIGN.col(..::NAME)`"), "{error}");
    Ok(())
}

/// It points to a column that is embedded with a prefix, and to one without.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "prefixed_visit")]
struct Visit {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Account::FOREIGN.col(Login::NAME), on_delete = "cascade", check = "guest <> ''")]
    guest: String,
    #[column(foreign_key = Account::LOGIN.col(Login::NAME))]
    host: Option<String>,
    #[column(generated = "length(guest)")]
    size: i32,
}

fn a_foreign_key_leads_to_an_embedded_column(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account, Visit)>()?;
    let account = account(1, "ann").set(Account::FOREIGN.col(Login::NAME), "guest of ann").insert(db)?;
    let visit = Visit::new("guest of ann").set(Visit::HOST, "ann").insert(db)?;
    assert_eq!(Visit::new(&account).insert(db)?.guest, "guest of ann");
    assert!(Visit::new("ann").insert(db).map(drop).unwrap_err().is_foreign_key_violation());
    Visit::query().filter(Visit::HOST.eq("ann")).update(Visit::HOST.set(None::<String>), db)?;
    account.delete(db)?;
    assert_eq!(Visit::get(visit.id, db)?, None);
    Ok(())
}

/// A view of pairs: a model is embedded twice, without its key.
#[derive(Model, Debug, PartialEq)]
#[model(table = "prefixed_pair", read_only)]
struct Pair {
    #[column(flatten, prefix = "one_")]
    one: Visit,
    #[column(flatten, prefix = "two_")]
    two: Visit,
}

fn a_view_embeds_a_model_twice(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account, Visit)>()?;
    let columns =
        ["id", "guest", "host", "size"].map(|name| format!("one.{name} AS one_{name}, two.{name} AS two_{name}"));
    let sql = "FROM prefixed_visit AS one JOIN prefixed_visit AS two ON one.id < two.id";
    db.execute(format!("CREATE VIEW prefixed_pair AS SELECT {} {sql}", columns.join(", ")), ())?;
    account(1, "ann").insert(db)?;
    let visits = Visit::insert_all([Visit::new("ann"), Visit::new("ann")], db)?;
    let pair = Pair::query().filter(Pair::TWO.col(Visit::ID).eq(visits[1].id)).one(db)?;
    assert_eq!([pair.one, pair.two], visits[..]);
    Ok(())
}

#[derive(Row, Debug, PartialEq)]
struct Street {
    billing_street: String,
    #[row(name = "shipping_Zip")]
    zip: String,
}

fn a_row_of_ones_own_has_them_by_their_names(db: &Database) -> ormcore::Result<()> {
    order(db)?;
    let expected = [Street { billing_street: "a".into(), zip: "1".into() }];
    let sql = "SELECT billing_street, \"shipping_Zip\" FROM prefixed_order";
    assert_eq!(db.query_as::<Street>(sql, ())?, expected);
    let columns = Street::columns(Order::BILLING.col(Address::STREET), Order::SHIPPING.col(Address::ZIP));
    let derived = Order::query().select(columns).derived();
    assert_eq!(derived.filter(Street::ZIP.eq("1")).all(db)?, expected);
    Ok(())
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Sku {
    #[column(unique)]
    code: String,
    #[column(foreign_key = Product::SKU.col(Sku::CODE))]
    replaces: Option<String>,
    #[column(foreign_key = Product::OLD.col(Sku::CODE))]
    before: Option<String>,
}

/// Its structs point to each other's columns, and to their own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "prefixed_product")]
struct Product {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, prefix = "sku_")]
    sku: Sku,
    #[column(flatten, prefix = "old_")]
    old: Sku,
}

fn a_foreign_key_of_an_embedded_struct_leads_back_to_its_model(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Product>()?;
    let sku = |code: &str, replaces: Option<&str>, before: Option<&str>| Sku {
        code: code.into(),
        replaces: replaces.map(Into::into),
        before: before.map(Into::into),
    };
    Product::new(sku("a", None, None), sku("x", None, None)).insert(db)?;
    let second = Product::new(sku("b", Some("a"), Some("x")), sku("y", Some("b"), Some("y"))).insert(db)?;
    assert_eq!(Product::query().filter(Product::OLD.col(Sku::REPLACES).eq("b")).one(db)?, second);
    let lost = Product::new(sku("c", Some("x"), None), sku("z", None, None)).insert(db).map(drop).unwrap_err();
    assert!(lost.is_foreign_key_violation(), "{lost}");
    Ok(())
}

#[test]
fn a_column_of_the_model_has_the_prefixed_name() -> ormcore::Result<()> {
    assert_eq!(Order::SHIPPING.col(Address::ZIP).name(), "shipping_Zip");
    assert_eq!(Order::SHIPPING.col(Address::ZIP).index(), 6);
    let query = Order::query().filter(Order::BILLING.col(Address::STREET).eq("x")).select(Order::NOTE);
    for text in [query.clone().sql(&sql::Sqlite)?.sql, query.sql(&sql::Postgres)?.sql] {
        assert!(text.contains(r#"WHERE "prefixed_order"."billing_street" = "#), "{text}");
    }
    let names: Vec<_> = <Account as Model>::TABLE.columns.iter().map(|column| column.name).collect();
    assert_eq!(names[2..6], ["name", "token", "rank", "uses"]);
    assert_eq!(names[6..8], ["it's \"a\"; -- name", "it's \"a\"; -- token"]);
    assert_eq!(names[10], "Größe_name");
    Ok(())
}

#[test]
fn what_the_database_names_has_the_prefix() -> ormcore::Result<()> {
    for fixture in ormcore_tests::every_database() {
        let ddl = fixture.db.ddl_of::<(Region, Order)>()?.join("\n");
        for part in [
            r#""billing_street" "#,
            r#""shipping_Zip" "#,
            r#""ix_prefixed_order_billing_Zip" ON "prefixed_order" ("billing_Zip")"#,
            r#""ix_prefixed_order_shipping_Zip" ON "prefixed_order" ("shipping_Zip")"#,
            r#""ix_prefixed_order_note_billing_Zip" ON "prefixed_order" ("note", "billing_Zip")"#,
            r#"("shipping_region_id") REFERENCES "prefixed_region" ("id")"#,
        ] {
            assert!(ddl.contains(part), "{part} in {ddl}");
        }
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    each_has_columns_of_its_own,
    they_are_queried_selected_ordered_and_updated,
    a_session_tells_them_apart,
    a_foreign_key_in_both_is_named_by_its_relationship,
    what_is_wrong_is_told_with_the_prefix,
    defaults_secrets_and_what_the_database_writes_are_of_each,
    what_is_unique_is_so_in_each,
    a_column_that_must_not_meet_another_is_named_by_its_field,
    a_foreign_key_leads_to_an_embedded_column,
    a_foreign_key_of_an_embedded_struct_leads_back_to_its_model,
    a_view_embeds_a_model_twice,
    a_row_of_ones_own_has_them_by_their_names,
);
