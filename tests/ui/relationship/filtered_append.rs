// A row that is appended to those that meet a condition.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    posts: HasMany<Post>,
    #[relationship(filter = Post::PUBLISHED.eq(true))]
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
    let db = Database::connect("sqlite::memory:")?;
    let mut session = db.session()?;
    let author = session.add(Author::new("ann"));
    let post = session.add(Post::new(true, author));
    session.append(author, Author::PUBLISHED, post)?;
    Ok(())
}
