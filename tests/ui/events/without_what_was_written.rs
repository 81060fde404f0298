use ormcore::prelude::*;

#[derive(Model)]
#[model(after_update = User::announce)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

impl User {
    fn announce(&self) -> ormcore::Result<()> {
        Ok(())
    }
}

fn main() {}
