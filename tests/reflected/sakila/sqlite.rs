// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(index(last_name, name = "idx_actor_last_name"))]
pub struct Actor {
    #[column(primary_key)]
    pub actor_id: i64,
    #[column(length = 45)]
    pub first_name: String,
    #[column(length = 45)]
    pub last_name: String,
    #[column(server_default = "CURRENT_TIMESTAMP")]
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub film_actors: HasMany<FilmActor>,
    #[relationship(secondary = FilmActor)]
    pub films: HasMany<Film>,
}

#[derive(Model, Debug, Clone)]
#[model(index(city_id, name = "idx_fk_city_id"))]
pub struct Address {
    #[column(primary_key)]
    pub address_id: i64,
    #[column(length = 50)]
    pub address: String,
    #[column(length = 50)]
    pub address2: Option<String>,
    #[column(length = 20)]
    pub district: String,
    #[column(foreign_key = City::CITY_ID, on_update = "cascade")]
    pub city_id: i64,
    #[column(length = 10)]
    pub postal_code: Option<String>,
    #[column(length = 20)]
    pub phone: String,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub city: BelongsTo<City>,
    #[relationship]
    pub customers: HasMany<Customer>,
    #[relationship]
    pub staffs: HasMany<Staff>,
    #[relationship]
    pub stores: HasMany<Store>,
}

#[derive(Model, Debug, Clone)]
pub struct Category {
    #[column(primary_key)]
    pub category_id: i64,
    #[column(length = 25)]
    pub name: String,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub film_categories: HasMany<FilmCategory>,
    #[relationship(secondary = FilmCategory)]
    pub films: HasMany<Film>,
}

#[derive(Model, Debug, Clone)]
#[model(index(country_id, name = "idx_fk_country_id"))]
pub struct City {
    #[column(primary_key)]
    pub city_id: i64,
    #[column(length = 50)]
    pub city: String,
    #[column(foreign_key = Country::COUNTRY_ID, on_update = "cascade")]
    pub country_id: i64,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub country: BelongsTo<Country>,
    #[relationship]
    pub addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone)]
pub struct Country {
    #[column(primary_key)]
    pub country_id: i64,
    #[column(length = 50)]
    pub country: String,
    pub last_update: Option<chrono::NaiveDateTime>,
    #[relationship]
    pub cities: HasMany<City>,
}

#[derive(Model, Debug, Clone)]
pub struct Customer {
    #[column(primary_key)]
    pub customer_id: i64,
    #[column(foreign_key = Store::STORE_ID, on_update = "cascade", index = false)]
    pub store_id: i64,
    #[column(length = 45)]
    pub first_name: String,
    #[column(length = 45)]
    pub last_name: String,
    #[column(length = 50)]
    pub email: Option<String>,
    #[column(foreign_key = Address::ADDRESS_ID, on_update = "cascade", index = false)]
    pub address_id: i64,
    #[column(server_default = "true")]
    pub active: bool,
    pub create_date: chrono::NaiveDateTime,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub store: BelongsTo<Store>,
    #[relationship]
    pub address: BelongsTo<Address>,
    #[relationship]
    pub payments: HasMany<Payment>,
    #[relationship]
    pub rentals: HasMany<Rental>,
}

#[derive(Model, Debug, Clone)]
#[allow(clippy::duplicated_attributes)]
#[model(
    index(language_id, name = "idx_fk_language_id"),
    index(original_language_id, name = "idx_fk_original_language_id"),
)]
pub struct Film {
    #[column(primary_key)]
    pub film_id: i64,
    #[column(length = 255)]
    pub title: String,
    pub description: Option<String>,
    #[column(length = 4)]
    pub release_year: Option<String>,
    #[column(foreign_key = Language::LANGUAGE_ID)]
    pub language_id: i64,
    #[column(foreign_key = Language::LANGUAGE_ID)]
    pub original_language_id: Option<i64>,
    #[column(server_default = "3")]
    pub rental_duration: i64,
    #[column(server_default = "4.99")]
    pub rental_rate: f64,
    pub length: Option<i64>,
    #[column(server_default = "19.99")]
    pub replacement_cost: f64,
    #[column(
        length = 10,
        server_default = "'G'",
        check = "rating IN ('G', 'PG', 'PG-13', 'R', 'NC-17')",
    )]
    pub rating: Option<String>,
    #[column(length = 100)]
    pub special_features: Option<String>,
    pub last_update: chrono::NaiveDateTime,
    #[relationship(foreign_key = Film::LANGUAGE_ID)]
    pub language: BelongsTo<Language>,
    #[relationship(foreign_key = Film::ORIGINAL_LANGUAGE_ID)]
    pub original_language: BelongsTo<Language>,
    #[relationship]
    pub film_actors: HasMany<FilmActor>,
    #[relationship]
    pub film_categories: HasMany<FilmCategory>,
    #[relationship]
    pub inventories: HasMany<Inventory>,
    #[relationship(secondary = FilmActor)]
    pub actors: HasMany<Actor>,
    #[relationship(secondary = FilmCategory)]
    pub categories: HasMany<Category>,
}

#[derive(Model, Debug, Clone)]
#[model(index(film_id, name = "idx_fk_film_actor_film"))]
pub struct FilmActor {
    #[column(primary_key, foreign_key = Actor::ACTOR_ID, on_update = "cascade")]
    pub actor_id: i64,
    #[column(primary_key, foreign_key = Film::FILM_ID, on_update = "cascade")]
    pub film_id: i64,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub actor: BelongsTo<Actor>,
    #[relationship]
    pub film: BelongsTo<Film>,
}

#[derive(Model, Debug, Clone)]
pub struct FilmCategory {
    #[column(primary_key, foreign_key = Film::FILM_ID, on_update = "cascade")]
    pub film_id: i64,
    #[column(
        primary_key,
        foreign_key = Category::CATEGORY_ID,
        on_update = "cascade",
        index = false,
    )]
    pub category_id: i64,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub film: BelongsTo<Film>,
    #[relationship]
    pub category: BelongsTo<Category>,
}

#[derive(Model, Debug, Clone)]
pub struct FilmText {
    #[column(primary_key)]
    pub film_id: i64,
    #[column(length = 255)]
    pub title: String,
    pub description: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(index(store_id, film_id, name = "idx_store_id_film_id"))]
pub struct Inventory {
    #[column(primary_key)]
    pub inventory_id: i64,
    #[column(foreign_key = Film::FILM_ID, on_update = "cascade", index = false)]
    pub film_id: i64,
    #[column(foreign_key = Store::STORE_ID, on_update = "cascade")]
    pub store_id: i64,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub film: BelongsTo<Film>,
    #[relationship]
    pub store: BelongsTo<Store>,
    #[relationship]
    pub rentals: HasMany<Rental>,
}

#[derive(Model, Debug, Clone)]
pub struct Language {
    #[column(primary_key)]
    pub language_id: i64,
    #[column(length = 20)]
    pub name: String,
    pub last_update: chrono::NaiveDateTime,
    #[relationship(foreign_key = Film::LANGUAGE_ID)]
    pub films_by_language: HasMany<Film>,
    #[relationship(foreign_key = Film::ORIGINAL_LANGUAGE_ID)]
    pub films_by_original_language: HasMany<Film>,
}

#[derive(Model, Debug, Clone)]
pub struct Payment {
    #[column(primary_key)]
    pub payment_id: i64,
    #[column(foreign_key = Customer::CUSTOMER_ID, on_update = "cascade", index = false)]
    pub customer_id: i64,
    #[column(foreign_key = Staff::STAFF_ID, on_update = "cascade", index = false)]
    pub staff_id: i64,
    #[column(
        foreign_key = Rental::RENTAL_ID,
        on_delete = "set null",
        on_update = "cascade",
        index = false,
    )]
    pub rental_id: Option<i64>,
    pub amount: f64,
    pub payment_date: chrono::NaiveDateTime,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub customer: BelongsTo<Customer>,
    #[relationship]
    pub staff: BelongsTo<Staff>,
    #[relationship]
    pub rental: BelongsTo<Rental>,
}

#[derive(Model, Debug, Clone)]
#[model(unique(rental_date, inventory_id, customer_id))]
pub struct Rental {
    #[column(primary_key)]
    pub rental_id: i64,
    pub rental_date: chrono::NaiveDateTime,
    #[column(foreign_key = Inventory::INVENTORY_ID, on_update = "cascade", index = false)]
    pub inventory_id: i64,
    #[column(foreign_key = Customer::CUSTOMER_ID, on_update = "cascade", index = false)]
    pub customer_id: i64,
    pub return_date: Option<chrono::NaiveDateTime>,
    #[column(foreign_key = Staff::STAFF_ID, on_update = "cascade", index = false)]
    pub staff_id: i64,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub inventory: BelongsTo<Inventory>,
    #[relationship]
    pub customer: BelongsTo<Customer>,
    #[relationship]
    pub staff: BelongsTo<Staff>,
    #[relationship]
    pub payments: HasMany<Payment>,
}

#[derive(Model, Debug, Clone)]
pub struct Staff {
    #[column(primary_key)]
    pub staff_id: i64,
    #[column(length = 45)]
    pub first_name: String,
    #[column(foreign_key = Address::ADDRESS_ID, on_update = "cascade", index = false)]
    pub address_id: i64,
    #[column(length = 50)]
    pub email: Option<String>,
    pub store_id: i64,
    pub active: bool,
    #[column(length = 16)]
    pub username: String,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub address: BelongsTo<Address>,
    #[relationship]
    pub payments: HasMany<Payment>,
    #[relationship]
    pub rentals: HasMany<Rental>,
    #[relationship]
    pub store: HasOne<Store>,
}

#[derive(Model, Debug, Clone)]
pub struct Store {
    #[column(primary_key)]
    pub store_id: i64,
    #[column(unique, foreign_key = Staff::STAFF_ID)]
    pub manager_staff_id: i64,
    #[column(foreign_key = Address::ADDRESS_ID, index = false)]
    pub address_id: i64,
    pub last_update: chrono::NaiveDateTime,
    #[relationship]
    pub manager_staff: BelongsTo<Staff>,
    #[relationship]
    pub address: BelongsTo<Address>,
    #[relationship]
    pub customers: HasMany<Customer>,
    #[relationship]
    pub inventories: HasMany<Inventory>,
}
