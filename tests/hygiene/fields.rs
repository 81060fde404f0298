//! Fields whose names mean something to the generated code, to Rust or to SQL.

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[allow(non_snake_case)]
struct Odd {
    #[column(primary_key)]
    id: i64,
    r#type: String,
    self_: i64,
    result: String,
    Ok: i64,
    row: String,
    reader: String,
    index: i64,
    draft: i64,
    M: i64,
    T: String,
    P: Option<i64>,
}

/// What is in the database, and what a constructor could confuse.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(constructor = "r#fn", index(select, table))]
#[allow(non_snake_case)]
struct Odder {
    #[column(primary_key)]
    value: i64,
    #[column(on_write = 40 + 2)]
    set: i32,
    #[column(on_write = { let [set, value] = [1, 2]; set + value })]
    on_write: i32,
    select: i64,
    table: i64,
    Err: i64,
    #[column(default = Some(7))]
    Some: Option<i64>,
    None: Option<i64>,
    SELF: i64,
    Type: i64,
    createdAt: i64,
    größe: i64,
    r#match: i64,
    _hidden: i64,
    __: i64,
    new: i64,
    columns: i64,
    name: i64,
    schema: i64,
    expression: i64,
    statements: i64,
    decode: i64,
    field: i64,
    self_: i64,
}

/// Selected columns.
#[derive(Row, Debug, Clone, PartialEq)]
#[allow(non_snake_case)]
struct __ {
    r#type: String,
    self_: i64,
    Ok: i64,
    None: Option<i64>,
    SELF: i64,
    _30_days: i64,
    fields: i64,
    index: i64,
    row: i64,
    columns: i64,
}

/// Where a pattern of that name would be a match.
#[derive(Debug)]
struct Type;

fn fields_of_any_name_are_columns(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Odd, Odder)>()?;
    let odd = Odd::new("type", 1, "result", 2, "row", "reader", 3, 4, 5, "T").set(Odd::P, 6).insert(db)?;
    assert_eq!(Odd::get(odd.id, db)?, Some(odd.clone()));
    assert_eq!((odd.r#type.as_str(), odd.self_, odd.result.as_str(), odd.Ok), ("type", 1, "result", 2));
    assert_eq!((odd.row.as_str(), odd.reader.as_str(), odd.index, odd.draft), ("row", "reader", 3, 4));
    assert_eq!((odd.M, odd.T.as_str(), odd.P), (5, "T", Some(6)));
    let found = Odd::query().filter(Odd::TYPE.eq("type")).filter(Odd::SELF_.eq(1)).filter(Odd::OK.eq(2)).all(db)?;
    assert_eq!(found, [odd]);
    Ok(())
}

fn names_of_the_generated_code_are_free(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Odd, Odder)>()?;
    let _ = Type;
    let odder = Odder::r#fn(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19).insert(db)?;
    assert_eq!(Odder::get(odder.value, db)?, Some(odder.clone()));
    assert_eq!((odder.set, odder.on_write, odder.Some, odder.None), (42, 3, Some(7), None));
    assert_eq!((odder.select, odder.Err, odder.Type, odder.createdAt), (1, 3, 5, 6));
    assert_eq!((odder.SELF, odder.self_), (4, 19));
    assert_eq!((odder.größe, odder.r#match, odder.field), (7, 8, 18));
    assert_eq!(Odder::query().filter(Odder::SOME.eq(7)).filter(Odder::CREATED_AT.eq(6)).count(db)?, 1);
    Ok(())
}

fn rows_have_fields_of_any_name(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Odd>()?;
    Odd::new("type", 1, "result", 2, "row", "reader", 3, 4, 5, "T").insert(db)?;
    let rest = (Odd::INDEX + 27, Odd::DRAFT, Odd::INDEX, Odd::M, Odd::ID);
    let columns =
        __::columns(Odd::TYPE, Odd::SELF_, Odd::OK, Odd::P, Odd::SELF_, rest.0, rest.1, rest.2, rest.3, rest.4);
    let rows = Odd::query().select(columns).derived().filter(__::_30_DAYS.eq(30)).filter(__::NONE.is_null());
    let expected = __ {
        r#type: "type".into(),
        self_: 1,
        Ok: 2,
        None: Option::default(),
        SELF: 1,
        _30_days: 30,
        fields: 4,
        index: 3,
        row: 5,
        columns: 1,
    };
    let narrowed = rows.filter(__::TYPE.eq("type")).filter(__::SELF_.eq(1)).filter(__::SELF.eq(1));
    assert_eq!(narrowed.all(db)?, [expected]);
    Ok(())
}

on_every_backend!(fields_of_any_name_are_columns, names_of_the_generated_code_are_free, rows_have_fields_of_any_name,);
