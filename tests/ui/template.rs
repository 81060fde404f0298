use ormcore::prelude::*;
use ormcore::sql;

#[derive(Model)]
#[model(table = "template_user")]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(table = "template_pet")]
#[allow(dead_code)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Pet)>()?;
    User::new("a?").insert(&db)?;
    let query = User::query()
        .filter(sql!("{} = {}", User::NAME, "a?"))
        .filter(sql!("{} LIKE '%' || {} || '?'", User::NAME, "a"))
        .filter(sql!("{} = 1", User::ID).about::<User>().condition().or(User::ID.eq(2)))
        .filter(sql!("(1 = 1) OR (1 = 1)"));
    assert_eq!(query.select(sql!(i64: "length({})", User::NAME)).all(&db)?, [2]);
    sql!("DELETE FROM template_user").execute(&db)?;
    let pets = sql!("{} = {}", User::NAME, Pet::NAME).condition();
    assert_eq!(User::query().join(Pet::on(pets)).count(&db)?, 0);
    Ok(())
}
