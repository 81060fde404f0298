//! The traits of a type with mistakes: without bodies, so that its uses elsewhere are no mistakes as well.

use proc_macro2::TokenStream;
use quote::quote;

use super::table;
use crate::parse::{ColumnType, Kind, Shape, Struct};

pub(super) fn structure(of: &Struct) -> TokenStream {
    let Struct { ident: model, .. } = of;
    let traits = (of.kind == Kind::Model).then(|| model_traits(of));
    quote! {
        #[automatically_derived]
        impl __ormcore::Record for #model {
            fn field(&self, _: usize) -> &dyn __ormcore::Field { __ormcore::unreachable!() }
            fn field_mut(&mut self, _: usize) -> &mut dyn __ormcore::Field { __ormcore::unreachable!() }
        }
        #[automatically_derived]
        impl __ormcore::Columns for #model {
            const COLUMNS: &'static [__ormcore::schema::Column] = &[];
            fn decode(_: &__ormcore::Reader<'_>) -> __ormcore::Result<Self> { __ormcore::unreachable!() }
            fn initial() -> Self { __ormcore::unreachable!() }
        }
        #traits
    }
}

fn model_traits(of: &Struct) -> TokenStream {
    let Struct { ident: model, table, .. } = of;
    let (name, model_name, schema) = (&table.name, of.name(), table::optional(table.schema.as_ref()));
    // Without a key `get` would be a mistake too, wherever it is called.
    let keyless = of.columns.iter().all(|column| column.says.primary_key.is_none());
    let key = if keyless { quote!(i64) } else { table::key(of) };
    let writable = of.is_writable().then(|| quote!(#[automatically_derived] impl __ormcore::Writable for #model {}));
    let searched = table::searched(of);
    quote! {
        #[automatically_derived]
        impl __ormcore::Model for #model {
            const NAME: &'static str = #name;
            const SCHEMA: __ormcore::Option<&'static str> = #schema;
            const TABLE: &'static __ormcore::schema::Table =
                &__ormcore::schema::Table::new(__ormcore::module_path!(), #model_name, #name, &[]);
            type Key = #key;
            fn statements() -> &'static __ormcore::Statements { __ormcore::unreachable!() }
        }
        #writable
        #searched
    }
}

pub(super) fn column_type(of: &ColumnType) -> TokenStream {
    let ColumnType { ident, shape, .. } = of;
    let generated = matches!(shape, Shape::Newtype { auto: true, .. }).then(|| {
        quote! {
            #[automatically_derived]
            impl __ormcore::Generated for #ident { const BY_DATABASE: bool = true; }
        }
    });
    let (element, reference) = (super::column_type::element(of), super::column_type::reference(of));
    quote! {
        #[automatically_derived]
        impl __ormcore::ToValue for #ident {
            fn to_value(&self) -> __ormcore::StdResult<__ormcore::Value<'_>, __ormcore::ValueError> {
                __ormcore::unreachable!()
            }
        }
        #[automatically_derived]
        impl __ormcore::FromValue for #ident {
            fn from_value(_: __ormcore::Value<'_>) -> __ormcore::StdResult<Self, __ormcore::ValueError> {
                __ormcore::unreachable!()
            }
        }
        #[automatically_derived]
        impl __ormcore::ColumnType for #ident {
            type Bare = Self;
            const TYPE: __ormcore::SqlType = __ormcore::SqlType::Text;
            fn placeholder() -> Self { __ormcore::unreachable!() }
        }
        #element
        #reference
        #generated
    }
}
