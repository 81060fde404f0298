//! Pages that are counted.

use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::plan::{Executor, LazyLoads, Plan, push_all};
use crate::query::Query;
use crate::query::ask::{integer, send};
use crate::query::read::count_rows;
use crate::query::rows::Reading;
use crate::sql::Dialect;
use crate::value::Parameter;

/// One page of a query's rows, and how many rows there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows all pages have.
    pub total: u64,
    /// This page's number, counted from 1.
    pub page: u64,
    /// How many rows a full page has.
    pub per_page: u64,
}

impl<T> Page<T> {
    pub(super) fn new(items: Vec<T>, total: u64, page: u64, per_page: u64) -> Self {
        Page { items, total, page, per_page }
    }

    /// What is wrong with a page or a size of 0.
    pub(super) fn miscounted() -> Error {
        Error::usage("pages are counted from 1 and have at least one row: `paginate(1, 20, &db)`")
    }

    /// How many pages there are; 0 if there are no rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let page = User::query().order_by(User::ID).paginate(2, 2, &db)?;
    /// assert_eq!(page.pages(), 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.per_page.max(1))
    }

    /// Whether there is a page after this one.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let page = User::query().order_by(User::ID).paginate(2, 2, &db)?;
    /// assert!(!page.has_next());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.page < self.pages()
    }

    /// Whether there is a page before this one.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let page = User::query().order_by(User::ID).paginate(2, 2, &db)?;
    /// assert!(page.has_prev());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn has_prev(&self) -> bool {
        self.page > 1
    }
}

impl<M: Model, S: 'static> Query<M, S> {
    /// One page of the rows and the number of all, in two statements. Pages are counted from 1.
    ///
    /// A limit and an offset of the query are replaced. Order by something unique, or rows may move between pages. Outside
    /// a transaction, others may write between the two statements.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # User::insert_all([User::new("ann", 31), User::new("bob", 17), User::new("cy", 45)], &db)?;
    /// let page = User::query().order_by(User::ID).paginate(1, 2, &db)?;
    /// assert_eq!(page.items.len(), 2);
    /// assert_eq!(page.total, 3);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If `page` or `per_page` is 0, a collection is loaded by `with_from_join`, the database refuses a statement, or a row
    /// cannot be read.
    pub fn paginate<'p, E: Executor + 'p>(self, page: u64, per_page: u64, db: E) -> E::Out<'p, Page<M>> {
        if let Err(error) = self.check_pages("paginate") {
            return db.ready(Err(error));
        }
        db.run(Paginate {
            query: Some(self.plain()),
            counting: None,
            reading: Reading::ended(),
            page,
            per_page,
            total: 0,
            watched: false,
        })
    }
}

/// A page of a query's rows, and the number of all.
struct Paginate<M, S> {
    query: Option<Query<M, S>>,
    /// The values of the statement that counts.
    counting: Option<Vec<Parameter>>,
    reading: Reading<M>,
    page: u64,
    per_page: u64,
    total: i64,
    watched: bool,
}

impl<M: Model, S> Steps for Paginate<M, S> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        let Some(mut all) = self.query.take() else {
            self.counting = None;
            return self.reading.next(self.watched, dialect, batch);
        };
        if self.page == 0 || self.per_page == 0 {
            return Err(Page::<M>::miscounted());
        }
        all.body.select.limit = None;
        all.body.select.offset = None;
        all.check()?;
        self.counting = Some(send(count_rows(&all, dialect)?, batch)?);
        all.body.select.limit = Some(self.per_page);
        all.body.select.offset = Some((self.page - 1).saturating_mul(self.per_page));
        self.reading = Reading::new(all);
        self.reading.next(self.watched, dialect, batch)
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        match &self.counting {
            Some(values) if statement == 0 => push_all(values, parameters),
            counting => self.reading.bind(statement - usize::from(counting.is_some()), parameters),
        }
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        match &self.counting {
            Some(_) if statement == 0 => self.total = integer(row)?,
            counting => self.reading.row(statement - usize::from(counting.is_some()), row)?,
        }
        Ok(())
    }
}

impl<M: Model, S> Plan for Paginate<M, S> {
    type Output = Page<M>;

    fn watch(&mut self, _: &LazyLoads) {
        self.watched = true;
    }

    fn finish(self) -> Result<Page<M>> {
        let total = u64::try_from(self.total).unwrap_or(0);
        Ok(Page::new(self.reading.finish(self.watched)?, total, self.page, self.per_page))
    }
}
