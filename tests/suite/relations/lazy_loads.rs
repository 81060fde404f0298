//! The watch over lazy loads: what is counted together, when it is reported, and what a report says.

use std::sync::{Arc, Mutex};

use super::batched::{Player, Team};
use super::models::{Dataset, Licence, Person, Version, create};
use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore::{LazyLoads, RepeatedLazyLoads};
use ormcore_tests::every_backend;

/// A watched database, and what was reported.
struct Watched {
    db: Database,
    reports: Arc<Mutex<Vec<RepeatedLazyLoads>>>,
}

impl Watched {
    fn new(watch: LazyLoads) -> Self {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let report = {
            let reports = Arc::clone(&reports);
            move |repeated: &RepeatedLazyLoads| reports.lock().unwrap().push(repeated.clone())
        };
        let watch = watch.report(report);
        let db = Database::builder("sqlite::memory:").watch_lazy_loads(watch).connect().unwrap();
        Watched { db, reports }
    }

    /// With as many people, each with two datasets of two versions.
    fn with_people(watch: LazyLoads, people: usize) -> Self {
        let watched = Watched::new(watch);
        fill(people, &watched.db);
        watched
    }

    /// What was reported since the last call.
    fn take(&self) -> Vec<(&'static str, &'static str, usize)> {
        let reports = std::mem::take(&mut *self.reports.lock().unwrap());
        reports.into_iter().map(|repeated| (repeated.model, repeated.relationship, repeated.count)).collect()
    }

    fn counts(&self) -> Vec<usize> {
        self.take().into_iter().map(|(_, _, count)| count).collect()
    }
}

fn fill(people: usize, db: &Database) {
    create(db).unwrap();
    let people = (0..people).map(|person| {
        let datasets = (0..2).map(|dataset| {
            let versions = [1, 2].map(|number| Version::new(number, Parent));
            Dataset::new(format!("{person} {dataset}")).with_children(Dataset::VERSIONS, versions)
        });
        Person::new(format!("{person}")).with_children(Person::DATASETS, datasets)
    });
    Person::insert_all(people, db).unwrap();
}

fn each_loads_its_datasets<'d>(people: &[Person], db: impl Into<Db<'d>>) {
    let db = db.into();
    for person in people {
        assert_eq!(person.datasets(db).unwrap().len(), 2);
    }
}

#[test]
fn the_second_load_is_reported_and_then_each_doubling() {
    let watched = Watched::with_people(LazyLoads::new(), 17);
    let people = Person::all(&watched.db).unwrap();
    each_loads_its_datasets(&people[..1], &watched.db);
    assert_eq!(watched.take(), []);
    each_loads_its_datasets(&people[1..2], &watched.db);
    assert_eq!(watched.take(), [("Person", "datasets", 2)]);
    each_loads_its_datasets(&people, &watched.db);
    assert_eq!(watched.counts(), [4, 8, 16]);
    each_loads_its_datasets(&people, &watched.db);
    assert_eq!(watched.take(), [], "what is loaded is not loaded again");
}

#[test]
fn a_threshold_is_where_reports_begin() {
    for (threshold, expected) in [(0, vec![1, 2, 4, 8]), (1, vec![1, 2, 4, 8]), (3, vec![3, 6, 12]), (13, vec![13])] {
        let watched = Watched::with_people(LazyLoads::new().threshold(threshold), 14);
        each_loads_its_datasets(&Person::all(&watched.db).unwrap(), &watched.db);
        assert_eq!(watched.counts(), expected, "{threshold}");
    }
    let watched = Watched::with_people(LazyLoads::new().threshold(13), 12);
    each_loads_its_datasets(&Person::all(&watched.db).unwrap(), &watched.db);
    assert_eq!(watched.take(), []);
}

#[test]
fn a_report_names_the_relationship_the_number_and_the_cure() {
    let watched = Watched::with_people(LazyLoads::default(), 2);
    each_loads_its_datasets(&Person::all(&watched.db).unwrap(), &watched.db);
    let reports = watched.reports.lock().unwrap();
    let [repeated] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!(repeated.cure(), ".with(Person::DATASETS)");
    assert_eq!(
        repeated.to_string(),
        "`Person::datasets` was loaded one by one for 2 rows of one query: load it with the query, \
         `.with(Person::DATASETS)`"
    );
}

#[test]
fn a_cure_spells_the_constant_as_the_derive_does() {
    #[derive(Model)]
    #[model(table = "watched_desk")]
    struct Desk {
        #[column(primary_key)]
        id: i64,
        #[relationship(foreign_key = Drawer::DESK_ID)]
        left_drawers2: HasMany<Drawer>,
        #[relationship(foreign_key = Drawer::DESK_ID)]
        r#loop: HasMany<Drawer>,
    }

    #[derive(Model)]
    #[model(table = "watched_drawer")]
    struct Drawer {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Desk::ID)]
        desk_id: i64,
    }

    let watched = Watched::new(LazyLoads::new());
    watched.db.create_tables::<(Desk, Drawer)>().unwrap();
    Desk::insert_all([Desk::new(), Desk::new()], &watched.db).unwrap();
    let desks = Desk::query().with(Desk::LEFT_DRAWERS2.select()).with(Desk::LOOP.select()).all(&watched.db).unwrap();
    for desk in &desks {
        assert!(desk.left_drawers2(&watched.db).unwrap().is_empty() && desk.r#loop(&watched.db).unwrap().is_empty());
    }
    let cures: Vec<String> = watched.reports.lock().unwrap().iter().map(RepeatedLazyLoads::cure).collect();
    assert_eq!(cures, [".with(Desk::LEFT_DRAWERS2)", ".with(Desk::LOOP)"]);
}

#[test]
fn what_is_refused_is_an_error_in_words_and_asks_nothing() {
    let watched = Watched::with_people(LazyLoads::new().refuse(), 3);
    let people = Person::all(&watched.db).unwrap();
    each_loads_its_datasets(&people[..1], &watched.db);
    let statements = watched.db.record();
    for (person, count) in people[1..].iter().zip(2..) {
        let error = person.datasets(&watched.db).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::RepeatedLazyLoads { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(&format!("`Person::datasets` was loaded one by one for {count} rows")), "{text}");
        assert!(text.contains("`.with(Person::DATASETS)`"), "{text}");
        assert!(!person.datasets.is_loaded());
    }
    assert!(statements.is_empty(), "{:?}", statements.texts());
    assert_eq!(watched.take(), [], "an error takes the place of a report");
    let mut people = people;
    Person::DATASETS.load(&mut people, &watched.db).unwrap();
    each_loads_its_datasets(&people, &watched.db);
}

#[test]
fn a_threshold_says_how_many_loads_are_let_through_before_one_is_refused() {
    let watched = Watched::with_people(LazyLoads::new().threshold(3).refuse(), 3);
    let people = Person::all(&watched.db).unwrap();
    each_loads_its_datasets(&people[..2], &watched.db);
    assert!(people[2].datasets(&watched.db).is_err());
    let watched = Watched::with_people(LazyLoads::new().threshold(1).refuse(), 2);
    let people = Person::all(&watched.db).unwrap();
    assert!(people[0].datasets(&watched.db).is_err(), "not even one");
}

#[test]
fn rows_of_different_queries_and_relationships_are_counted_apart() {
    let watched = Watched::with_people(LazyLoads::new(), 2);
    for _ in 0..4 {
        each_loads_its_datasets(&Person::all(&watched.db).unwrap()[..1], &watched.db);
    }
    let people = Person::all(&watched.db).unwrap();
    people[0].datasets(&watched.db).unwrap();
    people[1].licence(&watched.db).unwrap();
    people[0].reviewed(&watched.db).unwrap();
    assert_eq!(watched.take(), []);
    people[0].licence(&watched.db).unwrap();
    people[1].reviewed(&watched.db).unwrap();
    assert_eq!(watched.take(), [("Person", "licence", 2), ("Person", "reviewed", 2)]);
}

#[test]
fn a_row_that_came_alone_is_never_counted() {
    let watched = Watched::with_people(LazyLoads::new().threshold(1), 3);
    let db = &watched.db;
    let people = [
        Person::get(1, db).unwrap().unwrap(),
        Person::find(2, db).unwrap(),
        Person::query().order_by(Person::ID).first(db).unwrap().unwrap(),
        Person::query().filter(Person::ID.eq(3)).one(db).unwrap(),
        Person::query().filter(Person::ID.eq(3)).one_or_none(db).unwrap().unwrap(),
        Person::query().filter(Person::ID.eq(3)).all(db).unwrap().remove(0),
    ];
    each_loads_its_datasets(&people, db);
    let new = Person::insert_all(["x", "y"].map(Person::new), db).unwrap();
    assert!(new.iter().all(|person| person.datasets(db).unwrap().is_empty()));
    assert_eq!(watched.take(), [], "rows that were inserted came from no query");
}

#[test]
fn children_of_a_load_are_counted_among_themselves() {
    let watched = Watched::with_people(LazyLoads::new(), 2);
    let db = &watched.db;
    let each_loads_its_versions = |datasets: &[Dataset]| {
        assert!(datasets.iter().all(|dataset| dataset.versions(db).unwrap().len() == 2));
    };
    for load in [Person::DATASETS.joined(), Person::DATASETS.subquery(), Person::DATASETS.selectin()] {
        let people = Person::query().with(load.clone()).order_by(Person::ID).all(db).unwrap();
        people.iter().for_each(|person| each_loads_its_versions(person.datasets(db).unwrap()));
        assert_eq!(watched.take(), [("Dataset", "versions", 2), ("Dataset", "versions", 4)], "{load:?}");
        let first = Person::query().with(load).order_by(Person::ID).first(db).unwrap().unwrap();
        each_loads_its_versions(first.datasets(db).unwrap());
        assert_eq!(watched.take(), [("Dataset", "versions", 2)], "children of one row, too");
    }
    let people = Person::all(db).unwrap();
    each_loads_its_versions(people[0].datasets(db).unwrap());
    assert_eq!(watched.take(), [("Dataset", "versions", 2)], "of a lazy load");
    each_loads_its_versions(people[1].datasets(db).unwrap());
    assert_eq!(watched.take(), [("Person", "datasets", 2), ("Dataset", "versions", 2)], "of another one");
    let nested = Person::DATASETS.selectin().then(Dataset::VERSIONS.joined().then(Version::DATASET.select()));
    for person in Person::query().with(nested).all(db).unwrap() {
        for version in person.datasets(db).unwrap().iter().flat_map(|dataset| dataset.versions(db).unwrap()) {
            version.dataset(db).unwrap();
        }
    }
    assert_eq!(watched.take(), [2, 4, 8].map(|count| ("Version", "dataset", count)), "two levels down");
}

#[test]
fn children_of_a_load_of_rows_in_hand_are_counted_among_themselves() {
    let watched = Watched::with_people(LazyLoads::new(), 2);
    let mut people = Person::all(&watched.db).unwrap();
    Person::DATASETS.load(&mut people, &watched.db).unwrap();
    for dataset in people.iter().flat_map(|person| person.datasets(&watched.db).unwrap()) {
        dataset.versions(&watched.db).unwrap();
    }
    assert_eq!(watched.take(), [("Dataset", "versions", 2), ("Dataset", "versions", 4)]);
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "watched_album")]
struct Album {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "selectin")]
    tracks: HasMany<Track>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "watched_track")]
struct Track {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Album::ID)]
    album_id: i64,
    #[relationship]
    album: BelongsTo<Album>,
}

#[test]
fn children_of_a_declared_load_are_counted_however_their_parent_is_read() {
    let watched = Watched::new(LazyLoads::new());
    let db = &watched.db;
    db.create_tables::<(Album, Track)>().unwrap();
    let mut album = Album::new().with_children(Album::TRACKS, [0, 1].map(|_| Track::new(Parent))).insert(db).unwrap();
    let each_loads_its_album = |album: &Album| album.tracks(db).unwrap().iter().all(|track| track.album(db).is_ok());
    assert!(each_loads_its_album(&album));
    assert_eq!(watched.take(), [], "no query gave them");
    let expected = [("Track", "album", 2)];
    assert!(each_loads_its_album(&Album::find(1, db).unwrap()));
    assert_eq!(watched.take(), expected);
    assert!(each_loads_its_album(&Album::all(db).unwrap()[0]));
    assert_eq!(watched.take(), expected);
    album.refresh(db).unwrap();
    assert!(each_loads_its_album(&album));
    assert_eq!(watched.take(), expected, "after a refresh");
}

#[test]
fn what_is_loaded_with_the_query_is_never_counted() {
    let watched = Watched::with_people(LazyLoads::new().threshold(1), 3);
    let db = &watched.db;
    for load in [Person::DATASETS.joined(), Person::DATASETS.subquery(), Person::DATASETS.selectin()] {
        each_loads_its_datasets(&Person::query().with(load).all(db).unwrap(), db);
    }
    let joined = Dataset::query().join(Dataset::OWNER).with_from_join(Dataset::OWNER).all(db).unwrap();
    assert!(joined.iter().all(|dataset| dataset.owner(db).unwrap().is_some()));
    let mut people = Person::all(db).unwrap();
    Person::DATASETS.load(&mut people, db).unwrap();
    each_loads_its_datasets(&people, db);
    people.iter().for_each(|person| assert_eq!(person.addresses().count(db).unwrap(), 0));
    assert_eq!(watched.take(), [], "nor is a dynamic relationship");
}

#[test]
fn a_key_that_is_null_and_what_was_set_by_hand_load_nothing() {
    let watched = Watched::new(LazyLoads::new().threshold(1));
    let db = &watched.db;
    create(db).unwrap();
    Dataset::insert_all(["a", "b"].map(Dataset::new), db).unwrap();
    let mut datasets = Dataset::all(db).unwrap();
    assert!(datasets.iter().all(|dataset| dataset.owner(db).unwrap().is_none()));
    datasets.iter_mut().for_each(|dataset| dataset.tags.set_loaded(Vec::new()));
    assert!(datasets.iter().all(|dataset| dataset.tags(db).unwrap().is_empty()));
    assert_eq!(watched.take(), []);
}

#[test]
fn a_parent_that_many_rows_share_is_counted_for_each_of_them() {
    let watched = Watched::new(LazyLoads::new());
    let db = &watched.db;
    create(db).unwrap();
    let licences = (0..4).map(|number| Licence::new(number, Parent));
    Person::new("ann").with_children(Person::LICENCE, licences).insert(db).unwrap();
    for licence in Licence::all(db).unwrap() {
        licence.person(db).unwrap();
    }
    assert_eq!(watched.take(), [("Licence", "person", 2), ("Licence", "person", 4)]);
}

#[test]
fn a_page_and_the_rows_of_a_transaction_are_watched() {
    let watched = Watched::with_people(LazyLoads::new(), 5);
    let page = Person::query().order_by(Person::ID).paginate(2, 2, &watched.db).unwrap();
    each_loads_its_datasets(&page.items, &watched.db);
    assert_eq!(watched.take(), [("Person", "datasets", 2)]);
    let last = Person::query().order_by(Person::ID).paginate(3, 2, &watched.db).unwrap();
    each_loads_its_datasets(&last.items, &watched.db);
    assert_eq!(watched.take(), [], "one row is on the last page");
    let inside = watched.db.transaction(|tx| {
        each_loads_its_datasets(&Person::all(tx)?, tx);
        assert_eq!(watched.counts(), [2, 4]);
        Person::all(tx)
    });
    each_loads_its_datasets(&inside.unwrap()[..2], &watched.db);
    assert_eq!(watched.counts(), [2], "after it, too");
}

#[test]
fn rows_of_a_prepared_query_and_of_a_chunk_are_watched() {
    let watched = Watched::with_people(LazyLoads::new(), 5);
    let from = prepare(|id: Param<i64>| Person::query().filter(Person::ID.ge(id)).order_by(Person::ID));
    each_loads_its_datasets(&from.all(2, &watched.db).unwrap(), &watched.db);
    assert_eq!(watched.take(), [("Person", "datasets", 2), ("Person", "datasets", 4)]);
    let mut chunks = Vec::new();
    let query = Person::query().order_by(Person::ID);
    let taken = query.chunks(2, &watched.db, |chunk| {
        chunks.push(chunk);
        Ok(())
    });
    taken.unwrap();
    assert_eq!(chunks.len(), 3);
    chunks.iter().for_each(|chunk| each_loads_its_datasets(chunk, &watched.db));
    assert_eq!(watched.counts(), [2, 2], "one row is in the last chunk");
}

#[test]
fn what_is_refused_inside_a_transaction_leaves_it_open() {
    let watched = Watched::with_people(LazyLoads::new().refuse(), 3);
    let kept = watched.db.transaction(|tx| {
        Person::new("new").insert(tx)?;
        let people = Person::all(tx)?;
        each_loads_its_datasets(&people[..1], tx);
        let error = people[1].datasets(tx).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::RepeatedLazyLoads { .. }), "{error:?}");
        Person::new("newer").insert(tx)
    });
    kept.unwrap();
    assert_eq!(Person::query().count(&watched.db).unwrap(), 5);
}

#[test]
fn loads_from_several_threads_are_counted_together() {
    for fixture in every_backend().filter(|fixture| fixture.url() != "sqlite::memory:") {
        threads_are_counted_together(fixture.url());
    }
}

fn threads_are_counted_together(url: &str) {
    let found = Arc::new(Mutex::new(Vec::new()));
    let report = {
        let found = Arc::clone(&found);
        move |repeated: &RepeatedLazyLoads| found.lock().unwrap().push(repeated.to_string())
    };
    let db = Database::builder(url).watch_lazy_loads(LazyLoads::new().report(report)).connect().unwrap();
    fill(4, &db);
    let people = Person::all(&db).unwrap();
    std::thread::scope(|scope| {
        for person in &people {
            let db = &db;
            scope.spawn(move || assert_eq!(person.datasets(db).unwrap().len(), 2));
        }
    });
    assert_eq!(found.lock().unwrap().len(), 2, "2 and 4, from whichever thread");
}

#[test]
fn without_a_watch_nothing_is_counted_or_refused() {
    let db = Database::connect("sqlite::memory:").unwrap();
    fill(4, &db);
    let statements = db.record();
    let people = Person::all(&db).unwrap();
    each_loads_its_datasets(&people, &db);
    assert_eq!(statements.len(), 5);
}

#[test]
fn a_batch_is_one_load_and_so_never_reported() {
    let watched = Watched::new(LazyLoads::new());
    let db = &watched.db;
    super::batched::fill(db).unwrap();
    let teams = Team::all(db).unwrap();
    assert_eq!(teams.iter().map(|team| team.players(db).unwrap().len()).sum::<usize>(), 4);
    let players = Player::all(db).unwrap();
    assert_eq!(players.iter().filter(|player| player.team(db).unwrap().is_some()).count(), 4);
    assert_eq!(watched.take(), []);
    for (team, found) in teams.iter().zip([2, 2, 0]) {
        let players = team.players(db).unwrap();
        assert_eq!(players.len(), found);
        assert!(players.iter().all(|player| player.team(db).unwrap().is_some()));
    }
    assert_eq!(watched.take(), [], "nor is that of children");
}
