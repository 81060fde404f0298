//! The text of tables on SQLite, and what only SQLite's tables do.

use chrono::{DateTime, Utc};
use ormcore::Json;
use ormcore::prelude::*;
use rust_decimal::Decimal;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
enum Size {
    Small,
    ExtraLarge,
}

#[derive(Columns, Debug, Clone, PartialEq)]
struct Times {
    #[column(server_default = "CURRENT_TIMESTAMP", index)]
    created_at: DateTime<Utc>,
    #[column(on_write = Utc::now())]
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(first, last))]
struct Author {
    #[column(primary_key)]
    id: i64,
    first: String,
    #[column(length = 80)]
    last: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Shelf {
    #[column(primary_key)]
    room: i32,
    #[column(primary_key, length = 10)]
    place: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "rare \"book\"",
    foreign_key(
        columns(room, place),
        references(Shelf::ROOM, Shelf::PLACE),
        on_delete = "set null",
        on_update = "cascade"
    ),
    foreign_key(columns(author_first, author_last), references(Author::FIRST, Author::LAST), index = false),
    index(title, price),
    index("lower(title)", filter = "price > 0"),
    unique(title, place),
    unique(isbn, filter = "isbn <> ''", name = "one_isbn"),
    check = "price <> 13",
    check = "length(title) > 0"
)]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(length = 40, check = "title <> 'untitled'")]
    title: String,
    #[column(unique)]
    isbn: Option<String>,
    #[column(foreign_key = Author::ID, on_delete = "cascade")]
    author_id: i64,
    #[column(foreign_key = Author::ID, index = false)]
    editor_id: Option<i64>,
    author_first: String,
    author_last: String,
    room: Option<i32>,
    place: Option<String>,
    #[column(default = Size::Small, index)]
    size: Size,
    #[column(server_default = "1.5")]
    price: Decimal,
    weight: Option<f32>,
    cover: Option<Vec<u8>>,
    #[column(default)]
    lent: bool,
    tags: Json<Vec<String>>,
    code: Secret<String>,
    #[column(flatten, default)]
    times: Times,
    #[column(version)]
    version: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(strict = false)]
struct Lenient {
    #[column(primary_key)]
    id: i64,
    number: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Strict {
    #[column(primary_key)]
    id: i64,
    number: i64,
}

fn memory() -> Database {
    Database::connect("sqlite::memory:").unwrap()
}

const BOOK: &str = r#"CREATE TABLE IF NOT EXISTS "shelf" (
    "room" INTEGER NOT NULL,
    "place" TEXT NOT NULL,
    CONSTRAINT "pk_shelf" PRIMARY KEY ("room", "place"),
    CONSTRAINT "ck_shelf_place_length" CHECK (length("place") <= 10)
) STRICT;
CREATE TABLE IF NOT EXISTS "author" (
    "id" INTEGER NOT NULL,
    "first" TEXT NOT NULL,
    "last" TEXT NOT NULL,
    CONSTRAINT "pk_author" PRIMARY KEY ("id"),
    CONSTRAINT "uq_author_first_last" UNIQUE ("first", "last"),
    CONSTRAINT "ck_author_last_length" CHECK (length("last") <= 80)
) STRICT;
CREATE TABLE IF NOT EXISTS "rare ""book""" (
    "id" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "isbn" TEXT,
    "author_id" INTEGER NOT NULL,
    "editor_id" INTEGER,
    "author_first" TEXT NOT NULL,
    "author_last" TEXT NOT NULL,
    "room" INTEGER,
    "place" TEXT,
    "size" TEXT NOT NULL,
    "price" TEXT COLLATE decimal NOT NULL DEFAULT ('1.5'),
    "weight" REAL,
    "cover" BLOB,
    "lent" INTEGER NOT NULL,
    "tags" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "created_at" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
    "updated_at" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "pk_rare ""book""" PRIMARY KEY ("id"),
    CONSTRAINT "uq_rare ""book""_isbn" UNIQUE ("isbn"),
    CONSTRAINT "uq_rare ""book""_title_place" UNIQUE ("title", "place"),
    CONSTRAINT "fk_rare ""book""_author_id" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_rare ""book""_editor_id" FOREIGN KEY ("editor_id") REFERENCES "author" ("id"),
    CONSTRAINT "fk_rare ""book""_room_place" FOREIGN KEY ("room", "place") REFERENCES "shelf" ("room", "place") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "fk_rare ""book""_author_first_author_last" FOREIGN KEY ("author_first", "author_last") REFERENCES "author" ("first", "last"),
    CONSTRAINT "ck_rare ""book""_title" CHECK (title <> 'untitled'),
    CONSTRAINT "ck_rare ""book""_title_length" CHECK (length("title") <= 40),
    CONSTRAINT "ck_rare ""book""_size_variant" CHECK ("size" IN ('small', 'extra_large')),
    CONSTRAINT "ck_rare ""book""_1" CHECK (price <> 13),
    CONSTRAINT "ck_rare ""book""_2" CHECK (length(title) > 0)
) STRICT;
CREATE INDEX IF NOT EXISTS "ix_rare ""book""_title_price" ON "rare ""book""" ("title", "price");
CREATE INDEX IF NOT EXISTS "ix_rare ""book""_lower_title" ON "rare ""book""" ((lower(title))) WHERE price > 0;
CREATE UNIQUE INDEX IF NOT EXISTS "one_isbn" ON "rare ""book""" ("isbn") WHERE isbn <> '';
CREATE INDEX IF NOT EXISTS "ix_rare ""book""_size" ON "rare ""book""" ("size");
CREATE INDEX IF NOT EXISTS "ix_rare ""book""_created_at" ON "rare ""book""" ("created_at");
CREATE INDEX IF NOT EXISTS "ix_rare ""book""_author_id" ON "rare ""book""" ("author_id");
CREATE INDEX IF NOT EXISTS "ix_rare ""book""_room_place" ON "rare ""book""" ("room", "place")"#;

#[test]
fn the_text_of_a_rich_model() -> ormcore::Result<()> {
    let db = memory();
    let text = db.ddl_of::<(Book, Shelf, Author)>()?.join(";\n");
    assert_eq!(text, BOOK, "\n{text}\n");
    Ok(())
}

#[test]
fn the_text_of_a_rich_model_runs_and_runs_again() -> ormcore::Result<()> {
    let db = memory();
    for _ in 0..2 {
        for statement in db.ddl_of::<(Book, Shelf, Author)>()? {
            db.execute(statement, ())?;
        }
        db.create_tables::<(Book, Shelf, Author)>()?;
    }
    let author = Author::new("Ursula", "Le Guin").insert(&db)?;
    let book = Book::new("Rocannon", &author, &author, vec!["sf".to_string()], "code").insert(&db)?;
    assert_eq!((book.author_first.as_str(), book.author_last.as_str()), ("Ursula", "Le Guin"));
    assert_eq!(Book::find(book.id, &db)?, book);
    Ok(())
}

#[test]
fn a_strict_table_refuses_another_type_and_a_lenient_one_does_not() -> ormcore::Result<()> {
    let db = memory();
    db.create_tables::<(Strict, Lenient)>()?;
    assert!(db.execute("INSERT INTO strict VALUES (1, 'many')", ()).is_err());
    db.execute("INSERT INTO lenient VALUES (1, 'many')", ())?;
    let error = Lenient::find(1, &db).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Decode { column, found, .. } if column == "number" && found.contains("many"))
    );
    Ok(())
}

#[test]
fn a_length_is_a_check_with_a_name() -> ormcore::Result<()> {
    let db = memory();
    db.create_tables::<(Author,)>()?;
    let error = Author::new("a", "x".repeat(81)).insert(&db).unwrap_err();
    match error.kind() {
        ErrorKind::CheckViolation { constraint, .. } => {
            assert_eq!(constraint.as_deref(), Some("ck_author_last_length"))
        }
        other => panic!("expected a check violation, got {other:?}"),
    }
    Ok(())
}

#[test]
fn an_index_serves_the_queries_it_is_for() -> ormcore::Result<()> {
    let db = memory();
    db.create_tables::<(Author, Shelf, Book)>()?;
    let by_author = Book::query().filter(Book::AUTHOR_ID.eq(1)).explain(&db)?.join("\n");
    assert!(by_author.contains("ix_rare \"book\"_author_id"), "{by_author}");
    let by_place = Book::query().filter(Book::ROOM.eq(1).and(Book::PLACE.eq("a"))).explain(&db)?.join("\n");
    assert!(by_place.contains("ix_rare \"book\"_room_place"), "{by_place}");
    let by_both = Book::query().filter(Book::TITLE.eq("t").and(Book::PRICE.gt(Decimal::ONE))).explain(&db)?.join("\n");
    assert!(by_both.contains("ix_rare \"book\"_title_price"), "{by_both}");
    let by_time = Book::query().filter(Book::TIMES.col(Times::CREATED_AT).gt(Utc::now())).explain(&db)?.join("\n");
    assert!(by_time.contains("ix_rare \"book\"_created_at"), "{by_time}");
    let by_editor = Book::query().filter(Book::EDITOR_ID.eq(1)).explain(&db)?.join("\n");
    assert!(by_editor.contains("SCAN"), "`index = false` leaves the index out: {by_editor}");
    Ok(())
}

#[test]
fn a_lone_integer_key_is_the_rowid() -> ormcore::Result<()> {
    let db = memory();
    db.create_tables::<(Author,)>()?;
    let author = Author::new("a", "b").with_key(41).insert(&db)?;
    assert_eq!(db.query_as::<(i64,)>("SELECT rowid FROM author", ())?, [(41,)]);
    assert_eq!(Author::new("c", "d").insert(&db)?.id, author.id + 1);
    let plan = Author::query().filter(Author::ID.eq(41)).explain(&db)?.join("\n");
    assert!(plan.contains("INTEGER PRIMARY KEY"), "{plan}");
    Ok(())
}

#[test]
fn text_with_a_nul_is_kept_whole() -> ormcore::Result<()> {
    let db = memory();
    db.create_tables::<(Author,)>()?;
    let author = Author::new("a\0b", "\0").insert(&db)?;
    assert_eq!(Author::find(author.id, &db)?.first, "a\0b");
    assert_eq!(Author::query().filter(Author::FIRST.eq("a")).count(&db)?, 0);
    assert_eq!(Author::query().filter(Author::FIRST.eq("a\0b")).count(&db)?, 1);
    Ok(())
}
