use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    age: i32,
    bio: Option<String>,
}

#[derive(Model)]
struct Link {
    #[column(primary_key)]
    from: i64,
    #[column(primary_key)]
    to: i64,
}

#[derive(Model)]
#[model(read_only, table = "user")]
struct Name {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Link)>()?;
    let mut ann = User::new("ann", 31).set(User::BIO, "hi").with(|user| user.name = "Ann".into()).insert(&db)?;
    User::insert_all([User::new("bob", 32)], &db)?;
    ann.age = 32;
    ann.update(&db)?;
    ann.update_only((User::NAME, User::AGE), &db)?;
    ann.update_only(User::NAME, &db)?;
    ann.refresh(&db)?;
    assert_eq!(Name::find(ann.id, &db)?.name, "Ann");
    assert_eq!(Name::get(2, &db)?.unwrap().id, 2);
    ann.delete(&db)?;
    Link::new(1, 2).insert(&db)?;
    let link = Link::get((1, 2), &db)?.unwrap();
    assert_eq!((link.from, link.to), (1, 2));
    Ok(())
}

impl Link {
    fn insert(&self, list: &mut Vec<(i64, i64)>) {
        list.push((self.from, self.to));
    }
}

/// Methods of one's own come before those that only explain.
#[test]
fn a_model_may_have_a_method_insert_of_its_own() {
    let mut list = Vec::new();
    Link { from: 1, to: 2 }.insert(&mut list);
    assert_eq!(list, [(1, 2)]);
}
