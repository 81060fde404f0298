//! Relationships of a session's rows, by handle.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::model::{Handle, Model, ParentKey, RowId, State, keep};
use crate::relation::{
    Backref, BelongsTo, Dynamic, Filtered, HasMany, HasOne, Kind, ManyToMany, Names, Relation, SelfReferential, ToMany,
};
use crate::session::links::{LinkId, LinkOf};
use crate::session::stores::read_only;
use crate::session::{Changeable, IntoHandles, Session};

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

around! { SelfReferential Filtered Dynamic Backref }

impl Session {
    /// The rows that a row leads to: read once, and then known to the session. A to-one whose row is here already costs
    /// no statement, and follows its foreign key.
    ///
    /// What `append`, `remove`, `set`, `add` and `delete` do is seen at once, from both sides; a foreign key that was
    /// changed as a value (`session[book].author_id = 2`), after the next flush.
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
        self.check_usable()?;
        // Who meets a condition, and who is linked, what is yet to be written may change.
        if !K::ONLY_READ
            && !self.stores.has_unwritten_links(&relation.link)
            && let Some(known) = self.known(row, &relation)?
        {
            return Ok(known);
        }
        self.autoflush()?;
        self.reload(row)?;
        if let Some(known) = self.known(row, &relation)? {
            return Ok(known);
        }
        if K::HOLDS_KEY
            && self.reload_parent(row, &relation)?
            && let Some(known) = self.known(row, &relation)?
        {
            return Ok(known);
        }
        let ids = match self.stores.state(row.id()) {
            // What leads from a new row only the session knows.
            Some(State::Pending) if !K::HOLDS_KEY => Vec::new(),
            _ => {
                self.settle_waits(row.id());
                let rows = relation.rows_of(self.stores.row(row)?);
                let found = relation.read_in_order(rows, self.open()?)?;
                keep(&mut self.stores, found).1
            }
        };
        if K::HOLDS_KEY {
            return Ok(self.live(ids));
        }
        let (target, _) = self.stores.of::<K::Target>()?;
        self.stores.note(relation.name(), relation.link, target, vec![(row.id(), ids)]);
        Ok(self.known(row, &relation)?.unwrap_or_default())
    }

    /// Reads the row that a foreign key leads to again, if it is here and has expired, by its own key, for no scope hides it;
    /// says whether it is here, and still there.
    fn reload_parent<M: Model, K: Kind>(&mut self, row: Handle<M>, relation: &Relation<M, K>) -> Result<bool> {
        let (parents, _) = self.stores.of::<K::Target>()?;
        let parent = self.stores.parent(row.id(), &relation.link.near.reversed(), parents);
        let Some(parent) = parent.filter(|parent| self.stores.state(*parent) == Some(State::Persistent)) else {
            return Ok(false);
        };
        match self.reload(Handle::<K::Target>::new(parent)) {
            Err(error) if error.is_not_found() => Ok(false),
            reloaded => reloaded.map(|()| true),
        }
    }

    fn live<T: Model>(&self, ids: impl IntoIterator<Item = RowId>) -> Vec<Handle<T>> {
        let is_here = |id: &RowId| self.stores.is_live(*id) && !self.orphans.contains(*id, &self.stores);
        ids.into_iter().filter(is_here).map(Handle::new).collect()
    }

    /// The rows, if the session knows them.
    fn known<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: &Relation<M, K>,
    ) -> Result<Option<Vec<Handle<K::Target>>>> {
        let id = row.id();
        if self.stores.get(id).tracks().slot(id.slot).expired {
            return Ok(None);
        }
        if let Some(known) = self.stores.collections.get(id, relation.name()) {
            let live = self.live(known.ids());
            // A query gave the first alone of those that meet a condition: behind one that goes comes another.
            let is_behind = K::ONLY_READ && live.is_empty() && known.ids().next().is_some();
            return Ok((!is_behind).then_some(live));
        }
        if !K::HOLDS_KEY {
            return Ok(None);
        }
        let (parents, _) = self.stores.of::<K::Target>()?;
        let link = relation.link.near.reversed();
        if self.orphans.is_out_of(id, &link, parents, &self.stores) {
            return Ok(Some(Vec::new()));
        }
        let key = match self.stores.key_of_parent(id, &link, parents) {
            None => return Ok(Some(Vec::new())),
            // Where no flush comes before, it leads to nothing yet.
            Some(ParentKey::Unknown) if !self.autoflushes() => return Ok(Some(Vec::new())),
            Some(key) => key,
        };
        let is_written = self.stores.has_written(id, &link);
        let Some(parent) = self.stores.parent_by(key, &link, parents, is_written) else { return Ok(None) };
        if self.stores.state(parent).is_none() {
            return Err(Error::usage(format!(
                "`{}` of this row of `{}` leads to a row of another session, or to one that has left this one",
                relation.name(),
                M::NAME
            )));
        }
        let is_expired = self.stores.get(parent).tracks().slot(parent.slot).expired;
        Ok((!is_expired).then(|| self.live([parent])))
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
    /// If a handle names no row of this session, a row that has expired cannot be read again, or the link table has further
    /// columns that need values: add a row of its model then.
    pub fn append<M: Model, K: ToMany + Changeable<M>>(
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
        self.stores.check_live(row)?;
        self.stores.check_live(other)?;
        self.reload(row)?;
        self.reload(other)?;
        if relation.link.through.is_some() {
            return self.link(row, relation, other, false);
        }
        self.point(other, relation.link.near, Some(row))
    }

    /// Takes a row out of those that another leads to: the next flush deletes it where a relationship over the same foreign
    /// key says `delete-orphan`, unless that leads to another row until then, and else the key becomes NULL; of rows that a
    /// link table joins, the link is deleted. A row that is not among them stays as it is.
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
    /// If a handle names no row of this session, the foreign key may not be NULL, or a row that has expired cannot be read
    /// again; and if rows of the link table's model are yet to be written, as [`Session::flush`], which writes them first.
    pub fn remove<M: Model, K: ToMany + Changeable<M>>(
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
        if self.stores.has_unwritten_links(&relation.link) {
            // What is not written yet, no delete of links finds.
            self.autoflush()?;
        }
        if !self.stores.is_live(other.id()) {
            return Ok(());
        }
        self.reload(row)?;
        self.reload(other)?;
        if relation.link.through.is_some() {
            return self.link(row, relation, other, true);
        }
        if !self.leads_to(other.id(), &relation.link.near, row.id()) {
            return Ok(());
        }
        self.point::<M, _>(other, relation.link.near, None)
    }

    /// Makes these, and no others, the rows that a row leads to: for a to-one a handle, `Some(handle)` or `None`, for a to-many
    /// any list of handles. Rows of a to-many that are out of their model's default scope stay with it.
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
    /// session.set(books[0], Book::AUTHOR, authors[0])?;
    /// session.commit()?;
    /// assert_eq!(session[books[0]].author_id, Some(session[authors[0]].id));
    /// assert_eq!(session.related(authors[1], Author::BOOKS)?, [books[1]]);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Session::append`] and [`Session::remove`]; and if a to-one is given several rows.
    pub fn set<M: Model, K: Changeable<M>>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        others: impl IntoHandles<K::Target>,
    ) -> Result<()> {
        let others = others.into_handles();
        if others.len() > 1 && (K::GIVES_ONE || relation.link.single) {
            let (Names { model, field, .. }, count) = (relation.link.names, others.len());
            return Err(Error::usage(format!(
                "`{model}::{field}` leads to one row, and was set to {count}: give it one"
            )));
        }
        self.stores.check_live(row)?;
        others.iter().try_for_each(|other| self.stores.check_live(*other))?;
        if K::HOLDS_KEY {
            self.reload(row)?;
            others.first().map_or(Ok(()), |other| self.reload(*other))?;
            return self.point(row, relation.link.near.reversed(), others.first().copied());
        }
        let wanted: HashSet<RowId> = others.iter().map(|other| other.id()).collect();
        let known = self.related_rows(row, relation)?;
        let had: HashSet<RowId> = known.iter().map(|known| known.id()).collect();
        if !wanted.is_subset(&had) {
            // If none can come, none leaves.
            check_links(&relation, true)?;
        }
        for gone in known.into_iter().filter(|known| !wanted.contains(&known.id())) {
            self.take_from(row, relation, gone)?;
        }
        others.into_iter().filter(|new| !had.contains(&new.id())).try_for_each(|new| self.add_to(row, relation, new))
    }

    fn link<M: Model, K: Kind>(
        &mut self,
        row: Handle<M>,
        relation: Relation<M, K>,
        other: Handle<K::Target>,
        deletes: bool,
    ) -> Result<()> {
        let (near, far) = (row.id(), other.id());
        let Some(id) = LinkId::new(&relation.link, near, far) else { return Ok(()) };
        check_links(&relation, !deletes)?;
        let was_linked = self.is_linked(near, far, &relation.link);
        for known in self.stores.collections.of(near, |known| known.is_along(&relation.link, far.store)) {
            if deletes { known.drop(far) } else { known.push(far) }
        }
        for known in self.stores.collections.of(far, |known| known.is_against(&relation.link, near.store)) {
            if deletes { known.drop(near) } else { known.push(near) }
        }
        let is_new = !self.stores.has_unwritten_links(&relation.link)
            && [near, far].iter().any(|end| self.stores.state(*end) == Some(State::Pending));
        let differs = was_linked.unwrap_or(false) == deletes || relation.link.may_repeat();
        let canceled = self.stores.links.cancel(id, deletes);
        // Where it is not known whether the database links them, what was asked for last is written.
        let is_known = (was_linked.is_some() || is_new) && canceled != Some(false);
        if !is_known || (differs && canceled.is_none()) {
            // A link that is repeated is there already, and one that is deleted in any case may not be.
            let is_known = is_known && was_linked != Some(!deletes);
            // The delete that was taken back would have taken the links that may be there; one more would be too many.
            let replaces = !deletes && canceled.is_some() && relation.link.may_repeat();
            self.stores.links.push(id, Box::new(LinkOf { relation, row, other, deletes, replaces, is_known }));
        }
        Ok(())
    }
}

/// Checks that links can be written, and, if one is to come, that it needs nothing but the two rows.
fn check_links<M: Model, K: Kind>(relation: &Relation<M, K>, comes: bool) -> Result<()> {
    match relation.link.through.map(|through| (through.table)()) {
        Some(links) if links.read_only => Err(read_only(links)),
        Some(_) if comes => relation.check_linkable(),
        _ => Ok(()),
    }
}
