//! Default scopes: which rows queries and loads give unless they are `unscoped()`.

// Two keys that share a column name it twice.
#![allow(clippy::duplicated_attributes)]

use ormcore::prelude::*;
use ormcore::sql;
use ormcore::sql::{of, table};
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = Author::kept)]
struct Author {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(default = false)]
    deleted: bool,
    #[column(foreign_key = Author::ID)]
    mentor_id: Option<i64>,
    #[relationship(order_by = Book::ID)]
    books: HasMany<Book>,
    #[relationship(lazy = "dynamic", foreign_key = Book::AUTHOR_ID)]
    all_books: HasMany<Book>,
    #[relationship(foreign_key = Author::MENTOR_ID)]
    students: HasMany<Author>,
}

impl Author {
    fn kept() -> Predicate<Author> {
        Author::DELETED.eq(false)
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = kept_books)]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
    deleted_at: Option<i64>,
    #[column(foreign_key = Author::ID)]
    author_id: Option<i64>,
    #[relationship]
    author: BelongsTo<Author>,
    #[relationship(secondary = BookTag, order_by = Tag::ID)]
    tags: HasMany<Tag>,
}

fn kept_books() -> Predicate<Book> {
    Book::DELETED_AT.is_null()
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = || Tag::LABEL.ne("hidden"))]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct BookTag {
    #[column(primary_key, foreign_key = Book::ID, on_delete = "cascade")]
    book_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

/// Hidden, or in a folder that is: then not shown.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = Folder::shown)]
struct Folder {
    #[column(primary_key)]
    id: i64,
    hidden: bool,
    #[column(foreign_key = Folder::ID)]
    parent_id: Option<i64>,
    #[relationship]
    parent: BelongsTo<Folder>,
}

impl Folder {
    fn shown() -> Predicate<Folder> {
        Folder::HIDDEN.eq(false) & !Folder::PARENT.has(Folder::HIDDEN.eq(true))
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = || Club::CLOSED.eq(false) & Club::PLAYERS.exists())]
struct Club {
    #[column(primary_key)]
    id: i64,
    closed: bool,
    #[relationship]
    players: HasMany<Player>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(scope = || Player::CLUB.exists() & Player::RETIRED.eq(false))]
struct Player {
    #[column(primary_key)]
    id: i64,
    retired: bool,
    #[column(foreign_key = Club::ID)]
    club_id: i64,
    #[relationship]
    club: BelongsTo<Club>,
}

/// Ann (kept) with two books and a deleted one, bob (deleted) with one; a book with a hidden tag and a shown one.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Book, Tag, BookTag)>()?;
    let ann = Author::new("ann").insert(db)?;
    let bob = Author::new("bob").set(Author::DELETED, true).set(Author::MENTOR_ID, &ann).insert(db)?;
    Author::new("cy").set(Author::MENTOR_ID, &bob).insert(db)?;
    for (title, author, deleted) in [("a", &ann, None), ("b", &ann, Some(7)), ("c", &ann, None), ("d", &bob, None)] {
        Book::new(title).set(Book::AUTHOR_ID, author).with(|book| book.deleted_at = deleted).insert(db)?;
    }
    let tags = Tag::insert_all(["shown", "hidden"].map(Tag::new), db)?;
    let book = Book::find(1, db)?;
    Book::TAGS.link(&book, &tags[0], db)?;
    Book::TAGS.link(&book, &tags[1], db)
}

fn titles(books: &[Book]) -> Vec<&str> {
    books.iter().map(|book| book.title.as_str()).collect()
}

fn queries_give_what_is_in_scope(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(Author::all(db)?.len(), 2);
    assert_eq!(Author::query().count(db)?, 2);
    assert_eq!(Author::query().unscoped().count(db)?, 3);
    assert!(!Author::query().filter(Author::NAME.eq("bob")).exists(db)?);
    assert!(Author::get(2, db)?.is_none() && Author::find(2, db).unwrap_err().is_not_found());
    assert_eq!(Author::query().select(Author::NAME).order_by(Author::ID).all(db)?, ["ann", "cy"]);
    assert_eq!(Author::query().order_by(Author::ID).paginate(1, 5, db)?.total, 2);
    let mut bob = Author::query().unscoped().filter(Author::NAME.eq("bob")).one(db)?;
    bob.refresh(db)?;
    bob.name = "bobby".into();
    bob.update(db)?;
    Ok(())
}

fn writes_of_many_rows_stay_in_scope(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    assert_eq!(Book::query().update(Book::TITLE.set("x"), db)?, 3);
    assert_eq!(Book::query().unscoped().filter(Book::TITLE.eq("b")).count(db)?, 1);
    assert_eq!(Book::query().filter(Book::AUTHOR_ID.is_in(Author::query().select(Author::ID))).delete(db)?, 2);
    assert_eq!(Book::query().unscoped().count(db)?, 2);
    Ok(())
}

fn every_strategy_loads_what_is_in_scope(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let by_id = || Author::query().filter(Author::NAME.eq("ann"));
    let loads = [
        by_id().with(Author::BOOKS.joined()),
        by_id().with(Author::BOOKS.selectin()),
        by_id().with(Author::BOOKS.subquery()),
        by_id().with(Author::BOOKS.selectin().limit(5)),
        by_id().with(Author::BOOKS.joined().filter(Book::ID.gt(0))),
        by_id().with(Author::BOOKS.select()),
    ];
    for query in loads {
        assert_eq!(titles(query.one(db)?.books(db)?), ["a", "c"]);
    }
    for load in [Author::BOOKS.joined(), Author::BOOKS.selectin(), Author::BOOKS.subquery()] {
        assert_eq!(titles(by_id().with(load.unscoped()).one(db)?.books(db)?), ["a", "b", "c"]);
    }
    let ann = by_id().one(db)?;
    assert_eq!(ann.all_books().count(db)?, 2);
    assert_eq!(ann.all_books().unscoped().count(db)?, 3);
    let book = Book::query().with(Book::TAGS).filter(Book::ID.eq(1)).one(db)?;
    assert_eq!(book.tags(db)?.len(), 1);
    let orphan = Book::query().filter(Book::TITLE.eq("d")).one(db)?;
    assert_eq!(orphan.author(db)?, None, "its author is out of scope");
    Ok(())
}

fn a_session_takes_a_load_of_what_is_out_of_scope_for_no_whole_collection(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Author::BOOKS.selectin(), Author::BOOKS.joined(), Author::BOOKS.subquery()] {
        let mut session = db.session()?;
        let ann = session.one(Author::query().filter(Author::NAME.eq("ann")).with(load.unscoped()))?;
        let kept = session.related(ann, Author::BOOKS)?;
        assert_eq!(kept.iter().map(|book| session[*book].title.clone()).collect::<Vec<_>>(), ["a", "c"]);
        session.set(ann, Author::BOOKS, kept)?;
        session.commit()?;
        assert_eq!(Book::query().unscoped().filter(Book::AUTHOR_ID.is_null()).count(db)?, 0);
    }
    let mut session = db.session()?;
    let book = session.one(Book::query().filter(Book::ID.eq(1)).with(Book::TAGS.selectin().unscoped()))?;
    assert_eq!(session.related(book, Book::TAGS)?.len(), 1);
    Ok(())
}

fn joins_and_conditions_stay_in_scope(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let pairs = |query: ormcore::query::Select<_, (String, String)>| query.all(db);
    let joined = Author::query().join(Author::BOOKS).select((Author::NAME, Book::TITLE)).order_by(Book::ID);
    assert_eq!(pairs(joined)?.len(), 2);
    let left = Author::query()
        .left_join(Author::BOOKS)
        .select((Author::NAME, Book::TITLE.nullable()))
        .order_by((Author::ID, Book::ID))
        .all(db)?;
    let row = |name: &str, title: Option<&str>| (name.to_string(), title.map(str::to_string));
    assert_eq!(left, [row("ann", Some("a")), row("ann", Some("c")), row("cy", None)]);
    let student = ormcore::alias!(Author);
    let students = Author::query().join(Author::STUDENTS.to(student)).select(student.col(Author::NAME));
    assert_eq!(students.all(db)?, [""; 0], "bob is out of scope, by whatever name");
    assert_eq!(Author::query().filter(Author::BOOKS.any(Book::TITLE.eq("b"))).count(db)?, 0);
    assert_eq!(Author::query().select(Author::BOOKS.count()).order_by(Author::ID).all(db)?, [2, 0]);
    assert_eq!(Author::query().filter(Author::BOOKS.none()).count(db)?, 1);
    let on = Author::query().join(Book::on(Book::AUTHOR_ID.eq(of(Author::ID)))).unscoped().count(db)?;
    assert_eq!(on, 4, "unscoped lifts the scopes of what is joined, before and after");
    Ok(())
}

fn sql_of_your_own_has_the_scope_around_it(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let all = || Author::from_sql(sql!("SELECT * FROM {}", table::<Author>())).order_by(Author::ID);
    assert_eq!(all().select(Author::NAME).all(db)?, ["ann", "cy"]);
    assert_eq!(all().unscoped().select(Author::NAME).all(db)?, ["ann", "bob", "cy"]);
    assert_eq!(db.query_as::<Author>("SELECT * FROM author", ())?.len(), 3);
    Ok(())
}

fn set_keeps_the_links_that_are_out_of_sight(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Tag::new("more").insert(db)?;
    let tags = Tag::query().unscoped().order_by(Tag::ID).all(db)?;
    let [shown, hidden, more] = &tags[..] else { panic!("three tags") };
    let links = || BookTag::query().order_by(BookTag::TAG_ID).select(BookTag::TAG_ID).all(db);
    let book = Book::find(1, db)?;
    let lists =
        [(vec![more], vec![2, 3]), (vec![shown, hidden], vec![1, 2]), (vec![], vec![2]), (vec![shown], vec![1, 2])];
    for (list, kept) in &lists {
        Book::TAGS.set(&book, list.iter().copied(), db)?;
        assert_eq!(links()?, *kept);
    }
    let statements = db.record();
    Book::TAGS.set(&book, [more], db)?;
    assert_eq!(statements.len(), 3, "what there is, what goes, what comes");
    for (list, kept) in &lists {
        let mut session = db.session()?;
        let book = session.find::<Book>(1)?;
        let tags = session.all(Tag::query().unscoped().filter(Tag::ID.is_in(list.iter().map(|tag| tag.id))))?;
        session.set(book, Book::TAGS, tags)?;
        session.commit()?;
        assert_eq!(links()?, *kept);
    }
    Ok(())
}

/// Who is linked to others of its own model, of the two columns of whose key one is the link's too.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "scp_person", scope = Person::seen)]
struct Person {
    #[column(primary_key)]
    town: String,
    #[column(primary_key)]
    number: i64,
    #[column(default = false)]
    hidden: bool,
    #[relationship(secondary = Known, foreign_key = Known::NUMBER)]
    knows: HasMany<Person>,
}

impl Person {
    /// By a subquery over the very table.
    fn seen() -> Predicate<Person> {
        let hidden = Person::query().unscoped().filter(Person::HIDDEN.eq(true)).select(Person::NUMBER);
        !Person::NUMBER.is_in(hidden)
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "scp_known",
    foreign_key(columns(town, number), references(Person::TOWN, Person::NUMBER)),
    foreign_key(columns(town, other), references(Person::TOWN, Person::NUMBER))
)]
struct Known {
    #[column(primary_key)]
    town: String,
    #[column(primary_key)]
    number: i64,
    #[column(primary_key)]
    other: i64,
}

fn set_keeps_links_within_one_model_that_are_out_of_sight(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Known)>()?;
    let people = Person::insert_all((1..=4).map(|number| Person::new("Oslo", number)), db)?;
    Person::KNOWS.set(&people[0], &people[1..3], db)?;
    Person::KNOWS.set(&people[1], [&people[0]], db)?;
    Person::query().filter(Person::NUMBER.eq(2)).update(Person::HIDDEN.set(true), db)?;
    let known = || Known::query().filter(Known::NUMBER.eq(1)).order_by(Known::OTHER).select(Known::OTHER).all(db);
    Person::KNOWS.set(&people[0], [&people[3]], db)?;
    assert_eq!(known()?, [2, 4]);
    db.transaction(|tx| {
        Person::KNOWS.set(&people[0], [&people[0]], tx)?;
        Person::KNOWS.set(&people[1], [], tx)
    })?;
    assert_eq!(known()?, [1, 2]);
    assert_eq!(Known::query().filter(Known::NUMBER.eq(2)).count(db)?, 0, "the one who is hidden knows who is seen");
    Person::KNOWS.set(&people[0], [], db)?;
    assert_eq!(known()?, [2]);
    Ok(())
}

fn trees_stay_in_scope(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let under = |query: Query<Author>| query.filter(Author::NAME.eq("ann")).recursive(Author::STUDENTS).count(db);
    assert_eq!(under(Author::query())?, 1, "cy is behind bob");
    assert_eq!(under(Author::query().unscoped())?, 3);
    let tree = |query: Query<Author>| query.filter(Author::NAME.eq("ann")).recursive(Author::STUDENTS);
    let titles = |tree: Query<Author>| tree.join(Author::BOOKS).order_by(Book::ID).select(Book::TITLE).all(db);
    assert_eq!(titles(tree(Author::query()))?, ["a", "c"], "b is out of scope");
    let all = || Author::query().recursive(Author::STUDENTS).unscoped();
    assert_eq!(all().count(db)?, Author::query().unscoped().count(db)?, "said behind, it is about the way too");
    let levels = Author::query().filter(Author::MENTOR_ID.is_null()).recursive_to(Author::STUDENTS, 5).unscoped();
    assert_eq!(levels.recursive(Author::STUDENTS).count(db)?, 3);
    assert_eq!(all().select(Author::ID).all(db)?.len(), 3);
    assert_eq!(titles(tree(Author::query().unscoped()))?, ["a", "b", "c", "d"]);
    let twice = tree(Author::query()).recursive(Author::STUDENTS).count(db)?;
    assert_eq!(twice, 1);
    Ok(())
}

fn a_scope_goes_by_its_own_model_once(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Folder, Club, Player)>()?;
    for (hidden, parent) in [(false, None), (true, Some(1)), (false, Some(2)), (false, Some(3))] {
        Folder::new(hidden).set(Folder::PARENT_ID, parent).insert(db)?;
    }
    let shown = || Folder::query().order_by(Folder::ID);
    assert_eq!(shown().select(Folder::ID).all(db)?, [1, 4], "what is in the third is not asked about the second");
    assert_eq!(shown().filter(Folder::PARENT.exists()).count(db)?, 0);
    assert_eq!(shown().unscoped().count(db)?, 4);
    let clubs = Club::insert_all([false, true, false].map(Club::new), db)?;
    for (retired, club) in [(false, 0), (true, 0), (false, 1), (true, 2)] {
        Player::new(retired, &clubs[club]).insert(db)?;
    }
    assert_eq!(Club::query().select(Club::ID).all(db)?, [1]);
    assert_eq!(Player::query().order_by(Player::ID).select(Player::ID).all(db)?, [1]);
    let club = Club::query().with(Club::PLAYERS).one(db)?;
    assert_eq!(club.players(db)?.len(), 1);
    Ok(())
}

on_every_backend!(
    queries_give_what_is_in_scope,
    writes_of_many_rows_stay_in_scope,
    every_strategy_loads_what_is_in_scope,
    a_session_takes_a_load_of_what_is_out_of_scope_for_no_whole_collection,
    joins_and_conditions_stay_in_scope,
    sql_of_your_own_has_the_scope_around_it,
    set_keeps_the_links_that_are_out_of_sight,
    set_keeps_links_within_one_model_that_are_out_of_sight,
    trees_stay_in_scope,
    a_scope_goes_by_its_own_model_once,
);
