//! The constants of columns and relationships, and beside them the constructor and the accessors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, Type};

use super::{backref, constructor, position, relationship};
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

/// An embedded struct whose columns have other names here. They are made of nothing but its columns' names, for these columns
/// may point to the constant. Those of a model, which nothing points to in a view, are told by its columns only.
fn prefixed(of: &Struct, ty: &Type, prefix: &LitStr, position: &TokenStream) -> TokenStream {
    let count = quote!(<#ty as __ormcore::Columns>::COUNT);
    let names = if of.table.read_only {
        quote!(&__ormcore::schema::names::<{ #count }>(<#ty as __ormcore::Columns>::COLUMNS))
    } else {
        quote!(<#ty as __ormcore::Columns>::NAMES)
    };
    quote! {
        __ormcore::Embedded::prefixed(#position, {
            const NAMES: &[&str] = #names;
            const LEN: usize = __ormcore::schema::prefixed_length(#prefix, NAMES);
            &__ormcore::schema::prefixed_names::<{ #count }>(
                #prefix, NAMES, &const { __ormcore::schema::prefixed_text::<LEN>(#prefix, NAMES) },
            )
        })
    }
}
