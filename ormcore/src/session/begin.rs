use std::sync::atomic::{AtomicU32, Ordering};

use crate::backend::TransactionOptions;
use crate::database::Database;
use crate::error::Result;
use crate::session::orphans::Orphans;
use crate::session::stores::Stores;
use crate::session::undo::Undo;
use crate::session::{Session, SessionOptions};

impl Database {
    /// Opens a session. It takes a connection at its first statement.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// session.add(User::new("ann"));
    /// session.commit()?;
    /// assert_eq!(User::query().count(&db)?, 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// Never at present.
    pub fn session(&self) -> Result<Session> {
        self.session_with(SessionOptions::new())
    }

    /// Opens a session that only reads: on SQLite it takes no write lock.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session_read_only()?;
    /// assert!(session.all(User::query())?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// Never at present.
    pub fn session_read_only(&self) -> Result<Session> {
        self.session_with(SessionOptions::new().transaction(TransactionOptions::new().read_only()))
    }

    /// Opens a session with options.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// use ormcore::SessionOptions;
    ///
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session_with(SessionOptions::new().autoflush(false))?;
    /// session.add(User::new("ann"));
    /// assert!(session.all(User::query())?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// Never at present.
    pub fn session_with(&self, options: SessionOptions) -> Result<Session> {
        static SESSIONS: AtomicU32 = AtomicU32::new(1);
        Ok(Session {
            database: self.clone(),
            options,
            tx: None,
            stores: Stores::new(SESSIONS.fetch_add(1, Ordering::Relaxed)),
            unlinks: Vec::new(),
            orphans: Orphans::default(),
            released: Vec::new(),
            undo: Undo::default(),
            flushed: 0..0,
            hooks: None,
            savepoints: 0,
            failed: false,
        })
    }
}
