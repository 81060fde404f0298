// A relationship that cannot be, and all of its uses: one message.
use ormcore::prelude::*;

#[derive(Model)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(lazy = "joined", backref = "person")]
    pets: HasMany<Pet>,
}

#[derive(Model)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let ann = Person::query().with(Person::PETS.selectin().filter(Pet::NAME.eq("rex"))).one(&db)?;
    let rex = Pet::query().one(&db)?;
    println!("{}", rex.person(&db)?.name);
    println!("{}", ann.pets(&db)?.len());
    let owners = Person::query().join(Person::PETS).count(&db)?;
    Ok(())
}
