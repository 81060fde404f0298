//! A small library, and how its tables are read from files.

use chrono::NaiveDate;
use ormcore::prelude::*;
use ormcore::sql::proposed;

use crate::fields::Fields;

#[derive(Model, Debug)]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) born: Option<i32>,
    #[relationship(order_by = Book::TITLE)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug)]
pub(crate) struct Book {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    #[column(foreign_key = Author::ID, index)]
    pub(crate) author_id: i64,
    pub(crate) year: Option<i32>,
    #[column(check = "pages > 0")]
    pub(crate) pages: i32,
    #[relationship]
    pub(crate) loans: HasMany<Loan>,
}

#[derive(Model, Debug)]
pub(crate) struct Loan {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = Book::ID, index)]
    pub(crate) book_id: i64,
    pub(crate) reader: String,
    pub(crate) lent_on: NaiveDate,
    pub(crate) returned_on: Option<NaiveDate>,
    #[relationship]
    pub(crate) book: BelongsTo<Book>,
}

/// A model whose rows come from a file.
pub(crate) trait Imported: Model {
    const FILE: &'static str;

    /// The row as the file has it; the error says which column is wrong, and how.
    fn read(fields: &Fields) -> Result<Draft<Self>, String>;

    /// Adds the rows, and updates those that are there already.
    fn write(drafts: Vec<Draft<Self>>, tx: &Transaction) -> ormcore::Result<()>;
}

impl Imported for Author {
    const FILE: &'static str = "author.csv";

    fn read(fields: &Fields) -> Result<Draft<Self>, String> {
        let draft = Author::new(fields.text("name")?).set(Author::BORN, fields.optional("born")?);
        Ok(draft.with_key(fields.get::<i64>("id")?))
    }

    fn write(drafts: Vec<Draft<Self>>, tx: &Transaction) -> ormcore::Result<()> {
        let update = (Author::NAME.set(proposed(Author::NAME)), Author::BORN.set(proposed(Author::BORN)));
        Author::on_conflict(Author::ID).do_update(update).insert_all(drafts, tx).map(drop)
    }
}

impl Imported for Book {
    const FILE: &'static str = "book.csv";

    fn read(fields: &Fields) -> Result<Draft<Self>, String> {
        let draft = Book::new(fields.text("title")?, fields.get::<i64>("author_id")?, fields.get::<i32>("pages")?);
        Ok(draft.set(Book::YEAR, fields.optional("year")?).with_key(fields.get::<i64>("id")?))
    }

    fn write(drafts: Vec<Draft<Self>>, tx: &Transaction) -> ormcore::Result<()> {
        let update = (
            Book::TITLE.set(proposed(Book::TITLE)),
            Book::AUTHOR_ID.set(proposed(Book::AUTHOR_ID)),
            Book::YEAR.set(proposed(Book::YEAR)),
            Book::PAGES.set(proposed(Book::PAGES)),
        );
        Book::on_conflict(Book::ID).do_update(update).insert_all(drafts, tx).map(drop)
    }
}

impl Imported for Loan {
    const FILE: &'static str = "loan.csv";

    fn read(fields: &Fields) -> Result<Draft<Self>, String> {
        let (lent_on, returned_on) = (fields.get("lent_on")?, fields.optional("returned_on")?);
        if returned_on.is_some_and(|returned_on| returned_on < lent_on) {
            return Err("`returned_on` is before `lent_on`".into());
        }
        let draft = Loan::new(fields.get::<i64>("book_id")?, fields.text("reader")?, lent_on);
        Ok(draft.set(Loan::RETURNED_ON, returned_on).with_key(fields.get::<i64>("id")?))
    }

    fn write(drafts: Vec<Draft<Self>>, tx: &Transaction) -> ormcore::Result<()> {
        let update = (
            Loan::BOOK_ID.set(proposed(Loan::BOOK_ID)),
            Loan::READER.set(proposed(Loan::READER)),
            Loan::LENT_ON.set(proposed(Loan::LENT_ON)),
            Loan::RETURNED_ON.set(proposed(Loan::RETURNED_ON)),
        );
        Loan::on_conflict(Loan::ID).do_update(update).insert_all(drafts, tx).map(drop)
    }
}
