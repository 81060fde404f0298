//! The models of nested drafts.

use ormcore::prelude::*;

/// Two foreign keys to one model, and a number that is unique.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_person")]
pub(super) struct Owner {
    #[column(primary_key)]
    pub(super) id: i64,
    #[relationship(foreign_key = Letter::SENDER_ID)]
    pub(super) sent: HasMany<Letter>,
    #[relationship(foreign_key = Letter::RECEIVER_ID)]
    pub(super) received: HasMany<Letter>,
    #[relationship]
    pub(super) licence: HasOne<Plate>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_letter")]
pub(super) struct Letter {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(foreign_key = Owner::ID)]
    pub(super) sender_id: i64,
    #[column(foreign_key = Owner::ID)]
    pub(super) receiver_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_plate")]
pub(super) struct Plate {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(unique)]
    pub(super) number: i64,
    #[column(foreign_key = Owner::ID)]
    pub(super) owner_id: i64,
    #[relationship(back_populates = "licence")]
    pub(super) owner: BelongsTo<Owner>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_shelf")]
pub(super) struct Shelf {
    #[column(primary_key)]
    pub(super) room: String,
    #[column(primary_key)]
    pub(super) number: i64,
    #[relationship]
    pub(super) books: HasMany<Book>,
    #[relationship]
    pub(super) boxes: HasMany<Crate>,
}

/// Its key to a shelf may be NULL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_book", foreign_key(columns(room, number), references(Shelf::ROOM, Shelf::NUMBER)))]
pub(super) struct Book {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) number: Option<i64>,
    pub(super) room: Option<String>,
}

/// Its key to a shelf must not be NULL, and is a part of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "nest_crate",
    constructor = false,
    foreign_key(columns(room, number), references(Shelf::ROOM, Shelf::NUMBER))
)]
pub(super) struct Crate {
    #[column(primary_key)]
    pub(super) room: String,
    #[column(primary_key)]
    pub(super) number: i64,
    #[column(primary_key)]
    pub(super) place: i64,
    #[relationship]
    pub(super) things: HasMany<Thing>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "nest_thing",
    foreign_key(columns(room, number, place), references(Crate::ROOM, Crate::NUMBER, Crate::PLACE))
)]
pub(super) struct Thing {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) place: Option<i64>,
    pub(super) number: Option<i64>,
    pub(super) room: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_film")]
pub(super) struct Film {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) title: String,
    #[relationship(secondary = Role)]
    pub(super) actors: HasMany<Actor>,
    #[relationship(secondary = Prop)]
    pub(super) props: HasMany<Actor>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_actor")]
pub(super) struct Actor {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) name: String,
    #[relationship]
    pub(super) prizes: HasMany<Prize>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_prize")]
pub(super) struct Prize {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(foreign_key = Actor::ID)]
    pub(super) actor_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_role")]
pub(super) struct Role {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(foreign_key = Film::ID)]
    pub(super) film_id: i64,
    #[column(foreign_key = Actor::ID)]
    pub(super) actor_id: i64,
    #[column(default = 7)]
    pub(super) billing: i64,
    #[column(server_default = "'extra'")]
    pub(super) character: String,
    pub(super) note: Option<String>,
}

/// A link that needs a value.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_prop")]
pub(super) struct Prop {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(foreign_key = Film::ID)]
    pub(super) film_id: i64,
    #[column(foreign_key = Actor::ID)]
    pub(super) actor_id: i64,
    pub(super) weight: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_country")]
pub(super) struct Country {
    #[column(primary_key)]
    pub(super) id: i64,
    #[column(unique, server_default = "'it'")]
    pub(super) code: String,
    #[relationship]
    pub(super) cities: HasMany<City>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "nest_city")]
pub(super) struct City {
    #[column(primary_key)]
    pub(super) name: String,
    #[column(foreign_key = Country::CODE)]
    pub(super) country_code: String,
}
