use ormcore::prelude::*;
use ormcore::sql::{count, of, proposed};

#[derive(Model)]
#[model(table = "writes_user")]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
#[model(table = "writes_post")]
#[allow(dead_code)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    title: String,
    views: i32,
    #[column(foreign_key = User::ID)]
    user_id: i64,
    #[relationship]
    user: BelongsTo<User>,
}

#[derive(Model)]
#[model(table = "writes_line")]
#[allow(dead_code)]
struct Line {
    #[column(primary_key)]
    id: i64,
    price: i64,
    quantity: i64,
    #[column(generated = "price * quantity")]
    total: i64,
}

#[test]
fn a_column_that_the_database_computes_is_left_out() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Line,)>()?;
    Line::new(3, 4).set(Line::PRICE, 5).insert(&db)?;
    Line::query().update(Line::PRICE.set(Line::TOTAL), &db)?;
    let rows = Line::query().select((Line::PRICE, Line::TOTAL));
    Line::insert_from((Line::PRICE, Line::QUANTITY), rows, &db)?;
    assert_eq!(Line::query().order_by(Line::ID).select(Line::TOTAL).all(&db)?, [80, 1600]);
    Ok(())
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Post)>()?;
    let ann = User::new("ann", 31).insert(&db)?;
    Post::new("a", 1, &ann).on_conflict(Post::TITLE).do_nothing().insert(&db)?;
    let change = Post::VIEWS.set(Post::VIEWS + proposed(Post::VIEWS));
    assert_eq!(Post::new("a", 1, &ann).on_conflict(Post::TITLE).do_update(change).insert(&db)?.views, 2);
    assert!(!Post::new("a", 1, &ann).on_conflict(Post::TITLE).or_find().insert(&db)?.1);
    let joined = Post::query().join(Post::USER);
    joined.clone().update(Post::TITLE.set(of(User::NAME)), &db)?;
    let left = Post::query().left_join(Post::USER);
    left.update(Post::VIEWS.set(Post::VIEWS * 2), &db)?;
    let most = Post::query().select(Post::VIEWS.max()).scalar();
    Post::query().update(Post::VIEWS.set(most), &db)?;
    let mean = Post::query().select(Post::VIEWS.avg().round(0).cast::<i32>()).scalar();
    Post::query().update(Post::VIEWS.set(mean), &db)?;
    let ages = User::query().select((User::NAME, User::AGE, User::ID)).filter(User::BIO.is_not_null());
    assert_eq!(Post::insert_from((Post::TITLE, Post::VIEWS, Post::USER_ID), ages, &db)?, 0);
    let names = User::query().group_by(User::NAME).select((User::NAME, count()));
    assert!(User::insert_from((User::BIO, User::ID), names, &db).is_err());
    assert_eq!(joined.returning(Post::TITLE).delete(&db)?, ["ann"]);
    Ok(())
}
