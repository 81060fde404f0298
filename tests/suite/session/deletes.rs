//! What follows a row that is deleted, and in which order.

use ormcore::prelude::*;

use super::models::{Author, Badge, Book, BookGenre, Genre, Node, Player, Team, count, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_house")]
struct House {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    owner_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = House::ID)]
    house_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_folder")]
struct Folder {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    files: HasMany<File>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_file")]
struct File {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Folder::ID, on_delete = "cascade")]
    folder_id: i64,
    #[column(default = 0)]
    size: i64,
}

/// Children of each kind of cascade that is no plain field: dynamic, to-one, through links, and left to the database.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_club")]
struct Club {
    #[column(primary_key)]
    id: i64,
    #[relationship(lazy = "dynamic", cascade = "all, delete-orphan")]
    members: HasMany<Member>,
    #[relationship(lazy = "dynamic")]
    guests: HasMany<Guest>,
    #[relationship(lazy = "dynamic", secondary = ClubTag)]
    tags: HasMany<Tag>,
    #[relationship(cascade = "all")]
    logs: HasMany<Log>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::ID)]
    club_id: i64,
    #[column(foreign_key = Address::ID)]
    address_id: Option<i64>,
    #[relationship(cascade = "all")]
    address: BelongsTo<Address>,
    #[relationship(secondary = MemberTag, cascade = "all")]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_guest")]
struct Guest {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::ID)]
    club_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_address")]
struct Address {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_club_tag")]
struct ClubTag {
    #[column(primary_key, foreign_key = Club::ID)]
    club_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_member_tag")]
struct MemberTag {
    #[column(primary_key, foreign_key = Member::ID)]
    member_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_log")]
struct Log {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::ID, on_delete = "cascade")]
    club_id: i64,
    text: String,
    #[relationship(cascade = "all")]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_line")]
struct Line {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Log::ID, on_delete = "cascade")]
    log_id: i64,
}

fn clubs(db: &Database) -> ormcore::Result<Session> {
    db.create_tables::<(Club, Member, Guest, Address, Tag, ClubTag, MemberTag, Log, Line)>()?;
    db.session()
}

fn a_dynamic_relationship_cascades_as_any_other(db: &Database) -> ormcore::Result<()> {
    let mut session = clubs(db)?;
    let (club, other) = (session.add(Club::new()), session.add(Club::new()));
    let members: Vec<_> = [club, club, other].map(|club| session.add(Member::new(club))).to_vec();
    let guest = session.add(Guest::new().set(Guest::CLUB_ID, club));
    let tag = session.add(Tag::new());
    session.append(club, Club::TAGS, tag)?;
    session.commit()?;
    let new = session.add(Member::new(club));
    session.delete(club)?;
    assert!(!session.contains(new));
    session.commit()?;
    assert_eq!(members.iter().map(|row| session.contains(*row)).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!((session[guest].club_id, ClubTag::query().count(db)?, Tag::query().count(db)?), (None, 0, 1));
    // An orphan goes too.
    session.remove(other, Club::MEMBERS, members[2])?;
    session.commit()?;
    assert_eq!((Member::query().count(db)?, Club::query().count(db)?), (0, 1));
    Ok(())
}

fn a_cascade_follows_a_to_one_and_links(db: &Database) -> ormcore::Result<()> {
    let mut session = clubs(db)?;
    let club = session.add(Club::new());
    let (address, tag) = (session.add(Address::new()), session.add(Tag::new()));
    let member = session.add(Member::new(club).set(Member::ADDRESS_ID, address));
    session.append(member, Member::TAGS, tag)?;
    session.commit()?;
    session.delete(member)?;
    session.commit()?;
    let left = (Address::query().count(db)?, Tag::query().count(db)?, MemberTag::query().count(db)?);
    assert_eq!((left, Club::query().count(db)?), ((0, 0, 0), 1));
    Ok(())
}

fn what_the_database_cascades_is_left_to_it(db: &Database) -> ormcore::Result<()> {
    let mut session = clubs(db)?;
    let club = session.add(Club::new());
    let logs: Vec<_> = (0..3).map(|at| session.add(Log::new(club, format!("{at}")))).collect();
    session.add(Line::new(logs[0]));
    session.commit()?;
    let key = session[logs[1]].id;
    session[logs[0]].text = "changed, in vain".into();
    let new = session.add(Log::new(club, "new"));
    let statements = db.record();
    session.delete(club)?;
    session.flush()?;
    let of_logs = |word: &str| {
        statements.texts().iter().filter(|text| text.starts_with(word) && text.contains("ses_log")).count()
    };
    // One that was changed is known to go, and is deleted; the others are not read.
    assert_eq!((of_logs("SELECT"), of_logs("UPDATE"), of_logs("DELETE"), of_logs("INSERT")), (0, 0, 1, 0));
    assert!(!session.contains(new) && !session.contains(logs[0]));
    assert_eq!(session.get::<Log>(key)?, None);
    session.commit()?;
    assert_eq!((Log::query().count(db)?, Line::query().count(db)?), (0, 0));
    Ok(())
}

fn changes_of_rows_that_the_database_deletes_are_not_written(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Folder, File)>()?;
    let mut session = db.session()?;
    let (folder, other) = (session.add(Folder::new()), session.add(Folder::new()));
    let (file, moved) = (session.add(File::new(folder)), session.add(File::new(folder)));
    session.commit()?;
    session[file].size = 7;
    session[moved].folder_id = session[other].id;
    session.delete(folder)?;
    session.commit()?;
    assert_eq!(File::query().all(db)?, [File { id: session[moved].id, folder_id: session[other].id, size: 0 }]);
    Ok(())
}

fn a_new_parent_that_is_deleted_takes_its_new_children(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, team) = (session.add(Author::new("ann")), session.add(Team::new("red")));
    let book = session.add(Book::new("a", ann));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, team));
    session.delete(ann)?;
    session.delete(team)?;
    assert!(!session.contains(book) && session.contains(player));
    session.commit()?;
    assert_eq!((Book::query().count(db)?, Player::query().one(db)?.team_id), (0, None));
    Ok(())
}

fn a_released_child_that_is_given_away_is_released_again(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, red));
    session.commit()?;
    session.delete(red)?;
    session.append(blue, Team::PLAYERS, player)?;
    session.delete(blue)?;
    session.commit()?;
    assert_eq!((Team::query().count(db)?, Player::query().one(db)?.team_id), (0, None));
    Ok(())
}

fn a_new_child_that_is_released_hides_no_other(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let moved = session.add(Player::new("moved"));
    session.commit()?;
    session.append(blue, Team::PLAYERS, moved)?;
    session.add(Player::new("new").set(Player::TEAM_ID, red));
    session.delete(red)?;
    session.delete(blue)?;
    session.commit()?;
    let teams: Vec<Option<i64>> = Player::query().all(db)?.iter().map(|player| player.team_id).collect();
    assert_eq!((Team::query().count(db)?, teams), (0, vec![None, None]));
    Ok(())
}

fn children_are_deleted_with_their_parent_and_links_with_them(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, genre) = (session.add(Author::new("ann")), session.add(Genre::new("sf")));
    let book = session.add(Book::new("a", ann));
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    let other = session.add(Book::new("pending", ann));
    session.delete(ann)?;
    assert!(!session.contains(book) && !session.contains(other));
    session.commit()?;
    let left = (Author::query().count(db)?, Book::query().count(db)?, BookGenre::query().count(db)?);
    assert_eq!((left, session.contains(genre)), ((0, 0, 0), true));
    Ok(())
}

fn children_that_may_be_without_a_parent_stay(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let team = session.add(Team::new("red"));
    let player = session.add(Player::new("p"));
    session.set(player, Player::TEAM, Some(team))?;
    session.commit()?;
    session.delete(team)?;
    assert_eq!(session[player].team_id, None);
    session.rollback()?;
    assert!(session.contains(team) && session[player].team_id.is_some());
    session.delete(team)?;
    session.commit()?;
    assert_eq!(Player::query().one(db)?.team_id, None);
    assert_eq!(session.related(player, Player::TEAM)?, None);
    Ok(())
}

fn a_child_that_points_elsewhere_by_now_is_not_deleted(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (ann, bob) = (session.add(Author::new("ann")), session.add(Author::new("bob")));
    let (book, moved) = (session.add(Book::new("a", ann)), session.add(Book::new("b", ann)));
    let to_new = session.add(Book::new("c", ann));
    session.commit()?;
    session[moved].author_id = session[bob].id;
    let carl = session.add(Author::new("carl"));
    session.append(carl, Author::BOOKS, to_new)?;
    session.delete(ann)?;
    session.commit()?;
    assert!(!session.contains(book) && session.contains(moved) && session.contains(to_new));
    assert_eq!((Book::query().count(db)?, session[to_new].author_id), (2, session[carl].id));
    // And with one that came to it only now.
    session[moved].author_id = session[carl].id;
    session.delete(carl)?;
    session.commit()?;
    assert_eq!(Book::query().count(db)?, 0);
    Ok(())
}

fn a_child_can_be_moved_after_its_parent_was_deleted_in_the_same_flush(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, red));
    session.commit()?;
    session.delete(red)?;
    session.append(blue, Team::PLAYERS, player)?;
    session.commit()?;
    assert_eq!(Player::query().one(db)?.team_id, Some(session[blue].id));
    Ok(())
}

fn trees_are_deleted_leaves_first_in_whatever_order_they_are_named(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let nodes: Vec<_> = (0..30).map(|n| session.add(Node::new(format!("{n}")))).collect();
    for (at, node) in nodes.iter().enumerate().skip(1) {
        session.set(*node, Node::PARENT, Some(nodes[(at * 7) % at]))?;
    }
    session.commit()?;
    session.delete(nodes[0])?;
    session.commit()?;
    assert_eq!(Node::query().count(db)?, 0);
    Ok(())
}

fn rows_that_point_to_each_other_are_deleted(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    db.create_tables::<(House, Person)>()?;
    let nodes: Vec<_> = (0..3).map(|n| session.add(Node::new(format!("{n}")))).collect();
    for (at, node) in nodes.iter().enumerate() {
        session.set(*node, Node::PARENT, Some(nodes[(at + 1) % 3]))?;
    }
    let house = session.add(House::new());
    let person = session.add(Person::new(house));
    session.commit()?;
    session[house].owner_id = Some(session[person].id);
    session.commit()?;
    nodes.iter().try_for_each(|node| session.delete(*node))?;
    session.delete(house)?;
    session.delete(person)?;
    session.flush()?;
    session.rollback()?;
    assert_eq!(session[house].owner_id, Some(session[person].id));
    assert_eq!(session[nodes[0]].parent_id, Some(session[nodes[1]].id));
    session.delete(nodes[0])?;
    session.delete(person)?;
    session.delete(house)?;
    session.commit()?;
    assert_eq!((Node::query().count(db)?, House::query().count(db)?, Person::query().count(db)?), (0, 0, 0));
    Ok(())
}

fn what_the_database_deletes_by_itself_is_not_given_any_more(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Folder, File)>()?;
    let mut session = db.session()?;
    let folder = session.add(Folder::new());
    let file = session.add(File::new(folder));
    session.commit()?;
    let key = session[file].id;
    let statements = db.record();
    session.delete(folder)?;
    session.flush()?;
    assert_eq!((count(&statements, "DELETE"), count(&statements, "SELECT")), (1, 0));
    assert_eq!(session.get::<File>(key)?, None);
    session.rollback()?;
    assert_eq!(session.get::<File>(key)?, Some(file));
    assert_eq!(session.related(folder, Folder::FILES)?, [file]);
    Ok(())
}

fn a_deleted_row_that_was_changed_comes_back_as_it_was(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let ann = session.add(Author::new("ann"));
    session.commit()?;
    let key = session[ann].id;
    session[ann].age = 3;
    session.delete(ann)?;
    session[ann].age = 4;
    session.flush()?;
    assert!(session.try_get_mut(ann).is_err());
    assert_eq!(session.get::<Author>(key)?, None);
    session.rollback()?;
    assert_eq!((session.get::<Author>(key)?, session[ann].age), (Some(ann), 0));
    Ok(())
}

fn a_delete_that_the_database_refuses_leaves_a_session_to_roll_back(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let genre = session.add(Genre::new("sf"));
    let team = session.add(Team::new("red"));
    let player = session.add(Player::new("p"));
    session.commit()?;
    // Someone else points to it, behind the session's back.
    let badge = Badge::new().set(Badge::TEAM_ID, session[team].id).insert(db)?;
    session.delete(genre)?;
    session.delete(player)?;
    session.delete(team)?;
    let has_released = session.commit().is_ok();
    assert!(has_released, "a badge is read when its team is deleted");
    assert_eq!(Badge::find(badge.id, db)?.team_id, None);
    let place = session.add(super::models::Author::new("x"));
    let book = session.add(Book::new("b", place));
    session.commit()?;
    let genre = session.add(Genre::new("sf"));
    session.append(book, Book::GENRES, genre)?;
    session.commit()?;
    let (book_id, genre_id) = (session[book].id, session[genre].id);
    let mut other = db.session()?;
    let same = other.get::<BookGenre>((book_id, genre_id))?.unwrap();
    other.delete(same)?;
    other.commit()?;
    session.remove(book, Book::GENRES, genre)?;
    session.commit()?;
    Ok(())
}

fn what_follows_is_read_a_level_at_a_time(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let root = session.add(Node::new("root"));
    for number in 0..20 {
        let child = session.add(Node::new(format!("{number}")).set(Node::PARENT_ID, root));
        session.add_all([0, 1].map(|leaf| Node::new(format!("{number}.{leaf}")).set(Node::PARENT_ID, child)));
    }
    let other = session.add(Node::new("other"));
    session.commit()?;
    let (root, other) = (session[root].id, session[other].id);
    let mut session = db.session()?;
    let root = session.get::<Node>(root)?.unwrap();
    let moved = session.one(Node::query().filter_by(Node::NAME, "7"))?;
    session[moved].parent_id = Some(other);
    let statements = db.record();
    session.delete(root)?;
    assert_eq!(count(&statements, "SELECT"), 3);
    session.commit()?;
    let stay: Vec<String> = Node::query().order_by(Node::NAME).select(Node::NAME).all(db)?;
    assert_eq!(stay, ["7", "7.0", "7.1", "other"]);
    Ok(())
}

fn what_follows_rows_that_are_deleted_together_is_read_together(db: &Database) -> ormcore::Result<()> {
    let mut session = session(db)?;
    let authors = session.add_all((0..20).map(|number| Author::new(format!("{number}"))));
    let books: Vec<_> = authors.iter().map(|author| session.add(Book::new("b", *author))).collect();
    let teams = session.add_all(["red", "blue"].map(Team::new));
    let players = teams.iter().map(|team| session.add(Player::new(format!("{team:?}")).set(Player::TEAM_ID, *team)));
    let players: Vec<_> = players.collect();
    session.commit()?;
    let stays = authors[19];
    session[books[0]].author_id = session[stays].id;
    let statements = db.record();
    session.delete_all(authors[..19].iter().copied())?;
    assert_eq!(count(&statements, "SELECT"), 1);
    session.delete_all(teams)?;
    // The players, and the badges.
    assert_eq!(count(&statements, "SELECT"), 3);
    session.commit()?;
    assert_eq!((Author::query().count(db)?, Book::query().count(db)?, Team::query().count(db)?), (1, 2, 0));
    assert_eq!(session[players[0]].team_id, None);
    let mut other = db.session()?;
    let foreign = other.add(Author::new("of another session"));
    assert!(session.delete_all([stays, foreign]).is_err() && session.contains(stays));
    Ok(())
}

ormcore_tests::on_every_backend!(
    what_follows_is_read_a_level_at_a_time,
    what_follows_rows_that_are_deleted_together_is_read_together,
    a_dynamic_relationship_cascades_as_any_other,
    a_cascade_follows_a_to_one_and_links,
    what_the_database_cascades_is_left_to_it,
    changes_of_rows_that_the_database_deletes_are_not_written,
    a_new_parent_that_is_deleted_takes_its_new_children,
    a_released_child_that_is_given_away_is_released_again,
    a_new_child_that_is_released_hides_no_other,
    children_are_deleted_with_their_parent_and_links_with_them,
    children_that_may_be_without_a_parent_stay,
    a_child_that_points_elsewhere_by_now_is_not_deleted,
    a_child_can_be_moved_after_its_parent_was_deleted_in_the_same_flush,
    trees_are_deleted_leaves_first_in_whatever_order_they_are_named,
    rows_that_point_to_each_other_are_deleted,
    what_the_database_deletes_by_itself_is_not_given_any_more,
    a_deleted_row_that_was_changed_comes_back_as_it_was,
    a_delete_that_the_database_refuses_leaves_a_session_to_roll_back,
);
