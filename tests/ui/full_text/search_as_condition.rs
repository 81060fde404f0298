// A search where a condition is expected.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {
    let _ = Article::query().filter(Article::search("rust"));
}
