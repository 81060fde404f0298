//! Errors as answers of a web server: the status, and nothing that a stranger should not read.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum_core::response::IntoResponse;
use http_body_util::BodyExt;
use ormcore::prelude::*;
use ormcore_tests::on_every_backend;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "response_account", validate = Account::check)]
struct Account {
    #[column(primary_key)]
    id: i64,
    #[column(unique)]
    email: String,
    #[column(check = "age >= 18")]
    age: i32,
    #[column(default = 0.0)]
    balance: f64,
    #[column(version)]
    version: i32,
}

impl Account {
    fn check(&self) -> ormcore::Result<()> {
        if self.email.contains('@') { Ok(()) } else { Err(Account::EMAIL.invalid("needs an @")) }
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "response_order")]
struct Order {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Account::ID)]
    account_id: i64,
}

/// The status and the text; the body is in memory, and never waits.
fn answer(error: Error) -> (u16, String) {
    let response = error.into_response();
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(response.extensions().get::<Arc<Error>>().is_some());
    assert_eq!(response.headers().contains_key("retry-after"), response.status() == 503);
    let status = response.status().as_u16();
    let collected = ready(pin!(response.into_body().collect()));
    (status, String::from_utf8(collected.unwrap().to_bytes().to_vec()).unwrap())
}

fn ready<F: Future>(future: std::pin::Pin<&mut F>) -> F::Output {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn each_kind_has_its_status(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<(Account, Order)>()?;
    let mut ann = Account::new("ann@example.com", 30).insert(db)?;
    Account::find(ann.id, db)?.update(db)?;
    let missing = Account::find(77, db).map(drop).unwrap_err();
    assert_eq!(answer(missing), (404, "not found\n".to_string()));
    let taken = Account::new("ann@example.com", 30).insert(db).map(drop).unwrap_err();
    assert_eq!(answer(taken), (409, "conflict\n".to_string()));
    let stale = ann.update(db).unwrap_err();
    assert_eq!(answer(stale), (409, "conflict\n".to_string()));
    let orphan = Order::new(99).insert(db).map(drop).unwrap_err();
    assert_eq!(answer(orphan), (409, "conflict\n".to_string()));
    let young = Account::new("kid@example.com", 7).insert(db).map(drop).unwrap_err();
    assert_eq!(answer(young), (422, "unprocessable entity\n".to_string()));
    let invalid = Account::new("nobody", 30).insert(db).map(drop).unwrap_err();
    assert_eq!(answer(invalid), (422, "unprocessable entity\n`email` needs an @\n".to_string()));
    let not_a_number = Account::new("cy@example.com", 30).set(Account::BALANCE, f64::NAN);
    assert_eq!(answer(not_a_number.insert(db).map(drop).unwrap_err()), (422, "unprocessable entity\n".to_string()));
    let by_email = Account::query().order_by(Account::EMAIL);
    let elsewhere = by_email.cursor(&ann)?;
    let astray = Account::query().order_by(Account::AGE).page_after(Some(&elsewhere), 9, db).unwrap_err();
    assert_eq!(answer(astray), (400, "bad request\n".to_string()));
    let rubbish = "rubbish".parse::<ormcore::query::Cursor>().unwrap_err();
    assert_eq!(answer(rubbish), (400, "bad request\n".to_string()));
    for busy in [
        ErrorKind::Serialization,
        ErrorKind::Deadlock,
        ErrorKind::Busy { problem: "locked".into() },
        ErrorKind::PoolTimeout { waited: Duration::from_secs(30), max_connections: 8 },
    ] {
        assert_eq!(answer(Error::new(busy)), (503, "service unavailable\n".to_string()));
    }
    Ok(())
}

fn what_went_wrong_inside_stays_inside(db: &Database) -> ormcore::Result<()> {
    let broken = db.execute("SELECT secret FROM hidden WHERE token = 'sesame'", ()).unwrap_err();
    assert_eq!(answer(broken), (500, "internal server error\n".to_string()));
    let own = Error::other("the key is sesame");
    assert_eq!(answer(own), (500, "internal server error\n".to_string()));
    assert_eq!(answer(Error::rollback("sesame")), (500, "internal server error\n".to_string()));
    Ok(())
}

fn a_layer_finds_the_error_in_the_response(db: &Database) -> ormcore::Result<()> {
    let response = db.execute("SELECT nonsense", ()).unwrap_err().into_response();
    let error = response.extensions().get::<Arc<Error>>().unwrap();
    assert_eq!(error.statement(), Some("SELECT nonsense"));
    Ok(())
}

on_every_backend!(
    each_kind_has_its_status,
    what_went_wrong_inside_stays_inside,
    a_layer_finds_the_error_in_the_response,
);
