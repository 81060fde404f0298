//! The tables of the application, and what their rows have to be like.

use chrono::{DateTime, Utc};
use garde::Validate;
use ormcore::prelude::*;

/// The rule of a text that may not be left out.
fn filled(text: &str, _: &()) -> garde::Result {
    if text.is_empty() { Err(garde::Error::new("must not be empty")) } else { Ok(()) }
}

/// Somebody who can sign in.
#[derive(Model, Debug, Clone, Validate)]
#[model(before_insert = User::tidy, before_update = User::tidy, validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct User {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(index, length = 80)]
    #[garde(custom(filled), length(chars, max = 80))]
    pub(crate) name: String,
    #[column(unique, length = 254)]
    #[garde(email, length(max = 254))]
    pub(crate) email: String,
    /// What argon2 made of the password.
    pub(crate) password: Secret<String>,
    #[column(default = Utc::now())]
    pub(crate) created_at: DateTime<Utc>,
    #[relationship(order_by = Dataset::NAME)]
    pub(crate) datasets: HasMany<Dataset>,
    #[relationship(order_by = (MlModel::NAME, MlModel::VERSION))]
    pub(crate) ml_models: HasMany<MlModel>,
}

impl User {
    fn tidy(&mut self) -> ormcore::Result<()> {
        self.name = self.name.trim().to_string();
        self.email = self.email.trim().to_lowercase();
        Ok(())
    }
}

/// A browser that is signed in. The cookie holds a token, and the table a digest of it: who reads the table cannot sign in.
#[derive(Model, Debug, Clone)]
pub(crate) struct Login {
    #[column(primary_key, length = 64)]
    pub(crate) token_digest: String,
    #[column(foreign_key = User::ID, on_delete = "cascade", index)]
    pub(crate) user_id: i64,
    #[column(index)]
    pub(crate) expires_at: DateTime<Utc>,
    #[relationship(lazy = "joined")]
    pub(crate) user: BelongsTo<User>,
}

/// What the application itself keeps.
#[derive(Model, Debug, Clone)]
pub(crate) struct Setting {
    #[column(primary_key, length = 40)]
    pub(crate) name: String,
    pub(crate) value: Secret<String>,
}

/// A collection of data that belongs to a user.
#[derive(Model, Debug, Clone, Validate)]
#[model(unique(owner_id, name), validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Dataset {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = User::ID, on_delete = "cascade")]
    pub(crate) owner_id: i64,
    #[column(length = 120)]
    #[garde(custom(filled), length(chars, max = 120))]
    pub(crate) name: String,
    #[garde(length(chars, max = 2000))]
    pub(crate) description: Option<String>,
    #[garde(range(min = 0))]
    pub(crate) records: i64,
    #[column(default = Utc::now())]
    pub(crate) created_at: DateTime<Utc>,
    #[relationship]
    pub(crate) owner: BelongsTo<User>,
}

/// A book, with who has put it on the shelf.
#[derive(Model, Debug, Clone, Validate)]
#[model(validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Book {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(index, length = 200)]
    #[garde(custom(filled), length(chars, max = 200))]
    pub(crate) title: String,
    #[garde(range(min = -3000, max = 2100))]
    pub(crate) year: Option<i32>,
    #[column(foreign_key = User::ID, on_delete = "set null", index)]
    pub(crate) owner_id: Option<i64>,
    /// Assigned by each save: one that changes authors or tags alone would write no row of this table, and count no
    /// revision.
    #[column(default = Utc::now())]
    pub(crate) saved_at: DateTime<Utc>,
    /// Two who edit the same book at once are told so.
    #[column(version)]
    pub(crate) revision: i32,
    #[relationship]
    pub(crate) owner: BelongsTo<User>,
    #[relationship(secondary = BookAuthor, order_by = Author::NAME, back_populates = "books")]
    pub(crate) authors: HasMany<Author>,
    #[relationship(secondary = BookTag, order_by = Tag::LABEL)]
    pub(crate) tags: HasMany<Tag>,
}

/// Who has written books.
#[derive(Model, Debug, Clone, Validate)]
#[model(validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique, length = 120)]
    #[garde(custom(filled), length(chars, max = 120))]
    pub(crate) name: String,
    #[relationship(secondary = BookAuthor, order_by = Book::TITLE, back_populates = "authors")]
    pub(crate) books: HasMany<Book>,
}

/// Which author has written which book.
#[derive(Model, Debug, Clone)]
pub(crate) struct BookAuthor {
    #[column(primary_key, foreign_key = Book::ID, on_delete = "cascade")]
    pub(crate) book_id: i64,
    #[column(primary_key, foreign_key = Author::ID, on_delete = "cascade", index)]
    pub(crate) author_id: i64,
}

/// A word that books are found by.
#[derive(Model, Debug, Clone, PartialEq, Validate)]
#[model(validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique, length = 40)]
    #[garde(custom(filled), length(chars, max = 40))]
    pub(crate) label: String,
}

/// Which book has which tag.
#[derive(Model, Debug, Clone)]
pub(crate) struct BookTag {
    #[column(primary_key, foreign_key = Book::ID, on_delete = "cascade")]
    pub(crate) book_id: i64,
    #[column(primary_key, foreign_key = Tag::ID, on_delete = "cascade", index)]
    pub(crate) tag_id: i64,
}

/// A model that was trained: of the machine-learning kind.
#[derive(Model, Debug, Clone, Validate)]
#[model(unique(name, version), validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct MlModel {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = User::ID, on_delete = "cascade", index)]
    pub(crate) owner_id: i64,
    #[column(length = 120)]
    #[garde(custom(filled), length(chars, max = 120))]
    pub(crate) name: String,
    #[column(length = 40)]
    #[garde(custom(filled), length(chars, max = 40))]
    pub(crate) version: String,
    /// Between 0 and 1.
    #[column(check = "accuracy >= 0 AND accuracy <= 1")]
    #[garde(range(min = 0.0, max = 1.0))]
    pub(crate) accuracy: f64,
    #[column(default = Utc::now())]
    pub(crate) created_at: DateTime<Utc>,
    #[relationship]
    pub(crate) owner: BelongsTo<User>,
    #[relationship(order_by = Prediction::ID.desc())]
    pub(crate) predictions: HasMany<Prediction>,
}

/// What a model said about an input.
#[derive(Model, Debug, Clone, Validate)]
#[model(validate = ormcore::garde::validate)]
#[garde(allow_unvalidated)]
pub(crate) struct Prediction {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = MlModel::ID, on_delete = "cascade", index)]
    pub(crate) ml_model_id: i64,
    #[garde(custom(filled), length(chars, max = 500))]
    pub(crate) input: String,
    #[column(length = 120)]
    #[garde(custom(filled), length(chars, max = 120))]
    pub(crate) label: String,
    #[garde(range(min = 0.0, max = 1.0))]
    pub(crate) confidence: f64,
    #[column(default = Utc::now())]
    pub(crate) created_at: DateTime<Utc>,
}

impl Book {
    /// Its year, as people write it.
    pub(crate) fn year_in_words(&self) -> Option<String> {
        self.year.map(|year| if year < 0 { format!("{} BC", year.unsigned_abs()) } else { year.to_string() })
    }
}

impl MlModel {
    /// Its accuracy, as people write it.
    pub(crate) fn percent(&self) -> String {
        percent(self.accuracy)
    }
}

impl Prediction {
    /// Its confidence, as people write it.
    pub(crate) fn percent(&self) -> String {
        percent(self.confidence)
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
