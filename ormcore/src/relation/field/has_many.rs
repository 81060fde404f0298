use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::error::Result;
use crate::model::{Model, ReadRows, Record, typed};
use crate::relation::field::{Held, Origin, RelationshipField};
use crate::relation::link::Pairs;
use crate::relation::order;

/// The field of a relationship to many rows: the children whose foreign key points to this row, or, with
/// `secondary = ..`, the rows that a link table joins to it.
///
/// The field keeps what was loaded; the accessor method of its name loads it. It takes no part in equality or hashing.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Person {
///     #[column(primary_key)]
///     id: i64,
///     #[relationship]
///     pets: HasMany<Pet>,
/// }
///
/// #[derive(Model)]
/// struct Pet {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
///     #[column(foreign_key = Person::ID)]
///     person_id: i64,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Person, Pet)>()?;
/// let ann = Person::new().insert(&db)?;
/// Pet::new("rex", &ann).insert(&db)?;
/// assert!(!ann.pets.is_loaded());
/// assert_eq!(ann.pets(&db)?[0].name, "rex");
/// assert_eq!(ann.pets.loaded().map(<[Pet]>::len), Some(1));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct HasMany<T> {
    rows: OnceLock<Box<dyn Held<Vec<T>>>>,
    origin: Option<Arc<Origin<Vec<T>>>>,
}

impl<T> HasMany<T> {
    /// Whether the rows are loaded; there may be none of them.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// assert!(!ann.pets.is_loaded());
    /// assert!(ann.pets(&db)?.is_empty());
    /// assert!(ann.pets.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn is_loaded(&self) -> bool {
        self.rows.get().is_some()
    }

    /// The rows, if they are loaded; never asks the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// assert!(ann.pets.loaded().is_none());
    /// ann.pets(&db)?;
    /// assert!(ann.pets.loaded().is_some_and(|pets| pets.is_empty()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn loaded(&self) -> Option<&[T]> {
        self.rows.get().map(|rows| rows.as_ref().held().as_slice())
    }

    /// The rows to be changed in memory, if they are loaded.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let mut ann = Person::new().insert(&db)?;
    /// # let rex = Pet::new("rex", &ann).insert(&db)?;
    /// ann.pets.set_loaded(vec![rex]);
    /// if let Some(pets) = ann.pets.loaded_mut() {
    ///     pets.clear();
    /// }
    /// assert!(ann.pets(&db)?.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn loaded_mut(&mut self) -> Option<&mut Vec<T>> {
        self.rows.get_mut().map(|rows| rows.as_mut().held_mut())
    }

    /// Forgets what is loaded, so that the next access asks the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let mut ann = Person::new().insert(&db)?;
    /// assert!(ann.pets(&db)?.is_empty());
    /// Pet::new("rex", &ann).insert(&db)?;
    /// ann.pets.reset();
    /// assert_eq!(ann.pets(&db)?.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn reset(&mut self) {
        self.rows = OnceLock::new();
        if let Some(origin) = self.origin.take() {
            self.origin = Some(Arc::new(origin.alone()));
        }
    }
}

impl<T: Model> HasMany<T> {
    /// Keeps these rows as what is loaded; nothing is written.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let mut ann = Person::new().insert(&db)?;
    /// # let rex = Pet::new("rex", &ann).insert(&db)?;
    /// let statements = db.record();
    /// ann.pets.set_loaded(vec![rex]);
    /// assert_eq!(ann.pets(&db)?.len(), 1);
    /// assert!(statements.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn set_loaded(&mut self, rows: Vec<T>) {
        let rows: Box<dyn Held<Vec<T>>> = Box::new(rows);
        self.rows = OnceLock::from(rows);
    }
}

impl<T: Model> RelationshipField for HasMany<T> {
    type Target = T;
    type Kept = Vec<T>;
    const SHARED: bool = false;

    fn deal(children: Box<dyn ReadRows>, pairs: &[(usize, usize)], parents: usize, sorted: bool) -> Vec<Vec<T>> {
        let mut counts = vec![0; parents];
        for (parent, _) in pairs {
            counts[*parent] += 1;
        }
        let mut dealt: Vec<Vec<T>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (child, (parent, _)) in typed(children).into_iter().zip(pairs) {
            dealt[*parent].push(child);
        }
        if !sorted {
            dealt.iter_mut().for_each(|rows| order::sort_by_key(rows));
        }
        dealt
    }

    #[inline]
    fn add(kept: &mut Vec<T>, child: T, _: bool, expected: usize) {
        if kept.is_empty() {
            kept.reserve_exact(expected);
        }
        kept.push(child);
    }

    fn sort(kept: &mut Vec<T>) {
        order::sort_by_key(kept);
    }

    fn of(mut children: Vec<T>, sorted: bool) -> Vec<T> {
        if !sorted {
            order::sort_by_key(&mut children);
        }
        children
    }

    fn lend(held: &mut Option<Vec<T>>) -> Option<Vec<T>> {
        held.take()
    }

    fn keep(&self, _: &dyn Record, _: &Pairs, rows: Vec<T>) -> Result<()> {
        self.rows.get_or_init(|| Box::new(rows));
        Ok(())
    }

    fn rows(&self) -> &[T] {
        self.loaded().unwrap_or_default()
    }

    fn is_loaded(&self) -> bool {
        HasMany::is_loaded(self)
    }

    fn reset(&mut self) {
        self.rows = OnceLock::new();
    }

    fn drain(&mut self, rows: &mut Vec<T>, _: bool) -> bool {
        let kept = self.rows.take().map(Held::into_held);
        let is_loaded = kept.is_some();
        rows.extend(kept.into_iter().flatten());
        is_loaded
    }

    fn origin(&self) -> Option<&Origin<Vec<T>>> {
        self.origin.as_deref()
    }

    fn remember(&mut self, origin: Arc<Origin<Vec<T>>>) {
        self.origin = Some(origin);
    }
}

impl<T> Default for HasMany<T> {
    fn default() -> Self {
        HasMany { rows: OnceLock::new(), origin: None }
    }
}

impl<T: Model + Clone> Clone for HasMany<T> {
    fn clone(&self) -> Self {
        let mut copy = HasMany { rows: OnceLock::new(), origin: self.origin.clone() };
        if let Some(rows) = self.loaded() {
            copy.set_loaded(rows.to_vec());
        }
        copy
    }
}

impl<T> PartialEq for HasMany<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for HasMany<T> {}

impl<T> Hash for HasMany<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<T: fmt::Debug> fmt::Debug for HasMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loaded() {
            Some(rows) => rows.fmt(f),
            None => f.write_str("not loaded"),
        }
    }
}
