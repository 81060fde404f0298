//! What pages show, what they cost, and what becomes of addresses that lead nowhere.

use std::time::Duration;

use ormcore::prelude::*;

use crate::models::{Book, Dataset, MlModel, User};
use crate::on_every_site;
use crate::site::Site;
use crate::visitor::{Page, Visitor};

/// Users without a password that anybody knows.
fn add_users(site: &Site, count: usize, datasets: usize) -> Vec<User> {
    let drafts = (0..count).map(|number| {
        User::new(format!("user {number:03}"), format!("user{number}@example.com"), "nobody's".to_string())
    });
    let users = User::insert_all(drafts, site.db()).unwrap();
    let drafts = users
        .iter()
        .flat_map(|user| (0..datasets).map(move |number| Dataset::new(user, format!("data {number:03}"), 1)));
    Dataset::insert_all(drafts, site.db()).unwrap();
    users
}

fn a_list_of_100_users_with_datasets_runs_two_statements(site: &Site) {
    let users = add_users(site, 101, 4);
    let page = Visitor::new(site).get("/users?per_page=100");
    assert_eq!((page.status, page.statements()), (200, 2), "{}", page.text);
    assert_eq!(page.text.matches("<td><a href=\"/users/").count(), 100);
    assert!(page.has(&format!("<a href=\"/users/{}\">user 000</a></td>\n<td class=\"number\">4</td>", users[0].id)));
}

fn users_are_turned_over_page_by_page(site: &Site) {
    add_users(site, 45, 0);
    let visitor = Visitor::new(site);
    let mut address = "/users?per_page=20".to_string();
    let mut seen = Vec::new();
    loop {
        let page = visitor.get(&address);
        let names = page.text.split("\">user ").skip(1).map(|rest| rest[..3].to_string());
        seen.extend(names);
        match page.between("<a rel=\"next\" href=\"", "\"") {
            Some(next) => address = next.replace("&#38;", "&"),
            None => break,
        }
    }
    assert_eq!(seen, (0..45).map(|number| format!("{number:03}")).collect::<Vec<_>>());
    assert_eq!(visitor.get("/users?after=nonsense").status, 200);
    assert_eq!(visitor.get("/users?per_page=0&page=-1").status, 200);
    assert_eq!(visitor.get("/users?per_page=1000000").status, 200);
}

fn the_rows_to_be_looked_at_are_made_once(site: &Site) {
    assert_eq!(site.start_again(3), 3);
    let db = site.db();
    assert_eq!((User::query().count(db).unwrap(), Book::query().count(db).unwrap()), (3, 14));
    User::query().delete(db).unwrap();
    assert_eq!(site.start_again(1), 1, "books stay when their owners go");
    assert_eq!((User::query().count(db).unwrap(), Book::query().count(db).unwrap()), (0, 14));
}

fn a_place_in_another_order_is_not_understood(site: &Site) {
    add_users(site, 3, 0);
    let other = User::query().order_by(User::EMAIL);
    let row = other.clone().first(site.db()).unwrap().unwrap();
    let cursor = other.cursor(&row).unwrap();
    assert_eq!(Visitor::new(site).get(&format!("/users?after={cursor}")).status, 400);
}

fn a_user_with_many_datasets_shows_them_in_pages(site: &Site) {
    let users = add_users(site, 1, 45);
    let visitor = Visitor::new(site);
    let page = visitor.get(&format!("/users/{}?page=3", users[0].id));
    assert!(page.has("Datasets (<span id=\"datasets\">45</span>)") && page.has("page 3 of 3"));
    assert_eq!(page.text.matches("<td><a href=\"/datasets/").count(), 5);
    assert_eq!(visitor.get(&format!("/users/{}?page=999999999999", users[0].id)).status, 200);
}

fn models_are_a_chart(site: &Site) {
    let owner = &add_users(site, 1, 0)[0];
    MlModel::new(owner, "trees", "1", 0.5).insert(site.db()).unwrap();
    MlModel::new(owner, "trees", "2", 0.875).insert(site.db()).unwrap();
    let page = Visitor::new(site).get("/models");
    assert_eq!(page.statements(), 3);
    assert!(page.has("<rect class=\"bar\" x=\"0\" y=\"22\" width=\"200\""), "{}", page.text);
    assert!(page.has("width=\"350\"") && page.has(">87.5 %</text>"));
}

fn what_is_not_there_is_not_found(site: &Site) {
    let visitor = Visitor::new(site);
    for path in ["/nowhere", "/users/99", "/books/99", "/authors/99", "/models/99", "/datasets/99", "/users/abc"] {
        let page = visitor.get(path);
        assert_eq!(page.status, 404, "{path}");
        assert!(page.has("<h1>Not found</h1>"), "{path}: {}", page.text);
    }
    let wrong_verb = visitor.post("/users", &[]);
    assert_eq!(wrong_verb.status, 405);
    let visitor = Visitor::signed_up(site, "ann");
    let endless = "x".repeat(70_000);
    assert_eq!(visitor.post("/datasets/new", &[("name", &endless)]).status, 413);
    for path in ["/datasets/99/edit", "/books/99/edit", "/models/99/delete"] {
        assert_eq!(visitor.get(path).status, 404, "{path}");
    }
}

fn assert_guarded(page: &Page) {
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    for cookie in page.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
    }
}

fn every_answer_has_the_headers_that_guard_the_visitor(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    for path in ["/", "/users", "/books", "/models", "/login", "/users/1", "/nowhere", "/style.css", "/datasets/new"] {
        let page = visitor.get(path);
        assert_guarded(&page);
        assert!(!page.has("<script") && !page.has(" style=") && !page.has(" onclick"), "{path}");
    }
    let new = Visitor::new(site).get("/");
    assert_eq!(new.headers.get_all("set-cookie").iter().count(), 1);
    assert_guarded(&new);
    assert_guarded(&visitor.post("/logout", &[]));
    assert_eq!(visitor.get("/").headers["cache-control"], "no-store");
}

fn what_breaks_inside_is_not_shown(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    site.db().execute("DROP TABLE prediction", ()).unwrap();
    let page = visitor.get("/models/1");
    assert_eq!(page.status, 404);
    MlModel::new(User::query().one(site.db()).unwrap().id, "m", "1", 0.5).insert(site.db()).unwrap();
    let page = visitor.get("/models/1");
    assert_eq!(page.status, 500);
    assert!(page.has("Something broke") && !page.has("prediction") && !page.has("SELECT"), "{}", page.text);
}

/// A visitor who waits for a lock waits, and is not told of it.
fn a_locked_database_is_waited_for(site: &Site) {
    let visitor = Visitor::signed_up(site, "ann");
    visitor.get("/datasets/new");
    let status = std::thread::scope(|scope| {
        let (tell, told) = std::sync::mpsc::channel();
        scope.spawn(move || {
            site.db()
                .transaction(|tx| {
                    tx.execute("UPDATE \"user\" SET name = 'changed'", ())?;
                    tell.send(()).map_err(Error::other)?;
                    std::thread::sleep(Duration::from_millis(700));
                    Ok(())
                })
                .unwrap();
        });
        told.recv().unwrap();
        visitor.post("/datasets/new", &[("name", "one"), ("records", "1")]).status
    });
    assert_eq!(status, 303);
}

on_every_site!(
    a_list_of_100_users_with_datasets_runs_two_statements,
    users_are_turned_over_page_by_page,
    the_rows_to_be_looked_at_are_made_once,
    a_place_in_another_order_is_not_understood,
    a_user_with_many_datasets_shows_them_in_pages,
    models_are_a_chart,
    what_is_not_there_is_not_found,
    every_answer_has_the_headers_that_guard_the_visitor,
    what_breaks_inside_is_not_shown,
    a_locked_database_is_waited_for,
);
