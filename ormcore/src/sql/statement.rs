use std::borrow::Cow;

use crate::sql::Expr;
use crate::value::Parameter;

/// A table's name, with its schema if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableName {
    /// The schema.
    pub schema: Option<&'static str>,
    /// The table.
    pub name: &'static str,
}

/// Where a SELECT reads.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum From {
    /// One table.
    Table(TableName),
    /// The rows of another SELECT, under a name.
    Select(Box<Select>, &'static str),
}

/// A SELECT.
#[derive(Debug, Clone)]
pub struct Select {
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// What each row holds.
    pub columns: Vec<Expr>,
    /// Where the rows come from.
    pub from: From,
    /// Which rows are wanted.
    pub filter: Option<Expr>,
    /// The order of the rows.
    pub order: Vec<Order>,
    /// The most rows that are wanted.
    pub limit: Option<u64>,
    /// How many rows are left out first.
    pub offset: Option<u64>,
}

/// One part of an ORDER BY.
#[derive(Debug, Clone)]
pub struct Order {
    /// What is ordered by.
    pub expr: Expr,
    /// Up or down.
    pub direction: Direction,
    /// Whether NULLs come first; `None` means first going up and last going down, on every database.
    pub nulls_first: Option<bool>,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// An UPDATE.
#[derive(Debug, Clone)]
pub struct Update {
    /// The table that is changed.
    pub table: TableName,
    /// The columns that are set, and what to.
    pub assignments: Vec<(&'static str, Expr)>,
    /// Which rows are changed.
    pub filter: Option<Expr>,
}

/// A DELETE.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The table that is deleted from.
    pub table: TableName,
    /// Which rows are deleted.
    pub filter: Option<Expr>,
}

/// A statement as it is sent: the text, and the values apart from it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rendered {
    /// The text, with a placeholder for each value.
    pub sql: Cow<'static, str>,
    /// The values, in the order of their placeholders.
    pub parameters: Vec<Parameter>,
}
