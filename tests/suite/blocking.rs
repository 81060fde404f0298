//! Blocking work beside asynchronous code: where it runs, and what becomes of its errors, its panics and its callers.

use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;

use ormcore::prelude::*;
use ormcore_tests::on_every_backend;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

#[derive(Model, Debug, Clone, PartialEq)]
struct Book {
    #[column(primary_key)]
    id: i64,
    title: String,
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn the_closure_runs_on_another_thread_and_gives_its_result(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let here = thread::current().id();
    let (book, there) = runtime().block_on(db.run_blocking(|db| {
        let book = Book::new("a").insert(db)?;
        Ok::<_, Error>((book, thread::current().id()))
    }))?;
    assert_eq!(Book::find(book.id, db)?, book);
    assert_ne!(here, there);
    Ok(())
}

fn the_caller_goes_on_with_other_work_meanwhile(db: &Database) -> ormcore::Result<()> {
    let (tell, told) = oneshot::channel();
    let (release, released) = mpsc::channel();
    let work = db.run_blocking(move |_| {
        tell.send(()).map_err(|()| Error::rollback("nobody listens"))?;
        released.recv().map_err(Error::other)
    });
    let runtime = runtime();
    runtime.block_on(async {
        // On a runtime of one thread the release comes only if that thread does not wait for the closure.
        let release = runtime.spawn(async move {
            told.await.unwrap();
            release.send(()).unwrap();
        });
        let ended = work.await;
        release.await.unwrap();
        ended
    })
}

fn an_error_comes_back_whatever_its_type(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let missing = runtime().block_on(db.run_blocking(|db| Book::find(7, db)));
    assert!(missing.is_err_and(|error| error.is_not_found()));
    let boxed: Result<(), Box<dyn std::error::Error + Send + Sync>> =
        runtime().block_on(db.run_blocking(|_| Err("no such page".into())));
    assert_eq!(boxed.unwrap_err().to_string(), "no such page");
    Ok(())
}

fn a_panic_goes_on_in_the_caller_and_the_database_works(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let db_of_task = db.clone();
    let panicked = thread::spawn(move || {
        runtime().block_on(db_of_task.run_blocking(|db| {
            db.transaction(|tx| -> ormcore::Result<()> {
                Book::new("lost").insert(tx)?;
                panic!("as planned")
            })
        }))
    })
    .join();
    assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"as planned"));
    assert_eq!(Book::query().count(db)?, 0);
    Ok(())
}

/// Lets it begin, as a server does before its visitor goes.
fn begin(work: Pin<&mut impl Future>, runtime: &Runtime) {
    let _inside = runtime.enter();
    assert!(work.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

fn what_nobody_waits_for_any_more_still_ends(db: &Database) -> ormcore::Result<()> {
    db.create_tables::<Book>()?;
    let (release, released) = mpsc::channel::<()>();
    let runtime = runtime();
    let mut work = Box::pin(db.run_blocking(move |db| {
        released.recv().map_err(Error::other)?;
        db.transaction(|tx| Book::new("kept").insert(tx))
    }));
    begin(work.as_mut(), &runtime);
    drop(work);
    release.send(()).unwrap();
    while Book::query().count(db)? == 0 {
        thread::yield_now();
    }
    Ok(())
}

fn after_the_runtime_has_ended_it_is_an_error(db: &Database) -> ormcore::Result<()> {
    let ended = runtime();
    let handle = ended.handle().clone();
    ended.shutdown_background();
    let mut work = Box::pin(db.run_blocking(|_| Ok::<_, Error>(())));
    let _inside = handle.enter();
    let Poll::Ready(refused) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits for ever");
    };
    assert!(matches!(refused.unwrap_err().kind(), ErrorKind::Other));
    Ok(())
}

on_every_backend!(
    the_closure_runs_on_another_thread_and_gives_its_result,
    the_caller_goes_on_with_other_work_meanwhile,
    an_error_comes_back_whatever_its_type,
    a_panic_goes_on_in_the_caller_and_the_database_works,
    what_nobody_waits_for_any_more_still_ends,
    after_the_runtime_has_ended_it_is_an_error,
);
