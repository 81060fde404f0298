//! Tables of SQLite that others made.

use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore_tests::Fixture;
use uuid::Uuid;

#[derive(Model, Debug)]
#[model(table = "sample")]
struct Sample {
    #[column(primary_key)]
    id: i64,
    truth: bool,
    small: i16,
    amount: rust_decimal::Decimal,
    text: String,
    bytes: Vec<u8>,
    day: chrono::NaiveDate,
    at: chrono::DateTime<chrono::Utc>,
    key: Uuid,
    list: Vec<i64>,
    real: f32,
}

/// The columns that have another type, of a table of these.
fn other_types<T: TableList>(columns: &str, end: &str) -> Vec<String> {
    let db = Fixture::sqlite_memory().db;
    db.execute(format!("CREATE TABLE sample ({columns}){end}"), ()).unwrap();
    let Err(error) = db.check_tables::<T>() else { return Vec::new() };
    error.differences().iter().map(|it| format!("{:?} {}", it.kind(), it.columns().join(", "))).collect()
}

#[test]
fn types_are_compared_by_what_they_hold() {
    for columns in [
        "id INTEGER PRIMARY KEY, truth BOOLEAN NOT NULL, small SMALLINT NOT NULL, amount VARCHAR(40) NOT NULL, \
         text VARCHAR(80) NOT NULL, bytes BLOB NOT NULL, day DATE NOT NULL, at DATETIME NOT NULL, key CHAR(36) NOT NULL, \
         list JSON NOT NULL, real FLOAT NOT NULL",
        "ID INTEGER PRIMARY KEY AUTOINCREMENT, TRUTH TINYINT NOT NULL, small INT2 NOT NULL, amount TEXT NOT NULL, \
         text CLOB NOT NULL, bytes BLOB NOT NULL, day TEXT NOT NULL, at TIMESTAMP NOT NULL, key UUID NOT NULL, \
         list TEXT NOT NULL, real DOUBLE NOT NULL",
        "id INTEGER PRIMARY KEY, truth NOT NULL, small NOT NULL, amount NOT NULL, text STRING NOT NULL, bytes NOT NULL, \
         day NOT NULL, at NOT NULL, key NOT NULL, list NOT NULL, real NOT NULL",
    ] {
        assert_eq!(other_types::<Sample>(columns, ""), Vec::<String>::new(), "{columns}");
    }
    let wrong = "id INTEGER PRIMARY KEY, truth TEXT NOT NULL, small REAL NOT NULL, amount REAL NOT NULL, text INT NOT NULL, \
                 bytes TEXT NOT NULL, day INTEGER NOT NULL, at BLOB NOT NULL, key BLOB NOT NULL, list INTEGER NOT NULL, \
                 real TEXT NOT NULL";
    for end in ["", " STRICT"] {
        assert_eq!(other_types::<Sample>(wrong, end).len(), 10, "{end}");
    }
}

#[derive(Model, Debug)]
#[model(table = "sample")]
struct Priced {
    #[column(primary_key)]
    id: i64,
    price: rust_decimal::Decimal,
}

#[derive(Model, Debug)]
#[model(table = "sample")]
struct PricedInFloats {
    #[column(primary_key)]
    id: i64,
    price: f64,
}

#[test]
fn a_decimal_does_not_come_back_from_a_column_of_numbers() -> ormcore::Result<()> {
    for price in ["DECIMAL(10, 2)", "decimal", "NUMERIC"] {
        let columns = format!("id INTEGER PRIMARY KEY, price {price} NOT NULL");
        assert_eq!(other_types::<Priced>(&columns, ""), ["Type price"], "{price}");
        assert_eq!(other_types::<PricedInFloats>(&columns, ""), Vec::<String>::new(), "{price}");
        let db = Fixture::sqlite_memory().db;
        db.execute(format!("CREATE TABLE sample ({columns})"), ())?;
        Priced::new("1.5".parse::<rust_decimal::Decimal>().unwrap()).insert(&db)?;
        assert!(Priced::find(1, &db).unwrap_err().to_string().contains("found the number 1.5"));
        assert_eq!(PricedInFloats::find(1, &db)?.price, 1.5);
    }
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "team")]
struct Team {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "team")]
struct LaterTeam {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = "-1.5")]
    ratio: f64,
    #[column(server_default = "'it''s'")]
    motto: String,
    #[column(server_default = "NULL", foreign_key = LaterTeam::ID, index = false)]
    rival_id: Option<i64>,
    #[column(server_default = "CURRENT_TIMESTAMP")]
    made: chrono::DateTime<chrono::Utc>,
    #[column(server_default = "1 + 1")]
    level: i64,
    #[column(server_default = "1", foreign_key = LaterTeam::ID, index = false)]
    first_id: Option<i64>,
    #[column(foreign_key = LaterTeam::ID, index = false)]
    parent_id: i64,
    #[column(generated = "id * 2", index)]
    twice: i64,
}

#[test]
fn a_column_that_rows_do_not_get_by_alter_table_has_no_statement() -> ormcore::Result<()> {
    let db = Fixture::sqlite_memory().db;
    db.create_tables::<Team>()?;
    Team::new().insert(&db)?;
    let error = db.check_tables::<LaterTeam>().unwrap_err();
    let (added, others): (Vec<_>, Vec<_>) = error.differences().iter().partition(|it| !it.statements().is_empty());
    for difference in &added {
        difference.statements().iter().try_for_each(|statement| db.execute(statement, ()).map(drop))?;
    }
    let names = |all: Vec<&ormcore::Difference>| all.iter().map(|it| it.columns().join(", ")).collect::<Vec<_>>();
    assert_eq!(names(added), ["ratio", "motto", "rival_id", "twice", "twice"]);
    let message = others[0].message();
    assert_eq!(message, "`team.made` is missing: sqlite changes that in a new table only");
    assert_eq!(names(others), ["made", "level", "first_id", "parent_id"]);
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "sample")]
struct Numbered {
    #[column(primary_key)]
    id: i64,
}

#[test]
fn only_an_integer_that_is_the_lone_key_is_numbered() {
    for columns in ["id INTEGER PRIMARY KEY", "id integer, CONSTRAINT x PRIMARY KEY (id DESC)"] {
        assert_eq!(other_types::<Numbered>(columns, ""), Vec::<String>::new(), "{columns}");
    }
    for (columns, end) in [
        ("id BIGINT PRIMARY KEY", ""),
        ("id INTEGER PRIMARY KEY", " WITHOUT ROWID"),
        ("id INTEGER PRIMARY KEY DESC", ""),
        ("id INTEGER NOT NULL UNIQUE", ""),
    ] {
        assert_eq!(other_types::<Numbered>(columns, end), ["Default id"], "{columns}");
    }
}

#[test]
fn what_no_alter_table_changes_is_said() {
    let db = Fixture::sqlite_memory().db;
    db.execute("CREATE TABLE sample (id BIGINT PRIMARY KEY)", ()).unwrap();
    let error = db.check_tables::<Numbered>().unwrap_err();
    let said = "`sample.id` is not numbered by the database, and inserts leave it out: sqlite changes that in a new table only";
    assert_eq!(error.differences()[0].to_string(), said);
}

#[derive(Model, Debug)]
#[model(table = "sample", schema = "it's \"other\"")]
struct Elsewhere {
    #[column(primary_key)]
    id: i64,
    #[column(index)]
    name: String,
}

#[test]
fn a_table_of_an_attached_database_is_another() -> ormcore::Result<()> {
    let db = Fixture::sqlite_memory().db;
    db.execute("ATTACH DATABASE ':memory:' AS \"IT's \"\"other\"\"\"", ())?;
    db.create_tables::<Numbered>()?;
    assert_eq!(
        db.check_tables::<Elsewhere>().unwrap_err().differences()[0].message(),
        "the table `it's \"other\".sample` is missing"
    );
    db.create_tables::<Elsewhere>()?;
    db.check_tables::<(Elsewhere, Numbered)>()?;
    // What says no schema is sought in all.
    db.execute("DROP TABLE main.sample", ())?;
    db.check_tables::<Numbered>()
}

#[derive(Model, Debug)]
#[model(table = "sample", index("lower(name)"), unique(name, filter = "gone = 0"))]
struct Indexed {
    #[column(primary_key)]
    id: i64,
    name: String,
    gone: i64,
}

#[test]
fn an_index_over_an_expression_or_of_a_condition_may_be_written_otherwise() -> ormcore::Result<()> {
    let db = Fixture::sqlite_memory().db;
    db.create_tables::<Indexed>()?;
    db.check_tables::<Indexed>()?;
    for index in ["ix_sample_lower_name", "uq_sample_name"] {
        db.execute(format!("DROP INDEX {index}"), ())?;
        assert_eq!(db.check_tables::<Indexed>().unwrap_err().differences().len(), 1, "{index}");
        let other = match index {
            "uq_sample_name" => "CREATE UNIQUE INDEX other ON sample (NAME) WHERE NOT gone",
            _ => "CREATE INDEX lower ON sample (LOWER ( name ))",
        };
        db.execute(other, ())?;
        db.check_tables::<Indexed>()?;
    }
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "shoe")]
struct Shoe {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Debug)]
#[model(table = "Shoe", schema = "MAIN", constructor = false)]
struct WholeShoe {
    #[column(primary_key)]
    id: i64,
    size: i64,
}

#[test]
fn what_a_model_has_that_says_the_schema_is_not_unknown() -> ormcore::Result<()> {
    let db = Fixture::sqlite_memory().db;
    db.execute("CREATE TABLE shoe (id INTEGER PRIMARY KEY, size INTEGER NOT NULL)", ())?;
    db.check_tables::<WholeShoe>()?;
    db.check_tables::<Shoe>()
}

#[test]
fn a_thousand_tables_are_asked_for_at_once() -> ormcore::Result<()> {
    struct Many;
    impl TableList for Many {
        fn tables() -> Vec<&'static ormcore::schema::Table> {
            vec![Numbered::TABLE; 1000]
        }
    }
    let db = Fixture::sqlite_memory().db;
    assert_eq!(db.check_tables::<Many>().unwrap_err().differences().len(), 1);
    db.create_tables::<Numbered>()?;
    db.check_tables::<Many>()
}

#[test]
fn a_database_that_is_opened_for_reading_is_checked() -> ormcore::Result<()> {
    let fixture = Fixture::sqlite_file();
    fixture.db.create_tables::<Indexed>()?;
    let db = Database::connect(&format!("{}?mode=ro", fixture.url()))?;
    db.check_tables::<Indexed>()?;
    fixture.db.execute("DROP INDEX ix_sample_lower_name", ())?;
    assert_eq!(db.check_tables::<Indexed>().unwrap_err().differences().len(), 1);
    Ok(())
}
