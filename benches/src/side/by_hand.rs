//! What `postgres` and `tokio-postgres` share: the statements, and how rows become structs.

use std::collections::HashMap;

use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Error, Row};

use crate::models::{NewUser, PlainAuthor, PlainPage, Post, Tag, User, Wide};

pub(super) const ALL: &str = "SELECT id, name, email, age, score, bio FROM \"user\"";
pub(super) const GET: &str = "SELECT id, name, email, age, score, bio FROM \"user\" WHERE id = $1";
pub(super) const TOP: &str =
    "SELECT id, name, email, age, score, bio FROM \"user\" WHERE age > $1 ORDER BY score DESC LIMIT $2";
pub(super) const PAGE: &str =
    "SELECT id, name, email, age, score, bio FROM \"user\" WHERE id > $1 ORDER BY id LIMIT $2";
pub(super) const INSERT: &str =
    "INSERT INTO \"user\" (name, email, age, score, bio) VALUES ($1, $2, $3, $4, $5) RETURNING id";
pub(super) const UPDATE: &str =
    "UPDATE \"user\" SET name = $1, email = $2, age = $3, score = $4, bio = $5 WHERE id = $6";
pub(super) const COPY: &str = "COPY \"user\" (name, email, age, score, bio) FROM STDIN BINARY";
pub(super) const ALL_WIDE: &str = "SELECT id, title, subtitle, summary, author, editor, language, pages, edition, year, \
    stock, sold, returned, price, discount, weight, rating, available, featured, cover FROM wide";

pub(super) const AUTHORS: &str = "SELECT id, name, email, age FROM author";
pub(super) const AUTHORS_WITH_POSTS: &str = "SELECT a.id, a.name, a.email, a.age, p.id, p.author_id, p.title, p.body, \
    p.likes FROM author a LEFT JOIN post p ON p.author_id = a.id ORDER BY a.id, p.id";
pub(super) const POSTS_OF: &str =
    "SELECT id, author_id, title, body, likes FROM post WHERE author_id = ANY($1) ORDER BY id";
pub(super) const PAGES: &str = "SELECT id, title, body FROM page";
pub(super) const PAGES_WITH_TAGS: &str = "SELECT p.id, p.title, p.body, t.id, t.label FROM page p \
    LEFT JOIN page_tag l ON l.page_id = p.id LEFT JOIN tag t ON t.id = l.tag_id ORDER BY p.id, l.tag_id";
pub(super) const TAGS_OF: &str = "SELECT t.id, t.label, l.page_id FROM page_tag l JOIN tag t ON t.id = l.tag_id \
    WHERE l.page_id = ANY($1) ORDER BY t.id";

/// As many rows go into one INSERT: more is not quicker.
pub(super) const ROWS_PER_INSERT: usize = 1000;

/// The types of COPY's columns.
pub(super) const COPIED: [Type; 5] = [Type::TEXT, Type::TEXT, Type::INT4, Type::FLOAT8, Type::TEXT];

type Result<T> = std::result::Result<T, Error>;

/// The values of a new user, in the order of the statements.
pub(super) fn values(new: &NewUser) -> [&(dyn ToSql + Sync); 5] {
    [&new.name, &new.email, &new.age, &new.score, &new.bio]
}

/// An INSERT of this many users.
pub(super) fn insert_of(rows: usize) -> String {
    let mut sql = String::from("INSERT INTO \"user\" (name, email, age, score, bio) VALUES ");
    for row in 0..rows {
        let first = row * COPIED.len() + 1;
        let comma = if row == 0 { "" } else { ", " };
        sql += &format!("{comma}(${first}, ${}, ${}, ${}, ${})", first + 1, first + 2, first + 3, first + 4);
    }
    sql + " RETURNING id"
}

pub(super) fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        email: row.try_get(2)?,
        age: row.try_get(3)?,
        score: row.try_get(4)?,
        bio: row.try_get(5)?,
    })
}

pub(super) fn wide(row: &Row) -> Result<Wide> {
    Ok(Wide {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        subtitle: row.try_get(2)?,
        summary: row.try_get(3)?,
        author: row.try_get(4)?,
        editor: row.try_get(5)?,
        language: row.try_get(6)?,
        pages: row.try_get(7)?,
        edition: row.try_get(8)?,
        year: row.try_get(9)?,
        stock: row.try_get(10)?,
        sold: row.try_get(11)?,
        returned: row.try_get(12)?,
        price: row.try_get(13)?,
        discount: row.try_get(14)?,
        weight: row.try_get(15)?,
        rating: row.try_get(16)?,
        available: row.try_get(17)?,
        featured: row.try_get(18)?,
        cover: row.try_get(19)?,
    })
}

fn author(row: &Row) -> Result<PlainAuthor> {
    let (id, name, email, age) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    Ok(PlainAuthor { id, name, email, age, posts: Vec::new() })
}

/// A post whose columns begin at a position.
fn post(row: &Row, first: usize) -> Result<Post> {
    Ok(Post {
        id: row.try_get(first)?,
        author_id: row.try_get(first + 1)?,
        title: row.try_get(first + 2)?,
        body: row.try_get(first + 3)?,
        likes: row.try_get(first + 4)?,
    })
}

fn page(row: &Row) -> Result<PlainPage> {
    Ok(PlainPage { id: row.try_get(0)?, title: row.try_get(1)?, body: row.try_get(2)?, tags: Vec::new() })
}

fn tag(row: &Row, first: usize) -> Result<Tag> {
    Ok(Tag { id: row.try_get(first)?, label: row.try_get(first + 1)? })
}

/// All rows as structs.
pub(super) fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T>) -> Result<Vec<T>> {
    rows.iter().map(read).collect()
}

/// The users, with the keys that they were given.
pub(super) fn with_keys<'a>(users: Vec<NewUser>, rows: impl IntoIterator<Item = &'a Row>) -> Result<Vec<User>> {
    users.into_iter().zip(rows).map(|(new, row)| Ok(new.with_key(row.try_get(0)?))).collect()
}

pub(super) fn authors(rows: &[Row]) -> Result<Vec<PlainAuthor>> {
    each(rows, author)
}

pub(super) fn pages(rows: &[Row]) -> Result<Vec<PlainPage>> {
    each(rows, page)
}

/// Whether the child of a row that LEFT JOIN gave is one.
fn is_there<'a, T: FromSql<'a>>(row: &'a Row, key: usize) -> Result<bool> {
    row.try_get::<_, Option<T>>(key).map(|key| key.is_some())
}

pub(super) fn authors_joined(rows: &[Row]) -> Result<Vec<PlainAuthor>> {
    let mut authors: Vec<PlainAuthor> = Vec::new();
    for row in rows {
        let id: i64 = row.try_get(0)?;
        if authors.last().is_none_or(|last| last.id != id) {
            authors.push(author(row)?);
        }
        let has_post = is_there::<i64>(row, 4)?;
        if let Some(author) = authors.last_mut().filter(|_| has_post) {
            author.posts.push(post(row, 4)?);
        }
    }
    Ok(authors)
}

pub(super) fn pages_joined(rows: &[Row]) -> Result<Vec<PlainPage>> {
    let mut pages: Vec<PlainPage> = Vec::new();
    for row in rows {
        let id: i64 = row.try_get(0)?;
        if pages.last().is_none_or(|last| last.id != id) {
            pages.push(page(row)?);
        }
        let has_tag = is_there::<i64>(row, 3)?;
        if let Some(page) = pages.last_mut().filter(|_| has_tag) {
            page.tags.push(tag(row, 3)?);
        }
    }
    Ok(pages)
}

/// Puts the posts under their authors.
pub(super) fn place_posts(authors: &mut [PlainAuthor], rows: &[Row]) -> Result<()> {
    let places: HashMap<i64, usize> = authors.iter().enumerate().map(|(place, author)| (author.id, place)).collect();
    for row in rows {
        let post = post(row, 0)?;
        if let Some(place) = places.get(&post.author_id) {
            authors[*place].posts.push(post);
        }
    }
    Ok(())
}

/// Puts the tags under their pages.
pub(super) fn place_tags(pages: &mut [PlainPage], rows: &[Row]) -> Result<()> {
    let places: HashMap<i64, usize> = pages.iter().enumerate().map(|(place, page)| (page.id, place)).collect();
    for row in rows {
        if let Some(place) = places.get(&row.try_get(2)?) {
            pages[*place].tags.push(tag(row, 0)?);
        }
    }
    Ok(())
}
