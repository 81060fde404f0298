//! Expressions of the user.
//!
//! One that the derive could not read is given to the compiler as the argument of a macro. Whatever is wrong in it is then
//! a mistake in these tokens; written out, it would make all of the derive's code unreadable, and the type no model.

use proc_macro2::TokenStream;
use quote::quote;

use super::local;
use crate::parse::Expression;

pub(super) fn expand(expression: &Expression) -> TokenStream {
    let (tokens, macro_name) = (&expression.tokens, local("expression"));
    if expression.is_read { quote!(#tokens) } else { quote!(#macro_name!(#tokens)) }
}

/// The macro, if one of the expressions needs it.
pub(super) fn reading<'a>(mut expressions: impl Iterator<Item = &'a Expression>) -> Option<TokenStream> {
    let macro_name = local("expression");
    let needed = expressions.any(|expression| !expression.is_read);
    needed.then(|| quote!(macro_rules! #macro_name { ($value:expr) => { $value }; }))
}
