//! `Record`: the fields by position.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::local;
use super::position::{Position, positions};
use crate::parse::{Column, Struct};

pub(super) fn expand(of: &Struct) -> TokenStream {
    let Struct { private, ident: model, .. } = of;
    let index = local("index");
    let read = positions(of).map(|(column, position)| arm(private, column, &position, false));
    let write = positions(of).map(|(column, position)| arm(private, column, &position, true));
    quote! {
        #[automatically_derived]
        impl #private::Record for #model {
            fn field(&self, #index: usize) -> &dyn #private::Field {
                match #index { #(#read,)* _ => ::core::unreachable!() }
            }
            fn field_mut(&mut self, #index: usize) -> &mut dyn #private::Field {
                match #index { #(#write,)* _ => ::core::unreachable!() }
            }
        }
    }
}

fn arm(private: &TokenStream, column: &Column, position: &Position<'_>, mutable: bool) -> TokenStream {
    let index = local("index");
    let at = position.tokens(private);
    let reference = if mutable { quote!(&mut) } else { quote!(&) };
    // The message that the field's type is none of a column's belongs at the type.
    let span = column.ty.span();
    let (this, mut field) = (quote!(self), column.ident.clone());
    field.set_span(span);
    let place = super::shown_at(&quote!(#reference #this), span);
    let place = quote_spanned!(span=> #place.#field);
    if column.is_flattened() {
        let ty = &column.ty;
        let call = if mutable { quote!(field_mut) } else { quote!(field) };
        return quote! {
            #index if #index < #at + <#ty as #private::Columns>::COLUMNS.len() =>
                #private::Record::#call(#place, #index - (#at))
        };
    }
    if position.is_plain() { quote!(#at => #place) } else { quote!(#index if #index == #at => #place) }
}
