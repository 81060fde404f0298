//! `Record`: the fields by position.

use proc_macro2::TokenStream;
use quote::quote;

use super::local;
use super::position::{Position, positions};
use crate::parse::{Column, Struct};

pub(super) fn expand(of: &Struct) -> TokenStream {
    let Struct { ident: model, .. } = of;
    let index = local("index");
    let read = positions(of).map(|(column, position)| arm(column, &position, false));
    let write = positions(of).map(|(column, position)| arm(column, &position, true));
    quote! {
        #[automatically_derived]
        impl __ormcore::Record for #model {
            fn field(&self, #index: usize) -> &dyn __ormcore::Field {
                match #index { #(#read,)* _ => __ormcore::unreachable!() }
            }
            fn field_mut(&mut self, #index: usize) -> &mut dyn __ormcore::Field {
                match #index { #(#write,)* _ => __ormcore::unreachable!() }
            }
        }
    }
}

fn arm(column: &Column, position: &Position<'_>, mutable: bool) -> TokenStream {
    let index = local("index");
    let (at, ty, field) = (position.tokens(), &column.ty, &column.ident);
    let (reference, call) = if mutable { (quote!(&mut), quote!(field_mut)) } else { (quote!(&), quote!(field)) };
    if column.is_flattened() {
        return quote! {
            #index if #index < #at + <#ty as __ormcore::Columns>::COUNT =>
                <#ty as __ormcore::Record>::#call(#reference self.#field, #index - (#at))
        };
    }
    let field = quote!(<#ty as __ormcore::Typed>::#call(#reference self.#field));
    if position.is_plain() { quote!(#at => #field) } else { quote!(#index if #index == #at => #field) }
}
