//! Rows that are read again.

use std::collections::HashSet;

use crate::error::Result;
use crate::model::{Handle, Key, Model, RowId, State, Wait, fetch_again, keep};
use crate::relation::{Link, Pairs};
use crate::schema::statements::table_name;
use crate::session::collections::Placed;
use crate::session::stores::Stores;
use crate::session::{Session, open};

impl Session {
    /// Reads a row again: what was changed since the last flush is lost.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// User::query().update(User::NAME.set("anna"), &db)?;
    /// assert_eq!(session[ann].name, "ann");
    /// session.refresh(ann)?;
    /// assert_eq!(session[ann].name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the handle names no row of this session, the row is not in the database, or cannot be read.
    pub fn refresh<M: Model>(&mut self, handle: Handle<M>) -> Result<()>
    where
        M::Key: Key,
    {
        self.stores.check_persistent(handle)?;
        self.check_usable()?;
        self.expire_row(handle.id())?;
        self.reload(handle)
    }

    /// Lets a row be read again before it is given next; what was changed since the last flush is lost. `[]`, which reads
    /// nothing, shows the values that the session knows until then. A row that is to be inserted stays as it is.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// User::query().update(User::NAME.set("anna"), &db)?;
    /// session.expire(ann)?;
    /// assert_eq!(session[ann].name, "ann"); // `[]` reads nothing
    /// session.get::<User>(1)?;
    /// assert_eq!(session[ann].name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the handle names no row of this session.
    pub fn expire<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        self.stores.check(handle)?;
        let id = handle.id();
        if self.stores.state(id) == Some(State::Persistent) {
            // Whatever reads it again may find that it points to another row.
            self.stores.collections.forget_parents(id.store);
        }
        self.expire_row(id)
    }

    fn expire_row(&mut self, id: RowId) -> Result<()> {
        self.stores.collections.forget(id);
        if self.stores.state(id) != Some(State::Persistent) {
            return Ok(());
        }
        self.moving(&[id], |session| {
            let store = session.stores.get_mut(id);
            store.tracks_mut().expire(id.slot);
            store.give_back(id.slot)
        })
    }

    /// Lets every row be read again before it is given next; what was changed since the last flush is lost. Rows that are
    /// to be inserted or deleted still are.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let mut session = db.session()?;
    /// let ann = session.add(User::new("ann"));
    /// session.commit()?;
    /// User::query().update(User::NAME.set("anna"), &db)?;
    /// session.expire_all();
    /// session.all(User::query())?;
    /// assert_eq!(session[ann].name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn expire_all(&mut self) {
        self.stores.collections.clear();
        for store in &mut self.stores.all {
            for slot in store.tracks_mut().drain_touched() {
                match store.tracks().slot(slot).state {
                    State::Deleted => store.tracks_mut().touch(slot),
                    // Its own values fit.
                    _ => drop(store.give_back(slot)),
                }
            }
            store.tracks_mut().expire_all();
        }
    }

    /// Reads an expired row again: what is known of it may be wrong.
    pub(super) fn reload<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        let id = handle.id();
        if !self.stores.get(id).tracks().slot(id.slot).expired {
            return Ok(());
        }
        self.check_usable()?;
        let tx = open(&self.database, &self.options, &mut self.tx)?;
        let found = fetch_again(self.stores.row(handle)?, tx)?;
        keep(&mut self.stores, vec![found]);
        Ok(())
    }

    /// Reads rows again that have expired, and of which others are to get what is not of their primary key.
    pub(super) fn reload_awaited(&mut self) -> Result<()> {
        for id in self.stores.awaited_expired() {
            let read_again = self.stores.get(id).read_again();
            let tx = open(&self.database, &self.options, &mut self.tx)?;
            match read_again(&mut self.stores, id, tx) {
                // Whoever is to point to what is gone, the database tells.
                Err(error) if error.is_not_found() => {}
                read => read?,
            }
            // If it points to a row that has expired and was edited since, what the flush has the database make of it is not known.
            self.stores.get_mut(id).tracks_mut().expire(id.slot);
        }
        Ok(())
    }

    /// Changes the values of rows, and tells those who know the rows of parents if one points to another one then.
    pub(super) fn moving<T>(&mut self, ids: &[RowId], change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let leading = self.stores.leading(ids);
        let changed = change(self)?;
        self.stores.follow(leading);
        Ok(changed)
    }
}

/// Rows, and where they lead by foreign keys.
pub(super) struct Leading {
    rows: Vec<RowId>,
    /// Each with a link, seen from the parent, the store of the parents, and where it leads: by now, and in the database.
    led: Vec<(RowId, Pairs, u32, [Option<RowId>; 2])>,
}

impl Stores {
    /// The rows that have expired, and of which rows that are yet to be written get what is not of their primary key.
    fn awaited_expired(&self) -> HashSet<RowId> {
        if !self.all.iter().any(|store| store.tracks().has_expired()) {
            return HashSet::new();
        }
        let is_meant = |wait: &Wait| {
            self.state(wait.row) == Some(State::Persistent)
                && self.get(wait.row).tracks().slot(wait.row.slot).expired
                && !self.get(wait.row).table().columns[wait.referenced].primary_key
        };
        let unwritten = self.all.iter().flat_map(|store| {
            let slots = store.tracks().pending.iter().chain(&store.tracks().touched);
            slots.filter_map(|slot| store.tracks().slot(*slot).unwritten.as_ref())
        });
        let waits = unwritten.flat_map(|all| all.copied.iter().map(|copied| &copied.wait).chain(&all.waits));
        waits.filter(|wait| is_meant(wait)).map(|wait| wait.row).collect()
    }

    /// Where rows lead that are about to get other values.
    pub(super) fn leading(&mut self, rows: &[RowId]) -> Leading {
        let mut led = Vec::new();
        for row in rows.iter().copied() {
            let links: Vec<(u32, Link)> = self.collections.links_to(row.store).collect();
            for (parents, Link { near, .. }) in links {
                led.push((row, near, parents, self.ends(row, &near, parents)));
            }
        }
        for store in rows.iter().map(|row| row.store).collect::<HashSet<u32>>() {
            self.collections.forget_through(table_name(self.all[store as usize].table()));
        }
        // Who meets a condition, other values may change as well as other keys. What the change itself reads is new.
        self.collections.forget_filtered();
        Leading { rows: rows.to_vec(), led }
    }

    /// Tells those who know the rows of parents of rows that lead elsewhere by now.
    pub(super) fn follow(&mut self, leading: Leading) {
        for (row, link, parents, from) in leading.led {
            let [at, written] = self.ends(row, &link, parents);
            if from != [at, written] {
                // By a key that was edited as a value it is still where the database had it.
                from.into_iter().filter(|from| *from != at).for_each(|from| self.move_child(row, link, from, at));
                self.collections.place(row, Placed { link, parents, at });
            }
        }
        leading.rows.into_iter().for_each(|row| self.place_again(row));
    }

    /// Where a row leads by now, and where the database has it lead.
    fn ends(&mut self, row: RowId, link: &Pairs, parents: u32) -> [Option<RowId>; 2] {
        [self.parent(row, link, parents), self.written_parent(row, link, parents)]
    }
}
