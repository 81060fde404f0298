use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, Default, PartialEq)]
enum Level {
    #[default]
    Low,
    High,
}

#[derive(Model)]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 80, name = "full_name")]
    name: String,
    title: String,
    #[column(nullable)]
    bio: Option<String>,
    #[column(default = true)]
    active: bool,
    #[column(default)]
    level: Level,
    #[column(on_write = 7)]
    changed: i64,
    #[column(server_default = "1", check = "age > 0")]
    age: i64,
    #[column(version)]
    version: i64,
    tags: Json<Vec<String>>,
    labels: Vec<String>,
    sums: Vec<Option<i64>>,
    bytes: Vec<u8>,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<User>()?;
    let ann = User::new("ann", "Dr", Json::new(Vec::new()), Vec::new(), [Some(1)], vec![7]).insert(&db)?;
    assert_eq!((ann.active, ann.level, ann.changed, ann.age, ann.version), (true, Level::Low, 7, 1, 1));
    let bob = User::new("bob", "Mr", Json::new(Vec::new()), ["a"], Vec::new(), Vec::new())
        .set(User::LEVEL, Level::High)
        .insert(&db)?;
    assert_eq!(bob.level, Level::High);
    Ok(())
}
