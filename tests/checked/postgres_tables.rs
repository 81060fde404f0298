//! Tables of PostgreSQL that others made.

use ormcore::plan::TableList;
use ormcore::prelude::*;
use ormcore_tests::{Fixture, url_with_setting};
use uuid::Uuid;

#[derive(Model, Debug)]
#[model(table = "sample")]
struct Sample {
    #[column(primary_key)]
    id: i64,
    truth: bool,
    small: i16,
    count: i32,
    amount: rust_decimal::Decimal,
    text: String,
    bytes: Vec<u8>,
    day: chrono::NaiveDate,
    at: chrono::DateTime<chrono::Utc>,
    local: chrono::NaiveDateTime,
    key: Uuid,
    doc: serde_json::Value,
    texts: Vec<String>,
    real: f64,
    mood: Mood,
    moods: Vec<Mood>,
}

#[derive(ColumnType, Debug, Clone, PartialEq)]
#[column_type(native = "mood")]
enum Mood {
    Glad,
    Sad,
}

/// What differs, of a table of these.
fn told<T: TableList>(columns: &str, db: &Database) -> Vec<String> {
    db.execute("DROP TABLE IF EXISTS sample", ()).unwrap();
    db.execute(format!("CREATE TABLE sample ({columns})"), ()).unwrap();
    let Err(error) = db.check_tables::<T>() else { return Vec::new() };
    error.differences().iter().map(|it| format!("{:?} {}", it.kind(), it.columns().join(", "))).collect()
}

const NONE: Vec<String> = Vec::new();

#[test]
fn types_are_compared_by_what_they_hold() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.execute_script(
        "CREATE TYPE mood AS ENUM ('glad', 'sad', 'new'); CREATE DOMAIN name_text AS varchar(40) NOT NULL; \
         CREATE DOMAIN short_name AS name_text CHECK (length(value) < 30); CREATE DOMAIN feeling AS mood; \
         CREATE DOMAIN feelings AS feeling[]; CREATE DOMAIN positive AS int CHECK (value > 0)",
    )?;
    let same = "id serial PRIMARY KEY, truth boolean NOT NULL, small int2 NOT NULL, count int NOT NULL, amount numeric(8, 2) \
                NOT NULL, text short_name, bytes bytea NOT NULL, day date NOT NULL, at timestamp(3) with time zone NOT NULL, \
                local timestamp NOT NULL, key uuid NOT NULL, doc json NOT NULL, texts varchar(9)[] NOT NULL, real float4 NOT \
                NULL, mood feeling NOT NULL, moods mood[] NOT NULL";
    assert_eq!(told::<Sample>(same, db), NONE);
    let generated = same.replace("serial PRIMARY KEY", "int GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    assert_eq!(told::<Sample>(&generated, db), NONE);
    for (column, domain) in [
        ("texts varchar(9)[]", "texts short_name[]"),
        ("moods mood[]", "moods feeling[]"),
        ("moods mood[]", "moods feelings"),
    ] {
        assert_eq!(told::<Sample>(&same.replace(column, domain), db), NONE, "{domain}");
    }
    for (column, other) in [
        ("truth boolean", "truth int"),
        ("small int2", "small int4"),
        ("count int", "count int8"),
        ("amount numeric(8, 2)", "amount money"),
        ("text short_name", "text uuid NOT NULL"),
        ("bytes bytea", "bytes text"),
        ("day date", "day timestamp"),
        ("at timestamp(3) with time zone", "at timestamp"),
        ("local timestamp", "local timestamptz"),
        ("key uuid", "key text"),
        ("doc json", "doc text"),
        ("texts varchar(9)[]", "texts int[]"),
        ("texts varchar(9)[]", "texts positive[]"),
        ("real float4", "real numeric"),
        ("mood feeling", "mood text"),
        ("moods mood[]", "moods text[]"),
    ] {
        let name = column.split(' ').next().unwrap();
        assert_eq!(told::<Sample>(&same.replace(column, other), db), [format!("Type {name}")], "{other}");
        let error = db.check_tables::<Sample>().unwrap_err();
        let statement = &error.differences()[0].statements()[0];
        assert!(statement.starts_with("ALTER TABLE \"sample\" ALTER COLUMN"), "{statement}");
    }
    Ok(())
}

#[test]
fn a_change_of_type_keeps_what_it_can() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "sample")]
    struct Keyed {
        #[column(primary_key)]
        id: i64,
        key: Uuid,
        mood: Option<Mood>,
    }

    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    assert_eq!(
        told::<Keyed>("id bigserial PRIMARY KEY, key varchar(36) NOT NULL, mood text", db),
        ["Type key", "Type mood"]
    );
    db.execute("INSERT INTO sample (key, mood) VALUES ('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'sad')", ())?;
    for difference in db.check_tables::<Keyed>().unwrap_err().differences() {
        difference.statements().iter().try_for_each(|statement| db.execute(statement, ()).map(drop))?;
    }
    db.check_tables::<Keyed>()?;
    assert_eq!(Keyed::find(1, db)?.mood, Some(Mood::Sad));
    Ok(())
}

#[test]
fn a_change_of_type_takes_the_default_along() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "sample")]
    struct Moody {
        #[column(primary_key)]
        id: i64,
        #[column(server_default = "'sad'")]
        mood: Mood,
        #[column(server_default = "'{}'")]
        doc: serde_json::Value,
    }

    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    let columns = "id bigserial PRIMARY KEY, mood varchar(9) NOT NULL DEFAULT 'glad', doc text NOT NULL DEFAULT '[]'";
    assert_eq!(told::<Moody>(columns, db), ["Type mood", "Type doc"]);
    db.execute("INSERT INTO sample DEFAULT VALUES", ())?;
    for difference in db.check_tables::<Moody>().unwrap_err().differences() {
        difference.statements().iter().try_for_each(|statement| db.execute(statement, ()).map(drop))?;
    }
    db.check_tables::<Moody>()?;
    let (old, new) = (Moody::find(1, db)?, Moody::new().insert(db)?);
    assert_eq!((old.mood, old.doc), (Mood::Glad, serde_json::json!([])));
    assert_eq!((new.mood, new.doc), (Mood::Sad, serde_json::json!({})));
    Ok(())
}

#[test]
fn an_enum_that_lacks_values_is_told() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "sample")]
    struct Feeling {
        #[column(primary_key)]
        id: i64,
        mood: Mood,
    }

    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    fixture.db.execute("CREATE TYPE mood AS ENUM ('sad')", ())?;
    let columns = "id bigserial PRIMARY KEY, mood mood NOT NULL";
    assert_eq!(told::<Feeling>(columns, &fixture.db), ["Variants mood"]);
    let error = fixture.db.check_tables::<Feeling>().unwrap_err();
    assert_eq!(
        error.differences()[0].statements(),
        ["ALTER TYPE \"mood\" ADD VALUE IF NOT EXISTS 'glad' BEFORE 'sad'"]
    );
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "sample")]
struct Named {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    name: Option<String>,
}

#[test]
fn tables_are_sought_in_the_search_path() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let schema: String = fixture.db.query_as::<(String,)>("SELECT current_schema()::text", ())?.remove(0).0;
    let first = format!("{schema}_first");
    fixture.db.create_tables::<Named>()?;
    fixture.db.execute(format!("CREATE SCHEMA {first}"), ())?;
    let url = url_with_setting(fixture.url(), "search_path", &format!("{first},{schema}"));
    let db = Database::connect(&url)?;
    db.check_tables::<Named>()?;
    db.execute("CREATE TABLE sample (id bigserial PRIMARY KEY)", ())?;
    assert_eq!(db.check_tables::<Named>().unwrap_err().differences().len(), 2);
    fixture.db.check_tables::<Named>()?;
    fixture.db.execute(format!("DROP SCHEMA {first} CASCADE"), ()).map(drop)
}

#[test]
fn a_partitioned_table_has_the_partition_in_its_keys() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    let columns = "id bigserial, name text, year int NOT NULL DEFAULT 1, PRIMARY KEY (id, year), UNIQUE (name, year)";
    assert_eq!(told::<Named>(columns, db), ["PrimaryKey id", "Unique name"]);
    db.execute("DROP TABLE sample", ())?;
    db.execute(format!("CREATE TABLE sample ({columns}) PARTITION BY LIST (year)"), ())?;
    db.execute("CREATE TABLE sample_1 PARTITION OF sample FOR VALUES IN (1)", ())?;
    db.check_tables::<Named>()
}

#[test]
fn what_a_trigger_may_fill_is_not_missed() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    let columns = "id bigint PRIMARY KEY, name text UNIQUE, made_by text NOT NULL";
    assert_eq!(told::<Named>(columns, db), ["Default id", "UnknownColumn made_by"]);
    db.execute_script(
        "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id = 1; NEW.made_by = 1; RETURN NEW; END'; \
         CREATE TRIGGER fill BEFORE INSERT ON sample FOR EACH ROW EXECUTE FUNCTION fill()",
    )?;
    db.check_tables::<Named>()
}

#[test]
fn what_is_numbered_always_is_written_by_the_database_alone() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "sample")]
    struct Given {
        #[column(primary_key, auto = false)]
        id: i64,
        number: i64,
    }

    #[derive(Model, Debug)]
    #[model(table = "sample")]
    struct Made {
        #[column(primary_key)]
        id: i64,
        #[column(read_only)]
        number: i32,
    }

    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let always = "bigint GENERATED ALWAYS AS IDENTITY";
    let columns = format!("id bigint PRIMARY KEY, number {always}");
    assert_eq!(told::<Given>(&columns, &fixture.db), ["Generated number"]);
    assert!(Given::new(1, 2).insert(&fixture.db).is_err());
    let columns = format!("number int NOT NULL DEFAULT 4, id {always} PRIMARY KEY");
    assert_eq!(told::<Made>(&columns, &fixture.db), NONE);
    assert_eq!(Made::new().insert(&fixture.db)?.number, 4);
    assert_eq!(told::<Given>(&columns, &fixture.db), ["Generated id"]);
    let said = fixture.db.check_tables::<Given>().unwrap_err().to_string();
    assert!(said.ends_with("say `#[column(auto)]` of its field"), "{said}");
    assert!(Given::new(1, 2).insert(&fixture.db).is_err());
    Ok(())
}

#[test]
fn no_statement_drops_the_primary_key() -> ormcore::Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "sample")]
    struct Doubled {
        #[column(primary_key)]
        id: i64,
        #[column(generated = "id * 2")]
        twice: i64,
    }

    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let columns = "id bigserial UNIQUE, twice bigint PRIMARY KEY";
    assert_eq!(told::<Doubled>(columns, &fixture.db), ["Generated twice"]);
    assert!(fixture.db.check_tables::<Doubled>().unwrap_err().differences()[0].statements().is_empty());
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "sample_view", read_only)]
struct SampleView {
    id: i32,
    key: Option<Uuid>,
}

#[test]
fn who_only_reads_reads_more() -> ormcore::Result<()> {
    let Some(fixture) = Fixture::postgres() else { return Ok(()) };
    let db = &fixture.db;
    db.create_tables::<Named>()?;
    db.execute("CREATE MATERIALIZED VIEW sample_view AS SELECT id, name AS key FROM sample", ())?;
    db.check_tables::<SampleView>()?;
    db.execute("DROP MATERIALIZED VIEW sample_view", ())?;
    db.execute("CREATE VIEW sample_view AS SELECT name AS id, name AS key FROM sample", ())?;
    let error = db.check_tables::<SampleView>().unwrap_err();
    assert_eq!(
        error.differences()[0].to_string(),
        "`sample_view.id` has the type `text`, and the model's is `integer`"
    );
    Ok(())
}
