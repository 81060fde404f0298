//! The application as its visitors meet it: over HTTP, and in a browser; on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used)]

mod accounts;
mod books;
mod browser;
mod forgery;
mod forms;
mod pages;
mod site;
mod visitor;
mod walk;

/// The application's own tables.
#[allow(dead_code)]
#[path = "../../src/bin/bookshelf/models.rs"]
mod models;

/// Makes a test on a site on each database of each function `fn(&Site)`.
macro_rules! on_every_site {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(&$crate::site::Site::start(ormcore_tests::Fixture::sqlite_file()));
            })*
        }

        mod postgres {
            $(#[test]
            fn $test() {
                if let Some(fixture) = ormcore_tests::Fixture::postgres() {
                    super::$test(&$crate::site::Site::start(fixture));
                }
            })*
        }
    };
}

use on_every_site;
