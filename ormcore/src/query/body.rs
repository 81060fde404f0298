//! What queries say, whatever their rows become: the untyped part of them.

use crate::error::{Error, Result};
use crate::model::EagerLoad;
use crate::query::{Cursor, Walk, cursor};
use crate::schema::statements::table_name;
use crate::schema::{Lifted, Table};
use crate::sql::{Alias, Expr, From, JoinKind, Order, Select};
use crate::value::ValueError;

/// A SELECT in the making, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Body {
    pub(crate) select: Select,
    /// What is joined to the first source, in order.
    pub(crate) joined: Vec<Joined>,
    /// The first value that cannot be sent; told when the query is ended.
    pub(crate) problem: Option<ValueError>,
    /// What it cannot do, in words; told when the query is ended.
    pub(crate) misuse: Option<String>,
    /// The table of the first source, if it is one.
    pub(crate) table: Option<&'static Table>,
    /// Which default scopes of its sources are lifted.
    pub(crate) lifted: Lifted,
    /// Of how many of its sources the default scopes are part of it: the first one, and then what is joined, in order.
    pub(crate) scoped: usize,
    /// The place that it begins behind.
    pub(crate) after: Option<Cursor>,
    /// The source of the query around it that it uses.
    pub(crate) outer: Option<Alias>,
    /// Whether the program makes something else of its rows.
    pub(crate) mapped: bool,
    /// How many of the first parts of its order the query does not say itself: they order rows, and make no demands on what
    /// is selected.
    pub(crate) unsaid: usize,
    /// How many of the last parts of its order make a place of each row, and are not said by the query either.
    pub(crate) placing: usize,
    /// What its rows are found by, if that is not part of it yet.
    pub(crate) walk: Option<Box<Walk>>,
}

/// What a query has joined to its model's table.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The source whose columns can be used.
    pub(crate) alias: Alias,
    /// Its table.
    pub(crate) table: Option<&'static Table>,
    /// The columns that tell its rows apart; none if nothing is known to.
    pub(crate) identity: Option<Vec<Expr>>,
    /// Whether a row that it is joined to is known to have many rows there.
    pub(crate) repeats: bool,
    /// The condition on which it is joined.
    pub(crate) on: Expr,
    /// The relationship whose condition that is, if it is not the program's own.
    pub(crate) along: Option<Followed>,
}

/// A relationship that a query has joined.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    /// That the keys of the two sides agree.
    pub(crate) keys: Expr,
    /// Its name, if it does not lead to all rows for which they do.
    pub(crate) filtered: Option<&'static str>,
}

impl Joined {
    /// The columns of the table's primary key; none if it has none.
    pub(crate) fn key(table: &Table, alias: Alias) -> Option<Vec<Expr>> {
        let key: Vec<Expr> = table.primary_key().map(|index| alias.column(table.columns[index].name)).collect();
        (!key.is_empty()).then_some(key)
    }
}

impl Body {
    /// Reads from something that is no table.
    pub(crate) fn new(from: From) -> Self {
        Body {
            select: Select::new(from),
            joined: Vec::new(),
            problem: None,
            misuse: None,
            table: None,
            lifted: Lifted::NONE,
            scoped: 0,
            after: None,
            outer: None,
            mapped: false,
            unsaid: 0,
            placing: 0,
            walk: None,
        }
    }

    /// Reads from a table.
    pub(crate) fn of(table: &'static Table) -> Self {
        Body { table: Some(table), ..Body::new(From::Table(table_name(table), 0)) }
    }

    /// Leaves only the rows that are in the default scopes of its models.
    pub(crate) fn apply_scopes(&mut self) {
        if let Some(walk) = self.walk.take() {
            walk.apply(self);
        }
        let scoped = std::mem::replace(&mut self.scoped, 1 + self.joined.len());
        let scopes_of = |table: Option<&'static Table>, alias| table?.scopes_as(alias, &self.lifted);
        let first = scopes_of(self.table.filter(|_| scoped == 0), self.select.from.first());
        let joined = self.joined.iter().skip(scoped.saturating_sub(1));
        let joined = joined.filter_map(|joined| Some((joined.alias, scopes_of(joined.table, joined.alias)?)));
        let joined: Vec<_> = joined.collect();
        if let Some(scope) = first {
            self.with(scope, Select::add_filter);
        }
        for (alias, scope) in joined {
            self.with(scope, |select, scope| select.from.narrow(alias, scope));
        }
    }

    /// Leaves only the rows behind the place that it is to begin at, where it becomes a part of another query: whether it
    /// can is told when that one is ended.
    pub(crate) fn apply_place(&mut self) {
        if let Err(error) = cursor::apply(self) {
            self.add_misuse(|| error.to_string());
        }
    }

    /// The columns that tell the rows of a source apart; none if that is not known.
    pub(crate) fn identity(&self, alias: Alias) -> Vec<Expr> {
        let columns = |table: &'static Table| table.identity().map(|index| alias.column(table.columns[index].name));
        self.table_of(alias).map(|table| columns(table).collect()).unwrap_or_default()
    }

    /// The table that a source is, or whose columns it has.
    pub(crate) fn table_of(&self, alias: Alias) -> Option<&'static Table> {
        let first = self.table.filter(|_| self.select.from.first() == alias);
        first.or_else(|| self.joined.iter().find(|joined| joined.alias == alias).and_then(|joined| joined.table))
    }

    /// Notes a value that cannot be sent; the first one is told when the query is ended.
    pub(crate) fn add_problem(&mut self, problem: ValueError) {
        self.problem.get_or_insert(problem);
    }

    /// Notes what it cannot do.
    pub(crate) fn add_misuse(&mut self, misuse: impl FnOnce() -> String) {
        self.misuse.get_or_insert_with(misuse);
    }

    /// Keeps only the rows that meet the condition.
    pub(crate) fn filter(&mut self, condition: Result<Expr, ValueError>) {
        self.with(condition, Select::add_filter);
    }

    /// Uses the value, or notes that it cannot be sent.
    pub(crate) fn with<T>(&mut self, value: Result<T, ValueError>, add: impl FnOnce(&mut Select, T)) {
        match value {
            Ok(value) => add(&mut self.select, value),
            Err(error) => self.add_problem(error),
        }
    }

    /// Adds what the function adds to the order.
    pub(crate) fn add_order(&mut self, add: impl FnOnce(&mut Vec<Order>) -> Result<(), ValueError>) {
        let added = add(&mut self.select.order);
        self.note(added);
    }

    /// As [`Body::add_order`], before the query itself says an order.
    pub(crate) fn add_unsaid_order(&mut self, add: impl FnOnce(&mut Vec<Order>) -> Result<(), ValueError>) {
        self.add_order(add);
        self.unsaid = self.select.order.len();
    }

    /// Leaves out what the query does not say of its order where what it gives has no such value; but where it gives only
    /// the first of these, and nothing else says which these are, that is told like an order of its own.
    pub(crate) fn settle_order(&mut self) {
        let (unsaid, placing) = (std::mem::take(&mut self.unsaid), std::mem::take(&mut self.placing));
        let is_grouped = self.is_grouped();
        let select = &mut self.select;
        let mut said = unsaid..select.order.len().saturating_sub(placing);
        let is_limited = select.limit.is_some() || select.offset.is_some();
        if is_limited && said.is_empty() && (select.distinct || !select.group.is_empty()) {
            said.start = 0;
        }
        let mut at = 0..;
        select.order.retain(|part| {
            let is_grouped_by = !is_grouped || select.group.contains(&part.expr);
            let is_selected = || select.columns.iter().any(|column| *column.unnamed() == part.expr);
            let is_said = at.next().is_some_and(|at| said.contains(&at));
            is_said || is_grouped_by && (!select.distinct || is_selected())
        });
    }

    /// Whether each row that it gives stands for many.
    pub(crate) fn is_grouped(&self) -> bool {
        let select = &self.select;
        let given = select.columns.iter().chain(select.order.iter().map(|part| &part.expr)).any(Expr::has_aggregate);
        given || !select.group.is_empty() || select.having.is_some()
    }

    /// Adds something to what is loaded with the rows.
    pub(crate) fn add_load(&mut self, load: Box<dyn EagerLoad>, loads: &mut Vec<Box<dyn EagerLoad>>) {
        if let Some(problem) = load.problem() {
            self.add_problem(problem.clone());
        }
        loads.push(load);
    }

    /// Notes what cannot be sent, if that is what came of something.
    pub(crate) fn note(&mut self, outcome: Result<(), ValueError>) {
        if let Err(error) = outcome {
            self.add_problem(error);
        }
    }

    /// Adds what the function adds to the groups, as comparisons take it.
    pub(crate) fn add_groups(&mut self, add: impl FnOnce(&mut Vec<Order>) -> Result<(), ValueError>) {
        let mut parts = Vec::new();
        match add(&mut parts) {
            Ok(()) => self.select.group.extend(parts.into_iter().map(|part| part.expr.into_counted())),
            Err(error) => self.add_problem(error),
        }
    }

    /// Lets the query use a source of the query around it.
    pub(crate) fn correlate(&mut self, outer: Alias) {
        if self.outer.is_some_and(|before| before != outer) {
            self.add_misuse(|| "a subquery is correlated with one source of the query around it".to_string());
        }
        self.outer = Some(outer);
        if self.has(outer) {
            self.keep_outer(outer);
        }
    }

    /// Notes that a source of its own would hide the one around it that it is about.
    fn keep_outer(&mut self, own: Alias) {
        if self.outer == Some(own) {
            self.add_misuse(|| {
                format!(
                    "this query is about rows of `{0}` around it, and reads `{0}` itself, where the two would not be told \
                     apart: read another occurrence of it, `let other = alias!({0});`, by `other.query()`, or by \
                     `.join(RELATIONSHIP.to(other))`",
                    own.name
                )
            });
        }
    }

    /// Whether there is a source of this name already.
    pub(crate) fn has(&self, alias: Alias) -> bool {
        self.select.from.first() == alias || self.joined.iter().any(|joined| joined.alias == alias)
    }

    /// Joins a source of rows.
    pub(crate) fn join(&mut self, kind: JoinKind, right: From, joined: Joined) {
        let alias = joined.alias;
        self.keep_outer(alias);
        if self.has(alias) {
            self.add_misuse(|| {
                format!(
                    "the query joins the table `{0}` twice, and its columns would not be told apart: join another \
                     occurrence of it, `let other = alias!({0});` and `.join(RELATIONSHIP.to(other))`, or filter with \
                     `.any(..)` or `.has(..)` instead",
                    alias.name
                )
            });
        }
        self.select.from.join(kind, right, joined.on.clone());
        self.joined.push(joined);
    }

    /// Gives at most this many rows.
    pub(crate) fn at_most(&mut self, rows: u64) {
        let limit = &mut self.select.limit;
        *limit = Some(limit.map_or(rows, |limit| limit.min(rows)));
    }

    /// Whether the number of rows is not simply the number of those that meet the conditions.
    pub(crate) fn cuts(&self) -> bool {
        self.select.distinct || !self.select.first_of.is_empty() || self.select.cuts()
    }

    /// The SELECT of these columns.
    pub(crate) fn into_select(self, columns: Vec<Expr>) -> Select {
        Select { columns, ..self.select }
    }

    /// Takes the columns that tell apart rows in which one row of the model appears more than once; none if nothing is known
    /// to.
    pub(crate) fn take_identity(&mut self) -> Option<Vec<Expr>> {
        let select = &mut self.select;
        let own = select.from.first();
        let is_own = |expr: &mut Expr| expr.is_about(own) && !expr.may_change();
        let is_chosen = !select.first_of.is_empty();
        let comes_once = if is_chosen { select.first_of.iter_mut().all(is_own) } else { select.distinct };
        if comes_once {
            return Some(Vec::new());
        }
        let told_apart = self.joined.iter_mut().map(|joined| joined.identity.take());
        let identity = told_apart.collect::<Option<Vec<_>>>()?.concat();
        // Where rows are chosen among what is joined, what they were joined to is not seen any more.
        (!is_chosen || identity.is_empty()).then_some(identity)
    }

    /// As [`Body::check_alone`], for a query that gives whole rows of the table.
    pub(crate) fn check_rows(&mut self, table: &Table) -> Result<()> {
        if self.select.from.first() != Alias::from(table.name) {
            self.add_misuse(|| {
                "a query over an alias gives no whole rows: say what it gives by `select(..)`, such as \
                 `alias.all_columns()`"
                    .to_string()
            });
        }
        if !self.select.group.is_empty() {
            self.add_misuse(|| {
                "groups have no whole rows: after `group_by`, say what each group gives by `select(..)`".to_string()
            });
        }
        cursor::apply(self)?;
        self.check_alone(table.name)
    }

    /// What is wrong with it, as an error about the table.
    pub(crate) fn check(&mut self, table: &str) -> Result<()> {
        self.apply_scopes();
        if self.select.lock.is_some() && (self.select.distinct || !self.select.first_of.is_empty()) {
            self.add_misuse(|| {
                "rows that are chosen by `distinct` or `distinct_on` cannot be locked: read their keys first, and lock the \
                 rows with these keys"
                    .to_string()
            });
        }
        if self.select.lock.is_some() && !self.select.with.is_empty() {
            self.add_misuse(|| {
                "rows that are found along a relationship cannot be locked: lock them by their keys".into()
            });
        }
        if self.after.is_some() {
            self.add_misuse(|| {
                "this query has no rows of a model to begin behind one of: leave out `after`".to_string()
            });
        }
        match (self.problem.take(), self.misuse.take()) {
            (Some(error), _) => Err(Error::encode(table, "", &error)),
            (None, Some(misuse)) => Err(Error::usage(misuse)),
            (None, None) => Ok(()),
        }
    }

    /// As [`Body::check`], for a query that is ended, and not a part of another.
    pub(crate) fn check_alone(&mut self, table: &str) -> Result<()> {
        if let Some(outer) = self.outer {
            self.add_misuse(|| {
                format!(
                    "this query is about rows of `{}` around it, and so it can only be a part of a query over them: \
                     give it to `exists(..)` or end it by `.scalar()`",
                    outer.name
                )
            });
        }
        self.check(table)
    }
}
