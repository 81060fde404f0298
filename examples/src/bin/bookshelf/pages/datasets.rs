//! One's own datasets: add, edit, delete.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use ormcore::prelude::*;
use serde::Deserialize;

use crate::models::Dataset;
use crate::pages::{Button, confirm};
use crate::web::{App, Errors, Frame, Id, Posted, Visit, redirect};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/datasets/new", get(new).post(create))
        .route("/datasets/{id}", get(show))
        .route("/datasets/{id}/edit", get(edit).post(update))
        .route("/datasets/{id}/delete", get(ask).post(delete))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    description: String,
    records: String,
}

impl Typed {
    fn of(dataset: &Dataset) -> Self {
        Typed {
            name: dataset.name.clone(),
            description: dataset.description.clone().unwrap_or_default(),
            records: dataset.records.to_string(),
        }
    }

    fn name(&self) -> &str {
        self.name.trim()
    }

    fn description(&self) -> Option<String> {
        let text = self.description.trim();
        (!text.is_empty()).then(|| text.to_string())
    }
}

#[derive(Template)]
#[template(path = "bookshelf/dataset_form.html")]
struct DatasetForm {
    frame: Frame,
    id: Option<i64>,
    form: Typed,
    errors: Errors,
    back: String,
}

#[derive(Template)]
#[template(path = "bookshelf/dataset.html")]
struct DatasetPage<'p> {
    frame: Frame,
    dataset: &'p Dataset,
    owner: &'p str,
    is_own: bool,
}

async fn show(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let dataset = Dataset::query().filter(Dataset::ID.eq(id)).with(Dataset::OWNER.joined()).one(&context.db)?;
            context.page(&DatasetPage {
                owner: &dataset.owner(&context.db)?.name,
                is_own: context.is(Some(dataset.owner_id)),
                frame: context.frame(),
                dataset: &dataset,
            })
        })
        .await
}

async fn new(visit: Visit) -> Response {
    visit
        .answer(|context| {
            let back = format!("/users/{}", context.signed_in()?.id);
            let (form, errors) = (Typed::default(), Errors::new());
            context.page(&DatasetForm { id: None, form, errors, back, frame: context.frame() })
        })
        .await
}

async fn create(visit: Visit, Posted(form): Posted<Typed>) -> Response {
    visit
        .answer(move |context| {
            let owner = context.signed_in()?;
            let back = format!("/users/{}", owner.id);
            let mut errors = Errors::new();
            let records: i64 = errors.number("records", &form.records);
            let saved = errors.save(&context.db, |tx| {
                Dataset::new(owner, form.name(), records).set(Dataset::DESCRIPTION, form.description()).insert(tx)
            })?;
            match saved {
                Some(dataset) => Ok(redirect(&back, Some(&format!("The dataset {} is added.", dataset.name)))),
                None => context.form_again(&DatasetForm { id: None, form, errors, back, frame: context.frame() }),
            }
        })
        .await
}

async fn edit(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let dataset = Dataset::find(id, &context.db)?;
            context.only(Some(dataset.owner_id))?;
            let (form, errors, back) = (Typed::of(&dataset), Errors::new(), format!("/datasets/{id}"));
            context.page(&DatasetForm { id: Some(id), form, errors, back, frame: context.frame() })
        })
        .await
}

async fn update(visit: Visit, Id(id): Id, Posted(form): Posted<Typed>) -> Response {
    visit
        .answer(move |context| {
            let mut dataset = Dataset::find(id, &context.db)?;
            context.only(Some(dataset.owner_id))?;
            let mut errors = Errors::new();
            dataset.records = errors.number("records", &form.records);
            (dataset.name, dataset.description) = (form.name().to_string(), form.description());
            let back = format!("/datasets/{id}");
            match errors.save(&context.db, |tx| dataset.update(tx))? {
                Some(()) => Ok(redirect(&back, Some("The dataset is saved."))),
                None => context.form_again(&DatasetForm { id: Some(id), form, errors, back, frame: context.frame() }),
            }
        })
        .await
}

async fn ask(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let dataset = Dataset::find(id, &context.db)?;
            context.only(Some(dataset.owner_id))?;
            confirm(context, &format!("the dataset {}", dataset.name), "", format!("/datasets/{id}"))
        })
        .await
}

async fn delete(visit: Visit, Id(id): Id, Posted(_): Posted<Button>) -> Response {
    visit
        .answer(move |context| {
            let dataset = Dataset::find(id, &context.db)?;
            let owner = context.only(Some(dataset.owner_id))?.id;
            dataset.delete(&context.db)?;
            Ok(redirect(&format!("/users/{owner}"), Some("The dataset is deleted.")))
        })
        .await
}
