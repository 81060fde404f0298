//! What the database does by itself to rows that the session has: through rows that it does not have, and when what they
//! point to is written.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_club")]
struct Club {
    #[column(primary_key)]
    id: i64,
    #[relationship(cascade = "all")]
    logs: HasMany<Log>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_log")]
struct Log {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::ID, on_delete = "cascade")]
    club_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_reader")]
struct Reader {
    #[column(primary_key)]
    id: i64,
    #[relationship(order_by = Line::ID)]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_line")]
struct Line {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Log::ID, on_delete = "cascade")]
    log_id: i64,
    #[column(foreign_key = Reader::ID)]
    reader_id: i64,
    #[relationship]
    marks: HasMany<Mark>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_mark")]
struct Mark {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Line::ID, on_delete = "cascade")]
    line_id: i64,
}

/// Stays without its log.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_copy")]
struct Copied {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Log::ID, on_delete = "set null")]
    log_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_node")]
struct Node {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Node::CODE, on_update = "cascade")]
    parent_code: Option<String>,
    #[column(default = 0)]
    size: i64,
    #[relationship(foreign_key = Node::PARENT_CODE, cascade = "all", back_populates = "parent")]
    children: HasMany<Node>,
    #[relationship(foreign_key = Node::PARENT_CODE, back_populates = "children")]
    parent: BelongsTo<Node>,
    #[relationship]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Node::CODE, on_update = "set null")]
    code: Option<String>,
}

/// The key that it has to its node is handed on, and is part of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_leaf")]
struct Leaf {
    #[column(primary_key)]
    number: i64,
    #[column(foreign_key = Node::CODE, on_update = "cascade", unique)]
    code: String,
    #[relationship]
    bud: HasOne<Bud>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_bud")]
struct Bud {
    #[column(primary_key, foreign_key = Leaf::CODE, on_update = "cascade")]
    code: String,
    size: i64,
}

/// Two clubs, each with a log, a line of it with a mark, and a copy; both lines are one reader's.
fn clubs(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Club, Log, Reader, Line, Mark, Copied)>()?;
    let reader = Reader::new().insert(db)?;
    for _ in 0..2 {
        let club = Club::new().insert(db)?;
        let log = Log::new(&club).insert(db)?;
        let line = Line::new(&log, &reader).insert(db)?;
        Mark::new(&line).insert(db)?;
        Copied::new().set(Copied::LOG_ID, &log).insert(db)?;
    }
    Ok(())
}

fn a_cascade_goes_through_rows_that_the_session_does_not_have(db: &Database) -> ormcore::Result<()> {
    clubs(db)?;
    let mut session = db.session()?;
    let club = session.get::<Club>(1)?.unwrap();
    let reader = session.get::<Reader>(1)?.unwrap();
    let lines = session.related(reader, Reader::LINES)?;
    let marks = [session.get::<Mark>(1)?.unwrap(), session.get::<Mark>(2)?.unwrap()];
    let copies = session.all(Copied::query().order_by(Copied::ID))?;
    session.delete(club)?;
    session.flush()?;
    assert_eq!((session.get::<Line>(1)?, session.get::<Line>(2)?), (None, Some(lines[1])));
    assert_eq!((session.get::<Mark>(1)?, session.get::<Mark>(2)?), (None, Some(marks[1])));
    assert_eq!(session.related(reader, Reader::LINES)?, lines[1..]);
    let copied = session.get::<Copied>(1)?.unwrap();
    assert_eq!((copied, session[copied].log_id), (copies[0], None));
    session.rollback()?;
    assert_eq!(session.related(reader, Reader::LINES)?, lines);
    assert_eq!((session.get::<Line>(1)?, session.get::<Mark>(1)?), (Some(lines[0]), Some(marks[0])));
    assert_eq!(session.get::<Copied>(1)?, Some(copied));
    assert_eq!(session[copied].log_id, Some(1));
    Ok(())
}

fn what_is_known_to_stay_is_not_read_again(db: &Database) -> ormcore::Result<()> {
    clubs(db)?;
    let mut session = db.session()?;
    let club = session.get::<Club>(1)?.unwrap();
    session.get::<Log>(2)?.unwrap();
    let line = session.get::<Line>(2)?.unwrap();
    let mark = session.get::<Mark>(2)?.unwrap();
    session.delete(club)?;
    session.flush()?;
    let statements = db.record();
    assert_eq!((session.get::<Line>(2)?, session.get::<Mark>(2)?), (Some(line), Some(mark)));
    assert_eq!(count(&statements, "SELECT"), 0);
    session.commit()
}

/// Moves a line from the first club to the second, and deletes the first.
fn move_line(db: &Database, with_logs: bool) -> ormcore::Result<()> {
    clubs(db)?;
    let mut session = db.session()?;
    let club = session.get::<Club>(1)?.unwrap();
    if with_logs {
        session.all(Log::query())?;
    }
    let line = session.get::<Line>(1)?.unwrap();
    session[line].log_id = 2;
    session.delete(club)?;
    session.commit()?;
    assert!(session.contains(line));
    assert_eq!(Line::get(1, db)?.map(|line| line.log_id), Some(2));
    assert_eq!((Club::get(1, db)?, Log::get(1, db)?), (None, None));
    assert_eq!(Mark::query().count(db)?, 2);
    Ok(())
}

fn a_row_that_leaves_what_a_cascade_takes_stays(db: &Database) -> ormcore::Result<()> {
    move_line(db, true)
}

fn a_row_that_leaves_what_a_cascade_takes_unseen_stays(db: &Database) -> ormcore::Result<()> {
    move_line(db, false)
}

fn rows_that_come_to_what_a_cascade_takes_go_with_it(db: &Database) -> ormcore::Result<()> {
    clubs(db)?;
    let mut session = db.session()?;
    let club = session.get::<Club>(1)?.unwrap();
    let logs = session.all(Log::query().order_by(Log::ID))?;
    let reader = session.get::<Reader>(1)?.unwrap();
    let moved = session.get::<Line>(2)?.unwrap();
    session[moved].log_id = 1;
    let new = session.add(Line::new(logs[0], reader));
    let mark = session.add(Mark::new(new));
    let copied = session.add(Copied::new().set(Copied::LOG_ID, logs[0]));
    session.delete(club)?;
    assert!(!session.contains(moved) && !session.contains(new) && !session.contains(mark));
    assert_eq!(session[copied].log_id, None);
    session.commit()?;
    assert_eq!((Line::query().count(db)?, Mark::query().count(db)?), (0, 0));
    assert_eq!(Copied::query().filter(Copied::LOG_ID.is_null()).count(db)?, 2);
    Ok(())
}

type Nodes = (Session, Handle<Node>, Handle<Node>);

fn nodes(db: &Database) -> ormcore::Result<Nodes> {
    db.create_tables::<(Node, Tag, Leaf, Bud)>()?;
    let mut session = db.session()?;
    let root = session.add(Node::new("a"));
    session.flush()?;
    let child = session.add(Node::new("child").set(Node::PARENT_CODE, "a"));
    session.add(Tag::new().set(Tag::CODE, "a"));
    session.commit()?;
    Ok((session, root, child))
}

fn a_key_that_is_written_goes_to_who_points_to_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, child) = nodes(db)?;
    let tag = session.one(Tag::query())?;
    session[root].code = "b".into();
    session[child].size = 7;
    session.commit()?;
    assert_eq!((session[child].parent_code.as_deref(), session[tag].code.as_deref()), (Some("b"), None));
    assert!(!session.is_modified());
    let statements = db.record();
    assert_eq!(session.related(child, Node::PARENT)?, Some(root));
    assert!(statements.is_empty());
    session.remove(root, Node::CHILDREN, child)?;
    session.commit()?;
    session.append(root, Node::CHILDREN, child)?;
    session.commit()?;
    assert_eq!(Node::find(session[child].id, db)?.parent_code.as_deref(), Some("b"));
    session.delete(root)?;
    session.commit()?;
    assert_eq!(Node::query().count(db)?, 0);
    Ok(())
}

fn a_key_that_went_to_who_points_to_it_is_taken_back(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, child) = nodes(db)?;
    session[root].code = "b".into();
    session[child].size = 7;
    session.flush()?;
    session[child].size = 8;
    session.rollback()?;
    assert_eq!((session[root].code.as_str(), session[child].parent_code.as_deref()), ("a", Some("a")));
    assert_eq!((session[child].size, session.related(child, Node::PARENT)?), (0, Some(root)));
    // A child that leaves in the same flush keeps what it is given.
    session[root].code = "b".into();
    session[child].parent_code = None;
    session.commit()?;
    assert_eq!((session[child].parent_code.as_deref(), Node::find(session[child].id, db)?.parent_code), (None, None));
    Ok(())
}

fn a_key_goes_on_from_who_has_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, _) = nodes(db)?;
    let leaf = session.add(Leaf::new("a"));
    session.flush()?;
    let bud = session.add(Bud::new("a", 3));
    session.commit()?;
    session[root].code = "b".into();
    session.flush()?;
    assert_eq!(session[leaf].code, "b");
    // With another primary key it is another row.
    assert!(!session.contains(bud));
    let found = session.get::<Bud>("b")?.unwrap();
    assert_eq!((session[found].size, session.get::<Bud>("a")?), (3, None));
    session.rollback()?;
    assert_eq!((session.get::<Bud>("a")?, session[leaf].code.as_str()), (Some(bud), "a"));
    Ok(())
}

fn a_row_that_becomes_another_one_loses_no_edit(db: &Database) -> ormcore::Result<()> {
    let (mut session, root, _) = nodes(db)?;
    let leaf = session.add(Leaf::new("a"));
    session.flush()?;
    let bud = session.add(Bud::new("a", 3));
    session.commit()?;
    assert_eq!(session.related(leaf, Leaf::BUD)?, Some(bud));
    session[bud].size = 9;
    session[root].code = "b".into();
    let error = session.commit().unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("act_bud"), "{error}");
    session.rollback()?;
    session[root].code = "b".into();
    session.flush()?;
    let found = session.related(leaf, Leaf::BUD)?.unwrap();
    assert_eq!((session[found].code.as_str(), session[found].size), ("b", 3));
    Ok(())
}

fn a_delete_leaves_alone_what_it_does_not_reach(db: &Database) -> ormcore::Result<()> {
    clubs(db)?;
    let others: Vec<Reader> = Reader::insert_all((0..5).map(|_| Reader::new()), db)?;
    let log = Log::find(2, db)?;
    for other in &others {
        Line::new(&log, other).insert(db)?;
    }
    let mut session = db.session()?;
    let club = session.get::<Club>(1)?.unwrap();
    session.get::<Log>(2)?.unwrap();
    let readers = session.all(Reader::query().order_by(Reader::ID))?;
    let lines: Vec<usize> = readers
        .iter()
        .map(|reader| session.related(*reader, Reader::LINES).map(|lines| lines.len()))
        .collect::<Result<_, _>>()?;
    assert_eq!(lines, [2, 1, 1, 1, 1, 1]);
    session.delete(club)?;
    session.flush()?;
    let statements = db.record();
    let lines: Vec<usize> = readers
        .iter()
        .map(|reader| session.related(*reader, Reader::LINES).map(|lines| lines.len()))
        .collect::<Result<_, _>>()?;
    assert_eq!(lines, [1, 1, 1, 1, 1, 1]);
    assert_eq!(count(&statements, "SELECT"), 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_shelf")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    papers: HasMany<Paper>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "act_paper")]
struct Paper {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID, on_delete = "set default", server_default = "1")]
    shelf_id: i64,
}

fn a_row_that_gets_its_default_parent_is_found_there(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Shelf, Paper)>()?;
    let mut session = db.session()?;
    let (first, second) = (session.add(Shelf::new()), session.add(Shelf::new()));
    let paper = session.add(Paper::new().set(Paper::SHELF_ID, second));
    session.commit()?;
    assert_eq!(session.related(first, Shelf::PAPERS)?, []);
    session.delete(second)?;
    session.flush()?;
    assert_eq!(session.related(first, Shelf::PAPERS)?, [paper]);
    assert_eq!(session.related(first, Shelf::PAPERS)?.len(), 1);
    session.commit()?;
    assert_eq!(session[paper].shelf_id, 1);
    Ok(())
}

on_every_backend!(
    a_row_that_leaves_what_a_cascade_takes_stays,
    a_row_that_leaves_what_a_cascade_takes_unseen_stays,
    rows_that_come_to_what_a_cascade_takes_go_with_it,
    a_row_that_gets_its_default_parent_is_found_there,
    a_row_that_becomes_another_one_loses_no_edit,
    a_delete_leaves_alone_what_it_does_not_reach,
    a_cascade_goes_through_rows_that_the_session_does_not_have,
    what_is_known_to_stay_is_not_read_again,
    a_key_that_is_written_goes_to_who_points_to_it,
    a_key_that_went_to_who_points_to_it_is_taken_back,
    a_key_goes_on_from_who_has_it,
);
