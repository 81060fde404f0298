//! Relationships of a session's rows, by handle.

use crate::error::{Error, Result};
use crate::model::{AnyStore, Handle, Model, RowId, State, Tracks, Unwritten, Wait, keep, value};
use crate::relation::{
    Backref, BelongsTo, Dynamic, HasMany, HasOne, Kind, ManyToMany, Relation, SelfReferential, ToMany,
};
use crate::session::Session;
use crate::session::links::{LinkOf, PendingLink};

/// What [`Session::related`] gives: the handles of a to-many, or that of a to-one if there is one.
pub trait Handles: Kind {
    /// What it gives.
    type Given;

    /// From the rows that were found.
    fn given(found: Vec<Handle<Self::Target>>) -> Self::Given;
}

macro_rules! handles {
    ($($kind:ident: $given:ident, $from:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Model> Handles for $kind<T> {
            type Given = $given<Handle<T>>;

            fn given(found: Vec<Handle<T>>) -> Self::Given {
                let from = $from;
                from(found)
            }
        }
    )*};
}

handles! {
    HasMany: Vec, |found| found;
    ManyToMany: Vec, |found| found;
    HasOne: Option, |found: Vec<Handle<T>>| found.first().copied();
    BelongsTo: Option, |found: Vec<Handle<T>>| found.first().copied();
}

macro_rules! around {
    ($($kind:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<K: Handles> Handles for $kind<K> {
            type Given = K::Given;

            fn given(found: Vec<Handle<Self::Target>>) -> Self::Given {
                K::given(found)
            }
        }
    )*};
}

around! { SelfReferential Dynamic Backref }

/// What has to be filled in when the row is written.
pub(super) fn unwritten(tracks: &mut Tracks, slot: u32) -> &mut Unwritten {
    tracks.slots[slot as usize].unwritten.get_or_insert_default()
}

impl Session {
    /// The rows that a row leads to: read once, and then known to the session. A to-one whose row is here already costs
    /// no statement, and follows its foreign key.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Author { #[column(primary_key)] id: i64, name: String, #[relationship] books: HasMany<Book> }
    /// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, title: String, #[column(foreign_key = Author::ID)] author_id: i64, #[relationship] author: BelongsTo<Author> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Author, Book)>()?;
    /// let mut session = db.session()?;
    /// let ursula = session.add(Author::new("Ursula"));
    /// let book = session.add(Book::new("The Dispossessed", ursula));
    /// assert_eq!(session.related(ursula, Author::BOOKS)?, [book]);
    /// assert_eq!(session.related(book, Book::AUTHOR)?, Some(ursula));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the handle names no row of this session, or the database refuses the statement.
    pub fn related<M: Model, K: Handles>(&mut self, row: Handle<M>, relation: Relation<M, K>) -> Result<K::Given> {
        Ok(K::given(self.related_rows(row, relation)?))
    }

    fn related_rows<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
    ) -> Result<Vec<Handle<K::Target>>> {
        self.stores.check(row)?;
        if let Some(known) = self.known(row, &relation) {
            return Ok(known);
        }
        self.autoflush()?;
        self.reload(row)?;
        if let Some(known) = self.known(row, &relation) {
            return Ok(known);
        }
        let query = relation.rows_of(self.stores.row(row)?);
        let found = query.all(self.transaction()?)?;
        let ids = keep(&mut self.stores, found);
        if !K::HOLDS_KEY {
            self.stores.collections.insert((row.id(), relation.name()), ids.clone());
        }
        Ok(self.live(&ids))
    }

    fn live<T: Model>(&self, ids: &[RowId]) -> Vec<Handle<T>> {
        ids.iter().copied().filter(|id| self.stores.is_live(*id)).map(Handle::new).collect()
    }

    /// The rows, if the session knows them.
    fn known<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: &Relation<M, K>,
    ) -> Option<Vec<Handle<K::Target>>> {
        if let Some(ids) = self.stores.collections.get(&(row.id(), relation.name())) {
            return Some(self.live(ids));
        }
        if !K::HOLDS_KEY {
            return None;
        }
        let slot = row.id().slot as usize;
        let near: Vec<usize> = relation.link.near.near().collect();
        let unwritten = self.stores.get(row.id()).tracks().slots[slot].unwritten.as_ref();
        let waits = unwritten.and_then(|unwritten| unwritten.waits.iter().find(|wait| near.contains(&wait.column)));
        if let Some(wait) = waits {
            return Some(self.live(&[wait.row]));
        }
        let row = self.stores.row(row).ok()?;
        let key: Vec<_> = near.iter().map(|index| value(row, *index)).collect();
        if key.iter().any(|part| part.is_null()) {
            return Some(Vec::new());
        }
        let primary: Vec<usize> = K::Target::TABLE.primary_key().collect();
        if relation.link.near.far().collect::<Vec<_>>() != primary {
            return None;
        }
        let session = self.stores.session;
        let (number, store) = self.stores.of::<K::Target>().ok()?;
        let slot = store.tracks_mut().place(&key)?;
        let is_expired = store.tracks().slots[slot as usize].expired;
        let found = vec![Handle::new(store.name(session, number, slot))];
        (!is_expired).then_some(found)
    }

    /// Makes a row one of those that another leads to: sets its foreign key, or links the two.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Author { #[column(primary_key)] id: i64, name: String, #[relationship] books: HasMany<Book> }
    /// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, title: String, #[column(foreign_key = Author::ID)] author_id: Option<i64>, #[relationship] author: BelongsTo<Author> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Author, Book)>()?;
    /// let mut session = db.session()?;
    /// let ursula = session.add(Author::new("Ursula"));
    /// let book = session.add(Book::new("Tehanu"));
    /// session.append(ursula, Author::BOOKS, book)?;
    /// session.commit()?;
    /// assert_eq!(session[book].author_id, Some(session[ursula].id));
    /// assert_eq!(session.related(book, Book::AUTHOR)?, Some(ursula));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a handle names no row of this session.
    pub fn append<M: Model, K: ToMany>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        other: Handle<K::Target>,
    ) -> Result<()> {
        self.add_to(row, relation, other)
    }

    fn add_to<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        other: Handle<K::Target>,
    ) -> Result<()> {
        self.stores.check(row)?;
        self.stores.check(other)?;
        if relation.link.through.is_some() {
            return self.link(row, relation, other, false);
        }
        self.leave_collections(other.id(), relation.name());
        self.point(other, relation.link.near.far().zip(relation.link.near.near()).collect(), Some(row.id()))?;
        if let Some(known) = self.stores.collections.get_mut(&(row.id(), relation.name()))
            && !known.contains(&other.id())
        {
            known.push(other.id());
        }
        Ok(())
    }

    /// Takes a row out of those that another leads to: it is deleted where the relationship says `delete-orphan`, and
    /// else its foreign key becomes NULL; of rows that a link table joins, the link is deleted.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Author { #[column(primary_key)] id: i64, name: String, #[relationship] books: HasMany<Book> }
    /// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, title: String, #[column(foreign_key = Author::ID)] author_id: Option<i64>, #[relationship] author: BelongsTo<Author> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Author, Book)>()?;
    /// let mut session = db.session()?;
    /// let ursula = session.add(Author::new("Ursula"));
    /// let book = session.add(Book::new("Tehanu").set(Book::AUTHOR_ID, ursula));
    /// session.commit()?;
    /// session.remove(ursula, Author::BOOKS, book)?;
    /// session.commit()?;
    /// assert_eq!(session[book].author_id, None);
    /// assert!(session.related(ursula, Author::BOOKS)?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a handle names no row of this session, or the foreign key may not be NULL.
    pub fn remove<M: Model, K: ToMany>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        other: Handle<K::Target>,
    ) -> Result<()> {
        self.take_from(row, relation, other)
    }

    fn take_from<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        other: Handle<K::Target>,
    ) -> Result<()> {
        self.stores.check(row)?;
        self.stores.check(other)?;
        if relation.link.through.is_some() {
            return self.link(row, relation, other, true);
        }
        if relation.cascade().deletes_orphans() {
            self.leave_collections(other.id(), relation.name());
            return self.delete(other);
        }
        self.point(other, relation.link.near.far().zip(relation.link.near.near()).collect(), None)?;
        self.leave_collections(other.id(), relation.name());
        Ok(())
    }

    /// Makes these, and no others, the rows that a row leads to: for a to-one `Some(handle)` or `None`, for a to-many any
    /// list of handles.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Author { #[column(primary_key)] id: i64, name: String, #[relationship] books: HasMany<Book> }
    /// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, title: String, #[column(foreign_key = Author::ID)] author_id: Option<i64>, #[relationship] author: BelongsTo<Author> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Author, Book)>()?;
    /// let mut session = db.session()?;
    /// let authors = session.add_all(["Ursula", "Octavia"].map(Author::new));
    /// let books = session.add_all(["Kindred", "Dawn"].map(Book::new));
    /// session.set(authors[1], Author::BOOKS, books.clone())?;
    /// session.set(books[0], Book::AUTHOR, Some(authors[0]))?;
    /// session.commit()?;
    /// assert_eq!(session[books[0]].author_id, Some(session[authors[0]].id));
    /// assert_eq!(session.related(authors[1], Author::BOOKS)?, [books[1]]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::append`] and [`Session::remove`]; and if a to-one is given several rows.
    pub fn set<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        others: impl IntoIterator<Item = Handle<K::Target>>,
    ) -> Result<()> {
        let others: Vec<Handle<K::Target>> = others.into_iter().collect();
        if others.len() > 1 && relation.link.single {
            return Err(Error::usage(format!("`{relation:?}` leads to one row, and was set to {}", others.len())));
        }
        if K::HOLDS_KEY {
            self.stores.check(row)?;
            others.iter().try_for_each(|other| self.stores.check(*other))?;
            let pairs = relation.link.near.near().zip(relation.link.near.far()).collect();
            self.forget_collections::<M, K>();
            return self.point(row, pairs, others.first().map(|other| other.id()));
        }
        for gone in self.related_rows(row, relation)?.into_iter().filter(|known| !others.contains(known)) {
            self.take_from(row, relation, gone)?;
        }
        others.into_iter().try_for_each(|other| self.add_to(row, relation, other))
    }

    /// Sets a row's foreign key to the key of another, which may not have one yet, or to NULL.
    fn point<M: Model>(&mut self, row: Handle<M>, pairs: Vec<(usize, usize)>, to: Option<RowId>) -> Result<()> {
        let id = row.id();
        if to.is_none()
            && let Some((column, _)) = pairs.iter().find(|(column, _)| !M::COLUMNS[*column].nullable)
        {
            return Err(Error::usage(format!(
                "`{}.{}` may not be NULL, so that the row cannot be left without the one that it points to: delete it, \
                 declare `cascade = \"all, delete-orphan\"`, or make the column an `Option`",
                M::NAME,
                M::COLUMNS[*column].name
            )));
        }
        let is_there = to.is_some_and(|to| self.stores.state(to) == Some(State::Persistent));
        for (column, referenced) in pairs {
            let parent = to.filter(|_| is_there).and_then(|to| {
                let store = self.stores.get(to);
                store.record(to.slot).map(|row| value(row, referenced))
            });
            let store = self.stores.get_mut(id);
            store.lend(id.slot);
            let unwritten = unwritten(store.tracks_mut(), id.slot);
            unwritten.waits.retain(|wait| wait.column != column);
            unwritten.unset.remove(column);
            match (to, parent) {
                (Some(to), None) => unwritten.waits.push(Wait { column, row: to, referenced }),
                (_, parent) => {
                    if let Some(row) = store.record_mut(id.slot) {
                        let assigned = row.field_mut(column).assign(parent.unwrap_or(crate::value::Value::Null));
                        assigned.map_err(|error| Error::encode(M::NAME, M::COLUMNS[column].name, &error))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes a row out of the known collections of one relationship.
    fn leave_collections(&mut self, other: RowId, name: &'static str) {
        let of_name = self.stores.collections.iter_mut().filter(|((_, known), _)| *known == name);
        of_name.for_each(|(_, ids)| ids.retain(|id| *id != other));
    }

    /// Forgets which rows of `M` the rows of the target lead to: a row of `M` is about to point elsewhere.
    fn forget_collections<M: Model, K: Kind>(&mut self) {
        let stores =
            (self.stores.of::<M>().map(|(number, _)| number), self.stores.of::<K::Target>().map(|(number, _)| number));
        if let (Ok(children), Ok(parents)) = stores {
            self.stores
                .collections
                .retain(|(id, _), ids| id.store != parents || ids.iter().any(|known| known.store != children));
        }
    }

    fn link<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        other: Handle<K::Target>,
        deletes: bool,
    ) -> Result<()> {
        if let Some(known) = self.stores.collections.get_mut(&(row.id(), relation.name())) {
            known.retain(|id| *id != other.id());
            if !deletes {
                known.push(other.id());
            }
        }
        // What the other side knows is asked for again.
        self.stores
            .collections
            .retain(|(id, _), ids| *id != other.id() || !ids.iter().any(|known| known.store == row.id().store));
        let new: Box<dyn PendingLink> = Box::new(LinkOf { relation, row, other, deletes });
        let opposite = self.links.iter().position(|link| link.ends() == new.ends() && link.deletes() != deletes);
        match opposite {
            Some(place) => drop(self.links.remove(place)),
            None => self.links.push(new),
        }
        Ok(())
    }
}
