//! Type aliases: each means what it stands for.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

type Id = i64;
type Code = String;
type MaybeId = Option<i64>;
type MaybeCode = Option<Code>;
type MaybeText = Option<String>;
type Revision = i32;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct ShelfId(i64);
type MaybeShelf = Option<ShelfId>;

#[derive(Model, Debug, Clone, PartialEq)]
struct Shelf {
    #[column(primary_key, auto = false)]
    id: ShelfId,
}

/// A lone key of an alias says that it is generated.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(id, code))]
struct Author {
    #[column(primary_key, auto)]
    id: Id,
    #[column(unique)]
    code: Code,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(foreign_key(columns(first_id, first_code), references(Author::ID, Author::CODE), on_delete = "set null"))]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID, on_delete = "set null")]
    author_id: MaybeId,
    #[column(foreign_key = Author::CODE, on_delete = "set default")]
    code: MaybeCode,
    #[column(foreign_key = Shelf::ID)]
    shelf: MaybeShelf,
    #[column(nullable)]
    note: MaybeText,
    first_id: MaybeId,
    first_code: MaybeCode,
    #[column(version)]
    revision: Revision,
    #[relationship(foreign_key = Book::AUTHOR_ID)]
    author: BelongsTo<Author>,
}

fn a_foreign_key_of_an_alias_can_be_given_and_left_out(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Author, Book)>()?;
    let shelf = Shelf::new(ShelfId(7)).insert(db)?;
    let ann = Author::new("ann").insert(db)?;
    let none = Book::new(None, None, None, None, &ann).insert(db)?;
    assert_eq!((none.author_id, none.code.as_deref(), none.shelf, none.revision), (None, None, None, 1));
    let some = Book::new(Some(1), Some("ann".to_string()), Some(ShelfId(7)), "note", &ann).insert(db)?;
    assert_eq!((some.author_id, some.code.as_deref(), some.shelf), (Some(1), Some("ann"), Some(ShelfId(7))));
    let bare = Book::new(1, "ann".to_string(), ShelfId(7), None, &ann).insert(db)?;
    assert_eq!((bare.author_id, bare.code.as_deref(), bare.shelf), (Some(1), Some("ann"), Some(ShelfId(7))));
    let mut by_row = Book::new(&ann, &ann, &shelf, None, &ann).insert(db)?;
    assert_eq!((by_row.author_id, by_row.code.as_deref()), (Some(1), Some("ann")));
    assert_eq!(by_row.author(db)?, Some(&ann));
    by_row.update(db)?;
    assert_eq!(by_row.revision, 2);
    Ok(())
}

fn a_foreign_key_of_an_alias_is_set_to_null(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Author, Book)>()?;
    let ann = Author::new("ann").insert(db)?;
    let book = Book::new(ann.id, ann.code.clone(), None, None, &ann).insert(db)?;
    assert_eq!((book.first_id, book.first_code.as_deref()), (Some(1), Some("ann")));
    ann.delete(db)?;
    let book = Book::find(book.id, db)?;
    assert_eq!((book.author_id, book.code, book.first_id, book.first_code), (None, None, None, None));
    Ok(())
}

/// An alias of an `Option` is one: what is absent sets nothing.
#[derive(Changes, Default)]
#[changes(model = Book)]
struct BookChanges {
    code: MaybeCode,
    note: MaybeText,
    author_id: Option<MaybeId>,
    #[changes(none_is_null)]
    shelf: MaybeShelf,
}

fn changes_of_an_alias_are_left_out_and_null(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Author, Book)>()?;
    let ann = Author::new("ann").insert(db)?;
    let shelf = Shelf::new(ShelfId(7)).insert(db)?;
    let mut book = Book::new(&ann, None, &shelf, "note", &ann).insert(db)?;
    assert_eq!(book.apply(BookChanges { shelf: book.shelf, ..BookChanges::default() }), [Book::SHELF.into()]);
    assert_eq!(book.note.as_deref(), Some("note"));
    let body = BookChanges { note: Some("other".into()), author_id: Some(None), ..BookChanges::default() };
    assert_eq!(Book::query().update(body, db)?, 1);
    let stored = Book::find(book.id, db)?;
    assert_eq!((stored.note.as_deref(), stored.author_id, stored.shelf), (Some("other"), None, None));
    Ok(())
}

on_every_backend!(
    a_foreign_key_of_an_alias_can_be_given_and_left_out,
    a_foreign_key_of_an_alias_is_set_to_null,
    changes_of_an_alias_are_left_out_and_null,
);
