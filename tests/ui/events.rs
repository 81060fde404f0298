use ormcore::Written;
use ormcore::prelude::*;

#[derive(Model)]
#[model(before_insert = tidy, before_update = tidy, before_delete = look, after_insert = look, validate = User::check)]
#[model(after_update = rewritten, after_delete = look)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

impl User {
    fn check(&self) -> ormcore::Result<()> {
        if self.name.is_empty() { Err(User::NAME.invalid("is empty")) } else { Ok(()) }
    }
}

fn tidy(user: &mut User) -> ormcore::Result<()> {
    user.name = user.name.trim().to_string();
    Ok(())
}

fn rewritten(user: &User, written: Written<'_, User>) -> ormcore::Result<()> {
    if written.contains(User::NAME) { look(user) } else { Ok(()) }
}

fn look(user: &User) -> ormcore::Result<()> {
    if user.name == "nobody" { Err(Error::other("nobody")) } else { Ok(()) }
}

#[derive(Model)]
#[model(before_insert = |row| { row.title.push('!'); Ok(()) })]
struct Post {
    #[column(primary_key)]
    id: i64,
    title: String,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User, Post)>()?;
    let mut ann = User::new(" ann ").insert(&db)?;
    assert_eq!((ann.id, ann.name.as_str()), (1, "ann"));
    ann.name = " ".into();
    assert!(ann.update(&db).is_err_and(|error| error.is_invalid()));
    assert!(User::new("nobody").insert(&db).is_err());
    let post = Post::new("hi").insert(&db)?;
    assert_eq!((post.id, post.title.as_str()), (1, "hi!"));
    Ok(())
}
