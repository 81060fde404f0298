// A scope has a constant where it has a name.
use ormcore::prelude::*;

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
    let _ = Post::query().without_scope(Post::SCOPE_SHOWED);
    let _ = Post::query().without_scope("shown");
}
