//! Machine-learning models, their accuracies in a chart, and what they predicted.

mod write;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::{get, post};
use ormcore::prelude::*;
use serde::Deserialize;

use crate::chart::Chart;
use crate::models::{MlModel, Prediction};
use crate::web::{Answer, App, Context, Errors, Frame, Id, PageLinks, Place, Refusal, Visit};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/models", get(list))
        .route("/models/new", get(write::new).post(write::create))
        .route("/models/{id}", get(show))
        .route("/models/{id}/edit", get(write::edit).post(write::update))
        .route("/models/{id}/delete", get(write::ask).post(write::delete))
        .route("/models/{id}/predictions", post(write::predict))
}

#[derive(Template)]
#[template(path = "bookshelf/ml_models.html")]
struct MlModelsPage<'p> {
    frame: Frame,
    chart: Chart,
    ml_models: Vec<ModelLine<'p>>,
    links: PageLinks,
}

struct ModelLine<'p> {
    ml_model: &'p MlModel,
    owner: &'p str,
    predictions: usize,
}

/// Three statements, however many models: their number, they with their owners, and their predictions.
async fn list(visit: Visit, Query(place): Query<Place>) -> Response {
    visit
        .answer(move |context| {
            let db = &context.db;
            let page = MlModel::query()
                .with(MlModel::OWNER.joined())
                .with(MlModel::PREDICTIONS)
                .order_by((MlModel::NAME, MlModel::VERSION, MlModel::ID))
                .paginate(place.page(), place.per_page(), db)?;
            let lines = page.items.iter().map(|ml_model| {
                let predictions = ml_model.predictions(db)?.len();
                Ok(ModelLine { ml_model, owner: &ml_model.owner(db)?.name, predictions })
            });
            context.page(&MlModelsPage {
                chart: Chart::of(&page.items),
                ml_models: lines.collect::<ormcore::Result<_>>()?,
                links: PageLinks::counted(&page, "/models?"),
                frame: context.frame(),
            })
        })
        .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TypedPrediction {
    input: String,
    label: String,
    confidence: String,
}

#[derive(Template)]
#[template(path = "bookshelf/ml_model.html")]
struct MlModelPage<'p> {
    frame: Frame,
    ml_model: &'p MlModel,
    owner: &'p str,
    predictions: Vec<&'p Prediction>,
    is_own: bool,
    form: TypedPrediction,
    errors: Errors,
}

async fn show(visit: Visit, Id(id): Id) -> Response {
    visit.answer(move |context| show_with(context, id, TypedPrediction::default(), Errors::new())).await
}

/// The page of a model, with the form for a prediction as it was typed.
fn show_with(context: &Context, id: i64, form: TypedPrediction, errors: Errors) -> Answer {
    const NEWEST: u64 = 50;
    let mut session = context.db.session_read_only()?;
    let ml_model = session.get::<MlModel>(id)?.ok_or(Refusal::NotFound)?;
    let owner = session.related(ml_model, MlModel::OWNER)?.ok_or(Refusal::NotFound)?;
    let newest = Prediction::query().filter(Prediction::ML_MODEL_ID.eq(id)).order_by(Prediction::ID.desc());
    let predictions = session.all(newest.limit(NEWEST))?;
    let is_mended = errors.is_empty();
    let page = MlModelPage {
        owner: &session[owner].name,
        predictions: predictions.into_iter().map(|row| &session[row]).collect(),
        is_own: context.is(Some(session[ml_model].owner_id)),
        ml_model: &session[ml_model],
        frame: context.frame(),
        form,
        errors,
    };
    if is_mended { context.page(&page) } else { context.form_again(&page) }
}
