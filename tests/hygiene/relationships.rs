//! Relationships without a prelude, with other types where its names would be, across modules and between private models.
#![no_implicit_prelude]

use ::ormcore_tests::on_every_backend;

#[derive(::core::fmt::Debug)]
struct Option;

#[derive(::core::fmt::Debug)]
struct Vec;

#[derive(::core::fmt::Debug)]
struct Box;

#[derive(::ormcore::Model, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone)]
#[model(table = "hygiene_keeper")]
struct Keeper {
    #[column(primary_key)]
    id: i64,
    #[relationship(backref = "self_", foreign_key = inner::Kept::FIRST, order_by = inner::Kept::LABEL.desc())]
    r#type: ::ormcore::HasMany<inner::Kept>,
    #[relationship(secondary = "hygiene_likes", backref = "result")]
    executor: ::ormcore::HasMany<inner::Kept>,
    #[relationship(lazy = "dynamic", foreign_key = inner::Kept::SECOND)]
    row: ::ormcore::HasMany<inner::Kept>,
    #[relationship(lazy = "raise", foreign_key = inner::Kept::SECOND)]
    none: ::ormcore::HasOne<inner::Kept>,
    #[relationship(foreign_key = inner::Kept::FIRST, filter = inner::Kept::LABEL.eq("a"), order_by = inner::Kept::LABEL)]
    filter: ::ormcore::HasMany<inner::Kept>,
}

mod inner {
    #[derive(::ormcore::Model, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone)]
    #[model(table = "hygiene_kept")]
    pub(super) struct Kept {
        #[column(primary_key)]
        id: i64,
        pub(super) label: ::std::string::String,
        #[column(foreign_key = super::Keeper::ID)]
        first: i64,
        #[column(foreign_key = super::Keeper::ID)]
        second: ::core::option::Option<i64>,
        #[relationship(foreign_key = Self::FIRST, lazy = "joined", backref = "db")]
        pub(super) relation: ::ormcore::BelongsTo<super::Keeper>,
        #[relationship(foreign_key = Kept::SECOND, lazy = "selectin")]
        pub(super) relationship: ::ormcore::BelongsTo<super::Keeper>,
    }
}

use ::ormcore::prelude::Expression as _;

fn nothing_of_the_prelude_is_needed(db: &::ormcore::Database) -> ::ormcore::Result<()> {
    use ::ormcore::prelude::{Executor as _, Queryable as _};
    use ::std::{assert, assert_eq};

    use inner::Kept;

    let _ = (Option, Vec, Box);
    db.create_tables::<(Keeper, Kept)>()?;
    let keeper = Keeper::new().insert(db)?;
    for label in ["a", "b"] {
        Kept::new(label, &keeper).insert(db)?;
    }
    let found = keeper.r#type(db)?;
    assert_eq!((found[0].label.as_str(), found[1].label.as_str()), ("b", "a"));
    assert_eq!(found[0].self_(db)?, keeper);
    assert_eq!(keeper.db(db)?.len(), 2);
    Keeper::EXECUTOR.link(&keeper, &found[0], db)?;
    assert_eq!(keeper.executor(db)?.len(), 1);
    assert_eq!(found[0].result(db)?.len(), 1);
    assert_eq!(keeper.row().count(db)?, 0);
    assert_eq!(keeper.filter(db)?.len(), 1);
    assert!(keeper.none(db).is_err());
    let kept = Kept::query().filter(Kept::LABEL.eq("a")).one(db)?;
    assert!(kept.relation.is_loaded() && kept.relationship.is_loaded());
    assert_eq!(*kept.relation(db)?, keeper);
    assert!(kept.relationship(db)?.is_none());
    ::core::result::Result::Ok(())
}

on_every_backend! { nothing_of_the_prelude_is_needed }
