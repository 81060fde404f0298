//! Tables that lead to each other, by foreign keys in a circle or by way of tables of which the session has no rows.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::count;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_team")]
struct Team {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Player::ID)]
    captain_id: Option<i64>,
    #[relationship(cascade = "all", back_populates = "team")]
    players: HasMany<Player>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_player")]
struct Player {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Team::ID)]
    team_id: i64,
    #[relationship(back_populates = "players")]
    team: BelongsTo<Team>,
}

fn tables_in_a_circle_are_emptied_whichever_the_session_met_first(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Team, Player)>()?;
    for round in 0..2 {
        let mut session = db.session()?;
        let team = session.add(Team::new());
        let player = session.add(Player::new(team));
        session.flush()?;
        session[team].captain_id = Some(session[player].id);
        session.commit()?;
        let (team, player) = (session[team].id, session[player].id);

        let mut session = db.session()?;
        let team = if round == 0 {
            let player = session.get::<Player>(player)?.unwrap();
            session.related(player, Player::TEAM)?.unwrap()
        } else {
            session.get::<Team>(team)?.unwrap()
        };
        session.delete(team)?;
        session.commit()?;
        assert_eq!((Team::query().count(db)?, Player::query().count(db)?), (0, 0));
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_order")]
struct Order {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_item")]
struct Item {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Order::ID, on_delete = "cascade")]
    order_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_shipment")]
struct Shipment {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Item::ID)]
    item_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_return")]
struct Return {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Item::ID, on_delete = "cascade")]
    item_id: i64,
    #[column(version)]
    version: i32,
}

fn a_row_goes_before_its_grandparent_though_its_parent_was_not_read(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Order, Item, Shipment, Return)>()?;
    let order = Order::new().insert(db)?;
    let item = Item::new(&order).insert(db)?;
    Shipment::new(&item).insert(db)?;
    Return::new(&item).insert(db)?;
    let mut session = db.session()?;
    let (shipment, back) = (session.one(Shipment::query())?, session.one(Return::query())?);
    let order = session.one(Order::query())?;
    session.delete(order)?;
    session.delete(shipment)?;
    session.delete(back)?;
    session.commit()?;
    assert_eq!((Item::query().count(db)?, Order::query().count(db)?), (0, 0));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_club")]
struct Club {
    #[column(primary_key)]
    code: String,
    #[column(foreign_key = Member::ID)]
    head_id: Option<i64>,
    #[relationship]
    head: BelongsTo<Member>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Club::CODE)]
    club_code: String,
}

fn a_new_row_may_point_by_value_to_a_new_one_of_a_circle(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Club, Member)>()?;
    let mut session = db.session()?;
    assert!(session.all(Member::query())?.is_empty());
    session.add(Club::new("blue"));
    session.add(Member::new("ann", "blue"));
    session.commit()?;
    let red = session.add(Club::new("red"));
    let bob = session.add(Member::new("bob", "red"));
    session.set(red, Club::HEAD, Some(bob))?;
    session.commit()?;
    assert_eq!(Club::find("red".to_string(), db)?.head_id, Some(session[bob].id));
    // Where all of them are values.
    session.add(Club::new("green").set(Club::HEAD_ID, 70));
    session.add(Member::new("cid", "green").with_key(70));
    session.commit()?;
    assert_eq!(Club::find("green".to_string(), db)?.head_id, Some(70));
    Ok(())
}

fn rows_that_point_by_value_to_rows_that_wait_are_written_together(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Club, Member)>()?;
    let mut session = db.session()?;
    for number in 0..50 {
        let club = session.add(Club::new(format!("{number}")));
        let head = session.add(Member::new("head", format!("{number}")));
        session.add(Member::new("other", format!("{number}")));
        session.set(club, Club::HEAD, Some(head))?;
    }
    let statements = db.record();
    session.commit()?;
    assert!(count(&statements, "INSERT") + count(&statements, "UPDATE") <= 4, "{statements:?}");
    assert_eq!((Club::query().filter(Club::HEAD_ID.is_null()).count(db)?, Member::query().count(db)?), (0, 100));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_owner")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Thing::ID)]
    main_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cir_thing")]
struct Thing {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Owner::ID)]
    owner_id: i64,
}

/// One of the foreign keys is checked at the end, the other one nowhere.
fn rows_that_cannot_be_without_each_other_are_written_where_the_database_lets_them(
    db: &Database,
) -> ormcore::Result<()> {
    db.execute("CREATE TABLE cir_thing (id BIGINT PRIMARY KEY, owner_id BIGINT NOT NULL)", ())?;
    db.execute(
        "CREATE TABLE cir_owner (id BIGINT PRIMARY KEY, \
         main_id BIGINT NOT NULL REFERENCES cir_thing (id) DEFERRABLE INITIALLY DEFERRED)",
        (),
    )?;
    let mut session = db.session()?;
    let owner = session.add(Owner::new(70).with_key(60));
    session.add(Thing::new(60).with_key(70));
    session.add(Thing::new(owner).with_key(71));
    session.commit()?;
    assert_eq!(Owner::query().one(db)?.main_id, 70);
    assert_eq!(Thing::query().filter_by(Thing::OWNER_ID, 60).count(db)?, 2);
    // What the database does not let be is its error, and all is as it was.
    session.add(Owner::new(99).with_key(61));
    assert!(session.commit().is_err());
    drop(session);
    assert_eq!(Owner::query().count(db)?, 1);
    Ok(())
}

on_every_backend!(
    rows_that_cannot_be_without_each_other_are_written_where_the_database_lets_them,
    tables_in_a_circle_are_emptied_whichever_the_session_met_first,
    a_row_goes_before_its_grandparent_though_its_parent_was_not_read,
    a_new_row_may_point_by_value_to_a_new_one_of_a_circle,
    rows_that_point_by_value_to_rows_that_wait_are_written_together,
);
