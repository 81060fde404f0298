//! What the mistakes of the folder `selected` are, without the mistakes.

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};

#[derive(Model)]
#[model(scope = named)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = User::ID)]
    boss_id: Option<i64>,
    #[relationship]
    reports: HasMany<User>,
}

fn named() -> Predicate<User> {
    User::NAME.ne("")
}

#[derive(Row)]
struct Line {
    name: String,
    #[row(name = "boss")]
    boss_id: Option<i64>,
}

#[test]
fn what_is_selected_right_compiles_and_runs() {
    let db = Database::connect("sqlite::memory:").unwrap();
    db.create_tables::<(User,)>().unwrap();
    let ann = User::new("ann").insert(&db).unwrap();
    User::new("bob").set(User::BOSS_ID, &ann).insert(&db).unwrap();
    let lines = User::query().select(Line::columns(User::NAME, User::BOSS_ID)).order_by(User::ID).all(&db).unwrap();
    assert_eq!((lines[1].name.as_str(), lines[1].boss_id), ("bob", Some(1)));
    let by_name = prepare(|name: Param<String>| User::query().filter(User::NAME.eq(name)));
    assert_eq!(by_name.one("ann", &db).unwrap().id, 1);
    assert_eq!(User::query().filter(User::ID.eq(1)).recursive(User::REPORTS).count(&db).unwrap(), 2);
}
