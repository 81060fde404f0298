//! The models that these tests share.

use ormcore::plan::Recording;
use ormcore::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_author")]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique)]
    pub(crate) name: String,
    #[column(default = 0)]
    pub(crate) age: i64,
    #[relationship(cascade = "all, delete-orphan", back_populates = "author")]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_book")]
pub(crate) struct Book {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    #[column(foreign_key = Author::ID)]
    pub(crate) author_id: i64,
    #[column(version)]
    pub(crate) version: i32,
    #[relationship(back_populates = "books")]
    pub(crate) author: BelongsTo<Author>,
    #[relationship(secondary = BookGenre, back_populates = "books")]
    pub(crate) genres: HasMany<Genre>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_book_genre")]
pub(crate) struct BookGenre {
    #[column(primary_key, foreign_key = Book::ID)]
    pub(crate) book_id: i64,
    #[column(primary_key, foreign_key = Genre::ID)]
    pub(crate) genre_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_genre")]
pub(crate) struct Genre {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique)]
    pub(crate) label: String,
    #[relationship(secondary = BookGenre, back_populates = "genres")]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_team")]
pub(crate) struct Team {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique)]
    pub(crate) name: String,
    #[relationship(back_populates = "team")]
    pub(crate) players: HasMany<Player>,
    #[relationship(back_populates = "team")]
    pub(crate) badge: HasOne<Badge>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_player")]
pub(crate) struct Player {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique)]
    pub(crate) name: String,
    #[column(foreign_key = Team::ID)]
    pub(crate) team_id: Option<i64>,
    #[relationship(back_populates = "players")]
    pub(crate) team: BelongsTo<Team>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_badge")]
pub(crate) struct Badge {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = Team::ID, unique)]
    pub(crate) team_id: Option<i64>,
    #[relationship(back_populates = "badge")]
    pub(crate) team: BelongsTo<Team>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_node")]
pub(crate) struct Node {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Node::ID)]
    pub(crate) parent_id: Option<i64>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "parent", cascade = "all")]
    pub(crate) children: HasMany<Node>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "children")]
    pub(crate) parent: BelongsTo<Node>,
}

/// Without a constructor, so that a draft may lack something.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ses_bare", constructor = false)]
pub(crate) struct Bare {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
}

pub(crate) fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Book, Genre, BookGenre, Team, Player, Badge, Node, Bare)>()
}

/// A session on the tables.
pub(crate) fn session(db: &Database) -> ormcore::Result<Session> {
    create(db)?;
    db.session()
}

/// How many of the statements begin with this word.
pub(crate) fn count(statements: &Recording, word: &str) -> usize {
    statements.texts().iter().filter(|text| text.starts_with(word)).count()
}
