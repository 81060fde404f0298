//! Edges of relationships: locks beside joined loads, dynamic ones through a link table, keys that share a column.

// Two keys that share a column name it twice.
#![allow(clippy::duplicated_attributes)]

use ormcore::prelude::*;
use ormcore::sql::case;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_page")]
struct Page {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(order_by = Note::ID)]
    notes: HasMany<Note>,
    #[relationship(secondary = PageTag, lazy = "dynamic", order_by = Tag::NAME)]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_note")]
struct Note {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Page::ID)]
    page_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_tag")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = Tag::ID)]
    group_id: Option<i64>,
    #[relationship]
    group: BelongsTo<Tag>,
}

/// A link with a key of its own: one tag may be linked to one page several times.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_page_tag")]
struct PageTag {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Page::ID)]
    page_id: i64,
    #[column(foreign_key = Tag::ID)]
    tag_id: i64,
}

fn fill(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Page, Note, Tag, PageTag)>()?;
    for name in ["a", "b"] {
        let page = Page::new(name).insert(db)?;
        Note::insert_all([Note::new(&page), Note::new(&page)], db)?;
    }
    Tag::insert_all(["x", "y", "z"].map(Tag::new), db)?;
    for tag in [1, 1, 2, 2, 3] {
        PageTag::new(1, tag).insert(db)?;
    }
    Ok(())
}

fn a_lock_is_about_the_rows_of_the_query_and_not_those_loaded_with_them(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    db.transaction(|tx| {
        let locked = Page::query().order_by(Page::ID).limit(1).with(Page::NOTES.joined()).for_update().all(tx)?;
        assert_eq!(locked[0].notes(tx)?.len(), 2);
        if db.dialect().name() == "postgres" {
            let other = db.clone();
            let (notes, page) = std::thread::spawn(move || {
                let notes = other.transaction(|tx| Note::query().for_update().nowait().all(tx));
                let page = other.transaction(|tx| Page::query().filter(Page::ID.eq(1)).nowait().all(tx));
                (notes, page)
            })
            .join()
            .unwrap();
            assert_eq!(notes?.len(), 4);
            assert!(matches!(page.unwrap_err().kind(), ErrorKind::Busy { .. }));
        }
        Ok(())
    })
}

fn pages_of_a_dynamic_relationship_are_full_though_links_repeat(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    let page = Page::find(1, db)?;
    let first = page.tags().paginate(1, 2, db)?;
    assert_eq!(first.items.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!((first.total, page.tags().paginate(2, 2, db)?.items.len()), (3, 1));
    assert_eq!(page.tags().count(db)?, 3);
    Ok(())
}

fn joins_and_filters_of_a_dynamic_relationship_are_about_its_target(db: &Database) -> ormcore::Result<()> {
    fill(db)?;
    Tag::query().filter(Tag::NAME.ne("x")).update(Tag::GROUP_ID.set(1), db)?;
    let (page, group) = (Page::find(1, db)?, ormcore::alias!(Tag));
    assert_eq!(page.tags().filter_by(Tag::NAME, "y").one(db)?.id, 2);
    let grouped = page.tags().join(Tag::GROUP.to(group)).filter(group.col(Tag::NAME).eq("x"));
    assert_eq!(grouped.all(db)?.iter().map(|tag| tag.id).collect::<Vec<_>>(), [2, 3]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_room")]
struct Room {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    number: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_guest")]
struct Guest {
    #[column(primary_key)]
    tenant: i64,
    #[column(primary_key)]
    name: String,
}

/// Both keys have the tenant as their first column.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "edge_stay",
    foreign_key(columns(tenant, room), references(Room::TENANT, Room::NUMBER)),
    foreign_key(columns(tenant, guest), references(Guest::TENANT, Guest::NAME))
)]
struct Stay {
    #[column(primary_key)]
    id: i64,
    tenant: Option<i64>,
    room: Option<i64>,
    guest: Option<String>,
    #[relationship(foreign_key = Stay::ROOM)]
    in_room: BelongsTo<Room>,
    #[relationship(foreign_key = Stay::GUEST)]
    of_guest: BelongsTo<Guest>,
}

fn keys_that_share_a_column_agree_or_the_database_refuses_them(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Room, Guest, Stay)>()?;
    let room = Room::new(1, 7).insert(db)?;
    let (ann, bob) = (Guest::new(1, "ann").insert(db)?, Guest::new(2, "bob").insert(db)?);
    let stay = Stay::new().set(Stay::ROOM, &room).set(Stay::GUEST, &ann).insert(db)?;
    assert_eq!((stay.in_room(db)?, stay.of_guest(db)?), (Some(&room), Some(&ann)));
    for load in [Stay::query().with(Stay::IN_ROOM.joined()), Stay::query().with(Stay::OF_GUEST.selectin())] {
        let stay = load.one(db)?;
        assert_eq!((stay.in_room(db)?, stay.of_guest(db)?), (Some(&room), Some(&ann)));
    }
    // The row that is set last says what the shared column is, and then the other key leads nowhere.
    let torn = Stay::new().set(Stay::ROOM, &room).set(Stay::GUEST, &bob).insert(db).unwrap_err();
    assert!(torn.is_foreign_key_violation(), "{torn}");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_shelf")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[relationship(order_by = (case().when(Jar::LABEL.eq("salt"), 0).otherwise(1), Jar::LABEL))]
    jars: HasMany<Jar>,
    #[relationship(order_by = Lid::SIZE.desc())]
    lids: HasMany<Lid>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_jar")]
struct Jar {
    #[column(primary_key)]
    id: i64,
    label: String,
    #[column(foreign_key = Shelf::ID)]
    shelf_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "edge_lid")]
struct Lid {
    #[column(primary_key)]
    id: i64,
    size: i32,
    #[column(foreign_key = Shelf::NAME)]
    shelf_name: Option<String>,
}

/// Texts of lazy loads are kept, each under its own relationship, and values of an order are sent each time.
fn lazy_loads_of_several_relationships_keep_apart(db: &Database) -> ormcore::Result<()> {
    db.execute("CREATE TABLE edge_shelf (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE)", ())?;
    db.create_tables::<(Jar, Lid)>()?;
    for (id, name) in [(1, "top"), (2, "low")] {
        db.execute("INSERT INTO edge_shelf (id, name) VALUES ($1, $2)", (id, name))?;
        Jar::insert_all(["tea", "salt", "oats"].map(|label| Jar::new(label, id)), db)?;
        Lid::insert_all([3, 5].map(|size| Lid::new(size).set(Lid::SHELF_NAME, Some(name.to_string()))), db)?;
    }
    for _ in 0..2 {
        for shelf in Shelf::all(db)? {
            let statements = db.record();
            let labels: Vec<&str> = shelf.jars(db)?.iter().map(|jar| jar.label.as_str()).collect();
            assert_eq!(labels, ["salt", "oats", "tea"]);
            let sizes: Vec<i32> = shelf.lids(db)?.iter().map(|lid| lid.size).collect();
            assert_eq!(sizes, [5, 3]);
            assert_eq!(statements.len(), 2);
        }
    }
    Ok(())
}

on_every_backend!(
    lazy_loads_of_several_relationships_keep_apart,
    a_lock_is_about_the_rows_of_the_query_and_not_those_loaded_with_them,
    pages_of_a_dynamic_relationship_are_full_though_links_repeat,
    joins_and_filters_of_a_dynamic_relationship_are_about_its_target,
    keys_that_share_a_column_agree_or_the_database_refuses_them,
);
