//! `Changes`: a call for each field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use syn::spanned::Spanned;

use super::{expression, local, shown_at};
use crate::parse::{ChangedColumn, ChangedValue, Changes, NoneIs};

pub(super) fn expand(of: &Changes) -> TokenStream {
    let set = local("set");
    let calls = of.values.iter().map(|value| {
        let (column, field) = (column(of, value), &value.ident);
        let (model, ty) = (&of.model, &value.ty);
        let call = match value.none {
            NoneIs::Absent => quote!(__ormcore::change_present::<#model, _, _>),
            NoneIs::Null => quote!(__ormcore::Changed::<#model, _>::change),
            NoneIs::Unseen => quote!(__ormcore::Changed::<#model, _>::change_unless_none),
        };
        let call = shown_at(&call, ty.span());
        quote!(#call(#column, self.#field, #set);)
    });
    // Free constants, which `cargo check` evaluates too.
    let checks = of.values.iter().map(|value| {
        let column = column(of, value);
        let check = shown_at(&quote!(.is_changeable()), value.ident.span());
        quote!(const _: () = #column #check;)
    });
    let reading = expression::reading(of.values.iter().filter_map(|value| value.column.expression()));
    let set = if of.values.is_empty() { quote!(_) } else { quote!(#set) };
    let implementation = implementation(of, &set, &quote!(#(#calls)*));
    quote! { #reading #implementation #(#checks)* }
}

/// The trait; of a struct with mistakes without a body.
pub(super) fn implementation(of: &Changes, set: &TokenStream, body: &TokenStream) -> TokenStream {
    let Changes { ident, model, .. } = of;
    let (generics, arguments, bounds) = of.generics.split_for_impl();
    // A model may be called `Scope`, and a parameter of the struct too.
    let scope = local("__Scope");
    let mut with_scope = of.generics.clone();
    with_scope.params.push(parse_quote!(#scope));
    let (in_scope, ..) = with_scope.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics __ormcore::Changes for #ident #arguments #bounds {
            type Of = #model;
            fn give(self, #set: &mut dyn __ormcore::FnMut(usize, &mut dyn __ormcore::Field)) { #body }
        }
        #[automatically_derived]
        impl #in_scope __ormcore::Assignments<#model, #scope, __ormcore::ByChanges> for #ident #arguments #bounds {
            fn into_assignments(self) -> __ormcore::Vec<__ormcore::Assignment<#model>> {
                __ormcore::assignments_of(self)
            }
        }
    }
}

fn column(of: &Changes, value: &ChangedValue) -> TokenStream {
    let model = &of.model;
    match &value.column {
        ChangedColumn::Constant(constant) => shown_at(&quote!(<#model>::#constant), constant.span()),
        ChangedColumn::Named(named) => expression::expand(named),
    }
}
