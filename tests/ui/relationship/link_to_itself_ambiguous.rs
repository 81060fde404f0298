// A link between rows of one model, and nothing says which key is whose.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(secondary = Friendship)]
    friends: HasMany<Person>,
}

#[derive(Model)]
struct Friendship {
    #[column(primary_key, foreign_key = Person::ID)]
    from_id: i64,
    #[column(primary_key, foreign_key = Person::ID)]
    to_id: i64,
}

fn main() {}
