// A snippet of a number.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {
    let _ = Article::query().select(Article::search("rust").snippet(Article::ID));
}
