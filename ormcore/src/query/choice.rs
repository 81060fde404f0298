//! Which of the rows that meet the conditions a query gives, and whether others may change them meanwhile.

use crate::model::Model;
use crate::query::{LiftedScope, OrderBy, Query};
use crate::schema::Lifted;
use crate::sql::{HeldLocks, Lock, LockStrength};

impl<M: Model, S> Query<M, S> {
    /// Gives equal rows once (`SELECT DISTINCT`).
    ///
    /// Rows are equal by their own columns, whatever they are ordered by. A row that a join gives several places in the
    /// order stands at the first of them, and a limit counts it once: people in the order of `Book::YEAR.desc()` are in that
    /// of each one's last book. (Beside `with_from_join`, a limit counts the joined rows that differ, and those are ordered by
    /// what is read of them only.)
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String, age: i32, bio: Option<String> }
    /// let query = User::query().distinct();
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.starts_with("SELECT DISTINCT "));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn distinct(mut self) -> Self {
        self.body.select.distinct = true;
        self
    }

    /// Gives, of all rows that agree in these columns, the first in the query's order: each author's last book is
    /// `Book::query().distinct_on(Book::AUTHOR_ID).order_by(Book::YEAR.desc())`. The rows come in that order too.
    ///
    /// It is PostgreSQL's `DISTINCT ON` on every database (by `row_number()`), and needs no order that begins with the
    /// same columns.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, author: String, year: i32 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Book,)>()?;
    /// # Book::insert_all([Book::new("ann", 1999), Book::new("bob", 2005), Book::new("ann", 2001)], &db)?;
    /// let last = Book::query().distinct_on(Book::AUTHOR).order_by(Book::YEAR.desc()).all(&db)?;
    /// let years: Vec<_> = last.iter().map(|book| (book.author.as_str(), book.year)).collect();
    /// assert_eq!(years, [("bob", 2005), ("ann", 2001)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn distinct_on<Index>(mut self, columns: impl OrderBy<S, Index>) -> Self {
        let mut parts = Vec::new();
        if let Err(error) = columns.push_to(&mut parts) {
            self.body.add_problem(error);
        }
        self.body.select.first_of.extend(parts.into_iter().map(|part| part.expr));
        self
    }

    /// Gives the rows out of all default scopes of its models too (`#[model(scope = ..)]`): its own, and those that it
    /// joins; [`Query::without_scope`] lifts one alone. Loads have their own, [`Load::unscoped`](crate::Load::unscoped). What
    /// finds a row in hand by its key, such as `refresh`, knows no scope.
    ///
    /// A scope may lead along relationships, also back to its own model, or to one whose scope asks about it: there it is no
    /// condition, so that it comes to an end. The model's other scopes are, unless they are lifted: with one of the tenant,
    /// `scope(latest = || !Page::SUCCESSORS.exists(), ..)` asks for successors of the tenant's own. Relationships over a link
    /// model (`secondary`) heed the scopes of what they lead to, and not those of the links.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// #[model(scope = Post::kept)]
    /// struct Post {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     title: String,
    ///     #[column(default = false)]
    ///     deleted: bool,
    /// }
    ///
    /// impl Post {
    ///     fn kept() -> Predicate<Post> {
    ///         Post::DELETED.eq(false)
    ///     }
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(Post,)>()?;
    /// Post::insert_all([Post::new("kept"), Post::new("gone").set(Post::DELETED, true)], &db)?;
    /// assert_eq!(Post::query().count(&db)?, 1);
    /// assert_eq!(Post::query().unscoped().count(&db)?, 2);
    /// assert!(Post::get(2, &db)?.is_none());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn unscoped(mut self) -> Self {
        self.body.lifted = Lifted::All;
        self
    }

    /// Gives the rows out of a named default scope too (`#[model(scope(name = ..))]`); all other scopes hold on. A model whose
    /// rows are marked as deleted and belong to a tenant shows what this tenant deleted.
    ///
    /// The scope is one of the query's own model, or of one that it has joined; of an alias it is
    /// [`alias.scope(..)`](crate::query::Aliased::scope). Loads have their own,
    /// [`Load::without_scope`](crate::Load::without_scope), and so have subqueries; conditions along relationships heed all
    /// scopes.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// #[model(scope(tenant = Post::of_tenant, kept = Post::kept))]
    /// struct Post {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     tenant_id: i64,
    ///     deleted: bool,
    /// }
    ///
    /// impl Post {
    ///     fn of_tenant() -> Predicate<Post> {
    ///         Post::TENANT_ID.eq(1)
    ///     }
    ///
    ///     fn kept() -> Predicate<Post> {
    ///         Post::DELETED.eq(false)
    ///     }
    /// }
    ///
    /// let query = Post::query().without_scope(Post::SCOPE_KEPT);
    /// assert!(query.sql(&ormcore::sql::Sqlite)?.sql.ends_with(r#" FROM "post" WHERE "post"."tenant_id" = ?"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn without_scope<L: LiftedScope<S, I>, I>(mut self, scope: L) -> Self {
        self.body.lifted.lift(scope.place());
        self
    }

    /// Locks the rows until the transaction ends: others can neither change nor lock them (`FOR UPDATE`). Rows of joined
    /// tables are not locked. A session gives locked rows the values that the database has.
    ///
    /// On SQLite it does nothing: a transaction locks out all others that write.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, done: bool }
    /// let next = Job::query().filter(Job::DONE.eq(false)).order_by(Job::ID).limit(1).for_update().skip_locked();
    /// assert!(next.sql(&ormcore::sql::Postgres)?.sql.ends_with(r#" LIMIT $2 FOR UPDATE OF "job" SKIP LOCKED"#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn for_update(self) -> Self {
        self.locked(|lock| lock.strength = LockStrength::Update)
    }

    /// Locks the rows until the transaction ends: others can read and lock them so too, and not change them (`FOR SHARE`).
    ///
    /// On SQLite it does nothing: a transaction locks out all others that write.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, done: bool }
    /// assert!(Job::query().for_share().sql(&ormcore::sql::Postgres)?.sql.ends_with(r#" FOR SHARE OF "job""#));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn for_share(self) -> Self {
        self.locked(|lock| lock.strength = LockStrength::Share)
    }

    /// Locks the rows, and leaves out those that others have locked: each worker of a queue gets jobs of its own. Without
    /// [`Query::for_share`] the lock is that of [`Query::for_update`].
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, done: bool }
    /// assert!(Job::query().skip_locked().sql(&ormcore::sql::Postgres)?.sql.ends_with(" SKIP LOCKED"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn skip_locked(self) -> Self {
        self.locked(|lock| lock.held = HeldLocks::Skip)
    }

    /// Locks the rows, and ends in [`ErrorKind::Busy`](crate::ErrorKind::Busy) if others have locked one of them. Without
    /// [`Query::for_share`] the lock is that of [`Query::for_update`].
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Job { #[column(primary_key)] id: i64, done: bool }
    /// assert!(Job::query().nowait().sql(&ormcore::sql::Postgres)?.sql.ends_with(" NOWAIT"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn nowait(self) -> Self {
        self.locked(|lock| lock.held = HeldLocks::Refuse)
    }

    /// Whether it locks the rows that it reads.
    pub(crate) fn locks(&self) -> bool {
        self.body.select.lock.is_some()
    }

    fn locked(mut self, change: impl FnOnce(&mut Lock)) -> Self {
        change(self.body.select.lock.get_or_insert(Lock { strength: LockStrength::Update, held: HeldLocks::Wait }));
        self
    }
}
