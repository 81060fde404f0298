//! One request: who asks, and what its page needs.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use ormcore::plan::Recording;
use ormcore::prelude::*;

use crate::models::User;
use crate::pages::login;
use crate::security::{self, Turn};
use crate::web::answer::Flash;
use crate::web::{Answer, App, Refusal, cookies};

/// A request, as far as its cookies tell. It costs no statement: [`Visit::answer`] asks the database.
pub(crate) struct Visit {
    app: Arc<App>,
    visitor: Option<String>,
    login: Option<String>,
    flash: Option<String>,
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let cookie = |name| cookies::find(&parts.headers, name).map(str::to_string);
        Ok(Visit {
            app: Arc::clone(app),
            visitor: cookie(cookies::VISITOR),
            login: cookie(cookies::LOGIN),
            flash: cookie(cookies::FLASH).and_then(|value| cookies::unpacked(&value)),
        })
    }
}

impl Visit {
    /// Makes the answer on a thread that may wait for the database.
    pub(crate) async fn answer(self, work: impl FnOnce(&Context) -> Answer + Send + 'static) -> Response {
        let (db, statements) = if self.app.shows_statements {
            let (db, statements) = self.app.db.recorded();
            (db, Some(statements))
        } else {
            (self.app.db.clone(), None)
        };
        let answer = db.run_blocking(move |db| {
            let (visitor, is_new) = match self.visitor {
                Some(visitor) => (visitor, false),
                None => (security::token()?, true),
            };
            let user = self.login.as_deref().map(|token| login::user_of(token, db)).transpose()?.flatten();
            let context = Context {
                csrf: self.app.key.sign(&visitor)?,
                app: self.app,
                db: db.clone(),
                user,
                login: self.login,
                flash: self.flash,
                statements,
            };
            let mut response = work(&context).unwrap_or_else(Refusal::into_response);
            let headers = response.headers_mut();
            if is_new && !headers.contains_key(header::SET_COOKIE) {
                headers.append(header::SET_COOKIE, context.cookie(cookies::VISITOR, &visitor, Some(365)));
            }
            if let Some(Flash(message)) = response.extensions_mut().remove() {
                let cookie = context.cookie(cookies::FLASH, &cookies::packed(&message), None);
                response.headers_mut().append(header::SET_COOKIE, cookie);
            } else if context.flash.is_some() && !response.status().is_redirection() {
                response.headers_mut().append(header::SET_COOKIE, context.no_cookie(cookies::FLASH));
            }
            Ok::<_, Refusal>(response)
        });
        answer.await.unwrap_or_else(Refusal::into_response)
    }

    /// As [`Visit::answer`], of work that hashes a password, which takes a processor and 19 MiB: as many run at once as there
    /// are processors. The others wait here, where they hold no thread that another page could use.
    pub(crate) async fn answer_hashing(self, work: impl FnOnce(&Context, Turn) -> Answer + Send + 'static) -> Response {
        let permit = Arc::clone(&self.app.hashes).acquire_owned().await;
        // It goes with the work, which goes on if the visitor leaves; the waiting here does not.
        self.answer(move |context| work(context, Turn::new(permit.map_err(Error::other)?))).await
    }
}

/// What a page has at hand.
pub(crate) struct Context {
    app: Arc<App>,
    /// The database; where statements are shown, those of this request are counted by it.
    pub(crate) db: Database,
    /// Who is signed in.
    pub(crate) user: Option<User>,
    login: Option<String>,
    csrf: String,
    flash: Option<String>,
    statements: Option<Recording>,
}

impl Context {
    /// Who is signed in; who is not is sent to the page where one does.
    pub(crate) fn signed_in(&self) -> Result<&User, Refusal> {
        self.user.as_ref().ok_or(Refusal::SignIn)
    }

    /// Goes on only for the user with this key.
    pub(crate) fn only(&self, owner: Option<i64>) -> Result<&User, Refusal> {
        let user = self.signed_in()?;
        if owner == Some(user.id) { Ok(user) } else { Err(Refusal::Forbidden) }
    }

    pub(crate) fn is(&self, owner: Option<i64>) -> bool {
        self.user.as_ref().is_some_and(|user| owner == Some(user.id))
    }

    /// The token of this browser's login.
    pub(crate) fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    pub(crate) fn cookie(&self, name: &str, value: &str, days: Option<u32>) -> HeaderValue {
        cookies::set(name, value, days, self.app.secure_cookies)
    }

    pub(crate) fn no_cookie(&self, name: &str) -> HeaderValue {
        cookies::remove(name, self.app.secure_cookies)
    }

    /// What stands around the page. Made when all statements have run, for it counts them.
    pub(crate) fn frame(&self) -> Frame {
        Frame {
            user: self.user.as_ref().map(|user| (user.id, user.name.clone())),
            csrf: self.csrf.clone(),
            flash: self.flash.clone(),
            statements: self.statements.as_ref().map(Recording::texts),
        }
    }

    pub(crate) fn page(&self, page: &impl Template) -> Answer {
        Ok(Html(page.render()?).into_response())
    }

    /// A page with a form that has to be mended.
    pub(crate) fn form_again(&self, page: &impl Template) -> Answer {
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
    }
}

/// What stands around each page.
pub(crate) struct Frame {
    /// Key and name of who is signed in.
    pub(crate) user: Option<(i64, String)>,
    pub(crate) csrf: String,
    pub(crate) flash: Option<String>,
    /// What the page has sent to the database, where that is shown.
    pub(crate) statements: Option<Vec<String>>,
}

impl Frame {
    /// For a page that knows nobody.
    pub(crate) fn bare() -> Self {
        Frame { user: None, csrf: String::new(), flash: None, statements: None }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::sync::Arc;
    use std::time::Duration;

    use axum::http::HeaderValue;
    use ormcore::prelude::*;
    use reqwest::redirect::Policy;
    use reqwest::{Client, RequestBuilder};
    use tokio::net::TcpListener;
    use tokio::sync::Semaphore;

    use crate::security::Key;
    use crate::web::{App, router};

    /// A site over this database, on which so many hash at once; and what gives out their permits.
    async fn site(db: Database, hashes: usize) -> Result<(Site, Arc<Semaphore>), Box<dyn Error>> {
        db.create_all()?;
        let key = Key::of(&db)?;
        let csrf = key.sign("somebody")?;
        let hashes = Arc::new(Semaphore::new(hashes));
        let app = App { db, key, hashes: Arc::clone(&hashes), shows_statements: false, secure_cookies: false };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async { axum::serve(listener, router(Arc::new(app))).await });
        let client = Client::builder().redirect(Policy::none()).build()?;
        Ok((Site { client, address, csrf }, hashes))
    }

    struct Site {
        client: Client,
        address: String,
        csrf: String,
    }

    impl Site {
        fn post(&self, path: &str, form: &str) -> RequestBuilder {
            let request = self.client.post(format!("{}{path}", self.address)).header("cookie", "visitor=somebody");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body(format!("csrf={}&{form}", self.csrf))
        }
    }

    fn on_threads<T>(work: impl Future<Output = Result<T, Box<dyn Error>>>) -> Result<T, Box<dyn Error>> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
    }

    #[test]
    fn what_hashes_a_password_waits_for_its_turn_and_nothing_else_does() -> Result<(), Box<dyn Error>> {
        on_threads(async {
            let (site, hashes) = site(Database::connect("sqlite::memory:")?, 0).await?;
            let form = "password=long+enough";
            for path in ["/login", "/users/new", "/users/1/edit"] {
                let waited = site.post(path, form).timeout(Duration::from_millis(200)).send().await;
                assert!(waited.as_ref().is_err_and(reqwest::Error::is_timeout), "{path}: {waited:?}");
            }
            assert_eq!(site.client.get(&site.address).send().await?.status(), 200);
            let nothing_to_hash = site.post("/users/1/edit", "password=").send().await?;
            assert_eq!(nothing_to_hash.headers().get("location").map(HeaderValue::as_bytes), Some(&b"/login"[..]));
            hashes.add_permits(1);
            for _ in 0..2 {
                assert_eq!(site.post("/login", form).send().await?.status(), 422, "the permit is given back");
            }
            Ok(())
        })
    }

    #[test]
    fn who_waits_to_write_has_given_the_turn_back() -> Result<(), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let db = Database::connect(&format!("sqlite:{}", folder.path().join("shelf.db").display()))?;
        on_threads(async {
            let (site, hashes) = site(db.clone(), 1).await?;
            let writing = db.test_transaction()?;
            writing.execute("DELETE FROM setting WHERE 1 = 0", ())?;
            let form = "name=ann&email=ann%40example.com&password=long+enough";
            let created = tokio::spawn(site.post("/users/new", form).send());
            while hashes.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            assert_eq!(site.post("/login", form).send().await?.status(), 422);
            assert!(!created.is_finished(), "it waits for the other who writes");
            drop(writing);
            assert_eq!(created.await??.status(), 303);
            Ok(())
        })
    }
}
