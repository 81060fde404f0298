//! Users: who is there, with their datasets; and one's own account.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use ormcore::Page;
use ormcore::prelude::*;
use serde::Deserialize;

use crate::models::{Dataset, MlModel, User};
use crate::pages::{Button, confirm, login};
use crate::web::{Answer, App, Context, Errors, Frame, Id, PageLinks, Place, Posted, Refusal, Visit, redirect};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/users", get(list))
        .route("/users/new", get(new).post(create))
        .route("/users/{id}", get(show))
        .route("/users/{id}/edit", get(edit).post(update))
        .route("/users/{id}/delete", get(ask).post(delete))
}

#[derive(Template)]
#[template(path = "bookshelf/users.html")]
struct UsersPage<'p> {
    frame: Frame,
    users: Vec<UserLine<'p>>,
    links: PageLinks,
}

struct UserLine<'p> {
    user: &'p User,
    datasets: &'p [Dataset],
}

/// Two statements, however many users: they, and the datasets of all of them.
async fn list(visit: Visit, Query(place): Query<Place>) -> Response {
    visit
        .answer(move |context| {
            let db = &context.db;
            let by_name = User::query().with(User::DATASETS.selectin()).order_by((User::NAME, User::ID));
            let page = by_name.page_after(place.cursor().as_ref(), place.per_page(), db)?;
            let lines = page.items.iter().map(|user| Ok(UserLine { user, datasets: user.datasets(db)? }));
            let users = lines.collect::<ormcore::Result<_>>()?;
            let links = PageLinks::behind(&page, &place, "/users?");
            context.page(&UsersPage { users, links, frame: context.frame() })
        })
        .await
}

#[derive(Template)]
#[template(path = "bookshelf/user.html")]
struct UserPage<'p> {
    frame: Frame,
    user: &'p User,
    datasets: &'p Page<Dataset>,
    ml_models: &'p [MlModel],
    links: PageLinks,
    is_own: bool,
}

/// One's datasets may be many: they come in pages. All is read in one transaction, as it is at one moment.
async fn show(visit: Visit, Id(id): Id, Query(place): Query<Place>) -> Response {
    visit
        .answer(move |context| {
            let moment = TransactionOptions::repeatable_read().read_only();
            let (user, datasets) = context.db.transaction_with(moment, |tx| {
                let user = User::query().filter(User::ID.eq(id)).with(User::ML_MODELS).one(tx)?;
                let datasets = Dataset::query().filter(Dataset::OWNER_ID.eq(id)).order_by(Dataset::NAME);
                Ok::<_, Refusal>((user, datasets.paginate(place.page(), place.per_page(), tx)?))
            })?;
            context.page(&UserPage {
                ml_models: user.ml_models(&context.db)?,
                links: PageLinks::counted(&datasets, &format!("/users/{id}?")),
                is_own: context.is(Some(id)),
                frame: context.frame(),
                user: &user,
                datasets: &datasets,
            })
        })
        .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Account {
    name: String,
    email: String,
    password: String,
}

impl Account {
    fn check(&self) -> Errors {
        let mut errors = Errors::new();
        let characters = self.password.chars().count();
        errors.require("password", characters >= 8, "needs 8 characters at least");
        errors.require("password", characters <= 200, "is longer than 200 characters");
        errors
    }
}

#[derive(Template)]
#[template(path = "bookshelf/user_form.html")]
struct UserForm {
    frame: Frame,
    /// The key of the user who is edited.
    id: Option<i64>,
    form: Account,
    errors: Errors,
}

async fn new(visit: Visit) -> Response {
    visit
        .answer(|context| {
            let (form, errors) = (Account::default(), Errors::new());
            context.page(&UserForm { id: None, form, errors, frame: context.frame() })
        })
        .await
}

async fn create(visit: Visit, Posted(form): Posted<Account>) -> Response {
    visit
        .answer_hashing(move |context, turn| {
            let mut errors = form.check();
            // Before the transaction: a hash takes long, and nobody else could write meanwhile.
            let password = turn.hash(&form.password)?;
            let saved =
                errors.save(&context.db, |tx| User::new(&form.name, &form.email, password.clone()).insert(tx))?;
            match saved {
                Some(user) => {
                    let home = redirect(&format!("/users/{}", user.id), Some("Your account is there. Welcome!"));
                    login::start(context, &user, home)?.ok_or(Refusal::SignIn)
                }
                None => context.form_again(&UserForm { id: None, form, errors, frame: context.frame() }),
            }
        })
        .await
}

async fn edit(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let user = context.only(Some(id))?;
            let form = Account { name: user.name.clone(), email: user.email.clone(), password: String::new() };
            context.page(&UserForm { id: Some(id), form, errors: Errors::new(), frame: context.frame() })
        })
        .await
}

/// A password that is left empty stays as it is: it is not written, for it may be another one by now. A new one ends what is
/// signed in elsewhere.
async fn update(visit: Visit, Id(id): Id, Posted(form): Posted<Account>) -> Response {
    if form.password.is_empty() {
        return visit.answer(move |context| save(context, id, form, None)).await;
    }
    visit
        .answer_hashing(move |context, turn| {
            context.only(Some(id))?;
            let password = turn.hash(&form.password)?;
            save(context, id, form, Some(password))
        })
        .await
}

fn save(context: &Context, id: i64, form: Account, password: Option<Secret<String>>) -> Answer {
    let mut user = context.only(Some(id))?.clone();
    let mut errors = if password.is_some() { form.check() } else { Errors::new() };
    (user.name, user.email) = (form.name.clone(), form.email.clone());
    let saved = errors.save(&context.db, |tx| match &password {
        Some(password) => {
            user.password = password.clone();
            user.update_only((User::NAME, User::EMAIL, User::PASSWORD), tx)?;
            login::end_others(context, id, tx)
        }
        None => user.update_only((User::NAME, User::EMAIL), tx),
    })?;
    match saved {
        Some(()) => Ok(redirect(&format!("/users/{id}"), Some("Your account is saved."))),
        None => context.form_again(&UserForm { id: Some(id), form, errors, frame: context.frame() }),
    }
}

async fn ask(visit: Visit, Id(id): Id) -> Response {
    visit
        .answer(move |context| {
            let what = format!("the account of {}", context.only(Some(id))?.name);
            let with_it = "Its datasets and models go with it; its books stay on the shelf.";
            confirm(context, &what, with_it, format!("/users/{id}"))
        })
        .await
}

async fn delete(visit: Visit, Id(id): Id, Posted(_): Posted<Button>) -> Response {
    visit
        .answer(move |context| {
            context.only(Some(id))?.clone().delete(&context.db)?;
            Ok(redirect("/users", Some("Your account is deleted.")))
        })
        .await
}
