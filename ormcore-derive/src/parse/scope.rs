//! `scope` of `#[model(..)]`: which rows queries give.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

use super::attribute::{self, Expression};
use super::column::{constant_of, name_of};
use super::errors::Errors;
use super::table::function;

const NAMED: &str = "kept = path::to::function";

/// A default scope.
pub(crate) struct Scope {
    /// Its name, and the name of its constant; of the only one of a model there may be none.
    pub(crate) named: Option<(Ident, Ident)>,
    pub(crate) function: Expression,
}

impl Scope {
    /// `scope = function`, or `scope(name = function, ..)`.
    pub(super) fn parse(key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Self>> {
        if !input.peek(token::Paren) {
            return Ok(vec![Scope { named: None, function: function(key, input)? }]);
        }
        let mut scopes = Vec::new();
        attribute::list(key, input, NAMED, errors, |input| {
            scopes.push(Scope::named(input)?);
            Ok(())
        })?;
        Ok(scopes)
    }

    fn named(input: ParseStream<'_>) -> syn::Result<Self> {
        if !(input.peek(Ident::peek_any) && input.peek2(Token![=])) {
            return Err(input.error(format!("each scope has a name: `scope({NAMED})`")));
        }
        let name = input.call(Ident::parse_any)?;
        let constant = constant_of(&Ident::new(&format!("scope_{}", name_of(&name)), name.span()));
        Ok(Scope { function: function(&name, input)?, named: Some((name, constant)) })
    }
}
