//! Database URLs: the scheme that chooses the database, and the parts of `scheme:rest?option=value&option=value`.

use crate::error::{Error, Result};

/// The scheme, in small letters. The rest of the URL may hold a password and is never part of an error.
pub(crate) fn scheme(url: &str) -> Result<String> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let of_a_scheme = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    if scheme.is_empty() || !scheme.chars().all(of_a_scheme) {
        return Err(Error::connection(format!("this is no database URL, as no scheme begins it: write {EXAMPLES}")));
    }
    Ok(scheme.to_ascii_lowercase())
}

/// A scheme that belongs to no database.
pub(crate) fn unknown_scheme(scheme: &str) -> Error {
    Error::connection(format!("the URL's scheme `{scheme}` is not known: write {EXAMPLES}"))
}

/// A scheme whose database was not built in.
#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
pub(crate) fn missing_feature(scheme: &str, feature: &str) -> Error {
    Error::connection(format!(
        "the URL's scheme `{scheme}` needs ormcore's feature `{feature}`: add `features = [\"{feature}\"]` to the dependency `ormcore`"
    ))
}

const EXAMPLES: &str = "`sqlite:app.db`, `sqlite::memory:` or `postgres://user:password@host/database`";

/// A URL, cut into its parts and decoded.
#[cfg(feature = "sqlite")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) rest: String,
    pub(crate) options: Vec<(String, String)>,
}

#[cfg(feature = "sqlite")]
impl Url {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let rest = url.split_once(':').map_or(url, |(_, rest)| rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut options = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error::connection(format!("the URL's option `{pair}` has no value: write `{pair}=..`"))
            })?;
            options.push((Self::decode(name)?, Self::decode(value)?));
        }
        Ok(Url { rest: Self::decode(rest)?, options })
    }

    fn decode(text: &str) -> Result<String> {
        decode(text).ok_or_else(|| {
            Error::connection(format!("the URL's part {text:?} is not percent-encoded UTF-8: write `%25` for a `%`"))
        })
    }
}

/// Replaces `%20` and its like; `None` if a `%` is no such thing, or the bytes are no UTF-8.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let (high, low) = (digit()?, digit()?);
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_read_in_small_letters() {
        assert_eq!(scheme("SQLite:my%20app.db").unwrap(), "sqlite");
        assert_eq!(scheme("postgresql://ann@host/db").unwrap(), "postgresql");
    }

    #[test]
    fn what_has_no_scheme_is_not_repeated() {
        for text in ["", "app.db", "hunter2@host:5432/db", "/hunter2/app.db", ":hunter2", "//ann:hunter2@host"] {
            let error = scheme(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2") && error.contains("write `sqlite:app.db`"), "{text}: {error}");
        }
    }

    #[cfg(not(feature = "postgres"))]
    #[test]
    fn a_database_that_was_not_built_in_names_its_feature() {
        let error = missing_feature("postgresql", "postgres").to_string();
        assert!(error.contains("features = [\"postgres\"]"), "{error}");
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn a_url_is_cut_and_decoded() {
        let url = Url::parse("SQLite:my%20app%3F.db?mode=ro&busy_timeout=5000").unwrap();
        assert_eq!(url.rest, "my app?.db");
        assert_eq!(url.options, [("mode".into(), "ro".into()), ("busy_timeout".into(), "5000".into())]);
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn what_is_no_url_is_refused() {
        for text in ["sqlite:a?mode", "sqlite:%zz", "sqlite:%f", "sqlite:%ff"] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
