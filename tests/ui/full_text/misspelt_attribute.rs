// A misspelt `full_text`; the model is searched all the same.
use ormcore::prelude::*;

#[derive(Model)]
#[model(fulltext(title))]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn main() {
    let _ = Article::query().filter(Article::search("rust").matches());
}
