//! The forms of a model and of a prediction.

use askama::Template;
use axum::response::Response;
use ormcore::prelude::*;
use serde::Deserialize;

use super::{TypedPrediction, show_with};
use crate::models::{MlModel, Prediction};
use crate::pages::{Button, confirm};
use crate::web::{Context, Errors, Frame, Id, Posted, Refusal, Visit, redirect};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    version: String,
    accuracy: String,
}

/// What was typed, as the columns take it.
#[derive(Changes, Clone, Copy)]
#[changes(model = MlModel)]
struct Values<'f> {
    name: &'f str,
    version: &'f str,
    accuracy: f64,
}

impl Typed {
    fn values(&self, errors: &mut Errors) -> Values<'_> {
        let accuracy = errors.number("accuracy", &self.accuracy);
        Values { name: self.name.trim(), version: self.version.trim(), accuracy }
    }
}

#[derive(Template)]
#[template(path = "bookshelf/ml_model_form.html")]
struct MlModelForm {
    frame: Frame,
    id: Option<i64>,
    form: Typed,
    errors: Errors,
}

fn own_model(context: &Context, id: i64) -> Result<MlModel, Refusal> {
    let ml_model = MlModel::find(id, &context.db)?;
    context.only(Some(ml_model.owner_id))?;
    Ok(ml_model)
}

pub(super) async fn new(visit: Visit) -> Response {
    visit
        .answer(|context| {
            context.signed_in()?;
            let (form, errors) = (Typed::default(), Errors::new());
            context.page(&MlModelForm { id: None, form, errors, frame: context.frame() })
        })
        .await
}

pub(super) async fn create(visit: Visit, Posted(form): Posted<Typed>) -> Response {
    visit
        .answer(move |context| {
            let owner = context.signed_in()?;
            let mut errors = Errors::new();
            let values = form.values(&mut errors);
            let saved = errors.save(&context.db, |tx| Draft::from(values).set(MlModel::OWNER_ID, owner).insert(tx))?;
            match saved {
                Some(ml_model) => Ok(redirect(&format!("/models/{}", ml_model.id), Some("The model is added."))),
                None => context.form_again(&MlModelForm { id: None, form, errors, frame: context.frame() }),
            }
        })
        .await
}

pub(super) async fn edit(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let MlModel { name, version, accuracy, .. } = own_model(context, id)?;
            let form = Typed { name, version, accuracy: accuracy.to_string() };
            context.page(&MlModelForm { id: Some(id), form, errors: Errors::new(), frame: context.frame() })
        })
        .await
}

pub(super) async fn update(visit: Visit, Id(id): Id, Posted(form): Posted<Typed>) -> Response {
    visit
        .answer(move |context| {
            let mut ml_model = own_model(context, id)?;
            let mut errors = Errors::new();
            let changed = ml_model.apply(form.values(&mut errors));
            match errors.save(&context.db, |tx| ml_model.update_only(&changed, tx))? {
                Some(()) => Ok(redirect(&format!("/models/{id}"), Some("The model is saved."))),
                None => context.form_again(&MlModelForm { id: Some(id), form, errors, frame: context.frame() }),
            }
        })
        .await
}

pub(super) async fn ask(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let what = format!("the model {}", own_model(context, id)?.name);
            confirm(context, &what, "Its predictions go with it.", format!("/models/{id}"))
        })
        .await
}

pub(super) async fn delete(visit: Visit, Id(id): Id, Posted(_): Posted<Button>) -> Response {
    visit
        .answer(move |context| {
            own_model(context, id)?.delete(&context.db)?;
            Ok(redirect("/models", Some("The model is deleted.")))
        })
        .await
}

pub(super) async fn predict(visit: Visit, Id(id): Id, Posted(form): Posted<TypedPrediction>) -> Response {
    visit
        .answer(move |context| {
            let ml_model = own_model(context, id)?;
            let mut errors = Errors::new();
            let confidence: f64 = errors.number("confidence", &form.confidence);
            let saved = errors.save(&context.db, |tx| {
                Prediction::new(&ml_model, form.input.trim(), form.label.trim(), confidence).insert(tx)
            })?;
            match saved {
                Some(_) => Ok(redirect(&format!("/models/{id}"), Some("The prediction is noted."))),
                None => show_with(context, id, form, errors),
            }
        })
        .await
}
