use crate::error::Error;

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
