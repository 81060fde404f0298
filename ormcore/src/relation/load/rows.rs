use crate::backend::{Parameters, Row, Statement, Step, Steps};
use crate::error::Result;
use crate::model::{Borrowed, Loaders, Model, Path};
use crate::plan::{Executor, LazyLoads, Plan};
use crate::relation::{IntoLoad, Kind, Load, Loadable, Relation, Strategy};
use crate::sql::Dialect;

/// Loads a relationship of rows in hand.
struct LoadRows<'r, M> {
    rows: Borrowed<'r, M>,
    loaders: Loaders,
}

impl<M: Model> Steps for LoadRows<'_, M> {
    fn next(&mut self, dialect: &'static dyn Dialect, batch: &mut Vec<Statement>) -> Result<Step> {
        self.loaders.next(&self.rows, None, dialect, batch)?;
        Ok(if batch.is_empty() { Step::Done } else { Step::Run })
    }

    fn bind(&mut self, statement: usize, _: usize, parameters: &mut dyn Parameters) -> Result<()> {
        self.loaders.bind(statement, parameters)
    }

    fn row(&mut self, statement: usize, _: usize, row: &dyn Row) -> Result<()> {
        self.loaders.row(statement, row)
    }
}

impl<M: Model> Plan for LoadRows<'_, M> {
    type Output = ();

    fn watch(&mut self, _: &LazyLoads) {
        self.loaders.watch();
    }

    fn finish(mut self) -> Result<()> {
        self.loaders.finish(&mut self.rows)
    }
}

impl<M: Model, K: Kind> Relation<M, K> {
    /// Loads it for rows in hand, in one statement (one for each 500 keys); what was loaded before is replaced.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// let mut people = Person::insert_all([Person::new(), Person::new()], &db)?;
    /// let statements = db.record();
    /// Person::PETS.load(&mut people, &db)?;
    /// assert_eq!(statements.len(), 1);
    /// assert!(people.iter().all(|person| person.pets.is_loaded()));
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses a statement, or a row cannot be read.
    pub fn load<'p, E: Executor + 'p>(self, rows: &'p mut [M], db: E) -> E::Out<'p, ()>
    where
        K: Loadable,
    {
        self.selectin().load(rows, db)
    }
}

impl<M: Model, K: Loadable> Load<M, K> {
    /// Loads it for rows in hand; there is no query to join to or to embed, and so `joined` and `subquery` list the rows'
    /// keys as `selectin` does.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct Person { #[column(primary_key)] id: i64, #[relationship] pets: HasMany<Pet> }
    /// # #[derive(Model)] struct Pet { #[column(primary_key)] id: i64, name: String, #[column(foreign_key = Person::ID)] person_id: i64 }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(Person, Pet)>()?;
    /// # let ann = Person::new().insert(&db)?;
    /// # Pet::insert_all(["rex", "tom"].map(|name| Pet::new(name, &ann)), &db)?;
    /// let mut people = Person::all(&db)?;
    /// Person::PETS.selectin().limit(1).load(&mut people, &db)?;
    /// assert_eq!(people[0].pets(&db)?.len(), 1);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the database refuses a statement, or a row cannot be read.
    pub fn load<'p, E: Executor + 'p>(mut self, rows: &'p mut [M], db: E) -> E::Out<'p, ()> {
        if matches!(self.strategy, Strategy::Joined | Strategy::Subquery) {
            self.strategy = Strategy::Selectin;
        }
        let load = [self.into_load()];
        if let Some(problem) = load[0].problem() {
            return db.ready(Err(crate::error::Error::encode(M::NAME, "", problem)));
        }
        let loaders = Loaders::new(&[], &load, &Path { table: M::NAME, from: None });
        db.run(LoadRows { rows: Borrowed(rows), loaders })
    }
}
