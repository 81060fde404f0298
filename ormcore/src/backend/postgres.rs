//! PostgreSQL, through a client of ormcore's own that blocks, pipelines and keeps statements prepared.
//!
//! It speaks version 3.0 of the protocol as PostgreSQL's manual has it ("Frontend/Backend Protocol"); what proves a
//! password is the crate `postgres-protocol`'s. Each connection keeps 256 statements prepared, values travel in
//! PostgreSQL's binary form, and the statements of one batch go out together and are answered together.
//!
//! Every session runs in UTC and UTF-8.
//!
//! Why not the crate `postgres`, which drives a runtime beneath each call: ormcore on this client beside hand-written
//! code on that one, over a Unix socket, client and server on one core. `benches/run --postgres` and
//! `benches/instructions --postgres` measure this anew, and much more.
//!
//! | operation | time | instructions of the client |
//! | --- | ---: | ---: |
//! | get by key | 0.69 | 0.24 |
//! | select all: 10 000 rows (instructions: 100 rows) | 0.72 | 0.53 |
//! | insert 100 in a transaction | 0.74 | 0.37 |
//! | 100 users with 10 posts each: selectin | 0.72 | 0.61 |
//! | insert 1, begin and commit | 0.67 | 0.17 |

use std::sync::Arc;

use crate::backend::{Backend, Connection};
use crate::error::Result;
use crate::sql::{Dialect, Postgres};

mod bind;
mod cache;
mod cancel;
mod command;
mod connection;
mod copy;
mod decode;
mod encode;
mod error;
mod exchange;
mod keepalive;
mod message;
mod options;
mod pipeline;
mod renaming;
mod row;
mod startup;
mod stream;
#[cfg(feature = "tls")]
mod tls;
mod types;
mod wire;

pub use cancel::CancelToken;
pub use connection::{Notification, PostgresConnection};
pub use error::ServerError;
pub use options::{ChannelBinding, Pooler, PostgresOptions, SslMode, TargetSessionAttrs};

/// A PostgreSQL database: one server, or the first of several that will do.
#[derive(Debug, Clone)]
pub struct PostgresBackend {
    options: PostgresOptions,
}

impl PostgresBackend {
    /// The database that the options name.
    #[must_use]
    pub fn new(options: PostgresOptions) -> Self {
        PostgresBackend { options }
    }
}

impl Backend for PostgresBackend {
    fn dialect(&self) -> &'static dyn Dialect {
        &Postgres
    }

    fn is_server(&self) -> bool {
        true
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        Ok(Box::new(startup::connect(&Arc::new(self.options.resolve()?))?))
    }
}
