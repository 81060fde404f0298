//! The SELECTs that read children: by their parents' keys, or as something to join to their parents.

use std::iter;

use crate::error::Result;
use crate::model::{Source, by_key};
use crate::relation::link::{Link, Pairs};
use crate::relation::load::Wanted;
use crate::relation::load::join::order;
use crate::relation::order::DeclaredOrder;
use crate::schema::statements::table_name;
use crate::schema::{Column, Table};
use crate::sql::alias::further_column;
use crate::sql::{Alias, BinaryOperator, Dialect, Expr, From, Function, JoinKind, Order, Rendered, Select, Writer};
use crate::value::{Parameter, SqlType, Value, ValueError};

/// The number of a parent's child, in a SELECT that counts them.
const NUMBER: usize = 0;

/// What the rows of a target are read from, and what their tables are called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Children {
    pub(crate) target: Alias,
    /// The table with the columns that equal the parents' keys: the target's, or the link table.
    pub(crate) holder: Alias,
    pub(crate) holder_table: &'static Table,
}

impl Children {
    /// The tables under their own names.
    pub(crate) fn own(link: &Link, table: &'static Table) -> Self {
        Self::called(link, table, Alias::from(table.name), &mut |name| Alias::from(name))
    }

    /// The tables as the target is called, and as the link table is to be.
    pub(crate) fn called(
        link: &Link,
        table: &'static Table,
        target: Alias,
        name: &mut dyn FnMut(&'static str) -> Alias,
    ) -> Self {
        match &link.through {
            None => Children { target, holder: target, holder_table: table },
            Some(through) => {
                let table = (through.table)();
                Children { target, holder: name(table.name), holder_table: table }
            }
        }
    }

    /// The columns that equal the parents' keys.
    pub(crate) fn keys(self, link: &Link) -> Vec<Expr> {
        link.near.far().map(|index| self.holder.column(self.holder_table.columns[index].name)).collect()
    }

    /// The types of those columns.
    pub(super) fn key_types(self, link: &Link) -> Vec<SqlType> {
        link.near.far().map(|index| self.holder_table.columns[index].sql_type).collect()
    }

    /// What says something of the tables as `own` calls them, as these call them.
    pub(crate) fn rename(self, own: Children, expr: Expr) -> Expr {
        expr.renamed(own.target, self.target).renamed(own.holder, self.holder)
    }

    /// The parts of a condition that are about the target alone, and the others: about the link table too.
    fn apart(self, condition: Option<Expr>) -> (Vec<Expr>, Vec<Expr>) {
        let parts = match condition {
            Some(Expr::All(parts)) => parts,
            other => Vec::from_iter(other),
        };
        let (mut of_target, mut of_links) = (Vec::new(), Vec::new());
        for mut part in parts {
            if part.is_about(self.target) { of_target.push(part) } else { of_links.push(part) }
        }
        (of_target, of_links)
    }

    /// The tables, joined to each other.
    pub(crate) fn from(self, link: &Link, table: &'static Table) -> From {
        let target = From::Table(table_name(table), self.target.number);
        let Some(through) = &link.through else { return target };
        let mut from = From::Table(table_name(self.holder_table), self.holder.number);
        from.join(JoinKind::Inner, target, equal(self.holder, self.holder_table, &through.far, self.target, table));
        from
    }
}

/// That the columns of two tables are equal, pair by pair.
pub(super) fn equal(near: Alias, near_table: &Table, pairs: &Pairs, far: Alias, far_table: &Table) -> Expr {
    let one = |(one, two): (usize, usize)| {
        let (one, two) = (near.column(near_table.columns[one].name), far.column(far_table.columns[two].name));
        two.binary(BinaryOperator::Equal, one)
    };
    Expr::all(pairs.near().zip(pairs.far()).map(one).collect())
}

/// The SELECT of the children whose parents' keys meet the condition, with the columns that say whose they are.
pub(super) fn children(
    link: &Link,
    table: &'static Table,
    wanted: &Wanted,
    order: Vec<Order>,
    condition: Expr,
) -> Result<(Select, Vec<Expr>)> {
    let tables = Children::own(link, table);
    let further = |keys: Vec<Expr>| if link.through.is_some() { keys } else { Vec::new() };
    if wanted.limit.is_none() {
        let mut select = Select::new(tables.from(link, table));
        select.filter = Some(condition);
        if let Some(filter) = wanted.condition(link, table)? {
            select.add_filter(filter);
        }
        select.order = order;
        return Ok((select, further(tables.keys(link))));
    }
    let counted = counted(link, table, wanted, order, Some(condition))?;
    let mut select = Select::new(From::Select(Box::new(counted), tables.target));
    select.filter = within_limit(wanted, tables.target);
    select.order = number(tables.target).map(Order::ascending).into_iter().collect();
    Ok((select, further(counted_keys(link, tables.target))))
}

/// The statement that reads all children of one parent, whose key is given when it runs: its values come first, and only
/// those of the order are here. The columns are given as they are written.
pub(crate) fn read_all(
    link: &Link,
    declared: Option<DeclaredOrder>,
    (table, columns): (&'static Table, &'static str),
    dialect: &dyn Dialect,
) -> Result<Rendered> {
    let wanted = Wanted::ALL;
    let tables = Children::own(link, table);
    let keys = tables.keys(link).into_iter().zip(tables.key_types(link)).enumerate();
    let is_part = |(part, (column, sql_type)): (usize, (Expr, SqlType))| {
        column.binary(BinaryOperator::Equal, Expr::Argument(part, sql_type))
    };
    let is_key = keys.map(is_part).collect();
    let order = order(link, &wanted, declared, (table, tables.target))?;
    let (mut select, _) = children(link, table, &wanted, order, Expr::all(is_key))?;
    select.columns = vec![Expr::Sql(columns)];
    let mut writer = Writer::new(dialect);
    writer.select(select);
    writer.finish()
}

/// All children with their numbers within those of their parent, and the columns that say whose they are.
pub(super) fn counted(
    link: &Link,
    table: &'static Table,
    wanted: &Wanted,
    mut order: Vec<Order>,
    condition: Option<Expr>,
) -> Result<Select> {
    let tables = Children::own(link, table);
    if order.is_empty() {
        order.extend(by_key(table, tables.target));
    }
    let mut select = Select::new(tables.from(link, table));
    select.filter = condition;
    if let Some(filter) = wanted.condition(link, table)? {
        select.add_filter(filter);
    }
    let mut keys = tables.keys(link);
    if link.may_repeat() {
        (select, keys, order) = each_once(select, table, keys, order, tables.target);
    }
    select.columns = table.columns.iter().map(|column| tables.target.column(column.name)).collect();
    select.columns.push(named(Expr::row_number(keys.clone(), order), NUMBER));
    if link.through.is_some() {
        select.columns.extend(keys.into_iter().enumerate().map(|(index, key)| named(key, index + 1)));
    }
    Ok(select)
}

/// The rows of the SELECT with each child of a parent once, at the first of its places in the order; with the parents' keys
/// and the order as they are called outside.
fn each_once(
    mut select: Select,
    table: &Table,
    keys: Vec<Expr>,
    order: Vec<Order>,
    target: Alias,
) -> (Select, Vec<Expr>, Vec<Order>) {
    let mut count = NUMBER + 1;
    let mut call = |columns: &mut Vec<Expr>, expr: Expr| match further_column(count) {
        Some(name) => {
            count += 1;
            columns.push(named(expr, count - 1));
            target.column(name)
        }
        None => expr,
    };
    let identity = table.identity().map(|index| target.column(table.columns[index].name));
    let partition = keys.iter().cloned().chain(identity).collect();
    let mut columns: Vec<Expr> = table.columns.iter().map(|column| target.column(column.name)).collect();
    columns.push(named(Expr::row_number(partition, order.clone()), NUMBER));
    let keys = keys.into_iter().map(|key| call(&mut columns, key)).collect();
    let called = |part: Order| Order { expr: call(&mut columns, part.expr), ..part };
    let order = order.into_iter().map(called).collect();
    select.columns = columns;
    let mut outer = Select::new(From::Select(Box::new(select), target));
    outer.filter = number(target).map(|number| number.binary(BinaryOperator::Equal, Expr::Sql("1")));
    (outer, keys, order)
}

/// The expression as a further column of a subquery.
fn named(expr: Expr, index: usize) -> Expr {
    match further_column(index) {
        Some(name) => Expr::Named(Box::new(expr), name),
        None => expr,
    }
}

/// The number of a child in [`counted`].
pub(super) fn number(counted: Alias) -> Option<Expr> {
    further_column(NUMBER).map(|name| counted.column(name))
}

/// That a child of [`counted`] is one of the first.
pub(super) fn within_limit(wanted: &Wanted, counted: Alias) -> Option<Expr> {
    let limit = i64::try_from(wanted.limit?).unwrap_or(i64::MAX);
    let limit = Expr::Value(Parameter { value: Value::Int(limit), secret: false });
    Some(number(counted)?.binary(BinaryOperator::LessOrEqual, limit))
}

/// The columns of [`counted`] that equal the parents' keys.
pub(super) fn counted_keys(link: &Link, counted: Alias) -> Vec<Expr> {
    link.near
        .far()
        .enumerate()
        .filter_map(|(index, _)| further_column(index + 1).map(|name| counted.column(name)))
        .collect()
}

/// That the columns equal a key.
pub(crate) fn key_equals(columns: Vec<Expr>, key: Vec<Parameter>) -> Expr {
    Expr::all(columns.into_iter().zip(key).map(|(column, part)| column.equals(Expr::Value(part))).collect())
}

/// That the columns, of these types, equal one of the keys, given one after the other.
pub(super) fn key_condition(mut columns: Vec<Expr>, types: &[SqlType], keys: Vec<Parameter>) -> Expr {
    let count = columns.len();
    if keys.len() == count {
        return key_equals(columns, keys);
    }
    match columns.pop() {
        Some(column) if columns.is_empty() => Expr::In(Box::new(column), keys),
        Some(column) => {
            columns.push(column);
            Expr::InRows(columns, types.to_vec(), keys.chunks(count).map(<[Parameter]>::to_vec).collect())
        }
        None => Expr::Truth(false),
    }
}

/// A list of integer keys is this long at least where a range is asked for instead: a shorter one is as fast, and says more.
const SHORTEST_RANGE: usize = 8;

/// That the only column equals one of the keys, no two of which are the same, where they are all the integers between the
/// least and the greatest of them: as a range.
pub(super) fn key_range(columns: &[Expr], keys: &[Parameter]) -> Option<Expr> {
    let [column] = columns else { return None };
    let int = |parameter: &Parameter| match parameter.value {
        Value::Int(int) => Some(int),
        _ => None,
    };
    let first = int(keys.first()?)?;
    let (mut least, mut greatest) = (first, first);
    for key in keys {
        let key = int(key)?;
        (least, greatest) = (least.min(key), greatest.max(key));
    }
    if keys.len() < SHORTEST_RANGE || greatest.checked_sub(least) != i64::try_from(keys.len() - 1).ok() {
        return None;
    }
    let secret = keys.iter().any(|key| key.secret);
    // As a number: a column that is text in the table, whatever its model says, would have them compared as text.
    let number = Function::Cast(SqlType::BigInt, SqlType::BigInt);
    let end = |key| Expr::function(number, vec![Expr::Value(Parameter { value: Value::Int(key), secret })]);
    Some(Expr::all(vec![
        column.clone().binary(BinaryOperator::GreaterOrEqual, end(least)),
        column.clone().binary(BinaryOperator::LessOrEqual, end(greatest)),
    ]))
}

/// That the columns equal the key of one of the parents that a statement reads.
pub(super) fn embedded(columns: Vec<Expr>, source: &Source, table: &Table, key: &Pairs) -> Expr {
    let parents = source.parents;
    let mut select = source.alone.as_ref().clone();
    let mut keys: Vec<Expr> = key.near().map(|index| parents.column(table.columns[index].name)).collect();
    if select.distinct && select.cuts() {
        // Whole rows are counted, which may have several columns of one name.
        let further = (0..).map_while(|index| further_column(index).map(|name| parents.column(name))).take(keys.len());
        select.columns.extend(keys.into_iter().enumerate().map(|(index, key)| named(key, index)));
        keys = further.collect();
        select = Select::new(From::Select(Box::new(select), parents));
    }
    select.distinct = false;
    select.columns = keys;
    if !select.cuts() {
        select.order.clear();
    }
    Expr::InSelect(columns, Box::new(select))
}

impl Link {
    /// That a row of the target is one that a row with these values leads to; `filter` is what [`Link::ask_filter`] gave.
    ///
    /// A link table is asked in a subquery, under this number: joins and conditions around it are about the target, and a
    /// child that is linked twice is there once.
    pub(crate) fn leads_to(
        &self,
        table: &'static Table,
        near: Vec<Expr>,
        target: Alias,
        number: u32,
        filter: Option<Expr>,
    ) -> Expr {
        let (own, tables) = (
            Children::own(self, table),
            Children::called(self, table, target, &mut |name| Alias::numbered(name, number)),
        );
        let keys = tables.keys(self).into_iter().zip(near);
        let is_key = Expr::all(keys.map(|(key, near)| key.binary(BinaryOperator::Equal, near)).collect());
        let (of_target, of_links) = own.apart(filter);
        let of_target = of_target.into_iter().map(|part| tables.rename(own, part));
        let Some(through) = &self.through else { return Expr::all(iter::once(is_key).chain(of_target).collect()) };
        let links = tables.holder_table;
        let mut select = Select::new(From::Table(table_name(links), number));
        select.columns = through.far.near().map(|index| tables.holder.column(links.columns[index].name)).collect();
        select.filter = Some(is_key);
        of_links.into_iter().for_each(|part| select.add_filter(tables.rename(own, part)));
        let far = through.far.far().map(|index| target.column(table.columns[index].name));
        let is_linked = Expr::InSelect(far.collect(), Box::new(select));
        Expr::all(iter::once(is_linked).chain(of_target).collect())
    }

    /// The order of the rows that a row with these values leads to, for where [`Link::leads_to`] chooses them and the link
    /// table is not read beside them: what it says about links is that of a row's first link in this order.
    ///
    /// # Errors
    /// If a value of the relationship's own condition cannot be sent.
    pub(crate) fn order_apart(
        &self,
        order: Vec<Order>,
        table: &'static Table,
        near: Vec<Expr>,
    ) -> Result<Vec<Order>, ValueError> {
        let Some(through) = &self.through else { return Ok(order) };
        let tables = Children::own(self, table);
        let Children { target, holder, holder_table } = tables;
        let keys = tables.keys(self).into_iter().zip(near);
        let is_key = keys.map(|(key, near)| key.binary(BinaryOperator::Equal, near));
        let leads_there = equal(holder, holder_table, &through.far, target, table);
        let mut first = Select::new(From::Table(table_name(holder_table), holder.number));
        first.filter = Some(Expr::all(is_key.chain([leads_there]).collect()));
        tables.apart(self.ask_filter()?).1.into_iter().for_each(|part| first.add_filter(part));
        first.order.clone_from(&order);
        first.limit = Some(1);
        let apart = |mut part: Order| {
            if part.expr.is_about(target) {
                return part;
            }
            let decimal = is_decimal(&part.expr, holder_table);
            let value = Expr::Scalar(Box::new(Select { columns: vec![part.expr], ..first.clone() }));
            let expr = if decimal { Expr::Typed(Box::new(value), SqlType::Decimal) } else { value };
            Order { expr, nullable: true, ..part }
        };
        Ok(order.into_iter().map(apart).collect())
    }
}

/// Whether the expression is a column of the table that holds decimals.
fn is_decimal(expr: &Expr, table: &Table) -> bool {
    let is_named = |column: &Column| matches!(expr, Expr::Column { name, .. } if *name == column.name);
    table.columns.iter().any(|column| is_named(column) && column.sql_type == SqlType::Decimal)
}
