//! Types of the user with the names of the prelude's, in scope where the derives stand.

use ormcore_tests::on_every_backend;

#[derive(ormcore::ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(auto)]
struct Box(i64);

#[derive(ormcore::ColumnType, Debug, Clone, PartialEq)]
struct String {
    text: std::string::String,
}

#[derive(ormcore::ColumnType, Debug, Clone, Copy, PartialEq)]
enum Vec {
    Some,
    None,
    Ok,
    Err,
}

#[derive(ormcore::Columns, Debug, Clone, PartialEq)]
struct Default {
    #[column(default = Vec::Some)]
    option: Vec,
    #[column(on_write = Vec::Err)]
    result: Vec,
}

#[derive(ormcore::Model, Debug, Clone, PartialEq)]
struct Option {
    #[column(primary_key, auto)]
    id: Box,
    text: String,
    #[column(default)]
    count: i64,
    #[column(flatten, default)]
    embedded: Default,
}

#[derive(ormcore::Model, Debug, Clone, PartialEq)]
struct Result {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Option::ID, on_delete = "cascade")]
    option: Box,
    maybe: std::option::Option<String>,
}

/// Tuple structs are functions and patterns of these names too.
#[derive(ormcore::ColumnType, Debug, Clone, Copy, PartialEq)]
struct Ok(i64);

#[derive(ormcore::ColumnType, Debug, Clone, PartialEq)]
struct Some(std::string::String);

#[derive(ormcore::Model, Debug, Clone, PartialEq)]
struct Err {
    #[column(primary_key, auto = false)]
    id: Ok,
    #[column(default = Some("some".into()))]
    some: Some,
    maybe: std::option::Option<Some>,
}

/// Their names are those of what generated code calls.
#[derive(ormcore::Model, Debug, Clone, PartialEq)]
struct Model {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Model::ID)]
    column: std::option::Option<i64>,
}

type Db<'a> = &'a ormcore::Database;

fn types_of_any_name_are_models_and_columns(db: Db<'_>) -> ormcore::Result<()> {
    use ormcore::prelude::{Executor as _, Expression as _, Model as _, Queryable as _};

    db.create_tables::<(Option, Result, Err, Model)>()?;
    let option = Option::new(String { text: "text".into() }).insert(db)?;
    assert_eq!((option.count, option.embedded.option, option.embedded.result), (0, Vec::Some, Vec::Err));
    let result = Result::new(&option).set(Result::MAYBE, String { text: "maybe".into() }).insert(db)?;
    assert_eq!(Option::find(option.id, db)?, option);
    assert_eq!(Result::find(result.id, db)?, result);
    assert_eq!((result.option, result.maybe), (option.id, std::option::Option::Some(String { text: "maybe".into() })));
    let variants = [Vec::Some, Vec::None, Vec::Ok, Vec::Err];
    assert_eq!(Option::query().filter(Option::EMBEDDED.col(Default::OPTION).is_in(variants)).count(db)?, 1);
    let err = Err::new(Ok(3)).insert(db)?;
    assert_eq!((err.some.0.as_str(), &err.maybe), ("some", &None));
    assert_eq!(Err::find(Ok(3), db)?, err);
    let model = Model::new().insert(db)?;
    assert_eq!(Model::new().set(Model::COLUMN, model.id).insert(db)?.column, std::option::Option::Some(model.id));
    std::result::Result::Ok(())
}

on_every_backend!(types_of_any_name_are_models_and_columns);
