use crate::error::Result;
use crate::plan::{
    ChangeTables, CheckTables, Execute, ExecuteScript, FromRow, IntoParameters, ModelsSource, Plan, QueryAs, RawSql,
    TableList,
};
use crate::schema::registry;

/// Runs a plan, or gives the error for which there is none.
pub(crate) fn run_made<'p, E: Executor + 'p, P: Plan + 'p>(db: E, plan: Result<P>) -> E::Out<'p, P::Output> {
    match plan {
        Ok(plan) => db.run(plan),
        Err(error) => db.ready(Err(error)),
    }
}

/// Whatever can run a plan: `&Database`, `&Transaction` and [`Db`](crate::Db).
///
/// It is the last argument of every operation on models. The operations that need no model are its own methods.
///
/// `Out` is a `Result` here. An asynchronous executor would have a future there; a plan does no I/O, so that operations
/// keep their shape.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run an operation",
    label = "expected `&db` or `tx`",
    note = "pass `&db` (a `&Database`), the `tx` of `db.transaction(|tx| ..)`, or a `Db` made from either by `.into()`",
    note = "a `Session` runs queries itself, `session.all(User::query())?`, and takes drafts: `session.add(User::new(..))`"
)]
pub trait Executor: Sized {
    /// What an operation that ends in `T` gives.
    type Out<'p, T: 'p>
    where
        Self: 'p;

    /// Runs the plan.
    fn run<'p, P: Plan + 'p>(self, plan: P) -> Self::Out<'p, P::Output>
    where
        Self: 'p;

    /// Gives what is known already, without asking the database.
    fn ready<'p, T: 'p>(self, value: Result<T>) -> Self::Out<'p, T>
    where
        Self: 'p;

    /// Runs SQL of your own that gives no rows; ends in the number of rows changed.
    ///
    /// Values travel as parameters, never in the text: `?` on SQLite, `$1`, `$2` on PostgreSQL. Numbered in the order of
    /// their first use, `$1`, `$2` do on both. [`sql!`](crate::sql!) writes columns and values where they stand.
    ///
    /// On PostgreSQL a connection that ran SQL of your own is [reset when it comes back](crate::databases#pool) to the pool:
    /// many such statements are quicker in one transaction, within which nothing is reset.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.execute("CREATE TABLE note (text TEXT NOT NULL)", ())?;
    /// assert_eq!(db.execute("INSERT INTO note (text) VALUES ($1), ($2)", ("a", "b"))?, 2);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a value cannot be sent, or the database refuses the statement.
    fn execute<'p>(self, sql: impl Into<String>, parameters: impl IntoParameters) -> Self::Out<'p, u64>
    where
        Self: 'p,
    {
        self.run(Execute::new(RawSql::Text(sql.into(), parameters.into_parameters())))
    }

    /// Runs a script of your own, of one statement or of several, without parameters: all or nothing, in a transaction, or in
    /// a savepoint of the one that is open. Rows that it gives are not read.
    ///
    /// BEGIN, COMMIT and ROLLBACK are no part of it: a script that says them is refused before anything of it runs, and may have
    /// savepoints of its own. A conflict of SQLite's `OR ROLLBACK` undoes the transaction around it too. What runs in no
    /// transaction, as VACUUM and SQLite's `PRAGMA foreign_keys`, is a statement for [`Executor::execute`]. Never put what
    /// strangers write into a script.
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.execute_script(
    ///     "CREATE TABLE note (text TEXT NOT NULL);
    ///      INSERT INTO note (text) VALUES ('a'), ('b; c');",
    /// )?;
    /// assert!(db.execute_script("DELETE FROM note; DELETE FROM nothing").is_err());
    /// assert_eq!(db.query_as::<String>("SELECT text FROM note", ())?, ["a", "b; c"]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the script begins or ends a transaction, or the database refuses a statement.
    fn execute_script<'p>(self, sql: impl Into<String>) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(ExecuteScript::new(sql.into()))
    }

    /// Runs SQL of your own and reads each row as an `R`: a tuple, a model whose columns it lists in order, or the value of
    /// its only column.
    ///
    /// PostgreSQL infers a parameter's type from where it stands; a cast says it where nothing else does. The
    /// connection is reset afterwards as after [`execute`](Executor::execute).
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// let rows = db.query_as::<(i64, Option<String>)>("SELECT CAST($1 AS bigint), NULL", (7,))?;
    /// assert_eq!(rows, [(7, None)]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a value cannot be sent, the database refuses the statement, or a row does not fit `R`.
    fn query_as<'p, R: FromRow + 'p>(
        self,
        sql: impl Into<String>,
        parameters: impl IntoParameters,
    ) -> Self::Out<'p, Vec<R>>
    where
        Self: 'p,
    {
        self.run(QueryAs::new(RawSql::Text(sql.into(), parameters.into_parameters()), Ok))
    }

    /// Creates the tables of every model that is linked into the program, parents first (`CREATE TABLE IF NOT EXISTS`). A
    /// table that is there keeps its columns and constraints, and gets
    /// [what it lacks besides](crate::databases#what-create_all-makes), such as an index.
    ///
    /// On PostgreSQL only one transaction creates or drops tables at a time, and the others wait until it has ended: inside
    /// of `db.transaction(|tx| ..)`, `db.create_all()` after `tx.create_all()` waits for ever. Pass `tx`.
    ///
    /// ```standalone_crate
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// db.create_all()?;
    /// assert!(User::query().all(&db)?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If two models have the same table, a foreign key points to what is no key, or the database refuses.
    fn create_all<'p>(self) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(ChangeTables::create(registry::tables))
    }

    /// Drops the tables of every model that is linked into the program, children first, with all their rows.
    ///
    /// ```standalone_crate
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// db.create_all()?;
    /// db.drop_all()?;
    /// assert!(User::query().all(&db).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If two models have the same table, or another table's foreign key points to one of them; nothing is dropped then.
    fn drop_all<'p>(self) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(ChangeTables::drop(registry::tables))
    }

    /// Creates the tables of these models: `db.create_tables::<(User, Post)>()`. As [`Executor::create_all`], it lets others
    /// wait until the transaction has ended.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(User,)>()?;
    /// assert!(User::query().all(&db)?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Executor::create_all`].
    fn create_tables<'p, T: TableList>(self) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(ChangeTables::create(|| registry::created(T::tables())))
    }

    /// Drops the tables of these models, with all their rows.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// db.create_tables::<(User,)>()?;
    /// db.drop_tables::<(User,)>()?;
    /// assert!(User::query().all(&db).is_err());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Executor::drop_all`].
    fn drop_tables<'p, T: TableList>(self) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(ChangeTables::drop(|| registry::created(T::tables())))
    }

    /// Compares the tables of every model that is linked into the program with the models, read-only ones too, and changes
    /// nothing: for the start of a program, and for CI. The error lists everything that differs, each with the statement that
    /// would mend it, where there is one; [what is compared](crate::databases#does-the-database-hold-what-the-models-say).
    ///
    /// ```standalone_crate
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct User {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     #[column(unique)]
    ///     email: Option<String>,
    /// }
    ///
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.execute("CREATE TABLE user (id INTEGER PRIMARY KEY) STRICT", ())?; // as it was last year
    /// let error = db.check_all().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the database does not hold what the models say:\n\
    ///      - `user.email` is missing: run `ALTER TABLE \"user\" ADD COLUMN \"email\" TEXT`\n\
    ///      - nothing makes unique `user` (email): run \
    ///      `CREATE UNIQUE INDEX IF NOT EXISTS \"uq_user_email\" ON \"user\" (\"email\")`"
    /// );
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TablesDiffer`](crate::ErrorKind::TablesDiffer), whose list is
    /// [`Error::differences`](crate::Error::differences), or if the database cannot be asked.
    fn check_all<'p>(self) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(CheckTables::new(|| Ok(registry::all())))
    }

    /// Compares the tables of these models with the models: `db.check_tables::<(User, Post)>()`. As [`Executor::check_all`].
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// assert!(db.check_tables::<(User,)>().is_err());
    /// db.create_tables::<(User,)>()?;
    /// db.check_tables::<(User,)>()?;
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Executor::check_all`].
    fn check_tables<'p, T: TableList>(self) -> Self::Out<'p, ()>
    where
        Self: 'p,
    {
        self.run(CheckTables::new(|| registry::with_links(T::tables())))
    }

    /// The Rust source of models for the tables that are in the database, of its connection's own schema: with keys, indexes,
    /// foreign keys and relationships. It changes nothing. [What it writes](crate::databases#models-of-tables-that-are-there).
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// let db = Database::connect("sqlite::memory:")?; // in a program, the database that is there
    /// db.execute_script(
    ///     "CREATE TABLE authors (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE);
    ///      CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER NOT NULL REFERENCES authors);",
    /// )?;
    /// let source = db.models_source()?; // std::fs::write("src/models.rs", source)?
    /// assert!(source.ends_with(
    ///     r#"
    /// #[derive(Model, Debug, Clone)]
    /// #[model(table = "authors")]
    /// pub struct Author {
    ///     #[column(primary_key)]
    ///     pub id: i64,
    ///     #[column(unique, length = 80)]
    ///     pub name: String,
    ///     #[relationship]
    ///     pub books: HasMany<Book>,
    /// }
    ///
    /// #[derive(Model, Debug, Clone)]
    /// #[model(table = "books")]
    /// pub struct Book {
    ///     #[column(primary_key)]
    ///     pub id: i64,
    ///     pub title: Option<String>,
    ///     #[column(foreign_key = Author::ID, index = false)]
    ///     pub author_id: i64,
    ///     #[relationship]
    ///     pub author: BelongsTo<Author>,
    /// }
    /// "#
    /// ));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there are no tables, or the database cannot be asked.
    fn models_source<'p>(self) -> Self::Out<'p, String>
    where
        Self: 'p,
    {
        self.run(ModelsSource::new(Vec::new()))
    }

    /// As [`Executor::models_source`], of the tables of these schemas: on SQLite `main` and what is attached.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// let db = Database::connect("sqlite::memory:")?;
    /// db.execute("ATTACH ':memory:' AS shop", ())?;
    /// db.execute("CREATE TABLE shop.clerk (id INTEGER PRIMARY KEY)", ())?;
    /// let source = db.models_source_of(["main", "shop"])?;
    /// assert!(source.contains("#[model(schema = \"shop\")]\npub struct Clerk {"));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Executor::models_source`].
    fn models_source_of<'p>(self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self::Out<'p, String>
    where
        Self: 'p,
    {
        self.run(ModelsSource::new(schemas.into_iter().map(Into::into).collect()))
    }
}
