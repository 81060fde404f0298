//! Rows that are to be read again, and what hangs together with them.

use ormcore::SessionOptions;
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

use super::models::{Player, Team, count, create, session};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_address")]
struct Address {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_customer")]
struct Customer {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Address::ID)]
    address_id: i64,
    #[column(version)]
    version: i32,
    #[relationship(cascade = "all")]
    address: BelongsTo<Address>,
    #[relationship(back_populates = "customer")]
    bills: HasMany<Bill>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_bill")]
struct Bill {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Customer::CODE)]
    customer_code: Option<String>,
    #[relationship(back_populates = "bills")]
    customer: BelongsTo<Customer>,
}

/// A customer at the first of two addresses, in a session whose rows have expired.
fn customer(db: &Database) -> ormcore::Result<(Session, Handle<Customer>)> {
    db.create_tables::<(Address, Customer, Bill)>()?;
    Address::insert_all([Address::new(), Address::new()], db)?;
    let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    let customer = session.add(Customer::new("c", 1));
    session.commit()?;
    Ok((session, customer))
}

fn a_row_is_deleted_as_the_database_has_it_by_now(db: &Database) -> ormcore::Result<()> {
    let (mut session, customer) = customer(db)?;
    let mut same = Customer::find(session[customer].id, db)?;
    same.address_id = 2;
    same.update(db)?;
    session.delete(customer)?;
    session.commit()?;
    assert_eq!(Address::query().select(Address::ID).all(db)?, [1]);
    assert_eq!(Customer::query().count(db)?, 0);
    Ok(())
}

fn a_row_that_is_gone_is_deleted_already_unless_it_has_a_version(db: &Database) -> ormcore::Result<()> {
    let (mut session, customer) = customer(db)?;
    Customer::query().delete(db)?;
    session.delete(customer)?;
    assert!(matches!(session.commit().unwrap_err().kind(), ErrorKind::StaleRow { .. }));
    drop(session);
    create(db)?;
    let mut session = db.session()?;
    let player = session.add(Player::new("p"));
    session.commit()?;
    session.expire(player)?;
    Player::query().delete(db)?;
    session.delete(player)?;
    session.commit()?;
    assert!(!session.contains(player));
    Ok(())
}

/// What the key is that others point to, somebody else may have changed.
fn a_row_is_put_under_a_parent_as_the_database_has_that_one(db: &Database) -> ormcore::Result<()> {
    let (mut session, customer) = customer(db)?;
    for (round, code) in ["d", "e", "f"].into_iter().enumerate() {
        Customer::query().update(Customer::CODE.set(code), db)?;
        let draft = if round == 2 { Bill::new().set(Bill::CUSTOMER_CODE, customer) } else { Bill::new() };
        let bill = session.add(draft);
        match round {
            0 => session.append(customer, Customer::BILLS, bill)?,
            1 => session.set(bill, Bill::CUSTOMER, Some(customer))?,
            _ => {}
        }
        session.flush()?;
        assert_eq!(session[bill].customer_code.as_deref(), Some(code));
        session.delete(bill)?;
        session.commit()?;
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_region")]
struct Region {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_home")]
struct Home {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Region::ID)]
    region_id: i64,
    #[column(version)]
    version: i32,
    #[relationship(cascade = "all")]
    region: BelongsTo<Region>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Home::ID)]
    home_id: i64,
    #[relationship(cascade = "all")]
    home: BelongsTo<Home>,
}

fn what_a_row_points_to_is_deleted_as_the_database_has_it_by_now(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Region, Home, Person)>()?;
    let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    let regions = session.add_all([Region::new(), Region::new()]);
    let home = session.add(Home::new(regions[0]));
    let person = session.add(Person::new(home));
    session.commit()?;
    let mut same = Home::find(session[home].id, db)?;
    same.region_id = session[regions[1]].id;
    same.update(db)?;
    session.delete(person)?;
    session.commit()?;
    assert_eq!((Person::query().count(db)?, Home::query().count(db)?), (0, 0));
    assert_eq!(Region::query().one(db)?.id, session[regions[0]].id);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_brand")]
struct Brand {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[relationship(back_populates = "brand")]
    shoes: HasMany<Shoe>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_shoe")]
struct Shoe {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Brand::CODE, on_update = "cascade")]
    brand_code: Option<String>,
    #[relationship(back_populates = "shoes")]
    brand: BelongsTo<Brand>,
}

fn a_row_is_taken_from_a_parent_as_the_database_has_that_one(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Brand, Shoe)>()?;
    let mut session = db.session_with(SessionOptions::new().expire_on_commit(true))?;
    let brand = session.add(Brand::new("a"));
    let shoe = session.add(Shoe::new().set(Shoe::BRAND_CODE, brand));
    session.commit()?;
    Brand::query().update(Brand::CODE.set("b"), db)?;
    session.remove(brand, Brand::SHOES, shoe)?;
    session.commit()?;
    assert_eq!(Shoe::query().one(db)?.brand_code, None);
    Ok(())
}

type Teams = (Session, [Handle<Team>; 2], Handle<Player>);

/// Two teams, and a player of the first.
fn teams(db: &Database) -> ormcore::Result<Teams> {
    let mut session = session(db)?;
    let (red, blue) = (session.add(Team::new("red")), session.add(Team::new("blue")));
    let player = session.add(Player::new("p").set(Player::TEAM_ID, red));
    session.commit()?;
    Ok((session, [red, blue], player))
}

fn a_row_that_lost_its_parent_is_left_without_it_though_it_is_expired(db: &Database) -> ormcore::Result<()> {
    let (mut session, teams, player) = teams(db)?;
    for (round, team) in teams.into_iter().enumerate() {
        session.set(player, Player::TEAM, Some(team))?;
        session.commit()?;
        session.delete(team)?;
        match round {
            0 => session.expire_all(),
            _ => session.refresh(player)?,
        }
        session.commit()?;
        assert_eq!((session[player].team_id, Player::query().one(db)?.team_id), (None, None));
    }
    assert_eq!(Team::query().count(db)?, 0);
    Ok(())
}

fn a_row_that_found_another_parent_keeps_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, [red, blue], player) = teams(db)?;
    session.delete(red)?;
    session.expire(player)?;
    session.append(blue, Team::PLAYERS, player)?;
    session.commit()?;
    assert_eq!(Player::query().one(db)?.team_id, Some(session[blue].id));
    Ok(())
}

fn a_row_whose_move_is_lost_is_where_it_was(db: &Database) -> ormcore::Result<()> {
    let (mut session, [red, blue], player) = teams(db)?;
    assert_eq!((session.related(red, Team::PLAYERS)?, session.related(blue, Team::PLAYERS)?), (vec![player], vec![]));
    let new = session.add(Team::new("new"));
    assert!(session.related(new, Team::PLAYERS)?.is_empty());
    for team in [blue, session.add(Team::new("other"))] {
        session.append(team, Team::PLAYERS, player)?;
        session.expire(player)?;
        let statements = db.record();
        assert_eq!(session.related(red, Team::PLAYERS)?, [player]);
        assert!(session.related(team, Team::PLAYERS)?.is_empty());
        assert_eq!(count(&statements, "UPDATE"), 0);
    }
    session.commit()?;
    assert_eq!(Player::query().one(db)?.team_id, Some(session[red].id));
    Ok(())
}

fn a_row_that_somebody_else_moved_is_found_where_it_is(db: &Database) -> ormcore::Result<()> {
    let (mut session, [red, blue], player) = teams(db)?;
    assert_eq!((session.related(red, Team::PLAYERS)?, session.related(blue, Team::PLAYERS)?), (vec![player], vec![]));
    let key = session[blue].id;
    session.commit()?;
    Player::query().update(Player::TEAM_ID.set(key), db)?;
    session.refresh(player)?;
    assert_eq!((session.related(red, Team::PLAYERS)?, session.related(blue, Team::PLAYERS)?), (vec![], vec![player]));
    assert_eq!(session.related(player, Player::TEAM)?, Some(blue));
    Ok(())
}

/// Whatever reads the row again, both sides agree.
fn a_row_that_was_expired_is_found_where_somebody_else_moved_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, teams, player) = teams(db)?;
    let keys = teams.map(|team| session[team].id);
    let player_key = session[player].id;
    for (to, reads) in [(1, 0), (0, 1)] {
        let (there, other) = (teams[to], teams[1 - to]);
        assert_eq!(session.related(other, Team::PLAYERS)?, [player]);
        assert_eq!(session.related(there, Team::PLAYERS)?, []);
        session.commit()?;
        Player::query().update(Player::TEAM_ID.set(keys[to]), db)?;
        session.expire(player)?;
        match reads {
            0 => assert_eq!(session.get::<Player>(player_key)?, Some(player)),
            _ => assert_eq!(session.all(Player::query())?, [player]),
        }
        assert_eq!(session.related(player, Player::TEAM)?, Some(there));
        assert_eq!(session.related(other, Team::PLAYERS)?, []);
        assert_eq!(session.related(there, Team::PLAYERS)?, [player]);
    }
    Ok(())
}

/// What was read of parents meanwhile knows the row where it was.
fn a_row_that_was_moved_after_it_expired_is_found_by_whatever_reads_it(db: &Database) -> ormcore::Result<()> {
    let (mut session, [red, blue], player) = teams(db)?;
    let keys = [red, blue].map(|team| session[team].id);
    for reads in 0..4 {
        let (at, to) = if reads % 2 == 0 { (red, blue) } else { (blue, red) };
        session.expire(player)?;
        assert_eq!(session.related(to, Team::PLAYERS)?, []);
        session.commit()?;
        Player::query().update(Player::TEAM_ID.set(keys[(reads + 1) % 2]), db)?;
        match reads {
            0 => drop(session.all(Player::query())?),
            1 => drop(session.get::<Player>(1)?),
            2 => drop(session.all(Team::query().with(Team::PLAYERS))?),
            _ => session.refresh(player)?,
        }
        assert_eq!(session.related(player, Player::TEAM)?, Some(to));
        assert_eq!((session.related(to, Team::PLAYERS)?, session.related(at, Team::PLAYERS)?), (vec![player], vec![]));
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_poet", scope = || Poet::DEAD.eq(false))]
struct Poet {
    #[column(primary_key)]
    id: i64,
    dead: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_poem")]
struct Poem {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Poet::ID)]
    poet_id: i64,
    #[relationship]
    poet: BelongsTo<Poet>,
}

fn a_parent_outside_its_scope_is_found_though_it_has_expired(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Poet, Poem)>()?;
    let mut session = db.session()?;
    let poet = session.add(Poet::new(true));
    let poem = session.add(Poem::new(poet));
    session.commit()?;
    for round in 0..3 {
        match round {
            0 => session.expire(poet)?,
            1 => session.rollback()?,
            _ => session.expire_all(),
        }
        assert_eq!(session.related(poem, Poem::POET)?, Some(poet));
    }
    session.expire(poet)?;
    session.commit()?;
    Poem::query().delete(db)?;
    Poet::query().unscoped().delete(db)?;
    assert_eq!(session.related(poem, Poem::POET)?, None);
    Ok(())
}

/// Without a key, as a view may be.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_zone", read_only)]
struct Zone {
    #[column(unique)]
    code: String,
    #[relationship(back_populates = "zone")]
    shops: HasMany<Shop>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_shop", read_only)]
struct Shop {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Zone::CODE)]
    zone_code: String,
    #[relationship(back_populates = "shops")]
    zone: BelongsTo<Zone>,
}

/// What the views are of.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "exp_site")]
struct Site {
    #[column(primary_key)]
    id: i64,
    code: String,
}

fn a_row_without_a_key_stays_as_it_was_read(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Site,)>()?;
    Site::insert_all([Site::new("a"), Site::new("a")], db)?;
    db.execute("CREATE VIEW exp_zone AS SELECT DISTINCT code FROM exp_site", ())?;
    db.execute("CREATE VIEW exp_shop AS SELECT id, code AS zone_code FROM exp_site", ())?;
    let mut session = db.session()?;
    let zone = session.one(Zone::query())?;
    let shops = session.related(zone, Zone::SHOPS)?;
    assert_eq!((shops.len(), session.related(shops[0], Shop::ZONE)?), (2, Some(zone)));
    for round in 0..3 {
        match round {
            0 => session.rollback()?,
            1 => session.expire(zone)?,
            _ => session.expire_all(),
        }
        assert_eq!(session.related(zone, Zone::SHOPS)?, shops);
        assert_eq!(session.related(shops[0], Shop::ZONE)?, Some(zone));
    }
    session[zone].code = "b".into();
    session.expire(zone)?;
    assert_eq!((session[zone].code.as_str(), session.is_modified()), ("a", false));
    Ok(())
}

on_every_backend!(
    a_parent_outside_its_scope_is_found_though_it_has_expired,
    a_row_that_was_moved_after_it_expired_is_found_by_whatever_reads_it,
    a_row_without_a_key_stays_as_it_was_read,
    a_row_is_taken_from_a_parent_as_the_database_has_that_one,
    what_a_row_points_to_is_deleted_as_the_database_has_it_by_now,
    a_row_is_deleted_as_the_database_has_it_by_now,
    a_row_that_is_gone_is_deleted_already_unless_it_has_a_version,
    a_row_is_put_under_a_parent_as_the_database_has_that_one,
    a_row_that_was_expired_is_found_where_somebody_else_moved_it,
    a_row_that_lost_its_parent_is_left_without_it_though_it_is_expired,
    a_row_that_found_another_parent_keeps_it,
    a_row_whose_move_is_lost_is_where_it_was,
    a_row_that_somebody_else_moved_is_found_where_it_is,
);
