//! Read-only models: a view, or a table that others write.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Sale {
    #[column(primary_key)]
    id: i64,
    seller: String,
    amount: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "seller_total", read_only)]
struct SellerTotal {
    #[column(primary_key)]
    seller: String,
    total: i64,
}

/// Nothing in it names a row.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "big_sale", read_only)]
struct BigSale {
    seller: String,
    amount: i64,
}

fn sales(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Sale,)>()?;
    db.execute(
        "CREATE VIEW seller_total AS SELECT seller, CAST(sum(amount) AS bigint) AS total FROM sale GROUP BY seller",
        (),
    )?;
    db.execute("CREATE VIEW big_sale AS SELECT seller, amount FROM sale WHERE amount > 100", ())?;
    Sale::insert_all([Sale::new("ann", 50), Sale::new("bob", 200), Sale::new("ann", 150)], db)?;
    Ok(())
}

fn a_view_is_read_as_a_table_is(db: &Database) -> ormcore::Result<()> {
    sales(db)?;
    let mut ann = SellerTotal::find("ann", db)?;
    assert_eq!(ann, SellerTotal { seller: "ann".into(), total: 200 });
    assert_eq!(SellerTotal::get("zoe", db)?, None);
    assert_eq!(SellerTotal::query().filter(SellerTotal::TOTAL.ge(200)).order_by(SellerTotal::SELLER).all(db)?.len(), 2);
    Sale::new("ann", 1).insert(db)?;
    ann.refresh(db)?;
    assert_eq!(ann.total, 201);
    Ok(())
}

fn a_view_needs_no_primary_key(db: &Database) -> ormcore::Result<()> {
    sales(db)?;
    let big = BigSale::query().order_by(BigSale::AMOUNT.desc()).all(db)?;
    assert_eq!(big.iter().map(|sale| sale.amount).collect::<Vec<_>>(), [200, 150]);
    assert_eq!(
        (BigSale::query().count(db)?, BigSale::query().filter_by(BigSale::SELLER, "bob").exists(db)?),
        (2, true)
    );
    Ok(())
}

/// Nothing in it names a row, and a part of it may be NULL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "note_view", read_only)]
struct NoteView {
    seller: String,
    note: Option<String>,
}

fn pages_of_a_view_without_a_key_have_all_rows(db: &Database) -> ormcore::Result<()> {
    db.execute(
        "CREATE VIEW note_view AS SELECT 'ann' AS seller, 'x' AS note UNION ALL SELECT 'ann', NULL \
         UNION ALL SELECT 'ann', 'a'",
        (),
    )?;
    let mut notes = Vec::new();
    let mut next = None;
    loop {
        let page = NoteView::query().order_by(NoteView::SELLER).page_after(next.as_ref(), 1, db)?;
        notes.extend(page.items.into_iter().map(|row| row.note));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(notes, [None, Some("a".into()), Some("x".into())]);
    Ok(())
}

fn a_view_is_grouped_by_its_key(db: &Database) -> ormcore::Result<()> {
    sales(db)?;
    let grouped = SellerTotal::query().group_by(SellerTotal::SELLER).order_by(SellerTotal::SELLER);
    let rows = grouped.select((SellerTotal::all_columns(), ormcore::sql::count())).all(db)?;
    let totals = SellerTotal::query().order_by(SellerTotal::SELLER).all(db)?;
    assert_eq!(rows, totals.into_iter().map(|total| (total, 1)).collect::<Vec<_>>());
    Ok(())
}

fn a_read_only_model_is_no_table_to_create_or_drop(db: &Database) -> ormcore::Result<()> {
    assert!(db.ddl_of::<(SellerTotal, BigSale)>()?.is_empty());
    db.create_tables::<(SellerTotal,)>()?;
    // The name is still free for the view.
    sales(db)?;
    db.create_tables::<(Sale, SellerTotal)>()?;
    db.drop_tables::<(SellerTotal, BigSale)>()?;
    assert_eq!(SellerTotal::query().count(db)?, 2);
    Ok(())
}

/// The key of what it embeds is none of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sale_place", read_only)]
struct SalePlace {
    #[column(primary_key)]
    place: i64,
    #[column(flatten)]
    sale: Sale,
}

fn a_view_embeds_a_model(db: &Database) -> ormcore::Result<()> {
    sales(db)?;
    db.execute(
        "CREATE VIEW sale_place AS SELECT rank() OVER (ORDER BY amount DESC) AS place, id, seller, amount FROM sale",
        (),
    )?;
    let first = SalePlace::find(1, db)?;
    assert_eq!(first, SalePlace { place: 1, sale: Sale::find(first.sale.id, db)? });
    let of_ann = SalePlace::query().filter(SalePlace::SALE.col(Sale::SELLER).eq("ann")).order_by(SalePlace::PLACE);
    assert_eq!(of_ann.select((SalePlace::PLACE, SalePlace::SALE.col(Sale::AMOUNT))).all(db)?, [(2, 150), (3, 50)]);
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "viewed_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(lazy = "joined")]
    badges: HasMany<ProfileBadge>,
}

/// A person has one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "viewed_profile")]
struct Profile {
    #[column(primary_key)]
    id: i64,
    #[column(unique, foreign_key = Person::ID)]
    person_id: i64,
}

/// A person may have several of them.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "profile_badge", read_only)]
struct ProfileBadge {
    #[column(flatten)]
    profile: Profile,
    badge: String,
}

fn a_view_may_repeat_what_is_unique_in_the_model_that_it_embeds(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Profile)>()?;
    db.execute(
        "CREATE VIEW profile_badge AS SELECT profile.id, profile.person_id, badge.label AS badge FROM viewed_profile AS profile \
         CROSS JOIN (SELECT 'first' AS label UNION ALL SELECT 'second') AS badge",
        (),
    )?;
    let people = Person::insert_all([Person::new("ann"), Person::new("bob")], db)?;
    Profile::insert_all(people.iter().map(Profile::new), db)?;
    let names = |people: Vec<Person>| people.into_iter().map(|person| person.name).collect::<Vec<_>>();
    let ordered = || Person::query().order_by(Person::ID);
    for person in ordered().all(db)? {
        assert_eq!(person.badges.loaded().map(<[_]>::len), Some(2), "{person:?}");
    }
    assert_eq!(names(ordered().all(db)?), ["ann", "bob"]);
    assert_eq!(names(ordered().limit(2).all(db)?), ["ann", "bob"]);
    assert_eq!(names(ordered().with(Person::BADGES.selectin()).all(db)?), ["ann", "bob"]);
    assert!(ordered().join(Person::BADGES).page_after(None, 1, db).is_err());
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_view_may_repeat_what_is_unique_in_the_model_that_it_embeds,
    a_view_embeds_a_model,
    a_view_is_read_as_a_table_is,
    a_view_needs_no_primary_key,
    pages_of_a_view_without_a_key_have_all_rows,
    a_view_is_grouped_by_its_key,
    a_read_only_model_is_no_table_to_create_or_drop,
);
