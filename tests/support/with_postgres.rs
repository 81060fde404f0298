//! Runs a command with a PostgreSQL database in `DATABASE_URL`: `with-postgres COMMAND ARGUMENT..`.
//!
//! The database is that of the tests: `ORMCORE_TEST_POSTGRES`, or a server that ends with the command.

use std::env;
use std::process::{Command, ExitCode};

use ormcore_tests::postgres_url;

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let (Some(program), Some(url)) = (words.next(), postgres_url()) else {
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
