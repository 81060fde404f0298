// An integer column is set to a number with a fraction.
use ormcore::prelude::*;
use ormcore::sql::of;

#[derive(Model)]
struct Film {
    #[column(primary_key)]
    id: i64,
    stars: i32,
}

#[derive(Model)]
struct Review {
    #[column(primary_key)]
    id: i64,
    score: i32,
    #[column(foreign_key = Film::ID)]
    film_id: i64,
}

fn main() -> ormcore::Result<()> {
    let db = Database::connect("sqlite::memory:")?;
    let reviews = Review::query().correlated::<Film>().filter(Review::FILM_ID.eq(of(Film::ID)));
    let mean = reviews.select(Review::SCORE.avg()).scalar();
    Film::query().update(Film::STARS.set(mean), &db)?;
    Ok(())
}
