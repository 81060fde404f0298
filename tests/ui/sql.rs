use ormcore::prelude::*;

#[derive(ColumnType, Debug, PartialEq)]
struct Address(String);

#[derive(Model)]
#[model(table = "sql_user")]
#[allow(dead_code)]
struct User {
    #[column(primary_key)]
    id: i64,
    home: Address,
}

#[test]
fn without_the_mistakes_it_compiles() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(User,)>()?;
    db.execute("INSERT INTO sql_user (home) VALUES (?)", (Address("here".into()),))?;
    let homes = db.query_as::<(i64, Address)>("SELECT id, home FROM sql_user WHERE id = ?", (1,))?;
    assert_eq!(homes, [(1, Address("here".into()))]);
    assert_eq!(db.query_as::<(Address,)>("SELECT home FROM sql_user", ())?.len(), 1);
    assert_eq!(db.query_as::<i64>("SELECT id FROM sql_user", ())?, [1]);
    Ok(())
}
