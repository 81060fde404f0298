//! A library that has ormcore under another name, without a prelude, and with lints that generated code has to pass.
//!
//! Models in doc tests stand in a function:
//!
//! ```
//! #![deny(warnings)]
//! use orm::prelude::*;
//!
//! #[derive(Model, Debug, PartialEq)]
//! #[model(crate = orm, table = "in_a_doc_test")]
//! struct Row {
//!     #[column(primary_key)]
//!     id: i64,
//!     #[column(foreign_key = Row::ID)]
//!     above: Option<i64>,
//! }
//!
//! let db = Database::connect("sqlite::memory:")?;
//! db.create_tables::<Row>()?;
//! let first = Row::new().insert(&db)?;
//! let second = Row::new().set(Row::ABOVE, first.id).insert(&db)?;
//! assert_eq!(Row::find(second.id, &db)?.above, Some(1));
//! # Ok::<(), orm::Error>(())
//! ```
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications, warnings)]
#![deny(clippy::all, clippy::pedantic)]

use ::core::clone::Clone;
use ::core::cmp::PartialEq;
use ::core::fmt::Debug;
use ::core::marker::Copy;

/// Its values are generated.
#[derive(::orm::ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(auto, crate = ::orm)]
pub struct Id(pub i64);

/// Stored as text.
#[derive(::orm::ColumnType, Debug, Clone, Copy, PartialEq)]
#[column_type(crate = ::orm)]
pub enum State {
    /// At first.
    Draft,
    /// Then.
    TakenDown,
}

/// Embedded in the model.
#[derive(::orm::Columns, Debug, Clone, PartialEq)]
#[columns(crate = ::orm)]
pub struct Counters {
    /// How often it was read.
    #[column(default = 0)]
    pub views: i64,
}

/// A public model: its constants and its constructor are documented.
///
/// ```
/// use orm::prelude::*;
/// use ormcore_renamed::{Counters, Likeness, Post, State, private};
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Post, private::Comment, Likeness)>()?;
/// let post = Post::new("title").insert(&db)?;
/// assert_eq!((post.state, post.counters.views), (State::Draft, 0));
/// assert_eq!(Post::get(post.id, &db)?, Some(post.clone()));
/// assert_eq!(Post::query().filter(Post::COUNTERS.col(Counters::VIEWS).eq(0)).count(&db)?, 1);
/// assert_eq!(private::comment(&post, &db)?, post.id);
/// assert_eq!(Post::find(post.id, &db)?.comments(&db)?.len(), 1);
/// assert!(post.likes(&db)?.is_empty());
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(::orm::Model, Debug, Clone, PartialEq)]
#[model(crate = ::orm, unique(title))]
pub struct Post {
    /// The key.
    #[column(primary_key, auto)]
    pub id: Id,
    /// The title.
    #[column(length = 80)]
    pub title: ::std::string::String,
    /// What became of it.
    #[column(default = State::Draft)]
    pub state: State,
    /// What was counted.
    #[column(flatten, default)]
    pub counters: Counters,
    /// What was counted before.
    #[column(flatten, default, prefix = "last_")]
    pub last: Counters,
    /// What was said of it.
    #[relationship(backref = "about", lazy = "selectin")]
    pub comments: ::orm::HasMany<private::Comment>,
    /// Posts like it.
    #[relationship(secondary = Likeness, foreign_key = Likeness::ONE)]
    pub likes: ::orm::HasMany<Post>,
}

/// Two posts that are like each other.
#[derive(::orm::Model, Debug, Clone, PartialEq)]
#[model(crate = ::orm)]
pub struct Likeness {
    /// One of them.
    #[column(primary_key, auto = false, foreign_key = Post::ID)]
    pub one: Id,
    /// The other.
    #[column(primary_key, auto = false, foreign_key = Post::ID)]
    pub other: Id,
}

/// Models under a path to ormcore that begins in this crate.
pub mod private {
    use ::core::fmt::Debug;
    use ::orm::prelude::{Database, Model as _};

    use super::{Id, Post};

    mod re_exported {
        pub(super) use ::orm as database;
    }

    /// Private but for its name: none of its fields needs documentation.
    #[derive(re_exported::database::Model, Debug, Clone)]
    #[model(crate = re_exported::database)]
    pub struct Comment {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Post::ID, on_delete = "cascade")]
        post: Id,
    }

    /// Writes a comment, and reads which post it is about.
    ///
    /// # Errors
    /// If the database has one.
    pub fn comment(post: &Post, db: &Database) -> ::orm::Result<Id> {
        let id = Comment::new(post).insert(db)?.id;
        ::core::result::Result::Ok(Comment::find(id, db)?.post)
    }
}
