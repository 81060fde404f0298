//! The other side of a relationship: a constant and a method of the other model, without a field there.

use proc_macro2::TokenStream;
use quote::quote;

use super::relationship::{body, executor, self_referential, signature};
use super::{local, shown_at};
use crate::parse::{OtherSide, Relationship, Side, Struct, name_of, names};

/// An `impl` of the other model for each `backref`.
pub(super) fn expand(of: &Struct, broken: bool) -> TokenStream {
    let mut seen: Vec<String> = Vec::new();
    let mut implementations = TokenStream::new();
    for relationship in &of.relationships {
        let Some(backref) = &relationship.says.backref else { continue };
        let (target, constant) = (&relationship.target, &backref.constant);
        let name = quote!(#target #constant).to_string();
        let own = of.columns.iter().map(|column| &column.constant);
        let mut own = own.chain(of.relationships.iter().map(|relationship| &relationship.constant));
        let taken = seen.contains(&name)
            || (relationship.is_of(&of.ident) && own.any(|own| own == constant))
            || names::is_taken(&backref.ident, Some(constant));
        seen.push(name);
        if !taken {
            implementations.extend(other_side(of, relationship, backref, broken));
        }
    }
    implementations
}

fn other_side(of: &Struct, relationship: &Relationship, backref: &OtherSide, broken: bool) -> TokenStream {
    let Struct { vis, ident: model, .. } = of;
    let Relationship { constant: forward, target, .. } = relationship;
    let OtherSide { ident: name, constant, .. } = backref;
    let called = name_of(name);
    let (executor, db) = (executor(model, target), local("db"));
    // Not by the constant: where the other model has one of the name already, that alone is the mistake.
    let reversed = quote!(__ormcore::Relation::reversed(<#model>::#forward, #called));
    let nullable = quote!({ #reversed.is_nullable() });
    let (kind, out, call, rows) = match relationship.side {
        Side::BelongsTo => (quote!(HasMany), quote!(__ormcore::Vec<#model>), quote!(ask_many), "rows"),
        _ if relationship.says.secondary.is_some() => {
            (quote!(ManyToMany), quote!(__ormcore::Vec<#model>), quote!(ask_many), "rows")
        }
        _ => (
            quote!(BelongsTo),
            quote!(<__ormcore::Nullable<#nullable> as __ormcore::ToOne>::Row<#model>),
            quote!(ask_one::<#nullable, #executor>),
            "row",
        ),
    };
    let (from, field) = (of.name(), name_of(&relationship.ident));
    let of_constant = format!("The other side of the relationship `{from}.{field}`.");
    let of_method = format!("The `{from}` {rows} on the other side of `{from}.{field}`: asks at each call.");
    let kind = self_referential(of, relationship, quote!(__ormcore::#kind<#model>));
    let body = body(broken, quote!(__ormcore::Relation::#call(const { #reversed }, self, #db)));
    let signature = signature(of, name, &executor, &out);
    let implementation = quote! {
        #[automatically_derived]
        impl #target {
            #[doc = #of_constant]
            #vis const #constant: __ormcore::Relation<#target, __ormcore::Backref<#kind>> =
                #reversed;
            #[doc = #of_method]
            #signature { #body }
        }
    };
    // Whatever is wrong with it is wrong with the name that the user gave.
    shown_at(&implementation, name.span())
}
