//! Bare link tables that cannot be: an error of what is about all tables, in words.
#![allow(clippy::unwrap_used, dead_code)]

use ormcore::prelude::*;
use ormcore_tests::{on_every_backend, tables};

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

fn one_link_table_of_two_pairs_of_models_is_refused(db: &Database) -> ormcore::Result<()> {
    let error = db.create_tables::<(Page, Tag, Author)>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    assert!(error.to_string().contains("`marks` between different models"), "{error}");
    Ok(())
}

fn a_link_table_with_the_name_of_a_model_is_refused(db: &Database) -> ormcore::Result<()> {
    let error = db.create_tables::<(Tag, Author, PageAuthor)>().unwrap_err();
    assert!(error.to_string().contains("name the model with `secondary = Model`"), "{error}");
    Ok(())
}

fn a_link_table_is_made_with_both_of_its_sides(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Tag)>()?;
    db.check_tables::<(Page, Tag)>()?;
    assert_eq!(tables(db)?, ["marks", "page", "tag"]);
    db.drop_tables::<(Page, Tag)>()?;
    assert!(tables(db)?.is_empty());
    Ok(())
}

on_every_backend!(
    one_link_table_of_two_pairs_of_models_is_refused,
    a_link_table_with_the_name_of_a_model_is_refused,
    a_link_table_is_made_with_both_of_its_sides,
);
