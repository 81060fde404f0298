use ormcore::prelude::*;

#[derive(Model)]
#[model(before_save = tidy)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = User::new("ann");
}
