// A key that may be NULL, as the compiler alone knows.
use ormcore::prelude::*;

type MaybeId = Option<i64>;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: MaybeId,
}

fn main() {}
