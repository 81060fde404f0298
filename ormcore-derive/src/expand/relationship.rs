//! A relationship: its constant, its accessor, and what else the model says about it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{LitStr, Path};

use super::{expression, local, place_of, shown_at};
use crate::parse::{Constant, Lazy, Relationship, Secondary, Side, Struct, name_of, names, same};

/// The constants and accessors of all relationships, for the `impl` of the struct.
///
/// In a `broken` struct the accessors have no bodies, and nothing here asks the table, which has no columns.
pub(super) fn expand(of: &Struct, broken: bool) -> TokenStream {
    let items = of.relationships.iter().enumerate().map(|(index, relationship)| {
        let before = &of.relationships[..index];
        let taken = before.iter().any(|before| before.constant == relationship.constant)
            || of.columns.iter().any(|column| column.constant == relationship.constant);
        let constant = (!taken).then(|| constant(of, relationship));
        let called = name_of(&relationship.ident);
        let taken = before.iter().any(|before| name_of(&before.ident) == called)
            || of.constructor_name().is_some_and(|constructor| constructor == called)
            || names::is_taken(&relationship.ident, Some(&relationship.constant));
        let accessor = (!taken).then(|| accessor(of, relationship, broken));
        quote! { #constant #accessor }
    });
    items.collect()
}

/// The fields of a row of which nothing is loaded.
pub(super) fn empty(of: &Struct) -> impl Iterator<Item = TokenStream> {
    of.relationships.iter().map(move |relationship| {
        let field = &relationship.ident;
        quote!(#field: __ormcore::Default::default())
    })
}

/// Free constants that `cargo check` evaluates: each relationship stands for a foreign key, and both sides for the same.
pub(super) fn checks(of: &Struct) -> TokenStream {
    let Struct { ident: model, .. } = of;
    let checks = of.relationships.iter().map(|relationship| {
        let (constant, target) = (&relationship.constant, &relationship.target);
        // In the words of the lists: what does not compile here and there is told once.
        let listed = match relationship.lazy() {
            Lazy::Dynamic => quote!(Depended<#model>),
            _ => quote!(Related),
        };
        let proof = quote!(const _: &dyn __ormcore::#listed = &<#model>::#constant;);
        let proof = shown_at(&proof, relationship.ty.span());
        let pair = relationship.says.back_populates.as_ref().map(|other| {
            let other = &other.constant;
            let check = quote!(const _: () = __ormcore::check_pair(<#model>::#constant, <#target>::#other););
            shown_at(&check, other.span())
        });
        quote! { #proof #pair }
    });
    checks.collect()
}

/// The relationships that rows keep, all as a session sees them, and those that come with each row, if there are any.
pub(super) fn listed(of: &Struct) -> TokenStream {
    let kept = list(of, "RELATIONSHIPS", |lazy| lazy != Lazy::Dynamic);
    let all = list(of, "DEPENDED", |_| true);
    let eager = list(of, "EAGER", Lazy::is_eager);
    quote!(#kept #all #eager)
}

fn list(of: &Struct, name: &str, is_wanted: impl Fn(Lazy) -> bool) -> Option<TokenStream> {
    let Struct { ident: model, .. } = of;
    let name = Ident::new(name, Span::call_site());
    let wanted = of.relationships.iter().filter(|relationship| is_wanted(relationship.lazy()));
    let wanted = wanted.map(|relationship| {
        let constant = &relationship.constant;
        shown_at(&quote!(&<#model>::#constant), relationship.ty.span())
    });
    let wanted: Vec<TokenStream> = wanted.collect();
    let kind = if name == "DEPENDED" { quote!(Depended<Self>) } else { quote!(Related) };
    (!wanted.is_empty()).then(|| quote!(const #name: &'static [&'static dyn __ormcore::#kind] = &[#(#wanted),*];))
}

fn constant(of: &Struct, relationship: &Relationship) -> TokenStream {
    let Struct { vis, ident: model, .. } = of;
    let Relationship { ident: field, constant, says, ty, .. } = relationship;
    let kind = kind(of, relationship);
    let (link, calls, row, place) = (link(of, relationship), calls(relationship), local("row"), place_of(ty));
    let declared = shown_at(&quote!(#vis const), field.span());
    // The calls behind it hide the constant's type from the closures.
    let mut value = quote_spanned! {place=>
        __ormcore::Relation::<#model, _>::new(#link, |#row| &#row.#field, |#row| &mut #row.#field) #calls
    };
    if let Some(reading) =
        expression::reading(says.order_by.iter().chain(&says.filter).map(|(_, expression)| expression))
    {
        value = quote!({ #reading #value });
    }
    let doc = format!("The relationship `{}`.", name_of(field));
    let relation = quote_spanned!(place=> __ormcore::Relation<#model, #kind>);
    quote! {
        #[doc = #doc]
        #declared #constant: #relation = #value;
    }
}

/// The type that says what the relationship is.
fn kind(of: &Struct, relationship: &Relationship) -> TokenStream {
    let mut kind = plain_kind(of, relationship);
    if relationship.says.filter.is_some() {
        kind = quote!(__ormcore::Filtered<#kind>);
    }
    match relationship.lazy() {
        Lazy::Dynamic => quote!(__ormcore::Dynamic<#kind>),
        _ => kind,
    }
}

fn plain_kind(of: &Struct, relationship: &Relationship) -> TokenStream {
    let target = &relationship.target;
    let kind = match relationship.side {
        Side::HasMany if relationship.says.secondary.is_some() => quote!(__ormcore::ManyToMany<#target>),
        Side::HasMany => quote!(__ormcore::HasMany<#target>),
        Side::HasOne => quote!(__ormcore::HasOne<#target>),
        Side::BelongsTo => quote!(__ormcore::BelongsTo<#target>),
    };
    self_referential(of, relationship, kind)
}

/// The kind, marked if the relationship leads back to its own model.
pub(super) fn self_referential(of: &Struct, relationship: &Relationship, kind: TokenStream) -> TokenStream {
    if relationship.is_of(&of.ident) { quote!(__ormcore::SelfReferential<#kind>) } else { kind }
}

/// The foreign keys behind it. All that may fail has the place of what says where the key is, the parentheses too.
fn link(of: &Struct, relationship: &Relationship) -> TokenStream {
    let Struct { ident: model, .. } = of;
    let (target, place) = (&relationship.target, key_place(relationship));
    let (from, name, to) = (of.name(), name_of(&relationship.ident), relationship.target_name());
    let names = quote!(__ormcore::Names::new(#from, #name, #to));
    let key = |owner: &Path| key(relationship, owner);
    match (relationship.side, &relationship.says.secondary) {
        (_, Some((_, Secondary::Model(through)))) => {
            let key = key(through);
            quote_spanned!(place=> __ormcore::Link::through::<#model, #target, #through>(#names, #key))
        }
        (_, Some((_, Secondary::Table(name)))) => {
            let table = link_table(of, target, name);
            quote_spanned!(place=> __ormcore::Link::through_table::<#model, #target>(#names, #name, #table))
        }
        // Of a struct with mistakes, and any table: nobody asks.
        (_, Some((_, Secondary::Unknown))) => {
            let table = quote!(|| <#model as __ormcore::Model>::TABLE);
            quote_spanned!(place=> __ormcore::Link::through_table::<#model, #target>(#names, "", #table))
        }
        (Side::HasMany | Side::HasOne, None) => {
            let key = key(target);
            quote_spanned!(place=> __ormcore::Link::children::<#model, #target>(#names, #key))
        }
        (Side::BelongsTo, None) => {
            let key = key(&Path::from(model.clone()));
            quote_spanned!(place=> __ormcore::Link::parent::<#model, #target>(#names, #key))
        }
    }
}

/// The place of what says which foreign key it is: the key that is named, the link model, or else the type.
fn key_place(relationship: &Relationship) -> Span {
    match (&relationship.says.foreign_key, &relationship.says.secondary) {
        (Some((_, constant)), _) => place_of(&constant.path),
        (None, Some((_, Secondary::Model(through)))) => place_of(through),
        _ => place_of(&relationship.ty),
    }
}

/// The foreign key that is named; `owner` is the model that holds it.
fn key(relationship: &Relationship, owner: &Path) -> TokenStream {
    let Some((_, constant)) = &relationship.says.foreign_key else { return quote!(__ormcore::Option::None) };
    let place = place_of(&constant.path);
    let column = quote_spanned!(place=> __ormcore::key_column::<#owner, _>(#constant));
    quote!(__ormcore::Option::Some(#column))
}

/// A link table without a model: described and registered where it is named.
fn link_table(of: &Struct, target: &Path, name: &LitStr) -> TokenStream {
    let Struct { ident: model, .. } = of;
    quote! {
        {
            fn table() -> &'static __ormcore::schema::Table {
                static TABLE: __ormcore::schema::LinkTable = __ormcore::schema::LinkTable::new(
                    #name, || <#model as __ormcore::Model>::TABLE, || <#target as __ormcore::Model>::TABLE,
                );
                TABLE.table()
            }
            __ormcore::inventory::submit! { __ormcore::schema::RegisteredLink(table) }
            table
        }
    }
}

/// The calls of what is declared beyond the link.
fn calls(relationship: &Relationship) -> TokenStream {
    let (says, target) = (&relationship.says, &relationship.target);
    let strategy =
        relationship.lazy().variant().map(|variant| quote!(.declare_strategy(__ormcore::Strategy::#variant)));
    let depth = says.depth.as_ref().map(|(_, depth)| quote!(.declare_depth(#depth)));
    let batch = says.batch.map(|_| quote!(.declare_batch()));
    let cascade = says.cascade.as_ref().map(|(_, cascades)| {
        let cascades = cascades.iter().map(|cascade| cascade.method());
        quote!(.declare_cascade(__ormcore::Cascade::NONE #(.#cascades())*))
    });
    let order_by = says.order_by.as_ref().map(|(_, expression)| {
        let place = place_of(&expression.tokens);
        let (order, expression) = (local("order"), expression::expand(expression));
        let call = match &says.secondary {
            Some((_, Secondary::Model(through))) => {
                quote_spanned!(place=> __ormcore::order_through::<#target, #through, _, _>(#expression, #order))
            }
            _ => quote_spanned!(place=> __ormcore::order_by::<#target, _, _>(#expression, #order)),
        };
        quote!(.declare_order_by(|#order| #call))
    });
    let filter = says.filter.as_ref().map(|(_, expression)| {
        let (place, expression) = (place_of(&expression.tokens), expression::expand(expression));
        let call = match &says.secondary {
            Some((_, Secondary::Model(through))) => {
                quote_spanned!(place=> __ormcore::filter_through::<#target, #through, _, _>(#expression))
            }
            _ => quote_spanned!(place=> __ormcore::filter::<#target, _, _>(#expression)),
        };
        quote!(.declare_filter(|| #call))
    });
    let dynamic = (relationship.lazy() == Lazy::Dynamic).then(|| quote!(.declare_dynamic()));
    quote!(#strategy #depth #batch #cascade #order_by #filter #dynamic)
}

fn accessor(of: &Struct, relationship: &Relationship, broken: bool) -> TokenStream {
    let Struct { vis, ident: model, .. } = of;
    let Relationship { ident: field, constant, side, target, .. } = relationship;
    let (name, db, place) = (unused(field), local("db"), place_of(field));
    let shown_vis = shown_at(vis, place);
    let (many, called) = (relationship.target_name(), name_of(field));
    if relationship.lazy() == Lazy::Dynamic {
        let doc = format!("A query for the `{many}` rows of the relationship `{called}`.");
        let body = body(broken, quote!(__ormcore::Relation::query(Self::#constant, self)));
        let signature = quote_spanned!(place=> #shown_vis fn #name(&self) -> __ormcore::Query<#target>);
        return quote! { #[doc = #doc] #signature { #body } };
    }
    let executor = executor(model, target);
    let nullable = nullable(of, relationship, broken);
    let (doc, out, call) = match side {
        Side::HasMany => ("rows of the relationship", quote_spanned!(place=> &'a [#target]), quote!(many)),
        Side::HasOne => {
            let out = quote_spanned!(place=> __ormcore::Option<&'a #target>);
            ("row of the relationship", out, quote!(one_or_none))
        }
        Side::BelongsTo => {
            let out = quote_spanned!(place=> <__ormcore::Nullable<#nullable> as __ormcore::ToOne>::Ref<'a, #target>);
            ("row of the relationship", out, quote!(one::<#nullable, #executor>))
        }
    };
    let doc = format!("The `{many}` {doc} `{called}`.");
    // At the place of the type, as whatever else is wrong with the relationship: one mistake, one place.
    let call = shown_at(&quote!(__ormcore::Relation::#call(Self::#constant, self, #db)), relationship.ty.span());
    let body = body(broken, call);
    let signature = signature(of, &name, &executor, &out);
    quote! { #[doc = #doc] #signature { #body } }
}

/// The signature of an accessor that asks an executor, at the place of its name.
pub(super) fn signature(of: &Struct, name: &Ident, executor: &Ident, out: &TokenStream) -> TokenStream {
    let (db, place) = (local("db"), name.span());
    let vis = shown_at(&of.vis, place);
    quote_spanned! {place=>
        #vis fn #name<'a: 'p, 'p, #executor: __ormcore::Executor + 'p>(&'a self, #db: #executor)
            -> #executor::Out<'p, #out>
    }
}

pub(super) fn body(broken: bool, body: TokenStream) -> TokenStream {
    if broken { quote!(__ormcore::unreachable!()) } else { body }
}

/// The name as one of the macro's: a method that nobody calls gives no warning.
fn unused(field: &Ident) -> Ident {
    let mut name = field.clone();
    name.set_span(Span::call_site().located_at(field.span()));
    name
}

/// The name of the type parameter of an executor: a type of the user's may be called `E`.
pub(super) fn executor(model: &Ident, target: &Path) -> Ident {
    let taken = |tokens: TokenStream| tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "E");
    Ident::new(if taken(quote!(#model #target)) { "__E" } else { "E" }, Span::call_site())
}

/// Whether the foreign key of a `BelongsTo` can be NULL: a constant expression. In a `broken` struct what the fields show.
fn nullable(of: &Struct, relationship: &Relationship, broken: bool) -> TokenStream {
    let (model, constant) = (&of.ident, &relationship.constant);
    if !broken {
        let place = relationship.ty.span();
        let shown = shown_at(&quote!(<#model>::#constant), place);
        return quote_spanned!(place=> { #shown.is_nullable() });
    }
    let named = relationship.says.foreign_key.as_ref().and_then(|(_, key)| key.path.segments.last());
    let points_there = |constant: &Constant| same(&constant.model, &relationship.target);
    let of_several =
        of.table.foreign_keys.iter().filter(|key| key.constants().any(|(_, constant)| points_there(constant)));
    let nullable = of.columns.iter().enumerate().any(|(index, column)| {
        let meant = match named {
            Some(named) => column.constant == named.ident,
            None => column.references().is_some_and(points_there) || of_several.clone().any(|key| key.has(index)),
        };
        meant && column.optional
    });
    quote!(#nullable)
}
