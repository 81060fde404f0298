//! Conditions of other shapes: of target or link, about embedded columns, from functions, on links to the model itself.

use ormcore::prelude::*;
use ormcore::sql::any_of;
use ormcore_tests::on_every_backend;

#[derive(Columns, Debug, Clone, PartialEq)]
struct Status {
    #[column(name = "state of \"x\"")]
    state: String,
    hidden: bool,
}

fn open() -> Predicate<Person> {
    Person::STATUS.col(Status::STATE).is_in(["open", "it's"]).and(!Person::STATUS.col(Status::HIDDEN).eq(true))
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_person", scope(known = || Person::NAME.ne("nobody")))]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(flatten)]
    status: Status,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWER_ID, order_by = Person::ID)]
    follows: HasMany<Person>,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWER_ID, filter = open(), order_by = Person::ID)]
    r#type: HasMany<Person>,
    #[relationship(
        secondary = Follow,
        foreign_key = Follow::FOLLOWER_ID,
        filter = any_of((Person::NAME.eq("cid"), Follow::CLOSE.eq(true))),
        order_by = (Follow::CLOSE.desc(), Person::ID)
    )]
    either: HasMany<Person>,
    #[relationship(
        secondary = Follow,
        foreign_key = Follow::FOLLOWER_ID,
        filter = Person::FOLLOWS.any(Person::FOLLOWS.any(Person::NAME.eq("ann"))),
        order_by = Person::ID
    )]
    friends: HasMany<Person>,
    #[relationship(secondary = Follow, foreign_key = Follow::FOLLOWER_ID, filter = Person::ID.is_in(Vec::<i64>::new()))]
    none: HasMany<Person>,
    #[relationship(
        secondary = Follow,
        foreign_key = Follow::FOLLOWER_ID,
        filter = Person::ID.is_in(Follow::query().filter(Follow::CLOSE.eq(true)).select(Follow::FOLLOWER_ID)),
        order_by = Person::ID
    )]
    close: HasMany<Person>,
    #[relationship(foreign_key = Follow::FOLLOWER_ID, filter = Follow::ID.lt(Follow::LIMIT), order_by = Follow::ID)]
    filter: HasMany<Follow>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fil_follow")]
struct Follow {
    #[column(primary_key)]
    id: i64,
    close: bool,
    #[column(foreign_key = Person::ID)]
    follower_id: i64,
    #[column(foreign_key = Person::ID)]
    followed_id: i64,
    #[relationship(foreign_key = Follow::FOLLOWED_ID)]
    followed: BelongsTo<Person>,
}

impl Follow {
    const LIMIT: i64 = 3;
}

/// Ann follows bob twice, closely and not, and cid, who is shut; bob follows cid and nobody, closely; cid follows ann.
fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Follow)>()?;
    let status = |state: &str, hidden| Status { state: state.to_owned(), hidden };
    let states = [("open", false), ("it's", false), ("shut", false), ("open", true)];
    for (name, (state, hidden)) in ["ann", "bob", "cid", "nobody"].into_iter().zip(states) {
        Person::new(name, status(state, hidden)).insert(db)?;
    }
    for (close, from, to) in [(false, 1, 2), (true, 1, 2), (false, 1, 3), (true, 2, 3), (true, 2, 4), (false, 3, 1)] {
        Follow::new(close, from, to).insert(db)?;
    }
    Ok(())
}

fn ids(people: &[Person]) -> Vec<i64> {
    people.iter().map(|person| person.id).collect()
}

macro_rules! leads {
    ($db:ident, $relation:ident, $field:ident: $expected:expr) => {{
        let expected: [&[i64]; 3] = $expected;
        let people = || Person::query().order_by(Person::ID);
        for (place, person) in people().all($db)?.iter().enumerate() {
            assert_eq!(ids(person.$field($db)?), expected[place], "an access of {}", stringify!($field));
        }
        for load in [Person::$relation.selectin(), Person::$relation.subquery(), Person::$relation.joined()] {
            for load in [load.clone(), load.limit(9)] {
                let found = people().with(load.clone()).all($db)?;
                let found: Vec<_> = found.iter().map(|person| ids(person.$field.loaded().unwrap())).collect();
                assert_eq!(found, expected, "{load:?}");
            }
        }
        let mut session = $db.session()?;
        for (place, person) in session.all(people())?.into_iter().enumerate() {
            let found = session.related(person, Person::$relation)?;
            assert_eq!(found.iter().map(|row| session[*row].id).collect::<Vec<_>>(), expected[place]);
        }
        drop(session);
        let counts = people().select(Person::$relation.count()).all($db)?;
        assert_eq!(counts, expected.map(|some| some.len() as i64), "the counts");
        let some = people().filter(Person::$relation.exists()).all($db)?;
        let expected_some: Vec<i64> = (1..4).filter(|id| !expected[*id as usize - 1].is_empty()).collect();
        assert_eq!(ids(&some), expected_some, "who has some");
        let other = ormcore::alias!(Person);
        let joined = people().join(Person::$relation.to(other)).order_by(other.col(Person::ID)).distinct();
        let joined = joined.select((Person::ID, other.col(Person::ID))).all($db)?;
        let of = |id: i64| {
            let mut found: Vec<i64> = joined.iter().filter(|pair| pair.0 == id).map(|pair| pair.1).collect();
            found.sort_unstable();
            found
        };
        let sorted = expected.map(|some| {
            let mut some = some.to_vec();
            some.sort_unstable();
            some
        });
        assert_eq!([1, 2, 3].map(of), sorted, "the join");
    }};
}

fn each_shape_holds_however_it_is_followed(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    leads!(db, FOLLOWS, follows: [&[2, 3], &[3], &[1]]);
    leads!(db, TYPE, r#type: [&[2], &[], &[1]]);
    leads!(db, EITHER, either: [&[2, 3], &[3], &[]]);
    leads!(db, FRIENDS, friends: [&[2], &[], &[1]]);
    leads!(db, NONE, none: [&[], &[], &[]]);
    leads!(db, CLOSE, close: [&[2], &[], &[1]]);
    Ok(())
}

fn a_constant_and_names_of_keywords_serve(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let ann = Person::find(1, db)?;
    assert_eq!(ann.filter(db)?.iter().map(|follow| follow.id).collect::<Vec<_>>(), [1, 2]);
    let nested =
        Person::query().with(Person::FILTER.joined().then(Follow::FOLLOWED.joined().then(Person::TYPE.joined())));
    let people = nested.order_by(Person::ID).all(db)?;
    let followed = people[0].filter.loaded().unwrap()[0].followed.loaded().flatten().unwrap();
    assert_eq!((followed.id, followed.r#type.loaded().map(<[Person]>::len)), (2, Some(0)));
    let unscoped =
        Person::query().filter(Person::ID.eq(2)).with(Person::FOLLOWS.joined().without_scope(Person::SCOPE_KNOWN));
    assert_eq!(ids(unscoped.one(db)?.follows.loaded().unwrap()), [3, 4]);
    let mut session = db.session()?;
    let person = session.find::<Person>(1)?;
    session.lock(person)?;
    assert_eq!(session.related(person, Person::FILTER)?.len(), 2);
    Ok(())
}

fn what_is_loaded_and_asked_in_one_query_stays_apart(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    for load in [Person::FRIENDS.selectin(), Person::FRIENDS.subquery(), Person::FRIENDS.joined()] {
        let query = Person::query().filter(Person::FRIENDS.any(Person::FRIENDS.none())).with(load);
        let query = query.with(Person::CLOSE.joined()).order_by((Person::EITHER.count().desc(), Person::ID)).limit(2);
        let found = query.all(db)?;
        assert_eq!(ids(&found), [1]);
        assert_eq!(ids(found[0].friends.loaded().unwrap()), [2]);
        assert_eq!(ids(found[0].close.loaded().unwrap()), [2]);
    }
    assert_eq!(
        ids(&Person::query().filter(Person::ID.eq(1)).recursive(Person::FRIENDS).order_by(Person::ID).all(db)?),
        [1, 2]
    );
    assert_eq!(
        ids(&Person::query().filter(Person::ID.eq(1)).recursive(Person::EITHER).order_by(Person::ID).all(db)?),
        [1, 2, 3]
    );
    let changed = Person::query().filter(Person::EITHER.none()).update(Person::NAME.set("x"), db)?;
    assert_eq!((changed, Person::find(3, db)?.name.as_str()), (1, "x"));
    Ok(())
}

on_every_backend!(
    each_shape_holds_however_it_is_followed,
    a_constant_and_names_of_keywords_serve,
    what_is_loaded_and_asked_in_one_query_stays_apart,
);
