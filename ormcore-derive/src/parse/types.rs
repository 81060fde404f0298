//! What the tokens of a type say. An alias hides it: then the runtime's constants and bounds decide.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type, parse_quote_spanned};

use super::Side;

const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
const WITHOUT_LENGTH: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "bool"];

/// The type inside of `Option<..>`.
pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    argument(last_segment(ty).filter(|segment| segment.ident == "Option")?)
}

/// The type inside of `Vec<..>`.
pub(crate) fn elements(ty: &Type) -> Option<&Type> {
    argument(last_segment(ty).filter(|segment| segment.ident == "Vec")?)
}

/// The type to be written instead of one that borrows: a row owns what it holds.
pub(crate) fn owned(ty: &Type) -> Option<Type> {
    match ty {
        Type::Group(group) => owned(&group.elem),
        Type::Paren(paren) => owned(&paren.elem),
        Type::Reference(reference) => Some(match &*reference.elem {
            Type::Slice(slice) => {
                let element = owned(&slice.elem).unwrap_or_else(|| (*slice.elem).clone());
                parse_quote_spanned!(ty.span()=> Vec<#element>)
            }
            text if is_one_of(text, &["str"]) => parse_quote_spanned!(ty.span()=> String),
            other => owned(other).unwrap_or_else(|| other.clone()),
        }),
        _ => optional(ty).and_then(owned).map(|inner| parse_quote_spanned!(ty.span()=> Option<#inner>)),
    }
}

/// The mistake of a type that borrows, with what to write instead of it.
pub(crate) fn borrowed(ty: &Type, owned: &Type) -> syn::Error {
    let written = owned.to_token_stream().to_string().replace(' ', "");
    syn::Error::new_spanned(ty, format!("a row owns what it holds: write `{written}`"))
}

/// Which side of a relationship it is, and the other model.
pub(crate) fn relationship(ty: &Type) -> Option<(Side, &Type)> {
    let segment = last_segment(ty)?;
    let side = [Side::HasMany, Side::HasOne, Side::BelongsTo].into_iter().find(|side| segment.ident == side.name())?;
    Some((side, argument(segment)?))
}

/// The type that is the only argument.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// Whether it is written as one of the integer types.
pub(crate) fn is_integer(ty: &Type) -> bool {
    is_one_of(ty, INTEGERS)
}

/// Whether its name says what it is: a type of Rust's own, which no alias is called.
pub(crate) fn is_certain(ty: &Type) -> bool {
    optional(ty).is_some() || elements(ty).is_some() || is_without_length(ty) || is_one_of(ty, &["String"])
}

/// Whether it is written as a type whose values have no length.
pub(crate) fn is_without_length(ty: &Type) -> bool {
    let ty = optional(ty).unwrap_or(ty);
    is_one_of(ty, WITHOUT_LENGTH) || elements(ty).is_some_and(|element| !is_one_of(element, &["u8"]))
}

fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    last_segment(ty)
        .is_some_and(|segment| segment.arguments.is_none() && names.iter().any(|name| segment.ident == name))
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    path(ty)?.segments.last()
}

/// The path that it is.
pub(crate) fn path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => Some(&ty.path),
        // A type that comes through a `macro_rules!` variable is in an invisible group.
        Type::Group(group) => path(&group.elem),
        Type::Paren(paren) => path(&paren.elem),
        _ => None,
    }
}
