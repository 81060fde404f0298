//! Errors as answers of a web server (feature `axum`).

use std::sync::Arc;

use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use crate::error::{Error, ErrorKind};

impl Error {
    /// The status of an answer that reports this error (feature `axum`).
    ///
    /// | the error | status |
    /// | --- | --- |
    /// | [`Cursor`](ErrorKind::Cursor): the place of a page that was changed on its way | 400 |
    /// | [`NotFound`](ErrorKind::NotFound) | 404 |
    /// | [`UniqueViolation`](ErrorKind::UniqueViolation), [`ForeignKeyViolation`](ErrorKind::ForeignKeyViolation), [`StaleRow`](ErrorKind::StaleRow) | 409 |
    /// | [`Invalid`](ErrorKind::Invalid), [`CheckViolation`](ErrorKind::CheckViolation), [`NotNullViolation`](ErrorKind::NotNullViolation), [`Encode`](ErrorKind::Encode) | 422 |
    /// | what [`is_retryable`](Error::is_retryable): locks, conflicts, no free connection | 503, with `Retry-After: 1` |
    /// | all others | 500 |
    ///
    /// ```
    /// # use ormcore::prelude::*;
    /// # #[derive(Model)] struct User { #[column(primary_key)] id: i64, name: String }
    /// # let db = Database::connect("sqlite::memory:")?;
    /// # db.create_tables::<(User,)>()?;
    /// let error = User::find(1, &db).map(drop).unwrap_err();
    /// assert_eq!(error.status(), 404);
    /// # Ok::<(), ormcore::Error>(())
    /// ```
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.kind() {
            ErrorKind::Cursor { .. } => StatusCode::BAD_REQUEST,
            ErrorKind::NotFound { .. } => StatusCode::NOT_FOUND,
            ErrorKind::UniqueViolation { .. } | ErrorKind::ForeignKeyViolation { .. } | ErrorKind::StaleRow { .. } => {
                StatusCode::CONFLICT
            }
            ErrorKind::Invalid { .. }
            | ErrorKind::CheckViolation { .. }
            | ErrorKind::NotNullViolation { .. }
            | ErrorKind::Encode { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            _ if self.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a stranger may be told: no table, no SQL, no value. What is wrong with a row is the model's own words, which
    /// are meant for who has filled in the form.
    fn public_text(&self) -> String {
        let status = self.status();
        let mut text = status.canonical_reason().unwrap_or("error").to_lowercase();
        for violation in self.violations() {
            text.push_str(&format!("\n{violation}"));
        }
        text.push('\n');
        text
    }
}

/// An error is an answer: `async fn page(..) -> Result<Html<String>, ormcore::Error>` (feature `axum`).
///
/// The answer has the [status](Error::status) and a short text, such as `not found`, which tells neither tables nor SQL
/// nor values; beside 422 the text lists what the model's `validate` found. The error itself travels in the response's
/// extensions, as an `Arc<ormcore::Error>`: a layer around the application logs it, or puts a page of its own in place.
///
/// ```
/// use std::sync::Arc;
///
/// use axum_core::response::{IntoResponse, Response};
/// use ormcore::prelude::*;
///
/// fn log(response: &Response) {
///     if let Some(error) = response.extensions().get::<Arc<ormcore::Error>>()
///         && response.status().is_server_error()
///     {
///         eprintln!("{error}: {}", error.statement().unwrap_or("no statement"));
///     }
/// }
///
/// # let db = Database::connect("sqlite::memory:")?;
/// let response = db.execute("SELECT nonsense", ()).unwrap_err().into_response();
/// assert_eq!(response.status(), 500);
/// log(&response);
/// # Ok::<(), ormcore::Error>(())
/// ```
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = Response::new(Body::from(self.public_text()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
