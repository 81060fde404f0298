//! `create_all`, `drop_all` and `ddl`: every model that is linked into the program, and no other.
#![allow(clippy::unwrap_used)]

use ormcore::prelude::*;
use ormcore_tests::{every_backend, tables};

// Declared children first, so that the order of declaration is not the order of creation.
#[derive(Model, Debug, Clone, PartialEq)]
struct ALetter {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = MPerson::ID)]
    sender_id: i64,
    #[column(foreign_key = "m_person.id")]
    receiver_id: i64,
    #[column(foreign_key = ALetter::ID)]
    answers: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct MPerson {
    #[column(primary_key)]
    id: i64,
    name: String,
    #[column(foreign_key = ZTown::CODE)]
    town: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct ZTown {
    #[column(primary_key)]
    code: String,
}

mod elsewhere {
    use ormcore::prelude::*;

    /// Nothing names it but this module.
    #[derive(Model)]
    #[model(table = "from a module")]
    pub(crate) struct Hidden {
        #[column(primary_key)]
        pub(crate) id: i64,
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "town_size", read_only)]
struct TownSize {
    town: String,
    people: i64,
}

fn on_every_database(test: impl Fn(&Database) -> ormcore::Result<()>) {
    for fixture in every_backend() {
        test(&fixture.db).unwrap();
    }
}

/// A town, two people in it, and two letters, one of which answers the other.
fn fill(db: &Database) -> ormcore::Result<()> {
    let town = ZTown::new("bree").insert(db)?;
    let ann = MPerson::new("ann", &town).insert(db)?;
    let bob = MPerson::new("bob", "bree").insert(db)?;
    let first = ALetter::new(&ann, bob.id).insert(db)?;
    ALetter::new(&bob, ann.id).set(ALetter::ANSWERS, first.id).insert(db)?;
    elsewhere::Hidden::new().insert(db)?;
    Ok(())
}

#[test]
fn every_linked_model_has_its_table_and_views_have_none() {
    on_every_database(|db| {
        db.create_all()?;
        assert_eq!(tables(db)?, ["a_letter", "from a module", "m_person", "z_town"]);
        fill(db)
    });
}

#[test]
fn the_text_names_parents_before_children() {
    on_every_database(|db| {
        let text = db.ddl()?;
        let place = |table: &str| {
            let start = format!("CREATE TABLE IF NOT EXISTS \"{table}\" ");
            text.iter().position(|sql| sql.starts_with(&start)).unwrap()
        };
        assert!(place("z_town") < place("m_person") && place("m_person") < place("a_letter"), "{text:?}");
        assert!(!text.join("").contains("town_size"));
        assert_eq!(text, db.ddl()?, "the text is the same each time");
        assert!(tables(db)?.is_empty(), "the text is not run");
        for sql in text {
            db.execute(sql, ())?;
        }
        fill(db)
    });
}

#[test]
fn create_all_leaves_what_is_there() {
    on_every_database(|db| {
        db.create_all()?;
        fill(db)?;
        db.create_all()?;
        assert_eq!((MPerson::query().count(db)?, ALetter::query().count(db)?), (2, 2));
        Ok(())
    });
}

#[test]
fn check_all_asks_for_every_linked_model_and_for_views() {
    on_every_database(|db| {
        assert_eq!(db.check_all().unwrap_err().differences().len(), 5);
        db.create_all()?;
        let error = db.check_all().unwrap_err();
        assert_eq!((error.differences().len(), error.differences()[0].table()), (1, "town_size"));
        db.execute("CREATE VIEW town_size AS SELECT town, count(*) AS people FROM m_person GROUP BY town", ())?;
        db.check_all()
    });
}

#[test]
fn drop_all_drops_full_tables_and_what_is_not_there_is_no_error() {
    on_every_database(|db| {
        db.drop_all()?;
        db.create_all()?;
        fill(db)?;
        db.execute("CREATE TABLE other (id INTEGER PRIMARY KEY)", ())?;
        db.drop_all()?;
        assert_eq!(tables(db)?, ["other"], "what is not ours stays");
        db.create_all()?;
        db.execute("DROP TABLE \"from a module\"", ())?;
        db.drop_all()?;
        assert_eq!(tables(db)?, ["other"]);
        Ok(())
    });
}

#[test]
fn drop_all_is_refused_where_another_table_points_to_one_of_ours() {
    on_every_database(|db| {
        db.create_all()?;
        fill(db)?;
        db.execute("CREATE TABLE visitor (id INTEGER PRIMARY KEY, person INTEGER REFERENCES m_person (id))", ())?;
        let error = db.drop_all().unwrap_err();
        let text = error.to_string();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        assert!(text.contains("`visitor`") && text.contains("`m_person`"), "{text}");
        assert_eq!(ALetter::query().count(db)?, 2, "nothing was dropped");
        db.execute("DROP TABLE visitor", ())?;
        db.drop_all()
    });
}

#[test]
fn drop_tables_is_refused_where_a_table_that_stays_points_to_one_that_goes() {
    on_every_database(|db| {
        db.create_all()?;
        fill(db)?;
        let error = db.drop_tables::<(ZTown,)>().unwrap_err().to_string();
        assert!(error.contains("`z_town`") && error.contains("`m_person`"), "{error}");
        db.drop_tables::<(ZTown, ALetter, MPerson)>()?;
        assert_eq!(tables(db)?, ["from a module"]);
        Ok(())
    });
}

#[test]
fn tables_are_created_all_or_none() {
    on_every_database(|db| {
        // An index has the name of a table: CREATE TABLE refuses that in spite of IF NOT EXISTS.
        db.execute("CREATE TABLE t (person INTEGER)", ())?;
        db.execute("CREATE INDEX m_person ON t (person)", ())?;
        assert!(db.create_all().is_err());
        assert_eq!(tables(db)?, ["t"]);
        Ok(())
    });
}

#[test]
fn tables_are_created_and_dropped_inside_a_transaction() {
    on_every_database(|db| {
        let undone: ormcore::Result<()> = db.transaction(|tx| {
            tx.create_all()?;
            ZTown::new("bree").insert(tx)?;
            Err(Error::rollback("no"))
        });
        assert!(undone.is_err() && tables(db)?.is_empty());
        db.transaction(|tx| tx.create_all())?;
        db.transaction(|tx| tx.drop_all())?;
        assert!(tables(db)?.is_empty());
        Ok(())
    });
}

#[test]
fn a_view_is_created_by_its_owner_after_the_tables() {
    on_every_database(|db| {
        db.create_all()?;
        db.execute("CREATE VIEW town_size AS SELECT town, count(*) AS people FROM m_person GROUP BY town", ())?;
        fill(db)?;
        assert_eq!(TownSize::query().all(db)?, [TownSize { town: "bree".into(), people: 2 }]);
        Ok(())
    });
}
