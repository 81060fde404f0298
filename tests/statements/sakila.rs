//! A query as reports have them, over five tables of the Sakila database.

use ormcore::prelude::*;
use ormcore::sql::{Postgres, Sqlite, count};

use crate::numbered;

#[derive(Model)]
struct Category {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Film {
    #[column(primary_key)]
    id: i64,
    title: String,
    #[relationship(secondary = FilmCategory)]
    categories: HasMany<Category>,
}

#[derive(Model)]
struct FilmCategory {
    #[column(primary_key, foreign_key = Film::ID)]
    film_id: i64,
    #[column(primary_key, foreign_key = Category::ID)]
    category_id: i64,
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
    #[column(foreign_key = Inventory::ID)]
    inventory_id: i64,
    #[relationship]
    inventory: BelongsTo<Inventory>,
}

#[derive(Model)]
struct Payment {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Rental::ID)]
    rental_id: Option<i64>,
    amount: f64,
    #[relationship]
    rental: BelongsTo<Rental>,
}

#[test]
fn three_joins_a_group_and_an_order_by_its_sum() {
    let query = Payment::query()
        .join(Payment::RENTAL)
        .join(Rental::INVENTORY)
        .join(Inventory::FILM)
        .filter(Payment::AMOUNT.gt(0.99))
        .group_by(Film::TITLE)
        .select((Film::TITLE, count(), Payment::AMOUNT.sum()))
        .having(Payment::AMOUNT.sum().gt(100.0))
        .order_by((Payment::AMOUNT.sum().desc(), Film::TITLE))
        .limit(10);
    let sqlite = r#"SELECT "film"."title", count(*), sum("payment"."amount") FROM "payment" JOIN "rental" ON "payment"."rental_id" = "rental"."id" JOIN "inventory" ON "rental"."inventory_id" = "inventory"."id" JOIN "film" ON "inventory"."film_id" = "film"."id" WHERE "payment"."amount" > ? GROUP BY "film"."title" HAVING sum("payment"."amount") > ? ORDER BY sum("payment"."amount") DESC, "film"."title" LIMIT ?"#;
    assert_eq!(query.clone().sql(&Sqlite).unwrap().sql, sqlite);
    assert_eq!(
        query.sql(&Postgres).unwrap().sql,
        numbered(sqlite).replace(r#"("payment"."amount") DESC"#, r#"("payment"."amount") DESC NULLS LAST"#)
    );
}

#[test]
fn a_link_table_is_joined_with_what_it_leads_to() {
    let query = Film::query().left_join(Film::CATEGORIES).group_by(Film::ID);
    let query = query.select((Film::TITLE, Category::NAME.max())).order_by(Category::NAME.max());
    let sql = r#"SELECT "film"."title", max("category"."name") FROM "film" LEFT JOIN ("film_category" AS "film_category#link1" JOIN "category" ON "category"."id" = "film_category#link1"."category_id") ON "film"."id" = "film_category#link1"."film_id" GROUP BY "film"."id" ORDER BY max("category"."name")"#;
    assert_eq!(query.clone().sql(&Sqlite).unwrap().sql, sql);
    assert_eq!(query.sql(&Postgres).unwrap().sql, format!("{sql} NULLS FIRST"));
}
