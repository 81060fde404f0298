//! ormcore beside hand-written rusqlite: what `speed` and `counts` share.
//!
//! A [`Side`] is a library under test. An [`Operation`] is a row of the tables; [`Work`] is what one sample of it does,
//! on either side, with its input made before the clock starts.

mod chart;
mod machine;
mod models;
mod operation;
pub mod results;
mod sample;
mod side;
mod table;
mod tables;

pub use chart::chart;
pub use models::{Author, NewUser, Page, PageTag, PlainAuthor, PlainPage, Post, Profile, Tag, User, Wide};
pub use operation::{Operation, Plain, Rows, Work};
pub use sample::{compare, measure};
pub use side::{Orm, Place, Raw, Side};
