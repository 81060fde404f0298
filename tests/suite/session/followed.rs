//! What the database does by itself when rows are deleted, and deletes that cannot be.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_drive")]
struct Drive {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    letter: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_owner")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    #[relationship]
    files: HasMany<File>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_folder")]
struct Folder {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Drive::LETTER, on_delete = "cascade")]
    drive: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_file")]
struct File {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Folder::ID, on_delete = "cascade")]
    folder_id: i64,
    #[column(foreign_key = Owner::ID)]
    owner_id: i64,
    #[column(foreign_key = Drive::LETTER, on_delete = "set null")]
    copy_on: Option<String>,
    #[column(default = 0)]
    size: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_node")]
struct Node {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Node::CODE)]
    parent_code: Option<String>,
    #[relationship(foreign_key = Node::PARENT_CODE, cascade = "all")]
    children: HasMany<Node>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_club")]
struct Club {
    #[column(primary_key)]
    id: i64,
    #[relationship(cascade = "all")]
    members: HasMany<Member>,
    #[relationship]
    guests: HasMany<Guest>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_member")]
struct Member {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::ID)]
    club_id: i64,
    #[relationship(cascade = "all")]
    addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_guest")]
struct Guest {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Club::ID)]
    club_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_address")]
struct Address {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    number: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_person")]
struct Person {
    #[column(primary_key)]
    id: i64,
    #[relationship(cascade = "all")]
    pets: HasMany<Pet>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_pet", scope = alive)]
struct Pet {
    #[column(primary_key)]
    id: i64,
    alive: bool,
    #[column(foreign_key = Person::ID)]
    person_id: i64,
}

fn alive() -> Predicate<Pet> {
    Pet::ALIVE.eq(true)
}

/// The same table, made with a column that holds more than the model can.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fol_address")]
struct WideAddress {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Member::ID)]
    member_id: i64,
    number: i64,
}

type Files = (Handle<Drive>, Handle<Folder>, [Handle<File>; 2], Handle<Owner>);

/// A drive with a folder with two files, and a second one with a copy of the first file.
fn files(session: &mut Session) -> ormcore::Result<Files> {
    let (drive, spare) = (session.add(Drive::new("C")), session.add(Drive::new("D")));
    session.flush()?;
    let (folder, owner) = (session.add(Folder::new(drive)), session.add(Owner::new()));
    let files =
        [session.add(File::new(folder, owner).set(File::COPY_ON, spare)), session.add(File::new(folder, owner))];
    session.commit()?;
    Ok((drive, folder, files, owner))
}

fn rows_that_the_database_deletes_are_deleted(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Drive, Owner, Folder, File)>()?;
    let mut session = db.session()?;
    let (drive, folder, [file, other], owner) = files(&mut session)?;
    assert_eq!(session.related(owner, Owner::FILES)?, [file, other]);
    session[other].size = 9;
    session.delete(folder)?;
    session.flush()?;
    assert_eq!((session.contains(file), session.contains(other)), (false, false));
    assert_eq!(session.related(owner, Owner::FILES)?, []);
    assert_eq!((session.get::<File>(1)?, session.is_modified()), (None, false));
    // SQLite gives its number to the next row: the old handle does not write that one.
    let folder = session.add(Folder::new(drive));
    let new = session.add(File::new(folder, owner));
    session.flush()?;
    let error = session.try_get_mut(file).unwrap_err();
    assert!(error.to_string().contains("deleted"), "{error}");
    assert!(session.delete(file).is_err() || session.contains(new));
    session.commit()?;
    assert_eq!((File::query().count(db)?, session[new].size), (1, 0));
    Ok(())
}

fn a_rollback_brings_back_what_the_database_deleted(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Drive, Owner, Folder, File)>()?;
    let mut session = db.session()?;
    let (drive, folder, [file, other], owner) = files(&mut session)?;
    session[other].size = 9;
    session.flush()?;
    let undone: ormcore::Result<()> = session.savepoint(|session| {
        session[file].size = 7;
        // Two levels, the first by a column that is no primary key.
        session.delete(drive)?;
        session.flush()?;
        assert!(![session.contains(folder), session.contains(file), session.contains(other)].contains(&true));
        Err(Error::rollback("no"))
    });
    assert_eq!(undone.unwrap_err().to_string(), Error::rollback("no").to_string());
    assert_eq!((session[file].size, session[other].size), (0, 9));
    assert_eq!(session.related(owner, Owner::FILES)?, [file, other]);
    session[file].size = 8;
    session.commit()?;
    let sizes = File::query().order_by(File::ID).select(File::SIZE).all(db)?;
    assert_eq!((sizes, session.get::<Folder>(1)?), (vec![8, 9], Some(folder)));
    Ok(())
}

fn keys_that_the_database_sets_to_null_are_read_again(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Drive, Owner, Folder, File)>()?;
    let mut session = db.session()?;
    let (_, _, [file, other], _) = files(&mut session)?;
    let spare = session.one(Drive::query().filter(Drive::LETTER.eq("D")))?;
    session.delete(spare)?;
    session.flush()?;
    let file = session.get::<File>(session[file].id)?.filter(|found| *found == file).unwrap();
    assert_eq!((session[file].copy_on.as_deref(), session[other].copy_on.as_deref()), (None, None));
    session.commit()
}

fn children_by_a_unique_column_are_deleted_before_their_parents(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Node,)>()?;
    let mut session = db.session()?;
    let root = session.add(Node::new("root"));
    session.flush()?;
    let inner = session.add(Node::new("inner").set(Node::PARENT_CODE, "root"));
    session.flush()?;
    session.add(Node::new("leaf").set(Node::PARENT_CODE, "inner"));
    session.commit()?;
    session.delete(root)?;
    session.commit()?;
    assert_eq!((Node::query().count(db)?, session.contains(inner)), (0, false));
    Ok(())
}

fn a_delete_that_fails_deletes_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Club, Member, Guest, WideAddress)>()?;
    let club = Club::new().insert(db)?;
    let member = Member::new(&club).insert(db)?;
    Guest::new().set(Guest::CLUB_ID, club.id).insert(db)?;
    WideAddress::new(&member, i64::from(i32::MAX) + 1).insert(db)?;
    let mut session = db.session()?;
    let handle = session.get::<Club>(club.id)?.unwrap();
    let guest = session.get::<Guest>(1)?.unwrap();
    let error = session.delete(handle).unwrap_err();
    assert!(error.to_string().contains("number"), "{error}");
    assert!(session.contains(handle) && !session.is_modified());
    assert_eq!(session[guest].club_id, Some(club.id));
    session.commit()?;
    assert_eq!((Club::query().count(db)?, Guest::query().filter(Guest::CLUB_ID.eq(club.id)).count(db)?), (1, 1));
    WideAddress::query().update(WideAddress::NUMBER.set(1), db)?;
    session.delete(handle)?;
    session.commit()?;
    assert_eq!((Club::query().count(db)?, WideAddress::query().count(db)?), (0, 0));
    Ok(())
}

fn children_outside_the_default_scope_follow_too(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Pet)>()?;
    let people = Person::insert_all([Person::new(), Person::new()], db)?;
    for (person, alive) in [(0, true), (0, false), (1, false)] {
        Pet::new(alive, people[person].id).insert(db)?;
    }
    let mut session = db.session()?;
    let first = session.get::<Person>(people[0].id)?.unwrap();
    session.delete(first)?;
    session.commit()?;
    assert_eq!(Pet::query().unscoped().select(Pet::PERSON_ID).all(db)?, [people[1].id]);
    Ok(())
}

/// As a foreign key that was set to a handle and then to a value: the last word holds.
fn a_draft_points_to_what_it_was_set_to_last(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Pet)>()?;
    let ann = Person::new().insert(db)?;
    let mut session = db.session()?;
    let bob = session.add(Person::new());
    let pets = [
        session.add(Pet::new(true, bob).set(Pet::PERSON_ID, ann.id)),
        session.add(Pet::new(true, bob).set(Pet::PERSON_ID, &ann)),
        session.add(Pet::new(true, ann.id).set(Pet::PERSON_ID, bob)),
        session.add(Pet::new(true, bob).set(Pet::PERSON_ID, ann.id).set(Pet::PERSON_ID, bob)),
    ];
    let free = Pet::new(true, bob).set(Pet::PERSON_ID, ann.id);
    session.commit()?;
    let owners = pets.map(|pet| session[pet].person_id);
    let bob = session[bob].id;
    assert_eq!((owners, free.insert(db)?.person_id), ([ann.id, ann.id, bob, bob], ann.id));
    Ok(())
}

on_every_backend!(
    children_outside_the_default_scope_follow_too,
    a_draft_points_to_what_it_was_set_to_last,
    rows_that_the_database_deletes_are_deleted,
    a_rollback_brings_back_what_the_database_deleted,
    keys_that_the_database_sets_to_null_are_read_again,
    children_by_a_unique_column_are_deleted_before_their_parents,
    a_delete_that_fails_deletes_nothing,
);
