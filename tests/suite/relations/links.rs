//! Many to many: link tables with and without a model, with further columns, and with repeated links.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_film")]
struct Film {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = Role, order_by = Role::BILLING, backref = "films")]
    actors: HasMany<Actor>,
    #[relationship]
    roles: HasMany<Role>,
}

/// The same films, whose actors are a query, the last billed first.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_film")]
struct Billed {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = BilledRole, order_by = BilledRole::BILLING.desc(), lazy = "dynamic")]
    actors: HasMany<Actor>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_role")]
struct BilledRole {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Billed::ID)]
    film_id: i64,
    #[column(foreign_key = Actor::ID)]
    actor_id: i64,
    billing: i64,
}

/// The same films, whose actors are ordered by two columns of their links.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_film")]
struct Cast {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = CastRole, order_by = (CastRole::CHARACTER, CastRole::BILLING))]
    actors: HasMany<Actor>,
    #[relationship(secondary = CastRole, order_by = (CastRole::CHARACTER, CastRole::BILLING), lazy = "dynamic")]
    performers: HasMany<Actor>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_role")]
struct CastRole {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Cast::ID)]
    film_id: i64,
    #[column(foreign_key = Actor::ID)]
    actor_id: i64,
    billing: i64,
    character: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_actor")]
struct Actor {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship]
    prizes: HasMany<Prize>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_prize")]
struct Prize {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Actor::ID)]
    actor_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_blend")]
struct Blend {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = Share, order_by = Share::WEIGHT)]
    teas: HasMany<Tea>,
    #[relationship(secondary = Share, order_by = Share::WEIGHT, lazy = "dynamic")]
    weighed: HasMany<Tea>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_tea")]
struct Tea {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_share")]
struct Share {
    #[column(primary_key, foreign_key = Blend::ID)]
    blend_id: i64,
    #[column(primary_key, foreign_key = Tea::ID)]
    tea_id: i64,
    weight: Decimal,
}

fn links_in_the_order_of_a_decimal_are_ordered_as_numbers(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Blend, Tea, Share)>()?;
    let blend = Blend::new().insert(db)?;
    let teas = Tea::insert_all([Tea::new(), Tea::new(), Tea::new()], db)?;
    for (tea, weight) in teas.iter().zip(["10", "9.5", "100"]) {
        Share::new(&blend, tea, weight.parse::<Decimal>().unwrap()).insert(db)?;
    }
    let expected = [teas[1].clone(), teas[0].clone(), teas[2].clone()];
    assert_eq!(*blend.teas(db)?, expected);
    assert_eq!(blend.weighed().all(db)?, expected);
    assert_eq!(*Blend::query().with(Blend::TEAS.selectin()).one(db)?.teas(db)?, expected);
    let mut session = db.session()?;
    let blend = session.one(Blend::query())?;
    let ids: Vec<i64> = session.related(blend, Blend::TEAS)?.into_iter().map(|tea| session[tea].id).collect();
    assert_eq!(ids, [2, 1, 3]);
    Ok(())
}

/// An association object: an actor may have several roles in a film.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_role")]
struct Role {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Film::ID)]
    film_id: i64,
    #[column(foreign_key = Actor::ID)]
    actor_id: i64,
    billing: i64,
    character: String,
    #[relationship]
    actor: BelongsTo<Actor>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_user")]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWER, back_populates = "followers")]
    following: HasMany<User>,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWED, back_populates = "following")]
    followers: HasMany<User>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rel_follow")]
struct Follow {
    #[column(primary_key, foreign_key = User::ID)]
    follower: i64,
    #[column(primary_key, foreign_key = User::ID)]
    followed: i64,
    since: Option<i64>,
}

/// Two films; in the first ada plays twice, first and last billed, and bea once between.
fn films(db: &Database) -> ormcore::Result<Vec<Film>> {
    db.create_tables::<(Film, Actor, Role, Prize)>()?;
    let films = Film::insert_all(["solo", "empty"].map(Film::new), db)?;
    let actors = Actor::insert_all(["ada", "bea", "cat"].map(Actor::new), db)?;
    for (actor, billing, character) in [(0, 9, "queen"), (1, 5, "maid"), (0, 1, "king"), (2, 7, "cook")] {
        Role::new(&films[0], &actors[actor], billing, character).insert(db)?;
    }
    Prize::insert_all([&actors[0], &actors[0], &actors[1]].map(Prize::new), db)?;
    Ok(films)
}

fn called(actors: &[Actor]) -> Vec<&str> {
    actors.iter().map(|actor| actor.name.as_str()).collect()
}

fn a_row_that_is_linked_twice_is_loaded_once_in_the_order_of_the_link(db: &Database) -> ormcore::Result<()> {
    let films = films(db)?;
    assert_eq!(called(films[0].actors(db)?), ["ada", "bea", "cat"]);
    for load in [Film::ACTORS.joined(), Film::ACTORS.subquery(), Film::ACTORS.selectin(), Film::ACTORS.select()] {
        let films = Film::query().order_by(Film::ID).with(load.clone()).all(db)?;
        assert_eq!(called(films[0].actors(db)?), ["ada", "bea", "cat"], "{load:?}");
        assert!(films[1].actors(db)?.is_empty());
    }
    Ok(())
}

/// In a session, and as a query, the link table is not read beside the rows.
fn the_order_of_the_link_holds_where_rows_are_chosen_by_a_condition(db: &Database) -> ormcore::Result<()> {
    let films = films(db)?;
    let mut session = db.session()?;
    let film = session.get::<Film>(films[0].id)?.unwrap();
    let actors = session.related(film, Film::ACTORS)?;
    assert_eq!(actors.iter().map(|actor| session[*actor].name.as_str()).collect::<Vec<_>>(), ["ada", "bea", "cat"]);
    drop(session);
    let last = |name: &str| Billed::query().filter(Billed::TITLE.eq(name)).one(db);
    assert_eq!(called(&last("solo")?.actors().all(db)?), ["ada", "cat", "bea"]);
    assert_eq!(called(&last("solo")?.actors().filter(Actor::NAME.ne("ada")).limit(1).all(db)?), ["cat"]);
    assert_eq!(last("solo")?.actors().count(db)?, 3);
    assert!(last("empty")?.actors().all(db)?.is_empty());
    Ok(())
}

fn an_order_of_several_columns_is_that_of_one_link(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Film, Actor, Role, Prize)>()?;
    let film = Film::new("solo").insert(db)?;
    let actors = Actor::insert_all(["ada", "bea"].map(Actor::new), db)?;
    for (actor, character, billing) in [(0, "king", 9), (0, "queen", 0), (1, "king", 5)] {
        Role::new(&film, &actors[actor], billing, character).insert(db)?;
    }
    // Of ada's links, the first is that of the king.
    let expected = ["bea", "ada"];
    let cast = Cast::find(film.id, db)?;
    assert_eq!(called(cast.actors(db)?), expected);
    assert_eq!(called(&cast.performers().all(db)?), expected);
    assert_eq!(called(&cast.performers().limit(1).all(db)?), ["bea"]);
    let mut session = db.session()?;
    let cast = session.get::<Cast>(film.id)?.unwrap();
    let related = session.related(cast, Cast::ACTORS)?;
    assert_eq!(related.iter().map(|actor| &*session[*actor].name).collect::<Vec<_>>(), expected);
    Ok(())
}

fn what_is_set_and_linked_twice_stays(db: &Database) -> ormcore::Result<()> {
    let films = films(db)?;
    let (ada, bea) = (Actor::find(1, db)?, Actor::find(2, db)?);
    Film::ACTORS.set(&films[0], [&ada, &bea, &ada], db)?;
    let roles = Role::query().order_by(Role::BILLING).select((Role::ACTOR_ID, Role::BILLING)).all(db)?;
    assert_eq!(roles, [(ada.id, 1), (bea.id, 5), (ada.id, 9)]);
    Film::ACTORS.set(&films[0], [&bea], db)?;
    assert_eq!(called(Film::find(films[0].id, db)?.actors(db)?), ["bea"]);
    Film::ACTORS.set(&films[0], [], db)?;
    assert_eq!(Role::query().count(db)?, 0);
    Ok(())
}

fn many_links_are_set_at_once(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(User, Follow)>()?;
    let users = User::insert_all((0..3000).map(|number| User::new(format!("u{number}"))), db)?;
    User::FOLLOWING.set(&users[0], &users[..2000], db)?;
    User::FOLLOWING.set(&users[0], users[1000..].iter().rev(), db)?;
    let mut followed = Follow::query().order_by(Follow::FOLLOWED).select(Follow::FOLLOWED).all(db)?;
    followed.dedup();
    assert_eq!(followed, users[1000..].iter().map(|user| user.id).collect::<Vec<_>>());
    Ok(())
}

fn a_limit_counts_children_and_not_their_links(db: &Database) -> ormcore::Result<()> {
    films(db)?;
    for load in [Film::ACTORS.joined(), Film::ACTORS.subquery(), Film::ACTORS.selectin(), Film::ACTORS.select()] {
        let by_billing = Film::query().with(load.clone().limit(2)).order_by(Film::ID).first(db)?.unwrap();
        assert_eq!(called(by_billing.actors(db)?), ["ada", "bea"], "{load:?}");
        let by_name = Film::query().with(load.clone().order_by(Actor::NAME).limit(2)).order_by(Film::ID);
        assert_eq!(called(by_name.first(db)?.unwrap().actors(db)?), ["ada", "bea"], "{load:?}");
    }
    Ok(())
}

fn what_is_nested_in_a_row_that_is_linked_twice_is_not_repeated(db: &Database) -> ormcore::Result<()> {
    films(db)?;
    for load in [Film::ACTORS.joined(), Film::ACTORS.subquery(), Film::ACTORS.selectin(), Film::ACTORS.select()] {
        for then in [Actor::PRIZES.joined(), Actor::PRIZES.subquery(), Actor::PRIZES.selectin()] {
            let film = Film::query().with(load.clone().then(then.clone())).order_by(Film::ID).first(db)?.unwrap();
            let prizes: Vec<usize> = film.actors(db)?.iter().map(|actor| actor.prizes(db).unwrap().len()).collect();
            assert_eq!(prizes, [2, 1, 0], "{load:?} {then:?}");
        }
    }
    Ok(())
}

fn a_count_is_that_of_the_rows_that_are_loaded(db: &Database) -> ormcore::Result<()> {
    let films = films(db)?;
    assert_eq!(films[0].actors(db)?.len(), 3);
    assert_eq!(Film::query().filter(Film::ACTORS.count().eq(3)).count(db)?, 1);
    assert_eq!(Film::query().filter(Film::ACTORS.count_of(Actor::NAME.eq("ada")).eq(1)).count(db)?, 1);
    assert_eq!(Film::query().filter(Film::ACTORS.count().eq(0)).count(db)?, 1);
    Ok(())
}

fn a_join_through_repeated_links_gives_as_many_rows_with_loads_as_without(db: &Database) -> ormcore::Result<()> {
    films(db)?;
    let query = || Film::query().join(Film::ACTORS).filter(Actor::NAME.eq("ada"));
    let plain = query().all(db)?.len();
    assert_eq!(plain, 2);
    assert_eq!(query().count(db)?, 2);
    for load in [Film::ROLES.joined(), Film::ROLES.subquery(), Film::ROLES.selectin()] {
        let films = query().with(load.clone()).all(db)?;
        assert_eq!(films.len(), plain, "{load:?}");
        assert!(films.iter().all(|film| film.roles.loaded().map(<[Role]>::len) == Some(4)));
    }
    Ok(())
}

fn an_association_object_is_loaded_with_its_columns_and_leads_on(db: &Database) -> ormcore::Result<()> {
    films(db)?;
    let statements = db.record();
    let load = Film::ROLES.selectin().order_by(Role::BILLING).then(Role::ACTOR.joined());
    let film = Film::query().filter(Film::TITLE.eq("solo")).with(load).one(db)?;
    let cast: Vec<_> = film.roles(db)?.iter().map(|role| (&*role.character, &*role.actor(db).unwrap().name)).collect();
    assert_eq!(cast, [("king", "ada"), ("maid", "bea"), ("cook", "cat"), ("queen", "ada")]);
    assert_eq!(statements.len(), 2);
    let ada = Actor::query().filter(Actor::NAME.eq("ada")).one(db)?;
    assert_eq!(ada.films(db)?.len(), 1, "through two links, and yet one film");
    Ok(())
}

fn a_link_that_needs_further_values_is_refused_before_anything_is_sent(db: &Database) -> ormcore::Result<()> {
    let films = films(db)?;
    let cat = Actor::query().filter(Actor::NAME.eq("cat")).one(db)?;
    let statements = db.record();
    let error = Film::ACTORS.link(&films[1], &cat, db).unwrap_err();
    assert!(error.to_string().contains("`billing`"), "{error}");
    assert!(statements.is_empty());
    assert!(Film::ACTORS.set(&films[1], [&cat], db).is_err());
    assert!(films[1].actors(db)?.is_empty());
    assert!(Film::ACTORS.unlink(&films[0], &cat, db)?);
    assert!(!Film::ACTORS.unlink(&films[0], &cat, db)?);
    Ok(())
}

fn users(db: &Database) -> ormcore::Result<Vec<User>> {
    db.create_tables::<(User, Follow)>()?;
    let users = User::insert_all(["ann", "bob", "cid"].map(User::new), db)?;
    for (follower, followed) in [(0, 1), (0, 2), (1, 0), (2, 2)] {
        User::FOLLOWING.link(&users[follower], &users[followed], db)?;
    }
    Ok(users)
}

fn a_link_between_rows_of_one_model_has_two_sides(db: &Database) -> ormcore::Result<()> {
    let users = users(db)?;
    let keys = |rows: &[User]| rows.iter().map(|user| user.id).collect::<Vec<_>>();
    assert_eq!(keys(users[0].following(db)?), [2, 3]);
    assert_eq!(keys(users[0].followers(db)?), [2]);
    assert_eq!(keys(users[2].following(db)?), [3], "cid follows cid");
    assert_eq!(keys(users[2].followers(db)?), [1, 3]);
    let statements = db.record();
    for (load, expected) in
        [(User::FOLLOWING.joined(), 1), (User::FOLLOWING.subquery(), 3), (User::FOLLOWING.selectin(), 3)]
    {
        statements.clear();
        let then = match expected {
            1 => User::FOLLOWERS.joined(),
            _ => User::FOLLOWERS.subquery(),
        };
        let users = User::query().with(load.clone().then(then)).order_by(User::ID).all(db)?;
        let found: Vec<Vec<Vec<i64>>> = users
            .iter()
            .map(|user| user.following(db).unwrap().iter().map(|other| keys(other.followers(db).unwrap())).collect())
            .collect();
        assert_eq!(found, [vec![vec![1], vec![1, 3]], vec![vec![2]], vec![vec![1, 3]]], "{load:?}");
        assert_eq!(statements.len(), expected, "{:?}", statements.texts());
    }
    Ok(())
}

fn conditions_about_rows_of_one_model_keep_the_sides_apart(db: &Database) -> ormcore::Result<()> {
    let users = users(db)?;
    let names = |p| -> ormcore::Result<Vec<String>> {
        Ok(User::query().filter(p).order_by(User::ID).all(db)?.into_iter().map(|user| user.name).collect())
    };
    assert_eq!(names(User::FOLLOWING.any(User::NAME.eq("ann")))?, ["bob"]);
    assert_eq!(names(User::FOLLOWERS.any(User::NAME.eq("ann")))?, ["bob", "cid"]);
    assert_eq!(names(User::FOLLOWING.any(User::FOLLOWING.any(User::NAME.eq("ann"))))?, ["ann"]);
    assert_eq!(names(User::FOLLOWING.contains(&users[2]))?, ["ann", "cid"]);
    assert_eq!(names(!User::FOLLOWING.contains(&users[2]))?, ["bob"]);
    assert_eq!(names(User::FOLLOWERS.count().eq(2))?, ["cid"]);
    Ok(())
}

on_every_backend!(
    an_order_of_several_columns_is_that_of_one_link,
    links_in_the_order_of_a_decimal_are_ordered_as_numbers,
    a_row_that_is_linked_twice_is_loaded_once_in_the_order_of_the_link,
    the_order_of_the_link_holds_where_rows_are_chosen_by_a_condition,
    what_is_set_and_linked_twice_stays,
    many_links_are_set_at_once,
    a_limit_counts_children_and_not_their_links,
    what_is_nested_in_a_row_that_is_linked_twice_is_not_repeated,
    a_count_is_that_of_the_rows_that_are_loaded,
    a_join_through_repeated_links_gives_as_many_rows_with_loads_as_without,
    an_association_object_is_loaded_with_its_columns_and_leads_on,
    a_link_that_needs_further_values_is_refused_before_anything_is_sent,
    a_link_between_rows_of_one_model_has_two_sides,
    conditions_about_rows_of_one_model_keep_the_sides_apart,
);
