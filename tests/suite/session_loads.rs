//! What a session's query loads with its rows: it is known to the session, and never in the fields.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug)]
#[model(table = "sl_author")]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(order_by = Book::TITLE)]
    books: HasMany<Book>,
    #[relationship]
    portrait: HasOne<Portrait>,
}

#[derive(Model, Debug)]
#[model(table = "sl_portrait")]
struct Portrait {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::ID, unique)]
    author_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "sl_book")]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(foreign_key = Author::ID)]
    author_id: Option<i64>,
    #[relationship]
    author: BelongsTo<Author>,
    #[relationship(secondary = BookGenre)]
    genres: HasMany<Genre>,
}

#[derive(Model, Debug)]
#[model(table = "sl_book_genre")]
struct BookGenre {
    #[column(primary_key, foreign_key = Book::ID)]
    book_id: i64,
    #[column(primary_key, foreign_key = Genre::ID)]
    genre_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "sl_genre")]
struct Genre {
    #[column(primary_key)]
    id: i64,
    label: String,
}

/// Of which only some are given, with what is loaded with every row.
#[derive(Model, Debug)]
#[model(table = "sl_shelf", scope = Shelf::used)]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    used: bool,
    #[relationship(lazy = "selectin")]
    boxes: HasMany<Crate>,
}

impl Shelf {
    fn used() -> Predicate<Shelf> {
        Shelf::USED.eq(true)
    }
}

/// Of which only some are given, with nothing else.
#[derive(Model, Debug)]
#[model(table = "sl_order", scope = || Order::OURS.eq(true))]
struct Order {
    #[column(primary_key)]
    id: i64,
    ours: bool,
}

#[derive(Model, Debug)]
#[model(table = "sl_crate")]
struct Crate {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
}

/// Three authors with 2, 1 and 0 books, and a book without an author; two genres; a portrait of the first author.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Portrait, Book, Genre, BookGenre)>()?;
    let authors = Author::insert_all(["ann", "bob", "eve"].map(Author::new), db)?;
    Portrait::new(&authors[0]).insert(db)?;
    let owners = [Some(0), Some(0), Some(1), None];
    let drafts = ["d", "c", "b", "a"].into_iter().zip(owners).map(|(title, owner)| match owner {
        Some(owner) => Book::new(title).set(Book::AUTHOR_ID, &authors[owner]),
        None => Book::new(title),
    });
    let books = Book::insert_all(drafts, db)?;
    let genres = Genre::insert_all(["sf", "essay"].map(Genre::new), db)?;
    Book::GENRES.link(&books[0], &genres[0], db)?;
    Book::GENRES.link(&books[1], &genres[0], db)?;
    Book::GENRES.link(&books[1], &genres[1], db)?;
    Ok(())
}

fn titles(session: &Session, books: &[Handle<Book>]) -> Vec<String> {
    books.iter().map(|book| session[*book].title.clone()).collect()
}

fn labels(session: &Session, genres: &[Handle<Genre>]) -> Vec<String> {
    let mut labels: Vec<String> = genres.iter().map(|genre| session[*genre].label.clone()).collect();
    labels.sort();
    labels
}

fn what_was_loaded_with_a_query_is_not_asked_for_again(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let loads = [
        Author::BOOKS.selectin().then(Book::GENRES),
        Author::BOOKS.joined().then(Book::GENRES.joined()),
        Author::BOOKS.subquery().then(Book::GENRES.subquery()),
    ];
    for load in loads {
        let mut session = db.session()?;
        let query = Author::query().order_by(Author::ID).with(load).with(Author::PORTRAIT.selectin());
        let authors = session.all(query)?;
        let statements = db.record();
        let mut books = Vec::new();
        for author in &authors {
            books.extend(session.related(*author, Author::BOOKS)?);
        }
        assert_eq!(titles(&session, &books), ["c", "d", "b"]);
        let genres: Vec<_> = books.iter().map(|book| session.related(*book, Book::GENRES)).collect::<Result<_, _>>()?;
        assert_eq!(
            genres.iter().map(|all| labels(&session, all)).collect::<Vec<_>>(),
            [vec!["essay", "sf"], vec!["sf"], vec![]]
        );
        assert!(genres[0].contains(&genres[1][0]), "one row, one handle");
        assert_eq!(session.related(books[0], Book::AUTHOR)?, Some(authors[0]));
        assert!(session.related(authors[0], Author::PORTRAIT)?.is_some());
        assert!(session.related(authors[1], Author::PORTRAIT)?.is_none());
        assert_eq!(statements.texts(), [""; 0]);
        assert!(!session[authors[0]].books.is_loaded(), "the fields stay empty");
        assert!(!session[books[0]].genres.is_loaded());
    }
    Ok(())
}

fn a_to_one_is_shared_by_the_rows_that_lead_to_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Book::AUTHOR.joined(), Book::AUTHOR.selectin()] {
        let mut session = db.session()?;
        let books = session.all(Book::query().order_by(Book::ID).with(load))?;
        let statements = db.record();
        let authors: Vec<_> =
            books.iter().map(|book| session.related(*book, Book::AUTHOR)).collect::<Result<_, _>>()?;
        assert_eq!(authors[0], authors[1]);
        let names: Vec<_> = authors.iter().map(|author| author.map(|author| session[author].name.as_str())).collect();
        assert_eq!(names, [Some("ann"), Some("ann"), Some("bob"), None]);
        assert!(statements.is_empty());
        assert!(!session[books[0]].author.is_loaded());
    }
    Ok(())
}

fn a_to_one_brings_what_is_nested_in_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let query = Book::query().order_by(Book::ID).with(Book::AUTHOR.joined().then(Author::BOOKS.selectin()));
    let books = session.all(query)?;
    let statements = db.record();
    let ann = session.related(books[0], Book::AUTHOR)?.unwrap();
    assert_eq!(session.related(ann, Author::BOOKS)?, [books[1], books[0]]);
    assert!(statements.is_empty());
    Ok(())
}

fn a_part_of_a_collection_is_not_taken_for_the_whole(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let ann = |session: &mut Session, load| session.one(Author::query().filter_by(Author::NAME, "ann").with(load));
    let of_ann = ann(&mut session, Author::BOOKS.selectin().filter(Book::TITLE.eq("d")))?;
    assert_eq!(session.related(of_ann, Author::BOOKS)?.len(), 2);
    drop(session);

    for load in [Author::BOOKS.selectin().limit(1), Author::BOOKS.joined().limit(1)] {
        let mut session = db.session()?;
        let of_ann = ann(&mut session, load)?;
        assert_eq!(session.related(of_ann, Author::BOOKS)?.len(), 2);
    }

    let mut session = db.session()?;
    let query = Author::query().join(Author::BOOKS).filter(Book::TITLE.eq("d")).with_from_join(Author::BOOKS);
    let of_ann = session.one(query)?;
    let statements = db.record();
    assert!(session.get::<Book>(1)?.is_some(), "the rows themselves are kept");
    assert!(statements.is_empty());
    assert_eq!(session.related(of_ann, Author::BOOKS)?.len(), 2);
    Ok(())
}

fn a_whole_collection_under_a_part_is_known(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let part = Author::BOOKS.selectin().filter(Book::TITLE.eq("c")).then(Book::GENRES);
    session.all(Author::query().with(part))?;
    let book = session.get::<Book>(2)?.unwrap();
    let statements = db.record();
    assert_eq!(session.related(book, Book::GENRES)?.len(), 2);
    assert!(statements.is_empty());
    Ok(())
}

fn what_is_known_already_stays(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let ann = session.get::<Author>(1)?.unwrap();
    let books = session.related(ann, Author::BOOKS)?;
    session.savepoint(|_| Ok::<(), Error>(()))?;
    session.remove(ann, Author::BOOKS, books[0])?;
    let mine = session.add(Book::new("new"));
    session.append(ann, Author::BOOKS, mine)?;
    session[books[1]].title = "changed".into();
    session.all(Author::query().with(Author::BOOKS))?;
    assert_eq!(session.related(ann, Author::BOOKS)?, [books[1], mine]);
    assert_eq!(session[books[1]].title, "changed");
    Ok(())
}

fn places_of_rows_that_left_are_used_again(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    let first = session.add(Genre::new("x"));
    session.delete(first)?;
    let second = session.add(Genre::new("y"));
    assert_ne!(first, second);
    assert!(session.try_get(first).is_err());
    assert_eq!(session[second].label, "y");

    // Rows are inserted in the order in which they are added, wherever they are.
    let many: Vec<_> = (0..5).map(|number| session.add(Genre::new(format!("{number}")))).collect();
    for gone in [many[3], many[0], many[2]] {
        session.delete(gone)?;
    }
    let later: Vec<_> = ["p", "q", "r", "s"].map(|label| session.add(Genre::new(label))).to_vec();
    session.flush()?;
    let added = [second, many[1], many[4]].into_iter().chain(later);
    let keys: Vec<i64> = added.map(|genre| session[genre].id).collect();
    assert!(keys.is_sorted(), "{keys:?}");
    Ok(())
}

fn a_row_that_was_taken_can_be_read_again(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut session = db.session()?;
    for _ in 0..1000 {
        let ann = session.get::<Author>(1)?.unwrap();
        let bob = session.get::<Author>(2)?.unwrap();
        assert_eq!(session.related(ann, Author::BOOKS)?.len(), 2);
        let ann_row = session.take(ann)?;
        assert_eq!(ann_row.name, "ann");
        assert!(session.try_get(ann).is_err());
        assert_eq!(session[bob].name, "bob");
    }
    Ok(())
}

fn a_key_finds_a_row_out_of_scope_only_in_hand(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Crate, Order)>()?;
    Order::insert_all([true, false].map(Order::new), db)?;
    let shelves = Shelf::insert_all([true, false].map(Shelf::new), db)?;
    let stored = Crate::new(&shelves[1]).insert(db)?;
    let mut session = db.session()?;
    assert!(session.get::<Order>(1)?.is_some() && session.get::<Shelf>(shelves[0].id)?.is_some());
    assert!(session.get::<Order>(2)?.is_none() && session.find::<Order>(2).unwrap_err().is_not_found());
    assert!(session.get::<Shelf>(shelves[1].id)?.is_none());

    let order = session.one(Order::query().unscoped().filter(Order::ID.eq(2)))?;
    let unused = session.one(Shelf::query().unscoped().filter(Shelf::ID.eq(shelves[1].id)))?;
    let statements = db.record();
    let boxes = session.related(unused, Shelf::BOXES)?;
    assert_eq!(boxes.iter().map(|one| session[*one].id).collect::<Vec<_>>(), [stored.id]);
    assert_eq!(session.find::<Shelf>(shelves[1].id)?, unused);
    assert!(statements.is_empty());
    session.expire_all();
    assert_eq!((session.get::<Order>(2)?, session.find::<Shelf>(shelves[1].id)?), (Some(order), unused));
    session.refresh(order)?;

    session[order].ours = true;
    session.flush()?;
    session.take(order)?;
    assert!(session.get::<Order>(2)?.is_some());
    Ok(())
}

fn a_new_row_out_of_scope_is_found_by_its_key(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Order>()?;
    let mut session = db.session()?;
    let order = session.add(Order::new(false).set(Order::ID, 7));
    let statements = db.record();
    assert_eq!(session.get::<Order>(7)?, Some(order));
    assert_eq!(statements.texts().iter().filter(|sql| sql.starts_with("SELECT")).count(), 0);
    Ok(())
}

on_every_backend!(
    a_key_finds_a_row_out_of_scope_only_in_hand,
    a_new_row_out_of_scope_is_found_by_its_key,
    what_was_loaded_with_a_query_is_not_asked_for_again,
    a_to_one_is_shared_by_the_rows_that_lead_to_it,
    a_to_one_brings_what_is_nested_in_it,
    a_part_of_a_collection_is_not_taken_for_the_whole,
    a_whole_collection_under_a_part_is_known,
    what_is_known_already_stays,
    places_of_rows_that_left_are_used_again,
    a_row_that_was_taken_can_be_read_again,
);
