//! Real data: loads the Sakila rental database (five tables, 33 000 rows) from CSV files into a SQLite file inside one
//! transaction, and answers five questions. Run it with `cargo run --release -p examples --bin sakila -- FOLDER`, where
//! FOLDER holds `actor.csv`, `film.csv`, `customer.csv`, `rental.csv` and `payment.csv`.
//!
//! With `DATABASE_URL=postgres://..` it does the same on a server. Name an empty database: it drops its tables at the end.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::NaiveDateTime;
use csv::StringRecord;
use ormcore::prelude::*;
use rust_decimal::Decimal;

#[derive(Model, Debug)]
struct Actor {
    #[column(primary_key)]
    id: i64,
    first_name: String,
    #[column(index)]
    last_name: String,
}

#[derive(Model, Debug)]
struct Film {
    #[column(primary_key)]
    id: i64,
    title: String,
    description: Option<String>,
    #[column(check = "length > 0")]
    length: i32,
    rating: Rating,
}

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Rating {
    #[column_type(rename = "G")]
    General,
    #[column_type(rename = "PG")]
    ParentalGuidance,
    #[column_type(rename = "PG-13")]
    Over13,
    #[column_type(rename = "R")]
    Restricted,
    #[column_type(rename = "NC-17")]
    Over17,
}

#[derive(Model, Debug)]
struct Customer {
    #[column(primary_key)]
    id: i64,
    first_name: String,
    last_name: String,
    #[column(unique)]
    email: String,
}

#[derive(Model, Debug)]
struct Rental {
    #[column(primary_key)]
    id: i64,
    #[column(index)]
    rental_date: NaiveDateTime,
    #[column(foreign_key = Customer::ID)]
    customer_id: i64,
    return_date: Option<NaiveDateTime>,
}

#[derive(Model, Debug)]
struct Payment {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Customer::ID)]
    customer_id: i64,
    #[column(foreign_key = Rental::ID, on_delete = "set null")]
    rental_id: Option<i64>,
    amount: Decimal,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder with the CSV files: sakila FOLDER")?;
    let drafts = Drafts::read(Path::new(&folder))?;
    if let Ok(url) = std::env::var("DATABASE_URL") {
        return run(drafts, &url);
    }
    let file = std::env::temp_dir().join(format!("ormcore-sakila-{}.db", std::process::id()));
    let outcome = run(drafts, &format!("sqlite:{}", file.display()));
    for suffix in ["", "-wal", "-shm"] {
        // What was not made need not be removed.
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    outcome
}

fn run(drafts: Drafts, url: &str) -> Result<(), Box<dyn Error>> {
    let db = Database::connect(url)?;
    db.create_all()?;
    if Customer::query().exists(&db)? {
        return Err("the table `customer` holds rows of somebody else: name an empty database".into());
    }
    let start = Instant::now();
    let rows = db.transaction(|tx| drafts.insert(tx))?;
    println!("loaded {rows} rows into {} in {:.2?}", db.dialect().name(), start.elapsed());
    answer(&db)?;
    Ok(db.drop_all()?)
}

/// What the files hold, parsed.
struct Drafts {
    actors: Vec<Draft<Actor>>,
    films: Vec<Draft<Film>>,
    customers: Vec<Draft<Customer>>,
    rentals: Vec<Draft<Rental>>,
    payments: Vec<Draft<Payment>>,
}

impl Drafts {
    fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let path = |table: &str| folder.join(format!("{table}.csv"));
        Ok(Drafts {
            actors: read(path("actor"), |row| Ok(Actor::new(&row[1], &row[2]).with_key(row[0].parse::<i64>()?)))?,
            films: read(path("film"), |row| {
                let draft = Film::new(&row[1], row[8].parse::<i32>()?, rating(&row[10])?);
                Ok(draft.set(Film::DESCRIPTION, &row[2]).with_key(row[0].parse::<i64>()?))
            })?,
            customers: read(path("customer"), |row| {
                Ok(Customer::new(&row[2], &row[3], &row[4]).with_key(row[0].parse::<i64>()?))
            })?,
            rentals: read(path("rental"), |row| {
                let draft = Rental::new(time(&row[1])?, row[3].parse::<i64>()?).with_key(row[0].parse::<i64>()?);
                let returned = (!row[4].is_empty()).then(|| time(&row[4])).transpose()?;
                Ok(draft.set(Rental::RETURN_DATE, returned))
            })?,
            payments: read(path("payment"), |row| {
                let draft = Payment::new(row[1].parse::<i64>()?, row[4].parse::<Decimal>()?);
                let rental = (!row[3].is_empty()).then(|| row[3].parse::<i64>()).transpose()?;
                Ok(draft.set(Payment::RENTAL_ID, rental).with_key(row[0].parse::<i64>()?))
            })?,
        })
    }

    fn insert(self, tx: &Transaction) -> ormcore::Result<usize> {
        Ok(Actor::insert_all(self.actors, tx)?.len()
            + Film::insert_all(self.films, tx)?.len()
            + Customer::insert_all(self.customers, tx)?.len()
            + Rental::insert_all(self.rentals, tx)?.len()
            + Payment::insert_all(self.payments, tx)?.len())
    }
}

fn read<T>(
    path: PathBuf,
    parse: impl Fn(&StringRecord) -> Result<T, Box<dyn Error>>,
) -> Result<Vec<T>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    reader.records().map(|row| parse(&row?)).collect()
}

fn time(text: &str) -> Result<NaiveDateTime, chrono::ParseError> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
}

fn rating(text: &str) -> Result<Rating, String> {
    match text {
        "G" => Ok(Rating::General),
        "PG" => Ok(Rating::ParentalGuidance),
        "PG-13" => Ok(Rating::Over13),
        "R" => Ok(Rating::Restricted),
        "NC-17" => Ok(Rating::Over17),
        other => Err(format!("{other:?} is no rating")),
    }
}

fn answer(db: &Database) -> ormcore::Result<()> {
    let unreturned = Rental::query().filter(Rental::RETURN_DATE.is_null()).count(db)?;
    println!("1. never returned: {unreturned} rentals");
    assert_eq!(unreturned, 183);

    let mut paid = Decimal::ZERO;
    Payment::query().each(db, |payment| {
        paid += payment.amount;
        Ok(())
    })?;
    println!("2. paid in all: {paid}");
    assert_eq!(paid.to_string(), "67416.51");

    let longest = Film::query()
        .filter(Film::RATING.eq(Rating::General))
        .order_by((Film::LENGTH.desc(), Film::TITLE))
        .limit(3)
        .all(db)?;
    println!("3. longest films for everybody:");
    for film in &longest {
        println!("   {} ({} minutes)", film.title, film.length);
    }
    assert_eq!(longest[0].title, "CONTROL ANTHEM");

    let names =
        Actor::query().filter(Actor::LAST_NAME.starts_with("W").and(Actor::FIRST_NAME.is_in(["SEAN", "WARREN"])));
    let page = names.order_by((Actor::LAST_NAME, Actor::FIRST_NAME)).paginate(1, 10, db)?;
    println!("4. actors called Sean or Warren W..: {}", page.total);
    assert_eq!(page.total as usize, page.items.len());

    let first = Rental::query().order_by((Rental::RENTAL_DATE, Rental::ID)).first(db)?;
    if let Some(rental) = first {
        let customer = Customer::find(rental.customer_id, db)?;
        println!("5. the first rental, at {}: {} {}", rental.rental_date, customer.first_name, customer.last_name);
        assert_eq!((customer.first_name.as_str(), customer.last_name.as_str()), ("CHARLOTTE", "HUNTER"));
    }
    Ok(())
}
