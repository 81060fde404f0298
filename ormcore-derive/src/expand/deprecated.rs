//! What is deprecated may be named by the code that is generated for its definition.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Field};

/// Takes the warnings from the generated code, if the type declares something to be deprecated or allows it to be so.
pub(super) fn allowed(input: &DeriveInput) -> Option<TokenStream> {
    let of_parts: Vec<&Attribute> = match &input.data {
        Data::Struct(data) => data.fields.iter().flat_map(of_field).collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.attrs).collect(),
        Data::Union(_) => Vec::new(),
    };
    input.attrs.iter().chain(of_parts).any(is_about_it).then(|| quote!(#[allow(deprecated)]))
}

fn of_field(field: &Field) -> &[Attribute] {
    &field.attrs
}

/// Whether it is `#[deprecated]`, or speaks of the lint of this name.
fn is_about_it(attribute: &Attribute) -> bool {
    let path = attribute.path();
    if path.is_ident("deprecated") {
        return true;
    }
    let mut speaks_of_it = false;
    if path.is_ident("allow") || path.is_ident("expect") {
        // What is no list of lints is the compiler's to refuse.
        let _ = attribute.parse_nested_meta(|lint| {
            speaks_of_it |= lint.path.is_ident("deprecated");
            Ok(())
        });
    }
    speaks_of_it
}
