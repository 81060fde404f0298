//! What all answers pass: pages for errors, and headers that guard the visitor.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::web::Frame;

/// Only what comes from here, no script at all, and no page of ours within another site's.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

pub(super) async fn add_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A page may show what is somebody's own.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[derive(Template)]
#[template(path = "bookshelf/error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    title: &'static str,
    text: &'static str,
}

/// Puts a page around an error, whoever has found it, and logs what is our fault.
pub(super) async fn dress_errors(mut response: Response) -> Response {
    let status = response.status();
    if let Some(error) = response.extensions().get::<Arc<ormcore::Error>>()
        && status.is_server_error()
    {
        eprintln!("{status}: {error} ({})", error.statement().unwrap_or("no statement"));
    }
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/html; charset=utf-8");
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (title, text) = words(status);
    let page = ErrorPage { frame: Frame::bare(), status: status.as_u16(), title, text };
    if let Ok(page) = page.render() {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(page);
    }
    response
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "Not allowed",
            "This belongs to somebody else, or the form was too old: go back, load the page anew and try again.",
        ),
        StatusCode::NOT_FOUND => ("Not found", "There is no such page. Perhaps what it showed was deleted."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not allowed", "This address does not take that."),
        StatusCode::UNPROCESSABLE_ENTITY => ("Not understood", "That holds what cannot be kept or searched for."),
        StatusCode::CONFLICT => ("Changed meanwhile", "Somebody else was faster: load the page anew and try again."),
        StatusCode::SERVICE_UNAVAILABLE => ("Busy", "Too much is going on just now: try again in a moment."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too long", "That is more than this form takes."),
        status if status.is_server_error() => ("Something broke", "It is our fault, and it is in our log."),
        _ => ("Not understood", "The request was not understood."),
    }
}
