//! Functions of the program that run around a flush, and see and change what it writes.

use crate::error::{Error, Result};
use crate::model::{RowId, State};
use crate::session::{Session, undo};

type Hook = Box<dyn FnMut(&mut Session) -> Result<()> + Send>;

/// As many rounds are no circle yet.
const MOST_ROUNDS: usize = 100;

/// What runs around the flushes of a session.
#[derive(Default)]
pub(super) struct Hooks {
    before: Vec<Hook>,
    after: Vec<Hook>,
    is_running: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

impl Hooks {
    fn of(&mut self, when: When) -> &mut Vec<Hook> {
        match when {
            When::Before => &mut self.before,
            When::After => &mut self.after,
        }
    }
}

impl Session {
    /// Has the function run before each flush that has something to write: it may change, add and delete rows, which the same
    /// flush then writes, or refuse all by an error. (SQLAlchemy: the event `before_flush`.)
    ///
    /// [`Session::changes`] tells it what is to be written; rows that are new have no generated keys yet, so that rows *about*
    /// others are rather added [after](Session::after_flush). In it nothing flushes: queries find what is written, what flushes
    /// first (`savepoint`, `upsert`) is refused, and the transaction cannot end. It stays with the session; several run in the
    /// order in which they were given.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Page { #[column(primary_key)] id: i64, text: String, #[column(default = "")] edited_by: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Page,)>()?;
    /// let mut session = db.session()?;
    /// let who = "ann".to_string();
    /// session.before_flush(move |session| {
    ///     for change in session.changes::<Page>() {
    ///         session[change.handle()].edited_by.clone_from(&who);
    ///     }
    ///     Ok(())
    /// });
    /// let page = session.add(Page::new("hello"));
    /// session.commit()?;
    /// assert_eq!(Page::find(1, &db)?.edited_by, "ann");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// After its error, or that of a model that refuses a row, nothing is written and the session goes on, as after other errors
    /// that [`Session::flush`] finds before its first statement: what the function added leaves again, for the next flush runs it
    /// anew. What it changed or deleted stays so, and what it gave to `on_commit` is kept. After its panic nothing runs until
    /// [`Session::rollback`].
    pub fn before_flush(&mut self, run: impl FnMut(&mut Session) -> Result<()> + Send + 'static) {
        self.hooks.get_or_insert_default().before.push(Box::new(run));
    }

    /// Has the function run after each flush that had something to write, in the same transaction: what it adds, changes or
    /// deletes is written at once, before the flush returns. (SQLAlchemy: the events `after_flush` and `after_flush_postexec`.)
    ///
    /// [`Session::flushed`] tells it what was written, with generated keys: the place for a log of changes, and, by
    /// [`Session::on_commit`], for a cache or a search index that is to follow. What it writes is a flush of its own, after
    /// which both kinds of functions run again, until nothing is left to write. In it, too, nothing flushes and the transaction
    /// cannot end. It stays with the session.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Entry { #[column(primary_key)] id: i64, what: String, user_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User, Entry)>()?;
    /// let mut session = db.session()?;
    /// session.after_flush(|session| {
    ///     for change in session.flushed::<User>() {
    ///         let user = session[change.handle()].id;
    ///         session.add(Entry::new(change.operation().to_string(), user));
    ///     }
    ///     Ok(())
    /// });
    /// session.add(User::new("ann"));
    /// session.commit()?;
    /// let entry = Entry::query().one(&db)?;
    /// assert_eq!((entry.what.as_str(), entry.user_id), ("insert", 1));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// After its error, or one that [`Session::flush`] finds in what it added, nothing runs until [`Session::rollback`]: what that
    /// is about is written by then.
    pub fn after_flush(&mut self, run: impl FnMut(&mut Session) -> Result<()> + Send + 'static) {
        self.hooks.get_or_insert_default().after.push(Box::new(run));
    }

    /// Whether a function runs that was given for flushes.
    pub(super) fn is_in_hook(&self) -> bool {
        self.hooks.as_ref().is_some_and(|hooks| hooks.is_running)
    }

    /// Flushes, with what runs before and after, as long as that leaves something to write.
    pub(super) fn flush_in_rounds(&mut self) -> Result<()> {
        if self.is_in_hook() {
            return Err(Error::usage(
                "a flush is going on, which writes what `before_flush` and `after_flush` add and change: in them nothing is to \
                 flush, nor to open a savepoint or upsert, which flush first; statements of their own run in `transaction()`",
            ));
        }
        let start = self.undo.len();
        for round in 0..MOST_ROUNDS {
            let known: Vec<usize> = self.stores.all.iter().map(|store| store.tracks().pending.len()).collect();
            let ran = if self.is_modified() { self.run_hooks(When::Before) } else { Ok(()) };
            let (added, is_modified) = (self.added_behind(&known), self.is_modified());
            let flushed = ran.and_then(|()| self.flush_once());
            if flushed.is_err() && !self.failed {
                // Nothing was written this time, and the next flush has them added again.
                added.into_iter().for_each(|id| undo::leave(&mut self.stores, id));
                // But what was written before lacks what was added about it.
                self.failed = round > 0;
            }
            flushed?;
            if !is_modified {
                self.flushed.start = start;
                return Ok(());
            }
            self.run_hooks(When::After)?;
        }
        self.failed = true;
        Err(Error::usage(format!(
            "what runs by `after_flush` has left something to write {MOST_ROUNDS} times in a row: let it write only about what \
             `flushed` gives it of the models that it is about"
        )))
    }

    fn run_hooks(&mut self, when: When) -> Result<()> {
        let Some(hooks) = self.hooks.as_mut() else { return Ok(()) };
        if hooks.of(when).is_empty() {
            return Ok(());
        }
        hooks.is_running = true;
        let mut running = Running { hooks: std::mem::take(hooks.of(when)), session: self, when, fails: true };
        let ran = running.hooks.iter_mut().try_for_each(|hook| hook(running.session));
        running.fails = ran.is_err() && when == When::After;
        ran
    }

    /// The rows that were added to each store behind as many as were known.
    fn added_behind(&self, known: &[usize]) -> Vec<RowId> {
        let mut added = Vec::new();
        for (number, store) in (0..).zip(&self.stores.all) {
            let behind = store.tracks().pending.iter().skip(known.get(number as usize).copied().unwrap_or(0));
            let behind = behind.filter(|slot| store.tracks().slot(**slot).state == State::Pending);
            added.extend(behind.map(|slot| store.id(self.stores.session, number, *slot)));
        }
        added
    }
}

/// Functions that run; whatever ends them, they are the session's again.
struct Running<'s> {
    hooks: Vec<Hook>,
    session: &'s mut Session,
    when: When,
    /// Whether the session is to be rolled back: what they were to add to what is written is not there, or, by a panic, only
    /// half of what they were to do.
    fails: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(hooks) = self.session.hooks.as_mut() {
            hooks.is_running = false;
            // Others may have been given meanwhile.
            hooks.of(self.when).splice(0..0, self.hooks.drain(..));
        }
        self.session.failed |= self.fails;
    }
}
