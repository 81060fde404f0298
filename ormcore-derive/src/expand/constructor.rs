//! The constructor: an argument for each required column, a draft as the result.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Path};

use super::local;
use super::position::position;
use crate::parse::{Constant, Constructor, FieldPath, ForeignKey, Struct};

/// As many arguments as clippy lets a function have.
const MANY: usize = 7;

pub(super) fn expand(of: &Struct, broken: bool) -> TokenStream {
    let Struct { vis, ident: model, .. } = of;
    let name = match &of.table.constructor {
        Constructor::Named(name) => name,
        Constructor::Empty => {
            return quote! {
                #[doc = "A draft of a row without values, to be set and inserted."]
                #vis fn draft() -> __ormcore::Draft<#model> {
                    __ormcore::Draft::empty()
                }
            };
        }
    };
    let (row, waiting) = (local("row"), local("waiting"));
    let mut arguments: Vec<TokenStream> = Vec::new();
    let mut assignments: Vec<TokenStream> = Vec::new();
    for (index, column) in of.columns.iter().enumerate().filter(|(_, column)| column.is_required()) {
        if let Some((key, parent)) = as_one(of, index) {
            if key.columns.iter().map(|column| column.field).min() == Some(index) {
                let argument = column.argument();
                arguments.push(quote!(#argument: impl __ormcore::RowReference<#parent>));
                assignments.extend(parts(of, key, &argument, [&row, &waiting]));
            }
            continue;
        }
        if broken && of.columns[..index].iter().any(|before| before.constant == column.constant) {
            // Two arguments of one name would be another message about it.
            continue;
        }
        let (argument, assignment) = one(of, index, [&row, &waiting]);
        arguments.push(argument);
        assignments.push(assignment);
    }
    let unused = broken.then(|| quote!(#[allow(unused_variables)]));
    let allow = (arguments.len() > MANY).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let waiting = if has_waiting(of) { quote!(#waiting) } else { quote!(_) };
    let row = if assignments.is_empty() { quote!(_) } else { quote!(#row) };
    let body = if broken {
        quote!(__ormcore::unreachable!())
    } else {
        quote! {
            __ormcore::Draft::build(|#row: &mut #model, #waiting| { #(#assignments)* __ormcore::Ok(()) })
        }
    };
    quote! {
        #[doc = "A draft of a row, to be inserted."]
        #allow
        #unused
        #vis fn #name(#(#arguments),*) -> __ormcore::Draft<#model> {
            #body
        }
    }
}

/// The argument and the assignment of one column; `locals` are the row and the columns that wait for a parent.
fn one(of: &Struct, index: usize, locals: [&Ident; 2]) -> (TokenStream, TokenStream) {
    let (column, [row, waiting]) = (&of.columns[index], locals);
    let (field, ty, argument) = (&column.ident, &column.ty, column.argument());
    if column.is_flattened() {
        let (from, to) = (position(of, index).tokens(), position(of, index + 1).tokens());
        return (quote!(#argument: #ty), quote!(#row.#field = #argument; #waiting.give(#from..#to);));
    }
    let Some(constant) = column.references() else {
        return (
            quote!(#argument: impl __ormcore::IntoColumn<#ty>),
            quote!(#row.#field = __ormcore::IntoColumn::into_column(#argument);),
        );
    };
    let parent = &constant.model;
    (quote!(#argument: impl __ormcore::Reference<#parent, #ty>), reference(of, index, &argument, constant, locals))
}

/// The assignments of the columns of a foreign key that is one argument.
fn parts(of: &Struct, key: &ForeignKey, argument: &Ident, locals: [&Ident; 2]) -> Vec<TokenStream> {
    let part = quote!(__ormcore::KeyPart(#argument));
    key.constants().map(|(column, constant)| reference(of, column.field, &part, constant, locals)).collect()
}

/// The assignment of a foreign key, given as a key, as a row, or as the parent to come.
///
/// Only the position of the parent's column is handed over: that the types are the same is checked once, where the message
/// can say so, and not here again.
fn reference(
    of: &Struct,
    index: usize,
    argument: &impl ToTokens,
    constant: &Constant,
    locals: [&Ident; 2],
) -> TokenStream {
    let (column, parent, [row, waiting]) = (&of.columns[index], &constant.model, locals);
    let (field, ty, at) = (&column.ident, &column.ty, position(of, index).tokens());
    quote! {
        __ormcore::refer::<#parent, #ty>(
            #argument, __ormcore::Column::index(#constant), &mut #row.#field, #waiting, #at,
        )?;
    }
}

/// Whether an argument is a foreign key or an embedded struct.
fn has_waiting(of: &Struct) -> bool {
    let says_more = |index: usize| {
        let column = &of.columns[index];
        column.is_flattened() || column.references().is_some() || as_one(of, index).is_some()
    };
    (0..of.columns.len()).any(|index| of.columns[index].is_required() && says_more(index))
}

/// The foreign key of several columns that is one argument, in its first column's place, and the model that it points to:
/// all of its columns are required fields, and no other foreign key has one of them.
fn as_one(of: &Struct, index: usize) -> Option<(&ForeignKey, &Path)> {
    let keys = &of.table.foreign_keys;
    let key = keys.iter().find(|key| key.columns.len() > 1 && key.has(index))?;
    let alone = |path: &FieldPath| {
        let column = &of.columns[path.field];
        path.embedded.is_none()
            && column.is_required()
            && column.says.foreign_key.is_none()
            && keys.iter().filter(|other| other.columns.contains(path)).count() == 1
    };
    let (_, parent) = key.constants().next()?;
    key.columns.iter().all(alone).then_some((key, &parent.model))
}
