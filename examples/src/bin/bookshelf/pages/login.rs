//! Signing in and out. Who is signed in is kept in a table, so that it can be ended there.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{Days, Utc};
use ormcore::prelude::*;
use serde::Deserialize;

use crate::models::{Login, User};
use crate::pages::Button;
use crate::security;
use crate::web::{App, Context, Errors, Frame, Posted, Refusal, Visit, cookies, redirect};

const DAYS: u32 = 14;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().route("/login", get(form).post(sign_in)).route("/logout", post(sign_out))
}

/// Whose login has this token, if it has not run out.
pub(crate) fn user_of(token: &str, db: &Database) -> ormcore::Result<Option<User>> {
    let login = Login::query()
        .filter(Login::TOKEN_DIGEST.eq(security::digest(token)).and(Login::EXPIRES_AT.gt(Utc::now())))
        .one_or_none(db)?;
    login.map(|login| login.user(db).cloned()).transpose()
}

/// Signs the user in: the answer brings a new token, and a new name for the browser, so that no form from before is good.
/// `None` if the password that was verified, which takes long, is the user's no more: whoever changed it has ended all logins
/// by then, and this one may not be left over.
pub(crate) fn start(context: &Context, verified: &User, mut response: Response) -> Result<Option<Response>, Refusal> {
    let (token, visitor) = (security::token()?, security::token()?);
    let begun = context.db.transaction_with(TransactionOptions::new().retry(5), |tx| {
        let user = User::query().filter(User::ID.eq(verified.id)).for_update().one_or_none(tx)?;
        let Some(user) = user.filter(|user| user.password == verified.password) else { return Ok(None) };
        Login::query().filter(Login::EXPIRES_AT.le(Utc::now())).delete(tx)?;
        let expires_at = Utc::now() + Days::new(DAYS.into());
        Login::new(security::digest(&token), &user, expires_at).insert(tx).map(Some)
    })?;
    if begun.is_none() {
        return Ok(None);
    }
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, context.cookie(cookies::LOGIN, &token, Some(DAYS)));
    headers.append(SET_COOKIE, context.cookie(cookies::VISITOR, &visitor, Some(365)));
    Ok(Some(response))
}

/// Signs the user out in all browsers but this one.
pub(crate) fn end_others(context: &Context, user: i64, tx: &Transaction) -> ormcore::Result<()> {
    let here = context.login().map(security::digest).unwrap_or_default();
    Login::query().filter(Login::USER_ID.eq(user).and(Login::TOKEN_DIGEST.ne(here))).delete(tx)?;
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignIn {
    email: String,
    password: String,
}

#[derive(Template)]
#[template(path = "bookshelf/login.html")]
struct LoginPage {
    frame: Frame,
    email: String,
    errors: Errors,
}

async fn form(visit: Visit) -> Response {
    visit
        .answer(|context| {
            context.page(&LoginPage { frame: context.frame(), email: String::new(), errors: Errors::new() })
        })
        .await
}

async fn sign_in(visit: Visit, Posted(form): Posted<SignIn>) -> Response {
    visit
        .answer_hashing(move |context, turn| {
            let email = form.email.trim().to_lowercase();
            let user = User::query().filter(User::EMAIL.eq(&email)).one_or_none(&context.db)?;
            // Asked of nobody too, so that a stranger cannot tell by the clock who has an account.
            let is_password = turn.check(user.as_ref(), &form.password);
            if let Some(user) = user.filter(|_| is_password) {
                let home = redirect(&format!("/users/{}", user.id), Some(&format!("Welcome, {}.", user.name)));
                if let Some(response) = start(context, &user, home)? {
                    return Ok(response);
                }
            }
            let mut errors = Errors::new();
            errors.add("password", "This is not the password of this address.");
            context.form_again(&LoginPage { frame: context.frame(), email: form.email, errors })
        })
        .await
}

async fn sign_out(visit: Visit, Posted(_): Posted<Button>) -> Response {
    visit
        .answer(|context| {
            if let Some(token) = context.login() {
                Login::query().filter(Login::TOKEN_DIGEST.eq(security::digest(token))).delete(&context.db)?;
            }
            let mut response = redirect("/", Some("You are signed out."));
            for cookie in [cookies::LOGIN, cookies::VISITOR] {
                response.headers_mut().append(SET_COOKIE, context.no_cookie(cookie));
            }
            Ok(response)
        })
        .await
}
