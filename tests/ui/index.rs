use ormcore::prelude::*;

#[derive(Columns)]
struct Address {
    city: String,
    zip: String,
}

#[derive(Model)]
#[allow(clippy::duplicated_attributes)]
#[model(
    index(author_id, created_at.desc()),
    index(title, using = "gin"),
    index(author_id, include(title, "city")),
    index(created_at),
    unique(title),
    index("zip"),
    index(author_id, address.zip.desc()),
    index("lower(title)")
)]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    created_at: i64,
    title: String,
    #[column(flatten)]
    address: Address,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<Post>()?;
    let address = Address { city: "Rome".to_string(), zip: "00118".to_string() };
    let post = Post::new(1, 2, "a", address).insert(&db)?;
    assert_eq!((post.id, post.author_id, post.created_at, post.title), (1, 1, 2, "a".to_string()));
    assert_eq!((post.address.city, post.address.zip), ("Rome".to_string(), "00118".to_string()));
    db.check_tables::<Post>()
}
