//! The index is made, kept true by whoever writes, and dropped.

use ormcore::prelude::*;
use ormcore::sql::proposed;
use ormcore_tests::{Fixture, on_every_backend};

use super::{Article, Author, fill, ids, index_table};

fn rows(text: &str, db: &Database) -> ormcore::Result<Vec<i64>> {
    ids(Article::search(text), db)
}

fn every_writer_keeps_it_true(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let mut article = Article::new("Tides").insert(db)?;
    assert_eq!(article.id, 5);
    assert_eq!(rows("tides", db)?, [5]);
    article.title = "Ebb".into();
    article.update(db)?;
    assert_eq!((rows("tides", db)?, rows("ebb", db)?), (vec![], vec![5]));
    db.execute("UPDATE article SET body = 'flood' WHERE id = 5", ())?;
    assert_eq!(rows("flood ebb", db)?, [5]);
    db.execute("UPDATE article SET body = NULL, id = 50 WHERE id = 5", ())?;
    assert_eq!((rows("flood", db)?, rows("ebb", db)?), (vec![], vec![50]));
    db.execute("INSERT INTO article (title, views) VALUES ('raw', 0)", ())?;
    assert_eq!(rows("raw", db)?.len(), 1);
    db.execute("DELETE FROM article WHERE title = 'raw' OR id = 50", ())?;
    assert_eq!((rows("raw", db)?.len(), rows("ebb", db)?.len()), (0, 0));
    Ok(())
}

fn upserts_and_sessions_keep_it_true(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let draft = |title: &str| Article::new(title).with(|row| row.id = 1);
    draft("Iron").on_conflict(Article::ID).do_update(Article::TITLE.set(proposed(Article::TITLE))).insert(db)?;
    assert_eq!((rows("iron", db)?, rows("databases", db)?), (vec![1], vec![]));
    assert!(draft("Zinc").on_conflict(Article::ID).do_nothing().insert(db)?.is_none());
    assert_eq!((rows("zinc", db)?.len(), rows("iron", db)?), (0, vec![1]));
    let mut session = db.session()?;
    let added = session.add(Article::new("Copper"));
    let gone = session.get::<Article>(2)?.unwrap();
    let kept = session.get::<Article>(3)?.unwrap();
    session.delete(gone)?;
    session[kept].title = "Tea house".into();
    session.flush()?;
    assert_eq!(session.all(Article::query().filter(Article::search("copper").matches()))?, [added]);
    session.commit()?;
    assert_eq!((rows("gardening", db)?, rows("cafe", db)?, rows("tea", db)?), (vec![], vec![], vec![3]));
    Ok(())
}

fn what_is_rolled_back_is_not_found(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let stopped: ormcore::Result<()> = db.transaction(|tx| {
        Article::new("Brief").insert(tx)?;
        Article::query().filter(Article::ID.eq(1)).delete(tx)?;
        Err(ormcore::Error::other(std::io::Error::other("stop")))
    });
    assert!(stopped.is_err());
    assert_eq!((rows("brief", db)?.len(), rows("databases", db)?), (0, vec![1]));
    Ok(())
}

fn rows_that_go_with_their_parent_leave_it(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "shelf")]
    struct Shelf {
        #[column(primary_key)]
        id: i64,
    }
    #[derive(Model)]
    #[model(table = "book", full_text(title))]
    struct Book {
        #[column(primary_key)]
        id: i64,
        title: String,
        #[column(foreign_key = Shelf::ID, on_delete = "cascade")]
        shelf_id: i64,
    }
    db.create_tables::<(Shelf, Book)>()?;
    let shelf = Shelf::new().insert(db)?;
    Book::new("Moby Dick", &shelf).insert(db)?;
    let found = || Book::query().filter(Book::search("moby").matches()).count(db);
    assert_eq!(found()?, 1);
    shelf.delete(db)?;
    assert_eq!(found()?, 0);
    // SQLite gives the number again: nothing of the old row may be left.
    let shelf = Shelf::new().insert(db)?;
    Book::new("Ulysses", &shelf).insert(db)?;
    assert_eq!(found()?, 0);
    db.drop_tables::<(Shelf, Book)>()
}

fn an_index_is_added_to_a_table_with_rows(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "memo")]
    struct Plain {
        #[column(primary_key)]
        id: i64,
        text: String,
    }
    #[derive(Model)]
    #[model(table = "memo", full_text(text))]
    struct Memo {
        #[column(primary_key)]
        id: i64,
        text: String,
    }
    #[derive(Model)]
    #[model(table = "memo", full_text(text, language = "english"))]
    struct English {
        #[column(primary_key)]
        id: i64,
        text: String,
    }
    db.create_tables::<(Plain,)>()?;
    Plain::insert_all(["first", "seconds"].map(Plain::new), db)?;
    for _ in 0..2 {
        db.create_tables::<(Memo,)>()?;
        assert_eq!(Memo::query().filter(Memo::search("seconds").matches()).one(db)?.id, 2);
    }
    db.create_tables::<(English,)>()?;
    assert_eq!(English::query().filter(English::search("second").matches()).one(db)?.id, 2);
    assert_eq!(Memo::query().filter(Memo::search("second").matches()).count(db)?, 0);
    English::new("third").insert(db)?;
    assert_eq!(Memo::query().filter(Memo::search("third").matches()).count(db)?, 1);
    Ok(())
}

fn what_is_written_while_nothing_keeps_it_true_is_read_again(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "memo")]
    struct Plain {
        #[column(primary_key)]
        id: i64,
        text: String,
    }
    #[derive(Model)]
    #[model(table = "memo", full_text(text))]
    struct Memo {
        #[column(primary_key)]
        id: i64,
        text: String,
    }
    let found = |text: &str| Memo::query().filter(Memo::search(text).matches()).count(db);
    db.create_tables::<(Memo,)>()?;
    Memo::new("rust").insert(db)?;
    // A program without the index knows nothing of it.
    db.drop_tables::<(Plain,)>()?;
    db.create_tables::<(Plain,)>()?;
    Plain::new("tea").insert(db)?;
    db.create_tables::<(Memo,)>()?;
    assert_eq!((found("rust")?, found("tea")?), (0, 1));
    Memo::new("milk").insert(db)?;
    db.create_tables::<(Memo,)>()?;
    assert_eq!((found("tea")?, found("milk")?), (1, 1));
    Ok(())
}

/// Who repairs an index that is damaged drops it, and lets it be made again.
#[test]
fn an_index_that_was_dropped_by_hand_is_filled_anew() -> ormcore::Result<()> {
    let Fixture { db, .. } = &Fixture::sqlite_memory();
    fill(db)?;
    db.execute(format!("DROP TABLE \"{}\"", index_table("ft_article_%", db)?), ())?;
    db.create_tables::<(Article,)>()?;
    assert_eq!(rows("rust", db)?, [1, 2]);
    db.execute("UPDATE article SET title = 'ebb' WHERE id = 1", ())?;
    assert_eq!(rows("ebb", db)?, [1]);
    Ok(())
}

fn it_goes_with_its_table(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.drop_tables::<(Author, Article)>()?;
    assert_eq!(ormcore_tests::tables(db)?, Vec::<String>::new());
    fill(db)?;
    assert_eq!(rows("rust", db)?, [1, 2]);
    // Dropped by hand, the table leaves an index that knows no row of the next one.
    db.execute("DROP TABLE article", ())?;
    db.create_tables::<(Article,)>()?;
    Article::new("new").insert(db)?;
    assert_eq!((rows("rust", db)?.len(), rows("new", db)?), (0, vec![1]));
    Ok(())
}

fn tables_that_point_to_each_other_go_with_their_indexes(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "egg", full_text(name))]
    struct Egg {
        #[column(primary_key)]
        id: i64,
        name: String,
        #[column(foreign_key = Hen::ID)]
        hen_id: Option<i64>,
    }
    #[derive(Model)]
    #[model(table = "hen", full_text(name))]
    struct Hen {
        #[column(primary_key)]
        id: i64,
        name: String,
        #[column(foreign_key = Egg::ID)]
        egg_id: Option<i64>,
    }
    db.create_tables::<(Egg, Hen)>()?;
    let egg = Egg::new("brown").insert(db)?;
    let hen = Hen::new("brown").set(Hen::EGG_ID, &egg).insert(db)?;
    Egg::query().update(Egg::HEN_ID.set(hen.id), db)?;
    db.drop_tables::<(Egg, Hen)>()?;
    assert_eq!(ormcore_tests::tables(db)?, Vec::<String>::new());
    Ok(())
}

fn no_two_tables_share_one(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "room", full_text(plan_door))]
    struct Room {
        #[column(primary_key)]
        id: i64,
        plan_door: String,
    }
    #[derive(Model)]
    #[model(table = "room_plan", full_text(door))]
    struct RoomPlan {
        #[column(primary_key)]
        id: i64,
        door: String,
    }
    // FTS5 keeps an index in tables of its own, whose names end in `_data` and the like.
    #[derive(Model)]
    #[model(table = "room_plan_door", full_text(data))]
    struct RoomPlanDoor {
        #[column(primary_key)]
        id: i64,
        data: String,
    }
    db.create_tables::<(Room, RoomPlan, RoomPlanDoor)>()?;
    Room::new("wooden").insert(db)?;
    RoomPlan::new("drawn").insert(db)?;
    RoomPlanDoor::new("dated").insert(db)?;
    assert_eq!(Room::query().filter(Room::search("wooden").matches()).count(db)?, 1);
    assert_eq!(RoomPlan::query().filter(RoomPlan::search("drawn").matches()).count(db)?, 1);
    assert_eq!(RoomPlan::query().filter(RoomPlan::search("wooden").matches()).count(db)?, 0);
    assert_eq!(RoomPlanDoor::query().filter(RoomPlanDoor::search("dated").matches()).count(db)?, 1);
    db.drop_tables::<(Room, RoomPlan, RoomPlanDoor)>()?;
    assert_eq!(ormcore_tests::tables(db)?, Vec::<String>::new());
    Ok(())
}

on_every_backend!(
    no_two_tables_share_one,
    every_writer_keeps_it_true,
    upserts_and_sessions_keep_it_true,
    what_is_rolled_back_is_not_found,
    rows_that_go_with_their_parent_leave_it,
    an_index_is_added_to_a_table_with_rows,
    what_is_written_while_nothing_keeps_it_true_is_read_again,
    it_goes_with_its_table,
    tables_that_point_to_each_other_go_with_their_indexes,
);
