//! The server's errors and notices: their fields, and what of them may be shown.

use std::fmt;

use self::translate::Words;
use crate::error::{Error, ErrorKind, Result};

#[cfg(test)]
mod tests;
mod translate;

/// What the server said: the fields of an error or a notice.
///
/// It is the source of the [`Error`] that a statement ends with. Values of rows and parameters stand in the server's
/// detail and may stand in its message; neither `Display` nor `Debug` shows them. What a function of the database's own
/// raises is shown whole.
///
/// ```
/// use ormcore::Error;
/// use ormcore::backend::postgres::ServerError;
///
/// fn explain(error: &Error) -> Option<&str> {
///     error.downcast_ref::<ServerError>()?.detail()
/// }
/// assert_eq!(explain(&Error::rollback("enough")), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ServerError {
    severity: String,
    /// Whether the severity is the word of every language.
    is_severity_plain: bool,
    code: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    schema: Option<String>,
    table: Option<String>,
    column: Option<String>,
    data_type: Option<String>,
    constraint: Option<String>,
    position: Option<u32>,
    routine: Option<String>,
    /// Whether it is about the text of a statement that a function of the database's own runs.
    is_internal: bool,
    /// Whether that text stands in a function, and is none that it was given or makes while it runs.
    is_in_function: bool,
    /// Whether it came while values were with the server: those of the statement, or of what ran before and is checked now.
    has_values: bool,
}

impl ServerError {
    /// Reads the body of an ErrorResponse or a NoticeResponse: a letter and a text for each field, then a zero byte.
    pub(super) fn parse(body: &[u8]) -> Result<Self> {
        let broken = || Error::connection("the server sent an error that is cut off");
        let mut error = ServerError::default();
        let mut rest = body;
        loop {
            let (field, after) = rest.split_first().ok_or_else(broken)?;
            if *field == 0 {
                break;
            }
            let end = after.iter().position(|byte| *byte == 0).ok_or_else(broken)?;
            error.set(*field, &after[..end]);
            rest = &after[end + 1..];
        }
        if error.code.is_empty() { Err(broken()) } else { Ok(error) }
    }

    /// Takes one field; those that ormcore has no use for are left out, and before the encoding is agreed upon a text
    /// may be anything.
    pub(super) fn set(&mut self, field: u8, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        match field {
            b'V' => (self.severity, self.is_severity_plain) = (text, true),
            // The severity in the server's language, for servers that send no other.
            b'S' if !self.is_severity_plain => self.severity = text,
            b'C' => self.code = text,
            b'M' => self.message = text,
            b'D' => self.detail = Some(text),
            b'H' => self.hint = Some(text),
            b's' => self.schema = Some(text),
            b't' => self.table = Some(text),
            b'c' => self.column = Some(text),
            b'd' => self.data_type = Some(text),
            b'n' => self.constraint = Some(text),
            b'P' => self.position = text.parse().ok(),
            b'p' => self.is_internal = true,
            // The innermost comes first. Of its words these are in no other language.
            b'W' => {
                let within = text.lines().next().unwrap_or_default();
                self.is_in_function = within.contains("PL/pgSQL") && !within.contains("EXECUTE");
            }
            b'R' => self.routine = Some(text),
            _ => {}
        }
    }

    /// `ERROR`, `FATAL` or `PANIC`; of a notice `WARNING`, `NOTICE`, `DEBUG`, `INFO` or `LOG`.
    #[must_use]
    pub fn severity(&self) -> &str {
        &self.severity
    }

    /// The SQLSTATE, such as `23505`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The server's message, whole: where `Display` breaks off, it may hold a value.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// More about it, such as `Key (email)=(ann@example.org) already exists.`: it holds values.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What the server thinks may help.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The schema of what it is about.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The table that it is about.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The column that it is about.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The data type that it is about.
    #[must_use]
    pub fn data_type(&self) -> Option<&str> {
        self.data_type.as_deref()
    }

    /// The constraint that it is about.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// Where in the statement, counted in characters from 1.
    #[must_use]
    pub fn position(&self) -> Option<u32> {
        self.position
    }

    /// The routine of the server's source that said it.
    #[must_use]
    pub fn routine(&self) -> Option<&str> {
        self.routine.as_deref()
    }

    /// Whether the server ends the connection after it.
    pub(super) fn breaks_connection(&self) -> bool {
        let ends_session = !self.is_severity_plain && matches!(self.code.as_str(), "57P01" | "57P02" | "57P05");
        // What a function passes on from another server has these codes too, and ends nothing here.
        matches!(self.severity.as_str(), "FATAL" | "PANIC") || ends_session
    }

    /// Whether a prepared statement's result has another shape than when it was prepared: prepare it again.
    pub(super) fn is_stale_plan(&self) -> bool {
        match (self.code.as_str(), self.routine.as_deref()) {
            ("0A000", Some("RevalidateCachedQuery")) => true,
            // Behind a pooler nothing is kept prepared, and only the columns are known from before.
            ("08P01", Some("PortalSetResultFormat")) => true,
            _ => false,
        }
    }

    /// Whether the type of a parameter or of what it meets may be another than when the statement was prepared, or gone.
    pub(super) fn is_outdated_type(&self) -> bool {
        match self.code.as_str() {
            "42804" | "42846" | "42883" => true,
            // Types of the database's own read their values with this code too. Internal errors are in no other language.
            "XX000" => self.message.starts_with("cache lookup failed for type "),
            "42704" => self.routine.as_deref() == Some("lookup_type_cache"),
            _ => false,
        }
    }

    /// Whether the server does not know a prepared statement (any more).
    pub(super) fn is_lost_statement(&self) -> bool {
        self.code == "26000"
    }

    /// Whether the message may be about a value and hold it: that of a data exception, and that of what went wrong with
    /// values while the statement ran. What is wrong with a statement's text has a position in it.
    fn is_about_values(&self) -> bool {
        match (self.code.get(..2), self.code.as_str()) {
            (Some("22"), _) => true,
            // Constraints and views, which are named, and what functions raise: the words of those who wrote them.
            (Some("23" | "44" | "P0"), _) => false,
            // What one has no right to, and what others have locked.
            (_, "42501" | "55P03") => false,
            // An index, which takes no rows of that size.
            _ if self.constraint.is_some() => false,
            _ => self.has_values && !self.is_about_text() && self.routine() != Some("exec_stmt_raise"),
        }
    }

    fn is_about_text(&self) -> bool {
        self.position.is_some() || self.is_internal && self.is_in_function
    }

    /// Why the server refused a connection, and what to do.
    pub(super) fn refusal(&self) -> String {
        match translate::kind(self, None) {
            ErrorKind::Connection { problem } => problem,
            other => other.to_string(),
        }
    }

    /// The error for the statement that ended with it; whether values were with the server then, its text does not tell.
    pub(super) fn translate(mut self, sql: Option<&str>, has_values: bool) -> Error {
        self.has_values = has_values;
        let kind = translate::kind(&self, sql);
        self.explain(kind, sql)
    }

    /// The error for a statement that others made wrong after it was prepared: run again, the transaction prepares it anew.
    pub(super) fn conflict(mut self, sql: Option<&str>, has_values: bool) -> Error {
        self.has_values = has_values;
        self.explain(ErrorKind::Serialization, sql)
    }

    fn explain(self, kind: ErrorKind, sql: Option<&str>) -> Error {
        let error = Error::from_kind(kind).with_source(self);
        match sql {
            Some(sql) => error.with_statement(sql),
            None => error,
        }
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", Words(self), self.code)
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerError")
            .field("severity", &self.severity)
            .field("code", &self.code)
            .field("message", &format_args!("{}", Words(self)))
            .field("hint", &self.hint)
            .field("schema", &self.schema)
            .field("table", &self.table)
            .field("column", &self.column)
            .field("data_type", &self.data_type)
            .field("constraint", &self.constraint)
            .field("position", &self.position)
            .field("routine", &self.routine)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ServerError {}
