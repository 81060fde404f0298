use ormcore::prelude::*;
use ormcore::sql::{coalesce, func, greatest, now};

#[derive(Model)]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    score: f64,
    bio: Option<String>,
    labels: Vec<String>,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<User>()?;
    User::new("Ann", 31, 2.5, ["x"]).insert(&db)?;
    let texts = (User::NAME.lower(), coalesce(User::BIO, "none"), func("lower", (User::NAME,)).returns::<String>());
    assert_eq!(User::query().select(texts).one(&db)?, ("ann".to_string(), "none".to_string(), "ann".to_string()));
    let numbers =
        (User::SCORE.round(0), User::AGE.abs(), greatest(User::AGE, 40), -User::AGE, User::SCORE.cast::<i64>());
    assert_eq!(User::query().select(numbers).one(&db)?, (3.0, 31, 40, -31, 2));
    let mean = User::query().select(User::AGE.avg().cast::<i32>()).scalar();
    assert_eq!(User::query().select(greatest(User::AGE, mean)).one(&db)?, 31);
    let aggregates = (User::AGE.gt(30).every(), User::AGE.sum());
    assert_eq!(User::query().select(aggregates).one(&db)?, (Some(true), Some(31)));
    let _ = (now().plus_days(1), now().plus_seconds(1.5));
    assert_eq!(User::query().filter(User::LABELS.has("x")).count(&db)?, 1);
    Ok(())
}
