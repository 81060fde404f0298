//! Queries over an alias, as parts of queries over its model.

use crate::model::Model;
use crate::query::{Aliased, Body, Place, Query, Scope, Source};
use crate::schema::statements::table_name;
use crate::sql::From;

impl<P: Place> Aliased<P> {
    /// A query over this occurrence of the model: a subquery that is correlated with a query over the model itself.
    ///
    /// It gives what it selects, or is asked whether it has rows; whole rows are what `Model::query()` gives.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::{alias, sql::of};
    /// # #[derive(Model)] struct Film { #[column(primary_key)] id: i64, rating: String, length: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Film,)>()?;
    /// # Film::insert_all([Film::new("G", 90), Film::new("PG", 80), Film::new("G", 120)], &db)?;
    /// let other = alias!(Film);
    /// let of_its_rating = other.query().correlated::<Film>().filter(other.col(Film::RATING).eq(of(Film::RATING)));
    /// let average = of_its_rating.select(other.col(Film::LENGTH).avg());
    /// let long = Film::query().filter(Film::LENGTH.gt(average.scalar()));
    /// assert_eq!(long.one(&db)?.length, 120);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn query(self) -> Query<P::Model, Scope<Self, ()>> {
        let table = P::Model::TABLE;
        let from = From::Table(table_name(table), Self::alias().number);
        Query::over(Body { table: Some(table), ..Body::new(from) })
    }
}
