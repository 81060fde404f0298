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
        matches!(self, Target::Columns(columns) if columns.contains(&index))
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
    let is_it = |constraint: &Constraint| {
        constraint.columns.iter().all(|index| target.contains(index))
            && target.iter().all(|index| constraint.columns.contains(index))
    };
    let all = constraints(table);
    let found = || all.iter().filter(|constraint| is_it(constraint));
    // One that holds for all rows is the better one.
    let constraint = found().find(|constraint| constraint.filter.is_none()).or_else(|| found().next())?;
    let filter = constraint.filter.map(|sql| format!(" WHERE {sql}")).unwrap_or_default();
    Some(format!(" ({}){filter}", columns(table, target, false)))
}

fn constraints(table: &Table) -> Vec<Constraint> {
    let unique = (0..table.columns.len()).filter(|index| table.columns[*index].unique);
    let indexes = table.indexes.iter().filter(|index| index.unique).filter_map(|index| {
        let position = |part: &IndexPart| match part {
            IndexPart::Column(name) => table.position(name),
            IndexPart::Expression(_) => None,
        };
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
        let constant = |index: &usize| format!("{}::{}", table.model, table.columns[*index].constant);
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
