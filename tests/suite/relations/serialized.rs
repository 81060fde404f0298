//! What serde writes of relationships, and reads.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use serde::{Deserialize, Serialize};

#[derive(Model, Debug, Clone, Serialize, Deserialize)]
#[model(table = "serialized_shelf")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[serde(default)]
    #[relationship]
    books: HasMany<Book>,
    #[serde(default)]
    #[relationship]
    lamp: HasOne<Lamp>,
}

#[derive(Model, Debug, Clone, Serialize, Deserialize)]
#[model(table = "serialized_book")]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
    #[serde(default)]
    #[relationship]
    shelf: BelongsTo<Shelf>,
}

#[derive(Model, Debug, Clone, Serialize, Deserialize)]
#[model(table = "serialized_lamp")]
struct Lamp {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID, unique)]
    shelf_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "serialized_reader")]
struct Reader {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[serde(skip)]
    password: Secret<String>,
}

fn a_secret_that_is_skipped_is_neither_written_nor_read(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Reader>()?;
    let ann = Reader::new("ann", "hunter2").insert(db)?;
    assert_eq!(serde_json::to_string(&ann).unwrap(), r#"{"id":1,"name":"ann"}"#);
    let mut read: Reader = serde_json::from_str(r#"{"id":1,"name":"Ann"}"#).unwrap();
    assert_eq!(read.password, Secret::default());
    read.update_only((Reader::NAME,), db)?;
    assert_eq!(Reader::find(1, db)?, Reader { name: "Ann".into(), ..ann });
    Ok(())
}

fn what_is_loaded_is_written_and_read(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Book, Lamp)>()?;
    let shelf = Shelf::new().insert(db)?;
    Book::new(&shelf).insert(db)?;
    let statements = db.record();
    assert_eq!(serde_json::to_string(&shelf).unwrap(), r#"{"id":1,"books":null,"lamp":null}"#);
    assert!(statements.is_empty());
    let shelf = Shelf::query().with(Shelf::BOOKS.selectin().then(Book::SHELF)).with(Shelf::LAMP).one(db)?;
    let text = serde_json::to_string(&shelf).unwrap();
    let inner = r#"{"id":1,"books":null,"lamp":null}"#;
    assert_eq!(text, format!(r#"{{"id":1,"books":[{{"id":1,"shelf_id":1,"shelf":{inner}}}],"lamp":null}}"#));
    let read: Shelf = serde_json::from_str(&text).unwrap();
    statements.clear();
    assert_eq!(read.books(db)?[0].shelf(db)?.id, 1);
    assert!(statements.is_empty() && !read.lamp.is_loaded());
    let bare: Book = serde_json::from_str(r#"{"id":7,"shelf_id":1}"#).unwrap();
    assert!(!bare.shelf.is_loaded());
    assert_eq!(bare.shelf(db)?.id, 1);
    let lit: Shelf = serde_json::from_str(r#"{"id":1,"lamp":{"id":3,"shelf_id":1}}"#).unwrap();
    assert_eq!(lit.lamp(db)?.map(|lamp| lamp.id), Some(3));
    Ok(())
}

on_every_backend!(what_is_loaded_is_written_and_read, a_secret_that_is_skipped_is_neither_written_nor_read);
