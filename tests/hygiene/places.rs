//! Models in nested modules, in functions, in blocks and in tests, private and public; two that point to each other.

use ormcore::prelude::*;
use ormcore_tests::{Fixture, on_every_backend};

#[derive(Model, Debug, Clone, PartialEq)]
struct Egg {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Hen::ID)]
    laid_by: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Hen {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Egg::ID)]
    hatched_from: i64,
}

mod outer {
    use ormcore::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
    enum Private {
        One,
        Two,
    }

    pub(super) mod inner {
        use ormcore::prelude::*;

        #[derive(Model, Debug, Clone, PartialEq)]
        pub(in crate::places) struct Nest {
            #[column(primary_key)]
            pub(in crate::places) id: i64,
            #[column(foreign_key = super::super::Hen::ID)]
            pub(in crate::places) hen: i64,
            #[column(foreign_key = crate::places::Egg::ID)]
            egg: Option<i64>,
            #[column(default = super::Private::Two)]
            private: super::Private,
            #[column(default = Self::twigs())]
            twigs: i32,
        }

        impl Nest {
            const fn twigs() -> i32 {
                80
            }
        }
    }

    pub(super) fn of(hen: &super::Hen, db: &Database) -> ormcore::Result<inner::Nest> {
        inner::Nest::new(hen).insert(db)
    }
}

fn two_models_point_to_each_other_from_nested_modules(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Egg, Hen, outer::inner::Nest)>()?;
    let egg = Egg::new().insert(db)?;
    let hen = Hen::new(&egg).insert(db)?;
    let second = Egg::new().set(Egg::LAID_BY, hen.id).insert(db)?;
    assert_eq!(Egg::find(second.id, db)?.laid_by, Some(hen.id));
    let nest = outer::of(&hen, db)?;
    assert_eq!(outer::inner::Nest::find(nest.id, db)?, nest);
    assert_eq!(nest.hen, hen.id);
    Ok(())
}

fn generic<T: Copy + Into<i64>>(number: T, db: &Database) -> ormcore::Result<i64> {
    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "in_a_generic_function")]
    struct Local {
        #[column(primary_key)]
        id: i64,
        number: i64,
    }

    db.create_tables::<Local>()?;
    let id = Local::new(number.into()).insert(db)?.id;
    Ok(Local::find(id, db)?.number)
}

fn models_are_made_in_functions(db: &Database) -> ormcore::Result<()> {
    assert_eq!(generic(3_i32, db)?, 3);
    assert_eq!(generic(4_u8, db)?, 4);
    Ok(())
}

on_every_backend!(two_models_point_to_each_other_from_nested_modules, models_are_made_in_functions);

#[test]
fn a_model_in_a_test_and_one_of_the_same_name_in_a_block() {
    #[derive(Model, Debug)]
    #[model(table = "in_a_test")]
    struct Row {
        #[column(primary_key)]
        id: i64,
        row: String,
    }

    let db = Fixture::sqlite_memory().db;
    db.create_tables::<Row>().unwrap();
    assert_eq!(Row::new("outside").insert(&db).unwrap().id, 1);
    {
        #[derive(Model, Debug)]
        #[model(table = "in_a_block", strict = false)]
        struct Row {
            #[column(primary_key)]
            id: i64,
            #[column(foreign_key = Self::ID)]
            row: Option<i64>,
        }

        db.create_tables::<Row>().unwrap();
        assert_eq!(Row::new().insert(&db).unwrap().row, None);
        assert_eq!(Row::query().count(&db).unwrap(), 1);
    }
    assert_eq!(Row::find(1, &db).unwrap().row, "outside");
}
