use ormcore::alias;
use ormcore::prelude::*;
use ormcore::sql::{case, count, exists, of, rank, row_number};

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
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model, Debug, Clone)]
#[model(scope(shown = || Post::VIEWS.ge(0)))]
#[allow(dead_code)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    views: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

#[derive(Model, Debug)]
#[allow(dead_code)]
struct Employee {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Employee::ID)]
    boss_id: Option<i64>,
    #[relationship]
    boss: BelongsTo<Employee>,
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

#[test]
fn without_the_mistakes_selections_compile() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Post, Employee)>()?;
    let ann = User::new("ann", 31).insert(&db)?;
    Post::new("ann", 31, &ann).insert(&db)?;
    let joined = || User::query().join(User::POSTS);
    joined().select((User::NAME, Post::TITLE, Post::all_columns())).order_by(Post::TITLE).one(&db)?;
    joined().group_by(Post::USER_ID).select((count(), Post::VIEWS.sum())).having(Post::VIEWS.sum().gt(7)).one(&db)?;
    let left = User::query().left_join(User::POSTS);
    left.select((User::NAME, Post::TITLE.nullable(), Post::all_columns().nullable())).one(&db)?;
    let ages = User::query().group_by(User::AGE).select((User::AGE, rank().order_by(count())));
    ages.having(count().gt(0)).order_by((User::ID.max(), row_number().order_by(User::AGE))).one(&db)?;
    joined().filter(Post::TITLE.eq(of(User::NAME))).filter(Post::VIEWS.eq(of(User::AGE))).one(&db)?;
    User::query().select(User::NAME).union(Post::query().select(Post::TITLE)).one(&db)?;
    User::query().filter(User::ID.is_in(Post::query().select(Post::USER_ID))).one(&db)?;
    User::query().filter(User::ID.eq(Post::query().select(Post::USER_ID).scalar())).one(&db)?;
    let of_user = Post::query().correlated::<User>().filter(Post::USER_ID.eq(of(User::ID)));
    User::query().filter(exists(of_user.without_scope(Post::SCOPE_SHOWN))).one(&db)?;
    joined().without_scope(Post::SCOPE_SHOWN).one(&db)?;
    let bio = case().when(User::AGE.lt(18), None::<String>).otherwise(User::BIO);
    User::query().select(bio).one(&db)?;
    let boss = alias!(Employee);
    let led = Employee::query().join(Employee::BOSS.to(boss)).filter(boss.col(Employee::NAME).eq("ann"));
    assert!(!led.exists(&db)?);
    Ok(())
}
