//! What others try: forms from elsewhere, rows of others, markup in every field.

use ormcore::prelude::*;

use crate::models::{Author, Book, BookAuthor, Dataset, MlModel, Prediction, User};
use crate::on_every_site;
use crate::site::Site;
use crate::visitor::Visitor;

/// One row of each kind that belongs to the user.
fn rows_of(user: i64, db: &Database) -> [String; 4] {
    let dataset = Dataset::new(user, "mine", 1).insert(db).unwrap();
    let book = Book::new("mine").set(Book::OWNER_ID, user).insert(db).unwrap();
    let ml_model = MlModel::new(user, "mine", "1", 0.5).insert(db).unwrap();
    [
        format!("/users/{user}"),
        format!("/datasets/{}", dataset.id),
        format!("/books/{}", book.id),
        format!("/models/{}", ml_model.id),
    ]
}

/// All addresses that write.
fn writing(rows: &[String; 4]) -> Vec<String> {
    let of_rows = rows.iter().flat_map(|row| [format!("{row}/edit"), format!("{row}/delete")]);
    let new = ["/users/new", "/datasets/new", "/books/new", "/models/new", "/login", "/logout"].map(str::to_string);
    of_rows.chain(new).chain([format!("{}/predictions", rows[3])]).collect()
}

fn all_rows(db: &Database) -> [u64; 6] {
    [
        User::query().count(db).unwrap(),
        Dataset::query().filter(Dataset::NAME.eq("mine")).count(db).unwrap(),
        Book::query().filter(Book::TITLE.eq("mine")).count(db).unwrap(),
        MlModel::query().filter(MlModel::NAME.eq("mine")).count(db).unwrap(),
        Prediction::query().count(db).unwrap(),
        Author::query().count(db).unwrap(),
    ]
}

const FIELDS: [(&str, &str); 12] = [
    ("name", "stolen"),
    ("title", "stolen"),
    ("email", "ann@example.com"),
    ("password", "long enough"),
    ("records", "1"),
    ("version", "1"),
    ("accuracy", "0.5"),
    ("authors", "nobody"),
    ("revision", "1"),
    ("input", "x"),
    ("label", "y"),
    ("confidence", "0.5"),
];

fn a_form_without_the_right_token_is_refused_everywhere(site: &Site) {
    let (db, ann) = (site.db(), Visitor::signed_up(site, "ann"));
    let rows = rows_of(1, db);
    let before = all_rows(db);
    let stranger = Visitor::new(site);
    stranger.get("/login");
    let strangers = stranger.csrf.borrow().clone();
    let good = ann.csrf.borrow().clone();
    let almost = format!("{}{}", &good[..63], if good.ends_with('0') { '1' } else { '0' });
    for path in writing(&rows) {
        for token in [None, Some(""), Some("0"), Some("no hex"), Some(&*strangers), Some(&*almost), Some(&good[..62])] {
            let fields: Vec<_> = FIELDS.into_iter().chain(token.map(|token| ("csrf", token))).collect();
            let page = ann.post_as_it_is(&path, &fields);
            assert_eq!(page.status, 403, "{path} with {token:?}");
            assert!(page.has("<h1>Not allowed</h1>"));
        }
    }
    let no_cookie = Visitor::new(site);
    assert_eq!(no_cookie.post_as_it_is("/login", &[("csrf", &good)]).status, 403);
    assert_eq!(all_rows(db), before);
    assert!(ann.get("/").has("id=\"logout\""), "she is still signed in");
}

fn what_belongs_to_another_is_not_written(site: &Site) {
    let (db, _ann) = (site.db(), Visitor::signed_up(site, "ann"));
    let rows = rows_of(1, db);
    let eve = Visitor::signed_up(site, "eve");
    let before = all_rows(db);
    for row in &rows {
        for page in ["edit", "delete"] {
            let path = format!("{row}/{page}");
            assert_eq!(eve.get(&path).status, 403, "{path}");
            assert_eq!(eve.post(&path, &FIELDS).status, 403, "{path}");
        }
        let shown = eve.get(row);
        assert!(shown.status == 200 && !shown.has("id=\"edit\"") && !shown.has("id=\"delete\""), "{row}");
    }
    assert_eq!(eve.post(&format!("{}/predictions", rows[3]), &FIELDS).status, 403);
    assert!(!eve.get(&rows[0]).has("ann@example.com"), "an address is its owner's own");
    assert_eq!(all_rows(db), before);
}

fn who_is_not_signed_in_is_sent_to_sign_in(site: &Site) {
    let (db, _ann) = (site.db(), Visitor::signed_up(site, "ann"));
    let rows = rows_of(1, db);
    let before = all_rows(db);
    let stranger = Visitor::new(site);
    stranger.get("/login");
    for path in writing(&rows).iter().filter(|path| !["/users/new", "/login", "/logout"].contains(&path.as_str())) {
        let page = stranger.post(path, &FIELDS);
        assert_eq!((page.status, page.location()), (303, "/login"), "{path}");
    }
    assert!(stranger.get("/login").has("Sign in first."));
    assert_eq!(all_rows(db), before);
    stranger.set_cookie("login", "0123");
    assert_eq!(stranger.get("/datasets/new").location(), "/login");
}

/// What would run, leave its attribute, its element or its place, if it were not escaped.
const MARKUP: [&str; 4] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</textarea><b>bold",
];

fn markup_is_text_wherever_it_comes_from(site: &Site) {
    let db = site.db();
    for (markup, number) in MARKUP.into_iter().zip(0..) {
        let user = User::new(markup, format!("u{number}@example.com"), "x".to_string()).insert(db).unwrap();
        Dataset::new(&user, markup, 1).set(Dataset::DESCRIPTION, markup.to_string()).insert(db).unwrap();
        let book = Book::new(markup).set(Book::OWNER_ID, user.id).insert(db).unwrap();
        let author = Author::new(markup).insert(db).unwrap();
        BookAuthor::new(&book, &author).insert(db).unwrap();
        let tag = crate::models::Tag::new(&markup[..markup.len().min(40)]).insert(db).unwrap();
        Book::TAGS.link(&book, &tag, db).unwrap();
        let ml_model = MlModel::new(&user, markup, markup, 0.5).insert(db).unwrap();
        Prediction::new(&ml_model, markup, markup, 0.5).insert(db).unwrap();
    }
    let visitor = Visitor::new(site);
    visitor.set_cookie("flash", &MARKUP[0].bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    let fixed = ["/", "/users", "/books", "/authors", "/models", "/books?q=%3Cscript%3E&tag=%22%3E%3Cimg%20src%3Dx%3E"];
    let rows = (1..=4)
        .flat_map(|key| ["users", "datasets", "books", "authors", "models"].map(|kind| format!("/{kind}/{key}")));
    for path in fixed.map(str::to_string).into_iter().chain(rows) {
        let page = visitor.get(&path);
        assert_eq!(page.status, 200, "{path}");
        assert_harmless(&page.text, &path);
    }
    visitor.get("/users/new");
    for markup in MARKUP {
        let page = visitor.post("/users/new", &[("name", markup), ("email", markup), ("password", markup)]);
        assert_eq!(page.status, 422);
        assert_harmless(&page.text, markup);
        let page = visitor.post("/login", &[("email", markup), ("password", markup)]);
        assert_harmless(&page.text, markup);
    }
}

fn assert_harmless(text: &str, what: &str) {
    assert!(!text.contains("<script") && !text.contains("<b>bold"), "{what}: {text}");
    assert_eq!(text.matches("<img").count(), 1, "{what}: only the sign of the site: {text}");
    assert!(!text.contains("\"><img src=x") && !text.contains("' autofocus onfocus='"), "{what}: {text}");
}

on_every_site!(
    a_form_without_the_right_token_is_refused_everywhere,
    what_belongs_to_another_is_not_written,
    who_is_not_signed_in_is_sent_to_sign_in,
    markup_is_text_wherever_it_comes_from,
);
