use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result, constant_of};

/// What a lazy load that is repeated for rows of one query is reported to.
type Report = Arc<dyn Fn(&RepeatedLazyLoads) + Send + Sync>;

/// Watches for relationships that are loaded row by row: one statement for each row of a query, where one for all would
/// do. For development and tests; see [`DatabaseBuilder::watch_lazy_loads`](crate::DatabaseBuilder::watch_lazy_loads).
///
/// ```
/// use ormcore::LazyLoads;
/// use ormcore::prelude::*;
///
/// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
/// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, #[column(foreign_key = Person::ID)] person_id: i64 }
/// let db = Database::builder("sqlite::memory:").watch_lazy_loads(LazyLoads::new().refuse()).connect()?;
/// # db.create_tables::<(Person, Pet)>()?;
/// # Person::insert_all([Person::new(), Person::new()], &db)?;
/// let people = Person::all(&db)?;
/// assert!(people[0].pets(&db).is_ok());
/// let error = people[1].pets(&db).map(|_| ()).unwrap_err();
/// assert!(error.to_string().contains("`.with(Person::PETS)`"), "{error}");
/// # Ok::<(), ormcore::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "it watches when it is given to a database's builder"]
pub struct LazyLoads {
    threshold: usize,
    refuse: bool,
    report: Option<Report>,
}

/// Rows of one query loaded a relationship one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepeatedLazyLoads {
    /// The model.
    pub model: &'static str,
    /// The relationship's field.
    pub relationship: &'static str,
    /// For how many rows it was loaded so far.
    pub count: usize,
}

impl RepeatedLazyLoads {
    /// What the query should have said, such as `.with(Person::PETS)`.
    #[must_use]
    pub fn cure(&self) -> String {
        format!(".with({}::{})", self.model, constant_of(self.relationship))
    }
}

impl fmt::Display for RepeatedLazyLoads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RepeatedLazyLoads { model, relationship, count } = self;
        write!(
            f,
            "`{model}::{relationship}` was loaded one by one for {count} rows of one query: load it with the query, `{}`",
            self.cure()
        )
    }
}

impl LazyLoads {
    /// Reports the second lazy load of a relationship among the rows of one query, and again each time their number has
    /// doubled: as a warning of `tracing`, where that feature is on.
    pub fn new() -> Self {
        LazyLoads { threshold: 2, refuse: false, report: None }
    }

    /// Reports from this number of lazy loads on; 2 if not set.
    pub fn threshold(mut self, loads: usize) -> Self {
        self.threshold = loads.max(1);
        self
    }

    /// Calls the closure too.
    pub fn report(mut self, report: impl Fn(&RepeatedLazyLoads) + Send + Sync + 'static) -> Self {
        self.report = Some(Arc::new(report));
        self
    }

    /// Makes what would be reported an error instead: [`ErrorKind::RepeatedLazyLoads`].
    pub fn refuse(mut self) -> Self {
        self.refuse = true;
        self
    }

    /// Takes note of a lazy load: the `count`th of its kind.
    ///
    /// # Errors
    /// If repeated loads are refused.
    pub(crate) fn note(&self, model: &'static str, relationship: &'static str, count: usize) -> Result<()> {
        if count < self.threshold {
            return Ok(());
        }
        let repeated = RepeatedLazyLoads { model, relationship, count };
        if self.refuse {
            return Err(Error::from_kind(ErrorKind::RepeatedLazyLoads { problem: repeated.to_string() }));
        }
        let times = count / self.threshold;
        if count.is_multiple_of(self.threshold) && times.is_power_of_two() {
            #[cfg(feature = "tracing")]
            tracing::warn!(target: "ormcore", model, relationship, count, "{repeated}");
            if let Some(report) = &self.report {
                report(&repeated);
            }
        }
        Ok(())
    }
}

impl Default for LazyLoads {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LazyLoads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyLoads")
            .field("threshold", &self.threshold)
            .field("refuse", &self.refuse)
            .finish_non_exhaustive()
    }
}
