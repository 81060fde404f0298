// Models of the tables that are in the database, written from it: read them through, and change them as you like.

use ormcore::prelude::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq)]
#[column_type(native = "mood")]
pub enum Mood {
    Fine,
    #[column_type(rename = "so so")]
    SoSo,
    #[column_type(rename = "PG-13")]
    Pg13,
    #[column_type(rename = "2nd")]
    V2nd,
}

// The column `A_B` is left out: another column's name differs in case only.
#[derive(Model, Debug, Clone)]
#[model(table = "Odd \"Table\"")]
pub struct OddTable {
    #[column(primary_key)]
    pub key: String,
    #[column(name = "a b")]
    pub a_b: Option<i32>,
    #[column(name = "a_b")]
    pub a_b_2: Option<i32>,
    pub r#loop: Option<i32>,
    pub größe: Option<f32>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "categories")]
pub struct Category {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Category::ID)]
    pub parent_id: Option<i64>,
    pub title: String,
    #[relationship]
    pub parent: BelongsTo<Category>,
    #[relationship]
    pub categories_by_parent: HasMany<Category>,
    #[relationship]
    pub products: HasMany<Product>,
    #[relationship(secondary = PeopleCategory)]
    pub people: HasMany<Person>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "friendships")]
pub struct Friendship {
    #[column(primary_key, foreign_key = Person::ID)]
    pub person_id: i32,
    #[column(primary_key, foreign_key = Person::ID, index = false)]
    pub friend_id: i32,
    #[column(server_default = "'now'::text || '!'::text")]
    pub since: String,
    #[relationship(foreign_key = Friendship::PERSON_ID)]
    pub person: BelongsTo<Person>,
    #[relationship(foreign_key = Friendship::FRIEND_ID)]
    pub friend: BelongsTo<Person>,
}

// Nothing tells the rows of the table apart: they are only read.
#[derive(Model, Debug, Clone)]
#[model(read_only)]
pub struct Log {
    pub message: Option<String>,
    pub at: Option<chrono::DateTime<chrono::Utc>>,
    #[column(foreign_key = Person::ID)]
    pub person_id: Option<i32>,
    #[relationship]
    pub person: BelongsTo<Person>,
}

#[derive(Model, Debug, Clone)]
pub struct Measured {
    #[column(primary_key)]
    pub day: chrono::NaiveDate,
    pub value: Option<i32>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "option")]
pub struct OptionRow {
    #[column(primary_key, auto = false)]
    pub id: i64,
    // ormcore knows `point` as text alone.
    pub any_thing: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(
    table = "order_lines",
    foreign_key(columns(vendor_code, product_number), references(Product::VENDOR_CODE, Product::NUMBER), index = false),
)]
pub struct OrderLine {
    #[column(primary_key, foreign_key = Order::ID, on_delete = "cascade")]
    pub order_id: uuid::Uuid,
    #[column(primary_key)]
    pub line: i16,
    #[column(length = 3)]
    pub vendor_code: String,
    pub product_number: i32,
    #[relationship]
    pub order: BelongsTo<Order>,
    #[relationship]
    pub product: BelongsTo<Product>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "orders", index(buyer_id, updated_at, name = "orders_of_buyer"))]
pub struct Order {
    #[column(primary_key, server_default = "gen_random_uuid()")]
    pub id: uuid::Uuid,
    #[column(foreign_key = Person::ID, on_delete = "cascade", on_update = "cascade")]
    pub buyer_id: i32,
    #[column(foreign_key = Person::ID, on_delete = "restrict", index = false)]
    pub clerk_id: Option<i32>,
    pub updated_at: Option<chrono::NaiveDateTime>,
    #[relationship(foreign_key = Order::BUYER_ID)]
    pub buyer: BelongsTo<Person>,
    #[relationship(foreign_key = Order::CLERK_ID)]
    pub clerk: BelongsTo<Person>,
    #[relationship]
    pub order_lines: HasMany<OrderLine>,
    #[relationship(secondary = ShopOrderTag)]
    pub tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "passports")]
pub struct Passport {
    #[column(primary_key, foreign_key = Person::ID)]
    pub person_id: i32,
    #[column(unique)]
    pub code: String,
    #[relationship]
    pub person: BelongsTo<Person>,
}

// The column `words` is left out: it is computed, of the type `tsvector`.
// The index `people_words` is left out, for a column of it is.
#[derive(Model, Debug, Clone)]
#[allow(clippy::duplicated_attributes)]
#[model(
    table = "people",
    index(created_at.desc(), name = "people_created"),
    index("lower(\"first name\"::text)", r#type, filter = "is_active", name = "people_named"),
    index(tags, using = "gin", name = "people_tags"),
    unique(token, filter = "token IS NOT NULL", name = "people_token"),
    check = "balance < 1000000::numeric",
    comment = "whoever\nbuys \"things\"",
)]
pub struct Person {
    #[column(primary_key)]
    pub id: i32,
    #[column(name = "first name", length = 80)]
    pub first_name: String,
    #[column(unique, comment = "where it's sent")]
    pub email: Option<String>,
    #[column(length = 20, server_default = "'person'")]
    pub r#type: String,
    #[column(foreign_key = Person::ID, on_delete = "set null", index = false)]
    pub manager_id: Option<i32>,
    #[column(name = "self")]
    pub self_: Option<String>,
    #[column(name = "2nd phone", check = "\"2nd phone\" <> ''::text")]
    pub _2nd_phone: Option<String>,
    #[column(server_default = "true")]
    pub is_active: bool,
    #[column(name = "createdAt", server_default = "now()")]
    pub created_at: chrono::NaiveDateTime,
    #[column(server_default = "CURRENT_TIMESTAMP")]
    pub seen_at: chrono::DateTime<chrono::Utc>,
    #[column(index)]
    pub birthday: Option<chrono::NaiveDate>,
    pub wakes: Option<chrono::NaiveTime>,
    #[column(server_default = "0.00", check = "balance >= 0::numeric")]
    pub balance: rust_decimal::Decimal,
    pub photo: Option<Vec<u8>>,
    pub token: Option<uuid::Uuid>,
    #[column(server_default = "'{}'::jsonb")]
    pub settings: serde_json::Value,
    #[column(server_default = "'fine'")]
    pub mood: Mood,
    pub moods: Option<Vec<Mood>>,
    #[column(server_default = "'{}'::text[]")]
    pub tags: Vec<String>,
    // ormcore knows `inet` as text alone.
    pub ip: Option<String>,
    // ormcore knows `vague` as text alone.
    pub guess: Option<String>,
    pub age: Option<i16>,
    pub ratio: Option<f32>,
    #[column(read_only)]
    pub number: i64,
    #[relationship]
    pub manager: BelongsTo<Person>,
    #[relationship(foreign_key = Friendship::PERSON_ID)]
    pub friendships_by_person: HasMany<Friendship>,
    #[relationship(foreign_key = Friendship::FRIEND_ID)]
    pub friendships_by_friend: HasMany<Friendship>,
    #[relationship]
    pub logs: HasMany<Log>,
    #[relationship(foreign_key = Order::BUYER_ID)]
    pub orders_by_buyer: HasMany<Order>,
    #[relationship(foreign_key = Order::CLERK_ID)]
    pub orders_by_clerk: HasMany<Order>,
    #[relationship]
    pub passport: HasOne<Passport>,
    #[relationship]
    pub people_by_manager: HasMany<Person>,
    #[relationship]
    pub tags_by_person: HasMany<Tag>,
    #[relationship]
    pub users: HasMany<Users>,
    #[relationship(secondary = Friendship, foreign_key = Friendship::PERSON_ID)]
    pub friends: HasMany<Person>,
    #[relationship(secondary = Friendship, foreign_key = Friendship::FRIEND_ID)]
    pub people: HasMany<Person>,
    #[relationship(secondary = PeopleCategory)]
    pub categories: HasMany<Category>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "people_categories")]
pub struct PeopleCategory {
    #[column(primary_key, foreign_key = Person::ID)]
    pub person_id: i32,
    #[column(primary_key, foreign_key = Category::ID, index = false)]
    pub category_id: i64,
    #[relationship]
    pub person: BelongsTo<Person>,
    #[relationship]
    pub category: BelongsTo<Category>,
}

#[derive(Model, Debug, Clone)]
#[model(
    table = "products",
    unique(title, vendor_code),
    check = "price < 10000::double precision AND quantity >= 0",
)]
pub struct Product {
    #[column(primary_key, length = 3)]
    pub vendor_code: String,
    #[column(primary_key)]
    pub number: i32,
    #[column(length = 200)]
    pub title: String,
    pub price: f64,
    #[column(server_default = "0")]
    pub quantity: i32,
    #[column(generated = "price * quantity::double precision")]
    pub worth: Option<f64>,
    #[column(foreign_key = Category::ID, index = false)]
    pub category: Option<i64>,
    #[relationship]
    pub category_row: BelongsTo<Category>,
    #[relationship]
    pub order_lines: HasMany<OrderLine>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "schema_migrations")]
pub struct SchemaMigration {
    #[column(primary_key)]
    pub version: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "shop_order_tags", unique(order_id, tag_id))]
pub struct ShopOrderTag {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Order::ID)]
    pub order_id: uuid::Uuid,
    #[column(foreign_key = Tag::ID, index = false)]
    pub tag_id: i64,
    #[relationship]
    pub order: BelongsTo<Order>,
    #[relationship]
    pub tag: BelongsTo<Tag>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "tags", index(slug.ops("varchar_pattern_ops"), name = "tags_slug_like"))]
pub struct Tag {
    #[column(primary_key)]
    pub id: i64,
    #[column(unique, length = 50)]
    pub slug: String,
    #[column(foreign_key = Person::ID, index = false)]
    pub query_id: Option<i32>,
    #[relationship]
    pub person: BelongsTo<Person>,
    #[relationship(secondary = ShopOrderTag)]
    pub orders: HasMany<Order>,
}

#[derive(Model, Debug, Clone)]
pub struct User {
    #[column(primary_key)]
    pub id: i32,
}

#[derive(Model, Debug, Clone)]
pub struct Users {
    #[column(primary_key)]
    pub id: i32,
    #[column(foreign_key = Person::ID, index = false)]
    pub person: Option<i32>,
    #[relationship]
    pub person_row: BelongsTo<Person>,
}
