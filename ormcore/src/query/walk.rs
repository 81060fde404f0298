//! Rows that are found step by step, from those of a query on.

use crate::model::each_once;
use crate::query::Body;
use crate::schema::statements::table_name;
use crate::schema::{Lifted, Table};
use crate::sql::{Alias, BinaryOperator, CommonTable, Expr, From, Select, SetOperator, TableName};
use crate::value::{Parameter, SqlType, Value};

/// What a statement calls the rows found so far; no table is called so.
pub(crate) const FOUND: &str = "#found";

/// What it calls the rows of the table that are counted.
const COUNTED: &str = "#counted";

/// The column that says how far a row is from where it began.
const LEVEL: &str = "#level";

/// More levels than these are worth counting rows of the table for, of which none is further away than there are rows.
const FEW_LEVELS: u32 = 100;

/// How rows of a table are found: it is written when the query is ended, for what is said last may lift default scopes.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    table: &'static Table,
    /// Where it begins.
    first: Body,
    /// What a row that is found leads to.
    step: Body,
    levels: Option<u32>,
}

impl Body {
    /// Gives the rows that are found from its own on.
    pub(crate) fn recurse(&mut self, step: Body, table: &'static Table, levels: Option<u32>) {
        let name = TableName { schema: None, name: FOUND };
        let (own, found) = (Alias::from(table.name), Alias::from(FOUND));
        let from = match levels {
            None => From::Named(name, own),
            Some(_) => {
                // One row may be found on several levels.
                let mut once = Select::new(From::Table(name, 0));
                once.distinct = true;
                once.columns = columns(table, found).collect();
                From::Select(Box::new(once), own)
            }
        };
        let mut lifted = Lifted::NONE;
        lifted.lift_as(&self.lifted, self.select.from.first(), own);
        let told = Body { table: self.table, lifted, scoped: 1, outer: self.outer, ..Body::new(from) };
        let mut first = std::mem::replace(self, told);
        (self.problem, self.misuse) = (first.problem.take(), first.misuse.take());
        self.walk = Some(Box::new(Walk { table, first, step, levels }));
    }
}

impl Walk {
    /// Adds it to the body whose rows it finds.
    pub(super) fn apply(self, body: &mut Body) {
        let Walk { table, mut first, mut step, levels } = self;
        let own = Alias::from(table.name);
        let start = first.select.from.first();
        for (part, alias) in [(&mut first, start), (&mut step, own)] {
            part.lifted.lift_as(&body.lifted, own, alias);
            part.apply_scopes();
            part.problem.take().into_iter().for_each(|problem| body.add_problem(problem));
            part.misuse.take().into_iter().for_each(|misuse| body.add_misuse(|| misuse));
        }
        let (mut first, mut step) = (first.select, step.select);
        first.columns = columns(table, first.from.first()).collect();
        first = each_once(first, table);
        if let Some(levels) = levels {
            count_levels(table, levels, &mut first, &mut step);
        }
        let select = first.combined(SetOperator::Union, step);
        body.select.with.push(CommonTable { name: FOUND, recursive: true, select });
    }
}

fn columns(table: &'static Table, of: Alias) -> impl Iterator<Item = Expr> {
    table.columns.iter().map(move |column| of.column(column.name))
}

/// Counts the levels of what is found, and takes at most so many steps.
///
/// A row that is found on another level is another row: circles end by the levels alone.
fn count_levels(table: &'static Table, levels: u32, first: &mut Select, step: &mut Select) {
    let (own, found) = (Alias::from(table.name), Alias::from(FOUND));
    let level = || found.column(LEVEL);
    let none = Expr::Typed(Box::new(Expr::Sql("0")), SqlType::BigInt);
    first.columns.push(Expr::Named(Box::new(none), LEVEL));
    step.columns.push(level().binary(BinaryOperator::Add, Expr::Sql("1")));
    let most = if levels > FEW_LEVELS {
        let mut rows = Select::new(From::Table(table_name(table), 0));
        rows.columns = vec![Expr::Sql("1")];
        rows.limit = Some(u64::from(levels));
        let mut count = Select::new(From::Select(Box::new(rows), Alias::from(COUNTED)));
        count.columns = vec![Expr::Sql("count(*)")];
        Expr::Scalar(Box::new(count))
    } else {
        Expr::Value(Parameter { value: Value::Int(i64::from(levels)), secret: false })
    };
    step.add_filter(level().binary(BinaryOperator::Less, most));
    let same = table.primary_key().map(|index| table.columns[index].name);
    let same: Vec<Expr> = same.map(|name| own.column(name).equals(found.column(name))).collect();
    if !same.is_empty() {
        step.add_filter(Expr::Not(Box::new(Expr::all(same))));
    }
}
