//! The models of the session scenarios; `session_models.py` has the same.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(cascade = "all, delete-orphan", order_by = Book::NAME, back_populates = "author")]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Book {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(default = 0)]
    pub(crate) pages: i64,
    #[column(foreign_key = Author::ID)]
    pub(crate) author_id: i64,
    #[relationship(back_populates = "books")]
    pub(crate) author: BelongsTo<Author>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Studio {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(cascade = "all, delete-orphan", order_by = Film::NAME, back_populates = "studio")]
    pub(crate) films: HasMany<Film>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Film {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Studio::ID)]
    pub(crate) studio_id: Option<i64>,
    #[relationship(back_populates = "films")]
    pub(crate) studio: BelongsTo<Studio>,
    #[relationship(secondary = FilmGenre, order_by = Genre::NAME)]
    pub(crate) genres: HasMany<Genre>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Genre {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(unique)]
    pub(crate) name: String,
    #[relationship(secondary = FilmGenre, order_by = Film::NAME)]
    pub(crate) films: HasMany<Film>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct FilmGenre {
    #[column(primary_key, foreign_key = Film::ID)]
    pub(crate) film_id: i64,
    #[column(primary_key, foreign_key = Genre::ID)]
    pub(crate) genre_id: i64,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Shelf {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(order_by = Item::NAME, back_populates = "shelf")]
    pub(crate) items: HasMany<Item>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Item {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Shelf::ID)]
    pub(crate) shelf_id: Option<i64>,
    #[relationship(back_populates = "items")]
    pub(crate) shelf: BelongsTo<Shelf>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Room {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(order_by = Desk::NAME, back_populates = "room")]
    pub(crate) desks: HasMany<Desk>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Desk {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Room::ID)]
    pub(crate) room_id: i64,
    #[relationship(back_populates = "desks")]
    pub(crate) room: BelongsTo<Room>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Staff {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Staff::ID)]
    pub(crate) boss_id: Option<i64>,
    #[relationship(foreign_key = Staff::BOSS_ID, back_populates = "reports")]
    pub(crate) boss: BelongsTo<Staff>,
    #[relationship(foreign_key = Staff::BOSS_ID, order_by = Staff::NAME, back_populates = "boss")]
    pub(crate) reports: HasMany<Staff>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Branch {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Branch::ID)]
    pub(crate) trunk_id: Option<i64>,
    #[relationship(foreign_key = Branch::TRUNK_ID, back_populates = "twigs")]
    pub(crate) trunk: BelongsTo<Branch>,
    #[relationship(
        foreign_key = Branch::TRUNK_ID,
        order_by = Branch::NAME,
        cascade = "all, delete-orphan",
        back_populates = "trunk"
    )]
    pub(crate) twigs: HasMany<Branch>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Nation {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Town::ID)]
    pub(crate) capital_id: Option<i64>,
    #[relationship(foreign_key = Nation::CAPITAL_ID)]
    pub(crate) capital: BelongsTo<Town>,
    #[relationship(foreign_key = Town::NATION_ID, order_by = Town::NAME, back_populates = "nation")]
    pub(crate) towns: HasMany<Town>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Town {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Nation::ID)]
    pub(crate) nation_id: i64,
    #[relationship(foreign_key = Town::NATION_ID, back_populates = "towns")]
    pub(crate) nation: BelongsTo<Nation>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Account {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) balance: i64,
    #[column(version)]
    pub(crate) version: i32,
}

/// Its papers are the database's to delete.
#[derive(Model, Debug, Clone)]
pub(crate) struct Folder {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(cascade = "all", order_by = Paper::NAME, back_populates = "folder")]
    pub(crate) papers: HasMany<Paper>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Paper {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Folder::ID, on_delete = "cascade")]
    pub(crate) folder_id: i64,
    #[relationship(back_populates = "papers")]
    pub(crate) folder: BelongsTo<Folder>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Currency {
    #[column(primary_key)]
    pub(crate) code: String,
    pub(crate) name: String,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Reader {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(cascade = "all, delete-orphan", back_populates = "reader")]
    pub(crate) card: HasOne<Card>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Card {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Reader::ID, unique)]
    pub(crate) reader_id: i64,
    #[relationship(back_populates = "card")]
    pub(crate) reader: BelongsTo<Reader>,
}

/// Makes the tables.
pub(crate) fn create(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Author, Book, Studio, Film, Genre, FilmGenre, Shelf, Item, Room, Desk)>()?;
    db.create_tables::<(Staff, Branch, Nation, Town, Account, Folder, Paper, Currency, Reader, Card)>()
}
