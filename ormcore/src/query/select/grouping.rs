//! Whether a query selects only what its groups have one of.

use crate::query::Body;
use crate::sql::{Alias, Expr, From, Select};

/// Notes a column that is neither grouped by nor in an aggregate: some databases refuse it, others give any row's.
pub(super) fn check(body: &mut Body) {
    let select = &body.select;
    let is_combined = !select.compound.is_empty();
    // Combined rows are ordered by what the first query selects.
    let order = select.order.iter().map(|part| &part.expr).filter(|_| !is_combined);
    let given = || select.columns.iter().chain(order.clone());
    let is_grouped = !select.group.is_empty() || select.having.is_some() || given().any(Expr::has_aggregate);
    if select.lock.is_some() && (is_grouped || is_combined || given().any(has_window)) {
        body.add_misuse(|| {
            "what is computed from several rows, or combined, cannot be locked: read the keys of the rows first, and lock the \
             rows with these keys"
                .to_string()
        });
        return;
    }
    if !is_grouped {
        return;
    }
    let mut own = Vec::new();
    select.from.visit_sources(&mut |alias| own.push(alias));
    if let Some(outer) = body.outer
        && given().chain(&select.having).any(|expr| has_outer_aggregate(expr, &own))
    {
        body.add_misuse(|| {
            format!(
                "an aggregate of this query names columns of `{0}` alone, the row around it, and so databases compute it from \
                 all rows of `{0}`: let it name a column of this query too, or compute from `count()`, such as \
                 `count() * of(COLUMN)` for the sum of an `i64`",
                outer.name
            )
        });
        return;
    }
    let (mut alone, mut further) = (None, Vec::new());
    let mut see = |column: &Expr| match column {
        Expr::Column { table, name } if own.contains(table) => {
            if !is_identified(select, body, *table) {
                alone.get_or_insert((*table, *name));
            } else if !has_key(select, body, *table) && !further.contains(column) {
                further.push(column.clone());
            }
        }
        _ => {}
    };
    for expr in given().chain(&select.having) {
        visit_ungrouped(expr, &select.group, &mut see);
    }
    // The groups stay as they are.
    body.select.group.append(&mut further);
    if let Some((table, name)) = alone {
        body.add_misuse(|| {
            format!(
                "the column `{}.{name}` is neither grouped by nor in an aggregate, and a group may have many values of it: \
                 add it to `group_by`, take its `min()` or `max()`, or say of a `func(..)` or `sql!(..)` around it that it is an \
                 aggregate, by `.aggregate::<T>()`",
                table.name
            )
        });
    }
}

/// Whether it has exactly one row, whatever its tables hold.
pub(super) fn gives_one_row(select: &Select) -> bool {
    select.compound.is_empty() && select.group.is_empty() && select.columns.iter().any(Expr::has_aggregate)
}

/// Whether an aggregate in it names columns of the query around this one, and none of its own sources: by SQL's rule it
/// belongs to that query then.
fn has_outer_aggregate(expr: &Expr, own: &[Alias]) -> bool {
    let mut found = false;
    expr.visit(&mut |part| {
        if matches!(part, Expr::Aggregate(_)) {
            let (mut names_outer, mut names_own) = (false, false);
            part.columns(&mut |column| {
                let is_own = column.is_column_of(own);
                names_own |= is_own;
                names_outer |= !is_own;
            });
            found |= names_outer && !names_own;
        }
        true
    });
    found
}

fn has_window(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| {
        found |= matches!(part, Expr::Over(..));
        true
    });
    found
}

/// Shows the columns that are neither grouped by nor in an aggregate.
fn visit_ungrouped(expr: &Expr, group: &[Expr], see: &mut dyn FnMut(&Expr)) {
    let mut see = |column: &Expr| {
        if matches!(column, Expr::Column { .. }) && !group.contains(column) {
            see(column);
        }
    };
    expr.visit(&mut |part| {
        if matches!(part, Expr::Aggregate(_)) || group.contains(part) {
            return false;
        }
        see(part);
        part.subquery().into_iter().for_each(|select| select.outer_columns(&mut see));
        true
    });
}

/// Whether the groups have one row of the source each: they are grouped by what tells its rows apart.
fn is_identified(select: &Select, body: &Body, table: Alias) -> bool {
    let identity = body.identity(table);
    !identity.is_empty() && identity.iter().all(|key| select.group.contains(key))
}

/// Whether the database knows of the source that its key tells its rows apart: it does of tables.
fn has_key(select: &Select, body: &Body, source: Alias) -> bool {
    let is_view = body.table_of(source).is_none_or(|table| table.read_only);
    !is_view && is_table(&select.from, select, source)
}

fn is_table(from: &From, select: &Select, source: Alias) -> bool {
    match from {
        From::Table(..) => from.first() == source,
        From::Named(named, alias) => *alias == source && select.with.iter().all(|rows| rows.name != named.name),
        From::Join(join) => is_table(&join.left, select, source) || is_table(&join.right, select, source),
        From::Select(..) | From::Lateral(..) | From::Template(..) => false,
    }
}
