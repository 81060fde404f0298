// Names of what every model has, which the method of the relationship would hide: nothing would be written.
use ormcore::prelude::*;

#[derive(Model)]
struct Channel {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(backref = "get")]
    update: HasMany<Update>,
}

#[derive(Model)]
struct Update {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Channel::ID)]
    channel_id: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let mut channel = Channel::new("news").insert(&db)?;
    channel.name = "old".into();
    channel.update(&db)?;
    Update::get(1, &db)?;
    Ok(())
}
