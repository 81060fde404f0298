//! Models that say what is valid by the crate `garde`.
//!
//! ```
//! use ormcore::prelude::*;
//!
//! #[derive(Model, garde::Validate)]
//! #[model(validate = ormcore::garde::validate)]
//! #[garde(allow_unvalidated)]
//! struct User {
//!     #[column(primary_key)]
//!     id: i64,
//!     #[garde(length(min = 3))]
//!     name: String,
//!     #[garde(range(min = 18))]
//!     age: i32,
//! }
//!
//! let db = Database::connect("sqlite::memory:")?;
//! db.create_tables::<(User,)>()?;
//! let error = User::new("al", 7).insert(&db).map(drop).unwrap_err();
//! let columns: Vec<_> = error.violations().iter().map(|violation| violation.column()).collect();
//! assert_eq!(columns, [Some("name"), Some("age")]);
//! # Ok::<(), ormcore::Error>(())
//! ```

use ::garde::{Report, Validate};

use crate::error::{Result, Violation};
use crate::model::{Model, Violations};

/// Finds what the rules of the model's `#[garde(..)]` find: for `#[model(validate = ormcore::garde::validate)]`.
///
/// A model whose rules need a context has a function of its own, which calls `validate_with` and gives the report to
/// [`violations`].
///
/// # Errors
/// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid), with what the rules found.
pub fn validate<M: Model + Validate<Context: Default>>(row: &M) -> Result<()> {
    match row.validate() {
        Ok(()) => Ok(()),
        Err(report) => violations::<M>(&report).into_result(),
    }
}

/// A report as what is wrong with a row: each message beside the column of its field, in the order of the columns.
///
/// ```
/// # use ormcore::prelude::*;
/// # #[derive(Model)] #[model(validate = check)] struct User { #[column(primary_key)] id: i64, name: String }
/// fn check(user: &User) -> ormcore::Result<()> {
///     let mut report = garde::Report::new();
///     if user.name.len() > 3 {
///         report.append(garde::Path::new("name"), garde::Error::new("is too long"));
///     }
///     ormcore::garde::violations::<User>(&report).into_result()
/// }
/// # let db = Database::connect("sqlite::memory:")?;
/// # db.create_tables::<(User,)>()?;
/// let error = User::new("Ursula").insert(&db).map(drop).unwrap_err();
/// assert_eq!(error.to_string(), "`user`: the draft is invalid: `name` is too long");
/// # Ok::<(), ormcore::Error>(())
/// ```
pub fn violations<M: Model>(report: &Report) -> Violations<M> {
    let mut found: Vec<_> =
        report.iter().map(|(path, error)| violation::<M>(&path.to_string(), error.message())).collect();
    found.sort_by_key(|violation| M::COLUMNS.iter().position(|column| Some(column.name) == violation.column()));
    Violations::new().and(found)
}

/// A message beside the column of the field that the path leads to, whatever is behind it; one of a struct of columns may be
/// on the way.
fn violation<M: Model>(path: &str, message: &str) -> Violation {
    // Names that are Rust's own words are written so there.
    let keys: Vec<_> = path.split('.').map(|key| key.strip_prefix("r#").unwrap_or(key)).collect();
    let mut within = "";
    for (at, key) in keys.iter().take(2).enumerate() {
        let field = key.split('[').next().unwrap_or(key);
        if let Some(column) = M::COLUMNS.iter().find(|column| column.within == within && column.field == field) {
            let rest = keys[at..].join(".").split_off(field.len());
            return Violation::new(column.name, about(rest.trim_start_matches('.'), message));
        }
        within = field;
    }
    Violation::of_row(about(&keys.join("."), message))
}

/// The message, with what it is about.
fn about(path: &str, message: &str) -> String {
    if path.is_empty() { message.to_string() } else { format!("{path}: {message}") }
}
