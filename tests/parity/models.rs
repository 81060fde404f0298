//! The models of the parity scenarios and the rows every scenario starts from; `models.py` has the same.

use ormcore::prelude::*;

#[derive(Model, Debug, Clone)]
pub(crate) struct Person {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) nickname: Option<String>,
    #[relationship(back_populates = "person")]
    pub(crate) addresses: HasMany<Address>,
    #[relationship(lazy = "dynamic", order_by = Address::EMAIL)]
    pub(crate) mailbox: HasMany<Address>,
    #[relationship(order_by = Dataset::NAME, back_populates = "owner")]
    pub(crate) datasets: HasMany<Dataset>,
    #[relationship(back_populates = "person")]
    pub(crate) licence: HasOne<Licence>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Address {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) email: String,
    #[column(foreign_key = Person::ID, on_delete = "cascade")]
    pub(crate) person_id: i64,
    #[relationship(back_populates = "addresses")]
    pub(crate) person: BelongsTo<Person>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Licence {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) number: String,
    #[column(foreign_key = Person::ID, unique)]
    pub(crate) person_id: i64,
    #[relationship(back_populates = "licence")]
    pub(crate) person: BelongsTo<Person>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Dataset {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Person::ID)]
    pub(crate) owner_id: Option<i64>,
    #[relationship(back_populates = "datasets")]
    pub(crate) owner: BelongsTo<Person>,
    #[relationship(order_by = Version::NUMBER, back_populates = "dataset")]
    pub(crate) versions: HasMany<Version>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Version {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = Dataset::ID)]
    pub(crate) dataset_id: i64,
    pub(crate) number: i64,
    #[relationship(back_populates = "versions")]
    pub(crate) dataset: BelongsTo<Dataset>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Page {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    #[relationship(secondary = PageTag, order_by = Tag::LABEL)]
    pub(crate) tags: HasMany<Tag>,
    #[relationship(secondary = PageTag, lazy = "dynamic", order_by = Tag::LABEL)]
    pub(crate) tag_query: HasMany<Tag>,
    #[relationship(order_by = PageTag::POSITION, backref = "page")]
    pub(crate) links: HasMany<PageTag>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) label: String,
    #[relationship(secondary = PageTag, order_by = Page::TITLE)]
    pub(crate) pages: HasMany<Page>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct PageTag {
    #[column(primary_key, foreign_key = Page::ID)]
    pub(crate) page_id: i64,
    #[column(primary_key, foreign_key = Tag::ID)]
    pub(crate) tag_id: i64,
    #[column(default = 0)]
    pub(crate) position: i64,
    #[relationship]
    pub(crate) tag: BelongsTo<Tag>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Node {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(foreign_key = Node::ID)]
    pub(crate) parent_id: Option<i64>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "parent")]
    pub(crate) children: HasMany<Node>,
    #[relationship(foreign_key = Node::PARENT_ID, back_populates = "children")]
    pub(crate) parent: BelongsTo<Node>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Region {
    #[column(primary_key)]
    pub(crate) country: String,
    #[column(primary_key)]
    pub(crate) code: String,
    pub(crate) name: String,
    #[relationship(order_by = City::NAME, back_populates = "region")]
    pub(crate) cities: HasMany<City>,
}

#[derive(Model, Debug, Clone)]
#[model(foreign_key(columns(country, region_code), references(Region::COUNTRY, Region::CODE)))]
pub(crate) struct City {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) country: Option<String>,
    pub(crate) region_code: Option<String>,
    #[relationship(back_populates = "cities")]
    pub(crate) region: BelongsTo<Region>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Team {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[relationship(foreign_key = Match::HOME_ID, back_populates = "home")]
    pub(crate) home_matches: HasMany<Match>,
    #[relationship(foreign_key = Match::AWAY_ID, back_populates = "away")]
    pub(crate) away_matches: HasMany<Match>,
}

#[derive(Model, Debug, Clone)]
pub(crate) struct Match {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(foreign_key = Team::ID)]
    pub(crate) home_id: i64,
    #[column(foreign_key = Team::ID)]
    pub(crate) away_id: i64,
    #[relationship(foreign_key = Match::HOME_ID, back_populates = "home_matches")]
    pub(crate) home: BelongsTo<Team>,
    #[relationship(foreign_key = Match::AWAY_ID, back_populates = "away_matches")]
    pub(crate) away: BelongsTo<Team>,
}

/// A city of a region, of a part of its key, or of none.
pub(crate) fn city(name: &str, country: Option<&str>, code: Option<&str>) -> Draft<City> {
    City::new(name).with(|city| {
        city.country = country.map(str::to_string);
        city.region_code = code.map(str::to_string);
    })
}

/// Makes the tables and puts the rows in; the keys count from one.
pub(crate) fn seed(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Person, Address, Licence, Dataset, Version, Page, Tag, PageTag)>()?;
    db.create_tables::<(Node, Region, City, Team, Match)>()?;
    let person = |name, nickname: Option<&str>| Person::new(name).with(|p| p.nickname = nickname.map(str::to_string));
    let people = [("ann", Some("annie")), ("bob", None), ("cas", None), ("bob", Some("bobby")), ("eve", None)];
    Person::insert_all(people.map(|(name, nickname)| person(name, nickname)), db)?;
    let addresses = [("ann@x.org", 1), ("a@y.org", 1), ("bob@x.org", 2), ("c@x.org", 3), ("ann@z.org", 1)];
    Address::insert_all(addresses.map(|(email, person)| Address::new(email, person)), db)?;
    Licence::insert_all([("L-3", 3), ("L-1", 1), ("L-5", 5)].map(|(number, person)| Licence::new(number, person)), db)?;
    let datasets = [
        ("iris", Some(2)),
        ("digits", Some(2)),
        ("wine", Some(1)),
        ("orphan", None),
        ("iris", Some(2)),
        ("boston", Some(3)),
        ("alpha", Some(1)),
    ];
    Dataset::insert_all(datasets.map(|(name, owner)| Dataset::new(name).with(|d| d.owner_id = owner)), db)?;
    let versions = [(1, 2), (1, 1), (2, 1), (3, 3), (3, 1), (7, 1), (4, 1)];
    Version::insert_all(versions.map(|(dataset, number)| Version::new(dataset, number)), db)?;
    Page::insert_all(["home", "about", "blog", "empty"].map(Page::new), db)?;
    Tag::insert_all(["rust", "orm", "sql", "unused"].map(Tag::new), db)?;
    let links = [(1, 1, 2), (1, 2, 1), (2, 2, 1), (3, 1, 1), (3, 2, 2), (3, 3, 3)];
    PageTag::insert_all(
        links.map(|(page, tag, position)| PageTag::new(page, tag).with(|link| link.position = position)),
        db,
    )?;
    let nodes = [
        ("root", None),
        ("left", Some(1)),
        ("right", Some(1)),
        ("left-left", Some(2)),
        ("left-right", Some(2)),
        ("right-left", Some(3)),
        ("deep", Some(4)),
        ("lonely", None),
    ];
    Node::insert_all(nodes.map(|(name, parent)| Node::new(name).with(|node| node.parent_id = parent)), db)?;
    let regions = [("NL", "NH", "North Holland"), ("NL", "ZH", "South Holland"), ("BE", "ZH", "Elsewhere")];
    Region::insert_all(regions.map(|(country, code, name)| Region::new(country, code, name)), db)?;
    let cities = [
        ("Haarlem", Some("NL"), Some("NH")),
        ("Delft", Some("NL"), Some("ZH")),
        ("Amsterdam", Some("NL"), Some("NH")),
        ("Zemst", Some("BE"), Some("ZH")),
        ("Nowhere", None, None),
        ("Half", Some("NL"), None),
    ];
    City::insert_all(cities.map(|(name, country, code)| city(name, country, code)), db)?;
    Team::insert_all(["Ajax", "PSV", "AZ", "Idle"].map(Team::new), db)?;
    Match::insert_all([(1, 2), (2, 1), (1, 3), (3, 2)].map(|(home, away)| Match::new(home, away)), db)?;
    Ok(())
}
