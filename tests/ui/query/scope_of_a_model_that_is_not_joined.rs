// A query lifts the scopes of the models that it reads.
use ormcore::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(scope(shown = shown))]
struct Post {
    #[column(primary_key)]
    id: i64,
    hidden: bool,
}

fn shown() -> Predicate<Post> {
    Post::HIDDEN.eq(false)
}

fn main() {
    let _ = User::query().without_scope(Post::SCOPE_SHOWN);
}
