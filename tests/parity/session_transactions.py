"""Commit, rollback, savepoints, and what a flush that failed leaves."""

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from session_golden import fails, saved, scenario
from session_models import Account, Author, Book, Film, Genre, Item, Shelf


class Undone(Exception):
    """Ends a savepoint on purpose."""


def savepoint(s, work, undo=True):
    """Runs the work in a savepoint, and takes it back if that is wanted."""
    try:
        with s.begin_nested():
            work()
            if undo:
                raise Undone
    except (Undone, IntegrityError):
        pass


def names(s, model):
    return sorted(s.scalars(select(model.name)))


@scenario("a rollback restores values that were not flushed")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.rollback()
    return [shelf.name, t.writes()]


@scenario("a rollback restores values that were flushed")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.flush()
    shelf.name = "c"
    s.flush()
    s.rollback()
    return [shelf.name, names(s, Shelf)]


@scenario("a rollback restores the row, not a copy of it")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    shelf.name = "b"
    s.flush()
    s.rollback()
    return [s.get(Shelf, key) is shelf, shelf.name, [one is shelf for one in s.scalars(select(Shelf))]]


@scenario("a row that was added leaves with a rollback")
def _(s, t):
    flushed, pending = Shelf(name="a"), Shelf(name="b")
    s.add(flushed)
    s.flush()
    s.add(pending)
    s.rollback()
    return [flushed in s, pending in s, names(s, Shelf)]


@scenario("a row that was deleted is back after a rollback")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    s.delete(shelf)
    s.flush()
    gone = s.get(Shelf, key)
    s.rollback()
    return [gone, shelf in s, s.get(Shelf, key) is shelf, shelf.name]


@scenario("a row that was to be deleted stays after a rollback")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.delete(shelf)
    s.rollback()
    s.commit()
    return [shelf in s, names(s, Shelf)]


@scenario("a cascade is taken back by a rollback")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    books = list(author.books)
    s.delete(author)
    s.flush()
    s.rollback()
    return [[book in s for book in books], [book.name for book in author.books], books[0].author is author]


@scenario("a collection is as it was after a rollback")
def _(s, t):
    old, new = saved(s, t, Shelf(name="old", items=[Item(name="pen")]), Shelf(name="new"))
    pen = old.items[0]
    new.items.append(pen)
    new.items.append(Item(name="ink"))
    s.flush()
    s.rollback()
    return [[item is pen for item in old.items], len(new.items), pen.shelf is old]


@scenario("a key is free again after a rollback")
def _(s, t):
    s.add(Genre(name="sf"))
    s.flush()
    s.rollback()
    s.add(Genre(name="sf"))
    s.commit()
    return names(s, Genre)


@scenario("a link is taken back by a rollback")
def _(s, t):
    film, sf = saved(s, t, Film(name="a"), Genre(name="sf"))
    film.genres.append(sf)
    s.flush()
    s.rollback()
    return [len(film.genres), len(sf.films)]


@scenario("a version is as it was after a rollback")
def _(s, t):
    account, = saved(s, t, Account(name="a", balance=1))
    account.balance = 2
    s.flush()
    s.rollback()
    account.balance = 3
    s.commit()
    return [account.balance, account.version]


@scenario("rows that were read are read again after a rollback")
def _(s, t):
    saved(s, t, Shelf(name="a"))
    s.expunge_all()
    shelf = s.scalars(select(Shelf)).one()
    s.rollback()
    t.run("UPDATE shelf SET name = 'b'")
    same = s.get(Shelf, inspect(shelf).identity[0]) is shelf
    return [same, shelf.name]


@scenario("a rollback of nothing, and a second one")
def _(s, t):
    s.rollback()
    shelf, = saved(s, t, Shelf(name="a"))
    s.rollback()
    s.rollback()
    return [shelf in s, shelf.name]


@scenario("a session that is closed without a commit writes nothing")
def _(s, t):
    saved(s, t, Shelf(name="a"))
    s.add(Shelf(name="b"))
    s.flush()
    return names(s, Shelf)


@scenario("a session goes on after a commit")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.commit()
    shelf.name = "c"
    s.rollback()
    return shelf.name


@scenario("a commit leaves the rows as they are in hand")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    t.run("UPDATE shelf SET name = 'b'")
    return [s.get(Shelf, key) is shelf, shelf.name, t.reads()]


@scenario("a commit that expires has rows read again", expire_on_commit=True)
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = inspect(shelf).identity[0]
    t.run("UPDATE shelf SET name = 'b'")
    same = s.get(Shelf, key) is shelf
    return [same, shelf.name, t.reads()]


@scenario("a commit that expires has collections read again", expire_on_commit=True)
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a")]))
    before = [book.name for book in author.books]
    s.commit()
    t.run("DELETE FROM book")
    return [before, [book.name for book in author.books]]


@scenario("a flush that failed stops the session until a rollback")
def _(s, t):
    saved(s, t, Genre(name="sf"))
    s.add(Genre(name="sf"))
    failed = fails(s.flush)
    refused = fails(lambda: s.scalars(select(Genre)).all())
    s.rollback()
    return [failed, refused, len(s.scalars(select(Genre)).all())]


@scenario("a session works after a failed flush and a rollback")
def _(s, t):
    genre, = saved(s, t, Genre(name="sf"))
    twin = Genre(name="sf")
    s.add(twin)
    failed = fails(s.flush)
    s.rollback()
    s.add(Genre(name="poem"))
    s.commit()
    return [failed, twin in s, genre in s, names(s, Genre)]


@scenario("a failed flush takes back what was written before it failed")
def _(s, t):
    shelf, genre = saved(s, t, Shelf(name="a"), Genre(name="sf"))
    shelf.name = "b"
    s.flush()
    s.add(Genre(name="sf"))
    failed = fails(s.commit)
    s.rollback()
    return [failed, shelf.name, names(s, Shelf)]


@scenario("a savepoint is taken back alone")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"

    def work():
        shelf.name = "c"
        s.add(Shelf(name="new"))
        s.flush()

    savepoint(s, work)
    inside = [shelf.name, names(s, Shelf)]
    s.commit()
    return inside


@scenario("a savepoint flushes what was changed before it")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    seen = []
    savepoint(s, lambda: seen.extend(t.writes()), undo=False)
    return seen


@scenario("what was not flushed in a savepoint is taken back with it")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))

    def work():
        shelf.name = "c"
        s.add(Shelf(name="new"))

    with s.no_autoflush:
        savepoint(s, work)
    s.commit()
    return [shelf.name, names(s, Shelf)]


@scenario("a savepoint that is kept goes with the transaction")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))

    def work():
        shelf.name = "b"
        s.add(Shelf(name="new"))

    savepoint(s, work, undo=False)
    kept = names(s, Shelf)
    s.rollback()
    return [kept, shelf.name, names(s, Shelf)]


@scenario("a row that was added in a savepoint leaves with it, one before it stays")
def _(s, t):
    before, inside = Shelf(name="before"), Shelf(name="inside")
    s.add(before)

    def work():
        s.add(inside)
        s.flush()

    savepoint(s, work)
    s.commit()
    return [before in s, inside in s]


@scenario("a row that was deleted in a savepoint is back after it")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id

    def work():
        s.delete(shelf)
        s.flush()

    savepoint(s, work)
    return [shelf in s, s.get(Shelf, key) is shelf, names(s, Shelf)]


@scenario("a savepoint in a savepoint")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    seen = []

    def inner():
        shelf.name = "inner"
        s.flush()

    def outer():
        shelf.name = "outer"
        savepoint(s, inner)
        seen.append(shelf.name)
        savepoint(s, inner, undo=False)
        seen.append(shelf.name)

    savepoint(s, outer)
    seen.append(shelf.name)
    s.commit()
    return seen


@scenario("a flush that fails in a savepoint leaves what was before it")
def _(s, t):
    shelf, genre = saved(s, t, Shelf(name="a"), Genre(name="sf"))
    shelf.name = "b"

    def work():
        s.add(Genre(name="sf"))
        s.flush()

    savepoint(s, work)
    seen = [shelf.name, names(s, Genre)]
    s.commit()
    return seen


@scenario("a cascade is taken back by a savepoint")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a")]))
    book = author.books[0]

    def work():
        s.delete(author)
        s.flush()

    savepoint(s, work)
    seen = [author in s, book in s, [one is book for one in author.books]]
    book.pages = 5
    s.commit()
    return seen


@scenario("a link is taken back by a savepoint")
def _(s, t):
    film, sf, poem = saved(s, t, Film(name="a"), Genre(name="sf"), Genre(name="poem"))
    film.genres.append(sf)

    def work():
        film.genres.append(poem)
        s.flush()

    savepoint(s, work)
    seen = [genre.name for genre in film.genres]
    s.commit()
    return seen


@scenario("a row that was added before a savepoint and changed in it")
def _(s, t):
    shelf = Shelf(name="a")
    s.add(shelf)

    def work():
        shelf.name = "b"
        s.flush()

    savepoint(s, work)
    seen = shelf.name
    s.commit()
    return seen
