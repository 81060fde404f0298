// `set null` for a column whose type is known to the compiler alone, and cannot be NULL.
use ormcore::prelude::*;

#[derive(ColumnType)]
struct AuthorId(i64);

#[derive(Model)]
struct Author {
    #[column(primary_key, auto = false)]
    id: AuthorId,
}

#[derive(Model)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID, on_delete = "set null")]
    author_id: AuthorId,
}

fn main() {}
