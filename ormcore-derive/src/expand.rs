//! A description to code: data and thin implementations.
//!
//! They stand in a constant of their own, in which `__ormcore` is the module of all that they name: a path of two names is
//! half the tokens of an absolute one, and each of them is made, read and resolved again at every build of the user's.
//!
//! Names that come from no argument of the user (parameters, closures' arguments) have the macro's own hygiene, so that
//! no field or expression of the user can be confused with them. Tokens on which a type error may fall have the place of
//! the user's token that causes it.

mod backref;
mod changes;
mod checks;
mod column_type;
mod columns;
mod constants;
mod constructor;
mod deprecated;
mod expression;
mod fallback;
mod position;
mod record;
mod relationship;
mod row;
mod table;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::parse::{Changes, ColumnType, Kind, Row, Struct};

/// The expansion of `#[derive(Model)]` and `#[derive(Columns)]`.
pub(crate) fn structure(input: &DeriveInput, kind: Kind) -> TokenStream {
    let (description, error) = match Struct::parse(input, kind) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let constants = constants::expand(&description, error.is_some());
    if let Some(error) = error {
        let error = error.into_compile_error();
        let traits = fallback::structure(&description);
        return enclosed(input, &description.krate, quote! { #error #constants #traits });
    }
    let record = record::expand(&description);
    let columns = columns::expand(&description);
    let model = (kind == Kind::Model).then(|| table::expand(&description));
    let checks = checks::expand(&description);
    enclosed(input, &description.krate, quote! { #constants #record #columns #model #checks })
}

/// The expansion of `#[derive(ColumnType)]`.
pub(crate) fn column_type(input: &DeriveInput) -> TokenStream {
    let (description, error) = match ColumnType::parse(input) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let items = match error {
        None => column_type::expand(&description),
        Some(error) => {
            let error = error.into_compile_error();
            let traits = fallback::column_type(&description);
            quote! { #error #traits }
        }
    };
    enclosed(input, &description.krate, items)
}

/// The expansion of `#[derive(Row)]`.
pub(crate) fn row(input: &DeriveInput) -> TokenStream {
    match Row::parse(input) {
        Ok(description) => enclosed(input, &description.krate, row::expand(&description)),
        Err(error) => error.into_compile_error(),
    }
}

/// The expansion of `#[derive(Changes)]`.
pub(crate) fn changes(input: &DeriveInput) -> TokenStream {
    let (description, error) = match Changes::parse(input) {
        Ok(parsed) => parsed,
        Err(error) => return error.into_compile_error(),
    };
    let items = match error {
        None => changes::expand(&description),
        Some(error) => {
            let error = error.into_compile_error();
            let without_body = changes::implementation(&description, &quote!(_), &quote!(__ormcore::unreachable!()));
            quote! { #error #without_body }
        }
    };
    enclosed(input, &description.krate, items)
}

/// The items in their constant, where `__ormcore` is what they name.
fn enclosed(input: &DeriveInput, krate: &TokenStream, items: TokenStream) -> TokenStream {
    let allow = deprecated::allowed(input);
    quote! {
        #allow
        const _: () = {
            use #krate::__private as __ormcore;
            #items
        };
    }
}

/// A name that only the macro can see.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The place of the user's tokens, for tokens of the macro: with a place alone they would count as written by the user.
fn place_of(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// The same tokens, shown at another place.
fn shown_at(tokens: &impl ToTokens, span: Span) -> TokenStream {
    let moved = |mut token: TokenTree| {
        let place = token.span().located_at(span);
        if let TokenTree::Group(group) = &token {
            token = proc_macro2::Group::new(group.delimiter(), shown_at(&group.stream(), span)).into();
        }
        token.set_span(place);
        token
    };
    tokens.to_token_stream().into_iter().map(moved).collect()
}
