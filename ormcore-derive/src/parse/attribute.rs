//! Reads `#[attribute(key, key = value, key(..))]`, key by key: a mistake in one does not hide those in the next.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Ident, Lit, LitBool, LitStr, Token, token};

use super::errors::Errors;
use super::suggest;

/// An expression as it was written.
pub(crate) struct Expression {
    pub(crate) tokens: TokenStream,
    /// Whether it is one for certain: otherwise only the compiler can say so.
    pub(crate) is_read: bool,
}

/// An attribute and the keys that it may have.
pub(crate) struct Keys {
    pub(crate) attribute: &'static str,
    pub(crate) known: &'static [&'static str],
    /// Those that may be given more than once.
    pub(crate) repeatable: &'static [&'static str],
}

impl Keys {
    /// Gives each key of all attributes of this name to `read`, which reads what follows it.
    pub(crate) fn read<'a>(
        &self,
        attributes: impl IntoIterator<Item = &'a Attribute>,
        errors: &mut Errors,
        mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
    ) {
        let mut seen: Vec<String> = Vec::new();
        for attribute in attributes.into_iter().filter(|attribute| attribute.path().is_ident(self.attribute)) {
            let parsed = attribute.parse_args_with(|input: ParseStream<'_>| {
                each(input, errors, |input| {
                    let key = input.call(Ident::parse_any).map_err(|error| {
                        syn::Error::new(error.span(), format!("expected one of {}", suggest::list(self.known)))
                    })?;
                    let Err(error) = self.check(&key, &mut seen) else { return read(&key, input) };
                    if let Some(meant) = suggest::nearest(&key.to_string(), self.known) {
                        // Reads it as what was meant, so that a misspelt `default` does not change the constructor.
                        // What is wrong in it can wait until the word is right.
                        let _ = read(&Ident::new(meant, key.span()), input);
                        up_to_comma(input);
                    }
                    Err(error)
                });
                Ok(())
            });
            errors.keep(parsed);
        }
    }

    fn check(&self, key: &Ident, seen: &mut Vec<String>) -> syn::Result<()> {
        let name = key.to_string();
        if !self.known.contains(&name.as_str()) {
            let what = format!("key of `#[{}(..)]`", self.attribute);
            return Err(syn::Error::new(key.span(), suggest::unknown(&what, &name, self.known)));
        }
        if seen.contains(&name) && !self.repeatable.contains(&name.as_str()) {
            return Err(syn::Error::new(key.span(), format!("`{name}` is given twice: keep one")));
        }
        seen.push(name);
        Ok(())
    }
}

/// Reads what is between the commas; after a mistake goes on behind the next comma.
pub(crate) fn each(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut read: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    while !input.is_empty() {
        let result = read(input).and_then(|()| {
            if input.is_empty() || input.peek(Token![,]) { Ok(()) } else { Err(input.error("expected `,`")) }
        });
        errors.keep(result);
        up_to_comma(input);
        let _: Option<Token![,]> = input.parse().ok();
    }
}

fn up_to_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<TokenTree>() {
            Ok(token) => tokens.extend([token]),
            Err(_) => break,
        }
    }
    tokens
}

/// A key that has no value.
pub(crate) fn flag(key: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Span>> {
    if input.peek(Token![=]) || input.peek(token::Paren) {
        return Err(input.error(format!("`{key}` has no value: write `{key}` alone, or leave it out")));
    }
    Ok(Some(key.span()))
}

/// A key that is on when it stands alone, and on or off by `= true` and `= false`.
pub(crate) fn switch(key: &Ident, input: ParseStream<'_>) -> syn::Result<Option<(Span, bool)>> {
    if !input.peek(Token![=]) {
        return flag(key, input).map(|span| span.map(|span| (span, true)));
    }
    equals(key, input)?;
    let value: LitBool =
        input.parse().map_err(|error| syn::Error::new(error.span(), format!("expected `{key} = false`")))?;
    Ok(Some((key.span(), value.value)))
}

/// The text of `key = "text"`; it must not be empty.
pub(crate) fn text(key: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let value: LitStr = value(key, input, "\"..\"")?;
    if value.value().trim().is_empty() {
        return Err(syn::Error::new(value.span(), format!("`{key}` must not be empty")));
    }
    if value.value().contains('\0') {
        return Err(syn::Error::new(value.span(), format!("`{key}` must not contain a NUL character")));
    }
    Ok(value)
}

/// The text of `key = "text"`, which is one of the known words.
pub(crate) fn word(key: &Ident, input: ParseStream<'_>, known: &[&str]) -> syn::Result<LitStr> {
    let listed =
        |error: syn::Error| syn::Error::new(error.span(), format!("{error}: known are {}", suggest::list(known)));
    text(key, input).map_err(listed)
}

/// The value of `key = value`; `example` says what one looks like.
pub(crate) fn value<T: Parse>(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<T> {
    let wrong = |span| syn::Error::new(span, format!("expected `{key} = {example}`"));
    if !input.peek(Token![=]) {
        // At the end of the attribute the parser's place would be the whole attribute.
        return Err(wrong(key.span()));
    }
    equals(key, input)?;
    if input.is_empty() { Err(wrong(key.span())) } else { input.parse().map_err(|error| wrong(error.span())) }
}

/// The `=` behind a key.
pub(crate) fn equals(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let _: Token![=] = input.parse().map_err(|_| syn::Error::new(key.span(), format!("expected `{key} = ..`")))?;
    Ok(())
}

/// The expression of `key = expression`.
pub(crate) fn expression(key: &Ident, input: ParseStream<'_>) -> syn::Result<Expression> {
    equals(key, input)?;
    value_of(key, input)
}

/// The expression behind `key =`.
pub(crate) fn value_of(key: &Ident, input: ParseStream<'_>) -> syn::Result<Expression> {
    let missing = || syn::Error::new(key.span(), format!("expected an expression: `{key} = ..`"));
    if input.is_empty() || input.peek(Token![,]) {
        return Err(missing());
    }
    // syn without its feature `full` knows the expressions in which a comma may hide from it (`f::<A, B>()`), and not
    // blocks, closures or arrays, which the tokens up to the comma give.
    let ahead = input.fork();
    if ahead.parse::<Expr>().is_ok() {
        if ahead.is_empty() || ahead.peek(Token![,]) {
            return Ok(Expression { tokens: input.parse::<Expr>()?.into_token_stream(), is_read: true });
        }
        if ahead.peek(Ident::peek_any) || ahead.peek(Lit) {
            return Err(ahead.error("expected `,`"));
        }
    }
    if input.cursor().punct().is_some_and(|(punct, _)| "=;>+/%^@?~$".contains(punct.as_char())) {
        return Err(input.error("expected an expression"));
    }
    Ok(Expression { tokens: up_to_comma(input), is_read: false })
}

/// The key with its parenthesised list, read item by item.
pub(crate) fn list(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
    errors: &mut Errors,
    read: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key.span(), format!("expected `{key}({example})`")));
    }
    let content;
    syn::parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is empty: expected `{key}({example})`")));
    }
    each(&content, errors, read);
    Ok(())
}
