use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result, Violation};
use crate::model::{Column, Model};

/// What is wrong with a row, collected by a model's `validate`: all of it, so that a form can show each message beside its
/// field.
///
/// ```
/// use ormcore::prelude::*;
/// use ormcore::Violations;
///
/// #[derive(Model)]
/// #[model(validate = check)]
/// struct Booking {
///     #[column(primary_key)]
///     id: i64,
///     guest: String,
///     from: i32,
///     until: i32,
/// }
///
/// fn check(booking: &Booking) -> ormcore::Result<()> {
///     Violations::new()
///         .require(Booking::GUEST, !booking.guest.trim().is_empty(), "is empty")
///         .require_row(booking.from < booking.until, "it ends before it begins")
///         .into_result()
/// }
///
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(Booking,)>()?;
/// let error = Booking::new(" ", 3, 2).insert(&db).map(drop).unwrap_err();
/// let messages: Vec<_> = error.violations().iter().map(|one| (one.column(), one.message())).collect();
/// assert_eq!(messages, [(Some("guest"), "is empty"), (None, "it ends before it begins")]);
/// # Ok::<(), ormcore::Error>(())
/// ```
#[must_use = "`into_result` makes the error"]
pub struct Violations<M> {
    list: Vec<Violation>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Violations<M> {
    /// Nothing is wrong.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Violations;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// assert!(Violations::<User>::new().into_result().is_ok());
    /// ```
    pub fn new() -> Self {
        Violations { list: Vec::new(), model: PhantomData }
    }

    /// Notes the message beside the column, unless this `holds`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Violations;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let found = Violations::new().require(User::NAME, false, "is empty").into_result();
    /// assert!(found.is_err_and(|error| error.violations()[0].column() == Some("name")));
    /// ```
    pub fn require<T, W>(mut self, column: Column<M, T, W>, holds: bool, message: impl Into<String>) -> Self {
        if !holds {
            self.list.push(Violation::new(column.name(), message));
        }
        self
    }

    /// Notes a message about the row as a whole, unless this `holds`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Violations;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let found = Violations::<User>::new().require_row(false, "neither an address nor a number").into_result();
    /// assert!(found.is_err_and(|error| error.violations()[0].column().is_none()));
    /// ```
    pub fn require_row(mut self, holds: bool, message: impl Into<String>) -> Self {
        if !holds {
            self.list.push(Violation::of_row(message));
        }
        self
    }

    /// Notes what was found elsewhere.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::{Violation, Violations};
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// let found = Violations::<User>::new().and([Violation::new("name", "is taken")]).into_result();
    /// assert!(found.is_err_and(|error| error.is_invalid()));
    /// ```
    pub fn and(mut self, others: impl IntoIterator<Item = Violation>) -> Self {
        self.list.extend(others);
        self
    }

    /// The end of a `validate`.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # use ormcore::Violations;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// assert!(Violations::<User>::new().require_row(true, "never").into_result().is_ok());
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] if something is wrong.
    pub fn into_result(self) -> Result<()> {
        if self.list.is_empty() { Ok(()) } else { Err(invalid::<M>(self.list)) }
    }
}

fn invalid<M: Model>(violations: Vec<Violation>) -> Error {
    // Which row it is says whoever has called the model's function.
    Error::from_kind(ErrorKind::Invalid { table: M::NAME.to_string(), row: String::new(), violations })
}

impl<M: Model, T, W> Column<M, T, W> {
    /// The error of a `validate` that finds this column wrong; [`Violations`] collects several.
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// fn check(user: &User) -> ormcore::Result<()> {
    ///     if user.name.is_empty() { Err(User::NAME.invalid("is empty")) } else { Ok(()) }
    /// }
    /// ```
    #[must_use]
    pub fn invalid(self, message: impl Into<String>) -> Error {
        invalid::<M>(vec![Violation::new(self.name(), message)])
    }
}

impl<M: Model> Default for Violations<M> {
    fn default() -> Self {
        Violations::new()
    }
}

impl<M> fmt::Debug for Violations<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}
