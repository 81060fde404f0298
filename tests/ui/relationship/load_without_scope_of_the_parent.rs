// A load lifts the scopes of the model that the relationship leads to.
use ormcore::prelude::*;

#[derive(Model)]
#[model(scope(active = active))]
struct User {
    #[column(primary_key)]
    id: i64,
    active: bool,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User::ID)]
    user_id: i64,
}

fn active() -> Predicate<User> {
    User::ACTIVE.eq(true)
}

fn main() {
    let _ = User::query().with(User::POSTS.selectin().without_scope(User::SCOPE_ACTIVE));
}
