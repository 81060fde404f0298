use ormcore::prelude::*;

#[derive(Model)]
#[model(full_text(title = 4, body = 1.5, language = "english"))]
#[allow(dead_code)]
struct Article {
    #[column(primary_key)]
    id: i64,
    title: String,
    body: Option<String>,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<Article>()?;
    Article::new("in rust").insert(&db)?;
    let search = Article::search("rust");
    let found = Article::query().filter(search.matches()).order_by(search.rank().desc());
    let snippets = (search.snippet(Article::TITLE), search.snippet(Article::BODY));
    assert_eq!(found.select(snippets).one(&db)?, ("in <mark>rust</mark>".to_string(), None));
    Ok(())
}
