"""What follows a row that is added, deleted, or taken out of a relationship."""

from session_golden import fails, saved, scenario
from session_models import (
    Author, Book, Branch, Card, Desk, Film, Folder, Genre, Item, Paper, Reader, Room, Shelf, Staff, Studio,
)


@scenario("children come with their parent")
def _(s, t):
    s.add(Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    s.commit()
    return t.writes()


@scenario("a row that is appended gets its foreign key")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="top"))
    pen = Item(name="pen")
    shelf.items.append(pen)
    s.flush()
    return [t.writes(), pen.shelf_id == shelf.id, pen.shelf is shelf]


@scenario("a row that is taken out of a relationship stays without a parent")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="top", items=[Item(name="pen"), Item(name="ink")]))
    pen = shelf.items[0]
    shelf.items.remove(pen)
    s.commit()
    return [t.writes(), pen.shelf is None, pen.shelf_id, [item.name for item in shelf.items]]


@scenario("an orphan is deleted")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    author.books.remove(author.books[0])
    s.commit()
    return [t.writes(), [book.name for book in author.books]]


@scenario("an orphan of a relationship that was not loaded is deleted")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    book = author.books[0]
    s.expire(author)
    author.books.remove(book)
    s.commit()
    return t.writes()


@scenario("an orphan that was not flushed is not inserted")
def _(s, t):
    author, = saved(s, t, Author(name="ann"))
    book = Book(name="a")
    author.books.append(book)
    author.books.remove(book)
    s.commit()
    return [t.writes(), book in s]


@scenario("a child that moves to another parent is no orphan")
def _(s, t):
    old, new = saved(s, t, Author(name="old", books=[Book(name="a")]), Author(name="new"))
    book = old.books[0]
    new.books.append(book)
    s.commit()
    return [t.writes(), len(old.books), len(new.books), book.author is new]


@scenario("a child that is taken out and given back is not written")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="top", items=[Item(name="pen")]))
    pen = shelf.items[0]
    shelf.items.remove(pen)
    shelf.items.append(pen)
    s.commit()
    return [t.writes(), [item.name for item in shelf.items]]


@scenario("an orphan that is given back is not written")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a")]))
    book = author.books[0]
    author.books.remove(book)
    author.books.append(book)
    s.commit()
    return [t.writes(), [book.name for book in author.books]]


@scenario("an orphan that is given to another parent stays")
def _(s, t):
    old, new = saved(s, t, Author(name="old", books=[Book(name="a")]), Author(name="new"))
    book = old.books[0]
    assert not new.books
    old.books.remove(book)
    new.books.append(book)
    s.commit()
    return [t.writes(), [book.name for book in new.books]]


@scenario("a row moves to a parent that is new")
def _(s, t):
    old, new = saved(s, t, Shelf(name="old", items=[Item(name="pen")]))[0], Shelf(name="new")
    s.add(new)
    new.items.append(old.items[0])
    s.commit()
    return t.writes()


@scenario("an orphan takes its own children")
def _(s, t):
    root = Branch(name="root", twigs=[Branch(name="limb", twigs=[Branch(name="leaf")])])
    saved(s, t, root)
    root.twigs.clear()
    s.commit()
    return t.writes()


@scenario("an orphan takes its links")
def _(s, t):
    studio, = saved(s, t, Studio(name="ann", films=[Film(name="a", genres=[Genre(name="sf")])]))
    studio.films.clear()
    s.commit()
    return t.writes()


@scenario("a delete takes children that are loaded")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    books = list(author.books)
    s.delete(author)
    s.flush()
    return [t.writes(), [book in s for book in books]]


@scenario("a delete takes children that are not loaded")
def _(s, t):
    saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]), Author(name="bob", books=[Book(name="c")]))
    s.expunge_all()
    s.delete(s.query(Author).filter_by(name="ann").one())
    s.commit()
    return t.writes()


@scenario("a delete takes a child that was not flushed", (
    "ormcore lets a child that was never written leave without writing it",
    {"results": ["DELETE book", "DELETE author"]}))
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a")]))
    author.books.append(Book(name="new"))
    s.flush()
    s.delete(author)
    s.commit()
    return t.writes()


@scenario("a delete takes a whole tree")
def _(s, t):
    root = Branch(name="root", twigs=[Branch(name="a", twigs=[Branch(name="b"), Branch(name="c")]), Branch(name="d")])
    saved(s, t, root, Branch(name="other"))
    s.expunge_all()
    s.delete(s.query(Branch).filter_by(name="root").one())
    s.commit()
    return t.writes()


@scenario("a delete of the middle of a tree leaves its parent")
def _(s, t):
    root = Branch(name="root", twigs=[Branch(name="a", twigs=[Branch(name="b")]), Branch(name="c")])
    saved(s, t, root)
    s.delete(root.twigs[0])
    s.commit()
    return t.writes()


@scenario("a delete without cascade leaves children without a parent")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="top", items=[Item(name="pen"), Item(name="ink")]))
    pen = shelf.items[1]
    s.delete(shelf)
    s.commit()
    return [t.writes(), pen.shelf_id]


@scenario("a delete without cascade leaves children without a parent that were not loaded")
def _(s, t):
    saved(s, t, Shelf(name="top", items=[Item(name="pen"), Item(name="ink")]))
    s.expunge_all()
    s.delete(s.query(Shelf).one())
    s.commit()
    return t.writes()


@scenario("a delete without cascade of a row whose children need it", (
    "the foreign key is not written, and the database refuses the delete of the parent",
    {"results": ["foreign key", ["DELETE room"]]}))
def _(s, t):
    room, = saved(s, t, Room(name="blue", desks=[Desk(name="oak")]))
    s.delete(room)
    return [fails(s.flush), t.writes()]


@scenario("a delete of a parent and its children, without cascade")
def _(s, t):
    room, = saved(s, t, Room(name="blue", desks=[Desk(name="oak")]))
    s.delete(room)
    s.delete(room.desks[0])
    s.commit()
    return t.writes()


@scenario("a delete without cascade in a table that points to itself")
def _(s, t):
    top = Staff(name="top", reports=[Staff(name="a"), Staff(name="b")])
    saved(s, t, top)
    s.delete(top)
    s.commit()
    return t.writes()


@scenario("a delete leaves to the database what it cascades")
def _(s, t):
    saved(s, t, Folder(name="f", papers=[Paper(name="a"), Paper(name="b")]))
    s.expunge_all()
    s.delete(s.query(Folder).one())
    s.commit()
    return t.writes()


@scenario("a deleted child in its parent's collection", (
    "a collection of the session holds no row that is deleted; SQLAlchemy's keeps it until it is expired",
    {"results": [["b"], ["b"]]}))
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    s.delete(author.books[0])
    s.flush()
    flushed = [book.name for book in author.books]
    s.expire(author)
    return [flushed, [book.name for book in author.books]]


@scenario("a new list replaces a collection")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    author.books = [author.books[1], Book(name="c")]
    s.commit()
    return [sorted(t.writes()), [book.name for book in author.books]]


@scenario("a new list replaces a collection whose rows stay")
def _(s, t):
    shelf, pen = saved(s, t, Shelf(name="top", items=[Item(name="ink")]), Item(name="pen"))
    shelf.items = [pen]
    s.commit()
    return [t.writes(), [item.name for item in shelf.items]]


@scenario("the only child is replaced", (
    "ormcore deletes before it inserts, so that the new card may have the old one's unique key",
    {"results": ["nothing", ["DELETE card", "INSERT card"]], "rows": {"card": ["2 < ann"], "reader": ["ann"]}}))
def _(s, t):
    reader, = saved(s, t, Reader(name="ann", card=Card(name="1")))
    reader.card = Card(name="2")
    return [fails(s.commit), t.writes()]


@scenario("the only child is taken away")
def _(s, t):
    reader, = saved(s, t, Reader(name="ann", card=Card(name="1")))
    reader.card = None
    s.commit()
    return [t.writes(), reader.card]


@scenario("the only child goes with its parent")
def _(s, t):
    reader, = saved(s, t, Reader(name="ann", card=Card(name="1")))
    s.delete(reader)
    s.commit()
    return t.writes()


@scenario("a link that is taken away")
def _(s, t):
    sf = Genre(name="sf")
    film, = saved(s, t, Film(name="a", genres=[sf, Genre(name="poem")]))
    film.genres.remove(sf)
    s.commit()
    return [t.writes(), [genre.name for genre in film.genres]]


@scenario("a link that is made and taken away is not written")
def _(s, t):
    film, sf = saved(s, t, Film(name="a"), Genre(name="sf"))
    film.genres.append(sf)
    film.genres.remove(sf)
    s.commit()
    return t.writes()


@scenario("a link that is taken away and made again is not written")
def _(s, t):
    sf = Genre(name="sf")
    film, = saved(s, t, Film(name="a", genres=[sf]))
    film.genres.remove(sf)
    film.genres.append(sf)
    s.commit()
    return t.writes()


@scenario("a link from both sides is written once")
def _(s, t):
    film, sf = saved(s, t, Film(name="a"), Genre(name="sf"))
    film.genres.append(sf)
    if film not in sf.films:
        sf.films.append(film)
    s.commit()
    return [t.writes(), [genre.name for genre in film.genres], [one.name for one in sf.films]]


@scenario("a link that somebody else took away", (
    "a link that is gone already is what was wanted", {"results": ["nothing", ["DELETE film_genre"]]}))
def _(s, t):
    sf = Genre(name="sf")
    film, = saved(s, t, Film(name="a", genres=[sf]))
    t.run("DELETE FROM film_genre")
    film.genres.remove(sf)
    return [fails(s.flush), t.writes()]


@scenario("a link is seen from the other side")
def _(s, t):
    film, sf = saved(s, t, Film(name="a"), Genre(name="sf"))
    before = len(sf.films)
    film.genres.append(sf)
    after = len(sf.films)
    film.genres.remove(sf)
    return [before, after, len(sf.films)]


@scenario("the far row of a link goes with its links")
def _(s, t):
    sf = Genre(name="sf")
    saved(s, t, Film(name="a", genres=[sf]))
    s.delete(sf)
    s.commit()
    return t.writes()


@scenario("a link between new rows")
def _(s, t):
    sf = Genre(name="sf", films=[Film(name="a")])
    s.add(sf)
    s.commit()
    return t.writes()[-1]


@scenario("a list of links is replaced")
def _(s, t):
    sf, poem, play = Genre(name="sf"), Genre(name="poem"), Genre(name="play")
    film, = saved(s, t, Film(name="a", genres=[sf, poem]))
    s.add(play)
    s.flush()
    t.clear()
    film.genres = [poem, play]
    s.commit()
    return [sorted(t.writes()), sorted(genre.name for genre in film.genres)]
