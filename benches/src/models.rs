//! The tables and their rows. Both sides decode into these structs.

use ormcore::prelude::*;

/// A row of a usual size: numbers, texts, one column that may be NULL.
#[derive(Model, Debug, Clone, PartialEq)]
pub struct User {
    #[column(primary_key)]
    pub id: i64,
    pub name: String,
    pub email: String,
    pub age: i32,
    pub score: f64,
    pub bio: Option<String>,
}

/// What a program knows of a user before the database has given it a key.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    pub age: i32,
    pub score: f64,
    pub bio: Option<String>,
}

impl NewUser {
    /// The user of a number: the same on both sides, in every run.
    pub fn number(number: i64) -> Self {
        NewUser {
            name: format!("user{number}"),
            email: format!("user{number}@example.com"),
            age: (number % 90) as i32,
            score: (number * 7919 % 10_007) as f64 * 0.5,
            bio: (number % 3 == 0).then(|| format!("the biography of user {number}")),
        }
    }

    /// The row that the user becomes.
    pub fn with_key(self, id: i64) -> User {
        User { id, name: self.name, email: self.email, age: self.age, score: self.score, bio: self.bio }
    }
}

/// A row of twenty columns.
#[derive(Model, Debug, Clone, PartialEq)]
pub struct Wide {
    #[column(primary_key)]
    pub id: i64,
    pub title: String,
    pub subtitle: Option<String>,
    pub summary: String,
    pub author: String,
    pub editor: Option<String>,
    pub language: String,
    pub pages: i32,
    pub edition: i32,
    pub year: i32,
    pub stock: i64,
    pub sold: i64,
    pub returned: Option<i64>,
    pub price: f64,
    pub discount: Option<f64>,
    pub weight: f64,
    pub rating: f64,
    pub available: bool,
    pub featured: bool,
    pub cover: Vec<u8>,
}

impl Wide {
    /// The row of a number: the same on both sides, in every run.
    pub fn number(number: i64) -> Self {
        let small = (number % 1000) as i32;
        Wide {
            id: number,
            title: format!("the title of book {number}"),
            subtitle: (number % 2 == 0).then(|| format!("the subtitle of book {number}")),
            summary: format!("what book {number} is about, in one sentence of a usual length"),
            author: format!("author {}", number % 50),
            editor: (number % 5 == 0).then(|| format!("editor {}", number % 7)),
            language: "en".to_string(),
            pages: small + 100,
            edition: small % 5,
            year: 1900 + small % 125,
            stock: number * 3,
            sold: number * 1000,
            returned: (number % 4 == 0).then_some(number),
            price: number as f64 * 0.25,
            discount: (number % 3 == 0).then_some(0.1),
            weight: f64::from(small) * 0.5,
            rating: f64::from(small % 50) * 0.1,
            available: number % 2 == 0,
            featured: number % 10 == 0,
            cover: vec![small as u8; 16],
        }
    }
}

/// Somebody who wrote posts, as ormcore keeps them.
#[derive(Model, Debug)]
pub struct Author {
    #[column(primary_key)]
    pub id: i64,
    pub name: String,
    pub email: String,
    pub age: i32,
    #[relationship]
    pub posts: HasMany<Post>,
    #[relationship]
    pub profile: HasOne<Profile>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Post {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Author::ID, index)]
    pub author_id: i64,
    pub title: String,
    pub body: String,
    pub likes: i32,
}

/// What is known of an author besides: for accesses to what is loaded.
#[derive(Model, Debug)]
pub struct Profile {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Author::ID, unique)]
    pub author_id: i64,
    #[relationship]
    pub author: BelongsTo<Author>,
}

/// A page, with its tags through a link table, as ormcore keeps them.
#[derive(Model, Debug)]
pub struct Page {
    #[column(primary_key)]
    pub id: i64,
    pub title: String,
    pub body: String,
    #[relationship(secondary = PageTag)]
    pub tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Tag {
    #[column(primary_key)]
    pub id: i64,
    pub label: String,
}

#[derive(Model, Debug)]
pub struct PageTag {
    #[column(primary_key, foreign_key = Page::ID)]
    pub page_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    pub tag_id: i64,
}

/// An author with all posts, as one writes it by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainAuthor {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub age: i32,
    pub posts: Vec<Post>,
}

impl PlainAuthor {
    /// The author of a number, with ten posts: the same on both sides, in every run.
    pub fn number(number: i64) -> Self {
        PlainAuthor {
            id: number,
            name: format!("author{number}"),
            email: format!("author{number}@example.com"),
            age: (number % 90) as i32,
            posts: (0..10).map(|post| Post::number(number, post * 100 + number)).collect(),
        }
    }
}

/// Only with its posts loaded.
impl From<Author> for PlainAuthor {
    fn from(mut author: Author) -> Self {
        let posts = author.posts.loaded_mut().map(std::mem::take).expect("the posts are loaded");
        PlainAuthor { id: author.id, name: author.name, email: author.email, age: author.age, posts }
    }
}

impl Post {
    fn number(author: i64, number: i64) -> Self {
        Post {
            id: number,
            author_id: author,
            title: format!("the title of post {number}"),
            body: format!("what post {number} says, in one sentence of a usual length"),
            likes: (number % 50) as i32,
        }
    }
}

/// A page with all tags, as one writes it by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainPage {
    pub id: i64,
    pub title: String,
    pub body: String,
    pub tags: Vec<Tag>,
}

impl PlainPage {
    /// The page of a number, with five of fifty tags: the same on both sides, in every run.
    pub fn number(number: i64) -> Self {
        let mut tags: Vec<Tag> = (0..5).map(|tag| Tag::number((number * 7 + tag * 11) % 50 + 1)).collect();
        tags.sort_by_key(|tag| tag.id);
        PlainPage {
            id: number,
            title: format!("the title of page {number}"),
            body: format!("what page {number} says, in one sentence of a usual length"),
            tags,
        }
    }
}

/// Only with its tags loaded.
impl From<Page> for PlainPage {
    fn from(mut page: Page) -> Self {
        let tags = page.tags.loaded_mut().map(std::mem::take).expect("the tags are loaded");
        PlainPage { id: page.id, title: page.title, body: page.body, tags }
    }
}

impl Tag {
    /// The tag of a number.
    pub fn number(number: i64) -> Self {
        Tag { id: number, label: format!("tag{number}") }
    }
}
