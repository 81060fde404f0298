//! Groups, joins, combined rows and windows as data, and what a database answers to them.

use ormcore::alias;
use ormcore::prelude::*;
use ormcore::query::Select;
use ormcore::sql::{
    FrameBound, all_of, case, count, dense_rank, first_value, lag, last_value, lead, ntile, of, rank, row_number,
};
use proptest::collection::vec;
use proptest::option::{of as maybe, weighted};
use proptest::prelude::*;
use std::fmt::Debug;

use crate::conditions::{Test, condition, tests};
use crate::models::{Cell, Loose, Mark, Shelf, every_type};
use crate::queries::said;

/// A query that selects; each topic takes the parts that it can use.
#[derive(Debug, Clone)]
pub(crate) struct Selecting {
    test: Option<Test>,
    /// Which rows count, where some do not.
    counted: Test,
    key: u8,
    least: Option<i64>,
    descending: bool,
    distinct: bool,
    limit: Option<u64>,
    offset: Option<u64>,
    parts: Vec<Part>,
    frame: (u8, FrameBound, FrameBound),
}

/// A further query whose rows are combined with those of the first.
#[derive(Debug, Clone)]
struct Part {
    operator: u8,
    test: Option<Test>,
    limit: Option<u64>,
    /// Whether it is combined with the rest before, and not with what came so far.
    right: bool,
}

fn parts() -> impl Strategy<Value = Part> {
    (0..4_u8, maybe(tests()), weighted(0.3, 0..4_u64), any::<bool>()).prop_map(|(operator, test, limit, right)| Part {
        operator,
        test,
        limit,
        right,
    })
}

fn bounds() -> impl Strategy<Value = FrameBound> {
    prop_oneof![
        Just(FrameBound::Unbounded),
        Just(FrameBound::CurrentRow),
        (0..3_u32).prop_map(FrameBound::Preceding),
        (0..3_u32).prop_map(FrameBound::Following),
    ]
}

pub(crate) fn selecting() -> impl Strategy<Value = Selecting> {
    let cut = (weighted(0.4, 0..5_u64), weighted(0.3, 0..3_u64));
    let frame = (0..4_u8, bounds(), bounds());
    (maybe(tests()), tests(), 0..10_u8, maybe(0..3_i64), any::<[bool; 2]>(), cut, vec(parts(), 1..4), frame).prop_map(
        |(test, counted, key, least, [descending, distinct], (limit, offset), parts, frame)| Selecting {
            test,
            counted,
            key,
            least,
            descending,
            distinct,
            limit,
            offset,
            parts,
            frame,
        },
    )
}

/// Every ending of the query, whose order is total.
fn answers<S: 'static, R: Debug + Send + 'static>(
    query: &Select<S, R>,
    asked: &Selecting,
    db: &Database,
) -> Vec<String> {
    let cut = asked.limit.into_iter().fold(query.clone(), Select::limit);
    let cut = asked.offset.into_iter().fold(cut, Select::offset);
    let mut each = Vec::new();
    let streamed = cut.clone().each(db, |row| {
        each.push(row);
        Ok(())
    });
    vec![
        said(cut.clone().all(db)),
        said(cut.clone().count(db)),
        said(cut.clone().exists(db)),
        said(cut.first(db)),
        said(query.clone().one_or_none(db)),
        said(query.clone().paginate(2, 2, db).map(|page| (page.items, page.total))),
        said(streamed.map(|()| each)),
    ]
}

fn filtered(test: Option<&Test>) -> Query<Cell> {
    test.into_iter().fold(Cell::query(), |query, test| query.filter(condition(test)))
}

/// A number as far as databases agree about it: averages differ in their last digits.
fn rounded(average: Option<f64>) -> Option<String> {
    average.map(|average| format!("{average:.9}"))
}

macro_rules! grouped {
    ($asked:ident $db:ident $($number:literal $key:expr;)*) => {
        match $asked.key {
            $($number => {
                let query = filtered($asked.test.as_ref()).group_by($key).select((
                    $key,
                    count(),
                    Cell::P_SMALL.sum(),
                    Cell::B_SMALL.sum().distinct(),
                    Cell::Q_SMALL.sum(),
                    Cell::A_SMALL.avg(),
                    Cell::O_TEXT.max(),
                    Cell::O_BOOL.min(),
                    count().filter(condition(&$asked.counted)),
                ));
                let query = $asked.least.into_iter().fold(query, |query, least| query.having(count().gt(least)));
                let query = if $asked.descending { query.order_by(Cell::B_SMALL.sum().desc()) } else { query };
                let query = query.order_by($key).map(|(key, rows, sum, distinct, floats, average, text, truth, some)| {
                    (key, rows, sum, distinct, floats, rounded(average), text, truth, some)
                });
                answers(&query, $asked, $db)
            })*
            _ => Vec::new(),
        }
    };
}

/// Cells in groups.
pub(crate) fn groups(asked: &Selecting, db: &Database) -> Vec<String> {
    let sign = || case().when(Cell::B_SMALL.lt(0), "less").when(Cell::B_SMALL.eq(0), "none").otherwise("more");
    grouped! { asked db
        0 Cell::A_BOOL;
        1 Cell::O_BOOL;
        2 Cell::O_TEXT;
        3 Cell::O_LEVEL;
        4 Cell::P_SMALL;
        5 Cell::SHELF_ID;
        6 Cell::B_SMALL % 3;
        7 sign();
        8 condition(&asked.counted).nullable();
        9 Cell::O_UUID;
    }
}

macro_rules! ends {
    ($($variant:ident $field:ident $option:ident $one:ident $maybe:ident $ordered:literal $ty:ty, $values:expr;)*) => {
        /// The smallest and the largest of each column whose order the databases agree about, and how many there are.
        ///
        /// PostgreSQL before 18 has no smallest bytes. Of decimals that are equal any is the smallest, 1 or 1.00.
        pub(crate) fn ends(asked: &Selecting, db: &Database) -> Vec<String> {
            let mut all = Vec::new();
            $(if $ordered && !["Bytes", "Decimal"].contains(&stringify!($variant)) {
                let query = filtered(asked.test.as_ref()).select((
                    Cell::$one.min(),
                    Cell::$one.max(),
                    Cell::$maybe.min(),
                    Cell::$maybe.max(),
                    Cell::$maybe.count(),
                    Cell::$maybe.count().distinct(),
                ));
                all.push(said(query.all(db)));
            })*
            let decimals = filtered(asked.test.as_ref()).select((Cell::O_DECIMAL.min(), Cell::A_DECIMAL.max()));
            all.push(said(decimals.one(db).map(|(min, max)| [min, max].map(|end| end.map(|end| end.normalize())))));
            all
        }
    };
}
every_type!(ends);

/// Cells beside what they are joined to.
pub(crate) fn joins(asked: &Selecting, db: &Database) -> Vec<String> {
    let cells = filtered(asked.test.as_ref());
    match asked.key {
        0..3 => {
            let query = cells.left_join(Cell::SHELF).select((Cell::ID, Shelf::RANK.nullable(), Shelf::ID.nullable()));
            let query = if asked.descending { query.order_by(Shelf::RANK.desc()) } else { query.order_by(Shelf::RANK) };
            answers(&query.order_by(Cell::ID), asked, db)
        }
        3 => {
            let query = cells.join(Cell::SHELF).group_by(Shelf::ID).select((Shelf::all_columns(), count()));
            let query =
                query.order_by((count().desc(), Shelf::RANK.desc(), Shelf::ID)).map(|(row, n)| (row.id, row.rank, n));
            answers(&query, asked, db)
        }
        4..6 => {
            let query = cells.left_join(Cell::MARKS).group_by(Cell::ID);
            let some = count().filter(condition(&asked.counted));
            let query = query.select((Cell::ID, Mark::ID.count(), Mark::LABEL.max(), some));
            answers(&query.order_by((Mark::ID.count().desc(), Mark::LABEL.min(), Cell::ID)), asked, db)
        }
        6..8 => {
            let other = alias!(Cell);
            let on = all_of((
                other.col(Cell::SHELF_ID).is_not_distinct_from(of(Cell::SHELF_ID)),
                other.col(Cell::ID).gt(of(Cell::ID)),
            ));
            let query = cells.left_join(other.on(on)).select((
                Cell::ID,
                other.col(Cell::ID).nullable(),
                other.col(Cell::B_SMALL).nullable(),
                other.col(Cell::O_TEXT).nullable(),
            ));
            answers(&query.order_by((other.col(Cell::O_TEXT).desc(), Cell::ID, other.col(Cell::ID))), asked, db)
        }
        _ => {
            let (one, two) = (alias!(Cell), alias!(Shelf));
            let query = cells
                .join(Cell::SHELF)
                .join(Shelf::CELLS.to(one))
                .left_join(one.along(Cell::SHELF).to(two))
                .group_by((Shelf::RANK, two.col(Shelf::RANK)))
                .select((Shelf::RANK, two.col(Shelf::RANK).nullable(), count(), one.col(Cell::C_SMALL).sum()));
            answers(&query.order_by((Shelf::RANK.desc(), two.col(Shelf::RANK))), asked, db)
        }
    }
}

type Pairs<S> = Select<S, (Option<i64>, Option<bool>)>;

fn pairs(test: Option<&Test>) -> Pairs<ormcore::query::Scope<Cell, ()>> {
    filtered(test).select((Cell::P_SMALL, Cell::O_BOOL))
}

/// Rows of cells combined in every way, each part with a limit of its own.
pub(crate) fn sets(asked: &Selecting, db: &Database) -> Vec<String> {
    let ordered = |query: Pairs<_>| query.order_by((Cell::P_SMALL.desc(), Cell::O_BOOL));
    let combine = |left: Pairs<_>, operator: u8, right: Pairs<_>| match operator {
        0 => left.union(right),
        1 => left.union_all(right),
        2 => left.intersect(right),
        _ => left.except(right),
    };
    let mut all = pairs(asked.test.as_ref());
    for part in &asked.parts {
        let mut query = pairs(part.test.as_ref());
        if let Some(limit) = part.limit {
            query = ordered(query).limit(limit);
        }
        all = if part.right { combine(query, part.operator, all) } else { combine(all, part.operator, query) };
    }
    if asked.distinct {
        all = all.union(Loose::query().select((Loose::P_SMALL, Loose::O_BOOL)));
    }
    answers(&ordered(all), asked, db)
}

/// Functions over windows of cells.
pub(crate) fn windows(asked: &Selecting, db: &Database) -> Vec<String> {
    let cells = filtered(asked.test.as_ref());
    let (unit, start, end) = asked.frame;
    let framed = || {
        let sum = Cell::P_SMALL.sum().over().partition_by(Cell::SHELF_ID).order_by((Cell::B_SMALL, Cell::ID));
        match unit {
            0 => sum,
            1 => sum.rows(start, end),
            2 => sum.groups(start, end),
            _ => sum.range(FrameBound::Unbounded, FrameBound::CurrentRow),
        }
    };
    let ranged = || Cell::Q_SMALL.count().over().order_by(Cell::B_SMALL.desc()).range(FrameBound::Preceding(2), end);
    let query = cells.clone().select((
        Cell::ID,
        row_number().partition_by(Cell::O_BOOL).order_by((Cell::O_TEXT.desc(), Cell::ID)),
        rank().order_by(Cell::P_SMALL.desc()),
        dense_rank().partition_by((Cell::A_BOOL, Cell::SHELF_ID)).order_by(Cell::O_DECIMAL),
        ntile(3).order_by(Cell::ID),
        lag(Cell::O_TEXT).order_by((Cell::Q_SMALL, Cell::ID)),
        lead(Cell::B_SMALL % 5).order_by((Cell::Q_SMALL.desc(), Cell::ID)),
        first_value(Cell::O_LEVEL).partition_by(Cell::A_BOOL).order_by(Cell::ID),
        last_value(Cell::O_BOOL).order_by((Cell::P_SMALL, Cell::ID)),
        count().filter(condition(&asked.counted)).over().partition_by(Cell::O_BOOL),
        Cell::O_TEXT.max().over().partition_by(Cell::O_LEVEL),
        framed(),
    ));
    let query = if asked.descending { query.order_by(rank().order_by(Cell::P_SMALL.desc())) } else { query };
    let mut all = answers(&query.order_by(Cell::ID), asked, db);
    all.push(said(cells.clone().select((Cell::ID, ranged())).order_by(Cell::ID).all(db)));
    let of_groups = cells.group_by(Cell::SHELF_ID).select((
        Cell::SHELF_ID,
        rank().order_by(count().desc()),
        Cell::B_SMALL.sum().sum().over().order_by(Cell::SHELF_ID),
        lag(Cell::O_TEXT.max()).order_by(Cell::SHELF_ID.desc()),
    ));
    all.extend(answers(&of_groups.order_by((count(), Cell::SHELF_ID)), asked, db));
    all
}
