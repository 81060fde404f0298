use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::slice;
use std::sync::Arc;

use crate::error::Result;
use crate::model::{Model, ReadRows, Record, SharedRow};
use crate::relation::field::found::{Found, Target, deal};
use crate::relation::field::{Origin, RelationshipField};
use crate::relation::link::Pairs;

/// The field of a relationship to the one row that this row's foreign key points to.
///
/// Rows that were loaded together share it. It always answers for the foreign key's current value: once the key is set to
/// another, the next access loads the row that it points to now.
///
/// ```
/// use ormcore::prelude::*;
///
/// #[derive(Model)]
/// struct Person {
///     #[column(primary_key)]
///     id: i64,
///     name: String,
/// }
///
/// #[derive(Model)]
/// struct Pet {
///     #[column(primary_key)]
///     id: i64,
///     #[column(foreign_key = Person::ID)]
///     owner_id: Option<i64>,
///     #[relationship]
///     owner: BelongsTo<Person>,
/// }
///
/// let db = Database::connect("sqlite::memory:")?;
/// db.create_tables::<(Person, Pet)>()?;
/// let (ann, bob) = (Person::new("ann").insert(&db)?, Person::new("bob").insert(&db)?);
/// let mut pet = Pet::new().insert(&db)?;
/// assert!(pet.owner(&db)?.is_none());
/// pet.owner_id = Some(ann.id);
/// assert_eq!(pet.owner(&db)?.map(|owner| owner.name.as_str()), Some("ann"));
/// pet.owner_id = Some(bob.id);
/// assert_eq!(pet.owner(&db)?.map(|owner| owner.name.as_str()), Some("bob"));
/// # Ok::<(), ormcore::Error>(())
/// ```
pub struct BelongsTo<T> {
    kept: Found,
    target: PhantomData<fn() -> T>,
}

impl<T: 'static> BelongsTo<T> {
    /// Whether it is known what the foreign key points to, or pointed to before it was changed.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new("ann").insert(&db)?;
    /// let pet = Pet::new(&ann).insert(&db)?;
    /// assert!(!pet.person.is_loaded());
    /// pet.person(&db)?;
    /// assert!(pet.person.is_loaded());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn is_loaded(&self) -> bool {
        self.kept.is_loaded()
    }

    /// The row that was loaded last, if one was: `Some(None)` if the key points to nothing. Never asks the database.
    ///
    /// The accessor is what compares it with the foreign key's current value.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new("ann").insert(&db)?;
    /// # let bob = Person::new("bob").insert(&db)?;
    /// let mut pet = Pet::new(&ann).insert(&db)?;
    /// assert!(pet.person.loaded().is_none());
    /// pet.person(&db)?;
    /// pet.person_id = bob.id;
    /// let last = pet.person.loaded().flatten();
    /// assert_eq!(last.map(|person| person.name.as_str()), Some("ann"));
    /// assert_eq!(pet.person(&db)?.name, "bob");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn loaded(&self) -> Option<Option<&T>> {
        Some(self.kept.last()?.and_then(typed))
    }

    /// Forgets what is loaded, so that the next access asks the database.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new("ann").insert(&db)?;
    /// let mut pet = Pet::new(&ann).insert(&db)?;
    /// pet.person(&db)?;
    /// Person::query().update(Person::NAME.set("anna"), &db)?;
    /// pet.person.reset();
    /// assert_eq!(pet.person(&db)?.name, "anna");
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn reset(&mut self) {
        self.kept.reset();
    }
}

/// The row, as the field's own type.
fn typed<T: 'static>(row: &dyn SharedRow) -> Option<&T> {
    let row: &dyn Any = row;
    row.downcast_ref()
}

impl<T: Model> BelongsTo<T> {
    /// Keeps this row as what is loaded, to be given while the foreign key points to it; nothing is written.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64, #[relationship] person: BelongsTo<Person> }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new("ann").insert(&db)?;
    /// let mut pet = Pet::new(&ann).insert(&db)?;
    /// let statements = db.record();
    /// pet.person.set_loaded(ann);
    /// assert_eq!(pet.person(&db)?.name, "ann");
    /// assert!(statements.is_empty());
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    pub fn set_loaded(&mut self, row: impl Into<Arc<T>>) {
        self.kept.set(row.into());
    }

    /// What the foreign key of the row points to, if that is known: `Some(None)` if it points to nothing.
    pub(crate) fn current(&self, row: &dyn Record, key: &Pairs) -> Option<Option<&T>> {
        Some(self.kept.current(row, key)?.and_then(typed))
    }
}

impl<T: Model> RelationshipField for BelongsTo<T> {
    type Target = T;
    type Kept = Target;
    const SHARED: bool = true;

    fn deal(children: Box<dyn ReadRows>, pairs: &[(usize, usize)], parents: usize, _: bool) -> Vec<Target> {
        deal(children, pairs, parents)
    }

    fn add(kept: &mut Target, child: T, _: bool, _: usize) {
        *kept = Some(Arc::new(child));
    }

    fn lend(held: &mut Option<Target>) -> Option<Target> {
        held.clone()
    }

    fn keep(&self, row: &dyn Record, key: &Pairs, kept: Target) -> Result<()> {
        self.kept.keep(row, key, kept)
    }

    fn rows(&self) -> &[T] {
        self.loaded().flatten().map_or(&[], slice::from_ref)
    }

    fn is_loaded(&self) -> bool {
        self.kept.is_loaded()
    }

    fn reset(&mut self) {
        self.kept.forget();
    }

    fn drain(&mut self, rows: &mut Vec<T>, _: bool) -> bool {
        let Some(found) = self.kept.take() else { return false };
        if let Some(row) = found {
            let row: Arc<dyn Any + Send + Sync> = row;
            rows.extend(row.downcast().ok().and_then(Arc::into_inner));
        }
        true
    }

    fn origin(&self) -> Option<&Origin<Target>> {
        self.kept.origin()
    }

    fn remember(&mut self, origin: Arc<Origin<Target>>) {
        self.kept.remember(origin);
    }
}

impl<T> Default for BelongsTo<T> {
    fn default() -> Self {
        BelongsTo { kept: Found::new(), target: PhantomData }
    }
}

/// The copy shares the rows that are loaded.
impl<T> Clone for BelongsTo<T> {
    fn clone(&self) -> Self {
        BelongsTo { kept: self.kept.clone(), target: PhantomData }
    }
}

impl<T> PartialEq for BelongsTo<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for BelongsTo<T> {}

impl<T> Hash for BelongsTo<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl<T: fmt::Debug + 'static> fmt::Debug for BelongsTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loaded() {
            Some(row) => row.fmt(f),
            None => f.write_str("not loaded"),
        }
    }
}
