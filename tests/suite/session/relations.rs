//! Relationships by handle: both sides agree, and nothing is read twice.

use ormcore::SessionOptions;
use ormcore::prelude::*;

use super::models::{Author, Badge, Book, BookGenre, Genre, Node, Player, Team, count, create, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(secondary = Friendship, foreign_key = Friendship::FROM_ID)]
    friends: HasMany<Member>,
    #[relationship(lazy = "dynamic", backref = "member")]
    posts: HasMany<Post>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_friendship")]
struct Friendship {
    #[column(primary_key, foreign_key = Member::ID)]
    from_id: i64,
    #[column(primary_key, foreign_key = Member::ID)]
    to_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_post")]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_driver")]
struct Driver {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    licence: HasOne<Licence>,
    #[relationship(foreign_key = Licence::DRIVER_ID)]
    licences: HasMany<Licence>,
    #[relationship(foreign_key = Licence::DRIVER_ID, order_by = Licence::CLASS.desc())]
    by_class: HasMany<Licence>,
    #[relationship(foreign_key = Licence::DRIVER_ID, order_by = Licence::CLASS.desc(), lazy = "dynamic")]
    refined: HasMany<Licence>,
    #[relationship(secondary = "ses_driver_cars")]
    cars: HasMany<Car>,
}

/// Not unique in the driver, so that a driver may have several.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_licence")]
struct Licence {
    #[column(primary_key)]
    code: String,
    class: i64,
    #[column(foreign_key = Driver::ID)]
    driver_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_car")]
struct Car {
    #[column(primary_key)]
    plate: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_owner")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    boat: HasOne<Boat>,
}

/// An owner may have several.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_boat")]
struct Boat {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Owner::ID)]
    owner_id: Option<i64>,
}

fn one_of_several_rows_is_set_in_the_place_of_all(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Boat)>()?;
    let loads = [Owner::BOAT.select(), Owner::BOAT.selectin(), Owner::BOAT.joined(), Owner::BOAT.subquery()];
    for load in loads {
        let owners = Owner::insert_all([Owner::new(), Owner::new()], db)?;
        let boats = Boat::insert_all([0, 1].map(|_| Boat::new().set(Boat::OWNER_ID, &owners[0])), db)?;
        let mut session = db.session()?;
        let query = Owner::query().filter(Owner::ID.ge(owners[0].id)).order_by(Owner::ID).with(load.clone());
        let found = session.all(query)?;
        let new = session.add(Boat::new());
        session.set(found[0], Owner::BOAT, Some(new))?;
        session.set(found[1], Owner::BOAT, None)?;
        session.commit()?;
        let new = session[new].id;
        drop(session);
        assert_eq!(Owner::find(owners[0].id, db)?.boat(db)?.map(|boat| boat.id), Some(new), "{load:?}");
        assert_eq!(Boat::query().filter(Boat::OWNER_ID.eq(owners[0].id)).count(db)?, 1, "{load:?}");
        assert!(boats.iter().all(|boat| Boat::find(boat.id, db).unwrap().owner_id.is_none()), "{load:?}");
    }
    Ok(())
}

fn a_has_one_is_set_to_one_row_at_most(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Boat)>()?;
    let mut session = db.session()?;
    let owner = session.add(Owner::new());
    let boats = session.add_all([Boat::new(), Boat::new()]);
    let error = session.set(owner, Owner::BOAT, boats).unwrap_err();
    assert_eq!(error.to_string(), "`Owner::boat` leads to one row, and was set to 2: give it one");
    assert_eq!(session.related(owner, Owner::BOAT)?, None);
    Ok(())
}

fn related_rows_have_the_order_that_loads_give_them(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Driver, Licence, Car)>()?;
    let ann = Driver::new().insert(db)?;
    for (code, class) in [("b", 1), ("d", 2), ("a", 1), ("c", 2)] {
        Licence::new(code, class, &ann).insert(db)?;
        Driver::CARS.link(&ann, &Car::new(code).insert(db)?, db)?;
    }
    assert_eq!(ann.licence(db)?.map(|licence| licence.code.as_str()), Some("a"));
    let mut session = db.session()?;
    let ann = session.get::<Driver>(ann.id)?.unwrap();
    let first = session.related(ann, Driver::LICENCE)?.unwrap();
    assert_eq!(session[first].code, "a");
    for (relation, expected) in [(Driver::LICENCES, ["a", "b", "c", "d"]), (Driver::BY_CLASS, ["c", "d", "a", "b"])] {
        let found = session.related(ann, relation)?;
        assert_eq!(found.iter().map(|licence| &*session[*licence].code).collect::<Vec<_>>(), expected);
    }
    let found = session.related(ann, Driver::REFINED)?;
    assert_eq!(found.iter().map(|licence| &*session[*licence].code).collect::<Vec<_>>(), ["c", "d", "a", "b"]);
    let found = session.related(ann, Driver::CARS)?;
    assert_eq!(found.iter().map(|car| &*session[*car].plate).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    Ok(())
}

fn a_load_in_an_order_of_its_own_does_not_change_that_of_related_rows(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Driver, Licence, Car)>()?;
    let ann = Driver::new().insert(db)?;
    for (code, class) in [("b", 1), ("a", 2), ("c", 3)] {
        Licence::new(code, class, &ann).insert(db)?;
    }
    let mut session = db.session()?;
    let query = Driver::query()
        .with(Driver::LICENCE.selectin().order_by(Licence::CODE.desc()))
        .with(Driver::LICENCES.selectin().order_by(Licence::CODE.desc()))
        .with(Driver::BY_CLASS.joined().order_by(Licence::CODE));
    let ann = session.one(query)?;
    let first = session.related(ann, Driver::LICENCE)?.unwrap();
    assert_eq!(session[first].code, "a");
    for (relation, expected) in [(Driver::LICENCES, ["a", "b", "c"]), (Driver::BY_CLASS, ["c", "a", "b"])] {
        let found = session.related(ann, relation)?;
        assert_eq!(found.iter().map(|licence| &*session[*licence].code).collect::<Vec<_>>(), expected);
    }
    Ok(())
}

fn both_sides_of_a_foreign_key_agree_without_a_statement(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let players = session.add_all(["a", "b", "c"].map(Player::new));
    session.commit()?;
    assert!(session.related(red, Team::PLAYERS)?.is_empty() && session.related(blue, Team::PLAYERS)?.is_empty());
    let statements = db.record();
    session.append(red, Team::PLAYERS, players[0])?;
    session.append(red, Team::PLAYERS, players[0])?;
    session.set(players[1], Player::TEAM, Some(red))?;
    assert_eq!(session.related(red, Team::PLAYERS)?, players[..2]);
    session.append(blue, Team::PLAYERS, players[0])?;
    assert_eq!(session.related(red, Team::PLAYERS)?, players[1..2]);
    assert_eq!(session.related(blue, Team::PLAYERS)?, players[..1]);
    assert_eq!(session.related(players[0], Player::TEAM)?, Some(blue));
    session.set(red, Team::PLAYERS, [players[2]])?;
    assert_eq!(session.related(players[1], Player::TEAM)?, None);
    assert_eq!(session.related(players[2], Player::TEAM)?, Some(red));
    session.remove(blue, Team::PLAYERS, players[0])?;
    session.remove(blue, Team::PLAYERS, players[2])?;
    assert!(session.related(blue, Team::PLAYERS)?.is_empty());
    assert_eq!(session.related(players[2], Player::TEAM)?, Some(red), "it was not among blue's");
    assert!(statements.is_empty(), "{statements:?}");
    session.commit()?;
    assert_eq!(count(&statements, "UPDATE"), 1);
    assert_eq!(Player::query().filter(Player::TEAM_ID.is_null()).count(db)?, 2);
    Ok(())
}

fn a_key_that_is_set_as_a_value_is_known_after_the_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    session.commit()?;
    assert!(session.related(red, Team::PLAYERS)?.is_empty() && session.related(blue, Team::PLAYERS)?.is_empty());
    let key = session[red].id;
    let (by_value, by_handle) = (
        session.add(Player::new("a").set(Player::TEAM_ID, key)),
        session.add(Player::new("b").set(Player::TEAM_ID, red)),
    );
    assert!(session.related(red, Team::PLAYERS)?.contains(&by_handle));
    session.flush()?;
    let statements = db.record();
    let known = session.related(red, Team::PLAYERS)?;
    assert!(known.len() == 2 && known.contains(&by_value) && statements.is_empty());
    session[by_value].team_id = Some(session[blue].id);
    session.flush()?;
    assert_eq!(session.related(red, Team::PLAYERS)?, [by_handle]);
    assert_eq!(session.related(blue, Team::PLAYERS)?, [by_value]);
    session.delete(by_value)?;
    assert!(session.related(blue, Team::PLAYERS)?.is_empty());
    session.rollback()?;
    assert!(session.related(blue, Team::PLAYERS)?.is_empty() && !session.contains(by_handle));
    Ok(())
}

fn both_sides_of_a_link_table_agree(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let books: Vec<_> = ["a", "b"].map(|title| session.add(Book::new(title, ann))).to_vec();
    let genres = session.add_all(["x", "y", "z"].map(Genre::new));
    session.commit()?;
    assert!(session.related(genres[0], Genre::BOOKS)?.is_empty());
    session.append(books[0], Book::GENRES, genres[0])?;
    assert_eq!(session.related(genres[0], Genre::BOOKS)?, [books[0]], "an empty list is known, too");
    session.append(genres[0], Genre::BOOKS, books[1])?;
    session.append(books[1], Book::GENRES, genres[0])?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 2);
    session.append(books[0], Book::GENRES, genres[0])?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 2, "what is linked stays so");
    assert_eq!(session.related(books[1], Book::GENRES)?, [genres[0]]);
    session.set(books[1], Book::GENRES, [genres[0], genres[2]])?;
    assert_eq!(session.related(genres[2], Genre::BOOKS)?, [books[1]]);
    session.remove(genres[0], Genre::BOOKS, books[1])?;
    assert_eq!(session.related(books[1], Book::GENRES)?, [genres[2]]);
    session.commit()?;
    assert_eq!((BookGenre::query().count(db)?, session.related(genres[0], Genre::BOOKS)?), (2, vec![books[0]]));
    Ok(())
}

fn what_is_linked_and_unlinked_before_the_flush_is_not_written(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let (book, genre) = (session.add(Book::new("a", ann)), session.add(Genre::new("x")));
    session.append(book, Book::GENRES, genre)?;
    session.remove(genre, Genre::BOOKS, book)?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 0);
    let statements = db.record();
    // Nothing is known of these two: what was asked for last holds.
    session.append(book, Book::GENRES, genre)?;
    session.remove(genre, Genre::BOOKS, book)?;
    session.commit()?;
    assert_eq!((BookGenre::query().count(db)?, count(&statements, "INSERT")), (0, 0));
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    session.remove(book, Book::GENRES, genre)?;
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    assert_eq!(BookGenre::query().count(db)?, 1);
    session.append(book, Book::GENRES, genre)?;
    session.delete(genre)?;
    session.commit()?;
    assert_eq!((BookGenre::query().count(db)?, Genre::query().count(db)?), (0, 0));
    Ok(())
}

fn what_is_taken_out_of_a_relationship_with_delete_orphan_is_deleted(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let books: Vec<_> = ["a", "b", "c"].map(|title| session.add(Book::new(title, ann))).to_vec();
    session.commit()?;
    session.remove(bob, Author::BOOKS, books[0])?;
    assert!(session.contains(books[0]), "it is none of bob's");
    session.remove(ann, Author::BOOKS, books[0])?;
    session.append(bob, Author::BOOKS, books[1])?;
    let pending = session.add(Book::new("d", ann));
    session.remove(ann, Author::BOOKS, pending)?;
    session.commit()?;
    let titles = Book::query().order_by(Book::TITLE).all(db)?;
    assert_eq!(titles.iter().map(|book| book.title.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    session.set(ann, Author::BOOKS, [])?;
    session.commit()?;
    assert_eq!(Book::query().one(db)?.author_id, session[bob].id);
    Ok(())
}

fn a_one_to_one_changes_hands(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let team = session.add(Team::new("red"));
    let badges = session.add_all([Badge::new(), Badge::new(), Badge::new()]);
    session.set(team, Team::BADGE, Some(badges[1]))?;
    session.commit()?;
    for badge in [badges[0], badges[2], badges[1]] {
        session.set(team, Team::BADGE, Some(badge))?;
        assert_eq!(session.related(team, Team::BADGE)?, Some(badge));
        session.commit()?;
        assert_eq!(session.related(badge, Badge::TEAM)?, Some(team));
    }
    let new = session.add(Badge::new());
    session.set(team, Team::BADGE, Some(new))?;
    session.commit()?;
    assert_eq!(Badge::query().filter(Badge::TEAM_ID.is_not_null()).one(db)?.id, session[new].id);
    assert!(session.set(team, Team::BADGE, [badges[0], badges[1]]).is_err());
    session.set(team, Team::BADGE, None)?;
    session.commit()?;
    assert_eq!(Badge::query().filter(Badge::TEAM_ID.is_not_null()).count(db)?, 0);
    Ok(())
}

fn a_to_one_that_is_here_costs_nothing(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    let book = session.add(Book::new("a", ann));
    session.commit()?;
    let author_id = session[ann].id;
    let statements = db.record();
    assert_eq!(session.related(book, Book::AUTHOR)?, Some(ann));
    assert!(statements.is_empty());
    session.take(ann)?;
    let again = session.related(book, Book::AUTHOR)?.unwrap();
    assert_eq!((statements.len(), session[again].id), (1, author_id));
    let node = session.add(Node::new("n"));
    session.flush()?;
    statements.clear();
    assert_eq!(session.related(node, Node::PARENT)?, None);
    assert!(statements.is_empty(), "NULL leads nowhere");
    session.delete(again)?;
    session.rollback()?;
    assert_eq!(session.related(book, Book::AUTHOR)?.map(|author| session[author].id), Some(author_id));
    Ok(())
}

fn a_relationship_to_the_same_model_tells_its_two_ends_apart(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member, Friendship, Post)>()?;
    let mut session = db.session()?;
    let members = session.add_all(["a", "b"].map(Member::new));
    session.append(members[0], Member::FRIENDS, members[1])?;
    assert!(session.related(members[1], Member::FRIENDS)?.is_empty());
    session.append(members[1], Member::FRIENDS, members[0])?;
    session.append(members[0], Member::FRIENDS, members[0])?;
    session.commit()?;
    assert_eq!(Friendship::query().count(db)?, 3);
    session.remove(members[0], Member::FRIENDS, members[1])?;
    session.commit()?;
    assert_eq!(session.related(members[0], Member::FRIENDS)?, [members[0]]);
    assert_eq!(session.related(members[1], Member::FRIENDS)?, [members[0]]);
    let post = session.add(Post::new());
    session.append(members[0], Member::POSTS, post)?;
    assert_eq!(session.related(post, Post::MEMBER)?, Some(members[0]));
    session.set(post, Post::MEMBER, Some(members[1]))?;
    assert_eq!(session.related(members[1], Member::POSTS)?, [post]);
    assert!(session.related(members[0], Member::POSTS)?.is_empty());
    session.commit()?;
    assert_eq!(Post::query().one(db)?.member_id, Some(session[members[1]].id));
    Ok(())
}

fn a_dynamic_relationship_is_changed_without_being_read(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Member, Friendship, Post)>()?;
    let mut session = db.session()?;
    let member = session.add(Member::new("a"));
    let posts = session.add_all([Post::new().set(Post::MEMBER_ID, member), Post::new()]);
    session.commit()?;
    let statements = db.record();
    session.remove(member, Member::POSTS, posts[0])?;
    session.append(member, Member::POSTS, posts[1])?;
    session.commit()?;
    assert_eq!(count(&statements, "SELECT"), 0, "{statements:?}");
    assert_eq!(posts.iter().map(|post| session[*post].member_id).collect::<Vec<_>>(), [None, Some(session[member].id)]);
    Ok(())
}

fn a_deleted_row_cannot_be_pointed_to(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (team, player) = (session.add(Team::new("red")), session.add(Player::new("p")));
    session.commit()?;
    session.delete(team)?;
    assert!(session.append(team, Team::PLAYERS, player).is_err());
    assert!(session.set(player, Player::TEAM, Some(team)).is_err());
    session.commit()?;
    session.add(Player::new("q").set(Player::TEAM_ID, team));
    assert!(session.commit().unwrap_err().to_string().contains("`ses_player.team_id`"));
    Ok(())
}

fn children_that_wait_for_the_flush_have_one_order_whoever_else_is_read(db: &Database) -> ormcore::Result<()> {
    create(db)?;
    let [ann, bob] = [Author::new("ann").insert(db)?, Author::new("bob").insert(db)?];
    let book = Book::new("moved", ann.id).insert(db)?;
    for reads_both in [false, true] {
        let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
        let (moved, to) = (session.merge(book.clone())?, session.merge(bob.clone())?);
        session[moved].author_id = bob.id;
        let new = session.add(Book::new("new", to));
        if reads_both {
            session.all(Author::query().with(Author::BOOKS).order_by(Author::ID))?;
        }
        assert_eq!(session.related(to, Author::BOOKS)?, [new, moved]);
    }
    Ok(())
}

ormcore_tests::on_every_backend!(
    one_of_several_rows_is_set_in_the_place_of_all,
    a_has_one_is_set_to_one_row_at_most,
    related_rows_have_the_order_that_loads_give_them,
    children_that_wait_for_the_flush_have_one_order_whoever_else_is_read,
    a_load_in_an_order_of_its_own_does_not_change_that_of_related_rows,
    both_sides_of_a_foreign_key_agree_without_a_statement,
    a_key_that_is_set_as_a_value_is_known_after_the_flush,
    both_sides_of_a_link_table_agree,
    what_is_linked_and_unlinked_before_the_flush_is_not_written,
    what_is_taken_out_of_a_relationship_with_delete_orphan_is_deleted,
    a_one_to_one_changes_hands,
    a_to_one_that_is_here_costs_nothing,
    a_relationship_to_the_same_model_tells_its_two_ends_apart,
    a_dynamic_relationship_is_changed_without_being_read,
    a_deleted_row_cannot_be_pointed_to,
);
