use crate::content;

/// A row of a usual size: numbers, texts, one column that may be NULL.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "columns")]
pub struct User {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub age: i32,
    pub score: f64,
    pub bio: Option<String>,
}

content!(User: id, name, email, age, score, bio);

/// What a program knows of a user before the database has given it a key.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct NewUser {
    pub name: String,
    pub email: String,
    pub age: i32,
    pub score: f64,
    pub bio: Option<String>,
}

impl NewUser {
    /// The user of a number: the same in every program and run.
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

/// What a user wrote.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct Post {
    pub id: i64,
    pub user_id: i64,
    pub title: String,
    pub body: String,
    pub likes: i32,
}

content!(Post: id, user_id, title, body, likes);

impl Post {
    /// The post of a number, of one of a hundred users.
    pub fn number(number: i64) -> Self {
        Post {
            id: number,
            user_id: (number - 1) % 100 + 1,
            title: format!("the title of post {number}"),
            body: format!("what post {number} says, in one sentence of a usual length"),
            likes: (number % 50) as i32,
        }
    }
}

/// What somebody said of a post.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct Comment {
    pub id: i64,
    pub post_id: i64,
    pub body: String,
}

content!(Comment: id, post_id, body);

impl Comment {
    /// The comment of a number, on one of a thousand posts.
    pub fn number(number: i64) -> Self {
        Comment { id: number, post_id: (number - 1) % 1000 + 1, body: format!("what comment {number} says") }
    }
}

/// A page, which has tags through a link table.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct Page {
    pub id: i64,
    pub title: String,
    pub body: String,
}

content!(Page: id, title, body);

impl Page {
    /// The page of a number.
    pub fn number(number: i64) -> Self {
        Page {
            id: number,
            title: format!("the title of page {number}"),
            body: format!("what page {number} says, in one sentence of a usual length"),
        }
    }

    /// The keys of its five tags.
    pub fn tags(&self) -> impl Iterator<Item = i64> + use<> {
        let id = self.id;
        (0..5).map(move |tag| (id * 7 + tag * 11) % 50 + 1)
    }
}

/// A tag.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct Tag {
    pub id: i64,
    pub label: String,
}

content!(Tag: id, label);

impl Tag {
    /// The tag of a number.
    pub fn number(number: i64) -> Self {
        Tag { id: number, label: format!("tag{number}") }
    }
}

/// A word and how often it was seen: what is inserted or updated.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct Word {
    pub label: String,
    pub uses: i64,
}

content!(Word: label, uses);

impl Word {
    /// The word of a number.
    pub fn number(number: i64, uses: i64) -> Self {
        Word { label: format!("word{number}"), uses }
    }
}

/// A row of twenty columns.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns")]
pub struct Wide {
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

content!(Wide: id, title, subtitle, summary, author, editor, language, pages, edition, year, stock, sold, returned, price,
    discount, weight, rating, available, featured, cover);

impl Wide {
    /// The row of a number.
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
