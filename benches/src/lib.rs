//! ormcore beside hand-written rusqlite, `postgres` and `tokio-postgres`: what the programs share.
//!
//! A [`Side`] is a library under test. An [`Operation`] is a row of the tables; [`Work`] is what one sample of it does,
//! on every side, with its input made before the clock starts.

mod ceilings;
mod chart;
mod machine;
mod models;
mod operation;
pub mod peers;
pub mod results;
mod sample;
mod scaling;
mod server;
mod side;
mod table;
mod tables;

pub use ceilings::{Ceiling, Ceilings};
pub use chart::{chart, server_chart};
pub use models::{Author, NewUser, Page, PageTag, PlainAuthor, PlainPage, Post, Profile, Tag, User, Wide};
pub use operation::{Operation, Plain, Rows, Work};
pub use sample::{compare, compare_on_server, measure};
pub use scaling::{Point, Scaling, Series};
pub use server::Server;
pub use side::{Fill, Orm, Place, Postgres, Raw, Side, TokioPostgres};
