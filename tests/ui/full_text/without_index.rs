// A search in a model without a full-text index.
use ormcore::prelude::*;

#[derive(Model)]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {
    let _ = Article::query().filter(Article::search("rust").matches());
}
