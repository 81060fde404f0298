//! A visitor without a browser: requests, cookies, and what stands on a page.

use std::cell::RefCell;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use tokio::runtime::{Builder, Runtime};

use crate::site::Site;

pub(crate) struct Visitor<'s> {
    site: &'s Site,
    runtime: Runtime,
    client: Client,
    cookies: RefCell<Vec<(String, String)>>,
    /// The token of the last page that had one.
    pub(crate) csrf: RefCell<String>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl<'s> Visitor<'s> {
    pub(crate) fn new(site: &'s Site) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Visitor { site, runtime, client, cookies: RefCell::default(), csrf: RefCell::default() }
    }

    /// Somebody with an account, signed in.
    pub(crate) fn signed_up(site: &'s Site, name: &str) -> Self {
        let visitor = Visitor::new(site);
        visitor.get("/users/new");
        let email = format!("{name}@example.com");
        let page = visitor.post("/users/new", &[("name", name), ("email", &email), ("password", "long enough")]);
        assert_eq!(page.status, 303, "{}", page.text);
        visitor.get(page.location());
        visitor
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        self.send(self.client.get(format!("{}{path}", self.site.address())))
    }

    /// Sends a form with the token of the last page.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.borrow().clone();
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post_as_it_is(path, &fields)
    }

    pub(crate) fn post_as_it_is(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = self.client.post(format!("{}{path}", self.site.address()));
        self.send(request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")))
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.retain(|(found, _)| found != name);
        if !value.is_empty() {
            cookies.push((name.to_string(), value.to_string()));
        }
    }

    fn send(&self, request: RequestBuilder) -> Page {
        let cookies: Vec<_> = self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let page = self.runtime.block_on(async {
            let response = request.header(COOKIE, cookies.join("; ")).send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Page { status, headers, text: response.text().await.unwrap() }
        });
        for cookie in page.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.set_cookie(name, value);
        }
        if let Some(token) = page.between("name=\"csrf\" value=\"", "\"") {
            *self.csrf.borrow_mut() = token.to_string();
        }
        page
    }
}

impl Page {
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(before)?;
        rest.split_once(after).map(|(found, _)| found)
    }

    /// What is wrong with the field.
    pub(crate) fn error(&self, field: &str) -> Option<&str> {
        self.between(&format!("id=\"{field}-error\">"), "<")
    }

    /// What the field is filled with.
    pub(crate) fn value(&self, field: &str) -> Option<&str> {
        let input = self.between(&format!("<input id=\"{field}\""), ">")?;
        input.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value)
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    /// How many statements the page says that it ran.
    pub(crate) fn statements(&self) -> usize {
        let words = self.between("<summary id=\"statements\">", " statement").expect("the footer counts statements");
        words.parse().unwrap()
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
