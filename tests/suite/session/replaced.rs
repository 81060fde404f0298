//! Rows that are deleted, and others that are added under their keys in the same flush.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_team")]
struct Team {
    #[column(primary_key)]
    code: String,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::CODE, on_delete = "cascade")]
    team_code: String,
}

/// Its players may be without it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_club")]
struct Club {
    #[column(primary_key)]
    code: String,
    name: String,
    #[relationship]
    players: HasMany<Player>,
    #[relationship(cascade = "all")]
    rooms: HasMany<Room>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_player")]
struct Player {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
    #[column(default = 0)]
    goals: i64,
    #[column(foreign_key = Club::CODE)]
    club_code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_room")]
struct Room {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::CODE)]
    club_code: String,
}

/// Is told the club that it belongs to; the database clears that when the club goes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_fan")]
struct Fan {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::CODE, on_delete = "set null")]
    club_code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_user")]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(unique, length = 120)]
    email: String,
    #[relationship]
    posts: HasMany<Post>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_post")]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[column(foreign_key = User::ID)]
    user_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_visit")]
struct Visit {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    note: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_owner")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    email: String,
    #[relationship]
    papers: HasMany<Paper>,
}

/// Of an owner, or of a team.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rpl_paper", check = "owner_id IS NOT NULL OR team_id IS NOT NULL")]
struct Paper {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Owner::ID)]
    owner_id: Option<i64>,
    team_id: Option<i64>,
}

fn a_row_that_is_edited_elsewhere_does_not_hold_what_is_replaced(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member, Visit)>()?;
    Team::insert_all([Team::new("a", "old"), Team::new("b", "other")], db)?;
    let members = Member::insert_all([Member::new("a"), Member::new("b")], db)?;
    Visit::new(members[1].id, "first").insert(db)?;
    let mut session = db.session()?;
    let visit = session.get::<Visit>(1)?.unwrap();
    let team = session.get::<Team>("a")?.unwrap();
    session[visit].note = "second".into();
    session.delete(team)?;
    session.add(Team::new("a", "new"));
    session.commit()?;
    let names: Vec<String> = Team::query().order_by(Team::CODE).all(db)?.into_iter().map(|team| team.name).collect();
    assert_eq!((names, Member::query().count(db)?), (vec!["new".to_string(), "other".into()], 1));
    assert_eq!(Visit::find(1, db)?.note, "second");
    Ok(())
}

fn who_came_by_value_to_what_replaces_a_row_belongs_to_that(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member)>()?;
    Team::insert_all([Team::new("a", "old"), Team::new("b", "other")], db)?;
    let members = Member::insert_all([Member::new("a"), Member::new("b")], db)?;
    let mut session = db.session()?;
    let moved = session.get::<Member>(members[1].id)?.unwrap();
    let old = session.get::<Team>("a")?.unwrap();
    let team = session.add(Team::new("a", "new"));
    let new = session.add(Member::new("a"));
    session[moved].team_code = "a".into();
    session.delete(old)?;
    session.commit()?;
    assert!(session.contains(team) && session.contains(new) && session.contains(moved) && !session.contains(old));
    let stored = Member::query().order_by(Member::ID).select((Member::ID, Member::TEAM_CODE)).all(db)?;
    assert_eq!(stored, [(members[1].id, "a".to_string()), (session[new].id, "a".into())]);
    assert_eq!(Team::find("a", db)?.name, "new");
    Ok(())
}

fn who_came_by_value_stays_as_long_as_a_row_of_the_key_does(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member, Club, Player, Room)>()?;
    Team::new("a", "old").insert(db)?;
    Club::new("a", "old").insert(db)?;
    let mut session = db.session()?;
    let (old, old_club) = (session.get::<Team>("a")?.unwrap(), session.get::<Club>("a")?.unwrap());
    let (team, club) = (session.add(Team::new("a", "new")), session.add(Club::new("a", "new")));
    let (member, room) = (session.add(Member::new("a")), session.add(Room::new("a")));
    session.delete(team)?;
    session.delete(club)?;
    assert!(session.contains(old) && session.contains(member) && session.contains(room));
    session.commit()?;
    assert_eq!((Team::find("a", db)?.name, Member::query().count(db)?), ("old".to_string(), 1));
    let (team, member) = (session.add(Team::new("a", "new")), session.add(Member::new("a")));
    let (club, room) = (session.add(Club::new("a", "new")), session.add(Room::new("a")));
    session.delete(old)?;
    session.delete(old_club)?;
    assert!(session.contains(member) && session.contains(room));
    session.delete(team)?;
    session.delete(club)?;
    assert!(!session.contains(member) && !session.contains(room));
    session.commit()?;
    assert_eq!((Team::query().count(db)?, Member::query().count(db)?), (0, 0));
    assert_eq!((Club::query().count(db)?, Room::query().count(db)?), (0, 0));
    Ok(())
}

fn what_a_relationship_does_leaves_who_belongs_to_the_new_row(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Club, Player, Room, Fan)>()?;
    Club::insert_all([Club::new("a", "old"), Club::new("b", "other")], db)?;
    let players =
        Player::insert_all(["x", "y"].map(|name| Player::new(name).set(Player::CLUB_CODE, "b".to_string())), db)?;
    let rooms = Room::insert_all([Room::new("a"), Room::new("b")], db)?;
    let mut session = db.session()?;
    let (player, room) = (session.get::<Player>(players[0].id)?.unwrap(), session.get::<Room>(rooms[1].id)?.unwrap());
    let old = session.get::<Club>("a")?.unwrap();
    session.add(Club::new("a", "new"));
    session[player].club_code = Some("a".into());
    session[room].club_code = "a".into();
    session.add(Player::new("z").set(Player::CLUB_CODE, "a".to_string()));
    session.add(Room::new("a"));
    session.add(Fan::new().set(Fan::CLUB_CODE, "a".to_string()));
    session.delete(old)?;
    session.commit()?;
    let clubs: Vec<Option<String>> =
        Player::query().order_by(Player::NAME).all(db)?.into_iter().map(|player| player.club_code).collect();
    assert_eq!(clubs, [Some("a".to_string()), Some("b".into()), Some("a".into())]);
    let left: Vec<(i64, String)> = Room::query().order_by(Room::ID).select((Room::ID, Room::CLUB_CODE)).all(db)?;
    assert_eq!(left, [(rooms[1].id, "a".to_string()), (rooms[1].id + 1, "a".into())]);
    assert_eq!(Fan::query().one(db)?.club_code.as_deref(), Some("a"));
    assert_eq!(Club::find("a", db)?.name, "new");
    Ok(())
}

/// Two clubs, and a player of the first, in a session.
fn player(db: &Database) -> ormcore::Result<(Session, Handle<Club>, Handle<Player>)> {
    db.create_tables::<(Club, Player, Room)>()?;
    Club::insert_all([Club::new("a", "old"), Club::new("b", "other")], db)?;
    Player::new("x").set(Player::CLUB_CODE, "a".to_string()).insert(db)?;
    let mut session = db.session()?;
    let (club, player) = (session.get::<Club>("a")?.unwrap(), session.one(Player::query())?);
    Ok((session, club, player))
}

fn who_is_left_without_what_is_replaced_may_be_edited(db: &Database) -> ormcore::Result<()> {
    let (mut session, club, player) = player(db)?;
    session[player].goals = 3;
    session[player].name = "y".into();
    session.delete(club)?;
    session.add(Club::new("a", "new"));
    session.commit()?;
    let stored = Player::query().one(db)?;
    assert_eq!((stored.name.as_str(), stored.goals, stored.club_code), ("y", 3, None));
    assert_eq!(Club::find("a", db)?.name, "new");
    Ok(())
}

fn who_moves_away_from_what_is_replaced_is_written_before(db: &Database) -> ormcore::Result<()> {
    let (mut session, club, player) = player(db)?;
    session.get::<Club>("b")?.unwrap();
    session[player].club_code = Some("b".into());
    session.delete(club)?;
    session.add(Club::new("a", "new"));
    session.commit()?;
    assert_eq!(Player::query().one(db)?.club_code.as_deref(), Some("b"));
    assert_eq!(Club::find("a", db)?.name, "new");
    Ok(())
}

fn what_is_unique_passes_on_though_who_pointed_there_was_edited(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(User, Post)>()?;
    let user = User::new("ann@example.org").insert(db)?;
    Post::new("old").set(Post::USER_ID, user.id).insert(db)?;
    let mut session = db.session()?;
    let (user, post) = (session.one(User::query())?, session.one(Post::query())?);
    session[post].title = "new".into();
    session.delete(user)?;
    let new = session.add(User::new("ann@example.org"));
    session.commit()?;
    let stored = Post::query().one(db)?;
    assert_eq!((stored.title.as_str(), stored.user_id), ("new", None));
    assert_eq!(User::query().one(db)?.id, session[new].id);
    Ok(())
}

fn who_moves_from_what_is_replaced_to_a_new_row_lets_go_first(db: &Database) -> ormcore::Result<()> {
    let (mut session, old, player) = player(db)?;
    session.delete(old)?;
    session.add(Club::new("a", "new"));
    let other = session.add(Club::new("c", "other"));
    session[player].goals = 3;
    session.append(other, Club::PLAYERS, player)?;
    session.commit()?;
    drop(session);
    let stored = Player::query().one(db)?;
    assert_eq!((stored.club_code.as_deref(), stored.goals), (Some("c"), 3));
    db.create_tables::<(User, Post)>()?;
    let user = User::new("x@example.com").insert(db)?;
    Post::new("old").set(Post::USER_ID, &user).insert(db)?;
    let mut session = db.session()?;
    let (old, post) = (session.get::<User>(1)?.unwrap(), session.get::<Post>(1)?.unwrap());
    session.delete(old)?;
    let new = session.add(User::new("x@example.com"));
    session[post].title = "new".into();
    session.append(new, User::POSTS, post)?;
    session.commit()?;
    let new = session[new].id;
    drop(session);
    let stored = Post::query().one(db)?;
    assert_eq!((stored.title.as_str(), stored.user_id), ("new", Some(new)));
    Ok(())
}

fn who_was_only_looked_at_goes_the_way_of_the_others(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Club, Player, Room, Fan)>()?;
    Club::new("a", "old").insert(db)?;
    Fan::insert_all([1, 2].map(|_| Fan::new().set(Fan::CLUB_CODE, "a".to_string())), db)?;
    let mut session = db.session()?;
    let (fan, club) = (session.get::<Fan>(1)?.unwrap(), session.get::<Club>("a")?.unwrap());
    let _ = &mut session[fan];
    session.delete(club)?;
    session.add(Club::new("a", "new"));
    session.commit()?;
    drop(session);
    let led: Vec<Option<String>> = Fan::query().all(db)?.into_iter().map(|fan| fan.club_code).collect();
    assert_eq!(led, [None, None]);
    Ok(())
}

fn what_is_read_again_was_not_led_to_what_replaces_its_parent(db: &Database) -> ormcore::Result<()> {
    for all in [true, false] {
        let (mut session, old, player) = player(db)?;
        session.delete(old)?;
        session.add(Club::new("a", "new"));
        if all {
            session.expire_all();
        } else {
            session.expire(player)?;
        }
        session.commit()?;
        drop(session);
        assert_eq!(Player::query().one(db)?.club_code, None, "{all}");
        db.drop_tables::<(Club, Player, Room)>()?;
    }
    Ok(())
}

fn who_may_not_be_without_any_parent_waits_for_the_new_one(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Owner, Paper)>()?;
    let owner = Owner::new("x@example.com").insert(db)?;
    Paper::new().set(Paper::OWNER_ID, &owner).insert(db)?;
    let mut session = db.session()?;
    let (old, paper) = (session.get::<Owner>(1)?.unwrap(), session.get::<Paper>(1)?.unwrap());
    let new = session.add(Owner::new("x@example.com"));
    session.append(new, Owner::PAPERS, paper)?;
    session.delete(old)?;
    session.commit()?;
    let id = session[new].id;
    drop(session);
    assert_eq!(Paper::query().one(db)?.owner_id, Some(id));
    assert_eq!(Owner::query().all(db)?.into_iter().map(|owner| owner.email).collect::<Vec<_>>(), ["x@example.com"]);
    Ok(())
}

fn who_is_led_to_what_replaces_a_row_is_seen_there_at_once(db: &Database) -> ormcore::Result<()> {
    drop(player(db)?);
    let mut session = db.session_with(ormcore::SessionOptions::new().autoflush(false))?;
    let (old, player) = (session.get::<Club>("a")?.unwrap(), session.one(Player::query())?);
    session.delete(old)?;
    let new = session.add(Club::new("a", "new"));
    assert_eq!(session.related(new, Club::PLAYERS)?, []);
    session[player].club_code = Some("a".into());
    session.append(new, Club::PLAYERS, player)?;
    assert_eq!(session.related(new, Club::PLAYERS)?, [player]);
    session.commit()?;
    assert_eq!(session.related(new, Club::PLAYERS)?, [player]);
    Ok(())
}

fn who_belongs_to_what_replaces_a_row_may_be_removed_from_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, old, _) = player(db)?;
    let new = session.add(Club::new("a", "new"));
    let newcomer = session.add(Player::new("y").set(Player::CLUB_CODE, "a".to_string()));
    session.delete(old)?;
    session.remove(new, Club::PLAYERS, newcomer)?;
    assert_eq!(session[newcomer].club_code, None);
    session.commit()?;
    drop(session);
    // Without an autoflush, neither of the two is in the database.
    let mut session = db.session_with(ormcore::SessionOptions::new().autoflush(false))?;
    let new = session.add(Club::new("d", "new"));
    let newcomer = session.add(Player::new("z").set(Player::CLUB_CODE, "d".to_string()));
    session.remove(new, Club::PLAYERS, newcomer)?;
    session.commit()?;
    drop(session);
    assert_eq!(Player::query().filter(Player::CLUB_CODE.is_not_null()).count(db)?, 0);
    Ok(())
}

fn who_is_led_to_what_replaces_a_row_keeps_its_key(db: &Database) -> ormcore::Result<()> {
    let led = |lead: fn(&mut Session, Handle<Club>, Handle<Player>) -> ormcore::Result<()>, db: &Database| {
        let (mut session, old, player) = player(db)?;
        session.delete(old)?;
        assert_eq!(session[player].club_code, None);
        let new = session.add(Club::new("a", "new"));
        lead(&mut session, new, player)?;
        session[player].goals = 3;
        assert_eq!(session[player].club_code.as_deref(), Some("a"));
        session.commit()?;
        assert_eq!(session.related(new, Club::PLAYERS)?, [player]);
        assert_eq!(session[player].club_code.as_deref(), Some("a"));
        session.commit()?;
        let stored = Player::query().all(db)?;
        assert_eq!((stored.len(), stored[0].club_code.as_deref(), stored[0].goals), (1, Some("a"), 3));
        drop(session);
        db.drop_tables::<(Club, Player, Room)>()
    };
    led(|session, new, player| session.append(new, Club::PLAYERS, player), db)?;
    led(
        |session, _, player| {
            session[player].club_code = Some("a".into());
            Ok(())
        },
        db,
    )
}

fn a_row_that_replaces_another_is_found_by_its_key(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Member)>()?;
    let mut session = db.session()?;
    let old = session.add(Team::new("a", "old"));
    session.commit()?;
    session.delete(old)?;
    let statements = db.record();
    assert_eq!(session.get::<Team>("a")?, None);
    assert!(statements.is_empty(), "{statements:?}");
    let new = session.add(Team::new("a", "new"));
    assert_eq!(session.get::<Team>("a")?, Some(new));
    assert_eq!(session.find::<Team>("a")?, new);
    session.commit()?;
    assert_eq!(Team::find("a", db)?.name, "new");
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_row_that_replaces_another_is_found_by_its_key,
    who_is_led_to_what_replaces_a_row_keeps_its_key,
    who_belongs_to_what_replaces_a_row_may_be_removed_from_it,
    who_was_only_looked_at_goes_the_way_of_the_others,
    what_is_read_again_was_not_led_to_what_replaces_its_parent,
    who_may_not_be_without_any_parent_waits_for_the_new_one,
    who_is_led_to_what_replaces_a_row_is_seen_there_at_once,
    who_moves_from_what_is_replaced_to_a_new_row_lets_go_first,
    a_row_that_is_edited_elsewhere_does_not_hold_what_is_replaced,
    who_came_by_value_to_what_replaces_a_row_belongs_to_that,
    who_came_by_value_stays_as_long_as_a_row_of_the_key_does,
    what_a_relationship_does_leaves_who_belongs_to_the_new_row,
    who_is_left_without_what_is_replaced_may_be_edited,
    who_moves_away_from_what_is_replaced_is_written_before,
    what_is_unique_passes_on_though_who_pointed_there_was_edited,
);
