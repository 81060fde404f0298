use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    city: String,
}

#[derive(Model)]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    bio: Option<String>,
    #[column(flatten)]
    home: Address,
    #[column(generated = "length(name)")]
    length: i64,
    #[column(version)]
    version: i64,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
#[allow(dead_code)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

#[derive(Changes)]
#[changes(model = Address)]
struct AddressBody {
    city: Option<String>,
}

#[derive(Changes)]
#[changes(model = User)]
#[allow(dead_code)]
struct Body {
    name: Option<String>,
    #[changes(none_is_null)]
    bio: Option<String>,
    home: AddressBody,
    #[changes(skip)]
    id: i64,
    #[changes(skip)]
    version: i64,
}

#[derive(Changes)]
#[changes(model = Post)]
struct PostBody {
    #[changes(column = Post::TITLE)]
    name: String,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Post)>()?;
    let mut ann = User::new("ann", Address { city: "Bree".into() }).insert(&db)?;
    let home = AddressBody { city: Some("Rome".into()) };
    let body = Body { name: Some("anna".into()), bio: None, home, id: ann.id, version: 1 };
    ann.version = body.version;
    let changed = ann.apply(body);
    ann.update_only(changed, &db)?;
    assert_eq!((ann.length, ann.home.city.as_str()), (4, "Rome"));
    Post::new("a", &ann).insert(&db)?;
    assert_eq!(Post::query().update(PostBody { name: "b".into() }, &db)?, 1);
    Ok(())
}
