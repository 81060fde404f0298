//! JSON as text: without blanks, as documents are stored.

/// The document without the blanks between its parts; none if it is no JSON. Where the program has no JSON, nothing tells
/// what is some.
pub(crate) fn compact(text: &str) -> Option<String> {
    if !is_json(text) {
        return None;
    }
    let (mut is_quoted, mut is_escaped) = (false, false);
    let keep = |letter: &char| {
        let kept = is_quoted || !matches!(letter, ' ' | '\t' | '\n' | '\r');
        is_quoted ^= *letter == '"' && !is_escaped;
        is_escaped = *letter == '\\' && !is_escaped;
        kept
    };
    Some(text.chars().filter(keep).collect())
}

#[cfg(feature = "json")]
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(not(feature = "json"))]
fn is_json(_text: &str) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn blanks_go_but_not_those_of_texts() {
        assert_eq!(
            compact("{ \"a b\" : [ 1 ,\n2 ], \"c\\\" d\": null }").as_deref(),
            Some(r#"{"a b":[1,2],"c\" d":null}"#)
        );
    }

    #[cfg(feature = "json")]
    #[test]
    fn what_is_no_document_has_no_text() {
        assert_eq!(compact("{"), None);
        assert_eq!(compact("1 2"), None);
    }
}
