// A mistake in one model, and others that use it: one message.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[column(uniqe)]
    name: String,
    #[relationship(lazy = "joined", backref = "person", order_by = Pet::NAME)]
    pets: HasMany<Pet>,
    #[relationship(back_populates = "owner")]
    houses: HasMany<House>,
    #[relationship(secondary = Membership, backref = "members")]
    clubs: HasMany<Club>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

#[derive(Model)]
struct House {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
    #[relationship(back_populates = "houses")]
    owner: BelongsTo<Person>,
}

#[derive(Model)]
struct Club {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Membership {
    #[column(primary_key, foreign_key = Person::ID)]
    person_id: i64,
    #[column(primary_key, foreign_key = Club::ID)]
    club_id: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let ann = Person::query().with(Person::PETS.selectin().filter(Pet::NAME.eq("rex"))).one(&db)?;
    println!("{} {}", ann.pets(&db)?.len(), ann.houses(&db)?[0].owner(&db)?.name);
    for club in ann.clubs(&db)? {
        println!("{}", club.members(&db)?.len());
    }
    let owners = Person::query().join(Person::PETS).filter(Pet::NAME.eq("rex")).count(&db)?;
    println!("{owners} {}", Pet::query().one(&db)?.person(&db)?.name);
    Ok(())
}
