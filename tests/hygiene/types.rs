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

/// A model with the name of what the library calls a query's models, and changes whose parameter is called so.
#[derive(ormcore::Model, Debug, Clone, PartialEq)]
struct Scope {
    #[column(primary_key)]
    id: i64,
    text: String,
}

#[derive(ormcore::Changes)]
#[changes(model = Scope)]
struct Changes<V: ormcore::value::IntoColumn<String>> {
    text: V,
}

#[derive(ormcore::Changes)]
#[changes(model = Err)]
struct Body<'set, Scope, const SET: usize>
where
    Scope: ormcore::value::IntoColumn<std::option::Option<Some>>,
{
    maybe: std::option::Option<Scope>,
    #[changes(skip)]
    _set: [&'set str; SET],
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

fn changes_have_types_and_parameters_of_any_name(db: Db<'_>) -> ormcore::Result<()> {
    use ormcore::prelude::{Executor as _, Model as _, Queryable as _};

    db.create_tables::<(Scope, Err)>()?;
    let text = |text: &str| String { text: text.into() };
    let mut scope = Scope::new(text("read")).insert(db)?;
    let changed = scope.apply(Changes { text: &text("write") });
    scope.update_only(changed, db)?;
    assert_eq!(Scope::query().update(Changes { text: text("admin") }, db)?, 1);
    assert_eq!(Scope::find(scope.id, db)?.text, text("admin"));
    Err::new(Ok(3)).insert(db)?;
    let body = Body { maybe: std::option::Option::Some(Some("maybe".into())), _set: ["set"] };
    assert_eq!(Err::query().update(body, db)?, 1);
    assert_eq!(Err::find(Ok(3), db)?.maybe, std::option::Option::Some(Some("maybe".into())));
    std::result::Result::Ok(())
}

on_every_backend!(types_of_any_name_are_models_and_columns, changes_have_types_and_parameters_of_any_name);
