"""What SQLAlchemy does, scenario by scenario: the golden file of the parity test.

    python3 -m venv venv
    venv/bin/pip install sqlalchemy
    venv/bin/python tests/parity/scenarios.py           # writes golden.json beside this file
    venv/bin/python tests/parity/scenarios.py --check   # fails if golden.json is not what SQLAlchemy does

Each scenario runs on a fresh SQLite database in memory with the rows of `models.py`, in a session of its own with an
empty identity map, and ends in a JSON value: the rows as they were seen through the relationships. Beside it stands the
number of SELECT, INSERT, UPDATE and DELETE statements that it took. `main.rs` runs the scenarios with ormcore and
compares. `differs` says where ormcore answers otherwise on purpose, and `ormcore` what it answers. With the versions of
SQLAlchemy and Python that golden.json names, the file comes out byte for byte the same.
"""

import sys
from pathlib import Path

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from golden import EAGER, FOUR, golden, loaded, pairs, plan, rows, scenario
from models import (
    Address, City, Dataset, Licence, Match, Node, Page, PageTag, Person, Region, Tag, Team, Version,
)

ONE_PER_ROW = "no identity map outside a session: lazily loaded to-one relationships are asked for once a row"
ONE_PER_COPY = "no identity map outside a session: each copy of a repeated row loads its own collection"
NO_KEY = "no row has a key to look for: nothing is asked"
NO_UNIQUE = "the strategy never changes the result; SQLAlchemy wants unique() here"
ONE_PER_LEVEL = "the rows of one table and level go in one statement; SQLAlchemy sends one a row on SQLite"
STATED_DEPTH = "a depth is a depth; SQLAlchemy applies the subquery option of a self-referential path once more"


def names(items):
    return [item.name for item in items]


def name(item):
    return item.name if item else None


def owned(people):
    return [[person.name, names(person.datasets)] for person in people]


def owners(datasets):
    return [[dataset.name, name(dataset.owner)] for dataset in datasets]


def tagged(pages):
    return [[page.title, [tag.label for tag in page.tags]] for page in pages]


def versions(dataset):
    return [version.number for version in dataset.versions]


def nested(people):
    return [[p.name, [[d.name, versions(d)] for d in p.datasets]] for p in people]


# One-to-many.


@scenario("one-to-many", *FOUR)
def _(s, load):
    return owned(rows(s, select(Person).order_by(Person.id).options(load(Person.datasets))))


@scenario("one-to-many, limit and offset count parents", *FOUR)
def _(s, load):
    return owned(rows(s, select(Person).order_by(Person.id).limit(2).offset(1).options(load(Person.datasets))))


@scenario("one-to-many, offset without limit", *FOUR)
def _(s, load):
    return owned(rows(s, select(Person).order_by(Person.id).offset(2).options(load(Person.datasets))))


@scenario("one-to-many, the first parent", *FOUR)
def _(s, load):
    return owned(rows(s, select(Person).order_by(Person.name.desc(), Person.id).limit(1).options(load(Person.datasets)))
                 + rows(s, select(Person).order_by(Person.id).limit(1).options(load(Person.datasets))))


@scenario("one-to-many, one parent by its key", *FOUR)
def _(s, load):
    return owned([s.scalars(select(Person).where(Person.id == 2).options(load(Person.datasets))).unique().one()])


@scenario("one-to-many, parents that tie on the name are ordered by id, with limit", *FOUR)
def _(s, load):
    people = rows(s, select(Person).order_by(Person.name, Person.id).limit(2).options(load(Person.datasets)))
    return [[person.id, names(person.datasets)] for person in people]


@scenario("one-to-many, parents in descending order", *FOUR)
def _(s, load):
    return owned(rows(s, select(Person).order_by(Person.id.desc()).options(load(Person.datasets))))


@scenario("one-to-many, children that tie on the name come by id", *FOUR)
def _(s, load):
    person = rows(s, select(Person).where(Person.id == 2).options(load(Person.datasets)))[0]
    return [[dataset.name, dataset.id] for dataset in person.datasets]


@scenario("one-to-many, an empty collection is loaded", *FOUR)
def _(s, load):
    person = rows(s, select(Person).where(Person.name == "eve").options(load(Person.datasets)))[0]
    return [names(person.datasets), names(person.datasets)]


@scenario("one-to-many, no parent", *FOUR)
def _(s, load):
    return owned(rows(s, select(Person).where(Person.name == "nobody").options(load(Person.datasets))))


@scenario("one-to-many, a filter on the parent", *FOUR)
def _(s, load):
    people = select(Person).where(Person.name == "bob", Person.nickname.is_(None))
    return owned(rows(s, people.options(load(Person.datasets))))


@scenario("one-to-many, the user's own join and filter do not shrink the collection", *FOUR)
def _(s, load):
    people = select(Person).join(Person.datasets).where(Dataset.name == "digits").order_by(Person.id)
    return owned(rows(s, people.options(load(Person.datasets))))


@scenario("one-to-many, the user's own join with limit and order by the joined column", *FOUR)
def _(s, load):
    people = select(Person).join(Person.datasets).where(Dataset.name.in_(["wine", "boston", "digits"]))
    return owned(rows(s, people.order_by(Dataset.name.desc()).limit(2).options(load(Person.datasets))))


@scenario("one-to-many, a distinct query over the user's own join", *FOUR)
def _(s, load):
    people = select(Person).join(Person.datasets).distinct().order_by(Person.id)
    return owned(rows(s, people.options(load(Person.datasets))))


@scenario("one-to-many, a distinct query with limit", *FOUR)
def _(s, load):
    people = select(Person).join(Person.datasets).distinct().order_by(Person.id).limit(2)
    return owned(rows(s, people.options(load(Person.datasets))))


@scenario("one-to-many, parents without children by the user's own left join", *FOUR)
def _(s, load):
    people = select(Person).outerjoin(Person.datasets).where(Dataset.owner_id.is_(None)).order_by(Person.id)
    return owned(rows(s, people.options(load(Person.datasets))))


@scenario("one-to-many, only the children of a filter", *FOUR)
def _(s, load):
    people = select(Person).order_by(Person.id).options(load(Person.datasets.and_(Dataset.name != "iris")))
    return owned(rows(s, people))


@scenario("one-to-many, the first two children of each parent", *FOUR)
def _(s, load):
    people = rows(s, select(Person).order_by(Person.id).options(load(Person.first_datasets)))
    return [[person.name, names(person.first_datasets)] for person in people]


@scenario("one-to-many, the first two children of each of two parents", *FOUR)
def _(s, load):
    people = select(Person).order_by(Person.id).limit(2).options(load(Person.first_datasets))
    return [[person.name, names(person.first_datasets)] for person in rows(s, people)]


@scenario("one-to-many, another order of the children", *FOUR)
def _(s, load):
    people = rows(s, select(Person).order_by(Person.id).options(load(Person.last_datasets)))
    return [[person.name, [d.id for d in person.last_datasets]] for person in people]


def repeated(s, people, load):
    found = s.scalars(people.options(load(Person.datasets)))
    return owned((found.unique() if load.__name__ == "joinedload" else found).all())


@scenario("one-to-many, a plain join repeats its parents", *FOUR, differs={
    "select": (ONE_PER_COPY, {"statements": 4}),
    "joined": (NO_UNIQUE, {"results": [["bob", ["digits", "iris", "iris"]]] * 3}),
})
def _(s, load):
    return repeated(s, select(Person).join(Person.datasets).where(Person.id == 2), load)


@scenario("one-to-many, a join of another relationship repeats its parents", *FOUR, differs={
    "select": (ONE_PER_COPY, {"statements": 6}),
    "joined": (NO_UNIQUE, {
        "results": [["ann", ["alpha", "wine"]]] * 3 + [["bob", ["digits", "iris", "iris"]], ["cas", ["boston"]]],
    }),
})
def _(s, load):
    return repeated(s, select(Person).join(Person.addresses).order_by(Person.id), load)


@scenario("count of a query with the user's own join, and of a distinct one")
def _(s):
    people = select(Person).join(Person.datasets)
    return [s.scalar(select(func.count()).select_from(q.subquery())) for q in (people, people.distinct())]


@scenario("one-to-many, count and exists drop the eager load", *FOUR)
def _(s, load):
    people = s.query(Person).options(load(Person.datasets))
    return [people.count(), s.query(people.filter(Person.name == "bob").exists()).scalar()]


@scenario("one-to-many, access to what was not loaded", "raise")
def _(s, load):
    person = rows(s, select(Person).where(Person.id == 1).options(load(Person.datasets)))[0]
    return loaded(lambda: names(person.datasets))


@scenario("one-to-many, the second access asks nothing", *FOUR)
def _(s, load):
    person = rows(s, select(Person).where(Person.id == 1).options(load(Person.datasets)))[0]
    return [names(person.datasets), names(person.datasets), len(person.datasets)]


@scenario("one-to-many and back to the parent", *pairs(EAGER, EAGER))
def _(s, *load):
    people = rows(s, select(Person).order_by(Person.id).limit(3).options(plan(load, Person.datasets, Dataset.owner)))
    return [[p.name, [[d.name, name(d.owner)] for d in p.datasets]] for p in people]


# Many-to-one.


@scenario("many-to-one", *FOUR, differs={"select": (ONE_PER_ROW, {"statements": 7})})
def _(s, load):
    return owners(rows(s, select(Dataset).order_by(Dataset.id).options(load(Dataset.owner))))


@scenario("many-to-one, limit and offset", *FOUR, differs={"select": (ONE_PER_ROW, {"statements": 4})})
def _(s, load):
    return owners(rows(s, select(Dataset).order_by(Dataset.id).limit(4).offset(1).options(load(Dataset.owner))))


@scenario("many-to-one, the first row", *FOUR)
def _(s, load):
    return owners(rows(s, select(Dataset).order_by(Dataset.id.desc()).limit(1).options(load(Dataset.owner))))


@scenario("many-to-one, a NULL key has no parent", *FOUR, differs={"subquery": (NO_KEY, {"statements": 1})})
def _(s, load):
    return owners(rows(s, select(Dataset).where(Dataset.name == "orphan").options(load(Dataset.owner))))


def dangling_dataset(connection):
    connection.execute(insert(Dataset.__table__), {"id": 8, "name": "lost", "owner_id": 99})


@scenario("many-to-one, a key that points nowhere gives none", *FOUR, prepare=dangling_dataset)
def _(s, load):
    dataset = rows(s, select(Dataset).where(Dataset.name == "lost").options(load(Dataset.owner)))[0]
    return [name(dataset.owner), name(dataset.owner)]


@scenario("many-to-one, many rows share one parent", *FOUR, differs={"select": (ONE_PER_ROW, {"statements": 6})})
def _(s, load):
    addresses = rows(s, select(Address).order_by(Address.id).options(load(Address.person)))
    return [[address.email, address.person.name] for address in addresses]


@scenario("many-to-one, the user's own join orders and filters", *FOUR,
          differs={"select": (ONE_PER_ROW, {"statements": 6})})
def _(s, load):
    datasets = select(Dataset).join(Dataset.owner).where(Person.name != "cas")
    return owners(rows(s, datasets.order_by(Person.name.desc(), Dataset.id).options(load(Dataset.owner))))


@scenario("many-to-one, a distinct query", *FOUR, differs={"select": (ONE_PER_ROW, {"statements": 7})})
def _(s, load):
    return owners(rows(s, select(Dataset).distinct().order_by(Dataset.id).options(load(Dataset.owner))))


@scenario("many-to-one, access to what was not loaded", "raise")
def _(s, load):
    dataset = rows(s, select(Dataset).where(Dataset.id == 1).options(load(Dataset.owner)))[0]
    return loaded(lambda: name(dataset.owner))


@scenario("many-to-one, access to what was not loaded with a NULL key", "raise")
def _(s, load):
    dataset = rows(s, select(Dataset).where(Dataset.name == "orphan").options(load(Dataset.owner)))[0]
    return loaded(lambda: name(dataset.owner))


@scenario(
    "many-to-one, the key is set by hand after the parent was loaded", *FOUR,
    differs={
        strategy: ("a to-one always answers for the key's current value", {"results": ["bob", "cas"], "statements": n})
        for strategy, n in [("select", 3), ("joined", 2), ("subquery", 3), ("selectin", 3)]
    },
)
def _(s, load):
    dataset = rows(s, select(Dataset).where(Dataset.id == 1).options(load(Dataset.owner)))[0]
    before = dataset.owner.name
    dataset.owner_id = 3
    with s.no_autoflush:
        return [before, dataset.owner.name]


@scenario("many-to-one and its collection", *pairs(EAGER, EAGER))
def _(s, *load):
    datasets = rows(s, select(Dataset).order_by(Dataset.id).options(plan(load, Dataset.owner, Person.addresses)))
    return [[d.name, [a.email for a in d.owner.addresses] if d.owner else None] for d in datasets]


# One-to-one.


@scenario("one-to-one", *FOUR)
def _(s, load):
    people = rows(s, select(Person).order_by(Person.id).options(load(Person.licence)))
    return [[person.name, person.licence.number if person.licence else None] for person in people]


@scenario("one-to-one, limit and offset", *FOUR)
def _(s, load):
    people = rows(s, select(Person).order_by(Person.id).limit(2).offset(1).options(load(Person.licence)))
    return [[person.name, person.licence.number if person.licence else None] for person in people]


@scenario("one-to-one, none is loaded", *FOUR)
def _(s, load):
    person = rows(s, select(Person).where(Person.id == 2).options(load(Person.licence)))[0]
    return [person.licence is None, person.licence is None]


@scenario("one-to-one, from the side with the key", *FOUR)
def _(s, load):
    licences = rows(s, select(Licence).order_by(Licence.number).options(load(Licence.person)))
    return [[licence.number, licence.person.name] for licence in licences]


@scenario("one-to-one, access to what was not loaded", "raise")
def _(s, load):
    person = rows(s, select(Person).where(Person.id == 1).options(load(Person.licence)))[0]
    return loaded(lambda: person.licence.number)


# Many-to-many.


@scenario("many-to-many", *FOUR)
def _(s, load):
    return tagged(rows(s, select(Page).order_by(Page.id).options(load(Page.tags))))


@scenario("many-to-many, from the other side", *FOUR)
def _(s, load):
    tags = rows(s, select(Tag).order_by(Tag.id).options(load(Tag.pages)))
    return [[tag.label, [page.title for page in tag.pages]] for tag in tags]


@scenario("many-to-many, limit and offset count parents", *FOUR)
def _(s, load):
    return tagged(rows(s, select(Page).order_by(Page.title).limit(2).offset(1).options(load(Page.tags))))


@scenario("many-to-many, an empty collection is loaded", *FOUR)
def _(s, load):
    page = rows(s, select(Page).where(Page.title == "empty").options(load(Page.tags)))[0]
    return [len(page.tags), len(page.tags)]


@scenario("many-to-many, the user's own join and filter do not shrink the collection", *FOUR)
def _(s, load):
    pages = select(Page).join(Page.tags).where(Tag.label == "sql").options(load(Page.tags))
    return tagged(rows(s, pages))


@scenario("many-to-many, only the children of a filter", *FOUR)
def _(s, load):
    return tagged(rows(s, select(Page).order_by(Page.id).options(load(Page.tags.and_(Tag.label != "orm")))))


def dangling_link(connection):
    connection.execute(insert(PageTag.__table__), {"page_id": 4, "tag_id": 99, "position": 1})


@scenario("many-to-many, a link that points nowhere gives no child", *FOUR, prepare=dangling_link)
def _(s, load):
    return tagged(rows(s, select(Page).order_by(Page.id).options(load(Page.tags))))


@scenario("many-to-many, there and back", *pairs(EAGER, EAGER))
def _(s, *load):
    pages = rows(s, select(Page).where(Page.id <= 2).order_by(Page.id).options(plan(load, Page.tags, Tag.pages)))
    return [[p.title, [[t.label, [q.title for q in t.pages]] for t in p.tags]] for p in pages]


@scenario("many-to-many, access to what was not loaded", "raise")
def _(s, load):
    page = rows(s, select(Page).where(Page.id == 1).options(load(Page.tags)))[0]
    return loaded(lambda: tagged([page]))


@scenario("many-to-many, the links as objects with a column of their own", *pairs(EAGER, EAGER))
def _(s, *load):
    pages = rows(s, select(Page).order_by(Page.id).options(plan(load, Page.links, PageTag.tag)))
    return [[p.title, [[link.position, link.tag.label] for link in p.links]] for p in pages]


# Self-referential.


def roots():
    return select(Node).where(Node.parent_id.is_(None)).order_by(Node.id)


def grown(nodes):
    return [[n.name, [[c.name, names(c.children)] for c in n.children]] for n in nodes]


@scenario("self-referential children to depth 2", *pairs(FOUR, FOUR), differs={
    "select > subquery": (STATED_DEPTH, {"statements": 4}),
    "selectin > subquery": (STATED_DEPTH, {"statements": 3}),
})
def _(s, *load):
    return grown(rows(s, roots().options(plan(load, Node.children, Node.children))))


@scenario("self-referential children to depth 2 of the first parent", *pairs(EAGER, EAGER),
          differs={"selectin > subquery": (STATED_DEPTH, {"statements": 3})})
def _(s, *load):
    return grown(rows(s, roots().limit(1).options(plan(load, Node.children, Node.children))))


@scenario("self-referential children to depth 3", *[" > ".join([x] * 3) for x in EAGER])
def _(s, *load):
    nodes = rows(s, roots().options(plan(load, Node.children, Node.children, Node.children)))
    return [[n.name, grown(n.children)] for n in nodes]


@scenario("self-referential children to a stated depth", "selectin")
def _(s, load):
    # SQLAlchemy counts the levels after the first.
    nodes = rows(s, roots().options(load(Node.children, recursion_depth=2)))
    return [[n.name, grown(n.children)] for n in nodes]


@scenario("self-referential children of all", *FOUR)
def _(s, load):
    return [[n.name, names(n.children)] for n in rows(s, select(Node).order_by(Node.id).options(load(Node.children)))]


@scenario("self-referential parents to depth 2", *pairs(EAGER, EAGER), "select > select",
          differs={"selectin > subquery": (STATED_DEPTH, {"statements": 3})})
def _(s, *load):
    node = rows(s, select(Node).where(Node.name == "deep").options(plan(load, Node.parent, Node.parent)))[0]
    return [node.name, node.parent.name, node.parent.parent.name]


@scenario("self-referential parent of a root", *FOUR, differs={"subquery": (NO_KEY, {"statements": 1})})
def _(s, load):
    return [[n.name, name(n.parent)] for n in rows(s, roots().options(load(Node.parent)))]


# Composite keys.


def sited(regions):
    return [[region.name, names(region.cities)] for region in regions]


@scenario("composite key, one-to-many", *FOUR)
def _(s, load):
    return sited(rows(s, select(Region).order_by(Region.country, Region.code).options(load(Region.cities))))


@scenario("composite key, one-to-many with limit", *FOUR)
def _(s, load):
    return sited(rows(s, select(Region).order_by(Region.name.desc()).limit(2).options(load(Region.cities))))


@scenario("composite key, many-to-one", *FOUR)
def _(s, load):
    cities = rows(s, select(City).order_by(City.id).options(load(City.region)))
    return [[city.name, name(city.region)] for city in cities]


@scenario("composite key, NULL in part has no parent", *FOUR,
          differs={"select": (NO_KEY, {"statements": 1}), "subquery": (NO_KEY, {"statements": 1})})
def _(s, load):
    return [name(city.region) for city in rows(s, select(City).where(City.name == "Half").options(load(City.region)))]


@scenario("composite key, NULL has no parent", *FOUR, differs={"subquery": (NO_KEY, {"statements": 1})})
def _(s, load):
    return [name(c.region) for c in rows(s, select(City).where(City.name == "Nowhere").options(load(City.region)))]


@scenario("composite key, many-to-one and its collection", *pairs(EAGER, EAGER))
def _(s, *load):
    cities = rows(s, select(City).order_by(City.id).options(plan(load, City.region, Region.cities)))
    return [[city.name, names(city.region.cities) if city.region else None] for city in cities]


@scenario("composite key, access to what was not loaded", "raise")
def _(s, load):
    region = rows(s, select(Region).limit(1).options(load(Region.cities)))[0]
    return loaded(lambda: names(region.cities))


@scenario("composite key, a region with any city of a name")
def _(s):
    return names(rows(s, select(Region).where(Region.cities.any(City.name == "Zemst"))))


@scenario("composite key, cities that have a region of a name")
def _(s):
    return names(rows(s, select(City).where(City.region.has(Region.name == "North Holland")).order_by(City.id)))


# Two relationships to one model; several relationships at once.


@scenario("two many-to-one to one model", *pairs(FOUR, FOUR), differs={
    "select > select": (ONE_PER_ROW, {"statements": 9}),
    "select > joined": (ONE_PER_ROW, {"statements": 5}),
    "select > subquery": (ONE_PER_ROW, {"statements": 6}),
    "select > selectin": (ONE_PER_ROW, {"statements": 6}),
    "joined > select": (ONE_PER_ROW, {"statements": 5}),
    "subquery > select": (ONE_PER_ROW, {"statements": 6}),
    "selectin > select": (ONE_PER_ROW, {"statements": 6}),
})
def _(s, home, away):
    matches = rows(s, select(Match).order_by(Match.id).options(home(Match.home), away(Match.away)))
    return [[match.home.name, match.away.name] for match in matches]


@scenario("two one-to-many to one model", *pairs(FOUR, FOUR))
def _(s, home, away):
    teams = select(Team).order_by(Team.id).options(home(Team.home_matches), away(Team.away_matches))
    return [[t.name, [m.id for m in t.home_matches], [m.id for m in t.away_matches]] for t in rows(s, teams)]


def holdings(people):
    return [[p.name, names(p.datasets), [a.email for a in p.addresses]] for p in people]


@scenario("two collections at once", *pairs(FOUR, FOUR))
def _(s, one, two):
    people = select(Person).order_by(Person.id).options(one(Person.datasets), two(Person.addresses))
    return holdings(rows(s, people))


@scenario("two collections at once, limit counts parents", *pairs(EAGER, EAGER))
def _(s, one, two):
    people = select(Person).order_by(Person.name.desc(), Person.id).limit(3)
    return holdings(rows(s, people.options(one(Person.datasets), two(Person.addresses))))


@scenario("a collection and a one-to-one at once", *pairs(EAGER, EAGER))
def _(s, one, two):
    people = select(Person).order_by(Person.id).limit(3).options(one(Person.datasets), two(Person.licence))
    return [[p.name, names(p.datasets), p.licence.number if p.licence else None] for p in rows(s, people)]


# Nested.


@scenario("nested collections", *pairs(FOUR, FOUR))
def _(s, *load):
    return nested(rows(s, select(Person).order_by(Person.id).options(plan(load, Person.datasets, Dataset.versions))))


@scenario("nested collections, limit and offset count parents", *pairs(EAGER, EAGER))
def _(s, *load):
    people = select(Person).order_by(Person.id).limit(2).offset(1)
    return nested(rows(s, people.options(plan(load, Person.datasets, Dataset.versions))))


@scenario("nested collections, the user's own join and filter do not shrink them", *pairs(EAGER, EAGER))
def _(s, *load):
    people = select(Person).join(Person.datasets).where(Dataset.name == "digits")
    return nested(rows(s, people.options(plan(load, Person.datasets, Dataset.versions))))


@scenario("nested collections, nothing at the first level", *pairs(EAGER, EAGER))
def _(s, *load):
    people = select(Person).where(Person.name == "eve")
    return nested(rows(s, people.options(plan(load, Person.datasets, Dataset.versions))))


@scenario("nested collections, only the children of a filter", *pairs(EAGER, EAGER))
def _(s, *load):
    path = plan(load, Person.datasets.and_(Dataset.name != "iris"), Dataset.versions)
    return nested(rows(s, select(Person).order_by(Person.id).options(path)))


@scenario("nested, two collections, each with what it leads to", *pairs(EAGER, EAGER))
def _(s, *load):
    options = [plan(load, Person.datasets, Dataset.versions), plan(load, Person.addresses, Address.person)]
    people = rows(s, select(Person).order_by(Person.id).options(*options))
    return [[p.name, [versions(d) for d in p.datasets], [a.person.name for a in p.addresses]] for p in people]


@scenario("nested many-to-one", *pairs(EAGER, EAGER))
def _(s, *load):
    found = rows(s, select(Version).order_by(Version.id).options(plan(load, Version.dataset, Dataset.owner)))
    return [[v.number, v.dataset.name, name(v.dataset.owner)] for v in found]


@scenario("nested, many-to-one of one-to-one", *pairs(EAGER, EAGER))
def _(s, *load):
    found = rows(s, select(Dataset).order_by(Dataset.id).options(plan(load, Dataset.owner, Person.licence)))
    return [[d.name, d.owner.licence.number if d.owner and d.owner.licence else None] for d in found]


@scenario("nested, many-to-one of many-to-one of a collection", *[" > ".join([x] * 3) for x in EAGER],
          "selectin > joined > joined", "joined > joined > selectin", "joined > selectin > joined")
def _(s, *load):
    path = plan(load, Version.dataset, Dataset.owner, Person.addresses)
    found = rows(s, select(Version).order_by(Version.id).options(path))
    return [[v.dataset.name, [a.email for a in v.dataset.owner.addresses] if v.dataset.owner else None] for v in found]


@scenario("nested, two many-to-one to one model, each with its collection", *pairs(EAGER, EAGER))
def _(s, *load):
    options = [plan(load, Match.home, Team.home_matches), plan(load, Match.away, Team.away_matches)]
    found = rows(s, select(Match).order_by(Match.id).options(*options))
    return [[m.id, [h.id for h in m.home.home_matches], [a.id for a in m.away.away_matches]] for m in found]


@scenario("nested, two collections of one many-to-one", *pairs(EAGER, EAGER))
def _(s, *load):
    options = [load[0](Dataset.owner).options(load[1](Person.addresses), load[1](Person.datasets))]
    found = rows(s, select(Dataset).order_by(Dataset.id).options(*options))
    return [[d.id, *((len(d.owner.addresses), names(d.owner.datasets)) if d.owner else (None, None))] for d in found]


@scenario("nested three deep", *[" > ".join([x] * 3) for x in EAGER], "selectin > joined > selectin",
          "joined > selectin > joined")
def _(s, *load):
    path = plan(load, Address.person, Person.datasets, Dataset.versions)
    return [nested([a.person]) for a in rows(s, select(Address).order_by(Address.id).options(path))]


# Filters across relationships.


@scenario("any: a child that matches")
def _(s):
    return names(rows(s, select(Person).where(Person.datasets.any(Dataset.name == "iris")).order_by(Person.id)))


@scenario("any: a child at all")
def _(s):
    return [p.id for p in rows(s, select(Person).where(Person.datasets.any()).order_by(Person.id))]


@scenario("none: no child at all")
def _(s):
    return [p.id for p in rows(s, select(Person).where(~Person.datasets.any()).order_by(Person.id))]


@scenario("not any: no child that matches")
def _(s):
    return [p.id for p in rows(s, select(Person).where(~Person.datasets.any(Dataset.name == "iris")))]


@scenario("any: two conditions on one child, and on two children")
def _(s):
    one = select(Person).where(Person.addresses.any(Address.email.startswith("a@") & Address.email.endswith("z.org")))
    two = select(Person).where(
        Person.addresses.any(Address.email.startswith("a@")), Person.addresses.any(Address.email.endswith("z.org"))
    )
    return [names(rows(s, one)), names(rows(s, two))]


@scenario("any or a condition of the parent's own")
def _(s):
    people = select(Person).where(Person.datasets.any(Dataset.name == "wine") | (Person.nickname == "bobby"))
    return [p.id for p in rows(s, people.order_by(Person.id))]


@scenario("any through a link table")
def _(s):
    return [p.title for p in rows(s, select(Page).where(Page.tags.any(Tag.label == "orm")).order_by(Page.id))]


@scenario("none through a link table")
def _(s):
    return [[p.title for p in rows(s, select(Page).where(~Page.tags.any()))],
            [t.label for t in rows(s, select(Tag).where(~Tag.pages.any()))]]


@scenario("has: the parent matches")
def _(s):
    return [d.id for d in rows(s, select(Dataset).where(Dataset.owner.has(Person.name == "bob")).order_by(Dataset.id))]


@scenario("has: there is a parent")
def _(s):
    return [d.id for d in rows(s, select(Dataset).where(Dataset.owner.has()).order_by(Dataset.id))]


@scenario("not has: no parent, or another one")
def _(s):
    return [d.id for d in rows(s, select(Dataset).where(~Dataset.owner.has(Person.name == "bob")).order_by(Dataset.id))]


@scenario("has: the one-to-one")
def _(s):
    return [[p.id for p in rows(s, select(Person).where(Person.licence.has()).order_by(Person.id))],
            [p.id for p in rows(s, select(Person).where(~Person.licence.has()).order_by(Person.id))]]


@scenario("any in any")
def _(s):
    people = select(Person).where(Person.datasets.any(Dataset.versions.any(Version.number == 3)))
    return names(rows(s, people))


@scenario("any of not any")
def _(s):
    people = select(Person).where(Person.datasets.any(~Dataset.versions.any())).order_by(Person.id)
    return names(rows(s, people))


@scenario("not any of any")
def _(s):
    people = select(Person).where(~Person.datasets.any(Dataset.versions.any())).order_by(Person.id)
    return [p.id for p in rows(s, people)]


@scenario("has in has")
def _(s):
    found = select(Version).where(Version.dataset.has(Dataset.owner.has(Person.name == "ann"))).order_by(Version.id)
    return [v.id for v in rows(s, found)]


@scenario("any in has: the owner has another dataset of a name")
def _(s):
    found = select(Dataset).where(Dataset.owner.has(Person.addresses.any(Address.email == "bob@x.org")))
    return [d.id for d in rows(s, found.order_by(Dataset.id))]


@scenario("any of a model's own kind")
def _(s):
    return names(rows(s, select(Node).where(Node.children.any(Node.name == "deep"))))


@scenario("has of a model's own kind")
def _(s):
    return names(rows(s, select(Node).where(Node.parent.has(Node.name == "left")).order_by(Node.id)))


@scenario("none of a model's own kind")
def _(s):
    return names(rows(s, select(Node).where(~Node.children.any()).order_by(Node.id)))


@scenario("any in any through the same link table")
def _(s):
    pages = select(Page).where(Page.tags.any(Tag.pages.any(Page.title == "about"))).order_by(Page.id)
    return [page.title for page in rows(s, pages)]


@scenario("any beside the user's own join of the same table")
def _(s):
    people = select(Person).join(Person.datasets).where(Dataset.name == "digits")
    return names(rows(s, people.where(Person.datasets.any(Dataset.name == "iris"))))


@scenario("any beside an eager load of the same relationship", *FOUR)
def _(s, load):
    people = select(Person).where(Person.datasets.any(Dataset.name == "digits")).options(load(Person.datasets))
    return owned(rows(s, people))


@scenario("any with limit beside an eager load", *FOUR)
def _(s, load):
    people = select(Person).where(Person.datasets.any()).order_by(Person.id.desc()).limit(2)
    return owned(rows(s, people.options(load(Person.datasets))))


# Counts per parent.


def dataset_count():
    return select(func.count()).where(Dataset.owner_id == Person.id).correlate(Person).scalar_subquery()


def tag_count():
    return select(func.count()).where(PageTag.page_id == Page.id).correlate(Page).scalar_subquery()


@scenario("the number of children in a filter")
def _(s):
    return [p.id for p in rows(s, select(Person).where(dataset_count() >= 2).order_by(Person.id))]


@scenario("the number of children in the order")
def _(s):
    return [p.id for p in rows(s, select(Person).order_by(dataset_count().desc(), Person.id))]


@scenario("the number of children as a column")
def _(s):
    return [list(row) for row in s.execute(select(Person.name, dataset_count()).order_by(Person.id))]


@scenario("the number of children through a link table as a column")
def _(s):
    return [list(row) for row in s.execute(select(Page.title, tag_count()).order_by(Page.id))]


@scenario("the number of children in the order, with limit, beside an eager load", *FOUR)
def _(s, load):
    people = select(Person).order_by(dataset_count().desc(), Person.id.desc()).limit(2)
    return owned(rows(s, people.options(load(Person.datasets))))


# Dynamic.


def mails(query):
    return [address.email for address in query]


@scenario("dynamic: each access asks anew")
def _(s):
    ann = s.get(Person, 1)
    return [mails(ann.mailbox), mails(ann.mailbox)]


@scenario("dynamic: count")
def _(s):
    return [person.mailbox.count() for person in rows(s, select(Person).order_by(Person.id))]


@scenario("dynamic: filter")
def _(s):
    return mails(s.get(Person, 1).mailbox.filter(Address.email.endswith("x.org")))


@scenario("dynamic: filter and count")
def _(s):
    return s.get(Person, 1).mailbox.filter(Address.email != "a@y.org").count()


@scenario("dynamic: the relationship's order comes first, the query's after it")
def _(s):
    return mails(s.get(Person, 1).mailbox.order_by(Address.id.desc()))


@scenario("dynamic: limit and offset")
def _(s):
    ann = s.get(Person, 1)
    return [mails(ann.mailbox.limit(2)), mails(ann.mailbox.limit(2).offset(2))]


@scenario("dynamic: first")
def _(s):
    return [s.get(Person, 1).mailbox.first().email, s.get(Person, 4).mailbox.first()]


@scenario("dynamic through a link table")
def _(s):
    return [tag.label for tag in s.get(Page, 3).tag_query]


@scenario("dynamic through a link table: filter, count, limit")
def _(s):
    page = s.get(Page, 3)
    return [
        [tag.label for tag in page.tag_query.filter(Tag.label != "orm")],
        page.tag_query.count(),
        [tag.label for tag in page.tag_query.limit(1)],
    ]


@scenario("dynamic through a link table, joined further")
def _(s):
    tags = s.get(Page, 3).tag_query.join(Tag.pages).filter(Page.title == "home")
    return [tag.label for tag in tags]


# Eager loading from the user's own join.


@scenario("the user's own join fills the collection, with its filter")
def _(s):
    people = select(Person).join(Person.datasets).where(Dataset.name == "iris").order_by(Person.id, Dataset.id)
    found = rows(s, people.options(contains_eager(Person.datasets)))
    return [[p.name, [[d.name, d.id] for d in p.datasets]] for p in found]


@scenario("the user's own left join fills the collection")
def _(s):
    people = select(Person).outerjoin(Person.datasets).order_by(Person.id, Dataset.name, Dataset.id)
    return owned(rows(s, people.options(contains_eager(Person.datasets))))


@scenario("the user's own join fills the many-to-one")
def _(s):
    datasets = select(Dataset).join(Dataset.owner).where(Person.name == "bob").order_by(Dataset.id)
    return owners(rows(s, datasets.options(contains_eager(Dataset.owner))))


@scenario("the user's own left join fills the many-to-one")
def _(s):
    datasets = select(Dataset).outerjoin(Dataset.owner).order_by(Dataset.id)
    return owners(rows(s, datasets.options(contains_eager(Dataset.owner))))


# Writing.


def links(s):
    return [list(row) for row in s.execute(select(PageTag.page_id, PageTag.tag_id).order_by(PageTag.page_id,
                                                                                             PageTag.tag_id))]


@scenario("link adds one row")
def _(s):
    page, tag = s.get(Page, 4), s.get(Tag, 3)
    page.tag_query.add(tag)
    s.commit()
    return links(s)


@scenario("unlink takes one row away")
def _(s):
    page, tag = s.get(Page, 3), s.get(Tag, 2)
    page.tag_query.remove(tag)
    s.commit()
    return links(s)


@scenario("link and unlink are seen from the other side")
def _(s):
    page, tag = s.get(Page, 4), s.get(Tag, 4)
    page.tag_query.add(tag)
    s.commit()
    before = [page.title for page in tag.pages]
    page.tag_query.remove(tag)
    s.commit()
    s.expire(tag, ["pages"])
    return [before, [page.title for page in tag.pages]]


@scenario("a new set of links replaces the old one")
def _(s):
    page, tags = s.get(Page, 3), rows(s, select(Tag).where(Tag.id.in_([2, 4])).order_by(Tag.id))
    page.tags = list(tags)
    s.commit()
    return links(s)


@scenario("a parent and its children are inserted together", differs={"": (ONE_PER_LEVEL, {"statements": 3})})
def _(s):
    s.add(Person(name="fay", addresses=[Address(email="f@x.org"), Address(email="f@y.org")]))
    s.commit()
    return [list(row) for row in s.execute(
        select(Address.email, Person.name).join(Address.person).where(Person.name == "fay").order_by(Address.email))]


@scenario("three levels are inserted together", differs={"": (ONE_PER_LEVEL, {"statements": 4})})
def _(s):
    s.add_all([
        Person(name=person, datasets=[
            Dataset(name=f"{person} {n}", versions=[Version(number=1), Version(number=2)]) for n in range(2)
        ])
        for person in ["fay", "gus"]
    ])
    s.commit()
    found = select(Person.name, Dataset.name, Version.number).join(Person.datasets).join(Dataset.versions)
    return [list(row) for row in s.execute(found.where(Person.id > 5).order_by(Dataset.name, Version.number))]


@scenario("a deleted parent takes the rows that cascade with it", foreign_keys=True)
def _(s):
    s.execute(delete(Dataset).where(Dataset.owner_id == 4))
    s.execute(delete(Person).where(Person.name == "bob", Person.nickname == "bobby"))
    s.execute(delete(Version).where(Version.dataset_id.in_([1, 2, 5])))
    s.execute(delete(Dataset).where(Dataset.owner_id == 2))
    s.execute(delete(Person).where(Person.id == 2))
    s.commit()
    return [address.email for address in rows(s, select(Address).order_by(Address.id))]


# Transactions and refreshing.


@scenario("loading inside a transaction sees its rows", *FOUR)
def _(s, load):
    s.execute(insert(Dataset), {"name": "new", "owner_id": 5})
    seen = owned(rows(s, select(Person).where(Person.id == 5).options(load(Person.datasets))))
    s.rollback()
    s.expunge_all()
    return [seen, owned(rows(s, select(Person).where(Person.id == 5).options(load(Person.datasets))))]


@scenario("a loaded collection stays as it was until it is reset", *FOUR)
def _(s, load):
    person = rows(s, select(Person).where(Person.id == 5).options(load(Person.datasets)))[0]
    before = names(person.datasets)
    s.execute(insert(Dataset), {"name": "new", "owner_id": 5})
    stale = names(person.datasets)
    s.expire(person, ["datasets"])
    return [before, stale, names(person.datasets)]


@scenario("a loaded parent stays as it was until it is reset", *FOUR)
def _(s, load):
    dataset = rows(s, select(Dataset).where(Dataset.id == 6).options(load(Dataset.owner)))[0]
    before = dataset.owner.name
    s.connection().execute(update(Person.__table__).where(Person.id == 3).values(name="zoe"))
    stale = dataset.owner.name
    s.expunge(dataset.owner)
    s.expire(dataset, ["owner"])
    return [before, stale, dataset.owner.name]


@scenario("a collection set by hand asks nothing")
def _(s):
    person, dataset = s.get(Person, 5), s.get(Dataset, 4)
    set_committed_value(person, "datasets", [dataset])
    return names(person.datasets)


@scenario("a backref answers from the other side", differs={"": (
    "a backref keeps nothing: it asks at each call", {"statements": 3})})
def _(s):
    link = s.get(PageTag, (1, 2))
    return [link.page.title, link.page.title]


# Many keys.


def many_people(connection):
    connection.execute(insert(Person.__table__), [{"id": n, "name": f"p{n}"} for n in range(6, 1202)])
    connection.execute(
        insert(Dataset.__table__), [{"id": n + 100, "name": f"d{n}", "owner_id": n} for n in range(6, 1202)]
    )


def sums(pairs_of):
    return [len(pairs_of), sum(len(children) for _, children in pairs_of), pairs_of[0], pairs_of[-1]]


RANGE = {"selectin": ("keys without a gap are asked for by one range, where the database prefers it", {"ranges": 2})}


@scenario("1201 parents of a collection", *EAGER, prepare=many_people, differs=RANGE)
def _(s, load):
    return sums(owned(rows(s, select(Person).order_by(Person.id).options(load(Person.datasets)))))


@scenario("1201 different parents of a many-to-one", *EAGER, prepare=many_people)
def _(s, load):
    found = owners(rows(s, select(Dataset).order_by(Dataset.id).options(load(Dataset.owner))))
    return [len(found), len({owner for _, owner in found}), found[0], found[-1]]


def many_regions(connection):
    codes = [f"R{n:04}" for n in range(1198)]
    connection.execute(insert(Region.__table__), [{"country": "XX", "code": c, "name": f"r{c}"} for c in codes])
    connection.execute(
        insert(City.__table__), [{"name": f"c{c}", "country": "XX", "region_code": c} for c in codes]
    )


@scenario("1201 parents of a collection with a composite key", *EAGER, prepare=many_regions)
def _(s, load):
    return sums(sited(rows(s, select(Region).order_by(Region.country, Region.code).options(load(Region.cities)))))


def many_links(connection):
    connection.execute(insert(Page.__table__), [{"id": n, "title": f"p{n}"} for n in range(5, 1202)])
    connection.execute(
        insert(PageTag.__table__), [{"page_id": n, "tag_id": n % 4 + 1, "position": 1} for n in range(5, 1202)]
    )


@scenario("1201 parents of a collection through a link table", *EAGER, prepare=many_links, differs=RANGE)
def _(s, load):
    return sums(tagged(rows(s, select(Page).order_by(Page.id).options(load(Page.tags)))))


def main():
    file = Path(__file__).with_name("golden.json")
    text = golden()
    if "--check" in sys.argv:
        sys.exit(0 if file.read_text(encoding="utf-8") == text else "golden.json is not what SQLAlchemy does")
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
