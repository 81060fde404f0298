//! Database URLs: `scheme:rest?option=value&option=value`.

use crate::error::{Error, Result};

/// A URL, cut into its parts and decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) scheme: String,
    pub(crate) rest: String,
    pub(crate) options: Vec<(String, String)>,
}

impl Url {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(Error::connection(format!(
                "{url:?} is no database URL: write `sqlite:app.db` or `sqlite::memory:`"
            )));
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut options = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Error::connection(format!("the URL's option `{pair}` has no value: write `{pair}=..`"))
            })?;
            options.push((decode(name)?, decode(value)?));
        }
        Ok(Url { scheme: scheme.to_ascii_lowercase(), rest: decode(rest)?, options })
    }
}

/// Replaces `%20` and its like.
fn decode(text: &str) -> Result<String> {
    let wrong =
        || Error::connection(format!("the URL's part {text:?} is not percent-encoded UTF-8: write `%25` for a `%`"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or_else(wrong);
        let (high, low) = (digit()?, digit()?);
        bytes.push((high * 16 + low) as u8);
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_cut_and_decoded() {
        let url = Url::parse("SQLite:my%20app%3F.db?mode=ro&busy_timeout=5000").unwrap();
        assert_eq!(url.scheme, "sqlite");
        assert_eq!(url.rest, "my app?.db");
        assert_eq!(url.options, [("mode".into(), "ro".into()), ("busy_timeout".into(), "5000".into())]);
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for text in ["", "app.db", "sqlite:a?mode", "sqlite:%zz", "sqlite:%f", "sqlite:%ff"] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
