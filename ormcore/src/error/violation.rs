use std::fmt;

/// One thing that is wrong with a row: a column, and a message to show beside it.
///
/// ```
/// # use ormcore::prelude::*;
/// use ormcore::Violation;
///
/// let violation = Violation::new("email", "needs an @");
/// assert_eq!((violation.column(), violation.message()), (Some("email"), "needs an @"));
/// assert_eq!(Violation::of_row("the end is before the start").column(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    column: Option<String>,
    message: String,
}

impl Violation {
    /// Something wrong with one column.
    ///
    /// ```
    /// # use ormcore::Violation;
    /// assert_eq!(Violation::new("age", "is negative").to_string(), "`age` is negative");
    /// ```
    #[must_use]
    pub fn new(column: impl Into<String>, message: impl Into<String>) -> Self {
        Violation { column: Some(column.into()), message: message.into() }
    }

    /// Something wrong with the row as a whole.
    ///
    /// ```
    /// # use ormcore::Violation;
    /// assert_eq!(Violation::of_row("it ends before it begins").to_string(), "it ends before it begins");
    /// ```
    #[must_use]
    pub fn of_row(message: impl Into<String>) -> Self {
        Violation { column: None, message: message.into() }
    }

    /// The column; `None` for what is wrong with the row as a whole.
    ///
    /// ```
    /// # use ormcore::Violation;
    /// assert_eq!(Violation::new("age", "is negative").column(), Some("age"));
    /// ```
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The message.
    ///
    /// ```
    /// # use ormcore::Violation;
    /// assert_eq!(Violation::new("age", "is negative").message(), "is negative");
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// All of them in one line.
    pub(super) fn list(violations: &[Self]) -> String {
        violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "`{column}` {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
