use peers_protocol::content;
use toasty::Deferred;

#[derive(Debug, toasty::Model)]
#[table = "users"]
pub(crate) struct User {
    #[key]
    #[auto]
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) age: i32,
    pub(crate) score: f64,
    pub(crate) bio: Option<String>,
    #[has_many]
    pub(crate) posts: Deferred<Vec<Post>>,
}

content!(User: id, name, email, age, score, bio; |user| (!user.posts.is_unloaded()).then(|| user.posts.get()));

#[derive(Debug, toasty::Model)]
#[table = "posts"]
pub(crate) struct Post {
    #[key]
    #[auto]
    pub(crate) id: u64,
    #[index]
    pub(crate) user_id: u64,
    #[belongs_to(key = user_id, references = id)]
    pub(crate) user: Deferred<User>,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) likes: i32,
    #[has_many]
    pub(crate) comments: Deferred<Vec<Comment>>,
}

content!(Post: id, user_id, title, body, likes; |post| (!post.comments.is_unloaded()).then(|| post.comments.get()));

#[derive(Debug, toasty::Model)]
#[table = "comments"]
pub(crate) struct Comment {
    #[key]
    #[auto]
    pub(crate) id: u64,
    #[index]
    pub(crate) post_id: u64,
    #[belongs_to(key = post_id, references = id)]
    pub(crate) post: Deferred<Post>,
    pub(crate) body: String,
}

content!(Comment: id, post_id, body);

#[derive(Debug, toasty::Model)]
#[table = "pages"]
pub(crate) struct Page {
    #[key]
    #[auto]
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) body: String,
    #[has_many]
    pub(crate) page_tags: Deferred<Vec<PageTag>>,
    #[has_many(via = page_tags.tag)]
    pub(crate) tags: Deferred<Vec<Tag>>,
}

content!(Page: id, title, body; |page| (!page.tags.is_unloaded()).then(|| page.tags.get()));

#[derive(Debug, toasty::Model)]
#[table = "tags"]
pub(crate) struct Tag {
    #[key]
    #[auto]
    pub(crate) id: u64,
    pub(crate) label: String,
    #[has_many]
    pub(crate) page_tags: Deferred<Vec<PageTag>>,
}

content!(Tag: id, label);

#[derive(Debug, toasty::Model)]
#[table = "page_tags"]
#[key(page_id, tag_id)]
pub(crate) struct PageTag {
    #[index]
    pub(crate) page_id: u64,
    #[belongs_to(key = page_id, references = id)]
    pub(crate) page: Deferred<Page>,
    #[index]
    pub(crate) tag_id: u64,
    #[belongs_to(key = tag_id, references = id)]
    pub(crate) tag: Deferred<Tag>,
}

#[derive(Debug, toasty::Model)]
#[table = "words"]
pub(crate) struct Word {
    #[key]
    #[auto]
    pub(crate) id: u64,
    #[unique]
    pub(crate) label: String,
    pub(crate) uses: i64,
}

content!(Word: label, uses);

#[derive(Debug, toasty::Model)]
#[table = "wides"]
pub(crate) struct Wide {
    #[key]
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
