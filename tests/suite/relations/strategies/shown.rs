//! The models of the property: how loads are added to their queries, and how rows are written down.

use super::super::models::{Dataset, Licence, Node, Person, Tag, Version};
use super::{Asked, How, Sorted};
use ormcore::prelude::*;
use ormcore::query::Ordering;
use ormcore::{Column, IntoLoad, Load, Loadable, Relation};

/// What a model adds to queries and loads, and how its rows are written down.
pub(super) trait Shown: Model {
    /// What conditions and orders are about.
    const NUMBER: Column<Self, i64>;
    const KEY: Column<Self, i64>;

    /// Adds the loads to a query, or to a load of this model.
    fn load<T: Takes<Self>>(to: T, asked: &[Asked]) -> T;

    /// The row with what the loads have given it.
    fn show(&self, asked: &[Asked], db: &Database) -> String;

    /// The row with what plain queries give.
    fn expect(&self, asked: &[Asked], db: &Database) -> String;
}

/// What takes a load of rows of `M`.
pub(super) trait Takes<M> {
    fn take(self, load: impl IntoLoad<M>) -> Self;
}

impl<M: Model> Takes<M> for Query<M> {
    fn take(self, load: impl IntoLoad<M>) -> Self {
        self.with(load)
    }
}

impl<P: Model, M: Model, K: Loadable<Target = M>> Takes<M> for Load<P, K> {
    fn take(self, load: impl IntoLoad<M>) -> Self {
        self.then(load)
    }
}

/// The load of a relationship, as it is asked for.
fn load<M: Model, T: Shown, K>(relation: Relation<M, K>, asked: &Asked) -> Load<M, K>
where
    K: Loadable<Target = T>,
{
    let mut load = match asked.how {
        How::Select => relation.select(),
        How::Joined => relation.joined(),
        How::Subquery => relation.subquery(),
        How::Selectin => relation.selectin(),
    };
    if let Some(least) = asked.at_least {
        load = load.filter(T::NUMBER.ge(least));
    }
    load = match asked.sorted {
        Sorted::AsDeclared => load,
        Sorted::Up => load.order_by(T::NUMBER),
        Sorted::Down => load.order_by(T::NUMBER.desc()),
    };
    T::load(asked.limit.into_iter().fold(load, Load::limit), &asked.then)
}

/// The load of a relationship to the parent, of which there is one: only a condition is asked for.
fn load_parent<M: Model, T: Shown, K>(relation: Relation<M, K>, asked: &Asked) -> Load<M, K>
where
    K: Loadable<Target = T>,
{
    load(relation, &Asked { sorted: Sorted::AsDeclared, limit: None, ..asked.clone() })
}

fn show<'r, T: Shown>(rows: impl IntoIterator<Item = &'r T>, asked: &Asked, db: &Database) -> String {
    let rows: Vec<String> = rows.into_iter().map(|row| row.show(&asked.then, db)).collect();
    rows.join(" ")
}

/// The rows of a query, refined as the load says, one after the other.
fn expect<T: Shown>(
    rows: Query<T>,
    declared: Option<Ordering<T>>,
    most: usize,
    asked: &Asked,
    db: &Database,
) -> String {
    let rows = asked.at_least.into_iter().fold(rows, |rows, least| rows.filter(T::NUMBER.ge(least)));
    let rows = match (asked.sorted, declared) {
        (Sorted::AsDeclared, None) => rows,
        (Sorted::AsDeclared, Some(declared)) => rows.order_by(declared),
        (Sorted::Up, _) => rows.order_by(T::NUMBER),
        (Sorted::Down, _) => rows.order_by(T::NUMBER.desc()),
    };
    let rows = rows.order_by(T::KEY).all(db).unwrap();
    let limit = asked.limit.map_or(most, |limit| most.min(limit as usize));
    let rows: Vec<String> = rows.iter().take(limit).map(|row| row.expect(&asked.then, db)).collect();
    rows.join(" ")
}

fn expect_parent<T: Shown>(key: Option<i64>, asked: &Asked, db: &Database) -> String {
    let asked = Asked { sorted: Sorted::AsDeclared, limit: None, ..asked.clone() };
    key.map_or_else(String::new, |key| expect(T::query().filter(T::KEY.eq(key)), None, 1, &asked, db))
}

/// Of several loads of one relationship, the last.
fn last(asked: &[Asked], relation: u8, of: u8) -> Option<&Asked> {
    asked.iter().rev().find(|asked| asked.relation.rem_euclid(of) == relation)
}

macro_rules! shown {
    ($model:ident, $number:ident, $count:literal: $($index:literal $constant:ident $load:ident,
        |$row:ident, $db:ident| $show:expr, |$asked:ident| $expect:expr;)*) => {
        impl Shown for $model {
            const NUMBER: Column<Self, i64> = $model::$number;
            const KEY: Column<Self, i64> = $model::ID;

            fn load<T: Takes<Self>>(to: T, asked: &[Asked]) -> T {
                asked.iter().fold(to, |to, asked| match asked.relation.rem_euclid($count) {
                    $($index => to.take($load($model::$constant, asked)),)*
                    other => unreachable!("{other}"),
                })
            }

            fn show(&self, asked: &[Asked], db: &Database) -> String {
                let mut text = format!("{}{}", stringify!($model), self.id);
                $(if let Some(asked) = last(asked, $index, $count) {
                    let ($row, $db) = (self, db);
                    text += &format!(" {}[{}]", stringify!($constant), show($show, asked, db));
                })*
                text
            }

            fn expect(&self, asked: &[Asked], db: &Database) -> String {
                let mut text = format!("{}{}", stringify!($model), self.id);
                $(if let Some($asked) = last(asked, $index, $count) {
                    let ($row, $db) = (self, db);
                    text += &format!(" {}[{}]", stringify!($constant), $expect);
                })*
                text
            }
        }
    };
}

const ALL: usize = usize::MAX;

shown! { Person, AGE, 3:
    0 DATASETS load, |row, db| row.datasets(db).unwrap(),
        |asked| expect(Dataset::query().filter(Dataset::OWNER_ID.eq(row.id)), None, ALL, asked, db);
    1 REVIEWED load, |row, db| row.reviewed(db).unwrap(), |asked| {
        let rows = Dataset::query().filter(Dataset::REVIEWER_ID.eq(row.id));
        expect(rows, Some(Dataset::SIZE.desc()), ALL, asked, db)
    };
    2 LICENCE load, |row, db| row.licence(db).unwrap(),
        |asked| expect(Licence::query().filter(Licence::PERSON_ID.eq(row.id)), None, 1, asked, db);
}

shown! { Licence, NUMBER, 1:
    0 PERSON load_parent, |row, db| row.person(db).ok(), |asked| expect_parent::<Person>(Some(row.person_id), asked, db);
}

shown! { Dataset, SIZE, 4:
    0 OWNER load_parent, |row, db| row.owner(db).unwrap(), |asked| expect_parent::<Person>(row.owner_id, asked, db);
    1 REVIEWER load_parent, |row, db| row.reviewer(db).unwrap(),
        |asked| expect_parent::<Person>(row.reviewer_id, asked, db);
    2 VERSIONS load, |row, db| row.versions(db).unwrap(), |asked| {
        let rows = Version::query().filter(Version::DATASET_ID.eq(row.id));
        expect(rows, Some(Version::NUMBER.desc()), ALL, asked, db)
    };
    3 TAGS load, |row, db| row.tags(db).unwrap(),
        |asked| expect(linked(row.id, "rel_dataset_id", "rel_tag_id", Tag::ID, db), None, ALL, asked, db);
}

shown! { Version, NUMBER, 1:
    0 DATASET load_parent, |row, db| row.dataset(db).ok(),
        |asked| expect_parent::<Dataset>(Some(row.dataset_id), asked, db);
}

shown! { Tag, WEIGHT, 1:
    0 DATASETS load, |row, db| row.datasets(db).unwrap(), |asked| {
        let rows = linked(row.id, "rel_tag_id", "rel_dataset_id", Dataset::ID, db);
        expect(rows, Some(Dataset::SIZE.asc()), ALL, asked, db)
    };
}

shown! { Node, RANK, 2:
    0 CHILDREN load, |row, db| row.children(db).unwrap(),
        |asked| expect(Node::query().filter(Node::PARENT_ID.eq(row.id)), None, ALL, asked, db);
    1 PARENT load_parent, |row, db| row.parent(db).unwrap(),
        |asked| expect_parent::<Node>(row.parent_id, asked, db);
}

/// The rows that the link table joins to a key, by a query that knows nothing of relationships.
fn linked<T: Shown>(key: i64, near: &str, far: &str, column: Column<T, i64>, db: &Database) -> Query<T> {
    let sql = format!("SELECT {far} FROM rel_dataset_tags WHERE {near} = {key}");
    let keys: Vec<i64> = db.query_as::<(i64,)>(&sql, ()).unwrap().into_iter().map(|(key,)| key).collect();
    T::query().filter(column.is_in(keys))
}
