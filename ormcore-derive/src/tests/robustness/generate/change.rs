//! One token of a text changed; the tokens are counted through all groups, whose delimiters stay in pairs.

use proc_macro2::{Group, TokenStream, TokenTree};

use super::{KEYS, Random, TOKENS};

/// How many tokens the text has.
pub(in super::super) fn count(text: &str) -> usize {
    count_in(parse(text))
}

pub(in super::super) fn delete(text: &str, at: usize) -> String {
    edit(text, at, |_, next| Vec::from_iter(next))
}

pub(in super::super) fn double(text: &str, at: usize) -> String {
    edit(text, at, |token, next| [token.clone(), token].into_iter().chain(next).collect())
}

/// The token and the one behind it in the same group change places.
pub(in super::super) fn swap(text: &str, at: usize) -> String {
    edit(text, at, |token, next| next.into_iter().chain([token]).collect())
}

pub(in super::super) fn replace(text: &str, at: usize, other: &str) -> String {
    edit(text, at, |_, next| parse(other).into_iter().chain(next).collect())
}

pub(in super::super) fn at_random(text: &str, random: &mut Random) -> String {
    let count = count(text);
    if count == 0 {
        return text.to_owned();
    }
    let at = random.below(count);
    let changed = match random.below(6) {
        0 => delete(text, at),
        1 => double(text, at),
        2 => swap(text, at),
        3 => replace(text, at, random.one_of(KEYS)),
        4 => replace(text, at, random.one_of(TOKENS)),
        _ => {
            let more = parse(random.one_of(TOKENS));
            edit(text, at, |token, next| more.into_iter().chain([token]).chain(next).collect())
        }
    };
    // Half of a lifetime is no token.
    if changed.parse::<TokenStream>().is_ok() { changed } else { text.to_owned() }
}

fn parse(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

fn count_in(tokens: TokenStream) -> usize {
    let inside = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count_in(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(inside).sum()
}

/// The text with what `new` makes of the token at this place and of the one behind it in the same group.
fn edit(text: &str, at: usize, new: impl FnOnce(TokenTree, Option<TokenTree>) -> Vec<TokenTree>) -> String {
    edit_in(parse(text), &mut at.clone(), &mut Some(new)).to_string()
}

fn edit_in<F>(tokens: TokenStream, at: &mut usize, new: &mut Option<F>) -> TokenStream
where
    F: FnOnce(TokenTree, Option<TokenTree>) -> Vec<TokenTree>,
{
    let mut result = TokenStream::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        if *at == 0
            && let Some(new) = new.take()
        {
            result.extend(new(token, tokens.next()));
            result.extend(tokens);
            break;
        }
        *at = at.saturating_sub(1);
        if let TokenTree::Group(group) = token {
            let inside = edit_in(group.stream(), at, new);
            result.extend([TokenTree::from(Group::new(group.delimiter(), inside))]);
        } else {
            result.extend([token]);
        }
    }
    result
}
