//! Checks that are evaluated at compile time.
//!
//! They are free constants, because those inside of an `impl` are evaluated by `cargo build` only, and not by
//! `cargo check` and editors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::{relationship, shown_at, table};
use crate::parse::{Column, Constant, ForeignKey, Struct};

pub(super) fn expand(of: &Struct) -> TokenStream {
    let single = of.columns.iter().filter_map(|column| Some((column, column.references()?)));
    let several = of.table.foreign_keys.iter().flat_map(ForeignKey::constants).map(|(path, constant)| {
        match table::embedded(of, path) {
            Some(column) => embedded_key(&column, constant),
            None => foreign_key(&of.columns[path.field], constant),
        }
    });
    let foreign_keys = single.map(|(column, constant)| foreign_key(column, constant)).chain(several);
    let embedded = of.columns.iter().filter(|column| column.is_flattened() && column.says.default.is_some());
    let defaults = embedded.map(|column| {
        let ty = &column.ty;
        let check = quote!(__ormcore::all_have_defaults(<#ty as __ormcore::Columns>::COLUMNS));
        let check = shown_at(&check, ty.span());
        quote!(const _: () = #check;)
    });
    let searched = of.table.full_text.iter().flat_map(|index| &index.columns).map(|(column, _)| {
        let ty = &of.columns[*column].ty;
        let check = shown_at(&quote!(__ormcore::is_searched::<#ty>()), ty.span());
        quote!(const _: () = #check;)
    });
    let relationships = relationship::checks(of);
    quote! { #(#foreign_keys)* #(#defaults)* #(#searched)* #relationships }
}

/// The types of both columns must be the same; if not, the message belongs at the attribute.
fn foreign_key(column: &Column, constant: &Constant) -> TokenStream {
    let ty = &column.ty;
    let check = shown_at(&quote!(__ormcore::foreign_key::<#ty, _, _>), constant.path.span());
    quote!(const _: &str = #check(#constant);)
}

/// As [`foreign_key`], of a column whose type only the embedded struct shows.
fn embedded_key(column: &TokenStream, constant: &Constant) -> TokenStream {
    let check = shown_at(&quote!(__ormcore::embedded_foreign_key), constant.path.span());
    quote!(const _: &str = #check(#column, #constant);)
}
