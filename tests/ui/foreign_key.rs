use ormcore::prelude::*;

#[derive(Model)]
#[model(unique(id, name))]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Model)]
#[allow(dead_code)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID, on_delete = "cascade")]
    author_id: i64,
    #[column(foreign_key = Author::ID, on_delete = "set null")]
    editor_id: Option<i64>,
}

#[derive(Model)]
#[model(foreign_key(columns(author_id, author_name), references(Author::ID, Author::NAME)))]
#[allow(dead_code)]
struct Poem {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    author_name: String,
}

#[derive(Columns)]
struct Credit {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(foreign_key(columns(credit.id, credit.name), references(Author::ID, Author::NAME)))]
#[allow(dead_code)]
struct Song {
    #[column(primary_key)]
    number: i64,
    #[column(flatten, prefix = "credit_")]
    credit: Credit,
    #[relationship]
    author: BelongsTo<Author>,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Author, Book, Poem, Song)>()?;
    let ann = Author::new("ann").insert(&db)?;
    Book::new(&ann).insert(&db)?;
    let book = Book::new(ann.id).insert(&db)?;
    assert_eq!((book.author_id, book.editor_id), (ann.id, None));
    assert_eq!(Poem::new(&ann).insert(&db)?.author_name, "ann");
    let song = Song::new(Credit { id: ann.id, name: "ann".to_string() }).insert(&db)?;
    assert_eq!(song.author(&db)?.name, "ann");
    Ok(())
}
