//! What is loaded together with rows: the hook by which relationships take part in reading a model.

use std::any::{Any, TypeId};
use std::fmt::Debug;
use std::sync::Arc;

use crate::backend::{Parameters, Row, Statement};
use crate::database::Transaction;
use crate::error::Result;
use crate::model::{Dependents, Keeper, Led, Merging, RowId};
use crate::sql::{Alias, Dialect, Expr, From, Order, Select};
use crate::value::ValueError;

mod fetch;
mod keys;
mod rows;
mod statement;

pub(crate) use fetch::Fetch;
pub(crate) use keys::Keys;
pub use rows::{AnyRows, ReadRows, Records, SharedRow};
pub(crate) use rows::{Borrowed, One, Shape, push_made, push_straight, typed};
pub(crate) use statement::{Reading, by_key, each_once};

/// A relationship that is to be loaded with rows, and how.
pub trait EagerLoad: Debug + Send + Sync {
    /// The relationship's name; a later load of the same one takes the place of an earlier.
    fn name(&self) -> &'static str;

    /// The same once more.
    fn boxed(&self) -> Box<dyn EagerLoad>;

    /// The first value in it that cannot be sent.
    fn problem(&self) -> Option<&ValueError>;

    /// Whether it is loaded from what the query itself has joined.
    fn takes_joined(&self) -> bool;

    /// Whether that may be several rows, and so a row of the query may come several times.
    fn gathers_joined(&self) -> bool;

    /// What loads it, once; `None` if `path` has come by its model already, and this load was only declared.
    fn loader(&self, path: &Path<'_>) -> Option<Box<dyn Loader>>;
}

impl Clone for Box<dyn EagerLoad> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}

/// A relationship of `M`, whether rows keep it or not, as a unit of work sees it: apart from [`Related`], so that a program
/// without a session does not compile what only sessions need.
pub trait Depended<M>: Send + Sync {
    /// Whether the row holds the foreign key.
    fn holds_key(&self) -> bool;

    /// Those that the database has point to each of these rows, which are to be deleted, where they are to be known for
    /// that: what [`Depended::dependents`] gets as `read`. Gives none at all where they are not.
    ///
    /// # Errors
    /// If they cannot be read.
    fn children(&self, rows: &[RowId], tx: &Transaction, keeper: &mut Keeper<'_>) -> Result<Vec<Vec<RowId>>>;

    /// What follows the row when that is deleted; without a transaction, of one that is not in the database. The row is as
    /// it is where it holds the foreign key, and else as the database has it.
    ///
    /// # Errors
    /// If it cannot be read.
    fn dependents(
        &self,
        row: &M,
        id: RowId,
        tx: Option<&Transaction>,
        read: &[RowId],
        keeper: &mut Keeper<'_>,
    ) -> Result<Vec<Dependents>>;

    /// Whether it leads to rows of this model by that foreign key of theirs, seen from here, and deletes those that are taken
    /// out of it.
    fn deletes_orphans(&self, children: TypeId, key: &dyn Any) -> bool;

    /// Whether nothing has to be done for it when rows are deleted, or the database does all of that by itself.
    fn is_passive(&self, seen: &mut Vec<(&'static str, &'static str)>) -> bool;

    /// Hands the rows that its fields keep over, and leaves the fields empty. Gives the rows that each of these leads to,
    /// where that is all that it leads to and its own columns do not say it.
    fn hand_over(&self, rows: &mut [M], keeper: &mut Keeper<'_>) -> Option<Led>;

    /// Merges the rows that its field keeps, where it says so.
    ///
    /// # Errors
    /// If one of them cannot be merged.
    fn merge<'r>(&self, row: &'r M, merging: &mut Merging<'_, 'r>) -> Result<()>;
}

/// A relationship that rows keep in a field, as what loads them sees it.
pub trait Related: Send + Sync {
    /// The load that the model declares.
    fn declared(&self) -> Box<dyn EagerLoad>;

    /// Whether the first access of one row loads it for all rows of the same query.
    fn is_batched(&self) -> bool;

    /// Notes in rows of one query that they belong together, unless they have loaded it.
    ///
    /// # Errors
    /// If a row's key cannot be read.
    fn follow(&self, rows: &mut dyn AnyRows) -> Result<()>;
}

/// Notes in rows of one query that they belong together, for the relationships that are loaded together or `watched`.
pub(crate) fn follow(relationships: &[&dyn Related], rows: &mut dyn AnyRows, watched: bool) -> Result<()> {
    if relationships.is_empty() || rows.count() < 2 {
        return Ok(());
    }
    for relationship in relationships {
        if watched || relationship.is_batched() {
            relationship.follow(rows)?;
        }
    }
    Ok(())
}

/// The models from the one that is asked for to the one whose relationships are being loaded.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    pub(crate) table: &'static str,
    pub(crate) from: Option<&'a Path<'a>>,
}

impl Path<'_> {
    /// How often it has come by a table.
    pub(crate) fn visits(&self, table: &str) -> usize {
        usize::from(self.table == table) + self.from.map_or(0, |from| from.visits(table))
    }
}

/// What takes part in the statement that reads parents, whatever these are.
pub trait Joins {
    /// What it adds to the statement that reads the parents.
    fn part(&self) -> Part;

    /// Sends a statement of its own for what might repeat the parents' rows if it were joined.
    fn separate(&mut self);

    /// Adds its tables, columns and order to the statement in which the parents are called `parent`.
    ///
    /// # Errors
    /// If a value in its order cannot be sent.
    fn join(&mut self, parent: Alias, statement: &mut Joining) -> Result<()>;
}

/// Loads one relationship of rows, and what is nested in it.
///
/// It takes part in the statement that reads the parents ([`Joins::join`], [`Loader::joined_row`]) or sends its own, in
/// rounds: [`Loader::next`] puts those of one round into the batch.
pub trait Loader: Joins + Send {
    /// Takes its part of a row of the parents' statement.
    ///
    /// # Errors
    /// If the row cannot be read.
    fn joined_row(&mut self, parent: usize, row: &dyn Row) -> Result<()>;

    /// Puts the statements of the next round into the batch; none if there is nothing left to load.
    ///
    /// # Errors
    /// If a parent's key cannot be sent.
    fn next(
        &mut self,
        parents: &dyn Records,
        source: Option<&Source>,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<()>;

    /// Gives the parameters of a statement of the last round, counted from its first one.
    ///
    /// # Errors
    /// If a value cannot be sent.
    fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()>;

    /// Takes a row of a statement of the last round.
    ///
    /// # Errors
    /// If the row cannot be read.
    fn row(&mut self, statement: usize, row: &dyn Row) -> Result<()>;

    /// Takes care that lazy loads of what it reads can be counted.
    fn watch(&mut self);

    /// Hands what was loaded to the parents.
    ///
    /// # Errors
    /// If a parent's key cannot be read.
    fn finish(&mut self, parents: &mut dyn AnyRows) -> Result<()>;
}

/// What loaders add to the statement that reads the parents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// How many joins.
    pub(crate) joins: usize,
    /// How many of them may repeat the parents' rows.
    pub(crate) repeating: usize,
    /// Whether some take what the statement has joined itself.
    pub(crate) taking: bool,
    /// How many of those may give the parents' rows several times.
    pub(crate) gathering: usize,
    /// Whether subqueries of other statements need it.
    pub(crate) embedded: bool,
    /// Whether what is joined has an order of its own.
    pub(crate) ordered: bool,
    /// Whether nothing tells rows of a joined collection apart.
    pub(crate) alike: bool,
}

impl Part {
    /// How many joins may give what is joined beside or around them several times.
    pub(crate) fn multiplies(self) -> usize {
        self.repeating + self.gathering
    }

    /// Whether rows that nothing tells apart may come several times.
    pub(crate) fn are_alike(self) -> bool {
        self.alike && self.multiplies() > 1
    }

    pub(crate) fn and(self, other: Part) -> Part {
        Part {
            joins: self.joins + other.joins,
            repeating: self.repeating + other.repeating,
            taking: self.taking || other.taking,
            gathering: self.gathering + other.gathering,
            embedded: self.embedded || other.embedded,
            ordered: self.ordered || other.ordered,
            alike: self.alike || other.alike,
        }
    }
}

/// The statement that read the parents, and what it calls them.
#[derive(Debug, Clone)]
pub struct Source {
    /// Without what was joined to it.
    pub(crate) alone: Arc<Select>,
    /// With what was joined to it.
    pub(crate) joined: Arc<Select>,
    pub(crate) parents: Alias,
}

impl Source {
    /// The same statement, whose joined rows are the parents now.
    pub(crate) fn joined(&self, parents: Alias) -> Self {
        Source { alone: Arc::clone(&self.joined), joined: Arc::clone(&self.joined), parents }
    }
}

/// A statement to which loaders add what comes with the parents.
#[derive(Debug)]
pub struct Joining {
    pub(crate) from: From,
    pub(crate) columns: Vec<Expr>,
    /// How many columns its rows have.
    pub(crate) width: usize,
    /// The order of what is joined, after that of the parents.
    pub(crate) order: Vec<Order>,
    /// Whether one row of what is joined may come more than once with the same parent.
    pub(crate) repeats: bool,
    number: u32,
}

impl Joining {
    /// A name for one more occurrence of a table, whose number is at least `at_least`.
    pub(crate) fn alias(&mut self, table: &'static str, at_least: u32) -> Alias {
        let number = self.number.max(at_least);
        self.number = number + 1;
        Alias::numbered(table, number)
    }
}

/// The loaders of one model's relationships.
pub(crate) struct Loaders {
    all: Vec<Box<dyn Loader>>,
    /// Of each loader, its first statement in the last batch.
    first: Vec<usize>,
}

impl Loaders {
    /// Those of the relationships that are declared to be loaded at once, and those that were asked for.
    pub(crate) fn new(declared: &[&dyn Related], asked: &[Box<dyn EagerLoad>], path: &Path<'_>) -> Self {
        let mut loaders = Loaders { all: Vec::new(), first: Vec::new() };
        for relationship in declared {
            let load = relationship.declared();
            if !is_asked(asked, load.name()) {
                loaders.add(load.as_ref(), path);
            }
        }
        for (index, load) in asked.iter().enumerate() {
            if !is_asked(&asked[index + 1..], load.name()) {
                loaders.add(load.as_ref(), path);
            }
        }
        loaders
    }

    fn add(&mut self, load: &dyn EagerLoad, path: &Path<'_>) {
        if let Some(loader) = load.loader(path) {
            self.all.push(loader);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn joined_row(&mut self, parent: usize, row: &dyn Row) -> Result<()> {
        for loader in &mut self.all {
            loader.joined_row(parent, row)?;
        }
        Ok(())
    }

    pub(crate) fn next(
        &mut self,
        parents: &dyn Records,
        source: Option<&Source>,
        dialect: &'static dyn Dialect,
        batch: &mut Vec<Statement>,
    ) -> Result<()> {
        self.first.clear();
        if parents.count() == 0 {
            return Ok(());
        }
        let start = batch.len();
        for loader in &mut self.all {
            self.first.push(batch.len() - start);
            loader.next(parents, source, dialect, batch)?;
        }
        Ok(())
    }

    /// The loader that put a statement into the last batch, and which of its own it is.
    fn owner(&mut self, statement: usize) -> Option<(&mut Box<dyn Loader>, usize)> {
        let (owner, own) = owner(&self.first, statement)?;
        Some((&mut self.all[owner], own))
    }

    pub(crate) fn bind(&mut self, statement: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match self.owner(statement) {
            Some((loader, own)) => loader.bind(own, parameters),
            None => Ok(()),
        }
    }

    pub(crate) fn row(&mut self, statement: usize, row: &dyn Row) -> Result<()> {
        if let [only] = self.all.as_mut_slice() {
            return only.row(statement, row);
        }
        match self.owner(statement) {
            Some((loader, own)) => loader.row(own, row),
            None => Ok(()),
        }
    }

    pub(crate) fn watch(&mut self) {
        for loader in &mut self.all {
            loader.watch();
        }
    }

    pub(crate) fn finish(&mut self, parents: &mut dyn AnyRows) -> Result<()> {
        for loader in &mut self.all {
            loader.finish(parents)?;
        }
        Ok(())
    }
}

impl Joins for Loaders {
    fn part(&self) -> Part {
        let mut part = Part::default();
        for loader in &self.all {
            part = part.and(loader.part());
        }
        part
    }

    fn separate(&mut self) {
        for loader in &mut self.all {
            loader.separate();
        }
    }

    fn join(&mut self, parent: Alias, statement: &mut Joining) -> Result<()> {
        let (around, all) = (statement.repeats, self.part().multiplies());
        for loader in &mut self.all {
            statement.repeats = around || all > loader.part().multiplies();
            loader.join(parent, statement)?;
        }
        statement.repeats = around;
        Ok(())
    }
}

/// Whether a relationship is among those that were asked for.
fn is_asked(asked: &[Box<dyn EagerLoad>], name: &str) -> bool {
    for load in asked {
        if load.name() == name {
            return true;
        }
    }
    false
}

/// Whose a statement of the last batch is, and which of its own it is; `first` has the first statement of each.
fn owner(first: &[usize], statement: usize) -> Option<(usize, usize)> {
    let owner = first.partition_point(|first| *first <= statement).checked_sub(1)?;
    Some((owner, statement - first[owner]))
}
