// A search in a model that is not part of the query.
use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = User::query().filter(Article::search("rust").matches());
}
