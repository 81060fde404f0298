use ormcore::prelude::*;

#[derive(Model)]
#[allow(dead_code)]
struct Person {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(foreign_key = Pet::OWNER_ID, order_by = Pet::NAME, back_populates = "owner", cascade = "all, delete-orphan")]
    pets: HasMany<Pet>,
    #[relationship(foreign_key = Pet::OWNER_ID, filter = Pet::NAME.ne("rex"))]
    others: HasMany<Pet>,
    #[relationship(foreign_key = Pet::VET_ID, lazy = "dynamic", backref = "vet")]
    patients: HasMany<Pet>,
    #[relationship(backref = "person")]
    licence: HasOne<Licence>,
    #[relationship(secondary = Friendship, foreign_key = Friendship::FROM_ID)]
    friends: HasMany<Person>,
}

#[derive(Model)]
#[model(scope(named = || Pet::NAME.ne("")))]
#[allow(dead_code)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Person::ID)]
    owner_id: i64,
    #[column(foreign_key = Person::ID)]
    vet_id: Option<i64>,
    #[relationship(foreign_key = Pet::OWNER_ID, back_populates = "pets")]
    owner: BelongsTo<Person>,
}

#[derive(Model)]
#[allow(dead_code)]
struct Licence {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Person::ID, unique)]
    person_id: i64,
}

#[derive(Model)]
struct Friendship {
    #[column(primary_key, foreign_key = Person::ID)]
    from_id: i64,
    #[column(primary_key, foreign_key = Person::ID)]
    to_id: i64,
}

#[derive(Model)]
#[allow(dead_code)]
struct Page {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = PageTag, lazy = "selectin", backref = "pages")]
    tags: HasMany<Tag>,
    #[relationship(secondary = "page_author")]
    authors: HasMany<Person>,
}

#[derive(Model)]
#[allow(dead_code)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    label: String,
}

#[derive(Model)]
#[allow(dead_code)]
struct PageTag {
    #[column(primary_key, foreign_key = Page::ID)]
    page_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    tag_id: i64,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Person, Pet, Licence, Friendship, Page, Tag, PageTag)>()?;
    let (ann, bob) = (Person::new("ann").insert(&db)?, Person::new("bob").insert(&db)?);
    let rex = Pet::new("rex", &ann).with(|pet| pet.vet_id = Some(bob.id)).insert(&db)?;
    Licence::new(&ann).insert(&db)?;
    Person::FRIENDS.link(&ann, &bob, &db)?;
    let (page, tag) = (Page::new("home").insert(&db)?, Tag::new("rust").insert(&db)?);
    Page::TAGS.link(&page, &tag, &db)?;

    let query = Person::query()
        .with(
            Person::PETS
                .selectin()
                .without_scope(Pet::SCOPE_NAMED)
                .filter(Pet::NAME.eq("rex"))
                .order_by(Pet::ID)
                .then(Pet::OWNER),
        )
        .with(Person::LICENCE)
        .filter(Person::PETS.any(Pet::NAME.eq("rex")))
        .filter(Person::FRIENDS.exists())
        .order_by((Person::PETS.count(), Person::PETS.aggregate(Pet::NAME.max())));
    let loaded = query.one(&db)?;
    assert_eq!(loaded.pets(&db)?[0].owner(&db)?.name, "ann");
    assert!(loaded.licence(&db)?.is_some());
    assert_eq!(loaded.friends(&db)?[0].name, "bob");
    assert_eq!(bob.patients().filter(Pet::NAME.eq("rex")).count(&db)?, 1);
    assert_eq!(rex.vet(&db)?.map(|vet| vet.name).as_deref(), Some("bob"));
    assert_eq!(Pet::query().filter(Pet::OWNER.has(Person::NAME.eq("ann"))).count(&db)?, 1);
    let joined = Person::query().join(Person::PETS).filter(Pet::NAME.eq("rex")).order_by(Pet::NAME);
    assert_eq!(joined.with_from_join(Person::PETS).one(&db)?.pets(&db)?.len(), 1);
    let friend = ormcore::alias!(Person);
    let joined = Person::query().join(Person::FRIENDS.to(friend)).filter(friend.col(Person::NAME).eq("bob"));
    assert_eq!(joined.with_from_join(Person::FRIENDS.to(friend)).one(&db)?.friends(&db)?.len(), 1);
    assert_eq!(tag.pages(&db)?.len(), 1);
    assert!(ann.others(&db)?.is_empty());
    let mut session = db.session()?;
    let handle = session.find::<Person>(ann.id)?;
    assert!(session.related(handle, Person::OTHERS)?.is_empty());
    drop(session);
    let mut people = Person::query().all(&db)?;
    Person::PETS.load(&mut people, &db)?;
    for pet in people[0].pets(&db)? {
        assert_eq!((pet.id, pet.name.as_str()), (rex.id, "rex"));
    }
    Ok(())
}
