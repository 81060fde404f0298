//! Rows of read-only models: they are read, and never written.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rdo_seller")]
struct Seller {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    sales: HasMany<Sale>,
    #[relationship(cascade = "all", foreign_key = Total::SELLER_ID)]
    totals: HasMany<Total>,
    #[relationship(foreign_key = Report::SELLER_ID)]
    reports: HasMany<Report>,
    #[relationship(secondary = SoldTo)]
    buyers: HasMany<Buyer>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rdo_buyer")]
struct Buyer {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rdo_sale")]
struct Sale {
    #[column(primary_key)]
    id: i64,
    cents: i64,
    #[column(foreign_key = Buyer::ID)]
    buyer_id: i64,
    #[column(foreign_key = Seller::ID)]
    seller_id: Option<i64>,
}

/// A view that a database could write to.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rdo_total", read_only)]
struct Total {
    #[column(primary_key)]
    id: i64,
    cents: i64,
    #[column(foreign_key = Seller::ID)]
    seller_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rdo_report", read_only)]
struct Report {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Seller::ID)]
    seller_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rdo_sold_to", read_only)]
struct SoldTo {
    #[column(primary_key, foreign_key = Seller::ID)]
    seller_id: i64,
    #[column(primary_key, foreign_key = Buyer::ID)]
    buyer_id: i64,
}

fn sellers(db: &Database) -> ormcore::Result<(Session, Handle<Seller>)> {
    db.create_tables::<(Seller, Buyer, Sale)>()?;
    for (view, columns) in
        [("total", "id, cents, seller_id"), ("report", "id, seller_id"), ("sold_to", "seller_id, buyer_id")]
    {
        db.execute(format!("CREATE VIEW rdo_{view} AS SELECT {columns} FROM rdo_sale"), ())?;
    }
    let mut session = db.session()?;
    let (seller, buyer) = (session.add(Seller::new("ann")), session.add(Buyer::new()));
    session.add(Sale::new(5, buyer).set(Sale::SELLER_ID, seller));
    session.commit()?;
    Ok((session, seller))
}

fn a_change_of_a_read_only_row_is_refused_before_anything_is_written(db: &Database) -> ormcore::Result<()> {
    let (mut session, seller) = sellers(db)?;
    let total = session.one(Total::query())?;
    session[total].cents = 0;
    session[seller].name = "bob".into();
    let statements = db.record();
    let error = session.commit().unwrap_err();
    assert!(error.to_string().contains("`rdo_total` cannot be written"), "{error}");
    assert_eq!(count(&statements, "UPDATE"), 0);
    session.refresh(total)?;
    session.commit()?;
    assert_eq!((session[total].cents, Sale::query().one(db)?.cents), (5, 5));
    assert_eq!(Seller::query().one(db)?.name, "bob");
    Ok(())
}

fn what_is_read_only_does_not_follow_a_row_that_is_deleted(db: &Database) -> ormcore::Result<()> {
    let (mut session, seller) = sellers(db)?;
    let (total, report) = (session.one(Total::query())?, session.one(Report::query())?);
    let statements = db.record();
    session.delete(seller)?;
    session.flush()?;
    let texts = statements.texts();
    let views = |text: &&String| ["rdo_total", "rdo_report", "rdo_sold_to"].iter().any(|view| text.contains(view));
    assert_eq!(texts.iter().find(views), None);
    session.commit()?;
    // The table behind the views was written, by a relationship of its own.
    assert_eq!(Sale::query().one(db)?.seller_id, None);
    assert!(session.contains(total) && session.contains(report));
    session.refresh(report)?;
    assert_eq!(session[report].seller_id, None);
    Ok(())
}

fn links_of_a_read_only_table_are_not_written(db: &Database) -> ormcore::Result<()> {
    let (mut session, seller) = sellers(db)?;
    let buyers = session.related(seller, Seller::BUYERS)?;
    let new = session.add(Buyer::new());
    let errors = [
        session.append(seller, Seller::BUYERS, new).unwrap_err(),
        session.remove(seller, Seller::BUYERS, buyers[0]).unwrap_err(),
        session.set(seller, Seller::BUYERS, []).unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().contains("`rdo_sold_to` cannot be written"), "{error}");
    }
    session.commit()?;
    assert_eq!(session.related(seller, Seller::BUYERS)?, buyers);
    Ok(())
}

on_every_backend!(
    a_change_of_a_read_only_row_is_refused_before_anything_is_written,
    what_is_read_only_does_not_follow_a_row_that_is_deleted,
    links_of_a_read_only_table_are_not_written,
);
