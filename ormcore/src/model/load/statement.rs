//! The statement that reads rows of one model, with what its loaders join to it.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::load::{Joining, Joins, Source};
use crate::schema::{Column, Table};
use crate::sql::alias::further_column;
use crate::sql::walk::order_may_change;
use crate::sql::{Alias, BinaryOperator, Expr, From, Order, Select};
use crate::value::SqlType;

/// A statement for rows of a table, and where its rows hold what.
pub(crate) struct Reading {
    pub(crate) select: Select,
    /// What nested subqueries need of it.
    pub(crate) source: Option<Source>,
    /// How many columns stand between those of the table and those of what is joined.
    pub(crate) further: usize,
    /// Whether a row of the table may come more than once.
    pub(crate) repeats: bool,
}

impl Reading {
    /// Completes a SELECT that reads the table under its own name, whose `columns` are given as they are written.
    ///
    /// `further` are columns to be read behind those, if they and the table's key tell its rows apart; `repeats` says that
    /// rows may come more than once anyway.
    pub(crate) fn new(
        mut select: Select,
        further: Option<Vec<Expr>>,
        (table, columns): (&'static Table, &'static str),
        loaders: &mut dyn Joins,
        mut repeats: bool,
    ) -> Result<Self> {
        let own = Alias::from(table.name);
        let columns = Expr::Sql(columns);
        let mut part = loaders.part();
        let is_unknown = further.is_none() || table.primary_key().next().is_none();
        // A text of the program's own may give a row twice.
        let are_alike = is_unknown || select.from.begins_written() || part.are_alike();
        let is_chosen = |select: &Select| select.cuts() || select.may_change();
        let is_own = |select: &Select| is_chosen(select) || order_may_change(&select.order);
        if part.repeating > 0 && (are_alike || (part.taking && is_own(&select))) {
            // Rows that nothing tells apart come once. And a limit, a new order or a new choice of each row is about the
            // query's own joins, and must not cut or mix what else would be joined.
            loaders.separate();
            part = loaders.part();
        }
        let mut further = further.unwrap_or_default();
        check_choice(&select, part.taking)?;
        if part.gathering > 0 && is_unknown && !select.distinct {
            return Err(gathers_for_unknown(table));
        }
        select.columns = vec![columns.clone()];
        if part.embedded && (select.cuts() || !select.first_of.is_empty()) {
            // Both statements must choose the same rows.
            select.order.extend(by_identity(table, own));
        }
        if !part.taking {
            select = each_once(select, table);
        } else if select.distinct && !select.cuts() {
            // Who reads the rows gives each of them once, and each of those that are taken.
            select.distinct = false;
            repeats = true;
        }
        // Who asks for the same rows once more does not lock them once more.
        let unlocked = |select: &Select| Arc::new(Select { lock: None, ..select.clone() });
        let alone = part.embedded.then(|| unlocked(&select));
        if part.joins > 0 {
            let is_mixed = part.ordered && order_may_change(&select.order);
            let is_apart = is_mixed || select.distinct || (part.repeating > 0 && is_chosen(&select));
            if is_apart && !part.taking {
                (select, further) = wrapped(select, further, own);
            }
            select.columns = vec![columns];
        }
        let count = further.len();
        select.columns.extend(further);
        if part.joins > 0 {
            join(&mut select, table, count, loaders, repeats)?;
        }
        if select.distinct && part.taking {
            check_order(&select, own)?;
        }
        let source = alone.filter(|_| !select.may_change_later()).map(|alone| {
            let joined = unlocked(&select);
            // Among distinct rows, those that are taken count.
            let alone = if select.distinct { Arc::clone(&joined) } else { alone };
            Source { alone, joined, parents: own }
        });
        Ok(Reading { select, source, further: count, repeats: repeats || part.multiplies() > 0 })
    }
}

/// Checks that rows which are chosen among others are not taken together with what the query joins.
fn check_choice(select: &Select, takes_joined: bool) -> Result<()> {
    if takes_joined && !select.first_of.is_empty() {
        return Err(Error::usage(
            "a query with `distinct_on` cannot load from its own join: load by `.with(..)`, which asks for itself",
        ));
    }
    Ok(())
}

/// That it cannot be told which rows of the query are one, which has many of what it loads from its own join.
fn gathers_for_unknown(table: &Table) -> Error {
    Error::usage(format!(
        "nothing tells rows of `{}` apart in this query, and so `with_from_join` cannot gather several rows for each: say \
         `distinct()`, which gives each row once, or load by `.with(..)`, which asks for itself",
        table.name
    ))
}

/// Checks that distinct rows, which are cut together with what the query joins, are ordered by what they hold.
fn check_order(select: &Select, own: Alias) -> Result<()> {
    if select.order.iter().all(|part| is_selected(select, &part.expr, own)) {
        return Ok(());
    }
    Err(Error::usage(
        "a distinct query with a limit that loads from its own join is ordered by columns of the model and of what it loads \
         from the join, and so is the order of the relationship: leave out `distinct` or the limit, order by such a column, \
         or load by `.with(..)`, which asks for itself",
    ))
}

/// Adds what the loaders join.
fn join(select: &mut Select, table: &Table, further: usize, loaders: &mut dyn Joins, repeats: bool) -> Result<()> {
    let own = Alias::from(table.name);
    let mut joining = Joining {
        number: select.free_number(),
        from: std::mem::replace(&mut select.from, From::nothing()),
        columns: std::mem::take(&mut select.columns),
        width: table.columns.len() + further,
        order: Vec::new(),
        repeats,
    };
    loaders.join(own, &mut joining)?;
    select.from = joining.from;
    select.columns = joining.columns;
    if !joining.order.is_empty() {
        // Parents keep their order, and the order of their children counts within each.
        select.order.extend(by_key(table, own));
        select.order.append(&mut joining.order);
    }
    Ok(())
}

/// The rows of the SELECT as a subquery that is called as the table is, so that its columns keep their names; and the
/// further columns, as what is outside calls them.
fn wrapped(mut select: Select, further: Vec<Expr>, own: Alias) -> (Select, Vec<Expr>) {
    let mut count = 0;
    let mut name = |select: &mut Select, expr: Expr| match further_column(count) {
        Some(name) => {
            count += 1;
            select.columns.push(Expr::Named(Box::new(expr), name));
            own.column(name)
        }
        None => expr,
    };
    let further = further.into_iter().map(|expr| name(&mut select, expr)).collect();
    let mut order = select.order.clone();
    for part in &mut order {
        if is_further(&part.expr) || part.expr.may_change() || !part.expr.is_about(own) {
            part.expr = name(&mut select, part.expr.clone());
            // A LEFT JOIN inside is not seen outside.
            part.nullable = true;
        }
    }
    if !select.cuts() {
        if order_may_change(&select.order) || select.may_change() {
            // Databases read what leaves nothing out as a part of what is around it, and would order or choose each joined
            // row anew.
            select.offset = Some(0);
        }
        // Only what is cut needs an order inside.
        select.order.clear();
    }
    let mut outer = Select::new(From::Select(Box::new(select), own));
    outer.order = order;
    (outer, further)
}

/// Whether the expression is a column of a subquery that no table has.
fn is_further(expr: &Expr) -> bool {
    matches!(expr, Expr::Column { name, .. } if name.starts_with('#'))
}

/// Whether the SELECT gives what the expression says: all of its own table, and the other columns that it lists.
fn is_selected(select: &Select, expr: &Expr, own: Alias) -> bool {
    let Expr::Column { table, name } = expr else { return false };
    let is_listed = |column: &Expr| matches!(column, Expr::Column { table: t, name: n } if t == table && n == name);
    *table == own || select.columns.iter().any(is_listed)
}

/// The SELECT of distinct rows of the table, as one that every database can order: by more than what it gives.
///
/// What is computed from a row alone is computed outside. What is joined may give a row several places in the order: it
/// stands at the first of them.
///
/// So is the SELECT of the first of all rows that agree in something.
pub(crate) fn each_once(mut select: Select, table: &Table) -> Select {
    let own = select.from.first();
    let is_own = |part: &Order| matches!(&part.expr, Expr::Column { table, .. } if *table == own);
    let first_of = std::mem::take(&mut select.first_of);
    if first_of.is_empty() && (!select.distinct || select.order.iter().all(is_own)) {
        return select;
    }
    select.expect_missing_rows();
    let columns = select.columns.clone();
    let (limit, offset) = (select.limit.take(), select.offset.take());
    let mut order = std::mem::take(&mut select.order);
    let mut filter = None;
    if !first_of.is_empty() || !order.iter_mut().all(|part| part.expr.is_about(own)) {
        let identity = || table.identity().map(|index| own.column(table.columns[index].name)).collect();
        let partition = if first_of.is_empty() { identity() } else { first_of };
        let place = Expr::row_number(partition, order.clone());
        select.distinct = false;
        let mut count = 0;
        let mut name = |expr: Expr| match further_column(count) {
            Some(name) => {
                count += 1;
                select.columns.push(Expr::Named(Box::new(expr), name));
                own.column(name)
            }
            None => expr,
        };
        filter = Some(name(place).binary(BinaryOperator::Equal, Expr::Sql("1")));
        for part in order.iter_mut().filter(|part| !is_own(part)) {
            part.expr = name(part.expr.clone());
        }
    }
    let from = From::Select(Box::new(select), own);
    Select { columns, filter, order, limit, offset, ..Select::new(from) }
}

/// The order of the primary key.
pub(crate) fn by_key(table: &Table, of: Alias) -> impl Iterator<Item = Order> + '_ {
    table.primary_key().map(move |index| Order::ascending(of.column(table.columns[index].name)))
}

/// The order of what tells rows apart: of the primary key, or of all columns that have an order where there is none.
fn by_identity(table: &Table, of: Alias) -> impl Iterator<Item = Order> + '_ {
    // PostgreSQL's `json`, which a view may hold, is not even compared.
    let is_ordered = |column: &&Column| !matches!(column.sql_type, SqlType::Json | SqlType::Array(SqlType::Json));
    let columns = table.identity().map(|index| &table.columns[index]).filter(is_ordered);
    columns.map(move |column| Order { nullable: column.nullable, ..Order::ascending(of.column(column.name)) })
}
