//! What a session does along a relationship. Nothing here knows the session, and nothing but the session acts on it.

/// What a session does with the rows that a relationship leads to when it does something with a row that has it.
///
/// Declared by `#[relationship(cascade = "..")]`, in the words of SQLAlchemy's `relationship(cascade=..)`
/// (`CascadeOptions` in its `orm/util.py`), and used by the session alone: `row.delete(&db)` and the other methods of rows
/// leave other rows to the database and its `on_delete`.
///
/// | word | builder, predicate | the session |
/// | --- | --- | --- |
/// | `save-update` | [`save_update`](Self::save_update), [`saves`](Self::saves) | nothing more: what a handle names is in the session already |
/// | `merge` | [`merge`](Self::merge), [`merges`](Self::merges) | merges the rows that are loaded in the field with the row |
/// | `delete` | [`delete`](Self::delete), [`deletes`](Self::deletes) | deletes the related rows with the row |
/// | `delete-orphan` | [`delete_orphan`](Self::delete_orphan), [`deletes_orphans`](Self::deletes_orphans) | deletes a row that is taken out of the relationship |
/// | `all` | | the first three |
/// | `none`, or nothing between the quotes | [`NONE`](Self::NONE) | nothing of these |
/// | without the attribute | [`DEFAULT`](Self::DEFAULT) | the first two, as in SQLAlchemy |
///
/// In SQLAlchemy `save-update` adds to the session what an object refers to. Here rows refer to each other by handles of one
/// session, and nothing is left to add; the word is taken so that what is said there can be said here. Drafts that are
/// nested by `with_children` are inserted with their parent by `insert`, whatever the cascade, and not taken by a session.
///
/// ```
/// # use ormcore::prelude::*;
/// # use ormcore::relation::Cascade;
/// # #[derive(Model)] struct Author { #[column(primary_key)] id: i64,
/// #[relationship(cascade = "all, delete-orphan")]
/// books: HasMany<Book>,
/// #[relationship(cascade = "delete", lazy = "dynamic", backref = "by")]
/// talks: HasMany<Talk>,
/// # }
/// # #[derive(Model)] struct Talk { #[column(primary_key)] id: i64, #[column(foreign_key = Author::ID)] author_id: i64 }
/// # #[derive(Model)] struct Book { #[column(primary_key)] id: i64, #[column(foreign_key = Author::ID)] author_id: i64, #[relationship] author: BelongsTo<Author> }
/// assert_eq!(Author::BOOKS.cascade(), Cascade::NONE.save_update().merge().delete().delete_orphan());
/// assert_eq!(Author::TALKS.cascade(), Cascade::NONE.delete());
/// assert_eq!(Book::AUTHOR.cascade(), Cascade::DEFAULT);
/// assert_eq!(Talk::BY.cascade(), Cascade::DEFAULT); // each side has its own
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cascade {
    save_update: bool,
    merge: bool,
    delete: bool,
    delete_orphan: bool,
}

impl Cascade {
    /// Each row for itself: what a builder begins with.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// let none = Cascade::NONE;
    /// assert!(!none.saves() && !none.merges() && !none.deletes() && !none.deletes_orphans());
    /// ```
    pub const NONE: Self = Cascade { save_update: false, merge: false, delete: false, delete_orphan: false };

    /// That of a relationship which does not say it: `save-update` and `merge`.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(Cascade::DEFAULT.saves() && Cascade::DEFAULT.merges() && !Cascade::DEFAULT.deletes());
    /// ```
    pub const DEFAULT: Self = Cascade::NONE.save_update().merge();

    /// With `save-update`.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(Cascade::NONE.save_update().saves());
    /// ```
    #[must_use = "it changes a copy"]
    pub const fn save_update(mut self) -> Self {
        self.save_update = true;
        self
    }

    /// With `merge`.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(Cascade::NONE.merge().merges());
    /// ```
    #[must_use = "it changes a copy"]
    pub const fn merge(mut self) -> Self {
        self.merge = true;
        self
    }

    /// With `delete`.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(Cascade::NONE.delete().deletes());
    /// ```
    #[must_use = "it changes a copy"]
    pub const fn delete(mut self) -> Self {
        self.delete = true;
        self
    }

    /// With `delete-orphan`, which `#[relationship(..)]` takes together with `delete` only.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(Cascade::NONE.delete().delete_orphan().deletes_orphans());
    /// ```
    #[must_use = "it changes a copy"]
    pub const fn delete_orphan(mut self) -> Self {
        self.delete_orphan = true;
        self
    }

    /// Whether it has `save-update`.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(!Cascade::NONE.delete().saves());
    /// ```
    #[must_use]
    pub const fn saves(self) -> bool {
        self.save_update
    }

    /// Whether loaded rows are merged with a row that is merged.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(!Cascade::NONE.save_update().merges());
    /// ```
    #[must_use]
    pub const fn merges(self) -> bool {
        self.merge
    }

    /// Whether related rows are deleted with a row that is deleted.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(!Cascade::DEFAULT.deletes());
    /// ```
    #[must_use]
    pub const fn deletes(self) -> bool {
        self.delete
    }

    /// Whether a row that is taken out of the relationship is deleted; otherwise its foreign key becomes NULL.
    ///
    /// ```
    /// # use ormcore::relation::Cascade;
    /// assert!(!Cascade::DEFAULT.delete().deletes_orphans());
    /// ```
    #[must_use]
    pub const fn deletes_orphans(self) -> bool {
        self.delete_orphan
    }
}

impl Default for Cascade {
    fn default() -> Self {
        Cascade::DEFAULT
    }
}
