//! The whole way through the site in a browser, with a picture of each page on a desk and on a phone.

use ormcore::prelude::*;
use ormcore_tests::Fixture;

use crate::browser::Browser;
use crate::models::{Book, Dataset, User};
use crate::site::Site;

const DESK: u32 = 1280;
const PHONE: u32 = 390;

#[test]
fn sqlite() {
    if let Some(browser) = Browser::start("sqlite") {
        Walk { browser, site: Site::with_demo(Fixture::sqlite_file()), has_camera: true }.through();
    }
}

#[test]
fn postgres() {
    if let (Some(browser), Some(fixture)) = (Browser::start("postgres"), Fixture::postgres()) {
        Walk { browser, site: Site::with_demo(fixture), has_camera: false }.through();
    }
}

struct Walk {
    browser: Browser,
    site: Site,
    /// The pages look the same whatever database is behind them.
    has_camera: bool,
}

impl Walk {
    fn through(&self) {
        self.look_around();
        self.make_an_account();
        self.keep_datasets();
        self.put_books_on_the_shelf();
        self.note_predictions();
        self.sign_out_and_in();
        self.stay_out_of_what_is_others();
        self.try_markup();
        self.delete_the_account();
    }

    fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.site.address()));
    }

    fn picture(&self, name: &str) {
        if !self.has_camera {
            return;
        }
        self.browser.picture(name, PHONE);
        self.browser.picture(name, DESK);
    }

    /// What stands beside the field.
    fn error(&self, field: &str) -> String {
        self.browser.text(&format!("#{field}-error"))
    }

    fn send(&self, fields: &[(&str, &str)]) {
        for (name, text) in fields {
            self.browser.fill(name, text);
        }
        self.browser.click("#save");
    }

    fn look_around(&self) {
        let browser = &self.browser;
        for (path, name) in [("/", "home"), ("/users", "users"), ("/books", "books"), ("/authors", "authors")] {
            self.open(path);
            self.picture(name);
        }
        self.open("/users");
        assert_eq!(browser.text("#statements"), "2 statements");
        browser.click("main a[href='/users/1']");
        assert_eq!(browser.text("h1"), "Ann Archer");
        self.picture("user");
        self.open("/books");
        browser.fill("q", "wOrLd");
        browser.click("#search");
        assert_eq!((browser.text("#total").as_str(), browser.value("q").as_str()), ("2", "wOrLd"));
        self.picture("books-found");
        self.open("/books");
        browser.click("p.tags a[href='/books?tag=science%20fiction']");
        assert_eq!(browser.text("#total"), "4");
        browser.fill("q", "time");
        browser.click("#search");
        assert_eq!(browser.text("#total"), "1", "the tag stays when one searches");
        browser.click(".books a");
        assert_eq!(browser.text("h1"), "The Time Machine");
        self.picture("book");
        browser.click("main a[href^='/authors/']");
        assert_eq!(browser.count(".books li"), 2);
        self.picture("author");
        self.open("/models");
        assert_eq!(browser.count("svg.chart rect.bar"), 6);
        self.picture("models");
        browser.click(".list a[href^='/models/']");
        self.picture("model");
        self.open("/books?per_page=5");
        browser.click("a[rel=next]");
        assert_eq!(browser.text(".pages span"), "page 2 of 3");
        assert_eq!(browser.count(".books li"), 5);
        self.picture("books-page-2");
        browser.click("a[rel=next]");
        assert_eq!((browser.count(".books li"), browser.count("a[rel=next]")), (4, 0));
        browser.click("a[rel=prev]");
        assert_eq!(browser.text(".pages span"), "page 2 of 3");
        self.open("/nowhere");
        assert_eq!(browser.text("h1"), "Not found");
        self.picture("not-found");
    }

    fn make_an_account(&self) {
        let browser = &self.browser;
        self.open("/datasets/new");
        assert_eq!((browser.path().as_str(), browser.text(".flash").as_str()), ("/login", "Sign in first."));
        self.picture("login");
        browser.click("main a[href='/users/new']");
        self.send(&[("name", ""), ("email", "eve at home"), ("password", "short")]);
        assert_eq!(self.error("password"), "needs 8 characters at least");
        assert!(!self.error("name").is_empty() && !self.error("email").is_empty());
        assert_eq!(browser.value("email"), "eve at home");
        self.picture("account-wrong");
        self.send(&[("name", "Eve"), ("email", "Ann@example.com"), ("password", "long enough")]);
        assert_eq!((self.error("email").as_str(), browser.value("name").as_str()), ("is taken already", "Eve"));
        self.send(&[("email", "eve@example.com"), ("password", "long enough")]);
        assert_eq!(browser.text("h1"), "Eve");
        assert_eq!(browser.text(".flash"), "Your account is there. Welcome!");
        self.picture("account");
    }

    fn keep_datasets(&self) {
        let browser = &self.browser;
        browser.click("#add-dataset");
        self.picture("dataset-form");
        self.send(&[("name", ""), ("records", "some")]);
        assert_eq!((self.error("records").as_str(), browser.value("records").as_str()), ("is not a number", "some"));
        self.send(&[("name", "Stars"), ("records", "12"), ("description", "Bright ones.\nNear ones.")]);
        assert_eq!(browser.text(".flash"), "The dataset Stars is added.");
        assert_eq!(browser.text("#datasets"), "1");
        browser.click(".list a[href^='/datasets/']");
        self.picture("dataset");
        browser.click("#edit");
        assert_eq!(browser.value("description"), "Bright ones.\nNear ones.");
        self.send(&[("name", "Suns")]);
        assert_eq!(browser.text("h1"), "Suns");
        browser.click("#delete");
        self.picture("dataset-delete");
        browser.click("a.quiet");
        assert_eq!(browser.text("h1"), "Suns", "kept");
        browser.click("#delete");
        browser.click("#confirm");
        assert_eq!(
            (browser.text(".flash").as_str(), browser.text("#datasets").as_str()),
            ("The dataset is deleted.", "0")
        );
    }

    fn put_books_on_the_shelf(&self) {
        let browser = &self.browser;
        self.open("/books");
        browser.click("#add-book");
        self.picture("book-form");
        self.send(&[
            ("title", "A Room with a View"),
            ("year", "soon"),
            ("authors", "E. M. Forster"),
            ("tags", "Classic"),
        ]);
        assert_eq!(
            (self.error("year").as_str(), browser.value("authors").as_str()),
            ("is not a number", "E. M. Forster")
        );
        self.send(&[("year", "1908")]);
        assert_eq!(browser.text(".flash"), "The book is on the shelf.");
        assert_eq!(browser.text("p.tags"), "classic");
        browser.click("#edit");
        self.send(&[("tags", "classic, travel, italy")]);
        assert_eq!(browser.count("p.tags a"), 3);
        let book = Book::query().filter(Book::TITLE.eq("A Room with a View")).one(self.site.db()).unwrap();
        assert_eq!((book.year, browser.path()), (Some(1908), format!("/books/{}", book.id)));
        browser.click("#delete");
        browser.click("#confirm");
        assert_eq!(browser.text(".flash"), "The book is deleted.");
    }

    fn note_predictions(&self) {
        let browser = &self.browser;
        self.open("/models");
        browser.click("#add-model");
        self.send(&[("name", "digits-forest"), ("version", "1.0"), ("accuracy", "0.5")]);
        assert_eq!(self.error("version"), "is taken already");
        self.send(&[("version", "9.0")]);
        assert_eq!(browser.text("h1"), "digits-forest 9.0");
        self.send(&[("input", "a seven"), ("label", "7"), ("confidence", "7")]);
        assert!(!self.error("confidence").is_empty() && browser.value("input") == "a seven");
        self.send(&[("confidence", "0.7")]);
        assert!(browser.text(".list tbody tr").starts_with("a seven 7 70.0 %"));
        self.picture("model-own");
    }

    fn sign_out_and_in(&self) {
        let browser = &self.browser;
        browser.click("#logout");
        assert_eq!((browser.text(".flash").as_str(), browser.count("#logout")), ("You are signed out.", 0));
        self.open("/login");
        self.send(&[("email", "eve@example.com"), ("password", "wrong")]);
        assert_eq!(self.error("password"), "This is not the password of this address.");
        assert_eq!(browser.value("email"), "eve@example.com");
        self.picture("login-wrong");
        self.send(&[("password", "long enough")]);
        assert_eq!(browser.text(".flash"), "Welcome, Eve.");
    }

    fn stay_out_of_what_is_others(&self) {
        let (browser, db) = (&self.browser, self.site.db());
        let of_ann = Dataset::query().filter(Dataset::OWNER_ID.eq(1)).first(db).unwrap().unwrap();
        self.open(&format!("/datasets/{}", of_ann.id));
        assert_eq!((browser.count("#edit"), browser.count("#delete")), (0, 0));
        for path in [format!("/datasets/{}/edit", of_ann.id), "/users/1/delete".into(), "/books/1/edit".into()] {
            self.open(&path);
            assert_eq!(browser.text("h1"), "Not allowed", "{path}");
        }
        self.picture("not-allowed");
        // A form that was loaded before the cookies went, as a form from elsewhere is without them.
        self.open("/datasets/new");
        browser.fill("name", "forged");
        browser.fill("records", "1");
        browser.forget_cookies();
        browser.click("#save");
        assert_eq!(browser.text("h1"), "Not allowed");
        assert!(!Dataset::query().filter(Dataset::NAME.eq("forged")).exists(db).unwrap());
        self.open("/login");
        self.send(&[("email", "eve@example.com"), ("password", "long enough")]);
        // A token that somebody made up.
        self.open("/datasets/new");
        browser.evaluate("(document.querySelector('main [name=csrf]').value = 'f00d', 1)");
        self.send(&[("name", "forged"), ("records", "1")]);
        assert_eq!(browser.text("h1"), "Not allowed");
        assert!(!Dataset::query().filter(Dataset::NAME.eq("forged")).exists(db).unwrap());
    }

    fn try_markup(&self) {
        const SCRIPT: &str = "<script>alert(1);document.title='broken'</script>";
        const IMAGE: &str = "\"><img src=x onerror=\"alert(2)\">";
        const HANDLER: &str = "' onfocus='alert(3)' autofocus='";
        for (markup, version) in [(SCRIPT, "1"), (IMAGE, "2"), (HANDLER, "3")] {
            let eve = User::query().filter(User::EMAIL.eq("eve@example.com")).one(self.site.db()).unwrap().id;
            self.open(&format!("/users/{eve}/edit"));
            self.send(&[("name", markup)]);
            self.look_for_harm(&["/users", "/"]);
            self.open(&format!("/users/{eve}/edit"));
            self.send(&[("email", markup), ("password", "short")]);
            self.check(markup);
            self.open("/datasets/new");
            self.send(&[("name", markup), ("records", markup), ("description", markup)]);
            self.check(markup);
            assert_eq!(self.browser.value("name"), markup);
            self.send(&[("records", "1")]);
            self.browser.click(".list a[href^='/datasets/']");
            self.check(markup);
            self.open("/books/new");
            let tag = markup.chars().filter(|letter| *letter != ',').take(40).collect::<String>();
            self.send(&[("title", markup), ("year", markup), ("authors", markup), ("tags", &tag)]);
            self.check(markup);
            self.send(&[("year", "1900")]);
            self.check(markup);
            self.browser.click("main a[href^='/authors/']");
            self.check(markup);
            self.open("/models/new");
            self.send(&[("name", markup), ("version", version), ("accuracy", "0.5")]);
            self.send(&[("input", markup), ("label", markup), ("confidence", "1")]);
            self.check(markup);
            self.look_for_harm(&["/books", "/authors", "/models"]);
            self.open("/books");
            self.browser.fill("q", markup);
            self.browser.click("#search");
            assert_eq!(self.browser.value("q"), markup);
            self.check(markup);
        }
        self.open("/models");
        self.picture("models-markup");
        self.open("/books");
        self.picture("books-markup");
    }

    fn look_for_harm(&self, paths: &[&str]) {
        for path in paths {
            self.open(path);
            self.check(path);
        }
    }

    /// Nothing ran, and nothing could: no script, no picture and no handler is on the page but ours.
    fn check(&self, what: &str) {
        assert!(!self.browser.has_dialog(), "{what}");
        assert!(self.browser.title().ends_with("Bookshelf"), "{what}: {}", self.browser.title());
        for css in ["script", "img:not([src='/icon.svg'])", "[onerror]", "[onfocus]", "[autofocus]"] {
            assert_eq!(self.browser.count(css), 0, "{what}: {css}");
        }
    }

    fn delete_the_account(&self) {
        let eve = User::query().filter(User::EMAIL.eq("eve@example.com")).one(self.site.db()).unwrap().id;
        self.open(&format!("/users/{eve}"));
        self.picture("user-markup");
        self.browser.click("#delete");
        self.browser.click("#confirm");
        assert_eq!(self.browser.text(".flash"), "Your account is deleted.");
        assert_eq!(self.browser.count("#logout"), 0);
        assert_eq!(User::query().count(self.site.db()).unwrap(), 3);
    }
}
