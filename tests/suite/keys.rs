//! Primary keys of every kind.

use ormcore::prelude::*;
use uuid::Uuid;

#[derive(Model, Debug, Clone, PartialEq)]
struct Seat {
    #[column(primary_key, name = "row_number")]
    row: i32,
    #[column(primary_key)]
    letter: String,
    free: bool,
}

/// Nothing but its key.
#[derive(Model, Debug, Clone, PartialEq)]
struct Follow {
    #[column(primary_key)]
    follower: i64,
    #[column(primary_key)]
    followed: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Country {
    #[column(primary_key, length = 2)]
    code: String,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Year {
    #[column(primary_key, auto = false)]
    year: i32,
    films: u32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Small {
    #[column(primary_key)]
    id: u8,
    label: String,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[column_type(auto)]
struct TicketId(i64);

#[derive(Model, Debug, Clone, PartialEq)]
struct Ticket {
    #[column(primary_key, auto)]
    id: TicketId,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Token {
    #[column(primary_key, auto)]
    id: Uuid,
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Wide {
    #[column(primary_key)]
    a: i64,
    #[column(primary_key)]
    b: String,
    #[column(primary_key)]
    c: bool,
    #[column(primary_key)]
    d: Vec<u8>,
    #[column(primary_key)]
    e: Uuid,
    #[column(primary_key)]
    f: u32,
    label: String,
}

fn a_composite_key_finds_updates_and_deletes_its_row_alone(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Seat,)>()?;
    let seats = [(1, "a"), (1, "b"), (2, "a"), (2, "b")].map(|(row, letter)| Seat::new(row, letter, true));
    Seat::insert_all(seats, db)?;
    let mut seat = Seat::find((2, "a"), db)?;
    assert_eq!(seat, Seat { row: 2, letter: "a".into(), free: true });
    seat.free = false;
    seat.update(db)?;
    assert_eq!(Seat::get((2, "a".to_string()), db)?, Some(seat.clone()));
    assert_eq!(Seat::query().filter_by(Seat::FREE, false).count(db)?, 1);
    seat.delete(db)?;
    assert_eq!(Seat::get((2, "a"), db)?, None);
    assert_eq!(Seat::query().count(db)?, 3);
    assert!(Seat::new(1, "b", true).insert(db).unwrap_err().is_unique_violation());
    let error = Seat::find((9, "z"), db).unwrap_err().to_string();
    assert!(error.contains("row_number") && error.contains('9') && error.contains("\"z\""), "{error}");
    Ok(())
}

fn a_table_may_be_nothing_but_its_key(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Follow,)>()?;
    let mut follow = Follow::new(1, 2).insert(db)?;
    Follow::new(2, 1).insert(db)?;
    follow.update(db)?;
    follow.refresh(db)?;
    follow.delete(db)?;
    assert!(follow.update(db).unwrap_err().is_not_found());
    assert_eq!(Follow::all(db)?, [Follow { follower: 2, followed: 1 }]);
    Ok(())
}

fn a_text_key_is_given_and_not_generated(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Country,)>()?;
    let country = Country::new("de", "Germany").insert(db)?;
    assert_eq!(Country::find("de", db)?, country);
    assert_eq!(Country::find(&country.code, db)?, country);
    assert_eq!(Country::get("DE", db)?, None);
    Ok(())
}

fn an_integer_key_without_auto_is_given(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Year,)>()?;
    assert_eq!(Year::new(2006, 1000_u32).insert(db)?.year, 2006);
    assert_eq!(Year::find(2006, db)?.films, 1000);
    assert!(Year::new(2006, 1_u32).insert(db).unwrap_err().is_unique_violation());
    Ok(())
}

fn a_key_of_a_narrow_type_is_generated(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Small,)>()?;
    let rows = Small::insert_all(["a", "b"].map(Small::new), db)?;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(Small::find(2, db)?, rows[1]);
    Ok(())
}

fn a_newtype_key_is_generated_and_typed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Ticket,)>()?;
    let ticket = Ticket::new("broken").insert(db)?;
    assert_eq!(Ticket::find(ticket.id, db)?, ticket);
    assert_eq!(Ticket::get(TicketId(ticket.id.0 + 1), db)?, None);
    assert_eq!(Ticket::query().filter(Ticket::ID.is_in([ticket.id])).one(db)?, ticket);
    Ok(())
}

fn an_auto_uuid_is_made_here_and_sorts_by_time(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Token,)>()?;
    let tokens = Token::insert_all((0..20).map(|number| Token::new(number.to_string())), db)?;
    assert!(tokens.iter().all(|token| token.id.get_version_num() == 7));
    let labels: Vec<String> =
        Token::query().order_by(Token::ID).all(db)?.into_iter().map(|token| token.label).collect();
    assert_eq!(labels, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
    let own = Token::new("own").with_key(Uuid::nil()).insert(db)?;
    assert_eq!(Token::find(Uuid::nil(), db)?, own);
    Ok(())
}

fn a_key_may_have_six_columns_of_six_types(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Wide,)>()?;
    let key = (1, "b", true, &[0_u8, 255], Uuid::max(), 6_u32);
    let row = Wide::new(key.0, key.1, key.2, key.3, key.4, key.5, "label").insert(db)?;
    assert_eq!(Wide::find(key, db)?, row);
    assert_eq!(Wide::get((1, "b", true, &[0_u8, 254], Uuid::max(), 6_u32), db)?, None);
    Ok(())
}

fn the_key_of_an_update_is_the_row_that_is_updated(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Country,)>()?;
    let mut one = Country::new("aa", "one").insert(db)?;
    let two = Country::new("bb", "two").insert(db)?;
    // A key that is changed in hand names another row: there is none, or it is that one.
    one.code = "cc".into();
    assert!(one.update(db).unwrap_err().is_not_found());
    assert!(one.delete(db).unwrap_err().is_not_found());
    assert_eq!(Country::find("bb", db)?, two);
    assert_eq!(Country::find("aa", db)?.name, "one");
    Ok(())
}

fn a_key_is_changed_by_an_update_of_many(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Country,)>()?;
    Country::new("aa", "one").insert(db)?;
    assert_eq!(Country::query().filter_by(Country::CODE, "aa").update(Country::CODE.set("zz"), db)?, 1);
    assert_eq!(Country::find("zz", db)?.name, "one");
    Ok(())
}

ormcore_tests::on_every_backend!(
    a_composite_key_finds_updates_and_deletes_its_row_alone,
    a_table_may_be_nothing_but_its_key,
    a_text_key_is_given_and_not_generated,
    an_integer_key_without_auto_is_given,
    a_key_of_a_narrow_type_is_generated,
    a_newtype_key_is_generated_and_typed,
    an_auto_uuid_is_made_here_and_sorts_by_time,
    a_key_may_have_six_columns_of_six_types,
    the_key_of_an_update_is_the_row_that_is_updated,
    a_key_is_changed_by_an_update_of_many,
);
