// `default` alone on a type that has no `Default`.
use ormcore::prelude::*;

#[derive(ColumnType)]
enum Level {
    Low,
    High,
}

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(default)]
    level: Level,
}

fn main() {}
