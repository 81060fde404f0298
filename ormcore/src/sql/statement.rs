use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::sql::expr::narrow;
use crate::sql::{Alias, CommonTable, Compound, Dialect, Expr, Lock, TemplatePart};
use crate::value::{Parameter, stand_in};

/// A table's name, with its schema if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TableName {
    /// The schema.
    pub schema: Option<&'static str>,
    /// The table.
    pub name: &'static str,
}

/// Where a SELECT reads.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum From {
    /// One table, and which of its occurrences in the statement it is: 0 is the table under its own name.
    Table(TableName, u32),
    /// What the statement calls by the first name (a table, or rows of its WITH), under another name.
    Named(TableName, Alias),
    /// The rows of another SELECT, under a name.
    Select(Box<Select>, Alias),
    /// As `Select`, asked anew for each row of what it is joined to.
    Lateral(Box<Select>, Alias),
    /// The rows of a SELECT that the program wrote itself, under a name.
    Template(Vec<TemplatePart>, Alias),
    /// Two of these, joined.
    Join(Box<Join>),
}

/// A join of two sources of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The left side.
    pub left: From,
    /// Whether rows of the left side without a match on the right stay.
    pub kind: JoinKind,
    /// The right side.
    pub right: From,
    /// Which rows match.
    pub on: Expr,
}

/// What a join does with rows that have no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinKind {
    /// They are left out.
    Inner,
    /// Those of the left side stay, with NULLs on the right.
    Left,
}

impl From {
    /// What stands in a place until the place is filled.
    pub(crate) const fn nothing() -> Self {
        From::Table(TableName { schema: None, name: "" }, 0)
    }

    /// Joins only the rows of a source that meet the condition too.
    pub(crate) fn narrow(&mut self, alias: Alias, condition: Expr) {
        let mut from = self;
        while let From::Join(join) = from {
            if join.right.contains(alias) {
                let on = std::mem::replace(&mut join.on, Expr::Truth(true));
                join.on = on.and(condition);
                return;
            }
            from = &mut join.left;
        }
    }

    fn contains(&self, alias: Alias) -> bool {
        let mut found = false;
        self.visit_sources(&mut |source| found |= source == alias);
        found
    }

    /// Joins something to it, in place.
    pub(crate) fn join(&mut self, kind: JoinKind, right: From, on: Expr) {
        let left = std::mem::replace(self, From::nothing());
        *self = From::Join(Box::new(Join { left, kind, right, on }));
    }
}

/// A SELECT.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// What each row holds.
    pub columns: Vec<Expr>,
    /// Where the rows come from.
    pub from: From,
    /// Which rows are wanted.
    pub filter: Option<Expr>,
    /// What the rows of one group agree in; no groups if there is nothing.
    pub group: Vec<Expr>,
    /// Which groups are wanted.
    pub having: Option<Expr>,
    /// What it is combined with, one after the other, before rows are ordered and counted.
    pub compound: Vec<Compound>,
    /// The order of the rows.
    pub order: Vec<Order>,
    /// The most rows that are wanted.
    pub limit: Option<u64>,
    /// How many rows are left out first.
    pub offset: Option<u64>,
    /// Of rows that agree in these, the first in the order is given; all rows if there are none.
    pub first_of: Vec<Expr>,
    /// Whether the rows of the first table are locked.
    pub lock: Option<Lock>,
    /// Rows under names, which it reads from.
    pub with: Vec<CommonTable>,
}

impl Select {
    /// A SELECT of everything that is read, whose columns are yet to be said.
    #[must_use]
    pub fn new(from: From) -> Self {
        Select {
            distinct: false,
            columns: Vec::new(),
            from,
            filter: None,
            group: Vec::new(),
            having: None,
            compound: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            first_of: Vec::new(),
            lock: None,
            with: Vec::new(),
        }
    }

    /// Whether it gives only a part of the rows.
    pub(crate) fn cuts(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Lets the order expect NULLs in each column whose table may have no row to join.
    pub(crate) fn expect_missing_rows(&mut self) {
        let optional = self.from.optional();
        for part in &mut self.order {
            part.nullable |= part.expr.is_column_of(&optional);
        }
    }

    /// Selects an aggregate too where one in the HAVING or the order alone makes one group of all rows.
    pub(crate) fn select_group(&mut self) {
        // Combined rows are ordered by what the first query selects.
        let is_ordered = || self.compound.is_empty() && self.order.iter().any(|part| part.expr.has_aggregate());
        let is_one_group = self.group.is_empty() && (self.having.is_some() || is_ordered());
        if !is_one_group || self.columns.iter().any(Expr::has_aggregate) {
            return;
        }
        if let Some(first) = self.columns.first_mut() {
            let value = if let Expr::Named(inner, _) = first { inner } else { first };
            let selected = std::mem::replace(value, Expr::Truth(true));
            *value = Expr::Case(vec![(Expr::Sql("count(*) >= 0"), selected)], None);
        }
    }

    /// Adds a condition.
    pub(crate) fn add_filter(&mut self, condition: Expr) {
        narrow(&mut self.filter, condition);
    }
}

/// One part of an ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is ordered by.
    pub expr: Expr,
    /// Up or down.
    pub direction: Direction,
    /// Whether NULLs come first; `None` means first going up and last going down, on every database.
    pub nulls_first: Option<bool>,
    /// Whether the expression may be NULL, as far as is known.
    pub nullable: bool,
}

impl Order {
    /// Smallest first, of what is never NULL.
    pub(crate) fn ascending(expr: Expr) -> Self {
        Order { expr, direction: Direction::Ascending, nulls_first: None, nullable: false }
    }
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
    /// Rows whose columns the assignments and the filter may name.
    pub from: Option<UpdateFrom>,
    /// Which rows are changed.
    pub filter: Option<Expr>,
    /// What is given of each row, as it has become; no rows are given if there is nothing.
    pub returning: Vec<Expr>,
}

/// The rows that an UPDATE reads besides those that it changes.
#[derive(Debug, Clone)]
pub struct UpdateFrom {
    /// The rows.
    pub select: Box<Select>,
    /// What they are called.
    pub alias: Alias,
}

/// A DELETE.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The table that is deleted from.
    pub table: TableName,
    /// Which rows are deleted.
    pub filter: Option<Expr>,
    /// What is given of each row; no rows are given if there is nothing.
    pub returning: Vec<Expr>,
}

/// A statement as it is sent: the text, and the values apart from it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rendered {
    /// The text, with a placeholder for each value.
    pub sql: Cow<'static, str>,
    /// The values, in the order of their placeholders.
    pub parameters: Vec<Parameter>,
    /// Which of the values, in order, are given when the statement is run, and at which position.
    pub(crate) arguments: Vec<(usize, usize)>,
    /// Whether SQL of the program's own, or a function that it names, stands in it.
    pub(crate) may_leave: bool,
}

impl Rendered {
    /// The statement that asks how this one would be run. The answer may show its values: secret ones stay here.
    pub(crate) fn explained(mut self, dialect: &dyn Dialect) -> Self {
        self.sql = format!("{}{}", dialect.explain_prefix(), self.sql).into();
        for parameter in self.parameters.iter_mut().filter(|parameter| parameter.secret) {
            parameter.value = stand_in(&parameter.value);
        }
        self
    }

    /// A text without values.
    pub(crate) fn plain(sql: &'static str) -> Self {
        Rendered { sql: sql.into(), parameters: Vec::new(), arguments: Vec::new(), may_leave: false }
    }

    /// The statement, if it waits for no values.
    ///
    /// # Errors
    /// If a value is to be given when it is run.
    pub(crate) fn complete(self) -> Result<Self> {
        if self.arguments.is_empty() {
            return Ok(self);
        }
        Err(Error::usage("the query has places for values, which only the one that `prepare` gave takes: run that one"))
    }
}
