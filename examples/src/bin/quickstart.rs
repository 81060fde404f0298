//! A first look: a model, a table, rows, queries, errors, a transaction. Run it with
//! `cargo run -p examples --bin quickstart`; it needs nothing but this repository.
//!
//! With `DATABASE_URL=postgres://..` it does the same on a server. Name an empty database: it drops its table at the end.

use chrono::{DateTime, Utc};
use ormcore::prelude::*;

/// A table `user`; each field is a column.
#[derive(Model, Debug, Clone, PartialEq)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(unique, length = 80)]
    username: String,
    email: String,
    bio: Option<String>,
    #[column(default = true)]
    active: bool,
    #[column(default = Utc::now())]
    created_at: DateTime<Utc>,
}

fn main() -> ormcore::Result<()> {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".into());
    let db = Database::connect(&url)?;
    db.create_all()?;
    if User::query().exists(&db)? {
        return Err(Error::other("the table `user` holds rows of somebody else: name an empty database"));
    }
    println!("1. create_all wrote the table:\n{}\n", db.ddl()?.join(";\n"));

    // `new` takes what has no default; the row comes back with its key.
    let ann = User::new("ann", "ann@example.com").insert(&db)?;
    let mut bob = User::new("bob", "bob@example.org").set(User::BIO, "likes SQL").insert(&db)?;
    println!("2. inserted ann with key {} and bob with key {}\n", ann.id, bob.id);

    // Queries are chained; a wrong column or a value of a wrong type does not compile.
    let query = User::query().filter(User::EMAIL.ends_with("@example.org")).order_by(User::USERNAME);
    println!("3. a query, as it is sent: {}", query.clone().sql(db.dialect())?.sql);
    for user in query.all(&db)? {
        println!("   found {}: {}\n", user.username, user.bio.as_deref().unwrap_or("-"));
    }

    // A row is a plain struct.
    bob.active = false;
    bob.update(&db)?;
    println!("4. active users now: {}\n", User::query().filter_by(User::ACTIVE, true).count(&db)?);

    // Errors say which table and which column.
    let taken = User::new("ann", "other@example.com").insert(&db);
    match taken {
        Err(error) if error.is_unique_violation() => println!("5. refused, as it should be: {error}\n"),
        other => println!("5. unexpected: {other:?}\n"),
    }

    // A transaction commits on `Ok` and rolls back on `Err`.
    let undone: ormcore::Result<()> = db.transaction(|tx| {
        User::query().delete(tx)?;
        Err(Error::rollback("on second thoughts"))
    });
    println!(
        "6. {}; there are still {} users",
        undone.map_or_else(|e| e.to_string(), |()| "kept".into()),
        User::query().count(&db)?
    );
    db.drop_all()
}
