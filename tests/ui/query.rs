use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
    #[column(default = true)]
    active: bool,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<User>()?;
    User::new("ann", 31).insert(&db)?;
    let query = User::query()
        .filter_by(User::AGE, 31)
        .filter(User::AGE.gt(30).and(User::AGE.is_in([31])))
        .filter(User::NAME.eq(User::NAME))
        .filter(User::BIO.eq(None::<String>))
        .filter(User::BIO.is_null())
        .filter(User::ACTIVE.eq(true))
        .filter(User::NAME.like("a%"))
        .filter((User::AGE + 1).gt(7))
        .order_by(User::NAME)
        .order_by((User::AGE.desc(), User::ID));
    assert_eq!(query.all(&db)?.len(), 1);
    User::query().update(User::ACTIVE.set(false), &db)?;
    User::query().update((User::ACTIVE.set(true), User::AGE.set(User::AGE + 1)), &db)?;
    User::query().delete(&db)?;
    Ok(())
}
