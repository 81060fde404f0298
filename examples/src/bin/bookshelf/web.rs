//! What every page needs: who visits, forms, answers, and the layers around all pages.

mod answer;
pub(crate) mod cookies;
mod form;
mod id;
mod layers;
mod page_links;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::get;
use ormcore::Database;
use tokio::sync::Semaphore;

pub(crate) use answer::{Answer, Refusal, redirect};
pub(crate) use form::{Errors, Posted};
pub(crate) use id::Id;
pub(crate) use page_links::{PageLinks, Place};
pub(crate) use visit::{Context, Frame, Visit};

use crate::pages;
use crate::security::Key;

/// What all requests share.
pub(crate) struct App {
    pub(crate) db: Database,
    pub(crate) key: Key,
    /// Who hashes a password holds a permit meanwhile: see [`Visit::answer_hashing`].
    pub(crate) hashes: Arc<Semaphore>,
    pub(crate) shows_statements: bool,
    pub(crate) secure_cookies: bool,
}

/// No form is as large as this.
const MOST_BYTES: usize = 64 * 1024;

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(pages::home::routes())
        .merge(pages::login::routes())
        .merge(pages::users::routes())
        .merge(pages::datasets::routes())
        .merge(pages::books::routes())
        .merge(pages::authors::routes())
        .merge(pages::ml_models::routes())
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
        .fallback(async || Refusal::NotFound)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(map_response(layers::dress_errors))
        .layer(map_response(layers::add_headers))
        .with_state(app)
}

async fn style() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=600")];
    (headers, include_str!("style.css"))
}

async fn icon() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=86400")];
    (headers, include_str!("icon.svg"))
}
