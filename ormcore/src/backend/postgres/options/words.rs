//! The words that options take, and the errors for all others.

use std::path::PathBuf;
use std::time::Duration;

use super::{ChannelBinding, Pooler, SslMode, SslRoot, TargetSessionAttrs};
use crate::error::{Error, Result};

pub(super) const SSL_MODES: [(&str, SslMode); 6] = [
    ("disable", SslMode::Disable),
    ("allow", SslMode::Prefer),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

pub(super) const CHANNEL_BINDINGS: [(&str, ChannelBinding); 3] =
    [("disable", ChannelBinding::Disable), ("prefer", ChannelBinding::Prefer), ("require", ChannelBinding::Require)];

pub(super) const TARGETS: [(&str, TargetSessionAttrs); 6] = [
    ("any", TargetSessionAttrs::Any),
    ("read-write", TargetSessionAttrs::ReadWrite),
    ("read-only", TargetSessionAttrs::ReadOnly),
    ("primary", TargetSessionAttrs::Primary),
    ("standby", TargetSessionAttrs::Standby),
    ("prefer-standby", TargetSessionAttrs::PreferStandby),
];

pub(super) const LOAD_BALANCES: [(&str, bool); 2] = [("disable", false), ("random", true)];

pub(super) const SWITCHES: [(&str, bool); 2] = [("0", false), ("1", true)];

pub(super) const POOLERS: [(&str, Pooler); 2] = [("session", Pooler::Session), ("transaction", Pooler::Transaction)];

/// What the word of an option or of a variable stands for.
pub(super) fn one_of<T: Copy>(name: &str, value: &str, words: &[(&str, T)]) -> Result<T> {
    words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Error::connection(format!("`{name}={value}` is none of {}", known.join(", ")))
    })
}

pub(super) fn ssl_root(value: &str) -> SslRoot {
    if value == "system" { SslRoot::System } else { SslRoot::File(PathBuf::from(value)) }
}

/// A number as libpq takes it: zero and less are the system's own.
pub(super) fn count(name: &str, value: &str) -> Result<u32> {
    let count: i32 = value
        .trim()
        .parse()
        .map_err(|_| Error::connection(format!("`{name}={value}` is no whole number: write `{name}=3`")))?;
    Ok(u32::try_from(count).unwrap_or(0))
}

/// Seconds as libpq takes them: zero and less wait for ever.
pub(super) fn seconds(name: &str, value: &str) -> Result<Duration> {
    let seconds: i32 = value
        .trim()
        .parse()
        .map_err(|_| Error::connection(format!("`{name}={value}` is no whole number of seconds: write `{name}=10`")))?;
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

pub(super) fn milliseconds(name: &str, value: &str) -> Result<Duration> {
    let milliseconds =
        value.parse::<u32>().ok().filter(|milliseconds| *milliseconds <= i32::MAX as u32).ok_or_else(|| {
            Error::connection(format!("`{name}={value}` is no whole number of milliseconds: write `{name}=5000`"))
        })?;
    Ok(Duration::from_millis(milliseconds.into()))
}

/// The ports of a list such as `5432,,5434`. What is no port is not repeated: a password with a raw `/` looks like one.
pub(super) fn ports(list: &str) -> Result<Vec<Option<u16>>> {
    list.split(',').map(port).collect()
}

pub(super) fn port(text: &str) -> Result<Option<u16>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(|port| *port != 0).map(Some).ok_or_else(|| {
        Error::connection(
            "the port is no number from 1 to 65535; in a user's name or password write `%2F` for `/`, `%3F` for `?`, `%40` for `@` and `%3A` for `:`",
        )
    })
}

/// The error for an option that there is not: all that there are, the nearest first.
pub(super) fn unknown(name: &str, known: &[&str]) -> Error {
    let mut nearest = known.to_vec();
    nearest.sort_by_key(|word| distance(name, word));
    Error::connection(format!("PostgreSQL has no option `{name}`; there are `{}`", nearest.join("`, `")))
}

/// How many letters have to be put in, left out or changed to make one word the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (left, other) in to.chars().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[left + 1];
            row[left + 1] = changed.min(diagonal + 1).min(row[left] + 1);
        }
    }
    row[row.len() - 1]
}
