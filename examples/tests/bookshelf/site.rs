//! The program itself, on a free port, with a database of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use ormcore::Database;
use ormcore_tests::Fixture;

pub(crate) struct Site {
    program: Child,
    address: String,
    // After the program: it is ended before its database goes.
    fixture: Fixture,
}

impl Site {
    /// With an empty database.
    pub(crate) fn start(fixture: Fixture) -> Self {
        Site::start_with(fixture, &[])
    }

    /// With the rows that the program makes to be looked at.
    pub(crate) fn with_demo(fixture: Fixture) -> Self {
        Site::start_with(fixture, &[("BOOKSHELF_DEMO", "1")])
    }

    /// As it is set up behind HTTPS.
    pub(crate) fn behind_https(fixture: Fixture) -> Self {
        Site::start_with(fixture, &[("BOOKSHELF_SECURE", "1")])
    }

    fn start_with(fixture: Fixture, settings: &[(&str, &str)]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_bookshelf"))
            .env("DATABASE_URL", fixture.url())
            .env("BOOKSHELF_ADDRESS", "127.0.0.1:0")
            .env("BOOKSHELF_DEBUG", "1")
            .env("BOOKSHELF_DEMO", "0")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let words = output.lines().map_while(Result::ok).find(|line| line.contains("http://"));
        let words = words.expect("the program says where it listens");
        let (_, address) = words.rsplit_once(' ').unwrap();
        Site { program, address: address.to_string(), fixture }
    }

    /// `http://127.0.0.1:12345`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The database of the site.
    pub(crate) fn db(&self) -> &Database {
        &self.fixture.db
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
