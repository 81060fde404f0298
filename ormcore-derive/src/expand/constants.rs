//! The constants of columns and relationships, and beside them the constructor and the accessors.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{LitStr, Type};

use super::{backref, columns, constructor, place_of, position, relationship};
use crate::parse::Struct;

/// In a `broken` struct positions mean nothing, and those behind an embedded struct would only fail as well.
pub(super) fn expand(of: &Struct, broken: bool) -> TokenStream {
    let Struct { vis, ident: model, .. } = of;
    let constants = position::positions(of).enumerate().map(|(index, (column, position))| {
        let position = if broken { quote!(0) } else { position.tokens() };
        let (constant, ty, name) = (&column.constant, &column.ty, &column.name);
        if of.columns[..index].iter().any(|before| before.constant == *constant) {
            return TokenStream::new();
        }
        if column.is_flattened() {
            let doc = format!("The columns of `{}`.", crate::parse::name_of(&column.ident));
            let value = match &column.says.prefix {
                Some(prefix) if !broken => prefixed(of, ty, prefix, &position),
                _ => quote!(__ormcore::Embedded::new(#position)),
            };
            return quote! {
                #[doc = #doc]
                #vis const #constant: __ormcore::Embedded<#model, #ty> = #value;
            };
        }
        let doc = format!("The column `{name}`.");
        let writer = column.is_read_only().then(|| quote!(, __ormcore::ByDatabase));
        quote! {
            #[doc = #doc]
            #vis const #constant: __ormcore::Column<#model, #ty #writer> = __ormcore::Column::new(#position, #name);
        }
    });
    let scopes = of.table.scopes.iter().enumerate().filter_map(|(index, scope)| {
        let (name, constant) = scope.named.as_ref()?;
        if of.constants_before(index).any(|(_, other)| other == constant) {
            return None;
        }
        let doc = format!("The default scope `{}`.", crate::parse::name_of(name));
        Some(quote! {
            #[doc = #doc]
            #vis const #constant: __ormcore::DefaultScope<#model> = __ormcore::DefaultScope::new(#index);
        })
    });
    let constructor = of.is_writable().then(|| constructor::expand(of, broken));
    let relationships = relationship::expand(of, broken);
    let backrefs = backref::expand(of, broken);
    quote! {
        #[automatically_derived]
        impl #model {
            #(#constants)*
            #(#scopes)*
            #constructor
            #relationships
        }
        #backrefs
    }
}

/// An embedded struct whose columns have other names here; that they cannot have them is a mistake of the prefix.
fn prefixed(of: &Struct, ty: &Type, prefix: &LitStr, position: &TokenStream) -> TokenStream {
    let columns = quote!(<#ty as __ormcore::Columns>::COLUMNS);
    let length = quote!(__ormcore::schema::prefixed_length(#prefix, #columns));
    let names = quote!(&const { __ormcore::schema::prefixed_names::<{ #length }>(#prefix, #columns) });
    let columns = columns::embedded(of, ty, columns);
    let (count, place) = (quote!(<#ty as __ormcore::Columns>::COUNT), place_of(prefix));
    let prefixed = quote_spanned!(place=> &__ormcore::schema::prefixed::<{ #count }>(#prefix, #columns, #names));
    quote!(__ormcore::Embedded::prefixed(#position, #prefixed))
}
