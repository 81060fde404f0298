//! Bare link tables that cannot be: an error of what is about all tables, in words.
#![allow(clippy::unwrap_used, dead_code)]

use ormcore::prelude::*;

#[derive(Model, Debug)]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "marks")]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "page_author")]
    authors: HasMany<Author>,
}

#[derive(Model, Debug)]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "marks")]
    pages: HasMany<Page>,
}

#[derive(Model, Debug)]
struct PageAuthor {
    #[column(primary_key)]
    id: i64,
}

#[test]
fn one_link_table_of_two_pairs_of_models_is_refused() {
    let db = Database::connect("sqlite::memory:").unwrap();
    let error = db.create_tables::<(Page, Tag, Author)>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    assert!(error.to_string().contains("`marks` between different models"), "{error}");
}

#[test]
fn a_link_table_with_the_name_of_a_model_is_refused() {
    let db = Database::connect("sqlite::memory:").unwrap();
    let error = db.create_tables::<(Tag, Author, PageAuthor)>().unwrap_err();
    assert!(error.to_string().contains("name the model with `secondary = Model`"), "{error}");
}

#[test]
fn a_link_table_is_made_with_both_of_its_sides() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Page, Tag)>()?;
    let tables = db.query_as::<(String,)>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", ())?;
    assert_eq!(tables.iter().map(|table| table.0.as_str()).collect::<Vec<_>>(), ["marks", "page", "tag"]);
    db.drop_tables::<(Page, Tag)>()?;
    assert!(db.query_as::<(String,)>("SELECT name FROM sqlite_master", ())?.is_empty());
    Ok(())
}
