//! Without a prelude, and with other types where its names would be.
#![no_implicit_prelude]

use ::ormcore_tests::on_every_backend;

#[derive(::core::fmt::Debug)]
struct Option;

#[derive(::core::fmt::Debug)]
struct Result;

#[derive(
    ::ormcore::ColumnType, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone, ::core::marker::Copy,
)]
struct String(i64);

#[derive(
    ::ormcore::ColumnType, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone, ::core::marker::Copy,
)]
enum Vec {
    Some,
    None,
    Ok,
}

#[derive(::ormcore::Columns, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone)]
struct Columns {
    #[column(default = 3)]
    three: i32,
    #[column(on_write = { let two = 2; two + two })]
    four: i32,
    #[column(generated = "four * 2")]
    eight: i32,
    #[column(read_only)]
    nobody: ::core::option::Option<i32>,
}

#[derive(::ormcore::Columns, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone)]
struct Str {
    #[column(default = 5)]
    r#u8: i32,
}

#[derive(::ormcore::Model, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::clone::Clone)]
#[model(table = "bare", index(name, vec), check = "up > 0", scope(some = some, r#fn = || { some() }, Ok = some))]
struct Model {
    #[column(primary_key)]
    id: i64,
    name: String,
    vec: Vec,
    text: ::std::string::String,
    opt: ::core::option::Option<i32>,
    #[column(foreign_key = Model::ID)]
    up: ::core::option::Option<i64>,
    #[column(flatten, default)]
    columns: Columns,
    #[column(flatten, default, prefix = "one_")]
    r#const: Str,
    #[column(flatten, default, prefix = "two_")]
    r#static: Str,
    #[column(default = [7, 8][1])]
    second: i32,
}

#[derive(::ormcore::Changes)]
#[changes(model = Str)]
struct FnMut {
    r#u8: i32,
}

#[derive(::ormcore::Changes)]
#[changes(model = Model)]
struct Changes<'set> {
    text: &'set str,
    vec: ::core::option::Option<Vec>,
    opt: ::core::option::Option<i32>,
    r#const: FnMut,
    #[changes(column = [Model::SECOND][0])]
    set: i32,
    #[changes(skip)]
    _value: String,
}

fn some() -> ::ormcore::Predicate<Model> {
    use ::ormcore::query::Expression as _;

    Model::ID.gt(0)
}

fn nothing_of_the_prelude_is_needed(db: &::ormcore::Database) -> ::ormcore::Result<()> {
    use ::core::option::Option::Some;
    use ::ormcore::prelude::{Executor as _, Model as _, Queryable as _};
    use ::std::assert_eq;

    let _ = (Option, Result);
    db.create_tables::<Model>()?;
    let none = ::ormcore::sql!("SELECT {} FROM bare WHERE {} > {}", Model::ID, Model::ID, 7_i64);
    assert_eq!(none.query_as::<i64>().all(db)?.len(), 0);
    let seven = ::ormcore::sql!(i64: "{} + {}", 3_i64, 4_i64);
    let _ = seven;
    for vec in [Vec::Some, Vec::None, Vec::Ok] {
        let model = Model::new(String(1), vec, "text").insert(db)?;
        assert_eq!(Model::find(model.id, db)?, model);
        assert_eq!(Model::query().without_scope(Model::SCOPE_FN).filter_by(Model::ID, model.id).one(db)?, model);
        assert_eq!((model.columns.three, model.columns.four, model.vec), (3, 4, vec));
    }
    let changes = Changes {
        text: "x",
        vec: ::core::option::Option::None,
        opt: Some(3),
        r#const: FnMut { u8: 9 },
        set: 4,
        _value: String(1),
    };
    assert_eq!(Model::query().update(changes, db)?, 3);
    let model = Model::query().filter_by(Model::VEC, Vec::None).one(db)?;
    assert_eq!((&*model.text, model.opt, model.r#const.r#u8, model.second), ("x", Some(3), 9, 4));
    ::core::result::Result::Ok(())
}

on_every_backend!(nothing_of_the_prelude_is_needed);
