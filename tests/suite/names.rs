//! The names that tables, columns and indexes have in the database.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order")]
struct Keywords {
    #[column(primary_key)]
    id: i64,
    group: String,
    r#type: i32,
    #[column(name = "select", unique)]
    chosen: String,
    #[column(name = "where", index)]
    place: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "it's a \"table\"; -- ?", unique(number, label), index(label, number))]
struct Odd {
    #[column(primary_key, name = "the key")]
    id: i64,
    #[column(name = "a\"b'c")]
    quotes: String,
    #[column(name = "größe 🦀", index)]
    size: i32,
    #[column(name = "a.b", unique)]
    dotted: String,
    #[column(name = "number, of")]
    number: i64,
    #[column(name = "?")]
    label: String,
    #[column(name = "50%\\", length = 10, check = "\"50%\\\" <> 'x'")]
    percent: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[allow(non_snake_case)]
struct HTTPServerLog {
    #[column(primary_key)]
    id: i64,
    größe: i32,
    remoteAddress: String,
}

/// Constraint names of this one agree in far more than 63 bytes.
#[derive(Model, Debug, Clone, PartialEq)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "measurements_of_the_northern_weather_station_network",
    unique(temperature_above_the_ground_in_kelvin_one, filter = "kind = 1"),
    unique(temperature_above_the_ground_in_kelvin_two, filter = "kind = 1"),
    unique(kind, filter = "temperature_above_the_ground_in_kelvin_one = 0"),
    unique(kind, filter = "temperature_above_the_ground_in_kelvin_one = 1"),
    unique(kind, filter = "temperature_above_the_ground_in_kelvin_one = 2")
)]
struct Measurement {
    #[column(primary_key)]
    id: i64,
    kind: i64,
    temperature_above_the_ground_in_kelvin_one: i64,
    temperature_above_the_ground_in_kelvin_two: i64,
}

#[derive(Model)]
#[model(table = "room", unique(plan_door, filter = "plan_door > 0"))]
struct Room {
    #[column(primary_key)]
    id: i64,
    plan_door: i64,
}

#[derive(Model)]
#[model(table = "room_plan", unique(door, filter = "door > 0"))]
struct RoomPlan {
    #[column(primary_key)]
    id: i64,
    door: i64,
}

fn sql_keywords_are_names_like_any_other(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Keywords,)>()?;
    let mut row = Keywords::new("g", 7, "c").set(Keywords::PLACE, "here").insert(db)?;
    assert_eq!(Keywords::find(row.id, db)?, row);
    row.r#type = 8;
    row.update(db)?;
    let query = Keywords::query().filter(Keywords::TYPE.eq(8).and(Keywords::PLACE.eq("here")));
    assert_eq!(query.order_by((Keywords::GROUP, Keywords::CHOSEN.desc())).all(db)?, [row.clone()]);
    assert_eq!(Keywords::query().update((Keywords::GROUP.set("x"), Keywords::TYPE.set(Keywords::TYPE + 1)), db)?, 1);
    row.refresh(db)?;
    assert_eq!((row.group.as_str(), row.r#type), ("x", 9));
    row.update_only((Keywords::CHOSEN,), db)?;
    row.delete(db)?;
    assert_eq!(Keywords::query().count(db)?, 0);
    assert_eq!((<Keywords as Model>::NAME, Keywords::TYPE.name(), Keywords::GROUP.name()), ("order", "type", "group"));
    Ok(())
}

fn quotes_spaces_and_unicode_in_names_change_nothing(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Odd,)>()?;
    let drafts = (1..=3).map(|number| Odd::new("q", number as i32, format!("d{number}"), number, "l"));
    let mut rows = Odd::insert_all(drafts, db)?;
    let mut row = rows.remove(1);
    row.quotes = "changed".into();
    row.percent = Some("100%".into());
    row.update(db)?;
    assert_eq!(Odd::find(row.id, db)?, row);
    let query = Odd::query().filter(Odd::SIZE.ge(2).and(Odd::PERCENT.is_not_null()).and(Odd::DOTTED.contains("d")));
    assert_eq!(query.order_by(Odd::QUOTES).all(db)?, [row.clone()]);
    assert_eq!(Odd::query().filter(Odd::QUOTES.eq("changed")).update(Odd::NUMBER.set(Odd::NUMBER * 10), db)?, 1);
    row.refresh(db)?;
    assert_eq!(row.number, 20);
    row.delete(db)
}

fn an_error_gives_an_odd_name_whole(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Odd,)>()?;
    Odd::new("q", 1, "d1", 1, "l1").insert(db)?;
    for (draft, expected) in
        [(Odd::new("q", 1, "d1", 2, "l2"), vec!["a.b"]), (Odd::new("q", 1, "d2", 1, "l1"), vec!["number, of", "?"])]
    {
        match draft.insert(db).unwrap_err().kind() {
            ErrorKind::UniqueViolation { table, columns, .. } => {
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                assert_eq!((table.as_str(), columns), ("it's a \"table\"; -- ?", expected));
            }
            other => panic!("expected a unique violation, got {other:?}"),
        }
    }
    assert!(Odd::new("q", 1, "d3", 3, "l").set(Odd::PERCENT, "x").insert(db).unwrap_err().is_check_violation());
    Ok(())
}

fn a_table_is_named_after_its_struct_and_a_column_after_its_field(db: &Database) -> ormcore::Result<()> {
    assert_eq!(<HTTPServerLog as Model>::NAME, "http_server_log");
    assert_eq!(HTTPServerLog::GRÖSSE.name(), "größe");
    assert_eq!(HTTPServerLog::REMOTE_ADDRESS.name(), "remoteAddress");
    db.create_tables::<(HTTPServerLog,)>()?;
    let row = HTTPServerLog::new(5, "::1").insert(db)?;
    assert_eq!(db.query_as::<HTTPServerLog>("SELECT id, größe, \"remoteAddress\" FROM http_server_log", ())?, [row]);
    Ok(())
}

/// The names that the statements give to indexes.
fn index_names(db: &Database) -> ormcore::Result<Vec<String>> {
    let statements = db.ddl_of::<(Measurement,)>()?;
    let names = statements.iter().filter_map(|sql| sql.strip_prefix("CREATE UNIQUE INDEX IF NOT EXISTS \""));
    Ok(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_string())).collect())
}

fn long_names_of_indexes_are_cut_and_stay_apart(db: &Database) -> ormcore::Result<()> {
    let mut names = index_names(db)?;
    assert_eq!(names, index_names(db)?, "the names are the same each time");
    assert!(names.iter().all(|name| name.len() <= 63 && name.starts_with("uq_measurements_of_")), "{names:?}");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 5);
    Ok(())
}

fn every_index_of_a_long_name_is_there(db: &Database) -> ormcore::Result<()> {
    // An index whose name is taken would be passed over in silence, for it is created IF NOT EXISTS.
    db.create_tables::<(Measurement,)>()?;
    Measurement::new(1, 10, 20).insert(db)?;
    assert!(Measurement::new(1, 10, 21).insert(db).unwrap_err().is_unique_violation());
    assert!(Measurement::new(1, 11, 20).insert(db).unwrap_err().is_unique_violation());
    Measurement::new(1, 11, 21).insert(db)?;
    for one in 0..3 {
        Measurement::new(2, one, one).insert(db)?;
        let twin = Measurement::new(2, one, 90 + one).insert(db);
        assert!(twin.is_err_and(|error| error.is_unique_violation()), "filter {one}");
    }
    Ok(())
}

fn indexes_of_two_tables_whose_names_run_together_are_both_there(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Room, RoomPlan)>()?;
    db.create_tables::<(Room, RoomPlan)>()?;
    Room::new(1).insert(db)?;
    RoomPlan::new(1).insert(db)?;
    assert!(Room::new(1).insert(db).is_err_and(|error| error.is_unique_violation()));
    assert!(RoomPlan::new(1).insert(db).is_err_and(|error| error.is_unique_violation()));
    Ok(())
}

/// Models of one table as it was and as it became, each with new indexes before the old one, under names that run together.
mod before {
    use ormcore::prelude::*;

    #[derive(Model)]
    #[model(
        table = "hall",
        unique(room, filter = "kind = 1"),
        index(one, two),
        unique(one, filter = "two = 1", name = "hall_one")
    )]
    pub(super) struct Hall {
        #[column(primary_key)]
        id: i64,
        room: i64,
        kind: i64,
        one: i64,
        two: i64,
        one_two: i64,
    }
}

#[derive(Model)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "hall",
    unique(room, filter = "kind = 0"),
    unique(room, filter = "kind = 1"),
    unique(one_two, filter = "kind = 2", name = "hall_one"),
    unique(one, filter = "two = 1", name = "hall_one"),
    index(one_two),
    index(one, two)
)]
struct Hall {
    #[column(primary_key)]
    id: i64,
    room: i64,
    kind: i64,
    one: i64,
    two: i64,
    one_two: i64,
}

fn a_new_index_is_made_before_an_old_one_of_its_name(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(before::Hall,)>()?;
    for _ in 0..2 {
        db.create_tables::<(Hall,)>()?;
    }
    let refused = |hall: Draft<Hall>| hall.insert(db).is_err_and(|error| error.is_unique_violation());
    for kind in [0, 1] {
        Hall::new(7, kind, 10 + kind, 0, 10 + kind).insert(db)?;
        assert!(refused(Hall::new(7, kind, 20 + kind, 0, 20 + kind)), "kind {kind}");
    }
    Hall::new(8, 2, 5, 1, 5).insert(db)?;
    assert!(refused(Hall::new(9, 2, 6, 1, 5)), "a name of one's own");
    assert!(refused(Hall::new(9, 2, 5, 1, 6)), "a name of one's own");
    let columns = match db.dialect().name() {
        "postgres" => "SELECT indexdef FROM pg_indexes WHERE tablename = 'hall' AND schemaname = current_schema()",
        _ => "SELECT sql FROM sqlite_master WHERE tbl_name = 'hall' AND type = 'index'",
    };
    let columns: Vec<String> = db.query_as(columns, ())?;
    let covers = |wanted: &str| columns.iter().any(|sql| sql.replace('"', "").ends_with(wanted));
    assert!(covers("(one_two)") && covers("(one, two)"), "{columns:#?}");
    Ok(())
}

fn names_of_indexes_are_the_same_in_any_order(db: &Database) -> ormcore::Result<()> {
    #[derive(Model)]
    #[allow(clippy::duplicated_attributes)]
    #[model(
        table = "hall",
        index(one, two),
        index(one_two),
        unique(one, filter = "two = 1", name = "hall_one"),
        unique(one_two, filter = "kind = 2", name = "hall_one"),
        unique(room, filter = "kind = 1"),
        unique(room, filter = "kind = 0")
    )]
    struct Reversed {
        #[column(primary_key)]
        id: i64,
        room: i64,
        kind: i64,
        one: i64,
        two: i64,
        one_two: i64,
    }
    let (mut forwards, mut backwards) = (db.ddl_of::<(Hall,)>()?, db.ddl_of::<(Reversed,)>()?);
    forwards.sort();
    backwards.sort();
    assert_eq!(forwards, backwards);
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_new_index_is_made_before_an_old_one_of_its_name,
    names_of_indexes_are_the_same_in_any_order,
    sql_keywords_are_names_like_any_other,
    quotes_spaces_and_unicode_in_names_change_nothing,
    an_error_gives_an_odd_name_whole,
    a_table_is_named_after_its_struct_and_a_column_after_its_field,
    long_names_of_indexes_are_cut_and_stay_apart,
    every_index_of_a_long_name_is_there,
    indexes_of_two_tables_whose_names_run_together_are_both_there,
);
