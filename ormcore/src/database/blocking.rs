//! The bridge to asynchronous programs: work that blocks, on a thread that may block.

use std::panic::resume_unwind;

use crate::database::Database;
use crate::error::{Error, Result};

impl Database {
    /// Runs the closure on one of tokio's threads for blocking work, and waits for it without blocking: for handlers of
    /// a web server, whose threads must not wait for a database (feature `tokio`).
    ///
    /// ```
    /// use ormcore::prelude::*;
    ///
    /// #[derive(Model)]
    /// struct User {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     name: String,
    /// }
    ///
    /// async fn rename(db: &Database, id: i64, name: String) -> ormcore::Result<User> {
    ///     db.run_blocking(move |db| {
    ///         let mut user = User::find(id, db)?;
    ///         user.name = name;
    ///         user.update(db)?;
    ///         Ok(user)
    ///     })
    ///     .await
    /// }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// # let ann = User::new("ann").insert(&db)?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(Error::other)?;
    /// # assert_eq!(runtime.block_on(rename(&db, ann.id, "bob".into()))?.name, "bob");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// All that belongs together goes into one closure: the rows of a page with what they lead to, a whole transaction, a
    /// session from its begin to its commit. The closure runs to its end even if nobody waits for it any more, as when a
    /// visitor has gone: a transaction is then committed or rolled back as ever.
    ///
    /// At most as many closures use the database at once as it has
    /// [connections](crate::DatabaseBuilder::max_connections); the others wait for one on their own threads.
    ///
    /// # Errors
    /// The closure's, or, if the runtime shuts down before the closure has begun, an error that says so.
    ///
    /// # Panics
    /// If the closure panics, with its panic; and outside of a tokio runtime.
    pub async fn run_blocking<T, E>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let db = self.clone();
        match tokio::task::spawn_blocking(move || work(&db)).await {
            Ok(ended) => ended,
            Err(unfinished) => match unfinished.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(canceled) => Err(Error::other(canceled).into()),
            },
        }
    }
}
