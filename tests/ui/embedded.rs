use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    #[column(default = 0)]
    views: i64,
}

#[derive(Model)]
#[allow(dead_code)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten, default)]
    counters: Counters,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<Post>()?;
    Post::new().with(|post| post.counters.views = 7).insert(&db)?;
    let seen = Post::query().filter(Post::COUNTERS.col(Counters::VIEWS).gt(5)).one(&db)?;
    assert_eq!(seen.counters.views, 7);
    Ok(())
}
