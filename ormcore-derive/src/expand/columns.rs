//! `Columns`: the columns as data, the decoder, the first values, and what is set at each write.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{LitInt, Type};

use super::position::{Position, count, positions};
use super::{expression, local, place_of, relationship, shown_at, table};
use crate::parse::{Column, Kind, Struct, name_of};

pub(super) fn expand(of: &Struct) -> TokenStream {
    let Struct { ident: model, .. } = of;
    let columns = data(of);
    let names = (of.kind == Kind::Embedded).then(|| {
        let (count, names) = (of.columns.len(), of.columns.iter().map(|column| &column.name));
        quote! {
            const COUNT: usize = #count;
            const NAMES: &'static [&'static str] = &[#(#names),*];
        }
    });
    let reader = local("reader");
    let decoded = positions(of).map(|(column, position)| decode(column, &position, &reader));
    let decoded = decoded.chain(relationship::empty(of));
    let first = of.columns.iter().map(|column| {
        let (field, value) = (&column.ident, initial(column));
        quote!(#field: #value)
    });
    let first = first.chain(relationship::empty(of));
    let reading = expression::reading(of.columns.iter().filter_map(Column::first_value));
    let on_write = on_write(of);
    quote! {
        #[automatically_derived]
        impl __ormcore::Columns for #model {
            const COLUMNS: &'static [__ormcore::schema::Column] = #columns;
            #names
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn decode(#reader: &__ormcore::Reader<'_>) -> __ormcore::Result<Self> {
                __ormcore::Ok(#model { #(#decoded),* })
            }
            fn initial() -> Self {
                #reading
                #model { #(#first),* }
            }
            #on_write
        }
    }
}

/// A plain slice; with embedded structs the slices of all, joined.
fn data(of: &Struct) -> TokenStream {
    let mut parts: Vec<TokenStream> = Vec::new();
    let mut plain: Vec<TokenStream> = Vec::new();
    for column in &of.columns {
        if column.is_flattened() {
            let (ty, field) = (&column.ty, name_of(&column.ident));
            if !plain.is_empty() {
                parts.push(quote!(("", &[#(#plain),*])));
                plain.clear();
            }
            let mut columns = embedded(of, ty);
            if let Some(prefix) = &column.says.prefix {
                let (model, constant, place) = (&of.ident, &column.constant, place_of(prefix));
                // That SQL of the struct does not know the prefix is a mistake of this.
                columns = quote_spanned! {place=>
                    &__ormcore::schema::prefixed::<{ <#ty as __ormcore::Columns>::COUNT }>(
                        #columns, <#model>::#constant.names(),
                    )
                };
            }
            parts.push(quote!((#field, #columns)));
        } else {
            plain.push(describe(column));
        }
    }
    if parts.is_empty() {
        return quote!(&[#(#plain),*]);
    }
    if !plain.is_empty() {
        parts.push(quote!(("", &[#(#plain),*])));
    }
    let count = count(of).tokens();
    quote!(&__ormcore::schema::concat::<{ #count }>(&[#(#parts),*]))
}

/// The columns of an embedded struct: those of a model lose what only that has.
fn embedded(of: &Struct, ty: &Type) -> TokenStream {
    let columns = quote!(<#ty as __ormcore::Columns>::COLUMNS);
    if of.table.read_only {
        quote!(&__ormcore::schema::only_read::<{ <#ty as __ormcore::Columns>::COUNT }>(#columns))
    } else {
        columns
    }
}

/// The description of one column.
fn describe(column: &Column) -> TokenStream {
    let Column { ty, name, constant, says, .. } = column;
    // A mistake that only the compiler finds is shown at what says it, and so nothing before it is at the derive.
    let place = place_of(ty);
    let (constant, field) = (constant.to_string(), name_of(&column.ident));
    let field = (field != *name).then(|| quote_spanned!(place=> .of_field(#field)));
    let has_default = says.default.is_some() || says.on_write.is_some() || column.generated;
    let flags = [
        (says.primary_key, "primary_key"),
        // Where the tokens show it, there is nothing to check.
        (says.nullable.filter(|_| !column.optional), "nullable"),
        (has_default.then_some(place), "has_default"),
        (says.version, "version"),
        (says.unique, "unique"),
        (says.read_only, "read_only"),
    ];
    let flags = flags.iter().filter_map(|(given, name)| {
        let method = Ident::new(name, Span::call_site());
        Some(shown_at(&quote!(.#method()), (*given)?))
    });
    let generated =
        column.generated.then(|| quote_spanned!(place=> .generated(<#ty as __ormcore::Generated>::BY_DATABASE)));
    let length = says.length.map(|(span, length)| {
        let length = LitInt::new(&length.to_string(), span);
        shown_at(&quote!(.length(#length)), span)
    });
    let index = says.index.map(|(_, wanted)| quote_spanned!(place=> .index(#wanted)));
    let server_default = says.server_default.as_ref().map(|sql| quote_spanned!(place=> .server_default(#sql)));
    let expression = says.generated.as_ref().map(|sql| {
        let kept = if says.computed_on_read.is_some() { quote!(computed_on_read) } else { quote!(stored) };
        quote_spanned!(place=> .generated_as(__ormcore::schema::GeneratedAs::#kept(#sql)))
    });
    let comment = says.comment.as_ref().map(|text| quote_spanned!(place=> .comment(#text)));
    let check = says.check.as_ref().map(|sql| quote_spanned!(place=> .check(#sql)));
    let references = references(column);
    quote_spanned! {place=>
        <#ty as __ormcore::Typed>::COLUMN.named(#name, #constant) #field
            #(#flags)* #generated #length #index #server_default #expression #check #references #comment
    }
}

fn references(column: &Column) -> Option<TokenStream> {
    let (_, target) = column.says.foreign_key.as_ref()?;
    let (schema, table, name) = table::target(target);
    let actions = table::actions(column.says.on_delete.as_ref(), column.says.on_update.as_ref());
    let target = quote!(__ormcore::schema::References::new(#schema, #table, #name) #actions);
    // An action that the column cannot take is shown where it is said; the parent's constant keeps its place.
    let action = column.says.on_delete.as_ref().or(column.says.on_update.as_ref());
    let place = action.map_or_else(|| place_of(&column.ty), |action| Span::call_site().located_at(action.span));
    Some(quote_spanned!(place=> .references(#target)))
}

fn decode(column: &Column, position: &Position<'_>, reader: &Ident) -> TokenStream {
    let (field, ty, at) = (&column.ident, &column.ty, position.tokens());
    if column.is_flattened() {
        return quote!(#field: <#ty as __ormcore::Columns>::decode(&#reader.from(#at))?);
    }
    quote!(#field: <#ty as __ormcore::Typed>::read(#reader, #at)?)
}

/// The value of a new row before the program or the database gives another.
fn initial(column: &Column) -> TokenStream {
    let Column { ty, says, .. } = column;
    if column.is_flattened() {
        return quote!(<#ty as __ormcore::Columns>::initial());
    }
    if column.generated {
        return quote!(<#ty as __ormcore::Generated>::generate());
    }
    if says.version.is_some() {
        return shown_at(&quote!(<#ty as __ormcore::Version>::FIRST), ty.span());
    }
    if let Some(value) = column.first_value() {
        let value = expression::expand(value);
        return quote!(__ormcore::IntoColumn::<#ty>::into_column(#value));
    }
    match says.default {
        Some(_) => quote!(<#ty as __ormcore::Defaulted>::defaulted()),
        None => quote!(<#ty as __ormcore::Typed>::placeholder()),
    }
}

/// The method that sets `on_write` columns, if there may be one.
fn on_write(of: &Struct) -> Option<TokenStream> {
    let (set, value, index) = (local("set"), local("value"), local("index"));
    let mut statements: Vec<TokenStream> = Vec::new();
    for (column, position) in positions(of) {
        let (ty, at) = (&column.ty, position.tokens());
        if column.is_flattened() {
            statements.push(quote! {
                <#ty as __ormcore::Columns>::on_write(&mut |#index, #value| #set(#at + #index, #value));
            });
        } else if let Some((_, expression)) = &column.says.on_write {
            let expression = expression::expand(expression);
            statements.push(quote! {
                let #value: #ty = __ormcore::IntoColumn::<#ty>::into_column(#expression);
                #set(#at, &#value);
            });
        }
    }
    if statements.is_empty() {
        return None;
    }
    let reading = expression::reading(of.columns.iter().filter_map(|column| Some(&column.says.on_write.as_ref()?.1)));
    Some(quote! {
        fn on_write(#set: &mut dyn __ormcore::FnMut(usize, &dyn __ormcore::Field)) {
            #reading
            #(#statements)*
        }
    })
}
