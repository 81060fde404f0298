//! Queries as data, and what a database answers to them, in words.

use ormcore::prelude::*;
use ormcore::query::Ordering;
use ormcore::{IntoLoad, Load, Loadable, Relation};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Debug;

use crate::arithmetic::{self, Sum, sums};
use crate::conditions::{Test, condition, tests};
use crate::models::{Cell, Loose, Mark, Shelf, every_type};

/// What a query orders by.
#[derive(Debug, Clone)]
pub(crate) struct By {
    /// A column, by its number among those whose order the databases agree about.
    column: usize,
    computed: Option<Computed>,
    descending: bool,
    nulls_first: Option<bool>,
}

#[derive(Debug, Clone)]
enum Computed {
    Sum(Sum),
    Marks,
    Test(Box<Test>),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Join {
    Shelf,
    LeftShelf,
    Marks,
    LeftMarks,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    Joined,
    Subquery,
    Selectin,
    Select,
}

/// A query of cells; those of shelves and of cells without a key take the parts that they can use.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    test: Option<Test>,
    order: Vec<By>,
    limit: Option<u64>,
    offset: Option<u64>,
    distinct: bool,
    join: Option<Join>,
    /// Whether what is joined is loaded from the join.
    takes: bool,
    load: Option<(How, How)>,
    limit_of_load: Option<u64>,
}

macro_rules! ordered_columns {
    ($($variant:ident $field:ident $option:ident $one:ident $maybe:ident $ordered:literal $ty:ty, $values:expr;)*) => {
        /// The ascending and the descending order of each column whose order the databases agree about.
        fn orders() -> Vec<[fn() -> Ordering<Cell>; 2]> {
            let mut all: Vec<[fn() -> Ordering<Cell>; 2]> = Vec::new();
            $(if $ordered {
                all.push([|| Cell::$one.asc(), || Cell::$one.desc()]);
                all.push([|| Cell::$maybe.asc(), || Cell::$maybe.desc()]);
            })*
            all
        }
    };
}
every_type!(ordered_columns);

fn by() -> impl Strategy<Value = By> {
    let computed = prop_oneof![
        3 => sums().prop_map(Computed::Sum),
        1 => Just(Computed::Marks),
        1 => tests().prop_map(|test| Computed::Test(Box::new(test))),
    ];
    (any::<u16>(), weighted(0.3, computed), any::<bool>(), of(any::<bool>())).prop_map(
        |(column, computed, descending, nulls_first)| By { column: column.into(), computed, descending, nulls_first },
    )
}

pub(crate) fn queries() -> impl Strategy<Value = Asking> {
    let how = || select(vec![How::Joined, How::Subquery, How::Selectin, How::Select]);
    (
        weighted(0.9, tests()),
        vec(by(), 0..3),
        weighted(0.4, 0..6_u64),
        weighted(0.3, 0..4_u64),
        any::<bool>(),
        weighted(0.3, select(vec![Join::Shelf, Join::LeftShelf, Join::Marks, Join::LeftMarks])),
        any::<bool>(),
        weighted(0.4, (how(), how())),
        weighted(0.3, 0..3_u64),
    )
        .prop_map(|(test, order, limit, offset, distinct, join, takes, load, limit_of_load)| Asking {
            test,
            order,
            limit,
            offset,
            distinct,
            join,
            takes,
            load,
            limit_of_load,
        })
}

fn ordering(by: &By) -> Ordering<Cell> {
    let ordering = match &by.computed {
        Some(Computed::Sum(sum)) => arithmetic::ordering(sum, by.descending),
        Some(Computed::Marks) if by.descending => Cell::MARKS.count().desc(),
        Some(Computed::Marks) => Cell::MARKS.count().asc(),
        Some(Computed::Test(test)) if by.descending => condition(test).desc(),
        Some(Computed::Test(test)) => condition(test).asc(),
        None => {
            let orders = orders();
            orders[by.column % orders.len()][usize::from(by.descending)]()
        }
    };
    match by.nulls_first {
        Some(true) => ordering.nulls_first(),
        Some(false) => ordering.nulls_last(),
        None => ordering,
    }
}

fn with<M: Model, K: Loadable, L: Loadable>(
    relation: Relation<M, K>,
    then: Relation<K::Target, L>,
    how: (How, How),
    refine: impl FnOnce(Load<M, K>) -> Load<M, K>,
) -> impl IntoLoad<M> {
    fn load<M: Model, K: Loadable>(relation: Relation<M, K>, how: How) -> Load<M, K> {
        match how {
            How::Joined => relation.joined(),
            How::Subquery => relation.subquery(),
            How::Selectin => relation.selectin(),
            How::Select => relation.select(),
        }
    }
    refine(load(relation, how.0)).then(load(then, how.1))
}

/// Every ending of the query.
fn answers<M: Model + Debug, S: 'static>(query: &Query<M, S>, asking: &Asking, db: &Database) -> Vec<String> {
    let cut = asking.limit.into_iter().fold(query.clone(), Query::limit);
    let cut = asking.offset.into_iter().fold(cut, Query::offset);
    vec![
        said(cut.clone().all(db)),
        said(cut.clone().count(db)),
        said(cut.exists(db)),
        said(query.clone().one_or_none(db)),
        said(query.clone().paginate(2, 2, db).map(|page| (page.items, page.total))),
    ]
}

/// An answer, or the kind of the error: what it says beyond that is the database's.
pub(crate) fn said<T: Debug>(answer: ormcore::Result<T>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => {
            let kind = format!("{:?}", error.kind());
            if matches!(error.kind(), ErrorKind::Database { .. }) {
                eprintln!("{error:?}");
            }
            let name: String = kind.chars().take_while(|letter| letter.is_alphanumeric()).collect();
            format!("error {name}")
        }
    }
}

/// What the database answers to the query of cells.
pub(crate) fn cells(asking: &Asking, db: &Database) -> Vec<String> {
    let mut query = Cell::query();
    query = asking.test.iter().fold(query, |query, test| query.filter(condition(test)));
    query = asking.order.iter().fold(query, |query, by| query.order_by(ordering(by)));
    if asking.distinct {
        query = query.distinct();
    }
    if let Some(how) = asking.load {
        query = query.with(with(Cell::SHELF, Shelf::CELLS, how, |load| load));
        query = query
            .with(with(Cell::MARKS, Mark::CELLS, how, |load| asking.limit_of_load.into_iter().fold(load, Load::limit)));
    }
    // The keys of all models of the query at the end: a total order.
    match asking.join {
        None => {
            let query = query.order_by(Cell::ID);
            let mut all = answers(&query, asking, db);
            match query.limit(2).all(db) {
                Ok(cells) => all.extend(cells.iter().flat_map(|cell| [said(cell.shelf(db)), said(cell.marks(db))])),
                Err(error) => all.push(said::<()>(Err(error))),
            }
            all
        }
        Some(Join::Shelf) => {
            let query = query.join(Cell::SHELF).order_by((Shelf::RANK, Cell::ID));
            answers(&if asking.takes { query.with_from_join(Cell::SHELF) } else { query }, asking, db)
        }
        Some(Join::LeftShelf) => {
            let query = query.left_join(Cell::SHELF).order_by((Shelf::RANK, Cell::ID));
            answers(&if asking.takes { query.with_from_join(Cell::SHELF) } else { query }, asking, db)
        }
        Some(Join::Marks) => {
            let query = query.join(Cell::MARKS).order_by((Mark::LABEL, Cell::ID, Mark::ID));
            answers(&if asking.takes { query.with_from_join(Cell::MARKS) } else { query }, asking, db)
        }
        Some(Join::LeftMarks) => {
            let query = query.left_join(Cell::MARKS);
            let query = query.order_by((Mark::LABEL.desc().nulls_first(), Cell::ID, Mark::ID));
            answers(&if asking.takes { query.with_from_join(Cell::MARKS) } else { query }, asking, db)
        }
    }
}

/// What the database answers to a query of shelves by their cells.
pub(crate) fn shelves(asking: &Asking, db: &Database) -> Vec<String> {
    let mut query = Shelf::query();
    if let Some(test) = &asking.test {
        query = match asking.order.len() {
            0 => query.filter(Shelf::CELLS.any(condition(test))),
            1 => query.filter(Shelf::CELLS.count_of(condition(test)).le(1)),
            _ => query.order_by(Shelf::CELLS.count_of(condition(test)).desc()),
        };
    }
    if asking.distinct {
        query = query.distinct();
    }
    if let Some(how) = asking.load {
        let refine = |load: Load<Shelf, _>| {
            let load = asking.test.iter().fold(load, |load, test| load.filter(condition(test)));
            let load = asking.order.iter().fold(load, |load, by| load.order_by(ordering(by)));
            asking.limit_of_load.into_iter().fold(load, Load::limit)
        };
        query = query.with(with(Shelf::CELLS, Cell::MARKS, how, refine));
    }
    if asking.join.is_some() {
        let query = query.left_join(Shelf::CELLS).order_by((Cell::A_SMALL, Shelf::ID, Cell::ID));
        return answers(&query, asking, db);
    }
    answers(&query.order_by((Shelf::RANK.desc(), Shelf::ID)), asking, db)
}

/// What the database answers to a query of cells without their key.
pub(crate) fn loose(asking: &Asking, db: &Database) -> Vec<String> {
    let mut query = Loose::query();
    if asking.distinct {
        query = query.distinct();
    }
    if let Some(by) = asking.order.first().filter(|by| by.computed.is_some()) {
        query = query.order_by(if by.descending { Loose::P_SMALL % 3 } else { Loose::P_SMALL / 2 });
    }
    let all = (Loose::O_LEVEL, Loose::A_BOOL.desc(), Loose::O_BOOL, Loose::P_SMALL.desc(), Loose::Q_SMALL);
    answers(&query.order_by(all), asking, db)
}
