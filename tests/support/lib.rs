//! Fixtures: a fresh database of each backend, and the macro that runs a test on all of them.
//!
//! | variable | |
//! | --- | --- |
//! | `ORMCORE_TEST_POSTGRES=postgres://..` | an existing PostgreSQL database, in place of a server that the tests start |
//! | `ORMCORE_TEST_REQUIRE=postgres,pgbouncer,chromium` | what is not installed is a failure; else the output says what did not run |

mod catalog;
mod fixture;
mod keeper;
mod missing;
mod models;
mod pooler;
mod postgres;
mod programs;
mod server;

pub use catalog::{ignore_foreign_keys, is_sqlite, tables};
pub use fixture::{Fixture, every_backend, every_database};
pub use missing::missing;
pub use models::check_created;
pub use pooler::Pooler;
pub use postgres::{postgres_url, url_with_setting};
pub use programs::program;
pub use server::{Server, ServerOptions};

/// Makes a test on every backend of each function `fn(&Database) -> ormcore::Result<()>`.
#[macro_export]
macro_rules! on_every_backend {
    ($($test:ident),* $(,)?) => {
        mod sqlite_memory {
            $(#[test]
            fn $test() {
                super::$test(&$crate::Fixture::sqlite_memory().db).unwrap();
            })*
        }

        mod sqlite_file {
            $(#[test]
            fn $test() {
                super::$test(&$crate::Fixture::sqlite_file().db).unwrap();
            })*
        }

        mod postgres {
            $(#[test]
            fn $test() {
                if let ::core::option::Option::Some(fixture) = $crate::Fixture::postgres() {
                    super::$test(&fixture.db).unwrap();
                }
            })*
        }
    };
}

/// The README, whose code runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;
