//! Models that other macros write: names, types, attributes and expressions come through their variables.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

macro_rules! model {
    (
        $(#[$attribute:meta])*
        $vis:vis $name:ident of $key:ty, $field:ident: $ty:ty = $default:expr, $length:literal, $table:literal, $parent:ident
    ) => {
        $(#[$attribute])*
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = $table, index($field, other))]
        $vis struct $name {
            #[column(primary_key)]
            id: $key,
            #[column(default = $default, name = "made")]
            $field: $ty,
            #[column(on_write = $default)]
            written: $ty,
            #[column(length = $length, check = "other <> ''")]
            other: String,
            maybe: Option<$ty>,
            #[column(foreign_key = $parent::ID)]
            parent: Option<$key>,
            row: i64,
        }
    };
}

model! { pub(crate) First of i64, number: i32 = 1 + 2 * 3, 8, "made_first", First }
model! { #[allow(dead_code)] Second of i64, text: String = { let row = "a"; row.repeat(3) }, 0x10, "made_second", First }

/// Fields whose names the macro makes up: its own, and those of the caller's.
macro_rules! fields {
    ($name:ident: $($field:ident)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(scope($($field = || $name::INDEX.ge(0)),*))]
        struct $name { #[column(primary_key)] id: i64, $($field: i64,)* index: i64, }
    };
}

fields! { Third: reader row result value }

fn models_that_a_macro_writes_work(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(First, Second, Third)>()?;
    let first = First::new("other", 1).insert(db)?;
    assert_eq!((first.number, first.written), (7, 7));
    let second = Second::new("other", 2).set(Second::PARENT, first.id).insert(db)?;
    assert_eq!((second.text.as_str(), second.written.as_str(), second.row), ("aaa", "aaa", 2));
    assert_eq!(First::find(first.id, db)?, first);
    assert_eq!(Second::query().filter(Second::TEXT.eq("aaa")).one(db)?, second);
    let third = Third::new(1, 2, 3, 4, 5).insert(db)?;
    assert_eq!(Third::find(third.id, db)?, third);
    assert_eq!(Third::query().without_scope(Third::SCOPE_READER).without_scope(Third::SCOPE_ROW).one(db)?, third);
    assert_eq!((third.reader, third.value, third.index), (1, 4, 5));
    Ok(())
}

macro_rules! changes {
    ($name:ident of $model:path, $column:expr; $($field:ident: $ty:ty),*) => {
        #[derive(Changes)]
        #[changes(model = $model)]
        struct $name { $($field: $ty,)* #[changes(column = $column)] row: i64 }
    };
}

changes! { Body of First, First::ROW; number: Option<i32>, maybe: Option<Option<i32>>, other: &'static str }

fn changes_that_a_macro_writes_work(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<First>()?;
    let mut first = First::new("other", 1).set(First::MAYBE, 3).insert(db)?;
    let changed = first.apply(Body { number: None, maybe: Some(None), other: "new", row: 4 });
    first.update_only(changed, db)?;
    assert_eq!(First::find(first.id, db)?, first);
    assert_eq!((first.number, first.maybe, first.other.as_str(), first.row), (7, None, "new", 4));
    Ok(())
}

on_every_backend!(models_that_a_macro_writes_work, changes_that_a_macro_writes_work);
