//! What `create_tables` makes, whatever was made before it.

use ormcore::prelude::*;
use ormcore_tests::is_sqlite;

#[derive(Model, Debug)]
#[model(table = "made_attic", unique(box_lid, filter = "box_lid > 0"))]
struct Attic {
    #[column(primary_key)]
    id: i64,
    box_lid: i64,
}

#[derive(Model, Debug)]
#[model(table = "made_attic_box", unique(lid, filter = "lid > 0"))]
struct AtticBox {
    #[column(primary_key)]
    id: i64,
    lid: i64,
}

/// Its unique column is a constraint on PostgreSQL too, whose name is an index's.
#[derive(Model, Debug)]
#[model(table = "made_attic_box_lid")]
struct Lid {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    number: i64,
}

#[derive(Model, Debug)]
#[model(table = "made_attic_box", unique(lid_number, filter = "lid_number > 0"))]
struct OtherBox {
    #[column(primary_key)]
    id: i64,
    lid_number: i64,
}

fn an_index_is_made_though_a_table_of_an_earlier_call_has_one_of_its_name(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(AtticBox,)>()?;
    db.create_tables::<(Attic,)>()?;
    // Both find their own ones again.
    let before = index_names(db)?;
    db.create_tables::<(Attic, AtticBox)>()?;
    assert_eq!(index_names(db)?, before);
    Attic::new(1).insert(db)?;
    AtticBox::new(1).insert(db)?;
    assert!(Attic::new(1).insert(db).unwrap_err().is_unique_violation());
    assert!(AtticBox::new(1).insert(db).unwrap_err().is_unique_violation());
    // What had to have another name keeps it when the plain one is free again.
    db.drop_tables::<(AtticBox,)>()?;
    let left = index_names(db)?;
    db.create_tables::<(Attic,)>()?;
    assert_eq!(index_names(db)?, left);
    Ok(())
}

fn a_constraint_is_made_though_an_index_of_an_earlier_call_has_its_name(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(OtherBox,)>()?;
    db.create_tables::<(Lid,)>()?;
    Lid::new(1).insert(db)?;
    assert!(Lid::new(1).insert(db).unwrap_err().is_unique_violation());
    OtherBox::new(1).insert(db)?;
    assert!(OtherBox::new(1).insert(db).unwrap_err().is_unique_violation());
    Ok(())
}

/// The names of the unique indexes of the tables above.
fn index_names(db: &Database) -> ormcore::Result<Vec<String>> {
    let query = match db.dialect().name() {
        "postgres" => "SELECT indexname::text FROM pg_indexes WHERE tablename LIKE 'made_attic%' ORDER BY 1",
        _ => "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name LIKE 'made_attic%' ORDER BY 1",
    };
    db.query_as(query, ())
}

#[derive(Model, Debug)]
#[model(table = "made_page")]
struct Page {
    #[column(primary_key, unique, index, comment = "the page's number")]
    id: i64,
    #[relationship(secondary = "made_page_tag")]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug, PartialEq)]
#[model(table = "made_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
}

fn a_link_table_takes_only_the_type_from_a_key(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Tag)>()?;
    let (page, tags) = (Page::new().insert(db)?, Tag::insert_all([Tag::new(), Tag::new()], db)?);
    Page::TAGS.link(&page, &tags[0], db)?;
    Page::TAGS.link(&page, &tags[1], db)?;
    assert_eq!(*page.tags(db)?, tags);
    let mut session = db.session()?;
    let page = session.add(Page::new());
    for tag in session.all(Tag::query())? {
        session.append(page, Page::TAGS, tag)?;
    }
    session.commit()?;
    assert_eq!(session.related(page, Page::TAGS)?.len(), 2);
    drop(session);
    assert_eq!(db.query_as::<i64>("SELECT count(*) FROM made_page_tag", ())?, [4]);
    Ok(())
}

fn what_is_written_down_makes_the_link_tables_too(db: &Database) -> ormcore::Result<()> {
    for statement in db.ddl_of::<(Page, Tag)>()? {
        db.execute(statement, ())?;
    }
    let (page, tag) = (Page::new().insert(db)?, Tag::new().insert(db)?);
    Page::TAGS.link(&page, &tag, db)
}

#[derive(Model, Debug)]
#[model(table = "made_member")]
struct Member {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Order::ID)]
    last_order: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "made_owner")]
struct Owner {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    id: i64,
}

/// Two foreign keys of the same columns, one of them in a circle, and two checks whose names run together.
#[derive(Model, Debug)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "made_order",
    foreign_key(columns(tenant, user), references(Owner::TENANT, Owner::ID)),
    foreign_key(columns(tenant, user), references(Member::TENANT, Member::ID))
)]
struct Order {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    user: i64,
    #[column(length = 3)]
    note: String,
    #[column(check = "note_length > 0")]
    note_length: i64,
}

fn constraints_whose_names_run_together_are_all_made(db: &Database) -> ormcore::Result<()> {
    for _ in 0..2 {
        db.create_tables::<(Member, Owner, Order)>()?;
    }
    let order = |user| Order::new(1, user, "n", 1);
    Owner::new(1, 1).insert(db)?;
    Owner::new(1, 2).insert(db)?;
    Member::new(1, 1).insert(db)?;
    Member::new(1, 3).insert(db)?;
    order(1).insert(db)?;
    assert!(order(2).insert(db).unwrap_err().is_foreign_key_violation(), "no member");
    assert!(order(3).insert(db).unwrap_err().is_foreign_key_violation(), "no owner");
    assert!(order(1).set(Order::NOTE, "long").insert(db).unwrap_err().is_check_violation());
    assert!(order(1).set(Order::NOTE_LENGTH, 0).insert(db).unwrap_err().is_check_violation());
    Ok(())
}

#[derive(Model, Debug)]
#[model(
    table = "made_folder",
    unique(tenant, id, name = "made_one_folder"),
    foreign_key(columns(tenant, parent), references(Folder::TENANT, Folder::ID))
)]
struct Folder {
    #[column(primary_key)]
    id: i64,
    tenant: i64,
    parent: Option<i64>,
}

fn a_table_may_point_to_a_unique_index_of_its_own(db: &Database) -> ormcore::Result<()> {
    for _ in 0..2 {
        db.create_tables::<(Folder,)>()?;
    }
    let root = Folder::new(1).insert(db)?;
    Folder::new(1).set(Folder::PARENT, root.id).insert(db)?;
    assert!(Folder::new(2).set(Folder::PARENT, root.id).insert(db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
#[model(table = "made_city")]
struct City {
    #[column(primary_key)]
    id: i64,
    #[column(length = 3)]
    code: String,
    #[column(length = 4)]
    flag: Vec<u8>,
}

fn a_length_is_kept_and_cuts_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(City,)>()?;
    let fits = City::new("a  ", vec![0; 4]).insert(db)?;
    assert_eq!(City::query().all(db)?, [fits]);
    for (code, flag) in [("a   ", vec![]), ("abcd", vec![]), ("a", vec![0; 5])] {
        assert!(City::new(code, flag).insert(db).unwrap_err().is_check_violation(), "{code:?}");
    }
    Ok(())
}

#[derive(Model, Debug)]
#[model(
    table = "made_long",
    unique(
        one,
        filter = "one > 0",
        name = "a_name_that_is_longer_than_the_sixty_three_bytes_which_are_kept_of_the_left"
    ),
    unique(
        two,
        filter = "two > 0",
        name = "a_name_that_is_longer_than_the_sixty_three_bytes_which_are_kept_of_the_right"
    )
)]
struct Long {
    #[column(primary_key)]
    id: i64,
    one: i64,
    two: i64,
}

fn an_index_whose_name_would_be_cut_is_refused(db: &Database) -> ormcore::Result<()> {
    match db.create_tables::<(Long,)>() {
        Ok(()) => {
            assert!(is_sqlite(db));
            Long::new(1, 1).insert(db)?;
            assert!(Long::new(2, 1).insert(db).unwrap_err().is_unique_violation());
        }
        Err(error) => assert!(error.to_string().contains("is 75 bytes long, and postgres takes 63"), "{error}"),
    }
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "made_Case")]
struct Upper {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "made_case")]
struct Lower {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn tables_whose_names_differ_in_case_only_are_two_or_refused(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        let error = db.create_tables::<(Upper, Lower)>().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        let said = "the table `made_Case` of `suite::created::Upper` and the table `made_case` of \
                    `suite::created::Lower` differ in case only, which sqlite takes for one table: give one of them \
                    another name";
        assert_eq!(error.to_string(), said);
        db.create_tables::<(Upper,)>()?;
        let error = db.create_tables::<(Lower,)>().unwrap_err();
        let said = "the table `made_case` of `suite::created::Lower` is in the database as `made_Case`, which sqlite \
                    takes for one name: spell it like that, or give it another";
        assert_eq!(error.to_string(), said);
        return Ok(());
    }
    db.create_tables::<(Upper, Lower)>()?;
    Upper::new().insert(db)?;
    Lower::new("a").insert(db)?;
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "made_poster")]
struct Poster {
    #[column(primary_key)]
    id: i64,
    #[relationship(secondary = "MADE_CASE")]
    links: HasMany<Poster>,
}

fn a_bare_link_table_whose_name_differs_in_case_only_is_called_one(db: &Database) -> ormcore::Result<()> {
    if is_sqlite(db) {
        let said = "the table `made_case` of `suite::created::Lower` and the bare link table `MADE_CASE` differ in case \
                    only, which sqlite takes for one table: give one of them another name";
        assert_eq!(db.create_tables::<(Lower, Poster)>().unwrap_err().to_string(), said);
        return Ok(());
    }
    db.create_tables::<(Lower, Poster)>()
}

fn a_model_that_is_named_twice_is_made_once(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<((AtticBox, Attic), (Attic, Lid))>()?;
    let twice = index_names(db)?;
    db.drop_tables::<((AtticBox, Attic), (Attic, Lid))>()?;
    db.create_tables::<(AtticBox, Attic, Lid)>()?;
    assert_eq!(twice, index_names(db)?);
    assert_eq!(db.ddl_of::<(Attic, Attic)>()?, db.ddl_of::<(Attic,)>()?);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_model_that_is_named_twice_is_made_once,
    a_bare_link_table_whose_name_differs_in_case_only_is_called_one,
    an_index_whose_name_would_be_cut_is_refused,
    tables_whose_names_differ_in_case_only_are_two_or_refused,
    an_index_is_made_though_a_table_of_an_earlier_call_has_one_of_its_name,
    a_constraint_is_made_though_an_index_of_an_earlier_call_has_its_name,
    a_link_table_takes_only_the_type_from_a_key,
    what_is_written_down_makes_the_link_tables_too,
    constraints_whose_names_run_together_are_all_made,
    a_table_may_point_to_a_unique_index_of_its_own,
    a_length_is_kept_and_cuts_nothing,
);
