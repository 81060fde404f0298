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
        let (program, address) = run(&fixture, settings).expect("the program says where it listens");
        Site { program, address, fixture }
    }

    /// Starts the program several times at once on the same database, with the rows to be looked at, and ends it again:
    /// how many of them came to listen.
    pub(crate) fn start_again(&self, times: usize) -> usize {
        std::thread::scope(|scope| {
            let starts = (0..times).map(|_| scope.spawn(|| run(&self.fixture, &[("BOOKSHELF_DEMO", "1")])));
            let starts: Vec<_> = starts.collect();
            let started = starts.into_iter().filter_map(|start| start.join().unwrap());
            started.map(|(mut program, _)| end(&mut program)).count()
        })
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
        end(&mut self.program);
    }
}

/// The program and where it listens, unless it ends before it does.
fn run(fixture: &Fixture, settings: &[(&str, &str)]) -> Option<(Child, String)> {
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
    match words.as_deref().and_then(|words| words.rsplit_once(' ')) {
        Some((_, address)) => Some((program, address.to_string())),
        None => {
            end(&mut program);
            None
        }
    }
}

fn end(program: &mut Child) {
    let _ = program.kill();
    let _ = program.wait();
}
