use std::fmt;
use std::str::FromStr;

use crate::operation::Operation;

/// A line to a peer. It answers each with one line: what is named here, or `error` and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Make the tables as the operation wants them: `ready`, or `none` where the library has no such feature.
    Prepare(Operation),
    /// Do it once: `content` and the digest of what it gave, and of what it left in the tables.
    Check(Operation),
    /// Do it so often, with the input of a seed: `time`, nanoseconds, and by how many KiB memory grew.
    Run(Operation, i64, i64),
    /// `version`, and that of the SQLite that is linked.
    Version,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Request::Prepare(operation) => write!(f, "prepare {}", operation.name()),
            Request::Check(operation) => write!(f, "check {}", operation.name()),
            Request::Run(operation, seed, repeats) => write!(f, "run {} {seed} {repeats}", operation.name()),
            Request::Version => write!(f, "version"),
        }
    }
}

impl FromStr for Request {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<i64>().map_err(|error| format!("`{text}`: {error}"));
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["prepare", name] => Ok(Request::Prepare(name.parse()?)),
            ["check", name] => Ok(Request::Check(name.parse()?)),
            ["run", name, seed, repeats] => Ok(Request::Run(name.parse()?, number(seed)?, number(repeats)?)),
            ["version"] => Ok(Request::Version),
            _ => Err(format!("`{line}` is no request")),
        }
    }
}
