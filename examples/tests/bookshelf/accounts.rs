//! Accounts: made, signed in to, changed by their owner alone.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chrono::Utc;
use ormcore::prelude::*;
use ormcore_tests::Fixture;
use reqwest::header::SET_COOKIE;

use crate::models::{Login, User};
use crate::on_every_site;
use crate::site::Site;
use crate::visitor::Visitor;

fn an_account_is_made_and_signed_in(site: &Site) {
    let visitor = Visitor::new(site);
    visitor.get("/users/new");
    let before = visitor.cookie("visitor");
    let form = [("name", " Ann "), ("email", " Ann@Example.COM "), ("password", "correct horse")];
    let page = visitor.post("/users/new", &form);
    let user = User::query().one(site.db()).unwrap();
    assert_eq!((page.status, page.location()), (303, format!("/users/{}", user.id).as_str()));
    assert_eq!((user.name.as_str(), user.email.as_str()), ("Ann", "ann@example.com"));
    assert!(user.password.expose().starts_with("$argon2id$v=19$"));
    assert_ne!(visitor.cookie("visitor"), before, "a form from before is good no more");
    let home = visitor.get(page.location());
    assert!(home.has("Your account is there. Welcome!") && home.has("id=\"logout\""));
    assert!(!visitor.get(page.location()).has("Welcome!"), "a message is shown once");
    for path in [page.location(), "/users", "/users/1/edit", "/"] {
        assert!(!visitor.get(path).has("argon2id"), "{path} shows the hash");
    }
}

fn what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(site: &Site) {
    let visitor = Visitor::new(site);
    visitor.get("/users/new");
    let page = visitor.post("/users/new", &[("name", ""), ("email", "no address"), ("password", "short")]);
    assert_eq!(page.status, 422);
    assert!(page.error("email").is_some(), "{}", page.text);
    assert_eq!(page.error("name"), Some("must not be empty"));
    assert_eq!(page.error("password"), Some("needs 8 characters at least"));
    assert_eq!(page.value("email"), Some("no address"));
    assert_eq!(page.value("password"), Some(""), "a password is not sent back");
    let long = "n".repeat(81);
    let page = visitor.post("/users/new", &[("name", &long), ("email", "a@example.com"), ("password", "long enough")]);
    assert!(page.error("name").is_some() && page.error("email").is_none());
    assert_eq!(User::query().count(site.db()).unwrap(), 0);
}

fn an_address_is_taken_once(site: &Site) {
    let ann = Visitor::signed_up(site, "ann");
    let visitor = Visitor::new(site);
    visitor.get("/users/new");
    let form = [("name", "Eve"), ("email", "ANN@example.com"), ("password", "long enough")];
    let page = visitor.post("/users/new", &form);
    assert_eq!((page.status, page.error("email")), (422, Some("is taken already")));
    assert_eq!((page.value("name"), page.value("email")), (Some("Eve"), Some("ANN@example.com")));
    let bob = Visitor::signed_up(site, "bob");
    let edit = format!("/users/{}/edit", User::query().order_by(User::ID.desc()).first(site.db()).unwrap().unwrap().id);
    bob.get(&edit);
    let page = bob.post(&edit, &[("name", "Bob"), ("email", "ann@example.com")]);
    assert_eq!((page.status, page.error("email")), (422, Some("is taken already")));
    assert_eq!(User::query().count(site.db()).unwrap(), 2);
    drop(ann);
}

fn who_knows_the_password_signs_in(site: &Site) {
    Visitor::signed_up(site, "ann");
    let visitor = Visitor::new(site);
    visitor.get("/login");
    for (email, password) in [("ann@example.com", "wrong"), ("nobody@example.com", "long enough"), ("", "")] {
        let page = visitor.post("/login", &[("email", email), ("password", password)]);
        assert_eq!(page.status, 422);
        assert_eq!(page.error("password"), Some("This is not the password of this address."));
        assert_eq!(page.value("email"), Some(email));
        assert_eq!(visitor.cookie("login"), None);
    }
    let page = visitor.post("/login", &[("email", " Ann@example.com"), ("password", "long enough")]);
    assert_eq!(page.status, 303);
    assert!(visitor.get("/").has("id=\"logout\""));
}

fn signing_out_ends_the_login_on_the_server(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    let token = visitor.cookie("login").unwrap();
    let kept = Login::query().one(site.db()).unwrap();
    assert_ne!(kept.token_digest, token, "who reads the table cannot sign in");
    visitor.post("/logout", &[]);
    assert_eq!(visitor.cookie("login"), None);
    visitor.set_cookie("login", &token);
    assert!(!visitor.get("/").has("id=\"logout\""), "the token is good no more");
    assert_eq!(Login::query().count(site.db()).unwrap(), 0);
}

fn a_login_runs_out(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    assert!(visitor.get("/").has("id=\"logout\""));
    let past = Utc::now() - Duration::from_secs(1);
    Login::query().update(Login::EXPIRES_AT.set(past), site.db()).unwrap();
    assert!(!visitor.get("/").has("id=\"logout\""));
    Visitor::signed_up(site, "bob");
    assert_eq!(Login::query().count(site.db()).unwrap(), 1, "the next login clears away what has run out");
}

fn an_account_is_changed_and_its_password_too(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    let before = User::query().one(site.db()).unwrap().password;
    visitor.get("/users/1/edit");
    let page = visitor.post("/users/1/edit", &[("name", "Ann B."), ("email", "b@example.com"), ("password", "")]);
    assert_eq!(page.status, 303, "{}", page.text);
    let user = User::query().one(site.db()).unwrap();
    assert_eq!((user.name.as_str(), user.email.as_str()), ("Ann B.", "b@example.com"));
    assert_eq!(user.password, before, "left empty, it stays");
    let page = visitor.post("/users/1/edit", &[("name", "Ann"), ("email", "b@example.com"), ("password", "short")]);
    assert_eq!(page.error("password"), Some("needs 8 characters at least"));
    let elsewhere = Visitor::new(site);
    elsewhere.get("/login");
    elsewhere.post("/login", &[("email", "b@example.com"), ("password", "long enough")]);
    assert!(elsewhere.get("/").has("id=\"logout\""));
    visitor.post("/users/1/edit", &[("name", "Ann"), ("email", "b@example.com"), ("password", "another one")]);
    assert!(visitor.get("/").has("id=\"logout\""));
    assert!(!elsewhere.get("/").has("id=\"logout\""), "a new password ends what is signed in elsewhere");
    let again = Visitor::new(site);
    again.get("/login");
    assert_eq!(again.post("/login", &[("email", "b@example.com"), ("password", "long enough")]).status, 422);
    assert_eq!(again.post("/login", &[("email", "b@example.com"), ("password", "another one")]).status, 303);
}

/// What the visitor gets while another transaction has changed the password and is about to commit: the page reads the user as
/// it was, and waits for that transaction when it writes.
fn meanwhile(site: &Site, visit: impl FnOnce() -> u16) -> u16 {
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        scope.spawn(move || {
            site.db()
                .transaction(|tx| {
                    User::query().update(User::PASSWORD.set(Secret::new("changed".to_string())), tx)?;
                    tell.send(()).map_err(Error::other)?;
                    thread::sleep(Duration::from_millis(700));
                    Ok(())
                })
                .unwrap();
        });
        told.recv().unwrap();
        visit()
    })
}

fn a_password_that_changes_meanwhile_stays_changed(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/users/1/edit");
    let form = [("name", "Ann B."), ("email", "ann@example.com"), ("password", "")];
    assert_eq!(meanwhile(site, || visitor.post("/users/1/edit", &form).status), 303);
    let user = User::query().one(site.db()).unwrap();
    assert_eq!((user.name.as_str(), user.password.expose().as_str()), ("Ann B.", "changed"));
}

fn a_password_that_changes_meanwhile_signs_nobody_in(site: &Site) {
    Visitor::signed_up(site, "ann").post("/logout", &[]);
    let visitor = Visitor::new(site);
    visitor.get("/login");
    let form = [("email", "ann@example.com"), ("password", "long enough")];
    assert_eq!(meanwhile(site, || visitor.post("/login", &form).status), 422);
    assert_eq!((visitor.cookie("login"), Login::query().count(site.db()).unwrap()), (None, 0));
}

fn an_account_that_is_deleted_takes_its_logins_with_it(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    assert!(visitor.get("/users/1/delete").has("Do you want to delete the account of ann?"));
    assert_eq!(visitor.post("/users/1/delete", &[]).status, 303);
    assert_eq!(User::query().count(site.db()).unwrap() + Login::query().count(site.db()).unwrap(), 0);
    assert_eq!(visitor.get("/datasets/new").location(), "/login");
}

/// Each cookie that there is: the visitor's, the login, the message, and their ends.
#[test]
fn behind_https_no_cookie_travels_without_it() {
    let site = Site::behind_https(Fixture::sqlite_file());
    let visitor = Visitor::new(&site);
    let form = [("name", "ann"), ("email", "ann@example.com"), ("password", "long enough")];
    let pages = [
        visitor.get("/users/new"),
        visitor.post("/users/new", &form),
        visitor.get("/users/1"),
        visitor.post("/logout", &[]),
        visitor.get("/datasets/new"),
    ];
    let mut names = Vec::new();
    for cookie in pages.iter().flat_map(|page| page.headers.get_all(SET_COOKIE)) {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.ends_with("; Secure"), "{cookie}");
        names.push(cookie.split_once('=').unwrap().0);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["flash", "login", "visitor"]);
}

on_every_site!(
    an_account_is_made_and_signed_in,
    what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays,
    an_address_is_taken_once,
    who_knows_the_password_signs_in,
    signing_out_ends_the_login_on_the_server,
    a_login_runs_out,
    an_account_is_changed_and_its_password_too,
    a_password_that_changes_meanwhile_stays_changed,
    a_password_that_changes_meanwhile_signs_nobody_in,
    an_account_that_is_deleted_takes_its_logins_with_it,
);
