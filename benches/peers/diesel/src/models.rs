use diesel::prelude::*;
use peers_protocol as protocol;
use protocol::content;

diesel::table! {
    users (id) { id -> BigInt, name -> Text, email -> Text, age -> Integer, score -> Double, bio -> Nullable<Text>, }
}
diesel::table! {
    posts (id) { id -> BigInt, user_id -> BigInt, title -> Text, body -> Text, likes -> Integer, }
}
diesel::table! {
    comments (id) { id -> BigInt, post_id -> BigInt, body -> Text, }
}
diesel::table! {
    pages (id) { id -> BigInt, title -> Text, body -> Text, }
}
diesel::table! {
    tags (id) { id -> BigInt, label -> Text, }
}
diesel::table! {
    page_tags (page_id, tag_id) { page_id -> BigInt, tag_id -> BigInt, }
}
diesel::table! {
    words (id) { id -> BigInt, label -> Text, uses -> BigInt, }
}
diesel::table! {
    wides (id) {
        id -> BigInt, title -> Text, subtitle -> Nullable<Text>, summary -> Text, author -> Text,
        editor -> Nullable<Text>, language -> Text, pages -> Integer, edition -> Integer, year -> Integer,
        stock -> BigInt, sold -> BigInt, returned -> Nullable<BigInt>, price -> Double, discount -> Nullable<Double>,
        weight -> Double, rating -> Double, available -> Bool, featured -> Bool, cover -> Binary,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::joinable!(page_tags -> pages (page_id));
diesel::joinable!(page_tags -> tags (tag_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);
diesel::allow_tables_to_appear_in_same_query!(pages, page_tags, tags);

#[derive(Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
}

content!(User: id, name, email, age, score, bio);

impl From<protocol::User> for User {
    fn from(user: protocol::User) -> Self {
        let protocol::User { id, name, email, age, score, bio } = user;
        User { id, name, email, age, score, bio }
    }
}

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct NewUser {
    name: String,
    email: String,
    age: i32,
    score: f64,
    bio: Option<String>,
}

impl From<protocol::NewUser> for NewUser {
    fn from(user: protocol::NewUser) -> Self {
        let protocol::NewUser { name, email, age, score, bio } = user;
        NewUser { name, email, age, score, bio }
    }
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) likes: i32,
}

content!(Post: id, user_id, title, body, likes);

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = comments, belongs_to(Post))]
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) post_id: i64,
    pub(crate) body: String,
}

content!(Comment: id, post_id, body);

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = pages)]
pub(crate) struct Page {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
}

content!(Page: id, title, body);

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = tags)]
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) label: String,
}

content!(Tag: id, label);

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = page_tags, primary_key(page_id, tag_id), belongs_to(Page), belongs_to(Tag))]
pub(crate) struct PageTag {
    pub(crate) page_id: i64,
    pub(crate) tag_id: i64,
}

#[derive(Insertable)]
#[diesel(table_name = words, treat_none_as_default_value = false)]
pub(crate) struct NewWord {
    label: String,
    uses: i64,
}

impl From<protocol::Word> for NewWord {
    fn from(word: protocol::Word) -> Self {
        NewWord { label: word.label, uses: word.uses }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = wides)]
pub(crate) struct Wide {
    id: i64,
    title: String,
    subtitle: Option<String>,
    summary: String,
    author: String,
    editor: Option<String>,
    language: String,
    pages: i32,
    edition: i32,
    year: i32,
    stock: i64,
    sold: i64,
    returned: Option<i64>,
    price: f64,
    discount: Option<f64>,
    weight: f64,
    rating: f64,
    available: bool,
    featured: bool,
    cover: Vec<u8>,
}

content!(Wide: id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, sold, returned, price,
    discount, weight, rating, available, featured, cover);
