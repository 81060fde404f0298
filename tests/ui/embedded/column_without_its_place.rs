// A column of the embedded struct as if it were the model's.
use ormcore::prelude::*;

#[derive(Columns)]
struct Counters {
    views: i64,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(flatten)]
    counters: Counters,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let seen = Post::query().filter(Counters::VIEWS.gt(5)).all(&db)?;
    Ok(())
}
