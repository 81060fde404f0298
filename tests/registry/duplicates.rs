//! Two models of one table: an error of what is about all tables, and legal elsewhere.
#![allow(clippy::unwrap_used)]

use ormcore::prelude::*;
use ormcore_tests::{on_every_backend, tables};

mod whole {
    use ormcore::prelude::*;

    #[derive(Model, Debug, Clone, PartialEq)]
    pub(crate) struct User {
        #[column(primary_key)]
        pub(crate) id: i64,
        pub(crate) name: String,
        pub(crate) bio: Option<String>,
    }
}

/// Only some of the columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "user")]
struct Named {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn create_all_drop_all_and_ddl_name_both_models(db: &Database) -> ormcore::Result<()> {
    for error in [db.create_all().unwrap_err(), db.drop_all().unwrap_err(), db.ddl().unwrap_err()] {
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("whole::User") && text.contains("::Named") && text.contains("`user`"), "{text}");
    }
    assert!(tables(db)?.is_empty());
    Ok(())
}

fn two_models_of_one_table_read_and_write_it(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(whole::User,)>()?;
    let mut named = Named::new("ann").insert(db)?;
    let user = whole::User::find(named.id, db)?;
    assert_eq!((user.name.as_str(), user.bio.as_deref()), ("ann", None));
    whole::User::query().update(whole::User::BIO.set("kept"), db)?;
    named.name = "Ann".into();
    named.update(db)?;
    assert_eq!(whole::User::find(named.id, db)?.bio.as_deref(), Some("kept"), "a partial model writes its own columns");
    db.drop_tables::<(whole::User,)>()
}

on_every_backend!(create_all_drop_all_and_ddl_name_both_models, two_models_of_one_table_read_and_write_it);
