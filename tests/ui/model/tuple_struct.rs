// A tuple struct as a model.
use ormcore::prelude::*;

#[derive(Model)]
struct User(i64, String);

fn main() {}
