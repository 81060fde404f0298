use crate::error::{Error, Result};
use crate::model::{Joining, by_key};
use crate::relation::Strategy;
use crate::relation::link::Link;
use crate::relation::load::select::{Children, counted, counted_keys, equal, number, within_limit};
use crate::relation::load::{Asked, Taken, Wanted};
use crate::relation::order::{DeclaredOrder, is_left_to_database};
use crate::schema::Table;
use crate::schema::statements::table_name;
use crate::sql::walk::order_may_change;
use crate::sql::{Alias, BinaryOperator, Expr, From, JoinKind, Order};

impl Asked {
    /// Whether it loads nothing with the parents, and says how a later access is answered.
    pub(crate) fn is_lazy(&self) -> bool {
        matches!(self.strategy, Strategy::Select | Strategy::Raise)
    }

    /// Whether it loads what the relationship leads to, all of it and nothing else, in its own order.
    pub(crate) fn is_whole(&self) -> bool {
        let Wanted { filter, lifted, order, limit, problem: _ } = &self.refinement.wanted;
        let is_refined =
            filter.is_some() || !lifted.leaves_all(self.target.table) || limit.is_some() || !order.is_empty();
        !is_refined && self.from_join.is_none()
    }

    /// Whether the database orders the children.
    pub(crate) fn is_ordered(&self) -> bool {
        !self.refinement.wanted.order.is_empty()
            || self.order.is_some()
            || is_left_to_database(self.target.table)
            || self.refinement.wanted.limit.is_some()
            || self.from_join.is_some()
    }

    /// The order of the children, told to the end by their key; none if they are put in order here.
    pub(crate) fn order(&self, of: Alias) -> Result<Vec<Order>> {
        order(&self.link, &self.refinement.wanted, self.order, (self.target.table, of))
    }

    /// The position of a column that is NULL only where there is no child. What the program itself has joined, on a condition
    /// of its own, may be linked to no parent.
    pub(super) fn never_null(&self) -> usize {
        let table = self.target.table;
        let of_any_row =
            || table.primary_key().next().or_else(|| table.columns.iter().position(|column| !column.nullable));
        self.from_join.and_then(|_| of_any_row()).unwrap_or_else(|| self.link.never_null())
    }

    /// The order of the children that the query itself has joined, whose own order comes first. Where the link table is not
    /// among them, what is said about links orders nothing.
    fn order_in(&self, joined: Taken) -> Result<Vec<Order>> {
        if self.link.single {
            return Ok(Vec::new());
        }
        let (table, own) = (self.target.table, Children::own(&self.link, self.target.table));
        let mut order = self.order(own.target)?;
        if order.is_empty() {
            order.extend(by_key(table, own.target));
        }
        order.retain_mut(|part| joined.links.is_some() || part.expr.is_about(own.target));
        let links = joined.links.unwrap_or(joined.target);
        let named = |expr: Expr| expr.renamed(own.holder, links).renamed(own.target, joined.target);
        Ok(order.into_iter().map(|part| Order { expr: named(part.expr), ..part }).collect())
    }

    /// Joins the children to the statement that reads the parents, and gives what they are called there. `repeats` says that
    /// what is nested in them repeats them.
    pub(super) fn join(&self, parent: Alias, statement: &mut Joining, repeats: bool) -> Result<Alias> {
        if let Some(joined) = self.from_join {
            statement.order.append(&mut self.order_in(joined)?);
            return Ok(joined.target);
        }
        let own = Alias::from(self.target.table.name);
        let wanted = Wanted { order: self.order(own)?, ..self.refinement.wanted.clone() };
        join(&self.link, (self.parents, parent), self.target.table, (&wanted, repeats), statement)
    }
}

/// The order of wanted children of the table, told to the end by their key; none if none is asked for or declared, and
/// their key orders them anywhere.
pub(super) fn order(
    link: &Link,
    wanted: &Wanted,
    declared: Option<DeclaredOrder>,
    (table, of): (&Table, Alias),
) -> Result<Vec<Order>> {
    let mut order = wanted.order.clone();
    if let Some(declared) = declared.filter(|_| order.is_empty()) {
        declared(&mut order).map_err(|error| Error::encode(table.name, "", &error))?;
    }
    if !order.is_empty() || (is_left_to_database(table) && !link.single) {
        order.extend(by_key(table, of));
    }
    Ok(order)
}

/// Joins the wanted rows of the table to their parents, and gives what they are called.
fn join(
    link: &Link,
    (parents, parent): (&Table, Alias),
    table: &'static Table,
    (wanted, repeats): (&Wanted, bool),
    statement: &mut Joining,
) -> Result<Alias> {
    let own = Children::own(link, table);
    // Names must not be those of tables in the load's own conditions and order.
    let (mut filter, mut order) = (wanted.condition(link, table)?, wanted.order.clone());
    let parts = filter.iter_mut().chain(order.iter_mut().map(|part| &mut part.expr));
    let free = parts.map(Expr::free_number).max().unwrap_or(1);
    let target = statement.alias(own.target.name, free);
    // Numbered once, children keep an order and a choice that would be others for each row that is joined.
    let is_chosen_anew = repeats && filter.as_ref().is_some_and(Expr::may_change);
    if wanted.limit.is_some() || order_may_change(&order) || is_chosen_anew {
        let from = From::Select(Box::new(counted(link, table, wanted, order, None)?), target);
        let keys = match link.through {
            Some(_) => counted_keys(link, target),
            None => Children { target, holder: target, ..own }.keys(link),
        };
        let mut on = vec![equal_keys(link, parents, parent, keys)];
        on.extend(within_limit(wanted, target));
        statement.from.join(JoinKind::Left, from, Expr::all(on));
        statement.order.extend(number(target).map(Order::ascending));
        return Ok(target);
    }
    let children = Children::called(link, table, target, &mut |name| statement.alias(name, free));
    let named = |expr: Expr| children.rename(own, expr);
    let mut on = vec![equal_keys(link, parents, parent, children.keys(link))];
    if let Some(through) = &link.through {
        // One after the other, for SQLite would compute a join in brackets as a whole, for all rows of the link table;
        // a link without a row of the target gives NULLs, which are no child.
        let links = From::Table(table_name(children.holder_table), children.holder.number);
        statement.from.join(JoinKind::Left, links, Expr::all(std::mem::take(&mut on)));
        on.push(equal(children.holder, children.holder_table, &through.far, target, table));
    }
    on.extend(filter.map(named));
    let targets = From::Table(table_name(table), target.number);
    statement.from.join(JoinKind::Left, targets, Expr::all(on));
    statement.order.extend(order.into_iter().map(|part| Order { expr: named(part.expr), ..part }));
    Ok(target)
}

/// That the parent's columns equal those of its children.
pub(crate) fn equal_keys(link: &Link, parents: &Table, parent: Alias, keys: Vec<Expr>) -> Expr {
    let parents = link.near.near().map(|index| parent.column(parents.columns[index].name));
    Expr::all(parents.zip(keys).map(|(parent, key)| parent.binary(BinaryOperator::Equal, key)).collect())
}
