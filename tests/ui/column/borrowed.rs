// Fields that borrow, without a lifetime.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: &str,
    bio: Option<&str>,
    photo: &[u8],
}

fn main() {}
