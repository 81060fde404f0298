"""One row, one object: what is asked of the database, and which values are in hand."""

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from session_golden import fails, saved, scenario
from session_models import Author, Book, Film, Genre, Item, Shelf, Staff

NO_READ = "an index does no I/O: an expired row is read again by the next `get`, query, `related` or `refresh`"


def shelf_of(s, name):
    return s.scalars(select(Shelf).where(Shelf.name == name)).one_or_none()


@scenario("a row that is got twice is the same and asked for once")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    del shelf
    s.expunge_all()
    first = s.get(Shelf, key)
    return [first is s.get(Shelf, key), t.reads()]


@scenario("a key that no row has")
def _(s, t):
    saved(s, t, Shelf(name="a"))
    return [s.get(Shelf, 77), s.get(Shelf, 77), t.reads()]


@scenario("a row that was added has a key after the flush")
def _(s, t):
    shelf = Shelf(name="a")
    s.add(shelf)
    before = inspect(shelf).identity
    s.flush()
    return [before, inspect(shelf).identity is not None, s.get(Shelf, shelf.id) is shelf, t.reads()]


@scenario("a default before and after the flush", (
    "a draft has its defaults when the session takes it", {"results": [0, 0]}))
def _(s, t):
    book = Book(name="a", author=Author(name="ann"))
    s.add(book)
    before = book.pages
    s.flush()
    return [before, book.pages]


@scenario("a query gives the objects that are in hand")
def _(s, t):
    a, b = saved(s, t, Shelf(name="a"), Shelf(name="b"))
    found = s.scalars(select(Shelf).order_by(Shelf.name.desc())).all()
    return [found[0] is b, found[1] is a]


@scenario("two questions give one object")
def _(s, t):
    saved(s, t, Shelf(name="a"))
    s.expunge_all()
    first = shelf_of(s, "a")
    return [first is s.scalars(select(Shelf)).first(), t.reads()]


@scenario("a query flushes first")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    return [shelf_of(s, "b") is shelf, shelf_of(s, "a"), t.writes()]


@scenario("a query finds a row that was added")
def _(s, t):
    shelf = Shelf(name="a")
    s.add(shelf)
    return [shelf_of(s, "a") is shelf, t.writes()]


@scenario("a query does not find a row that is to be deleted")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.delete(shelf)
    return [shelf_of(s, "a"), t.writes()]


@scenario("without autoflush a query sees what the database has, and keeps what is in hand", autoflush=False)
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.add(Shelf(name="new"))
    shelf.name = "b"
    found = s.scalars(select(Shelf)).all()
    return [len(found), found[0] is shelf, shelf.name, shelf_of(s, "b"), t.writes()]


@scenario("a row that changed in the database is not read over the one in hand")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("UPDATE shelf SET name = 'b'")
    found = s.scalars(select(Shelf)).one()
    return [found is shelf, shelf.name]


@scenario("a refresh reads what the database has")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("UPDATE shelf SET name = 'b'")
    s.refresh(shelf)
    return [shelf.name, t.reads()]


@scenario("a refresh loses what was not flushed", autoflush=False)
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.refresh(shelf)
    s.commit()
    return [shelf.name, t.writes()]


@scenario("a refresh of a row that is gone is refused")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("DELETE FROM shelf")
    return fails(lambda: s.refresh(shelf))


@scenario("an expired row shows", (NO_READ, {"results": ["a", 0]}))
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("UPDATE shelf SET name = 'b'")
    s.expire(shelf)
    return [shelf.name, t.reads()]


@scenario("an expired row is read by get")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    t.run("UPDATE shelf SET name = 'b'")
    s.expire(shelf)
    same = s.get(Shelf, key) is shelf
    return [same, shelf.name, t.reads()]


@scenario("an expired row is read by a query")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("UPDATE shelf SET name = 'b'")
    s.expire(shelf)
    same = s.scalars(select(Shelf)).one() is shelf
    return [same, shelf.name, t.reads()]


@scenario("an expired row that is gone is not found by its key")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    t.run("DELETE FROM shelf")
    s.expire(shelf)
    return s.get(Shelf, key)


@scenario("expiring a row loses what was not flushed")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.expire(shelf)
    s.commit()
    s.refresh(shelf)
    return [shelf.name, t.writes()]


@scenario("a many-to-one whose row is in hand asks nothing")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a", items=[Item(name="pen"), Item(name="ink")]))
    s.expunge_all()
    shelf = shelf_of(s, "a")
    items = s.scalars(select(Item)).all()
    t.clear()
    return [[item.shelf is shelf for item in items], t.reads()]


@scenario("a many-to-one that is NULL asks nothing")
def _(s, t):
    saved(s, t, Item(name="pen"))
    s.expunge_all()
    item = s.scalars(select(Item)).one()
    t.clear()
    return [item.shelf, t.reads()]


@scenario("a many-to-one is asked for once for all children")
def _(s, t):
    saved(s, t, Shelf(name="a", items=[Item(name="pen"), Item(name="ink")]))
    s.expunge_all()
    items = s.scalars(select(Item)).all()
    t.clear()
    return [items[0].shelf is items[1].shelf, t.reads()]


@scenario("a collection is asked for once")
def _(s, t):
    saved(s, t, Author(name="ann", books=[Book(name="b"), Book(name="a")]))
    s.expunge_all()
    author = s.scalars(select(Author)).one()
    t.clear()
    first = [book.name for book in author.books]
    return [first, [book.author is author for book in author.books], t.reads()]


@scenario("a collection that is empty is asked for once")
def _(s, t):
    saved(s, t, Author(name="ann"))
    s.expunge_all()
    author = s.scalars(select(Author)).one()
    t.clear()
    return [len(author.books), len(author.books), t.reads()]


@scenario("a collection is loaded with what was added and not flushed")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a")]))
    s.expire(author)
    s.add(Book(name="b", author_id=inspect(author).identity[0]))
    return [[book.name for book in author.books], t.writes()]


@scenario("a collection that was loaded gets a child whose parent is set")
def _(s, t):
    shelf, pen = saved(s, t, Shelf(name="a", items=[Item(name="ink")]), Item(name="pen"))
    pen.shelf = shelf
    t.clear()
    return [sorted(item.name for item in shelf.items), t.reads()]


@scenario("a child whose parent is set leaves the collection that it was in")
def _(s, t):
    old, new = saved(s, t, Shelf(name="old", items=[Item(name="pen"), Item(name="ink")]), Shelf(name="new"))
    pen = old.items[0]
    pen.shelf = new
    s.commit()
    return [[item.name for item in old.items], [item.name for item in new.items]]


@scenario("a foreign key that is edited leads to the new parent", (
    "`related` follows the foreign key as it is; SQLAlchemy's reference stays until it is expired",
    {"results": ["b", "b", "b"]}))
def _(s, t):
    a, b = saved(s, t, Shelf(name="a", items=[Item(name="pen")]), Shelf(name="b"))
    pen = a.items[0]
    pen.shelf_id = b.id
    edited = pen.shelf.name
    s.flush()
    flushed = pen.shelf.name
    s.expire(pen)
    return [edited, flushed, pen.shelf.name]


@scenario("a reference wins over an edited foreign key")
def _(s, t):
    a, b, c = saved(s, t, Shelf(name="a", items=[Item(name="pen")]), Shelf(name="b"), Shelf(name="c"))
    pen = a.items[0]
    pen.shelf_id = b.id
    pen.shelf = c
    s.commit()
    return pen.shelf.name


@scenario("a reference to a new row wins over an edited foreign key")
def _(s, t):
    a, b = saved(s, t, Shelf(name="a", items=[Item(name="pen")]), Shelf(name="b"))
    pen, c = a.items[0], Shelf(name="c")
    s.add(c)
    pen.shelf = c
    pen.shelf_id = b.id
    s.commit()
    return pen.shelf.name


@scenario("a reference that is set to nothing")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a", items=[Item(name="pen")]))
    pen = shelf.items[0]
    pen.shelf = None
    s.commit()
    return [t.writes(), pen.shelf_id, len(shelf.items)]


@scenario("both ends of a relationship of a table to itself")
def _(s, t):
    top, low = Staff(name="top"), Staff(name="low")
    s.add_all([top, low])
    top.reports.append(low)
    s.commit()
    return [low.boss is top, top.boss, [one.name for one in top.reports], len(low.reports)]


@scenario("a deleted row is not found by its key")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    key = shelf.id
    s.delete(shelf)
    s.flush()
    return [s.get(Shelf, key), shelf in s]


@scenario("a row that is to be deleted, by its key", (
    "a row that is to be deleted is no longer given; SQLAlchemy gives it until the flush", {"results": False}))
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.delete(shelf)
    with s.no_autoflush:
        return s.get(Shelf, shelf.id) is shelf


@scenario("a row that is merged gives its values to the one in hand")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    merged = s.merge(Shelf(id=shelf.id, name="b"))
    s.commit()
    return [merged is shelf, shelf.name, t.writes()]


@scenario("a row that is merged and the same writes nothing")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.merge(Shelf(id=shelf.id, name="a"))
    s.commit()
    return t.writes()


@scenario("a row that leaves the session is not written")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.expunge(shelf)
    s.commit()
    return [shelf.name, t.writes()]


@scenario("a row that left the session is another one when it comes back")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.expunge(shelf)
    back = shelf_of(s, "a")
    return [back is shelf, back in s, shelf in s, back.name]


@scenario("a session knows whether there is something to write")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    said = [s.is_modified(shelf)]
    shelf.name = "b"
    said.append(s.is_modified(shelf))
    s.flush()
    said.append(s.is_modified(shelf))
    return said


@scenario("an eager load fills the collections of rows in hand")
def _(s, t):
    saved(s, t, Author(name="ann", books=[Book(name="a")]))
    s.expunge_all()
    author = s.scalars(select(Author)).one()
    s.scalars(select(Author).options(selectinload(Author.books))).all()
    t.clear()
    return [[book.name for book in author.books], t.reads()]


@scenario("a query through a link table gives the objects in hand")
def _(s, t):
    sf = Genre(name="sf")
    film, = saved(s, t, Film(name="a", genres=[sf]))
    return s.scalars(select(Film).join(Film.genres).where(Genre.name == "sf")).one() is film
