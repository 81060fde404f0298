//! `RowStruct`: the columns as data, a decoder, and what takes an expression for each column.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::local;
use crate::parse::{Row, RowColumn};

/// As many arguments as clippy lets a function have.
const MANY: usize = 7;

pub(super) fn expand(of: &Row) -> TokenStream {
    let Row { vis, ident, name, columns, .. } = of;
    let constants = columns.iter().enumerate().map(|(index, column)| {
        let (constant, ty, name) = (&column.constant, &column.ty, &column.name);
        let doc = format!("The column `{name}`.");
        quote! {
            #[doc = #doc]
            #vis const #constant: __ormcore::Column<#ident, #ty> = __ormcore::Column::new(#index, #name);
        }
    });
    let names: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    let nullable = columns.iter().map(|column| {
        let ty = &column.ty;
        quote!(<#ty as __ormcore::ColumnType>::NULLABLE)
    });
    let fields = local("fields");
    let decoded = columns.iter().map(|column| {
        let (field, name) = (&column.ident, &column.name);
        quote!(#field: #fields.next(#name)?)
    });
    let (index, row) = (local("index"), local("row"));
    let selection = selection(of);
    quote! {
        #[automatically_derived]
        impl #ident {
            #(#constants)*
            #selection
        }
        #[automatically_derived]
        impl __ormcore::Source for #ident {
            fn alias() -> __ormcore::Alias { __ormcore::Alias::numbered(#name, 0) }
            fn may_be_null(#index: usize) -> bool { [#(#nullable),*].get(#index).copied().unwrap_or(true) }
        }
        #[automatically_derived]
        impl __ormcore::RowStruct for #ident {
            const NAME: &'static str = #name;
            const COLUMNS: &'static [&'static str] = &[#(#names),*];
            fn decode(#fields: &mut __ormcore::RowFields<'_>) -> __ormcore::Result<Self> {
                __ormcore::Ok(#ident { #(#decoded),* })
            }
        }
        #[automatically_derived]
        impl __ormcore::FromRow for #ident {
            fn from_row(#row: &dyn __ormcore::BackendRow) -> __ormcore::Result<Self> { __ormcore::read_by_name(#row) }
        }
    }
}

/// What takes an expression for each column.
fn selection(of: &Row) -> TokenStream {
    let Row { vis, ident, columns, .. } = of;
    let types: Vec<Ident> = columns.iter().enumerate().map(|(index, column)| column.parameter(index)).collect();
    let bounds = columns.iter().zip(&types).map(|(column, parameter)| {
        let ty = &column.ty;
        quote!(#parameter: __ormcore::Expression<Type = #ty>)
    });
    let arguments = columns.iter().zip(&types).map(|(column, parameter)| {
        let argument = column.argument();
        quote!(#argument: #parameter)
    });
    let names = columns.iter().map(RowColumn::argument);
    let allow = (columns.len() > MANY).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #[doc = "The columns, with an expression for each: to be selected."]
        #allow
        #vis fn columns<#(#bounds),*>(#(#arguments),*) -> __ormcore::RowColumns<#ident, (#(#types,)*)> {
            __ormcore::RowColumns::new((#(#names,)*))
        }
    }
}
