//! The words of `cascade`.

use proc_macro2::{Ident, Span};
use syn::LitStr;
use syn::parse::ParseStream;

use super::errors::Errors;
use super::{attribute, suggest};

/// What a session does with the related rows as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cascade {
    SaveUpdate,
    Merge,
    Delete,
    DeleteOrphan,
}

use Cascade::{Delete, DeleteOrphan, Merge, SaveUpdate};

/// SQLAlchemy's, without `expunge` and `refresh-expire`.
const WORDS: [(&str, &[Cascade]); 6] = [
    ("save-update", &[SaveUpdate]),
    ("merge", &[Merge]),
    ("delete", &[Delete]),
    ("delete-orphan", &[DeleteOrphan]),
    ("all", &[SaveUpdate, Merge, Delete]),
    (NONE, &[]),
];
const NONE: &str = "none";

impl Cascade {
    /// The name of the method of `ormcore`'s `Cascade`.
    pub(crate) fn method(self) -> Ident {
        let name = match self {
            SaveUpdate => "save_update",
            Merge => "merge",
            Delete => "delete",
            DeleteOrphan => "delete_orphan",
        };
        Ident::new(name, Span::call_site())
    }
}

/// Reads what follows `cascade`: words between commas, or nothing, as `none`.
pub(super) fn parse(key: &Ident, input: ParseStream<'_>) -> syn::Result<(Span, Vec<Cascade>)> {
    let text: LitStr = attribute::value(key, input, "\"all, delete-orphan\"")?;
    let (place, text) = (text.span(), text.value());
    let words: Vec<&str> = text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    let (mut meant, mut errors) = (Vec::new(), Errors::default());
    for word in &words {
        match WORDS.iter().find(|(known, _)| known == word) {
            Some((_, cascades)) => meant.extend_from_slice(cascades),
            None => errors.at(place, suggest::unknown("cascade", word, &WORDS.map(|(known, _)| known))),
        }
    }
    if words.contains(&NONE) && words.iter().any(|word| *word != NONE) {
        errors.at(place, "`none` contradicts the other words: write it alone, or leave it out");
    }
    meant.sort_unstable();
    meant.dedup();
    errors.into_option().map_or(Ok((place, meant)), Err)
}
