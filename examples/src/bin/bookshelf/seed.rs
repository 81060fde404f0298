//! A little to look at, where the database is empty.

use ormcore::SessionOptions;
use ormcore::prelude::*;

use crate::models::{Author, Book, Dataset, MlModel, Prediction, Tag, User};
use crate::security;

pub(crate) const EMAIL: &str = "ann@example.com";
pub(crate) const PASSWORD: &str = "bookshelf";

/// Title, year, authors, tags.
const BOOKS: [(&str, i32, &[&str], &[&str]); 14] = [
    ("Frankenstein", 1818, &["Mary Shelley"], &["classic", "science fiction"]),
    ("Pride and Prejudice", 1813, &["Jane Austen"], &["classic"]),
    ("Emma", 1815, &["Jane Austen"], &["classic"]),
    ("Middlemarch", 1871, &["George Eliot"], &["classic"]),
    ("The Time Machine", 1895, &["H. G. Wells"], &["science fiction"]),
    ("The War of the Worlds", 1898, &["H. G. Wells"], &["science fiction"]),
    ("Twenty Thousand Leagues Under the Seas", 1870, &["Jules Verne"], &["classic", "science fiction"]),
    ("Around the World in Eighty Days", 1872, &["Jules Verne"], &["classic", "travel"]),
    ("On the Origin of Species", 1859, &["Charles Darwin"], &["science"]),
    ("The Voyage of the Beagle", 1839, &["Charles Darwin"], &["science", "travel"]),
    ("Principia Mathematica", 1910, &["Alfred North Whitehead", "Bertrand Russell"], &["mathematics"]),
    ("The Problems of Philosophy", 1912, &["Bertrand Russell"], &["philosophy"]),
    ("The Elements", -300, &["Euclid"], &["classic", "mathematics"]),
    ("Lyrical Ballads", 1798, &["Samuel Taylor Coleridge", "William Wordsworth"], &["classic", "poetry"]),
];

const DATASETS: [(usize, &str, i64, &str); 6] = [
    (0, "Iris", 150, "Petals and sepals of three kinds of flowers."),
    (0, "Handwritten digits", 70_000, "Small pictures of 0 to 9."),
    (0, "Lighthouses", 412, ""),
    (1, "Bicycle counts", 8_760, "One number an hour, for a year."),
    (1, "River levels", 365, ""),
    (2, "Recipes", 1_204, "With their ingredients, one a line."),
];

const MODELS: [(usize, &str, &str, f64); 6] = [
    (0, "digits-forest", "1.0", 0.891),
    (0, "digits-forest", "1.1", 0.924),
    (0, "digits-network", "1.0", 0.968),
    (1, "river-forecast", "2023", 0.742),
    (1, "river-forecast", "2024", 0.815),
    (2, "cuisine-guess", "0.3", 0.667),
];

/// Fills an empty database, all or nothing; `false` if it was not empty.
///
/// Another process may start in the same moment. Both have looked for rows first, so that serializable transactions conflict,
/// and the second is run once more, with the rows that are there now.
pub(crate) fn fill(db: &Database) -> ormcore::Result<bool> {
    let options = SessionOptions::new().transaction(TransactionOptions::serializable().retry(5));
    db.unit_of_work_with(options, |session| {
        let is_empty = is_empty(session)?;
        if is_empty {
            add_all(session)?;
        }
        Ok(is_empty)
    })
}

/// Books stay when their owners go, and authors and tags when their books go.
fn is_empty(session: &mut Session) -> ormcore::Result<bool> {
    Ok(!(session.exists(User::query())?
        || session.exists(Book::query())?
        || session.exists(Author::query())?
        || session.exists(Tag::query())?))
}

fn add_all(session: &mut Session) -> ormcore::Result<()> {
    let password = security::hash(PASSWORD)?;
    let people = [("Ann Archer", EMAIL), ("Bob Baker", "bob@example.com"), ("Cy Cooper", "cy@example.com")];
    let users = session.add_all(people.map(|(name, email)| User::new(name, email, password.clone())));
    for (owner, name, records, text) in DATASETS {
        let description = (!text.is_empty()).then(|| text.to_string());
        session.add(Dataset::new(users[owner], name, records).set(Dataset::DESCRIPTION, description));
    }
    for (owner, name, version, accuracy) in MODELS {
        let ml_model = session.add(MlModel::new(users[owner], name, version, accuracy));
        session.add(Prediction::new(ml_model, "the first example", "as expected", accuracy));
    }
    books(session, &users)
}

fn books(session: &mut Session, users: &[Handle<User>]) -> ormcore::Result<()> {
    let mut authors: Vec<(&str, Handle<Author>)> = Vec::new();
    let mut tags: Vec<(&str, Handle<Tag>)> = Vec::new();
    for ((title, year, names, labels), place) in BOOKS.into_iter().zip(0..) {
        let owner = users[place % users.len()];
        let book = session.add(Book::new(title).set(Book::YEAR, year).set(Book::OWNER_ID, owner));
        for name in names {
            let author = known(&mut authors, name, || session.add(Author::new(*name)));
            session.append(book, Book::AUTHORS, author)?;
        }
        for label in labels {
            let tag = known(&mut tags, label, || session.add(Tag::new(*label)));
            session.append(book, Book::TAGS, tag)?;
        }
    }
    Ok(())
}

fn known<'n, H: Copy>(rows: &mut Vec<(&'n str, H)>, name: &'n str, add: impl FnOnce() -> H) -> H {
    if let Some((_, row)) = rows.iter().find(|(known, _)| *known == name) {
        return *row;
    }
    let row = add();
    rows.push((name, row));
    row
}
