use ormcore::prelude::*;

#[derive(Model)]
#[model(table = "session_seller")]
struct Seller {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    sales: HasMany<Sale>,
}

#[derive(Model)]
#[model(table = "session_sale")]
struct Sale {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Seller::ID)]
    seller_id: i64,
    #[relationship]
    seller: BelongsTo<Seller>,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Seller, Sale)>()?;
    let ann = Seller::new().insert(&db)?;
    let bob = Seller::new().insert(&db)?;
    let row = Sale::new(&ann).insert(&db)?;
    let mut session = db.session()?;
    let sale = session.merge(row)?;
    session.try_get_mut(sale)?.seller_id = bob.id;
    session.flush()?;
    let (ann, bob) = (session.merge(ann)?, session.merge(bob)?);
    session.append(ann, Seller::SALES, sale)?;
    assert_eq!(session.related(ann, Seller::SALES)?, [sale]);
    session.lock(sale)?;
    session.set(sale, Sale::SELLER, Some(bob))?;
    assert_eq!(session.related(bob, Seller::SALES)?, [sale]);
    session.delete(sale)?;
    session.commit()
}
