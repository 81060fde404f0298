//! What a page gives: an answer, or why there is none.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A page's answer; the error of the database is an answer too, with a status that ormcore knows.
pub(crate) type Answer = Result<Response, Refusal>;

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Refusal {
    Database(ormcore::Error),
    /// The page could not be written.
    Template(askama::Error),
    /// Only who is signed in may do this.
    SignIn,
    Forbidden,
    NotFound,
}

impl From<ormcore::Error> for Refusal {
    fn from(error: ormcore::Error) -> Self {
        Refusal::Database(error)
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Self {
        Refusal::Template(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Database(error) => error.into_response(),
            Refusal::Template(error) => ormcore::Error::other(error).into_response(),
            Refusal::SignIn => redirect("/login", Some("Sign in first.")),
            Refusal::Forbidden => StatusCode::FORBIDDEN.into_response(),
            Refusal::NotFound => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// A message for the next page; [`Visit::answer`](crate::web::Visit::answer) makes a cookie of it.
#[derive(Clone)]
pub(super) struct Flash(pub(super) String);

/// Leads the browser to another page of this site, which shows the message.
pub(crate) fn redirect(to: &str, message: Option<&str>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    if let Some(message) = message {
        response.extensions_mut().insert(Flash(message.to_string()));
    }
    response
}
