//! Broken input of every kind: an error is fine, a panic is not.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use syn::DeriveInput;

use crate::expand;
use crate::parse::Kind;

#[test]
fn no_input_makes_the_macros_panic() {
    let input = quote! {
        #[model(table = "t", index(a, "x", filter = "f"), foreign_key(columns(a, b), references(P::A, P::B)), constructor = "c")]
        pub struct User {
            #[column(primary_key, auto, name = "x", length = 3)] id: i64,
            #[column(default = f::<A, B>(1), foreign_key = P::ID, on_delete = "set null")] r#type: Option<String>,
            #[column(flatten, default)] _1A: C,
            #[column(on_write = 1, server_default = "2", check = "3", index = false)] Ok: Vec<u8>,
            a: i64, b: i64,
        }
    };
    let types = quote! {
        #[column_type(auto, crate = a::b)] enum State { A(i64), #[column_type(rename = "x")] B, r#C = 3 }
    };
    let strange =
        [quote!(=), quote!(,), quote!(()), quote!(3), quote!("x"), quote!(r#crate_), quote!(Self::A), quote!()];
    for tokens in [input, types] {
        for at in 0..count(&tokens) {
            for other in &strange {
                let changed = replace(&tokens, &mut at.clone(), other);
                let Ok(input) = syn::parse2::<DeriveInput>(changed) else { continue };
                expand::structure(&input, Kind::Model);
                expand::structure(&input, Kind::Embedded);
                expand::column_type(&input);
            }
        }
    }
}

fn count(tokens: &TokenStream) -> usize {
    let inside = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    };
    tokens.clone().into_iter().map(inside).sum()
}

/// The tokens with the one at this place replaced, counted through all groups.
fn replace(tokens: &TokenStream, at: &mut usize, other: &TokenStream) -> TokenStream {
    let mut result = TokenStream::new();
    for token in tokens.clone() {
        let here = *at == 0;
        *at = at.wrapping_sub(1);
        match token {
            _ if here => result.extend(other.clone()),
            TokenTree::Group(group) => {
                let inside = replace(&group.stream(), at, other);
                result.extend([TokenTree::from(Group::new(group.delimiter(), inside))]);
            }
            token => result.extend([token]),
        }
    }
    result
}
