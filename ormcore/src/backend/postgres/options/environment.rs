//! What the surroundings of the process say; tests bring their own.

use std::path::Path;

pub(super) trait Environment {
    /// A variable, if it is set and is UTF-8.
    fn variable(&self, name: &str) -> Option<String>;

    /// Whether a server listens in the folder, on the port's socket.
    fn has_socket(&self, folder: &Path, port: u16) -> bool;
}

/// The process's own.
pub(super) struct Process;

impl Environment for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn has_socket(&self, folder: &Path, port: u16) -> bool {
        cfg!(unix) && folder.join(format!(".s.PGSQL.{port}")).exists()
    }
}
