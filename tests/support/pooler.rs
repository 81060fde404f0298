//! A pooler between a test and its server.

use std::ffi::OsStr;
use std::path::Path;

use crate::keeper::Keeper;
use crate::missing::missing;
use crate::programs;
use crate::server::{Server, socket_url};

const PORT: u16 = 6432;

/// pgbouncer in transaction mode, with at most four connections to the server.
///
/// It ends when it is dropped, or else with the process, however that ends.
#[derive(Debug)]
pub struct Pooler {
    keeper: Keeper,
}

impl Pooler {
    /// Starts it in front of a server that asks for no password; where it is not installed there is none, and the test's
    /// output says so.
    ///
    /// # Panics
    /// If it does not start, or `ORMCORE_TEST_REQUIRE` asks for `pgbouncer` and it is not installed.
    #[must_use]
    pub fn start(server: &Server) -> Option<Self> {
        let Some(program) = programs::program("pgbouncer") else {
            missing(
                "pgbouncer",
                "it is neither in PATH nor in /usr/sbin: install it (on Debian: `apt-get install pgbouncer`)",
            );
            return None;
        };
        let (server_port, port) = (server.port().to_string(), PORT.to_string());
        let arguments =
            [program.as_os_str(), server.socket_folder().as_os_str(), OsStr::new(&server_port), OsStr::new(&port)];
        let started = Keeper::start(include_str!("pooler.sh"), &arguments);
        Some(Pooler { keeper: started.unwrap_or_else(|error| panic!("pgbouncer does not start: {error}")) })
    }

    /// The URL of the server's database `postgres`, through the pooler.
    #[must_use]
    pub fn url(&self) -> String {
        socket_url("postgres", self.socket_folder(), PORT)
    }

    /// The folder of its socket.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        self.keeper.folder()
    }

    /// The number of its socket.
    #[must_use]
    pub fn port(&self) -> u16 {
        PORT
    }
}
