//! What the tokens of a type say. An alias hides it: then the runtime's constants and bounds decide.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
const WITHOUT_LENGTH: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "bool"];

/// The type inside of `Option<..>`.
pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Option")?;
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

/// Whether it is written as a type whose values have no length.
pub(crate) fn is_without_length(ty: &Type) -> bool {
    is_one_of(optional(ty).unwrap_or(ty), WITHOUT_LENGTH)
}

fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    last_segment(ty)
        .is_some_and(|segment| segment.arguments.is_none() && names.iter().any(|name| segment.ident == name))
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        // A type that comes through a `macro_rules!` variable is in an invisible group.
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}
