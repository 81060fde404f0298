//! Foreign keys: what they are given as, and what they do.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(city, street))]
struct House {
    #[column(primary_key)]
    id: i64,
    city: String,
    street: String,
    #[column(unique)]
    plate: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Letter {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = House::PLATE)]
    plate: String,
    text: String,
    #[column(foreign_key = House::ID)]
    sender: Option<i64>,
    #[column(foreign_key = Letter::ID, index = false)]
    answers: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(foreign_key(columns(town, road), references(House::CITY, House::STREET), on_update = "cascade"))]
struct Parcel {
    #[column(primary_key)]
    id: i64,
    weight: i32,
    town: String,
    color: String,
    road: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Slot {
    #[column(primary_key)]
    shelf: i32,
    #[column(primary_key)]
    place: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(foreign_key(columns(place, shelf), references(Slot::PLACE, Slot::SHELF), on_delete = "set null"))]
struct Thing {
    #[column(primary_key)]
    id: i64,
    name: String,
    shelf: Option<i32>,
    place: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = "house.id", on_delete = "cascade")]
    house_id: i64,
}

/// Points to a table that has no model here.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(foreign_key(columns(place, shelf), references("slot.place", "slot.shelf"), on_delete = "cascade"))]
struct Label {
    #[column(primary_key)]
    id: i64,
    shelf: i32,
    place: String,
}

fn house(db: &Database) -> ormcore::Result<House> {
    db.create_tables::<(House, Letter, Parcel, Note)>()?;
    House::new("Bree", "East Road", "HB-1").insert(db)
}

fn a_key_of_several_columns_points_to_a_table_without_a_model(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Slot, Label)>()?;
    let slot = Slot::new(1, "left").insert(db)?;
    Label::new(1, "left").insert(db)?;
    assert!(Label::new(1, "right").insert(db).unwrap_err().is_foreign_key_violation());
    slot.delete(db)?;
    assert_eq!(Label::query().count(db)?, 0);
    Ok(())
}

fn a_key_to_a_unique_column_takes_a_value_or_a_row(db: &Database) -> ormcore::Result<()> {
    let house = house(db)?;
    let by_value = Letter::new("HB-1", "a").insert(db)?;
    let by_row = Letter::new(&house, "b").set(Letter::SENDER, house.id).set(Letter::ANSWERS, by_value.id).insert(db)?;
    assert_eq!((by_value.plate.as_str(), by_row.plate.as_str()), ("HB-1", "HB-1"));
    assert_eq!((by_row.sender, by_row.answers), (Some(house.id), Some(by_value.id)));
    assert_eq!(Letter::query().filter_by(Letter::PLATE, &house.plate).count(db)?, 2);
    let error = Letter::new("HB-2", "c").insert(db).unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error:?}");
    assert!(house.delete(db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

fn a_key_of_several_columns_takes_one_row_in_the_place_of_its_first(db: &Database) -> ormcore::Result<()> {
    let house = house(db)?;
    let parcel = Parcel::new(5, &house, "brown").insert(db)?;
    assert_eq!((parcel.town.as_str(), parcel.road.as_str(), parcel.color.as_str()), ("Bree", "East Road", "brown"));
    // Each column alone is that of a house; together they are of none.
    House::new("Hobbiton", "Bagshot Row", "HB-2").insert(db)?;
    let mixed = Parcel::new(1, &house, "red").set(Parcel::ROAD, "Bagshot Row").insert(db);
    assert!(mixed.unwrap_err().is_foreign_key_violation());
    House::query().filter_by(House::ID, house.id).update(House::CITY.set("Combe"), db)?;
    assert_eq!(Parcel::find(parcel.id, db)?.town, "Combe");
    Ok(())
}

fn a_key_of_several_optional_columns_is_set_to_null_as_one(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Slot, Thing)>()?;
    let slot = Slot::new(7, "left").insert(db)?;
    let thing = Thing::new("lamp").set(Thing::SHELF, 7).set(Thing::PLACE, "left").insert(db)?;
    let half = Thing::new("half").set(Thing::SHELF, 99).insert(db)?;
    assert_eq!(half.shelf, Some(99), "a key that is partly NULL points nowhere");
    assert!(
        Thing::new("x")
            .set(Thing::SHELF, 8)
            .set(Thing::PLACE, "left")
            .insert(db)
            .unwrap_err()
            .is_foreign_key_violation()
    );
    slot.delete(db)?;
    let thing = Thing::find(thing.id, db)?;
    assert_eq!((thing.shelf, thing.place), (None, None));
    Ok(())
}

fn a_key_named_by_text_takes_a_value(db: &Database) -> ormcore::Result<()> {
    let house = house(db)?;
    let note = Note::new(house.id).insert(db)?;
    assert!(Note::new(house.id + 1).insert(db).unwrap_err().is_foreign_key_violation());
    house.delete(db)?;
    assert_eq!(Note::get(note.id, db)?, None);
    Ok(())
}

fn a_key_to_a_table_that_is_not_there_is_refused_with_its_name(db: &Database) -> ormcore::Result<()> {
    let error = db.create_tables::<(Note,)>().unwrap_err();
    let text = error.to_string();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }) && text.contains("`house`"), "{text}");
    db.create_tables::<(House,)>()?;
    db.create_tables::<(Note,)>()
}

fn a_key_to_what_is_not_unique_is_refused_with_a_way_out(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    struct Guest {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = House::CITY)]
        city: String,
    }
    #[derive(Model)]
    #[model(table = "lost_guest")]
    struct Lost {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = "house.size")]
        size: i64,
    }
    let error = db.create_tables::<(House, Guest)>().unwrap_err().to_string();
    assert!(error.contains("`guest.city`") && error.contains("unique"), "{error}");
    let error = db.create_tables::<(House, Lost)>().unwrap_err().to_string();
    assert!(error.contains("`lost_guest.size`") && error.contains("`house.size`"), "{error}");
    assert!(House::new("a", "b", "c").insert(db).is_err(), "nothing was created");
    Ok(())
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct Isbn(i64);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Genre {
    Crime,
    Travel,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edition_of_book")]
struct Edition {
    #[column(primary_key)]
    isbn: Isbn,
    #[column(unique)]
    uuid: uuid::Uuid,
    #[column(unique)]
    genre: Genre,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Loan {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Edition::ISBN)]
    isbn: Isbn,
    #[column(foreign_key = Edition::UUID)]
    uuid: uuid::Uuid,
    #[column(foreign_key = Edition::GENRE)]
    genre: Genre,
}

fn a_key_may_have_a_type_of_the_users_own(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Loan, Edition)>()?;
    let id = uuid::Uuid::from_u128(7);
    let edition = Edition::new(Isbn(5), id, Genre::Travel).insert(db)?;
    let by_row = Loan::new(&edition, &edition, &edition).insert(db)?;
    let by_value = Loan::new(Isbn(5), id, Genre::Travel).insert(db)?;
    assert_eq!(Loan { id: by_row.id, ..by_value }, by_row);
    assert!(Loan::new(Isbn(6), id, Genre::Travel).insert(db).unwrap_err().is_foreign_key_violation());
    assert!(Loan::new(Isbn(5), id, Genre::Crime).insert(db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

/// A parent and a child whose foreign key does what `$attributes` say.
macro_rules! family {
    ($parent:ident $child:ident $ty:ty, $($attributes:tt)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        struct $parent {
            #[column(primary_key)]
            id: i64,
            #[column(unique)]
            code: i64,
        }

        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(constructor = false)]
        struct $child {
            #[column(primary_key)]
            id: i64,
            #[column(foreign_key = $parent::CODE, $($attributes)*)]
            code: $ty,
        }

        impl $child {
            /// A parent with the code 1 and a child of it; beside them a parent with the code 7.
            fn family(db: &Database) -> ormcore::Result<($parent, $child)> {
                db.create_tables::<($child, $parent)>()?;
                $parent::new(7).insert(db)?;
                let parent = $parent::new(1).insert(db)?;
                let child = $child::draft().set($child::CODE, 1).insert(db)?;
                Ok((parent, child))
            }
        }
    };
}

fn cascade_does_to_the_child_what_is_done_to_the_parent(db: &Database) -> ormcore::Result<()> {
    family!(CascadeParent CascadeChild i64, on_delete = "cascade", on_update = "cascade");
    let (mut parent, mut child) = CascadeChild::family(db)?;
    parent.code = 2;
    parent.update(db)?;
    child.refresh(db)?;
    assert_eq!(child.code, 2);
    parent.delete(db)?;
    assert_eq!(CascadeChild::query().count(db)?, 0);
    Ok(())
}

fn set_null_makes_an_orphan(db: &Database) -> ormcore::Result<()> {
    family!(NullParent NullChild Option<i64>, on_delete = "set null", on_update = "set null");
    let (mut parent, mut child) = NullChild::family(db)?;
    parent.code = 2;
    parent.update(db)?;
    child.refresh(db)?;
    assert_eq!(child.code, None);
    child.code = Some(2);
    child.update(db)?;
    parent.delete(db)?;
    child.refresh(db)?;
    assert_eq!(child.code, None);
    Ok(())
}

fn set_default_gives_the_child_to_another_parent(db: &Database) -> ormcore::Result<()> {
    family!(DefaultParent DefaultChild i64, on_delete = "set default", on_update = "set default", server_default = "7");
    let (mut parent, mut child) = DefaultChild::family(db)?;
    parent.code = 2;
    parent.update(db)?;
    child.refresh(db)?;
    assert_eq!(child.code, 7);
    child.code = 2;
    child.update(db)?;
    parent.delete(db)?;
    child.refresh(db)?;
    assert_eq!(child.code, 7);
    Ok(())
}

fn restrict_refuses_at_once(db: &Database) -> ormcore::Result<()> {
    family!(RestrictParent RestrictChild i64, on_delete = "restrict", on_update = "restrict");
    let (mut parent, child) = RestrictChild::family(db)?;
    assert!(parent.delete(db).unwrap_err().is_foreign_key_violation());
    parent.code = 2;
    assert!(parent.update(db).unwrap_err().is_foreign_key_violation());
    child.delete(db)?;
    parent.update(db)?;
    parent.delete(db)
}

fn no_action_refuses_too(db: &Database) -> ormcore::Result<()> {
    family!(ActionParent ActionChild i64, on_delete = "no action", on_update = "no action");
    let (mut parent, child) = ActionChild::family(db)?;
    assert!(parent.delete(db).unwrap_err().is_foreign_key_violation());
    parent.code = 2;
    assert!(parent.update(db).unwrap_err().is_foreign_key_violation());
    child.delete(db)?;
    parent.delete(db)
}

fn foreign_keys_hold_on_every_connection(db: &Database) -> ormcore::Result<()> {
    house(db)?;
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| Letter::new("nobody", "x").insert(db).unwrap_err())).collect();
        for thread in threads {
            assert!(thread.join().unwrap().is_foreign_key_violation());
        }
    });
    Ok(())
}

fn a_foreign_key_is_set_to_a_row(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(House, Letter, Slot, Thing)>()?;
    let house = House::new("Rome", "Via Appia", "R1").insert(db)?;
    let letter = Letter::new("R1", "hello").set(Letter::SENDER, &house).set(Letter::PLATE, &house).insert(db)?;
    assert_eq!((letter.sender, letter.plate.as_str()), (Some(house.id), "R1"));

    let slot = Slot::new(3, "left").insert(db)?;
    let thing = Thing::new("hammer").set(Thing::PLACE, &slot).insert(db)?;
    assert_eq!((thing.shelf, thing.place.as_deref()), (Some(3), Some("left")));
    Ok(())
}

fn a_row_of_another_table_is_refused_at_the_insert(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(House, Letter, Slot)>()?;
    let slot = Slot::new(3, "left").insert(db)?;
    let statements = db.record();
    for draft in [
        Letter::new("R1", "hello").set(Letter::SENDER, &slot),
        Letter::new("R1", "hello").set(Letter::ANSWERS, &slot).with(|letter| letter.text.clear()),
    ] {
        let error = draft.insert(db).unwrap_err();
        assert!(error.to_string().contains("does not reference `slot`"), "{error}");
    }
    assert!(statements.is_empty());
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Publisher {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "book_author")]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Publisher::ID)]
    publisher_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author::CODE)]
    author_code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Branch {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    code: String,
    #[column(foreign_key = Branch::CODE)]
    parent: Option<String>,
}

/// The table and the columns that a foreign key violation names.
fn violated<T: std::fmt::Debug>(written: ormcore::Result<T>) -> (String, Vec<String>) {
    match written.unwrap_err().into_kind() {
        ErrorKind::ForeignKeyViolation { table, columns, .. } => (table, columns),
        other => panic!("expected a foreign key violation, got {other:?}"),
    }
}

fn a_violation_names_the_columns_of_the_foreign_key(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Publisher, Author, Book)>()?;
    let mut author = Author::new("a").insert(db)?;
    let mut book = Book::new("a").insert(db)?;
    let of_book = ("book".to_string(), vec!["author_code".to_string()]);
    assert_eq!(violated(Book::new("b").insert(db)), of_book);
    book.author_code = "b".into();
    assert_eq!(violated(book.update(db)), of_book);
    let of_author = ("book_author".to_string(), vec!["publisher_id".to_string()]);
    assert_eq!(violated(Author::new("b").set(Author::PUBLISHER_ID, 7).insert(db)), of_author);
    // It is not the author's own foreign key that holds the code.
    author.code = "b".into();
    assert_eq!(violated(author.update(db)), ("book_author".to_string(), vec![]));
    assert_eq!(violated(author.delete(db)), ("book_author".to_string(), vec![]));
    Ok(())
}

fn a_violation_of_an_upsert_names_the_columns_unless_others_may_point_to_what_it_sets(
    db: &Database,
) -> ormcore::Result<()> {
    db.create_tables::<(Publisher, Author, Book, Branch)>()?;
    let author = Author::new("a").insert(db)?;
    Book::new("a").insert(db)?;
    let stray = || Author::new("b").set(Author::PUBLISHER_ID, 7);
    let of_author = ("book_author".to_string(), vec!["publisher_id".to_string()]);
    assert_eq!(violated(stray().on_conflict(Author::CODE).do_nothing().insert(db)), of_author);
    let moved = Author::PUBLISHER_ID.set(7);
    assert_eq!(violated(stray().on_conflict(Author::CODE).do_update(moved.clone()).insert(db)), of_author);
    assert_eq!(violated(Author::new("a").on_conflict(Author::CODE).do_update(moved.clone()).insert(db)), of_author);
    assert_eq!(violated(Author::query().filter(Author::ID.eq(author.id)).update(moved, db)), of_author);
    let renamed = Author::new("a").on_conflict(Author::CODE).do_update(Author::CODE.set("b"));
    assert_eq!(violated(renamed.insert(db)), ("book_author".to_string(), vec![]));
    let orphan = || Branch::new("a").set(Branch::PARENT, "x".to_string()).on_conflict(Branch::CODE);
    assert_eq!(violated(orphan().do_nothing().insert(db)), ("branch".to_string(), vec!["parent".to_string()]));
    let renamed = orphan().do_update(Branch::CODE.set("b"));
    assert_eq!(violated(renamed.insert(db)), ("branch".to_string(), vec![]));
    Ok(())
}

fn a_violation_within_one_table_names_columns_of_new_rows_only(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Branch>()?;
    let mut root = Branch::new("a").insert(db)?;
    let mut leaf = Branch::new("b").set(Branch::PARENT, "a".to_string()).insert(db)?;
    let orphan = Branch::new("c").set(Branch::PARENT, "x".to_string());
    assert_eq!(violated(orphan.insert(db)), ("branch".to_string(), vec!["parent".to_string()]));
    root.code = "d".into();
    assert_eq!(violated(root.update(db)), ("branch".to_string(), vec![]));
    leaf.parent = Some("x".into());
    assert_eq!(violated(leaf.update(db)), ("branch".to_string(), vec![]));
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_key_of_several_columns_points_to_a_table_without_a_model,
    a_violation_names_the_columns_of_the_foreign_key,
    a_violation_of_an_upsert_names_the_columns_unless_others_may_point_to_what_it_sets,
    a_violation_within_one_table_names_columns_of_new_rows_only,
    a_foreign_key_is_set_to_a_row,
    a_row_of_another_table_is_refused_at_the_insert,
    a_key_to_a_unique_column_takes_a_value_or_a_row,
    a_key_of_several_columns_takes_one_row_in_the_place_of_its_first,
    a_key_of_several_optional_columns_is_set_to_null_as_one,
    a_key_named_by_text_takes_a_value,
    a_key_to_a_table_that_is_not_there_is_refused_with_its_name,
    a_key_to_what_is_not_unique_is_refused_with_a_way_out,
    a_key_may_have_a_type_of_the_users_own,
    cascade_does_to_the_child_what_is_done_to_the_parent,
    set_null_makes_an_orphan,
    set_default_gives_the_child_to_another_parent,
    restrict_refuses_at_once,
    no_action_refuses_too,
    foreign_keys_hold_on_every_connection,
);
