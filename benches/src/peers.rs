//! ormcore beside hand-written code and its peers, each in a program of its own, for no two of them can link the same
//! SQLite. The programs are in `peers/`; here they are started, asked in turn, and compared.

mod chart;
mod child;
mod compare;
mod databases;
mod results;
mod table;

pub use chart::peer_chart;
pub use child::Child;
pub use compare::{Comparison, compare};
pub use databases::Databases;
pub use results::{Cell, Library, PeerSpeed, Row, standings};

/// The programs, in the order of the tables; the first is what the others are compared with.
pub const PEERS: [&str; 6] = ["raw", "ormcore", "diesel", "sqlx", "sea-orm", "toasty"];
