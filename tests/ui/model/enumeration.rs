// An enum as a model.
use ormcore::prelude::*;

#[derive(Model)]
enum User {
    Admin,
    Guest,
}

fn main() {}
