use std::fmt;
use std::hash::{Hash, Hasher};
use std::slice;
use std::sync::{Arc, OnceLock};

use crate::error::Result;
use crate::model::{Model, ReadRows, Record, typed};
use crate::relation::field::{Held, Origin, RelationshipField};
use crate::relation::link::Pairs;
use crate::relation::order;

/// The field of a relationship to one row whose foreign key points to this row, if there is one.
///
/// If there are several, for the foreign key is not unique, the first in the relationship's order (or that of the primary
/// key) is given.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Person {
///     #[column(primary_key)]
///     id: i64,
///     #[relationship]
///     licence: HasOne<Licence>,
/// }
///
/// #[derive(Model)]
/// struct Licence {
///     #[column(primary_key)]
///     id: i64,
///     #[column(foreign_key = Person::ID, unique)]
///     person_id: i64,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Person, Licence)>()?;
/// let (ann, bob) = (Person::new().insert(&db)?, Person::new().insert(&db)?);
/// Licence::new(&ann).insert(&db)?;
/// assert!(ann.licence(&db)?.is_some());
/// assert!(bob.licence(&db)?.is_none());
/// assert!(bob.licence.is_loaded());
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct HasOne<T> {
    row: OnceLock<Option<Box<dyn Held<T>>>>,
    origin: Option<Arc<Origin<Option<T>>>>,
}

impl<T> HasOne<T> {
    /// Whether it is known which row it is, if any.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] licence: HasOne<Licence> }
    /// # #[derive(Model)] struct Licence { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID, unique)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Licence)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// assert!(!ann.licence.is_loaded());
    /// assert!(ann.licence(&db)?.is_none());
    /// assert!(ann.licence.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn is_loaded(&self) -> bool {
        self.row.get().is_some()
    }

    /// The row, if it is loaded: `Some(None)` if there is none. Never asks the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] licence: HasOne<Licence> }
    /// # #[derive(Model)] struct Licence { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID, unique)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Licence)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// assert!(ann.licence.loaded().is_none());
    /// ann.licence(&db)?;
    /// assert!(matches!(ann.licence.loaded(), Some(None)));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn loaded(&self) -> Option<Option<&T>> {
        self.row.get().map(|row| row.as_deref().map(Held::held))
    }

    /// Forgets what is loaded, so that the next access asks the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] licence: HasOne<Licence> }
    /// # #[derive(Model)] struct Licence { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID, unique)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Licence)>()?;
    /// # let mut ann = Person::new().insert(&db)?;
    /// assert!(ann.licence(&db)?.is_none());
    /// Licence::new(&ann).insert(&db)?;
    /// ann.licence.reset();
    /// assert!(ann.licence(&db)?.is_some());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn reset(&mut self) {
        self.row = OnceLock::new();
        if let Some(origin) = self.origin.take() {
            self.origin = Some(Arc::new(origin.alone()));
        }
    }
}

impl<T: Model> HasOne<T> {
    /// Keeps this row as what is loaded; nothing is written.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] licence: HasOne<Licence> }
    /// # #[derive(Model)] struct Licence { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID, unique)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Licence)>()?;
    /// # let mut ann = Person::new().insert(&db)?;
    /// let licence = Licence::new(&ann).insert(&db)?;
    /// ann.licence.set_loaded(Some(licence));
    /// assert!(ann.licence(&db)?.is_some());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn set_loaded(&mut self, row: Option<T>) {
        self.row = OnceLock::from(held(row));
    }
}

impl<T: Model> RelationshipField for HasOne<T> {
    type Target = T;
    type Kept = Option<T>;
    const SHARED: bool = false;

    fn deal(children: Box<dyn ReadRows>, pairs: &[(usize, usize)], parents: usize, sorted: bool) -> Vec<Option<T>> {
        let mut dealt = Vec::new();
        dealt.resize_with(parents, || None);
        for (child, (parent, _)) in typed(children).into_iter().zip(pairs) {
            Self::add(&mut dealt[*parent], child, sorted, 1);
        }
        dealt
    }

    fn add(kept: &mut Option<T>, child: T, sorted: bool, _: usize) {
        let comes_first = match kept {
            None => true,
            Some(before) => !sorted && order::by_key(T::TABLE, &child, before).is_lt(),
        };
        if comes_first {
            *kept = Some(child);
        }
    }

    fn lend(held: &mut Option<Option<T>>) -> Option<Option<T>> {
        held.take()
    }

    fn keep(&self, _: &dyn Record, _: &Pairs, row: Option<T>) -> Result<()> {
        self.row.get_or_init(|| held(row));
        Ok(())
    }

    fn rows(&self) -> &[T] {
        self.loaded().flatten().map_or(&[], slice::from_ref)
    }

    fn is_loaded(&self) -> bool {
        HasOne::is_loaded(self)
    }

    fn reset(&mut self) {
        self.row = OnceLock::new();
    }

    fn drain(&mut self, rows: &mut Vec<T>, single: bool) -> bool {
        let Some(kept) = self.row.take() else { return false };
        let is_all = single || kept.is_none();
        rows.extend(kept.map(Held::into_held));
        is_all
    }

    fn origin(&self) -> Option<&Origin<Option<T>>> {
        self.origin.as_deref()
    }

    fn remember(&mut self, origin: Arc<Origin<Option<T>>>) {
        self.origin = Some(origin);
    }
}

fn held<T: Model>(row: Option<T>) -> Option<Box<dyn Held<T>>> {
    row.map(|row| Box::new(row) as Box<dyn Held<T>>)
}

impl<T> Default for HasOne<T> {
    fn default() -> Self {
        HasOne { row: OnceLock::new(), origin: None }
    }
}

impl<T: Model + Clone> Clone for HasOne<T> {
    fn clone(&self) -> Self {
        let mut copy = HasOne { row: OnceLock::new(), origin: self.origin.clone() };
        if let Some(row) = self.loaded() {
            copy.set_loaded(row.cloned());
        }
        copy
    }
}

impl<T> PartialEq for HasOne<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for HasOne<T> {}

impl<T> Hash for HasOne<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<T: fmt::Debug> fmt::Debug for HasOne<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loaded() {
            Some(row) => row.fmt(f),
            None => f.write_str("not loaded"),
        }
    }
}
