use ormcore::prelude::*;
use peers_protocol as protocol;
use protocol::content;

#[derive(Model, Debug)]
#[model(table = "users")]
pub(crate) struct User {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
    #[relationship]
    pub(crate) posts: HasMany<Post>,
}

content!(User: id, name, email, age, score, bio; |user| user.posts.loaded());

impl From<protocol::User> for User {
    fn from(user: protocol::User) -> Self {
        let protocol::User { id, name, email, age, score, bio } = user;
        User { id, name, email, age, score, bio, posts: HasMany::default() }
    }
}

#[derive(Model, Debug)]
#[model(table = "posts")]
pub(crate) struct Post {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = User::ID, index)]
    pub(crate) user_id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) likes: i32,
    #[relationship]
    pub(crate) comments: HasMany<Comment>,
}

content!(Post: id, user_id, title, body, likes; |post| post.comments.loaded());

#[derive(Model, Debug)]
#[model(table = "comments")]
pub(crate) struct Comment {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = Post::ID, index)]
    pub(crate) post_id: i64,
    pub(crate) body: String,
}

content!(Comment: id, post_id, body);

#[derive(Model, Debug)]
#[model(table = "pages")]
pub(crate) struct Page {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    #[relationship(secondary = PageTag)]
    pub(crate) tags: HasMany<Tag>,
}

content!(Page: id, title, body; |page| page.tags.loaded());

#[derive(Model, Debug)]
#[model(table = "tags")]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) label: String,
}

content!(Tag: id, label);

#[derive(Model, Debug)]
#[model(table = "page_tags")]
pub(crate) struct PageTag {
    #[column(primary_key, foreign_key = Page::ID)]
    pub(crate) page_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    pub(crate) tag_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "words")]
pub(crate) struct Word {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique)]
    pub(crate) label: String,
    pub(crate) uses: i64,
}

#[derive(Model, Debug)]
#[model(table = "wides")]
pub(crate) struct Wide {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) summary: String,
    pub(crate) author: String,
    pub(crate) editor: Option<String>,
    pub(crate) language: String,
    pub(crate) pages: i32,
    pub(crate) edition: i32,
    pub(crate) year: i32,
    pub(crate) stock: i64,
    pub(crate) sold: i64,
    pub(crate) returned: Option<i64>,
    pub(crate) price: f64,
    pub(crate) discount: Option<f64>,
    pub(crate) weight: f64,
    pub(crate) rating: f64,
    pub(crate) available: bool,
    pub(crate) featured: bool,
    pub(crate) cover: Vec<u8>,
}

content!(Wide: id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, sold, returned, price,
    discount, weight, rating, available, featured, cover);
