"""The models of the parity scenarios in SQLAlchemy, and the rows every scenario starts from.

`models.rs` declares the same tables, the same relationships and the same rows with ormcore. Where a relationship
orders by a column that is not unique, the key is named here as the second column: ormcore breaks ties so by itself.
"""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, and_, func, insert, select
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, aliased, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    nickname: Mapped[str | None]
    addresses: Mapped[list["Address"]] = relationship(order_by="Address.id", back_populates="person")
    mailbox: DynamicMapped["Address"] = relationship(lazy="dynamic", order_by="Address.email", viewonly=True)
    datasets: Mapped[list["Dataset"]] = relationship(order_by="Dataset.name, Dataset.id", back_populates="owner")
    licence: Mapped["Licence | None"] = relationship(back_populates="person")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    person: Mapped[Person] = relationship(back_populates="addresses")


class Licence(Base):
    __tablename__ = "licence"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    person: Mapped[Person] = relationship(back_populates="licence")


class Dataset(Base):
    __tablename__ = "dataset"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    owner: Mapped[Person | None] = relationship(back_populates="datasets")
    versions: Mapped[list["Version"]] = relationship(order_by="Version.number", back_populates="dataset")


class Version(Base):
    __tablename__ = "version"
    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("dataset.id"))
    number: Mapped[int]
    dataset: Mapped[Dataset] = relationship(back_populates="versions")


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    tags: Mapped[list["Tag"]] = relationship(secondary="page_tag", order_by="Tag.label", overlaps="tag_query")
    tag_query: DynamicMapped["Tag"] = relationship(
        secondary="page_tag", lazy="dynamic", order_by="Tag.label", overlaps="tags"
    )
    links: Mapped[list["PageTag"]] = relationship(order_by="PageTag.position", viewonly=True)


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    pages: Mapped[list[Page]] = relationship(secondary="page_tag", order_by="Page.title", viewonly=True)


class PageTag(Base):
    __tablename__ = "page_tag"
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    tag: Mapped[Tag] = relationship(viewonly=True)
    page: Mapped[Page] = relationship(viewonly=True)


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    children: Mapped[list["Node"]] = relationship(order_by="Node.id", back_populates="parent")
    parent: Mapped["Node | None"] = relationship(remote_side="Node.id", back_populates="children")


class Region(Base):
    __tablename__ = "region"
    country: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    cities: Mapped[list["City"]] = relationship(order_by="City.name", back_populates="region")


class City(Base):
    __tablename__ = "city"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str | None]
    region_code: Mapped[str | None]
    region: Mapped[Region | None] = relationship(back_populates="cities")
    __table_args__ = (ForeignKeyConstraint(["country", "region_code"], ["region.country", "region.code"]),)


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    home_matches: Mapped[list["Match"]] = relationship(
        foreign_keys="Match.home_id", order_by="Match.id", back_populates="home"
    )
    away_matches: Mapped[list["Match"]] = relationship(
        foreign_keys="Match.away_id", order_by="Match.id", back_populates="away"
    )


class Match(Base):
    __tablename__ = "match"
    id: Mapped[int] = mapped_column(primary_key=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    away_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    home: Mapped[Team] = relationship(foreign_keys=home_id, back_populates="home_matches")
    away: Mapped[Team] = relationship(foreign_keys=away_id, back_populates="away_matches")


# What a query of ormcore says of a relationship, SQLAlchemy declares: children a parent at most, another order.
_numbered = select(
    Dataset,
    func.row_number().over(order_by=[Dataset.name, Dataset.id], partition_by=Dataset.owner_id).label("number"),
).alias()
_Numbered = aliased(Dataset, _numbered)
Person.first_datasets = relationship(
    _Numbered,
    primaryjoin=and_(_Numbered.owner_id == Person.id, _numbered.c.number <= 2),
    order_by=[_Numbered.name, _Numbered.id],
    viewonly=True,
)
Person.last_datasets = relationship(Dataset, order_by=[Dataset.name.desc(), Dataset.id.desc()], viewonly=True)


ROWS = {
    Person: [(1, "ann", "annie"), (2, "bob", None), (3, "cas", None), (4, "bob", "bobby"), (5, "eve", None)],
    Address: [
        (1, "ann@x.org", 1), (2, "a@y.org", 1), (3, "bob@x.org", 2), (4, "c@x.org", 3), (5, "ann@z.org", 1),
    ],
    Licence: [(1, "L-3", 3), (2, "L-1", 1), (3, "L-5", 5)],
    Dataset: [
        (1, "iris", 2), (2, "digits", 2), (3, "wine", 1), (4, "orphan", None), (5, "iris", 2), (6, "boston", 3),
        (7, "alpha", 1),
    ],
    Version: [(1, 1, 2), (2, 1, 1), (3, 2, 1), (4, 3, 3), (5, 3, 1), (6, 7, 1), (7, 4, 1)],
    Page: [(1, "home"), (2, "about"), (3, "blog"), (4, "empty")],
    Tag: [(1, "rust"), (2, "orm"), (3, "sql"), (4, "unused")],
    PageTag: [(1, 1, 2), (1, 2, 1), (2, 2, 1), (3, 1, 1), (3, 2, 2), (3, 3, 3)],
    Node: [
        (1, "root", None), (2, "left", 1), (3, "right", 1), (4, "left-left", 2), (5, "left-right", 2),
        (6, "right-left", 3), (7, "deep", 4), (8, "lonely", None),
    ],
    Region: [("NL", "NH", "North Holland"), ("NL", "ZH", "South Holland"), ("BE", "ZH", "Elsewhere")],
    City: [
        (1, "Haarlem", "NL", "NH"), (2, "Delft", "NL", "ZH"), (3, "Amsterdam", "NL", "NH"), (4, "Zemst", "BE", "ZH"),
        (5, "Nowhere", None, None), (6, "Half", "NL", None),
    ],
    Team: [(1, "Ajax"), (2, "PSV"), (3, "AZ"), (4, "Idle")],
    Match: [(1, 1, 2), (2, 2, 1), (3, 1, 3), (4, 3, 2)],
}


def seed(connection):
    """Make the tables and put the rows in."""
    Base.metadata.create_all(connection)
    for model, rows in ROWS.items():
        names = [column.name for column in model.__table__.columns]
        connection.execute(insert(model.__table__), [dict(zip(names, row)) for row in rows])
