use crate::error::{Error, Result};
use crate::schema::statements::columns;
use crate::schema::{IndexPart, Table};

/// By what a draft may meet a row that is there.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// Any unique constraint.
    Any,
    /// That of the columns at these positions.
    Columns(Vec<usize>),
}

/// A unique constraint that databases can find by its columns.
struct Constraint {
    columns: Vec<usize>,
    /// The condition of a partial index, as SQL.
    filter: Option<&'static str>,
}

impl Target {
    /// Whether it is known to be of the column.
    pub(super) fn contains(&self, index: usize) -> bool {
        self.columns().contains(&index)
    }

    /// Those that are known.
    pub(super) fn columns(&self) -> &[usize] {
        match self {
            Target::Any => &[],
            Target::Columns(columns) => columns,
        }
    }

    /// The condition of the rows that may be met, as SQL, where these are not all.
    pub(super) fn filter(&self, table: &Table) -> Result<Option<&'static str>> {
        let target = self.columns();
        constraint(table, target).map(|found| found.filter).ok_or_else(|| refused(table, target, &constraints(table)))
    }

    /// What follows `ON CONFLICT`.
    pub(super) fn sql(&self, table: &Table) -> Result<String> {
        let Target::Columns(target) = self else { return Ok(String::new()) };
        let refused = || refused(table, target, &constraints(table));
        conflict_target(table, target).ok_or_else(refused)
    }
}

/// What follows `ON CONFLICT` where that is about the primary key or unique constraint of just these columns; none if there
/// is no such.
pub(crate) fn conflict_target(table: &Table, target: &[usize]) -> Option<String> {
    let filter = constraint(table, target)?.filter.map(|sql| format!(" WHERE {sql}")).unwrap_or_default();
    Some(format!(" ({}){filter}", columns(table, target, false)))
}

/// The constraint of just these columns.
fn constraint(table: &Table, target: &[usize]) -> Option<Constraint> {
    let mut all = constraints(table);
    all.retain(|constraint| {
        constraint.columns.iter().all(|index| target.contains(index))
            && target.iter().all(|index| constraint.columns.contains(index))
    });
    // One that holds for all rows is the better one.
    all.into_iter().min_by_key(|constraint| constraint.filter.is_some())
}

fn constraints(table: &Table) -> Vec<Constraint> {
    let unique = (0..table.columns.len()).filter(|index| table.columns[*index].unique);
    let indexes = table.indexes.iter().filter(|index| index.unique).filter_map(|index| {
        let position = |part: &IndexPart| table.position(part.column()?);
        let columns = index.parts.iter().map(position).collect::<Option<Vec<_>>>()?;
        Some(Constraint { columns, filter: index.filter })
    });
    let mut all = vec![Constraint { columns: table.primary_key().collect(), filter: None }];
    all.retain(|constraint| !constraint.columns.is_empty());
    all.extend(unique.map(|index| Constraint { columns: vec![index], filter: None }));
    all.extend(indexes);
    all
}

fn refused(table: &Table, target: &[usize], all: &[Constraint]) -> Error {
    let constants = |columns: &[usize]| {
        let constant = |index: &usize| format!("{}::{}", table.model, table.columns[*index].said());
        columns.iter().map(constant).collect::<Vec<_>>().join(", ")
    };
    let possible: Vec<String> = all.iter().map(|one| format!("`{}`", constants(&one.columns))).collect();
    let cure = match possible.as_slice() {
        [] => "it has none at all".to_string(),
        some => format!("give the columns of one of them: {}", some.join(" or ")),
    };
    Error::usage(format!(
        "`{}` has no primary key and no unique constraint of just `{}`, and so no row could meet another by that; {cure}",
        table.name,
        constants(target)
    ))
}
