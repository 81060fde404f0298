//! `Model`: the table as data, and its entry in the registry.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{LitStr, Path, Type};

use super::{expression, local, place_of, relationship, shown_at};
use crate::parse::{Action, Column, FieldPath, ForeignKey, FullText, Index, Indexed, Scope, Struct, Target};

pub(super) fn expand(of: &Struct) -> TokenStream {
    let Struct { ident: model, table, .. } = of;
    let (name, schema) = (&table.name, optional(table.schema.as_ref()));
    let key = key_type(of);
    let data = data(of);
    let listed = relationship::listed(of);
    let events = events(of);
    let writable = of.is_writable().then(|| {
        quote! {
            #[automatically_derived]
            impl __ormcore::Writable for #model {}
        }
    });
    let searched = searched(of);
    quote! {
        #[automatically_derived]
        impl __ormcore::Model for #model {
            const NAME: &'static str = #name;
            const SCHEMA: __ormcore::Option<&'static str> = #schema;
            const TABLE: &'static __ormcore::schema::Table = #data;
            #key
            #listed
            #events
            fn statements() -> &'static __ormcore::Statements {
                static STATEMENTS: __ormcore::Statements = __ormcore::Statements::new();
                &STATEMENTS
            }
        }
        #writable
        #searched
        __ormcore::inventory::submit! { __ormcore::Registered(<#model as __ormcore::Model>::TABLE) }
    }
}

/// The key's type, shown where its field has it: a less visible one than the model is an error.
fn key_type(of: &Struct) -> TokenStream {
    let key = key(of);
    let field = of.columns.iter().find(|column| column.says.primary_key.is_some());
    shown_at(&quote!(type Key = #key;), field.map_or(of.ident.span(), |column| column.ty.span()))
}

/// The functions that are called for rows: a wrong one is a mistake of its own tokens.
fn events(of: &Struct) -> Option<TokenStream> {
    let events = &of.table.events;
    let calls = events.iter().map(|(key, function)| {
        let function = expression::expand(function);
        let method = Ident::new(&key.to_string(), place_of(&function));
        quote!(.#method(#function))
    });
    let calls: Vec<TokenStream> = calls.collect();
    let reader = expression::reading(events.iter().map(|(_, function)| function));
    (!calls.is_empty()).then(|| {
        quote! {
            const EVENTS: __ormcore::Events<Self> = { #reader __ormcore::Events::NONE #(#calls)* };
        }
    })
}

fn data(of: &Struct) -> TokenStream {
    let Struct { ident: model, table, .. } = of;
    let (name, model_name) = (&table.name, of.name());
    let schema = table.schema.as_ref().map(|schema| {
        let schema = optional(Some(schema));
        quote!(.schema(#schema))
    });
    let keys = table.foreign_keys.iter().map(|key| foreign_key(of, key));
    let keys = slice("foreign_keys", keys.collect());
    let indexes = slice("indexes", table.indexes.iter().map(|described| index(of, described)).collect());
    let checks = slice("checks", table.checks.iter().map(ToTokens::to_token_stream).collect());
    let lenient = (!table.strict).then(|| quote!(.lenient()));
    let comment = table.comment.as_ref().map(|text| quote!(.comment(#text)));
    let scopes = table.scopes.iter().map(|Scope { function, .. }| {
        let (reader, scope) = (expression::reading([function].into_iter()), local("scope"));
        let function = expression::expand(function);
        quote! {
            || {
                #reader
                let #scope: fn() -> __ormcore::Predicate<#model> = #function;
                __ormcore::scope_of(#scope())
            }
        }
    });
    let scopes = slice("scopes", scopes.collect());
    let full_text = table.full_text.as_ref().map(|index| full_text(of, index));
    let read_only = table.read_only.then(|| quote!(.read_only()));
    quote! {
        &__ormcore::schema::Table::new(
            __ormcore::module_path!(), #model_name, #name, <#model as __ormcore::Columns>::COLUMNS,
        ) #schema #keys #indexes #checks #lenient #read_only #comment #full_text #scopes
    }
}

/// A call with a slice, unless the slice is empty.
fn slice(method: &str, items: Vec<TokenStream>) -> Option<TokenStream> {
    let method = Ident::new(method, proc_macro2::Span::call_site());
    (!items.is_empty()).then(|| quote!(.#method(&[#(#items),*])))
}

fn index(of: &Struct, index: &Index) -> TokenStream {
    let parts = index.parts.iter().map(|part| {
        let indexed = match &part.of {
            Indexed::Column(path) => {
                let name = column_name(of, path);
                quote!(__ormcore::schema::IndexPart::named(#name))
            }
            Indexed::Sql(sql) if has_call(&sql.value()) => quote!(__ormcore::schema::IndexPart::expression(#sql)),
            Indexed::Sql(sql) => resolved(of, &quote!(IndexPart::of), sql),
        };
        let desc = part.is_descending().then(|| quote!(.desc()));
        let ops = part.ops.as_ref().map(|sql| quote!(.ops(#sql)));
        quote!(#indexed #desc #ops)
    });
    let unique = index.unique.then(|| quote!(.unique()));
    let filter = index.filter.as_ref().map(|sql| quote!(.filter(#sql)));
    let name = index.name.as_ref().map(|name| quote!(.name(#name)));
    let using = index.using.as_ref().map(|method| quote!(.using(#method)));
    let include = index.include.iter().map(|(_, column)| match column {
        Indexed::Column(path) => column_name(of, path),
        Indexed::Sql(sql) => resolved(of, &quote!(included), sql),
    });
    let include = slice("include", include.collect());
    quote!(__ormcore::schema::Index::new(&[#(#parts),*]) #unique #filter #name #using #include)
}

/// The column's name in the database: a constant expression.
fn column_name(of: &Struct, path: &FieldPath) -> TokenStream {
    match embedded(of, path) {
        Some(column) => quote!(__ormcore::Column::name(#column)),
        None => of.columns[path.field].name.to_token_stream(),
    }
}

/// The constant of an embedded column, `<Order>::BILLING.col(<Address>::COUNTRY)`; that there is none is a mistake of its name.
pub(super) fn embedded(of: &Struct, path: &FieldPath) -> Option<TokenStream> {
    let (column, model) = (path.embedded.as_ref()?, &of.ident);
    let Column { constant, ty, .. } = &of.columns[path.field];
    Some(shown_at(&quote!(<#model>::#constant.col(<#ty>::#column)), column.span()))
}

/// Whether the SQL is no name, unless it is one in quotes.
fn has_call(sql: &str) -> bool {
    sql.contains('(') && !sql.trim_start().starts_with('"')
}

/// What the function makes of SQL, which may be the name of an embedded column; that of none is a mistake of its own tokens.
fn resolved(of: &Struct, function: &TokenStream, sql: &LitStr) -> TokenStream {
    let Struct { ident: model, table, .. } = of;
    let (table, columns) = (&table.name, quote!(<#model as __ormcore::Columns>::COLUMNS));
    shown_at(&quote!(__ormcore::schema::#function(#sql, #table, #columns)), sql.span())
}

fn full_text(of: &Struct, index: &FullText) -> TokenStream {
    let columns = index.columns.iter().map(|(column, weight)| {
        let name = &of.columns[*column].name;
        quote!((#name, #weight))
    });
    let language = index.language.as_ref().map(|language| quote!(.language(#language)));
    quote!(.full_text(__ormcore::schema::FullText::new(&[#(#columns),*]) #language))
}

/// What lets a model with a full-text index be searched.
pub(super) fn searched(of: &Struct) -> Option<TokenStream> {
    let Struct { ident: model, table, .. } = of;
    table.full_text.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl __ormcore::Searched for #model {}
        }
    })
}

fn foreign_key(of: &Struct, key: &ForeignKey) -> TokenStream {
    let columns = key.columns.iter().map(|path| column_name(of, path));
    let (schema, table, _) = target(&key.references[0]);
    let references = key.references.iter().map(|reference| target(reference).2);
    let actions = actions(key.on_delete.as_ref(), key.on_update.as_ref());
    let index = (!key.index).then(|| quote!(.without_index()));
    quote! {
        __ormcore::schema::ForeignKey::new(&[#(#columns),*], #schema, #table, &[#(#references),*])
            #actions #index
    }
}

/// The calls that say what happens when the parent goes or changes its key.
pub(super) fn actions(on_delete: Option<&Action>, on_update: Option<&Action>) -> TokenStream {
    let call = |method: &str, action: &Action| {
        let method = Ident::new(method, proc_macro2::Span::call_site());
        let variant = action.variant();
        quote!(.#method(__ormcore::schema::Action::#variant))
    };
    let on_delete = on_delete.map(|action| call("on_delete", action));
    let on_update = on_update.map(|action| call("on_update", action));
    quote!(#on_delete #on_update)
}

/// The schema, the table and the column that a foreign key points to.
pub(super) fn target(target: &Target) -> (TokenStream, TokenStream, TokenStream) {
    match target {
        Target::Constant(constant) => {
            let (schema, table) = of_parent(&constant.model);
            (schema, table, quote!(__ormcore::Column::name(#constant)))
        }
        Target::Name { schema, table, column, .. } => (optional(schema.as_ref()), quote!(#table), quote!(#column)),
    }
}

/// The schema and the name of a parent's table, without its description: two tables may point to each other.
pub(super) fn of_parent(model: &Path) -> (TokenStream, TokenStream) {
    (quote!(<#model as __ormcore::Model>::SCHEMA), quote!(<#model as __ormcore::Model>::NAME))
}

pub(super) fn optional(value: Option<&impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(__ormcore::Option::Some(#value)),
        None => quote!(__ormcore::Option::None),
    }
}

/// The type of the primary key: that of its column, a tuple of several, `()` of none.
pub(super) fn key(of: &Struct) -> TokenStream {
    let keys = of.columns.iter().filter(|column| column.says.primary_key.is_some());
    let types: Vec<&Type> = keys.map(|column| &column.ty).collect();
    match types[..] {
        [one] => quote!(#one),
        _ => quote!((#(#types),*)),
    }
}
