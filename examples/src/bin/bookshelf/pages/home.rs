//! The first page.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use ormcore::prelude::*;

use crate::models::{Book, Dataset, MlModel, User};
use crate::web::{App, Frame, Visit};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "bookshelf/home.html")]
struct HomePage {
    frame: Frame,
    users: u64,
    datasets: u64,
    books: u64,
    ml_models: u64,
}

async fn home(visit: Visit) -> Response {
    visit
        .answer(|context| {
            let db = &context.db;
            let (users, datasets) = (User::query().count(db)?, Dataset::query().count(db)?);
            let (books, ml_models) = (Book::query().count(db)?, MlModel::query().count(db)?);
            context.page(&HomePage { users, datasets, books, ml_models, frame: context.frame() })
        })
        .await
}
