//! Many rows, read so many at a time by statements of their own.

use std::fmt;

use crate::error::Error;
use crate::model::Model;
use crate::plan::Executor;
use crate::query::{Cursor, Query};

/// The rows of a query, so many at a time: what [`Query::batches`] gives.
#[must_use = "nothing is read until `batches.next(&db)` is called"]
pub struct Batches<M, S> {
    query: Query<M, S>,
    rows: u64,
    /// The place behind the rows that were given.
    behind: Option<Cursor>,
    /// How many rows may still come.
    left: u64,
}

impl<M: Model, S: 'static> Query<M, S> {
    /// Reads the rows so many at a time, for jobs over large tables: each batch is a query of its own, behind the last row of
    /// the one before as in [`page_after`](Query::page_after), and loads what `.with(..)` and the model say. Between batches
    /// no connection is held and no transaction is open: the rows in hand may be written, and may take their time.
    ///
    /// A batch is what the database holds when it is read. Rows that are written or deleted meanwhile shift nothing, new ones
    /// come if their place is still ahead. A row whose place changes may come twice, or not at all: order by what stays, or
    /// by nothing, which is by the primary key. In a transaction of level [`RepeatableRead`](crate::Isolation::RepeatableRead)
    /// all batches are of one moment.
    ///
    /// A limit of the query is that of all batches together. A job that stops goes on behind a row that it has done, with
    /// [`query.after(&query.cursor(&row)?)`](Query::after).
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Order { #[column(primary_key)] id: i64, #[column(default = false)] billed: bool, #[relationship] items: HasMany<Item> }
    /// # #[derive(Model)] struct Item { #[column(primary_key)] id: i64, #[column(foreign_key = Order::ID)] order_id: i64, cents: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Order, Item)>()?;
    /// # Order::insert_all((0..5).map(|_| Order::new().with_children(Order::ITEMS, [Item::new(Parent, 250)])), &db)?;
    /// let open = Order::query().filter(Order::BILLED.eq(false)).with(Order::ITEMS.selectin());
    /// let mut batches = open.batches(2);
    /// while let Some(mut orders) = batches.next(&db)? {
    ///     for order in &mut orders {
    ///         order.billed = order.items(&db)?.iter().all(|item| item.cents > 0);
    ///     }
    ///     Order::update_all(&mut orders, &db)?;
    /// }
    /// assert_eq!(Order::query().filter_by(Order::BILLED, true).count(&db)?, 5);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn batches(self, rows: u64) -> Batches<M, S> {
        let left = self.body.select.limit.unwrap_or(u64::MAX);
        Batches { query: self, rows, behind: None, left }
    }
}

impl<M: Model, S: 'static> Batches<M, S> {
    /// The next rows, as many as were asked for or, the last time, fewer; `None` behind the last.
    ///
    /// After an error the same rows are read again.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Post { #[column(primary_key)] id: i64, title: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Post,)>()?;
    /// # Post::insert_all(["a", "b", "c"].map(Post::new), &db)?;
    /// let mut batches = Post::query().order_by(Post::TITLE.desc()).batches(2);
    /// let mut sizes = Vec::new();
    /// while let Some(posts) = batches.next(&db)? {
    ///     sizes.push(posts.len());
    /// }
    /// assert_eq!(sizes, [2, 1]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If batches have no rows, and as [`page_after`](Query::page_after).
    pub fn next<'p, E: Executor + 'p>(&'p mut self, db: E) -> E::Out<'p, Option<Vec<M>>> {
        if self.rows == 0 {
            return db.ready(Err(Error::usage("a batch has at least one row: `query.batches(500)`")));
        }
        if self.left == 0 {
            return db.ready(Ok(None));
        }
        let (query, cursor, rows) = (self.query.clone(), self.behind.clone(), self.rows.min(self.left));
        let peeks = rows < self.left;
        query.page_as("batches", cursor, rows, peeks, db, |page| {
            let given = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            self.left = if page.next.is_some() { self.left.saturating_sub(given) } else { 0 };
            self.behind = page.next;
            Ok(Some(page.items).filter(|rows| !rows.is_empty()))
        })
    }
}

impl<M: Model, S> fmt::Debug for Batches<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("query", &self.query)
            .field("rows", &self.rows)
            .field("behind", &self.behind)
            .finish_non_exhaustive()
    }
}
