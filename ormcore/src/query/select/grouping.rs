//! Whether a query selects only what its groups have one of.

use crate::query::Body;
use crate::sql::{Alias, Expr, Select};

/// Notes a column that is neither grouped by nor in an aggregate: some databases refuse it, others give any row's.
pub(super) fn check(body: &mut Body) {
    let select = &body.select;
    let is_grouped = !select.group.is_empty() || select.having.is_some() || select.columns.iter().any(has_aggregate);
    if !is_grouped {
        return;
    }
    let mut alone = None;
    let order = select.order.iter().map(|part| &part.expr).filter(|_| select.compound.is_empty());
    for expr in select.columns.iter().chain(&select.having).chain(order) {
        find_alone(expr, body, &mut alone);
    }
    if let Some((table, name)) = alone {
        body.add_misuse(|| {
            format!(
                "the column `{}.{name}` is neither grouped by nor in an aggregate, and a group may have many values of it: \
                 add it to `group_by`, or take its `min()` or `max()`",
                table.name
            )
        });
    }
}

fn has_aggregate(expr: &Expr) -> bool {
    let mut found = false;
    visit(expr, &mut |part| {
        found |= matches!(part, Expr::Aggregate(_));
        !matches!(part, Expr::Over(..))
    });
    found
}

/// Finds a column of the query's own sources that a group may have many values of.
fn find_alone(expr: &Expr, body: &Body, alone: &mut Option<(Alias, &'static str)>) {
    let select = &body.select;
    visit(expr, &mut |part| {
        if matches!(part, Expr::Aggregate(_)) || select.group.iter().any(|key| key == part) {
            return false;
        }
        if let Expr::Column { table, name } = part
            && body.outer != Some(*table)
            && !is_identified(select, body, *table)
        {
            alone.get_or_insert((*table, name));
        }
        true
    });
}

/// Whether the groups have one row of the source each: they are grouped by what tells its rows apart.
fn is_identified(select: &Select, body: &Body, table: Alias) -> bool {
    let identity = body.identity(table);
    !identity.is_empty() && identity.iter().all(|key| select.group.contains(key))
}

/// Shows the expression and, where the closure says so, its parts; not what stands in subqueries.
fn visit(expr: &Expr, see: &mut dyn FnMut(&Expr) -> bool) {
    if see(expr) {
        expr.parts(&mut |part| visit(part, see));
    }
}
