use peers_protocol as protocol;
use protocol::content;
use sqlx::FromRow;

#[derive(FromRow)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
}

content!(User: id, name, email, age, score, bio);

impl User {
    pub(crate) fn inserted(user: protocol::NewUser, id: i64) -> Self {
        let protocol::NewUser { name, email, age, score, bio } = user;
        User { id, name, email, age, score, bio }
    }
}

#[derive(FromRow)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) likes: i32,
}

content!(Post: id, user_id, title, body, likes);

#[derive(FromRow)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) post_id: i64,
    pub(crate) body: String,
}

content!(Comment: id, post_id, body);

#[derive(FromRow)]
pub(crate) struct Page {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
}

content!(Page: id, title, body);

#[derive(FromRow)]
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) label: String,
}

content!(Tag: id, label);

/// A tag, and of which page.
#[derive(FromRow)]
pub(crate) struct TagOf {
    #[sqlx(flatten)]
    pub(crate) tag: Tag,
    pub(crate) page_id: i64,
}

#[derive(FromRow)]
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
