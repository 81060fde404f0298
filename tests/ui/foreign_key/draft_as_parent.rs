// A foreign key to a draft, which has no key yet.
use ormcore::prelude::*;

#[derive(Model)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID)]
    author_id: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let ann = Author::new("ann");
    Book::new(&ann).insert(&db)?;
    Ok(())
}
