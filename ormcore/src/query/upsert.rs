//! Inserts that say what happens to a row that is there already.

mod find;
mod part;
mod plan;
mod proposed;
mod target;
mod together;
mod upserted;

use std::fmt;
use std::marker::PhantomData;

pub use proposed::{Proposed, proposed};
pub(crate) use target::conflict_target;
pub use upserted::Upserted;

use plan::UpsertRows;
use target::Target;

use crate::error::Error;
use crate::model::{ColumnList, Draft, Model, Writable};
use crate::plan::Executor;
use crate::query::{Assignment, Assignments, Condition, Scope};
use crate::sql::Expr;
use crate::sql::expr::narrow;
use crate::value::ValueError;

/// The columns by which a draft may meet a row that is there: what `on_conflict` gives, to be followed by what happens
/// then, `do_nothing`, `or_find`, `do_update` or `do_update_all`.
#[must_use = "it does nothing until it is told what to do, by `.do_nothing()`, `.or_find()`, `.do_update(..)` or `.do_update_all()`"]
pub struct OnConflict<M, D> {
    drafts: D,
    target: Target,
    model: PhantomData<fn() -> M>,
}

/// As [`OnConflict`], of any column, where nothing can be done but nothing.
#[must_use = "it does nothing until it is told what to do, by `.do_nothing()`"]
pub struct OnAnyConflict<M, D> {
    drafts: D,
    model: PhantomData<fn() -> M>,
}

/// Many drafts, which are yet to be given.
#[derive(Debug, Clone, Copy)]
pub struct Many;

/// What the update of an upsert can use: the row that is there, and the proposed one.
pub type ConflictScope<M> = Scope<M, Scope<Proposed<M>, ()>>;

/// An insert that says what happens to a row that is there already: an upsert.
///
/// `O` is what becomes of a draft: `M`, `Option<M>` where it may leave no row, or `(M, bool)` with whether it was inserted.
#[must_use = "an upsert does nothing until it is ended by `.insert(&db)` or `.insert_all(drafts, &db)`"]
pub struct Upsert<M, D, O> {
    drafts: D,
    clause: Clause<M>,
    output: PhantomData<fn() -> O>,
}

/// What happens to a row that is there already.
struct Clause<M> {
    target: Target,
    /// What is set; nothing is done where there is nothing to.
    update: Option<Update<M>>,
    filter: Option<Expr>,
    problem: Option<ValueError>,
}

/// What the update of an upsert sets.
enum Update<M> {
    Assigned(Vec<Assignment<M>>),
    /// What the draft brings, but for the columns at these positions.
    Brought {
        but: Vec<usize>,
    },
}

impl<M> Clone for Update<M> {
    fn clone(&self) -> Self {
        match self {
            Update::Assigned(assignments) => Update::Assigned(assignments.clone()),
            Update::Brought { but } => Update::Brought { but: but.clone() },
        }
    }
}

impl<M> fmt::Debug for Update<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Update::Assigned(assignments) => assignments.fmt(f),
            Update::Brought { but } => f.debug_struct("Brought").field("but", but).finish(),
        }
    }
}

impl<M, O> Upsert<M, Draft<M>, O> {
    pub(crate) fn draft_mut(&mut self) -> &mut Draft<M> {
        &mut self.drafts
    }
}

impl<M> Clone for Clause<M> {
    fn clone(&self) -> Self {
        Clause {
            target: self.target.clone(),
            update: self.update.clone(),
            filter: self.filter.clone(),
            problem: self.problem.clone(),
        }
    }
}

impl<M: Writable> Draft<M> {
    /// Says by which columns the draft may meet a row that is there already: those of the primary key, or of a unique
    /// constraint. Then `do_nothing`, `or_find`, `do_update` or `do_update_all` says what happens.
    ///
    /// ```
    /// use ormcore::prelude::*;
    /// use ormcore::sql::proposed;
    ///
    /// #[derive(Model, Debug)]
    /// struct Tag {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     #[column(unique)]
    ///     label: String,
    ///     #[column(default = 1)]
    ///     uses: i64,
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(Tag,)>()?;
    /// for label in ["rust", "sql", "rust"] {
    ///     let more = Tag::USES.set(Tag::USES + proposed(Tag::USES));
    ///     Tag::new(label).on_conflict(Tag::LABEL).do_update(more).insert(&db)?;
    /// }
    /// let uses = Tag::query().select((Tag::LABEL, Tag::USES)).order_by(Tag::LABEL).all(&db)?;
    /// assert_eq!(uses, [("rust".to_string(), 2), ("sql".to_string(), 1)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// The model's `before_insert` and `validate` see the draft. Where a row that is there stays as it is (`do_nothing`,
    /// `or_find`), `after_insert` sees what was inserted, unless it is only counted. With an update no function is called
    /// afterwards, for the database alone knows which of the two it was.
    pub fn on_conflict(self, columns: impl ColumnList<M>) -> OnConflict<M, Draft<M>> {
        OnConflict::new(self, &columns)
    }

    /// Says that the draft may meet a row that is there already by any of its unique constraints, whose columns need not be
    /// named: then nothing is done.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Tag,)>()?;
    /// assert!(Tag::new("rust").on_any_conflict().do_nothing().insert(&db)?.is_some());
    /// assert!(Tag::new("rust").on_any_conflict().do_nothing().insert(&db)?.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn on_any_conflict(self) -> OnAnyConflict<M, Draft<M>> {
        OnAnyConflict::new(self)
    }
}

impl<M: Model> OnConflict<M, Many> {
    pub(super) fn many(columns: &impl ColumnList<M>) -> Self {
        OnConflict::new(Many, columns)
    }
}

impl<M: Model, D> OnConflict<M, D> {
    fn new(drafts: D, columns: &impl ColumnList<M>) -> Self {
        OnConflict { drafts, target: Target::Columns(columns.indexes()), model: PhantomData }
    }

    /// Leaves the row that is there as it is (`DO NOTHING`): a draft that meets one leaves no row, and `None` is given.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Tag,)>()?;
    /// let first = Tag::new("rust").on_conflict(Tag::LABEL).do_nothing().insert(&db)?;
    /// let second = Tag::new("rust").on_conflict(Tag::LABEL).do_nothing().insert(&db)?;
    /// assert_eq!(first.map(|tag| tag.id), Some(1));
    /// assert!(second.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn do_nothing(self) -> Upsert<M, D, Option<M>> {
        let clause = Clause { target: self.target, update: None, filter: None, problem: None };
        Upsert { drafts: self.drafts, clause, output: PhantomData }
    }

    /// Gives the row that is there as it is, or else the new one, and whether it is new: get or create.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Tag,)>()?;
    /// let (first, is_new) = Tag::new("rust").on_conflict(Tag::LABEL).or_find().insert(&db)?;
    /// assert!(is_new);
    /// let (second, is_new) = Tag::new("rust").on_conflict(Tag::LABEL).or_find().insert(&db)?;
    /// assert!(!is_new);
    /// assert_eq!(first.id, second.id);
    ///
    /// let tags = Tag::on_conflict(Tag::LABEL).or_find().insert_all(["sql", "rust", "sql"].map(Tag::new), &db)?;
    /// let tags: Vec<_> = tags.iter().map(|(tag, is_new)| (tag.id, *is_new)).collect();
    /// assert_eq!(tags, [(2, true), (1, false), (2, false)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// The row is looked for first, so that one that is there costs one SELECT: nothing is locked, and no number of a
    /// sequence is spent. What is not there is inserted (`DO NOTHING`), and looked for again where another was faster. So each
    /// row has one that inserted it, however many try at once, also where their drafts agree in other unique constraints too
    /// (for that, PostgreSQL refuses tables that have a deferrable one). In a transaction of PostgreSQL that is
    /// `repeatable_read` or `serializable`, one that is too late gets an error that
    /// [`is_retryable`](Error::is_retryable).
    ///
    /// As the constraint does, it meets rows that are out of the model's default scope. The draft has to bring the columns of
    /// `on_conflict`; one with a NULL among them meets nothing. Where the constraint is a partial index, the draft is inserted
    /// first, for the database alone knows whether it is in the index.
    #[doc(alias = "get_or_create")]
    #[doc(alias = "find_or_create")]
    pub fn or_find(self) -> Upsert<M, D, (M, bool)> {
        let clause = Clause { target: self.target, update: None, filter: None, problem: None };
        Upsert { drafts: self.drafts, clause, output: PhantomData }
    }

    /// Updates the row that is there (`DO UPDATE`), and gives it: what is set may use its columns, and those of the draft by
    /// [`proposed`]. `on_write` columns get the draft's values and the version column is raised, unless the assignments name
    /// them.
    ///
    /// What sets nothing, such as a struct of [`Changes`](crate::Changes) in which nothing is present, is an error at the insert,
    /// for there is no statement that gives the row as it is: [`or_find`](OnConflict::or_find) does.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::proposed;
    /// # #[derive(Model)] struct Price { #[column(primary_key)] product: String, cents: i64, #[column(default = 0)] changes: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Price,)>()?;
    /// let set = |product, cents| {
    ///     let change = (Price::CENTS.set(proposed(Price::CENTS)), Price::CHANGES.set(Price::CHANGES + 1));
    ///     Price::new(product, cents).on_conflict(Price::PRODUCT).do_update(change).insert(&db)
    /// };
    /// set("tea", 300)?;
    /// let tea = set("tea", 350)?;
    /// assert_eq!((tea.cents, tea.changes), (350, 1));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn do_update<I>(self, assignments: impl Assignments<M, ConflictScope<M>, I>) -> Upsert<M, D, M> {
        self.update(Update::Assigned(assignments.into_assignments()))
    }

    /// Updates the row that is there to what the draft brings, and gives it: `SET cents = excluded.cents, ..` for every column
    /// but those of `on_conflict`, the primary key and the version, which is raised.
    ///
    /// A draft brings each column that its INSERT names: what it was given, what the program has as a default, NULL where a
    /// nullable column was given nothing. What it leaves to the database, by `server_default` or as a generated value, stays
    /// in the row that is there as it is. Leave out by [`do_update_all_but`](OnConflict::do_update_all_but) what is to stay
    /// though the draft brings it.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)]
    /// # struct Product {
    /// #     #[column(primary_key)] id: i64,
    /// #     #[column(unique)] sku: String,
    /// #     title: String,
    /// #     cents: i64,
    /// #     #[column(server_default = "0")] stock: i64,
    /// # }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Product,)>()?;
    /// Product::new("T-1", "Tea", 300).set(Product::STOCK, 12).insert(&db)?;
    /// let import = [Product::new("T-1", "Black tea", 350), Product::new("S-1", "Salt", 90)];
    /// let products = Product::on_conflict(Product::SKU).do_update_all().insert_all(import, &db)?;
    /// let tea = &products[0];
    /// assert_eq!((tea.id, tea.title.as_str(), tea.cents, tea.stock), (1, "Black tea", 350, 12));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// A draft that brings nothing else is an error of the upsert: there is nothing to update.
    pub fn do_update_all(self) -> Upsert<M, D, M> {
        self.update(Update::Brought { but: Vec::new() })
    }

    /// As [`do_update_all`](OnConflict::do_update_all), but for some columns, which stay in the row that is there as they are:
    /// when it was made, by whom. `on_write` columns and the version are written all the same, as every update does.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)]
    /// # struct Product {
    /// #     #[column(primary_key)] id: i64,
    /// #     #[column(unique)] sku: String,
    /// #     cents: i64,
    /// #     source: String,
    /// # }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Product,)>()?;
    /// Product::new("T-1", 300, "by hand").insert(&db)?;
    /// let upsert = Product::on_conflict(Product::SKU).do_update_all_but((Product::SOURCE,));
    /// assert_eq!(upsert.execute_all([Product::new("T-1", 350, "import")], &db)?, 1);
    /// let tea = Product::find(1, &db)?;
    /// assert_eq!((tea.cents, tea.source.as_str()), (350, "by hand"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn do_update_all_but(self, columns: impl ColumnList<M>) -> Upsert<M, D, M> {
        self.update(Update::Brought { but: columns.indexes() })
    }

    fn update(self, update: Update<M>) -> Upsert<M, D, M> {
        let clause = Clause { target: self.target, update: Some(update), filter: None, problem: None };
        Upsert { drafts: self.drafts, clause, output: PhantomData }
    }
}

impl<M: Model, D> OnAnyConflict<M, D> {
    pub(super) fn new(drafts: D) -> Self {
        OnAnyConflict { drafts, model: PhantomData }
    }

    /// Leaves the row that is there as it is, as [`OnConflict::do_nothing`].
    pub fn do_nothing(self) -> Upsert<M, D, Option<M>> {
        let clause = Clause { target: Target::Any, update: None, filter: None, problem: None };
        Upsert { drafts: self.drafts, clause, output: PhantomData }
    }
}

impl<M: Model, D> Upsert<M, D, M> {
    /// Updates the row that is there only if it meets the condition, which may be about the proposed row too; else nothing
    /// is done, and `None` is given.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::proposed;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] url: String, revision: i64, text: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page,)>()?;
    /// let write = |revision, text| {
    ///     let change = (Page::REVISION.set(proposed(Page::REVISION)), Page::TEXT.set(proposed(Page::TEXT)));
    ///     let upsert = Page::new("/", revision, text).on_conflict(Page::URL).do_update(change);
    ///     upsert.filter(Page::REVISION.lt(proposed(Page::REVISION))).insert(&db)
    /// };
    /// assert!(write(2, "two")?.is_some());
    /// assert!(write(1, "late")?.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn filter<P: Condition<ConflictScope<M>, I>, I>(self, condition: P) -> Upsert<M, D, Option<M>> {
        Upsert::<M, D, Option<M>> { drafts: self.drafts, clause: self.clause, output: PhantomData }.filter(condition)
    }
}

impl<M: Model, D> Upsert<M, D, Option<M>> {
    /// Updates the row that is there only if it meets this condition too.
    pub fn filter<P: Condition<ConflictScope<M>, I>, I>(mut self, condition: P) -> Self {
        match condition.into_expr() {
            Ok(condition) => narrow(&mut self.clause.filter, condition),
            Err(problem) => self.clause.problem = Some(problem),
        }
        self
    }
}

impl<M: Writable, O: Upserted<M>> Upsert<M, Draft<M>, O> {
    /// Inserts the draft, or does what was said to the row that is there; ends in the row as the database has it then.
    ///
    /// # Errors
    /// If the columns of `on_conflict` are not those of a primary key or a unique constraint, nothing is set or a column is
    /// set twice, the draft lacks a value or has nested drafts, or it breaks another constraint; with `or_find`, if the row that
    /// it meets is gone each of five times when it is looked for.
    pub fn insert<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, O>
    where
        O: 'p,
    {
        let missing = || Error::usage("the draft became no row");
        let one = move |mut outputs: Vec<O>, _| outputs.pop().ok_or_else(missing);
        db.run(UpsertRows::new(std::iter::once(self.drafts), self.clause, true, one))
    }

    /// Inserts the draft, and gives only whether a row was inserted or updated. Nothing is read back, which makes it several
    /// times as quick on SQLite.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Tag { #[column(primary_key)] id: i64, #[column(unique)] label: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Tag,)>()?;
    /// assert!(Tag::new("rust").on_conflict(Tag::LABEL).do_nothing().execute(&db)?);
    /// assert!(!Tag::new("rust").on_conflict(Tag::LABEL).do_nothing().execute(&db)?);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`insert`](Upsert::insert).
    pub fn execute<'p, E: Executor + 'p>(self, db: E) -> E::Out<'p, bool>
    where
        M: 'p,
        O: 'p,
    {
        let any = |_: Vec<O>, written| Ok(written > 0);
        db.run(UpsertRows::new(std::iter::once(self.drafts), self.clause, false, any))
    }
}

impl<M: Writable, O: Upserted<M>> Upsert<M, Many, O> {
    /// Inserts the drafts one after the other, all or nothing; ends in what became of each, in the same order.
    ///
    /// A draft may meet a row that another of them has made: `do_update` then updates it again.
    ///
    /// On PostgreSQL drafts whose columns of `on_conflict` are all different travel in one statement, as those of `insert_all`
    /// do, where `do_update` sets what needs no value of the program (`proposed(..)` needs none) and has no `filter`; others
    /// are executions of one statement in one round trip: 10 000 of them took 160 ms where `insert_all` took 43. Where the
    /// database holds different texts for equal, as a `citext` column of a table of others does, the one statement is refused
    /// and undone, and they are executions too.
    ///
    /// # Errors
    /// As [`Upsert::insert`]; nothing is written then.
    pub fn insert_all<'p, E: Executor + 'p>(
        self,
        drafts: impl IntoIterator<Item = Draft<M>>,
        db: E,
    ) -> E::Out<'p, Vec<O>>
    where
        O: 'p,
    {
        db.run(UpsertRows::new(drafts.into_iter(), self.clause, true, |outputs, _| Ok(outputs)))
    }

    /// Inserts the drafts in order, all or nothing, and gives only how many rows were inserted or updated. Nothing is read
    /// back, which makes it several times as quick on SQLite.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::sql::proposed;
    /// # #[derive(Model)] struct Price { #[column(primary_key)] product: String, cents: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Price,)>()?;
    /// let upsert = Price::on_conflict(Price::PRODUCT).do_update(Price::CENTS.set(proposed(Price::CENTS)));
    /// let prices = [Price::new("tea", 300), Price::new("salt", 90), Price::new("tea", 350)];
    /// assert_eq!(upsert.execute_all(prices, &db)?, 3);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`insert_all`](Upsert::insert_all).
    pub fn execute_all<'p, E: Executor + 'p>(self, drafts: impl IntoIterator<Item = Draft<M>>, db: E) -> E::Out<'p, u64>
    where
        M: 'p,
        O: 'p,
    {
        db.run(UpsertRows::new(drafts.into_iter(), self.clause, false, |_: Vec<O>, written| Ok(written)))
    }
}

impl<M, D: Clone, O> Clone for Upsert<M, D, O> {
    fn clone(&self) -> Self {
        Upsert { drafts: self.drafts.clone(), clause: self.clause.clone(), output: PhantomData }
    }
}

impl<M, D: fmt::Debug> fmt::Debug for OnConflict<M, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnConflict").field("drafts", &self.drafts).field("target", &self.target).finish()
    }
}

impl<M, D: fmt::Debug> fmt::Debug for OnAnyConflict<M, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnAnyConflict").field("drafts", &self.drafts).finish()
    }
}

impl<M, D: fmt::Debug, O> fmt::Debug for Upsert<M, D, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upsert")
            .field("drafts", &self.drafts)
            .field("target", &self.clause.target)
            .field("update", &self.clause.update)
            .field("filter", &self.clause.filter)
            .finish_non_exhaustive()
    }
}
