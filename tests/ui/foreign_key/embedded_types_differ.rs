// A foreign key over embedded columns, one of another type.
use ormcore::prelude::*;

#[derive(Model)]
#[model(unique(id, name))]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Columns)]
struct Credit {
    id: i64,
    name: i64,
}

#[derive(Model)]
#[model(foreign_key(columns(credit.id, credit.name), references(Author::ID, Author::NAME)))]
struct Song {
    #[column(primary_key)]
    number: i64,
    #[column(flatten, prefix = "credit_")]
    credit: Credit,
}

fn main() {}
