//! Unique values that pass from one row to another in one flush.

use std::collections::HashSet;

use ormcore::prelude::*;
use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};

use super::models::{Author, Badge, Book, Genre, Team, count, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_step", unique(list, place))]
struct Step {
    #[column(primary_key)]
    id: i64,
    list: i64,
    place: i32,
    #[column(unique)]
    nick: Option<String>,
    #[column(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_seat")]
struct Seat {
    #[column(primary_key)]
    id: i64,
    #[column(unique, check = "number > 0")]
    number: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_order")]
struct Order {
    #[column(primary_key)]
    id: i64,
    #[column(unique, length = 8)]
    r#type: String,
    #[column(foreign_key = Step::ID, unique)]
    step_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_crew")]
struct Crew {
    #[column(primary_key)]
    id: i64,
    #[column(unique, length = 8)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_sailor")]
struct Sailor {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Crew::ID)]
    crew_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_shoe", unique(brand, filter = "flagship"))]
struct Shoe {
    #[column(primary_key)]
    id: i64,
    brand: String,
    flagship: bool,
    note: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_folder", unique(name, filter = "parent_id IS NULL"))]
struct Folder {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Folder::ID)]
    parent_id: Option<i64>,
}

/// Of an index that tells only some rows apart, of which one without a parent is one.
fn a_row_that_lets_go_of_its_parent_takes_the_place_of_one_that_goes(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Folder,)>()?;
    let mut session = db.session()?;
    let [one, two, three] = ["a", "b", "c"].map(|name| session.add(Folder::new(name)));
    let inner = session.add(Folder::new("a").set(Folder::PARENT_ID, two));
    session.commit()?;
    session.delete(one)?;
    session[inner].parent_id = None;
    session.commit()?;
    let names =
        || Folder::query().filter(Folder::PARENT_ID.is_null()).order_by(Folder::ID).select(Folder::NAME).all(db);
    assert_eq!(names()?, ["b", "c", "a"]);
    // Another row takes the place of the parent.
    session[inner].parent_id = Some(session[two].id);
    session.commit()?;
    session.delete(two)?;
    session[three].name = "b".into();
    session[inner].parent_id = None;
    session.commit()?;
    assert_eq!(names()?, ["b", "a"]);
    // A new row does.
    session[inner].parent_id = Some(session[three].id);
    session.commit()?;
    session.add(Folder::new("b"));
    session.delete(three)?;
    session[inner].parent_id = None;
    session.commit()?;
    assert_eq!(names()?, ["a", "b"]);
    Ok(())
}

fn a_value_goes_and_comes_in_one_flush_in_either_order(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (old, other) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let book = session.add(Book::new("a", old));
    session.commit()?;
    session.delete(old)?;
    session.add(Author::new("ann"));
    session.commit()?;
    let ann = session.one(Author::query().filter_by(Author::NAME, "ann"))?;
    let new = session.add(Author::new("ann"));
    let statements = db.record();
    session.delete(ann)?;
    assert_eq!(count(&statements, "INSERT"), 0, "a delete writes nothing");
    session.commit()?;
    assert!(session.contains(new) && session.contains(other) && !session.contains(book));
    assert_eq!(Author::query().count(db)?, 2);
    Ok(())
}

fn a_value_passes_along_rows_that_change(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let names = ["a", "b", "c", "d", "e"];
    let genres = session.add_all(names.map(Genre::new));
    session.commit()?;
    // Each takes its neighbour's, and none has a place twice.
    for (at, genre) in genres.iter().enumerate() {
        session[*genre].label = names.get(at + 1).copied().unwrap_or("f").into();
    }
    let new = session.add(Genre::new("a"));
    session.commit()?;
    let labels: Vec<_> = Genre::query().order_by(Genre::ID).all(db)?.into_iter().map(|genre| genre.label).collect();
    assert_eq!(labels, ["b", "c", "d", "e", "f", "a"]);
    session[new].label = "g".into();
    session[genres[4]].label = "a".into();
    session.commit()
}

fn two_rows_exchange_their_values(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let carl = session.add(Author::new("carl"));
    session.commit()?;
    session[ann].name = "bob".into();
    session[bob].name = "ann".into();
    session[carl].age = 3;
    let statements = db.record();
    session.flush()?;
    assert_eq!(count(&statements, "UPDATE"), 4, "{:?}", statements.texts());
    session.rollback()?;
    assert_eq!((session[ann].name.as_str(), session[bob].name.as_str(), session[carl].age), ("ann", "bob", 0));
    // Round and round, with one more that changes too.
    session[ann].name = "bob".into();
    session[bob].name = "carl".into();
    session[carl].name = "ann".into();
    session[carl].age = 7;
    session.commit()?;
    let names: Vec<_> = Author::query().order_by(Author::ID).all(db)?.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["bob", "carl", "ann"]);
    assert_eq!(Author::find(session[carl].id, db)?, session[carl]);
    Ok(())
}

fn a_list_is_put_into_another_order(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Step>()?;
    let mut session = db.session()?;
    let steps: Vec<_> = (0..20).map(|place: i32| session.add(Step::new(i64::from(place % 2), place / 2))).collect();
    session.commit()?;
    for (at, step) in steps.iter().enumerate() {
        let place = session[*step].place;
        session[*step].place = if at % 2 == 0 { 9 - place } else { (place + 3) % 10 };
        session[*step].nick = Some(format!("{}", (at + 7) % 20));
    }
    session.commit()?;
    for step in &steps {
        let nick: usize = session[*step].nick.as_ref().map_or(0, |nick| nick.parse().unwrap());
        session[*step].nick = Some(format!("{}", (nick * 3) % 20));
    }
    session.flush()?;
    let stored = session.all(Step::query().order_by((Step::LIST, Step::PLACE)))?;
    session.commit()?;
    assert_eq!(stored[0], steps[18]);
    for step in steps {
        assert_eq!(Step::find(session[step].id, db)?, session[step]);
    }
    Ok(())
}

fn a_list_of_any_length_is_reversed_in_as_many_statements(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Step>()?;
    let mut took = Vec::new();
    for (list, length) in [(0, 4), (1, 300)] {
        let mut session = db.session()?;
        let steps: Vec<_> = (0..length).map(|place| session.add(Step::new(list, place))).collect();
        session.commit()?;
        let statements = db.record();
        for step in &steps {
            session[*step].place = length - 1 - session[*step].place;
        }
        session.commit()?;
        let mut updates = statements.texts();
        updates.retain(|text| text.starts_with("UPDATE"));
        updates.dedup();
        took.push(updates.len());
        let first = Step::query().filter_by(Step::LIST, list).order_by(Step::PLACE).first(db)?;
        assert_eq!(first.map(|step| step.id), Some(session[steps[steps.len() - 1]].id));
    }
    assert!(took[0] == took[1] && took[0] <= 3, "{took:?}");
    Ok(())
}

fn what_has_no_value_meanwhile_is_a_clear_error(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Seat>()?;
    let mut session = db.session()?;
    let (one, two) = (session.add(Seat::new(1)), session.add(Seat::new(2)));
    session.commit()?;
    session[one].number = 2;
    session[two].number = 1;
    let error = session.flush().unwrap_err().to_string();
    assert!(error.starts_with("rows of `suq_seat` exchange what is unique (`number`)"), "{error}");
    session.rollback()?;
    session[one].number = 3;
    session.flush()?;
    session[two].number = 1;
    session.flush()?;
    session[one].number = 2;
    session.commit()?;
    // A chain needs no value meanwhile.
    session[two].number = 7;
    session[one].number = 1;
    session.commit()?;
    assert_eq!((Seat::find(1, db)?.number, Seat::find(2, db)?.number), (1, 7));
    Ok(())
}

fn one_that_is_replaced_hands_its_value_and_its_children_on(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let old = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", old));
    session.commit()?;
    let new = session.add(Author::new("ann"));
    session.append(new, Author::BOOKS, book)?;
    session.delete(old)?;
    session.commit()?;
    assert_eq!((session[book].author_id, Author::query().count(db)?), (session[new].id, 1));
    assert_eq!(Author::query().one(db)?, session[new]);
    Ok(())
}

fn a_one_to_one_changes_hands(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let teams = session.add_all(["red", "blue"].map(Team::new));
    let badges: Vec<_> = teams.iter().map(|team| session.add(Badge::new().set(Badge::TEAM_ID, *team))).collect();
    session.commit()?;
    session.set(badges[0], Badge::TEAM, Some(teams[1]))?;
    session.set(badges[1], Badge::TEAM, Some(teams[0]))?;
    session.commit()?;
    assert_eq!(session.related(teams[0], Team::BADGE)?, Some(badges[1]));
    session.commit()?;
    assert_eq!(Badge::find(session[badges[0]].id, db)?.team_id, Some(session[teams[1]].id));
    // A new one takes its place, and it goes to a team that is new too.
    let green = session.add(Team::new("green"));
    session.set(badges[0], Badge::TEAM, Some(green))?;
    let new = session.add(Badge::new().set(Badge::TEAM_ID, teams[1]));
    session.commit()?;
    let held = |badge: Handle<Badge>| Badge::find(session[badge].id, db).map(|badge| badge.team_id);
    assert_eq!((held(badges[0])?, held(new)?), (Some(session[green].id), Some(session[teams[1]].id)));
    Ok(())
}

fn names_that_sql_knows_are_no_trouble(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Step, Order)>()?;
    let mut session = db.session()?;
    let (a, b) = (session.add(Order::new("a")), session.add(Order::new("b")));
    session.commit()?;
    // A text of a limited length has no other value; NULL is one.
    session[a].r#type = "b".into();
    session[b].r#type = "a".into();
    assert!(session.flush().is_err());
    session.rollback()?;
    let steps: Vec<_> = (0..2).map(|place| session.add(Step::new(0, place))).collect();
    session.flush()?;
    session[a].step_id = Some(session[steps[0]].id);
    session[b].step_id = Some(session[steps[1]].id);
    session.commit()?;
    session[a].step_id = Some(session[steps[1]].id);
    session[b].step_id = Some(session[steps[0]].id);
    session.commit()?;
    assert_eq!(Order::find(session[a].id, db)?.step_id, Some(session[steps[1]].id));
    Ok(())
}

/// Of the row to which it moves the session knows nothing, and what it leaves can have no value meanwhile.
fn a_row_that_moves_to_one_that_was_not_read_lets_go_of_what_is_replaced(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Crew, Sailor)>()?;
    let crews = Crew::insert_all(["red", "blue"].map(Crew::new), db)?;
    Sailor::new(&crews[0]).insert(db)?;
    let mut session = db.session()?;
    let (red, sailor) = (session.get::<Crew>(crews[0].id)?.unwrap(), session.one(Sailor::query())?);
    session[sailor].crew_id = crews[1].id;
    session.delete(red)?;
    let new = session.add(Crew::new("red"));
    session.commit()?;
    assert_eq!(Sailor::query().one(db)?.crew_id, crews[1].id);
    assert_eq!(Crew::query().count(db)?, 2);
    // By value to a new one, it waits for that.
    session[sailor].crew_id = 70;
    session.add(Crew::new("green").with_key(70));
    session.delete(new)?;
    session.commit()?;
    assert_eq!(Sailor::query().one(db)?.crew_id, 70);
    Ok(())
}

/// Only the database knows which rows such an index is about.
fn what_is_unique_among_some_rows_passes_on_in_the_order_of_the_edits(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shoe,)>()?;
    let brands = ["a", "b", "a", "b"];
    Shoe::insert_all((0..).zip(brands).map(|(at, brand)| Shoe::new(brand, at < 2, "")), db)?;
    let mut session = db.session()?;
    let shoes = session.all(Shoe::query().order_by(Shoe::ID))?;
    // Back and forth, for the keys are in the wrong order one of the times.
    for from in [0, 2] {
        let to = 2 - from;
        session[shoes[from]].note.push('x');
        session[shoes[from]].flagship = false;
        session[shoes[from + 1]].flagship = false;
        session[shoes[to]].flagship = true;
        session[shoes[to + 1]].note.push('x');
        session[shoes[to + 1]].flagship = true;
        session.commit()?;
        let flagships = Shoe::query().filter_by(Shoe::FLAGSHIP, true).order_by(Shoe::ID).select(Shoe::ID).all(db)?;
        assert_eq!(flagships, [session[shoes[to]].id, session[shoes[to + 1]].id]);
    }
    // What it is not about is written together.
    shoes.iter().for_each(|shoe| session[*shoe].note.push('y'));
    let statements = db.record();
    session.commit()?;
    assert_eq!(count(&statements, "UPDATE"), 1, "{statements:?}");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "suq_login", unique("lower(username)"))]
struct Login {
    #[column(primary_key)]
    id: i64,
    username: String,
    name: String,
    note: String,
}

fn rows_that_are_written_in_order_are_one_statement_where_their_columns_are_the_same(
    db: &Database,
) -> ormcore::Result<()> {
    db.create_tables::<(Login,)>()?;
    let mut session = db.session()?;
    let logins = session.add_all((0..50).map(|at| Login::new(format!("user{at}"), "", "")));
    session.commit()?;
    // Each takes what the one before it lets go of, in other letters.
    let mut statements = db.record();
    for (at, login) in logins.iter().enumerate().rev() {
        session[*login].username = format!("USER{}", at + 1);
    }
    session.commit()?;
    assert_eq!(count(&statements, "UPDATE"), 1, "{statements:?}");
    // A column is none that the index names because its name is a part of that one's.
    statements = db.record();
    for (at, login) in logins.iter().enumerate() {
        session[*login].name.push('x');
        if at % 2 == 0 {
            session[*login].note.push('x');
        }
    }
    session.commit()?;
    assert_eq!(count(&statements, "UPDATE"), 2, "{statements:?}");
    assert_eq!(Login::query().filter_by(Login::USERNAME, "USER1").one(db)?.id, session[logins[0]].id);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_row_that_lets_go_of_its_parent_takes_the_place_of_one_that_goes,
    rows_that_are_written_in_order_are_one_statement_where_their_columns_are_the_same,
    a_row_that_moves_to_one_that_was_not_read_lets_go_of_what_is_replaced,
    what_is_unique_among_some_rows_passes_on_in_the_order_of_the_edits,
    a_value_goes_and_comes_in_one_flush_in_either_order,
    a_value_passes_along_rows_that_change,
    two_rows_exchange_their_values,
    a_list_is_put_into_another_order,
    a_list_of_any_length_is_reversed_in_as_many_statements,
    what_has_no_value_meanwhile_is_a_clear_error,
    one_that_is_replaced_hands_its_value_and_its_children_on,
    a_one_to_one_changes_hands,
    names_that_sql_knows_are_no_trouble,
);

/// What a random flush does: adds a row, gives one another name, or deletes one.
type Op = (u8, usize, usize);

/// Any names in any order of calls: if they differ in the end the flush succeeds, and if not it fails and is undone.
#[test]
fn names_that_differ_in_the_end_can_always_be_written() {
    let fixture = ormcore_tests::Fixture::sqlite_memory();
    let db = &fixture.db;
    super::models::create(db).unwrap();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let flush = vec((0..3_u8, 0..8_usize, 0..6_usize), 1..8);
    let ended = TestRunner::new(config).run(&vec(flush, 1..5), |flushes: Vec<Vec<Op>>| {
        Author::query().delete(db).unwrap();
        let mut session = db.session().unwrap();
        let mut committed: Vec<(Handle<Author>, usize)> = Vec::new();
        for ops in flushes {
            let mut now = committed.clone();
            for (what, row, name) in ops {
                let at = row % now.len().max(1);
                match what {
                    0 => now.push((session.add(Author::new(format!("{name}"))), name)),
                    1 if !now.is_empty() => {
                        session[now[at].0].name = format!("{name}");
                        now[at].1 = name;
                    }
                    2 if !now.is_empty() => session.delete(now.remove(at).0).unwrap(),
                    _ => {}
                }
            }
            let names: HashSet<usize> = now.iter().map(|(_, name)| *name).collect();
            let ended = session.commit();
            assert_eq!(ended.is_ok(), names.len() == now.len(), "{ended:?}");
            match ended {
                Ok(()) => committed = now,
                Err(_) => session.rollback().unwrap(),
            }
            let stored: HashSet<(i64, String)> =
                Author::query().all(db).unwrap().into_iter().map(|row| (row.id, row.name)).collect();
            let held = committed.iter().map(|(handle, name)| (session[*handle].id, format!("{name}")));
            assert_eq!(stored, held.collect());
        }
        Ok(())
    });
    ended.unwrap_or_else(|error| panic!("{error}"));
}
