//! What the macros make of an input, and whether that is what a user can be given.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::DeriveInput;

use crate::expand;
use crate::parse::Kind;

/// What a derive gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The compiler would not have called the derive.
    NoType,
    Code,
    Mistakes(Vec<String>),
}

pub(super) type Derive = fn(&DeriveInput) -> TokenStream;

pub(super) const DERIVES: [Derive; 4] = [
    |input| expand::structure(input, Kind::Model),
    |input| expand::structure(input, Kind::Embedded),
    expand::column_type,
    expand::row,
];

/// Runs the derives over the text.
///
/// # Panics
/// If one of them panics, gives no code, or reports a mistake that is nowhere in the text.
#[track_caller]
pub(super) fn judge(text: &str, derives: &[Derive]) -> Vec<Verdict> {
    // Until then the places of all tokens are kept.
    proc_macro2::extra::invalidate_current_thread_spans();
    let Ok(input) = syn::parse_str::<DeriveInput>(text) else { return vec![Verdict::NoType] };
    let derive = |derive: &Derive| {
        let code = std::panic::catch_unwind(|| derive(&input));
        judge_code(text, code.unwrap_or_else(|_| panic!("a panic from\n{text}")))
    };
    derives.iter().map(derive).collect()
}

#[track_caller]
fn judge_code(text: &str, code: TokenStream) -> Verdict {
    let mistakes = mistakes(code.clone());
    for (message, span) in &mistakes {
        assert!(is_in(*span, text), "{message} is nowhere in\n{text}");
        assert!(message.len() > 2, "an empty message for\n{text}");
    }
    if let Err(error) = syn2::parse2::<syn2::File>(code.clone()) {
        panic!("{error}: no code is\n{code}\nfrom\n{text}");
    }
    if mistakes.is_empty() {
        return Verdict::Code;
    }
    Verdict::Mistakes(mistakes.into_iter().map(|(message, _)| message).collect())
}

/// A place that is one of the text's: those that the macros make themselves are empty.
fn is_in(span: Span, text: &str) -> bool {
    let range = span.byte_range();
    !range.is_empty() && range.end <= text.len() && span.source_text().is_some()
}

/// The messages of `compile_error!`, each with its place.
fn mistakes(code: TokenStream) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut tokens = code.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name) if name == "compile_error" => {
                let arguments = tokens.find_map(|token| match token {
                    TokenTree::Group(group) => Some(group),
                    _ => None,
                });
                let arguments = arguments.expect("arguments of compile_error!");
                found.push((arguments.stream().to_string(), name.span()));
            }
            TokenTree::Group(group) => found.extend(mistakes(group.stream())),
            _ => {}
        }
    }
    found
}
