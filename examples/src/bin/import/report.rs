//! What the library can tell.

use ormcore::prelude::*;
use ormcore::sql::count;

use crate::models::{Author, Book, Loan};

pub(crate) fn print(db: &Database) -> ormcore::Result<()> {
    println!("\nAuthors with the most pages:");
    let pages = Book::PAGES.sum();
    let authors = Author::query()
        .join(Author::BOOKS)
        .group_by((Author::ID, Author::NAME))
        .select((Author::NAME, count(), pages.clone()))
        .order_by((pages.desc(), Author::NAME))
        .limit(3);
    for (name, books, pages) in authors.all(db)? {
        println!("  {name}: {books} books, {} pages", pages.unwrap_or(0));
    }

    println!("Books that are lent most often:");
    let books = Book::query()
        .join(Book::LOANS)
        .group_by((Book::ID, Book::TITLE))
        .select((Book::TITLE, count()))
        .order_by((count().desc(), Book::TITLE))
        .limit(3);
    for (title, loans) in books.all(db)? {
        println!("  {title}: {loans} times");
    }

    let days = Loan::RETURNED_ON.days_since(Loan::LENT_ON).avg();
    let average = Loan::query().select(days).one(db)?;
    println!("A loan lasts {:.1} days on average.", average.unwrap_or(0.0));

    println!("Books that are out:");
    let out = Loan::query().filter(Loan::RETURNED_ON.is_null()).with(Loan::BOOK).order_by((Loan::LENT_ON, Loan::ID));
    for loan in out.all(db)? {
        println!("  {} has {} since {}", loan.reader, loan.book(db)?.title, loan.lent_on);
    }
    Ok(())
}
