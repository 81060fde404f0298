"""The order in which a flush writes, and what it does not write at all."""

from session_golden import fails, saved, scenario
from session_models import Account, Author, Book, Currency, Film, Genre, Item, Nation, Shelf, Staff, Town


@scenario("parents go in before children that were added before them")
def _(s, t):
    item, shelf = Item(name="pen"), Shelf(name="top")
    s.add_all([item, shelf])
    shelf.items.append(item)
    s.commit()
    return t.writes()


@scenario("children go before parents")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a"), Book(name="b")]))
    s.delete(author)
    s.commit()
    return t.writes()


@scenario("rows of one table are one statement, however many and in what order they came", (
    "the rows of one table and level go in one statement; SQLAlchemy sends one a row on SQLite", {"results": 2}))
def _(s, t):
    for author in [Author(name="ann"), Author(name="bob")]:
        s.add(author)
        s.add_all([Book(name=f"{author.name} {n}", author=author) for n in range(3)])
    s.commit()
    return t.statements()


@scenario("rows of one table get their keys in the order in which they were added")
def _(s, t):
    s.add_all([Shelf(name=name) for name in ["c", "a", "b"]])
    s.commit()
    return [shelf.name for shelf in s.query(Shelf).order_by(Shelf.id)]


@scenario("a tree goes in from the root, whatever was added first")
def _(s, t):
    low, mid, top = Staff(name="low"), Staff(name="mid"), Staff(name="top")
    s.add_all([low, mid, top])
    low.boss, mid.boss = mid, top
    s.commit()
    return t.writes()


@scenario("a tree goes from the leaves")
def _(s, t):
    top = Staff(name="top")
    mid = Staff(name="mid", boss=top)
    low = Staff(name="low", boss=mid)
    saved(s, t, top, mid, low)
    for row in [top, low, mid]:
        s.delete(row)
    s.commit()
    return t.writes()


@scenario("two tables that point to each other take an update")
def _(s, t):
    nation = Nation(name="nl")
    s.add(nation)
    nation.capital = Town(name="adam", nation=nation)
    s.commit()
    return t.writes()


@scenario("two rows that point to each other go after an update")
def _(s, t):
    nation = Nation(name="nl")
    nation.capital = Town(name="adam", nation=nation)
    saved(s, t, nation)
    s.delete(nation.capital)
    s.delete(nation)
    s.commit()
    return t.writes()


@scenario("two rows of one table that point to each other", (
    "no declaration is needed: one of the two is inserted without the other, and updated",
    {"results": ["nothing", ["INSERT staff", "UPDATE staff (boss_id)"]], "rows": {"staff": ["a < b", "b < a"]}}))
def _(s, t):
    a, b = Staff(name="a"), Staff(name="b")
    s.add_all([a, b])
    a.boss, b.boss = b, a
    return [fails(s.commit), t.writes()]


@scenario("a row that points to itself", (
    "no declaration is needed: it is inserted without its key, and updated",
    {"results": ["nothing", ["INSERT staff", "UPDATE staff (boss_id)"]], "rows": {"staff": ["a < a"]}}))
def _(s, t):
    a = Staff(name="a")
    s.add(a)
    a.boss = a
    return [fails(s.commit), t.writes()]


@scenario("a child that moved stays when its old parent goes")
def _(s, t):
    old, new = Shelf(name="old", items=[Item(name="pen")]), Shelf(name="new")
    saved(s, t, old, new)
    new.items.append(old.items[0])
    s.delete(old)
    s.commit()
    return t.writes()


@scenario("a child that moved to a new parent stays when its old parent goes and takes its children")
def _(s, t):
    old, = saved(s, t, Author(name="old", books=[Book(name="a"), Book(name="b")]))
    new = Author(name="new")
    s.add(new)
    new.books.append(old.books[0])
    s.flush()
    s.delete(old)
    s.commit()
    return t.writes()


@scenario("a child that moved without a flush stays when its old parent goes and takes its children", (
    "ormcore deletes what nobody points to before it updates, so that what is unique can pass on",
    {"results": ["DELETE book", "UPDATE book (author_id)", "DELETE author"]}))
def _(s, t):
    old, new = saved(s, t, Author(name="old", books=[Book(name="a"), Book(name="b")]), Author(name="new"))
    new.books.append(old.books[0])
    s.delete(old)
    s.commit()
    return t.writes()


@scenario("a unique value goes and comes again in one flush", (
    "ormcore deletes before it inserts; and the links of what it deletes, whether there are any or not",
    {"results": ["nothing", ["DELETE film_genre", "DELETE genre", "INSERT genre"]], "rows": {"genre": ["sf"]}}))
def _(s, t):
    genre, = saved(s, t, Genre(name="sf"))
    s.delete(genre)
    s.add(Genre(name="sf"))
    return [fails(s.commit), t.writes()]


@scenario("a unique value comes again and then goes, in one flush", (
    "ormcore deletes before it inserts, in whatever order they were asked for",
    {"results": ["nothing", ["DELETE film_genre", "DELETE genre", "INSERT genre"]], "rows": {"genre": ["sf"]}}))
def _(s, t):
    genre, = saved(s, t, Genre(name="sf"))
    s.add(Genre(name="sf"))
    s.delete(genre)
    return [fails(s.commit), t.writes()]


@scenario("a key goes and comes again in one flush", (
    "ormcore deletes one row and inserts another; SQLAlchemy turns one into the other",
    {"results": ["DELETE currency", "INSERT currency"]}))
def _(s, t):
    franc, = saved(s, t, Currency(code="FR", name="franc"))
    s.delete(franc)
    s.add(Currency(code="FR", name="frank"))
    s.commit()
    return t.writes()


@scenario("a unique value passes from one row to another in two flushes")
def _(s, t):
    a, b = saved(s, t, Genre(name="a"), Genre(name="b"))
    a.name = "c"
    s.flush()
    b.name = "a"
    s.commit()
    return t.writes()


@scenario("a unique value passes from one row to another in one flush", (
    "ormcore writes first who lets go of the value; SQLAlchemy writes in the order of the keys",
    {"results": ["nothing", ["UPDATE genre (name)"]], "rows": {"genre": ["a", "c"]}}))
def _(s, t):
    a, b = saved(s, t, Genre(name="a"), Genre(name="b"))
    a.name, b.name = "b", "c"
    first = fails(s.flush)
    if first == "nothing":
        a.name = "a"
        s.commit()
    return [first, t.writes()]


@scenario("two rows exchange their unique values in one flush", (
    "one of the two has another value meanwhile",
    {"results": ["nothing", ["UPDATE genre (name)"], "b", "a"], "rows": {"genre": ["a", "b"]}}))
def _(s, t):
    a, b = saved(s, t, Genre(name="a"), Genre(name="b"))
    a.name, b.name = "b", "a"
    ended = fails(s.commit)
    writes = t.writes()
    s.rollback()
    return [ended, writes, a.name, b.name]


@scenario("a unique value passes from a changed row to a new one")
def _(s, t):
    a, = saved(s, t, Genre(name="a"))
    s.add(Genre(name="a"))
    a.name = "b"
    return [fails(s.commit), t.writes()]


@scenario("a new row, a changed row and a deleted row of one table")
def _(s, t):
    a, b = saved(s, t, Shelf(name="a"), Shelf(name="b"))
    a.name = "changed"
    s.delete(b)
    s.add(Shelf(name="new"))
    s.commit()
    return sorted(t.writes())


@scenario("links go in after both rows")
def _(s, t):
    film = Film(name="a")
    s.add(film)
    film.genres = [Genre(name="sf"), Genre(name="poem")]
    s.commit()
    writes = t.writes()
    return [sorted(writes), writes[-1]]


@scenario("links go before a row")
def _(s, t):
    film, = saved(s, t, Film(name="a", genres=[Genre(name="sf")]))
    s.delete(film)
    s.commit()
    return t.writes()


@scenario("a flush of nothing writes nothing")
def _(s, t):
    saved(s, t, Shelf(name="a"))
    s.flush()
    s.commit()
    return t.statements()


@scenario("the same value again writes nothing")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "".join(["a"])
    s.commit()
    return t.writes()


@scenario("a value that changed and changed back writes nothing")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    shelf.name = "a"
    s.commit()
    return t.writes()


@scenario("only the changed columns are written")
def _(s, t):
    book, = saved(s, t, Book(name="a", author=Author(name="ann")))
    book.pages = 7
    s.flush()
    first = t.writes()
    book.name, book.pages = "b", 8
    s.commit()
    return [first, t.writes()]


@scenario("rows whose same columns changed are one statement")
def _(s, t):
    shelves = saved(s, t, *[Shelf(name=name) for name in "abc"])
    for shelf in shelves:
        shelf.name += "!"
    s.commit()
    return t.statements()


@scenario("rows of two tables are updated parents first")
def _(s, t):
    author, = saved(s, t, Author(name="ann", books=[Book(name="a")]))
    author.books[0].pages = 1
    author.name = "anna"
    s.commit()
    return t.writes()


@scenario("a row that was added and changed is inserted once")
def _(s, t):
    shelf = Shelf(name="a")
    s.add(shelf)
    shelf.name = "b"
    s.commit()
    return t.writes()


@scenario("a row that was added and left is not inserted", (
    "`delete` of a row that was not flushed just drops it; SQLAlchemy's refuses it, and it has `expunge` for it",
    {"results": ["nothing", []]}))
def _(s, t):
    shelf = Shelf(name="a")
    s.add(shelf)
    failed = fails(lambda: s.delete(shelf))
    s.expunge(shelf)
    s.commit()
    return [failed, t.writes()]


@scenario("a row that was changed and deleted is only deleted")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    shelf.name = "b"
    s.delete(shelf)
    s.commit()
    return t.writes()


@scenario("a row that is deleted twice is deleted once")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    s.delete(shelf)
    s.delete(shelf)
    s.commit()
    return t.writes()


@scenario("a version counts up with each update")
def _(s, t):
    account, = saved(s, t, Account(name="a", balance=1))
    first = account.version
    account.balance = 2
    s.flush()
    second = account.version
    account.balance = 2
    s.commit()
    return [first, second, account.version, t.writes()]


@scenario("an update of a row that somebody else changed is refused")
def _(s, t):
    account, = saved(s, t, Account(name="a", balance=1))
    t.run("UPDATE account SET balance = 5, version = 9")
    account.balance = 2
    return fails(s.flush)


@scenario("a row that was stale is written after a rollback and a refresh")
def _(s, t):
    account, = saved(s, t, Account(name="a", balance=1))
    t.run("UPDATE account SET balance = 5, version = 9")
    account.balance = 2
    failed = fails(s.flush)
    s.rollback()
    s.refresh(account)
    read = account.balance
    account.balance += 2
    s.commit()
    return [failed, read, account.balance, account.version]


@scenario("a delete of a row that somebody else changed is refused")
def _(s, t):
    account, = saved(s, t, Account(name="a", balance=1))
    t.run("UPDATE account SET balance = 5, version = 9")
    s.delete(account)
    return fails(s.flush)


@scenario("an update of a row that is gone is refused", (
    "a row without a version that is gone is not found; stale is for versions", {"results": "gone"}))
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("DELETE FROM shelf")
    shelf.name = "b"
    return fails(s.flush)


@scenario("a delete of a row that is gone is no error")
def _(s, t):
    shelf, = saved(s, t, Shelf(name="a"))
    t.run("DELETE FROM shelf")
    s.delete(shelf)
    return [fails(s.commit), t.writes()]


@scenario("an edited key", (
    "a key names its row: an edit is an error that names the column", {"results": ["refused", []],
                                                                      "rows": {"currency": ["FR franc"]}}))
def _(s, t):
    franc, = saved(s, t, Currency(code="FR", name="franc"))
    franc.code = "CH"
    return [fails(s.commit), t.writes()]
