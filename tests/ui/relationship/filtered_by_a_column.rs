// A column of truth values as the condition.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    posts: HasMany<Post>,
    #[relationship(filter = Post::PUBLISHED)]
    published: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    published: bool,
    #[column(foreign_key = Author::ID)]
    author_id: i64,
    #[relationship]
    author: BelongsTo<Author>,
}

fn main() -> ormcore::Result<()> {
    Ok(())
}
