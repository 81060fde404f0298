//! The traits of a type with mistakes: without bodies, so that its uses elsewhere are no mistakes as well.

use proc_macro2::TokenStream;
use quote::quote;

use super::table;
use crate::parse::{ColumnType, Kind, Shape, Struct};

pub(super) fn structure(of: &Struct) -> TokenStream {
    let Struct { private, ident: model, .. } = of;
    let traits = (of.kind == Kind::Model).then(|| model_traits(of));
    quote! {
        #[automatically_derived]
        impl #private::Record for #model {
            fn field(&self, _: usize) -> &dyn #private::Field { ::core::unreachable!() }
            fn field_mut(&mut self, _: usize) -> &mut dyn #private::Field { ::core::unreachable!() }
        }
        #[automatically_derived]
        impl #private::Columns for #model {
            const COLUMNS: &'static [#private::schema::Column] = &[];
            fn decode(_: &#private::Reader<'_>) -> #private::Result<Self> { ::core::unreachable!() }
            fn initial() -> Self { ::core::unreachable!() }
        }
        #traits
    }
}

fn model_traits(of: &Struct) -> TokenStream {
    let Struct { private, ident: model, table, .. } = of;
    let (name, model_name, schema) = (&table.name, of.name(), table::optional(table.schema.as_ref()));
    // Without a key `get` would be a mistake too, wherever it is called.
    let keyless = of.columns.iter().all(|column| column.says.primary_key.is_none());
    let key = if keyless { quote!(i64) } else { table::key(of) };
    let writable = of.is_writable().then(|| quote!(#[automatically_derived] impl #private::Writable for #model {}));
    let searched = table::searched(of);
    quote! {
        #[automatically_derived]
        impl #private::Model for #model {
            const NAME: &'static str = #name;
            const SCHEMA: ::core::option::Option<&'static str> = #schema;
            const TABLE: &'static #private::schema::Table =
                &#private::schema::Table::new(::core::module_path!(), #model_name, #name, &[]);
            type Key = #key;
            fn statements() -> &'static #private::Statements { ::core::unreachable!() }
        }
        #writable
        #searched
    }
}

pub(super) fn column_type(of: &ColumnType) -> TokenStream {
    let ColumnType { krate, private, ident, shape } = of;
    let generated = matches!(shape, Shape::Newtype { auto: true, .. }).then(|| {
        quote! {
            #[automatically_derived]
            impl #private::Generated for #ident { const BY_DATABASE: bool = true; }
        }
    });
    let (element, reference) = (super::column_type::element(of), super::column_type::reference(of));
    quote! {
        #[automatically_derived]
        impl #private::ToValue for #ident {
            fn to_value(&self) -> ::core::result::Result<#private::Value<'_>, #private::ValueError> {
                ::core::unreachable!()
            }
        }
        #[automatically_derived]
        impl #private::FromValue for #ident {
            fn from_value(_: #private::Value<'_>) -> ::core::result::Result<Self, #private::ValueError> {
                ::core::unreachable!()
            }
        }
        #[automatically_derived]
        impl #private::ColumnType for #ident {
            type Bare = Self;
            const TYPE: #krate::value::SqlType = #krate::value::SqlType::Text;
            fn placeholder() -> Self { ::core::unreachable!() }
        }
        #element
        #reference
        #generated
    }
}
