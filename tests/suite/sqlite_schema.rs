//! Models in a schema: on SQLite a database that is attached.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "archive", table = "paper", index(title, year))]
struct Paper {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    title: String,
    #[column(index)]
    year: i32,
    #[column(server_default = "'open'")]
    state: String,
    #[column(version)]
    version: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "archive")]
struct Sheet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Paper::ID, on_delete = "cascade")]
    paper_id: i64,
}

/// A table of the same name in the connection's own schema.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "paper")]
struct Other {
    #[column(primary_key)]
    id: i64,
    color: String,
}

fn attached() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let attach = format!("ATTACH DATABASE '{}' AS archive", folder.path().join("archive.db").display());
    let url = format!("sqlite:{}", folder.path().join("main.db").display());
    let builder = Database::builder(&url).on_connect(move |connection| connection.execute_script(&attach));
    (folder, builder.connect().unwrap())
}

#[test]
fn rows_of_a_schema_are_written_read_and_queried() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    db.create_tables::<(Sheet, Paper, Other)>()?;
    let mut paper = Paper::new("one", 1999).insert(&db)?;
    assert_eq!(paper.state, "open");
    let others = Paper::insert_all([Paper::new("two", 2000), Paper::new("three", 2001)], &db)?;
    paper.year = 1998;
    paper.update(&db)?;
    paper.update_only((Paper::STATE,), &db)?;
    assert_eq!(Paper::find(paper.id, &db)?, paper);
    assert_eq!(Paper::query().filter(Paper::YEAR.gt(1999)).order_by(Paper::YEAR).all(&db)?, others);
    assert_eq!(Paper::query().order_by(Paper::ID).limit(1).update(Paper::STATE.set("shut"), &db)?, 1);
    paper.refresh(&db)?;
    assert_eq!((paper.state.as_str(), paper.version), ("shut", 4));
    Ok(())
}

#[test]
fn a_table_of_the_same_name_elsewhere_is_another() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    db.create_tables::<(Paper, Other)>()?;
    Other::new("red").insert(&db)?;
    assert_eq!((Paper::query().count(&db)?, Other::query().count(&db)?), (0, 1));
    assert_eq!(Other::query().delete(&db)?, 1);
    Ok(())
}

#[test]
fn foreign_keys_and_unique_columns_hold_inside_a_schema() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    db.create_tables::<(Paper, Sheet)>()?;
    let paper = Paper::new("one", 1999).insert(&db)?;
    let sheet = Sheet::new(&paper).insert(&db)?;
    assert!(Sheet::new(99).insert(&db).unwrap_err().is_foreign_key_violation());
    assert!(Paper::new("one", 1).insert(&db).unwrap_err().is_unique_violation());
    paper.delete(&db)?;
    assert_eq!(Sheet::get(sheet.id, &db)?, None);
    Ok(())
}

#[test]
fn tables_of_a_schema_are_created_again_and_dropped_whether_they_are_there_or_not() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    db.drop_tables::<(Paper, Sheet)>()?;
    db.create_tables::<(Paper, Sheet, Other)>()?;
    db.create_tables::<(Paper, Sheet, Other)>()?;
    let paper = Paper::new("one", 1999).insert(&db)?;
    Sheet::new(&paper).insert(&db)?;
    db.drop_tables::<(Paper, Sheet)>()?;
    assert!(matches!(Paper::all(&db).unwrap_err().kind(), ErrorKind::Schema { .. }));
    assert_eq!(Other::query().count(&db)?, 0, "the table of the other schema is still there");
    db.drop_tables::<(Paper, Sheet, Other)>()
}

#[test]
fn a_table_of_a_schema_that_another_points_to_is_not_dropped() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    db.create_tables::<(Paper, Sheet, Other)>()?;
    let paper = Paper::new("one", 1999).insert(&db)?;
    Sheet::new(&paper).insert(&db)?;
    Other::new("red").insert(&db)?;
    let error = db.drop_tables::<(Paper, Other)>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    assert!(error.to_string().contains("drop `sheet` first"), "{error}");
    assert_eq!((Paper::query().count(&db)?, Sheet::query().count(&db)?, Other::query().count(&db)?), (1, 1, 1));
    db.drop_tables::<(Other,)>()?;
    db.drop_tables::<(Sheet,)>()?;
    db.drop_tables::<(Paper,)>()
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "archive")]
struct Shelf {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Box::ID)]
    box_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "archive")]
struct Box {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Shelf::ID, on_delete = "restrict")]
    shelf_id: Option<i64>,
}

#[test]
fn a_circle_in_a_schema_is_dropped_whatever_of_it_is_there() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    db.drop_tables::<(Shelf, Box, Paper)>()?;
    db.create_tables::<(Shelf, Box)>()?;
    let shelf = Shelf::new().insert(&db)?;
    Box::new().set(Box::SHELF_ID, shelf.id).insert(&db)?;
    db.drop_tables::<(Shelf, Box, Paper)>()?;
    db.create_tables::<(Shelf, Box)>()?;
    assert_eq!((Shelf::query().count(&db)?, Box::query().count(&db)?), (0, 0));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(schema = "archive")]
struct RoomPlan {
    #[column(primary_key)]
    id: i64,
    #[column(index)]
    floor: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "room_plan")]
struct OtherPlan {
    #[column(primary_key)]
    id: i64,
    #[column(index)]
    floor: i32,
}

/// The names of indexes in the schema, but those that SQLite gives.
fn indexes(schema: &str, db: &Database) -> ormcore::Result<Vec<String>> {
    let sql = format!("SELECT name FROM {schema}.sqlite_master WHERE type = 'index' AND name LIKE 'ix%' ORDER BY name");
    db.query_as(&sql, ())
}

#[test]
fn an_index_has_its_plain_name_in_each_schema() -> ormcore::Result<()> {
    let (_folder, db) = attached();
    for _ in 0..2 {
        db.create_tables::<(OtherPlan, RoomPlan)>()?;
    }
    assert_eq!(indexes("main", &db)?, ["ix_room_plan_floor"]);
    assert_eq!(indexes("archive", &db)?, ["ix_room_plan_floor"]);
    Ok(())
}

/// What the error says.
fn refused(answer: ormcore::Result<()>) -> String {
    let error = answer.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn a_foreign_key_to_another_schema_is_refused_in_words() -> ormcore::Result<()> {
    #[derive(Model)]
    #[model(table = "outer_sheet")]
    struct OuterSheet {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Paper::ID)]
        paper_id: i64,
    }
    #[derive(Model)]
    #[model(schema = "archive", table = "inner_sheet")]
    struct InnerSheet {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Other::ID)]
        paper_id: i64,
    }
    let (_folder, db) = attached();
    // One of that name there would be taken for it.
    db.create_tables::<(Paper, Other)>()?;
    let expected = "the foreign key `outer_sheet.paper_id` points to the table `archive.paper` in another schema: on sqlite \
                    it cannot leave its own; put both models into one, or leave the foreign key out";
    assert_eq!(refused(db.create_tables::<(OuterSheet,)>()), expected);
    assert_eq!(refused(db.create_tables::<(Paper, OuterSheet)>()), expected);
    assert_eq!(refused(db.ddl_of::<(Paper, OuterSheet)>().map(drop)), expected);
    let inner = refused(db.create_tables::<(InnerSheet,)>());
    assert!(inner.contains("`inner_sheet.paper_id` points to the table `paper` in another schema"), "{inner}");
    Ok(())
}

#[test]
fn a_link_table_between_two_schemas_is_refused_in_words() {
    #[derive(Model)]
    #[model(table = "linked_left", schema = "archive")]
    struct Left {
        #[column(primary_key)]
        id: i64,
        #[relationship(secondary = "left_right")]
        rights: HasMany<Right>,
    }
    #[derive(Model)]
    #[model(table = "linked_right")]
    struct Right {
        #[column(primary_key)]
        id: i64,
    }
    let (_folder, db) = attached();
    let error = refused(db.create_tables::<(Left, Right)>());
    assert!(
        error.contains("`left_right.linked_right_id` points to the table `linked_right` in another schema"),
        "{error}"
    );
}

/// Rows of a schema, and rows of the same tables in the connection's own.
mod twice {
    pub(super) mod archive {
        use ormcore::prelude::*;

        #[derive(Model, Debug, Clone)]
        #[model(schema = "archive", table = "twice_page")]
        pub(crate) struct Page {
            #[column(primary_key)]
            pub(crate) id: i64,
            #[relationship(secondary = "twice_page_tag")]
            pub(crate) tags: HasMany<Tag>,
        }

        #[derive(Model, Debug, Clone)]
        #[model(schema = "archive", table = "twice_tag")]
        pub(crate) struct Tag {
            #[column(primary_key)]
            pub(crate) id: i64,
        }
    }

    pub(super) mod own {
        use ormcore::prelude::*;

        #[derive(Model, Debug, Clone)]
        #[model(table = "twice_page")]
        pub(crate) struct Page {
            #[column(primary_key)]
            pub(crate) id: i64,
            #[relationship(secondary = "twice_page_tag")]
            pub(crate) tags: HasMany<Tag>,
        }

        #[derive(Model, Debug, Clone)]
        #[model(table = "twice_tag")]
        pub(crate) struct Tag {
            #[column(primary_key)]
            pub(crate) id: i64,
        }
    }
}

#[test]
fn one_flush_links_rows_in_two_schemas_by_tables_of_one_name() -> ormcore::Result<()> {
    use twice::{archive, own};
    let (_folder, db) = attached();
    db.create_tables::<(archive::Page, archive::Tag, own::Page, own::Tag)>()?;
    let mut session = db.session()?;
    let (page, tag) = (session.add(own::Page::new()), session.add(own::Tag::new()));
    let (old_page, old_tag) = (session.add(archive::Page::new()), session.add(archive::Tag::new()));
    session.commit()?;
    let links = || -> ormcore::Result<Vec<i64>> {
        let count = |table: &str| db.query_as::<i64>(&format!("SELECT count(*) FROM {table}"), ());
        Ok([count("main.twice_page_tag")?, count("archive.twice_page_tag")?].concat())
    };
    session.append(page, own::Page::TAGS, tag)?;
    session.append(old_page, archive::Page::TAGS, old_tag)?;
    session.commit()?;
    assert_eq!(links()?, [1, 1]);
    session.remove(page, own::Page::TAGS, tag)?;
    session.remove(old_page, archive::Page::TAGS, old_tag)?;
    session.commit()?;
    assert_eq!(links()?, [0, 0]);
    Ok(())
}

#[test]
fn the_schema_main_is_the_one_that_is_not_said() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(schema = "main", table = "said")]
    struct Said {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Other::ID)]
        paper_id: i64,
    }
    let (_folder, db) = attached();
    assert!(db.ddl_of::<(Other, Said)>().is_ok());
    db.create_tables::<(Other, Said)>()?;
    let paper = Other::new("red").insert(&db)?;
    Said::new(&paper).insert(&db)?;
    assert!(Said::new(99).insert(&db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

#[test]
fn a_schema_that_is_not_attached_is_an_error() {
    let db = Database::connect("sqlite::memory:").unwrap();
    let error = db.create_tables::<(Paper,)>().unwrap_err();
    assert!(error.to_string().contains("archive"), "{error}");
}

mod dropping {
    use ormcore::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "restricting_node")]
    struct Node {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Node::ID, on_delete = "restrict")]
        parent_id: Option<i64>,
    }

    #[test]
    fn a_tree_whose_rows_restrict_each_other_is_dropped() {
        let db = Database::connect("sqlite::memory:").unwrap();
        db.create_tables::<(Node,)>().unwrap();
        let root = Node::new().insert(&db).unwrap();
        Node::new().set(Node::PARENT_ID, root.id).insert(&db).unwrap();
        db.drop_tables::<(Node,)>().unwrap();
        assert!(matches!(Node::all(&db).unwrap_err().kind(), ErrorKind::Schema { .. }));
    }

    /// To put the checks back behind the drop (`PRAGMA defer_foreign_keys = OFF`) would forget it.
    #[test]
    fn what_the_transaction_has_yet_to_mend_is_not_forgotten() {
        let db = Database::connect("sqlite::memory:").unwrap();
        db.create_tables::<(Node,)>().unwrap();
        let links = "CREATE TABLE later (id INTEGER PRIMARY KEY, next INTEGER REFERENCES later (id) DEFERRABLE INITIALLY \
                     DEFERRED) STRICT";
        db.execute(links, ()).unwrap();
        let committed = db.transaction(|tx| {
            tx.execute("INSERT INTO later (next) VALUES (7)", ())?;
            tx.drop_tables::<(Node,)>()
        });
        assert!(matches!(committed.unwrap_err().kind(), ErrorKind::ForeignKeyViolation { .. }));
        Node::new().insert(&db).unwrap();
    }

    /// Its root points to itself.
    #[derive(Model, Debug)]
    #[model(table = "restricting_root")]
    struct Root {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Root::ID, on_delete = "restrict")]
        parent_id: i64,
        #[column(foreign_key = Root::ID, on_delete = "restrict", check = "twin_id IS NOT NULL")]
        twin_id: Option<i64>,
    }

    #[test]
    fn a_tree_whose_keys_cannot_be_emptied_is_dropped() {
        let db = Database::connect("sqlite::memory:").unwrap();
        db.create_tables::<(Root,)>().unwrap();
        let root = Root::new(1).set(Root::ID, 1).set(Root::TWIN_ID, 1).insert(&db).unwrap();
        Root::new(root.id).set(Root::TWIN_ID, root.id).insert(&db).unwrap();
        db.drop_tables::<(Root,)>().unwrap();
        assert!(matches!(Root::all(&db).unwrap_err().kind(), ErrorKind::Schema { .. }));
    }

    #[test]
    fn names_that_differ_in_case_only_are_one_table() {
        let db = Database::connect("sqlite::memory:").unwrap();
        db.create_tables::<(Node,)>().unwrap();
        db.execute("CREATE TABLE outside (node INTEGER REFERENCES RESTRICTING_NODE (id)) STRICT", ()).unwrap();
        let error = db.drop_tables::<(Node,)>().unwrap_err();
        assert!(error.to_string().contains("drop `outside` first"), "{error}");
    }
}
