//! Models of link tables: a session has rows of them beside what it does by `secondary`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use ormcore::Operation;
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = Credit, back_populates = "pages")]
    authors: HasMany<Author>,
    #[relationship(cascade = "all, delete-orphan")]
    credits: HasMany<Credit>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_author")]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = Credit, back_populates = "authors")]
    pages: HasMany<Page>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_credit", after_delete = Credit::gone)]
struct Credit {
    #[column(primary_key, foreign_key = Page::ID)]
    page_id: i64,
    #[column(primary_key, foreign_key = Author::ID)]
    author_id: i64,
    #[column(default = 0)]
    place: i64,
    #[column(version)]
    version: i64,
    #[relationship(cascade = "all")]
    notes: HasMany<Note>,
}

/// It holds the link to which it points.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_note", foreign_key(columns(page_id, author_id), references(Credit::PAGE_ID, Credit::AUTHOR_ID)))]
struct Note {
    #[column(primary_key)]
    id: i64,
    page_id: i64,
    author_id: i64,
}

/// The places of credits whose model was told that they are gone.
static GONE: Mutex<Vec<i64>> = Mutex::new(Vec::new());

/// A place that no other credit of these tests has.
fn new_place() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Credit {
    fn gone(&self) -> ormcore::Result<()> {
        GONE.lock().unwrap().push(self.place);
        Ok(())
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    pets: HasMany<Pet>,
    #[relationship(secondary = Pet)]
    vets: HasMany<Vet>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_vet")]
struct Vet {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lmd_pet")]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    person_id: Option<i64>,
    #[column(foreign_key = Vet::ID)]
    vet_id: i64,
    #[relationship]
    owner: BelongsTo<Person>,
}

type All<M> = Vec<Handle<M>>;

/// Two pages by two authors, in a session that has no credits yet.
fn pages(db: &Database) -> ormcore::Result<(Session, All<Page>, All<Author>)> {
    db.create_tables::<(Page, Author, Credit, Note)>()?;
    let mut session = db.session()?;
    let pages = session.add_all([Page::new(), Page::new()]);
    let authors = session.add_all([Author::new(), Author::new()]);
    for page in &pages {
        session.set(*page, Page::AUTHORS, authors.clone())?;
    }
    session.commit()?;
    Ok((session, pages, authors))
}

fn a_row_goes_with_the_rows_of_its_links(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    let credits = session.related(pages[0], Page::CREDITS)?;
    let place = new_place();
    session[credits[0]].place = place;
    session.add(Note::new(credits[0]));
    session.commit()?;
    session.delete(pages[0])?;
    session.commit()?;
    assert_eq!((Page::query().count(db)?, Credit::query().count(db)?, Note::query().count(db)?), (1, 2, 0));
    assert_eq!(GONE.lock().unwrap().iter().filter(|gone| **gone == place).count(), 1);
    assert!(!session.contains(credits[0]));
    session.delete_all(pages[1..].to_vec())?;
    session.delete_all(authors)?;
    session.commit()?;
    assert_eq!((Page::query().count(db)?, Author::query().count(db)?, Credit::query().count(db)?), (0, 0, 0));
    Ok(())
}

fn rows_of_links_go_with_a_row_that_knows_them_by_secondary_alone(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    let credits = session.related(pages[0], Page::CREDITS)?;
    session[credits[0]].place = new_place();
    session.delete(authors[0])?;
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Credit::query().count(db)?), (1, 2));
    assert_eq!(session.related(pages[0], Page::CREDITS)?, credits[1..]);
    session.delete(authors[1])?;
    session.flush()?;
    assert_eq!(session.related(pages[0], Page::CREDITS)?, []);
    session.rollback()?;
    assert_eq!(session.related(pages[0], Page::CREDITS)?, credits[1..]);
    Ok(())
}

fn a_row_of_a_link_table_that_may_stay_does(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Vet, Pet)>()?;
    let mut session = db.session()?;
    let people = session.add_all([Person::new(), Person::new()]);
    let vets = session.add_all([Vet::new(), Vet::new()]);
    let pets = ["rex", "kit"].map(|name| session.add(Pet::new(name, vets[0]).set(Pet::PERSON_ID, people[0])));
    session.commit()?;
    session[pets[0]].name = "max".into();
    session[pets[1]].person_id = Some(session[people[1]].id);
    session.delete(people[0])?;
    session.delete(vets[1])?;
    session.commit()?;
    assert_eq!((session[pets[0]].person_id, session[pets[1]].person_id), (None, Some(session[people[1]].id)));
    let all = Pet::query().order_by(Pet::ID).all(db)?;
    assert_eq!(all, [session[pets[0]].clone(), session[pets[1]].clone()]);
    session.delete(people[1])?;
    session.commit()?;
    assert_eq!((Pet::query().count(db)?, session[pets[1]].person_id), (2, None));
    Ok(())
}

fn a_link_that_is_removed_takes_its_row_with_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    let key = (session[pages[0]].id, session[authors[0]].id);
    let credits = session.related(pages[0], Page::CREDITS)?;
    session.remove(pages[0], Page::AUTHORS, authors[0])?;
    session.flush()?;
    let told = |session: &Session| session.flushed::<Credit>().iter().map(|credit| credit.handle()).collect::<Vec<_>>();
    assert_eq!(told(&session), credits[..1]);
    assert_eq!(session.flushed::<Credit>()[0].operation(), Operation::Delete);
    assert_eq!((session.get::<Credit>(key)?, session.related(pages[0], Page::CREDITS)?), (None, credits[1..].to_vec()));
    session.remove(pages[1], Page::AUTHORS, authors[0])?;
    session.flush()?;
    assert!(told(&session).is_empty(), "the session has not read the row of that link");
    session.rollback()?;
    assert_eq!(session.get::<Credit>(key)?, Some(credits[0]));
    session[credits[0]].place = new_place();
    session.remove(authors[0], Author::PAGES, pages[0])?;
    session.commit()?;
    assert_eq!(Credit::query().count(db)?, 3);
    assert_eq!((session.get::<Credit>(key)?, session.contains(credits[0])), (None, false));
    session.append(pages[0], Page::AUTHORS, authors[0])?;
    session.commit()?;
    let again = session.get::<Credit>(key)?.unwrap();
    assert_eq!((again != credits[0], session[again].place), (true, 0));
    Ok(())
}

fn a_row_that_is_deleted_with_its_link_is_gone_once(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    let credit = session.related(pages[0], Page::CREDITS)?[0];
    let place = new_place();
    session[credit].place = place;
    session.commit()?;
    session.remove(pages[0], Page::AUTHORS, authors[0])?;
    session.delete(credit)?;
    session.commit()?;
    assert_eq!((Credit::query().count(db)?, session.contains(credit)), (3, false));
    assert_eq!(GONE.lock().unwrap().iter().filter(|gone| **gone == place).count(), 1);
    Ok(())
}

fn a_new_link_is_among_the_rows_of_its_model(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, _) = pages(db)?;
    assert_eq!(session.related(pages[0], Page::CREDITS)?.len(), 2);
    let new = session.add(Author::new());
    session.append(pages[0], Page::AUTHORS, new)?;
    session.commit()?;
    let credits = session.related(pages[0], Page::CREDITS)?;
    let mut authors: Vec<i64> = credits.iter().map(|credit| session[*credit].author_id).collect();
    authors.sort_unstable();
    assert_eq!(authors, [1, 2, session[new].id]);
    Ok(())
}

fn a_row_of_a_link_table_is_a_link_that_can_be_removed(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    session.set(pages[0], Page::AUTHORS, [])?;
    session.commit()?;
    for flushes in [true, false] {
        assert_eq!(session.related(pages[0], Page::AUTHORS)?, []);
        assert_eq!(session.related(authors[0], Author::PAGES)?, [pages[1]]);
        session.add(Credit::new(pages[0], authors[0]));
        if flushes {
            session.flush()?;
        } else {
            assert_eq!(session.related(pages[0], Page::AUTHORS)?, [authors[0]]);
            assert_eq!(session.related(authors[0], Author::PAGES)?.len(), 2);
        }
        session.remove(pages[0], Page::AUTHORS, authors[0])?;
        session.commit()?;
        assert_eq!(Credit::query().count(db)?, 2);
    }
    Ok(())
}

fn rows_are_linked_again_whose_row_of_the_link_table_was_deleted(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    for flushes in [true, false] {
        assert_eq!(session.related(pages[0], Page::AUTHORS)?.len(), 2);
        let credit = session.get::<Credit>((session[pages[0]].id, session[authors[0]].id))?.unwrap();
        session[credit].place = new_place();
        session.flush()?;
        session.delete(credit)?;
        if flushes {
            session.flush()?;
            assert_eq!(session.related(pages[0], Page::AUTHORS)?, [authors[1]]);
        }
        session.append(pages[0], Page::AUTHORS, authors[0])?;
        session.commit()?;
        assert_eq!((Credit::query().count(db)?, session.related(pages[0], Page::AUTHORS)?.len()), (4, 2));
    }
    Ok(())
}

fn a_row_of_a_link_table_that_is_led_elsewhere_links_others(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Vet, Pet)>()?;
    let mut session = db.session()?;
    let people = session.add_all([Person::new(), Person::new()]);
    let vet = session.add(Vet::new());
    let pet = session.add(Pet::new("rex", vet).set(Pet::PERSON_ID, people[0]));
    session.commit()?;
    let vets = |session: &mut Session| -> ormcore::Result<[usize; 2]> {
        Ok([session.related(people[0], Person::VETS)?.len(), session.related(people[1], Person::VETS)?.len()])
    };
    assert_eq!(vets(&mut session)?, [1, 0]);
    session[pet].person_id = Some(session[people[1]].id);
    assert_eq!(vets(&mut session)?, [0, 1]);
    session.set(pet, Pet::OWNER, people[0])?;
    session.flush()?;
    session.remove(people[0], Person::VETS, vet)?;
    session.commit()?;
    assert_eq!((Pet::query().count(db)?, vets(&mut session)?), (0, [0, 0]));
    Ok(())
}

fn a_row_of_a_link_table_that_is_yet_to_be_written_is_a_link(db: &Database) -> ormcore::Result<()> {
    let (mut session, pages, authors) = pages(db)?;
    session.set(pages[0], Page::AUTHORS, [])?;
    session.commit()?;
    for are_new in [false, true] {
        let (page, author) = match are_new {
            false => (pages[0], authors[0]),
            true => (session.add(Page::new()), session.add(Author::new())),
        };
        session.add(Credit::new(page, author));
        session.remove(page, Page::AUTHORS, author)?;
        session.commit()?;
        assert_eq!(session.related(page, Page::AUTHORS)?, [], "new: {are_new}");
        session.add(Credit::new(page, author));
        session.append(page, Page::AUTHORS, author)?;
        session.commit()?;
        assert_eq!(session.related(page, Page::AUTHORS)?, [author]);
        assert!(session.related(author, Author::PAGES)?.contains(&page));
    }
    let (page, author) = (session.add(Page::new()), session.add(Author::new()));
    session.add(Credit::new(page, author));
    session.append(page, Page::AUTHORS, author)?;
    session.commit()?;
    assert_eq!(session.related(page, Page::AUTHORS)?, [author]);
    Ok(())
}

fn a_row_of_a_link_table_that_is_read_again_links_others(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Vet, Pet)>()?;
    let mut session = db.session()?;
    let people = session.add_all([Person::new(), Person::new()]);
    let vet = session.add(Vet::new());
    let pet = session.add(Pet::new("rex", vet).set(Pet::PERSON_ID, people[0]));
    session.commit()?;
    for round in 0..4 {
        let (from, to) = (people[round % 2], people[(round + 1) % 2]);
        assert_eq!((session.related(from, Person::VETS)?.len(), session.related(to, Person::VETS)?.len()), (1, 0));
        session.commit()?;
        Pet::query().update(Pet::PERSON_ID.set(session[to].id), db)?;
        match round {
            0 => session.refresh(pet)?,
            1 => session.lock(pet)?,
            2 => {
                session.expire(pet)?;
                session.all(Pet::query())?;
            }
            _ => drop(session.merge(Pet::find(session[pet].id, db)?)?),
        }
        assert_eq!(session.related(to, Person::PETS)?, [pet]);
        assert_eq!(session.related(from, Person::VETS)?, [], "round {round}");
        assert_eq!(session.related(to, Person::VETS)?, [vet]);
    }
    Ok(())
}

on_every_backend!(
    a_row_of_a_link_table_that_is_yet_to_be_written_is_a_link,
    a_row_of_a_link_table_that_is_read_again_links_others,
    a_row_of_a_link_table_is_a_link_that_can_be_removed,
    rows_are_linked_again_whose_row_of_the_link_table_was_deleted,
    a_row_of_a_link_table_that_is_led_elsewhere_links_others,
    a_row_goes_with_the_rows_of_its_links,
    rows_of_links_go_with_a_row_that_knows_them_by_secondary_alone,
    a_row_of_a_link_table_that_may_stay_does,
    a_link_that_is_removed_takes_its_row_with_it,
    a_row_that_is_deleted_with_its_link_is_gone_once,
    a_new_link_is_among_the_rows_of_its_model,
);
