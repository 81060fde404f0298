//! What it costs to build and to render a query of three joins, and to run one that is prepared: time and allocations.
//!
//! `rendering` asserts the allocations; `rendering run build 1000` does one of the two so often and nothing else, for
//! callgrind.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use ormcore::prelude::*;
use ormcore::query::{Param, prepare};
use ormcore::sql::{Rendered, Sqlite};

const ROUNDS: u32 = 2001;

/// What building and rendering the query of three joins may allocate.
const MOST_ALLOCATIONS: u64 = 42;

#[derive(Model)]
struct Film {
    #[column(primary_key)]
    id: i64,
    title: String,
    rating: String,
    length: i32,
}

#[derive(Model)]
struct Inventory {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Film::ID)]
    film_id: i64,
    #[relationship]
    film: BelongsTo<Film>,
}

#[derive(Model)]
struct Rental {
    #[column(primary_key)]
    id: i64,
    returned: Option<i64>,
    #[column(foreign_key = Inventory::ID)]
    inventory_id: i64,
    #[relationship]
    inventory: BelongsTo<Inventory>,
}

#[derive(Model)]
struct Payment {
    #[column(primary_key)]
    id: i64,
    amount: f64,
    #[column(foreign_key = Rental::ID)]
    rental_id: i64,
    #[relationship]
    rental: BelongsTo<Rental>,
}

/// Who paid more than a little for a long film that came back, the largest payment first.
fn three_joins(least: f64, rating: &str) -> ormcore::Result<Rendered> {
    Payment::query()
        .join(Payment::RENTAL)
        .join(Rental::INVENTORY)
        .join(Inventory::FILM)
        .filter(Payment::AMOUNT.gt(least))
        .filter(Film::RATING.eq(rating).and(Film::LENGTH.ge(90)))
        .filter(Rental::RETURNED.is_not_null())
        .order_by((Payment::AMOUNT.desc(), Payment::ID))
        .limit(20)
        .sql(&Sqlite)
}

fn main() -> Result<(), Box<dyn Error>> {
    if let [_, command, count] = &std::env::args().skip(1).collect::<Vec<_>>()[..] {
        let count: u32 = count.parse()?;
        assert_eq!(command, "build");
        for _ in 0..count {
            black_box(three_joins(black_box(2.5), black_box("PG"))?);
        }
        return Ok(());
    }
    let text = three_joins(2.5, "PG")?;
    println!("{}\n", text.sql);
    let info = allocation_counter::measure(|| drop(black_box(three_joins(2.5, "PG"))));
    assert!(info.count_total <= MOST_ALLOCATIONS, "{} allocations", info.count_total);
    let time = median(|| black_box(three_joins(black_box(2.5), black_box("PG"))).map(drop))?;
    println!("building and rendering: {time:.2} us, {} allocations of {} bytes", info.count_total, info.bytes_total);

    let db = Database::connect("sqlite::memory:")?;
    db.create_tables::<(Film, Inventory, Rental, Payment)>()?;
    let film = Film::new("a", "PG", 100).insert(&db)?;
    let copy = Inventory::new(&film).insert(&db)?;
    let rental = Rental::new(&copy).set(Rental::RETURNED, 1).insert(&db)?;
    Payment::new(3.0, &rental).insert(&db)?;
    let by_rating = |rating: &str| {
        Film::query().filter(Film::RATING.eq(rating)).filter(Film::LENGTH.ge(90)).order_by(Film::ID).limit(5).all(&db)
    };
    let prepared = prepare(|rating: Param<String>| {
        Film::query().filter(Film::RATING.eq(rating)).filter(Film::LENGTH.ge(90)).order_by(Film::ID).limit(5)
    });
    assert_eq!(by_rating("PG")?.len(), prepared.all("PG", &db)?.len());
    let (built, run) = (median(|| by_rating("PG").map(drop))?, median(|| prepared.all("PG", &db).map(drop))?);
    println!("one row of one table: built anew {built:.2} us, prepared {run:.2} us");
    Ok(())
}

/// The median of many rounds, in microseconds.
fn median(mut run: impl FnMut() -> ormcore::Result<()>) -> ormcore::Result<f64> {
    const REPEATS: u32 = 20;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..REPEATS {
            run()?;
        }
        times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(REPEATS));
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
