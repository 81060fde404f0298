use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::error::{Error, Result};
use crate::model::{Model, Record};
use crate::relation::field::{Held, Origin, RelationshipField};
use crate::relation::link::{Pairs, is_null};
use crate::value::Value;

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
    first: OnceLock<Box<Known<T>>>,
    origin: Option<Arc<Origin<T, Target<T>>>>,
}

/// The row that a foreign key points to, shared by those that point to it.
type Target<T> = Option<Arc<dyn Held<T>>>;

/// What is known of one value of the foreign key, and then of others: a list that only grows, for rows of it are lent out.
struct Known<T> {
    found: Found<T>,
    next: OnceLock<Box<Known<T>>>,
}

/// What a value of the foreign key points to.
enum Found<T> {
    /// A row; its own columns say which value it was.
    Row(Arc<dyn Held<T>>),
    /// Nothing, for these values.
    Nothing(Box<[Value<'static>]>),
}

impl<T> Clone for Found<T> {
    fn clone(&self) -> Self {
        match self {
            Found::Row(row) => Found::Row(Arc::clone(row)),
            Found::Nothing(key) => Found::Nothing(key.clone()),
        }
    }
}

impl<T> BelongsTo<T> {
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
        self.first.get().is_some()
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
        let last = self.known().last()?;
        Some(match &last.found {
            Found::Row(row) => Some(row.as_ref().get()),
            Found::Nothing(_) => None,
        })
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
        self.first = OnceLock::new();
        if let Some(origin) = self.origin.take() {
            self.origin = Some(Arc::new(origin.alone()));
        }
    }

    fn known(&self) -> impl Iterator<Item = &Known<T>> {
        std::iter::successors(self.first.get(), |known| known.next.get()).map(Box::as_ref)
    }

    /// Adds what is known, behind what another thread may add at the same time.
    fn add(&self, found: Found<T>) {
        let (mut place, mut new) = (&self.first, Known::new(found));
        while let Err(back) = place.set(new) {
            new = back;
            if let Some(known) = place.get() {
                place = &known.next;
            }
        }
    }
}

/// A long list would end the list of calls if each part dropped the next.
impl<T> Drop for BelongsTo<T> {
    fn drop(&mut self) {
        let mut next = self.first.take();
        while let Some(mut known) = next {
            next = known.next.take();
        }
    }
}

impl<T> Known<T> {
    fn new(found: Found<T>) -> Box<Self> {
        Box::new(Known { found, next: OnceLock::new() })
    }
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
        self.first = OnceLock::from(Known::new(Found::Row(row.into())));
    }

    /// What the foreign key of the row points to, if that is known: `Some(None)` if it points to nothing.
    pub(crate) fn current(&self, row: &dyn Record, key: &Pairs) -> Option<Option<&T>> {
        if is_null(row, key) {
            return Some(None);
        }
        let is_current = |known: &&Known<T>| match &known.found {
            Found::Row(target) => points_to(row, target.as_ref().get(), key),
            Found::Nothing(values) => is_key(row, values, key),
        };
        let known = self.known().find(is_current)?;
        Some(match &known.found {
            Found::Row(target) => Some(target.as_ref().get()),
            Found::Nothing(_) => None,
        })
    }
}

fn points_to(row: &dyn Record, target: &dyn Record, key: &Pairs) -> bool {
    key.near().zip(key.far()).all(|(near, far)| match (row.field(near).value(), target.field(far).value()) {
        (Ok(near), Ok(far)) => near == far,
        _ => false,
    })
}

fn is_key(row: &dyn Record, values: &[Value<'static>], key: &Pairs) -> bool {
    key.near().zip(values).all(|(near, value)| row.field(near).value().as_ref() == Ok(value))
}

fn values(row: &dyn Record, key: &Pairs) -> Result<Box<[Value<'static>]>> {
    let value = |index| row.field(index).value().map(Value::into_owned);
    key.near().map(value).collect::<std::result::Result<_, _>>().map_err(|error| Error::encode("", "", &error))
}

impl<T: Model> RelationshipField for BelongsTo<T> {
    type Target = T;
    type Kept = Target<T>;
    const SHARED: bool = true;

    fn deal(children: Vec<T>, pairs: &[(usize, usize)], parents: usize, _: bool) -> Vec<Self::Kept> {
        let children: Vec<Arc<dyn Held<T>>> = children.into_iter().map(|child| Arc::new(child) as _).collect();
        let mut dealt = vec![None; parents];
        for (parent, child) in pairs {
            dealt[*parent] = Some(Arc::clone(&children[*child]));
        }
        dealt
    }

    fn add(kept: &mut Self::Kept, child: T, _: bool, _: usize) {
        *kept = Some(Arc::new(child));
    }

    fn lend(held: &mut Option<Self::Kept>) -> Option<Self::Kept> {
        held.clone()
    }

    fn keep(&self, row: &dyn Record, key: &Pairs, kept: Self::Kept) -> Result<()> {
        self.add(match kept {
            Some(target) => Found::Row(target),
            None => Found::Nothing(values(row, key)?),
        });
        Ok(())
    }

    fn is_loaded(&self) -> bool {
        BelongsTo::is_loaded(self)
    }

    fn reset(&mut self) {
        self.first = OnceLock::new();
    }

    fn drain(&mut self, rows: &mut Vec<T>) -> bool {
        let Some(known) = self.first.take() else { return false };
        if let Found::Row(row) = known.found {
            rows.extend(Held::unshare(row));
        }
        true
    }

    fn origin(&self) -> Option<&Origin<T, Self::Kept>> {
        self.origin.as_deref()
    }

    fn remember(&mut self, origin: Arc<Origin<T, Self::Kept>>) {
        self.origin = Some(origin);
    }
}

impl<T> Default for BelongsTo<T> {
    fn default() -> Self {
        BelongsTo { first: OnceLock::new(), origin: None }
    }
}

/// The copy shares the rows that are loaded.
impl<T> Clone for BelongsTo<T> {
    fn clone(&self) -> Self {
        let copy = BelongsTo { first: OnceLock::new(), origin: self.origin.clone() };
        self.known().for_each(|known| copy.add(known.found.clone()));
        copy
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

impl<T: fmt::Debug> fmt::Debug for BelongsTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loaded() {
            Some(row) => row.fmt(f),
            None => f.write_str("not loaded"),
        }
    }
}
