//! Runs a command with a PostgreSQL database in `DATABASE_URL`: `with-postgres [--tcp] COMMAND ARGUMENT..`.
//!
//! The database is that of the tests: `ORMCORE_TEST_POSTGRES`, or a server that ends with the command. With `--tcp` it is
//! always such a server, reached over TCP.

use std::env;
use std::process::{Command, ExitCode};

use ormcore_tests::{Server, ServerOptions, postgres_url};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1).peekable();
    let tcp = words.next_if(|word| word == "--tcp").is_some();
    let server = if tcp { Server::start(ServerOptions::new().tcp()) } else { None };
    let url = if tcp { server.as_ref().map(Server::tcp_url) } else { postgres_url().map(str::to_string) };
    let (Some(program), Some(url)) = (words.next(), url) else {
        eprintln!("with-postgres: a command and an installed PostgreSQL are wanted");
        return ExitCode::from(2);
    };
    match Command::new(&program).args(words).env("DATABASE_URL", url).status() {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1))),
        Err(error) => {
            eprintln!("with-postgres: {}: {error}", program.display());
            ExitCode::from(2)
        }
    }
}
