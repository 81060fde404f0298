"""The models of the session scenarios in SQLAlchemy, which `session/models.rs` has too, and what is shown of their rows."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Named:
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Author(Named, Base):
    __tablename__ = "author"
    books: Mapped[list["Book"]] = relationship(
        cascade="all, delete-orphan", order_by="Book.name", back_populates="author"
    )


class Book(Named, Base):
    __tablename__ = "book"
    pages: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


class Studio(Named, Base):
    __tablename__ = "studio"
    films: Mapped[list["Film"]] = relationship(
        cascade="all, delete-orphan", order_by="Film.name", back_populates="studio"
    )


class Film(Named, Base):
    __tablename__ = "film"
    studio_id: Mapped[int | None] = mapped_column(ForeignKey("studio.id"))
    studio: Mapped[Studio | None] = relationship(back_populates="films")
    genres: Mapped[list["Genre"]] = relationship(
        secondary="film_genre", order_by="Genre.name", back_populates="films"
    )


class Genre(Base):
    __tablename__ = "genre"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    films: Mapped[list[Film]] = relationship(secondary="film_genre", order_by="Film.name", back_populates="genres")


class FilmGenre(Base):
    __tablename__ = "film_genre"
    film_id: Mapped[int] = mapped_column(ForeignKey("film.id"), primary_key=True)
    genre_id: Mapped[int] = mapped_column(ForeignKey("genre.id"), primary_key=True)


class Shelf(Named, Base):
    __tablename__ = "shelf"
    items: Mapped[list["Item"]] = relationship(order_by="Item.name", back_populates="shelf")


class Item(Named, Base):
    __tablename__ = "item"
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="items")


class Room(Named, Base):
    __tablename__ = "room"
    desks: Mapped[list["Desk"]] = relationship(order_by="Desk.name", back_populates="room")


class Desk(Named, Base):
    __tablename__ = "desk"
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    room: Mapped[Room] = relationship(back_populates="desks")


class Staff(Named, Base):
    __tablename__ = "staff"
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    boss: Mapped["Staff | None"] = relationship(remote_side="Staff.id", back_populates="reports")
    reports: Mapped[list["Staff"]] = relationship(order_by="Staff.name", back_populates="boss")


class Branch(Named, Base):
    __tablename__ = "branch"
    trunk_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    trunk: Mapped["Branch | None"] = relationship(remote_side="Branch.id", back_populates="twigs")
    twigs: Mapped[list["Branch"]] = relationship(
        cascade="all, delete-orphan", order_by="Branch.name", back_populates="trunk"
    )


class Nation(Named, Base):
    __tablename__ = "nation"
    capital_id: Mapped[int | None] = mapped_column(ForeignKey("town.id"))
    capital: Mapped["Town | None"] = relationship(foreign_keys=capital_id, post_update=True)
    towns: Mapped[list["Town"]] = relationship(
        foreign_keys="Town.nation_id", order_by="Town.name", back_populates="nation"
    )


class Town(Named, Base):
    __tablename__ = "town"
    nation_id: Mapped[int] = mapped_column(ForeignKey("nation.id"))
    nation: Mapped[Nation] = relationship(foreign_keys=nation_id, back_populates="towns")


class Account(Named, Base):
    __tablename__ = "account"
    balance: Mapped[int]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Folder(Named, Base):
    __tablename__ = "folder"
    papers: Mapped[list["Paper"]] = relationship(
        cascade="all", order_by="Paper.name", passive_deletes=True, back_populates="folder"
    )


class Paper(Named, Base):
    __tablename__ = "paper"
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id", ondelete="CASCADE"))
    folder: Mapped[Folder] = relationship(back_populates="papers")


class Currency(Base):
    __tablename__ = "currency"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Reader(Named, Base):
    __tablename__ = "reader"
    card: Mapped["Card | None"] = relationship(cascade="all, delete-orphan", back_populates="reader")


class Card(Named, Base):
    __tablename__ = "card"
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), unique=True)
    reader: Mapped[Reader] = relationship(back_populates="card")


def child(table, key, parent):
    """The rows of a table, each with the name of the row that it points to: keys differ between databases."""
    return (
        f"SELECT one.name || ' < ' || coalesce(other.name, '-') FROM {table} one "
        f"LEFT JOIN {parent} other ON other.id = one.{key}"
    )


SHOWN = {
    "account": "SELECT name || ' ' || CAST(balance AS TEXT) || ' v' || CAST(version AS TEXT) FROM account",
    "author": "SELECT name FROM author",
    "book": child("book", "author_id", "author").replace("one.name", "one.name || ' ' || CAST(one.pages AS TEXT)"),
    "film": child("film", "studio_id", "studio"),
    "film_genre": "SELECT film.name || ' ' || genre.name FROM film_genre link "
    "JOIN film ON film.id = link.film_id JOIN genre ON genre.id = link.genre_id",
    "branch": child("branch", "trunk_id", "branch"),
    "card": child("card", "reader_id", "reader"),
    "currency": "SELECT code || ' ' || name FROM currency",
    "desk": child("desk", "room_id", "room"),
    "folder": "SELECT name FROM folder",
    "genre": "SELECT name FROM genre",
    "item": child("item", "shelf_id", "shelf"),
    "nation": child("nation", "capital_id", "town"),
    "paper": child("paper", "folder_id", "folder"),
    "reader": "SELECT name FROM reader",
    "room": "SELECT name FROM room",
    "shelf": "SELECT name FROM shelf",
    "staff": child("staff", "boss_id", "staff"),
    "studio": "SELECT name FROM studio",
    "town": child("town", "nation_id", "nation"),
}
