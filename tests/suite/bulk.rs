//! Updates and deletes of many rows, without reading them.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(default = 0)]
    views: i64,
    note: Option<String>,
    #[column(on_write = 7)]
    touched: i64,
    #[column(version)]
    version: i64,
    #[column(unique)]
    slot: Option<i64>,
}

fn posts(db: &Database) -> ormcore::Result<Vec<Post>> {
    db.create_tables::<Post>()?;
    Post::insert_all(["a", "b", "c", "d"].map(Post::new), db)
}

fn titles(query: Query<Post>, db: &Database) -> ormcore::Result<Vec<String>> {
    Ok(query.order_by(Post::ID).all(db)?.into_iter().map(|post| post.title).collect())
}

fn an_update_changes_what_the_query_gives_in_one_statement(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    let statements = db.record();
    assert_eq!(Post::query().filter(Post::TITLE.gt("b")).update(Post::NOTE.set("late"), db)?, 2);
    assert_eq!(statements.entries().iter().map(|entry| entry.rows).collect::<Vec<_>>(), [2]);
    assert_eq!(titles(Post::query().filter(Post::NOTE.eq("late")), db)?, ["c", "d"]);
    assert_eq!(Post::query().filter(Post::TITLE.eq("nobody")).update(Post::NOTE.set("x"), db)?, 0);
    assert_eq!(Post::query().update(Post::NOTE.set(None::<&str>), db)?, 4);
    assert_eq!(Post::query().filter(Post::NOTE.is_null()).count(db)?, 4);
    Ok(())
}

fn a_column_is_set_to_an_expression_on_the_row(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    for _ in 0..3 {
        assert_eq!(Post::query().update(Post::VIEWS.set(Post::VIEWS + 1), db)?, 4);
    }
    assert_eq!(Post::query().filter(Post::VIEWS.eq(3)).count(db)?, 4);
    Post::query().update((Post::VIEWS.set(Post::ID * 10), Post::NOTE.set(Post::TITLE)), db)?;
    let rows = Post::query().order_by(Post::ID).all(db)?;
    assert!(rows.iter().all(|post| post.views == post.id * 10 && post.note.as_ref() == Some(&post.title)));
    Post::query().update(Post::SLOT.set(Post::ID + 100), db)?;
    assert_eq!(Post::query().filter(Post::SLOT.eq(Post::ID + 100)).count(db)?, 4);
    Ok(())
}

fn assignments_read_the_row_as_it_was(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    Post::query().update(Post::VIEWS.set(5), db)?;
    Post::query().update((Post::VIEWS.set(Post::TOUCHED), Post::TOUCHED.set(Post::VIEWS)), db)?;
    let post = Post::find(1, db)?;
    assert_eq!((post.views, post.touched), (7, 5));
    Ok(())
}

fn on_write_and_version_follow_unless_they_are_named(db: &Database) -> ormcore::Result<()> {
    let before = posts(db)?[0].version;
    db.execute("UPDATE post SET touched = 0", ())?;
    Post::query().update(Post::VIEWS.set(1), db)?;
    let post = Post::find(1, db)?;
    assert_eq!((post.touched, post.version), (7, before + 1));
    Post::query().update((Post::TOUCHED.set(9), Post::VERSION.set(40)), db)?;
    let post = Post::find(1, db)?;
    assert_eq!((post.touched, post.version), (9, 40));
    Ok(())
}

fn a_row_read_before_the_update_is_stale(db: &Database) -> ormcore::Result<()> {
    let mut post = posts(db)?.remove(0);
    Post::query().update(Post::VIEWS.set(1), db)?;
    assert!(post.update(db).unwrap_err().is_stale_row());
    post.refresh(db)?;
    post.update(db)
}

fn an_update_takes_limit_offset_and_order(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    let newest = Post::query().order_by(Post::ID.desc()).limit(2);
    assert_eq!(newest.update(Post::NOTE.set("new"), db)?, 2);
    assert_eq!(titles(Post::query().filter(Post::NOTE.eq("new")), db)?, ["c", "d"]);
    let second = Post::query().filter(Post::NOTE.is_null()).order_by(Post::ID).offset(1);
    assert_eq!(second.update(Post::NOTE.set("second"), db)?, 1);
    assert_eq!(titles(Post::query().filter(Post::NOTE.eq("second")), db)?, ["b"]);
    assert_eq!(Post::query().limit(0).update(Post::VIEWS.set(9), db)?, 0);
    Ok(())
}

fn a_delete_deletes_what_the_query_gives_in_one_statement(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    let statements = db.record();
    assert_eq!(Post::query().filter(Post::TITLE.is_in(["a", "z"])).delete(db)?, 1);
    assert_eq!(Post::query().order_by(Post::ID.desc()).limit(1).delete(db)?, 1);
    assert_eq!(statements.len(), 2);
    assert_eq!(titles(Post::query(), db)?, ["b", "c"]);
    assert_eq!(Post::query().order_by(Post::ID).delete(db)?, 2);
    assert_eq!(Post::query().delete(db)?, 0);
    Ok(())
}

fn a_limit_works_with_a_composite_key(db: &Database) -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    struct Seat {
        #[column(primary_key)]
        row: String,
        #[column(primary_key)]
        number: i64,
        taken: bool,
    }

    db.create_tables::<Seat>()?;
    Seat::insert_all([("a", 1), ("a", 2), ("b", 1), ("b", 2)].map(|(row, number)| Seat::new(row, number, false)), db)?;
    let first = Seat::query().order_by((Seat::NUMBER.desc(), Seat::ROW)).limit(1);
    assert_eq!(first.clone().update(Seat::TAKEN.set(true), db)?, 1);
    let taken = Seat::query().filter(Seat::TAKEN.eq(true)).one(db)?;
    assert_eq!((taken.row.as_str(), taken.number), ("a", 2));
    assert_eq!(first.delete(db)?, 1);
    assert_eq!(Seat::query().filter(Seat::TAKEN.eq(true)).count(db)?, 0);
    Ok(())
}

fn an_update_sets_each_column_once(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    let statements = db.record();
    let twice = Post::query().update((Post::VIEWS.set(1), Post::VIEWS.set(2)), db).unwrap_err();
    assert_eq!(twice.to_string(), "the update sets `post.views` twice");
    assert!(matches!(twice.kind(), ErrorKind::Usage { .. }));
    assert!(statements.is_empty());
    Ok(())
}

fn assignments_are_put_together_at_run_time(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    let mut set = vec![Post::VIEWS.set(4)];
    if let Some(note) = Some("hello") {
        set.push(Post::NOTE.set(note));
    }
    assert_eq!(Post::query().filter_by(Post::ID, 1).update(set, db)?, 1);
    let post = Post::find(1, db)?;
    assert_eq!((post.views, post.note.as_deref()), (4, Some("hello")));
    let both = (vec![Post::VIEWS.set(5)], Post::NOTE.set(None::<String>));
    assert_eq!(Post::query().filter_by(Post::ID, 1).update(both, db)?, 1);
    Ok(())
}

fn an_update_that_breaks_a_constraint_changes_no_row(db: &Database) -> ormcore::Result<()> {
    posts(db)?;
    let error = Post::query().update((Post::SLOT.set(1), Post::VIEWS.set(9)), db).unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(Post::query().filter(Post::VIEWS.eq(9)).count(db)?, 0);
    Ok(())
}

fn a_value_that_cannot_be_sent_changes_no_row(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    struct Measure {
        #[column(primary_key)]
        id: i64,
        value: f64,
        big: u64,
    }

    db.create_tables::<Measure>()?;
    Measure::new(1.0, 1).insert(db)?;
    let error = Measure::query().update(Measure::VALUE.set(f64::NAN), db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { table, column, .. } if table == "measure" && column == "value"));
    let error = Measure::query().update(Measure::BIG.set(u64::MAX), db).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode { column, .. } if column == "big"), "{error:?}");
    let row = Measure::find(1, db)?;
    assert_eq!((row.value, row.big), (1.0, 1));
    Ok(())
}

on_every_backend!(
    an_update_changes_what_the_query_gives_in_one_statement,
    a_column_is_set_to_an_expression_on_the_row,
    assignments_read_the_row_as_it_was,
    on_write_and_version_follow_unless_they_are_named,
    a_row_read_before_the_update_is_stale,
    an_update_takes_limit_offset_and_order,
    a_delete_deletes_what_the_query_gives_in_one_statement,
    a_limit_works_with_a_composite_key,
    an_update_sets_each_column_once,
    assignments_are_put_together_at_run_time,
    an_update_that_breaks_a_constraint_changes_no_row,
    a_value_that_cannot_be_sent_changes_no_row,
);
